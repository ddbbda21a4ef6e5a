"""Printable tables of what a reviewer asks next: estimand, imputed outcomes, adjusted comparison, ranks, bands."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, p_value, percent, ratio, ratio_interval, with_limits
from aadash.levels import Pair
from aadash.measure import Measure
from aadash.report.formatters import VARIABLES, Titles, ci_title, difference_head, each, falls_into, prints, strata
from aadash.result import Result


def _measures(result: Result) -> Titles:
    return Titles({**VARIABLES, "salt": result.measure.name, "change": f"Change ({result.measure.unit})", "bands": "Band"})


HOW = {"observed": "Patients with a score", "imputed": "Missing visits imputed", "weighted": "Patients with a score, weighted"}
ADJUSTED = {
    "unadjusted": "Unadjusted",
    "ancova": "Analysis of covariance",
    "mmrm": "Mixed model, every score",
    "risk difference": "Standardised difference",
    "risk ratio": "Standardised ratio",
}
EVENTS = {
    "stopping": "Drug stopped",
    "switch": "Drug changed for another",
    "rescue": "Rescue treatment",
    "dose step-down": "Dose lowered",
    "death": "Died",
    "not seen": "Not seen at the week",
    "not defined": "Endpoint not defined",
}
ENDED = "Treatment or follow-up ended early"


def _gap(measure: Measure) -> Callable[[object, str, float], str]:
    """How a level's value is printed, or a difference of two: the latter in points, also for shares."""

    def shown(level: object, variable: str, value: float) -> str:
        if variable == "change":
            return measure.number(value)
        return f"{number(100 * value)} percentage points" if isinstance(level, Pair) else percent(value)

    return shown


def _limits(measure: Measure) -> Callable[[str, float, float], str]:
    """How an interval of a change, or of a share, is printed."""
    return lambda variable, low, high: measure.interval(low, high) if variable == "change" else interval(100 * low, 100 * high)


@prints("estimand")
def _estimand(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def told(k: float, n: float, known: float, dated: float) -> str:
        if known == 1:
            return count(k, n) if dated == 1 else f"{count(k, n)}, at no known time"
        return "in the hospitals' files, not in these sums" if np.isnan(known) else "not recorded in the file"

    events = EVENTS | ({"not seen": f"No {result.measure.name} at the week"} if result.apart else {})
    return pd.DataFrame(
        {
            "Intercurrent event": each(t, lambda kind, ended: ENDED if ended == 1 else events[kind], "variable", "ended"),
            f"Patients by week {int(t['week'].iloc[0])}": each(t, told, "k", "n", "recorded", "dated"),
            "Column": t["variable_level"].fillna("–"),
        }
    )


def _moved(measure: Measure) -> Callable[[str, float], str]:
    """How far another seed moves an estimate: to one decimal more than the estimate."""

    def shown(variable: str, error: float) -> str:
        if np.isnan(error):
            return "–"
        return f"±{number(error, measure.digits + 1)}" if variable == "change" else f"±{number(100 * error, 2)}"

    return shown


@prints("reference_imputation")
def _reference(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Outcome": t["variable"].map(_measures(result)),
            "Comparison": strata(result, t),
            "Missing scores": t["variable_level"].map(lambda v: v[0].upper() + v[1:]),
            "Difference": each(t, _gap(result.measure), "group1_level", "variable", "estimate"),
            ci_title(result): each(t, _limits(result.measure), "variable", "ci_low", "ci_high"),
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
    digits = result.outcome_digits

    def shift(kind: str, estimate: float, delta: float) -> str:
        if kind != "tipping":
            return number(estimate, digits)
        return "no shift on the scale" if np.isnan(delta) else f"missing scores {result.measure.amount(delta)} from what was drawn"

    return pd.DataFrame(
        {
            "Missing visits": t["variable"].map(BEYOND),
            "Estimate": each(t, shift, "variable", "estimate", "delta"),
            ci_title(result): each(t, lambda a, b: interval(a, b, digits), "ci_low", "ci_high"),
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
            "Estimate": each(t, _gap(result.measure), "group1_level", "variable", "estimate"),
            ci_title(result): each(t, _limits(result.measure), "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p"),
            "Patients": t["n_analysed"].astype(int),
            "Imputed": t["n_imputed"].astype(int),
            "Another seed moves it by": each(t, _moved(result.measure), "variable", "mc_error"),
        }
    )


falls_into("variable_level", {"tipping point": "Where the conclusion changes", "delta": "Step by step"}, "tipping_point")


def _added(unit: str) -> str:
    return "Points added" if unit == "points" else f"Added to missing scores ({unit})"


@prints("tipping_point")
def _tipping(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable_level"] == "tipping point").all():
        told = each(t, lambda d: "at no shift on the scale" if np.isnan(d) else result.measure.amount(d), "delta")
        return pd.DataFrame({"Comparison": strata(result, t), "Conclusion changes": told, "Patients moved": t["n_moved"].astype(int)})
    t = t[t["variable_level"] == "delta"]
    return pd.DataFrame(
        {
            _added(result.measure.unit): each(t, lambda d: number(d, result.measure.digits - 1), "delta"),
            difference_head(result, t): each(
                t, lambda v, d: result.measure.number(d) if v == "change" else number(100 * d), "variable", "estimate"
            ),
            ci_title(result): each(t, _limits(result.measure), "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p_delta"),
        }
    )


@prints("adjusted_comparison")
def _adjusted(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def shown(how: str, variable: str, value: float) -> str:
        return (
            ratio(value)
            if how == "risk ratio"
            else result.measure.number(value)
            if variable == "change"
            else f"{number(100 * value)} percentage points"
        )

    def limits(how: str, variable: str, low: float, high: float) -> str:
        return ratio_interval(low, high) if how == "risk ratio" else _limits(result.measure)(variable, low, high)

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
    one, digits = result.measure.number, result.measure.digits
    better = "higher, better" if result.measure.higher_is_better else "lower, better"
    return pd.DataFrame(
        {
            "Measure": t["variable"].map(_measures(result)),
            "Comparison": strata(result, t),
            "Medians": each(t, lambda a, b: f"{one(a)} and {one(b)}", "median1", "median2"),
            "Difference of medians": each(
                t, lambda d, a, b: with_limits(one(d), a, b, digits), "median_difference", "median_low", "median_high"
            ),
            "Hodges–Lehmann shift": each(t, lambda d, a, b: with_limits(one(d), a, b, digits), "shift", "shift_low", "shift_high"),
            f"First has the {better} value (equal: half)": each(
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
        f"χ² = {number(c, 2)} (df = {d:.0f})" if k == "check" and d > 0 else "–" if k == "check" else ratio(o)
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
