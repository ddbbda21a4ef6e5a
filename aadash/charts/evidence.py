"""Published rates over the cohort's own curve, their differences from it, and a forest of what is pooled."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, bound, draws, template, with_bounds
from aadash.endpoints import endpoint
from aadash.errors import NotComputable
from aadash.evidence import BRIEFLY
from aadash.formatting import interval, listing, number, percent
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Published rates so much later than the cohort's last visit, as a share of its length, are not drawn over its curve.
BEYOND = 1.6
COHORT, MIXED = PALETTE[0], PALETTE[5]
#: Height of a line of a forest.
LINE = 40
#: How a rate was arrived at → its mark: what was counted is round.
SHAPES = {"counted": "circle", "observed": "circle", "locf": "circle", "last visit": "circle"}


@template
def _over(weeks: tuple[int, ...], steps: bool) -> Any:
    x = alt.X(
        "week:Q",
        title="Weeks since first dose",
        axis=alt.Axis(values=list(weeks), grid=False, format="d", labelOverlap=True),
        scale=alt.Scale(domainMin=0, domainMax=bound("end"), nice=False),
    )
    title = "Responded by then (%)" if steps else "Patients responding (%)"
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0, 100], nice=False), axis=alt.Axis(tickCount=5, gridOpacity=0.5))
    fill = alt.Color("colour:N", scale=None, legend=None)
    shape = alt.Shape("shape:N", scale=None, legend=None)
    way: Any = "step-after" if steps else "linear"
    own, theirs = alt.Chart(alt.NamedData("own")), alt.Chart(alt.NamedData("published"))
    own_tip = [alt.Tooltip("name:N", title="This cohort"), alt.Tooltip("week:Q", title="Week"), alt.Tooltip("told:N", title="Rate")]
    tip = [
        alt.Tooltip("study:N", title="Study"),
        alt.Tooltip("arm:N", title="Treatment"),
        alt.Tooltip("severity:N", title="Enrolled"),
        alt.Tooltip("at:N", title="Week"),
        alt.Tooltip("told:N", title="Rate"),
        alt.Tooltip("how:N", title="How"),
    ]
    return alt.layer(
        own.mark_area(interpolate=way, opacity=0.13).encode(x, alt.Y("low:Q", title=title), alt.Y2("high:Q"), fill, detail="name:N"),
        own.mark_line(interpolate=way).encode(
            x,
            y,
            fill,
            detail="name:N",
            strokeWidth=alt.StrokeWidth("width:Q", scale=None, legend=None),
            strokeDash=alt.StrokeDash("dash:N", scale=alt.Scale(domain=["no", "yes"], range=[[1, 0], [6, 4]]), legend=None),
        ),
        own.mark_point(size=45, filled=True, opacity=1).encode(x, y, fill, tooltip=own_tip),
        theirs.mark_rule(strokeWidth=1.8).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), fill),
        theirs.mark_point(size=105, filled=True, opacity=1, stroke="#FFFFFF", strokeWidth=1).encode(x, y, fill, shape, tooltip=tip),
    ).properties(height=420)


@draws("published_rates", "weeks")
def over_the_weeks(result: Result) -> Chart:
    """Published rates at their weeks over the cohort's rate in patients of like severity (blue), in all patients (grey), and
    reweighted (dashed) where that was asked for. Raises NotComputable where nothing lies within the cohort's time."""
    d = result.details
    end = d.weeks[-1] * BEYOND
    points = _published(result, end)
    own = _own(result)
    if points.empty and own.empty:
        raise NotComputable("There is nothing to draw: no visit of this cohort has anybody to count")
    last = max([float(d.weeks[-1]), *points["week"]])
    beyond = int((result.table["kind"] == "published").sum()) - len(points)
    steps = d.curve == "first"
    told = listing([f"{r.study} {r.arm} week {r.at}: {r.told}" for r in points.itertuples()][:10])
    main = own[own["colour"] == COHORT]
    here = f"{main['name'].iloc[-1]} {main['told'].iloc[-1]} at week {int(main['week'].iloc[-1])}" if len(main) else "nobody to count"
    ticks = sorted({*d.weeks, *(int(w) for w in points["at"])})
    return Chart(
        with_bounds(_over(tuple(ticks), steps), end=last + 3),
        {"own": own, "published": points},
        f"{endpoint(result.plan.endpoint).symbol}, this cohort, {here}. Published: {told or 'none within this time'}.",
        "Round: counted. Diamond: a model estimate, or not said how. Bars: intervals, where a number of patients is printed. Marks of "
        "one week stand side by side." + (f" Not drawn, for their week: {beyond}." if beyond else ""),
    )


def _published(result: Result, end: float) -> pd.DataFrame:
    t = result.rows(kind="published")
    t = t[t["published_week"].notna() & (t["published_week"] <= end)].sort_values("published_week", kind="stable")
    place = t.groupby("published_week").cumcount().to_numpy(dtype=float)
    many = t.groupby("published_week")["published_week"].transform("size").to_numpy(dtype=float)
    step = np.minimum(0.9, 4.0 / np.maximum(many, 1))
    colours = result.details.colours
    return pd.DataFrame(
        {
            "week": t["published_week"].to_numpy(dtype=float) + (place - (many - 1) / 2) * step,
            "at": [str(int(w)) for w in t["published_week"]],
            "value": 100 * t["published"].to_numpy(dtype=float),
            "low": 100 * t["published_low"].to_numpy(dtype=float),
            "high": 100 * t["published_high"].to_numpy(dtype=float),
            "study": list(t["study"]),
            "arm": list(t["arm"]),
            "severity": list(t["severity"]),
            "how": [BRIEFLY[e] for e in t["estimator"]],
            "told": [
                f"{text} ({interval(100 * a, 100 * b)})" if not np.isnan(a) else f"{text}, n not printed"
                for text, a, b in zip(t["published_text"], t["published_low"], t["published_high"], strict=True)
            ],
            "colour": [colours[name] for name in t["study"]],
            "shape": [SHAPES.get(e, "diamond") for e in t["estimator"]],
        }
    )


def _own(result: Result) -> pd.DataFrame:
    main = result.details.severity
    frames = []
    for kind, name, colour, width, dash in (
        ("cohort", "all patients", NEUTRAL, 1.5, "no"),
        ("cohort", main, COHORT, 3.0, "no"),
        ("reweighted", "", MIXED, 2.5, "yes"),
    ):
        t = result.rows(kind=kind)
        t = t[(t["severity"] == name) if name else np.ones(len(t), dtype=bool)]
        t = t[t["rate"].notna()]
        if name == "all patients" and not (result.rows(kind="cohort")["severity"] == main).any():
            colour, width = COHORT, 3.0
        frames.append(
            pd.DataFrame(
                {
                    "week": t["week"].to_numpy(dtype=float),
                    "value": 100 * t["rate"].to_numpy(dtype=float),
                    "low": 100 * t["ci_low"].to_numpy(dtype=float),
                    "high": 100 * t["ci_high"].to_numpy(dtype=float),
                    "name": name or "reweighted",
                    "told": [
                        f"{percent(r)} ({interval(100 * a, 100 * b)})"
                        for r, a, b in zip(t["rate"], t["ci_low"], t["ci_high"], strict=True)
                    ],
                    "colour": colour,
                    "width": width,
                    "dash": dash,
                }
            )
        )
    out = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
    out.loc[out["colour"] == NEUTRAL, ["low", "high"]] = np.nan  # one band, that of the patients who are compared
    return out


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
            ticks=False,
            domain=False,
            labelPadding=8,
        ),
    )
    scale = alt.Scale(domain=list(domain), nice=False)
    x = alt.X("estimate:Q", title=title, scale=scale, axis=alt.Axis(tickCount=6, gridOpacity=0.4, format="d"))
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
        base.mark_text(align="center", dy=-13).encode(x, y, text="shown:N"),
    ).properties(height=max(120, LINE * len(rows)))


@draws("published_rates", "differences")
def differences(result: Result) -> Chart:
    """This cohort less each published rate, in patients of like severity at the nearest visit, a line a rate. Raises NotComputable
    where no visit is near a published week."""
    t = result.rows(kind="published")
    t = t[t["difference"].notna()]
    if t.empty:
        raise NotComputable("No visit of this cohort is near the week of a published rate, so no difference can be drawn")
    estimate, low, high = (100 * t[c].to_numpy(dtype=float) for c in ("difference", "difference_low", "difference_high"))
    points = _points(
        row=[_named(r) for r in t.to_dict("records")],
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
    told = listing([f"{r.name} {r.told}" for r in points.itertuples(index=False)][:10])
    return Chart(
        _lines(tuple(points["row"]), "This cohort minus published (points)", domain),
        {"points": points, "at": pd.DataFrame({"at": [0.0]})},
        f"This cohort less each published rate, percentage points: {told}.",
        "Right of the dashed line this cohort's rate is higher. Without a bar: no number of patients is printed.",
    )


@draws("pooled_evidence", "forest")
def evidence_forest(result: Result) -> Chart:
    """A line a pooled study, its mark the larger the greater its weight; the pooled rate with its prediction interval (dashed); this
    cohort beside."""
    rows = result.table.to_dict("records")
    colours = {"study": NEUTRAL, "pooled": PALETTE[1], "cohort": COHORT}
    names, shown = [], []
    for r in rows:
        if r["kind"] == "study":
            names.append(_named(r))
        elif r["kind"] == "pooled":
            names.append(f"Pooled\n{int(r['n_studies'])} studies, n = {int(r['n'])}")
        else:
            names.append(f"This cohort, {r['severity']}\n{int(r['k'])}/{int(r['n'])}")
        shown.append(number(100 * r["rate"]))
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
        shown=shown,
    ).assign(pi_low=values["pi_low"], pi_high=values["pi_high"])
    pooled = [r for r in rows if r["kind"] == "pooled"]
    points = points[points["estimate"].notna()]
    told = listing([f"{r.name} {r.told}" for r in points.itertuples(index=False)])
    at = [100 * pooled[0]["rate"]] if pooled else []
    return Chart(
        _lines(tuple(points["row"]), f"{endpoint(result.plan.endpoint).symbol} (%)", (0.0, 100.0)),
        {"points": points, "at": pd.DataFrame({"at": at}, dtype=float)},
        f"{endpoint(result.plan.endpoint).symbol} in each study, per cent: {told}.",
        "Bars: intervals."
        + (
            " Square: a study, the larger the greater its weight. Diamond: pooled; dashed: where a further study is expected."
            if pooled
            else ""
        ),
    )


def _named(r: dict) -> str:
    """A study on two lines: name and treatment, then how it was counted and n."""
    n = r.get("published_n", r.get("n"))
    size = f"n = {int(n)}" if n is not None and not np.isnan(n) else "n not printed"
    band = "" if "not printed" in r["severity"] else f"{r['severity']}, "
    return f"{r['study']}, {r['arm']}\n{band}week {int(r['published_week'])}, {BRIEFLY[r['estimator']]}, {size}"


def _points(**columns: Any) -> pd.DataFrame:
    """The frame of a forest. Two lines that read alike are told apart by a space that is not seen."""
    frame = pd.DataFrame(columns)
    again = frame.groupby("row").cumcount()
    frame["row"] = [row + "\u200b" * int(i) for row, i in zip(frame["row"], again, strict=True)]
    frame["told"] = [
        number(e) if np.isnan(a) else f"{number(e)} ({interval(a, b)})"
        for e, a, b in zip(frame["estimate"], frame["low"], frame["high"], strict=True)
    ]
    return frame.assign(pi_low=np.nan, pi_high=np.nan)
