"""Over what p-values are adjusted, in words."""

from __future__ import annotations

from typing import Literal

from aadash.plan import MULTIPLICITY, AnalysisPlan


def adjusted_over(what: Literal["weeks", "columns"], plan: AnalysisPlan) -> str:
    """The sentence of a method that says whether its p-values are adjusted, over what, and how."""
    if plan.multiplicity == "none":
        if what == "weeks":
            return "p-values are not adjusted for the number of weeks."
        return "p-values are not adjusted for the number of columns."
    if what == "weeks":
        return f"p-values are adjusted over the weeks of one group of patients ({MULTIPLICITY[plan.multiplicity]})."
    return f"p-values are adjusted over the columns ({MULTIPLICITY[plan.multiplicity]})."
