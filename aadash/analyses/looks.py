"""From what a screen shows to the ledger: each p in a table is a look; and what the ledger says about them together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.endpoints import MISSING_RULES
from aadash.ledger import Ledger, Look, design
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.stats.adjust import adjust

#: Analysis → column of p → (name of the test, column of its estimate). Others have "p" and the first known estimate.
TESTS: dict[str, dict[str, tuple[str, str]]] = {
    "change_from_baseline": {"p": ("paired t-test", "mean"), "wilcoxon_p": ("Wilcoxon signed-rank test", "mean")},
    "between_strata": {
        "p": ("Welch's test", "difference"),
        "mann_whitney_p": ("Mann–Whitney test", "difference"),
        "kruskal_p": ("Kruskal–Wallis test", "difference"),
    },
    "mixed_anova": {"p_gg": ("mixed ANOVA, Greenhouse–Geisser", "f"), "p": ("mixed ANOVA", "f")},
    "subgroups_response": {
        "p": ("levels differ, absolute scale", ""),
        "p_relative": ("levels differ, relative scale", ""),
        "p_rest": ("level against the rest", "rate"),
    },
    "subgroups_change": {"p": ("levels differ", ""), "p_rest": ("level against the rest", "mean")},
    "subgroup_differences_response": {
        "p": ("interaction, absolute scale", ""),
        "p_relative": ("interaction, relative scale", ""),
        "p_within": ("difference within the level", "risk_difference"),
    },
    "subgroup_differences_change": {"p": ("interaction", ""), "p_within": ("difference within the level", "difference")},
    "predictors": {"uni_p": ("univariable model", "uni_estimate"), "adj_p": ("multivariable model", "adj_estimate")},
}
ESTIMATES = ("risk_difference", "difference", "odds_ratio", "estimate", "mean", "rate", "f", "chi2")
#: Analyses whose p is not a question about the outcome: who was seen, and a wrong method shown for teaching.
NOT_LOOKS = ("missingness", "visits_as_patients")
#: Analyses in which level "all" is everyone together, whatever the split.
DESCRIBE_ALL = ("change_from_baseline",)
TEST_NAMES = {"fisher": "Fisher's exact test", "chi-squared": "chi-squared test"}


@dataclass(frozen=True)
class Summary:
    """What a ledger amounts to.

    ``table`` has one row a look, in order: ``p, p_holm, p_bh``. ``expected`` is how many of ``tested`` would have p ≤ alpha by
    chance alone, ``any_by_chance`` the probability of at least one (independent tests); ``significant`` how many have, ``declared``
    how many of the looks were declared beforehand, ``holm`` and ``bh`` how many are left after adjustment.
    """

    table: pd.DataFrame
    tested: int
    significant: int
    expected: float
    any_by_chance: float
    declared: int
    significant_declared: int
    holm: int
    bh: int


def looks(result: Result, rows: pd.DataFrame, fingerprint: str, now: str) -> list[Look]:
    """Each p of ``rows`` (of the result's table) as a look at the cohort with this fingerprint, taken ``now``.

    Columns of p that ``rows`` does not have were not shown and are not counted.
    """
    if result.analysis in NOT_LOOKS or not isinstance(result.plan, AnalysisPlan):
        return []
    tests = TESTS.get(result.analysis) or {"p": ("", next((e for e in ESTIMATES if e in rows), ""))}
    shown = {c: t for c, t in tests.items() if c in rows}
    if not shown:
        return []
    out = []
    for r in rows.to_dict("records"):
        base = _about(result, r, fingerprint, now)
        for column, (name, estimate) in shown.items():
            p = r[column]
            if p is None or np.isnan(p) or (column == "p" and not np.isnan(r.get("p_gg", np.nan))):
                continue
            value = float(r.get(estimate, np.nan)) if estimate else float("nan")
            out.append(Look(**base, test=name or _test(result, r), estimate=value, p=float(p)))
    return out


def _about(result: Result, r: Mapping, fingerprint: str, now: str) -> dict:
    plan, titles = result.plan, result.extra.get("titles", {})
    everyone = result.analysis in DESCRIBE_ALL and r["group1_level"] == "all"
    split = "none" if everyone else str(r["group1"])
    week = None if r["week"] is None or np.isnan(r["week"]) else int(r["week"])
    labels = result.extra.get("labels", {})
    level = str(r["group1_level"])
    words = " − ".join(labels.get(part, part) for part in level.split(" - "))
    title = titles.get(split, split) if isinstance(titles, Mapping) else split
    contrast = "all patients" if everyone else f"{title}: {'between its levels' if level == 'all' else words}"
    detail, missing = r.get("variable_level"), plan.missing
    if result.analysis.startswith("rules_"):
        missing, outcome, detail = str(r["variable"]), plan.endpoint, None
    else:
        outcome = str(r["variable"])
    if isinstance(detail, str) and detail != "test":
        contrast += f", {detail}"
    return {
        "cohort": fingerprint[:12],
        "design": design(plan.replace(missing=missing), week, split),
        "outcome": outcome,
        "contrast": contrast,
        "week": week,
        "filters": "; ".join(f.label() for f in plan.filters) or "none",
        "missing": MISSING_RULES.get(missing, missing).split(":")[0],
        "n": int(r["n_analysed"]),
        "time": now,
    }


def _test(result: Result, r: Mapping) -> str:
    named = r.get("test")
    return TEST_NAMES.get(named, named) if isinstance(named, str) else result.analysis.replace("_", " ")


def summary(ledger: Ledger, alpha: float = 0.05) -> Summary:
    """Count a ledger, and adjust its p-values over all of it.

    Holm 1979 (Scand J Stat 6:65) and Benjamini & Hochberg 1995 (doi:10.1111/j.2517-6161.1995.tb02031.x). Misleads in both
    directions: looks at one cohort depend on each other, and what was not shown here is not counted.
    """
    p = np.array([look.p for look in ledger.looks], dtype=float)
    known = ~np.isnan(p)
    holm, bh = adjust(p, "holm"), adjust(p, "bh")
    stated = np.array([bool(look.declared) for look in ledger.looks], dtype=bool)
    m = int(known.sum())
    hit = known & (p <= alpha)
    table = pd.DataFrame({"p": p, "p_holm": holm, "p_bh": bh})
    return Summary(
        table,
        m,
        int(hit.sum()),
        alpha * m,
        1.0 - (1.0 - alpha) ** m,
        int(stated.sum()),
        int((hit & stated).sum()),
        int((known & (holm <= alpha)).sum()),
        int((known & (bh <= alpha)).sum()),
    )
