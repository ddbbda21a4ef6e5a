"""The report: sections picked and ordered, comments, a preview, and the files; an earlier bundle opened and compared."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import streamlit as st

from aadash import document as d
from aadash.app.parts import draw
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.shell.page import PageContext
from aadash.errors import AadashError
from aadash.formatting import counted
from aadash.report import html
from aadash.report.bundle import Extras, Opened, bundle, open_bundle
from aadash.report.compare import compare, read_results, summary
from aadash.report.compose import figures_of
from aadash.report.files import ard_json, csv
from aadash.report.study import FORMATS, write_study, writer_for
from aadash.views.prose import counted_for
from aadash.views.study import SECTIONS, USUAL, Choices, Study, sections_of
from aadash.views.view import Context

KINDS = {**FORMATS, "zip": "Bundle (everything)"}
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
_SECTIONS, _TITLE, _LIMIT, _COMMENT, _DATA = "report.sections", "report.title", "report.limit", "report.comment.", "report.with_data"
_MADE, _OPENED = "report.made", "report.opened"


@draw.panel("report")
def report(opened: PageContext, context: Context) -> None:
    """Everything on the page."""
    choices = _choose(opened)
    if not choices.sections:
        st.info("Choose at least one section.", icon=":material/info:")
        return
    _files(opened, context, choices)
    shown = st.segmented_control(
        "Preview", choices.sections, format_func=lambda name: SECTIONS[name].title, key="report.preview", persist_state="session"
    )
    if shown:
        _preview(opened, context, choices, shown)
    else:
        st.caption("Choose a section above to see it as it will stand in the report.")
    _earlier(opened, context, choices)


def _choose(opened: PageContext) -> Choices:
    sections = st.multiselect(
        "Sections, in this order",
        list(SECTIONS),
        default=list(USUAL),
        format_func=lambda name: SECTIONS[name].title,
        key=_SECTIONS,
        persist_state="session",
        help="Take one out and choose it again to move it to the end.",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        title = st.text_input("Title", f"Alopecia areata cohort: {opened.cohort.name}", key=_TITLE, persist_state="session")
        limit = st.number_input(
            "Tables and figures the journal allows",
            0,
            60,
            6,
            key=_LIMIT,
            persist_state="session",
            help="0: no limit. Annals of Dermatology: 6.",
        )
    comments = {}
    with st.expander("Your comments", icon=":material/edit_note:"):
        for name in sections:
            said = st.text_area(SECTIONS[name].title, key=_COMMENT + name, persist_state="session", height=68)
            if said.strip():
                comments[name] = said
    return Choices(tuple(sections), comments, title, int(limit) or None)


def _files(opened: PageContext, context: Context, choices: Choices) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "File", KINDS, default="docx", format_func=KINDS.__getitem__, key="report.kind", persist_state="session", required=True
        )
        with_data = kind == "zip" and st.toggle(
            "With the patients' data", key=_DATA, persist_state="session", help="Off: numbers, tables and figures only."
        )
        pressed = st.button("Make the file", icon=":material/build:", key="report.make", type="primary")
    key = repr((kind, with_data, opened.everyone.fingerprint, opened.plan.to_json(), choices))
    if pressed:
        made = _make(opened, context, choices, str(kind), bool(with_data))
        if made is not None:
            st.session_state[_MADE] = (key, *made)
    kept = st.session_state.get(_MADE)
    if kept is None:
        return
    if kept[0] != key:
        st.caption("The sections or the plan have changed since the file was made. Make it again.")
        return
    _, data, tables, figures = kept
    stem = f"aadash_report_{opened.cohort.fingerprint[:8]}"
    st.download_button(
        f"Save the file ({len(data) / 1e6:.1f} MB)",
        data,
        f"{stem}.{kind}",
        _MEDIA[str(kind)],
        on_click="ignore",
        icon=":material/download:",
    )
    if tables or figures:
        st.caption(counted_for(choices.limit, tables, figures))


def _make(opened: PageContext, context: Context, choices: Choices, kind: str, with_data: bool) -> tuple[bytes, int, int] | None:
    """The file, with how many tables and figures it has. Any click, Stop too, ends the making."""
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text="Starting …")
        st.button("Stop", icon=":material/stop:", key="report.stop")

    def progress(share: float, what: str) -> None:
        bar.progress(min(share, 1.0), text=f"{what} …")

    stamp = datetime.now()
    try:
        if kind == "zip":
            made, tables, figures = bundle(context, choices, stamp=stamp, extras=_extras(opened, with_data), progress=progress), 0, 0
        else:
            writer = writer_for(kind, stamp)
            made, _ = write_study(context, choices, writer, progress=progress)
            tables, figures = writer.tables, writer.figures
    except AadashError as error:
        place.error(plain(error.paragraph()))
        return None
    place.empty()
    return made, tables, figures


def _extras(opened: PageContext, with_data: bool) -> Extras:
    """What this session knows beside the cohort: mapping, decisions, the log of changes, the ledger."""
    files: dict[str, str] = {"ledger.json": json.dumps(state.ledger().of(opened.everyone.fingerprint).to_list(), indent=1)}
    source = opened.loaded.source
    if source is not None:
        files["mapping.json"] = source.mapping.to_json()
        files["decisions.json"] = source.decisions.to_json()
    reading = opened.loaded.reading
    if reading is not None:
        files["log.json"] = json.dumps(reading.to_check()["problems"], ensure_ascii=False, indent=1)
    return Extras(files, with_data)


def _preview(opened: PageContext, context: Context, choices: Choices, name: str) -> None:
    before = (
        "participants",
        "baseline",
        "course",
        "responders",
        "comparisons",
        "predictors",
        "time_to_response",
        "adverse_events",
        "evidence",
    )
    needed = name in ("limitations", "lists", "references", "methods_in_full")
    wanted = tuple(s for s in choices.sections if s in (*before, "methods")) if needed else ()
    study = Study(context, Choices((*wanted, name), choices.comments))
    parts: list[d.Part] = []
    for section, found in sections_of(study):
        if section.name == name:
            parts = list(found)
    st.markdown(f"## {plain(SECTIONS[name].title)}")
    with st.container(key="report.shown"):
        draw.parts(parts, opened, context)
    n = len(figures_of(parts))
    if n:
        st.caption(f"{counted(n, 'figure')} in this section.")


def _earlier(opened: PageContext, context: Context, choices: Choices) -> None:
    """An earlier bundle: its plan and choices put back, its numbers held against today's."""
    with st.expander("Open an earlier bundle, or compare with its results", icon=":material/history:", key="report.earlier"):
        file = st.file_uploader("A bundle (.zip) or a results.json", ["zip", "json"], key="report.file")
        if file is None:
            return
        try:
            if file.name.lower().endswith(".json"):
                _compared(context, choices, file.getvalue().decode("utf-8", "replace"))
                return
            found = open_bundle(file.getvalue())
        except AadashError as error:
            st.error(plain(error.paragraph()))
            return
        same = found.manifest.get("cohort") == opened.everyone.fingerprint
        st.markdown(
            "The bundle was made from this cohort."
            if same
            else "The bundle was made from another cohort; its plan can be used on this one."
        )
        st.button(
            "Use its plan and sections",
            icon=":material/settings_backup_restore:",
            key="report.restore",
            on_click=_restore,
            args=(found,),
        )
        _compared(context, choices, found.results)


def _restore(found: Opened) -> None:
    state.set_plan(found.plan)
    state.add_message(found.notes)
    values: dict[str, Any] = {_SECTIONS: [s for s in found.choices.sections if s in SECTIONS], _TITLE: found.choices.title}
    values[_LIMIT] = found.choices.limit or 0
    for name, said in found.choices.comments.items():
        values[_COMMENT + name] = said
    for key, value in values.items():
        st.session_state[key] = value


def _compared(context: Context, choices: Choices, text: str) -> None:
    old = read_results(text)
    study = Study(context, Choices(choices.sections))
    for _ in sections_of(study):
        pass
    wanted = {r["analysis"] for r in old}
    new = json.loads(ard_json([r for r in study.results.values() if r.analysis in wanted]))
    known = {r["analysis"] for r in new}
    changes = compare([r for r in old if r["analysis"] in known], new)
    st.markdown(plain(summary(changes, len(new))))
    if len(changes):
        st.html(html.table(changes.head(50).astype(str), "changes"))
        st.download_button(
            "Every number that differs (CSV)", lambda: csv(changes), "aadash_changes.csv", "text/csv", on_click="ignore"
        )
