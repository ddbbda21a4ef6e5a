"""Printable tables of subgroups: first whether the levels differ, then the levels."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, degrees, interval, number, p_value, percent, ratio, ratio_interval, with_aside, with_limits
from aadash.levels import ALL
from aadash.report.formatters import (
    VARIABLES,
    Titles,
    ci_title,
    each,
    falls_into,
    in_its_unit,
    percent_interval,
    prints,
    share_interval,
)
from aadash.result import Result

TESTS = {"fisher": "Fisher's exact", "chi-squared": "Chi-squared"}


def _measures(result: Result) -> Titles:
    return Titles(
        {**VARIABLES, "salt_change": f"Change in {result.measure.name} ({result.measure.unit})", "percent_change": "Percent change"}
    )


@prints("subgroups_response", "subgroups_change", "subgroup_differences_response", "subgroup_differences_change")
def _subgroups(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    tests = t[t["variable_level"] == "test"]
    return _tested(result, tests) if len(tests) else _levels(result, t)


def _tested(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    """Rows that test whether levels differ: the p of the scale whose column is there."""
    relative = "p_relative" in t and "p" not in t
    p = "p_relative" if relative else "p"
    several = len(set(t["variable"])) > 1
    return pd.DataFrame(
        {
            "Column": t["group1"].map(result.details.titles),
            **({"Measure": t["variable"].map(_measures(result))} if several else {}),
            "Levels": [str(int(v)) for v in t["levels_relative" if relative and "levels_relative" in t else "levels"]],
            "n": t["n_relative" if relative and "n_relative" in t else "n_analysed"].astype(int),
            "Test": [_test(result, r, relative) for r in t.to_dict("records")],
            "Do the levels differ? p" if "k1" not in result.table and "n1" not in result.table else "Interaction p": each(
                t, p_value, p
            ),
            **({"p, adjusted": each(t, p_value, f"{p}_adjusted")} if result.plan.multiplicity != "none" else {}),
        }
    )


def _test(result: Result, r: dict, relative: bool) -> str:
    if relative:
        if "k1" in result.table:
            return "–" if np.isnan(r["chi2_bd"]) else "Breslow–Day (odds ratios)"
        if np.isnan(r["p_relative"]):
            return "–"
        return "Firth's likelihood ratio (odds)" if r["firth"] else "Likelihood ratio (odds)"
    if "k1" in result.table:
        return "–" if np.isnan(r["q"]) else "Cochran's Q (risk differences)"
    if "f" in result.table:
        return "–" if np.isnan(r["f"]) else f"Welch's F({degrees(r['df1'])}, {degrees(r['df2'])}) = {number(r['f'], 2)}"
    return TESTS.get(r["test"], "–")


def _levels(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    labels = {
        (ALL, ALL): "All patients",
        **{(g, lv): text for g, known in result.details.full_labels.items() for lv, text in known.items()},
    }
    out = pd.DataFrame({"Subgroup": [labels[k] for k in zip(t["group1"], t["group1_level"], strict=True)]})
    ci = ci_title(result)
    shown, limits = in_its_unit(result)
    if "k" in t:
        out["Responders / patients"] = each(t, count, "k", "n")
        out[ci] = each(t, share_interval, "ci_low", "ci_high")
        out["Shrunken rate"] = each(
            t,
            lambda *v: "" if np.isnan(v[0]) else with_limits(percent(v[0]), 100 * v[1], 100 * v[2]),
            "shrunken",
            "shrunken_low",
            "shrunken_high",
        )
        out["Odds ratio against the rest"] = each(
            t, lambda *v: "" if np.isnan(v[0]) else f"{ratio(v[0])} ({ratio_interval(v[1], v[2])})", "odds_ratio", "or_low", "or_high"
        )
    elif "k1" in t:
        for stratum, k, n in zip(result.labels.used, ("k1", "k2"), ("n1", "n2"), strict=True):
            out[f"{result.labels.short(stratum)}, responders / patients"] = each(t, count, k, n)
        out["Difference (points)"] = each(t, lambda v: number(100 * v), "risk_difference")
        out[ci] = each(t, percent_interval, "ci_low", "ci_high")
        out["Shrunken difference (points)"] = each(t, lambda v: number(100 * v), "shrunken")
        out["Odds ratio"] = each(
            t, lambda *v: "–" if np.isnan(v[0]) else f"{ratio(v[0])} ({ratio_interval(v[1], v[2])})", "odds_ratio", "or_low", "or_high"
        )
    else:
        out.insert(1, "Measure", list(t["variable"].map(_measures(result))))
        if "difference" in t:
            first, second = (result.labels.short(level) for level in result.labels.used)
            out[f"n, {first} and {second}"] = each(t, lambda a, b: f"{int(a)} and {int(b)}", "n1", "n2")
            out["Difference"] = each(t, shown, "variable", "difference")
            drawn = "Shrunken difference"
        else:
            out["n"] = [str(int(v)) for v in t["n"]]
            out["Mean (SD)"] = each(t, lambda v, m, s: with_aside(shown(v, m), shown(v, s)), "variable", "mean", "sd")
            drawn = "Shrunken mean"
        out[ci] = each(t, limits, "variable", "ci_low", "ci_high")
        out[drawn] = each(t, shown, "variable", "shrunken")
    for column, title in (("p_rest", "p, against the rest"), ("p_within", "p, within the subgroup")):
        if column in t:
            out[title] = each(t, p_value, column)
    return out


@prints("subgroup_pairs")
def _pairs(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    cells = [result.details.cells[lv] for lv in t["group1_level"]]
    row, column = result.details.titles
    out = pd.DataFrame({row: [a for a, _ in cells], column: [b for _, b in cells]})
    out["Measure"] = list(t["variable"].map(_measures(result)))
    shown, limits = in_its_unit(result)
    rates = t["rate"].notna() if "rate" in t else pd.Series(False, index=t.index)
    out["Value"] = [
        count(r["k"], r["n"]) if rate else shown(r["variable"], r["mean"]) if r["n"] and "mean" in t else "–"
        for r, rate in zip(t.to_dict("records"), rates, strict=True)
    ]
    out["n"] = [str(int(v)) for v in t["n"]]
    out[ci_title(result)] = [
        interval(100 * a, 100 * b) + " %" if rate else limits(v, a, b)
        for v, a, b, rate in zip(t["variable"], t["ci_low"], t["ci_high"], rates, strict=True)
    ]
    return out


@prints("subgroup_chance")
def _chance(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    rates = result.details.outcome == "response"
    digits = 1 if rates else result.measure.digits_of(result.details.outcome)
    scale = 100.0 if rates else 1.0
    return pd.DataFrame(
        {
            "Subgroup": [result.details.full_labels[g][lv] for g, lv in zip(t["group1"], t["group1_level"], strict=True)],
            "n": t["n"].astype(int),
            "Value": each(t, lambda v: percent(v) if rates else number(v, digits), "estimate"),
            "Chance allows": each(t, lambda a, b: interval(scale * a, scale * b, digits), "low", "high"),
            "Chance allows all together": each(t, lambda a, b: interval(scale * a, scale * b), "low_all", "high_all"),
            "Outside": [("no", "the inner band", "both bands")[int(v)] for v in t["outside"]],
        }
    )


falls_into(
    "variable_level",
    {"test": "Do the levels differ?", None: "The subgroups"},
    "subgroups_response",
    "subgroups_change",
)
falls_into(
    "variable_level",
    {"test": "Does the difference vary with the level?", None: "The subgroups"},
    "subgroup_differences_response",
    "subgroup_differences_change",
)
