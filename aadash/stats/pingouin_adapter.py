"""The only door to pingouin: its functions with our names of columns, unrounded, or a clear refusal.

pingouin (Vallat 2018, doi:10.21105/joss.01026) names the same number differently from function to function and from version to
version (``p_val``, ``pval``, ``p_unc``), rounds intervals to two decimals unless told otherwise, and keeps that choice in a global
dictionary which it empties and refills while it works. Here its answers are mapped once; a column that is not there is refused
with the version found; one lock keeps two sessions apart. It is imported when it is first asked (0.6 to 2 s), never at the start.

Every function raises :class:`aadash.errors.NotComputable` where pingouin cannot answer. NaN is left out as pingouin does it:
pairwise for pairs, listwise for repeated measures.
"""

from __future__ import annotations

import importlib.metadata
import threading
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from aadash.errors import NotComputable
from aadash.stats.distributions import t_p

#: pingouin compares every value of one group with every one of the other: beyond this the comparison takes gigabytes.
MOST_PAIRS = 25_000_000
#: Most patients whom pingouin's repeated-measures correlation is asked about: it takes a column of the design for each.
MOST_DUMMIES = 200
#: The version of pingouin that answers.
VERSION = importlib.metadata.version("pingouin")
_LOCK = threading.Lock()
Numbers = dict[str, float]


@cache
def _pingouin() -> Any:
    """The package, told not to round."""
    import pingouin

    pingouin.options.update({key: None for key in pingouin.options if key.startswith("round")})
    return pingouin


def _ask(function: str, *args: Any, **options: Any) -> Any:
    """One answer of pingouin; what it refuses is a NotComputable; its own words are in the traceback."""
    with _LOCK:
        asked: Callable[..., Any] = getattr(_pingouin(), function)
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                return asked(*args, **options)
        except (ValueError, AssertionError, ZeroDivisionError, KeyError, np.linalg.LinAlgError) as error:
            raise NotComputable(f"pingouin's {function} gives no answer here") from error


def _numbers(function: str, row: pd.Series, columns: Mapping[str, str]) -> Numbers:
    """A row of pingouin's answer under our names; ``columns`` is pingouin's name → ours."""
    missing = [name for name in columns if name not in row.index]
    if missing:
        raise NotComputable(
            f"pingouin {VERSION} no longer gives {', '.join(missing)} from {function}",
            expected="pingouin 0.7",
            fix="Install the version that requirements.txt names",
        )
    return {ours: float(row[theirs]) for theirs, ours in columns.items()}


def _limits(function: str, row: pd.Series, name: str) -> Numbers:
    if name not in row.index:
        _numbers(function, row, {name: name})
    low, high = np.asarray(row[name], dtype=float)
    return {"ci_low": float(low), "ci_high": float(high)}


def _long(groups: Sequence[ArrayLike]) -> pd.DataFrame:
    arrays = [np.asarray(g, dtype=float) for g in groups]
    return pd.DataFrame({"value": np.concatenate(arrays), "group": np.repeat(np.arange(len(arrays)), [a.size for a in arrays])})


def _t(x: ArrayLike, y: ArrayLike, level: float, paired: bool) -> Numbers:
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    present = (a[~np.isnan(a) & ~np.isnan(b)],) * 2 if paired and a.shape == b.shape else (a[~np.isnan(a)], b[~np.isnan(b)])
    if paired and a.shape != b.shape:
        raise NotComputable(f"Paired samples have {a.size} and {b.size} values", expected="one value of each in every patient")
    if min(map(len, present)) < 2:
        raise NotComputable("A t-test needs two values at least", expected="two patients or more in each group")
    if paired and _alike(a - b):
        raise NotComputable("Every difference is the same, so there is no spread to test against")
    row = _ask("ttest", a, b, paired=paired, correction=True, confidence=level).iloc[0]
    return {**_numbers("ttest", row, {"T": "t", "dof": "df", "p_val": "p"}), **_limits("ttest", row, f"CI{100 * level:.0f}")}


def _alike(x: np.ndarray) -> bool:
    """Whether all values are one value, but for the last binary digits: R stops there ("data are essentially constant")."""
    known = x[~np.isnan(x)]
    return bool(np.ptp(known) <= 1e-12 * np.abs(known).max()) if known.size else True


def paired_t(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Numbers:
    """Paired t-test of x − y by ``pingouin.ttest(paired=True)``: ``t, df, p, ci_low, ci_high`` (of the mean difference)."""
    return _t(x, y, level, paired=True)


def welch_t(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Numbers:
    """Welch's t-test of x − y by ``pingouin.ttest(correction=True)``: ``t, df, p, ci_low, ci_high``.

    ``correction="auto"``, pingouin's default, is Student's test wherever the groups have the same size.
    """
    return _t(x, y, level, paired=False)


def wilcoxon(differences: ArrayLike) -> Numbers:
    """Signed-rank test of differences by ``pingouin.wilcoxon``, normal approximation with continuity correction: ``w, p``.

    ``w`` is the smaller of the two rank sums; R's V is the sum of the positive ranks.
    """
    d = np.asarray(differences, dtype=float)
    row = _ask("wilcoxon", d[~np.isnan(d)], method="asymptotic").iloc[0]
    return _numbers("wilcoxon", row, {"W_val": "w", "p_val": "p"})


def mann_whitney(x: ArrayLike, y: ArrayLike, exact: bool = False) -> Numbers:
    """Rank-sum test by ``pingouin.mwu``, exact or by normal approximation with continuity correction: ``u`` (of x), ``p``."""
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if a.size * b.size > MOST_PAIRS:
        raise NotComputable(f"pingouin's mwu holds all {a.size * b.size:,} pairs of patients in memory", expected="smaller groups")
    row = _ask("mwu", a, b, method="exact" if exact else "asymptotic").iloc[0]
    return _numbers("mwu", row, {"U_val": "u", "p_val": "p"})


def welch_anova(groups: Sequence[ArrayLike]) -> Numbers:
    """Welch's one-way test of means by ``pingouin.welch_anova``: ``f, df1, df2, p``."""
    row = _ask("welch_anova", _long(groups), dv="value", between="group").iloc[0]
    return _numbers("welch_anova", row, {"F": "f", "ddof1": "df1", "ddof2": "df2", "p_unc": "p"})


def kruskal(groups: Sequence[ArrayLike]) -> Numbers:
    """Kruskal–Wallis test by ``pingouin.kruskal``, corrected for ties: ``h, df, p``."""
    row = _ask("kruskal", _long(groups), dv="value", between="group").iloc[0]
    return _numbers("kruskal", row, {"H": "h", "ddof1": "df", "p_unc": "p"})


def hedges_g(x: ArrayLike, y: ArrayLike) -> Numbers:
    """Hedges' g of x − y by ``pingouin.compute_effsize``: ``g``, with the approximate correction 1 − 3/(4N − 9)."""
    return {"g": float(_ask("compute_effsize", np.asarray(x, dtype=float), np.asarray(y, dtype=float), eftype="hedges"))}


def shapiro(x: ArrayLike) -> Numbers:
    """Shapiro–Wilk test by ``pingouin.normality``: ``w, p``."""
    a = np.asarray(x, dtype=float)
    if _alike(a):
        raise NotComputable("All values are the same, so they have no shape to test")
    if np.count_nonzero(~np.isnan(a)) < 4:
        raise NotComputable("pingouin's normality asks for four values or more")
    row = _ask("normality", a[~np.isnan(a)]).iloc[0]
    return _numbers("normality", row, {"W": "w", "pval": "p"})


def chi_squared(counts: Sequence[tuple[int, int]]) -> Numbers:
    """Pearson's chi-squared test, no continuity correction, by ``pingouin.chi2_independence``: ``chi2, df, p``.

    ``counts`` is (events, others) of each group.
    """
    cells = np.asarray(counts, dtype=int)
    if (cells.sum(axis=0) == 0).any() or (cells.sum(axis=1) == 0).any():
        raise NotComputable("Everyone or nobody responds, or a group is empty, so no chi-squared test is defined")
    group, answer = np.indices(cells.shape)
    frame = pd.DataFrame({"group": np.repeat(group.ravel(), cells.ravel()), "answer": np.repeat(answer.ravel(), cells.ravel())})
    tests = _ask("chi2_independence", frame, "group", "answer", correction=False)[2]
    row = tests[tests["test"] == "pearson"].iloc[0]
    return _numbers("chi2_independence", row, {"chi2": "chi2", "dof": "df", "pval": "p"})


def mixed_anova(y: np.ndarray, group: np.ndarray) -> dict[str, Numbers]:
    """Mixed ANOVA of a patients × visits matrix by ``pingouin.mixed_anova``: one entry each for between, within, interaction.

    Each has ``ss, df1, df2, f, p``; with three visits or more within and interaction also ``eps_gg, p_gg, mauchly_w, mauchly_p``.
    Patients with a gap are left out whole. The within effect is type II: with groups of unequal size it is not what
    SPSS and R's car print (type III), and it may be far from it.
    """
    n, visits = y.shape
    long = pd.DataFrame(
        {
            "patient": np.repeat(np.arange(n), visits),
            "visit": np.tile(np.arange(visits), n),
            "group": np.repeat(np.asarray(group), visits),
            "value": y.ravel(),
        }
    )
    names = {"dv": "value", "within": "visit", "subject": "patient", "between": "group"}
    answer = _ask("mixed_anova", long, **names, correction=visits > 2)
    plain = {"SS": "ss", "DF1": "df1", "DF2": "df2", "F": "f", "p_unc": "p"}
    sphericity = {"eps": "eps_gg", "p_GG_corr": "p_gg", "W_spher": "mauchly_w", "p_spher": "mauchly_p"}
    corrected = plain | (sphericity if visits > 2 else {})
    wanted = {"group": ("between", plain), "visit": ("within", corrected), "Interaction": ("interaction", corrected)}
    rows = {str(row["Source"]): row for _, row in answer.iterrows()}
    if set(rows) != set(wanted):
        raise NotComputable(f"pingouin {VERSION} names the effects {', '.join(rows)}", expected=", ".join(wanted))
    return {ours: _numbers("mixed_anova", rows[theirs], columns) for theirs, (ours, columns) in wanted.items()}


def adjust(p: ArrayLike, method: str) -> np.ndarray:
    """Adjusted p-values by ``pingouin.multicomp``; ``method`` "holm", "bonferroni", "bh" or "none". NaN stays NaN."""
    values = np.asarray(p, dtype=float)
    if method == "hochberg":
        raise NotComputable("pingouin has no Hochberg adjustment")
    return np.asarray(_ask("multicomp", values, method=method)[1], dtype=float)


def repeated_measures_correlation(x: np.ndarray, y: np.ndarray, level: float = 0.95) -> Numbers:
    """Correlation of two measures within patients: ``r, df, p, ci_low, ci_high, n, patients``.

    ``x`` and ``y`` are patients × visits; a visit with one of them missing is left out, and so is a patient with fewer than two
    visits left. Limits are Fisher's with df + 2 observations (Bakdash & Marusich 2017, doi:10.3389/fpsyg.2017.00456).

    By ``pingouin.rm_corr`` up to :data:`MOST_DUMMIES` patients. It gives each patient a column of the design: above that it would
    take seconds, then gigabytes, and r is found from the deviations from each patient's mean (the same number: Frisch & Waugh).
    """
    if x.shape != y.shape:
        raise NotComputable(f"The two measures have {x.shape} and {y.shape} patients and visits", expected="the same visits of both")
    both = ~np.isnan(x) & ~np.isnan(y)
    both &= (both.sum(axis=1) >= 2)[:, None]
    visits = both.sum(axis=1)
    patients = int((visits > 0).sum())
    if patients < 3:
        raise NotComputable("Fewer than three patients have both measures at two visits", expected="three patients at least")
    within = [_within_patients(m, both, visits) for m in (x, y)]
    if any(np.ptp(d) == 0 for d in within):
        raise NotComputable("One of the two measures does not change within any patient, so nothing can go with it")
    df = int(both.sum()) - patients - 1
    if patients <= MOST_DUMMIES:
        long = pd.DataFrame({"x": x[both], "y": y[both], "patient": np.repeat(np.arange(len(both)), visits)})
        out = _numbers("rm_corr", _ask("rm_corr", long, x="x", y="y", subject="patient").iloc[0], {"r": "r", "dof": "df", "pval": "p"})
    else:
        r = float(within[0] @ within[1] / np.sqrt((within[0] @ within[0]) * (within[1] @ within[1])))
        out = {"r": r, "df": float(df), "p": t_p(r * np.sqrt(df / max(1 - r * r, 1e-300)), df)}
    limits = _ask("compute_esci", stat=out["r"], nx=df + 2, eftype="pearson", confidence=level, decimals=15)
    return out | {"ci_low": float(limits[0]), "ci_high": float(limits[1]), "n": float(both.sum()), "patients": float(patients)}


def _within_patients(values: np.ndarray, present: np.ndarray, visits: np.ndarray) -> np.ndarray:
    """Deviations from each patient's mean over the visits that count, patient by patient; exactly 0 without any change."""
    kept = np.where(present, values, np.nan)
    kept[visits == 0] = 0.0
    mean = np.nanmean(kept, axis=1)
    constant = np.nanmax(kept, axis=1) == np.nanmin(kept, axis=1)
    deviation = np.where(constant[:, None], 0.0, kept - mean[:, None])
    return deviation[present]


def intraclass_correlation(ratings: np.ndarray) -> dict[str, Numbers]:
    """Agreement of raters by ``pingouin.intraclass_corr``: "agreement" is ICC(A,1), "consistency" ICC(C,1), "one_way" ICC(1,1).

    ``ratings`` is patients × raters; a patient whom not every rater rated is left out. Each entry has ``icc, f, df1, df2, p,
    ci_low, ci_high`` (95 %); the entries ending in "_mean" are for the mean of the raters (McGraw & Wong 1996,
    doi:10.1037/1082-989X.1.1.30).
    """
    complete = ratings[~np.isnan(ratings).any(axis=1)]
    n, raters = complete.shape
    if n < 3 or raters < 2:
        raise NotComputable(f"{n} patients were rated by all of {raters} raters", expected="three patients and two raters at least")
    if np.ptp(complete) == 0:
        raise NotComputable("All ratings are the same, so agreement cannot be told from no variation")
    long = pd.DataFrame(
        {"patient": np.repeat(np.arange(n), raters), "rater": np.tile(np.arange(raters), n), "rating": complete.ravel()}
    )
    answer = _ask("intraclass_corr", long, targets="patient", raters="rater", ratings="rating").set_index("Type")
    names = {
        "ICC(A,1)": "agreement",
        "ICC(C,1)": "consistency",
        "ICC(1,1)": "one_way",
        "ICC(A,k)": "agreement_mean",
        "ICC(C,k)": "consistency_mean",
        "ICC(1,k)": "one_way_mean",
    }
    if missing := [name for name in names if name not in answer.index]:
        raise NotComputable(f"pingouin {VERSION} no longer gives {', '.join(missing)} from intraclass_corr", expected="pingouin 0.7")
    columns = {"ICC": "icc", "F": "f", "df1": "df1", "df2": "df2", "pval": "p"}
    return {
        ours: {
            **_numbers("intraclass_corr", answer.loc[theirs], columns),
            **_limits("intraclass_corr", answer.loc[theirs], "CI95"),
        }
        for theirs, ours in names.items()
    }


def power_two_means(d: float | None, n1: int, n2: int, power: float | None = None, alpha: float = 0.05) -> float:
    """Power of a two-sample t-test to see a standardised difference ``d``, or, with ``d`` None, the d seen with ``power``."""
    if min(n1, n2) < 2:
        raise NotComputable(f"The groups have {n1} and {n2} patients", expected="two patients or more in each group")
    return _solved(_ask("power_ttest2n", n1, n2, d=d, power=power, alpha=alpha))


def patients_two_means(d: float, power: float, alpha: float = 0.05) -> float:
    """Patients in each of two equal groups (not rounded up) who are needed to see a standardised difference ``d``."""
    return _solved(_ask("power_ttest", d=d, n=None, power=power, alpha=alpha, contrast="two-samples"))


def _solved(value: float) -> float:
    if not np.isfinite(value):
        raise NotComputable(
            "No such number exists between the limits in which pingouin looks", expected="a larger effect or more patients"
        )
    return float(value)
