"""Published rates over the cohort's own curve."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, bound, draws, spread, template, with_bounds
from aadash.charts.weeks import axis as week_axis
from aadash.endpoints import endpoint
from aadash.errors import NotComputable
from aadash.evidence import BRIEFLY
from aadash.formatting import first_of, interval, level_name, percent, with_limits
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Published rates so much later than the cohort's last visit, as a share of its length, are not drawn over its curve.
BEYOND = 1.6
COHORT = PALETTE[0]
#: How a rate was arrived at → its mark: what was counted is round.
SHAPES = {"counted": "circle", "observed": "circle", "locf": "circle", "last visit": "circle"}


#: So many courses have their severity beside them, in a picture of at least so many pixels.
COURSES, NARROW = 6, 480


@template
def _over(weeks: tuple[int, ...], steps: bool) -> Any:
    x = alt.X(
        "week:Q",
        title="Weeks since first dose",
        axis=week_axis(weeks),
        scale=alt.Scale(domainMin=0, domainMax=bound("end"), nice=False),
    )
    title = "Responded by then (%)" if steps else "Patients responding (%)"
    y = alt.Y("value:Q", title=title, scale=alt.Scale(domain=[0, 100], nice=False), axis=alt.Axis(tickCount=5, gridOpacity=0.5))
    fill = alt.Color("colour:N", scale=None, legend=None)
    shape = alt.Shape("shape:N", scale=None, legend=None)
    way: Any = "step-after" if steps else "linear"
    own, theirs = alt.Chart(alt.NamedData("own")), alt.Chart(alt.NamedData("published"))
    wide, narrow = (alt.Chart(alt.NamedData("named")).transform_filter(f"width {sign} {NARROW}") for sign in (">=", "<"))
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
        theirs.mark_line(strokeWidth=1).encode(x, y, fill, detail=["study:N", "arm:N", "severity:N", "how:N"]),
        theirs.mark_rule(strokeWidth=1.8).encode(x, alt.Y("low:Q"), alt.Y2("high:Q"), fill),
        theirs.mark_point(size=105, filled=True, opacity=1, stroke="#FFFFFF", strokeWidth=1).encode(x, y, fill, shape, tooltip=tip),
        wide.mark_text(align="left", dx=10, fontWeight="bold").encode(x, y, text="severity:N"),
        narrow.mark_text(align="right", dx=8, dy=alt.ExprRef(expr="datum.clear * grown"), fontWeight="bold").encode(
            x, alt.Y("end:Q"), text="severity:N"
        ),
    ).properties(height=420)


def _in_words(points: pd.DataFrame) -> list[str]:
    """Each rate; with the severity enrolled, where one arm of a study has several in one week."""
    several = points.duplicated(["study", "arm", "at"], keep=False)
    return [
        f"{r.study} ({r.arm}, {r.severity}) week {r.at}: {r.told}" if more else f"{r.study} ({r.arm}) week {r.at}: {r.told}"
        for r, more in zip(points.itertuples(), several, strict=True)
    ]


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
    told = first_of(_in_words(points))
    main = own[(own["colour"] == COHORT) & (own["dash"] == "no")]
    now = _at_the_week(main, result.plan.week)
    here = "nobody to count" if now is None else f"{now['name']}, week {int(now['week'])}: {now['told']}"
    ticks = sorted({*d.weeks, *(int(w) for w in points["at"])})
    named = _named(points)
    return Chart(
        with_bounds(_over(tuple(ticks), steps), end=last + (max(3.0, 0.14 * last) if len(named) else 3.0)),
        {"own": own, "published": points, "named": named},
        f"{endpoint(result.plan.endpoint).symbol}, this cohort, {here}. Published: {told or 'none within this time'}.",
        f"Round: counted. Diamond: a model estimate, or not said how. Bars: {level_name(result.plan.level)} "
        "intervals, where a number of patients is printed. Marks of "
        "one week stand side by side; where each was read is listed below. "
        "Thin lines join rates of one study, severity and way of counting."
        + (f" Not drawn, for their week: {beyond}." if beyond else ""),
    )


def _at_the_week(course: pd.DataFrame, week: int | None) -> pd.Series | None:
    """The cohort's rate at the plan's week; at the last before it that has one, or after it if there is none."""
    if course.empty:
        return None
    by_then = course if week is None else course[course["week"] <= week]
    return by_then.iloc[-1] if len(by_then) else course.iloc[0]


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


def _named(points: pd.DataFrame) -> pd.DataFrame:
    """Where the severity that was enrolled stands, beside the last rate of each course: where a study has more than one. Of many
    courses the names would cover each other. Where there is no room beside it, it stands at the ``end`` of its interval, the highest
    above, the others below."""
    course = ["study", "arm", "severity", "how"]
    last = points.sort_values("week", kind="stable").groupby(course, sort=False).tail(1)
    several = points[["study", "severity"]].drop_duplicates()["study"].duplicated().any()
    if not several or len(last) > COURSES:
        return points.loc[[], ["week", "value", "severity"]].assign(end=np.nan, clear=0)
    top = (last["value"] == last["value"].max()).to_numpy()
    ends = np.where(top, last["high"].fillna(last["value"]), last["low"].fillna(last["value"]))
    return last[["week", "value", "severity"]].assign(
        value=spread([*last["value"]], 6.0, 2.0, 98.0), end=spread([*ends], 5.0, 2.0, 98.0), clear=np.where(top, -9, 9)
    )


def _own(result: Result) -> pd.DataFrame:
    main = result.details.severity
    frames = []
    for kind, name, colour, width, dash in (
        ("cohort", "all patients", NEUTRAL, 1.5, "no"),
        ("cohort", main, COHORT, 3.0, "no"),
        ("reweighted", "", COHORT, 2.0, "yes"),
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
                        with_limits(percent(r), 100 * a, 100 * b) for r, a, b in zip(t["rate"], t["ci_low"], t["ci_high"], strict=True)
                    ],
                    "colour": colour,
                    "width": width,
                    "dash": dash,
                }
            )
        )
    out = pd.concat([f for f in frames if len(f)] or frames[:1], ignore_index=True)
    out.loc[(out["colour"] == NEUTRAL) | (out["dash"] == "yes"), ["low", "high"]] = np.nan  # one band, that of those compared
    return out
