"""Time to first response: the share who have responded by each week, as steps."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts import ends
from aadash.charts.chart import Chart, draws, template
from aadash.charts.weeks import axis as week_axis
from aadash.charts.weeks import shown as week_shown
from aadash.formatting import SPELLED, level_name, listing, percent
from aadash.levels import ALL, MOST, Level, told_apart
from aadash.result import Result

#: Height of the curves of one stratum's picture, and what each stratum adds, and each beyond six, in pixels.
CURVES, MORE, MANY = 360, 18, 10
#: Room for a row of numbers under the curves, in pixels: beside its name, and where there is no room for that, under it.
BESIDE, UNDER = 18, 36
#: The narrowest picture that has room for the names beside the numbers, in pixels, and letters of a name above them.
NARROW, LETTERS = 560, 42
_WIDE = f"width >= {NARROW}"


def _height(strata: int) -> int:
    return CURVES + MORE * strata + MANY * max(0, strata - 6)


def _below(row: float, line: int, strata: int) -> float:
    """How far below 0 the text of ``row`` stands, in percentage points, where ``strata`` rows of so many pixels have room under it."""
    return 100 * row * line / (_height(strata) - (strata + 0.6) * line)


@template
def _steps(weeks: tuple[int, ...], rows: int) -> Any:
    x = alt.X(
        "week:Q",
        title="Weeks since first dose",
        axis=week_axis(weeks),
        scale=ends.scale(),
    )
    least = f"{_WIDE} ? {-_below(rows + 0.6, BESIDE, rows):.3f} : {-_below(rows + 0.6, UNDER, rows):.3f}"
    y = alt.Y(
        "value:Q",
        title="Responded by then (%)",
        scale=alt.Scale(domainMin=alt.ExprRef(expr=least), domainMax=100, nice=False),
        # no line of the axis: it would cross the first of the patients still followed
        axis=alt.Axis(values=[0, 20, 40, 60, 80, 100], gridOpacity=0.5, titleAnchor="end", domain=False),
    )
    fill = alt.Color("colour:N", scale=None, legend=None)
    base = alt.Chart(alt.NamedData("steps"))
    tip = [
        alt.Tooltip("level:N", title="Stratum"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("value:Q", title="Responded (%)", format=".1f"),
        alt.Tooltip("risk:Q", title="Still followed"),
    ]
    limits = _limits(base, rows, weeks[-1], x, fill) if rows <= SPELLED else []
    place = alt.Y("y:Q")
    numbers = alt.Chart(alt.NamedData("risk")).transform_filter(week_shown(weeks, "week"))
    names = alt.Chart(alt.NamedData("names")).transform_calculate(
        y=f"{_WIDE} ? datum.beside : datum.above",
        week=f"{_WIDE} ? {weeks[-1] * (1 + ends.LEADER)} : 0",
        shown=f"{_WIDE} ? datum.short : datum.text",  # a field of its own: a picture that is made wider calculates again
    )
    return alt.layer(
        *limits,
        base.mark_line(interpolate="step-after", strokeWidth=3).encode(x, y, fill, detail="level:N"),
        base.mark_point(size=60, filled=True, opacity=1).encode(x, y, fill, tooltip=tip),
        *ends.layers(y, fill, when=_WIDE if rows > SPELLED else f"{_WIDE} || {ends.FIT}"),
        numbers.transform_calculate(y=f"{_WIDE} ? datum.beside : datum.under").mark_text().encode(x, place, text="text:N"),
        names.mark_point(size=46, filled=True, opacity=1).encode(x, place, fill),
        names.mark_text(align="left", dx=9, limit=alt.ExprRef(expr=f"{_WIDE} ? {ends.LETTER * MOST:.0f} * grown : width - 12")).encode(
            x, place, text="shown:N"
        ),
    ).properties(height=_height(rows))


def _limits(base: alt.Chart, rows: int, last: int, x: alt.X, fill: alt.Color) -> list[alt.Chart]:
    """Bands for one or two curves, and a line at the last visit, after which a band has no width; more would cover each other, and
    have a line at each visit, side by side."""
    y, y2 = alt.Y("low:Q", title="Responded by then (%)"), alt.Y2("high:Q")
    seen = f"datum.week == {last}" if rows <= 2 else "datum.week > 0"
    rules = base.transform_filter(seen).mark_rule(strokeWidth=1.6, clip=True).encode(alt.X("beside:Q"), y, y2, fill)
    if rows > 2:
        return [rules]
    return [base.mark_area(interpolate="step-after", opacity=0.13, clip=True).encode(x, y, y2, fill, detail="level:N"), rules]


def _at_risk(shown: list[Level], result: Result) -> dict[str, pd.DataFrame]:
    """Under the curves, a row a stratum: patients still followed just before each visit, and the stratum's name and colour.

    ``beside`` is the height of both where they stand in one line; ``above`` that of the name and ``under`` that of the numbers where
    they do not.
    """
    numbers, names, n = [], [], len(shown)
    labels = told_apart([result.labels.label(level) for level in shown], LETTERS)
    for i, (level, label) in enumerate(zip(shown, labels, strict=True)):
        beside, above, under = -_below(i + 1, BESIDE, n), -_below(i + 0.58, UNDER, n), -_below(i + 1.08, UNDER, n)
        numbers += [
            {"week": w, "beside": beside, "under": under, "text": str(k)}
            for w, k in zip(result.details.weeks, result.details.at_risk[level], strict=True)
        ]
        names.append(
            {
                "beside": beside,
                "above": above,
                "short": result.labels.short(level),
                "text": label,
                "colour": result.labels.colour(level),
            }
        )
    return {"risk": pd.DataFrame(numbers, columns=["week", "beside", "under", "text"]), "names": pd.DataFrame(names)}


def followed_to(result: Result, level: Level) -> int:
    """The last visit at which anybody of a level was followed: its curve ends there."""
    return max(w for w, k in zip(result.details.weeks, result.details.at_risk[level], strict=True) if k)


@draws("time_to_response", "steps")
def response_steps(result: Result) -> Chart:
    """Kaplan–Meier curves of ``time_to_response``, turned so that a response goes up."""
    t, names_of, weeks = result.table, result.labels, result.details.weeks
    t = t[(t["variable_level"] == "curve")]
    # a stratum in which nobody responded has a curve too: 0 % to the last week
    shown: list[Level] = [lv for lv in names_of.levels if lv in result.details.at_risk] or [ALL]
    parts: list[pd.DataFrame] = []
    labels: list[tuple[float, Level]] = []
    ended: list[float] = []
    for level in shown:
        c = t[t["group1_level"] == level]
        end = c.iloc[-1] if len(c) else None
        rows = pd.DataFrame(
            {
                "week": [0, *c["week"]],
                "value": [0.0, *(100 * c["probability"])],
                "risk": [float("nan"), *c["at_risk"]],
                "low": [0.0, *(100 * c["ci_low"])],
                "high": [0.0, *(100 * c["ci_high"])],
            }
        )
        last = followed_to(result, level)
        if end is None or end["week"] < last:
            rows = pd.concat([rows, rows.iloc[[-1]].assign(week=last)], ignore_index=True)
        rows["beside"] = rows["week"] + (len(parts) - (len(shown) - 1) / 2) * 0.009 * weeks[-1]
        parts.append(rows.assign(level=names_of.label(level), colour=names_of.colour(level)))
        labels.append((float(rows["value"].iloc[-1]), level))
        ended.append(float(rows["week"].iloc[-1]))
    names = [names_of.short(lv) for _, lv in labels]
    # the curves have less height the more rows are under them
    apart = max(ends.APART, _below(18 / UNDER, UNDER, len(shown)) / 100) if len(shown) <= SPELLED else ends.APART
    colours = [names_of.colour(lv) for _, lv in labels]
    label_frame = ends.frame(
        weeks[-1], [v for v, _ in labels], names, colours, (0.0, 100.0), apart, [percent(v / 100, 0) for v, _ in labels], ended
    )
    told = listing([f"{names_of.label(lv)} {percent(v / 100)}" for v, lv in labels])
    return Chart(
        _steps(weeks, len(shown)),
        {"steps": pd.concat(parts), "labels": label_frame, **_at_risk(shown, result)},
        f"Share who have responded by the last visit of each stratum: {told}."
        if min(ended) < weeks[-1]
        else f"Share who have responded by week {weeks[-1]}: {told}.",
        "Steps are at the visits, where a response is seen. "
        + (
            f"Bands, and the line at the last visit, are pointwise {level_name(result.plan.level)} confidence limits. "
            if len(shown) <= 2
            else f"Vertical lines are pointwise {level_name(result.plan.level)} confidence limits. "
            if len(shown) <= SPELLED
            else "The intervals of so many strata would cover each other: the table has them. "
        )
        + "Above the weeks: patients still followed without a response.",
    )
