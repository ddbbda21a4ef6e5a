"""Published rates a line each: their differences from this cohort, and a forest of what is pooled."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.charts.evidence import COHORT, SHAPES
from aadash.charts.names import AXIS, anchor, beside_numbers, told_beside
from aadash.endpoints import endpoint
from aadash.errors import NotComputable
from aadash.evidence import BRIEFLY
from aadash.formatting import first_of, level_name, listing, number, percent, with_limits
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Height of a line, and of what is under the last one; room for a number without its interval, in a picture that is narrow.
LINE, ALONE = 38, 44


@template
def _lines(rows: tuple[str, ...], title: str, domain: tuple[float, float]) -> Any:
    y = alt.Y(
        "row:N",
        sort=list(rows),
        title=None,
        scale=alt.Scale(domain=list(rows)),
        axis=alt.Axis(
            labelLimit=230,
            labelOverlap=False,
            labelExpr="split(datum.label, '\\n')",
            labelLineHeight=14,
            labelOffset=-7,
            ticks=False,
            domain=False,
            labelPadding=8,
        ),
    )
    scale = alt.Scale(domain=list(domain), nice=False, range=beside_numbers(ALONE))
    x = alt.X("estimate:Q", title=title, scale=scale, axis=alt.Axis(tickCount=6, gridOpacity=0.4, format="d", titleAnchor=anchor()))
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("told:N", title="Estimate"), alt.Tooltip("how:N", title="How")]
    base = alt.Chart(alt.NamedData("points"))
    return alt.layer(
        alt.Chart(alt.NamedData("at")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q", scale=scale)),
        base.mark_rule(strokeWidth=1.2, strokeDash=[3, 3]).encode(alt.X("pi_low:Q", scale=scale), y, alt.X2("pi_high:Q"), fill),
        base.mark_rule(strokeWidth=2.4).encode(alt.X("low:Q", scale=scale), y, alt.X2("high:Q"), fill),
        base.mark_point(filled=True, opacity=1).encode(
            x,
            y,
            fill,
            alt.Shape("shape:N", scale=None, legend=None),
            alt.Size("size:Q", scale=None, legend=None),
            tooltip=tip,
        ),
        told_beside(base, y),
    ).properties(height=LINE * len(rows) + AXIS)


@draws("published_rates", "differences")
def differences(result: Result) -> Chart:
    """This cohort less each published rate, in patients of like severity at the nearest visit, a line a rate. Raises NotComputable
    where no visit is near a published week, or no patient is of the severity that a study enrolled."""
    published = result.rows(kind="published")
    t = published[published["difference"].notna()]
    if t.empty and published["week"].notna().any():
        raise NotComputable("No patient here can be set beside a published rate, so no difference can be drawn")
    if t.empty:
        raise NotComputable("No visit of this cohort is near the week of a published rate, so no difference can be drawn")
    estimate, low, high = (100 * t[c].to_numpy(dtype=float) for c in ("difference", "difference_low", "difference_high"))
    names, shared = _names(result, t.to_dict("records"))
    points = _points(
        row=names,
        name=list(t["variable_level"]),
        estimate=estimate,
        low=low,
        high=high,
        colour=[result.details.colours[name] for name in t["study"]],
        shape=[SHAPES.get(e, "diamond") for e in t["estimator"]],
        size=[90.0] * len(t),
        how=[f"{BRIEFLY[e]}; here {percent(r)} of {int(n)}" for e, r, n in zip(t["estimator"], t["rate"], t["n"], strict=True)],
        shown=[number(e) for e in estimate],
    )
    ends = np.array([*low[~np.isnan(low)], *high[~np.isnan(high)], *estimate, -10.0, 10.0])
    domain = (max(-100.0, float(np.floor(ends.min() / 10) * 10)), min(100.0, float(np.ceil(ends.max() / 10) * 10)))
    told = first_of([f"{r.name} {r.told}" for r in points.itertuples(index=False)])
    return Chart(
        _lines(tuple(points["row"]), "This cohort minus published (points)", domain),
        {"points": points, "at": pd.DataFrame({"at": [0.0]})},
        f"This cohort less each published rate, percentage points: {told}.",
        f"Lines: {level_name(result.plan.level)} "
        f"interval. Right of the dashed line this cohort's rate is higher. Without a bar: no number of patients is printed. {shared}",
    )


@draws("pooled_evidence", "forest")
def evidence_forest(result: Result) -> Chart:
    """A line a pooled study, its mark the larger the greater its weight; the pooled rate with its prediction interval (dashed); this
    cohort beside."""
    rows = result.table.to_dict("records")
    colours = {"study": NEUTRAL, "pooled": PALETTE[1], "cohort": COHORT}
    studies, shared = _names(result, [r for r in rows if r["kind"] == "study"])
    names = [
        *studies,
        *(f"Pooled\n{int(r['n_studies'])} studies, n = {int(r['n'])}" for r in rows if r["kind"] == "pooled"),
        *(f"This cohort, {r['severity']}\n{int(r['k'])}/{int(r['n'])}" for r in rows if r["kind"] == "cohort"),
    ]
    values = {c: 100 * result.table[c].to_numpy(dtype=float) for c in ("rate", "ci_low", "ci_high", "pi_low", "pi_high")}
    weight = np.nan_to_num(result.table["weight"].to_numpy(dtype=float) if "weight" in result.table else np.zeros(len(rows)))
    points = _points(
        row=names,
        name=[str(r["variable_level"]) for r in rows],
        estimate=values["rate"],
        low=values["ci_low"],
        high=values["ci_high"],
        colour=[colours[r["kind"]] for r in rows],
        shape=[{"study": "square", "pooled": "diamond", "cohort": "circle"}[r["kind"]] for r in rows],
        size=[
            260.0 if r["kind"] == "pooled" else 110.0 if r["kind"] == "cohort" else 40 + 260 * w
            for r, w in zip(rows, weight, strict=True)
        ],
        how=[BRIEFLY.get(r["estimator"], "") if isinstance(r.get("estimator"), str) else r["kind"] for r in rows],
        shown=[number(100 * r["rate"]) for r in rows],
    ).assign(pi_low=values["pi_low"], pi_high=values["pi_high"])
    pooled = [r for r in rows if r["kind"] == "pooled"]
    points = points[points["estimate"].notna()]
    told = listing([f"{r.name} {r.told}" for r in points.itertuples(index=False)])
    at = [100 * pooled[0]["rate"]] if pooled else []
    return Chart(
        _lines(tuple(points["row"]), f"{endpoint(result.plan.endpoint).symbol} (%)", (0.0, 100.0)),
        {"points": points, "at": pd.DataFrame({"at": at}, dtype=float)},
        f"{endpoint(result.plan.endpoint).symbol} in each study, per cent: {told}.",
        f"{shared} Bars: {level_name(result.plan.level)} intervals. Square: a study, the larger the greater its weight."
        + (" Diamond: pooled; dashed: where a further study is expected." if pooled else ""),
    )


def _names(result: Result, rows: list[dict]) -> tuple[list[str], str]:
    """Each study on two lines (name and treatment; whom, when, how, n), and in a sentence what all of them share and no line says."""
    arms, severity, week = {r["arm"] for r in rows}, result.details.severity, result.week
    drug = " ".join(_start([a.split() for a in arms]))
    if len(arms) > 1 and drug in arms:  # one that has no dose
        drug = ""
    out = []
    for r in rows:
        n = r.get("published_n", r.get("n"))
        parts = [
            "" if r["severity"] == severity or "not printed" in r["severity"] else r["severity"],
            "" if r["published_week"] == week else f"week {int(r['published_week'])}",
            BRIEFLY[r["estimator"]],
            f"n = {int(n)}" if n is not None and not np.isnan(n) else "no n",
        ]
        who = ", ".join(filter(None, (r["study"], r["arm"].removeprefix(drug).strip())))
        out.append(f"{who}\n{', '.join(filter(None, parts))}")
    shared = [drug, "" if "not printed" in severity else severity, f"week {week}"]
    return out, f"Unless a line says otherwise: {', '.join(filter(None, shared))}."


def _start(words: list[list[str]]) -> list[str]:
    """The words that all begin with."""
    same = []
    for found in zip(*words, strict=False):
        if len(set(found)) > 1:
            break
        same.append(found[0])
    return same


def _points(**columns: Any) -> pd.DataFrame:
    """The frame of a forest. Two lines that read alike are told apart by a space that is not seen."""
    frame = pd.DataFrame(columns)
    again = frame.groupby("row").cumcount()
    frame["row"] = [row + "\u200b" * int(i) for row, i in zip(frame["row"], again, strict=True)]
    frame["told"] = [with_limits(number(e), a, b) for e, a, b in zip(frame["estimate"], frame["low"], frame["high"], strict=True)]
    return frame.assign(pi_low=np.nan, pi_high=np.nan)
