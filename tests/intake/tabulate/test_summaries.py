"""Rows that are no patients, and rows that lost a cell."""

from __future__ import annotations

import itertools
import random

import pytest

from aadash.intake import Decisions, read
from aadash.intake.tabulate.summaries import is_summary, summaries

PATIENTS = [
    ("P01", "F", 85, 60, 22),
    ("P02", "M", 100, 95, 80),
    ("P03", "F", 55, 30, 10),
    ("P04", "M", 72, 70, 41),
    ("P05", "F", 90, 44, 5),
]
HEAD = "ID,Sex,SALT_W0,SALT_W12,SALT_W24"
LABELS = (
    *(
        "Mean",
        "MEAN A",
        "A mean",
        "Overall mean",
        "Average (all)",
        "Avg.",
        "Mean (SD)",
        "Mean±SD",
        "mean +/- SD",
        "Median [IQR]",
        "Std Dev",
    ),
    *(
        "SD",
        "S.D.",
        "Total",
        "Total patients",
        "Subtotal",
        "Sub-total",
        "Grand total",
        "Sum",
        "N",
        "n",
        "n=5",
        "p",
        "P value",
        "p-value",
    ),
    *("% change", "% improved", "SALT50 rate", "Response rate", "Responders (%)", "Min", "Max", "Range", "95% CI"),
    *("평균", "JAK군 평균", "평균±표준편차", "합계", "총계", "소계", "표준편차", "환자수", "반응률"),
    *("平均", "平均値", "A群平均", "平均±SD", "合計", "小計", "標準偏差", "中央値", "症例数", "改善率"),
)


def _text(rows: list[tuple], extra: tuple, at: int) -> str:
    rows = [*rows[:at], extra, *rows[at:]]
    return "\n".join([HEAD, *(",".join(map(str, r)) for r in rows), ""])


@pytest.mark.parametrize(("label", "at"), itertools.product(LABELS, (2, 5)))
def test_a_labelled_summary_is_no_patient_wherever_it_stands(label: str, at: int) -> None:
    reading = read(_text(PATIENTS, (label, "", 80.4, 59.8, 31.6), at))
    assert reading.draft is not None and list(reading.draft.salt.index) == [p[0] for p in PATIENTS]
    told = [p for p in reading.problems if p.code == "row_left_out"]
    assert [p.rows for p in told] == [(at + 2,)] and told[0].level == "warning"


@pytest.mark.parametrize(
    "numbers",
    [
        ("80.4", "59.8", "31.6"),
        ("80", "60", "32"),
        ("17.4", "24.9", "30.4"),
        ("5", "5", "5"),
        ("402", "299", "158"),
        ("85", "60", "22"),
    ],
    ids=["mean", "mean in whole numbers", "sd", "n", "sum", "median"],
)
def test_numbers_that_sum_up_the_rows_above_are_asked_about(numbers: tuple[str, ...]) -> None:
    """Mean 80.4, 59.8, 31.6; SD 17.42, 24.90, 30.40; sum 402, 299, 158; median 85, 60, 22 (by hand)."""
    reading = read(_text(PATIENTS, ("", "", *numbers), 5))
    asked = [p for p in reading.problems if p.code == "summary_row"]
    assert [p.rows for p in asked] == [(7,)] and asked[0].open
    assert reading.draft is not None and len(reading.draft) == 5
    kept = read(_text(PATIENTS, ("", "", *numbers), 5), decisions=Decisions().decide(asked[0], "keep"))
    assert kept.draft is not None and len(kept.draft) == 6


def test_a_patient_without_a_code_is_still_asked_about_as_one() -> None:
    reading = read(_text(PATIENTS, ("", "", 66, 33, 11), 5))
    assert [p.code for p in reading.open_problems] == ["no_code"]


@pytest.mark.parametrize("codes", [("Min", "Max", "Sum", "Kim", "Lee"), ("N1", "N2", "N3", "N4", "N5"), ("A", "N", "P", "S", "M")])
def test_codes_that_are_words_are_not_taken_for_summaries_without_reason(codes: tuple[str, ...]) -> None:
    """Only a label that is a summary's by itself is left out, and it is told."""
    reading = read("\n".join([HEAD, *(",".join(map(str, (c, *p[1:]))) for c, p in zip(codes, PATIENTS, strict=True)), ""]))
    assert reading.draft is not None
    gone = {r for p in reading.problems if p.code == "row_left_out" for r in p.rows}
    assert len(reading.draft) + len(gone) == 5


@pytest.mark.parametrize("seed", range(40))
def test_a_lost_cell_never_shifts_values_in_silence(seed: int) -> None:
    """Every way to lose one cell, or one separator, of one row: told, and no value of that row under another header."""
    rng = random.Random(seed)
    rows = [[str(v) for v in p] for p in PATIENTS] + [[f"Q{i}", "M", str(50 + i), str(40 + i), str(30 + i)] for i in range(4)]
    where, cell = rng.randrange(len(rows)), rng.randrange(5)
    good = {r[0]: [float(v) for v in r[2:]] for r in rows}
    broken = [list(r) for r in rows]
    if rng.random() < 0.5 or cell == 0:
        del broken[where][cell]
    else:
        broken[where][cell - 1 : cell + 1] = ["".join(broken[where][cell - 1 : cell + 1])]
    reading = read("\n".join([HEAD, *(",".join(r) for r in broken), ""]))
    assert [p.rows for p in reading.problems if p.code == "short_row"] == [(where + 2,)]
    assert reading.draft is not None and reading.cohort is None
    for code, values in zip(reading.draft.salt.index, reading.draft.values.tolist(), strict=True):
        assert good[code] == values


def test_a_file_that_leaves_out_empty_cells_at_the_end_is_read() -> None:
    text = f"{HEAD}\nP01,F,85\nP02,M,100,95\nP03,F,55,30\nP04,M,72,70,41\nP05,F,90,44\n"
    reading = read(text)
    assert reading.cohort is not None and reading.cohort.values[:, 1].tolist()[1:] == [95.0, 30.0, 70.0, 44.0]


@pytest.mark.parametrize(
    "label",
    ["p-Wert", "p値", "% resposta", "Responders (SALT<=20)", "Responders at W12", "Change from BL", "Change from baseline (%)"],
)
def test_further_labels_of_results(label: str) -> None:
    reading = read(_text(PATIENTS, (label, "", "", "", 31.6), 5))
    assert reading.draft is not None and list(reading.draft.salt.index) == [p[0] for p in PATIENTS]
    assert [p.rows for p in reading.problems if p.code == "row_left_out"] == [(7,)]


def test_the_last_rows_with_words_for_codes_are_asked_about() -> None:
    """DP is Portuguese for SD, which no list of ours holds: the codes above have numbers, this one is a word."""
    text = _text(PATIENTS, ("DP", "", 17.6, 24.0, 29.0), 5)
    reading = read(text)
    assert [(p.code, p.rows) for p in reading.open_problems] == [("summary_row", (7,))]
    assert reading.draft is not None and len(reading.draft) == 5
    kept = read(text, decisions=Decisions(actions={"summary_row|ID": "keep"}))
    assert kept.draft is not None and len(kept.draft) == 6


@pytest.mark.parametrize(
    "labels", [("반응자 수", "반응군 비율", "유의확률"), ("有効率", "p値", "奏効率"), ("Zielwert", "Wirkung", "Ergebnis")]
)
def test_several_labelled_rows_at_the_end(labels: tuple[str, ...]) -> None:
    """The last three names are in no list; a baseline is lacking in each, which every patient has."""
    rows = [",".join(map(str, p)) for p in PATIENTS] + [f"{label},,,37.5,12" for label in labels]
    reading = read("\n".join([HEAD, *rows, ""]))
    assert reading.draft is not None and list(reading.draft.salt.index) == [p[0] for p in PATIENTS]
    told = {r for p in reading.problems if p.code in ("row_left_out", "summary_row") for r in p.rows}
    assert told == {7, 8, 9}


def test_labels_looked_at_together_are_those_looked_at_one_by_one() -> None:
    labels = [*LABELS, "P01", "P02", "p-17", "SALT50 rate", "n", "n = 12", "N12", "평균", "P0001\nMean", "", "İstanbul 3"]
    assert summaries(labels).tolist() == [is_summary(label) for label in labels]
    assert summaries([]).tolist() == []
