"""Printable tables of courses, responders and comparisons of strata."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, degrees, interval, number, p_value, with_aside
from aadash.levels import ALL
from aadash.report.formatters import (
    ci_title,
    each,
    in_its_unit,
    level_label,
    percent_interval,
    prints,
    share_interval,
    strata,
    variables,
)
from aadash.report.tables.unrecorded import with_unrecorded
from aadash.result import MIXED_MODEL, Result

EFFECTS = {"stratum": "Stratum", "week": "Week", "stratum:week": "Stratum × week"}
TESTS = {"fisher": "Fisher's exact", "chi-squared": "Chi-squared"}


#: Over three or more strata; the p beside it is not that of t.
PAIRS = "t (df), pairs by Games–Howell"


@prints("salt_over_time")
def _over_time(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    aside = result.plan.missing == "complete" or "percent_change" in set(
        t["variable"]
    )  # a baseline of 0, or none, is not a visit missed
    absent = "Left out" if aside else f"Without {result.measure.name}" if result.apart else "Not seen"
    digits, limits = in_its_unit(result)
    out = pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Measure": t["variable"].map(variables(result)),
            "Week": t["week"].astype(int),
            "n": t["n"].astype(int),
            "Mean": each(t, digits, "variable", "mean"),
            "SD": each(t, digits, "variable", "sd"),
            ci_title(result): each(t, limits, "variable", "ci_low", "ci_high"),
            **(
                {}
                if "adjusted_mean" not in t
                else {
                    f"Adjusted mean ({ci_title(result)})": each(
                        t,
                        lambda v, m, a, b: with_aside(digits(v, m), limits(v, a, b)),
                        "variable",
                        "adjusted_mean",
                        "adjusted_low",
                        "adjusted_high",
                    )
                }
            ),
            "Median (Q1, Q3)": each(
                t,
                lambda v, m, a, b: "–" if np.isnan(m) else f"{digits(v, m)} ({digits(v, a)}, {digits(v, b)})",
                "variable",
                "median",
                "q1",
                "q3",
            ),
            **({"Carried forward": t["n_imputed"].astype(int)} if t["n_imputed"].any() else {}),
            absent: t["n_excluded"].astype(int),
        }
    )
    return with_unrecorded(
        result,
        t,
        out,
        {"n": lambda r: r["n"], absent: lambda r: r["n_excluded"], "Carried forward": lambda r: r["n_imputed"]},
        "n",
    )


@prints("change_from_baseline")
def _change(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    shown = result.measure.number
    out = pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Week": t["week"].astype(int),
            "n": t["n"].astype(int),
            **({"In the model": t["n_analysed"].astype(int)} if (t["test"] == MIXED_MODEL).any() else {}),
            **(
                {"Mean change (SD)": each(t, lambda m, s: with_aside(shown(m), shown(s)), "mean", "sd")}
                if t["sd"].notna().any()  # the mixed model's mean of changes has none
                else {"Mean change": each(t, shown, "mean")}
            ),
            ci_title(result): each(t, result.measure.interval, "ci_low", "ci_high"),
            "t (df)": each(t, lambda a, b: "–" if np.isnan(a) else f"{number(a, 2)} ({degrees(b)})", "t", "df"),
            "p": each(t, p_value, "p"),
            **({"p, adjusted": each(t, p_value, "p_adjusted")} if result.plan.multiplicity != "none" else {}),
            **({"dz": each(t, lambda v: number(v, 2), "dz")} if t["dz"].notna().any() else {}),
            "Shapiro–Wilk p": each(t, p_value, "shapiro_p"),
            "Wilcoxon p": each(t, p_value, "wilcoxon_p_reported"),
            "Left out": t["n_excluded"].astype(int),
        }
    )
    if "In the model" in out:
        out = out.rename(columns={"n": "With a score then"})
    counts = {c: lambda r: r["n"] for c in ("n", "With a score then")} | {"In the model": lambda r: r["n_analysed"]}
    return with_unrecorded(result, t, out, counts | {"Left out": lambda r: r["n_excluded"]}, "n")


@prints("responders")
def _responders(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Endpoint": t["variable"].map(variables(result)),
            "Week": t["week"].astype(int),
            "Responders / patients": each(t, count, "k", "n"),
            ci_title(result): each(t, share_interval, "ci_low", "ci_high"),
            "Imputed": t["n_imputed"].astype(int),
            "Left out": t["n_excluded"].astype(int),
        }
    )
    return with_unrecorded(
        result,
        t,
        out,
        {
            "Responders / patients": lambda r: count(r["k"], r["n"]),
            "Imputed": lambda r: r["n_imputed"],
            "Left out": lambda r: r["n_excluded"],
        },
        "n",
    )


@prints("responders_between")
def _between_rates(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    t = t.reindex(columns=[*t.columns, *(c for c in ("risk_difference", "ci_low", "ci_high", "p_holm") if c not in t)])
    out = pd.DataFrame(
        {
            "Comparison": _compared(result, t),
            "Endpoint": t["variable"].map(variables(result)),
            "Week": t["week"].astype(int),
            "n": t["n_analysed"].astype(int),
            "Test": t["test"].map(TESTS).fillna("–"),
            "p": each(t, p_value, "p"),
            "Difference (points)": each(t, lambda v: number(100 * v), "risk_difference"),
            ci_title(result): each(t, percent_interval, "ci_low", "ci_high"),
        }
    )
    if t["p_holm"].notna().any():
        out["p, Holm"] = each(t, p_value, "p_holm")
    if t["risk_difference"].isna().all():  # several strata at once have a test and no difference
        out = out.drop(columns=["Difference (points)", ci_title(result)])
    return out


def _compared(result: Result, t: pd.DataFrame) -> list[str]:
    """What each row compares: two strata by their names, or all of several."""
    return each(t, lambda g: result.labels.compared() if g is ALL else level_label(result, g), "group1_level")


@prints("between_strata")
def _between(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    two = "f" not in t
    out = pd.DataFrame(
        {
            "Comparison": _compared(result, t),
            "Week": t["week"].astype(int),
            "n": t["n_analysed"].astype(int),
        }
    )
    if not two:
        out["F (df)"] = each(t, lambda f, a, b: "–" if np.isnan(f) else f"{number(f, 2)} ({degrees(a, b)})", "f", "df1", "df2")
    t = t.reindex(columns=list(dict.fromkeys([*t.columns, "difference", "t", "df", "ci_low", "ci_high", "hedges_g"])))
    out["Difference (% points)"] = each(t, number, "difference")
    out[ci_title(result)] = each(t, interval, "ci_low", "ci_high")
    out["t (df)" if two else PAIRS] = each(t, lambda a, b: "–" if np.isnan(a) else f"{number(a, 2)} ({degrees(b)})", "t", "df")
    out["p"] = each(t, p_value, "p")
    out["Hedges' g"] = each(t, lambda v: number(v, 2), "hedges_g")
    rank = "mann_whitney_p" if two else "kruskal_p"
    out["Mann–Whitney p" if two else "Kruskal–Wallis p"] = each(t, p_value, rank)
    return out


@prints("mixed_anova")
def _anova(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": t["variable"].map(variables(result)),
            "Effect": t["variable_level"].map(EFFECTS),
            "F": each(t, lambda v: number(v, 2), "f"),
            "df": each(t, degrees, "df1", "df2"),
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
