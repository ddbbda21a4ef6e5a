"""Backward elimination against R's step, and selection in resamples."""

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.likelihood import maximise
from aadash.stats.logistic import bernoulli
from aadash.stats.stepwise import backward, penalty, selection_stability
from aadash.stats.validation import bootstrap_rows
from tests.stats.predictors_answers import R, data

STEP = R["step"]
SIM = data("salt_sim_2_patients")
Y = SIM["salt20_w36"].to_numpy(float)


def _loglik(terms: frozenset[int], rows: np.ndarray) -> float:
    names = [STEP["terms"][t] for t in sorted(terms)]
    x = np.column_stack([np.ones(len(SIM)), SIM[names].to_numpy(float)])[rows]
    x = x / np.abs(x).max(axis=0)
    return maximise(bernoulli(x, Y[rows]), np.zeros(x.shape[1]), np.arange(x.shape[1])).at.value


def _lost(terms: frozenset[int], rows: np.ndarray) -> dict[int, float]:
    return {t: 2 * (_loglik(terms, rows) - _loglik(terms - {t}, rows)) for t in terms}


@pytest.mark.parametrize("criterion", ["aic", "p"])
def test_backward_as_step(criterion: str) -> None:
    found = backward(_lost, [1] * 6, np.arange(len(SIM)), criterion)
    assert [STEP["terms"][t] for t in sorted(found.chosen)] == STEP[criterion]
    if criterion == "aic":
        assert sum(s.gain for s in found.steps) == pytest.approx(STEP["full_aic"] - STEP["aic_value"], abs=1e-6)


def test_penalties() -> None:
    assert penalty("aic", 3) == 6
    assert penalty("p", 1) == pytest.approx(3.841459, abs=1e-6)  # χ² of 1 df at 0.95
    assert penalty("p", 4) == pytest.approx(9.487729, abs=1e-6)


def test_stability_counts_each_resample_once() -> None:
    rows = list(bootstrap_rows(len(SIM), 12, seed=3))
    told: list[tuple[int, int]] = []
    found = selection_stability(_lost, [1] * 6, rows, 12, progress=lambda done, total: told.append((done, total)))
    assert told == [(k, 12) for k in range(1, 13)]
    assert sum(k for _, k in found.models) == found.resamples == 12
    single = [backward(_lost, [1] * 6, r).chosen for r in rows]
    assert found.frequency == pytest.approx([np.mean([t in s for s in single]) for t in range(6)])
    counts = [k for _, k in found.models]
    assert counts == sorted(counts, reverse=True)


def test_a_resample_that_cannot_be_fitted_is_counted_apart() -> None:
    def moody(terms: frozenset[int], rows: np.ndarray) -> dict[int, float]:
        if rows[0] == 0:
            raise NotComputable("no")
        return dict.fromkeys(terms, 0.0)

    found = selection_stability(moody, [1, 1], [np.array([0]), np.array([1]), np.array([2])], 3)
    assert (found.resamples, found.failed, found.frequency.tolist()) == (2, 1, [0, 0])
    with pytest.raises(NotComputable, match="No resample"):
        selection_stability(moody, [1, 1], [np.array([0])], 1)


def test_what_progress_raises_ends_it() -> None:
    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        selection_stability(lambda terms, rows: {0: 0.0}, [1], bootstrap_rows(5, 5), 5, progress=stop)
