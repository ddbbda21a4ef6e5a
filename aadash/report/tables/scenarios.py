"""Printable tables of plans side by side."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.formatting import count, interval, level_name, number
from aadash.measure import SALT
from aadash.report.formatters import prints
from aadash.result import Result

#: Of SALT, and of whatever a plan analyses in its place.
MEASURES = {"baseline": "Mean SALT at baseline", "salt": "Mean SALT", "percent_change": "Mean percent change"}
#: Where the plans are not of one score, each row says which.
OF_EACH = {**MEASURES, "percent_change": "Mean percent change in SALT"}


@prints("side_by_side")
def _side_by_side(result: Result, t: pd.DataFrame) -> pd.DataFrame:
    """One line per measure and plan: value with interval, and the difference from the first plan with its own."""
    levels = {name: level_name(level) for name, level in result.details.levels.items()}
    one = len(set(levels.values())) < 2  # else each interval says its own
    ci = f"{level_name(result.plan.level)} CI" if one else "CI"
    lines = []

    def between(r: dict, low: str, high: str, scale: float, digits: int) -> str:
        return interval(scale * r[low], scale * r[high], digits) + ("" if one else f" ({levels[r['group1_level']]})")

    scores, places = result.details.scores, [*MEASURES, "response"]
    texts = MEASURES if len(set(scores.values())) < 2 else OF_EACH
    order = sorted(t.to_dict("records"), key=lambda r: places.index(r["variable"]))  # stable: plans stay in their order
    for r in order:
        rate = r["variable"] == "response"
        scale = 100.0 if rate else 1.0
        name = r["group1_level"]
        digits = result.details.digits[name] if r["variable"] in ("baseline", "salt") else 1
        measure = result.details.endpoints[name] if rate else texts[r["variable"]].replace(SALT.name, scores[name])
        lines.append(
            {
                "Measure": measure + (f", week {int(r['week'])}" if r["week"] else ""),
                "Scenario": name,
                "n": int(r["n"]),
                "Value": count(r["k"], r["n"]) if rate else number(r["estimate"], digits),
                ci: between(r, "ci_low", "ci_high", scale, digits),
                "Difference from the first": "" if np.isnan(r["difference"]) else number(scale * r["difference"], digits),
                f"Difference, {ci}": ""
                if np.isnan(r["difference"])
                else between(r, "difference_low", "difference_high", scale, digits),
                "In both": "" if np.isnan(r["n_both"]) else str(int(r["n_both"])),
            }
        )
    return pd.DataFrame(lines)
