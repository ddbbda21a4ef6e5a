"""Doubts of this field, raised only where they apply. Each code has its heading in docs/METHODS.md."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.baseline_columns import is_after_baseline
from aadash.formatting import counted, listing, p_value, percent
from aadash.levels import ALL
from aadash.result import Caveat

#: Below this many patients a stratum's numbers are called small.
SMALL = 10


def collect(*found: Caveat | None) -> tuple[Caveat, ...]:
    """Those that apply, warnings first."""
    return tuple(sorted((c for c in found if c), key=lambda c: c.level != "warning"))


def single_arm(s: AnalysisSet) -> Caveat | None:
    """There is no untreated arm."""
    return Caveat(
        "single-arm",
        "Everyone was treated, so the fall since baseline holds the natural course of the disease "
        "and regression to the mean beside the drug's effect.",
        "Compare with an untreated group, or with a trial's placebo arm, before crediting the drug.",
    )


def _also(s: AnalysisSet, advice: str) -> str:
    """What to look at beside a percentage: SALT's own endpoint, or a value of another measure."""
    return advice if s.cohort.score == "SALT" else f"Look at {s.cohort.score} itself and at an endpoint that is no percentage."


def _zero(s: AnalysisSet) -> str:
    return "had no hair loss" if s.cohort.score == "SALT" else f"had a {s.cohort.score} of 0"


def coupling(s: AnalysisSet) -> Caveat | None:
    """Percent change contains the baseline that the strata were made from."""
    base = s.cohort.baseline
    small = int(((base > 0) & (base < 10)).sum())
    if s.strata.name in ("severity", "trial_severity") and s.cohort.score == s.cohort.severity_measure.name:
        return Caveat(
            "severity-denominator",
            f"Baseline {s.cohort.score} makes the groups and is the denominator of percent change: "
            "the same fall in points counts for more in the milder group.",
            _also(s, "Look at SALT itself and at SALT≤20 as well."),
            "warning",
        )
    if small:
        return Caveat(
            "percent-change",
            f"{counted(small, 'patient')} had a baseline {s.cohort.score} below 10, where one point is over 10 percent.",
            "Look at the change in points as well.",
        )
    return None


def severity_denominator(s: AnalysisSet) -> Caveat | None:
    """As :func:`coupling`, for improvement endpoints by severity."""
    rule = s.rule
    if s.strata.name in ("severity", "trial_severity") and rule.relative and s.cohort.score == s.cohort.severity_measure.name:
        return Caveat(
            "severity-denominator",
            f"{rule.symbol} asks for fewer points of a mild patient than of a severe one, and severity makes the groups.",
            _also(s, "Look at SALT≤20 as well."),
            "warning",
        )
    return None


def prognostic(s: AnalysisSet) -> Caveat | None:
    """A difference between strata of a single-arm cohort is not a difference in the effect of the drug; worse where the strata are
    made from what happened later."""
    if is_after_baseline(s.cohort, s.strata.name):
        return Caveat(
            "after-baseline",
            "What splits the patients here is known only after the first dose: it may follow from the response, or from how long a "
            "patient was treated.",
            "Use this split to describe, not to predict or to explain.",
            "warning",
        )
    return Caveat(
        "prognostic",
        "A difference between strata here says who does better on treatment, not in whom the drug "
        "works better: there is no control arm in either stratum.",
    )


def imputed(s: AnalysisSet, responder: bool = False) -> Caveat | None:
    """Cells were filled in by the missing rule."""
    if s.plan.missing == "locf":
        n = int(s.imputed.sum())
        return (
            None
            if not n
            else Caveat(
                "locf",
                f"{counted(n, 'missing visit')} of {counted(int(s.imputed.any(axis=1).sum()), 'patient')} "
                "stand at the patient's last observation (never the baseline).",
                "See whether the answer holds under the other rules.",
            )
        )
    if s.plan.missing == "nri" and responder:
        gap = np.isnan(s.cohort.values[:, 1:]) & ~np.isnan(s.cohort.baseline)[:, None]
        n = int(gap.sum())
        return (
            None
            if not n
            else Caveat(
                "nri",
                f"{counted(n, 'missing visit')} of {counted(int(gap.any(axis=1).sum()), 'patient')} count as no response.",
                "See whether the answer holds under the other rules.",
            )
        )
    return None


def nri_not_for_means(s: AnalysisSet) -> Caveat | None:
    """NRI was chosen, but this is not a responder endpoint."""
    if s.plan.missing != "nri" or not np.isnan(s.cohort.values).any():
        return None
    return Caveat("nri", "Non-responder imputation is for responder rates only; means here are of the visits made.")


def complete_only(s: AnalysisSet) -> Caveat | None:
    """Complete cases leave patients out."""
    if s.plan.missing != "complete":
        return None
    lost = int(np.isnan(s.cohort.values).any(axis=1).sum())
    return (
        None
        if not lost
        else Caveat(
            "complete-cases",
            f"{counted(lost, 'patient')} with a missing visit are left out everywhere.",
            "Those who come to every visit may be those who do well.",
            "warning",
        )
    )


def attrition(s: AnalysisSet) -> Caveat | None:
    """Fewer patients are seen at the week in question than began."""
    j = s.cohort.column_index(s.plan.at_week(s.cohort))
    gone = int(np.isnan(s.cohort.values[:, j]).sum())
    if gone < 0.05 * len(s.cohort) or s.plan.missing in ("nri", "complete"):
        return None
    return Caveat(
        "attrition",
        f"{gone} of {len(s.cohort)} patients ({percent(gone / len(s.cohort))}) have no {s.cohort.score} at week {s.cohort.weeks[j]}.",
        "If they left because it did not work, the picture is too rosy.",
        "warning",
    )


def listwise(s: AnalysisSet, complete: int) -> Caveat | None:
    """The ANOVA drops whoever misses a visit."""
    lost = len(s.cohort) - complete
    if not lost:
        return None
    return Caveat(
        "listwise",
        f"The ANOVA uses {complete} of {len(s.cohort)} patients; {lost} are left out whole because "
        "a visit, the baseline or the stratum is missing.",
        "A mixed model for repeated measures uses every visit that was made.",
        "warning",
    )


def undefined_change(s: AnalysisSet) -> Caveat | None:
    """Patients with a baseline of 0 have no percent change."""
    n = int((s.cohort.baseline == 0).sum())
    return (
        None
        if not n
        else Caveat(
            "baseline-zero",
            f"{counted(n, 'patient')} {_zero(s)} at baseline: percent "
            f"change and {'SALT30–100' if s.cohort.score == 'SALT' else 'percentages of it'} are undefined for them and they are left "
            "out of those.",
        )
    )


def already_there(s: AnalysisSet) -> Caveat | None:
    """Patients who meet an absolute endpoint before the first dose."""
    rule = s.rule
    n = int(rule.already(s.cohort.baseline).sum())
    return (
        None
        if not n
        else Caveat(
            "already-there",
            f"{n} of {len(s.cohort)} patients had {rule.label} before the first dose and count as responders from the start.",
            "Filter to a baseline of 50 or more, as the trials did.",
            "warning",
        )
    )


def small(s: AnalysisSet) -> Caveat | None:
    """Strata with few patients."""
    few = [(s.strata.label(lv), n) for lv, n in zip(s.strata.levels, s.strata.counts, strict=True) if 0 < n < SMALL]
    if not few:
        return None
    return Caveat(
        "small-stratum",
        "Few patients in " + listing([f"{name} (n = {n})" for name, n in few]) + ": one patient moves these numbers a lot.",
        "Read the interval, not the estimate.",
        "warning",
    )


def left_out(s: AnalysisSet, cells: Sequence[tuple[int, str, int]]) -> Caveat | None:
    """Strata that could not enter a week's test."""
    if not cells:
        return None
    told = [f"{s.strata.label(lv)} at week {week} (n = {n})" for week, lv, n in cells[:4]]
    more = f" and {len(cells) - 4} more" if len(cells) > 4 else ""
    return Caveat(
        "left-out", f"Left out of the test for fewer than two patients or no spread: {', '.join(told)}{more}.", level="warning"
    )


def not_normal(s: AnalysisSet, rows: Sequence[dict]) -> Caveat | None:
    """The changes do not look normal."""
    bad = [r for r in rows if r["group1_level"] == ALL and r["shapiro_p"] < 0.05]
    if not bad:
        return None
    weeks = listing([str(r["week"]) for r in bad])
    worst = min(bad, key=lambda r: r["shapiro_p"])
    return Caveat(
        "normality",
        f"The changes are not normal at week{'s' if len(bad) > 1 else ''} {weeks} (Shapiro–Wilk "
        f"{p_value(worst['shapiro_p'], True)} at the worst).",
        "With some 30 patients or more the t-test hardly minds; the Wilcoxon test stands beside it.",
    )


def many_looks(n: int) -> Caveat | None:
    """One table holds many tests."""
    if n < 5:
        return None
    return Caveat(
        "many-looks",
        f"This table holds {n} tests; at 5 % about {n * 0.05:.1f} would be significant by chance alone.",
        "Name the endpoint and the week beforehand.",
    )
