"""What is loaded when: before the server says that it is there what every page is made of, the rest when nobody waits for a page.

Loaded beside the first page, it held that page up: 5.2 s until it stood still, against 2.4 s for a bare page of Streamlit.
"""

from __future__ import annotations

import threading
import time
from functools import cache

from aadash.app.server import sessions

#: Nobody waits for a page when none has begun for so many seconds.
REST = 4.0
#: So many seconds after the start it is loaded even if no page has been asked for.
ALONE = 8.0


@cache
def ready() -> None:
    """Load what the first page is made of, once a process; it has begun to compute, too."""
    from aadash.analyses import salt_over_time
    from aadash.app import upload  # noqa: F401 # what a page without a cohort is made of
    from aadash.app.parts import draw  # noqa: F401
    from aadash.app.session.samples import load_sample
    from aadash.charts import chart
    from aadash.plan import AnalysisPlan

    chart(salt_over_time(load_sample("korea_2025").cohort, AnalysisPlan()), "means")


def _others() -> None:
    """Make the first change as quick as the tenth, and the first file; pingouin, which takes longest, last."""
    import aadash.analyses
    from aadash.app.session.samples import load_sample
    from aadash.intake.isolated import prepare
    from aadash.plan import AnalysisPlan

    begun = time.monotonic()
    plan, cohort = AnalysisPlan(), load_sample("korea_2025").cohort
    for load in (
        lambda: aadash.analyses.answers(cohort, plan),
        prepare,
        lambda: aadash.analyses.predictors(cohort, plan),
        lambda: aadash.analyses.second_opinion(cohort, plan),
    ):
        while (wait := _quiet_from(begun) - time.monotonic()) > 0:
            time.sleep(wait)
        load()


def _quiet_from(begun: float) -> float:
    """When nobody waits for a page any more, as far as is known now."""
    last = sessions.last_page()
    return begun + ALONE if last is None else last + REST


@cache
def warm() -> threading.Thread:
    """Begin to load the rest, once a process, when the first page is drawn or nobody has come."""
    thread = threading.Thread(target=_others, name="aadash-warm", daemon=True)
    thread.start()
    return thread
