"""Cohort: where to go next with the cohort in use, how to take it out, and the way into the example."""

from __future__ import annotations

from pathlib import Path

from aadash.app.parts.draw import panel
from aadash.app.session import address, cache, state
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.shell.page import PAGES, PageContext
from aadash.app.spoken import st
from aadash.app.upload import kept
from aadash.errors import AadashError
from aadash.views import Context

#: Pages that are offered first to whoever has just opened a cohort.
NEXT = ("trajectories", "responders", "comparisons", "predictors", "report")


@panel("cohort.next")
def _next(page: PageContext, context: Context) -> None:
    """The first pages to look at."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for one in (p for p in PAGES if Path(p.file).stem in NEXT):
            st.page_link(one.file, label=one.label, icon=one.icon, query_params=dict(address.params_for("")))


@panel("cohort.keep")
def _keep(page: PageContext, context: Context) -> None:
    """What can be done with the cohort."""
    with st.container(horizontal=True, vertical_alignment="center"):
        kept.button("home.keep")
        kept.way_back()
        st.button("Remove this cohort", on_click=remove, icon=":material/delete:", type="tertiary")


@panel("cohort.example")
def _example(page: PageContext, context: Context) -> None:
    """Open the sample of the example."""
    sample = SAMPLES[page.loaded.sample]
    st.button(
        "Open this sample",
        icon=":material/arrow_forward:",
        key="home.example.open",
        on_click=open_sample,
        args=(sample.key,),
        help=sample.text,
    )


def open_sample(key: str) -> None:
    """Put a sample in use."""
    state.set_pending(None)
    state.set_draft(None)
    try:
        state.load(load_sample(key))
    except AadashError as error:
        state.add_message([error.paragraph()])


def remove() -> None:
    """Remove the cohort in use and everything computed from it."""
    state.load(None)
    cache.forget()
