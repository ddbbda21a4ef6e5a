"""Reference-based imputation of a cohort with a control arm, and the conclusion beyond the rules for missing visits."""

from __future__ import annotations

import numpy as np
import pytest

import aadash
from aadash import analyses
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.views import context_for
from aadash.views.view import VIEWS
from tests.making import NAN, asking, cohort_of

ARMS = AnalysisPlan(stratifier="arm", endpoint="SALT50", week=24)


def trial(left: int = 15) -> Cohort:
    """40 treated who improve, of whom ``left`` leave after week 12, and 40 on placebo who do not."""
    rng = np.random.default_rng(8)
    base = rng.uniform(60, 100, 80)
    arm = ["drug"] * 40 + ["placebo"] * 40
    slope = np.where(np.arange(80) < 40, 1.5, 0.1) + rng.normal(0, 0.4, 80)
    rows = np.clip(np.column_stack([base, *(base - slope * w + rng.normal(0, 4, 80) for w in (8, 12, 24))]), 0, 100)
    rows[:left, 3] = np.nan
    return cohort_of(rows.tolist(), [0, 8, 12, 24], arm=arm)


def test_jump_to_reference_is_harder_on_the_drug_than_increments_and_those_than_random() -> None:
    result = analyses.reference_imputation(trial(), ARMS, copies=100)
    change = result.rows(variable="change").set_index("variable_level")
    drug_minus_placebo = change["estimate"]
    assert (
        drug_minus_placebo["missing at random"]
        < drug_minus_placebo["copy increments in reference"]
        < drug_minus_placebo["jump to reference"]
        < 0
    )
    assert change["n_redrawn"].tolist() == [0, 15, 15] and len(printable(result)) == 6
    assert result.sentence.startswith("15 patients outside “placebo” left before week 24")
    same = analyses.imputed_outcomes(trial(), ARMS, copies=100)
    mine = same.table[(same.table["variable"] == "change") & (same.table["variable_level"] == "imputed")]
    assert mine[[str(g) == "drug - placebo" for g in mine["group1_level"]]]["estimate"].iloc[0] == pytest.approx(
        drug_minus_placebo["missing at random"], rel=1e-12
    )


def test_the_jump_by_a_closed_form() -> None:
    """Mean change of the drug's arm: the 25 who stayed as seen, the 15 who left as ȳ_R + b (y_o − ȳ_own,o) (see the statistic's
    test), when
    nothing drawn leaves the scale; the pooled difference lies within Monte-Carlo error of it."""
    cohort = trial()
    y = cohort.values
    own, ref, gone = y[:40], y[40:], y[:15]
    b = np.linalg.lstsq(ref[:, :3] - ref[:, :3].mean(0), ref[:, 3] - ref[:, 3].mean(), rcond=None)[0]
    drawn = ref[:, 3].mean() + (gone[:, :3] - own[:, :3].mean(0)) @ b
    whole = np.concatenate([drawn - gone[:, 0], own[15:, 3] - own[15:, 0]]).mean() - (ref[:, 3] - ref[:, 0]).mean()
    result = analyses.reference_imputation(cohort, ARMS, copies=400)
    found = result.rows(variable="change", variable_level="jump to reference").iloc[0]
    assert found["estimate"] == pytest.approx(whole, abs=1.0)


def test_it_needs_a_control_arm_and_the_split_by_it() -> None:
    korea = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    with pytest.raises(NotComputable, match="no control arm"):
        analyses.reference_imputation(korea, AnalysisPlan())
    with pytest.raises(NotComputable, match="split into two arms"):
        analyses.reference_imputation(trial(), AnalysisPlan(stratifier="none"))
    labels = [getattr(p, "label", "") for p in VIEWS["missing_visits"].content(context_for(trial(), ARMS, asking()))]
    assert any("like “placebo”" in text for text in labels)
    labels = [getattr(p, "label", "") for p in VIEWS["missing_visits"].content(context_for(korea, AnalysisPlan(), asking()))]
    assert not any("Reference-based" in text for text in labels)


def test_beyond_the_rules_agrees_with_what_it_stands_beside() -> None:
    korea = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    plan = AnalysisPlan(missing="nri")
    t = analyses.beyond_rules(korea, plan, question="responders").table.set_index("variable")
    imputed = analyses.imputed_outcomes(korea, plan).rows(variable="SALT75", group1_level=ALL).set_index("variable_level")
    for how in ("imputed", "weighted"):
        assert t.loc[how, "estimate"] == pytest.approx(100 * imputed.loc[how, "estimate"], rel=1e-9)
        assert t.loc[how, "ci_low"] == pytest.approx(100 * imputed.loc[how, "ci_low"], rel=1e-9)
    own = analyses.responders(korea, plan).rows(variable="SALT75", week=36, group1_level=ALL).iloc[0]
    assert t.loc["plan", "estimate"] == pytest.approx(100 * own["rate"], rel=1e-12) and "tipping" not in t.index


def test_the_tipping_point_beside_the_rules_is_that_of_its_own_analysis() -> None:
    korea = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    plan = AnalysisPlan()
    found = analyses.beyond_rules(korea, plan, question="responders_between", copies=100)
    alone = analyses.tipping_point(korea, plan, copies=100).rows(variable_level="tipping point")["delta"].iloc[0]
    here = found.rows(variable="tipping")["delta"].iloc[0]
    assert here == pytest.approx(alone, abs=0.2), "the two look on grids of 21 and of 41 shifts"
    assert "The conclusion is the same" in found.sentence and "points of SALT lower than drawn" in found.sentence


def test_a_conclusion_that_hangs_on_the_unseen_is_said_to_change() -> None:
    """As seen, the drug's arm does far better; those who left were getting worse, and imputation follows them."""
    rows = [[80.0, 75 - i % 3, 30.0 + i % 5] for i in range(6)] + [[80.0, 79.0 + i % 2, NAN] for i in range(14)]
    rows += [[80.0, 74.0 + i % 4, 66.0 + i % 7] for i in range(20)]
    cohort = cohort_of(rows, [0, 12, 24], g=["a"] * 20 + ["b"] * 20)
    found = analyses.beyond_rules(cohort, AnalysisPlan(stratifier="g", week=24), question="between_strata", copies=50)
    t = found.table.set_index("variable")
    assert t.loc["plan", "significant"] == 1
    assert ("The conclusion changes" in found.sentence) == (t["significant"].dropna().nunique() > 1)


def test_a_sustained_response_of_a_stated_length_by_hand() -> None:
    """SALT75 at weeks 8, 12, 24, 36. Two in a row: a, b, d. Over 12 weeks: a (8 to 24), b (12 to 24), d (24 to 36); over 24: a (8 to
    36), b
    (12 to 36); over 36 weeks nobody."""
    cohort = cohort_of(
        [
            [80, 10, 10, 10, 10],  # a holds from week 8
            [80, 60, 10, 10, 10],  # b from week 12
            [80, 10, 60, 10, 60],  # c twice, never in a row
            [80, 60, 60, 10, 10],  # d from week 24
            [80, 60, 60, 60, 10],  # e at the last visit only
            [80, 60, 60, 60, 60],
        ],
        [0, 8, 12, 24, 36],
    )
    plan = AnalysisPlan(stratifier="none")
    found = {}
    for weeks in (0, 12, 24, 36):
        result = analyses.sustained_response(cohort, plan, held_weeks=weeks)
        found[weeks] = int(result.rows(variable_level="sustained", group1_level=ALL)["k"].iloc[0])
        assert ("over" in printable(result)["Response"].str.cat()) == (weeks > 0)
    assert found == {0: 3, 12: 3, 24: 2, 36: 0}
    assert "at every visit over 24 weeks" in analyses.sustained_response(cohort, plan, held_weeks=24).sentence
    with pytest.raises(NotComputable):
        analyses.sustained_response(cohort, plan, held_weeks=-1)


def test_two_readings_have_their_place_and_one_has_none() -> None:
    rows = [[80.0, 40.0], [60.0, 20.0], [90.0, 70.0], [55.0, 30.0], [100.0, 90.0]]
    two = cohort_of(rows, [0, 12], **{"SALT reader 2": [78.0, 62.0, 90.0, 50.0, 99.0]})
    for cohort, expected in ((two, True), (cohort_of(rows, [0, 12]), False)):
        parts = VIEWS["baseline"].content(context_for(cohort, AnalysisPlan(stratifier="none"), asking()))
        assert any("readers" in getattr(p, "label", "") for p in parts) == expected


def test_one_patients_probability_says_that_it_is_not_validated() -> None:
    korea = aadash.read_cohort("sample_data/korea_2025.csv")
    caveats = {c.code: c for c in analyses.predicted_probability(korea, AnalysisPlan()).caveats}
    assert "not validated" in caveats["not-validated"].text and caveats["not-validated"].level == "warning"
