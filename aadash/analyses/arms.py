"""Doubts about what a comparison can mean: was everybody treated, and what were the strata made from."""

from __future__ import annotations

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.baseline_columns import is_after_baseline
from aadash.result import Caveat
from aadash.strata import control_column


def by_arm(s: AnalysisSet) -> bool:
    """True where the strata are the levels of a column with a control arm."""
    found = control_column(s.cohort)
    return found is not None and s.cohort.role(s.strata.name) == found[0]


def single_arm(s: AnalysisSet) -> Caveat | None:
    """There is no untreated arm; or there may be one, and everybody together mixes it with the treated."""
    found = control_column(s.cohort)
    if found is None:
        return Caveat(
            "single-arm",
            "Without an untreated group, part of the fall since baseline may be the natural course of the disease or regression to "
            "the mean.",
            "Compare with an untreated group, or with a trial's placebo arm, before crediting the drug.",
        )
    if by_arm(s):
        return None
    return Caveat(
        "control-arm",
        f"The column “{found[0]}” has the level “{found[1]}”. If it is the treatment arm, numbers of all patients mix treated and "
        "untreated.",
        "Split by that column to compare the arms, or filter to one of them.",
        "warning",
    )


def after_baseline(s: AnalysisSet) -> Caveat | None:
    """The strata are made from what happened later."""
    if not is_after_baseline(s.cohort, s.strata.name):
        return None
    return Caveat(
        "after-baseline",
        "What splits the patients here is known only after the first dose: it may follow from the response, or from how long a "
        "patient was treated.",
        "Use this split to describe, not to predict or to explain.",
        "warning",
    )


def prognostic(s: AnalysisSet) -> Caveat | None:
    """A difference between strata of a single-arm cohort is not a difference in the effect of the drug; worse where the strata are
    made from what happened later. Between the arms of a trial it is one."""
    if by_arm(s):
        return Caveat(
            "arms",
            "The strata look like treatment arms: their difference is the effect of treatment only if chance allocated the patients.",
            "Say in the report how patients were allocated.",
        )
    return after_baseline(s) or Caveat(
        "prognostic",
        "A difference between strata here says who does better on treatment, not in whom the drug "
        "works better: there is no control arm in either stratum.",
    )
