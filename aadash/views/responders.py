"""How many respond, and when? One endpoint over the weeks, or every endpoint at one week."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.document import (
    Answer,
    Choice,
    Choices,
    Doubts,
    Downloads,
    Figure,
    Heading,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Unavailable,
)
from aadash.formatting import interval, number, p_value, percent
from aadash.legend import keyed
from aadash.levels import ALL, Total
from aadash.result import Result
from aadash.views import evidence, headlines, next_questions
from aadash.views.rules import rules
from aadash.views.view import Context, all_weeks, pairs_first, view

OVER_TIME, AT_WEEK = "Over the weeks", "All endpoints at this week"
VIEW = Choice("view.responders", "View", OVER_TIME, {v: v for v in (OVER_TIME, AT_WEEK)})


@view("responders", "Response", "How many respond, and when?", group="Describe", icon="bar_chart", order=30)
def response(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    at_week = c.value(VIEW) == AT_WEEK
    result, between = c.ask("responders"), c.ask("responders_between", **({"shown": "endpoints"} if at_week else {}))
    if isinstance(result, Unavailable):
        return [result]
    compared = None if isinstance(between, Unavailable) else between
    symbol = c.rule.symbol
    published = None if at_week else evidence.over_curve(c)
    figure = (
        Figure(result, "endpoints", title=headlines.endpoints(result, c.week), legend=keyed(result, "endpoints"), picks="levels")
        if at_week
        else Figure(
            result,
            "weeks",
            title=headlines.response(result, c.plan.endpoint, symbol, c.week),
            legend=keyed(result, "weeks"),
            picks="levels",
        )
    )
    return [
        Answer(result),
        *([Answer(compared, accounting=False)] if compared else []),
        Choices((VIEW,) if at_week else (VIEW, evidence.SHOWN)),
        figure,
        *evidence.beside_curve(c, published),
        Doubts.of(result, compared, published),
        key_numbers(c, result, compared),
        *_tables(c, result, "", at_week),
        *(_tables(c, compared, "Between the strata", at_week) if compared else []),
        rules("responders", c),
        next_questions.estimand(c, "responders"),
        next_questions.planned(c),
        Method(result),
        Downloads(result),
    ]


def _tables(c: Context, result: Result, heading: str, at_week: bool) -> list[Part]:
    rows: pd.DataFrame = result.rows(week=c.week) if at_week else result.rows(variable=c.plan.endpoint)
    start: list[Part] = [Heading(heading, 3)] if heading else []
    week = f"Week {c.week}"
    if at_week:
        return [*start, *pairs_first(result, rows, "")]
    return [
        *start,
        *pairs_first(result, rows[rows["week"] == c.week], week),
        all_weeks(c, result, rows, f"fold.responders.{result.analysis}"),
    ]


def key_numbers(c: Context, result: Result, between: Result | None) -> KeyNumbers:
    """The endpoint in all patients, in each of two strata, and their difference."""
    week, name = c.week, c.plan.endpoint
    symbol = c.rule.symbol
    levels: list[str | Total] = [ALL, *c.strata.levels] if len(c.strata.levels) == 2 else [ALL]
    out = []
    for level in levels:
        rows = result.rows(group1_level=level, week=week, variable=name)
        if len(rows):
            r = rows.iloc[0]
            limits = interval(100 * r["ci_low"], 100 * r["ci_high"])
            under = f"{int(r['k'])}/{int(r['n'])}, CI {limits} %" if r["n"] else f"{int(r['k'])}/{int(r['n'])}"
            out.append(KeyNumber(f"{symbol}, {c.strata.label(level)}", percent(r["rate"]), under))
    if between is not None:
        r = between.rows(group1_level=ALL, week=week, variable=name).iloc[0]
        if len(c.strata.levels) == 2 and not np.isnan(r["p"]):
            limits, p = interval(100 * r["ci_low"], 100 * r["ci_high"]), p_value(r["p"], prefix=True)
            under = p if np.isnan(r["ci_low"]) else f"CI {limits}, {p}"
            out.append(KeyNumber("Difference, percentage points", number(100 * r["risk_difference"]), under))
        elif not np.isnan(r["p"]):
            out.append(KeyNumber("Between strata", p_value(r["p"], prefix=True), f"n = {int(r['n_analysed'])}"))
    return KeyNumbers(tuple(out))
