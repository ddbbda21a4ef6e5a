"""The page of the paper check: the Korean paper, or a table of the reader's own, pasted or filled in; needs no cohort."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from fractions import Fraction

import pandas as pd

from aadash import document as d
from aadash.app.parts import draw
from aadash.app.parts.markdown import plain
from aadash.app.session import address
from aadash.app.shell.page import begin
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.formatting import counted, listing
from aadash.language import Own, current, speaking
from aadash.papercheck.finding import Outcome
from aadash.papercheck.form import RESPONSE_COLUMNS, frame_of, interval_of, items_of, response_frame, responses_of
from aadash.papercheck.korea import ABSTRACT, RESPONDERS, RESULTS, TABLES, korean_paper
from aadash.papercheck.paper import Paper
from aadash.papercheck.paste import paper_of_text
from aadash.report.compose import write
from aadash.report.files import csv
from aadash.report.study import writer_for
from aadash.views.paper_check import QUESTION, findings_frame, paper_check

EXAMPLE, OWN = "The Korean paper", "A table of yours"
#: Steps in which the values behind means can have been recorded.
STEPS: dict[str, Fraction | None] = {
    "Not said": None,
    "Whole numbers": Fraction(1),
    "Steps of 0.5": Fraction(1, 2),
    "Steps of 0.1": Fraction(1, 10),
}
_WHICH, _TEXT, _RESULTS, _ABSTRACT = "papercheck.which", "papercheck.text", "papercheck.results", "papercheck.abstract"
_PATIENTS, _VISITS, _STEP, _COPIED = "papercheck.patients", "papercheck.visits", "papercheck.step", "papercheck.copied"
_LOW, _HIGH = "papercheck.low", "papercheck.high"
_PLACEHOLDER = "Table 1\nCharacteristic\tAll (n = 117)\nSex\nMale\t54 (46.2)\nFemale\t63 (53.8)\nAge, mean (SD)\t32.3 (10.0)"


def page() -> None:
    """Everything on the page."""
    begin(QUESTION)
    address.write()
    st.title(QUESTION, anchor=False)
    st.caption(
        "A published table, or a draft of your own before a reviewer reads it. What is typed or pasted here stays in "
        "this session and is "
        "compared with nothing but itself."
    )
    which = st.segmented_control(
        "Which numbers",
        [EXAMPLE, OWN],
        default=EXAMPLE,
        key=_WHICH,
        persist_state="session",
        label_visibility="collapsed",
        required=True,
    )
    paper = _example() if which == EXAMPLE else _own()
    if paper is not None:
        _answer(paper)


def _example() -> Paper:
    st.markdown(
        "Lee JW et al., *Clinical Efficacy and Safety of Baricitinib in Patients With Alopecia Areata in Korea* (Ann "
        "Dermatol 2025, open "
        "access). It prints its counts, percentages, means, tests and design in full, which is why so much of it can be "
        "checked at all."
    )
    st.button("Use its numbers as a table of yours", icon=":material/edit:", key="papercheck.copy", on_click=_copy, type="tertiary")
    return korean_paper()


def _copy() -> None:
    """The example's numbers into the form, to see how a change is found."""
    st.session_state[_WHICH] = OWN
    st.session_state[_TEXT], st.session_state[_RESULTS], st.session_state[_ABSTRACT] = TABLES + RESPONDERS, RESULTS, ABSTRACT
    st.session_state[_PATIENTS], st.session_state[_VISITS], st.session_state[_COPIED] = 117, 6, True
    st.session_state[_LOW], st.session_state[_HIGH] = "10.45", "25.18"


def _own() -> Paper | None:
    text = st.text_area(
        "Tables, as copied from Word, Excel, a web page or a PDF",
        key=_TEXT,
        persist_state="session",
        height=220,
        placeholder=_PLACEHOLDER,
        help="One row a line; cells apart by tabs, commas, semicolons or two spaces. A line “Table 2” begins another table, a line of "
        "words alone a section. English, Korean and Japanese headers are understood: n (%), 평균±표준편차, 例数(%).",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        patients = st.number_input(
            "Patients",
            0,
            10_000_000,
            0,
            key=_PATIENTS,
            persist_state="session",
            help="Where no header says n = …; 0: as the headers say.",
        )
        visits = st.number_input(
            "Visits, with baseline", 0, 1000, 0, key=_VISITS, persist_state="session", help="For degrees of freedom; 0: not said."
        )
        step = st.selectbox(
            "Values behind the means",
            list(STEPS),
            key=_STEP,
            persist_state="session",
            help="GRIM and GRIMMER need to know in which steps the values were recorded. Ages and DLQI are whole numbers.",
        )
    with st.expander("Results and abstract in words", icon=":material/notes:"):
        results = st.text_area("Results, for percentages, tests and intervals", key=_RESULTS, persist_state="session", height=120)
        abstract = st.text_area("Abstract, to be held against the tables", key=_ABSTRACT, persist_state="session", height=120)
    paper: Paper = Paper()
    if text.strip() or results.strip() or abstract.strip():
        try:
            paper = paper_of_text(text, int(patients) or None, "", STEPS[step], results, abstract, int(visits))
        except AadashError as error:
            st.error(plain(error.paragraph()), icon=":material/error:")
    else:
        paper = replace(paper, design=replace(paper.design, patients=int(patients), visits=int(visits)))
    return _corrected(paper)


def _corrected(paper: Paper) -> Paper:
    """What was read as a form, to be corrected or filled in; responders in a form of their own."""
    label = f"What was read: {counted(len(paper.items), 'cell')}" if paper.items else "Fill in a table"
    key = abs(hash(paper.items))
    with st.expander(label, icon=":material/table_edit:", expanded=not paper.items):
        st.caption("One row a cell. Write each number as it is printed: 22.70 is not 22.7. Rows can be added, changed and removed.")
        edited = st.data_editor(
            frame_of(paper.items), num_rows="dynamic", hide_index=True, width="stretch", height=300, key=f"papercheck.rows.{key}"
        )
    with st.expander("Responders and mean change by group", icon=":material/trending_down:"):
        st.caption(
            "Patients whose improvement was at least so many percent, and the mean percent change at that visit (negative: better)."
        )
        start = response_frame(korean_paper().responses if st.session_state.get(_COPIED) else ())
        given = st.data_editor(
            start,
            num_rows="dynamic",
            hide_index=True,
            width="stretch",
            key=f"papercheck.responders.{len(start)}",
            column_order=RESPONSE_COLUMNS,
        )
        with st.container(horizontal=True):
            low = st.text_input("Interval of the difference, from", key=_LOW, persist_state="session")
            high = st.text_input("to", key=_HIGH, persist_state="session")
    items, notes = items_of(pd.DataFrame(edited), paper.items)
    responses, more = responses_of(pd.DataFrame(given))
    interval = interval_of(low, high)
    if (low.strip() or high.strip()) and interval is None:
        more.append("the interval, which needs two numbers, the lower one first")
    if notes or more:
        st.warning(plain(f"Not read: {listing([*notes, *more])}."), icon=":material/warning:")
    sizes = [paper.design.patients, *(i.n or 0 for i in items), 0]
    design = replace(paper.design, patients=paper.design.patients or max(sizes))
    return replace(paper, items=tuple(items), responses=tuple(responses), interval=interval, design=design)


def _answer(paper: Paper) -> None:
    from aadash.papercheck.check import check  # the statistics behind it are loaded in the background, not at the start

    try:
        outcome = check(paper)
    except AadashError as error:
        st.error(plain(error.paragraph()), icon=":material/error:")
        return
    found = paper_check(outcome, paper.source)
    with speaking(current(), Own(paper.words)):
        draw.standing(found)
        if outcome.checked:
            _take_away(outcome, found)


def _take_away(outcome: Outcome, found: list[d.Part]) -> None:
    """The findings as files, for co-authors."""
    with st.container(horizontal=True):
        st.download_button(
            "Findings (Word)",
            lambda: _word(found),
            "paper_check.docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Findings (CSV)",
            lambda: csv(findings_frame(outcome)),
            "paper_check.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
        )
        st.download_button(
            "Everything (JSON)",
            lambda: json.dumps(asdict(outcome), ensure_ascii=False, indent=1),
            "paper_check.json",
            "application/json",
            on_click="ignore",
            icon=":material/download:",
        )


def _word(found: list[d.Part]) -> bytes:
    writer = writer_for("docx")
    writer.title(QUESTION)
    write(found, writer)
    return writer.finish()
