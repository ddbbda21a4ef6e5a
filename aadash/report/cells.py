"""Cells that every printable table is made of."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from aadash.endpoints import ENDPOINTS, endpoint
from aadash.errors import PlanError
from aadash.formatting import level_name
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


def level_label(result: Result, level: str) -> str:
    """A level as printed; pairs ("A - B") with a true minus."""
    labels = {"all": "All patients", **dict(result.extra.get("labels", {}))}
    if level in labels:
        return labels[level]
    return " − ".join(labels.get(part, part) for part in level.split(" - "))


def ci_title(result: Result) -> str:
    """ "95 % CI", at the plan's level."""
    return f"{level_name(result.plan.level)} CI"


def each(t: pd.DataFrame, make: Callable, *columns: str) -> list[str]:
    """``make`` of the named columns, row by row."""
    return [make(*values) for values in zip(*(t[c] for c in columns), strict=True)]
