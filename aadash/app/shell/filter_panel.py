"""Who is included: a control for each filter in the sidebar, with how many it leaves, and a chip for each on the page.

A control stands for one filter of the plan, or is open and keeps everyone. Nothing chosen means no restriction, so one
click on a level is "only these".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pandas as pd
import streamlit as st

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.filters import BASELINE, ONLY, WITHOUT, Filter, baselines, column_values, is_numeric, level_text, mask, without_each
from aadash.formatting import counted, listing
from aadash.levels import column_of
from aadash.plan import AnalysisPlan
from aadash.strata import ordered

#: Columns that are not of the file, as the menu calls them.
SPECIAL = (BASELINE, WITHOUT, ONLY)
#: Up to so many levels each is a pill; above they are picked from a list.
PILLS = 12
#: Up to so many patients are listed by code.
NAMED = 60
#: A list offers so many of the most frequent levels; any other can be typed.
LISTED = 500


def draw(cohort: Cohort, plan: AnalysisPlan) -> None:
    """The filter controls for ``cohort`` (before any filter), in the sidebar."""
    try:
        before = without_each(cohort, plan.filters)
    except AadashError:
        return  # the page says what is wrong with the filters
    everyone = before[0] & mask(cohort, plan.filters[0]) if plan.filters else np.ones(len(cohort), dtype=bool)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**Who is included**  \n{int(everyone.sum())} of {counted(len(cohort), 'patient')}",
            help="Each filter says how many patients stand before and after it, all the others being in force.",
        )
        st.button(
            "Undo",
            icon=":material/undo:",
            type="tertiary",
            disabled=not state.can_undo(),
            on_click=state.undo,
            key="filter.undo",
            help="Take the last change of the plan back.",
        )
    taken = [f.column for f in plan.filters]
    for i, one in enumerate(plan.filters):
        _control(cohort, i, one, before[i], f"filter.{one.column}.{taken[:i].count(one.column)}")
    for column in state.opened_filters():
        if column not in taken and (column in SPECIAL or column in baselines(cohort) or cohort.role(column)):
            _control(cohort, None, Filter(column), everyone, f"filter.{column}.0")
    columns = [
        *SPECIAL,
        *(b for b in baselines(cohort) if b not in SPECIAL),
        *(cohort.key_of(str(c)) for c in cohort.patients.columns),
    ]
    free = [c for c in columns if c not in taken and c not in state.opened_filters()]
    st.session_state["filter.add"] = None
    st.selectbox(
        "Add a filter",
        free,
        index=None,
        key="filter.add",
        format_func=partial(_title, cohort),
        on_change=_open,
        placeholder="Add a filter: any column",
        label_visibility="collapsed",
    )


def chips(plan: AnalysisPlan, severity: str) -> None:
    """A chip a filter; a click takes the filter off."""
    if not plan.filters:
        return
    with st.container(horizontal=True, gap="xsmall"):
        for i, one in enumerate(plan.filters):
            st.button(
                plain(one.label(severity)),
                icon=":material/close:",
                icon_position="right",
                key=f"filter.chip.{i}",
                on_click=_remove,
                args=(i, one.column),
                help="Take this filter off",
            )
        if len(plan.filters) > 1:
            st.button("Take all off", type="tertiary", key="filter.none", on_click=_remove_all)


def emptied(everyone: Cohort, cohort: Cohort, plan: AnalysisPlan) -> None:
    """Say which levels of the split the filters have emptied, with a way back."""
    if not plan.filters:
        return
    now = plan.strata(cohort)
    try:
        then = plan.strata(everyone)
    except AadashError:
        return  # too many levels before the filters
    counts = dict(zip(now.labels, now.counts, strict=True))
    gone = [label for label, n in zip(then.labels, then.counts, strict=True) if n and not counts.get(label)]
    if gone and then.cut in (None, now.cut):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(f"The filters leave no patient in {listing(gone)}."), width="content")
            if state.can_undo():
                st.button("Undo", icon=":material/undo:", type="tertiary", key="filter.undo.levels", on_click=state.undo)


def nobody(sentence: str) -> None:
    """A sentence in the place of a cohort that is empty, with buttons that take the last change or all filters back."""
    st.info(plain(sentence), icon=":material/filter_alt_off:")
    with st.container(horizontal=True):
        if state.can_undo():
            st.button("Undo the last change", icon=":material/undo:", key="filter.undo.cohort", on_click=state.undo)
        if state.plan().filters:
            st.button("Take all filters off", key="filter.none.cohort", on_click=_remove_all)


def _title(cohort: Cohort, column: str) -> str:
    own = {
        BASELINE: f"Baseline {cohort.severity_measure.name}",
        WITHOUT: "Single patients, left out",
        ONLY: "Single patients, these only",
    }
    return own.get(column, column_of(column).replace("_", " "))


def _open() -> None:
    column = st.session_state["filter.add"]
    if column is not None:
        state.open_filter(column)


def _remove(i: int | None, column: str) -> None:
    state.open_filter(column, keep_open=False)
    if i is not None:
        kept = state.plan().filters
        state.set_plan(state.plan().replace(filters=kept[:i] + kept[i + 1 :]))


def _remove_all() -> None:
    for column in state.opened_filters():
        state.open_filter(column, keep_open=False)
    state.set_plan(state.plan().replace(filters=()))


def _commit(i: int | None, column: str, key: str, change: Callable[[Filter, object], Filter | None]) -> None:
    """Write one control back: change the i-th filter, or begin one. A filter that keeps everyone leaves the plan, and
    its control stays open."""
    plan, state_key = state.plan(), st.session_state[key]
    old = Filter(column) if i is None else plan.filters[i]
    new = change(old, state_key)
    state.open_filter(column)
    at = len(plan.filters) if i is None else i
    state.set_plan(plan.replace(filters=(*plan.filters[:at], *((new,) if new else ()), *plan.filters[at + 1 :])))


def _with_levels(old: Filter, chosen: object) -> Filter | None:
    levels = tuple(map(str, chosen or ()))  # type: ignore[call-overload]
    return replace(old, levels=levels, low=None, high=None) if levels else None


def _with_low(old: Filter, value: object) -> Filter | None:
    return _ranged(replace(old, low=value, open_low=False))  # type: ignore[arg-type]


def _with_high(old: Filter, value: object) -> Filter | None:
    return _ranged(replace(old, high=value, open_high=False))  # type: ignore[arg-type]


def _ranged(new: Filter) -> Filter | None:
    return None if new.low is None and new.high is None else new


def _with_missing(old: Filter, keep: object) -> Filter:
    return replace(old, keep_missing=bool(keep))


def _control(cohort: Cohort, i: int | None, one: Filter, before: np.ndarray, key: str) -> None:
    """One filter: its name and counts, what it keeps, whether the missing stay. ``i`` is None for one that is open and
    keeps everyone."""
    column = one.column
    after = int(before.sum()) if i is None else int((before & mask(cohort, one)).sum())
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{plain(_title(cohort, column))}**  \n:small[{int(before.sum())} → {after} patients]")
            st.button(
                "",
                icon=":material/close:",
                type="tertiary",
                key=f"{key}.remove",
                on_click=_remove,
                args=(i, column),
                help="Take this filter off",
            )
        if one.names_patients:
            _codes(cohort, i, one, key)
            return
        series = column_values(cohort, column)
        if one.levels is None and is_numeric(series) and series.nunique() > 2:
            _range(series, before, i, one, key)
        else:
            _levels(cohort, series, before, i, one, key)
        missing = int((series.isna().to_numpy() & before).sum())
        if i is not None and missing:
            _keep_missing(missing, i, one, key)


def _keep_missing(missing: int, i: int | None, one: Filter, key: str) -> None:
    st.session_state[f"{key}.missing"] = one.keep_missing
    st.toggle(
        f"Keep {missing} with nothing recorded",
        key=f"{key}.missing",
        on_change=_commit,
        args=(i, one.column, f"{key}.missing", _with_missing),
    )


def _codes(cohort: Cohort, i: int | None, one: Filter, key: str) -> None:
    chosen = len(one.levels or ())
    if chosen > NAMED:
        st.caption(f"{chosen} patients by code, too many to list here. Codes never go into a link.")
        return
    offered = [str(code) for code in cohort.salt.index[:LISTED]]
    options = list(dict.fromkeys([*offered, *(one.levels or ())]))
    st.session_state[f"{key}.levels"] = list(one.levels or ())
    st.multiselect(
        "Patient codes",
        options,
        key=f"{key}.levels",
        placeholder="The file's own codes",
        accept_new_options=len(cohort) > LISTED,
        on_change=_commit,
        label_visibility="collapsed",
        args=(i, one.column, f"{key}.levels", _with_levels),
    )
    unknown = [code for code in one.levels or () if code not in cohort.salt.index]
    if unknown:
        st.caption(f"Not in this cohort: {plain(listing(unknown[:5]))}.")
    if one.levels:
        st.caption("Codes never go into a link.")


def _levels(cohort: Cohort, series: pd.Series, before: np.ndarray, i: int | None, one: Filter, key: str) -> None:
    counts = dict.fromkeys(map(level_text, series.dropna().unique()), 0)
    for value, n in series[before].value_counts().items():
        counts[level_text(value)] += int(n)
    for level in one.levels or ():
        counts.setdefault(level, 0)
    st.session_state[f"{key}.levels"] = list(one.levels or ())
    args = (i, one.column, f"{key}.levels", _with_levels)
    if len(counts) <= PILLS:
        name = "subtype" if cohort.role("subtype") == cohort.role(one.column) else one.column
        known = ordered(set(counts), name, series)
        st.pills(
            "Levels",
            [*known, *(v for v in counts if v not in known)],
            selection_mode="multi",
            key=f"{key}.levels",
            on_change=_commit,
            args=args,
            format_func=lambda v: f"{plain(v)} · {counts[v]}",
            label_visibility="collapsed",
        )
    else:
        frequent = sorted(counts, key=lambda v: (-counts[v], v))[:LISTED]
        st.multiselect(
            "Levels",
            list(dict.fromkeys([*frequent, *(one.levels or ())])),
            key=f"{key}.levels",
            format_func=lambda v: f"{v} · {counts.get(v, 0)}",
            on_change=_commit,
            args=args,
            placeholder="Choose levels",
            label_visibility="collapsed",
            accept_new_options=len(counts) > LISTED,
        )


def _range(series: pd.Series, before: np.ndarray, i: int | None, one: Filter, key: str) -> None:
    numbers = series.to_numpy(dtype=float, na_value=np.nan)
    seen = numbers[before & ~np.isnan(numbers)]
    low, high = (seen.min(), seen.max()) if len(seen) else (np.nan, np.nan)
    for column, name, label, edge, value, change in zip(
        st.columns(2),
        ("low", "high"),
        ("Above" if one.open_low else "From", "Below" if one.open_high else "To"),
        (low, high),
        (one.low, one.high),
        (_with_low, _with_high),
        strict=True,
    ):
        st.session_state[f"{key}.{name}"] = value
        column.number_input(
            label,
            value=None,
            format="%g",
            key=f"{key}.{name}",
            on_change=_commit,
            placeholder=f"{edge:g}" if edge == edge else "",
            step=1.0,
            args=(i, one.column, f"{key}.{name}", change),
        )
