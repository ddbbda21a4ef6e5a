"""The home page: the cohort in use, and where another is chosen or uploaded."""

from __future__ import annotations

from aadash.app.panels.cohort import open_sample
from aadash.app.parts import draw
from aadash.app.session import address, cache, state
from aadash.app.session.active import ActiveCohort
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.shell.page import PageContext, begin
from aadash.app.spoken import st
from aadash.app.upload import incoming
from aadash.app.upload.review import review
from aadash.language import say
from aadash.opening import opening_plan
from aadash.plan import AnalysisPlan
from aadash.views import VIEWS
from aadash.views.cohort import NEXT, TITLE, example

#: What the first page shows of the first sample.
EXAMPLE = "salt_over_time"


def page() -> None:
    """What the tool is for; the cohort in use; the place for another; what was read of it."""
    view = VIEWS["cohort"]
    begin(view.label)
    st.title(TITLE, anchor=False)
    draw.standing(view.without)
    loaded = state.loaded()
    shown = loaded if state.draft() is None and state.pending() is None else None
    if shown is not None and not shown.sample:
        _in_use(shown)
    _choose()
    incoming.wait()
    if shown is not None and shown.sample:  # who looks at a sample is here for the first time: the place for the own file first
        _in_use(shown)
    draft = state.draft()
    if draft is not None:
        review(draft)
    address.write()


def _in_use(loaded: ActiveCohort) -> None:
    """What the cohort in use holds; where to go next stands with a sample's answer already."""
    opened = _everyone(loaded, state.plan())
    parts = VIEWS["cohort"].content(draw.context_of(opened))
    if loaded.sample:
        parts = [p for p in parts if p != NEXT]
    draw.parts(parts, opened, draw.context_of(opened))


def _everyone(loaded: ActiveCohort, plan: AnalysisPlan) -> PageContext:
    """All patients of a cohort: this page is about the file, whatever the plan leaves out."""
    cohort = loaded.cohort
    return PageContext(loaded, cohort, cohort, plan, AnalysisPlan(stratifier="none").strata(cohort))


def _choose() -> None:
    """Upload, paste, or a sample; beside it, as long as there is no cohort of one's own nor a file on its way, what an answer looks
    like."""
    beside, loaded = None, state.loaded()
    if (loaded is None or loaded.sample) and state.draft() is None and state.pending() is None:
        place, beside = st.columns([1, 1.2], gap="large")
    else:
        place = st.container()
    with place:
        way = st.segmented_control(
            "Where from",
            ["Upload a file", "Paste a table", "Sample cohort"],
            default="Upload a file",
            key="home.way",
            persist_state="session",
            label_visibility="collapsed",
            required=True,
        )
        if way == "Paste a table":
            incoming.place_for_text()
            incoming.promise()
        elif way == "Sample cohort":
            _samples()
        else:
            if state.awaited() is not None:
                st.info(
                    f"An opened bundle waits for its file (fingerprint {state.expected_fingerprint()}).", icon=":material/inventory_2:"
                )
                st.button("Forget the bundle", on_click=state.await_nothing, type="tertiary")
            incoming.place_for_files()
            incoming.promise()
    if beside is not None:
        with beside:
            _example(loaded)


def _samples() -> None:
    for sample in SAMPLES.values():
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            # each said by itself: within the marks of Markdown a sentence is not found in the catalogues
            st.markdown(
                "**{}** :orange-badge[{}]  \n:small[{}]".format(*map(say, (sample.title, "synthetic", sample.text))), width="stretch"
            )
            st.button(sample.opens, key=f"home.sample.{sample.key}", on_click=open_sample, args=(sample.key,), width="content")


def _example(loaded: ActiveCohort | None) -> None:
    """A live answer of the sample in use, else of the first: what is to be had here, before anything is chosen."""
    sample = loaded or load_sample(next(iter(SAMPLES)))
    plan, notes = opening_plan(sample.cohort)
    opened = _everyone(sample, plan)
    result = cache.result(EXAMPLE, cohort=sample.cohort, plan=plan)
    draw.parts(example(sample.cohort, result, notes, opened=loaded is not None), opened, draw.context_of(opened))
