"""Two readings of the same patients against R (``gen_adjusted.R``): formulas with ``qt(ncp =)``, and ``psych``."""

from __future__ import annotations

import numpy as np
import pytest

from aadash.errors import NotComputable
from aadash.stats.agreement import bland_altman, weighted_kappa
from aadash.stats.pingouin_adapter import intraclass_correlation
from tests.stats.extended import answers

R = answers("adjusted")["agreement"]
R1, R2 = np.array(R["r1"]), np.array(R["r2"])
B1, B2 = np.array(R["b1"]) - 1, np.array(R["b2"]) - 1


def test_limits_of_agreement_as_r() -> None:
    a = bland_altman(R1, R2)
    assert (a.bias, a.sd) == pytest.approx((R["bias"], R["sd"]), rel=1e-12)
    assert (a.bias_low, a.bias_high) == pytest.approx(R["bias_ci"], rel=1e-9)
    assert (a.lower, a.upper) == pytest.approx(R["loa"], rel=1e-12)
    assert a.upper_ci == pytest.approx(R["upper"], rel=1e-6) and a.lower_ci == pytest.approx(R["lower"], rel=1e-6)
    assert (a.slope, a.slope_p) == pytest.approx(R["slope"], rel=1e-9)


def test_bland_and_altmans_own_data() -> None:
    """Peak flow, large against mini meter, 17 patients (Lancet 1986, table): bias −2.1, SD 38.8, limits −79.7 and 75.5 with 2 SD."""
    large = [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427]
    mini = [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451]
    a = bland_altman(large, mini)
    assert (round(a.bias, 1), round(a.sd, 1)) == (-2.1, 38.8)
    assert a.lower_ci[0] < a.lower < a.lower_ci[1] < a.upper_ci[0] < a.upper < a.upper_ci[1]


@pytest.mark.parametrize("weights", ["quadratic", "linear", "none"])
def test_kappa_as_its_formula_in_r(weights: str) -> None:
    k = weighted_kappa(B1, B2, 4, weights)  # type: ignore[arg-type]
    kappa, se, observed, expected, null = R[weights]
    assert [k.kappa, k.se, k.observed, k.expected] == pytest.approx([kappa, se, observed, expected], rel=1e-9)
    assert k.p < 1e-4 and kappa / null > 4


def test_psych_says_the_same() -> None:
    weighted, plain = R["psych"][:2]
    assert weighted_kappa(B1, B2, 4).kappa == pytest.approx(weighted, rel=1e-9)
    assert weighted_kappa(B1, B2, 4, "none").kappa == pytest.approx(plain, rel=1e-9)
    icc = intraclass_correlation(np.column_stack([R1, R2]))["agreement"]
    assert [icc["icc"], icc["ci_low"], icc["ci_high"]] == pytest.approx(R["icc"], rel=1e-6)


def test_perfect_agreement_and_none_at_all() -> None:
    assert weighted_kappa([0, 1, 2, 2], [0, 1, 2, 2], 3).kappa == 1
    assert weighted_kappa([0, 0, 1, 1], [0, 1, 0, 1], 2).kappa == 0
    with pytest.raises(NotComputable, match="one category"):
        weighted_kappa([1, 1], [1, 1], 3)
    with pytest.raises(NotComputable, match="both readings"):
        weighted_kappa([np.nan], [1], 3)
    with pytest.raises(NotComputable, match="three patients"):
        bland_altman([1, 2], [1, 2])
