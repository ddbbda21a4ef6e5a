"""What a question of the ledger hangs on beside its plan: a margin, covariates, the predictors of a model, the pair compared."""

from __future__ import annotations

from aadash.analyses.followed import RATES
from aadash.candidates import TITLES
from aadash.endpoints import MISSING_RULES, endpoint
from aadash.filters import BASELINE
from aadash.formatting import listing
from aadash.ledger import CHANGES, OUTCOMES
from aadash.levels import column_of, readable
from aadash.model_plan import ModelPlan
from aadash.predictor import Predictor
from aadash.result import MIXED_MODEL, Result, TestRecord

#: Which outcome, and which row of it, a question about rules for missing visits is about; others: the plan's endpoint.
RULES_ASK: dict[str, tuple[str, str | None]] = {
    "change_from_baseline": ("salt", None),
    "between_strata": ("percent_change", None),
    "mixed_anova": ("percent_change", "stratum:week"),
}
#: Analyses whose rows are of one such question, named by ``variable_level``.
OF_RULES = ("missing_rule_comparison", "beyond_rules")
#: Outcomes of tests over all weeks, whichever is in question.
OVER_WEEKS = ("subtype:week", "sex:week")
#: Outcomes that are means, of which a visit that was not made is no failure.
OF_MEANS = (*CHANGES, *OUTCOMES)
#: Analyses of the patients with every visit, whom complete cases do not change.
LISTWISE = ("mixed_anova", "simple_effects")
#: Analyses that impute the missing visits whatever the plan's rule.
IMPUTING = ("imputed_outcomes", "tipping_point", "reference_imputation")
#: Rows in which these say what the imputed outcomes say, with nothing moved or drawn from another arm: (analysis, detail).
AS_IMPUTED = (("tipping_point", "delta"), ("reference_imputation", "missing at random"))
#: What is behind a p → as printed: the rules for missing visits, and what stands in the place of one.
RULES = {name: words.split(":")[0] for name, words in MISSING_RULES.items()} | {
    "imputed": "Multiple imputation",
    "weighted": "Patients with a score, weighted",
}
#: Analyses that compare the plan's two strata in the levels of other columns.
IN_SUBGROUPS = ("subgroup_differences_response", "subgroup_differences_change")


def choices(result: Result, test: TestRecord) -> str:
    """In words, what else was chosen for this p; "" where the plan and the row say all. Other choices make another question."""
    if result.analysis == "equivalence":
        return f"within ±{result.call.options['margin']:g} points"
    if result.analysis == "adjusted_comparison":
        titles = list(result.details.titles)
        if test.detail == "unadjusted":
            return f"in patients with {listing(titles)}" if titles else ""
        return f"adjusted for {listing(titles)}" if titles else "adjusted for nothing"
    if result.analysis in IN_SUBGROUPS:
        return f"{result.labels.title}: {result.labels.compared()}"
    if result.analysis == "repeated_response" and test.detail == "cmh":
        return f"within the levels of {readable(column_of(result.call.options['within']))}"
    model = result.model
    if model is None:
        return ""
    own = model.predictor(test.outcome) if test.column == "uni_p" else None
    entered, how = [_entered(result, p) for p in ([own] if own else model.predictors)], _fitted(model)
    if own is not None:
        return f"{entered[0]}; {listing(how)}" if how else entered[0]
    return f"predictors: {listing(entered)}; {listing(how)}" if how else f"predictors: {listing(entered)}"


def rule_behind(result: Result, test: TestRecord) -> str:
    """What a missing visit counts as behind this p, one of :data:`RULES`. Where the plan's rule does not act it is "observed", so that
    one computation is one question under all plans that differ in nothing else."""
    rule, outcome, follows = result.plan.missing, test.outcome, result.follows
    if result.analysis in OF_RULES and outcome != "plan":
        followed = result.table.loc[test.row].get("followed", 1)
        listwise = test.detail in LISTWISE and outcome == "complete"
        return outcome if followed and outcome in RULES and not listwise else "observed"
    if result.analysis in IMPUTING:
        return "weighted" if test.detail == "weighted" else "imputed"
    if test.detail == "mmrm" or test.name == MIXED_MODEL:
        return "mixed"
    if rule == "nri" and (outcome in OF_MEANS or test.detail in RULES_ASK):
        return "observed"
    if rule == "complete" and (result.analysis in LISTWISE or test.detail in LISTWISE):
        return "observed"  # it is of the patients with every visit under either
    if isinstance(follows, str):
        follows = RATES
    return rule if rule in follows and rule != "mixed" else "observed"


def rule_in_words(result: Result, test: TestRecord, rule: str) -> str:
    """The rule as printed; of who has every visit where the analysis takes no others."""
    listwise = result.analysis in LISTWISE or test.detail in LISTWISE
    return RULES["complete" if listwise and rule == "observed" else rule]


def of_the_endpoint(result: Result) -> str:
    """The endpoint of the plan at its week, as the outcome of a model is named."""
    return f"{endpoint(result.plan.endpoint, result.measure).symbol} at week {result.week}"


def _entered(result: Result, one: Predictor) -> str:
    """One predictor as it enters: "Disease duration cut at 48", "Sex against male"."""
    title = result.details.titles.get(one.column) or TITLES.get(one.column)
    if not title:
        title = f"Baseline {result.severity}" if one.column == BASELINE else readable(column_of(one.column))
    if one.cut is not None:
        return f"{title} cut at {one.cut:g}"
    return title if one.reference is None else f"{title} against {one.reference}"


def _fitted(model: ModelPlan) -> list[str]:
    """How a model is fitted, where it is not as usual."""
    told = {"firth": ["Firth"], "ml": ["maximum likelihood"]}.get(model.estimator, [])
    return [*told, "gaps imputed"] if model.missing == "impute" else told
