"""What is said of better and worse holds for a measure of which more is better: 100 − SALT tells the same story as SALT."""

from __future__ import annotations

import re

import numpy as np
import pytest

import aadash
from aadash import AnalysisPlan, analyses
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.measure import Measure
from aadash.report.tables import printable
from aadash.result import Result
from tests.making import cohort_of

HAIR = Measure("Hair density", 0, 100, "higher", endpoints=(">=80",))


@pytest.fixture(scope="module")
def salt() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


@pytest.fixture(scope="module")
def hair(salt: Cohort) -> Cohort:
    return Cohort(salt.patients, 100 - salt.salt, "mirrored", salt.roles, measure=HAIR, score=HAIR.name)


def caveat(result: Result, code: str) -> str:
    return next((c.text for c in result.caveats if c.code == code), "")


def test_those_who_did_not_come_had_been_worse_in_both(salt: Cohort, hair: Cohort) -> None:
    plan = AnalysisPlan(stratifier="none")
    told = caveat(analyses.missingness(salt, plan), "not-at-random")
    assert "week 8 (21 patients), week 12 (15 patients) and week 16 (6 patients)" in told
    assert caveat(analyses.missingness(hair, plan), "not-at-random") == told.replace("SALT", "Hair density")


def test_who_did_better_before_leaving_is_not_called_worse(salt: Cohort) -> None:
    """The same numbers read as hair: those not seen had more of it."""
    as_hair = Cohort(salt.patients, salt.salt, "numbers", salt.roles, measure=HAIR, score=HAIR.name)
    assert not caveat(analyses.missingness(as_hair, AnalysisPlan(stratifier="none")), "not-at-random")


@pytest.mark.parametrize("measure", ["response", "change"])
def test_a_shift_is_worse_in_the_direction_of_the_measure(salt: Cohort, hair: Cohort, measure: str) -> None:
    for cohort, endpoint, worse in ((salt, "SALT<=20", "higher"), (hair, "Hair density>=80", "lower")):
        result = analyses.tipping_point(cohort, AnalysisPlan(stratifier="sex", endpoint=endpoint), copies=5, measure=measure)
        said = re.search(r"points (\w+) \((\w+)\)", result.sentence)
        assert said is None or (said[1] == worse) == (said[2] == "worse")
        assert f"({worse} is worse)" in str(chart(result).spec)
        assert measure == "change" or said is not None


def test_the_deepest_blue_is_the_best_cell() -> None:
    """By hand: women gain 40 points, men lose 10; as hair women are better, as SALT men are."""
    rows = [[40.0, 80.0], [60.0, 100.0], [30.0, 70.0], [50.0, 40.0], [70.0, 60.0], [20.0, 10.0]]
    facts = {"sex": list("fffmmm"), "site": list("xyxyxy"), "roles": {"sex": "sex"}}
    for measure, best in ((HAIR, "f"), (Measure("SALT"), "m")):
        cohort = cohort_of(rows, [0, 12], **facts, measure=measure, score=measure.name)
        result = analyses.subgroup_pairs(cohort, AnalysisPlan(stratifier="sex"), across="site")
        cells = chart(result, "map", variable="salt_change").data["cells"]
        deep = cells.iloc[
            np.argmin([sum(int(c) for c in re.findall(r"\d+", f)) if "rgb" in f else int(f[1:], 16) for f in cells["fill"]])
        ]
        assert deep["row"] == best


def test_no_fall_is_spoken_of_where_the_measure_rises(hair: Cohort) -> None:
    plan = AnalysisPlan(stratifier="severity", severity_cut=50, endpoint="SALT75")
    for name in ("salt_over_time", "change_from_baseline", "between_strata", "responders"):
        text = " ".join(f"{c.text} {c.advice}" for c in getattr(analyses, name)(hair, plan).caveats)
        assert " fall" not in text and "milder" not in text and "mild patient" not in text and "as the trials did" not in text


def test_cells_that_share_the_highest_rate_are_not_one() -> None:
    rows = [[80.0, 79.0]] * 40
    cohort = cohort_of(rows, [0, 12], sex=list("fm") * 20, site=list("xxyy") * 10, roles={"sex": "sex"})
    result = analyses.subgroup_pairs(cohort, AnalysisPlan(stratifier="sex"), across="site")
    assert "4 of the 4 larger cells share the highest rate of SALT75, 0.0 %." in result.sentence


def test_ranks_say_which_value_is_the_better_one(salt: Cohort, hair: Cohort) -> None:
    """The same patients, SALT and 100 − SALT: the same stratum is better off in the same share of pairs."""
    plan = AnalysisPlan(stratifier="sex")
    lower, higher = (analyses.rank_differences(c, plan) for c in (salt, hair))
    assert lower.rows(variable="salt")["superiority"].tolist() == pytest.approx(higher.rows(variable="salt")["superiority"].tolist())
    assert "has the lower, better value in" in lower.sentence and "has the higher, better value in" in higher.sentence
    assert any("the higher, better value" in column for column in printable(higher, higher.table))
    notes = AnalysisPlan().resolved_for(hair)[1]
    assert any("into better and worse" in note and note.endswith(": the better half.") for note in notes)
