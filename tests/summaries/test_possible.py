"""What small hospitals' sums answer together, why not the rest, and what to do."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from aadash.cli import main
from aadash.cohort import Cohort
from aadash.document import Fold, Text, walk
from aadash.plan import AnalysisPlan
from aadash.summaries import SUFFICES, answers, pooled, summarise
from aadash.summaries.possible import answered, unanswered, what_to_do
from aadash.views.hospitals import possible
from tests.making import cohort_of

PLAN = AnalysisPlan(stratifier="none", endpoint="SALT50")


def hospital(seed: int, n: int = 20, missed: float = 0.2) -> Cohort:
    rng = np.random.default_rng(seed)
    rows = np.clip(np.round(rng.normal(75, 12, (n, 4)) - np.outer(rng.uniform(0, 25, n), np.arange(4))), 1, 100)
    rows[:, 1:][rng.random((n, 3)) < missed] = np.nan
    return cohort_of(rows.tolist(), [0, 12, 24, 36], sex=["f", "m"] * (n // 2))


def test_three_small_hospitals_are_told_what_they_can_ask_and_what_to_do() -> None:
    """“Nothing can be computed from these summaries” gave the reason of one question and no way on."""
    whole = pooled([summarise(hospital(i), PLAN, centre=f"H{i}", minimum=5) for i in range(3)])
    found = answers(whole, PLAN)
    can, cannot = answered(found, whole), unanswered(found, whole)
    assert len(can) + sum(map(len, cannot.values())) == len(SUFFICES) and not can
    assert any("a later value were suppressed" in why for why in cannot) and any("patterns of few patients" in why for why in cannot)
    parts = possible(can, cannot, what_to_do(whole))
    texts = [p.text for p in walk(parts, folds=True) if isinstance(p, Text)]
    assert texts[0] == f"These sums answer none of the {len(SUFFICES)} questions that sums can answer."
    assert all(why in texts for why in cannot) and any(isinstance(p, Fold) for p in parts)
    assert "smallest cell of 5" in texts[-1] and "each hospital analyse its own file" in texts[-1]


def test_of_large_hospitals_what_is_answered_is_named() -> None:
    by_sex = PLAN.replace(stratifier="sex")
    whole = pooled([summarise(hospital(i, 200, 0.0), by_sex, centre=f"H{i}", minimum=5) for i in range(2)])
    found = answers(whole, by_sex)
    can = answered(found, whole)
    assert can and len(can) < len(SUFFICES)
    first = possible(can, unanswered(found, whole), what_to_do(whole))[0]
    assert isinstance(first, Text) and first.text.startswith(f"These sums answer {len(can)} of {len(SUFFICES)} questions: ")
    assert all(question in first.text for question in can)


def test_where_nothing_was_left_out_there_is_nothing_to_do() -> None:
    whole = pooled([summarise(hospital(i), PLAN, centre=f"H{i}", minimum=1) for i in range(2)])
    assert what_to_do(whole) == "" and possible(["x"], {}, "") == []


def test_each_hospital_is_told_what_its_file_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = []
    for i in range(3):
        cohort = hospital(i)
        source, out = tmp_path / f"{i}.csv", tmp_path / f"{i}.json"
        frame = cohort.salt.rename(columns=lambda w: f"SALT W{w}").assign(sex=cohort.patients["sex"])
        frame.to_csv(source, index_label="ID")
        assert main(["summarise", str(source), "--out", str(out), "--centre", f"H{i}"]) == 0
        assert "It alone answers none of the questions. With a smallest cell of 5" in capsys.readouterr().out
        files.append(str(out))
    assert main(["pool", *files, "--out", str(tmp_path / "all")]) == 2
    told = capsys.readouterr().err
    assert "Nothing can be computed from these summaries. With a smallest cell of 5" in told
    assert "responders" in told and "time_to_response" in told, "each question, with its reason"
