"""Who is drawn and who is not, by hand: no level of the split, a baseline of 0, no visit at the week."""

from __future__ import annotations

import numpy as np
import pytest

from aadash import analyses
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from tests.making import NAN, cohort_of

PLAN = AnalysisPlan(stratifier="g", endpoint="SALT50", week=24)


def unlabelled() -> Cohort:
    """20 in two groups, of whom 4 miss week 24, and 10 of no group, all of them seen and responding."""
    rng = np.random.default_rng(5)
    base = rng.integers(60, 100, 30).astype(float)
    late = np.where(np.arange(30) % 3 == 0, base * 0.3, base * 0.8).round()
    late[20:] = 5.0
    rows = np.column_stack([base, (base + late) / 2, late])
    rows[[1, 4, 12, 15], 2] = NAN
    return cohort_of(rows.tolist(), [0, 12, 24], g=["a"] * 10 + ["b"] * 10 + [None] * 10)


def test_who_has_no_level_is_left_out_for_that_and_from_the_plans_rule_too() -> None:
    """Of the 16 with a group who are seen, 5 respond: patients 0, 3, 6, 9 and 18 (12 and 15 are unseen)."""
    cohort = unlabelled()
    for name, options in (("beyond_rules", {"question": "responders"}), ("imputed_outcomes", {}), ("tipping_point", {})):
        result = getattr(analyses, name)(cohort, PLAN, copies=20, **options)
        assert [(e.reason, e.n) for e in result.accounting.excluded] == [("with nothing recorded for g", 10)], name
    beyond = analyses.beyond_rules(cohort, PLAN, question="responders", copies=20)
    t = beyond.table.set_index("variable")
    assert t.loc["plan", "estimate"] == pytest.approx(100 * 5 / 16) and t.loc["plan", "n_analysed"] == 16
    assert (t.loc["imputed", "n_analysed"], t.loc["weighted", "n_analysed"], t.loc["imputed", "n_imputed"]) == (20, 16, 4)
    assert any(c.code == "not-drawn" and c.text.startswith("10 patients of 30 have nothing recorded for g.") for c in beyond.caveats)
    whole = analyses.beyond_rules(cohort, PLAN.replace(stratifier="none"), question="responders", copies=20)
    assert whole.table.set_index("variable").loc["imputed", "n_analysed"] == 30 and not whole.accounting.excluded


def test_whom_the_endpoint_is_not_defined_for_is_not_counted_as_drawn() -> None:
    """Patient 0 has no hair loss at baseline and misses week 24: of 12, 11 can respond, of whom 2 (one of a) are unseen."""
    rows = [[90.0 - 3 * i, 70.0 - 4 * i, 20.0 + 4 * (i % 5)] for i in range(12)]
    rows[0], rows[1][2], rows[8][2] = [0.0, 0.0, NAN], NAN, NAN
    cohort = cohort_of(rows, [0, 12, 24], g=["a"] * 6 + ["b"] * 6)
    rate = analyses.beyond_rules(cohort, PLAN, question="responders", copies=20)
    t = rate.table.set_index("variable")
    assert (t.loc["imputed", "n_analysed"], t.loc["imputed", "n_imputed"], t.loc["weighted", "n_analysed"]) == (11, 2, 9)
    assert (rate.accounting.analysed, sum(e.n for e in rate.accounting.excluded)) == (11, 1)
    mean = analyses.beyond_rules(cohort, PLAN, question="change_from_baseline", copies=20).table.set_index("variable")
    assert (mean.loc["imputed", "n_analysed"], mean.loc["imputed", "n_imputed"]) == (12, 3)
    tipped = analyses.tipping_point(cohort, PLAN, copies=20)
    assert set(tipped.table["n_moved"]) == {1} and set(tipped.table["n_analysed"]) == {11} and tipped.accounting.analysed == 11
    assert "2 patients of" not in tipped.sentence and "the 1 patient of" in tipped.sentence
    drawn = analyses.imputed_outcomes(cohort, PLAN, copies=20)
    assert drawn.sentence.startswith("With the 2 missing values of week 24 imputed")
    assert drawn.rows(variable="change", variable_level="imputed", group1_level=ALL)["n_imputed"].iloc[0] == 3


def test_a_difference_to_one_patient_seen_is_told_without_an_interval() -> None:
    rows = [[90.0 - 3 * (i % 6), 60.0 + 7 * (i % 4), 20.0 + 9 * (i % 5)] for i in range(12)]
    for i in (2, 4, 6, 7, 9, 10, 11):
        rows[i][2] = NAN
    cohort = cohort_of(rows, [0, 12, 24], g=["a"] * 6 + ["b"] * 6)
    result = analyses.beyond_rules(cohort, PLAN, question="responders_between", copies=20)
    r = result.table.set_index("variable").loc["weighted"]
    assert np.isfinite(r["estimate"]) and np.isnan(r[["ci_low", "ci_high", "p", "significant"]].astype(float)).all()
    drawn = analyses.imputed_outcomes(cohort, PLAN, copies=20)
    for found in (result, drawn):
        assert any(c.code == "no-spread" and "SALT50 has no interval and no p: in g: b fewer" in c.text for c in found.caveats)
    assert printable(drawn).iloc[-1]["p"] == "–"


def test_one_difference_has_one_p_value_wherever_it_stands() -> None:
    """As many copies by default: 200 and 100 gave the same difference two p-values in one report."""
    rows = [[90.0 - 3 * (i % 6), 60.0 + 7 * (i % 4), 20.0 + 9 * (i % 5)] for i in range(24)]
    for i in (2, 4, 7, 9, 14, 20):
        rows[i][2] = NAN
    cohort = cohort_of(rows, [0, 12, 24], g=["a"] * 12 + ["b"] * 12)
    drawn = analyses.imputed_outcomes(cohort, PLAN)
    drawn = drawn.table[(drawn.table["variable"] == "SALT50") & (drawn.table["variable_level"] == "imputed")]["p"].dropna()
    tipped = analyses.tipping_point(cohort, PLAN).table
    beside = analyses.beyond_rules(cohort, PLAN, question="responders_between").table.set_index("variable").loc["imputed", "p"]
    assert tipped.loc[tipped["delta"] == 0, "p"].tolist() == pytest.approx([beside]) and drawn.tolist() == pytest.approx([beside])


def test_where_there_is_no_test_no_shift_is_said_to_change_it() -> None:
    """One man: “not significant (p not defined). No shift of the 2 unseen patients of f … changes that.”"""
    rows = [[100.0, 90, 50], [80, 60, NAN], [60, 20, 0], [55, NAN, NAN], [95, 95, 90], [70, 40, 10]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 5 + ["m"], roles={"sex": "sex"})
    with pytest.raises(NotComputable, match="each stratum has two patients"):
        analyses.tipping_point(cohort, AnalysisPlan(stratifier="sex"), measure="change", copies=5)
