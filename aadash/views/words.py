"""A plan in one line."""

from __future__ import annotations

from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES, endpoint
from aadash.errors import AadashError
from aadash.formatting import listing
from aadash.plan import MULTIPLICITY, AnalysisPlan


def plan_words(plan: AnalysisPlan, cohort: Cohort) -> str:
    """A plan as it is carried out on a cohort: endpoint, week, split, missing visits, filters; error rate and adjustment where they
    are not the usual ones."""
    try:
        symbol = plan.rule(plan.measured(cohort)).symbol
    except AadashError:
        symbol = endpoint(plan.endpoint).symbol
    try:
        week, strata = f"week {plan.at_week(cohort)}", plan.strata(plan.included(cohort))
        split = f"one group: {strata.whole}" if strata.whole else f"split by {strata.title}"
    except AadashError:
        week, split = "the last visit" if plan.week is None else f"week {plan.week}", f"split by {plan.stratifier}"
    parts = [f"{symbol} at {week}"]
    parts.append("not split" if plan.stratifier == "none" else split)
    parts += [MISSING_RULES[plan.missing].split(":")[0].lower(), filter_words(plan, cohort) or "everyone"]
    usual = AnalysisPlan()
    if plan.alpha != usual.alpha:
        parts.append(f"alpha {plan.alpha:g}")
    if plan.multiplicity == "none":
        parts.append("not adjusted over the weeks")
    elif plan.multiplicity != usual.multiplicity:
        parts.append(f"adjusted over the weeks by {MULTIPLICITY[plan.multiplicity]}")
    return "; ".join(parts)


def filter_words(plan: AnalysisPlan, cohort: Cohort) -> str:
    """The filters of a plan in one line, "" where it has none."""
    return listing([f.label(cohort.severity_measure.name) for f in plan.filters])
