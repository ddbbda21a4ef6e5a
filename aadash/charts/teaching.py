"""Pictures that explain: a distribution with its mean and median, a rate under each rule, a test done wrong and right."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import degrees, level_name, listing, number, with_limits
from aadash.palette import EDGE, NEUTRAL, PALETTE
from aadash.result import Result

#: Bars of a distribution.
BINS = 20
#: Quarters by baseline, from mild to severe.
COLOURS = {
    "mildest quarter": PALETTE[0],
    "second quarter": PALETTE[5],
    "third quarter": PALETTE[4],
    "most severe quarter": PALETTE[1],
}
#: Room for the name of a quarter at the end of its line, in pixels.
NAME = 130
RULES = {"observed": "Observed", "complete": "Complete cases", "nri": "NRI", "locf": "LOCF", "mixed": "Mixed model"}


@template
def _histogram(title: str, domain: tuple[float, float]) -> Any:
    x = alt.X("low:Q", title=title, scale=alt.Scale(domain=list(domain), nice=False), axis=alt.Axis(grid=False))
    y = alt.Y("n:Q", title="Patients", scale=alt.Scale(zero=True, nice=True), axis=alt.Axis(tickMinStep=1, gridOpacity=0.4))
    tip = [alt.Tooltip("span:N", title=title), alt.Tooltip("n:Q", title="Patients")]
    marks = alt.Chart(alt.NamedData("marks"))
    fill = alt.Color("colour:N", scale=None, legend=None)
    return alt.layer(
        alt.Chart(alt.NamedData("bars"))
        .mark_bar(color=NEUTRAL, fillOpacity=0.35, stroke=EDGE, strokeWidth=1, opacity=1)
        .encode(x, y, alt.X2("high:Q"), alt.Y2("zero:Q"), tooltip=tip),
        marks.mark_rule(strokeWidth=3).encode(alt.X("at:Q"), fill),
        *(
            marks.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=side, baseline="top", dx=dx, fontWeight="bold")  # type: ignore[arg-type]
            .encode(alt.X("at:Q"), y="line:Q", text="text:N")
            for side, dx in (("left", 6), ("right", -6))
        ),
    ).properties(height=300)


@draws("salt_over_time", "distribution")
def distribution(result: Result, week: int | None = None) -> Chart:
    """How the score is distributed at ``week`` (the one in question when None), with mean and median, all patients together."""
    courses, week = result.details, result.week if week is None else week
    values = courses.values[:, list(courses.weeks).index(week)]
    values = values[~np.isnan(values)]
    if not len(values):
        raise NotComputable(f"Nobody was seen at week {week}")
    low, high = result.measure.domain
    counts, edges = np.histogram(values, BINS, (low, high))
    bars = pd.DataFrame({"low": edges[:-1], "high": edges[1:], "n": counts, "zero": 0})
    bars["span"] = [f"{a:g} to {b:g}".replace("-", "−") for a, b in pairwise(edges)]
    mean, median, shown = float(values.mean()), float(np.median(values)), result.measure.number
    top = float(counts.max())
    marks = pd.DataFrame(
        {
            "at": [mean, median],
            "text": [f"Mean {shown(mean)}", f"Median {shown(median)}"],
            "colour": [PALETTE[1], PALETTE[0]],
            "line": [top, 0.85 * top],
        }
    )
    # words of the lower one stand on its left, clear of the other's line, unless the picture begins there
    share = (marks["at"] - low) / (high - low)
    marks["side"] = np.where((share > 0.8) | ((share > 0.25) & (share < share.max())), "right", "left")
    title = f"{courses.score} at week {week}"
    ends = int(counts[0]), int(counts[-1])
    return Chart(
        _histogram(title, (low, high)),
        {"bars": bars, "marks": marks},
        f"{title} of {len(values)} patients: mean {shown(mean)}, median {shown(median)}; {ends[0]} in the lowest bar "
        f"({bars['span'].iloc[0]}), {ends[1]} in the highest ({bars['span'].iloc[-1]}).",
        f"A bar is {edges[1] - edges[0]:g} {result.measure.unit} wide.",
    )


@template
def _lines(order: tuple[str, ...], title: str, domain: tuple[float, float]) -> Any:
    y = alt.Y("row:N", sort=list(order), title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=260))
    x = alt.X("value:Q", title=title, scale=alt.Scale(domain=list(domain), nice=False), axis=alt.Axis(tickCount=6, gridOpacity=0.4))
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("rows"))
    tip = [alt.Tooltip("row:N", title=" "), alt.Tooltip("told:N", title=title)]
    return alt.layer(
        base.mark_rule(strokeWidth=2.6).encode(alt.X("low:Q", title=title), y, alt.X2("high:Q"), fill),
        base.mark_point(size=110, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        *(
            base.transform_filter(f"datum.side == '{side}'")
            .mark_text(align=side, dx=dx, dy=-10)  # type: ignore[arg-type]
            .encode(x, y, text="told:N")
            for side, dx in (("left", 10), ("right", -10))
        ),
    ).properties(height=48 * len(order) + 30)


@draws("missing_rule_comparison", "rules")
def rules(result: Result) -> Chart:
    """The estimate under each rule for missing visits, with its interval where it has one."""
    t = result.table[np.isfinite(result.table["estimate"].astype(float))]
    if t.empty:
        raise NotComputable("This question has no single estimate to draw under each rule")
    names, digits = tuple(RULES[v] for v in t["variable"]), result.outcome_digits
    rows = pd.DataFrame(
        {
            "row": names,
            "value": t["estimate"].astype(float),
            "low": t["ci_low"].astype(float),
            "high": t["ci_high"].astype(float),
            "colour": PALETTE[0],
            "told": [
                with_limits(number(e, digits), a, b, digits) for e, a, b in zip(t["estimate"], t["ci_low"], t["ci_high"], strict=True)
            ],
        }
    )
    ends = rows[["value", "low", "high"]].to_numpy()
    ends = ends[np.isfinite(ends)]
    pad = 0.08 * max(float(np.ptp(ends)), 10.0 ** (1 - digits))
    domain = round(float(ends.min() - pad), 1), round(float(ends.max() + 2 * pad), 1)
    middle = sum(domain) / 2
    rows["side"] = np.where(rows["value"] > middle, "right", "left")  # where the words have room
    told = listing([f"{r.row} {r.told}" for r in rows.itertuples()])
    lines = f"Lines: {level_name(result.plan.level)} interval."
    return Chart(_lines(names, "Estimate with interval", domain), {"rows": rows}, f"By what a missing visit counts as: {told}.", lines)


@template
def _tests() -> Any:
    y = alt.Y("way:N", title=None, sort=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=260))
    x = alt.X("df:Q", title="Degrees of freedom of the error", axis=alt.Axis(tickCount=6, gridOpacity=0.4))
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("tests"))
    return alt.layer(
        base.mark_bar(height=26).encode(x, y, fill, tooltip=[alt.Tooltip("way:N", title=" "), alt.Tooltip("told:N", title="Test")]),
        base.mark_text(align="left", dx=6).encode(x, y, text="told:N"),
    ).properties(height=130)


@draws("visits_as_patients", "tests")
def tests(result: Result) -> Chart:
    """The test of the strata with visits taken for patients, and with each patient counted once."""
    r = result.table[result.table["variable_level"] == "stratum"].iloc[0]
    rows = pd.DataFrame(
        {
            "way": ["Visits taken for patients", "Each patient once"],
            "df": [float(r["df2"]), float(r["df2_right"])],
            "colour": [PALETTE[1], PALETTE[0]],
            "told": [
                f"F({degrees(r[a])}, {degrees(r[b])}) = {number(r[f], 1)}"
                for a, b, f in (("df1", "df2", "f"), ("df1_right", "df2_right", "f_right"))
            ],
        }
    )
    return Chart(
        _tests(),
        {"tests": rows},
        f"Visits taken for patients: {rows['told'][0]}. Each patient once: {rows['told'][1]}.",
        "A bar is as long as what its test takes to be known: the degrees of freedom of its error.",
    )


@template
def _slopes(score: str, week: int) -> Any:
    ends = [
        alt.ExprRef(expr="width > 500 ? 0.27 * width : 30"),
        alt.ExprRef(expr=f"width > 500 ? 0.73 * width : width - {NAME} * grown"),
    ]
    x = alt.X("visit:N", sort=None, title=None, axis=alt.Axis(labelAngle=0), scale=alt.Scale(type="point", range=ends))
    y = alt.Y("z:Q", title=f"{score}: SD from the mean of the visit", axis=alt.Axis(tickCount=6, gridOpacity=0.4))
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("quarters"))
    tip = [alt.Tooltip("quarter:N", title=" "), alt.Tooltip("visit:N", title="Visit"), alt.Tooltip("z:Q", title="SD", format=".2f")]
    return alt.layer(
        alt.Chart(alt.NamedData("mean")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.Y("z:Q")),
        base.mark_line(strokeWidth=3).encode(x, y, fill, detail="quarter:N"),
        base.mark_point(size=90, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        alt.Chart(alt.NamedData("labels")).mark_text(align="left", dx=10, fontWeight="bold").encode(x, y, text="quarter:N"),
    ).properties(height=340)


@draws("regression_to_the_mean", "quarters")
def quarters(result: Result) -> Chart:
    """The quarters by baseline at both visits, in standard deviations from the mean of each."""
    t = result.table[result.table["variable_level"] != "correlation"]
    ends = ("Baseline", f"Week {result.details.week}")
    parts = [
        pd.DataFrame(
            {
                "visit": ends,
                "z": [r["z_baseline"], r["z_later"]],
                "quarter": str(r["variable_level"]).capitalize(),
                "colour": COLOURS[r["variable_level"]],
            }
        )
        for r in t.to_dict("records")
    ]
    data = pd.concat(parts, ignore_index=True)
    told = listing([f"{r['variable_level']} {number(r['z_baseline'], 2)} and {number(r['z_later'], 2)}" for r in t.to_dict("records")])
    return Chart(
        _slopes(result.details.score, result.details.week),
        {"quarters": data, "labels": data[data["visit"] == ends[1]], "mean": pd.DataFrame({"z": [0.0]})},
        f"Standard deviations from the mean at baseline and at week {result.details.week}: {told}.",
        "0 (dashed) is the mean of each visit, so a change of everybody is taken out.",
    )
