"""One record for each analysis, made where the analysis stands: what it asks, what it takes, which tests it holds.

Everything else reads the record: the pages, ``run_all``, the command line, the report, "show the code", the ledger.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any, Literal

from aadash.analyses.direction import EITHER_WAY, assumed
from aadash.analyses.followed import followed
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.formatting import spaced
from aadash.measure import Measure
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Call, Caveat, Result, TestColumn

#: What an analysis belongs to. "core": the first page of numbers of any paper; "further": asked when somebody looks;
#: "subgroups" and "model": those pages; "second": by another program; "long": takes seconds, so only when asked for,
#: with progress; "compare": of several plans; "session": of the file and of what was asked so far, beside the answers of a plan.
Section = Literal["core", "further", "subgroups", "model", "second", "long", "compare", "session"]

#: Parameters that every analysis has, and those that are no choice behind a number: "brief" asks for the row of everyone at the
#: week in question and no more than it needs, so that the same question can be asked several times at once; "shown" says which rows
#: a table shows, of which the doubts are.
_COMMON, _NO_CHOICE = ("cohort", "plan", "model"), ("progress", "brief", "shown")


@dataclass(frozen=True)
class Analysis:
    """What is known of an analysis without running it.

    Attributes
    ----------
    name
        Its name everywhere: in results, files, printers, charts, headings.
    question
        What it asks, as a person would.
    function
        ``(cohort, plan, **options) -> Result``; models take a ``model`` too.
    section
        One of :data:`Section`.
    tests
        Its columns of p. Empty for what describes, or is not about the outcome.
    options
        Name → default of each further choice.
    takes_model
        Whether it takes a :class:`aadash.model_plan.ModelPlan`.
    every_rule
        Whether it is asked under each rule for missing visits, side by side.
    order
        Its place among the others: the order of a paper.
    variants
        The sets of options under which it belongs to everything that can be asked; () where it needs what a plan does not hold.
    whole_cohort
        Whether its rows of everyone are about everyone whatever the split.
    """

    name: str
    question: str
    function: Callable[..., Result]
    section: Section
    tests: tuple[TestColumn, ...]
    options: dict[str, Any]
    takes_model: bool
    every_rule: bool
    whole_cohort: bool
    order: int
    variants: tuple[dict[str, Any], ...] = ({},)


REGISTRY: dict[str, Analysis] = {}


def analysis(
    question: str,
    *,
    section: Section = "further",
    tests: tuple[TestColumn, ...] = (),
    every_rule: bool = False,
    whole_cohort: bool = False,
    order: int = 100,
    variants: tuple[dict[str, Any], ...] = ({},),
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a function as an analysis, and let each result carry its call, question and tests."""

    def register(function: Callable[..., Result]) -> Callable[..., Result]:
        signature = inspect.signature(function)
        options = {name: p.default for name, p in signature.parameters.items() if name not in _COMMON and name not in _NO_CHOICE}
        name = function.__name__

        @wraps(function)
        def asked(*args: Any, **kwargs: Any) -> Result:
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = bound.arguments
            result = function(*bound.args, **bound.kwargs)
            model = given.get("model") or getattr(result.details, "model", None)
            plan = given["plan"].named_for(given["cohort"])
            call = Call(name, plan, model, {k: given[k] for k in options})
            measure = _measure(given["cohort"], plan)
            asked_for, method = measure.words(result.question or question), measure.words(result.method)
            return replace(
                result,
                sentence=spaced(result.sentence),
                caveats=tuple(replace(c, text=spaced(c.text)) for c in (*_directions(name, result, measure), *result.caveats)),
                call=call,
                question=asked_for,
                method=method,
                tested=tests,
                follows=followed(name, call.options, call.model),
                measure=measure,
                severity=given["cohort"].severity_measure.name,
            )

        if name in REGISTRY:
            raise ValueError(f"Two analyses are called {name!r}")
        REGISTRY[name] = Analysis(
            name,
            question,
            asked,
            section,
            tests,
            options,
            "model" in signature.parameters,
            every_rule,
            whole_cohort,
            order,
            variants,
        )
        return asked

    return register


def _directions(name: str, result: Result, measure: Measure) -> tuple[Caveat, ...]:
    """What is to be said of the better end of the measure analysed, and of the others that the answer is about."""
    others = getattr(result.details, "measures", ())
    return () if name in EITHER_WAY else assumed(dict.fromkeys((measure, *others)))


def _measure(cohort: Cohort, plan: AnalysisPlan) -> Measure:
    """What ``plan`` analyses in ``cohort``; the cohort's own where the plan cannot be carried out (its analysis said so)."""
    try:
        return plan.measured(cohort).measure
    except AadashError:
        return cohort.measure


def run(call: Call, cohort: Cohort) -> Result:
    """Make the result of a call again, on ``cohort``. Raises the analysis' own AadashError."""
    one = REGISTRY[call.analysis]
    model: dict[str, ModelPlan | None] = {"model": call.model} if one.takes_model else {}
    return one.function(cohort, call.plan, **model, **call.options)


#: Every section that asks of one plan and answers at once.
PROMPT: tuple[Section, ...] = ("core", "further", "subgroups", "model")


@dataclass(frozen=True)
class Answers:
    """What a cohort and a plan allow: results by name, and why the others could not be computed, as a sentence each.

    A name is that of the analysis, followed by ``:option`` where it is asked in several ways.
    """

    results: dict[str, Result]
    reasons: dict[str, str]


def in_order() -> list[Analysis]:
    """Every analysis: the core of any paper first, then the others, each in their order."""
    return sorted(REGISTRY.values(), key=lambda one: (one.section != "core", one.order, one.name))


def answers(
    cohort: Cohort,
    plan: AnalysisPlan,
    sections: tuple[Section, ...] = ("core",),
    progress: Callable[[str], object] | None = None,
) -> Answers:
    """Ask every analysis of ``sections`` in each of its ways, each once. ``progress`` is told each name beforehand.

    What fails with anything but an AadashError is a fault of ours: it is named among the reasons, and the others are computed.
    """
    results: dict[str, Result] = {}
    reasons: dict[str, str] = {}
    for one in in_order():
        if one.section not in sections:
            continue
        for options in one.variants:
            name = ":".join([one.name, *map(str, options.values())])
            if progress is not None:
                progress(name)
            try:
                results[name] = one.function(cohort, plan, **options)
            except AadashError as error:
                reasons[name] = error.paragraph()
            except Exception as error:  # one analysis must never take the others with it
                reasons[name] = f"This is a fault of AAdash, not of the file ({type(error).__name__}: {error}). Please report it."
    return Answers(results, reasons)
