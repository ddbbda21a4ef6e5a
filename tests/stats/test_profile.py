"""Profile limits: the same as by bracketing and as R's, also where one of them lies far out or nowhere."""

import numpy as np
import pandas as pd
import pytest

from aadash.stats.design import build_design
from aadash.stats.firth import penalised
from aadash.stats.likelihood import Maximum, Objective, maximise, profile_limits
from aadash.stats.logistic import bernoulli
from aadash.stats.profile import profile_interval
from tests.stats.predictors_answers import data


def _best(objective: Objective, p: int) -> tuple[Maximum, np.ndarray]:
    best = maximise(objective, np.zeros(p), np.arange(p))
    return best, np.sqrt(np.diagonal(np.linalg.inv(best.at.information)))


@pytest.mark.parametrize("make", [penalised, bernoulli])
@pytest.mark.parametrize("level", [0.9, 0.999])
def test_as_by_bracketing(make, level: float) -> None:  # type: ignore[no-untyped-def]
    sim = data("salt_sim_2_patients").rename(columns={"salt20_w36": "y"})
    design = build_design("y ~ age + female + duration + ivmp + ophiasis + baseline", sim, binary_response=True)
    objective = make(design.x / np.abs(design.x).max(axis=0), design.y)
    best, se = _best(objective, 7)
    for j in range(7):
        assert profile_interval(objective, best, j, se[j], level) == pytest.approx(
            profile_limits(objective, best, j, se[j], level), rel=1e-8
        )


def test_separated_data_far_limit() -> None:
    design = build_design("HG ~ NV + PI + EH", data("endometrial"), binary_response=True)
    objective = penalised(design.x / np.abs(design.x).max(axis=0), design.y)
    best, se = _best(objective, 4)
    low, high = profile_interval(objective, best, 1, se[1], 0.95)
    # Heinze & Schemper 2002, doi:10.1002/sim.1047: NV 2.93 (0.61 to 7.85)
    assert (low, high) == pytest.approx((0.61, 7.85), abs=0.005)


def test_a_limit_that_is_nowhere_is_infinite() -> None:
    frame = pd.DataFrame({"y": [0, 1, 0, 1, 1, 1], "x": [0, 0, 0, 1, 1, 1]})
    design = build_design("y ~ x", frame, binary_response=True)
    objective = bernoulli(design.x, design.y)
    start = maximise(objective, np.array([np.log(0.5), 30.0]), np.array([0]))  # as good as the supremum
    assert profile_interval(objective, start, 1, 1.0, 0.95)[1] == np.inf
