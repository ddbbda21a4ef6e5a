"""Responders and tables of counts of ``aadash.stats``, in R's schema."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta, norm
from scipy.stats.contingency import odds_ratio
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from aadash.errors import NotComputable
from aadash.stats import proportions, tables

from .wide import MISSING, Request, Wide, number, rows_of


def _one_proportion(x: int, n: int) -> dict[str, Any]:
    out: dict[str, Any] = {"x": x, "n": n, "p": number(x / n) if n else None}
    if n:
        out |= {
            name: [interval.low, interval.high]
            for name, interval in {
                "wilson": proportions.wilson(x, n),
                "wilson_cc": proportions.wilson(x, n, correct=True),
                "wald": proportions.wald(x, n),
            }.items()
        }
        # Not in the app: R's numbers from scipy and statsmodels, which cuts the two last at 0 and 1 otherwise than R.
        z, (low, high) = float(norm.ppf(0.975)), beta.ppf([0.025, 0.975], x + 0.5, n - x + 0.5)
        middle = (x + z * z / 2) / (n + z * z)
        half = z * math.sqrt(middle * (1 - middle) / (n + z * z))
        out["clopper_pearson"] = list(map(float, proportion_confint(x, n, method="beta")))
        out["agresti_coull"] = [middle - half, middle + half]
        out["jeffreys"] = [float(low) if x else 0.0, float(high) if x < n else 1.0]
    return out


def _two_proportions(x1: int, n1: int, x2: int, n2: int) -> dict[str, Any]:
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    d, wald = proportions.newcombe(x1, n1, x2, n2), confint_proportions_2indep(x1, n1, x2, n2, method="wald")
    odds = odds_ratio(table)
    limits = odds.confidence_interval()
    out: dict[str, Any] = {
        "x1": x1,
        "n1": n1,
        "x2": x2,
        "n2": n2,
        "table": table,
        "risk_difference": d.estimate,
        "newcombe_ci95": [d.low, d.high],
        "wald_ci95": list(map(float, wald)),
        "fisher_p": tables.fisher_exact(x1, n1, x2, n2),
        # Nobody or everybody responded: undefined here, 0 in R.
        "fisher_cond_OR": 0.0 if math.isnan(odds.statistic) else number(odds.statistic),
        "fisher_OR_ci95": [number(limits.low), number(limits.high)],
    }
    try:
        yates, plain = tables.chi_squared(table, yates=True), tables.chi_squared(table)
    except NotComputable:  # nobody or everybody responded: R gives no more than this
        return out
    cross = (n1 - x1) * x2
    out |= {
        "chi2_yates": yates.chi2,
        "chi2_yates_p": yates.p,
        "chi2": plain.chi2,
        "chi2_p": plain.p,
        "min_expected": plain.min_expected,
        "sample_OR": x1 * (n2 - x2) / cross if cross else None,
    }
    if x1 and x2:
        pair = Table2x2(np.array(table), shift_zeros=False)
        out |= {"risk_ratio": float(pair.riskratio), "risk_ratio_log_ci95": list(map(float, pair.riskratio_confint()))}
    return out


def _events(rule: dict[str, Any], now: np.ndarray, baseline: np.ndarray) -> np.ndarray:
    """1, 0 or NaN for each patient. Fractions are compared as R compares them, to the last bit."""
    threshold = float(rule["threshold"])
    if rule["kind"] == "value_at_most":
        known, hit = ~np.isnan(now), now <= threshold
    elif rule["kind"] == "percent_fall_at_least":
        fall = np.full(now.size, np.nan)
        np.divide(baseline - now, baseline, out=fall, where=baseline != 0)
        known, hit = ~np.isnan(fall), fall >= threshold / 100
    else:
        raise KeyError(f"unknown responder rule {rule['kind']!r}")
    return np.where(known, hit, np.nan)


def responders(item: Request, folder: Path) -> list[dict[str, Any]]:
    """Each rule at each visit after the first, in each group and in all; two groups are compared."""
    w = Wide(item, folder)
    out = []
    for name, rule in item["rules"].items():
        for column, time in enumerate(w.times[1:], start=1):
            event = _events(rule, w.matrix[:, column], w.matrix[:, 0])
            counts = {}
            for level, members in [
                *((g, w.codes == code) for code, g in enumerate(w.levels)),
                ("all", np.ones(w.n, dtype=bool)),
            ]:
                e = event[members]
                e = e[~np.isnan(e)]
                counts[level] = (int(e.sum()), e.size)
            row: dict[str, Any] = {
                "rule": name,
                "time": time,
                "per_group": {level: _one_proportion(*count) for level, count in counts.items()},
            }
            if len(w.levels) == 2:
                row["comparison"] = _two_proportions(*counts[w.levels[0]], *counts[w.levels[1]])
            out.append(row)
    return out


def two_by_two(item: Request, folder: Path) -> dict[str, Any]:
    """Events among those with the first level of the exposure against the rest; rows with a gap left out."""
    counts = {True: [0, 0], False: [0, 0]}
    first = str(item["first_level"])
    for row in rows_of(item, folder):
        event, exposure = row[item["event"]], row[item["exposure"]]
        if event in MISSING or exposure in MISSING:
            continue
        cell = counts[_same(exposure, first)]
        cell[0] += float(event) == 1
        cell[1] += 1
    return _two_proportions(*counts[True], *counts[False])


def _same(a: str, b: str) -> bool:
    try:
        return float(a) == float(b)
    except ValueError:
        return a == b


ANSWERS = {"responders": responders, "two_by_two": two_by_two}
