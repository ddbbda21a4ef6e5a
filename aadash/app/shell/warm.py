"""Make the first change as quick as the tenth: load what is heavy in the background, then spare it the collector.

Streamlit runs a full garbage collection after every script run. With the libraries loaded that costs some 100 ms;
objects that are frozen once loaded cost nothing.
"""

from __future__ import annotations

import gc
import threading

import streamlit as st

from aadash.app.shell.uploads import keep_in_memory, limit_waiting
from aadash.intake.isolated import prepare


def _load() -> None:
    import aadash.analyses
    import aadash.charts
    import aadash.intake
    from aadash.app.session.samples import load_sample
    from aadash.plan import AnalysisPlan

    plan, cohort = AnalysisPlan(), load_sample("korea_2025").cohort
    results = aadash.analyses.run_all(cohort, plan)
    strata = plan.strata(cohort)
    aadash.charts.spaghetti(cohort, strata, results["salt_over_time"])
    aadash.charts.week_bars(results["responders"], strata, plan.endpoint)
    aadash.charts.forest(aadash.analyses.predictors(cohort, plan))
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def warm() -> threading.Thread:
    """Once a process: settle what the server does with uploads, have a process wait for files, start the loading."""
    keep_in_memory()
    limit_waiting()
    prepare()
    thread = threading.Thread(target=_load, name="aadash-warm", daemon=True)
    thread.start()
    return thread
