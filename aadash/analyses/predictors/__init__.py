"""Who responds? Models of an outcome on several predictors: ``(cohort, plan, model) -> Result``.

They take a :class:`aadash.model_plan.ModelPlan` beside the analysis plan and are therefore not in
:data:`aadash.analyses.REGISTRY`; :data:`MODELS` lists them.
"""

from __future__ import annotations

from aadash.analyses.predictors.table import predictors

__all__ = ["predictors"]
