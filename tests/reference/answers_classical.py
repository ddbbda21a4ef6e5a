"""Descriptives, analyses of variance and tests of two visits or groups of ``aadash.stats``, in R's schema.

Each function takes one request and the folder of its CSV and returns one entry of ``analyses``. Which rows are left
out, and when an answer is missing, follows ``gen_reference.R`` line by line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from aadash.stats import (
    adjust,
    descriptive,
    effect_size,
    k_sample,
    mixed_anova,
    normality,
    paired,
    two_sample,
)

from .wide import Request, Wide, number


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
        "cohen_d_pooled": effect_size.hedges_g(x, y).value / effect_size.hedges_j(len(x) + len(y) - 2),
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


ANSWERS = {
    "descriptives": descriptives,
    "mixed_anova": mixed,
    "rm_anova_all": rm_anova_all,
    "paired_vs_baseline": paired_vs_baseline,
    "between_groups": between_groups,
}
