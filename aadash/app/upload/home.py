"""The home page: choose or upload a cohort; the cohort in use."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import address, cache, state
from aadash.app.session.active import ActiveCohort
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.shell.page import PAGES
from aadash.app.spoken import st
from aadash.app.upload import incoming, kept
from aadash.charts import Chart, chart
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.formatting import counted, percent
from aadash.plan import AnalysisPlan
from aadash.report import html

#: Rows of the cohort shown.
SHOWN = 500


#: What the first page shows of the first sample, and how high.
EXAMPLE, HEIGHT = "salt_over_time", 280
#: Pages that are offered first to whoever has just opened a cohort.
NEXT = ("trajectories", "responders", "comparisons", "predictors", "report")


def welcome() -> None:
    """What the tool is for, in two lines."""
    st.title("Alopecia areata cohorts, from spreadsheet to answer", anchor=False)
    st.markdown(
        "Upload the clinic's file and ask: how does SALT change, who responds, is the difference real? "
        "Every number comes with its method, denominator and doubts."
    )


def choose() -> None:
    """Upload, paste, or a sample; beside it, as long as there is no cohort, what an answer looks like."""
    beside = None
    if state.loaded() is None and state.draft() is None:
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
            _example()


def _samples() -> None:
    for sample in SAMPLES.values():
        with st.container(border=True, horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{sample.title}** :orange-badge[synthetic]  \n:small[{sample.text}]", width="stretch")
            st.button(
                f"Open {sample.title}", key=f"home.sample.{sample.key}", on_click=_open_sample, args=(sample.key,), width="content"
            )


def _example() -> None:
    """A live answer of the first sample: what is to be had here, before anything is chosen."""
    sample = next(iter(SAMPLES.values()))
    cohort = load_sample(sample.key).cohort
    result = cache.result(EXAMPLE, cohort=cohort, plan=AnalysisPlan())
    st.html(html.answer(result.sentence, f"For example: {cohort.name}, synthetic, {counted(len(cohort), 'patient')}."))
    st.button(
        "Open this sample",
        icon=":material/arrow_forward:",
        key="home.example.open",
        on_click=_open_sample,
        args=(sample.key,),
        help=sample.text,
    )
    st.html(html.headline("Every patient, with the means in bold"))
    render.picture(lambda: _lower(chart(result, "spaghetti")), "home.example", of=result, name="home.example")


def _lower(drawn: Chart) -> Chart:
    return replace(drawn, spec={**drawn.spec, "height": HEIGHT}, caption="")


def _open_sample(key: str) -> None:
    state.set_pending(None)
    state.set_draft(None)
    try:
        state.load(load_sample(key))
    except AadashError as error:
        state.add_message([error.paragraph()])


def remove() -> None:
    """Remove the cohort in use and of everything computed from it."""
    state.load(None)
    cache.forget()


def in_use(loaded: ActiveCohort) -> None:
    """The cohort in use: what it holds, where to go next, how to take it out."""
    cohort = loaded.cohort
    st.header("In use: " + plain(cohort.name))
    if cohort.synthetic:
        st.caption("Synthetic: made to match published tables. No patient in it is real.")
    seen = 1 - cohort.salt.isna().to_numpy().mean()
    render.key_numbers(
        [
            ("Patients", f"{len(cohort):,}".replace(",", " "), ""),
            ("Visits", str(len(cohort.weeks)), ""),
            ("Weeks", f"{cohort.weeks[0]}–{cohort.weeks[-1]}", ""),
            ("SALT recorded", percent(seen), ""),
        ]
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        for page in (p for p in PAGES if Path(p.file).stem in NEXT):
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
