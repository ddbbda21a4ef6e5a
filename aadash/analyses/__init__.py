"""The questions of alopecia areata: ``(cohort, plan, **options) -> Result``. Each is registered where it stands.

Any of them is an attribute of this package: ``aadash.analyses.responders(cohort, plan)``.
"""

from __future__ import annotations

import sys
from typing import Any

from aadash.analyses.registry import REGISTRY, Analysis, Answers, answers, run
from aadash.discover import load_all

load_all(sys.modules[__name__])
# A module and the analysis in it may share a name; here the analysis is meant.
globals().update({name: one.function for name, one in REGISTRY.items()})

__all__ = ["REGISTRY", "Analysis", "Answers", "answers", "run"]


def __getattr__(name: str) -> Any:
    """Only for what is no analysis: those are attributes already."""
    raise AttributeError(f"There is no analysis called {name!r}")
