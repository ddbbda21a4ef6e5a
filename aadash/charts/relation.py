"""One column of numbers against the outcome: the adjusted curve and what a cut makes of it; the effect at every cut."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.errors import NotComputable
from aadash.formatting import level_name, number, printers, with_aside, with_limits
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result

#: Odds ratios that are written on an axis.
RATIOS = [0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50]
CURVE, CUT, SEARCHED = PALETTE[0], PALETTE[1], NEUTRAL


@template
def _relation(x_title: str, y_title: str, across: tuple[float, float], domain: tuple[float, float], step: int) -> Any:
    axis = alt.Axis(grid=False, tickCount=8, tickMinStep=step)
    x = alt.X("at:Q", title=x_title, scale=alt.Scale(domain=list(across), nice=False), axis=axis)
    y = alt.Y(
        "estimate:Q", title=y_title, scale=alt.Scale(domain=list(domain), nice=False), axis=alt.Axis(gridOpacity=0.4, tickCount=6)
    )
    curve, steps = alt.Chart(alt.NamedData("curve")), alt.Chart(alt.NamedData("steps"))
    tip = [alt.Tooltip("at:Q", title=x_title, format=".3~g"), alt.Tooltip("told:N", title="As a curve")]
    return alt.layer(
        curve.mark_area(opacity=0.15, color=CURVE).encode(x, alt.Y("low:Q", title=y_title), alt.Y2("high:Q")),
        curve.mark_line(strokeWidth=3, color=CURVE).encode(x, y, tooltip=tip),
        steps.mark_rect(opacity=0.12, color=CUT).encode(alt.X("start:Q"), alt.Y("low:Q"), alt.X2("end:Q"), alt.Y2("high:Q")),
        steps.mark_rule(strokeWidth=3, color=CUT).encode(
            alt.X("start:Q"), y, alt.X2("end:Q"), tooltip=alt.Tooltip("told:N", title="Cut")
        ),
        alt.Chart(alt.NamedData("rug")).mark_tick(thickness=1, size=9, opacity=1, color=NEUTRAL).encode(x, alt.Y("y:Q")),
    ).properties(height=330)


@draws("predictor_cuts", "relation")
def relation(result: Result) -> Chart:
    """The adjusted relation of ``predictor_cuts`` as a curve with its band, the two levels of the cut, and the patients.

    Raises NotComputable where the model with all predictors could not be fitted.
    """
    d = result.details
    if not d.curve:
        raise NotComputable(
            "The curve beside the other predictors cannot be drawn: the model with all predictors cannot be fitted",
            fix="Choose fewer predictors",
        )
    logistic = d.logistic
    scale, digits, unit = (100.0, 0, " %") if logistic else (1.0, result.outcome_digits, "")
    curve, steps = pd.DataFrame(d.curve), pd.DataFrame(d.steps)
    for frame in (curve, steps):
        frame[["estimate", "low", "high"]] *= scale
        frame["told"] = [
            with_limits(f"{number(e, digits)}{unit}", a, b, digits)
            for e, a, b in zip(frame["estimate"], frame["low"], frame["high"], strict=True)
        ]
    if logistic:
        domain, at = (0.0, 100.0), np.where(d.events > 0.5, 98.0, 2.0)
        y_title = f"{d.outcome} (%)"
    else:
        values = np.concatenate([f[["low", "high"]].to_numpy().ravel() for f in (curve, steps)])
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        pad = 0.08 * max(high - low, 10.0 ** (1 - digits))
        domain, y_title = (round(low - 2 * pad, digits + 1), round(high + pad, digits + 1)), d.outcome
        at = np.full(len(d.values), low - pad)
    name = d.name + (f" ({d.unit})" if d.unit else "")
    across = (round(float(curve["at"].min()), 4), round(float(curve["at"].max()), 4))
    rug = pd.DataFrame({"at": d.values, "y": at})
    told = "; ".join(f"{number(r['at'])}: {r['told']}" for r in curve.iloc[::10].to_dict("records"))
    return Chart(
        _relation(name, y_title, across, domain, _step(d.values)),
        {"curve": curve, "steps": steps, "rug": rug},
        f"{d.outcome} by {name}, all else equal: {told}. Cut at {d.cut:g}: {'; '.join(steps['told'])}.",
        f"Blue: as a curve, with its {level_name(result.plan.level)} interval. Orange: what the cut makes of it. Ticks: the patients"
        + (", those who reached it above." if logistic else "."),
        of_patients=True,
    )


def _step(values: np.ndarray) -> int:
    """The least step of an axis: of whole numbers there is nothing between 0 and 1."""
    known = values[np.isfinite(values)]
    return int((known == np.round(known)).all())


#: Pixels that the name of a cut takes, and which of its ends stands at the line: the one asked for, unless the other has no room.
_TAKES = "(7 * grown * length(datum.text))"
_SIDE = f"((datum.side == 'right' ? scale('x', datum.cut) < {_TAKES} : width - scale('x', datum.cut) >= {_TAKES}) ? 'left' : 'right')"


@template
def _effects(x_title: str, y_title: str, domain: tuple[float, float], ratios: bool, step: int) -> Any:
    x = alt.X("cut:Q", title=x_title, scale=alt.Scale(zero=False), axis=alt.Axis(grid=False, tickCount=8, tickMinStep=step))
    y = alt.Y(
        "estimate:Q",
        title=y_title,
        scale=alt.Scale(domain=list(domain), type="log" if ratios else "linear", nice=False),
        axis=alt.Axis(
            gridOpacity=0.4, tickCount=6, format="~g" if ratios else alt.Undefined, values=RATIOS if ratios else alt.Undefined
        ),
    )
    base = alt.Chart(alt.NamedData("cuts"))
    tip = [
        alt.Tooltip("cut:Q", title="Cut at", format="~g"),
        alt.Tooltip("told:N", title="Effect"),
        alt.Tooltip("who:N", title="Patients"),
    ]
    marks = alt.Chart(alt.NamedData("marks"))
    fill = alt.Color("colour:N", scale=None, legend=None)
    return alt.layer(
        alt.Chart(alt.NamedData("none")).mark_rule(strokeDash=[4, 4], color="#888888").encode(alt.Y("at:Q")),
        base.mark_area(opacity=0.13, color=CURVE).encode(x, alt.Y("low:Q", title=y_title), alt.Y2("high:Q")),
        base.mark_line(strokeWidth=2, color=CURVE).encode(x, y),
        base.mark_point(size=28, filled=True, opacity=1, color=CURVE).encode(x, y, tooltip=tip),
        marks.mark_rule(strokeWidth=2).encode(alt.X("cut:Q"), fill),
        marks.mark_text(align=alt.ExprRef(expr=_SIDE), dx=alt.ExprRef(expr=f"{_SIDE} == 'left' ? 5 : -5")).encode(
            alt.X("cut:Q"), alt.Y("y:Q"), text="text:N"
        ),
    ).properties(height=300)


@draws("predictor_cuts", "effects")
def cut_effects(result: Result) -> Chart:
    """The unadjusted effect of ``predictor_cuts`` at every candidate cut, with the cut of the model and the searched one."""
    ratios = result.details.logistic
    one, two = printers(result.outcome_digits, ratios)
    t = result.table[result.table["role"] == "cut"]
    cuts = t[["cut", "estimate", "low", "high"]].astype(float).reset_index(drop=True)
    if cuts.empty:
        raise NotComputable("No cut leaves enough patients on either side")
    cuts["told"] = [with_aside(one(e), two(a, b)) for e, a, b in zip(cuts["estimate"], cuts["low"], cuts["high"], strict=True)]
    cuts["who"] = [f"{int(a)} at or below, {int(b)} above" for a, b in zip(t["n_low"], t["n_high"], strict=True)]
    values = cuts[["estimate", "low", "high"]].to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    if ratios:
        domain = (round(max(0.02, min(0.5, values.min())), 3), round(min(50.0, max(2.0, values.max())), 3))
    else:
        domain = (round(float(min(0, values.min())), 1), round(float(max(0, values.max())), 1))
    for column in ("estimate", "low", "high"):
        cuts[column] = cuts[column].clip(*domain)
    best = float(result.table.loc[result.table["role"] == "searched", "cut"].iloc[0])
    marks = [{"cut": best, "text": f"searched: {best:.4g}", "colour": SEARCHED, "y": domain[1]}]
    if result.details.given:
        marks.append({"cut": result.details.cut, "text": f"in the model: {result.details.cut:g}", "colour": CUT, "y": domain[0]})
    # words of the lower cut stand on its left, so that they do not cross the other's line, unless it is at the picture's edge; at
    # the right edge there is no room but on the left
    quarter = 0.25 * (cuts["cut"].max() - cuts["cut"].min())
    reach, end = cuts["cut"].min() + quarter, cuts["cut"].max() - quarter
    lower = min(m["cut"] for m in marks)
    for m in marks:
        below = len(marks) > 1 and reach < m["cut"] == lower < max(best, result.details.cut)
        m["side"] = "right" if below or m["cut"] > end else "left"
    x_title = "Cut of " + result.details.name + (f" ({result.details.unit})" if result.details.unit else "")
    y_title = "Odds ratio, at or below against above" if ratios else "Difference, at or below minus above"
    told = "; ".join(f"{r.cut:g}: {r.told}" for r in cuts.iloc[:: max(1, len(cuts) // 8)].itertuples())
    return Chart(
        _effects(x_title, y_title, domain, ratios, _step(result.details.values)),
        {"cuts": cuts, "marks": pd.DataFrame(marks), "none": pd.DataFrame({"at": [1.0 if ratios else 0.0]})},
        f"{y_title} of each cut of {result.details.name}: {told}.",
        "Every cut that leaves a tenth of the patients on either side, one at a time and unadjusted, with "
        f"{level_name(result.plan.level)} interval. A peak is what a search would report.",
    )
