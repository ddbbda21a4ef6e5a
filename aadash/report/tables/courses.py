"""Printable tables of courses: from band to band, response that lasts, kinds of course, leaving first, response between two visits."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, number, p_value, percent
from aadash.report.formatters import ci_title, each, falls_into, percent_interval, prints, strata
from aadash.result import Result

COURSES = {
    "early": "Early responder",
    "late": "Late responder",
    "relapser": "Response lost again",
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


@prints("severity_flow")
def _flow(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame({"Week": t["week"].astype(int), "Band": t["variable"]})
    if t["variable_level"].notna().any():
        out["At the visit before"] = t["variable_level"].fillna("any")
    out["Patients"] = each(t, count, "k", "n")
    return out


@prints("sustained_response")
def _sustained(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def held(kind: str, k: float, n: float, seen: float, twelve: float) -> str:
        if kind != "durability":
            return count(k, n)
        if np.isnan(twelve):
            return "–"
        return f"{percent(twelve)} hold it 12 weeks on" if seen == n else f"{percent(twelve)} of {int(seen)} hold it 12 weeks on"

    weeks = int(result.call.options.get("held_weeks", 0))
    names = {**LASTING, **({"sustained": f"At every visit over {weeks} weeks"} if weeks else {})}
    return pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Response": [
                f"At week {int(w)}" if k == "at the week" else names[k] for k, w in zip(t["variable_level"], t["week"], strict=True)
            ],
            "Patients": each(t, held, "variable_level", "k", "n", "n_12", "held_12"),
            ci_title(result): each(t, percent_interval, "ci_low", "ci_high"),
        }
    )


@prints("course_types")
def _courses(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Course": t["variable_level"].map(COURSES),
            "Patients": each(t, count, "k", "n"),
            ci_title(result): each(t, percent_interval, "ci_low", "ci_high"),
        }
    )


falls_into(
    "variable_level",
    {"summary": "At the week in question", "curve": "At each visit", "gray": "Between strata"},
    "competing_discontinuation",
)
falls_into("variable_level", {"summary": "When half had responded", "curve": "At each visit"}, "interval_time")


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
            "Stratum": strata(result, t),
            "Week": t["week"].astype(int),
            "Responded before leaving": each(t, percent, "incidence"),
            ci_title(result): each(t, percent_interval, "ci_low", "ci_high"),
            "Left first": each(t, percent, "left"),
            "One minus Kaplan–Meier": each(t, percent, "kaplan_meier"),
        }
    )
    return out


@prints("interval_time")
def _interval(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["variable_level"] == "summary").all():
        between = lambda a, b: "not by the last visit" if np.isnan(b) else f"week {number(a, 0)} to {number(b, 0)}"  # noqa: E731
        return pd.DataFrame(
            {
                "Stratum": strata(result, t),
                "Half had responded": each(t, between, "median_from", "median_to"),
                "Responders": each(t, count, "k", "n"),
            }
        )
    t = t[t["variable_level"] == "curve"]
    return pd.DataFrame(
        {
            "Stratum": strata(result, t),
            "Week": t["week"].astype(int),
            "Responded by then": each(t, percent, "probability"),
            ci_title(result): each(t, percent_interval, "ci_low", "ci_high"),
            "One minus Kaplan–Meier": each(t, percent, "kaplan_meier"),
        }
    )
