"""Ask the analyses of a registry: straight of its counts, or of its rows if these are not too many, or not at all and why."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from aadash.analyses.registry import PROMPT, REGISTRY, Answers, in_order
from aadash.analyses.visits import needs_rows
from aadash.cohort import Cohort
from aadash.errors import AadashError, NotComputable, SummaryError
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.summaries.answer import MOST_STAND_INS, SUFFICES, WEIGHED, asked
from aadash.summaries.counted import DESCRIBED, can
from aadash.summaries.described import described
from aadash.summaries.registry import Registry
from aadash.summaries.table_answers import summed
from aadash.summaries.table_joint import crossing

#: These take minutes for a million rows, and are asked of at most :data:`MOST_SLOW`.
SLOW = (
    *("adjusted_comparison", "planning", "response_patterns", "visits_as_patients"),
    *("predicted_probability", "predictor_checks", "predictor_choice", "predictor_cuts"),
)
MOST_SLOW = 200_000
#: Of subgroups these ask for no more than who responds at the week in question.
RESPONSES = ("subgroups_response", "subgroup_differences_response", "subgroup_chance")


def most_rows(name: str) -> int:
    """Of how many rows an analysis is asked at most."""
    return MOST_SLOW if name in SLOW else MOST_STAND_INS


def by_rows(registry: Registry, name: str, plan: AnalysisPlan) -> bool:
    """Whether the analysis called ``name`` is asked of every patient's row, and the engine of nothing."""
    return registry.table.n <= most_rows(name) and not can(name, plan, SALT)


def answer(registry: Registry, name: str, plan: AnalysisPlan, /, **options: Any) -> Result:
    """The analysis called ``name`` of those whom the plan includes; ``options`` are its own, a model among them.

    Raises NotComputable where counts do not suffice, and SummaryError for a filter or a split that the engine cannot carry out.
    """
    most, ask = most_rows(name), REGISTRY[name].function
    if by_rows(registry, name, plan):
        return ask(registry.rows(), plan, **options)
    try:
        here, unfiltered = registry.under(plan), plan.replace(filters=())
    except SummaryError:
        if registry.table.n > most:
            raise
        return ask(registry.rows(), plan, **options)  # a filter by single patients, say
    straight = can(name, plan, SALT)
    if straight or (name in DESCRIBED and here.table.n > most):
        result = ask(_kept(here.cohort(plan) if straight else described(here, plan), plan), unfiltered, **options)
        return replace(result, call=replace(result.call, plan=plan.named_for(here.first))) if result.call else result
    if here.table.n > most and name in WEIGHED and not options.get("within"):
        model = {"model": options.pop("model")} if "model" in options else {}
        summary = summed(here, unfiltered, name, **model)
        if SUFFICES[name] == "crossed":
            options["crossing"] = crossing(
                here, unfiltered, summary, name in RESPONSES and options.get("outcome", "response") == "response"
            )
        result = asked(summary, name, unfiltered, **options)
        return replace(result, call=replace(result.call, plan=plan.named_for(here.first))) if result.call else result
    if here.table.n > most:
        raise needs_rows(here.table.n, most)
    if name == "participants":
        raise NotComputable("The engine reads those whom the filters keep; whom each of them leaves out is not counted")
    return ask(_kept(here.rows(), plan), unfiltered, **options)


def _kept(cohort: Cohort, plan: AnalysisPlan) -> Cohort:
    """``cohort``, which knows whether it is what filters left: the plan that it is asked with has none."""
    cohort.__dict__["given_filtered"] = bool(plan.filters)
    return cohort


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
