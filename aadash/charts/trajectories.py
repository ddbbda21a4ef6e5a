"""Every patient's course with the means in bold, and the mean curves with their intervals."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from aadash.axes import change_domain
from aadash.charts import ends
from aadash.charts.chart import Chart, bound, draws, template, with_bounds
from aadash.charts.weeks import axis as week_axis
from aadash.details import QUANTILES, Courses
from aadash.errors import NotComputable
from aadash.formatting import SPELLED, interval, level_name, listing, number
from aadash.levels import ALL, Level
from aadash.result import Result

#: Up to here every patient can be pointed at. All lines of a stratum are one path with gaps: half the work for Vega.
EVERY_LINE = 300
#: Up to here every patient is drawn; above, bands and a sample. A long schedule reaches
#: the second limit first: no chart message may exceed 150 kB.
EVERY_PATH, EVERY_POINT = 1500, 14_000
SAMPLE = 200
#: How dense a patient's line is; on a dark ground denser (see :mod:`aadash.charts.theme`).
FAINT = 0.3
BRUSH = "brush"


def _axes(weeks: tuple[int, ...], title: str) -> tuple[alt.X, alt.Y]:
    """The axes. After the last week there is as much room as the names take; it comes with the data, and the text alternative is the
    same whatever they say: a browser that is given the same specification again redraws the data and nothing else."""
    x = alt.X("week:Q", title="Weeks since first dose", axis=week_axis(weeks), scale=ends.scale())
    y = alt.Y(
        "value:Q",
        title=title,
        scale=alt.Scale(domainMin=bound("bottom"), domainMax=bound("top"), nice=False),
        axis=alt.Axis(tickCount=5, gridOpacity=0.5),
    )
    return x, y


def _fill() -> alt.Color:
    return alt.Color("colour:N", scale=None, legend=None)


def _means(x: alt.X, y: alt.Y) -> list[alt.Chart]:
    """Mean lines, their points, and a label at the end of each."""
    means = alt.Chart(alt.NamedData("means"))
    tip = [
        alt.Tooltip("level:N", title="Stratum"),
        alt.Tooltip("week:Q", title="Week"),
        alt.Tooltip("shown:N", title="Mean"),
        alt.Tooltip("ci:N", title="Interval"),
        alt.Tooltip("n:N", title="Patients"),
    ]
    return [
        means.mark_line(strokeWidth=3.5).encode(x, y, _fill(), detail="level:N"),
        means.mark_point(size=70, filled=True, opacity=1).encode(x, y, _fill(), tooltip=tip),
        *ends.layers(y, _fill()),
    ]


@template
def _spaghetti(weeks: tuple[int, ...], title: str, mode: str, brush: bool) -> Any:
    x, y = _axes(weeks, title)
    lines = alt.Chart(alt.NamedData("lines"))
    below = [
        lines.mark_line(
            strokeWidth=0.6 if mode == "broken" else 1, opacity=bound("faint"), invalid="break-paths-show-path-domains"
        ).encode(x, y, _fill(), order="o:Q")
    ]
    if mode == "every":
        tip = [alt.Tooltip("patient:N", title="Patient"), alt.Tooltip("week:Q", title="Week"), alt.Tooltip("value:Q", title=title)]
        below.append(lines.mark_point(size=40, opacity=0, filled=True).encode(x, y, tooltip=tip))
    if mode == "sampled":
        outer = alt.Chart(alt.NamedData("bands"))
        below = [
            *(
                outer.mark_area(opacity=o, clip=True).encode(
                    x, alt.Y(f"{lo}:Q", title=title), alt.Y2(f"{hi}:Q"), _fill(), detail="level:N"
                )
                for lo, hi, o in (("q0", "q3", 0.12), ("q1", "q2", 0.18))
            ),
            *below,
        ]
    if brush:
        below[0] = below[0].add_params(alt.selection_interval(name=BRUSH, encodings=["x", "y"]))
    return alt.layer(*below, *_means(x, y)).properties(height=430, usermeta={"embedOptions": {"renderer": "canvas"}})


@template
def _curves(weeks: tuple[int, ...], title: str, banded: bool) -> Any:
    x, y = _axes(weeks, title)
    if not banded:
        return alt.layer(*_means(x, y)).properties(height=430)
    means = alt.Chart(alt.NamedData("means"))
    band = means.mark_area(opacity=0.16, clip=True).encode(
        x, alt.Y("ci_low:Q", title=title), alt.Y2("ci_high:Q"), _fill(), detail="level:N"
    )
    return alt.layer(band, *_means(x, y)).properties(height=430)


def _mean_frames(
    result: Result, variable: str, domain: tuple[float, float]
) -> tuple[dict[str, pd.DataFrame], tuple[tuple[str, str], ...]]:
    """The means, the names at their ends, and whose the numbers are that stand for long names."""
    names, last_week = result.labels, result.details.weeks[-1]
    shown: tuple[Level, ...] = names.used or (ALL,)
    t, digits = result.table, result.measure.digits_of(variable)
    t = t[(t["variable"] == variable) & t["group1_level"].isin(shown) & (t["n"] > 0)]
    if "adjusted_mean" in t:  # the mixed model's means, where the plan asks for them and they could be had
        t = t.assign(
            **{c: t[a].fillna(t[c]) for c, a in (("mean", "adjusted_mean"), ("ci_low", "adjusted_low"), ("ci_high", "adjusted_high"))}
        )
    means = pd.DataFrame(
        {
            "level": [names.label(lv) for lv in t["group1_level"]],
            "week": t["week"].to_numpy(),
            "value": t["mean"].to_numpy(),
            "ci_low": t["ci_low"].to_numpy(),
            "ci_high": t["ci_high"].to_numpy(),
            "n": [str(int(n)) for n in t["n"]],
            "colour": [names.colour(lv) for lv in t["group1_level"]],
            "shown": [number(v, digits) for v in t["mean"]],
            "ci": [interval(a, b, digits) for a, b in zip(t["ci_low"], t["ci_high"], strict=True)],
        }
    )
    last = [t[t["group1_level"] == lv].iloc[-1] for lv in shown if (t["group1_level"] == lv).any()]
    found = [e["group1_level"] for e in last]
    values, unit = [float(e["mean"]) for e in last], " %" if variable == "percent_change" else ""
    told, ended = [number(v, digits) + unit for v in values], [float(e["week"]) for e in last]
    labels = ends.frame(last_week, values, [*map(names.short, found)], [*map(names.colour, found)], domain, told=told, ended=ended)
    return {"means": means, "labels": labels}, ends.key(labels, [*map(names.label, found)])


@draws("salt_over_time", "spaghetti")
def spaghetti(result: Result, only: Level | None = None, brush: bool = False) -> Chart:
    """Each patient's SALT over the weeks, thin; the mean of each stratum in bold.

    ``result`` is that of ``salt_over_time``; ``only`` shows one stratum. To 300 patients every line can be pointed at (it names
    the file's own patient code, visit and value); to 1,500 every line is drawn; above, bands hold 50 % and 90 % of the patients
    and 200 seeded lines stand for the rest. With ``brush`` a box can be drawn: a selection named :data:`BRUSH` with ranges of
    ``week`` and ``value``.
    """
    courses, names = result.details, result.labels
    levels: tuple[Level, ...] = (only,) if only else names.used or (ALL,)
    shown = np.zeros(len(courses.values), dtype=bool)
    for lv in levels:
        shown |= _members(result, lv)
    shown &= ~np.isnan(courses.values).all(axis=1)
    picked = np.flatnonzero(shown)
    colours = np.array([*map(names.colour, names.levels), names.colour(ALL)])
    low, high = result.measure.domain
    data, key = _mean_frames(result, "salt", result.measure.domain)
    if only:
        label = names.label(only)
        data, key = {k: f[f["level"] == label] if "level" in f else f.iloc[:0] for k, f in data.items()}, ()
    total, caption = len(picked), ""
    points = total * (len(courses.weeks) + 1)
    mode = (
        "sampled"
        if courses.bands is not None
        else "every"
        if total <= EVERY_LINE and points <= EVERY_POINT // 2
        else "broken"
        if total <= EVERY_PATH and points <= EVERY_POINT
        else "sampled"
    )
    if mode == "sampled":
        data["bands"] = _bands(result, levels)
        picked = np.sort(np.random.default_rng(2025).choice(picked, min(SAMPLE, total), replace=False))
        if courses.bands is not None:  # these are drawn by lot already
            sizes: dict[Level, int] = {ALL: result.accounting.enrolled, **dict(zip(names.levels, names.counts, strict=True))}
            total = sum(sizes[lv] for lv in levels)
        caption = (
            f"{len(picked)} of {total:,} patients drawn as lines (a fixed random sample); bands hold the middle 50 % and 90 % of all."
        ).replace(",", " ")
    means = result.table[result.table["variable"] == "salt"]
    if "adjusted_mean" in means and bool(means["adjusted_mean"].notna().any()):
        caption = f"The means are those of the mixed model. {caption}".strip()
    elif (means["n_imputed"] > 0).any():
        caption = f"The lines show the scores recorded; the means count the last value carried forward as well. {caption}".strip()
    elif result.plan.missing == "complete" and means["n"].max() < (~np.isnan(courses.values).all(axis=1)).sum():
        caption = f"The lines show every patient; the means are of the patients with a score at every visit. {caption}".strip()
    data["lines"] = _paths(courses, picked, colours, named=mode == "every")
    alt_text = (
        f"{courses.score} of each patient from week 0 to week {courses.weeks[-1]}, one line each, with the mean of each "
        "stratum in bold and named at its end; the numbers follow."
    )
    spec = _spaghetti(courses.weeks, courses.score, mode, brush)
    return Chart(
        with_bounds(spec, bottom=low, top=high, faint=FAINT),
        data,
        alt_text,
        caption,
        _in_words(data["means"]),
        key,
        True,
    )


def _members(result: Result, level: Level) -> np.ndarray:
    codes = result.details.codes
    return np.ones(len(codes), dtype=bool) if level is ALL else codes == result.labels.levels.index(str(level))


def _paths(courses: Courses, picked: np.ndarray, colours: np.ndarray, named: bool) -> pd.DataFrame:
    """One path a stratum: a gap (NaN) after each patient, so that Vega draws many lines as one mark.

    A visit not made is left out, so the line runs on to the next. ``named`` adds the patient's code, to be pointed at.
    """
    order = picked[np.argsort(courses.codes[picked], kind="stable")]
    n, v = len(order), len(courses.weeks) + 1
    values = np.full((n, v), np.nan, dtype="float64" if named else "float32")
    values[:, :-1] = courses.values[order]
    keep = ~np.isnan(values)
    keep[:, -1] = True
    keep = keep.ravel()
    weeks = np.array([*courses.weeks, courses.weeks[-1]], dtype="int16")
    frame = pd.DataFrame(
        {
            "week": np.tile(weeks, n)[keep],
            "value": values.ravel()[keep],
            "colour": pd.Categorical(np.repeat(colours[courses.codes[order]], v)[keep]),
        }
    )
    frame.insert(0, "o", np.arange(len(frame), dtype="int16"))
    if named:
        frame["patient"] = pd.Categorical.from_codes(np.repeat(np.arange(n), v)[keep], courses.patients[order])
    return frame


def _bands(result: Result, levels: tuple[Level, ...]) -> pd.DataFrame:
    courses, parts = result.details, []
    for lv in levels:
        if courses.bands is not None:
            seen = ~np.isnan(courses.bands[lv][:, 0])
            q = courses.bands[lv][seen].T
        else:
            v = courses.values[_members(result, lv)]
            seen = ~np.isnan(v).all(axis=0)
            q = np.nanquantile(v[:, seen], QUANTILES, axis=0)
        parts.append(
            pd.DataFrame(
                {
                    "level": result.labels.label(lv),
                    "week": np.array(courses.weeks)[seen],
                    "colour": result.labels.colour(lv),
                    **{f"q{i}": q[i] for i in range(4)},
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


@draws("salt_over_time", "means")
def curves(result: Result, variable: str = "salt", whole: tuple[float, float] | None = None) -> Chart:
    """Mean SALT or mean percent change over the weeks, with the interval of the mean as a band.

    ``variable`` is "salt" (the whole scale) or "percent_change" (starting from 0 at baseline). ``whole`` is the
    axis of percent change when several pictures share one; see :func:`aadash.axes.change_domain`.
    """
    change = variable == "percent_change"
    score = result.details.score
    adjusted = "adjusted_mean" in result.table and bool(result.table["adjusted_mean"].notna().any())
    title = f"Change in {score} from baseline (%)" if change else f"Adjusted mean {score}" if adjusted else f"Mean {score}"
    domain: tuple[float, float] = result.measure.domain
    t = result.table[(result.table["variable"] == variable) & (result.table["n"] > 0)]
    if t.empty:
        raise NotComputable(f"There is nothing to draw: the {title[0].lower() + title[1:]} is defined for nobody")
    if change:
        domain = whole or change_domain(result)
    data, key = _mean_frames(result, variable, domain)
    if change:
        start = data["means"].drop_duplicates("level").assign(week=0, value=0.0, ci_low=0.0, ci_high=0.0, ci="baseline", n="")
        start["shown"] = number(0.0, result.measure.digits_of(variable))
        data["means"] = pd.concat([start, data["means"]], ignore_index=True)
    banded = data["means"]["level"].nunique() <= SPELLED
    spec = with_bounds(_curves(result.details.weeks, title, banded), bottom=domain[0], top=domain[1])
    return Chart(
        spec,
        data,
        f"{title} over the weeks, a line for each stratum, named at its end; the numbers follow.",
        (
            f"Bands are the {level_name(result.plan.level)} confidence interval of the mean at each visit, not of the whole curve."
            if banded
            else "The intervals of so many strata would cover each other: the table has them."
        )
        + (" Means and intervals are those of the mixed model." if adjusted else ""),
        _in_words(data["means"]),
        key,
    )


def _in_words(means: pd.DataFrame) -> str:
    """The means in words: of each stratum, at each week."""
    lines = []
    for level, rows in means.groupby("level", sort=False):
        at = listing([f"week {w} {v}" for w, v in zip(rows["week"], rows["shown"], strict=True)])
        lines.append(f"{level}: {at}.")
    return " ".join(lines)
