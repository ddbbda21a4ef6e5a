"""Cells that every printable table is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from aadash.endpoints import ENDPOINTS, endpoint
from aadash.errors import PlanError
from aadash.formatting import interval, level_name, number
from aadash.levels import Level
from aadash.result import Result


class Titles(dict[str, str]):
    """A result's variable → as printed; an endpoint of another measure than SALT is read from its own name."""

    def __missing__(self, variable: str) -> str:
        try:
            return endpoint(variable).symbol
        except PlanError:
            return variable


#: A result's variable as printed.
VARIABLES = Titles({"salt": "SALT", "percent_change": "Percent change", **{name: rule.symbol for name, rule in ENDPOINTS.items()}})


def variables(result: Result) -> Titles:
    """:data:`VARIABLES` of a result: SALT is whatever was analysed."""
    return VARIABLES if result.measure.name == "SALT" else Titles({**VARIABLES, "salt": result.measure.name})


Printer = Callable[..., pd.DataFrame]
#: Analysis → the function that prints its table.
PRINTERS: dict[str, Printer] = {}


#: Analysis → how its table falls into parts of one kind each: (title, rows) in the order of reading.
BLOCKS: dict[str, Callable[[pd.DataFrame], list[tuple[str, pd.DataFrame]]]] = {}


def falls_into(column: str, titles: Mapping[str | None, str], *analyses: str) -> None:
    """The tables of these analyses hold rows of several kinds, told apart by ``column``; ``titles`` gives kinds and headings."""

    def parts(t: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
        kinds = t[column].astype(object).where(t[column].notna(), None)
        return [(title, t[[k == kind for k in kinds]]) for kind, title in titles.items()]

    BLOCKS.update(dict.fromkeys(analyses, parts))


def prints(*analyses: str) -> Callable[[Printer], Printer]:
    """Register a function as the printer of these analyses."""

    def register(printer: Printer) -> Printer:
        PRINTERS.update(dict.fromkeys(analyses, printer))
        return printer

    return register


def level_label(result: Result, level: Level) -> str:
    """A level as printed; a pair with a true minus."""
    return result.labels.label(level)


def difference_head(result: Result, t: pd.DataFrame) -> str:
    """The head of differences of a score, of rates (in points of percent), or of both, whose rows say of what they are."""
    unit, changes = result.measure.unit, [v == "change" for v in t["variable"]]
    if unit == "points" or not any(changes):
        return "Difference (points)"
    return f"Difference ({unit})" if all(changes) else "Difference"


def ci_title(result: Result) -> str:
    """ "95 % CI", at the plan's level."""
    return f"{level_name(result.plan.level)} CI"


def each(t: pd.DataFrame, make: Callable, *columns: str) -> list[str]:
    """``make`` of the named columns, row by row."""
    return [make(*values) for values in zip(*(t[c] for c in columns), strict=True)]


def in_its_unit(result: Result) -> tuple[Callable[[str, float], str], Callable[[str, float, float], str]]:
    """How a number and an interval of a variable are printed: with the decimals of the score, or of a percentage."""
    of = result.measure.digits_of
    return lambda v, x: number(x, of(v)), lambda v, a, b: interval(a, b, of(v))


def strata(result: Result, t: pd.DataFrame) -> list[str]:
    """The level of each row as printed."""
    return each(t, lambda level: level_label(result, level), "group1_level")


def share_interval(low: float, high: float) -> str:
    """An interval of shares with its sign: "38.8 to 83.7 %"."""
    return "–" if np.isnan(low) else f"{interval(100 * low, 100 * high)} %"


def percent_interval(low: float, high: float) -> str:
    """An interval of shares, in percent."""
    return interval(100 * low, 100 * high)
