"""How many patients the next study needs: precision first, then power, then what a prediction model asks for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr, ndtri

from aadash.errors import NotComputable
from aadash.stats.distributions import z_crit
from aadash.stats.proportions import wilson

#: Nobody plans for more: a search that reaches it has no answer worth giving.
MOST_PATIENTS = 1_000_000


@dataclass(frozen=True, slots=True)
class Riley:
    """Least number of patients for developing a prediction model, criterion by criterion; ``n`` is the largest of them."""

    n: int
    shrinkage: int
    """Expected shrinkage of at least 0.9."""
    optimism: int
    """Apparent less adjusted R² (Nagelkerke's for yes/no) of at most 0.05."""
    precision: int
    """Overall risk known to ± 0.05 (yes/no), residual SD to 10 % (numbers)."""
    r2: float
    """Anticipated Cox–Snell R² (yes/no) or R² (numbers)."""


@dataclass(frozen=True, slots=True)
class RepeatedPower:
    """Patients a group for a difference at the last visit of a mixed model for repeated measures with dropout."""

    n1: float
    n2: float
    inflation: float
    """Patients needed over those needed without dropout and with the last visit alone."""


def rate_half_width(p: float, n: int, level: float = 0.95) -> float:
    """Half the length of Wilson's interval of a rate near ``p`` in ``n`` patients (``p·n`` rounded to a whole patient).

    Wilson 1927, doi:10.1080/01621459.1927.10502953. R: ``diff(prop.test(k, n, correct = FALSE)$conf.int) / 2``.
    """
    i = wilson(round(p * n), n, level)
    return (i.high - i.low) / 2


def patients_for_rate(p: float, half_width: float, level: float = 0.95) -> int:
    """Fewest patients for Wilson's interval of a rate ``p`` to reach no further than ``half_width`` on average of its two sides.

    Wilson's half-length z√(pq/n + z²/4n²)/(1 + z²/n) at p itself, solved for whole n. Newcombe 2013, Confidence Intervals for
    Proportions, ch. 5. R: by its formula. Raises NotComputable beyond a million patients, or for a width of zero.
    """
    _between(p, "rate")
    z2 = z_crit(level) ** 2

    def half(n: int) -> float:
        return math.sqrt(z2 * (p * (1 - p) / n + z2 / (4 * n * n))) / (1 + z2 / n)

    return _least(lambda n: half(n) <= half_width, 2)


def power_two_rates(p1: float, p2: float, n1: int, n2: int, alpha: float = 0.05) -> float:
    """Power of the two-sided comparison of two rates.

    Φ((|d|√… − z√(p̄q̄(1/n₁ + 1/n₂)))/√(p₁q₁/n₁ + p₂q₂/n₂)), p̄ the pooled rate; the far tail is left out. Fleiss, Levin & Paik 2003,
    Statistical Methods for Rates and Proportions, ch. 4. R: ``power.prop.test(n, p1, p2)``, which has equal groups. Power after the
    study, for the difference that was found, says nothing that p does not.
    """
    _between(p1, "rate")
    _between(p2, "rate")
    pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
    under0 = math.sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    under1 = math.sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    return float(ndtr((abs(p1 - p2) - z_crit(1 - alpha) * under0) / under1))


def patients_two_rates(p1: float, p2: float, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0) -> tuple[int, int]:
    """Fewest patients in the first and the second group (second = ``ratio`` × first) for :func:`power_two_rates`.

    Fleiss, Levin & Paik 2003, ch. 4. R: ``power.prop.test(p1 =, p2 =, power =)``, rounded up. Raises NotComputable for equal rates.
    """
    if p1 == p2:
        raise NotComputable("Two equal rates cannot be told apart by any number of patients")
    n = _least(lambda k: power_two_rates(p1, p2, k, max(1, math.ceil(ratio * k)), alpha) >= power, 2)
    return n, max(1, math.ceil(ratio * n))


def patients_repeated(
    covariance: ArrayLike, retained: ArrayLike, delta: float, power: float = 0.8, alpha: float = 0.05, ratio: float = 1.0
) -> RepeatedPower:
    """Patients for a difference ``delta`` of two groups' means at the last visit, analysed by a mixed model, with dropout.

    Parameters
    ----------
    covariance
        T × T covariance of a patient's visits, the same in both groups.
    retained
        T shares of patients still there at each visit, starting with 1 and never rising.
    ratio
        Second group over first.

    Notes
    -----
    φ is the last diagonal element of [Σⱼ (rⱼ − rⱼ₊₁) E_j' Σ_j⁻¹ E_j]⁻¹, Σ_j the first j visits; n₁ = φ(1 + 1/ratio)(z + z_β)²/δ². Lu,
    Luo & Chen 2008, doi:10.2202/1557-4679.1098. R: ``longpower::power.mmrm``. Not rounded. Dropout is taken to be at random.

    Raises
    ------
    NotComputable
        Nobody left at the last visit, shares that rise, or a singular covariance.
    """
    sigma, r = np.asarray(covariance, dtype=float), np.asarray(retained, dtype=float)
    if np.any(np.diff(r) > 1e-12) or not r[-1] > 0 or r[0] > 1 + 1e-12:
        raise NotComputable("The shares of patients who stay must fall from 1 and end above 0")
    if not delta:
        raise NotComputable("No difference cannot be found by any number of patients")
    leaving = r - np.append(r[1:], 0.0)
    information = np.zeros_like(sigma)
    for j, share in enumerate(leaving, start=1):
        if share > 0:
            information[:j, :j] += share * _inverse(sigma[:j, :j])
    phi = float(_inverse(information)[-1, -1])
    factor = (z_crit(1 - alpha) + float(ndtri(power))) ** 2 / delta**2
    n1 = phi * (1 + 1 / ratio) * factor
    return RepeatedPower(n1, n1 * ratio, phi / float(sigma[-1, -1]))


def _inverse(matrix: np.ndarray) -> np.ndarray:
    try:
        return np.linalg.inv(matrix)
    except np.linalg.LinAlgError:
        raise NotComputable("The covariance of the visits is singular: too few patients, or visits without spread") from None


def riley_binary(parameters: int, prevalence: float, r2: float | None = None, auc: float | None = None) -> Riley:
    """Least patients for a model of a yes/no outcome with so many ``parameters`` (coefficients without the intercept).

    ``r2`` is the anticipated Cox–Snell R², or it follows from the anticipated ``auc`` with normal linear predictors in both outcomes.
    Shrinkage: P/((S − 1)ln(1 − R²/S)), S = 0.9; optimism: the same with S = R²/(R² + 0.05 R²_max); precision: (1.96/0.05)²φ(1 − φ).
    Riley et al. 2019, doi:10.1002/sim.7992; 2020, doi:10.1136/bmj.m441; from the AUC: Riley et al. 2021, doi:10.1002/sim.8806. R:
    ``pmsampsize::pmsampsize(type = "b")``. The apparent R² of this cohort is too large for planning.

    Raises NotComputable for an anticipated R² of 0 or beyond its maximum.
    """
    _between(prevalence, "share of responders")
    null = prevalence * math.log(prevalence) + (1 - prevalence) * math.log(1 - prevalence)
    highest = 1 - math.exp(2 * null)
    anticipated = r2 if r2 is not None else _r2_of_auc(auc if auc is not None else float("nan"), prevalence, null)
    if not 0 < anticipated < highest:
        raise NotComputable(f"An R² of {anticipated:.3g} cannot be planned for", expected=f"a number above 0 and below {highest:.3f}")
    shrinkage = _shrunk(parameters, anticipated, 0.9)
    optimism = _shrunk(parameters, anticipated, anticipated / (anticipated + 0.05 * highest))
    precision = math.ceil((1.96 / 0.05) ** 2 * prevalence * (1 - prevalence))
    return Riley(max(shrinkage, optimism, precision), shrinkage, optimism, precision, anticipated)


def _shrunk(parameters: int, r2: float, shrinkage: float) -> int:
    if r2 >= shrinkage:
        raise NotComputable(f"An R² of {r2:.3g} leaves no room for shrinkage", expected="a smaller anticipated R²")
    return math.ceil(parameters / ((shrinkage - 1) * math.log(1 - r2 / shrinkage)))


def _r2_of_auc(auc: float, prevalence: float, null: float) -> float:
    """Cox–Snell R² of a linear predictor that is normal with variance 1 in both outcomes: the logit is then linear in it."""
    if not 0.5 < auc < 1:
        raise NotComputable(f"An AUC of {auc:g} cannot be planned for", expected="a number above 0.5 and below 1")
    d = math.sqrt(2) * float(ndtri(auc))
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    weights = weights / weights.sum()
    offset = math.log(prevalence / (1 - prevalence)) - d * d / 2
    yes = -np.logaddexp(0, -(d * (nodes + d) + offset))
    no = -np.logaddexp(0, d * nodes + offset)
    loglik = prevalence * float(weights @ yes) + (1 - prevalence) * float(weights @ no)
    return 1 - math.exp(2 * (null - loglik))


def _between(value: float, what: str) -> None:
    if not 0 < value < 1:
        raise NotComputable(f"A {what} of {value:g} cannot be planned for", expected="a number above 0 and below 1")


def _least(good: Callable[[int], bool], start: int) -> int:
    """Smallest whole number from ``start`` on for which ``good`` holds; it must stay true beyond."""
    high = start
    while not good(high):
        high *= 2
        if high > MOST_PATIENTS:
            raise NotComputable("More than a million patients would be needed", fix="Ask for less precision or a larger difference")
    low = max(start, high // 2)
    while low < high:
        middle = (low + high) // 2
        if good(middle):
            high = middle
        else:
            low = middle + 1
    return low
