"""The AA questions. Each is one function ``(Cohort, AnalysisPlan) -> Result``.

``REGISTRY`` lists them by name in the order of a report; :func:`run_all` asks them all.
"""

from __future__ import annotations

from collections.abc import Callable

from aadash.analyses.adverse_events import adverse_events
from aadash.analyses.baseline import baseline
from aadash.analyses.between import between_strata
from aadash.analyses.change import change_from_baseline
from aadash.analyses.equivalence import equivalence
from aadash.analyses.missingness import missingness
from aadash.analyses.over_time import salt_over_time
from aadash.analyses.predictors import (
    predicted_probability,
    predictor_checks,
    predictor_choice,
    predictor_cuts,
    predictor_effects,
    predictor_performance,
    predictor_stability,
    predictors,
    response_patterns,
)
from aadash.analyses.repeated_response import repeated_response
from aadash.analyses.resampled import bootstrap
from aadash.analyses.response import responders, responders_between
from aadash.analyses.rules import RULES, conclusion
from aadash.analyses.second_opinion import second_opinion
from aadash.analyses.side_by_side import side_by_side
from aadash.analyses.simple_effects import simple_effects
from aadash.analyses.stratum_by_week import mixed_anova
from aadash.analyses.subgroups import (
    subgroup_chance,
    subgroup_differences_change,
    subgroup_differences_response,
    subgroup_pairs,
    subgroups_change,
    subgroups_response,
)
from aadash.analyses.time_to_response import time_to_response
from aadash.analyses.visits_as_patients import visits_as_patients
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.plan import AnalysisPlan
from aadash.result import Result

Analysis = Callable[[Cohort, AnalysisPlan], Result]

REGISTRY: dict[str, Analysis] = {
    f.__name__: f for f in (salt_over_time, change_from_baseline, responders, responders_between, between_strata, mixed_anova)
}
#: Further questions, asked only when somebody looks: some take a tenth of a second.
FURTHER: dict[str, Analysis] = {
    **{
        f.__name__: f
        for f in (
            adverse_events,
            baseline,
            bootstrap,
            equivalence,
            missingness,
            repeated_response,
            simple_effects,
            time_to_response,
            visits_as_patients,
            subgroups_response,
            subgroups_change,
            subgroup_differences_response,
            subgroup_differences_change,
            subgroup_pairs,
            subgroup_chance,
        )
    },
    **RULES,
}
__all__ = [
    "FURTHER",
    "REGISTRY",
    "Analysis",
    "conclusion",
    "not_computed",
    "run_all",
    *REGISTRY,
    "adverse_events",
    "baseline",
    "bootstrap",
    "equivalence",
    "missingness",
    "predicted_probability",
    "predictor_checks",
    "predictor_choice",
    "predictor_cuts",
    "predictor_effects",
    "predictor_performance",
    "predictor_stability",
    "predictors",
    "repeated_response",
    "second_opinion",
    "response_patterns",
    "simple_effects",
    "subgroup_differences_change",
    "subgroup_differences_response",
    "subgroup_pairs",
    "subgroups_change",
    "subgroups_response",
    "time_to_response",
    "visits_as_patients",
    "side_by_side",
    "subgroup_chance",
]


def run_all(cohort: Cohort, plan: AnalysisPlan) -> dict[str, Result]:
    """Every analysis that this cohort and plan allow, by name. Those that they do not are left out:
    :func:`not_computed` says why."""
    out = {}
    for name, analysis in REGISTRY.items():
        try:
            out[name] = analysis(cohort, plan)
        except AadashError:
            continue
    return out


def not_computed(cohort: Cohort, plan: AnalysisPlan) -> dict[str, str]:
    """Name of each analysis that cannot be computed → the reason, as a sentence."""
    out = {}
    for name, analysis in REGISTRY.items():
        try:
            analysis(cohort, plan)
        except AadashError as error:
            out[name] = error.paragraph()
    return out
