"""Patients in ordered bands: of severity at each visit, and of courses by stratum, as stacked bars of shares."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.charts.tints import ink_of
from aadash.formatting import count, listing
from aadash.levels import ALL, Level
from aadash.measure import BANDS_HOLD
from aadash.palette import EDGE
from aadash.result import Result

#: From mild to severe, light to dark: one hue, so that it reads without colour vision.
SHADES = ("#deebf7", "#9ecae1", "#4292c6", "#084594")
COURSE_SHADES = {"early": "#084594", "late": "#4292c6", "partial": "#9ecae1", "relapser": "#e69f00", "none": "#d0d0d0"}
COURSE_LABELS = {
    "early": "Early responder",
    "late": "Late responder",
    "relapser": "Response lost again",
    "partial": "Partial responder",
    "none": "Non-responder",
}


@template
def _stacked(rows: tuple[str, ...], names: tuple[str, ...], shades: tuple[str, ...], title: str) -> Any:
    fill = alt.Color(
        "band:N",
        scale=alt.Scale(domain=list(names), range=list(shades)),
        legend=alt.Legend(
            title=None, orient="top", columns=5, labelLimit=240, symbolStrokeColor=EDGE, symbolStrokeWidth=1, symbolSize=130
        ),
    )
    y = alt.Y("row:N", sort=list(rows), title=None, axis=alt.Axis(labelLimit=260, ticks=False, domain=False))
    base = alt.Chart(alt.NamedData("bars"))
    tip = [alt.Tooltip("row:N", title=title), alt.Tooltip("band:N", title="Group"), alt.Tooltip("told:N", title="Patients")]
    return alt.layer(
        base.mark_bar(stroke=EDGE).encode(
            alt.X("share:Q", title="Patients (%)", stack="zero", scale=alt.Scale(domain=[0, 100]), axis=alt.Axis(tickCount=5)),
            y,
            fill,
            alt.Order("order:Q"),
            tooltip=tip,
        ),
        base.transform_filter("datum.share >= 6")
        .mark_text()
        .encode(alt.X("middle:Q"), y, text="k:Q", color=alt.Color("ink:N", scale=None, legend=None)),
    ).properties(height=110 + 36 * len(rows))


def _bars(rows: list[tuple[str, list[tuple[str, int]]]], shades: Mapping[str, str]) -> pd.DataFrame:
    out = []
    for name, parts in rows:
        n, at = sum(k for _, k in parts), 0.0
        for order, (band, k) in enumerate(parts):
            share = 100 * k / n if n else 0.0
            out.append(
                {
                    "row": name,
                    "band": band,
                    "share": share,
                    "k": k,
                    "told": count(k, n),
                    "order": order,
                    "middle": at + share / 2,
                    "ink": ink_of(shades[band]),
                }
            )
            at += share
    return pd.DataFrame(out)


@draws("severity_flow", "bands")
def bands_by_visit(result: Result) -> Chart:
    """Share of the patients seen in each band, a bar per visit."""
    t = result.table[result.table["variable_level"].isna()]
    names = tuple(dict.fromkeys(t["variable"]))
    weeks = sorted({int(w) for w in t["week"]})
    rows = [(f"Week {w}", [(r["variable"], int(r["k"])) for r in t[t["week"] == w].to_dict("records")]) for w in weeks]
    return Chart(
        _stacked(tuple(r for r, _ in rows), names, SHADES, "Visit"),
        {"bars": _bars(rows, dict(zip(names, SHADES, strict=True)))},
        result.sentence,
        f"Each bar is of the patients {'with SALT' if result.apart else 'seen'} at that visit; numbers are patients. {BANDS_HOLD}",
    )


@draws("course_types", "courses")
def courses(result: Result) -> Chart:
    """Share of each type of course, a bar per stratum."""
    t = result.table
    order = [k for k in COURSE_LABELS if k in set(t["variable_level"])]
    everyone: tuple[Level, ...] = (ALL, *result.labels.used)
    used = [lv for lv in everyone if (t["group1_level"].map(lambda g, lv=lv: g == lv)).any()]
    rows = []
    for level in used:
        mine = {r["variable_level"]: int(r["k"]) for r in t[t["group1_level"].map(lambda g, lv=level: g == lv)].to_dict("records")}
        rows.append((result.labels.label(level), [(COURSE_LABELS[k], mine.get(k, 0)) for k in order]))
    told = listing([f"{name} {count(k, sum(v for _, v in rows[0][1]))}" for name, k in rows[0][1]])
    return Chart(
        _stacked(tuple(r for r, _ in rows), tuple(COURSE_LABELS[k] for k in order), tuple(COURSE_SHADES[k] for k in order), "Stratum"),
        {"bars": _bars(rows, {COURSE_LABELS[k]: shade for k, shade in COURSE_SHADES.items()})},
        f"All patients followed: {told}.",
        "Types are rules (see the method), not findings. Numbers are patients.",
    )
