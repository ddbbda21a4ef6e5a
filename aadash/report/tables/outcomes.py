"""Printable tables of what a reviewer asks next: estimand, imputed outcomes, adjusted comparison, ranks, bands, courses, leaving."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, p_value, percent, ratio, ratio_interval
from aadash.levels import Pair
from aadash.report.formatters import VARIABLES, Titles, ci_title, each, falls_into, level_label, prints
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
}
COURSES = {
    "early": "Early responder",
    "late": "Late responder",
    "relapser": "Responded and lost it",
    "partial": "Partial responder",
    "none": "Non-responder",
}
LASTING = {
    "any visit": "At any visit",
    "at the week": "At the week",
    "sustained": "At two visits in a row",
    "lost": "Lost again",
    "relapsed": "Relapsed",
    "durability": "Durability",
}


def _strata(result: Result, t: pd.DataFrame) -> list[str]:
    return each(t, lambda g: level_label(result, g), "group1_level")


def _share(variable: str, value: float) -> str:
    """A value in its unit: points of SALT, or percent for an endpoint."""
    return number(value) if variable == "change" else percent(value)


def _gap(level: object, variable: str, value: float) -> str:
    """A level's value, or a difference of two: the latter in points, also for shares."""
    if isinstance(level, Pair) and variable != "change":
        return f"{number(100 * value)} points"
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
            "Comparison": _strata(result, t),
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
    def told(kind: str, estimate: float, delta: float) -> str:
        if kind != "tipping":
            return number(estimate)
        return "no shift on the scale" if np.isnan(delta) else f"the unseen {number(delta)} points from what was drawn"

    return pd.DataFrame(
        {
            "Missing visits": t["variable"].map(BEYOND),
            "Estimate": each(t, told, "variable", "estimate", "delta"),
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
            "Stratum": _strata(result, t),
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
        return pd.DataFrame({"Comparison": _strata(result, t), "Conclusion changes": told, "Patients moved": t["n_moved"].astype(int)})
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
        return ratio(value) if how == "risk ratio" else number(value) if variable == "change" else f"{number(100 * value)} points"

    def limits(how: str, variable: str, low: float, high: float) -> str:
        return ratio_interval(low, high) if how == "risk ratio" else _limits(variable, low, high)

    return pd.DataFrame(
        {
            "Comparison": _strata(result, t),
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
            "Comparison": _strata(result, t),
            "Medians": each(t, lambda a, b: f"{number(a)} and {number(b)}", "median1", "median2"),
            "Difference of medians": each(
                t, lambda d, a, b: f"{number(d)} ({interval(a, b)})", "median_difference", "median_low", "median_high"
            ),
            "Hodges–Lehmann shift": each(t, lambda d, a, b: f"{number(d)} ({interval(a, b)})", "shift", "shift_low", "shift_high"),
            "First has the lower value": each(
                t,
                lambda d, a, b: f"{percent(d)} of pairs ({interval(100 * a, 100 * b)})",
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
        return {"common": "All cuts together", "check": "One ratio for all cuts?"}.get(
            kind, f"SALT below {kind.removeprefix('cut ')} against {kind.removeprefix('cut ')} and above"
        )

    shown = [
        f"χ² = {number(c, 2)} on {d:.0f} df" if k == "check" else ratio(o)
        for k, o, c, d in zip(t["variable_level"], t["odds_ratio"], t["chi2"], t["df"], strict=True)
    ]
    p = t["p"].where(t["variable_level"] != "check", t["p_check"])
    return pd.DataFrame(
        {
            "Comparison": _strata(result, t),
            "Odds of a milder band": t["variable_level"].map(what),
            "Odds ratio": shown,
            ci_title(result): each(t, ratio_interval, "ci_low", "ci_high"),
            "p": [p_value(v) for v in p],
        }
    )


@prints("severity_flow")
def _flow(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame({"Week": t["week"].astype(int), "Band": t["variable"]})
    if t["variable_level"].notna().any():
        out["At the visit before"] = t["variable_level"].fillna("any")
    out["Patients"] = each(t, count, "k", "n")
    return out


@prints("sustained_response")
def _sustained(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def held(kind: str, k: float, n: float, twelve: float) -> str:
        if kind != "durability":
            return count(k, n)
        return "–" if np.isnan(twelve) else f"{percent(twelve)} hold it 12 weeks on"

    weeks = int(result.call.options.get("held_weeks", 0))
    names = {**LASTING, **({"sustained": f"At every visit over {weeks} weeks"} if weeks else {})}
    return pd.DataFrame(
        {
            "Stratum": _strata(result, t),
            "Response": [
                f"At week {int(w)}" if k == "at the week" else names[k] for k, w in zip(t["variable_level"], t["week"], strict=True)
            ],
            "Patients": each(t, held, "variable_level", "k", "n", "held_12"),
            ci_title(result): each(t, lambda a, b: interval(100 * a, 100 * b), "ci_low", "ci_high"),
        }
    )


@prints("course_types")
def _courses(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Stratum": _strata(result, t),
            "Course": t["variable_level"].map(COURSES),
            "Patients": each(t, count, "k", "n"),
            ci_title(result): each(t, lambda a, b: interval(100 * a, 100 * b), "ci_low", "ci_high"),
        }
    )


falls_into(
    "variable_level",
    {"summary": "At the week in question", "curve": "Week by week", "gray": "Between strata"},
    "competing_discontinuation",
)
falls_into("variable_level", {"summary": "Half have responded", "curve": "Week by week"}, "interval_time")


@prints("competing_discontinuation")
def _competing(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable_level"] == "gray").all():
        return pd.DataFrame(
            {
                "Test": "Gray's test",
                "χ²": each(t, lambda v: number(v, 2), "chi2"),
                "df": each(t, lambda v: number(v, 0), "df"),
                "p": each(t, p_value, "p"),
            }
        )
    t = t[t["variable_level"] != "gray"]
    out = pd.DataFrame(
        {
            "Stratum": _strata(result, t),
            "Week": t["week"].astype(int),
            "Responded before leaving": each(t, percent, "incidence"),
            ci_title(result): each(t, lambda a, b: interval(100 * a, 100 * b), "ci_low", "ci_high"),
            "Left first": each(t, percent, "left"),
            "One minus Kaplan–Meier": each(t, percent, "kaplan_meier"),
        }
    )
    return out


@prints("interval_time")
def _interval(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable_level"] == "summary").all():
        between = lambda a, b: "not reached" if np.isnan(b) else f"week {number(a, 0)} to {number(b, 0)}"  # noqa: E731
        return pd.DataFrame(
            {
                "Stratum": _strata(result, t),
                "Half have responded": each(t, between, "median_from", "median_to"),
                "Responders": each(t, count, "k", "n"),
            }
        )
    t = t[t["variable_level"] == "curve"]
    return pd.DataFrame(
        {
            "Stratum": _strata(result, t),
            "Week": t["week"].astype(int),
            "Responded by then": each(t, percent, "probability"),
            ci_title(result): each(t, lambda a, b: interval(100 * a, 100 * b), "ci_low", "ci_high"),
            "One minus Kaplan–Meier": each(t, percent, "kaplan_meier"),
        }
    )
