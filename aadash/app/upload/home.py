"""The home page: choose or upload a cohort; the cohort in use."""

from __future__ import annotations

import pandas as pd
import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import cache, state
from aadash.app.session.active import ActiveCohort, UploadDraft
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.shell.page import PAGES
from aadash.app.upload import mapping_screen
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.formatting import counted, percent
from aadash.intake import ColumnMapping

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
        default="Upload a file" if state.expected_fingerprint() else "Sample cohort",
        key="home.way",
        persist_state="session",
        label_visibility="collapsed",
    )
    if way == "Upload a file":
        st.file_uploader(
            "The clinic's file: one row a patient or one row a visit",
            key=f"home.file.{state.uploads()}",
            on_change=_uploaded,
            accept_multiple_files=True,
            help="CSV, Excel, OpenDocument, SPSS, Stata, SAS transport or Parquet, also compressed (.gz). Several "
            "files of the same patients are joined on the patient code. A saved column mapping (.json) may come "
            "along.",
        )
        _privacy()
    elif way == "Paste a table":
        st.text_area("Copy the cells in the spreadsheet, header included, and paste them here", key="home.paste", height=160)
        st.button("Read it", on_click=_pasted, icon=":material/content_paste:")
        _privacy()
    else:
        for column, sample in zip(st.columns(len(SAMPLES)), SAMPLES.values(), strict=True):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{sample.title}**  \n:orange-badge[synthetic]")
                st.caption(sample.text)
                st.button("Open", key=f"home.sample.{sample.key}", on_click=_open_sample, args=(sample.key,), width="stretch")


def _privacy() -> None:
    st.caption(
        "Your file stays in the memory of this process, for this tab alone. It is not written to disk, not sent elsewhere, "
        "and never part of a link. Names, birth dates, telephone and record numbers are left out when it is read."
    )
    with st.expander("Where exactly, and for how long?", icon=":material/lock:"):
        st.markdown(
            "- The file goes from your browser to the computer on which this app runs, into the memory of the running program. "
            "If that is your own computer, it does not leave it.\n"
            "- While you look at what was read, the file is kept so that it can be read again as you correct it. When you press "
            "*Use this cohort*, a file in which something identifies a person is let go, and only the columns that were kept "
            "remain. *Put it away* and *Remove this cohort* let go of everything at once.\n"
            "- After the tab is closed nobody can reach the data any more, and two minutes later the program frees the memory. "
            "Within these two minutes the same browser, and no other, can come back to its work, as after a reload.\n"
            "- Nothing is written to disk, no other server is asked, other visitors cannot see it, and links carry choices only."
        )


def _open_sample(key: str) -> None:
    state.set_draft(None)
    try:
        state.load(load_sample(key))
    except AadashError as error:
        state.tell([error.paragraph()])


def _read(*sources: tuple[str, bytes], mapping: ColumnMapping | None = None) -> None:
    try:
        state.set_draft(UploadDraft.of(*sources, mapping=mapping))
    except AadashError as error:
        state.set_draft(None)
        state.tell([error.paragraph()])


def _uploaded() -> None:
    files = [(f.name, f.getvalue(), f.file_id) for f in st.session_state[f"home.file.{state.uploads()}"] or ()]
    if not files:
        return
    state.count_upload()
    _let_go([key for _, _, key in files])
    mapping, tables = None, []
    for name, content, _ in files:
        found = _mapping_of(name, content)
        if found is None:
            tables.append((name, content))
        else:
            mapping = found
            state.save_mapping(name, found)
    if tables:
        _read(*tables, mapping=mapping)
    else:
        mapping_screen.apply_saved()


def _let_go(keys: list[str]) -> None:
    """The bytes are read: Streamlit's own copy of an upload need not stay until the session ends."""
    running = get_script_run_ctx()
    keeper = getattr(running, "uploaded_file_mgr", None)
    for key in keys if hasattr(keeper, "remove_file") else ():
        keeper.remove_file(session_id=running.session_id, file_id=key)  # type: ignore[union-attr]


def _mapping_of(name: str, content: bytes) -> ColumnMapping | None:
    """The saved mapping that a file holds; None for any other file."""
    if not name.lower().endswith(".json"):
        return None
    try:
        return ColumnMapping.from_json(content.decode("utf-8-sig"))
    except (AadashError, UnicodeDecodeError):
        return None


def _pasted() -> None:
    text = st.session_state["home.paste"]
    if text.strip():
        _read(("pasted table", text.encode()))


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
            st.page_link(page.file, label=page.label, icon=page.icon, query_params=dict(st.query_params))
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
