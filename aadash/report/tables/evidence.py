"""Printable tables of published rates: beside the cohort, and pooled."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.evidence import BRIEFLY, SOURCES
from aadash.formatting import interval, number, p_value, percent, with_limits
from aadash.report.formatters import ci_title, each, falls_into, prints
from aadash.result import Result

falls_into(
    "kind",
    {
        "published": "Published rates beside this cohort",
        "cohort": "This cohort, by severity at baseline",
        "reweighted": "This cohort, reweighted to another mix of severity",
    },
    "published_rates",
)
falls_into("kind", {"study": "Studies", "pooled": "Pooled", "cohort": "This cohort, not pooled"}, "pooled_evidence")


def _limits(low: float, high: float) -> str:
    return interval(100 * low, 100 * high)


def _rate(k: float, n: float, rate: float) -> str:
    if np.isnan(rate):
        return "–"
    return percent(rate) + (f" of {n:.0f}" if np.isnan(k) else f" ({k:.0f}/{n:.0f})")


def _n(n: float) -> str:
    return "–" if np.isnan(n) else f"{n:.0f}"


@prints("published_rates")
def _beside(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    if (t["kind"] != "published").any():
        return pd.DataFrame(
            {
                "Patients": list(t["severity"]),
                "Week": [f"{w:.0f}" for w in t["week"]],
                "Rate": each(t, _rate, "k", "n", "rate"),
                ci_title(result): each(t, _limits, "ci_low", "ci_high"),
            }
        )
    out = pd.DataFrame(
        {
            "Study": list(t["study"]),
            "Treatment": list(t["arm"]),
            "Enrolled": list(t["severity"]),
            "Week": [_n(w) for w in t["published_week"]],
            "Published": list(t["published_text"]),
            "How": [BRIEFLY[e] for e in t["estimator"]],
            "n": [_n(n) for n in t["published_n"]],
            "This cohort": each(t, lambda k, n, r, w: "no visit near" if pd.isna(w) else _rate(k, n, r), "k", "n", "rate", "week"),
            "Week here": [_n(w) for w in t["week"]],
            "Difference (points)": each(t, lambda d: number(100 * d), "difference"),
            ci_title(result): each(t, _limits, "difference_low", "difference_high"),
        }
    )
    if t["mixed"].notna().any():
        out["Reweighted to its severity"] = each(t, percent, "mixed")
        out["Difference after that"] = each(
            t,
            lambda d, a, b: "–" if np.isnan(d) else f"{number(100 * d)} ({_limits(a, b)})",
            "mixed_difference",
            "mixed_difference_low",
            "mixed_difference_high",
        )
    out["Read in"] = [SOURCES[k] for k in t["source_kind"]]
    return out


@prints("pooled_evidence")
def _pooled(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    kind, ci = t["kind"].iloc[0], ci_title(result)
    if kind == "study":
        return pd.DataFrame(
            {
                "Study": list(t["study"]),
                "Treatment": list(t["arm"]),
                "Enrolled": list(t["severity"]),
                "Week": [_n(w) for w in t["published_week"]],
                "Responders": each(t, lambda k, n, w: f"{k:.0f}/{n:.0f}" if w else f"–/{n:.0f}", "k", "n", "whole"),
                "Rate": list(t["published_text"]),
                ci: each(t, _limits, "ci_low", "ci_high"),
                "Weight": each(t, percent, "weight"),
                "How": [BRIEFLY[e] for e in t["estimator"]],
                "Read in": [SOURCES[k] for k in t["source_kind"]],
            }
        )
    if kind == "pooled":
        return pd.DataFrame(
            {
                "Rates": each(t, _n, "n_studies"),
                "Pooled rate": each(t, percent, "rate"),
                ci: each(t, _limits, "ci_low", "ci_high"),
                "Prediction interval": each(t, _limits, "pi_low", "pi_high"),
                "τ² (interval)": each(t, lambda v, a, b: with_limits(number(v, 3), a, b, 3), "tau2", "tau2_low", "tau2_high"),
                "I² (interval)": each(t, lambda v, a, b: with_limits(percent(v, 0), 100 * a, 100 * b, 0), "i2", "i2_low", "i2_high"),
                "Q": each(t, lambda q, df, p: f"{number(q)} (df = {df:.0f}), {p_value(p, True)}", "q", "df", "q_p"),
            }
        )
    return pd.DataFrame(
        {
            "Patients": list(t["severity"]),
            "Rate": each(t, _rate, "k", "n", "rate"),
            ci: each(t, _limits, "ci_low", "ci_high"),
        }
    )
