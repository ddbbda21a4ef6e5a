"""Subgroups: a forest of every level of every column, a funnel against size, a map of two splits at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.axes import FEW
from aadash.charts import names
from aadash.charts.chart import PICK, Chart, draws, template
from aadash.charts.subgroup_axis import axis_title
from aadash.errors import NotComputable
from aadash.formatting import counted, first_of, interval, level_name, number, p_value, printers, ratio, ratio_interval, with_aside
from aadash.levels import ALL, Total, told_apart, width_of
from aadash.palette import PALETTE
from aadash.result import Result

#: Height of a line of the forest, and the room for its names: usual, and where one is longer than so many letters.
LINE, ROOM, WIDE, LETTERS = 24, 215, 245, 20
#: Letters in a line of a long name, the part of a line's height that each further one takes, and letters of one on a phone.
WRAPPED, FURTHER, NARROW = 27, 0.63, 38
#: Whether the picture is on a phone: names and numbers stand above their lines, which have the whole width. (The width of the picture
#: itself is no measure: it depends on where the names are.)
_PHONE = "(width > 0 && containerSize()[0] < 480)"
#: Whether numbers have room at the right of the lines, beside the names at their left: also in a figure of two columns on paper.
_NUMBERS = f"({_PHONE} ? false : width >= 340 * grown)"
#: Lines drawn at most unless columns are chosen: two screens.
MOST_LINES = 76
RAW, SHRUNKEN = PALETTE[0], PALETTE[1]
#: Odds ratios are drawn within these limits.
RATIOS = (0.05, 20.0)
TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
#: The ends of the map's colours: nobody responds, everybody does.
PALE, DARK = (207, 227, 240), (0, 82, 130)


@template
def _forest(rows: float, title: str, domain: tuple[float, float], ratios: bool, shrunken: bool, room: int) -> Any:
    room_right = alt.ExprRef(expr=f"{_NUMBERS} ? width - {names.NUMBERS} * grown : width")
    scale = alt.Scale(domain=list(domain), type="log" if ratios else "linear", nice=False, zero=False, range=[0, room_right])
    axis = alt.Axis(
        values=[t for t in TICKS if domain[0] <= t <= domain[1]] if ratios else alt.Undefined,
        format="~g" if ratios else alt.Undefined,  # by the step of the ticks: “~g” writes 20 as 2e+1
        gridOpacity=0.35,
        tickCount=6,
        titleAnchor=names.anchor(),
        orient="top",
    )
    down = alt.Scale(domain=[-0.8, rows - 0.2], reverse=True, nice=False)
    y = alt.Y("y:Q", axis=None, scale=down)
    x = alt.X("estimate:Q", title=title, scale=scale, axis=axis)
    points, heads = alt.Chart(alt.NamedData("points")), alt.Chart(alt.NamedData("heads"))
    tip = [
        alt.Tooltip("name:N", title="Subgroup"),
        alt.Tooltip("told:N", title="Raw"),
        alt.Tooltip("told_shrunken:N", title="Shrunken"),
        alt.Tooltip("who:N", title="Patients"),
    ]
    pick = alt.selection_point(name=PICK, fields=["group", "level"])
    up, down_a_little = _either(-8, 0), _either(4, 0)
    layers = [
        alt.Chart(alt.NamedData("none")).mark_rule(color="#888888").encode(alt.X("at:Q", scale=scale)),
        alt.Chart(alt.NamedData("whole")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q", scale=scale)),
        heads.mark_text(align="left", baseline="middle", fontWeight="bold", dx=_either(0, f"{-room} * grown")).encode(
            x=alt.value(0), y=y, text="text:N"
        ),
        # on a phone p alone, where the column's name takes the room of what it is of
        heads.transform_calculate(
            said=f"{_PHONE} && 6.5 * length(datum.text) + 5.6 * length(datum.p) > width - 30 ? peek(split(datum.p, ': ')) : datum.p"
        )
        .mark_text(align="right", baseline="middle")
        .encode(x=alt.value("width"), y=y, text="said:N"),
        points.transform_calculate(words=f"{_PHONE} ? datum.narrow : datum.label", at=f"{_PHONE} ? datum.y : datum.named")
        .mark_text(
            align="left",
            baseline="middle",
            dx=_either(8, f"{12 - room} * grown"),
            dy=up,
            limit=_either("width - 66", f"{room - 72} * grown"),
            lineBreak="\n",
            lineHeight=names.LINE,
        )
        .encode(x=alt.value(0), y=alt.Y("at:Q", axis=None, scale=down), text="words:N"),
        points.mark_text(align="right", baseline="middle", dx=_either(0, -8), dy=up).encode(
            x=alt.value(_either("width", 0)), y=y, text="who:N"
        ),
        points.transform_filter(_NUMBERS).mark_text(align="right", baseline="middle").encode(x=alt.value("width"), y=y, text="told:N"),
        points.mark_rule(strokeWidth=2, color=RAW, yOffset=down_a_little).encode(alt.X("low:Q", scale=scale), y, alt.X2("high:Q")),
        points.mark_point(size=70, filled=True, color=RAW, cursor="pointer", yOffset=down_a_little)
        .encode(x, y, tooltip=tip, opacity=alt.condition(pick, alt.value(1), alt.value(0.35)))
        .add_params(pick),
    ]
    if shrunken:
        drawn = points.transform_filter("isValid(datum.shrunken)")
        below = alt.Y("below:Q", axis=None, scale=down)
        layers += [
            drawn.mark_rule(strokeWidth=1.4, color=SHRUNKEN, yOffset=_either(-1, 0)).encode(
                alt.X("shrunken_low:Q", scale=scale), below, alt.X2("shrunken_high:Q")
            ),
            drawn.mark_point(size=42, filled=True, shape="diamond", color=SHRUNKEN, opacity=1, yOffset=_either(-1, 0)).encode(
                alt.X("shrunken:Q", scale=scale), below, tooltip=tip
            ),
        ]
    return alt.layer(*layers).properties(height=round(LINE * rows) + 30)


def _either(phone: object, wide: object) -> Any:
    """On a phone the one, else the other."""
    return alt.ExprRef(expr=f"{_PHONE} ? {phone} : {wide}")


@draws("subgroup_differences_change", "forest")
@draws("subgroup_differences_response", "forest")
@draws("subgroups_change", "forest")
@draws("subgroups_response", "forest")
def subgroup_forest(
    result: Result, variable: str = "", relative: bool = False, groups: Sequence[str] = (), shrunken: bool = True
) -> Chart:
    """Every level of every column as a line, under its column's name and the p of whether its levels differ.

    ``result`` is one of the four subgroup analyses; ``variable`` which of its measures (its first when empty);
    ``relative`` draws odds ratios (for
    change the measure itself is the scale). ``groups`` names the columns to be drawn, all when empty. Raises NotComputable
    when there is nothing finite.
    """
    response = "k" in result.table or "k1" in result.table
    ratios = relative and response
    estimate, low, high, prefix, scale, one, two = _columns(result, variable, ratios)
    variable = variable or str(result.table["variable"].iloc[0])
    t = result.rows(variable=variable)
    within = "n1" in result.table  # a difference within each level, so a level with one stratum only has nothing to show
    shown = [g for g in dict.fromkeys(t["group1"]) if g is not ALL and (not groups or g in groups)]
    if within:
        tested = t[(t["variable_level"] == "test") & (t["levels"] > 1)]["group1"]
        shown = [g for g in shown if g in set(tested)]
    heads: list[dict[str, object]] = []
    lines: list[dict[str, object]] = []
    y = 1.0
    whole = t[t["group1"] == ALL].iloc[0]
    p = "p_relative" if ratios else "p"
    lines.append(_line(result, whole, 0, ALL, "All patients", (estimate, low, high, prefix), scale, one, two))
    lines[0]["narrow"] = lines[0]["label"]
    few = 0
    for group in shown:
        block = t[t["group1"] == group]
        if not groups and heads and y + int(block["variable_level"].isna().sum()) > MOST_LINES:
            few = len(shown) - len(heads)
            break
        test = block[block["variable_level"] == "test"].iloc[0]
        known = not np.isnan(test[p])
        heads.append(
            {
                "y": y,
                "text": result.details.titles[group],
                "p": f"{'interaction' if within else 'levels differ'}: {p_value(test[p], prefix=True)}" if known else "",
            }
        )
        levels = block[block["variable_level"].isna()].to_dict("records")
        called = [result.details.level_labels[group][r["group1_level"]] for r in levels]
        for r, whole_name, narrow in zip(levels, called, told_apart(called, NARROW), strict=True):
            label = names.wrapped(whole_name, WRAPPED)
            more = FURTHER * label.count("\n") / 2
            y += 1 + more
            lines.append(_line(result, r, y, group, label, (estimate, low, high, prefix), scale, one, two) | {"narrow": narrow})
            y += more
        y += 1
    points = pd.DataFrame(lines)
    long = points["label"].map(width_of).max() > LETTERS
    if not np.isfinite(points["estimate"]).any():
        raise NotComputable("There is no finite estimate to draw")
    enough = points.assign(**{end: points[end].where(points["n"] >= FEW) for end in ("low", "high")})
    domain = _domain(
        enough, response and not ratios, ratios, "k1" in result.table, 1 if response else result.measure.digits_of(variable)
    )
    drawn = points[["estimate", "low", "high"]].to_numpy(dtype=float)
    beyond = bool(((drawn < domain[0]) | (drawn > domain[1])).any())
    for column in ("estimate", "low", "high", "shrunken", "shrunken_low", "shrunken_high"):
        points[column] = points[column].clip(*domain)
    title = axis_title(result, variable, ratios)
    rest = ratios and "k" in result.table
    at = 1.0 if rest else float(points["estimate"].iloc[0])
    told = first_of([f"{r['name']} {r['told']}, {r['who']}" for r in lines if r["told"]])
    return Chart(
        _forest(y, title, domain, ratios, shrunken, WIDE if long else ROOM),
        {
            "points": points,
            "heads": pd.DataFrame(heads, columns=["y", "text", "p"]),
            "whole": pd.DataFrame({"at": [at]}),
            "none": pd.DataFrame({"at": [float(ratios)] * within}, dtype=float),
        },
        f"{title} by subgroup. {told}.",
        " ".join(
            [
                f"Blue: as counted, with {level_name(result.plan.level)} interval.",
                *(
                    ["Orange: shrunken towards no difference." if rest else "Orange: shrunken towards the whole cohort."]
                    if shrunken
                    else []
                ),
                "Dashed: no difference." if rest else "Dashed: the whole cohort.",
                *(["Grey line: no difference."] if within else []),
                *(["Odds are compared with the other levels of the column."] if rest else []),
                *([f"Not drawn: {counted(few, 'more column')}; choose them under Columns."] if few else []),
                *([f"What lies beyond {_edge(domain[0])} and {_edge(domain[1])} is drawn at the edge."] if beyond else []),
            ]
        ),
    )


def _edge(value: float) -> str:
    """An end of an axis: "−50", "0.05"."""
    return f"{value:g}".replace("-", "−")


def _columns(result: Result, variable: str, ratios: bool) -> tuple:
    if ratios:
        return "odds_ratio", "or_low", "or_high", "or_", 1.0, ratio, ratio_interval
    if "k" in result.table:
        return "rate", "ci_low", "ci_high", "", 100.0, number, interval
    if "k1" in result.table:
        return "risk_difference", "ci_low", "ci_high", "", 100.0, number, interval
    return (
        ("difference" if "difference" in result.table else "mean"),
        "ci_low",
        "ci_high",
        "",
        1.0,
        *printers(result.measure.digits_of(variable)),
    )


def _line(
    result: Result,
    r: Any,
    y: float,
    group: str | Total,
    label: str,
    columns: tuple[str, str, str, str],
    scale: float,
    one: Any,
    two: Any,
) -> dict[str, object]:
    estimate, low, high, prefix = columns
    value, a, b = (scale * float(r.get(c, np.nan)) for c in (estimate, low, high))
    s, sa, sb = (scale * float(r.get(f"{prefix}shrunken{end}", np.nan)) for end in ("", "_low", "_high"))
    who = (
        f"{int(r['k'])}/{int(r['n'])}"
        if "k" in result.table
        else f"{int(r['n1'])} + {int(r['n2'])}"
        if "n1" in result.table
        else f"n = {int(r['n'])}"
    )
    full = label if isinstance(group, Total) else result.details.full_labels[group][r["group1_level"]]
    return {
        "y": y,
        "below": y + 0.3,
        "named": y - FURTHER * label.count("\n") / 2,
        "group": None if isinstance(group, Total) else group,
        "level": None if isinstance(group, Total) else r["group1_level"],
        "label": label,
        "name": full,
        "who": who,
        "n": min(int(r["n1"]), int(r["n2"])) if "n1" in result.table else int(r["n"]),
        "estimate": value,
        "low": a,
        "high": b,
        "shrunken": s,
        "shrunken_low": sa,
        "shrunken_high": sb,
        "told": "" if np.isnan(value) else with_aside(one(value), two(a, b)),
        "told_shrunken": "" if np.isnan(s) else with_aside(one(s), two(sa, sb)),
    }


def _domain(points: pd.DataFrame, rates: bool, ratios: bool, differences: bool, digits: int = 1) -> tuple[float, float]:
    if rates and not differences:
        return 0.0, 100.0
    values = points[["estimate", "low", "high"]].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if ratios:
        return RATIOS
    step = 10.0 ** (2 - digits)
    low, high = step * np.floor(min(values.min(), 0) / step), step * np.ceil(max(values.max(), 0) / step)
    return float(max(low, -100.0 if rates else -200.0)), float(min(high, 100.0 if rates else 200.0))
