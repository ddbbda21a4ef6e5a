"""Who responds? Models of an outcome on several predictors: ``(cohort, plan, model) -> Result``.

They take a :class:`aadash.model_plan.ModelPlan` beside the analysis plan (None: the prespecified one) and some take
tenths of a second, so they are not in :data:`aadash.analyses.REGISTRY` but asked one by one.
"""

from __future__ import annotations

from aadash.analyses.predictors.checks import predictor_checks
from aadash.analyses.predictors.choice import predictor_choice, predictor_stability
from aadash.analyses.predictors.cuts import predictor_cuts
from aadash.analyses.predictors.effects import predictor_effects
from aadash.analyses.predictors.patterns import response_patterns
from aadash.analyses.predictors.performance import PROCEDURES, predictor_performance
from aadash.analyses.predictors.profile import predicted_probability
from aadash.analyses.predictors.table import predictors

__all__ = [
    "PROCEDURES",
    "predicted_probability",
    "predictor_checks",
    "predictor_choice",
    "predictor_cuts",
    "predictor_effects",
    "predictor_performance",
    "predictor_stability",
    "predictors",
    "response_patterns",
]
