"""What each page picks from its results: the figures on top, the picture of a view, the rows of a table."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from aadash.app.parts import chart_selection, render
from aadash.app.parts.markdown import plain
from aadash.app.session import cache
from aadash.app.shell.page import PageContext
from aadash.app.work import call
from aadash.charts import Chart
from aadash.charts.bars import endpoint_bars, week_bars
from aadash.charts.heat import missing_map
from aadash.charts.intervals import comparison
from aadash.charts.steps import response_steps
from aadash.charts.trajectories import curves, spaghetti
from aadash.endpoints import endpoint
from aadash.errors import AadashError
from aadash.formatting import interval, number, p_value, percent
from aadash.levels import ALL, Level, Total
from aadash.result import Result
from aadash.strata import stratifiers

TRAJECTORY_VIEWS = ("Every patient", "Means", "Percent change", "One panel a stratum")
RESPONDER_VIEWS = ("Over the weeks", "All endpoints at this week")
QUESTIONS = {
    "Since baseline": "change_from_baseline",
    "Between strata": "between_strata",
    "Responders": "responders_between",
    "Stratum × week": "mixed_anova",
}
#: More panels than this are not drawn at once.
PANELS = 8

Figure = tuple[str, str, str]


def _at(result: Result, level: Level, week: int, variable: str = "salt") -> pd.Series:
    return result.rows(group1_level=level, week=week, variable=variable).iloc[0]


def over_time_figures(page: PageContext, result: Result) -> list[Figure]:
    """Baseline, the week in question, and the percent change there."""
    week, first = page.plan.at_week(page.cohort), _at(result, ALL, 0)
    out = [
        (
            "Patients",
            str(len(page.cohort)),
            f"{len(page.cohort.weeks)} visits, weeks {page.cohort.weeks[0]} to {page.cohort.weeks[-1]}",
        ),
        (f"Mean {page.cohort.score} at baseline", number(first["mean"]), f"SD {number(first['sd'])}, n = {first['n']}"),
    ]
    if week:
        kind = "Adjusted mean" if "adjusted_mean" in result.table else "Mean"
        for variable, what, unit in (("salt", page.cohort.score, ""), ("percent_change", "percent change", " %")):
            r = _at(result, ALL, week, variable)
            mean, low, high = best(r)
            out.append((f"{kind} {what} at week {week}", f"{number(mean)}{unit}", f"CI {interval(low, high)}, n = {r['n']}"))
    return out


def trajectory_pictures(page: PageContext, result: Result, view: str | None) -> None:
    """Draw the chosen view of the trajectories page."""
    strata = page.strata
    if view == "Means":
        render.picture(lambda: curves(result), "means", of=result)
    elif view == "Percent change":
        render.picture(lambda: curves(result, "percent_change"), "change", of=result)
    elif view == "One panel a stratum":
        used: list[Level] = [lv for lv, n in zip(strata.levels, strata.counts, strict=True) if n] or [ALL]
        columns = st.columns(min(len(used), 2))
        for i, level in enumerate(used[:PANELS]):
            with columns[i % len(columns)]:
                render.picture(partial(spaghetti, result, None if level is ALL else level), f"panel-{i}", of=result)
    else:
        chart_selection.lines(page, lambda brush: spaghetti(result, brush=brush), "spaghetti", result)


def over_time_rows(page: PageContext, result: Result, view: str | None) -> pd.DataFrame:
    """The table under the picture: SALT, or percent change where that is drawn."""
    return result.rows(variable="percent_change" if view == "Percent change" else "salt")


def best(r: pd.Series) -> tuple[float, float, float]:
    """The mean with its interval: the mixed model's where the plan asks for it."""
    kind = ("adjusted_mean", "adjusted_low", "adjusted_high")
    names = kind if not np.isnan(r.get("adjusted_mean", np.nan)) else ("mean", "ci_low", "ci_high")
    mean, low, high = (float(r[n]) for n in names)
    return mean, low, high


def follow_up(page: PageContext, result: Result) -> None:
    """The question that comes next: are they equal, where do they differ, what do all visits say."""
    two = len(page.strata.levels) == 2
    if result.analysis == "mixed_anova":
        with render.fold("Where do the strata differ? Simple effects", "zoom_in", "fold.simple") as f:
            if f.open:
                _further(page, "simple_effects")
        with render.fold("What if visits were taken for patients? A teaching contrast", "school", "fold.pooled") as f:
            if f.open:
                _further(page, "visits_as_patients")
    if result.analysis == "responders_between":
        with render.fold("All visits together, visit against visit, and a second column", "zoom_in", "fold.repeated") as f:
            if f.open:
                _further(page, "repeated_response", within=_second_column(page) if two else "")
    if result.analysis in ("change_from_baseline", "between_strata"):
        with render.fold(
            "Do the intervals hold without assuming a normal distribution? Bootstrap", "casino", f"fold.bootstrap.{result.analysis}"
        ) as f:
            if f.open:
                _bootstrap(page)
    if result.analysis in ("between_strata", "responders_between") and two:
        with render.fold("Could they be called equal? Equivalence", "equal", f"fold.equal.{result.analysis}") as f:
            if f.open:
                margin = st.number_input(
                    "Margin, percentage points either way",
                    1.0,
                    50.0,
                    10.0,
                    1.0,
                    format="%g",
                    key="view.margin",
                    persist_state="session",
                    help="How large a difference would not matter to a patient? Decide before you look.",
                )
                _further(page, "equivalence", margin=margin)


def _bootstrap(page: PageContext) -> None:
    """Computed once for a cohort and plan; the bar shows how far it is, and any other click cancels it."""
    from aadash.analyses import bootstrap

    place = st.empty()

    def compute() -> Result:
        bar = place.progress(0.0, "Drawing patients with replacement …")
        return call(bootstrap, page.everyone, page.plan, progress=lambda share: bar.progress(share))

    try:
        more = cache.long_result("bootstrap", page.everyone, page.plan, compute)
    except AadashError as error:
        place.info(plain(error.paragraph()), icon=":material/block:")
        return
    place.empty()
    if more is not None:
        _tell(more)


def _second_column(page: PageContext) -> str:
    menu = {"": "no second column", **{k: v for k, v in stratifiers(page.cohort).items() if k not in (page.plan.stratifier, "none")}}
    return st.selectbox(
        "Compare the two strata within the levels of", menu, format_func=lambda k: menu[k], key="view.within", persist_state="session"
    )


def _further(page: PageContext, name: str, **options: Any) -> None:
    more = render.ask(name, page, **options)
    if more is not None:
        _tell(more)


def _tell(more: Result) -> None:
    st.markdown(plain(more.sentence))
    render.table(more)
    st.caption(plain(more.method))


def responder_figures(page: PageContext, result: Result, between: Result | None) -> list[Figure]:
    """The endpoint in all patients, in each of two strata, and their difference."""
    week, name = page.plan.at_week(page.cohort), page.plan.endpoint
    symbol = endpoint(name).symbol
    levels: list[str | Total] = [ALL, *page.strata.levels] if len(page.strata.levels) == 2 else [ALL]
    out = []
    for level in levels:
        rows = result.rows(group1_level=level, week=week, variable=name)
        if len(rows):
            r = rows.iloc[0]
            out.append(
                (
                    f"{symbol}, {page.strata.label(level)}",
                    percent(r["rate"]),
                    f"{int(r['k'])}/{int(r['n'])}, CI {interval(100 * r['ci_low'], 100 * r['ci_high'])} %",
                )
            )
    if between is not None:
        r = between.rows(group1_level=ALL, week=week, variable=name).iloc[0]
        if len(page.strata.levels) == 2 and not np.isnan(r["p"]):
            out.append(
                (
                    "Difference",
                    f"{number(100 * r['risk_difference'])} points",
                    f"CI {interval(100 * r['ci_low'], 100 * r['ci_high'])}, {p_value(r['p'], prefix=True)}",
                )
            )
        elif not np.isnan(r["p"]):
            out.append(("Between strata", p_value(r["p"], prefix=True), f"n = {int(r['n_analysed'])}"))
    return out


def responder_picture(page: PageContext, result: Result, view: str | None) -> None:
    """Draw the chosen view of the responders page."""
    if view == RESPONDER_VIEWS[1]:
        chart_selection.bars(page, lambda: endpoint_bars(result), "endpoints", result)
    else:
        chart_selection.bars(page, lambda: week_bars(result), "weeks", result)


def responder_rows(page: PageContext, result: Result, view: str | None) -> pd.DataFrame:
    """Rows of the chosen endpoint over the weeks, or of every endpoint at the chosen week."""
    if view == RESPONDER_VIEWS[1]:
        return result.rows(week=page.plan.at_week(page.cohort))
    return result.rows(variable=page.plan.endpoint)


def comparison_rows(page: PageContext, result: Result) -> pd.DataFrame | None:
    """All rows, but for responders those of the chosen endpoint."""
    return result.rows(variable=page.plan.endpoint) if result.analysis == "responders_between" else None


def comparison_picture(page: PageContext, result: Result) -> None:
    """Draw the estimates that a comparison is about, with their intervals."""
    if result.analysis == "mixed_anova":
        described = render.ask("salt_over_time", page, quiet=True)
        if described is not None and len(page.cohort.weeks) > 2:
            render.picture(lambda: curves(described, "percent_change"), "course")
        return
    if result.analysis == "change_from_baseline":
        render.legend(page)
    render.picture(lambda: comparison(result), f"intervals-{result.analysis}", quiet=True)


def detail(label: str) -> AbstractContextManager:
    """A fold for what most readers do not need."""
    return st.expander(label, icon=":material/table_rows:")


def time_figures(page: PageContext, result: Result) -> list[Figure]:
    """Followed, responded, median, restricted mean."""
    r = result.rows(group1_level=ALL, variable_level="summary").iloc[0]
    median = "not reached" if np.isnan(r["median"]) else f"week {number(r['median'], 0)}"
    test = result.rows(variable_level="log-rank")
    return [
        ("Followed", str(int(r["n"])), f"of {int(r['n_enrolled'])}; the others are named below"),
        (f"Reached {endpoint(page.plan.endpoint).symbol}", percent(r["k"] / r["n"]), f"{int(r['k'])}/{int(r['n'])}"),
        ("Median", median, f"CI {interval(r['ci_low'], r['ci_high'], 0)}"),
        *([("Between strata", p_value(test["p"].iloc[0], True), "log-rank test")] if len(test) else []),
    ]


def time_picture(page: PageContext, result: Result) -> Chart:
    """The steps of response."""
    return response_steps(result)


def missing_figures(page: PageContext, result: Result) -> list[Figure]:
    """Visits made, patients complete, patients seen at the end."""
    t = result.rows(variable="missing", group1_level=ALL)
    cells, gone, end = int(t["n_enrolled"].sum()), int(t["missing"].sum()), t.iloc[-1]
    complete = result.accounting.analysed
    return [
        ("Visits made", percent(1 - gone / cells), f"{cells - gone}/{cells}"),
        ("Patients with every visit", percent(complete / len(page.cohort)), f"{complete}/{len(page.cohort)}"),
        (f"Seen at week {int(end['week'])}", percent(1 - end["rate"]), f"{int(end['n_analysed'])}/{int(end['n_enrolled'])}"),
        ("Left for good by then", str(int(end["left"])), "not seen at that visit nor later"),
    ]


def missing_picture(page: PageContext, result: Result) -> Chart:
    """The map of missing visits."""
    return missing_map(result)


def compared_rows(result: Result) -> pd.DataFrame:
    """Those seen against those not seen."""
    return result.table[result.table["variable"] != "missing"]


def conclusions(page: PageContext) -> None:
    """Each question on the other pages, under every rule, side by side."""
    st.markdown("##### Does the conclusion change with what a missing visit counts as?")
    names = {
        "Response rate": "responders",
        "Since baseline": "change_from_baseline",
        **{k: v for k, v in QUESTIONS.items() if v != "change_from_baseline"},
    }
    asked = render.choose("Question", list(names), "view.rules")
    result = render.ask("missing_rule_comparison", page, question=names[asked])
    if result is not None:
        render.answer(result, accounting=False)
        render.table(result)
