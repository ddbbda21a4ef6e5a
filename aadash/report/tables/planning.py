"""Printable tables of planning, of two readers, and of two treatments."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import interval, number, p_value, percent, ratio
from aadash.report.formatters import BLOCKS, VARIABLES, Titles, ci_title, difference_head, each, level_label, prints
from aadash.result import Result

PLANNED = {
    "rate here": "Rate, as known from this cohort",
    "rate": "Rate of responders, interval of",
    "two rates": "Two rates",
    "two means": "Two mean changes",
    "mixed model": "Difference by mixed model",
    "prediction": "Prediction model",
}
CRITERIA = {
    "shrinkage": "shrinkage of at least 0.9",
    "optimism": "optimism of R² at most 0.05",
    "precision": "overall risk to ±5 percentage points",
    "all": "all three criteria",
}
READERS = {
    "icc": "Intraclass correlation",
    "bias": "Mean difference (points)",
    "lower limit": "Lower limit of agreement (points)",
    "upper limit": "Upper limit of agreement (points)",
    "kappa": "Weighted kappa on bands",
}


@prints("planning")
def _planning(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def target(what: str, goal: object, value: float, width: float) -> str:
        if what == "rate here":
            return f"{percent(value)}, ±{number(100 * width)} percentage points"
        if what == "prediction":
            return CRITERIA[str(goal)]
        return f"{goal} percentage points" if what == "rate" else str(goal)

    def seen(what: str, a: float, b: float) -> str:
        """The mixed model needs nobody at the end: its number is that to enrol."""
        return "–" if np.isnan(a) or what == "mixed model" else (f"{a:.0f}" if np.isnan(b) else f"{a:.0f} and {b:.0f}")

    def enrolled(what: str, n: float, a: float, b: float) -> str:
        return "–" if np.isnan(n) else f"{n:.0f} ({a:.0f} and {b:.0f})" if what == "mixed model" else f"{n:.0f}"

    return pd.DataFrame(
        {
            "What is planned": t["variable"].map(PLANNED),
            "Target": each(t, target, "variable", "variable_level", "target", "half_width"),
            "Patients to be seen": each(t, seen, "variable", "n1", "n2"),
            "Patients to enrol": each(t, enrolled, "variable", "n_enrol", "n1", "n2"),
        }
    )


@prints("rater_agreement")
def _readers(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    digits = [2 if v in ("icc", "kappa") else result.measure.digits for v in t["variable"]]
    return pd.DataFrame(
        {
            "Measure": t["variable"].map({k: v.replace("points", result.measure.unit) for k, v in READERS.items()}),
            "Estimate": [number(v, d) for v, d in zip(t["estimate"], digits, strict=True)],
            ci_title(result): [interval(a, b, d) for a, b, d in zip(t["ci_low"], t["ci_high"], digits, strict=True)],
            "Patients": t["n"].astype(int),
        }
    )


#: Kind of row of a comparison of treatments → heading; outcomes first.
TREATMENT_PARTS = {"balance": "Balance before and after weighting", "overlap": "Overlap", "e_value": "E-value"}


def _treatment_blocks(t: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    special = t["variable"].isin(list(TREATMENT_PARTS))
    return [("Outcomes", t[~special]), *((title, t[t["variable"] == kind]) for kind, title in TREATMENT_PARTS.items())]


BLOCKS["treatment_comparison"] = _treatment_blocks


@prints("treatment_comparison")
def _treatments(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    kind = t["variable"].iloc[0]
    pair = level_label(result, t["group1_level"].iloc[0]).split(" − ")
    if kind == "balance":
        return pd.DataFrame(
            {
                "Covariate": t["variable_level"],
                pair[0]: each(t, lambda v: number(v, 2), "mean1"),
                pair[1]: each(t, lambda v: number(v, 2), "mean2"),
                "SMD before": each(t, lambda v: number(v, 2), "smd"),
                "SMD after": each(t, lambda v: number(v, 2), "smd_weighted"),
            }
        )
    if kind == "overlap":
        return pd.DataFrame(
            {
                "Patients with nobody like them": each(t, lambda v: f"{v:.0f}", "outside"),
                "As informative as": each(t, lambda a, b: f"{number(a)} and {number(b)} patients", "effective1", "effective2"),
            }
        )
    if kind == "e_value":
        return pd.DataFrame(
            {
                "Outcome": t["variable_level"].map(VARIABLES),
                "E-value": each(t, ratio, "estimate"),
                "Of the limit": each(t, ratio, "limit"),
            }
        )
    shown = lambda v, x: result.measure.number(x) if v == "change" else percent(x)  # noqa: E731
    points = lambda v, d: result.measure.number(d) if v == "change" else number(100 * d)  # noqa: E731
    limits = lambda v, a, b: result.measure.interval(a, b) if v == "change" else interval(100 * a, 100 * b)  # noqa: E731
    return pd.DataFrame(
        {
            "Outcome": t["variable"].map(Titles({**VARIABLES, "change": f"Change ({result.measure.unit})"})),
            "Patients": t["variable_level"].map({"unweighted": "As treated", "weighted": "Weighted, made alike"}),
            pair[0]: each(t, shown, "variable", "mean1"),
            pair[1]: each(t, shown, "variable", "mean2"),
            difference_head(result, t): each(t, points, "variable", "estimate"),
            ci_title(result): each(t, limits, "variable", "ci_low", "ci_high"),
            "p": each(t, p_value, "p"),
        }
    )
