"""The account of a file adds up: cells used, cells that name columns, cells asked about, cells left out = cells present."""

from __future__ import annotations

import random

import pytest

from aadash.intake import Decisions, read
from aadash.intake.check.whole import WholeFile
from tests.intake.test_corpus import CASES, FILES

COLUMNS = {
    "Sex": lambda r: r.choice("FM"),
    "Age": lambda r: str(r.randint(20, 70)),
    "Name": lambda r: r.choice(["Kim, Minsu", "Lee, Jane", "Park, Ann", "Choi, Bo"]),
    "Remark": lambda r: r.choice(["", "came late", "photo taken"]),
    "SALT change W12": lambda r: str(-r.randint(0, 60)),
    "DLQI W0": lambda r: str(r.randint(0, 30)),
    "DLQI W12": lambda r: str(r.randint(0, 30)),
    "치료후 SALT": lambda r: str(r.randint(0, 100)),
    "Mood W12": lambda r: r.choice(["", "good", "bad"]),
    "SALT_W24": lambda r: r.choice(["", "NA", "40", "55", "<5", "abc", "120", "lost to follow-up"]),
}


def _file(seed: int) -> tuple[list[list[str]], int]:
    r = random.Random(seed)
    extra = r.sample(list(COLUMNS), r.randint(0, 7))
    head = ["ID", "SALT_W0", "SALT_W12", *extra]
    rows = [
        [f"P{i:02d}", str(r.randint(50, 100)), str(r.randint(0, 49)), *(COLUMNS[c](r) for c in extra)] for i in range(r.randint(4, 12))
    ]
    if r.random() < 0.4:
        rows.insert(r.randint(1, len(rows)), ["Mean", "70", "30", *[""] * len(extra)])
    if r.random() < 0.3:
        rows[-1] = rows[-1][:-1]
    if r.random() < 0.3:
        rows[0] = [*rows[0], "beyond"]
    if r.random() < 0.3:
        rows = [["Clinic of dermatology", *[""] * (len(head) - 1)], head, *rows]
    else:
        rows = [head, *rows]
    return rows, sum(1 for row in rows for c in row if c.strip())


@pytest.mark.parametrize("seed", range(60))
def test_cells_used_and_cells_told_are_the_cells_present(seed: int) -> None:
    rows, present = _file(seed)
    text = "\n".join(",".join(f'"{c}"' if "," in c else c for c in row) for row in rows)
    reading = read(text)
    whole = reading.whole
    assert whole is not None
    assert whole.used + whole.names + whole.asked + sum(whole.left.values()) == whole.cells == present
    if reading.draft is None:
        return
    told = " ".join(p.message for p in reading.problems) + " ".join(reading.unused)
    for name in (n for n in COLUMNS if any(n in row for row in rows[:2])):
        in_cohort = name in reading.draft.patients or any(g.column == name and g.week is not None for g in reading.columns)
        assert in_cohort or name in told, name
    kept = sum(bool(c) for c in reading.draft.salt.index) + int(reading.draft.salt.notna().to_numpy().sum())
    assert whole.used >= kept


@pytest.mark.parametrize(
    "name", [c for c in CASES if (FILES / c).is_file() and c.endswith((".csv", ".tsv", ".txt", ".xlsx", ".ods", ".xls"))]
)
def test_every_file_of_the_corpus_adds_up(name: str) -> None:
    from aadash.errors import IntakeError
    from aadash.intake.read.files import load

    data = (FILES / name).read_bytes()
    try:
        reading = read(data, name=name)
    except IntakeError:
        return
    if reading.whole is None:
        return
    present = sum(1 for grid in load(data, name, None) for row in grid.rows for c in row if c and not c.isspace())
    assert reading.whole.cells == present
    assert "None" not in reading.whole.sentence()


def test_a_row_of_which_another_was_kept_is_not_used() -> None:
    """P2 stands twice with another SALT: of "keep" the second row's four cells are left out, of two people none is."""
    data = b"code,sex,salt_w0,salt_w12\nP1,F,80,40\nP2,M,60,50\nP2,M,60,5\nP3,F,90,20\n"
    asked = next(p for p in read(data, name="twice.csv").problems if p.code == "duplicate_patient")
    left = {}
    for action in ("keep", "two people"):
        whole = read(data, name="twice.csv", decisions=Decisions().decide(asked, action)).whole
        assert whole is not None and whole.cells == 20 == whole.used + 4 + sum(whole.left.values())
        left[action] = {why: n for why, n in whole.left.items() if n}
    assert left == {"keep": {"rows of which another was kept": 4}, "two people": {}}


def test_thousands_are_written_one_way() -> None:
    said = WholeFile(2, 1499, 15, 12497, 12170, 15, 0, {"patients who are not in the cohort": 1312}).sentence()
    assert "," not in said.replace(", ", "") and "12\u00a0170 used" in said and "(1312)" in said
