"""Long computations in another process: the same answer, progress, Stop, errors, and nobody held up."""

from __future__ import annotations

import os
import threading

import pytest

from aadash import AnalysisPlan
from aadash.analyses import bootstrap
from aadash.app.session.samples import load_sample
from aadash.app.work import POOL, call
from aadash.errors import NotComputable

from .long_calls import broken, ended, impossible, loaded, slow


def nothing(*_: object) -> None:
    """Progress that nobody looks at."""


def test_the_answer_is_that_of_this_process() -> None:
    cohort, plan = load_sample("korea_2025").cohort, AnalysisPlan()
    here, there = bootstrap(cohort, plan, progress=nothing), call(bootstrap, cohort, plan, progress=nothing)
    assert there.table.equals(here.table)
    assert there.sentence == here.sentence


def test_progress_is_told_and_a_process_is_used_again() -> None:
    told: list[tuple[float, ...]] = []
    first = call(slow, 1.0, progress=lambda *far: told.append(far))
    assert first != os.getpid()
    assert any(len(far) == 2 and 0 < far[0] <= far[1] == 20 for far in told)
    assert call(slow, 0.1, progress=nothing) == first


def test_stop_ends_the_process() -> None:
    class Stopped(Exception):
        pass

    def stop(done: float, total: int = 0) -> None:
        if done > 2:
            raise Stopped

    with pytest.raises(Stopped):
        call(slow, 600.0, progress=stop)
    assert call(slow, 0.1, progress=nothing) != os.getpid(), "the next one gets a process and a turn"


def test_an_error_of_ours_arrives_as_it_was_raised() -> None:
    with pytest.raises(NotComputable, match="nobody to ask"):
        call(impossible, progress=nothing)


def test_a_fault_is_told_without_a_value_of_the_file() -> None:
    with pytest.raises(NotComputable) as told:
        call(broken, "P0007", progress=nothing)
    assert "KeyError in long_calls.py" in told.value.paragraph()
    assert "P0007" not in told.value.paragraph()


def test_a_process_that_ends_is_told_and_replaced() -> None:
    with pytest.raises(NotComputable, match="ended"):
        call(ended, progress=nothing)
    assert call(slow, 0.1, progress=nothing) != os.getpid()


def test_more_than_fit_take_turns() -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(call(slow, 0.3, progress=nothing))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(found) == 4
    assert len(POOL.waiting()) == 1, "one process is kept for the next"


def test_it_loads_no_streamlit() -> None:
    assert call(loaded, "streamlit", progress=nothing) is False
    assert call(loaded, "aadash.analyses", progress=nothing) is True
