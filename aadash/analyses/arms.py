"""Doubts about what a comparison can mean: was everybody treated, and what were the strata made from."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.baseline_columns import is_after_baseline
from aadash.arms import Arm, arm_asked, arm_of, control_alone, control_among, late_among
from aadash.formatting import listing
from aadash.levels import Level, Pair
from aadash.result import Caveat, Labels


def arm_known(s: AnalysisSet) -> Arm | None:
    """The treatment arm that the user named, or that shows itself by a control level as long as nobody has said what it is."""
    asked = arm_asked(s.cohort, s.plan)
    return arm_of(s.cohort, s.plan) or (asked if asked is not None and asked.untreated else None)


def strata_arm(s: AnalysisSet) -> Arm | None:
    """The treatment arm whose levels the strata are: one that is known, or one that looks like it (two doses, two drugs) as long as
    nobody has said that it is none."""
    arm = arm_known(s) or arm_asked(s.cohort, s.plan)
    return arm if arm is not None and s.cohort.role(s.strata.name) == arm.column else None


def by_arm(s: AnalysisSet) -> bool:
    """True where the strata are the levels of the treatment arm."""
    return strata_arm(s) is not None


def all_treated(s: AnalysisSet) -> bool:
    """True where nothing speaks of an untreated arm."""
    arm = arm_known(s)
    return arm is None or not arm.untreated


def single_arm(s: AnalysisSet) -> Caveat | None:
    """There is no untreated arm; or there may be one, and everybody together mixes it with the treated."""
    arm = arm_known(s)
    own = by_arm(s)
    if arm is None and (alone := control_alone(s.cohort, s.plan)) is not None:
        return Caveat(
            "single-arm",
            f"Everyone here is of the control arm “{alone.control}”: a change since baseline is the natural course of the disease, "
            "regression to the mean and what any care brings.",
            f"Take the filter of “{alone.column}” off to compare the arms."
            if any(s.cohort.role(f.column) == alone.column for f in s.plan.filters)
            else "Compare with treated patients before saying what a drug does.",
        )
    if arm is None or (not arm.untreated and own):
        return Caveat(
            "single-arm",
            "Without an untreated group, part of any change since baseline may be the natural course of the disease or "
            "regression to the mean.",
            "Compare with an untreated group, or with a trial's placebo arm, before crediting the drug.",
        )
    advice = "Read the numbers of each arm." if own else "Split by that column to compare the arms, or filter to one of them."
    named = listing([f"“{text}”" for text in arm.levels])
    if arm_of(s.cohort, s.plan) is None:
        return Caveat(
            "control-arm",
            f"The column “{arm.column}” has the level “{arm.untreated}”. If it is the treatment arm, numbers of all patients mix "
            "treated and untreated.",
            advice
            if own
            else "Say whether it is the treatment arm: a page asks at its top; on the command line it is the entry “arm” of --plan, "
            "the column's name or “none”. Then split by it, or filter to one arm.",
            "warning",
        )
    return Caveat(
        "control-arm",
        f"Numbers of all patients mix the arms of “{arm.column}” ({named})" + (", treated and untreated." if arm.untreated else "."),
        advice,
        "warning",
    )


def mixed_arms(s: AnalysisSet) -> Caveat | None:
    """Everybody together mixes the arms: where the absence of an untreated one needs no word."""
    known = single_arm(s)
    return known if known is not None and known.code == "control-arm" else None


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


def whom(s: AnalysisSet, what: str, whose: str = "") -> str:
    """What ``what`` (a difference between strata) can mean by whom the patients were treated with, in one wording everywhere: who does
    better, on treatment or without it, and not in whom the drug works. ``whose``: of what it is where arms are together."""
    arm, alone = arm_known(s), control_alone(s.cohort, s.plan)
    if arm is not None:
        return (
            f"All arms of “{arm.column}” are together in {whose}: {what} says who does better whatever the treatment, not in whom it "
            "works better."
        )
    if alone is not None:
        return (
            f"Everyone here is of the control arm “{alone.control}”: {what} says who does better without the treatment, not in whom "
            "it works."
        )
    return f"There is no untreated arm here: {what} says who does better on treatment, not in whom the drug works better."


def prognostic(s: AnalysisSet) -> Caveat | None:
    """A difference between strata of a single-arm cohort is not a difference in the effect of the drug; worse where the strata are
    made from what happened later. Between the arms of a trial it is one."""
    arm = strata_arm(s)
    if arm is not None:
        are = "are" if arm_of(s.cohort, s.plan) is not None else "look like"
        return Caveat(
            "arms",
            f"The strata {are} treatment arms: their difference is the effect of "
            + ("treatment" if arm.untreated else "one treatment against another")
            + " only if chance allocated the patients."
            + (
                f" “{arm.late}” is treated too from the change on: later the difference is that of an earlier start."
                if arm.late
                else ""
            ),
            "Say in the report how patients were allocated.",
        )
    arm = arm_known(s)
    how = f"Split by “{arm.column}” to compare the arms; in whom it works better is the interaction of arm and stratum." if arm else ""
    return after_baseline(s) or Caveat("prognostic", whom(s, "a difference between strata", "each stratum"), how)


def between_subgroups(s: AnalysisSet) -> Caveat:
    """What a difference between the levels of any column means, whatever the plan splits by."""
    return Caveat("prognostic", whom(s, "a difference between subgroups", "each subgroup that is not an arm itself"))


def reference(levels: Sequence[Level]) -> str:
    """The level that the others are compared with where not every pair is: the control arm among them, whatever the plan says of the
    arm, else the first."""
    names = [str(level) for level in levels]
    return control_among(names) or late_among(names) or names[0]


def pairs_asked(levels: Sequence[Level]) -> list[Pair]:
    """Each other level with the :func:`reference`; first minus second as they are shown."""
    names = [str(level) for level in levels]
    at = names.index(reference(levels))
    return [Pair(names[min(i, at)], names[max(i, at)]) for i in range(len(names)) if i != at]


def against_one(labels: Labels, rows: Sequence[dict]) -> str:
    """A sentence where several strata are each compared with one: nothing is said of the others among themselves."""
    pairs = list(dict.fromkeys(r["group1_level"] for r in rows if isinstance(r["group1_level"], Pair)))
    if len(pairs) < 2:
        return ""
    first = pairs[0].first if pairs[0].first in (pairs[1].first, pairs[1].second) else pairs[0].second
    return f" Every other stratum is compared with {labels.label(first)} only, not with one another."
