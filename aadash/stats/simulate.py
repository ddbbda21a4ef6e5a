"""Studies that never were: many cohorts drawn from one known truth, each compared by Welch's t-test.

Two groups are seen twice. Scores of one patient are normal with the same mean and spread at both visits and correlate; everybody may
improve, one group by more. Patients may be enrolled for being severe, and may leave. What the test then says is set against the truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import bdtr, nctdtr, ndtr, ndtri, stdtr, stdtrit

from aadash.errors import NotComputable

#: Cohorts drawn at a time: some milliseconds, after which somebody may look.
BLOCK = 200
#: The most patients in a group, and the most cohorts in all.
MOST_PATIENTS, MOST_COHORTS = 500, 20_000


@dataclass(frozen=True)
class Truth:
    """What is true of the patients that are drawn.

    ``n1``, ``n2`` patients of the two groups; ``effect`` points by which the first group improves more; ``improvement`` points by
    which everybody does; ``mean`` and ``sd`` of a score, ``correlation`` of the two visits; ``enrol_from`` the lowest score with which
    a patient is enrolled (None: all); ``dropout`` the share who leave before the second visit, ``worse_leave`` whether the more likely
    the worse they are; ``alpha`` of the test, two-sided.
    """

    n1: int = 30
    n2: int = 30
    effect: float = 20.0
    improvement: float = 0.0
    mean: float = 60.0
    sd: float = 30.0
    correlation: float = 0.5
    enrol_from: float | None = None
    dropout: float = 0.0
    worse_leave: bool = False
    alpha: float = 0.05

    def __post_init__(self) -> None:
        for name, low, high in (
            ("n1", 2, MOST_PATIENTS),
            ("n2", 2, MOST_PATIENTS),
            ("correlation", -0.99, 0.99),
            ("dropout", 0, 0.5),
            ("alpha", 0.0001, 0.5),
        ):
            if not low <= getattr(self, name) <= high:
                raise NotComputable(f"{name} is {getattr(self, name)}", expected=f"a number from {low} to {high}")
        if not self.sd > 0:
            raise NotComputable(f"sd is {self.sd}", expected="a number above 0")


@dataclass(frozen=True, eq=False)
class Trials:
    """What the test said in each cohort: ``estimate`` (by how much the first group improved more), ``ci_low``, ``ci_high``, ``p``,
    ``null_p`` (the same patients without the effect), ``untreated`` (mean improvement of the second group). NaN where a group had
    fewer than two patients left."""

    estimate: np.ndarray
    ci_low: np.ndarray
    ci_high: np.ndarray
    p: np.ndarray
    null_p: np.ndarray
    untreated: np.ndarray

    def __add__(self, other: Trials) -> Trials:
        return Trials(*(np.concatenate([a, b]) for a, b in zip(self._columns(), other._columns(), strict=True)))

    def _columns(self) -> tuple[np.ndarray, ...]:
        return self.estimate, self.ci_low, self.ci_high, self.p, self.null_p, self.untreated

    def __len__(self) -> int:
        return len(self.p)


@dataclass(frozen=True)
class Summary:
    """How often the test was right, over ``cohorts`` drawn of which ``usable`` could be tested.

    ``power``: share with p below alpha. ``false_positives``: the same without an effect. ``coverage``: share of intervals that hold
    the effect. ``mean_estimate`` of all, ``found`` of those with p below alpha in the right direction (NaN for none).
    ``untreated``: mean improvement of the second group.
    """

    cohorts: int
    usable: int
    power: float
    false_positives: float
    coverage: float
    mean_estimate: float
    found: float
    untreated: float


def draw_block(truth: Truth, cohorts: int, seed: int, block: int = 0) -> Trials:
    """Draw ``cohorts`` cohorts of a truth and test each; the same for the same seed and block. Raises NotComputable for too many."""
    if not 1 <= cohorts <= MOST_COHORTS:
        raise NotComputable(f"{cohorts} cohorts", expected=f"1 to {MOST_COHORTS}")
    first, improved, kept = _patients(truth, cohorts, np.random.default_rng([seed, block]))
    n1, drug = truth.n1, np.arange(truth.n1 + truth.n2) < truth.n1
    seen = improved.copy()
    seen[~kept] = np.nan
    estimate, low, high, p = _welch(seen[:, :n1], seen[:, n1:], truth.alpha)
    null = improved - truth.effect * drug  # without an effect these are the same patients, of whom the same leave
    kept_null = _stays(truth, first, null, np.random.default_rng([seed, block, 1])) if truth.effect else kept
    null[~kept_null] = np.nan
    null_p = _welch(null[:, :n1], null[:, n1:], truth.alpha)[3]
    with np.errstate(invalid="ignore"):
        untreated = _moments(seen[:, n1:])[1]
    return Trials(estimate, low, high, p, null_p, untreated)


def draw_patients(truth: Truth, seed: int, block: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The first cohort of a block: scores at both visits, each (n1 + n2,), NaN at the second for who left. The first n1 are the
    group with the effect."""
    first, improved, kept = _patients(truth, BLOCK, np.random.default_rng([seed, block]))
    return first[0], np.where(kept[0], first[0] - improved[0], np.nan)


def summarise(trials: Trials, truth: Truth) -> Summary:
    """How often the test was right."""
    usable = ~np.isnan(trials.p)
    p, estimate = trials.p[usable], trials.estimate[usable]
    hit = (p < truth.alpha) & (estimate * (1 if truth.effect >= 0 else -1) > 0)
    covered = (trials.ci_low[usable] <= truth.effect) & (truth.effect <= trials.ci_high[usable])
    null = trials.null_p[~np.isnan(trials.null_p)]
    untreated = trials.untreated[~np.isnan(trials.untreated)]
    return Summary(
        len(trials),
        int(usable.sum()),
        _mean(p < truth.alpha),
        _mean(null < truth.alpha),
        _mean(covered),
        _mean(estimate),
        _mean(estimate[hit]),
        _mean(untreated),
    )


def regression_expected(truth: Truth) -> float:
    """Mean improvement that enrolling from a score on gives by itself: (1 − r) σ φ(a)/(1 − Φ(a)), a = (cut − mean)/σ; 0 without."""
    return (1 - truth.correlation) * truth.sd * _mills(truth)


def spread_expected(truth: Truth) -> float:
    """Standard deviation of the improvement of one patient, enrolment included."""
    a, mills = _standard(truth), _mills(truth)
    r = truth.correlation
    first = 1.0 if a is None else 1 + a * mills - mills**2
    return truth.sd * float(np.sqrt((1 - r) ** 2 * first + 1 - r**2))


def power_expected(truth: Truth) -> float:
    """Power of the t-test by the noncentral t, averaged over how many of each group come back: numbers of leavers are binomial, as
    they are drawn, and cohorts with a group of fewer than two are passed over, as they are there. ``alpha`` without an effect. Of
    Student's test; of Welch's for groups of equal spread, of some ten patients each or more."""
    d = abs(truth.effect) / spread_expected(truth)
    if not d:
        return truth.alpha
    (n1, w1), (n2, w2) = (_staying(n, 1 - truth.dropout) for n in (truth.n1, truth.n2))
    n1, n2, weights = n1[:, None], n2[None, :], w1[:, None] * w2[None, :]
    df, away = n1 + n2 - 2, d * np.sqrt(n1 * n2 / (n1 + n2))
    limit = stdtrit(df, 1 - truth.alpha / 2)
    found = 1 - nctdtr(df, away, limit) + nctdtr(df, away, -limit)
    return float((weights * found).sum() / weights.sum())


def _staying(n: int, kept: float) -> tuple[np.ndarray, np.ndarray]:
    """How many of ``n`` may come back, two or more, and the chance of each that is not negligible."""
    k = np.arange(2, n + 1)
    chance = bdtr(k, n, kept) - bdtr(k - 1, n, kept)
    likely = chance > 1e-9 * chance.max()
    return k[likely], chance[likely]


def _standard(truth: Truth) -> float | None:
    return None if truth.enrol_from is None else (truth.enrol_from - truth.mean) / truth.sd


def _mills(truth: Truth) -> float:
    a = _standard(truth)
    return 0.0 if a is None else float(np.exp(-a * a / 2) / np.sqrt(2 * np.pi) / ndtr(-a))


def _patients(truth: Truth, cohorts: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First score, improvement, and who stays, each (cohorts, n1 + n2)."""
    n = truth.n1 + truth.n2
    a = _standard(truth)
    if a is None:
        z = rng.standard_normal((cohorts, n))
    else:  # from the upper tail of the normal, by its inverse
        z = -ndtri(ndtr(-a) * (1 - rng.random((cohorts, n))))
    r = truth.correlation
    later = r * z + np.sqrt(1 - r * r) * rng.standard_normal((cohorts, n))
    first = truth.mean + truth.sd * z
    improved = truth.sd * (z - later) + truth.improvement + truth.effect * (np.arange(n) < truth.n1)
    return first, improved, _stays(truth, first, improved, rng)


def _stays(truth: Truth, first: np.ndarray, improved: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Who is seen again. Where the worse leave, the chance is 2 × dropout × the share of patients whom one is worse than."""
    chance: np.ndarray | float = truth.dropout
    if truth.worse_leave:
        chance = 2 * truth.dropout * ndtr((first - improved - truth.mean) / truth.sd)
    return rng.random(first.shape) >= chance


def _moments(x: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """n, mean and variance of each row, NaN left out."""
    there = ~np.isnan(x)
    n = there.sum(axis=1).astype(float)
    filled = np.where(there, x, 0.0)
    mean = filled.sum(axis=1) / n
    squares = np.where(there, x - mean[:, None], 0.0) ** 2
    return n, mean, squares.sum(axis=1) / (n - 1)


def _welch(x: np.ndarray, y: np.ndarray, alpha: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Difference of means, its interval and p, row by row; NaN where a group has fewer than two."""
    with np.errstate(invalid="ignore", divide="ignore"):
        (n1, m1, v1), (n2, m2, v2) = _moments(x), _moments(y)
        e1, e2 = v1 / n1, v2 / n2
        df = (e1 + e2) ** 2 / (e1**2 / (n1 - 1) + e2**2 / (n2 - 1))
        se, difference = np.sqrt(e1 + e2), m1 - m2
        p = 2 * stdtr(df, -np.abs(difference) / se)
        half = stdtrit(df, 1 - alpha / 2) * se
    few = (n1 < 2) | (n2 < 2)
    difference[few], p[few] = np.nan, np.nan
    return difference, difference - half, difference + half, p


def _mean(x: np.ndarray) -> float:
    return float(x.mean()) if len(x) else float("nan")
