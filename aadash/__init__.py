"""AAdash: the analyses of an alopecia areata cohort on a JAK inhibitor, in a browser or a notebook.

>>> import aadash
>>> cohort = aadash.read_cohort("clinic.csv")                      # doctest: +SKIP
>>> result = aadash.analyses.responders(cohort, aadash.AnalysisPlan(stratifier="sex"))   # doctest: +SKIP
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.evidence import PublishedRate
from aadash.filters import Filter
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.version import VERSION

if TYPE_CHECKING:
    from aadash import analyses
    from aadash.intake import ColumnMapping, Decisions, read_cohort

__version__ = VERSION
__all__ = [
    "AadashError",
    "AnalysisPlan",
    "Cohort",
    "ColumnMapping",
    "Decisions",
    "Filter",
    "ModelPlan",
    "Predictor",
    "PublishedRate",
    "Result",
    "analyses",
    "read_cohort",
]


def __getattr__(name: str) -> Any:
    """Import the analyses and the file readers when they are first asked for: they bring SciPy and the readers."""
    if name == "analyses":
        import importlib

        return importlib.import_module("aadash.analyses")
    if name in ("ColumnMapping", "Decisions", "read_cohort"):
        from aadash import intake

        return getattr(intake, name)
    raise AttributeError(f"module 'aadash' has no attribute {name!r}")
