"""Printable tables: the same words and the same rounding on screen, in Word and on paper."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, p_value
from aadash.report import baseline_tables, further_tables, predictor_tables, scenario_tables, subgroup_tables
from aadash.report.cells import VARIABLES, ci_title, each, level_label
from aadash.result import Result

EFFECTS = {"stratum": "Stratum", "week": "Week", "stratum:week": "Stratum × week"}
TESTS = {"fisher": "Fisher's exact", "chi-squared": "Chi-squared"}


def printable(result: Result, rows: pd.DataFrame | None = None) -> pd.DataFrame:
    """A result's table as text, ready to print: one header row, no NaN, rounded for reading.

    ``rows`` is a selection of ``result.table`` (all of it when None). Full precision stays in ``result.table``.
    """
    table = result.table if rows is None else rows
    return PRINTERS[result.analysis](result, table).reset_index(drop=True)


def _over_time(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Stratum": each(t, lambda g: level_label(result, g), "group1_level"),
            "Measure": t["variable"].map(VARIABLES),
            "Week": t["week"].astype(int),
            "n": t["n"].astype(int),
            "Mean": each(t, number, "mean"),
            "SD": each(t, number, "sd"),
            ci_title(result): each(t, interval, "ci_low", "ci_high"),
            **(
                {}
                if "adjusted_mean" not in t
                else {
                    f"Adjusted mean ({ci_title(result)})": each(
                        t, lambda m, a, b: f"{number(m)} ({interval(a, b)})", "adjusted_mean", "adjusted_low", "adjusted_high"
                    )
                }
            ),
            "Median (Q1, Q3)": each(t, lambda m, a, b: f"{number(m)} ({number(a)}, {number(b)})", "median", "q1", "q3"),
            **({"Carried forward": t["n_imputed"].astype(int)} if t["n_imputed"].any() else {}),
            "Not seen": t["n_excluded"].astype(int),
        }
    )


def _change(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    adjusted = "p, adjusted" if result.plan.multiplicity != "none" else "p, unadjusted"
    return pd.DataFrame(
        {
            "Stratum": each(t, lambda g: level_label(result, g), "group1_level"),
            "Week": t["week"].astype(int),
            "n": t["n"].astype(int),
            "Mean change (SD)": each(t, lambda m, s: f"{number(m)} ({number(s)})", "mean", "sd"),
            ci_title(result): each(t, interval, "ci_low", "ci_high"),
            "t (df)": each(t, lambda a, b: "–" if np.isnan(a) else f"{number(a, 2)} ({number(b, 0)})", "t", "df"),
            "p": each(t, p_value, "p"),
            adjusted: each(t, p_value, "p_adjusted"),
            "dz": each(t, lambda v: number(v, 2), "dz"),
            "Shapiro–Wilk p": each(t, p_value, "shapiro_p"),
            "Wilcoxon p": each(t, p_value, "wilcoxon_p"),
            "Left out": t["n_excluded"].astype(int),
        }
    )


def _responders(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Stratum": each(t, lambda g: level_label(result, g), "group1_level"),
            "Endpoint": t["variable"].map(VARIABLES),
            "Week": t["week"].astype(int),
            "Responders / patients": each(t, count, "k", "n"),
            ci_title(result): each(t, lambda a, b: f"{interval(100 * a, 100 * b)} %" if a == a else "–", "ci_low", "ci_high"),
            "Imputed": t["n_imputed"].astype(int),
            "Left out": t["n_excluded"].astype(int),
        }
    )


def _between_rates(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    t = t.reindex(columns=[*t.columns, *(c for c in ("risk_difference", "ci_low", "ci_high", "p_holm") if c not in t)])
    out = pd.DataFrame(
        {
            "Comparison": each(t, lambda g: "All strata" if g == "all" else level_label(result, g), "group1_level"),
            "Endpoint": t["variable"].map(VARIABLES),
            "Week": t["week"].astype(int),
            "n": t["n_analysed"].astype(int),
            "Test": t["test"].map(TESTS).fillna("–"),
            "p": each(t, p_value, "p"),
            "Difference (points)": each(t, lambda v: number(100 * v), "risk_difference"),
            ci_title(result): each(t, lambda a, b: interval(100 * a, 100 * b), "ci_low", "ci_high"),
        }
    )
    if t["p_holm"].notna().any():
        out["p, Holm"] = each(t, p_value, "p_holm")
    return out


def _between(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    two = "f" not in t
    out = pd.DataFrame(
        {
            "Comparison": each(
                t, lambda g: ("Between the two" if two else "All strata") if g == "all" else level_label(result, g), "group1_level"
            ),
            "Week": t["week"].astype(int),
            "n": t["n_analysed"].astype(int),
        }
    )
    if not two:
        out["F (df)"] = each(
            t, lambda f, a, b: "–" if np.isnan(f) else f"{number(f, 2)} ({number(a, 0)}, {number(b)})", "f", "df1", "df2"
        )
    t = t.reindex(columns=list(dict.fromkeys([*t.columns, "difference", "t", "df", "ci_low", "ci_high", "hedges_g"])))
    out["Difference (% points)"] = each(t, number, "difference")
    out[ci_title(result)] = each(t, interval, "ci_low", "ci_high")
    out["t (df)"] = each(t, lambda a, b: "–" if np.isnan(a) else f"{number(a, 2)} ({number(b)})", "t", "df")
    out["p"] = each(t, p_value, "p")
    out["Hedges' g"] = each(t, lambda v: number(v, 2), "hedges_g")
    rank = "mann_whitney_p" if two else "kruskal_p"
    out["Mann–Whitney p" if two else "Kruskal–Wallis p"] = each(t, p_value, rank)
    return out


def _anova(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": t["variable"].map(VARIABLES),
            "Effect": t["variable_level"].map(EFFECTS),
            "F": each(t, lambda v: number(v, 2), "f"),
            "df": each(t, lambda a, b: f"{number(a, 0)}, {number(b, 0)}", "df1", "df2"),
            "p": each(t, p_value, "p"),
            "Greenhouse–Geisser ε": each(t, lambda v: number(v, 3), "eps_gg"),
            "p, corrected": each(t, p_value, "p_gg"),
            "Mauchly W": each(t, lambda v: number(v, 3), "mauchly_w"),
            "Mauchly p": each(t, p_value, "mauchly_p"),
            "Partial η²": each(t, lambda v: number(v, 3), "partial_eta2"),
            "n": t["n_analysed"].astype(int),
            "Left out": t["n_excluded"].astype(int),
        }
    )


Printer = Callable[[Result, pd.DataFrame], pd.DataFrame]
PRINTERS: dict[str, Printer] = {
    "salt_over_time": _over_time,
    "change_from_baseline": _change,
    "responders": _responders,
    "responders_between": _between_rates,
    "between_strata": _between,
    "mixed_anova": _anova,
    **further_tables.PRINTERS,
    **predictor_tables.PRINTERS,
    **subgroup_tables.PRINTERS,
    **scenario_tables.PRINTERS,
    **baseline_tables.PRINTERS,
}
