"""When do they first respond?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.document import Answer, Doubts, Downloads, Figure, Fold, KeyNumber, KeyNumbers, Method, Part, Table, Unavailable
from aadash.formatting import interval, number, open_above, p_value, percent
from aadash.levels import ALL
from aadash.result import Result
from aadash.views import evidence, headlines, next_questions
from aadash.views.view import Context, view


@view(
    "time_to_response",
    "Time to response",
    "When do they first respond?",
    group="Describe",
    icon="timer",
    order=40,
    controls=("split", "endpoint", "error"),
)
def time_to_response(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask("time_to_response")
    if isinstance(result, Unavailable):
        return [result]
    published = evidence.over_curve(c, "first")
    return [
        Answer(result),
        Figure(result, "steps", title=headlines.time_to(result, c.rule.symbol)),
        evidence.SHOWN,
        *evidence.beside_curve(c, published),
        Doubts.of(result, published),
        key_numbers(c, result),
        Table(result, result.rows(variable_level="summary")),
        Fold(
            "The curve in numbers",
            "fold.time.curve",
            lambda: [Table(result, result.rows(variable_level="curve"))],
            in_report=True,
        ),
        *next_questions.lasting(c),
        Method(result),
        Downloads(result),
    ]


def key_numbers(c: Context, result: Result) -> KeyNumbers:
    """Followed, responded, median, test between strata."""
    r = result.rows(group1_level=ALL, variable_level="summary").iloc[0]
    reached = not np.isnan(r["median"])
    median = f"week {number(r['median'], 0)}" if reached else "not reached"
    followed, enrolled = int(r["n"]), int(r["n_enrolled"])
    limits = f"CI {interval(r['ci_low'], r['ci_high'], 0)}" if not np.isnan(r["ci_high"]) else ""
    if not limits and not np.isnan(r["ci_low"]):
        last = result.rows(group1_level=ALL, variable_level="curve")["probability"].max()
        limits = f"CI {open_above(r['ci_low'], last)}"
    test = result.rows(variable_level="log-rank")
    items = [
        KeyNumber("Followed", str(followed), f"all {enrolled}" if followed == enrolled else f"of {enrolled}, see above"),
        KeyNumber(f"Patients who reached {c.rule.symbol}", percent(r["k"] / r["n"]), f"{int(r['k'])}/{followed}"),
        KeyNumber("Median", median, limits),
    ]
    if len(test):
        items.append(KeyNumber("Between strata", p_value(test["p"].iloc[0], True), "log-rank test"))
    return KeyNumbers(tuple(items))
