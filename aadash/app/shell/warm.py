"""Make the first change as quick as the tenth: load what is heavy in the background, then spare it the collector.

Streamlit runs a full garbage collection after every script run. With the libraries loaded that costs some 100 ms;
objects that are frozen once loaded cost nothing.
"""

from __future__ import annotations

import gc
import threading

import streamlit as st

from aadash.intake.isolated import prepare


def _load() -> None:
    import aadash.analyses
    import aadash.intake
    from aadash.app.session.samples import load_sample
    from aadash.charts import chart
    from aadash.plan import AnalysisPlan

    plan, cohort = AnalysisPlan(), load_sample("korea_2025").cohort
    results = aadash.analyses.answers(cohort, plan).results
    chart(results["salt_over_time"])
    chart(results["responders"])
    chart(aadash.analyses.predictors(cohort, plan))
    gc.collect()
    gc.freeze()
    # pingouin and what it brings take up to two seconds: last, so that nobody's first page waits for them
    aadash.analyses.second_opinion(cohort, plan)
    gc.collect()
    gc.freeze()


@st.cache_resource(show_spinner=False)
def warm() -> threading.Thread:
    """Start the loading, and a process that waits for files, once a process."""
    prepare()
    thread = threading.Thread(target=_load, name="aadash-warm", daemon=True)
    thread.start()
    return thread
