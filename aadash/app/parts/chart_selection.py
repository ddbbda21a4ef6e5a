"""From a chart to a filter: a click on a bar picks its stratum, a box drawn over the lines picks patients.

What is picked is offered under the chart, with how many it is; one click more keeps these or leaves them out. Nothing
is filtered by a slip of the finger.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.charts import Chart
from aadash.charts.chart import PICK
from aadash.charts.trajectories import BRUSH
from aadash.errors import AadashError
from aadash.filters import ONLY, WITHOUT, Filter, narrowed
from aadash.formatting import counted, listing
from aadash.result import Result
from aadash.strata import Strata, split

#: The switch under the lines; its choice outlives a change of page.
SWITCH = "view.picking"


def bars(page: PageContext, make: Callable[[], Chart], key: str, of: Result, source: str = "") -> None:
    """Draw bars of a result; a click on one offers its stratum as a filter."""
    picked = _draw(make, key, of, source=source).get(PICK, [])
    strata = page.strata
    levels = [lv for lv in strata.levels if lv in {point.get("level") for point in picked}]
    if levels:
        others = [lv for lv in strata.levels if lv not in levels]
        n = int(sum(strata.members(lv).sum() for lv in levels))
        _offer(listing([strata.label(lv) for lv in levels]), n, _of_levels(page, levels), _of_levels(page, others, True))


def levels(page: PageContext, make: Callable[[], Chart], key: str, of: Result | None = None, name: str = "", source: str = "") -> None:
    """Draw subgroups; a click on one offers it as a filter."""
    picked = _draw(make, key, of, name, source).get(PICK, [])
    if not picked or picked[0].get("group") is None:
        return
    group, level = str(picked[0]["group"]), str(picked[0].get("level"))
    try:
        strata = split(page.cohort, group, page.plan.severity_cut, page.plan.column_cut if group == page.plan.stratifier else None)
    except AadashError:
        return
    if level in strata.levels:
        others = [lv for lv in strata.levels if lv != level]
        _offer(
            f"{strata.title}: {strata.label(level)}",
            int(strata.members(level).sum()),
            _of_levels(page, [level], strata=strata),
            _of_levels(page, others, True, strata),
        )


def lines(page: PageContext, make: Callable[[bool], Chart], key: str, of: Result, source: str = "") -> None:
    """Draw the lines of a result; with the switch under them on, a box can be drawn, and whoever passes through it at a visit is
    offered as a filter. ``make`` is told whether a box is wanted."""
    if not st.session_state.get(SWITCH, False):
        render.picture(lambda: make(False), key, of=of, source=source)
        _switch()
        return
    box = _draw(lambda: make(True), f"{key}-box", of, source=source).get(BRUSH, {})
    _switch()
    if "week" in box and "value" in box:
        inside = passing(page, box["week"], box["value"])
        codes = tuple(str(code) for code in page.cohort.salt.index[inside])
        if codes:
            _offer("The lines through the box", len(codes), Filter(ONLY, codes), Filter(WITHOUT, codes))
            st.caption("Picked by how they fared: rates among them say nothing about anybody else.")
        else:
            st.caption("No line has a visit inside the box.")
    else:
        st.caption("Draw a box over the lines; those with a visit inside it can be kept or left out.")


def passing(page: PageContext, weeks: Sequence[float], values: Sequence[float]) -> np.ndarray:
    """Who of the page's cohort has a visit within these weeks with a SALT within these values; boolean array."""
    matrix, visits = page.cohort.values, np.array(page.cohort.weeks)
    at = (visits >= min(weeks)) & (visits <= max(weeks))
    inside = (matrix[:, at] >= min(values)) & (matrix[:, at] <= max(values))
    return np.asarray(inside.any(axis=1))


def _switch() -> None:
    st.toggle("Pick patients in the chart", key=SWITCH, persist_state="session")


def _draw(make: Callable[[], Chart], key: str, of: Result | None = None, name: str = "", source: str = "") -> Mapping[str, Any]:
    """Draw with selections; what is selected, by the name of the selection."""
    event = render.picture(make, f"{key}.{state.picks()}", on_select="rerun", of=of, name=name or key, source=source)
    return event["selection"] if event is not None else {}


def _of_levels(page: PageContext, levels: Sequence[str], keep_missing: bool = False, strata: Strata | None = None) -> Filter | None:
    """The filter that keeps these levels of a split (the page's own if none is given), if one filter can say it."""
    strata = strata or page.strata
    if not levels or len(levels) == len(strata.levels):
        return None
    found = [strata.filter(lv) for lv in levels]
    own = page.everyone.role(found[0].column)
    column = found[0].column if own is None else page.everyone.key_of(own)
    if found[0].levels is not None:
        return Filter(column, tuple(levels), keep_missing=keep_missing)
    one = found[0]
    for other in found[1:]:
        if other.low != one.high:
            return None
        one = replace(one, high=other.high, open_high=other.open_high)
    return replace(one, column=column, keep_missing=keep_missing)


def _offer(who: str, n: int, only: Filter | None, without: Filter | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"{plain(who)}: **{counted(n, 'patient')}**", width="content")
        for label, one in (("Only these", only), ("Leave these out", without)):
            if one is not None:
                st.button(label, key=f"pick.{label}", on_click=_take, args=(one,))


def _take(one: Filter) -> None:
    plan = state.plan()
    state.set_plan(plan.replace(filters=narrowed(plan.filters, one)))
    state.forget_picks()
