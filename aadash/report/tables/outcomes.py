"""Printable tables of what a reviewer asks next: estimand, imputed outcomes, adjusted comparison, ranks, bands."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, p_value, percent, ratio, ratio_interval, with_limits
from aadash.levels import Pair
from aadash.report.formatters import VARIABLES, Titles, ci_title, each, falls_into, prints, strata
from aadash.result import Result


def _measures(result: Result) -> Titles:
    return Titles({**VARIABLES, "salt": result.measure.name, "change": "Change (points)", "bands": "Band"})


HOW = {"observed": "Patients seen", "imputed": "Missing visits imputed", "weighted": "Patients seen, weighted"}
ADJUSTED = {
    "unadjusted": "Unadjusted",
    "ancova": "Analysis of covariance",
    "mmrm": "Mixed model, every visit",
    "risk difference": "Standardised difference",
    "risk ratio": "Standardised ratio",
}
EVENTS = {
    "stopping": "Drug stopped",
    "rescue": "Rescue treatment",
    "dose step-down": "Dose lowered",
    "not seen": "Not seen at the week",
    "not defined": "Endpoint not defined",
}


def _share(variable: str, value: float) -> str:
    """A value in its unit: points of SALT, or percent for an endpoint."""
    return number(value) if variable == "change" else percent(value)


def _gap(level: object, variable: str, value: float) -> str:
    """A level's value, or a difference of two: the latter in points, also for shares."""
    if isinstance(level, Pair) and variable != "change":
        return f"{number(100 * value)} percentage points"
    return _share(variable, value)


def _limits(variable: str, low: float, high: float) -> str:
    scale = 1.0 if variable == "change" else 100.0
    return interval(scale * low, scale * high)


@prints("estimand")
def _estimand(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    told = [count(k, n) if known else "not recorded in the file" for k, n, known in zip(t["k"], t["n"], t["recorded"], strict=True)]
    return pd.DataFrame({"Intercurrent event": t["variable"].map(EVENTS), "Patients": told, "Column": t["variable_level"].fillna("–")})


def _moved(variable: str, error: float) -> str:
    return "–" if np.isnan(error) else f"±{number(error if variable == 'change' else 100 * error, 2)}"


@prints("reference_imputation")
def _reference(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Outcome": t["variable"].map(_measures(result)),
            "Comparison": strata(result, t),
            "The unseen": t["variable_level"].map(lambda v: v[0].upper() + v[1:]),
            "Difference": each(t, _gap, "group1_level", "variable", "estimate"),
            ci_title(result): each(t, _limits, "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p"),
            "Drawn from the control arm": t["n_redrawn"].astype(int),
        }
    )


BEYOND = {
    "plan": "The plan's rule",
    "imputed": "Multiple imputation",
    "weighted": "Weights for those who left",
    "tipping": "Tipping point",
}


@prints("beyond_rules")
def _beyond(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def shift(kind: str, estimate: float, delta: float) -> str:
        if kind != "tipping":
            return number(estimate)
        return "no shift on the scale" if np.isnan(delta) else f"the unseen {number(delta)} points from what was drawn"

    return pd.DataFrame(
        {
            "Missing visits": t["variable"].map(BEYOND),
            "Estimate": each(t, shift, "variable", "estimate", "delta"),
            ci_title(result): each(t, interval, "ci_low", "ci_high"),
            "p": each(t, p_value, "p"),
            "Patients": t["n_analysed"].astype(int),
            "Imputed": t["n_imputed"].astype(int),
        }
    )


@prints("imputed_outcomes")
def _imputed(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Outcome": t["variable"].map(_measures(result)),
            "Stratum": strata(result, t),
            "From": t["variable_level"].map(HOW),
            "Estimate": each(t, _gap, "group1_level", "variable", "estimate"),
            ci_title(result): each(t, _limits, "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p"),
            "Patients": t["n_analysed"].astype(int),
            "Imputed": t["n_imputed"].astype(int),
            "Another seed moves it by": each(t, _moved, "variable", "mc_error"),
        }
    )


falls_into("variable_level", {"tipping point": "Where the conclusion changes", "delta": "Step by step"}, "tipping_point")


@prints("tipping_point")
def _tipping(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable_level"] == "tipping point").all():
        told = each(t, lambda d: "at no shift on the scale" if np.isnan(d) else f"at {number(d)} points", "delta")
        return pd.DataFrame({"Comparison": strata(result, t), "Conclusion changes": told, "Patients moved": t["n_moved"].astype(int)})
    t = t[t["variable_level"] == "delta"]
    return pd.DataFrame(
        {
            "Points added": each(t, lambda d: number(d, 0), "delta"),
            "Difference (points)": each(t, lambda v, d: number(d if v == "change" else 100 * d), "variable", "estimate"),
            ci_title(result): each(t, _limits, "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p_delta"),
        }
    )


@prints("adjusted_comparison")
def _adjusted(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def shown(how: str, variable: str, value: float) -> str:
        return (
            ratio(value)
            if how == "risk ratio"
            else number(value)
            if variable == "change"
            else f"{number(100 * value)} percentage points"
        )

    def limits(how: str, variable: str, low: float, high: float) -> str:
        return ratio_interval(low, high) if how == "risk ratio" else _limits(variable, low, high)

    return pd.DataFrame(
        {
            "Comparison": strata(result, t),
            "Outcome": t["variable"].map(_measures(result)),
            "Method": t["variable_level"].map(ADJUSTED),
            "Estimate": each(t, shown, "variable_level", "variable", "estimate"),
            ci_title(result): each(t, limits, "variable_level", "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p"),
            "Patients": t["n_analysed"].astype(int),
        }
    )


@prints("rank_differences")
def _ranks(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Measure": t["variable"].map(_measures(result)),
            "Comparison": strata(result, t),
            "Medians": each(t, lambda a, b: f"{number(a)} and {number(b)}", "median1", "median2"),
            "Difference of medians": each(
                t, lambda d, a, b: with_limits(number(d), a, b), "median_difference", "median_low", "median_high"
            ),
            "Hodges–Lehmann shift": each(t, lambda d, a, b: with_limits(number(d), a, b), "shift", "shift_low", "shift_high"),
            "First has the lower value (equal: half)": each(
                t,
                lambda d, a, b: f"{percent(d)} of pairs ({interval(100 * a, 100 * b)})" if a == a else f"{percent(d)} of pairs",
                "superiority",
                "superiority_low",
                "superiority_high",
            ),
            "p": each(t, p_value, "p"),
            "n": each(t, lambda a, b: f"{int(a)} and {int(b)}", "n1", "n2"),
        }
    )


@prints("band_differences")
def _bands(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def what(kind: str) -> str:
        if kind == "cut 21":  # a value above 20, such as 20.4, is in the second band
            return "SALT 20 or less against above"
        if kind in ("common", "check"):
            return "All cuts together" if kind == "common" else "One ratio for all cuts?"
        week = kind.removeprefix("cut ")
        return f"SALT below {week} against SALT of at least {week}"

    shown = [
        f"χ² = {number(c, 2)} on {d:.0f} df" if k == "check" and d > 0 else "–" if k == "check" else ratio(o)
        for k, o, c, d in zip(t["variable_level"], t["odds_ratio"], t["chi2"], t["df"], strict=True)
    ]
    p = t["p"].where(t["variable_level"] != "check", t["p_check"])
    return pd.DataFrame(
        {
            "Comparison": strata(result, t),
            "Odds of a milder band": t["variable_level"].map(what),
            "Odds ratio": shown,
            ci_title(result): each(t, ratio_interval, "ci_low", "ci_high"),
            "p": [p_value(v) for v in p],
        }
    )
