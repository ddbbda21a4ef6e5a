"""Ask the analyses of a registry: straight of its counts, or of stand-ins that have its sums, or not at all and why."""

from __future__ import annotations

from dataclasses import replace

from aadash.analyses.registry import PROMPT, REGISTRY, Answers, in_order
from aadash.errors import AadashError, NotComputable
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.summaries.answer import MOST_STAND_INS, NOT_ENOUGH, SUFFICES, asked
from aadash.summaries.counted import can
from aadash.summaries.form import Summary
from aadash.summaries.registry import Registry


def answer(registry: Registry, name: str, plan: AnalysisPlan) -> Result:
    """The analysis called ``name`` of those whom the plan includes.

    Raises NotComputable where counts do not suffice, and SummaryError for a filter or a split that the engine cannot carry out.
    """
    here, unfiltered = registry.under(plan), plan.replace(filters=())
    if name == "participants" and plan.filters:
        raise NotComputable("The engine reads those whom the filters keep; whom each of them leaves out is not counted")
    if can(name, plan, SALT):
        result = REGISTRY[name].function(here.cohort(plan), unfiltered)
    elif name not in SUFFICES:
        raise NotComputable(NOT_ENOUGH)
    elif here.table.n > MOST_STAND_INS:
        raise NotComputable(
            f"This analysis makes up a patient for each that was counted, {here.table.n:,} here",
            expected=f"at most {MOST_STAND_INS:,}",
            fix="Filter, or draw a sample of the registry",
        )
    else:
        result = asked(_summary(here, unfiltered), name, unfiltered)
    return replace(result, call=replace(result.call, plan=plan.named_for(here.first))) if result.call else result


def answers(registry: Registry, plan: AnalysisPlan) -> Answers:
    """Every analysis that counts allow, and for each of the others the reason.

    Raises SummaryError for a filter that the engine cannot carry out.
    """
    registry.under(plan)
    results: dict[str, Result] = {}
    reasons: dict[str, str] = {}
    for one in in_order():
        if one.section not in PROMPT:
            continue
        try:
            results[one.name] = answer(registry, one.name, plan)
        except AadashError as error:
            reasons[one.name] = error.paragraph()
    return Answers(results, reasons)


def _summary(here: Registry, plan: AnalysisPlan) -> Summary:
    """The sums of a plan, kept until another plan needs others."""
    from aadash.summaries.tables import summarise_registry

    key = ("summary", plan.stratifier, plan.severity_cut, plan.column_cut, plan.endpoint)
    if key not in here.kept:
        for old in [k for k in here.kept if k[0] == "summary"]:
            del here.kept[old]
        here.kept[key] = summarise_registry(here, plan, minimum=1)
    return here.kept[key]  # type: ignore[no-any-return]
