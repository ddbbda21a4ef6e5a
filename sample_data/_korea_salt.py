"""SALT of the Korean sample: 117 patients at weeks 0, 8, 12, 16, 24 and 36, to the paper's printed numbers.

Lee JW et al., "Clinical Efficacy and Safety of Baricitinib in Patients With Alopecia Areata in Korea", Ann Dermatol
2025. What is printed there is a constant below. The rest is drawn, calibrated, and kept when everything printed holds.
"""

from __future__ import annotations

import numpy as np
from _calibrate import Infeasible, polish, solve
from scipy.special import expit, logit

WEEKS = (0, 8, 12, 16, 24, 36)
MEAN = (65.23, 55.58, 43.97, 39.25, 30.78, 24.60)
SD = (35.13, 37.26, 37.20, 36.10, 34.47, 34.11)
#: Patients with SALT100, SALT90 and SALT75 at weeks 8 to 36: the only counts on 75 and 42 that print as the paper does.
RESPONDERS = {
    "A": ((1, 4, 4), (4, 9, 15), (5, 12, 16), (8, 17, 28), (17, 33, 39)),
    "B": ((1, 3, 6), (9, 12, 19), (15, 21, 25), (20, 26, 31), (23, 28, 34)),
}
#: Baselines at 100, in (95, 100), in (55, 95], in (50, 55] and up to 50: 47 above 95, 75 above 55, 83 above 50.
N_100, N_95, N_MIDDLE, N_EDGE, N_LOW = 40, 7, 28, 8, 34
N = N_100 + N_95 + N_MIDDLE + N_EDGE + N_LOW
#: Baselines above this are the responder table's Group A. The paper does not say where it cut; invented.
PAPER_CUT = 55.0
#: SALT<=20 at week 36 among baselines above 50 (46 of 83 is 55.4 %) and above 95 (23 of 47 is 48.9 %).
CLEAR_ABOVE_50, CLEAR_ABOVE_95 = 46, 23
#: How far the order of response follows the baseline at each visit: early on, complete loss moves last. Invented.
TILT = (0.0, 0.9, 0.8, 0.6, 0.5, 0.25)


def make_salt(rng: np.random.RandomState) -> np.ndarray:
    """SALT (117, 6) to one decimal. Most draws fail one of the printed counts; a few dozen of 5 ms are enough."""
    for _ in range(5000):
        try:
            salt = _draw(rng)
        except Infeasible:
            continue
        clear = salt[:, -1] <= 20
        counts = clear[salt[:, 0] > 50].sum(), clear[salt[:, 0] > 95].sum()
        if counts == (CLEAR_ABOVE_50, CLEAR_ABOVE_95):
            return salt
    raise RuntimeError("no draw met the printed numbers")


def _draw(rng: np.random.RandomState) -> np.ndarray:
    baseline = _baseline(rng)
    visits = [baseline]
    spread = (baseline - baseline.mean()) / baseline.std()
    trait, drift = rng.normal(size=N), rng.normal(size=N)
    for j in range(1, len(WEEKS)):
        drift = 0.6 * drift + 0.8 * rng.normal(size=N)
        visits.append(_visit(baseline, trait + 0.22 * drift + TILT[j] * spread, j, rng))
    return np.column_stack(visits)


def _baseline(rng: np.random.RandomState) -> np.ndarray:
    """Baselines with the printed mean and SD: the shapes of the middle and of the low part are solved for."""
    u_middle = (np.arange(N_MIDDLE) + rng.uniform(size=N_MIDDLE)) / N_MIDDLE
    u_low = (np.arange(N_LOW) + rng.uniform(size=N_LOW)) / N_LOW
    fixed = np.concatenate([np.full(N_100, 100.0), rng.uniform(95.6, 99.6, N_95), rng.uniform(50.4, 54.4, N_EDGE)])

    def build(shape: np.ndarray) -> np.ndarray:
        middle = 56.0 + 38.5 * u_middle ** np.exp(shape[0])
        return np.concatenate([fixed, middle, 2.5 + 47.0 * u_low ** np.exp(shape[1])])

    values = np.round(build(solve(build, MEAN[0], SD[0], (0.0, 0.0))), 1)
    low, high = np.where(values > 55, 55.5, 2.0), np.where(values > 55, 94.9, 49.9)
    polish(values, MEAN[0], SD[0], 0.1, np.arange(len(fixed), N), low, high)
    return values


def _visit(baseline: np.ndarray, order: np.ndarray, j: int, rng: np.random.RandomState) -> np.ndarray:
    """One visit with its printed responders, mean and SD; the lowest ``order`` responds best.

    Each patient has a position in the range that his responder class leaves him: SALT100 is 0, SALT90 up to 10 % of
    baseline, SALT75 up to 25 %, the others from there to their baseline. One shift and one stretch (on the logit) of
    the others' positions give the mean and the SD.
    """
    low, high, position = np.zeros(N), np.zeros(N), np.zeros(N)
    in_a = baseline > PAPER_CUT
    for group, members in (("A", np.flatnonzero(in_a)), ("B", np.flatnonzero(~in_a))):
        ranked = members[np.argsort(order[members])]
        n100, n90, n75 = RESPONDERS[group][j - 1]
        for start, stop, least, most in ((n100, n90, 0.0, 0.10), (n90, n75, 0.10, 0.25), (n75, len(ranked), 0.25, 1.0)):
            who = ranked[start:stop]
            low[who], high[who] = least * baseline[who], most * baseline[who]
            position[who] = np.sort(rng.uniform(0.03, 0.97, len(who)))
    free = high > 0.25 * baseline + 1e-9
    z = logit(np.where(free, position, 0.5)) - np.where(in_a, 0.0, 1.0)

    def build(shift: np.ndarray) -> np.ndarray:
        return low + (high - low) * np.where(free, expit(shift[0] + np.exp(shift[1]) * z), position)

    shift = solve(build, MEAN[j], SD[j], (0.5, 0.0))
    if abs(shift[1]) > 0.9:
        raise Infeasible  # two lumps, or all alike
    at_most = np.floor(np.round(high * 10, 6)) / 10
    at_least = np.where(high > 0, np.floor(np.round(low * 10, 6)) / 10 + 0.1, 0.0)
    if (at_least > at_most + 1e-9).any():
        raise Infeasible  # a class without room at one decimal
    values = np.round(np.clip(build(shift), at_least, at_most), 1)
    unmoved = free & (values > 0.99 * baseline)
    values[unmoved] = baseline[unmoved]
    polish(values, MEAN[j], SD[j], 0.1, np.flatnonzero(free & ~unmoved), at_least, at_most)
    return values
