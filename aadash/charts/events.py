"""Adverse events as rows: how many patients had each, by stratum, with intervals."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.charts.names import beside_numbers, told_beside
from aadash.errors import NotComputable
from aadash.formatting import count, counted, level_name, listing, number, percent, with_limits
from aadash.levels import ALL, Level
from aadash.result import Result

#: So many terms are drawn; the table has them all.
MOST = 15
#: Room for a share without its interval, in a picture that is narrow.
ALONE = 34
#: Pixels of a stratum's row, in which its number stands, and of the axis below all rows.
ROW, AXIS = 14, 60


@template
def _rows(height: int) -> Any:
    base = alt.Chart(alt.NamedData("events"))
    y = alt.Y("term:N", title=None, sort=None, axis=alt.Axis(labelLimit=280, ticks=False, domain=False))
    offset = alt.YOffset("series:N", sort=None, scale=alt.Scale(paddingInner=0.2))
    scale = alt.Scale(zero=True, range=beside_numbers(ALONE))
    x = alt.X("rate:Q", title="Patients with the event (%)", scale=scale, axis=alt.Axis(gridOpacity=0.5, tickCount=6))
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [
        alt.Tooltip("term:N", title="Event"),
        alt.Tooltip("series:N", title="Stratum"),
        alt.Tooltip("count:N", title="Patients"),
        alt.Tooltip("ci:N", title="Interval"),
    ]
    return alt.layer(
        base.mark_rule(strokeWidth=1.6).encode(alt.X("low:Q", title="Patients with the event (%)"), y, offset, fill, alt.X2("high:Q")),
        base.mark_point(size=60, filled=True, opacity=1).encode(x, y, offset, fill, tooltip=tip),
        told_beside(base, y, offset),
    ).properties(height=height)


@draws("adverse_events", "terms")
def event_rows(result: Result) -> Chart:
    """The commonest events, a row each: percent of the patients at risk in each stratum (or of everyone), with Wilson's interval; one
    row of any event where the file names none."""
    any_ = result.rows(variable="any")
    t = result.table[result.table["variable"] == "term"]
    if not len(t) and any_["k"].any():
        t = any_.assign(rate=any_["proportion"], term="Any adverse event")
        return _rates(result, t, result.sentence, f"Lines: {level_name(result.plan.level)} Wilson interval.")
    every = list(dict.fromkeys(t["variable_level"]))
    terms, rest = every[:MOST], len(every) - MOST
    if not terms:
        raise NotComputable("There is nothing to draw: no event is recorded")
    t = t[t["variable_level"].isin(terms)].assign(rate=t["proportion"], term=t["variable_level"])
    first = t[t["group1_level"] == ALL][:5]
    said = listing([f"{r['term']}: {count(r['k'], r['n'])}" for r in first.to_dict("records")])
    lines = f"Lines: {level_name(result.plan.level)} Wilson interval."
    caption = " ".join([lines, *([f"{counted(rest, 'further event')} in the table."] if rest > 0 else [])])
    return _rates(result, t, f"Most frequent events: {said}.", caption)


@draws("laboratory", "new")
def newly_outside(result: Result) -> Chart:
    """Who left the limits of normal after baseline, a row per test and side: percent of those who were not so before, with Wilson's
    interval. Raises NotComputable where nobody did."""
    t = result.table[result.table["variable_level"].map(lambda v: str(v).startswith("new "))]
    t = t.assign(term=[f"{v}: {str(kind).removeprefix('new ')}" for v, kind in zip(t["variable"], t["variable_level"], strict=True)])
    ever = set(t.loc[(t["group1_level"] == ALL) & (t["k"] > 0), "term"])
    t = t[t["term"].isin(ever)]
    if not len(t):
        raise NotComputable("There is nothing to draw: nobody left the limits of normal")
    return _rates(result, t, result.sentence, f"Lines: {level_name(result.plan.level)} Wilson interval.")


def _rates(result: Result, t: pd.DataFrame, alternative: str, caption: str) -> Chart:
    """Rows ``term`` × stratum of ``t`` with ``rate, ci_low, ci_high, k, n``."""
    names, present = result.labels, list(dict.fromkeys(t["group1_level"]))
    shown: list[Level] = [lv for lv in names.used if lv in present] or [ALL]
    t = t[t["group1_level"].isin(shown)]
    frame = pd.DataFrame(
        {
            "term": t["term"].to_numpy(),
            "series": [names.short(lv) for lv in t["group1_level"]],
            "colour": [names.colour(lv) for lv in t["group1_level"]],
            "rate": 100 * t["rate"].to_numpy(dtype=float),
            "low": 100 * t["ci_low"].to_numpy(dtype=float),
            "high": 100 * t["ci_high"].to_numpy(dtype=float),
            "count": [count(k, n) for k, n in zip(t["k"], t["n"], strict=True)],
            "shown": [number(100 * rate) for rate in t["rate"]],
            "told": [
                with_limits(number(100 * e), 100 * a, 100 * b) for e, a, b in zip(t["rate"], t["ci_low"], t["ci_high"], strict=True)
            ],
            "ci": [f"{percent(a)} to {percent(b)}" for a, b in zip(t["ci_low"], t["ci_high"], strict=True)],
        }
    )
    terms = frame["term"].nunique()
    height = round(max(26 * terms + 20, ROW * len(shown) * (terms + 0.2) / 0.8 + AXIS))  # a fifth of each band is left between terms
    return Chart(_rows(height), {"events": frame}, alternative, caption)
