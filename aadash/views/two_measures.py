"""Do two measures change together? Both curves, and change against change."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.document import (
    Answer,
    Choice,
    Doubts,
    Downloads,
    Figure,
    Fold,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Table,
    Unavailable,
)
from aadash.formatting import interval, number, p_value
from aadash.levels import ALL
from aadash.result import Result
from aadash.views.view import Context, view


@view(
    "two_measures",
    "Two measures",
    "Do two measures change together?",
    group="Describe",
    icon="ssid_chart",
    order=35,
    controls=("split", "week", "error"),
    shows=lambda cohort: len(cohort.analysable) > 1,
)
def together(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    others = [name for name in c.cohort.analysable if name != c.cohort.score]
    if not others:
        return [Unavailable(f"This cohort has one measure over time, {c.cohort.score}. A file with two shows both here.")]
    which = Choice("view.two.other", f"{c.cohort.score} beside", others[0], {name: name for name in others}, "select")
    choice: list[Part] = [which] if len(others) > 1 else []
    result = c.ask("two_measures", other=c.value(which))
    if isinstance(result, Unavailable):
        return [*choice, result]
    return [
        Answer(result),
        *choice,
        *figures(result),
        Doubts.of(result),
        key_numbers(result),
        Table(result, result.rows(variable_level="within"), "Within patients, over all visits"),
        Table(result, result.rows(variable_level="change", group1_level=ALL), "Change against change at each visit"),
        Fold(
            "Each stratum, and the means",
            "fold.two.all",
            lambda: [
                Table(result, result.rows(variable_level="change"), "Change against change at each visit"),
                Table(result, result.rows(variable_level="mean"), "Means of both measures"),
            ],
            in_report=True,
        ),
        Method(result),
        Downloads(result),
    ]


def figures(result: Result) -> list[Part]:
    """The curve of each measure, and change against change."""
    first, second = (m.name for m in result.details.measures)
    return [
        Figure(result, "curve", {"which": 0}, title=f"{first} by visit", legend=True, drawn=_seen(result, first)),
        Figure(result, "curve", {"which": 1}, title=f"{second} by visit", drawn=_seen(result, second)),
        Figure(result, "scatter", title=f"Change in {second} against change in {first}, week {result.details.week}"),
    ]


def _seen(result: Result, measure: str) -> int:
    """Of how many patients a measure's means are: each visit is of those who have it, so the visit with the most tells."""
    return int(result.rows(variable=measure, variable_level="mean", group1_level=ALL)["n"].max())


def key_numbers(result: Result) -> KeyNumbers:
    """Both correlations."""
    week, items = result.details.week, []
    for kind, label, at in (("within", "Within patients", None), ("change", f"Change against change, week {week}", week)):
        rows = result.rows(variable_level=kind, group1_level=ALL)
        r = (rows if at is None else rows[rows["week"] == at]).iloc[0]
        if not np.isnan(r["r"]):
            limits, p, n = interval(r["ci_low"], r["ci_high"], 2), p_value(r["p"], True), int(r["n"])
            under = f"{p}, n = {n}" if np.isnan(r["ci_low"]) else f"CI {limits}, {p}, n = {n}"
            items.append(KeyNumber(label, f"r = {number(r['r'], 2)}", under))
    return KeyNumbers(tuple(items))
