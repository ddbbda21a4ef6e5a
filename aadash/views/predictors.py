"""Who responds? Models of the outcome: estimates, plain numbers, cut-points, checks, choosing, patterns, reporting."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

import pandas as pd

from aadash.candidates import many_numbers, title
from aadash.document import (
    Answer,
    Choice,
    Doubts,
    Downloads,
    Examined,
    Figure,
    Fold,
    Heading,
    KeyNumber,
    KeyNumbers,
    Long,
    Method,
    Panel,
    Part,
    Table,
    Text,
    Unavailable,
)
from aadash.formatting import count, counted, number, percent
from aadash.model_plan import ModelPlan
from aadash.result import Result
from aadash.views import headlines
from aadash.views.view import Context, view

PROCEDURES = {"prespecified": "All predictors", "stepwise": "Stepwise selection", "lasso": "Lasso", "ridge": "Ridge"}
PROCEDURE = Choice("predictors.procedure", "How the model is made", "prespecified", PROCEDURES)
BY = {"subtype": "By AA subtype", "sex": "By sex", "both": "Both together"}


def model_of(c: Context) -> ModelPlan:
    """The model in use."""
    return c.model or ModelPlan.prespecified(c.everyone)


@view(
    "predictors", "Predictors", "Who responds?", group="Predict", icon="account_tree", order=60, controls=("week", "missing", "error")
)
def who_responds(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    return [Panel("predictors.model"), VIEW, *VIEWS[c.value(VIEW)](c)]


def _end(*results: Result | Unavailable) -> list[Part]:
    first = next(r for r in results if isinstance(r, Result))
    return [Method(first), Downloads(first)]


def estimates(c: Context) -> list[Part]:
    """Forest plot and table: one predictor at a time and all at once."""
    result = c.ask("predictors", model=model_of(c))
    if isinstance(result, Unavailable):
        return [result]
    return [
        Answer(result),
        Figure(result, "forest", title=headlines.predictors(result)),
        Doubts.of(result),
        key_numbers(result),
        Table(result),
        *_end(result),
    ]


def key_numbers(result: Result) -> KeyNumbers:
    """Patients, events, and events per parameter."""
    d, n = result.details, result.accounting.analysed
    k, parameters = d.events, max(d.parameters, 1)
    imputed = f", {d.n_imputed} with gaps filled" if d.n_imputed else ""
    out = [KeyNumber("Patients in the model", str(n), f"of {result.accounting.enrolled} enrolled{imputed}")]
    if k is None:
        return KeyNumbers((*out, KeyNumber("Patients per parameter", number(n / parameters), counted(d.parameters, "parameter"))))
    fewer = min(k, n - k)
    fewest = counted(fewer, "event") if k <= n - k else counted(fewer, "non-event")
    out += [
        KeyNumber(d.outcome, percent(k / n), count(k, n).split(" (")[0]),
        KeyNumber("Events per parameter", number(fewer / parameters), f"{fewest}, {counted(d.parameters, 'parameter')}"),
    ]
    return KeyNumbers(tuple(out))


def effects(c: Context) -> list[Part]:
    """Adjusted probabilities and differences, and one patient."""
    result = c.ask("predictor_effects", model=model_of(c))
    if isinstance(result, Unavailable):
        return [result]
    return [
        Answer(result),
        Panel("predictors.profile"),
        Figure(result, "effects", title=f"{result.details.outcome} expected if every patient had this level"),
        Doubts.of(result),
        Table(result),
        *_end(result),
    ]


def cuts(c: Context) -> list[Part]:
    """One column of numbers: curve, cuts, and what they cost."""
    model = model_of(c)
    numbers = [p.column for p in model.predictors if many_numbers(c.everyone, p.column)]
    if not numbers:
        return [Unavailable("None of the predictors is a number, so there is nothing to cut. Add one to the model.")]
    entered = c.ask("predictors", model=model)  # what could not be used is not what the page opens on
    usable = numbers if isinstance(entered, Unavailable) else [k for k in numbers if k in entered.details.titles] or numbers
    first = next((p.column for p in model.predictors if p.cut is not None and p.column in usable), usable[0])
    which = Choice("predictors.cut", "Which number", first, {k: title(c.everyone, k) for k in numbers})
    result = c.ask("predictor_cuts", model=model, column=c.value(which))
    if isinstance(result, Unavailable):
        return [which, result]
    ranked: list[Part] = [Heading("How well it ranks alone", 3), Figure(result, "roc")] if result.details.roc is not None else []
    return [
        which,
        Answer(result),
        Figure(result, "relation", title=f"{result.details.outcome} by {result.details.name}, all else equal"),
        Doubts.of(result),
        Heading("What the cut costs", 3),
        Table(result, result.table[result.table["role"] == "way"]),
        Heading("The effect at every cut", 3),
        Figure(result, "effects"),
        *ranked,
        *_end(result),
    ]


def checks(c: Context) -> list[Part]:
    """The assumptions, and the patients that conclusions hang on."""
    result = c.ask("predictor_checks", model=model_of(c))
    if isinstance(result, Unavailable):
        return [result]
    t = result.table
    out: list[Part] = [Answer(result), Examined(result), Doubts.of(result)]
    for role, heading in ROLES.items():
        own = t[t["role"] == role]
        if len(own):
            out += [Heading(heading, 3), Table(result, own[:LISTED])]
        if len(own) > LISTED:
            out.append(Fold(f"All {len(own)} rows", f"fold.checks.{role}", partial(_whole, result, own), in_report=True))
    return [*out, Panel("predictors.calibration"), *_end(result)]


def _whole(result: Result, rows: pd.DataFrame) -> Sequence[Part]:
    return [Table(result, rows)]


#: So many patients stand in a table of checks; the others in a fold.
LISTED = 10
#: Kinds of rows of ``predictor_checks`` and their headings.
ROLES = {
    "flip": "Patients without whom a conclusion changes or an estimate is lost",
    "influence": "Patients who move the estimates most",
    "vif": "Entangled predictors",
    "linearity": "Straight lines",
}


def choosing(c: Context) -> list[Part]:
    """Stepwise, ridge and lasso beside the prespecified set; stability and performance on demand."""
    model = model_of(c)
    result = c.ask("predictor_choice", model=model)
    if isinstance(result, Unavailable):
        return [result]
    scale = "Odds ratios" if result.details.logistic else f"Differences in {result.outcome_unit}"
    return [
        Answer(result),
        Panel("predictors.criterion"),
        Table(result),
        Text(f"{scale}; an empty cell: left out.", "small"),
        Doubts.of(result),
        Heading("Would other patients have chosen the same?", 3),
        Long("predictor_stability", f"Draw the patients again {model.resamples} times", _stability, {"model": model}),
        Heading("How well would it predict in new patients?", 3),
        PROCEDURE,
        Long(
            "predictor_performance",
            f"Validate in {model.resamples} resamples",
            _performance,
            {"model": model, "procedure": c.value(PROCEDURE)},
        ),
        *_end(result),
    ]


def _stability(result: Result) -> Sequence[Part]:
    return [Figure(result, "frequency"), Answer(result, accounting=False), Doubts.of(result)]


def _performance(result: Result) -> Sequence[Part]:
    drawn: list[Part] = []
    if result.details.logistic:
        drawn = [Figure(result, "calibration"), Heading("Is it worth acting on?", 3), Figure(result, "decision")]
    return [Answer(result, accounting=False), Table(result), *drawn, Doubts.of(result)]


def patterns(c: Context) -> list[Part]:
    """Interaction tests, then adjusted curves by AA subtype and sex."""
    model = model_of(c)
    first = c.ask("response_patterns", model=model)
    if isinstance(first, Unavailable):
        return [first]
    names = {BY[k]: k for k in first.details.available}
    by = Choice("view.patterns", "Curves", BY[first.details.by], {v: v for v in names})
    wanted = names[c.value(by)]
    asked = first if wanted == first.details.by else c.ask("response_patterns", model=model, by=wanted)
    result = first if isinstance(asked, Unavailable) else asked
    t = result.table
    cells = ", ".join(f"{' '.join(map(str, r[:-1]))} {r[-1]}" for r in result.details.cells.itertuples(index=False))
    return [
        Answer(result),
        by,
        Figure(result, "curves", title="Adjusted mean improvement by visit"),
        Doubts.of(result),
        Heading("Do the courses differ in shape?", 3),
        Table(result, t[t["role"] == "test"]),
        Fold(
            "The curves in numbers",
            "fold.patterns.means",
            lambda: [Table(result, t[t["role"] == "mean"]), Text(f"Patients: {cells}", "small")],
            in_report=True,
        ),
        *_end(result),
    ]


def reporting(c: Context) -> list[Part]:
    """The reporting list, filled in with what has been computed: only the app knows what that is."""
    made = c.ask("predictors", model=model_of(c))
    return [made] if isinstance(made, Unavailable) else [Panel("predictors.reporting")]


VIEWS: Mapping[str, Callable[[Context], list[Part]]] = {
    "Predictors": estimates,
    "In plain numbers": effects,
    "Cut-points": cuts,
    "Checks": checks,
    "Choosing and validating": choosing,
    "AA subtype and sex": patterns,
    "Reporting": reporting,
}
VIEW = Choice("view.predictors", "View", "Predictors", {v: v for v in VIEWS})
