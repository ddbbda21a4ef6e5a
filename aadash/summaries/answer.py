"""Ask an analysis of a summary."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd

from aadash.analyses.registry import PROMPT, REGISTRY, Answers, in_order
from aadash.analyses.stratum_by_week import sphericity
from aadash.errors import AadashError, NotComputable, SummaryError
from aadash.formatting import listing
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.summaries.cells import by_cells
from aadash.summaries.cohorts import by_courses, by_moments, by_pairs
from aadash.summaries.counted import DESCRIBED, can
from aadash.summaries.counted_summary import from_summary
from aadash.summaries.crossed import Crossing, by_crossing, counted_within, courses_within, not_crossed
from aadash.summaries.form import Split, Summary

#: Analysis → what it needs of a summary. "pairs": counts of (baseline, value) at each week. "moments": sums and cross-products in each
#: missing pattern, of the score and of the percent change. "courses": counts of the courses of response. "crossed": pairs at the week
#: in question in each level of every column within each level of the split. "cells": predictors jointly with the course of response.
SUFFICES = {
    "participants": "pairs",
    "baseline": "pairs",
    "estimand": "pairs",
    "salt_over_time": "pairs",
    "change_from_baseline": "pairs",
    "between_strata": "pairs",
    "responders": "pairs",
    "responders_between": "pairs",
    "rank_differences": "pairs",
    "band_differences": "pairs",
    "equivalence": "pairs",
    "regression_to_the_mean": "pairs",
    "mixed_anova": "moments",
    "visits_as_patients": "moments",
    "time_to_response": "courses",
    "repeated_response": "courses",
    "subgroups_response": "crossed",
    "subgroups_change": "crossed",
    "subgroup_differences_response": "crossed",
    "subgroup_differences_change": "crossed",
    "subgroup_chance": "crossed",
    "subgroup_pairs": "crossed",
    "predictors": "cells",
    "predictor_effects": "cells",
}
#: Under the mixed model these analyses fit it as well: the columns that come from it.
MODELLED = {
    "salt_over_time": ("adjusted_mean", "adjusted_low", "adjusted_high"),
    "change_from_baseline": ("mean", "t", "df", "p", "p_holm", "p_adjusted", "ci_low", "ci_high"),
    "between_strata": (
        *("difference", "t", "df", "p", "p_holm", "p_adjusted", "ci_low", "ci_high"),
        *("mean1", "mean2", "n1", "n2", "n_enrolled", "n_analysed", "n_excluded"),
    ),
}
#: These look at the visits as they were made, whatever the rule for missing ones.
AS_SEEN = ("participants", "baseline", "estimand", "regression_to_the_mean")
#: Doubts about missed visits.
VISITS = ("attrition", "differential-attrition", "locf", "nri")
#: The sentence and the accounting of these are about the percent change.
ABOUT_PERCENT = ("mixed_anova", "between_strata", "visits_as_patients")
#: More patients than this are not made up.
MOST_STAND_INS = 2_000_000
#: Analyses that take rows which stand for several patients each: of these no patient is made up.
WEIGHED = (
    *("mixed_anova", "time_to_response", "repeated_response", "predictors", "predictor_effects"),
    *("subgroups_response", "subgroups_change", "subgroup_differences_response", "subgroup_differences_change"),
    *("subgroup_chance", "subgroup_pairs"),
)
#: Why the others cannot be asked.
NOT_ENOUGH = (
    "A summary holds counts, sums and cross-products; "
    "this analysis follows single patients, or looks at several of their facts at once"
)
CAVEAT = Caveat(
    "from-sums",
    "These numbers were computed from sums that centres sent, not from patients' rows.",
    "Compare centres first; a mistake in one centre's file cannot be seen in its sums.",
    "note",
)
ALONE = replace(
    CAVEAT,
    text="These numbers were computed from sums, not from patients' rows.",
    advice="A mistake in the file cannot be seen in its sums.",
)


def answer(summary: Summary, name: str, plan: AnalysisPlan) -> Result:
    """The result of the analysis ``name`` under ``plan``, from sums.

    Where nothing was suppressed it is the result that the patients' rows give (to rounding in the last digits; the sentence, the
    accounting and every statistic).

    Raises
    ------
    NotComputable
        When sums do not suffice, or what is needed was suppressed.
    SummaryError
        When the plan filters, analyses another measure, or splits in a way that was not counted.
    """
    if plan.filters:
        raise SummaryError(
            "A summary cannot be filtered: it holds sums, not patients",
            fix="Filter when the centres summarise, with the plan's filters",
        )
    if plan.measure not in (None, summary.measure.name):
        raise SummaryError(f"The summary is of {summary.measure.name}, not of {plan.measure}")
    if name not in SUFFICES:
        raise NotComputable(NOT_ENOUGH, fix="Ask it of each centre's own file")
    if summary.n > MOST_STAND_INS and name not in (*WEIGHED, *DESCRIBED) and not can(name, plan, summary.measured()):
        raise NotComputable(
            f"This analysis makes up a patient for each that was counted, {summary.n:,} here",
            expected=f"at most {MOST_STAND_INS:,}",
            fix="Only regression to the mean, visits counted as patients, and rates of AA-IGA grades have this limit",
        )
    result = asked(summary, name, plan)
    lost = not_crossed(_split(summary, plan), summary.columns) if SUFFICES[name] == "crossed" else []
    return replace(result, caveats=(*result.caveats, CAVEAT if _several(summary) else ALONE, *([_left_out(lost)] if lost else [])))


def _several(summary: Summary) -> bool:
    """Whether the sums are those of several centres."""
    return any(split.name == "centre" and len(split.levels) > 1 for split in summary.splits)


def _left_out(columns: list[str]) -> Caveat:
    return Caveat(
        "from-sums",
        f"Not among these subgroups: {listing(columns)}. The hospitals cut or count what is recorded there differently.",
        "Cut such a column at one place in every file before summarising.",
        "warning",
    )


def asked(summary: Summary, name: str, plan: AnalysisPlan, **options: Any) -> Result:
    """An analysis that sums suffice for, of a split that was counted; ``options`` are its own but for a model, which the summary
    holds."""
    if can(name, plan, summary.measured()):
        return REGISTRY[name].function(from_summary(summary, _split(summary, plan), plan.missing), plan, **options)
    if name in DESCRIBED:
        return REGISTRY[name].function(from_summary(summary, _split(summary, plan)), plan, **options)
    result = _MAKERS[SUFFICES[name]](summary, name, plan, **options)
    if plan.missing not in ("locf", "nri") or name in AS_SEEN or SUFFICES[name] != "pairs":
        return result
    return _about_visits(summary, name, plan, result)


def _about_visits(summary: Summary, name: str, plan: AnalysisPlan, result: Result, crossing: Crossing | None = None) -> Result:
    """``result`` with what is said about missed visits taken from the courses of response: these hold who missed which, where pairs
    only hold how many missed each."""
    try:
        split = _split(summary, plan)
        if crossing is None:
            cohort = by_courses(summary, split, plan.endpoint)
        else:
            cohort = by_crossing(summary, split, courses_within(summary, split, plan.endpoint, crossing))
        told = REGISTRY[name].function(cohort, plan).caveats
    except AadashError:
        return result
    kept = [c for c in result.caveats if c.code not in VISITS]
    return replace(result, caveats=(*kept, *(c for c in told if c.code in VISITS)))


def answers(summary: Summary, plan: AnalysisPlan) -> Answers:
    """Every analysis that sums allow, and for each of the others the reason."""
    results, reasons = {}, {}
    for one in in_order():
        if one.section not in PROMPT:
            continue
        try:
            results[one.name] = answer(summary, one.name, plan)
        except AadashError as error:
            reasons[one.name] = error.paragraph()
    return Answers(results, reasons)


def _split(summary: Summary, plan: AnalysisPlan) -> Split:
    split = summary.split(plan.stratifier)
    wanted = plan.severity_cut if plan.stratifier == "severity" else plan.column_cut or split.cut
    if split.cut != wanted:
        raise SummaryError(
            f"The summary cuts {split.title} at {split.cut:g}, the plan at {wanted:g}",
            fix=f"Set the cut to {split.cut:g}, or summarise with this plan",
        )
    return split


def _from_pairs(summary: Summary, name: str, plan: AnalysisPlan) -> Result:
    split, ask = _split(summary, plan), REGISTRY[name].function
    result = ask(by_pairs(summary, split, "observed" if name in AS_SEEN else plan.missing), plan)
    if name == "salt_over_time":  # who came to no visit at all is said by the patterns of visits, not by each week's pairs
        result = replace(result, accounting=ask(by_moments(summary, split), plan).accounting)
    if plan.missing == "locf" and "n_imputed" in result.table and name not in AS_SEEN:
        seen = ask(by_pairs(summary, split, "observed"), plan.replace(missing="observed")).table
        table = result.table.copy()
        table["n_imputed"] = table["n_analysed"] - seen["n_analysed"]
        result = replace(result, table=table)
    if plan.missing != "mixed" or name not in MODELLED:
        return result
    table, told = result.table.copy(), result
    for percent in (False, True):
        other = ask(by_moments(summary, split, percent=percent), plan)
        rows = (table["variable"] == "percent_change") == percent
        columns = [c for c in MODELLED[name] if c in table]
        table.loc[rows, columns] = other.table.loc[rows, columns]
        told = other if percent == (name in ABOUT_PERCENT) else told
    return replace(result, table=table, sentence=told.sentence, accounting=told.accounting)


def _from_moments(summary: Summary, name: str, plan: AnalysisPlan) -> Result:
    split, ask = _split(summary, plan), REGISTRY[name].function
    score, percent = (ask(by_moments(summary, split, percent=p, weighed=name in WEIGHED), plan) for p in (False, True))
    rows = [score.table[score.table["variable"] != "percent_change"], percent.table[percent.table["variable"] == "percent_change"]]
    made = replace(percent if name in ABOUT_PERCENT else score, table=pd.concat(rows).sort_index(kind="stable"))
    if name != "mixed_anova":
        return made
    told = sphericity(summary.measured(), made.table.to_dict("records"))  # it speaks of both
    return replace(made, caveats=(*(c for c in made.caveats if c.code != "sphericity"), *([told] if told else [])))


def _from_courses(summary: Summary, name: str, plan: AnalysisPlan) -> Result:
    split = _split(summary, plan)
    return REGISTRY[name].function(by_courses(summary, split, plan.endpoint, weighed=name in WEIGHED), plan)


def _from_crossing(summary: Summary, name: str, plan: AnalysisPlan, crossing: Crossing | None = None, **options: Any) -> Result:
    split, week = _split(summary, plan), summary.weeks[-1] if plan.week is None else plan.week
    crossing = counted_within(summary, split, plan.missing, week) if crossing is None else crossing
    result = REGISTRY[name].function(by_crossing(summary, split, crossing), plan, **options)
    return _about_visits(summary, name, plan, result, crossing) if plan.missing in ("locf", "nri") else result


def _from_cells(summary: Summary, name: str, plan: AnalysisPlan) -> Result:
    cohort, model = by_cells(summary, _split(summary, plan), plan)
    return REGISTRY[name].function(cohort, plan, model=model)


_MAKERS: dict[str, Callable[..., Result]] = {
    "pairs": _from_pairs,
    "moments": _from_moments,
    "courses": _from_courses,
    "crossed": _from_crossing,
    "cells": _from_cells,
}
