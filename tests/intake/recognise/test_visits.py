"""Headers of visits as clinics write them, in three languages: each is read as its week, or asked about, never lost."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from aadash.intake import Reading, read
from aadash.intake.recognise.visits import parse_visit

#: Ways to write a week (N), a month (M) or baseline around the word SALT; made from what the words mean, not from the reader.
WEEKS = (
    *("SALT_W{n}", "SALT W{n}", "SALT-W{n}", "SALT.w{n}", "SALT{n}w", "SALTW{n}", "SALT W0{n}", "SALT-{n}W", "{n}w SALT", "W{n}SALT"),
    *("SALT week {n}", "SALT (week {n})", "SALT [wk {n}]", "SALT wk.{n}", "SALT at week {n}", "Week{n}_SALT", "{n} weeks SALT"),
    *(
        "SALT score after {n} weeks",
        "SALT @ {n} weeks",
        "SALT {n} week follow-up",
        "SALT after {n}wks tx",
        "{n}-week SALT",
        "SALT: {n} wks",
    ),
    *(
        "SALT_W{n} (±2)",
        "SALT_W{n}±4",
        "SALT wk{n} +/-3d",
        "SALT W{n} (± 2 weeks)",
        "SALT (%) W{n}",
        "Total SALT W{n}",
        "SALT_total_{n}w",
    ),
    *(
        "{n}주 SALT",
        "SALT {n}주",
        "SALT({n}주)",
        "치료 후 {n}주 SALT",
        "치료 {n}주차 SALT",
        "투여 후 {n}주 SALT",
        "SALT 점수({n}주)",
        "{n}주 후 SALT 점수",
    ),
    *(
        "{n}週SALT",
        "SALT{n}週",
        "投与{n}週後SALT",
        "投与後{n}週SALT",
        "治療{n}週後 SALT",
        "{n}週目SALT",
        "SALT_{n}週時",
        "第{n}週 SALT",
        "{n}週間後SALT",
    ),
    *("ＳＡＬＴ＿Ｗ{n}", "SALT　{n}週", "탈모점수 {n}주", "SALTスコア{n}週"),
)
MONTHS = (
    *("SALT {m}M", "M{m} SALT", "SALT month {m}", "SALT {m} mo", "SALT_M{m}", "SALT_{m}m", "{m}-month SALT", "SALT at {m} months"),
    *(
        "SALT Mo{m}",
        "{m}개월 SALT",
        "SALT {m}개월",
        "치료 {m}개월 후 SALT",
        "{m}개월차 SALT",
        "{m}ヶ月後SALT",
        "{m}か月SALT",
        "SALT {m}ヵ月",
        "投与{m}ヶ月後SALT",
    ),
)
BASELINES = (
    *(
        "SALT_W0",
        "baseline SALT",
        "SALT BL",
        "SALT base",
        "SALT pre",
        "SALT before treatment",
        "SALT_baseline",
        "SALT initial",
        "SALT at start",
    ),
    *("SALT D0", "SALT 0w", "SALT (baseline)", "Pre SALT", "SALT_pretreatment", "SALT screening/baseline", "SALT first visit"),
    *(
        "초기 SALT",
        "기저 SALT",
        "기저치 SALT",
        "치료 전 SALT",
        "치료전 SALT",
        "투여전 SALT",
        "베이스라인 SALT",
        "초진 SALT",
        "SALT 0주",
    ),
    *("治療前SALT", "投与前SALT", "開始時SALT", "初診時SALT", "ベースラインSALT", "SALT 0週"),
)
WORDS = {
    "SALT three months": 13,
    "SALT twelve weeks": 12,
    "SALT twenty-four weeks": 24,
    "SALT half a year": 26,
    "SALT one year": 52,
    "세 달 후 SALT": 13,
    "반년 후 SALT": 26,
    "일년 후 SALT": 52,
    "육개월 SALT": 26,
    "십이주 SALT": 12,
    "半年後SALT": 26,
    "三ヶ月後SALT": 13,
    "十二週SALT": 12,
    "1年後SALT": 52,
    "SALT Day 84": 12,
    "SALT_d84": 12,
    "SALT S12": 12,
    "S12": 12,
}
#: SALT of a week that nothing says.
UNCLEAR = (
    *(
        "SALT post",
        "SALT after",
        "SALT last visit",
        "SALT final",
        "SALT current",
        "SALT follow-up",
        "SALT EOT",
        "SALT (new)",
        "SALT max",
    ),
    *(
        "치료후 SALT",
        "최종 SALT",
        "추적 SALT",
        "현재 SALT",
        "SALT 재측정",
        "治療後SALT",
        "最終SALT",
        "直近のSALT",
        "SALT再評価",
        "SALT II",
    ),
)


def _read(first: str, *others: str) -> Reading:
    head = ",".join(f'"{h}"' for h in ("ID", "Sex", first, *others))
    rows = [f"P{i:02d},{'FM'[i % 2]},{60 + 3 * i}" + "".join(f",{30 + 2 * i + j}" for j in range(len(others))) for i in range(8)]
    return read("\n".join([head, *rows, ""]))


def _weeks(reading: Reading) -> dict[str, int | None]:
    return {g.column: g.week for g in reading.columns if g.role == "salt"}


CASES = [
    *((w.format(n=n), n) for w, n in itertools.product(WEEKS, (4, 12, 24, 36))),
    *((m.format(m=n), week) for m, (n, week) in itertools.product(MONTHS, ((3, 13), (6, 26), (9, 39)))),
    *WORDS.items(),
]


@pytest.mark.parametrize(("header", "week"), CASES, ids=[c[0] for c in CASES])
def test_a_header_of_another_style_beside_plain_ones_is_that_week(header: str, week: int) -> None:
    reading = _read("SALT_W0", header, "SALT_W104")
    assert _weeks(reading) == {"SALT_W0": 0, header: week, "SALT_W104": 104}
    assert reading.draft is not None and reading.draft.weeks == (0, week, 104)


@pytest.mark.parametrize("header", BASELINES)
def test_baselines(header: str) -> None:
    reading = _read(header, "SALT_W12")
    assert _weeks(reading) == {header: 0, "SALT_W12": 12}


@pytest.mark.parametrize("header", UNCLEAR)
def test_salt_of_an_unknown_week_is_asked_about_and_is_no_fact(header: str) -> None:
    reading = _read("SALT_W0", "SALT_W12", header)
    assert any(p.level == "error" and p.column == header and p.open for p in reading.problems)
    assert reading.draft is not None and header not in reading.draft.patients and header in reading.unused
    assert reading.draft.weeks == (0, 12)


@pytest.mark.parametrize(
    "header", ["SALT rater 2", "SALT_reader_2", "SALT W12 rater B", "SALT baseline (second reader)", "SALT 평가자 2"]
)
def test_a_second_reading_is_a_fact_to_compare(header: str) -> None:
    reading = _read("SALT_W0", "SALT_W12", header)
    assert reading.accepted().weeks == (0, 12) and header in reading.accepted().patients and not reading.open_problems
    assert [p.level for p in reading.problems if p.code == "second_reading"] == ["note"]
    assert (header in reading.accepted().baseline_columns) == ("W12" not in header)


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("SALT change W12", "worked_out"),
        ("SALT75 responder", "worked_out"),
        ("% change in SALT", "worked_out"),
        ("SALT 개선율", "worked_out"),
        ("SALT改善率", "worked_out"),
    ],
)
def test_what_is_worked_out_from_salt_is_told_and_is_no_fact(header: str, code: str) -> None:
    reading = _read("SALT_W0", "SALT_W12", header)
    assert [p.column for p in reading.problems if p.code == code and p.level == "warning"] == [header]
    assert reading.draft is not None and header not in reading.draft.patients


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("VAS", "VAS"),
        ("DLQI", "DLQI"),
        ("가려움 VAS", "Itch VAS"),
        ("かゆみVAS", "Itch VAS"),
        ("Eyebrow", "Eyebrow ClinRO"),
        ("눈썹", "Eyebrow ClinRO"),
        ("まつげ", "Eyelash ClinRO"),
        ("hair density", "Hair density"),
    ],
)
def test_another_score_is_a_measure_with_visits_of_its_own(header: str, name: str) -> None:
    text = f"ID,SALT_W0,SALT_W12,{header} W0,{header} W24\n" + "".join(
        f"P{i},{70 + i},{20 + i},{i % 4},{(i + 1) % 3}\n" for i in range(8)
    )
    cohort = read(text).cohort
    assert cohort is not None and cohort.weeks == (0, 12)
    assert list(cohort.measures) == [name]
    frame = cohort.measures[name][1]
    assert list(frame.columns) == [0, 24]
    assert frame[0].tolist() == [float(i % 4) for i in range(8)]
    assert f"{header} W24" not in cohort.patients


@pytest.mark.parametrize("name", ["HADS-A", "HADS-D", "PHQ-9", "GAD-7", "EQ-5D", "EQ-5D-5L", "SF-36", "WHO-5"])
@pytest.mark.parametrize("spelled", [str, str.lower, lambda name: name.replace("-", "_"), lambda name: name.replace("-", " ")])
def test_a_score_whose_name_has_a_number_or_a_hyphen_keeps_it_and_its_baseline(name: str, spelled: Callable[[str], str]) -> None:
    """“EQ-5D BL” was day 5 of “eq”, and its week 12 a measure “EQ 5D” without a baseline; HADS-A was “Hads a”."""
    values = [0.1, 0.4, 0.3, 0.9]
    head = f"ID,SALT_W0,SALT_W12,{spelled(name)} BL,{spelled(name)} W12"
    rows = "".join(f"P{i},{80 + i},{40 + i},{v},{v / 2}\n" for i, v in enumerate(values))
    cohort = read(f"{head}\n{rows}").accepted()
    assert {n: (m.assumed, list(f.columns)) for n, (m, f) in cohort.measures.items()} == {name: (False, [0, 12])}
    assert list(cohort.patients.columns) == [] and list(cohort.salt.columns) == [0, 12]


def test_a_column_of_a_later_visit_is_never_a_baseline_fact() -> None:
    text = "ID,SALT_W0,SALT_W12,Mood W12,Dose W0,Dose W12\n" + "".join(f"P{i},{70 + i},{20 + i},fine,2,4\n" for i in range(8))
    reading = read(text)
    assert reading.draft is not None
    assert "Mood W12" not in reading.draft.patients and "Dose W12" not in reading.draft.patients
    assert {"Mood W12", "Dose W12"} <= set(reading.unused)
    assert any(p.code == "later_visit" and "Mood W12" in p.message for p in reading.problems)


@pytest.mark.parametrize(
    ("visits", "weeks"),
    [
        (("W-4", "W0", "W12"), (0, 12)),
        (("W-0", "W-4", "W-12"), (0, 4, 12)),
        (("Week -4", "Week 0", "Week 12"), (0, 12)),
        (("W(-4)", "W0", "W12"), (0, 12)),
    ],
)
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_a_hyphen_is_a_minus_where_the_other_visits_have_none(visits: tuple[str, ...], weeks: tuple[int, ...], layout: str) -> None:
    if layout == "wide":
        text = "ID," + ",".join(f"SALT {v}" for v in visits) + "\n" + "".join(f"P{i},{70 + i},{60 + i},{20 + i}\n" for i in range(6))
    else:
        text = "ID,Visit,SALT\n" + "".join(f"P{i},{v},{70 - 10 * j + i}\n" for i in range(6) for j, v in enumerate(visits))
    reading = read(text)
    assert reading.draft is not None and reading.draft.weeks == weeks
    assert (len(weeks) == 3) or any(p.code == "before_baseline" for p in reading.problems)


@pytest.mark.parametrize(
    ("names", "asked"),
    [
        (("0", "2", "4", "6", "8"), True),
        (("0", "3", "6"), True),
        (("0", "12", "24"), False),
        (("0", "4", "8", "12", "16", "24"), False),
    ],
)
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_bare_numbers_that_may_be_months_are_asked(names: tuple[str, ...], asked: bool, layout: str) -> None:
    if layout == "wide":
        head = ",".join(f"SALT {n}" for n in names)
        text = f"ID,{head}\n" + "".join(f"P{i}," + ",".join(str(90 - 5 * j + i) for j in range(len(names))) + "\n" for i in range(6))
    else:
        text = "ID,time,SALT\n" + "".join(f"P{i},{n},{90 - 5 * j + i}\n" for i in range(6) for j, n in enumerate(names))
    told = [p for p in read(text).problems if p.code in ("unit_unknown", "visit_number")]
    assert [p.level for p in told] == (["error"] if asked else ["note"])


@pytest.mark.parametrize("letter", ["Y", "y", "T", "V"])
def test_letters_that_are_no_unit_are_asked(letter: str) -> None:
    text = f"ID,{letter}0,{letter}1,{letter}2\n" + "".join(f"P{i},{80 + i},{40 + i},{10 + i}\n" for i in range(6))
    assert [p.level for p in read(text).problems if p.code == "visit_number"] == ["error"]


@pytest.mark.parametrize("name", ["Timepoint", "time point", "TP", "時点", "시점", "차수"])
def test_time_points_that_are_only_numbered_are_asked_about(name: str) -> None:
    rows = [f"P{i},{k},{v}" for i in range(3) for k, v in ((1, 80), (2, 40), (3, 20))]
    reading = read("\n".join([f"ID,{name},SALT", *rows]))
    assert [p.code for p in reading.open_problems] == ["visit_number"]
    assert reading.accepted().salt.iloc[0].tolist() == [80, 40, 20]


@pytest.mark.parametrize(("before", "after"), [("前", "3M後"), ("전", "12주 후")])
def test_before_alone_is_baseline(before: str, after: str) -> None:
    reading = read("\n".join(["ID,時点,SALT", *(f"P{i},{w},{v}" for i in range(3) for w, v in ((before, 80), (after, 40)))]))
    assert reading.accepted().weeks[0] == 0 and reading.accepted().values[:, 0].tolist() == [80] * 3


@pytest.mark.parametrize(
    "header", ["BMI (kg/m2)", "BMI(kg/㎡)", "BMI [kg/m²]", "체질량지수 kg / m2", "eGFR (mL/min/1.73m2)", "BSA (m²)", "T3", "T4"]
)
def test_a_square_metre_and_a_hormone_are_no_visits(header: str) -> None:
    """“BMI (kg/m2)” was the score “Bmi kg” at week 9 and not in Table 1; T3 and T4 were asked about as SALT at weeks 4 and 8."""
    rows = "".join(f"P{i},{60 + i},{40 + i},{20 + i / 7:.1f}\n" for i in range(20))
    reading = read([("a.csv", f"ID,SALT W0,SALT W12,{header}\n{rows}".encode())])
    assert reading.cohort is not None and list(reading.cohort.patients.columns) == [header]
    assert list(reading.cohort.weeks) == [0, 12] and not reading.cohort.measures


def test_a_month_is_still_one_beside_a_slash_and_numbered_visits_are_asked() -> None:
    assert [parse_visit(t).week for t in ("SALT/M2", "SALT (m2)", "SALT 2m")] == [9, 9, 9]  # type: ignore[union-attr]
    both = "ID,SALT V1,V2\n" + "".join(f"P{i},{60 + i},{40 + i}\n" for i in range(9))
    assert [g.column for g in read([("a.csv", both.encode())]).columns if g.role == "salt"] == ["SALT V1", "V2"]


@pytest.mark.parametrize("header", ["SALT前", "SALT전", "前SALT", "전 SALT", "SALT 前"])
def test_salt_before_is_the_baseline(header: str) -> None:
    """“SALT前” beside “SALT1か月” left the file without a baseline."""
    rows = [f"{i},{'男女'[i % 2]},{30 + i},{90 - i},{60 - i}" for i in range(1, 7)]
    reading = read("\n".join([f"症例,性,歳,{header},SALT3か月", *rows]))
    assert reading.accepted().weeks == (0, 13) and {"sex": "性", "age": "歳"}.items() <= reading.role_columns().items()
