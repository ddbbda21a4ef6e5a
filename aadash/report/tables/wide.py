"""Tables as journals print them: a stratum and measure a row, the weeks side by side."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, number, p_value, with_aside, with_limits
from aadash.levels import ALL
from aadash.measure import Measure
from aadash.report.formatters import ci_title, level_label, variables
from aadash.result import Result

Cell = Callable[[Measure, dict], str]


def _mean(m: Measure, r: dict) -> str:
    if not r["n"]:
        return "–"
    digits = m.digits_of(r["variable"])
    return with_aside(number(r["mean"], digits), number(r["sd"], digits))


def _adjusted(m: Measure, r: dict) -> str:
    if np.isnan(r["adjusted_mean"]):
        return "–"
    digits = m.digits_of(r["variable"])
    return with_limits(number(r["adjusted_mean"], digits), r["adjusted_low"], r["adjusted_high"], digits)


def _change(m: Measure, r: dict) -> str:
    return with_limits(m.number(r["mean"]), r["ci_low"], r["ci_high"], m.digits) if r["n"] else "–"


def _responders(m: Measure, r: dict) -> str:
    return count(r["k"], r["n"])


def _rates(m: Measure, r: dict) -> str:
    if np.isnan(r.get("risk_difference", np.nan)):
        return p_value(r["p"], prefix=True)
    limits = interval(100 * r["ci_low"], 100 * r["ci_high"])
    return f"{number(100 * r['risk_difference'])} ({limits}), {p_value(r['p'], prefix=True)}"


def _difference(m: Measure, r: dict) -> str:
    if np.isnan(r.get("difference", np.nan)):
        return p_value(r["p"], prefix=True)
    return f"{with_limits(number(r['difference']), r['ci_low'], r['ci_high'])}, {p_value(r['p'], prefix=True)}"


#: Analysis → what stands in a cell, and how the row is told what it is.
CELLS: dict[str, tuple[Cell, str]] = {
    "salt_over_time": (_mean, "mean (SD)"),
    "change_from_baseline": (_change, "mean change"),
    "responders": (_responders, "responders / patients (%)"),
    "responders_between": (_rates, "difference in points"),
    "between_strata": (_difference, "difference in percent change"),
}


def can_be_wide(result: Result) -> bool:
    """Whether there is such a layout for this analysis."""
    return result.analysis in CELLS


def wide(result: Result, rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of a result with a column per week, as text. Raises KeyError for an analysis without such a layout.

    A stratum's n stands beside its name where it is the same at every visit; else in a row of its own.
    """
    cell, what = CELLS[result.analysis]
    modelled = "adjusted_mean" in rows and bool(rows["adjusted_mean"].notna().any())
    if modelled:
        what = "mean (SD) of the scores recorded"
    if result.analysis in ("change_from_baseline", "responders_between", "between_strata"):
        what += f" ({ci_title(result)})"
    names, out = variables(result), list[dict[str, str]]()
    for (level, variable), block in rows.groupby(["group1_level", "variable"], sort=False):
        records = block.to_dict("records")
        sizes = {int(r["n_analysed"]) for r in records}
        one = len(sizes) == 1 or "/" in what
        head = _head(result, level) + (f" (n = {sizes.pop()})" if len(sizes) == 1 else "")
        weeks = ["Baseline" if r["week"] == 0 else f"Week {int(r['week'])}" for r in records]
        first = {"Stratum": head, "Measure": f"{names[str(variable)]}, {what}"}
        out.append(first | {w: cell(result.measure, r) for w, r in zip(weeks, records, strict=True)})
        if modelled:  # what figures and sentences show
            measure = f"{first['Measure'].split(',')[0]}, adjusted mean ({ci_title(result)})"
            out.append(
                {"Stratum": "", "Measure": measure} | {w: _adjusted(result.measure, r) for w, r in zip(weeks, records, strict=True)}
            )
        if not one:
            out.append({"Stratum": "", "Measure": "n"} | {w: str(int(r["n_analysed"])) for w, r in zip(weeks, records, strict=True)})
    return pd.DataFrame(out).fillna("")


def _head(result: Result, level: object) -> str:
    if level is ALL and result.analysis in ("responders_between", "between_strata"):
        return result.labels.compared(short=True)
    return level_label(result, level)  # type: ignore[arg-type]
