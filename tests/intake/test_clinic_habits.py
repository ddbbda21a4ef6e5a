"""Habits of clinics' own files, each in a few rows: what a careful person would put down, written by hand beside it."""

from __future__ import annotations

import numpy as np
import pytest

from aadash import AnalysisPlan, analyses
from aadash.intake import KEEP, ColumnMapping, Decisions, Reading, read
from aadash.intake.recognise.headers import role_of
from tests.making import workbook


def text(header: str, *rows: str, name: str = "clinic.csv") -> Reading:
    return read("\n".join((header, *rows)).encode(), name=name)


def renames(reading: Reading, column: str) -> dict[str, str]:
    return dict(next(g.values for g in reading.columns if g.column == column))


def test_korean_eyelashes_are_no_eyebrows() -> None:
    """속눈썹 (eyelash) holds 눈썹 (eyebrow)."""
    reading = text("ID,SALT_W0,SALT_W24,눈썹 W0,눈썹 W24,속눈썹 W0,속눈썹 W24", "P1,80,40,3,1,2,0", "P2,90,50,2,2,1,1")
    measures = reading.accepted().measures
    assert measures["Eyebrow ClinRO"][1].loc["P1"].tolist() == [3, 1]
    assert measures["Eyelash ClinRO"][1].loc["P1"].tolist() == [2, 0]


@pytest.mark.parametrize(
    ("cells", "names"),
    [
        (["H", "M", "Hombre", "Mujer"], {"H": "male", "Hombre": "male", "M": "female", "Mujer": "female"}),
        (["m", "w", "männlich", "weiblich"], {"m": "male", "männlich": "male", "w": "female", "weiblich": "female"}),
        (["Masc", "Fem", "M", "F"], {"Masc": "male", "M": "male", "Fem": "female", "F": "female"}),
    ],
)
def test_m_is_a_woman_beside_an_h(cells: list[str], names: dict[str, str]) -> None:
    """In Spanish H is hombre and M is mujer; in German m is männlich and w is weiblich."""
    reading = text("ID,Sexo,SALT_W0,SALT_W12", *(f"P{i},{c},80,40" for i, c in enumerate(cells)))
    assert renames(reading, "Sexo") == names


def test_h_and_m_alone_are_two_levels() -> None:
    reading = text("ID,Sexo,SALT_W0,SALT_W12", *(f"P{i},{c},80,40" for i, c in enumerate("HMMH")))
    assert len(set(renames(reading, "Sexo").values()) | {"H", "M"} - set(renames(reading, "Sexo"))) == 2


@pytest.mark.parametrize("nothing", ["keine", "Keine UAW", "sin EA", "ninguno", "nessuno", "aucun", "nenhum", "nega", "yok", "denies"])
def test_no_event_in_european_words(nothing: str) -> None:
    reading = text("ID,Side effects,SALT_W0,SALT_W12", "P1,Akne,80,40", f"P2,{nothing},90,60", "P3,Akne,70,30")
    cohort = reading.accepted()
    assert cohort.events["patient"].tolist() == ["P1", "P3"]
    assert cohort.fact("Side effects").tolist() == ["yes", "no", "yes"]


@pytest.mark.parametrize(
    ("cell", "term", "week"),
    [
        ("Akne (Monat 3)", "Akne", 13),
        ("여드름(4주)", "여드름", 4),
        ("毛包炎（12週）", "毛包炎", 12),
        ("acne S36", "acne", 36),
        ("acne (a 4 sett.)", "acne", 4),
    ],
)
def test_a_time_behind_the_event_is_its_week(cell: str, term: str, week: int) -> None:
    events = text("ID,Side effects,SALT_W0,SALT_W12", f"P1,{cell},80,40", "P2,,90,60").accepted().events
    assert events[["term", "onset_week"]].values.tolist() == [[term, week]]


def test_events_on_the_rows_of_visits() -> None:
    """P1: acne at week 4, two events at week 12; P2 says that there was none."""
    rows = ["P1,0,80,", "P1,4,60,acne", "P1,12,40,headache; nausea", "P2,0,90,", "P2,4,80,none", "P2,12,70,none"]
    cohort = text("ID,Week,SALT,AEs", *rows).accepted()
    assert cohort.events[["patient", "term", "onset_week"]].values.tolist() == [
        ["P1", "acne", 4],
        ["P1", "headache", 12],
        ["P1", "nausea", 12],
    ]
    assert cohort.fact("AEs").tolist() == ["yes", "no"]


def test_a_table_of_visits_with_events_is_no_list_of_events() -> None:
    """A hidden sheet of a drop-down's choices beside it is not the main table."""
    rows: list[list[object]] = [["Pt ID", "Visit", "SALT", "AEs"]]
    for p in range(1, 5):
        rows += [[f"A{p}", f"Wk {w}", s, e] for w, s, e in ((0, 90 - p, None), (12, 60, "acne" if p == 1 else "none"))]
    rows += [[None, None, None, None], [None, "AVG baseline", 87.5, None]]
    reading = workbook(Visits=rows, lists=[["Baseline"], ["4 wk"], ["12 wk"], ["24 wk"]])
    assert reading.accepted().salt.loc["A1"].tolist() == [89, 60]
    assert len(reading.accepted()) == 4
    assert any(p.code == "row_left_out" and 11 in p.rows for p in reading.problems)


def test_a_responder_flag_is_not_the_score() -> None:
    rows = [f"{p},{w},{s},{f}" for p in (1, 2, 3) for w, s, f in ((0, 80, ""), (12, 30 + p, p % 2))]
    cohort = text("record_id,week,salt_score,salt_50", *rows).accepted()
    assert cohort.salt[12].tolist() == [31, 32, 33]


def test_the_week_in_brackets_behind_the_follow_up() -> None:
    cohort = text("S.No,SALT Pre,SALT 1st FU (4 wk),SALT Last FU (24 wk)", "1,80,60,20", "2,90,70,30").accepted()
    assert cohort.salt.loc["1"].to_dict() == {0: 80, 4: 60, 24: 20}


def test_years_since_onset_are_a_duration() -> None:
    reading = text("ID,Yrs since onset,SALT_W0,SALT_W12", "P1,8,80,40", "P2,3,90,60")
    assert reading.accepted().roles["duration"] == "Yrs since onset"


def test_a_name_is_no_code_where_the_rows_are_numbered() -> None:
    """Two people are called Conti A.: three rows are three patients."""
    reading = text("N,Cognome e nome,SALT_W0,SALT_W12", "1,Conti A.,80,40", "2,Russo B.,70,30", "P1,Conti A.,60,20")
    assert list(reading.accepted().salt.index) == ["1", "2", "P1"]
    assert [g.role for g in reading.columns if g.column == "Cognome e nome"] == ["identifying"]


def test_record_numbers_of_indian_hospitals() -> None:
    reading = text("S.No,UHID,SALT_W0,SALT_W12", "1,103775714,80,40", "2,106316550,70,30", "3,106770028,60,20")
    assert [g.role for g in reading.columns if g.column == "UHID"] == ["identifying"]


def test_two_digit_years_are_settled_by_whole_dates() -> None:
    """Among 2024-10-04 and the like 24.12.27 is 27 December 2024, not 24 December 2027: nothing is asked."""
    rows = [f"P{i},{d},{s}" for i in range(3) for d, s in (("2024-10-04", 90), ("24.12.27", 60), ("2025-03-28", 30))]
    reading = text("ID,visit date,SALT", *rows)
    assert not reading.open_problems
    assert reading.accepted().salt[12].tolist() == [60, 60, 60]  # 84 days after 4 October


def test_an_unsure_date_is_shown_where_it_is_asked_about() -> None:
    rows = [f"P{i},{d},{s}" for i in range(3) for d, s in (("2024-10-04", 90), ("03/04/2025", 60))]
    asked = next(p for p in text("ID,visit date,SALT", *rows).open_problems if p.code == "date_order")
    assert "'03/04/2025'" in asked.message


def test_turkish_headers_and_labels() -> None:
    reading = text(
        "hasta_no,yas,cinsiyet,SALT0,SALT12,SALT_degisim12,yan_etki",
        "1,42,Kadın,80,40,-50,yok",
        "2,37,Erkek,90,60,-33,akne (12. hafta)",
    )
    cohort = reading.accepted()
    assert (cohort.roles["age"], cohort.roles["sex"]) == ("yas", "cinsiyet")
    assert list(cohort.salt.index) == ["1", "2"]
    assert cohort.events[["patient", "onset_week"]].values.tolist() == [["2", 12]]
    assert not any(c == "SALT_degisim12" for c in cohort.patients)


def test_kept_dates_stay_asked_only_once() -> None:
    rows = [f"P{i},{d},{s}" for i in range(3) for d, s in (("2024-10-04", 90), ("03/04/2025", 60))]
    reading = text("ID,visit date,SALT", *rows)
    decided = read(
        "\n".join(("ID,visit date,SALT", *rows)).encode(),
        name="clinic.csv",
        decisions=Decisions().decide(reading.open_problems[0], KEEP),
    )
    assert not decided.open_problems
    assert not np.isnan(decided.accepted().values[:, 0]).any()


def test_visits_in_weeks_and_in_months() -> None:
    """One patient's third month is the other's twelfth week: asked, and one visit."""
    rows = ["P1,BL,80", "P1,12 wk,40", "P1,Wk 24,20", "P2,Baseline,90", "P2,3 mo,60", "P2,6 mo,30"]
    reading = text("ID,Visit,SALT", *rows)
    assert [p.code for p in reading.open_problems] == ["visit_units"]
    assert reading.accepted().salt.to_numpy().tolist() == [[80, 40, 20], [90, 60, 30]]
    assert reading.accepted().weeks == (0, 12, 24)


def test_months_of_a_patient_who_has_the_weeks_too_stay() -> None:
    """Months 3 and week 12 of the same patient are two visits: 13 is 3 × 52/12."""
    reading = text("ID,Visit,SALT", "P1,BL,80", "P1,week 12,40", "P1,3 months,30", "P2,BL,90", "P2,week 12,70", "P2,3 months,60")
    assert reading.accepted().weeks == (0, 12, 13)
    assert not any(p.code == "visit_units" for p in reading.problems)


def test_date_salt_and_another_score_of_each_visit() -> None:
    """Visit 2 of P2 is 168 days after her first: week 24, though it is her second visit; DLQI goes with it."""
    header = "N,VISITA 1 (basale) data,VISITA 1 (basale) SALT,VISITA 1 (basale) DLQI,VISITA 2 data,VISITA 2 SALT,VISITA 2 DLQI,"
    header += "VISITA 3 data,VISITA 3 SALT,VISITA 3 DLQI"
    rows = [
        "1,2024-01-01,80,20,2024-03-25,60,12,2024-06-17,40,8",
        "2,2024-01-01,90,18,2024-06-17,50,9,,,",
        "3,2024-02-01,70,15,2024-04-25,30,7,2024-07-18,20,5",
    ]
    reading = text(header, *rows)
    cohort = reading.accepted()
    assert cohort.weeks == (0, 12, 24)
    np.testing.assert_array_equal(cohort.salt.loc["2"], [90, np.nan, 50])
    np.testing.assert_array_equal(cohort.measures["DLQI"][1].loc["2"], [18, np.nan, 9])
    np.testing.assert_array_equal(cohort.measures["DLQI"][1].loc["1"], [20, 12, 8])
    assert reading.layout == "dated"


def regions(total: str, *patients: tuple[str, int, int, int, int, object]) -> list[list[object]]:
    head: list[list[object]] = [
        ["症例番号", "SALT（部位別 %）", None, None, None, None],
        [None, "頭頂", "後頭", "右側頭", "左側頭", total],
    ]
    return [*head, *(list(p) for p in patients)]


def test_a_sheet_per_visit_with_regions() -> None:
    """0.40 × 75 + 0.24 × 50 + 0.18 × (50 + 50) = 60, where no total stands; a total stands as it is."""
    reading = workbook(
        初回=regions("合計", ("A1", 100, 100, 100, 100, 100), ("A2", 75, 50, 50, 50, None), ("A3", 80, 80, 80, 80, 80)),
        **{"12週": regions("合計", ("A2", 50, 50, 50, 50, 50), ("A1", 75, 50, 50, 50, 60), ("A3", 40, 40, 40, 40, 40))},
    )
    cohort = reading.accepted()
    assert cohort.salt.to_numpy().tolist() == [[100, 60], [60, 50], [80, 40]]
    assert any(p.code == "stacked" for p in reading.problems)


def test_two_rows_per_patient_told_apart_by_a_column() -> None:
    rows = ["1,F,SALT,80,40", ",,ClinRO S/C,1/0,0/0", "2,M,SALT,90,60", ",,ClinRO S/C,2/2,1/1"]
    reading = text("No,Sex,Medida,Basal,S12", *rows)
    assert reading.accepted().salt.to_numpy().tolist() == [[80, 40], [90, 60]]
    told = next(p for p in reading.problems if p.code == "rows_below")
    assert "'ClinRO S/C' is not used" in told.message
    assert told.rows == (3, 5)
    assert not reading.open_problems


def test_another_score_in_the_second_row_is_kept() -> None:
    rows = ["1,DLQI,20,8", ",SALT,80,40", "2,DLQI,18,9", ",SALT,90,60"]
    cohort = text("No,Measure,Baseline,W12", *rows).accepted()
    assert cohort.salt.to_numpy().tolist() == [[80, 40], [90, 60]]
    assert cohort.measures["DLQI"][1].to_numpy().tolist() == [[20, 8], [18, 9]]


def test_a_second_row_that_nothing_explains_is_asked_about_once() -> None:
    rows = ["1,80,40", ",75,35", "2,90,60", ",85,50"]
    reading = text("No,SALT_W0,SALT_W12", *rows)
    assert [p.code for p in reading.open_problems] == ["rows_below"]
    assert reading.accepted().salt.to_numpy().tolist() == [[80, 40], [90, 60]]


def test_facts_of_two_sheets_under_two_names() -> None:
    """Ages 나이 (세) and 나이 are one fact; 24 months and 3 years are 24 and 36 months."""
    first: list[list[object]] = [["연구번호", "나이 (세)", "유병기간 (개월)", "SALT_W0", "SALT_W12"]]
    first += [["B-1", 30, 24, 80, 40], ["B-2", 40, 12, 90, 60]]
    second: list[list[object]] = [
        ["연구번호", "나이", "유병기간(년)", "SALT_W0", "SALT_W12"],
        ["R-1", 21, 3, 70, 30],
        ["R-2", 22, 1, 60, 20],
    ]
    reading = workbook(바리시티닙=first, 리틀레시티닙=second)
    facts = reading.accepted().patients
    assert facts["나이 (세)"].tolist() == [30, 40, 21, 22]
    assert facts["유병기간 (개월)"].tolist() == [24, 12, 36, 12]
    assert sum(p.code == "same_fact" for p in reading.problems) == 2


PASTED = """Hola Pilar:

H = hombre, M = mujer

Pac\tSexo\tEdad\tTipo\tSALT (basal/s12/s24)\tEA
1\tM\t27a\ttotal\t61 / 65 / 62\t-
2\tH\t37 años\tuniversal\t62/31\tcatarro (s12)
3   M   28   AA en placas   100 / 73 / <10   sin EA

media SALT basal: 74
"""


def test_a_table_in_a_mail_with_the_visits_in_one_cell() -> None:
    reading = read(PASTED.encode(), name="mail.txt")
    cohort = reading.accepted()
    assert cohort.weeks == (0, 12, 24)
    np.testing.assert_array_equal(cohort.salt, [[61, 65, 62], [62, 31, np.nan], [100, 73, np.nan]])
    assert cohort.fact("Edad").tolist() == [27, 37, 28]
    codes = {p.code for p in reading.problems}
    assert {"several_visits", "cut_at_gaps", "row_left_out", "bound"} <= codes
    assert reading.whole is not None
    assert reading.whole.cells == sum(bool(c.strip()) for row in _cells(PASTED) for c in row)


def _cells(pasted: str) -> list[list[str]]:
    return [line.split("\t") if "\t" in line else line.split("   ") for line in pasted.splitlines()]


@pytest.mark.parametrize("cell", ["70?", "70 (?)", "70 ?"])
def test_a_number_with_a_question_mark_is_asked_about(cell: str) -> None:
    reading = text("ID,SALT_W0,SALT_W12", f"P1,80,{cell}", "P2,90,60")
    assert [p.code for p in reading.open_problems] == ["bound"]
    assert np.isnan(reading.accepted().salt.loc["P1", 12])


def test_visits_of_stacked_sheets_that_are_not_used_are_counted() -> None:
    """One unscheduled visit on the second sheet: its visit and its value are told, the row of the same number on the first is used."""

    def sheet(code: str, last: str) -> list[list[object]]:
        return [
            ["ID", "Visit", "SALT"],
            [f"{code}1", "W0", 80],
            [f"{code}1", "W12", 40],
            [f"{code}2", "W0", 90],
            [f"{code}2", last, 60],
        ]

    reading = workbook(Seoul=sheet("S", "W12"), Busan=sheet("B", "unscheduled"))
    assert reading.whole is not None
    assert reading.whole.left == {"visits that are not used": 2}


def test_headers_that_are_nothing_but_dates_are_asked_about() -> None:
    """15 January to 12 March 2024 are 57 days (week 8), to 9 July 176 days (25 weeks and a day)."""
    reading = text("ID,2024-01-15,2024-03-12,2024-07-09", "P1,80,60,20", "P2,90,70,30", "P3,70,,10")
    asked = next(p for p in reading.open_problems if p.code == "dated_headers")
    assert "do not say what is measured" in asked.message and "2024-01-15" in asked.message
    cohort = reading.accepted()
    assert cohort.salt[0].tolist() == [80, 90, 70]
    assert cohort.weeks[1] == 8
    assert cohort.salt[cohort.weeks[-1]].tolist() == [20, 30, 10]


def test_patients_who_began_at_dates_of_their_own() -> None:
    """Each has a value at two of four dates, 84 days apart: week 0 and week 12 of each."""
    rows = ["P1,80,,40,", "P2,,90,,50", "P3,,70,,30"]
    reading = text("ID,SALT 2024-01-01,SALT 2024-02-01,SALT 2024-03-25,SALT 2024-04-25", *rows)
    assert reading.accepted().salt.to_numpy().tolist() == [[80, 40], [90, 50], [70, 30]]
    assert any("each patient's first value" in p.message for p in reading.problems)


@pytest.mark.parametrize("values", [("1", "0"), ("yes", "no"), ("800", "400")])
def test_dates_over_other_things_are_no_salt(values: tuple[str, str]) -> None:
    assert text("ID,2024-01-15,2024-03-12", *(f"P{i},{values[0]},{values[1]}" for i in range(4))).draft is None


@pytest.mark.parametrize(
    "words",
    [
        "임신으로 중단",
        "중단(효과부족)",
        "効果不十分中止",
        "Abbruch (Nichtansprechen)",
        "abgesetzt wg. UAW",
        "suspenso (EA)",
        "stopped (no response)",
    ],
)
def test_why_a_patient_left_is_no_value_and_is_told(words: str) -> None:
    """Such words hold no digit, so there is nothing to ask; the account and a warning say so."""
    reading = text("ID,SALT_W0,SALT_W12", f"P1,80,{words}", "P2,90,60")
    assert not reading.open_problems
    assert np.isnan(reading.accepted().salt.loc["P1", 12])
    told = next(p for p in reading.problems if p.code == "missing_word")
    assert (told.level, told.rows) == ("warning", (2,))


@pytest.mark.parametrize("cell", ["4O", "l5", "stopped at 40", "improving"])
def test_what_may_hold_a_number_is_asked_about(cell: str) -> None:
    assert [p.code for p in text("ID,SALT_W0,SALT_W12", f"P1,80,{cell}", "P2,90,60").open_problems] == ["not_a_number"]


def test_a_problem_says_which_sheet_it_is_about() -> None:
    """Row 3 of the second sheet, not of the first, is shown as it stands."""
    sheets = {
        "Seoul": [["ID", "SALT_W0", "SALT_W12"], ["S1", 80, 40], ["S2", 90, 60]],
        "Busan": [["ID", "SALT_W0", "SALT_W24"], ["B1", 70, 30], ["B2", 90, 650]],
    }
    asked = workbook(**sheets).open_problems
    assert [p.told.startswith("Busan: Column 'SALT_W24' holds '650'") for p in asked] == [True]


def test_one_record_number_under_two_codes_is_told_without_the_number() -> None:
    reading = text(
        "S.No,UHID,SALT_W0,SALT_W12", "1,103775714,80,40", "2,106316550,70,30", "3,103775714,80,40", "4,104575000,60,20", "5,107,50,10"
    )
    told = next(p for p in reading.problems if p.code == "same_person")
    assert (told.rows, "(1, 3; rows 2 and 4)" in told.message) == ((2, 4), True)
    assert "103775714" not in str(reading.problems) + str(reading.log)


def test_codes_of_sexes_without_names_are_told() -> None:
    reading = text("record_id,sex,aa_type,SALT_W0,SALT_W12", "1,2,3,80,40", "2,1,4,70,30", "3,2,1,60,20")
    assert [p.column for p in reading.problems if p.code == "coded_levels"] == ["sex", "aa_type"]
    assert reading.ready


@pytest.mark.parametrize("header", ["Blood pressure", "Pace", "Fingertip", "Tan skin", "Starting dose", "Similac", "Prediagnosis"])
def test_short_words_of_other_languages_are_not_found_inside_words(header: str) -> None:
    """süre, pac, tip, tanı, kaş, ilaç, starting date: none of these headers is one."""
    assert role_of(header) in ("", "dose")


def test_a_number_for_each_visit_is_no_patient() -> None:
    """Names stand on two rows each, and one column holds SALT: two patients with two visits."""
    rows = [
        f"{i},{who},{week},{value}"
        for i, (who, week, value) in enumerate((("Kim A", 0, 80), ("Kim A", 12, 40), ("Lee B", 0, 90), ("Lee B", 12, 60)), 1)
    ]
    cohort = text("N,Patient name,Week,SALT", *rows).accepted()
    assert cohort.salt.to_numpy().tolist() == [[80, 40], [90, 60]]


def test_a_saved_mapping_keeps_sex_and_age_of_one_cell() -> None:
    """One role changed on screen sends the whole mapping: the two facts stay."""
    rows = ["ID,Age/Sex,SALT_W0,SALT_W12", "1,20/F,80,40", "2,31/M,90,60", "3,54/F,70,30"]
    data = "\n".join(rows).encode()
    first = read(data, name="clinic.csv")
    again = read(data, name="clinic.csv", mapping=ColumnMapping.from_json(first.mapping.to_json()))
    assert again.accepted().roles["age"] == first.accepted().roles["age"] == "Age/Sex (age)"
    assert again.accepted().fingerprint == first.accepted().fingerprint


def test_birth_dates_of_six_digits() -> None:
    """990115 is 15 January 1999 and 020419 is 19 April 2002: 25 and 22 completed years on 4 October 2024."""
    reading = text(
        "ID,생년월일,방문일,SALT",
        "A,990115,2024-10-04,80",
        "A,1999-01-15,2024-12-27,40",
        "B,020419,2024-10-04,90",
        "B,020419,2024-12-27,60",
    )
    assert reading.accepted().patients["age at baseline"].tolist() == [25, 22]
    assert "990115" not in str(reading.log) + str(reading.problems) + reading.table.to_csv()


@pytest.mark.parametrize(
    "header",
    ["Sex (1=M, 2=F)", "Sex 1=M 2=F", "Sex [1 = Male; 2 = Female]", "성별(남=1, 여=2)", "性別（1=男、2=女）"],
)
def test_a_header_that_says_what_its_codes_mean(header: str) -> None:
    reading = text(f'ID,"{header}",SALT_W0,SALT_W12', "P1,1,80,40", "P2,2,90,60", "P3,1,70,30")
    assert reading.accepted().roles["sex"] == header
    assert renames(reading, header) == {"1": "male", "2": "female"}
    assert not any(p.code in ("measure", "coded_levels") for p in reading.problems)


def test_korean_visits_that_are_only_counted_with_their_dates() -> None:
    reading = text("번호,1차 방문일,1차 SALT,2차 방문일,2차 SALT", "1,2024-01-01,80,2024-03-25,40", "2,2024-01-08,70,2024-04-01,30")
    assert reading.accepted().salt.to_numpy().tolist() == [[80, 40], [70, 30]]
    assert reading.accepted().weeks == (0, 12)


def test_several_visits_in_a_cell_without_a_header_that_lists_them() -> None:
    reading = text("ID,SALT,Sex", "1,80→40→20,F", "2,70→30→10,M")
    assert "Column 'SALT' holds several numbers in a cell ('80→40→20'" in reading.refusal


def test_a_visit_with_its_week_in_brackets() -> None:
    wide = text("ID,SALT V1 (BL),SALT V2 (W4),SALT V3 (W12)", "1,80,60,40", "2,70,50,30")
    rows = [
        f"{p},{v},{s + p}" for p in (1, 2) for v, s in (("Visit 1 (baseline)", 80), ("Visit 2 (wk 4)", 60), ("Visit 3 (wk 12)", 40))
    ]
    long = text("ID,Visit,SALT", *rows)
    assert wide.accepted().weeks == long.accepted().weeks == (0, 4, 12)
    assert not wide.open_problems and not long.open_problems


def test_a_column_of_baselines_beside_the_values_of_later_visits() -> None:
    cohort = text("ID,Baseline SALT,Week,SALT", "1,80,4,60", "1,80,12,40", "2,70,4,50", "2,70,12,30").accepted()
    assert cohort.salt.to_numpy().tolist() == [[80, 60, 40], [70, 50, 30]]


@pytest.mark.parametrize(("scores", "told"), [(False, "stands nowhere in the file"), (True, "are computed here")])
def test_improvements_without_scores_say_what_is_lacking(scores: bool, told: str) -> None:
    """A clinic that wrote down percent improvement only: nothing is computed here from scores that are not there."""
    head = "Code,Sex,SALT W0,SALT W12 improvement (%)" + (",SALT W12" if scores else "")
    rows = [f"P{i},F,{b},{p}" + (f",{b - b * p // 100}" if scores else "") for i, (b, p) in enumerate([(80, 50), (60, 0), (90, 10)])]
    reading = read("\n".join([head, *rows]).encode(), name="clinic.csv")
    assert any(p.code == "worked_out" and told in p.message for p in reading.problems)


@pytest.mark.parametrize("word", ["unknown", "?", "Unk", "미상", "不明", "unbekannt"])
def test_not_known_is_no_level(word: str) -> None:
    """5 of 10 known have it, not 5 of 15. A drug that was stopped for an unknown reason was stopped all the same."""
    rows = [f"P{i},{80 - i},{40 - i},{(word, 'yes', 'no')[i % 3]},{word if i < 4 else ''}" for i in range(15)]
    reading = read("\n".join(["ID,SALT W0,SALT W12,Atopy,Stop reason", *rows]).encode(), name="clinic.csv")
    cohort = reading.accepted()
    assert cohort.patients["Atopy"].value_counts().to_dict() == {"yes": 5, "no": 5}
    assert [(p.level, p.column) for p in reading.problems if p.code == "not_known"] == [("note", "Atopy")]
    assert cohort.patients["Stop reason"].notna().sum() == 4
    told = analyses.baseline(cohort, AnalysisPlan(stratifier="none")).rows(variable="Atopy").iloc[0]
    assert (told["k"], told["n"]) == (5, 10)


def test_one_dose_written_in_several_ways_is_proposed_as_one() -> None:
    """“4” and “4 mg” stood as two doses, beside each other in every comparison; a dose that was changed stays its own."""
    doses = ["4", "4 mg", "4mg/day", "2", "2 mg qd", "2->4"]
    reading = text("ID,Dose (mg),SALT W0,SALT W12", *(f"P{i},{doses[i % 6]},80,{40 - i}" for i in range(12)))
    guess = next(g for g in reading.columns if g.column == "Dose (mg)")
    assert dict(guess.values) == {"4 mg": "4", "4mg/day": "4", "2 mg qd": "2"}


def test_dots_and_hyphens_make_no_level() -> None:
    reading = text(
        "ID,Prior,Type,SALT W0,SALT W12",
        *(f"P{i},{('M.T.X.', 'mtx', 'pre-treated')[i % 3]},A.{'TU'[i % 2]}.,80,{40 - i}" for i in range(9)),
    )
    values = {g.column: dict(g.values) for g in reading.columns}
    assert values["Prior"] == {"mtx": "M.T.X."}
    assert [p.message for p in reading.problems if p.column == "Type" and p.code == "spellings"] == []


def test_numbers_among_which_are_too_many_texts_are_told_to_be_text() -> None:
    """A laboratory's flags (“40 H”, “<10”) in a third of the cells: the column was read as eight levels, without a word."""
    labs = ["23", "18", "55", "31", "40 H", "<10", "22", "29"]
    reading = text("ID,ALT base,SALT W0,SALT W12", *(f"P{i},{labs[i % 8]},80,{40 - i}" for i in range(16)))
    told = [p for p in reading.problems if p.column == "ALT base"]
    assert [p.code for p in told] == ["numbers_and_texts"]
    assert "12 numbers and 4 texts ('40 H', '<10')" in told[0].message
    assert reading.accepted().patients["ALT base"].dtype == "str"


@pytest.mark.parametrize(
    "header", ["Current episode > 4y", "Episode ≥ 48 months", "Longer than 4 years", "罹病期間4年以上", "유병기간 4년 이상"]
)
@pytest.mark.parametrize("cells", ["YN", "10"])
def test_a_limit_of_time_is_no_visit_and_nothing_worked_out(header: str, cells: str) -> None:
    """“> 4y” was week 208 and a response to treatment, and left out as “worked out from SALT after baseline”."""
    reading = text(f"ID,{header},SALT W0,SALT W12,SALT ≤20 W12", *(f"P{i},{cells[i % 2]},80,{40 - i},N" for i in range(8)))
    roles = {g.column: g.role for g in reading.columns}
    assert (roles[header], roles["SALT ≤20 W12"]) == ("fact", "unused")
    assert not [p for p in reading.problems if p.column == header]
    assert header in reading.accepted().baseline_columns


@pytest.mark.parametrize(
    "header",
    ["D/C reason", "EOSSTT", "DCSREAS", "AESER", "Arrêt", "Motif d'arrêt", "Therapieabbruch", "Suspensão", "İlaç kesilme nedeni"],
)
def test_what_became_of_a_patient_is_no_baseline_fact(header: str) -> None:
    """Also in the words of CDISC and of other languages."""
    reading = text(f"ID,{header},SALT W0,SALT W12", *(f"P{i},{('a', 'b')[i % 2]},80,{40 - i}" for i in range(8)))
    assert header not in reading.accepted().baseline_columns


def test_a_status_of_trials_tells_who_left() -> None:
    """COMPLETED and DISCONTINUED under EOSSTT: “the drug was stopped in 90/90”."""
    reading = text(
        "USUBJID,EOSSTT,SALT W0,SALT W12", *(f"P{i},{'DISCONTINUED' if i % 4 == 0 else 'COMPLETED'},80,{40 - i}" for i in range(16))
    )
    told = analyses.estimand(reading.accepted(), AnalysisPlan(stratifier="none"))
    assert "ended early in 4/16 (25.0 %)" in told.sentence


def test_diseases_that_one_cell_lists_are_counted_each() -> None:
    """“AD + AR” was a level beside “AD”: 13 had atopic dermatitis where 28 had."""
    cells = ["AD", "AD + AR", "asthma", "no"]
    reading = text("ID,Atopy,SALT W0,SALT W12", *(f"P{i},{cells[i % 4]},80,{40 - i}" for i in range(20)))
    told = analyses.baseline(reading.accepted(), AnalysisPlan(stratifier="none")).table
    counted = told[told["variable"].str.startswith("Atopy") | told["variable"].isin(["AD", "AR", "Asthma"])]
    assert sorted(zip(counted["k"], counted["n"], strict=True)) == [(5, 20), (5, 20), (10, 20)], "AR, asthma, AD: by hand"


def events(reading: Reading) -> list[tuple[str, str, float]]:
    found = reading.accepted().events
    return sorted((p, t, -1.0 if g != g else g) for p, t, g in zip(found["patient"], found["term"], found["grade"], strict=True))


@pytest.mark.parametrize(
    ("flag", "names", "yes_no"),
    [
        ("AE (Y/N)", "AE term", "YN"),
        ("AE", "AE details", "10"),
        ("ae_yn", "ae_desc", "10"),
        ("이상반응 유무", "이상반응 내용", "유무"),
        ("有害事象の有無", "有害事象名", "有無"),
    ],
)
def test_the_column_that_names_events_is_theirs(flag: str, names: str, yes_no: str) -> None:
    """The yes or no beside it took the role, and the events were lost: “Most often Y”."""
    rows = [f"P{i},{yes_no[i % 2]},{('acne', '')[i % 2]},80,{40 - i}" for i in range(4)]
    reading = text(f"ID,{flag},{names},SALT W0,SALT W12", *rows)
    assert events(reading) == [("P0", "acne", -1), ("P2", "acne", -1)]
    assert reading.accepted().roles["adverse_event"] == names


def test_events_in_several_columns_are_all_counted_with_their_own_grades() -> None:
    """Those of AE 2 and 3 were lost, and the columns stood among the baseline facts."""
    reading = text(
        "ID,AE1,Grade1,AE2,Grade2,AE3,SALT W0,SALT W12",
        *("P0,acne,1,headache,3,,80,40", "P1,none,,,,,80,30", "P2,,,zoster,2,,80,20", "P3,headache,2,,,,80,10"),
    )
    assert events(reading) == [("P0", "acne", 1), ("P0", "headache", 3), ("P2", "zoster", 2), ("P3", "headache", 2)]
    cohort = reading.accepted()
    assert cohort.fact(cohort.roles["adverse_event"]).tolist() == ["yes", "no", "yes", "yes"] and not cohort.baseline_columns


@pytest.mark.parametrize(("cells", "said"), [(("継続", "中止(無効)", "転院"), False), (("軽快", "", ""), True)])
def test_what_became_of_everyone_is_no_outcome_of_an_event(cells: tuple[str, ...], said: bool) -> None:
    """転帰 of who had no event is the patient's: who stopped was lost with it."""
    rows = [f"P{i},{('ざ瘡', 'なし', 'なし')[i % 3]},{cells[i % 3]},80,{40 - i}" for i in range(12)]
    cohort = text("ID,有害事象,転帰,SALT W0,SALT W12", *rows).accepted()
    assert ("転帰" in cohort.patients.columns) is not said and "転帰" not in cohort.baseline_columns
    assert cohort.events["outcome"].notna().all() == said
    if not said:
        assert "ended early in 8/12 (66.7 %)" in analyses.estimand(cohort, AnalysisPlan(stratifier="none")).sentence


def test_durations_with_a_word_among_them_are_durations() -> None:
    """“childhood” among “2y” and “18 m” made the whole column a list of names, without a word."""
    cells = ["2y", "18 m", "3 years", "6 mo", "childhood"]
    reading = text("ID,Duration,SALT W0,SALT W12", *(f"P{i},{cells[i % 5]},80,{40 - i}" for i in range(10)))
    told = {p.code: p for p in reading.problems if p.column == "Duration"}
    assert "'childhood'" in told["fact_not_a_number"].message and told["fact_not_a_number"].rows == (6, 11)
    values = reading.accepted().fact("Duration").tolist()
    assert values[:4] == [2, 1.5, 3, 0.5] and np.isnan(values[4])


def test_a_table_of_a_trial_as_cdisc_has_it() -> None:
    """BASE repeats the baseline, PARAM the parameter, STUDYID is of the study and SAFFL of a population: none is a characteristic."""
    rows = [
        f"S,P{i},{30 + i},{'FM'[i % 2]},{('Placebo', '4 mg')[i % 2]},Y,{p},{p} total,{visit},{value},{80 - i if p == 'SALT' else ''}"
        for i in range(6)
        for visit, fall in (("Baseline", 0), ("Week 12", 20))
        for p, value in (("SALT", 80 - i - fall), ("DLQI", 10 + i))
    ]
    reading = text("STUDYID,USUBJID,AGE,SEX,TRT01P,SAFFL,PARAMCD,PARAM,AVISIT,AVAL,BASE", *rows, name="adqs.csv")
    assert [p.column for p in reading.problems if p.code == "baseline_again"] == ["BASE"]
    cohort = reading.accepted()
    assert set(cohort.baseline_columns) == {"AGE", "SEX", "TRT01P", "SAFFL"}
    assert "SAFFL" not in set(analyses.baseline(cohort, AnalysisPlan(stratifier="none")).table["variable"])


def test_a_baseline_column_that_says_something_else_stays() -> None:
    reading = text("ID,Baseline severity,SALT W0,SALT W12", *(f"P{i},{80 if i else 79},80,{40 - i}" for i in range(6)))
    assert "Baseline severity" in reading.accepted().baseline_columns


@pytest.mark.parametrize("began", ["start_date", "Start", "AE start date", "onset date"])
def test_where_an_event_began_is_no_first_dose_and_counts_from_the_first_visit(began: str) -> None:
    """Weeks of all visits were counted from the start of an event: baselines of another visit, 219 of 480 visits “not made”. By hand:
    events of day 30 and of day −10."""
    visits = [["patient", "date", "SALT"]]
    for i in range(6):
        visits += [[f"P{i}", f"2023-{m:02}-01", s] for m, s in ((1, 90 - i), (4, 60 - i), (7, 30 - i))]
    listed = [["patient", "event", began, "grade"], ["P0", "acne", "2023-01-31", 1], ["P1", "headache", "2022-12-22", 2]]
    listed += [[f"P{i}", "zoster", "2023-03-02", 2] for i in range(2, 6)]
    cohort = workbook(visits=visits, **{"adverse events": listed}).accepted()
    assert cohort.baseline.tolist() == [90, 89, 88, 87, 86, 85] and not np.isnan(cohort.values).any()
    days = dict(zip(cohort.events["term"], cohort.events["onset_day"], strict=True))
    assert (days["acne"], days["headache"]) == (30, -10)
