"""Numbers for other programs: CDISC Analysis Results Data as R's cards checks them, and Dataset-JSON 1.1.

cards: https://insightsengineering.github.io/cards (``check_ard_structure``: columns variable, stat_name, stat_label, stat, fmt_fun,
warning, error, context, and a row with stat_name "method" for each set of statistics). Dataset-JSON: CDISC 2024, version 1.1.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import datetime

from aadash.formatting import number, p_value
from aadash.result import Result

#: Statistic → how it is called in print. Others are called by their own name.
STAT_LABELS = {
    "n": "n", "mean": "Mean", "sd": "SD", "median": "Median", "q1": "Q1", "q3": "Q3", "minimum": "Min", "maximum": "Max",
    "k": "Patients", "rate": "Rate", "proportion": "Proportion", "ci_low": "CI, lower", "ci_high": "CI, upper", "p": "p-value",
    "p_holm": "p-value, Holm", "p_adjusted": "p-value, adjusted", "t": "t", "df": "Degrees of freedom", "f": "F",
    "chi2": "Chi-squared", "difference": "Difference", "risk_difference": "Risk difference", "hedges_g": "Hedges' g",
    "odds_ratio": "Odds ratio", "smd": "SMD", "events": "Events", "patient_years": "Patient-years", "n_enrolled": "Enrolled",
    "n_analysed": "Analysed", "n_excluded": "Left out",
}  # fmt: skip
#: Statistics that are proportions, printed in per cent.
_SHARES = ("rate", "proportion")
_KEYS = ("group1", "group1_level", "variable", "variable_level")
_COLUMNS: tuple[tuple[str, str, str], ...] = (
    ("analysis", "Analysis", "string"),
    ("group1", "Split", "string"),
    ("group1_level", "Level of the split", "string"),
    ("variable", "Variable", "string"),
    ("variable_level", "Level of the variable", "string"),
    ("week", "Week", "integer"),
    ("context", "Kind of statistic", "string"),
    ("stat_name", "Statistic", "string"),
    ("stat_label", "Statistic in print", "string"),
    ("stat", "Value", "double"),
    ("stat_text", "Value that is text", "string"),
    ("fmt", "Value in print", "string"),
)


def cards(results: Iterable[Result]) -> list[dict[str, object]]:
    """One row per number in the columns that cards expects, and before each result's numbers its method.

    ``fmt_fun`` holds the printed value: a function cannot travel as JSON; ``as.numeric`` of ``stat`` has full precision.
    """
    out: list[dict[str, object]] = []
    for result in results:
        told = False
        for row in result.ard():
            keys = {k: row.get(k) for k in _KEYS}
            if not told:
                out.append(_row(result, keys, None, "method", result.method))
                told = True
            out.append(_row(result, keys, row.get("week"), str(row["stat_name"]), row["stat"]))
    return out


def _finite(stat: object) -> object:
    """An infinite number as text, as R writes and reads it: JSON has none."""
    return ("Inf" if stat > 0 else "-Inf") if isinstance(stat, float) and math.isinf(stat) else stat


def _row(result: Result, keys: Mapping[str, object], week: object, name: str, stat: object) -> dict[str, object]:
    return {
        **keys,
        "context": "inference" if name.startswith("p") and name in STAT_LABELS else "method" if name == "method" else "descriptive",
        "stat_name": name,
        "stat_label": STAT_LABELS.get(name, name.replace("_", " ")),
        "stat": _finite(stat),
        "fmt_fun": printed(name, stat),
        "warning": None,
        "error": None,
        "analysis": result.analysis,
        "week": int(week) if isinstance(week, (int, float)) else None,
    }


def printed(name: str, stat: object) -> str:
    """A statistic as it is printed: counts whole, p to three decimals, proportions in per cent, else one or two decimals."""
    if isinstance(stat, (str, bool)) or stat is None:
        return str(stat or "")
    value = float(stat)  # type: ignore[arg-type]
    if name == "p" or name.startswith("p_"):
        return p_value(value)
    if name in _SHARES:
        return f"{number(100 * value)} %"
    if isinstance(stat, int):
        return str(stat)
    return number(value, 2 if name in ("t", "f", "hedges_g", "odds_ratio", "smd", "dz", "chi2") else 1)


def dataset_json(results: Iterable[Result], stamp: datetime | None = None, name: str = "ARD") -> str:
    """The same rows as a Dataset-JSON 1.1 dataset."""
    rows = cards(results)
    body = []
    for r in rows:
        r["stat"] = int(r["stat"]) if isinstance(r["stat"], bool) else r["stat"]
        text = isinstance(r["stat"], str)
        row = [r.get(column) for column, _, _ in _COLUMNS[:9]]
        body.append([*row, None if text else r["stat"], r["stat"] if text else None, r["fmt_fun"]])
    when = (stamp or datetime(2000, 1, 1)).replace(microsecond=0).isoformat()
    columns = [
        {"itemOID": f"IT.{name}.{column.upper()}", "name": column.upper(), "label": label, "dataType": kind}
        for column, label, kind in _COLUMNS
    ]
    told = {
        "datasetJSONCreationDateTime": when,
        "datasetJSONVersion": "1.1.0",
        "originator": "AAdash",
        "itemGroupOID": f"IG.{name}",
        "records": len(body),
        "name": name,
        "label": "Analysis results",
        "columns": columns,
        "rows": body,
    }
    return json.dumps(told, ensure_ascii=False)
