"""Who is included: a control for each filter in the sidebar, with how many it leaves, and a chip for each on the page.

A control stands for one filter of the plan, or is open and keeps everyone. Nothing chosen means no restriction, so one
click on a level is "only these".
"""

from __future__ import annotations

from functools import partial

import numpy as np

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.shell.filter_control import control, remove, title_of
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.filters import BASELINE, ONLY, WITHOUT, Filter, baselines, mask, own_baselines, without_each
from aadash.formatting import counted, listing, whole
from aadash.plan import AnalysisPlan
from aadash.strata import Strata, split

#: Columns that are not of the file, as the menu calls them.
SPECIAL = (BASELINE, WITHOUT, ONLY)


def draw(cohort: Cohort, plan: AnalysisPlan) -> None:
    """The filter controls for ``cohort`` (before any filter), in the sidebar."""
    try:
        before = without_each(cohort, plan.filters)
    except AadashError:
        return  # the page says what is wrong with the filters
    everyone = before[0] & mask(cohort, plan.filters[0]) if plan.filters else np.ones(len(cohort), dtype=bool)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute", key="included"):
        st.markdown(
            f"**Who is included**  \n{whole(int(everyone.sum()))} of {counted(len(cohort), 'patient')}",
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
        control(cohort, i, one, before[i], f"filter.{one.column}.{taken[:i].count(one.column)}")
    for column in state.opened_filters():
        if column not in taken and (column in SPECIAL or column in baselines(cohort) or cohort.role(column)):
            control(cohort, None, Filter(column), everyone, f"filter.{column}.0")
    columns = [
        *SPECIAL,
        *(b for b in own_baselines(cohort) if b not in SPECIAL),
        *(cohort.key_of(str(c)) for c in cohort.patients.columns),
    ]
    free = [c for c in columns if c not in taken and c not in state.opened_filters()]
    st.session_state["filter.add"] = None
    st.selectbox(
        "Add a filter",
        free,
        index=None,
        key="filter.add",
        format_func=partial(title_of, cohort.severity_measure.name),
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
                on_click=remove,
                args=(i, one.column),
                help="Take this filter off",
            )
        if len(plan.filters) > 1:
            st.button("Take all off", type="tertiary", key="filter.none", on_click=_remove_all)


def emptied(everyone: Cohort, cohort: Cohort, plan: AnalysisPlan) -> None:
    """Say which levels of the split the filters have emptied, with a way back."""
    if not plan.filters:
        return
    now = _split(cohort, plan)
    try:
        then = _split(everyone, plan)
    except AadashError:
        return  # too many levels before the filters
    counts = dict(zip(now.labels, now.counts, strict=True))
    gone = [label for label, n in zip(then.labels, then.counts, strict=True) if n and not counts.get(label)]
    if gone and then.cut in (None, now.cut):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(plain(f"The filters leave no patient in {listing(gone)}."), width="content")
            if state.can_undo():
                st.button("Undo", icon=":material/undo:", type="tertiary", key="filter.undo.levels", on_click=state.undo)


def _split(cohort: Cohort, plan: AnalysisPlan) -> Strata:
    """The split with every level, also where one of them holds everybody."""
    return split(cohort, plan.stratifier, plan.severity_cut, plan.column_cut)


def nobody(sentence: str) -> None:
    """A sentence in the place of a cohort that is empty, with buttons that take the last change or all filters back."""
    st.info(plain(sentence), icon=":material/filter_alt_off:")
    with st.container(horizontal=True):
        if state.can_undo():
            st.button("Undo the last change", icon=":material/undo:", key="filter.undo.cohort", on_click=state.undo)
        if state.plan().filters:
            st.button("Take all filters off", key="filter.none.cohort", on_click=_remove_all)


def _open() -> None:
    column = st.session_state["filter.add"]
    if column is not None:
        state.open_filter(column)


def _remove_all() -> None:
    for column in state.opened_filters():
        state.open_filter(column, keep_open=False)
    state.set_plan(state.plan().replace(filters=()))
