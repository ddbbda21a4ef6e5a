"""The page of many hospitals: a cohort in use is saved as sums, and a coordinator opens several hospitals' sums. Needs no cohort."""

from __future__ import annotations

from collections.abc import Sequence

from aadash import document as d
from aadash.analyses.registry import REGISTRY
from aadash.app.parts import counted as drawn
from aadash.app.parts.markdown import plain
from aadash.app.session import address, state
from aadash.app.shell.page import begin
from aadash.app.shell.sidebar import COUNTS_AS
from aadash.app.spoken import st
from aadash.endpoints import endpoint as rule
from aadash.endpoints import endpoints_of
from aadash.errors import AadashError, SummaryError
from aadash.formatting import counted
from aadash.plan import AnalysisPlan
from aadash.report.figure import file_name
from aadash.result import Result
from aadash.summaries import SUFFICES, Summary, answer, answers, from_json, pooled, summarise, to_json
from aadash.summaries.centres import alike, beside, codes, twice
from aadash.summaries.counted_summary import sized
from aadash.summaries.possible import answered, unanswered, what_to_do
from aadash.summaries.sealed import is_sealed, seal, unseal
from aadash.views.hospitals import BETWEEN, QUESTION, differences, heterogeneity, possible, together

#: A larger file is no summary of a hospital.
MOST_BYTES = 100_000_000


def page() -> None:
    """Everything on the page."""
    begin(QUESTION)
    address.write()
    st.title(QUESTION, anchor=False)
    st.caption(
        "For a study of several hospitals whose patients' rows may not leave. Each hospital saves its cohort as sums; whoever "
        "coordinates opens all of them here. Files stay in this session."
    )
    _save()
    summaries = _given()
    if summaries:
        _together(summaries)


def _save() -> None:
    """The cohort in use as sums."""
    loaded = state.loaded()
    with st.expander("Save the cohort in use as sums", icon=":material/save:", expanded=False):
        if loaded is None:
            st.markdown(
                "No cohort is in use. Open one on the first page; the plan in use then says who is included and how they are split."
            )
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            centre = st.text_input(
                "What this hospital calls itself", loaded.cohort.name, key="hospitals.centre", persist_state="session"
            )
            minimum = st.number_input(
                "Smallest cell",
                1,
                1000,
                5,
                key="hospitals.minimum",
                persist_state="session",
                help="Numbers of fewer patients are left out, with what would give them back by subtraction. 1 leaves nothing out: "
                "single values then show, so ask the review board.",
            )
        public = st.text_input(
            "The coordinator's key",
            key="hospitals.public",
            persist_state="session",
            help="With it nobody else can read the file. The coordinator makes it with “python -m aadash summary-key”.",
        )
        try:
            summary = summarise(loaded.cohort, state.plan(), centre=centre.strip(), minimum=int(minimum))
            content = to_json(summary).encode("utf-8")
            content = seal(content, public) if public.strip() else content
        except AadashError as error:
            st.error(plain(error.paragraph()), icon=":material/error:")
            return
        st.markdown(
            f"{counted(summary.n, 'patient')} under the plan in use, smallest cell {summary.minimum}. No patient's row is in the file."
        )
        if summary.minimum == 1:
            st.warning(
                "With a smallest cell of 1 values of single patients can be read in the file, a baseline with a later value among "
                "them. Ask the review board before it leaves.",
                icon=":material/warning:",
            )
        if summary.minimum > 1:
            found = answers(summary, state.plan().replace(filters=()))
            asked = " ".join(answered(found, summary))
            st.markdown(f"What this file answers: {asked}" if asked else "This file alone answers none of the questions about sums.")
        if summary.suppressed:
            st.markdown(f"{counted(len(summary.suppressed), 'thing')} left out, with what would give them back:")
            with st.container(height=220 if len(summary.suppressed) > 20 else "content"):
                st.markdown("\n".join(f"- {plain(text)}" for text in summary.suppressed))
        st.download_button(
            "Save as sums",
            content,
            f"{file_name(centre.strip() or 'centre')}.{'summary' if public.strip() else 'json'}",
            "application/octet-stream" if public.strip() else "application/json",
            on_click="ignore",
            icon=":material/download:",
            key="hospitals.save",
        )


def _given() -> list[Summary]:
    """The summaries that were handed over; what is refused is said, a sentence each."""
    files = st.file_uploader("Summaries of hospitals", ["json", "summary"], accept_multiple_files=True, key="hospitals.files")
    private = ""
    if any(is_sealed(file.getvalue()[:64]) for file in files or ()):
        private = st.text_input("Your private key, for files that were encrypted", type="password", key="hospitals.private")
    out: list[Summary] = []
    for file in files or ():
        try:
            content = file.getvalue()
            if len(content) > MOST_BYTES:
                raise SummaryError(f"The file has {len(content) / 1e6:.0f} MB", file=file.name, expected="a summary")
            if is_sealed(content):
                if not private.strip():
                    raise SummaryError("This summary is encrypted", file=file.name, fix="Give the private key below")
                content = unseal(content, private, file.name)
            out.append(from_json(content, file.name))
        except AadashError as error:
            st.error(plain(error.paragraph()), icon=":material/error:")
    return out


def _together(summaries: Sequence[Summary]) -> None:
    try:
        whole = pooled(summaries)
    except AadashError as error:
        st.error(plain(error.paragraph()), icon=":material/error:")
        return
    sent = differences(whole.n, beside(summaries), codes(summaries), whole.suppressed, alike(summaries), twice(summaries))
    _draw(sent, whole, AnalysisPlan(stratifier="none"))
    plan = _plan(whole)
    if whole.minimum > 1:  # with a smallest cell of 1 nothing was left out for its size
        _draw(_possible(whole, plan), whole, plan)
    week = plan.week or whole.weeks[-1]
    apart: dict[str, Result | d.Unavailable] = {}
    if len(summaries) > 1:
        between = plan.replace(stratifier="centre")
        apart = {name: _ask(whole, name, between) for name in BETWEEN}
        _draw(heterogeneity(apart, week), whole, between)
        st.markdown("## All hospitals together")
    name = st.selectbox(
        "Question",
        list(SUFFICES),
        index=list(SUFFICES).index("salt_over_time"),
        format_func=lambda one: whole.measured().words(REGISTRY[one].question),
        key="hospitals.question",
    )
    _draw(together(_ask(whole, name, plan), week, [*apart.values()]), whole, plan)
    st.download_button("The sums of all (JSON)", lambda: to_json(whole), "pooled.json", "application/json", on_click="ignore")


def _possible(whole: Summary, plan: AnalysisPlan) -> list[d.Part]:
    found = answers(whole, plan)
    return possible(answered(found, whole), unanswered(found, whole), what_to_do(whole))


def _plan(whole: Summary) -> AnalysisPlan:
    """What is asked of all hospitals: split, endpoint, week and rule, of those that were counted."""
    splits = {split.name: split for split in whole.splits}
    counted_ends = [name for level in whole.split("none").levels for name in level.courses]
    rules = list(dict.fromkeys([*counted_ends, *endpoints_of(whole.measured())]))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        split = st.selectbox("Split", list(splits), format_func=lambda name: splits[name].title, key="hospitals.split")
        symbols = {name: rule(name, whole.measured()).symbol for name in rules}
        usual = rules.index(AnalysisPlan().endpoint) if AnalysisPlan().endpoint in rules else 0
        endpoint = st.selectbox("Endpoint", rules, index=usual, format_func=symbols.__getitem__, key="hospitals.endpoint")
        week = st.selectbox("Week", whole.weeks[1:] or whole.weeks, index=max(0, len(whole.weeks) - 2), key="hospitals.week")
        missing = st.selectbox(
            "A missing visit counts as", list(COUNTS_AS), format_func=COUNTS_AS.__getitem__, key="hospitals.missing"
        )
    cut = splits["severity"].cut if "severity" in splits else None
    plan = AnalysisPlan(stratifier=split, endpoint=endpoint, week=week, missing=missing)
    return plan if cut is None else plan.replace(severity_cut=cut)


def _ask(whole: Summary, name: str, plan: AnalysisPlan) -> Result | d.Unavailable:
    try:
        return answer(whole, name, plan)
    except AadashError as error:
        return d.Unavailable(error.paragraph())


def _draw(parts: Sequence[d.Part], whole: Summary, plan: AnalysisPlan) -> None:
    drawn.parts(parts, whole.centre, whole.synthetic, plan, sized(whole.split(plan.stratifier)))
