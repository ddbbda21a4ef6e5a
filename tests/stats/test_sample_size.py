"""Planning against R (``gen_adjusted.R``) and the worked examples of pmsampsize and longpower."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats import sample_size as plan
from aadash.stats.pingouin_adapter import patients_two_means
from aadash.stats.proportions import wilson
from tests.stats.extended import answers

R = answers("adjusted")["planning"]


def test_two_rates_as_power_prop_test() -> None:
    assert plan.power_two_rates(0.35, 0.6, 50, 50) == pytest.approx(R["prop_power"], rel=1e-9)
    assert plan.power_two_rates(0.52, 0.81, 75, 42) == pytest.approx(R["unequal"], rel=1e-9)
    assert plan.patients_two_rates(0.35, 0.6) == (int(np.ceil(R["prop_n"])),) * 2
    assert plan.patients_two_rates(0.35, 0.6, ratio=0.5)[0] > plan.patients_two_rates(0.35, 0.6)[0]


def test_two_means_as_power_t_test() -> None:
    assert patients_two_means(0.5, 0.8) == pytest.approx(R["t_n"], rel=1e-6)


def test_repeated_measures_with_dropout() -> None:
    e = R["repeated"]
    assert plan.patients_repeated(e["S"], e["r"], 15).n1 == pytest.approx(e["n"], rel=1e-9)
    # the example of longpower::power.mmrm
    exchangeable = 0.25 + 0.75 * np.eye(4)
    assert plan.patients_repeated(exchangeable, [1, 0.9, 0.8, 0.7], 0.5).n1 == pytest.approx(86.99175, abs=1e-5)
    everyone = plan.patients_repeated(exchangeable, [1, 1, 1, 1], 0.5)
    assert everyone.inflation == pytest.approx(1) and everyone.n1 == pytest.approx(2 * (1.959964 + 0.841621) ** 2 / 0.25, rel=1e-5)
    for shares in ([1, 0.5, 0.6, 0.5], [1, 0.5, 0.2, 0]):
        with pytest.raises(NotComputable, match="must fall"):
            plan.patients_repeated(exchangeable, shares, 0.5)


def test_the_examples_of_pmsampsize() -> None:
    """Its help page: binary 662 patients (Cox–Snell R² 0.288, 24 parameters, 17.4 %)."""
    b = plan.riley_binary(24, 0.174, r2=0.288)
    assert (b.n, b.shrinkage, b.optimism, b.precision) == (662, 623, 662, 221)


def test_r2_of_an_area_as_four_million_simulated_patients_have_it() -> None:
    assert plan.riley_binary(24, 0.174, auc=0.89).r2 == pytest.approx(R["auc_r2"], abs=1e-3)


def test_the_fewest_is_the_fewest() -> None:
    n = plan.patients_for_rate(0.4, 0.1)
    halves = [(i.high - i.low) / 2 for i in (wilson(round(0.4 * k), k) for k in (n, n - 5))]
    assert halves[0] <= 0.101 and halves[1] > 0.1
    assert plan.rate_half_width(0.4, 100) == pytest.approx((wilson(40, 100).high - wilson(40, 100).low) / 2)


def test_what_cannot_be_planned() -> None:
    for call in (
        lambda: plan.patients_two_rates(0.4, 0.4),
        lambda: plan.patients_two_rates(0.4, 1.0),
        lambda: plan.patients_for_rate(0.5, 0.0),
        lambda: plan.riley_binary(5, 0.3, r2=0.9),
        lambda: plan.riley_binary(5, 0.3, auc=0.5),
        lambda: plan.patients_repeated(np.eye(2), [1, 1], 0),
    ):
        with pytest.raises(NotComputable):
            call()
