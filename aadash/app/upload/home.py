"""The home page: choose or upload a cohort; the cohort in use."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import address, cache, state
from aadash.app.session.active import ActiveCohort
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.shell.page import PAGES
from aadash.app.upload import incoming, kept
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.formatting import counted, percent

#: Rows of the cohort shown.
SHOWN = 500


def welcome() -> None:
    """What the tool is for, in two lines."""
    st.title("Alopecia areata cohorts, from spreadsheet to answer")
    st.markdown(
        "Choose a cohort, see what was read, then ask: how does SALT change, who responds, is the difference real? "
        "Every number comes with its method, its denominator and its doubts."
    )


def choose() -> None:
    """Samples, upload, or paste."""
    way = st.segmented_control(
        "Where from",
        ["Sample cohort", "Upload a file", "Paste a table"],
        default="Upload a file" if address.expected_fingerprint() else "Sample cohort",
        key="home.way",
        persist_state="session",
        label_visibility="collapsed",
    )
    if way == "Upload a file":
        incoming.place_for_files()
        incoming.promise()
    elif way == "Paste a table":
        incoming.place_for_text()
        incoming.promise()
    else:
        for column, sample in zip(st.columns(len(SAMPLES)), SAMPLES.values(), strict=True):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{sample.title}**  \n:orange-badge[synthetic]")
                st.caption(sample.text)
                st.button("Open", key=f"home.sample.{sample.key}", on_click=_open_sample, args=(sample.key,), width="stretch")


def _open_sample(key: str) -> None:
    state.set_pending(None)
    state.set_draft(None)
    try:
        state.load(load_sample(key))
    except AadashError as error:
        state.tell([error.paragraph()])


def remove() -> None:
    """Let go of the cohort in use and of everything computed from it."""
    state.load(None)
    cache.forget()


def in_use(loaded: ActiveCohort) -> None:
    """The cohort in use: what it holds, where to go next, how to take it out."""
    cohort = loaded.cohort
    st.subheader("In use: " + plain(cohort.name))
    if cohort.synthetic:
        st.caption("Synthetic: made to match published tables. No patient in it is real.")
    seen = 1 - cohort.salt.isna().to_numpy().mean()
    render.figures(
        [
            ("Patients", f"{len(cohort):,}".replace(",", " "), ""),
            ("Visits", str(len(cohort.weeks)), ""),
            ("Weeks", f"{cohort.weeks[0]}–{cohort.weeks[-1]}", ""),
            ("SALT recorded", percent(seen), ""),
        ]
    )
    with st.container(horizontal=True):
        for page in PAGES[1:]:
            st.page_link(page.file, label=page.label, icon=page.icon, query_params=dict(address.params_for("")))
        kept.button("home.keep")
        kept.way_back()
        st.button("Remove this cohort", on_click=remove, icon=":material/delete:", type="tertiary")
    if loaded.reading is not None:
        doubts = sum(p.level != "note" for p in loaded.reading.problems)
        st.caption(
            f"{counted(doubts, 'doubt')} about the file, {counted(len(loaded.reading.log), 'line')} in the log of what was "
            "changed or interpreted: see the page Data quality."
        )
    st.dataframe(_preview(cohort), width="stretch", height=300)
    if len(cohort) > SHOWN:
        st.caption(f"The first {SHOWN} of {counted(len(cohort), 'patient')}.")


def _preview(cohort: Cohort) -> pd.DataFrame:
    """The cohort as a table: SALT by week, then the baseline facts."""
    salt = cohort.salt.head(SHOWN).rename(columns=lambda w: f"Week {w}")
    facts = cohort.patients.head(SHOWN)
    return pd.concat([salt, facts.rename(columns=lambda c: f"{c} (fact)" if c in salt.columns else c)], axis=1)
