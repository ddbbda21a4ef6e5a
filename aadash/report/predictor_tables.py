"""Printable tables of the predictors page, as journals print them: a heading a predictor, its levels indented."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, p_value, ratio, ratio_interval
from aadash.report.cells import ci_title
from aadash.result import Result

SHORT = {"uni": "uni", "adj": "multi", "alt": "other"}
INDENT = "\u2003"
ESTIMATORS = {"firth": "Firth", "ml": "Maximum likelihood", "ols": "Least squares"}


def _predictors(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    extra, rows = result.extra, []
    logistic = extra["kind"] == "logistic"
    show = (ratio, ratio_interval) if logistic else (number, interval)
    scale = "OR" if logistic else "Difference"
    titles = {"uni": "Univariable", "adj": "Multivariable"}
    if logistic:
        titles["alt"] = f"Multivariable, {ESTIMATORS[extra['alternative']]}"
    outcome = extra["outcome"].split(" at week")[0]
    for variable, own in t.groupby("variable", sort=False):
        title = extra["titles"][variable]
        if not own["role"].isin(["slope", "overall"]).any():
            rows.append({"Predictor": title})
        for r in own.to_dict("records"):
            named = r["role"] in ("slope", "overall")
            out = {"Predictor": title if named else INDENT + str(r["variable_level"])}
            if logistic:
                out[outcome] = str(int(r["n"])) if r["role"] == "slope" else count(r["events"], r["n"])
            else:
                out["Mean (n)"] = f"n = {int(r['n'])}" if r["role"] == "slope" else f"{number(r['mean'])} ({int(r['n'])})"
            for prefix, name in titles.items():
                out[f"{name} {scale} ({ci_title(result)})"] = _estimate(r, prefix, *show)
                out[f"p, {SHORT[prefix]}"] = p_value(r[f"{prefix}_p"]) if np.isfinite(r[f"{prefix}_p"]) else ""
            rows.append(out)
    return pd.DataFrame(rows).fillna("")


def _estimate(r: dict, prefix: str, one: Callable[[float], str], two: Callable[[float, float], str]) -> str:
    """"7.96 (1.80 to 54.9)", or "reference", or "∞" for what has no maximum."""
    if r["role"] == "overall":
        return ""
    if r["role"] == "reference":
        return "reference"
    estimate, low, high = (r[f"{prefix}_{k}"] for k in ("estimate", "low", "high"))
    if np.isnan(estimate):
        return "–"
    if np.isnan(low):
        return f"{one(estimate)} (separated)"
    return f"{one(estimate)} ({two(low, high)})"


PRINTERS: dict[str, Callable[[Result, pd.DataFrame], pd.DataFrame]] = {"predictors": _predictors}
