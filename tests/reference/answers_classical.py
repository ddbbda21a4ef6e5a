"""The closed-form half of the answers: what the classical tests of ``aadash.stats`` say, in R's schema.

Each function takes one request and the folder of its CSV and returns one entry of ``analyses``. Which rows are left
out, and when an answer is missing, follows ``gen_reference.R`` line by line.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import Any

import numpy as np

from aadash.errors import NotComputable
from aadash.stats import (
    adjust,
    descriptive,
    effect_size,
    k_sample,
    mixed_anova,
    normality,
    paired,
    proportions,
    tables,
    two_sample,
)

Request = dict[str, Any]
_MISSING = {"", "NA", "NaN", "nan"}


def number(value: float) -> float | None:
    """A float as JSON holds it: None for what is not finite."""
    return float(value) if math.isfinite(value) else None


def rows_of(item: Request, folder: Path) -> list[dict[str, str]]:
    """The rows of the request's CSV, as text."""
    with open(folder / item["csv"], newline="", encoding="utf-8") as handle:
        return list(csv.DictReader(handle))


def _float(text: str) -> float:
    return math.nan if text in _MISSING else float(text)


def _labels(levels: Any) -> list[str]:
    """Levels as text; a single level may have been written as a bare scalar."""
    return [str(level) for level in (levels if isinstance(levels, list) else [levels])]


class Wide:
    """The long CSV as a subjects × visits matrix, subjects in order of appearance, groups that occur in level order."""

    def __init__(self, item: Request, folder: Path) -> None:
        rows = rows_of(item, folder)
        self.times = _labels(item["time_levels"])
        seen = {row[item["group"]] for row in rows}
        self.levels = [level for level in _labels(item["group_levels"]) if level in seen]
        self.cells = {(row[item["group"]], row[item["time"]]) for row in rows}
        position: dict[str, int] = {}
        group: list[int] = []
        for row in rows:
            if row[item["subject"]] not in position:
                position[row[item["subject"]]] = len(position)
                group.append(self.levels.index(row[item["group"]]) if row[item["group"]] in self.levels else -1)
        self.matrix = np.full((len(position), len(self.times)), np.nan)
        for row in rows:
            if row[item["time"]] in self.times:
                column = self.times.index(row[item["time"]])
                self.matrix[position[row[item["subject"]]], column] = _float(row[item["value"]])
        self.codes = np.array(group)
        self.n = len(position)

    def values(self, code: int, column: int) -> np.ndarray:
        """Observed values of one group at one visit."""
        x = self.matrix[self.codes == code, column]
        return x[~np.isnan(x)]


def descriptives(item: Request, folder: Path) -> list[dict[str, Any]]:
    """Visit by visit, groups in order within a visit."""
    w = Wide(item, folder)
    out = []
    for column, time in enumerate(w.times):
        for code, level in enumerate(w.levels):
            if (level, time) not in w.cells:
                continue
            x = w.values(code, column)
            d = descriptive.describe(x)
            q1, _, q3 = descriptive.quartiles(x, "type6")
            out.append(
                {
                    "group": level,
                    "time": time,
                    "n": d.n,
                    "mean": number(d.mean),
                    "sd": number(d.sd),
                    "se": number(d.se),
                    "ci95": [d.ci_low, d.ci_high] if d.n > 1 else None,
                    "median": number(d.median),
                    "q1_type7": number(d.q1),
                    "q3_type7": number(d.q3),
                    "q1_type6": number(q1),
                    "q3_type6": number(q3),
                    "min": number(d.minimum),
                    "max": number(d.maximum),
                }
            )
    return out


def _effect(e: Any, sphericity: bool, multivariate: bool) -> dict[str, Any]:
    out = {
        "SS": e.ss,
        "df1": e.df1,
        "SS_error": e.ss_error,
        "df2": e.df2,
        "F": number(e.f),
        "p": number(e.p),
        "partial_eta2": number(e.partial_eta2),
        "generalized_eta2": number(e.generalized_eta2),
    }
    if sphericity:
        out |= {
            "eps_GG": number(e.eps_gg),
            "eps_HF": number(e.eps_hf),
            "eps_HF_raw": number(e.eps_hf_raw),
            "df1_GG": number(e.df1_gg),
            "df2_GG": number(e.df2_gg),
            "p_GG": number(e.p_gg),
            "p_HF": number(e.p_hf),
            "mauchly_W": number(e.mauchly_w),
            "mauchly_p": number(e.mauchly_p),
        }
    if multivariate:
        out |= {
            "pillai": number(e.pillai),
            "pillai_F": number(e.pillai_f),
            "pillai_df1": number(e.pillai_df1),
            "pillai_df2": number(e.pillai_df2),
            "pillai_p": number(e.pillai_p),
        }
    return out


def mixed(item: Request, folder: Path) -> dict[str, Any]:
    """Mixed analysis of variance, types 3 and 2, complete cases."""
    w = Wide(item, folder)
    out: dict[str, Any] = {}
    three_visits = len(w.times) > 2
    for ss_type in (3, 2):
        a = mixed_anova.mixed_anova(w.matrix, w.codes, ss_type)
        if not out:
            out = {
                "n_subjects_total": w.n,
                "n_subjects_used": a.n,
                "group_n": {g: n for g, n in zip(w.levels, a.group_n, strict=True) if n},
            }
        out[f"type{ss_type}"] = {
            "between": _effect(a.between, sphericity=False, multivariate=False),
            "within": _effect(a.within, three_visits, multivariate=True),
            "interaction": _effect(a.interaction, three_visits, multivariate=True),
        }
    return out


def rm_anova_all(item: Request, folder: Path) -> dict[str, Any] | None:
    """Visits only, groups ignored, and Friedman; nothing with two visits or no more subjects than visits."""
    w = Wide(item, folder)
    k = len(w.times)
    if k < 3 or int((~np.isnan(w.matrix).any(axis=1)).sum()) <= k:
        return None
    a = mixed_anova.rm_anova(w.matrix)
    e, fr = a.effect, mixed_anova.friedman(w.matrix)
    return {
        "n": a.n,
        "SS": e.ss,
        "SS_error": e.ss_error,
        "df1": e.df1,
        "df2": e.df2,
        "F": number(e.f),
        "p": number(e.p),
        "eps_GG": number(e.eps_gg),
        "eps_HF": number(e.eps_hf),
        "p_GG": number(e.p_gg),
        "p_HF": number(e.p_hf),
        "mauchly_W": number(e.mauchly_w),
        "mauchly_p": number(e.mauchly_p),
        "friedman_chi2": fr.chi2,
        "friedman_df": fr.df,
        "friedman_p": fr.p,
    }


def _paired_rows(w: Wide, members: np.ndarray, name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    baseline = w.matrix[members, 0]
    for column, time in enumerate(w.times[1:], start=1):
        later = w.matrix[members, column]
        d = later - baseline
        d = d[~np.isnan(d)]
        if d.size < 4 or d.min() == d.max():
            continue
        t = paired.paired_t(later, baseline)
        s = normality.shapiro(d)
        corrected = paired.wilcoxon_signed_rank(d, method="asymptotic", correct=True)
        plain = paired.wilcoxon_signed_rank(d, method="asymptotic", correct=False)
        rows.append(
            {
                "group": name,
                "time": time,
                "n": t.n,
                "mean_change": t.mean,
                "sd_change": t.sd,
                "t": t.t,
                "df": t.df,
                "p": t.p,
                "ci95": [t.ci_low, t.ci_high],
                "dz": t.dz,
                "shapiro_W": number(s.w),
                "shapiro_p": number(s.p),
                "wilcoxon_Vplus": corrected.v_plus,
                "wilcoxon_n_nonzero": corrected.n_nonzero,
                "wilcoxon_p_corrected": corrected.p,
                "wilcoxon_p_uncorrected": plain.p,
                "matched_rank_biserial": corrected.rank_biserial,
            }
        )
    p = [row["p"] for row in rows]
    for method in ("holm", "bonferroni", "bh", "hochberg"):
        for row, q in zip(rows, adjust.adjust(p, method), strict=True):
            row[f"p_{method}"] = float(q)
    for row, q in zip(rows, adjust.adjust([row["wilcoxon_p_corrected"] for row in rows], "holm"), strict=True):
        row["wilcoxon_p_holm"] = float(q)
    return rows


def paired_vs_baseline(item: Request, folder: Path) -> dict[str, Any]:
    """Each visit against the first, pairwise available, in all and in each group."""
    w = Wide(item, folder)
    out = {"all": _paired_rows(w, np.ones(w.n, dtype=bool), "all")}
    for code, level in enumerate(w.levels):
        out[level] = _paired_rows(w, w.codes == code, level)
    return out


def _two(x: np.ndarray, y: np.ndarray) -> dict[str, Any]:
    x, y = x[~np.isnan(x)], y[~np.isnan(y)]
    if x.size < 3 or y.size < 3 or x.min() == x.max() or y.min() == y.max():
        return {}
    w, s = two_sample.welch_t(x, y), two_sample.student_t(x, y)
    u = two_sample.mann_whitney(x, y, method="asymptotic", correct=True)
    plain = two_sample.mann_whitney(x, y, method="asymptotic", correct=False)
    median, mean = two_sample.levene([x, y], "median"), two_sample.levene([x, y], "mean")
    b = two_sample.bartlett([x, y])
    s1, s2 = normality.shapiro(x), normality.shapiro(y)
    return {
        "n1": w.n1,
        "n2": w.n2,
        "mean1": w.mean1,
        "mean2": w.mean2,
        "sd1": w.sd1,
        "sd2": w.sd2,
        "diff": w.difference,
        "welch_t": w.t,
        "welch_df": w.df,
        "welch_p": w.p,
        "welch_ci95": [w.ci_low, w.ci_high],
        "student_t": s.t,
        "student_df": s.df,
        "student_p": s.p,
        "student_ci95": [s.ci_low, s.ci_high],
        "mwu_U1": u.u,
        "mwu_p_corrected": u.p,
        "mwu_p_uncorrected": plain.p,
        "levene_median_F": number(median.f),
        "levene_median_p": number(median.p),
        "levene_mean_F": number(mean.f),
        "levene_mean_p": number(mean.p),
        "bartlett_K2": number(b.k2),
        "bartlett_p": number(b.p),
        "shapiro1_W": number(s1.w),
        "shapiro1_p": number(s1.p),
        "shapiro2_W": number(s2.w),
        "shapiro2_p": number(s2.p),
        "cohen_d_pooled": effect_size.cohen_d(x, y).value,
        "hedges_g_exactJ": effect_size.hedges_g(x, y).value,
        "hedges_g_approxJ": effect_size.hedges_g(x, y, exact=False).value,
    }


def _oneway(w: Wide, column: int) -> dict[str, Any] | None:
    groups = [x for x in (w.values(code, column) for code in range(len(w.levels))) if x.size]
    if len(groups) < 2 or any(x.size < 2 or x.min() == x.max() for x in groups):
        return None
    welch, classic, kw = k_sample.welch_anova(groups), k_sample.anova(groups), k_sample.kruskal(groups)
    return {
        "time": w.times[column],
        "welch_F": welch.f,
        "welch_df1": welch.df1,
        "welch_df2": welch.df2,
        "welch_p": welch.p,
        "anova_F": classic.f,
        "anova_df1": classic.df1,
        "anova_df2": classic.df2,
        "anova_p": classic.p,
        "eta2": classic.eta2,
        "kruskal_H": kw.h,
        "kruskal_df": kw.df,
        "kruskal_p": kw.p,
    }


def between_groups(item: Request, folder: Path) -> dict[str, Any]:
    """Two groups at each visit (value, and per cent change after the first), and all groups by one-way tests."""
    w = Wide(item, folder)
    two_group = []
    if len(w.levels) == 2:
        first, second = w.codes == 0, w.codes == 1
        baseline = w.matrix[:, 0]
        for column, time in enumerate(w.times):
            now = w.matrix[:, column]
            two_group.append({"time": time, "scale": "value", **_two(now[first], now[second])})
            if column:
                change = np.full(w.n, np.nan)
                np.divide(100 * (now - baseline), baseline, out=change, where=baseline != 0)
                two_group.append({"time": time, "scale": "pct_change", **_two(change[first], change[second])})
    oneway = [_oneway(w, column) for column in range(len(w.times))]
    return {"group_order": w.levels, "two_group": two_group, "oneway": [row for row in oneway if row is not None]}


def _one_proportion(x: int, n: int) -> dict[str, Any]:
    out: dict[str, Any] = {"x": x, "n": n, "p": number(x / n) if n else None}
    if n:
        out |= {
            name: [interval.low, interval.high]
            for name, interval in {
                "wilson": proportions.wilson(x, n),
                "wilson_cc": proportions.wilson(x, n, correct=True),
                "clopper_pearson": proportions.clopper_pearson(x, n),
                "wald": proportions.wald(x, n),
                "agresti_coull": proportions.agresti_coull(x, n),
                "jeffreys": proportions.jeffreys(x, n),
            }.items()
        }
    return out


def _two_proportions(x1: int, n1: int, x2: int, n2: int) -> dict[str, Any]:
    table = [[x1, n1 - x1], [x2, n2 - x2]]
    d, w = proportions.newcombe(x1, n1, x2, n2), proportions.wald_difference(x1, n1, x2, n2)
    odds = tables.conditional_odds_ratio(x1, n1, x2, n2)
    out: dict[str, Any] = {
        "x1": x1,
        "n1": n1,
        "x2": x2,
        "n2": n2,
        "table": table,
        "risk_difference": d.estimate,
        "newcombe_ci95": [d.low, d.high],
        "wald_ci95": [w.low, w.high],
        "fisher_p": tables.fisher_exact(x1, n1, x2, n2),
        # Nobody or everybody responded: undefined here, 0 in R.
        "fisher_cond_OR": 0.0 if math.isnan(odds.estimate) else number(odds.estimate),
        "fisher_OR_ci95": [number(odds.low), number(odds.high)],
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
        rr = proportions.risk_ratio(x1, n1, x2, n2)
        out |= {"risk_ratio": rr.estimate, "risk_ratio_log_ci95": [rr.low, rr.high]}
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
        if event in _MISSING or exposure in _MISSING:
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


ANSWERS = {
    "descriptives": descriptives,
    "mixed_anova": mixed,
    "rm_anova_all": rm_anova_all,
    "paired_vs_baseline": paired_vs_baseline,
    "between_groups": between_groups,
    "responders": responders,
    "two_by_two": two_by_two,
}
