"""What the axis of a picture of subgroups measures: which outcome, of whom, in which unit."""

from __future__ import annotations

from aadash.endpoints import endpoint
from aadash.levels import width_of
from aadash.result import Result

#: Letters of the names of two strata that an axis has room for; longer ones stand in the sentence above.
PAIRED = 24


def axis_title(result: Result, variable: str, ratios: bool) -> str:
    """ "SALT75 (%)", "SALT75, Group A − Group B (percentage points)"; ``variable`` says which change it is of, if any."""
    if variable in ("salt_change", "percent_change"):
        return _change(result, variable == "percent_change")
    symbol, pair = endpoint(result.plan.endpoint).symbol, _pair(result)
    if "risk_difference" not in result.table:
        return "Odds ratio (log scale)" if ratios else f"{symbol} (%)"
    if ratios:
        return f"Odds ratio, {pair[0]} to {pair[1]} (log scale)" if pair else "Odds ratio (log scale)"
    return f"{symbol}, {pair[0]} − {pair[1]} (percentage points)" if pair else f"Difference in {symbol} (percentage points)"


def change_title(result: Result, percent: bool) -> str:
    """What an axis of changes of patients measures: "Change in SALT (points)", "Change in SALT (% of baseline)"."""
    score, unit = result.measure.name, result.measure.unit
    return f"Change in {score} (% of baseline)" if percent else f"Change in {score} ({unit})"


def _change(result: Result, percent: bool) -> str:
    score, unit, pair = result.measure.name, result.measure.unit, _pair(result)
    if "difference" not in result.table:
        return change_title(result, percent)
    if not pair:
        return (
            f"Difference in percent change in {score} (percentage points)" if percent else f"Difference in change in {score} ({unit})"
        )
    if percent:
        return f"Percent change in {score}, {pair[0]} − {pair[1]} (percentage points)"
    return f"Change in {score}, {pair[0]} − {pair[1]} ({unit})"


def _pair(result: Result) -> list[str]:
    """The two strata whose difference it is, unless their names are long."""
    pair = [result.labels.short(level) for level in result.labels.used]
    return pair if len(pair) == 2 and sum(map(width_of, pair)) <= PAIRED else []
