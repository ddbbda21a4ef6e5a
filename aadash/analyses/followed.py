"""Which rules for missing visits an analysis follows: beside them it is of the scores recorded, and no line may name another rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aadash.model_plan import ModelPlan

MEANS = ("observed", "complete", "locf", "mixed")
RATES = ("observed", "complete", "nri", "locf")
FILLED = ("observed", "complete", "locf")
EVERY = ("observed", "complete", "nri", "locf", "mixed")
SEEN: tuple[str, ...] = ()

#: Analysis → the rules that it follows, or what is said of missing visits in their place.
FOLLOWS: dict[str, tuple[str, ...] | str] = {
    **dict.fromkeys(("salt_over_time", "change_from_baseline", "between_strata", "mixed_anova"), MEANS),
    **dict.fromkeys(("responders", "responders_between", "repeated_response", "equivalence", "pooled_evidence"), RATES),
    **dict.fromkeys(("rank_differences", "band_differences", "simple_effects", "bootstrap"), FILLED),
    **dict.fromkeys(("subgroups_change", "subgroup_differences_change"), FILLED),
    **dict.fromkeys(("subgroups_response", "subgroup_differences_response"), RATES),
    "estimand": EVERY,
    **dict.fromkeys(
        (
            "adverse_events", "baseline", "competing_discontinuation", "completeness", "course_types", "interval_time", "laboratory",
            "missingness", "participants", "questions_asked", "rater_agreement", "regression_to_the_mean", "severity_flow",
            "sustained_response", "time_to_response", "treatment_comparison", "two_measures", "visits_as_patients",
        ),
        SEEN,
    ),
    **dict.fromkeys(("tipping_point", "reference_imputation"), "missing visits: imputed"),
    **dict.fromkeys(("missing_rule_comparison", "beyond_rules", "imputed_outcomes"), "missing visits: as each row says"),
    # the rates follow one, the means another, the mixed model stands in a row of its own
    **dict.fromkeys(("adjusted_comparison", "planning", "response_patterns"), "missing visits: as the method says"),
    "side_by_side": "missing visits: as each plan says",
}  # fmt: skip


def followed(name: str, options: Mapping[str, Any], model: ModelPlan | None) -> tuple[str, ...] | str:
    """The rules that one call follows: what it is asked about decides where the analysis leaves that open."""
    if name == "published_rates":
        return SEEN if options.get("curve") == "first" else RATES
    if name == "second_opinion":
        return RATES if options.get("question") == "responders_between" else MEANS
    if name in FOLLOWS:
        return FOLLOWS[name]
    outcome = model.outcome if model is not None else options.get("outcome", "response")
    return RATES if outcome == "response" else FILLED
