"""Doubts of this field, raised only where they apply. Each code has its heading in docs/METHODS.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from aadash.analyses.absences import (
    FILLED,
    MEANS,
    RATES,
    attrition,
    complete_only,
    differential,
    imputed,
    listwise,
    no_rule,
    nri_not_for_means,
    rates_as_seen,
)
from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.arms import after_baseline, mixed_arms, prognostic, single_arm
from aadash.analyses.assumptions import LARGE
from aadash.analyses.visits import Visit
from aadash.endpoints import visit_responses
from aadash.formatting import SPELLED, counted, listing, number, p_value
from aadash.levels import ALL
from aadash.result import Caveat

__all__ = [
    "FILLED",
    "MEANS",
    "RATES",
    "after_baseline",
    "already_there",
    "attrition",
    "bounded_change",
    "collect",
    "complete_only",
    "coupling",
    "differential",
    "graded",
    "imputed",
    "left_out",
    "listwise",
    "many_tests",
    "mixed_arms",
    "no_rule",
    "no_stratum",
    "not_normal",
    "nri_not_for_means",
    "prognostic",
    "rates_as_seen",
    "severity_denominator",
    "single_arm",
    "small",
    "undefined_change",
]
#: Below this many patients a stratum's numbers are called small.
SMALL = 10
#: Warnings and notes from what can turn an answer round to what only colours it; a code that is not here comes last.
WEIGHT = (
    "not-computed",
    "mmrm",
    "control-arm",
    "after-baseline",
    "already-there",
    "severity-denominator",
    "differential-attrition",
    "attrition",
    "small-stratum",
    "listwise",
    "complete-cases",
    "left-out",
    "mmrm-structure",
    "test-and-interval",
    "locf",
    "nri",
    "baseline-zero",
    "no-stratum",
    "arms",
    "prognostic",
    "single-arm",
    "many-tests",
)


def collect(*found: Caveat | None) -> tuple[Caveat, ...]:
    """Those that apply, each once: warnings first, and among them the weightiest first."""
    unique = {c.code + c.text: c for c in found if c}.values()
    rank = {code: i for i, code in enumerate(WEIGHT)}
    return tuple(sorted(unique, key=lambda c: (c.level != "warning", rank.get(c.code, len(rank)))))


def _also(s: AnalysisSet, advice: str) -> str:
    """What to look at beside a percentage: SALT's own endpoint, or a value of another measure."""
    return advice if s.cohort.score == "SALT" else f"Look at {s.cohort.score} itself and at an endpoint that is no percentage."


def _by_its_own_baseline(s: AnalysisSet) -> bool:
    """Whether the baseline of the measure makes strata, two or more of them with patients."""
    by_severity = s.strata.name in ("severity", "trial_severity") and s.cohort.score == s.cohort.severity_measure.name
    return by_severity and len(s.levels) > 2


def coupling(s: AnalysisSet) -> Caveat | None:
    """Percent change contains the baseline that the strata were made from."""
    first, measure = s.visit(0), s.cohort.measure
    tenth = measure.width / 10
    small = first.n((first.baseline > 0) & (first.baseline < tenth))
    if _by_its_own_baseline(s):
        return Caveat(
            "severity-denominator",
            f"Baseline {s.cohort.score} makes the groups and is the denominator of percent change: "
            + (
                "the same rise counts for more where the baseline is lower."
                if s.cohort.measure.higher_is_better
                else "the same fall counts for more in the milder group."
            ),
            _also(s, "Look at SALT itself and at SALT≤20 as well."),
            "warning",
        )
    if small:
        return Caveat(
            "percent-change",
            f"{counted(small, 'patient')} had a baseline {s.cohort.score} below {tenth:g}, where a change "
            f"of {tenth / 10:g} is over 10 percent.",
            "Look at the change itself as well.",
        )
    return None


def bounded_change(s: AnalysisSet, level: Literal["note", "warning"] = "note") -> Caveat | None:
    """The strata are made from the baseline, and a change in points is bounded by it."""
    measure = s.cohort.measure
    if not _by_its_own_baseline(s):
        return None
    return Caveat(
        "severity-denominator",
        f"Baseline {s.cohort.score} makes the groups and bounds the change in points: "
        + (
            f"nobody can rise above {measure.high:g}, so who begins higher can rise less."
            if measure.higher_is_better
            else f"nobody can fall below {measure.low:g}, so the milder group cannot fall as far."
        ),
        _also(s, "Look at percent change and at SALT≤20 as well."),
        level,
    )


def severity_denominator(s: AnalysisSet) -> Caveat | None:
    """As :func:`coupling`, for improvement endpoints by severity."""
    rule = s.rule
    if rule.relative and _by_its_own_baseline(s):
        return Caveat(
            "severity-denominator",
            f"{rule.symbol} asks for a smaller rise where the baseline is lower, and the baseline makes the groups."
            if s.cohort.measure.higher_is_better
            else f"{rule.symbol} asks for a smaller fall of a mild patient than of a severe one, and severity makes the groups.",
            _also(s, "Look at SALT≤20 as well."),
            "warning",
        )
    return None


def graded(s: AnalysisSet) -> Caveat | None:
    """A mean of a few grades."""
    measure = s.cohort.measure
    if measure.unit != "grades":
        return None
    return Caveat(
        "grades",
        f"{measure.name} has {measure.width + 1:g} grades: a mean takes every step from one to the next for equal, and a percentage "
        "takes grade 2 for twice grade 1.",
        "Read the share of responders, and ranks beside means.",
    )


def undefined_change(s: AnalysisSet) -> Caveat | None:
    """Patients with a baseline of 0, or below, have no percent change."""
    first = s.visit(0)
    n = first.n(first.baseline <= 0)
    if not n:
        return None
    if s.cohort.score == "SALT":
        text = (
            f"{counted(n, 'patient')} had no hair loss at baseline: percent change and SALT30–100 are undefined for them and they are "
            "left out of those."
        )
    elif s.cohort.measure.low < 0:
        text = (
            f"{counted(n, 'patient')} had 0 or less in {s.cohort.score} at baseline: percent change and percentages of it are "
            "undefined for them and they are left out of those."
        )
    else:
        text = (
            f"{counted(n, 'patient')} had 0 in {s.cohort.score} at baseline: percent change and percentages of it are undefined for "
            "them and they are left out of those."
        )
    return Caveat("baseline-zero", text)


def already_there(s: AnalysisSet, of: np.ndarray | None = None) -> Caveat | None:
    """Patients who meet an absolute endpoint before the first dose, of those who are counted: ``of`` (booleans, a patient each), or
    whose response at the week in question is known under the missing rule."""
    rule, at = s.rule, s.at_week if of is None else s.visit(0)
    if of is None:
        of = ~np.isnan(visit_responses(rule, s.plan.missing, at.baseline, at.values, at.imputed)[0])
    there = rule.already(at.baseline) & of
    n, every = at.n(there), at.n(of)
    if not n:
        return None
    strata = [(s.strata.label(lv), at.n(there & s.who(at, lv)), at.n(of & s.who(at, lv))) for lv in s.levels[1:]]
    told = [f"{k} of {size} in {label}" for label, k, size in strata if k]
    rest = n - sum(k for _, k, _ in strata)
    unknown = every - sum(size for _, _, size in strata)
    others = f"; {rest} of {unknown} in whom it is not recorded" if rest else ""
    return Caveat(
        "already-there",
        f"{n} of {counted(every, 'patient')} had {rule.label} before the first dose and "
        + ("counts as a responder wherever that is still so" if n == 1 else "count as responders wherever that is still so")
        + (f": {listing(told)}{others}." if told else "."),
        "Filter to a baseline of 50 or more, as the trials did."
        if s.cohort.score == "SALT"
        else "Filter to the patients who do not meet it before the first dose.",
        "warning",
    )


def no_stratum(s: AnalysisSet) -> Caveat | None:
    """Patients who are in the total and in no stratum."""
    n = s.strata.unassigned
    if not n or not s.strata.levels:
        return None
    return Caveat(
        "no-stratum",
        f"{counted(n, 'patient')} of {len(s.cohort)} {'has' if n == 1 else 'have'} nothing recorded for {s.strata.title}: "
        "counted among all patients, in no stratum, so the strata do not add up to the total.",
        "Fill in what is known, or filter to the patients for whom it is recorded.",
    )


def small(s: AnalysisSet, analysed: np.ndarray | None = None, at: Visit | None = None) -> Caveat | None:
    """Strata with few patients, of those analysed (the rows of ``at``, a patient each without it) where that is known."""
    at = at or s.visit(0)
    who = at.everyone if analysed is None else analysed
    found = at.by_level(who, len(s.strata.levels))
    counts = [(s.strata.label(lv), int(found[s.strata.levels.index(lv)])) for lv in s.levels[1:]]
    few = [f"{name} (n = {n})" for name, n in counts if 0 < n < SMALL]
    if not few:
        return None
    if len(few) > SPELLED // 2:
        name, n = min(((name, n) for name, n in counts if n), key=lambda one: one[1])
        nobody = sum(n == 0 for _, n in counts)
        told = f"Few patients in {len(few)} of {len(counts)} strata, fewest in {name} (n = {n})"
        if nobody:
            told = f"Few patients in {len(few)} of {len(counts)} strata and nobody in {nobody}, fewest in {name} (n = {n})"
    else:
        told = "Few patients in " + listing(few)
    return Caveat(
        "small-stratum",
        f"{told}: one patient moves these numbers a lot.",
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


def not_normal(s: AnalysisSet, rows: Sequence[dict], modelled: bool = False) -> Caveat | None:
    """The changes do not look normal; ``modelled``: the test is of a mixed model."""
    bad = [r for r in rows if r["group1_level"] == ALL and r["shapiro_p"] < 0.05]
    if not bad:
        return None
    weeks = listing([str(r["week"]) for r in bad])
    worst, n = min(bad, key=lambda r: r["shapiro_p"]), min(int(r["n"]) for r in bad)
    test = "mixed model" if modelled else "t-test"
    advice = f"From some {LARGE} patients on the {test} is reliable anyway; the Wilcoxon test stands beside it."
    if n < LARGE:
        advice = f"With n = {n} trust the Wilcoxon test, which stands beside it, more than the {test}."
    return Caveat(
        "normality",
        f"The changes are not normal at week{'s' if len(bad) > 1 else ''} {weeks} (Shapiro–Wilk "
        f"{p_value(worst['shapiro_p'], True)} at the worst).",
        advice,
    )


def many_tests(n: int, alpha: float) -> Caveat | None:
    """One table holds many tests: ``n`` that were computed and are shown."""
    if n < 5:
        return None
    by_chance = number(n * alpha, 1 if n * alpha >= 0.1 else 3)
    return Caveat(
        "many-tests",
        f"This question is asked in {n} tests; at {100 * alpha:g} % about {by_chance} would be significant by chance alone.",
        "Name the endpoint and the week beforehand.",
    )
