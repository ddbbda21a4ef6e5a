"""A report's own printed tables held against themselves: no doubt about ours, and a number that was changed is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import aadash
from aadash.cli import main
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.plan import AnalysisPlan
from aadash.report.own_check import own_check, own_check_note, own_check_of
from aadash.report.study import write_study, writer_for
from aadash.views import context_for
from aadash.views.study import Choices, Study
from tests.making import cohort_of
from tests.report.test_study import ASK, STAMP

SOME = ("participants", "baseline", "course", "responders", "comparisons", "adverse_events")


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


@pytest.mark.parametrize("stratifier", ["severity", "subtype", "none"])
def test_our_own_tables_raise_no_doubt(korea: Cohort, stratifier: str) -> None:
    outcome = own_check_of(Study(context_for(korea, AnalysisPlan(stratifier=stratifier), ASK), Choices(SOME)))
    assert not outcome.findings
    assert outcome.checked > 80 and outcome.passed["Percentage against its n"] > 25
    assert outcome.passed["Estimate inside its interval"] > 10


@pytest.mark.parametrize("rows", [[[80.0, 20.0]], [[80.0], [30.0]], [[50.0, 50.0]] * 3])
def test_a_degenerate_report_raises_none(rows: Any) -> None:
    assert not own_check_of(Study(context_for(cohort_of(rows), AnalysisPlan(), ASK), Choices(SOME))).findings


@pytest.mark.parametrize("missing", MISSING_RULES)
@pytest.mark.parametrize("seed", range(3))
def test_a_small_cohort_with_visits_missing_raises_none(missing: str, seed: int) -> None:
    """Degrees of freedom of the mixed model are fractions: printed whole (7.5 as 8) they did not fit their F and p."""
    rng = np.random.default_rng(seed)
    salt = np.clip(rng.uniform(25, 100, (13, 1)) - rng.uniform(0, 30, (13, 4)).cumsum(axis=1), 0, 100).round()
    salt[rng.random((13, 4)) < 0.2] = np.nan
    salt[:, 0] = rng.choice([100, 100, 60, 48, 30], 13)
    context = context_for(cohort_of(salt), AnalysisPlan(missing=missing), ASK)
    assert not own_check_of(Study(context, Choices((*SOME, "subgroups", "adjusted", "ranks", "leaving")))).findings


def test_rows_of_two_weeks_are_no_two_groups() -> None:
    """A t with its df is no mean with its SD, and the rows of weeks 12 and 36 are not compared."""
    rows = pd.DataFrame(
        {
            "Comparison": ["Between the two"] * 2,
            "Week": ["12", "36"],
            "n": ["12", "12"],
            "t (df)": ["1.55 (8.7)", "0.57 (8.7)"],
            "p": ["0.157", "0.583"],  # R: 2 * pt(-1.55, 8.7), 2 * pt(-0.57, 8.7)
        }
    )
    outcome = own_check([("Percent change between strata", rows)])
    assert not outcome.findings and outcome.passed["p against its statistic and df"] == 2


def test_the_line_stands_in_the_report(korea: Cohort) -> None:
    context = context_for(korea, AnalysisPlan(), ASK)
    made, study = write_study(context, Choices(SOME), writer_for("html", STAMP))
    assert own_check_note(own_check_of(study)) in made.decode()
    assert "no doubt." in made.decode()


TABLE = pd.DataFrame(
    {
        "Characteristic": ["Male", "Female", "Age, mean (SD), range"],
        "All patients (n = 117)": ["54 (46.2 %)", "63 (53.8 %)", "32.3 (10.0), 18 to 57"],
        "A (n = 83)": ["41 (49.4 %)", "42 (50.6 %)", "32.0 (9.9), 18 to 55"],
        "B (n = 34)": ["13 (38.2 %)", "21 (61.8 %)", "33.0 (10.4), 19 to 57"],
    }
)
TEST = pd.DataFrame(
    {
        "Comparison": ["A − B"],
        "n": ["117"],
        "Difference": ["24.0"],
        "95 % CI": ["11.2 to 36.9"],
        "t (df)": ["3.71 (90.7)"],
        "p": ["< 0.001"],
    }
)


def changed(frame: pd.DataFrame, row: int, column: str, text: str) -> pd.DataFrame:
    other = frame.copy()
    other.loc[row, column] = text
    return other


def test_a_changed_number_is_found() -> None:
    assert not own_check([("Baseline", TABLE), ("Test", TEST)]).findings
    for frame in (
        changed(TABLE, 0, "A (n = 83)", "41 (49.6 %)"),
        changed(TABLE, 0, "B (n = 34)", "14 (41.2 %)"),
        changed(TABLE, 2, "A (n = 83)", "32.0 (19.9), 18 to 55"),
        changed(TEST, 0, "t (df)", "1.71 (90.7)"),
        changed(TEST, 0, "95 % CI", "31.2 to 36.9"),
    ):
        outcome = own_check([("", frame)])
        assert outcome.findings and outcome.findings[0].found in own_check_note(outcome)


def test_the_command_line_says_it_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "report.html"
    assert main(["report", "sample_data/korea_2025.csv", "--out", str(out), "--sections", "baseline,responders"]) == 0
    assert "no doubt." in capsys.readouterr().out and "no doubt." in out.read_text("utf-8")


@pytest.mark.parametrize(("cell", "doubts"), [("99.9 (0.4), 97 to 100", 0), ("0.1 (0.5), 0 to 4", 0), ("12.0 (10.0), 0 to 85", 1)])
def test_all_but_one_at_the_end_of_a_scale_is_no_doubt(cell: str, doubts: int) -> None:
    """59 patients at 100 and one at 97: mean 99.95, SD 0.387 (R: sd(c(rep(100, 59), 97))); printed as 99.9 or 100.0. 59 at 0 and one
    at 4: 0.067, 0.516. Of 60 with a mean of 12 one at 85 takes 90 % of 59 × 10², and the others are not all at 0."""
    frame = pd.DataFrame({"Characteristic": ["Baseline SALT, mean (SD), range"], "All patients (n = 60)": [cell]})
    assert len(own_check([("Baseline", frame)]).findings) == doubts
