"""Ask the analyses of a registry: straight of its counts, or of its rows if these are not too many, or not at all and why."""

from __future__ import annotations

from dataclasses import replace

from aadash.analyses.registry import PROMPT, REGISTRY, Answers, in_order
from aadash.errors import AadashError, NotComputable
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.summaries.answer import MOST_STAND_INS, SUFFICES
from aadash.summaries.counted import can
from aadash.summaries.registry import Registry

#: What follows single patients from visit to visit, or looks at several of their facts at once, is asked of at most so many rows.
MOST_FOLLOWED = 200_000


def answer(registry: Registry, name: str, plan: AnalysisPlan) -> Result:
    """The analysis called ``name`` of those whom the plan includes.

    Raises NotComputable where counts do not suffice, and SummaryError for a filter or a split that the engine cannot carry out.
    """
    here, unfiltered = registry.under(plan), plan.replace(filters=())
    if can(name, plan, SALT):
        result = REGISTRY[name].function(here.cohort(plan), unfiltered)
        return replace(result, call=replace(result.call, plan=plan.named_for(here.first))) if result.call else result
    most = MOST_STAND_INS if name in SUFFICES else MOST_FOLLOWED
    if registry.table.n <= most:
        return REGISTRY[name].function(registry.rows(), plan)
    if here.table.n > most:
        raise NotComputable(
            f"This needs every patient's row, of {here.table.n:,} patients here",
            expected=f"at most {most:,}",
            fix="Filter, or draw a sample of the registry",
        )
    if name == "participants":
        raise NotComputable("The engine reads those whom the filters keep; whom each of them leaves out is not counted")
    return REGISTRY[name].function(here.rows(), unfiltered)


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
