"""One line per row: a point with its interval on a common axis, against a line that says what is usual."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts import names
from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import level_name, listing, number, with_limits
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Height of a row, and room for a number without its interval in a picture that is narrow.
HEIGHT, ALONE = 30, 44


@template
def _rows(rows: tuple[str, ...], title: str, domain: tuple[float, float]) -> Any:
    y = alt.Y(
        "row:N",
        sort=list(rows),
        title=None,
        axis=names.axis(rows),
    )
    x = alt.X(
        "estimate:Q",
        title=title,
        scale=alt.Scale(domain=list(domain), nice=False, range=names.beside_numbers(ALONE)),
        axis=alt.Axis(tickCount=6, gridOpacity=0.4, titleAnchor=names.anchor()),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    tip = [alt.Tooltip("name:N", title=" "), alt.Tooltip("told:N", title="Estimate")]
    base = alt.Chart(alt.NamedData("points"))
    usual = alt.Chart(alt.NamedData("usual")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.X("at:Q"))
    return alt.layer(
        usual,
        base.mark_rule(strokeWidth=2.4).encode(alt.X("low:Q"), y, alt.X2("high:Q"), fill),
        base.mark_point(size=80, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        names.told_beside(base, y),
    ).properties(height=names.picture(rows, HEIGHT))


def _picture(points: pd.DataFrame, title: str, usual: float, domain: tuple[float, float], alt_text: str, caption: str) -> Chart:
    known = points[np.isfinite(points["estimate"])].copy()
    if known.empty:
        raise NotComputable("There is no estimate to draw")
    for column in ("estimate", "low", "high"):
        known[column] = known[column].clip(*domain)
    told = listing([f"{r.row} {r.told}" for r in known.itertuples()])
    known["name"], known["row"] = known["row"], known["row"].map(names.wrapped)
    return Chart(
        _rows(tuple(dict.fromkeys(known["row"])), title, domain),
        {"points": known, "usual": pd.DataFrame({"at": [usual]})},
        f"{alt_text}: {told}.",
        caption,
    )


def _axis(result: Result, values: np.ndarray) -> tuple[float, str, tuple[float, float]]:
    """Scale, axis title and domain for probabilities (in %) or means."""
    if result.details.logistic:
        return 100.0, f"{result.details.outcome} (%)", (0.0, 100.0)
    known = values[np.isfinite(values)]
    digits = result.outcome_digits
    pad = 0.06 * max(float(np.ptp(known)), 10.0 ** (1 - digits))
    return 1.0, str(result.details.outcome), (round(float(known.min() - pad), digits), round(float(known.max() + pad), digits))


def _frame(result: Result, t: pd.DataFrame, titles: list[str], colours: list[str]) -> tuple[pd.DataFrame, str, tuple[float, float]]:
    scale, title, domain = _axis(result, t[["estimate", "low", "high"]].to_numpy(dtype=float))
    digits, unit = (0, " %") if scale == 100 else (result.outcome_digits, "")
    values = {k: scale * t[k].to_numpy(dtype=float) for k in ("estimate", "low", "high")}
    shown = [f"{number(v, digits)}{unit}" for v in values["estimate"]]
    ci = [with_limits(s, a, b, digits) for s, a, b in zip(shown, values["low"], values["high"], strict=True)]
    return pd.DataFrame({"row": titles, "colour": colours, **values, "shown": shown, "told": ci}), title, domain


@draws("predictor_effects", "effects")
def effect_rows(result: Result) -> Chart:
    """Adjusted probability (or mean) at each level of each categorical predictor of ``predictor_effects``."""
    t = result.table[result.table["role"].isin(["reference", "level"])]
    if t.empty:
        raise NotComputable("Every predictor is a number, so there are no levels to draw: the differences stand in the table")
    titles = result.details.titles
    lines = [
        f"{titles[v].split(' (')[0]}: {lv} (n = {n})" for v, lv, n in zip(t["variable"], t["variable_level"], t["n"], strict=True)
    ]
    colours = [NEUTRAL if role == "reference" else PALETTE[0] for role in t["role"]]
    points, title, domain = _frame(result, t, lines, colours)
    usual = result.details.rate * (100 if result.details.logistic else 1)
    return _picture(
        points,
        title,
        usual,
        domain,
        "Adjusted, all else as it is",
        f"What the model expects, with {level_name(result.plan.level)} "
        "interval, if every patient had this level and kept all else. Grey: the level that others are "
        "compared with. Dashed: as observed.",
    )


def _otherwise(name: str, level: str) -> str:
    return f"but {name} is {level}"


@draws("predicted_probability", "profile")
def profile_rows(result: Result) -> Chart:
    """The probability of one profile, and of the same patient with one thing otherwise, of ``predicted_probability``."""
    t = result.table
    told = result.details.names
    lines = ["This patient"] + [_otherwise(told[v], lv) for v, lv in zip(t["variable"][1:], t["variable_level"][1:], strict=True)]
    points, title, domain = _frame(result, t, lines, [PALETTE[1]] + [NEUTRAL] * (len(t) - 1))
    usual = result.details.rate * (100 if result.details.logistic else 1)
    return _picture(
        points,
        title,
        usual,
        domain,
        "One profile and the same with one thing otherwise",
        f"Lines: {level_name(result.plan.level)} "
        "interval. Dashed: all patients as observed. Grey: the same patient with one thing otherwise.",
    )
