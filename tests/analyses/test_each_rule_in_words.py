"""What is said about missing visits follows the rule only where the analysis does; counts are those of the sample file."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import fisher_exact
from statsmodels.stats.contingency_tables import StratifiedTable
from statsmodels.stats.proportion import confint_proportions_2indep

import aadash
from aadash import analyses
from aadash.cohort import Cohort
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.result import Result
from aadash.views import VIEWS, context_for
from aadash.views.prose import plan_note
from tests.making import NAN, asking, cohort_of

BY_SEX = AnalysisPlan(stratifier="sex")


@pytest.fixture(scope="module")
def missed() -> Cohort:
    """117 patients; counted in the file: 64 with every visit, 83 seen at week 36, 19 of these with a visit missed before."""
    cohort = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    seen = ~np.isnan(cohort.values)
    assert (int(seen.all(axis=1).sum()), int(seen[:, -1].sum()), int((seen[:, -1] & ~seen.all(axis=1)).sum())) == (64, 83, 19)
    return cohort


def advice(result: Result, code: str) -> str:
    return next((c.advice for c in result.caveats if c.code == code), "")


def test_the_tile_counts_who_made_every_visit(missed: Cohort) -> None:
    parts = VIEWS["missing_visits"].content(context_for(missed, AnalysisPlan(stratifier="none"), asking()))
    tiles = {n.label: (n.value, n.under) for p in parts for n in getattr(p, "items", ()) if hasattr(n, "under")}
    assert tiles["Patients with every visit"] == ("54.7 %", "64/117")


def test_attrition_speaks_of_a_rule_only_where_it_is_followed(missed: Cohort) -> None:
    plan = AnalysisPlan(stratifier="severity")
    left = "If they left because it did not work"
    for name, rule, words in (
        ("responders", "mixed", left),
        ("salt_over_time", "mixed", "The mixed model allows for this"),
        ("change_from_baseline", "nri", left),
        ("responders", "nri", "They count as no response"),
        ("severity_flow", "locf", left),
        ("subgroups_response", "mixed", left),
        ("time_to_response", "nri", left),
    ):
        result = getattr(analyses, name)(missed, plan.replace(missing=rule))
        assert advice(result, "attrition").startswith(words), f"{name} under {rule}: {advice(result, 'attrition')}"


def test_complete_cases_say_whom_they_leave_out(missed: Cohort) -> None:
    """117 − 64 = 53 left out: 34 not seen at week 36, 19 seen then but not at every visit."""
    plan = AnalysisPlan(stratifier="severity", missing="complete")
    for name in ("responders", "change_from_baseline", "salt_over_time", "predictors"):
        result = getattr(analyses, name)(missed, plan)
        told = {c.code: c.text for c in result.caveats}
        assert "attrition" not in told and told["complete-cases"].startswith("53 patients"), name
        reasons = {e.reason: e.n for e in result.accounting.excluded}
        assert reasons["seen at week 36 but not at every visit"] == 19, name
        assert reasons["with no visit at week 36"] == 34, name
    course = printable(analyses.salt_over_time(missed, plan))
    assert "Left out" in course.columns and "Not seen" not in course.columns


def test_checks_name_the_test_that_was_made(missed: Cohort) -> None:
    plan = AnalysisPlan(stratifier="severity")
    for rule, needed, absent in (("mixed", "The mixed model assumes it", "t-test"), ("observed", "does not assume it", "mixed model")):
        checks = " ".join(c.detail for c in analyses.between_strata(missed, plan.replace(missing=rule)).checks)
        assert needed in checks and absent not in checks, rule


def test_a_small_stratum_shows_the_exact_wilcoxon() -> None:
    """Three changes of one sign: of the 2³ signs, 2 are as extreme, p = 0.25."""
    cohort = cohort_of([[80.0, 70.0], [90.0, 65.0], [70.0, 40.0], [60.0, 61.0], [75.0, 40.0]], [0, 12], sex=["f", "f", "f", "m", "m"])
    result = analyses.change_from_baseline(cohort, BY_SEX)
    assert result.rows(group1_level="f")["wilcoxon_p_reported"].iloc[0] == 0.25
    assert "0.25" in printable(result)["Wilcoxon p"].iloc[1]
    assert [t.p for t in result.tests() if t.name == "Wilcoxon signed-rank test"][1] == 0.25


def test_a_test_and_an_interval_that_disagree_are_told() -> None:
    """3 of 8 against 1 of 20: the exact test keeps 0.05, Newcombe's interval (statsmodels) leaves 0 out."""
    p, interval = fisher_exact([[3, 5], [1, 19]])[1], confint_proportions_2indep(3, 8, 1, 20, method="newcomb")
    assert p > 0.05 and interval[0] > 0
    rows = [[80.0, 10.0 if i < 3 else 70.0] for i in range(8)] + [[80.0, 10.0 if i < 1 else 70.0] for i in range(20)]
    result = analyses.responders_between(cohort_of(rows, [0, 12], sex=["f"] * 8 + ["m"] * 20), BY_SEX)
    told = {c.code: c.text for c in result.caveats}
    assert "week 12" in told["test-and-interval"] and "Fisher's exact test" in told["test-and-interval"]
    clear = cohort_of([[80.0, 5.0]] * 10 + [[80.0, 70.0]] * 10, [0, 12], sex=["f"] * 10 + ["m"] * 10)
    assert "test-and-interval" not in {c.code for c in analyses.responders_between(clear, BY_SEX).caveats}


def test_odds_within_a_second_column_whose_test_and_interval_disagree_are_told() -> None:
    """4 of 6 against 2 of 8 at either site: corrected for continuity p is above 0.05, the interval leaves 1 out (statsmodels)."""
    table = StratifiedTable([np.array([[4.0, 2.0], [2.0, 6.0]])] * 2)
    low, _ = table.oddsratio_pooled_confint()
    assert table.test_null_odds(correction=True).pvalue > 0.05 and low > 1
    site = [[80.0] + [10.0 if i < 4 else 70.0] * 2 for i in range(6)] + [[80.0] + [10.0 if i < 2 else 70.0] * 2 for i in range(8)]
    cohort = cohort_of(site * 2, [0, 12, 24], sex=(["f"] * 6 + ["m"] * 8) * 2, site=["x"] * 14 + ["y"] * 14)
    told = {c.code: c.text for c in analyses.repeated_response(cohort, BY_SEX, within="site").caveats}
    assert told["test-and-interval"].startswith("At week 24 the p-value and the interval of the odds within the second column")
    assert "test-and-interval" not in {c.code for c in analyses.repeated_response(cohort, BY_SEX).caveats}


def test_no_advice_to_change_a_model_that_nobody_chose() -> None:
    """“Leave predictors out, or merge levels” stood where strata and weeks are all there is: nobody responds, then everybody."""
    cohort = cohort_of([[80.0, 70.0, 10.0]] * 12, [0, 12, 24], sex=["f", "m"] * 6)
    told = [c.text for c in analyses.repeated_response(cohort, BY_SEX).caveats if c.code == "not-computed"]
    assert len(told) == 1 and told[0].startswith("Over all visits: ") and "predictors" not in told[0]


def test_nobody_missing_says_nothing() -> None:
    cohort = cohort_of([[80.0, 70.0], [90.0, 65.0], [70.0, NAN]], [0, 12], sex=["f", "m", "m"])
    every = analyses.missingness(cohort, AnalysisPlan(stratifier="none")).rows(variable="complete").iloc[0]
    assert (every["rate"], every["missing"]) == (2 / 3, 1)


def test_several_weeks_where_test_and_interval_differ_are_weeks() -> None:
    rows = [[80.0] + [10.0 if i < 3 else 75.0] * 2 for i in range(13)]  # 3/6 and 0/7: Fisher 0.07, Newcombe 3 to 81
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 6 + ["m"] * 7, roles={"sex": "sex"})
    found = analyses.responders_between(cohort, AnalysisPlan(stratifier="sex"))
    told = {c.code: c.text for c in found.caveats}
    assert told["test-and-interval"].startswith("At weeks 12 and 24 the p-value")


@pytest.mark.parametrize("rule", ["locf", "complete", "observed", "mixed"])
def test_three_strata_are_compared_under_the_rule_that_is_said(rule: str) -> None:
    """“Welch's ANOVA of the scores recorded, n = 9” stood over values that were carried forward: 6 visits were made."""
    salt = [[80 - i, 60 - 3 * i % 7, 30 + 5 * i % 11 if i % 3 else NAN] for i in range(9)]
    cohort = cohort_of(salt, arm=[["a", "b", "c"][i // 3] for i in range(9)])
    said = analyses.between_strata(cohort, AnalysisPlan(stratifier="arm", missing=rule)).sentence
    assert "Welch's ANOVA, F(" in said and "visits made" not in said
    assert f"n = {9 if rule == 'locf' else 6})" in said


def test_what_was_filled_in_is_counted_among_those_analysed() -> None:
    """“Imputed 8” stood beside 49 analysed of whom 6 were filled in. By hand: p0 and p2 miss
    the last visit; p2 begins at AA-IGA 1 and cannot be two grades better."""
    grades = [[3, 1, NAN], [4, 3, 1], [1, 1, NAN], [2, 2, 0]]
    cohort = cohort_of(grades, [0, 12, 24], score="AA-IGA", measure=KNOWN["AA-IGA"])
    plan = AnalysisPlan(stratifier="none", missing="locf", endpoint="AA-IGA <=1+2")
    r = analyses.responders(cohort, plan).rows(variable="AA-IGA <=1+2", week=24).iloc[0]
    assert (r["n"], r["k"], r["n_imputed"]) == (3, 3, 1)
    rates = analyses.missing_rule_comparison(cohort, plan, question="responders").table.set_index("variable")
    assert rates.loc[["nri", "locf"], "n_imputed"].tolist() == [1, 1]
    means = analyses.missing_rule_comparison(cohort, plan, question="change_from_baseline").table.set_index("variable")
    assert means.loc["locf", ["n_analysed", "n_imputed"]].tolist() == [4, 2]


def test_a_relapse_of_another_score_is_not_measured_by_itself() -> None:
    """“20 % of its range, as for EQ-5D” was said of EQ-5D: the share is that of SALT."""
    cohort = cohort_of([[3, 1, 1], [4, 3, 1], [2, 2, 0]], [0, 12, 24], score="AA-IGA", measure=KNOWN["AA-IGA"])
    method = analyses.sustained_response(cohort, AnalysisPlan(stratifier="none")).method
    assert "20 % of its range on, as for scalp hair loss" in method and "as for AA-IGA" not in method


def test_all_visits_together_are_of_everyone_who_came_to_one() -> None:
    """“60 enrolled, 38 analysed; left out: 6 with no visit at week 48” stood over odds of 44 patients."""
    rng = np.random.default_rng(2)
    salt = np.column_stack([np.full(20, 80.0), rng.choice([10.0, 70.0], (20, 3))])
    salt[:5, 3] = NAN
    salt[0, 1:] = NAN
    r = analyses.repeated_response(cohort_of(salt.tolist(), arm=["a", "b"] * 10), AnalysisPlan(stratifier="arm"))
    n = r.rows(variable_level="gee")["n_analysed"].iloc[0]
    assert (r.accounting.analysed, n) == (19, 19)
    assert [(e.n, e.reason) for e in r.accounting.excluded] == [(1, "with no visit after baseline")]


def test_no_one_rule_is_said_to_be_that_of_all(missed: Cohort) -> None:
    """“117 enrolled, 83 analysed; left out: 34” stood under rows of 83, 64, 117 and 102."""
    result = analyses.missing_rule_comparison(missed, AnalysisPlan(stratifier="none"))
    assert plan_note(result).startswith("117 enrolled, analysed: as each row says; missing visits: as each row says;")
    # “117 analysed” stood over the row of the plan's own rule, which is of the 83 with a score at the week
    beyond = analyses.beyond_rules(missed, AnalysisPlan(stratifier="none"), copies=5)
    assert beyond.table.set_index("variable")["n_analysed"].to_dict() == {"plan": 83, "imputed": 117, "weighted": 83}
    assert plan_note(beyond).startswith("117 enrolled, analysed: as each row says;")
    # the means of equivalence are of the scores recorded: of two rows the line named non-responder imputation for both
    both, rates = (getattr(analyses, a)(missed, AnalysisPlan(missing="nri")) for a in ("equivalence", "responders_between"))
    assert "a missing visit is no response, for the rates alone;" in plan_note(both) and "alone" not in plan_note(rates)
    imputed = analyses.imputed_outcomes(missed, AnalysisPlan(stratifier="none"), copies=5)
    assert set(imputed.table["n_analysed"]) == {83, 117} and "117 analysed" not in plan_note(imputed)
    assert "83 analysed" in plan_note(analyses.responders(missed, AnalysisPlan(stratifier="none")))
