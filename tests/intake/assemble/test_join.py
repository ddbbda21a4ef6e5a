"""SALT on several sheets or files: nothing of it is lost, whatever the arrangement."""

from __future__ import annotations

import itertools

import pytest

from aadash.intake import Reading, read

WEEKS = (0, 12, 24, 36, 52)
SEX = "FMFMFFMM"


def value(i: int, week: int, arm: int = 0) -> int:
    """SALT of patient i: made so that no two cells of a patient or a visit are the same."""
    return 95 - 3 * i - week - 20 * arm if 95 - 3 * i - week - 20 * arm >= 0 else (7 * i + week) % 20


def wide(
    name: str, weeks: tuple[int, ...], who: range = range(8), arm: int = 0, code: str = "P{:02d}", sex: bool = True
) -> tuple[str, bytes]:
    head = ["ID", "Sex", *(f"SALT_W{w}" for w in weeks)]
    rows = [[code.format(i), SEX[i % 8], *(str(value(i, w, arm)) for w in weeks)] for i in who]
    return name, "\n".join(",".join(r) for r in [head, *rows]).encode()


def long(name: str, weeks: tuple[int, ...], who: range = range(8)) -> tuple[str, bytes]:
    return name, "\n".join(["ID,Visit,SALT", *(f"P{i:02d},W{w},{value(i, w)}" for i in who for w in weeks)]).encode()


def cells(reading: Reading) -> dict[tuple[str, int], float]:
    assert reading.draft is not None, reading.refusal
    salt = reading.draft.salt
    return {(str(c), int(w)): float(salt.loc[c, w]) for c in salt.index for w in salt.columns if salt.loc[c, w] == salt.loc[c, w]}


def truth(who: range, weeks: tuple[int, ...], arm: int = 0, code: str = "P{:02d}") -> dict[tuple[str, int], float]:
    return {(code.format(i), w): float(value(i, w, arm)) for i in who for w in weeks}


@pytest.mark.parametrize("cut", range(1, 5))
@pytest.mark.parametrize(("first", "second"), list(itertools.product((wide, long), repeat=2)))
def test_later_visits_of_the_same_patients_are_joined(cut: int, first: object, second: object) -> None:
    one = first("first.csv", WEEKS[:cut])  # type: ignore[operator]
    two = second("second.csv", WEEKS[cut:])  # type: ignore[operator]
    for files in ([one, two], [two, one]):
        assert cells(read(files)) == truth(range(8), WEEKS)


def test_later_visits_of_some_patients_only() -> None:
    assert cells(read([wide("a.csv", WEEKS[:3]), wide("b.csv", WEEKS[3:], range(2, 7))])) == truth(range(8), WEEKS[:3]) | truth(
        range(2, 7), WEEKS[3:]
    )


@pytest.mark.parametrize("same_visits", [True, False])
def test_other_patients_are_added_with_where_they_come_from(same_visits: bool) -> None:
    second = WEEKS[:3] if same_visits else WEEKS[:2]
    reading = read([wide("seoul.csv", WEEKS[:3]), wide("osaka.csv", second, range(20, 26))])
    assert cells(reading) == truth(range(8), WEEKS[:3]) | truth(range(20, 26), second)
    assert reading.draft is not None
    assert reading.draft.patients["sheet"].value_counts().to_dict() == {"seoul.csv": 8, "osaka.csv": 6}
    assert any(p.code == "stacked" and p.level == "warning" for p in reading.problems)


@pytest.mark.parametrize("n", [2, 3])
def test_codes_that_start_again_are_told_and_made_distinct(n: int) -> None:
    names = ("Bari.csv", "Rito.csv", "Deux.csv")[:n]
    reading = read([wide(name, WEEKS[:2], range(1, 9), arm, code="{}") for arm, name in enumerate(names)])
    expected: dict[tuple[str, int], float] = {}
    for arm, name in enumerate(names):
        expected |= truth(range(1, 9), WEEKS[:2], arm, code=f"{name}-{{}}")
    assert cells(reading) == expected
    assert any("start again" in p.message and p.level == "warning" for p in reading.problems)


def test_the_same_cells_again_are_compared() -> None:
    one = wide("a.csv", WEEKS[:2])
    changed = one[1].replace(b"P03,M,86,74", b"P03,M,86,47")
    assert changed != one[1]
    reading = read([one, ("b.csv", changed)])
    assert cells(reading) == truth(range(8), WEEKS[:2])
    told = [p for p in reading.problems if p.code == "tables_differ"]
    assert len(told) == 1 and "P03 week 12: 74 and 47" in told[0].message


def test_one_file_a_visit_and_one_file_a_patient() -> None:
    visits = [(f"Week {w}.csv", "\n".join(["ID,SALT", *(f"P{i:02d},{value(i, w)}" for i in range(8))]).encode()) for w in WEEKS]
    assert cells(read(visits)) == truth(range(8), WEEKS)
    patients = [(f"P{i:02d}", "\n".join(["Visit,SALT", *(f"W{w},{value(i, w)}" for w in WEEKS)]).encode()) for i in range(8)]
    assert cells(read(patients)) == truth(range(8), WEEKS)


def test_patients_who_are_nowhere_else_and_have_no_baseline_are_told() -> None:
    reading = read([wide("a.csv", WEEKS[:3]), wide("b.csv", WEEKS[3:], range(6, 10))])
    assert cells(reading) == truth(range(8), WEEKS[:3]) | truth(range(6, 8), WEEKS[3:])
    assert any(p.code == "unknown_patient" and "P08, P09" in p.message for p in reading.problems)


@pytest.mark.parametrize("salt", [wide, long])
@pytest.mark.parametrize("head", ["ID,Week,DLQI", "ID,Visit,Hb (g/dL),AST"])
def test_another_score_on_its_own_sheet_is_a_measure_of_the_same_patients(salt: object, head: str) -> None:
    """SALT across and DLQI down were two cohorts of DLQI under each other (“DLQI 36 is outside 0–30”); so with blood tests."""
    name = "DLQI" if "DLQI" in head else "Hemoglobin"
    last = ",20" * (head.count(",") - 2)
    rows = [f"P{i:02d},{w},{10 + i % 5 - w / 12:g}{last}" for i in range(8) for w in (0, 12, 24)]
    files = [("visits.csv", "\n".join([head, *rows, "P77,0,12" + last]).encode()), salt("salt.csv", WEEKS)]  # type: ignore[operator]
    for given in (files, files[::-1]):
        reading = read(given)
        assert cells(reading) == truth(range(8), WEEKS) and reading.draft is not None
        frame = reading.draft.measures[name][1]
        assert frame.loc["P03", [0, 12, 24]].tolist() == [13, 12, 11] and frame.notna().to_numpy().sum() == 24
        assert any(p.code == "unknown_patient" and "P77" in p.message for p in reading.problems)
        assert not reading.unused and not any(p.code in ("score", "stacked") for p in reading.problems)
        again = read(given, mapping=reading.mapping).draft
        assert again is not None and again.fingerprint == reading.draft.fingerprint


def test_blood_tests_by_date_are_of_the_weeks_since_the_first_dose() -> None:
    """A sheet with a date and a column for each test was “nothing new”: each column “changes from visit to visit”."""
    salt = "ID,First dose,SALT W0,SALT W12\n" + "".join(f"P{i},2024-01-0{1 + i},80,{40 + i}\n" for i in range(4))
    days = {
        "P0": ("2023-12-20", "2024-01-01", "2024-03-26"),
        "P1": ("2024-01-02", "2024-03-25"),
        "P2": ("2024-01-03",),
        "P3": ("2024-01-04",),
    }
    rows = [f"{code},{day},{14 - i},{20 + i},ok" for code, dates in days.items() for i, day in enumerate(dates)]
    reading = read([("salt.csv", salt.encode()), ("labs.csv", "\n".join(["ID,Date,Hb (g/dL),AST,Note", *rows]).encode())])
    assert reading.draft is not None and reading.unused == ("Note",)
    found = reading.draft.measures["Hemoglobin"][1]
    # by hand: of two before the first dose the later; 26 March is day 85, 25 March day 83 of the second patient
    assert found.loc["P0"].tolist() == [13, 12] and found.loc["P1"].tolist() == [14, 13] and list(found.columns) == [0, 12]
    assert reading.draft.measures["AST"][1].loc["P0"].tolist() == [21, 22]
