"""The page of the simulator: set a truth, draw cohorts from it, watch how often a test is right."""

from __future__ import annotations

import time
from typing import Any

from aadash.analyses import simulation
from aadash.analyses.simulation import Summary, Trials, Truth
from aadash.app.parts import render
from aadash.app.session import address, learning, state
from aadash.app.session.active import ActiveCohort
from aadash.app.shell.page import PAGES, begin
from aadash.app.spoken import st
from aadash.charts import simulation as pictures
from aadash.formatting import counted, number, percent
from aadash.glossary import help_of
from aadash.report import html

#: Seconds between two blocks: long enough to watch, and for others to have their turn.
PAUSE = 0.08
COHORTS = (200, 1000, 2000, 5000)
OPENED = "simulated.csv"


def page() -> None:
    """Controls, the run, what came of it, and one cohort to open."""
    begin("Simulator")
    address.write()
    st.title("What would chance do?", anchor=False)
    st.markdown(
        "Set what is true. Cohorts are drawn from it, two groups of made-up patients each, and compared by Welch's t-test of the "
        "improvement in SALT between two visits. No patient is real."
    )
    with st.sidebar:
        truth, cohorts, seed = _controls()
    groups = f"{truth.n1} treated and {truth.n2} untreated patients"
    st.html(html.plan_line(f"True effect {number(truth.effect, 0)} points of SALT · {groups} · alpha {truth.alpha:g}"))
    key = repr((truth, seed))
    kept: Trials | None = learning.simulated(key)
    with st.container(horizontal=True, vertical_alignment="center"):
        go = st.button("Draw cohorts", type="primary", icon=":material/play_arrow:", key="simulator.go")
        st.button("Stop", icon=":material/stop:", key="simulator.stop", help="What is drawn so far stays.")
        st.button("Begin again", type="tertiary", key="simulator.again", on_click=learning.forget_simulated)
    bar, place = st.empty(), st.empty()
    if go and kept is not None and len(kept) >= cohorts:
        with bar:
            st.info(f"All {cohorts} cohorts are drawn. Choose more of them, or change what is true, in the sidebar.")
    elif go:
        kept = _run(truth, cohorts, seed, key, kept, bar, place)
    if kept is None:
        st.caption("Press “Draw cohorts”. Try also: a true effect of 0; 10 patients a group; enrolment from SALT 80 on.")
        return
    with place.container():
        _show(kept, truth, live=False)
    _open(truth, seed)


def _controls() -> tuple[Truth, int, int]:
    st.markdown("**What is true**")
    value: Any = st.slider
    effect = value("True effect (points of SALT)", 0.0, 60.0, 20.0, 1.0, "%g", key="simulator.effect", persist_state="session")
    n1 = value("Patients, treated", 2, 200, 30, key="simulator.n1", persist_state="session")
    n2 = value("Patients, untreated", 2, 200, 30, key="simulator.n2", persist_state="session")
    sd = value("Spread at baseline (SD)", 5.0, 40.0, 30.0, 1.0, "%g", key="simulator.sd", persist_state="session", help=help_of("SD"))
    correlation = value(
        "Correlation of the two visits",
        0.0,
        0.95,
        0.5,
        0.05,
        key="simulator.r",
        persist_state="session",
        help=help_of("Regression to the mean"),
    )
    cut = value(
        "Enrol from SALT", 0, 95, 0, 5, key="simulator.cut", persist_state="session", help="0 enrols everybody. The mean of all is 60."
    )
    dropout = value("Who leave before the second visit (%)", 0, 50, 0, 5, key="simulator.dropout", persist_state="session")
    worse = st.toggle("The worse leave more often", key="simulator.worse", persist_state="session", disabled=not dropout)
    alpha = st.select_slider("Alpha", [0.001, 0.01, 0.05, 0.1], 0.05, key="simulator.alpha", help=help_of("alpha"))
    cohorts = st.select_slider("Cohorts", COHORTS, 1000, key="simulator.cohorts")
    seed = st.number_input("Seed", 0, 999_999, 2025, key="simulator.seed", help="The same seed draws the same cohorts.")
    truth = Truth(
        n1=n1,
        n2=n2,
        effect=effect,
        sd=sd,
        correlation=correlation,
        enrol_from=float(cut) if cut else None,
        dropout=dropout / 100,
        worse_leave=bool(worse and dropout),
        alpha=alpha,
    )
    return truth, int(cohorts), int(seed)


def _run(truth: Truth, cohorts: int, seed: int, key: str, kept: Trials | None, bar: Any, place: Any) -> Trials:
    """Draw block after block; each is kept, so that Stop (or any other click) loses nothing."""
    while kept is None or len(kept) < cohorts:
        done = 0 if kept is None else len(kept)
        block = simulation.draw_block(truth, simulation.BLOCK, seed, done // simulation.BLOCK)
        kept = block if kept is None else kept + block
        learning.keep_simulated(key, kept)
        with bar:
            st.progress(len(kept) / cohorts, f"{len(kept)} of {cohorts} cohorts")
        with place.container():
            _show(kept, truth, live=True)
        time.sleep(PAUSE)
    bar.empty()
    return kept


def _show(trials: Trials, truth: Truth, live: bool) -> None:
    s, formula = simulation.summarise(trials, truth), simulation.expected(truth)
    render.key_numbers(_numbers(s, truth, formula))
    estimates, intervals = simulation.pictures(trials, truth)
    left, right = st.columns(2)
    end = f"{'live' if live else 'done'}.{len(trials)}"
    with left:
        st.html(html.headline("Estimates of the effect"))
        render.picture(lambda: pictures.estimates(estimates, truth.effect), f"simulator.estimates.{end}")
    with right:
        st.html(html.headline("Intervals of the last cohorts"))
        render.picture(lambda: pictures.intervals(intervals, truth.effect, 1 - truth.alpha), f"simulator.intervals.{end}")
    if not truth.worse_leave and formula.rough:
        st.caption(
            "The formula is of Student's t-test, which takes the spreads for equal. With fewer than ten left in a group Welch's, "
            "which is made here, finds less, or more where the other group is much larger."
        )
    if s.usable < s.cohorts:
        st.caption(f"{counted(s.cohorts - s.usable, 'cohort')} had a group with fewer than two patients left and could not be tested.")


def _numbers(s: Summary, truth: Truth, formula: simulation.Expected) -> list[tuple[str, str, str]]:
    cohorts = counted(s.cohorts, "cohort")
    power = ("Power", percent(s.power), cohorts if truth.worse_leave else f"by formula {percent(formula.power)}, {cohorts}")
    false = f"with no effect; alpha is {percent(truth.alpha)}"
    shown = [
        *([power] if truth.effect else []),
        ("False positives", percent(s.false_positives), false if truth.effect else f"{false}; {cohorts}"),
        ("Intervals that hold the truth", percent(s.coverage), f"should be {percent(1 - truth.alpha)}"),
    ]
    if truth.effect:
        times = f", {number(s.found / truth.effect)} times the truth" if s.found == s.found else ""
        shown.append(("Effect, where it was found", f"{number(s.found)}", f"true effect {number(truth.effect)}{times}"))
    shown.append(
        (
            "Improvement of the untreated",
            f"{number(s.untreated)} points",
            "leavers bias it"
            if truth.worse_leave
            else f"regression to the mean, by formula {number(formula.regression)}"
            if truth.enrol_from
            else "true: 0",
        )
    )
    return shown


def _open(truth: Truth, seed: int) -> None:
    """The first cohort, to be opened in the app as a synthetic one."""
    cohort = simulation.cohort_of(truth, seed, 0)
    st.markdown("## Look at one of them")
    st.caption("The first cohort that was drawn, not the best one. SALT is cut to 0–100 and rounded to one decimal there.")
    with st.container(horizontal=True):
        if st.button(
            "Open the first cohort in the app",
            icon=":material/table_view:",
            key="simulator.open",
            help="It takes the place of the cohort in use.",
        ):
            state.load(ActiveCohort(cohort, OPENED), state.plan().replace(stratifier="group", filters=()))
            st.switch_page(next(p.file for p in PAGES if p.file.endswith("trajectories.py")))
        st.download_button(
            "Its patients (CSV)",
            lambda: _csv(cohort),
            OPENED,
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            key="simulator.csv",
            help="Every row is marked as synthetic.",
        )


def _csv(cohort: Any) -> bytes:
    frame = cohort.patients.assign(synthetic="synthetic").join(cohort.salt.rename(columns=lambda w: f"salt_w{w}"))
    return frame.to_csv().encode()
