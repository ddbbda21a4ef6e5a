"""Printable table of laboratory values: change at each visit, shift, who left the limits of normal."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, with_aside
from aadash.report.formatters import BLOCKS, ci_title, each, level_label, prints, share_interval, strata
from aadash.result import Result


def _kind(t: pd.DataFrame) -> pd.Series:
    return t["variable_level"].map(lambda v: "change" if v == "change" else "new" if str(v).startswith("new ") else "shift")


_PLACES = {"low": "Low", "normal": "Normal", "high": "High"}
_LAST = {"low": "Last value low", "normal": "Last value normal", "high": "Last value high"}


def _blocks(t: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    kinds = _kind(t)
    titles = {
        "change": "Change from baseline",
        "shift": "From baseline to the last value",
        "new": "Newly outside the limits of normal",
    }
    return [(title, t[kinds == kind]) for kind, title in titles.items() if (kinds == kind).any()]


BLOCKS["laboratory"] = _blocks


@prints("laboratory")
def _laboratory(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    kinds = set(_kind(t))
    if kinds == {"shift"}:
        return _shift(result, t)
    if kinds == {"new"}:
        return _new(result, t)
    mine, digits = t[t["variable_level"] == "change"], result.details.digits

    def plain(test: str, value: float) -> str:
        return number(value, digits[test])

    return pd.DataFrame(
        {
            "Test": each(mine, lambda name: f"{name} ({result.details.units[name]})", "variable"),
            "Stratum": strata(result, mine),
            "Week": mine["week"].astype(int).tolist(),
            "n": mine["n"].astype(int).tolist(),
            "Baseline": each(mine, plain, "variable", "baseline"),
            "At the visit": each(mine, plain, "variable", "later"),
            "Change (SD)": each(mine, lambda v, m, sd: with_aside(plain(v, m), plain(v, sd)), "variable", "change", "sd"),
            ci_title(result): each(mine, lambda v, a, b: interval(a, b, digits[v]), "variable", "ci_low", "ci_high"),
        }
    )


def _shift(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    lines: list[dict[str, str]] = []
    for test, level in dict.fromkeys(zip(t["variable"], t["group1_level"], strict=True)):
        rows = t[[v == test and g == level for v, g in zip(t["variable"], t["group1_level"], strict=True)]]
        counts = {str(v): int(k) for v, k in zip(rows["variable_level"], rows["k"], strict=True)}
        for before in dict.fromkeys(v.split(" > ")[0] for v in counts):
            line = {
                "Test": f"{test} ({result.details.units[test]})",
                "Stratum": level_label(result, level),
                "At baseline": _PLACES[before],
            }
            for after, head in _LAST.items():
                line[head] = str(counts[f"{before} > {after}"]) if f"{before} > {after}" in counts else "–"
            n = sum(k for v, k in counts.items() if v.startswith(f"{before} >"))
            lines += [{**line, "n": str(n)}] if n else []
    return pd.DataFrame(lines)


def _new(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    def limit(name: str, kind: str, low: float, high: float) -> str:
        if np.isnan(low if kind == "new low" else high):
            return "differs by patient"
        unit = result.details.units[name]
        return f"< {low:g} {unit}" if kind == "new low" else f"> {high:g} {unit}"

    return pd.DataFrame(
        {
            "Test": t["variable"].tolist(),
            "Stratum": strata(result, t),
            "Newly": each(t, lambda v: str(v).removeprefix("new "), "variable_level"),
            "Limit": each(t, limit, "variable", "variable_level", "limit_low", "limit_high"),
            "Patients": each(t, count, "k", "n"),
            ci_title(result): each(t, share_interval, "ci_low", "ci_high"),
        }
    )
