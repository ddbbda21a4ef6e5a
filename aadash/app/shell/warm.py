"""Make the first change as quick as the tenth: load what is heavy in the background, as soon as the server is up."""

from __future__ import annotations

import threading
from functools import cache

from aadash.intake.isolated import prepare


def _load() -> None:
    import aadash.analyses
    import aadash.intake
    from aadash.app.session.samples import load_sample
    from aadash.charts import chart
    from aadash.plan import AnalysisPlan

    plan, cohort = AnalysisPlan(), load_sample("korea_2025").cohort
    results = aadash.analyses.answers(cohort, plan).results
    chart(results["salt_over_time"], "spaghetti")
    chart(results["salt_over_time"], "means")
    chart(results["responders"])
    chart(aadash.analyses.predictors(cohort, plan))
    # pingouin and what it brings take up to two seconds: last, so that nobody's first page waits for them
    aadash.analyses.second_opinion(cohort, plan)


@cache
def warm() -> threading.Thread:
    """Start the loading, and a process that waits for files, once a process."""
    prepare()
    thread = threading.Thread(target=_load, name="aadash-warm", daemon=True)
    thread.start()
    return thread
