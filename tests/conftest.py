"""Property tests take the time they need and draw the same examples on every run; workers wait for no other."""

from __future__ import annotations

import gc
import os
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings
from threadpoolctl import threadpool_limits

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadFileScheduling

# As app.py does: two workers with two threads each wait for one another at every small product. The variable is for the workers and
# for libraries that come later, the limit for NumPy, which the settings of warnings have loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
threadpool_limits(int(os.environ["OPENBLAS_NUM_THREADS"]))

settings.register_profile("aadash", deadline=None, derandomize=True)
settings.load_profile("aadash")


gc.disable()  # until all is collected


def pytest_collection_finish(session: pytest.Session) -> None:
    """What the imports left behind stays: walking over it again and again took a seventh of the tests' time."""
    gc.enable()
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


#: Browsers and servers, who mostly wait: each of these is one worker's.
WAITING = ("tests/browser/", "tests/server/")
#: Where the longest tests are, the longest first: what is begun last keeps one worker while the others have nothing left to do.
LONGEST = (
    *WAITING,
    "tests/analyses/test_every_rule.py",
    "tests/app/test_pages.py",
    "tests/summaries/test_engine.py",
    "tests/app/panels/test_predictors.py",
    "tests/language/test_reports.py",
    "tests/summaries/test_millions.py",
    "tests/papercheck/test_clean_tables.py",
    "tests/summaries/test_same_result.py",
    "tests/app/upload/test_home.py",
    "tests/intake/test_fuzz.py",
    "tests/summaries/test_jointly.py",
    "tests/app/panels/test_hospitals.py",
    "tests/summaries/test_counted.py",
    "tests/views/test_views.py",
    "tests/app/test_random_walk.py",
    "tests/summaries/test_tables.py",
    "tests/app/panels/test_report.py",
    "tests/report/test_hostile_names.py",
    "tests/app/upload/test_measures.py",
    "tests/intake/test_isolated.py",
    "tests/test_names_are_data.py",
    "tests/app/panels/test_registry.py",
    "tests/analyses/test_predictors_anywhere.py",
    "tests/analyses/test_sentences.py",
    "tests/test_another_measure.py",
    "tests/summaries/test_postgres.py",
    "tests/report/test_code.py",
    "tests/report/test_r_code.py",
    "tests/app/test_work.py",
    "tests/test_cli_file.py",
    "tests/views/test_odd_cohorts.py",
    "tests/report/test_bundle.py",
)


def _long(nodeid: str) -> str:
    return next((place for place in LONGEST if nodeid.startswith(place)), "")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadFileScheduling:
    """Each file to one worker, those that wait together: with one browser at a time, its waiting is the others' computing."""
    from xdist.scheduler import LoadFileScheduling

    class LongestFirst(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return _long(nodeid) or super()._split_scope(nodeid)

    config.option.loadscopereorder = False
    return LongestFirst(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """For workers, the longest first; then the files with the most tests."""
    if hasattr(config, "workerinput"):
        of = Counter(item.path for item in items)
        items.sort(key=lambda i: (LONGEST.index(_long(i.nodeid)) if _long(i.nodeid) else len(LONGEST), -of[i.path]))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Who computes makes way for what is waited for."""
    if hasattr(os, "nice") and hasattr(item.config, "workerinput") and not item.nodeid.startswith(WAITING) and not os.nice(0):
        os.nice(5)
