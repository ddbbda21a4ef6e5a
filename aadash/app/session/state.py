"""Everything kept in session state, with typed accessors: here, in ``messages``, ``notebook`` and
``uploading``. No other module names a key."""

from __future__ import annotations

from typing import Any

import numpy as np

from aadash.app.session.active import ActiveCohort
from aadash.app.session.messages import add_aside as add_aside
from aadash.app.session.messages import add_message as add_message
from aadash.app.session.messages import has_messages as has_messages
from aadash.app.session.messages import pop_asides as pop_asides
from aadash.app.session.messages import pop_messages as pop_messages
from aadash.app.session.messages import tell_again as tell_again
from aadash.app.session.uploading import count_upload as count_upload
from aadash.app.session.uploading import draft as draft
from aadash.app.session.uploading import pending as pending
from aadash.app.session.uploading import reread as reread
from aadash.app.session.uploading import save_mapping as save_mapping
from aadash.app.session.uploading import saved_mapping as saved_mapping
from aadash.app.session.uploading import set_draft as set_draft
from aadash.app.session.uploading import set_pending as set_pending
from aadash.app.session.uploading import uploads as uploads
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.filters import mask
from aadash.formatting import counted, listing
from aadash.kept_work import KeptWork
from aadash.model_plan import ModelPlan
from aadash.opening import opening_plan
from aadash.plan import AnalysisPlan
from aadash.report.code import Source

_LOADED, _PLAN = "aadash.loaded", "aadash.plan"
_HISTORY, _OPENED, _PICKS = "aadash.history", "aadash.opened_filters", "aadash.picks"
_MODEL, _HEAVY = "aadash.model", "aadash.heavy"
_PAGE = "aadash.page"
_KEPT_WORK, _BEFORE = "aadash.kept_work", "aadash.cohort_before"
_ENDPOINT_CHOSEN, _EXPECTED, _AWAITED = "aadash.endpoint_chosen", "aadash.expected", "aadash.awaited"
#: So many long computations are kept.
KEPT = 12
#: So many changes of the plan can be undone.
UNDOABLE = 50


def kept_work() -> KeptWork | None:
    """Kept work that was opened and waits for its file, or None."""
    return st.session_state.get(_KEPT_WORK)


def set_kept_work(new: KeptWork | None) -> None:
    """Let kept work wait for its file (None: no longer)."""
    if new is None:
        st.session_state.pop(_KEPT_WORK, None)
    else:
        st.session_state[_KEPT_WORK] = new


def cohort_before() -> ActiveCohort | None:
    """The cohort whose place was taken by one from a file of scenarios, or None."""
    return st.session_state.get(_BEFORE)


def load_in_place(new: ActiveCohort) -> None:
    """Put a cohort in use, and keep the one that it takes the place of, so that there is a way back."""
    before = loaded()
    load(new)
    if before is not None:
        st.session_state[_BEFORE] = before


def back_to_cohort_before() -> None:
    """Exchange the cohort in use for the one before it."""
    before = cohort_before()
    if before is not None:
        load_in_place(before)


def loaded() -> ActiveCohort | None:
    """The cohort in use, or None."""
    return st.session_state.get(_LOADED)


def load(new: ActiveCohort | None, brought: AnalysisPlan | None = None, *, by_address: bool = False) -> None:
    """Put a cohort in use (None removes it). The plan keeps what the new cohort has; the rest goes back to default. A plan that is
    ``brought`` with the cohort takes its place, and what comes ``by_address`` comes with its plan: nothing is said of another."""
    st.session_state.pop(_BEFORE, None)
    if new is None:
        for key in (_LOADED, _HEAVY):
            st.session_state.pop(key, None)  # set to None, the old value would stay until the next run
    else:
        st.session_state[_LOADED] = new
        if kept_work() is not None:  # it is put back next, and says itself what its plan lacks
            set_plan(plan().resolved_for(new.cohort)[0])
        elif brought is not None:
            fitted, notes = brought.resolved_for(new.cohort)
            set_plan(fitted)
            add_message(notes)
        else:
            fitted, notes = plan().resolved_for(new.cohort)
            set_plan(_opening(fitted, new.cohort))
            add_message([*notes, *([] if by_address else _still_filtered(fitted, new.cohort))])
        given = model()
        if given is not None:
            suited, notes = given.resolved_for(new.cohort)
            set_model(suited)
            add_message(notes)
    st.session_state[_HISTORY] = st.session_state[_OPENED] = ()


def _still_filtered(fitted: AnalysisPlan, cohort: Cohort) -> list[str]:
    """Whom the filters include that a plan brings to another cohort: the first page is of everyone, and would not say it."""
    if not fitted.filters:
        return []
    keep = np.logical_and.reduce([mask(cohort, one) for one in fitted.filters])
    which = listing([f"“{one.label(cohort.severity_measure.name)}”" for one in fitted.filters])
    return [f"The plan's filters stand: {which}. They include {int(keep.sum())} of {counted(len(cohort), 'patient')}."]


def _opening(fitted: AnalysisPlan, cohort: Cohort) -> AnalysisPlan:
    """The plan that a cohort opens on, unless an endpoint was chosen; what is other than usual is told."""
    if st.session_state.get(_ENDPOINT_CHOSEN):
        return fitted
    new, notes = opening_plan(cohort, fitted)
    add_aside(notes, new)
    return new


def plan() -> AnalysisPlan:
    """The plan in use."""
    return st.session_state.get(_PLAN, AnalysisPlan())


def set_plan(new: AnalysisPlan) -> None:
    """Put a plan in use; the sidebar follows at the next run. :func:`undo` puts the one before it back."""
    if new.endpoint != plan().endpoint:
        st.session_state[_ENDPOINT_CHOSEN] = True
    if new != plan():
        st.session_state[_HISTORY] = (*st.session_state.get(_HISTORY, ())[1 - UNDOABLE :], plan())
    st.session_state[_PLAN] = new


def choose_endpoint(chosen: bool = True) -> None:
    """Say whether the endpoint in use was chosen, by a link for example: then no cohort opens on another one."""
    st.session_state[_ENDPOINT_CHOSEN] = chosen


def can_undo() -> bool:
    """Whether there is a plan to go back to."""
    return bool(st.session_state.get(_HISTORY))


def undo() -> None:
    """Put the plan before the present one back, for this cohort."""
    if can_undo():
        *st.session_state[_HISTORY], st.session_state[_PLAN] = st.session_state[_HISTORY]


def model() -> ModelPlan | None:
    """The model in use; None for the prespecified one of the cohort."""
    return st.session_state.get(_MODEL)


def set_model(new: ModelPlan | None) -> None:
    """Put a model in use (None: the prespecified one)."""
    st.session_state[_MODEL] = new


def kept(key: str) -> Any:
    """What :func:`keep` kept under ``key``, or None."""
    return st.session_state.get(_HEAVY, {}).get(key)


def keep(key: str, value: Any) -> None:
    """Keep the answer of a long computation for this session; the oldest of more than :data:`KEPT` goes."""
    store = {**st.session_state.get(_HEAVY, {}), key: value}
    st.session_state[_HEAVY] = dict(list(store.items())[-KEPT:])


def opened_filters() -> tuple[str, ...]:
    """Columns whose filter control is open although it keeps everyone."""
    return st.session_state.get(_OPENED, ())


def open_filter(column: str, keep_open: bool = True) -> None:
    """Open the filter control of ``column``, or close it."""
    others = tuple(c for c in opened_filters() if c != column)
    st.session_state[_OPENED] = (*others, column) if keep_open else others


def picks() -> int:
    """A number that goes into the keys of charts in which something can be picked."""
    return st.session_state.get(_PICKS, 0)


def forget_picks() -> None:
    """Let every chart begin without a selection."""
    st.session_state[_PICKS] = picks() + 1


def opened(title: str) -> bool:
    """Whether this page was not the one shown last; it is remembered."""
    before = st.session_state.get(_PAGE)
    st.session_state[_PAGE] = title
    return title != before


def expected_fingerprint() -> str:
    """The fingerprint that a link or a bundle asks for (its first digits), or "" when a cohort is in use."""
    return st.session_state.get(_EXPECTED, "") if loaded() is None or awaited() is not None else ""


def expect_file(fingerprint: str) -> None:
    """Ask for the file with this fingerprint."""
    st.session_state[_EXPECTED] = fingerprint[:12]


def await_file(fingerprint: str, recipe: Source) -> None:
    """Wait for the file with this fingerprint, to be read as ``recipe`` says."""
    expect_file(fingerprint)
    st.session_state[_AWAITED] = recipe


def awaited() -> Source | None:
    """How the file that an opened bundle waits for is to be read; None when none is awaited."""
    return st.session_state.get(_AWAITED)


def await_nothing() -> None:
    """Wait for no file any more."""
    for key in (_EXPECTED, _AWAITED):
        st.session_state.pop(key, None)  # set to None, the old value would stay until the next run
