"""Printable tables of plans side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, level_name, number
from aadash.report.formatters import prints
from aadash.result import Result

MEASURES = {"baseline": "Mean SALT at baseline", "salt": "Mean SALT", "percent_change": "Mean percent change", "response": "Response"}


@prints("side_by_side")
def _side_by_side(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    """One line per measure and plan: value with interval, and the difference from the first plan with its own."""
    ci = f"{level_name(result.plan.level)} CI"
    lines = []
    order = sorted(t.to_dict("records"), key=lambda r: list(MEASURES).index(r["variable"]))  # stable: plans stay in their order
    for r in order:
        rate = r["variable"] == "response"
        scale = 100.0 if rate else 1.0
        measure = result.details.endpoints[r["group1_level"]] if rate else result.measure.words(MEASURES[r["variable"]])
        lines.append(
            {
                "Measure": measure + (f", week {int(r['week'])}" if r["week"] else ""),
                "Scenario": r["group1_level"],
                "n": int(r["n"]),
                "Value": count(r["k"], r["n"]) if rate else number(r["estimate"]),
                ci: interval(scale * r["ci_low"], scale * r["ci_high"]),
                "Difference from the first": "" if np.isnan(r["difference"]) else number(scale * r["difference"]),
                f"{ci} of the difference": ""
                if np.isnan(r["difference"])
                else interval(scale * r["difference_low"], scale * r["difference_high"]),
                "In both": "" if np.isnan(r["n_both"]) else str(int(r["n_both"])),
            }
        )
    return pd.DataFrame(lines)
