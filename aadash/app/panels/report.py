"""The report: sections picked and ordered, comments, a preview, and the files; an earlier bundle opened and compared."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from aadash import document as d
from aadash.app.panels import report_again
from aadash.app.parts import draw
from aadash.app.parts.markdown import plain
from aadash.app.session import bundles, record
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.formatting import counted, size
from aadash.language import current, say
from aadash.report.bundle import Extras, bundle
from aadash.report.compose import figures_of
from aadash.report.study import FORMATS, write_study, writer_for
from aadash.views import evidence
from aadash.views.prose import counted_for
from aadash.views.study import Choices, Study
from aadash.views.study_sections import SECTIONS, sections_of, usual
from aadash.views.view import Context

KINDS = {**FORMATS, "zip": "Bundle (everything)"}
_MEDIA = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "html": "text/html",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
_DATA, _MADE, _UNTOUCHED = "report.with_data", "report.made", "report.untouched"


@draw.panel("report")
def report(opened: PageContext, context: Context) -> None:
    """Everything on the page."""
    report_again.carry_over(context)
    choices = _choose(opened, list(usual(context)))
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
    report_again.earlier(opened, context, choices)


def _choose(opened: PageContext, without_a_word: list[str]) -> Choices:
    """What the author decided; sections that nobody touched follow the plan, which may have no strata to compare."""
    untouched = st.session_state.get(_UNTOUCHED)
    if untouched is not None and st.session_state.get(bundles.KEY_SECTIONS, untouched) == untouched:
        st.session_state[bundles.KEY_SECTIONS] = without_a_word
    sections = st.multiselect(
        "Sections, in this order",
        list(SECTIONS),
        default=None if bundles.KEY_SECTIONS in st.session_state else without_a_word,
        format_func=lambda name: SECTIONS[name].title,
        key=bundles.KEY_SECTIONS,
        persist_state="session",
        help="Take one out and choose it again to move it to the end.",
    )
    st.session_state[_UNTOUCHED] = without_a_word if sections == without_a_word else None
    with st.container(horizontal=True, vertical_alignment="bottom", key="report-head"):
        usual = say(f"Alopecia areata cohort: {opened.cohort.name}")
        title = st.text_input("Title", usual, key=bundles.KEY_TITLE, persist_state="session")
        limit = st.number_input(
            "Tables and figures the journal allows",
            0,
            60,
            6,
            key=bundles.KEY_LIMIT,
            persist_state="session",
            help="0: no limit. Annals of Dermatology: 6.",
        )
    comments = {}
    with st.expander("Your comments", icon=":material/edit_note:"):
        for name in sections:
            said = st.text_area(SECTIONS[name].title, key=bundles.KEY_COMMENT + name, persist_state="session", height=68)
            if said.strip():
                comments[name] = said
    return Choices(tuple(sections), comments, title, int(limit) or None)


def _files(opened: PageContext, context: Context, choices: Choices) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            "File", KINDS, default="docx", format_func=KINDS.__getitem__, key=bundles.KEY_KIND, persist_state="session", required=True
        )
        with_data = kind == "zip" and st.toggle(
            "With the patients' data",
            key=_DATA,
            persist_state="session",
            help="Off: numbers, tables and figures only. A figure of every patient is a picture of dots, in the report too; its "
            "values can be read off it as from print, not from the file.",
        )
        pressed = st.button("Make the file", icon=":material/build:", key="report.make", type="primary")
    place = st.container(horizontal=True, vertical_alignment="center", key="report.ready")  # one line: what is under it stays there
    earlier = report_again.asked()
    rest = (context.model, evidence.options(context), current())
    key = repr((kind, with_data, opened.everyone.fingerprint, opened.plan.to_json(), choices, rest))
    if pressed or earlier is not None:
        made = _make(place, opened, context, choices, str(kind), bool(with_data), earlier)
        if made is not None:
            st.session_state[_MADE] = (key, *made)
    kept = st.session_state.get(_MADE)
    if kept is None:
        return
    if kept[0] != key:
        place.caption("The file was made of other choices than those that stand now. Make it again.")
        return
    _, data, tables, figures = kept
    stem = f"aadash_report_{opened.cohort.fingerprint[:8]}"
    place.download_button(
        f"Save the file ({size(len(data))})",
        data,
        f"{stem}.{kind}",
        _MEDIA[str(kind)],
        on_click="ignore",
        icon=":material/download:",
    )
    if tables or figures:
        place.caption(counted_for(choices.limit, tables, figures), width="content")


def _make(
    where: Any, opened: PageContext, context: Context, choices: Choices, kind: str, with_data: bool, earlier: report_again.Rows | None
) -> tuple[bytes, int, int] | None:
    """The file, with how many tables and figures it has. Any click, Stop too, ends the making, which is shown ``where`` it will be."""
    place = where.empty()
    with place.container(horizontal=True, vertical_alignment="center"):
        st.button("Stop", icon=":material/stop:", key="report.stop")
        bar = st.progress(0.0, text="Starting …")

    def progress(share: float, what: str) -> None:
        bar.progress(min(share, 1.0), text=f"{what} …")

    stamp = datetime.now()
    try:
        study = Study(context, choices)
        if kind == "zip":
            _enter(study)  # before the ledger goes into the bundle
            extras = Extras(bundles.files_of(opened.loaded, with_data), with_data)
            made = bundle(context, choices, stamp=stamp, extras=extras, progress=progress, earlier=earlier, study=study)
            tables = figures = 0
        else:
            writer = writer_for(kind, stamp)
            made, _ = write_study(context, choices, writer, progress=progress, study=study)
            _enter(study)
            tables, figures = writer.tables, writer.figures
    except AadashError as error:
        place.error(plain(error.paragraph()))
        return None
    place.empty()
    return made, tables, figures


def _enter(study: Study) -> None:
    """The p-values that the tables and answers of the file print were shown to whoever has it: they go into the ledger."""
    for name in study.choices.sections:
        if SECTIONS[name].asks:
            for part in d.walk(study.parts(name)):
                if isinstance(part, d.Table):
                    record.record(part.result, part.rows)
                elif isinstance(part, d.Answer):
                    record.told(part.result)


def _preview(opened: PageContext, context: Context, choices: Choices, name: str) -> None:
    study = Study(context, choices)
    if name in ("limitations", "lists", "references", "methods_in_full"):  # they tell of the sections before them
        for section, _ in sections_of(study):
            if section.name == name:
                break
    said = choices.comments.get(name, "").strip()
    parts: list[d.Part] = [*([d.Text(said)] if said else []), *study.parts(name)]
    with st.container(key="report.shown"):
        draw.parts([d.Heading(SECTIONS[name].title), *parts], opened, context)
    n = len(figures_of(parts))
    if n:
        st.caption(f"{counted(n, 'figure')} in this section.")
