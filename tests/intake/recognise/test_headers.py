"""What single headers and cells say. Expected values are by hand: a month is 52/12 weeks, a day 1/7."""

from __future__ import annotations

import math

import pytest

from aadash.intake.numbers import BAD, BLANK, BOUND, MISSING_WORD, PLAIN, READ, REMARK, read_number
from aadash.intake.recognise.headers import measure_of, region_of, role_of
from aadash.intake.recognise.privacy import header_kind, value_kind
from aadash.intake.recognise.visits import parse_visit, to_week
from aadash.intake.tabulate.table import Column


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("SALT_W12", 12),
        ("salt wk 12", 12),
        ("Week 12", 12),
        ("baseline", 0),
        ("WEEK04", 4),
        ("M9", 39),
        ("9M", 39),
        ("Month 9", 39),
        ("Month9", 39),
        ("9 months", 39),
        ("M3", 13),
        ("M6", 26),
        ("bdi.pre", 0),
        ("bdi.2m", 9),
        ("bdi.4m", 17),
        ("bdi.8m", 35),
        ("12주", 12),
        ("36週", 36),
        ("12주차", 12),
        ("第24週", 24),
        ("3개월", 13),
        ("3ヶ月後", 13),
        ("６ヵ月", 26),
        ("Day 1", 0),
        ("Day 85", 12),
        ("D84", 12),
        ("1 year", 52),
        ("2y", 104),
        ("투여 전", 0),
        ("投与前", 0),
        ("기저치", 0),
        ("Week 12 (Arm 1: Drug)", 12),
        ("week_12_arm_1", 12),
        ("SALT at 24 weeks", 24),
        ("wk0", 0),
        ("T_W36_SALT", 36),
        ("SALT(24wk)", 24),
        ("BL", 0),
        ("J0", 0),
        ("1.5 months", 7),
    ],
)
def test_visits_with_a_week(text: str, week: int) -> None:
    visit = parse_visit(text)
    assert visit is not None
    assert visit.week == week


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("V3", "visit"),
        ("Visit 3", "visit"),
        ("3rd visit", "visit"),
        ("방문 2", "visit"),
        ("Screening", "screening"),
        ("Unscheduled", "unscheduled"),
        ("End of treatment", "unscheduled"),
        ("Week -2", "before"),
        ("Day -7", "before"),
        ("-4", "before"),
    ],
)
def test_visits_without_a_week(text: str, unit: str) -> None:
    visit = parse_visit(text)
    assert visit is not None
    assert (visit.unit, visit.week) == (unit, None)


@pytest.mark.parametrize("text", ["Sex", "Age", "dose 4 mg", "IVMP", "진단", "病型", "", "remarks", "AA type", "Weight", "mood"])
def test_no_visit(text: str) -> None:
    assert parse_visit(text) is None


def test_months_are_fifty_two_twelfths_of_a_week() -> None:
    assert [to_week(m, "month") for m in (1, 2, 3, 4, 6, 8, 9, 12)] == [4, 9, 13, 17, 26, 35, 39, 52]


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("62.5", 62.5, PLAIN),
        (" 7 ", 7, PLAIN),
        ("1e1", 10, PLAIN),
        ("", math.nan, BLANK),
        ("   ", math.nan, BLANK),
        ("62,5", 62.5, READ),
        ("６２．５", 62.5, READ),
        ("SALT 50%", 50, READ),
        ("50 %", 50, READ),
        ("SALT: 70", 70, READ),
        ("62·5", 62.5, READ),
        ("٤٥", 45, READ),
        ("50/100", 50, READ),
        ("33점", 33, READ),
        ("100 (AU)", 100, REMARK),
        ("45*", 45, REMARK),
        ("30 [photo]", 30, REMARK),
        ("100 AU", 100, REMARK),
        ("<5", 5, BOUND),
        ("≤20", 20, BOUND),
        (">95", 95, BOUND),
        ("~30", 30, BOUND),
        ("20 이하", 20, BOUND),
        ("50以上", 50, BOUND),
        ("50+", 50, BOUND),
        ("40-50", 45, BOUND),
        ("20~30", 25, BOUND),
        ("n/a", math.nan, MISSING_WORD),
        ("-", math.nan, MISSING_WORD),
        ("．", math.nan, MISSING_WORD),
        ("결측", math.nan, MISSING_WORD),
        ("欠測", math.nan, MISSING_WORD),
        ("Lost to follow-up", math.nan, MISSING_WORD),
        ("ND", math.nan, MISSING_WORD),
        ("sixty", math.nan, BAD),
        ("1O0", math.nan, BAD),
        ("6O", math.nan, BAD),
        ("2024-12-05", math.nan, BAD),
        ("1_000", math.nan, BAD),
        ("inf", math.nan, BAD),
        ("1e999", math.nan, BAD),
        ("0x1F", math.nan, BAD),
        ("TRUE", math.nan, BAD),
        ("50±5", math.nan, BAD),
        ("三十", math.nan, BAD),
    ],
)
def test_cells(text: str, value: float, status: int) -> None:
    found = read_number(text)
    assert found[1] == status
    assert found[0] == pytest.approx(value, nan_ok=True)


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("USUBJID", "id"),
        ("Patient ID", "id"),
        ("환자번호", "id"),
        ("症例番号", "id"),
        ("No.", "id"),
        ("#", "id"),
        ("record_id", "id"),
        ("Sex", "sex"),
        ("성별", "sex"),
        ("性別", "sex"),
        ("Age (years)", "age"),
        ("나이", "age"),
        ("年齢", "age"),
        ("Age at onset", "age_at_onset"),
        ("Age at AA onset", "age_at_onset"),
        ("Age at diagnosis", "age_at_onset"),
        *((name, "age") for name in ("Age at baseline", "age_bl", "Baseline age", "Age (baseline), years", "Patient's age", "Pt age")),
        *((f"Age at {when}", "age") for when in ("enrolment", "screening", "start of treatment", "JAKi initiation", "first dose")),
        *((name, "") for name in ("Age group", "Age at last follow-up", "Age at first symptoms", "Father's age")),
        ("発症年齢", "age_at_onset"),
        ("Disease duration (months)", "duration"),
        ("罹病期間", "duration"),
        ("이환기간", "duration"),
        ("AA type", "subtype"),
        ("病型", "subtype"),
        ("진단명", "subtype"),
        ("AD", "atopic_dermatitis"),
        ("History of atopic dermatitis", "atopic_dermatitis"),
        ("アトピー", "atopic_dermatitis"),
        ("IVMP", "ivmp"),
        ("ステロイドパルス", "ivmp"),
        ("EB ClinRO", "eyebrow"),
        ("Eyelash", "eyelash"),
        ("TRT01P", "drug"),
        ("arm", "drug"),
        ("Site", "centre"),
        ("First dose", "first_dose"),
        ("TRTSDT", "first_dose"),
        ("투여 시작일", "first_dose"),
        ("投与開始日", "first_dose"),
        ("Visit date", "date"),
        ("방문일", "date"),
        ("受診日", "date"),
        ("AVISIT", "week"),
        ("redcap_event_name", "week"),
        ("방문", "week"),
        ("visit_week", "week"),
        ("AVAL", "salt"),
        ("SALT score", "salt"),
        ("PARAMCD", "parameter"),
        ("% change in SALT", ""),
        ("DLQI", ""),
        ("duration_le4", ""),
        ("paper_group", ""),
        ("Dose (mg)", "dose"),
        ("Baricitinib dose", "dose"),
        ("Treatment group", "drug"),
        ("current drug", "drug"),
        # what is said of a treatment tells no two of them apart
        ("dose change", ""),
        ("Dose reduction", ""),
        ("dose escalation week", ""),
        ("용량 변경", ""),
        ("drug stopped", ""),
        ("rescue treatment", ""),
        ("Concomitant treatment", ""),
        ("prior treatment", ""),
        ("previous JAK inhibitor", ""),
        ("Treatment response", ""),
        ("前治療薬剤", ""),
        # how long a patient was treated or watched is not how long the disease has lasted
        ("Treatment duration (months)", ""),
        ("Follow-up duration", ""),
        ("투여 기간", ""),
        # atopy is more than atopic dermatitis
        ("Atopy", ""),
        ("アトピー素因", ""),
        # a word of ours beside which something else stands
        ("Hair loss type", "subtype"),
        ("Type of hair loss", "subtype"),
        ("Hair loss (%)", "salt"),
        ("AA type (first visit)", "subtype"),
        ("Blood type", ""),
        ("Skin type", ""),
        ("Type 2 diabetes", ""),
        ("Type of insurance", ""),
        ("Diagnosis date", ""),
        ("診断日", ""),
        ("Psychiatric diagnosis", ""),
        ("가족력 유형", ""),
        ("Age group", ""),
        ("나이대", ""),
        ("年齢層", ""),
        ("Age first dose", ""),
        ("Onset date", ""),
        ("Onset year", ""),
        ("Site of onset", ""),
        ("Site of biopsy", ""),
        ("Hospital stay", ""),
        ("Study site", "centre"),
        ("Pulse rate", ""),
        ("Drug allergy", ""),
        ("薬剤アレルギー", ""),
        ("Cumulative dose", ""),
        ("Date of last dose", ""),
        ("AASUBTYPE", "subtype"),
        ("AATYPE", "subtype"),
        ("AADUR", "duration"),
        ("registry_no", "id"),
        ("Registry ID", "id"),
        ("Reg. No", "id"),
        ("Serial number", "id"),
        ("Sr. No", "id"),
        ("CRF no", "id"),
        ("Unique patient ID", "id"),
        ("Anonymised code", "id"),
        ("Subject identifier", "id"),
        ("ID number", "id"),
        ("匿名化ID", "id"),
        ("識別番号", "id"),
        ("고유번호", "id"),
        ("Registry", ""),
        ("Trial", ""),
        ("Cohort", ""),
    ],
)
def test_roles(header: str, role: str) -> None:
    assert role_of(header) == role


def test_measures_beside_a_visit() -> None:
    stems = {
        h: measure_of(v.stem)
        for h in ("SALT_W12", "Week 12 SALT score (%)", "DLQI_W12", "bdi.4m", "salt20_w36", "W12")
        if (v := parse_visit(h)) is not None
    }
    assert stems == {
        "SALT_W12": "salt",
        "Week 12 SALT score (%)": "salt",
        "DLQI_W12": "dlqi",
        "bdi.4m": "bdi",
        "salt20_w36": "salt 20",
        "W12": "",
    }
    assert [region_of(t) for t in ("salt top", "back", "left side", "정수리", "右側頭部", "topical")] == [
        "salt_top",
        "salt_back",
        "salt_left",
        "salt_top",
        "salt_right",
        "",
    ]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Patient name", "name"),
        ("성명", "name"),
        ("氏名", "name"),
        ("フリガナ", "name"),
        ("DOB", "birth date"),
        ("생년월일", "birth date"),
        ("生年月日", "birth date"),
        ("Phone", "phone number"),
        ("휴대폰", "phone number"),
        ("携帯", "phone number"),
        ("E-mail", "e-mail address"),
        ("MRN", "record number"),
        ("Chart No.", "record number"),
        ("차트번호", "record number"),
        ("カルテ番号", "record number"),
        ("주민등록번호", "national number"),
        ("マイナンバー", "national number"),
        ("住所", "address"),
        ("Drug name", ""),
        ("Visit name", ""),
        ("row names", ""),
        ("SALT initial", ""),
        ("Hospital", ""),
    ],
)
def test_headers_that_identify(header: str, kind: str) -> None:
    assert header_kind(header) == kind


def _column(*cells: str) -> Column:
    import numpy as np

    return Column(np.array(cells, dtype=object))


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("a@example.org", "", ""), "e-mail address"),
        (("900101-2345678", "x"), "national number"),
        (("850101-1******", ""), "national number"),
        (("010-1234-5678", "02-123-4567"), "phone number"),
        (("+82 10 1234 5678", "090-1234-5678"), "phone number"),
        (("call 010-1234-5678 before the visit", "", "fine"), "phone number"),
        (("123456789018", "987654321093"), "national number"),
        (("김민수", "이영희", "박철수", "최지우"), "name"),
        (("佐藤 花子", "鈴木 一郎", "高橋 美咲", "田中 健太"), "name"),
        (("Kim, Minseo", "Lee, Seojun", "Park, Jiwoo", "Mary Smith"), "name"),
        (("2024-01-05", "05-01-2024", "05.01.2024"), ""),
        (("01-701-1015", "01-701-1023"), ""),
        (("0007", "0008"), ""),
        (("100", "62.5"), ""),
        (("전두탈모", "전신탈모", "원형탈모", "사행성"), ""),
        (("123456789012", "111111111111"), ""),
        (("Alopecia Totalis", "Alopecia Totalis", "Ophiasis Type"), ""),
    ],
)
def test_values_that_identify(cells: tuple[str, ...], kind: str) -> None:
    assert value_kind(_column(*cells)) == kind


@pytest.mark.parametrize(
    "cell",
    (
        *("来院せず", "受診せず", "不来院", "未来院", "欠席", "미내원", "미 내원", "내원 안함", "내원하지 않음", "안옴", "결측"),
        *("did not attend", "Didn't come", "DNA (rang)", "no-show, called", "D.N.A."),
    ),
)
def test_who_did_not_come_has_no_value_and_nothing_to_decide(cell: str) -> None:
    assert read_number(cell)[1] == MISSING_WORD
