"""The home page: choose or upload a cohort, see what was read, correct it, decide, use it."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from aadash.app import state
from aadash.app.samples import SAMPLES, load_sample
from aadash.app.shell import PAGES
from aadash.app.state import Draft, Loaded
from aadash.app.text import plain
from aadash.cohort import ROLES, Cohort
from aadash.errors import AadashError
from aadash.formatting import counted, percent
from aadash.intake import ALL_ROLES, STRUCTURAL_ROLES, Decisions, Problem

ACCEPTED = ["csv", "tsv", "txt", "gz", "xlsx", "xlsm", "xls", "ods", "sav", "dta", "xpt", "parquet"]
ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
ACTIONS = {"keep": "Keep", "set missing": "Set missing", "exclude": "Leave the patients out"}
ROLE_WORDS = {role: STRUCTURAL_ROLES.get(role, role.replace("_", " ").capitalize()) for role in ALL_ROLES}
WORD_ROLES = {word: role for role, word in ROLE_WORDS.items()}
#: Rows of the file shown as they stand.
PREVIEW = 8


def welcome() -> None:
    """What the tool is for, in two lines."""
    st.title("Alopecia areata cohorts, from spreadsheet to answer")
    st.markdown("Choose a cohort, see what was read, then ask: how does SALT change, who responds, is the difference real? "
                "Every number comes with its method, its denominator and its doubts.")


def choose() -> None:
    """Samples, upload, or paste."""
    way = st.segmented_control("Where from", ["Sample cohort", "Upload a file", "Paste a table"], default="Upload a file"
                               if state.expected_fingerprint() else "Sample cohort", key="home.way",
                               persist_state="session", label_visibility="collapsed")
    if way == "Upload a file":
        st.file_uploader("The clinic's file: one row a patient or one row a visit", type=ACCEPTED, key="home.file",
                         on_change=_uploaded, help="CSV, Excel, OpenDocument, SPSS, Stata, SAS transport or Parquet.")
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
                st.button("Open", key=f"home.sample.{sample.key}", on_click=_open_sample, args=(sample.key,),
                          width="stretch")


def _privacy() -> None:
    st.caption("Your file stays in this process's memory and is gone when the tab is closed. It is not written to disk, "
               "not sent elsewhere, and never part of a link.")


def _open_sample(key: str) -> None:
    state.set_draft(None)
    try:
        state.load(load_sample(key))
    except AadashError as error:
        state.tell([error.paragraph()])


def _read(name: str, content: bytes) -> None:
    try:
        state.set_draft(Draft.of(name, content))
    except AadashError as error:
        state.set_draft(None)
        state.tell([error.paragraph()])


def _uploaded() -> None:
    file = st.session_state["home.file"]
    if file is not None:
        _read(file.name, file.getvalue())


def _pasted() -> None:
    text = st.session_state["home.paste"]
    if text.strip():
        _read("pasted table", text.encode())


def review(d: Draft) -> None:
    """What was read from an upload: summary, problems, columns, first rows; correct, decide, use."""
    reading = d.reading
    st.subheader(f"What was read from {plain(d.name)}")
    st.markdown(plain(reading.summary()))
    if reading.refusal:
        st.error(plain(reading.refusal), icon=ICONS["error"])
    _problems(d)
    left, right, _ = st.columns([1.2, 1, 3])
    left.button("Use this cohort", type="primary", disabled=not reading.ready, on_click=_use, width="stretch",
                help=None if reading.ready else "First settle what is marked as an error.")
    right.button("Put it away", on_click=state.set_draft, args=(None,), width="stretch")
    _columns(d)
    with st.expander("First rows of the file, as they stand", icon=":material/table_rows:"):
        shown = [g.column for g in reading.columns if g.role != "identifying"]
        st.dataframe(reading.table[[c for c in shown if c in reading.table]].head(PREVIEW).astype(str))


def _use() -> None:
    d = state.draft()
    if d is not None and d.reading.cohort is not None:
        asked = state.expected_fingerprint()
        state.load(Loaded(d.reading.cohort, d.name, "", d.reading))
        state.set_draft(None)
        if asked and not d.reading.cohort.fingerprint.startswith(asked):
            state.tell(["The link was made on another file: the plan is the link's, the patients are not."])


def _problems(d: Draft) -> None:
    for i, problem in enumerate(d.reading.problems):
        with st.container(border=problem.level == "error"):
            text, choice = st.columns([3, 2]) if problem.actions else (st.container(), None)
            text.markdown(f"{ICONS[problem.level]} {plain(problem.message)}")
            if choice is not None:
                key = f"home.decide.{i}"
                st.session_state[key] = problem.decided or None
                choice.segmented_control("Decide", problem.actions, key=key, format_func=lambda a: ACTIONS[a],
                                         on_change=_decide, args=(key, problem), label_visibility="collapsed")
    if d.reading.open_problems and len(d.reading.open_problems) > 1:
        st.button("Set all such values missing", on_click=_settle)


def _reread(**changes: object) -> None:
    d = state.draft()
    if d is None:
        return
    now = {"mapping": d.mapping, "decisions": d.decisions} | changes
    try:
        state.set_draft(Draft.of(d.name, d.content, **now))  # type: ignore[arg-type]
    except AadashError as error:
        state.tell([error.paragraph()])


def _decide(key: str, problem: Problem) -> None:
    d, action = state.draft(), st.session_state[key]
    if d is not None:
        _reread(decisions=d.decisions.decide(problem, action) if action else d.decisions.undo(problem))


def _settle() -> None:
    d = state.draft()
    if d is not None:
        _reread(decisions=Decisions("missing", d.decisions.actions))


def _columns(d: Draft) -> None:
    st.markdown("##### What each column is taken for")
    guesses = d.reading.columns
    frame = pd.DataFrame({
        "Column": [g.column for g in guesses], "Taken for": [ROLE_WORDS[g.role] for g in guesses],
        "Week": pd.array([g.week for g in guesses], dtype="Int64"), "How sure": [g.confidence for g in guesses],
        "Why": [g.why for g in guesses], "Missing": [g.n_missing for g in guesses],
        "First values": [", ".join(g.preview) for g in guesses]})
    st.data_editor(
        frame, hide_index=True, key="home.columns", on_change=_mapped, args=([g.column for g in guesses],), width="stretch",
        disabled=["Column", "How sure", "Why", "Missing", "First values"],
        column_config={"Taken for": st.column_config.SelectboxColumn(options=list(WORD_ROLES), required=True),
                       "Week": st.column_config.NumberColumn(min_value=0, step=1, help="Weeks since the first dose; 0 is "
                                                             "baseline. A month is 52/12 weeks: month 9 is week 39."),
                       "Column": st.column_config.TextColumn(pinned=True)})
    st.caption("Change what is wrong; the file is read again at once.")


def _mapped(columns: list[str]) -> None:
    d = state.draft()
    if d is None:
        return
    mapping, guesses = d.mapping, {g.column: g for g in d.reading.columns}
    for row, change in st.session_state["home.columns"]["edited_rows"].items():
        guess = guesses[columns[int(row)]]
        role = WORD_ROLES[change["Taken for"]] if "Taken for" in change else guess.role
        week = change.get("Week", guess.week)
        mapping = mapping.with_column(guess.column, role, None if role in ROLES or week is None else int(week))
    _reread(mapping=mapping)


def in_use(loaded: Loaded) -> None:
    """The cohort in use: what it holds, where to go next, how to take it out."""
    cohort = loaded.cohort
    st.subheader("In use: " + plain(cohort.name))
    if cohort.synthetic:
        st.caption("Synthetic: made to match published tables. No patient in it is real.")
    seen = 1 - cohort.salt.isna().to_numpy().mean()
    items = [("Patients", f"{len(cohort):,}".replace(",", " ")), ("Visits", str(len(cohort.weeks))),
             ("Weeks", f"{cohort.weeks[0]}–{cohort.weeks[-1]}"), ("SALT recorded", percent(seen))]
    for column, (label, value) in zip(st.columns(4), items, strict=True):
        column.metric(label, value, border=True)
    with st.container(horizontal=True):
        for page in PAGES[1:]:
            st.page_link(page.file, label=page.label, icon=page.icon, query_params=dict(st.query_params))
        st.button("Remove this cohort", on_click=state.load, args=(None,), icon=":material/delete:", type="tertiary")
    st.dataframe(_preview(cohort), width="stretch", height=300)
    if loaded.reading is not None:
        notes = [p for p in loaded.reading.problems if p.level != "note"]
        with st.expander(f"How the file was read: {counted(len(notes), 'doubt')}, "
                         f"{counted(len(loaded.reading.log), 'value', 'values')} interpreted", icon=":material/rule:"):
            for p in loaded.reading.problems:
                st.markdown(f"{ICONS[p.level]} {plain(p.message)}")
            roles = {ROLE_WORDS.get(r, r): c for r, c in cohort.roles.items()}
            st.caption("Recognised: " + (plain("; ".join(f"{r} is {c}" for r, c in roles.items())) or "SALT only"))


def _preview(cohort: Cohort) -> pd.DataFrame:
    """The cohort as a table: SALT by week, then the baseline facts."""
    salt = cohort.salt.head(500).rename(columns=lambda w: f"Week {w}")
    return salt.join(cohort.patients.head(500))
