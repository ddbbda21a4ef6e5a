"""Everything kept in session state, with typed accessors. No other module names a key."""

from __future__ import annotations

import os
from dataclasses import dataclass

import streamlit as st

from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.intake import ColumnMapping, Decisions, Reading, read
from aadash.plan import AnalysisPlan

_LOADED, _PLAN, _NOTES, _STARTED = "aadash.loaded", "aadash.plan", "aadash.notes", "aadash.started"
_DRAFT, _EXPECTED = "aadash.draft", "aadash.expected"


@dataclass(frozen=True, eq=False)
class Loaded:
    """The cohort in use and where it came from: ``sample`` is a sample's key, or "" for an upload."""

    cohort: Cohort
    file: str
    sample: str = ""
    reading: Reading | None = None


@dataclass(frozen=True, eq=False)
class Draft:
    """An upload that is being looked at: its bytes, what the user settled so far, and what that makes of it."""

    name: str
    content: bytes
    mapping: ColumnMapping
    decisions: Decisions
    reading: Reading

    @classmethod
    def of(cls, name: str, content: bytes, mapping: ColumnMapping | None = None,
           decisions: Decisions | None = None) -> Draft:
        """Read ``content``. Raises IntakeError when it holds no table."""
        mapping, decisions = mapping or ColumnMapping(), decisions or Decisions()
        return cls(name, content, mapping, decisions, read(content, name=name, mapping=mapping, decisions=decisions))


def draft() -> Draft | None:
    """The upload being looked at, or None."""
    return st.session_state.get(_DRAFT)


def set_draft(new: Draft | None) -> None:
    """Look at an upload (None puts it away)."""
    st.session_state[_DRAFT] = new


def loaded() -> Loaded | None:
    """The cohort in use, or None."""
    return st.session_state.get(_LOADED)


def load(new: Loaded | None) -> None:
    """Put a cohort in use (None removes it). The plan keeps what the new cohort has; the rest goes back to default."""
    st.session_state[_LOADED] = new
    if new is not None:
        fitted, notes = plan().fitted(new.cohort)
        set_plan(fitted)
        tell(notes)


def plan() -> AnalysisPlan:
    """The plan in use."""
    return st.session_state.get(_PLAN, AnalysisPlan())


def set_plan(new: AnalysisPlan) -> None:
    """Put a plan in use; the sidebar follows at the next run."""
    st.session_state[_PLAN] = new


def tell(notes: list[str]) -> None:
    """Keep sentences to be shown once, at the top of the page."""
    if notes:
        st.session_state[_NOTES] = [*st.session_state.get(_NOTES, []), *notes]


def told() -> list[str]:
    """The sentences to be shown, handed over once."""
    return st.session_state.pop(_NOTES, [])


def start() -> None:
    """Once a session: take the plan and the sample from the address bar, or the sample named by AADASH_COHORT."""
    if _STARTED in st.session_state:
        return
    st.session_state[_STARTED] = True
    from aadash.app.samples import load_sample

    params = dict(st.query_params)
    sample = params.pop("cohort", "") or ("" if params.get("data") else os.environ.get("AADASH_COHORT", ""))
    expected = params.pop("data", "")
    given, notes = AnalysisPlan.from_params(params)
    set_plan(given)
    tell(notes)
    if sample:
        try:
            load(load_sample(sample))
        except AadashError as error:
            tell([error.paragraph()])
    elif expected:
        tell(["This link was made on an uploaded file, and files never travel in links. Upload the same file below and "
              "the link's plan will be applied to it."])
        st.session_state[_EXPECTED] = expected


def expected_fingerprint() -> str:
    """The fingerprint that a link asks for, or ""."""
    return st.session_state.get(_EXPECTED, "")


def sync_address() -> None:
    """Write the plan, and which cohort it is about, to the address bar. Never a file name, a patient or a value.

    The excluded patients of a filter are named by code, so such a filter stays out of the link.
    """
    now = plan()
    linkable = now.with_(filters=tuple(f for f in now.filters if f.column != "patient"))
    want = linkable.to_params()
    this = loaded()
    if this is not None:
        want |= {"cohort": this.sample} if this.sample else {"data": this.cohort.fingerprint[:12]}
    if dict(st.query_params) != want:
        st.query_params.from_dict(want)
