"""One filter in the sidebar: its name and counts, what it keeps, whether those without a value stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.filters import BASELINE, ONLY, WITHOUT, Filter, column_values, is_numeric, level_text, mask
from aadash.formatting import counted, listing, whole
from aadash.levels import column_of, readable
from aadash.strata import ordered

#: Up to so many levels each is a pill; above they are picked from a list.
PILLS = 12


#: Up to so many patients are listed by code.
NAMED = 60


#: A list offers so many of the most frequent levels; any other can be typed.
LISTED = 500


def title_of(severity: str, column: str) -> str:
    """A filter's name on screen; ``severity`` names the measure of severity. Streamlit keeps what formats a menu: no cohort."""
    own = {
        BASELINE: f"Baseline {severity}",
        WITHOUT: "Single patients, left out",
        ONLY: "Single patients, these only",
    }
    return own.get(column, readable(column_of(column)))


def remove(i: int | None, column: str) -> None:
    state.open_filter(column, keep_open=False)
    if i is not None:
        kept = state.plan().filters
        state.set_plan(state.plan().replace(filters=kept[:i] + kept[i + 1 :]))


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


def control(cohort: Cohort, i: int | None, one: Filter, before: np.ndarray, key: str) -> None:
    """One filter: its name and counts, what it keeps, whether the missing stay. ``i`` is None for one that is open and
    keeps everyone."""
    column = one.column
    after = int(before.sum()) if i is None else int((before & mask(cohort, one)).sum())
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(
                f"**{plain(title_of(cohort.severity_measure.name, column))}**  \n"
                f":small[{whole(before.sum())} → {counted(after, 'patient')}]"
            )
            st.button(
                "",
                icon=":material/close:",
                type="tertiary",
                key=f"{key}.remove",
                on_click=remove,
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
