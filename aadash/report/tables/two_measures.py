"""The printable tables of two measures: how far they go together, and the means of both."""

from __future__ import annotations

import pandas as pd

from aadash.formatting import interval, number, p_value
from aadash.report.formatters import ci_title, each, falls_into, prints, strata
from aadash.result import Result

falls_into(
    "variable_level",
    {"within": "Within patients, over all visits", "change": "Change against change at each visit", "mean": "Means of both measures"},
    "two_measures",
)


@prints("two_measures")
def _two(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    out = pd.DataFrame({"Stratum": strata(result, t)})
    kinds = set(t["variable_level"])
    if kinds == {"mean"}:
        out["Measure"] = list(t["variable"])
    if kinds != {"within"}:
        out["Week"] = ["–" if pd.isna(w) else str(int(w)) for w in t["week"]]
    out["Patients"] = t["n"].astype(int).to_numpy()
    if kinds == {"mean"}:
        out["Mean"] = each(t, number, "mean")
        out[ci_title(result)] = each(t, interval, "ci_low", "ci_high")
        return out
    if kinds == {"within"}:
        out["Visits"] = t["n_visits"].astype(int).to_numpy()
    out["r"] = each(t, lambda r: number(r, 2), "r")
    out[ci_title(result)] = each(t, lambda a, b: interval(a, b, 2), "ci_low", "ci_high")
    out["p"] = each(t, p_value, "p")
    if kinds == {"change"}:
        out["Spearman's rho"] = each(t, lambda r: number(r, 2), "rho")
    return out
