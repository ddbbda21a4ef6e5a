"""Treatment arms: what looks like one is asked about; the answer decides what a comparison is said to mean, and no number."""

from __future__ import annotations

import pytest

from aadash import analyses
from aadash.analyses.subgroups.credibility import credibility
from aadash.arms import arm_asked, arm_of, looks_like_arm
from aadash.cohort import Cohort
from aadash.plan import NO_ARM, AnalysisPlan
from tests.making import cohort_of

SEXES = ["f", "m", "m", "f"] * 6
ROWS = [[80.0 + i % 7, 60.0 - i, 5.0 + (5 * i) % 41] for i in range(24)]


def trial(column: str = "treatment", levels: tuple[str, ...] = ("baricitinib 4 mg", "placebo"), role: str = "") -> Cohort:
    arms = [levels[i % len(levels)] for i in range(24)]
    roles = {"sex": "sex"} | ({role: column} if role else {})
    return cohort_of(ROWS, [0, 12, 24], roles=roles, **{"sex": SEXES, column: arms})


@pytest.mark.parametrize(
    ("column", "levels", "role"),
    [
        ("x", ("A", "Placebo"), ""),
        ("group", ("위약", "바리시티닙"), ""),
        ("TRT01P", ("A", "B"), ""),
        ("arm", ("1", "2", "3"), ""),
        ("配", ("プラセボ", "実薬"), ""),
        ("given", ("2 mg", "4 mg"), ""),
        ("drug", ("A", "B"), "drug"),
    ],
)
def test_what_looks_like_an_arm_is_asked_about(column: str, levels: tuple[str, ...], role: str) -> None:
    found = looks_like_arm(trial(column, levels, role))
    assert found is not None and found.column == column and set(found.levels) == set(levels)


@pytest.mark.parametrize(("column", "levels"), [("group", ("A", "B")), ("colour", ("red", "blue")), ("x", ("placebo",))])
def test_what_does_not_is_not(column: str, levels: tuple[str, ...]) -> None:
    assert looks_like_arm(trial(column, levels)) is None


def codes(name: str, cohort: Cohort, plan: AnalysisPlan) -> dict[str, str]:
    return {c.code: c.text for c in getattr(analyses, name)(cohort, plan).caveats}


def test_named_as_the_arm_its_levels_are_compared_as_arms() -> None:
    cohort = trial("x", ("A", "B"))
    plan = AnalysisPlan(stratifier="x", arm="x")
    told = codes("responders_between", cohort, plan)
    assert "The strata are treatment arms" in told["arms"] and "prognostic" not in told
    by_sex = codes("responders_between", cohort, plan.replace(stratifier="sex"))
    assert "all arms of “x”" in by_sex["prognostic"] and "on treatment" not in by_sex["prognostic"]
    mixed = codes("responders", cohort, plan.replace(stratifier="sex"))
    assert "mix the arms of “x” (“A” and “B”)" in mixed["control-arm"] and "single-arm" not in mixed


def test_said_to_be_no_arm_it_is_a_column_like_any_other() -> None:
    cohort = trial()
    plan = AnalysisPlan(stratifier="treatment", arm=NO_ARM)
    assert arm_asked(cohort, plan) is None and arm_of(cohort, plan) is None
    told = codes("responders_between", cohort, plan)
    assert "arms" not in told and "prognostic" in told
    assert "single-arm" in codes("responders", cohort, plan)


def test_not_answered_it_is_not_said_that_everyone_was_treated() -> None:
    cohort, plan = trial(), AnalysisPlan(stratifier="sex", endpoint="SALT<=20")
    for name in ("responders", "responders_between", "change_from_baseline", "predictors", "subgroups_response"):
        for text in codes(name, cohort, plan).values():
            assert "veryone was treated" not in text and "no untreated arm" not in text and "no control arm" not in text, (name, text)
    assert "treated" not in credibility(cohort, plan, 1).reminder.replace("treatment", "")
    assert "arms of “treatment”" in credibility(cohort, plan, 1).reminder


def test_the_answer_changes_no_number() -> None:
    cohort = trial()
    for name in ("responders_between", "change_from_baseline", "predictors"):
        results = [
            getattr(analyses, name)(cohort, AnalysisPlan(stratifier="sex", endpoint="SALT<=20", arm=arm))
            for arm in (None, NO_ARM, "treatment")
        ]
        assert all(r.table.equals(results[0].table) for r in results)


def test_the_answer_is_part_of_the_plan() -> None:
    plan = AnalysisPlan(arm="column:none")
    assert AnalysisPlan.from_params(plan.to_params()) == (plan, []) and AnalysisPlan.from_json(plan.to_json()) == (plan, [])
    assert "arm" not in AnalysisPlan().to_params()
    kept, notes = AnalysisPlan(arm="gone").resolved_for(trial())
    assert kept.arm is None and "'gone'" in notes[0]
    assert AnalysisPlan(arm="treatment").resolved_for(trial()) == (AnalysisPlan(arm="treatment"), [])
