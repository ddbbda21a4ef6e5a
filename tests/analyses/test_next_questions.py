"""What a reviewer asks next: by hand, against R where its data are a cohort, and by what must hold of any cohort."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from aadash import AnalysisPlan, Cohort, analyses, read_cohort
from aadash.analyses.intercurrent import intercurrent_events
from aadash.analyses.severity_bands import BANDS, banded
from aadash.analyses.treatments import treatment_column
from aadash.charts.chart import DRAWINGS, chart
from aadash.errors import AadashError, NotComputable
from aadash.levels import ALL, Pair
from aadash.measure import Measure
from aadash.plan import NO_ARM
from aadash.report.tables import blocks, printable
from aadash.result import Result
from tests.making import cohort_of, cohorts
from tests.stats.extended import answers

from .conftest import cohort

NAN = float("nan")
PLAN = AnalysisPlan(stratifier="group", endpoint="SALT<=20")
PROMPT = (
    "estimand",
    "adjusted_comparison",
    "rank_differences",
    "band_differences",
    "severity_flow",
    "sustained_response",
    "course_types",
    "competing_discontinuation",
    "planning",
)


def value(result: Result, column: str, **keys: object) -> float:
    found = result.rows(**keys)
    assert len(found) == 1
    return float(found[column].iloc[0])


# --- missing outcomes ------------------------------------------------------------------------------------------------
def test_imputed_outcomes_are_mices_within_its_error() -> None:
    """R's ``mice`` within each group of the same simulated cohort (``tests/reference/extended/gen_missing.R``)."""
    r = answers("missing")["mice"]
    ours = analyses.imputed_outcomes(cohort("salt_sim_1"), PLAN, copies=100)
    for seed in r["seeds"]:
        for level, key in (("A", "rateA"), ("B", "rateB")):
            noise = math.sqrt(seed[key][1] * (1 / 100 + 1 / r["m"]))
            assert (
                abs(value(ours, "estimate", group1_level=level, variable="SALT<=20", variable_level="imputed") - seed[key][0])
                <= 4 * noise
            )
        noise = math.sqrt(seed["diff"][2] * (1 / 100 + 1 / r["m"]))
        gap = value(ours, "estimate", group1_level=Pair("A", "B"), variable="change", variable_level="imputed")
        assert abs(gap - seed["diff"][0]) <= 4 * noise


def test_weighted_outcomes_are_rs() -> None:
    """Weights and means of the same cohort from R's glm; change is the mean less the baseline of those weighted, so rates are "
    "compared."""
    ours = analyses.imputed_outcomes(cohort("salt_sim_1"), PLAN, copies=2)
    r, c = answers("missing")["ipw"], cohort("salt_sim_1")
    w = np.array(r["weights"])
    order = pd.read_csv("tests/reference/data/salt_sim_1.csv")["subject"].unique()
    salt = c.salt.loc[order, 36].to_numpy()
    share = np.average(salt[w > 0] <= 20, weights=w[w > 0])
    assert value(ours, "estimate", group1_level=ALL, variable="SALT<=20", variable_level="weighted") == pytest.approx(share, rel=1e-6)


def test_the_tipping_point_lies_where_the_curve_crosses() -> None:
    rng = np.random.default_rng(3)
    rows = np.column_stack([np.full(80, 80.0), rng.uniform(0, 60, 80)])
    rows[:40, 1] += 18
    rows[:12, 1] = NAN
    result = analyses.tipping_point(
        cohort_of(rows, [0, 12], g=["a"] * 40 + ["b"] * 40), AnalysisPlan(stratifier="g"), measure="change", copies=20
    )
    curve, point = result.rows(variable_level="delta"), value(result, "delta", variable_level="tipping point")
    here = curve[curve["delta"] == 0].iloc[0]
    assert here["significant"] == 1 and point < 0  # the unseen of the worse group would have to be better
    nearest = curve.iloc[(curve["delta"] - point).abs().argsort().iloc[:2]]
    assert sorted(nearest["significant"]) == [0, 1]
    assert curve["p"].notna().sum() == 1 and len(result.tests()) == 1  # one test, asked under forty other assumptions
    assert len(chart(result).data["curve"]) == 41 and [len(printable(result, rows)) for _, rows in blocks(result)] == [1, 41]


def test_nothing_to_impute_is_said() -> None:
    with pytest.raises(NotComputable, match="nothing to impute"):
        analyses.imputed_outcomes(cohort_of([[80, 40], [60, 10], [90, 50]], sex=["f", "m", "f"]), AnalysisPlan())


# --- adjusted ----------------------------------------------------------------------------------------------------------
def made(n: int = 120, seed: int = 5) -> Cohort:
    """Two groups that differ in age; the change depends on group and age."""
    rng = np.random.default_rng(seed)
    group = np.array(["a", "b"])[rng.integers(0, 2, n)]
    age = rng.normal(40, 8, n) + 6 * (group == "a")
    base = rng.uniform(50, 90, n)
    final = np.clip(base - 20 - 10 * (group == "a") + 0.6 * (age - 40) + rng.normal(0, 8, n), 0, 100)
    return cohort_of(np.column_stack([base, final]), [0, 24], g=list(group), age=list(age), roles={"age": "age"})


def test_ancova_is_least_squares_by_hand() -> None:
    c = made()
    ours = analyses.adjusted_comparison(c, AnalysisPlan(stratifier="g", endpoint="SALT50"))
    isa = (c.patients["g"] == "a").to_numpy(float)
    x = np.column_stack([np.ones(len(c)), isa, c.baseline, c.patients["age"]])
    beta, rss, *_ = np.linalg.lstsq(x, c.values[:, 1] - c.baseline, rcond=None)
    se = math.sqrt(float(rss[0]) / (len(c) - 4) * np.linalg.inv(x.T @ x)[1, 1])
    keys = {"group1_level": Pair("a", "b"), "variable": "change", "variable_level": "ancova"}
    assert value(ours, "estimate", **keys) == pytest.approx(beta[1], rel=1e-9)
    half = (value(ours, "ci_high", **keys) - value(ours, "ci_low", **keys)) / 2
    assert half / se == pytest.approx(1.98063, abs=1e-4)  # qt(0.975, 116)
    # one visit after baseline: the mixed model is the same regression
    mixed = value(ours, "estimate", group1_level=Pair("a", "b"), variable="change", variable_level="mmrm")
    assert mixed == pytest.approx(beta[1], rel=1e-9)


def test_entangled_strata_are_not_adjusted() -> None:
    """Universalis is SALT 100: nobody of it is like anybody with patches."""
    rng = np.random.default_rng(1)
    base = np.concatenate([rng.uniform(10, 45, 30), np.full(30, 100.0)])
    c = cohort_of(np.column_stack([base, base * rng.uniform(0, 1, 60)]), [0, 24], kind=["patchy"] * 30 + ["universalis"] * 30)
    with pytest.raises(NotComputable, match=r"entangled .nobody of one stratum"):
        analyses.adjusted_comparison(c, AnalysisPlan(stratifier="kind"))
    # severity groups are made of the baseline, which is then no covariate
    assert len(analyses.adjusted_comparison(c, AnalysisPlan(stratifier="severity")).table)


def test_a_rate_without_a_change_names_its_pair() -> None:
    """Every change is −40, so only rates are left; the baseline tells them whole, so they are unadjusted. Of 80 all respond to SALT50,
    of 90 nobody: by hand 6 of 12 in each kind."""
    base = np.tile([80.0, 90.0], 12)
    c = cohort_of(np.column_stack([base, base - 40]), [0, 24], kind=[k for k in "ab" for _ in range(12)])
    said = analyses.adjusted_comparison(c, AnalysisPlan(stratifier="kind", endpoint="SALT50")).sentence
    assert said.startswith("SALT50 in kind: a less kind: b, unadjusted: 0.0 percentage points")


# --- courses -----------------------------------------------------------------------------------------------------------
COURSE = cohort_of(
    [
        [80, 10, 10, 10, 10],  # early, sustained
        [80, 70, 60, 15, 15],  # late, sustained
        [80, 10, 50, 60, 70],  # lost, relapsed
        [80, 50, 50, 50, 50],  # partial: 37.5 % better
        [80, 80, 80, 80, 80],  # none
        [80, 60, 60, 60, 15],  # first at the last visit: late, cannot be confirmed
        [80, 15, NAN, NAN, NAN],  # early, left: cannot be confirmed
        [15, 5, 5, 5, 5],  # at the endpoint before the first dose
        [80, NAN, NAN, NAN, NAN],  # never seen again
    ],
    [0, 8, 16, 24, 32],
)
ALONE = AnalysisPlan(stratifier="none", endpoint="SALT<=20")


def test_first_sustained_lost_and_relapsed_by_hand() -> None:
    r = analyses.sustained_response(COURSE, ALONE)
    counts = {k: (int(x["k"]), int(x["n"])) for k, x in r.table.set_index("variable_level").iterrows()}
    assert counts["any visit"] == (5, 7) and counts["sustained"] == (2, 7)
    assert counts["at the week"] == (3, 6)  # week 32: patients 1, 2 and 6 of six seen
    assert counts["lost"] == (1, 3) and counts["relapsed"] == (1, 3)  # of patients 1, 2 and 3, who were seen after it
    assert r.accounting.analysed == 7 and [e.n for e in r.accounting.excluded] == [1, 1]
    assert "unconfirmed" in [c.code for c in r.caveats]


def test_a_relapse_is_a_fifth_of_the_range_of_what_is_measured() -> None:
    """DLQI, 0 to 30: 6 points from the best value, or above 6 after 6 or below. By hand, all are responders (DLQI 5 or less)."""
    rows = [
        [20, 3, 9],  # 6 points worse than the best
        [20, 3, 8],  # above 6 again
        [20, 3, 6],  # neither: 3 points worse, and 6 is not above 6
        [20, 5, 5],
    ]
    plan = AnalysisPlan(stratifier="none", endpoint="DLQI <=5")
    r = analyses.sustained_response(cohort_of(rows, [0, 12, 24], score="DLQI"), plan)
    assert (value(r, "k", variable_level="relapsed"), value(r, "n", variable_level="relapsed")) == (2, 4)
    assert "DLQI 6 points above the best value, or above 6 after having been at 6 or below (20 % of its range" in r.method
    assert (
        "SALT 20 points above the best value, or above 20 after having been at 20 or below. "
        in analyses.sustained_response(COURSE, ALONE).method
    )


def test_a_relapse_of_a_measure_that_is_better_when_higher() -> None:
    """Hair density, 0 to 400: 80 hairs from the best, or below 320 after 320 or more. A rise of half the baseline is a response."""
    density = Measure("Hair density", 0, 400, "higher", "hairs/cm²")
    rows = [
        [100, 200, 120],  # 80 fewer than the best
        [100, 200, 121],  # 79 fewer
        [200, 325, 319],  # below 320 again
        [200, 310, 319],  # never had 320
        [100, 135, 135],  # never a response, 35 % up: partial
    ]
    cohort = cohort_of(rows, [0, 12, 24], score="Hair density", measure=density)
    plan = AnalysisPlan(stratifier="none", endpoint="Hair density 50%")
    r = analyses.sustained_response(cohort, plan)
    assert (value(r, "k", variable_level="relapsed"), value(r, "n", variable_level="relapsed")) == (2, 4)
    assert "80 hairs/cm² below the best value, or below 320 after having been at 320 or above" in r.method
    kinds = analyses.course_types(cohort, plan)
    assert value(kinds, "k", variable_level="partial") == 1 and "has risen by 30 %" in kinds.method


def test_types_of_course_by_hand() -> None:
    r = analyses.course_types(COURSE, ALONE)
    assert {k: int(x["k"]) for k, x in r.table.set_index("variable_level").iterrows()} == {
        "early": 2, "late": 2, "relapser": 1, "partial": 1, "none": 1,
    }  # fmt: skip


@pytest.mark.parametrize(("last", "kind"), [(56.0, "partial"), (56.1, "none"), (20.1, "partial"), (20.0, "late")])
def test_a_partial_responder_is_thirty_percent_below_the_baseline(last: float, kind: str) -> None:
    """From 80: 56 is exactly 30 % less; 20 is the endpoint itself."""
    r = analyses.course_types(cohort_of([[80, 80, last], [80, 80, 80]], [0, 8, 24]), ALONE)
    assert value(r, "k", variable_level=kind) == (1 if kind != "none" else 2)


def test_bands_at_their_edges_and_their_flow() -> None:
    assert banded(np.array([0, 20, 20.1, 49.9, 50, 94.9, 95, 100, NAN])).tolist() == [0, 0, 1, 1, 2, 2, 3, 3, -1]
    r = analyses.severity_flow(COURSE, ALONE)
    for week in COURSE.weeks:
        here = r.rows(week=week)
        here = here[here["variable_level"].isna()]
        assert here["k"].sum() == here["n"].iloc[0] == (~np.isnan(COURSE.salt[week])).sum()
    assert value(r, "k", week=8, variable=BANDS[0], variable_level=BANDS[2]) == 3  # patients 1, 3 and 7
    assert (value(r, "k", variable_level="milder"), value(r, "n", variable_level="milder")) == (3, 7)  # week 32: patients 1, 2 and 6


def test_band_differences_turn_round_with_the_strata() -> None:
    rng = np.random.default_rng(2)
    final = np.concatenate([rng.uniform(0, 70, 60), rng.uniform(20, 100, 60)])
    c = cohort_of(np.column_stack([np.full(120, 100.0), final]), [0, 24], g=["a"] * 60 + ["b"] * 60)
    d = cohort_of(np.column_stack([np.full(120, 100.0), final]), [0, 24], g=["z"] * 60 + ["b"] * 60)
    plan = AnalysisPlan(stratifier="g")
    one, back = (analyses.band_differences(x, plan).rows(variable_level="common").iloc[0] for x in (c, d))
    assert one["odds_ratio"] > 1  # a does better
    assert one["odds_ratio"] == pytest.approx(1 / back["odds_ratio"], rel=1e-6) and one["p"] == pytest.approx(back["p"], rel=1e-6)


def test_ranks_say_who_has_the_lower_value() -> None:
    c = cohort_of([[80, 10], [80, 20], [80, 30], [80, 40], [80, 50], [80, 60]], [0, 24], g=["a", "a", "a", "b", "b", "b"])
    r = analyses.rank_differences(c, AnalysisPlan(stratifier="g"))
    assert value(r, "superiority", variable="salt") == 1 and value(r, "shift", variable="salt") == -30
    assert np.isnan(value(r, "median_low", variable="salt"))  # three patients a group


# --- leaving -------------------------------------------------------------------------------------------------------------
def test_leaving_is_a_competing_event_by_hand() -> None:
    """Four patients: response at 8, stopped at 12, response at 16, still there at 24. F(16) = 1/4 + (1 − 1/4)(2/3)(1/2)."""
    c = cohort_of(
        [[80, 10, 10, 10, 10], [80, 70, 70, 70, 70], [80, 70, 70, 10, 10], [80, 70, 70, 70, 70]],
        [0, 8, 12, 16, 24],
        discontinuation_week=[NAN, 12.0, NAN, NAN],
    )
    r = analyses.competing_discontinuation(c, ALONE)
    at = r.rows(variable_level="curve", group1_level=ALL).set_index("week")
    assert at.loc[16, "incidence"] == pytest.approx(1 / 4 + 3 / 4 * 2 / 3 * 1 / 2)
    assert at.loc[12, "left"] == pytest.approx(3 / 4 * 1 / 3)
    assert at.loc[16, "kaplan_meier"] == pytest.approx(1 - 3 / 4 * 1 / 2)
    assert [x.code for x in r.caveats if x.code == "leaving-inferred"] == []
    # without the column nobody has left before the last visit
    with pytest.raises(NotComputable, match="Nobody left"):
        analyses.competing_discontinuation(cohort_of(c.values, c.weeks), ALONE)


def test_a_response_after_stopping_is_said() -> None:
    """Of four, 1 responds and stops later, 2 stop at 9 and respond at 24, 1 stops at 9 and does not: incidence 1/4, left 3/4."""
    rows = [[80, 10, 10], [80, 70, 10], [80, 70, 20], [80, 70, 70]]
    c = cohort_of(rows, [0, 8, 24], discontinuation_week=[12.0, 9.0, 9.0, 9.0])
    r = analyses.competing_discontinuation(c, ALONE)
    assert value(r, "incidence", variable_level="summary", group1_level=ALL) == 1 / 4
    assert value(r, "left", variable_level="summary", group1_level=ALL) == 3 / 4
    told = {x.code: x.text for x in r.caveats}["response-after-leaving"]
    assert told.startswith("2 patients have") and "only at a visit after the week of leaving." in told
    assert "no response can come" not in r.method
    one = analyses.competing_discontinuation(c.subset(np.array([True, True, False, True])), ALONE)
    assert any(x.text.startswith("1 patient has") and "of leaving" in x.text for x in one.caveats)


def test_who_has_no_further_visit_left_after_the_last_one_he_made() -> None:
    """Six patients: the two who are last seen at 12 have not left by week 12, and are gone at 24. R's cmprsk 2.2-11,
    ``cuminc(c(12,12,12,12,24,24), c(1,1,2,2,1,0))``: cause 1 is 1/3 at 12 and 1/2 at 24, cause 2 is 1/3; survival's 1 − Kaplan–Meier
    is 1/3 and 2/3. A time between the visits (18) for those two leaves each estimate, and makes cause 2 zero at 12."""
    gone = [80, 70, NAN]
    c = cohort_of([[80, 10, 10], [80, 10, 10], gone, gone, [80, 70, 10], [80, 70, 70]], [0, 12, 24])
    r = analyses.competing_discontinuation(c, ALONE)
    at = r.rows(variable_level="curve", group1_level=ALL).set_index("week")
    columns = ["incidence", "left", "kaplan_meier", "at_risk", "events", "leaving"]
    np.testing.assert_allclose(at.loc[12, columns].astype(float), [1 / 3, 0, 1 / 3, 6, 2, 0])
    np.testing.assert_allclose(at.loc[24, columns].astype(float), [1 / 2, 1 / 3, 2 / 3, 2, 1, 2])
    early = analyses.competing_discontinuation(c, ALONE.replace(week=12))
    assert value(early, "left", variable_level="summary", group1_level=ALL) == 0
    assert "0.0 % have left first" in early.sentence


def test_interval_time_is_the_plain_share_where_everybody_came() -> None:
    r = analyses.interval_time(COURSE.subset(np.array([1, 1, 1, 1, 1, 1, 0, 0, 0], dtype=bool)), ALONE, resamples=10)
    at = r.rows(variable_level="curve", group1_level=ALL).set_index("week")["probability"]
    assert at.to_dict() == {8: pytest.approx(2 / 6), 24: pytest.approx(3 / 6), 32: pytest.approx(4 / 6)}


def test_when_half_had_responded_is_a_sentence_for_each() -> None:
    """“Half have responded (SALT≤20): All patients: not reached.” By hand: seen at 12 and 24; 2 of 4 respond at 24 (half, between 12
    and 24); 1 of 4 is fewer; of the third, two leave at 12 and of the two who stay both respond: half would have."""
    said = "All patients: half had reached SALT≤20 between week 12 and week 24."
    for rows, text in (
        ([[80, 70, 10]] * 2 + [[80, 70, 70]] * 2, said),
        ([[80, 70, 10]] + [[80, 70, 70]] * 3, "All patients: fewer than half had reached SALT≤20 when follow-up ended."),
        (
            [[80, 70, NAN]] * 3 + [[80, 70, 10]] * 2,
            "All patients: had those followed for less time gone on like the others, half would have reached SALT≤20 between "
            "week 12 and week 24.",
        ),
    ):
        assert analyses.interval_time(cohort_of(rows, [0, 12, 24]), ALONE, resamples=10).sentence == text


# --- estimand, planning, readers, treatments ---------------------------------------------------------------------------
def test_intercurrent_events_are_found_by_name_and_prior_treatment_is_none() -> None:
    c = cohort_of([[80, 10]] * 4, prior_rescue=["yes"] * 4, Rescue_steroid=["yes", "no", "", None], stop_week=[NAN, 8.0, NAN, 30.0])
    found = intercurrent_events(c)
    assert set(found) == {"rescue", "stopping"}
    assert found["rescue"].happened.tolist() == [True, False, False, False] and found["rescue"].column == "Rescue_steroid"
    r = analyses.estimand(c, AnalysisPlan(stratifier="none", week=8))
    assert value(r, "k", variable="stopping") == 1  # the other stopped after week 8
    assert "the drug was stopped in 1/4 (25.0 %)" in r.sentence


def test_a_baseline_is_not_said_to_be_carried_forward() -> None:
    c = cohort_of([[80, 10, 5], [70, NAN, NAN]], [0, 12, 24])
    assert "taking the last value seen after baseline in place" in analyses.estimand(c, AnalysisPlan(missing="locf", week=24)).sentence


def test_one_patient_is_no_patients() -> None:
    c = cohort_of([[80, NAN]], [0, 12])
    assert "1 of 1 patient (100.0 %) was not seen at week 12." in analyses.missingness(c, AnalysisPlan()).sentence


def test_the_week_that_a_cell_names_is_the_week_of_the_event() -> None:
    """“Lack of efficacy, wk 30” was said to be “at a time that the file does not give”."""
    c = cohort_of([[80, 10, 5]] * 4, [0, 12, 52], Stopped=["lack of efficacy, wk 30", "임신 8주차", "no", None])
    assert intercurrent_events(c)["stopping"].week.tolist()[:2] == [30, 8]
    r = analyses.estimand(c, AnalysisPlan(stratifier="none", week=12))
    assert value(r, "k", variable="stopping") == 1 and "By week 12 the drug was stopped in 1/4 (25.0 %)" in r.sentence


def test_who_did_not_complete_ended_early() -> None:
    """ "Nothing here says who stopped the drug" stood under a file with “Completed?” and “Reason”, then "the drug was stopped", which
    is not known of who was lost to follow-up."""
    rows = [[80, 10, 5], [70, NAN, NAN], [60, 30, NAN], [60, 30, 20]]
    for facts in (
        {"Completed?": ["yes", "no", "no", "yes"], "Reason": [None, "cost", "AE", None]},
        {"Status": ["completed", "withdrawn", "discontinued", "completed"]},
    ):
        r = analyses.estimand(cohort_of(rows, [0, 12, 24], **facts), AnalysisPlan(stratifier="none", week=24))
        assert value(r, "k", variable="stopping") == 2 and value(r, "dated", variable="stopping") == 0
        assert "At a time that the file does not give, treatment or follow-up ended early in 2/4 (50.0 %)" in r.sentence
        assert printable(r)["Intercurrent event"].tolist()[:2] == ["Treatment or follow-up ended early", "Rescue treatment"]
    dated = cohort_of(rows, [0, 12, 24], Status=["completed", "withdrawn at week 8", "completed", "completed"])
    assert intercurrent_events(dated)["stopping"].week.tolist()[1] == 8


@pytest.mark.parametrize(
    ("column", "cells", "ended"),
    [
        ("Drug stopped", ["no", "yes", "yes", "no"], False),
        ("Discontinuation week", [NAN, 8.0, 12.0, NAN], False),
        ("Treatment withdrawn", ["no", "yes", "no", "no"], False),
        ("투약 중단", ["아니오", "예", "아니오", "아니오"], False),
        ("Dropout", ["no", "yes", "yes", "no"], True),
        ("Withdrawal week", [NAN, 8.0, 12.0, NAN], True),
        ("Study discontinuation", ["no", "yes", "yes", "no"], True),
        ("Lost to follow-up", ["no", "yes", "yes", "no"], True),
        ("탈락", ["아니오", "예", "아니오", "아니오"], True),
        ("Reason for stopping", [None, "lost to follow-up", "adverse event", None], True),
        ("Reason for stopping", [None, "no effect", "adverse event", None], False),
        ("Disposition", ["COMPLETED", "LACK OF EFFICACY", "ADVERSE EVENT", "COMPLETED"], True),
    ],
)
def test_only_a_drug_that_was_stopped_is_said_to_be(column: str, cells: list, ended: bool) -> None:
    c = cohort_of([[80, 10, 5], [70, NAN, NAN], [60, 30, NAN], [60, 30, 20]], [0, 12, 24], **{column: cells})
    said = analyses.estimand(c, AnalysisPlan(stratifier="none", week=24)).sentence
    assert ("treatment or follow-up ended early in" in said) is ended and ("the drug was stopped in" in said) is not ended


@pytest.mark.parametrize(
    ("column", "cells", "weeks"),
    [
        ("Arrêt", ["non", "oui (M6)", "oui, semaine 8", "non"], {1: 26, 2: 8}),
        ("Abbruch", ["nein", "ja, Woche 12", "nein", "läuft weiter"], {1: 12}),
        ("중단", ["아니오", "6개월", "계속 복용", "해당없음"], {1: 26}),
        ("Stop date", ["ongoing", "n/a", None, "month 3"], {3: 13}),
        ("Month of stopping", [3.0, NAN, 6.0, NAN], {0: 13, 2: 26}),
        ("Discontinued on day", [NAN, 84.0, NAN, NAN], {1: 12}),
    ],
)
def test_who_goes_on_has_not_stopped_and_months_are_weeks(column: str, cells: list, weeks: dict) -> None:
    """“The drug was stopped in 17/17” where “non” stood for fourteen. A month is 52/12 weeks: by hand."""
    event = intercurrent_events(cohort_of([[80, 10, 5]] * 4, [0, 12, 24], **{column: cells}))["stopping"]
    assert {int(i): event.week[i] for i in np.flatnonzero(event.happened)} == weeks


def test_a_reason_for_what_is_not_said_is_named_and_not_counted() -> None:
    """ "Nothing here says who stopped the drug" stood over a file whose column “Reason” may say just that."""
    rows = [[80, 10, 5], [70, NAN, NAN], [60, 30, NAN], [60, 30, 20]]
    r = analyses.estimand(cohort_of(rows, [0, 12, 24], Reason=[None, "cost", "AE", None]), AnalysisPlan(stratifier="none", week=24))
    assert value(r, "recorded", variable="stopping") == 0 and "Unless the column “Reason” does, nothing here says" in r.sentence
    (told,) = [x for x in r.caveats if x.code == "intercurrent-unknown"]
    assert told.text.startswith("The column “Reason” does not say what it is the reason for") and "Reason for stopping" in told.advice


def test_a_file_that_tells_of_stopping_and_rescue_is_not_said_to_be_silent(tmp_path: Path) -> None:
    """Columns “Drug stopped”, “Rescue treatment” and “Dose reduction” were taken for the drug and the dose."""
    file = tmp_path / "clinic.csv"
    head = "ID,SALT week 0,SALT week 24,Drug stopped,Rescue treatment,Dose reduction,Dose change\n"
    rows = [
        f"P{i},80,{10 * i},{'yes' if i == 3 else 'no'},{'yes' if i > 6 else 'no'},no,{'up to 4 mg' if i % 2 else 'none'}"
        for i in range(9)
    ]
    file.write_text(head + "\n".join(rows) + "\n")
    c = read_cohort(file)
    assert set(intercurrent_events(c)) == {"stopping", "rescue", "dose step-down"}
    r = analyses.estimand(c, AnalysisPlan(stratifier="none"))
    assert value(r, "k", variable="stopping") == 1 and value(r, "k", variable="rescue") == 2
    few = analyses.estimand(c.subset(np.arange(9) < 3), AnalysisPlan(stratifier="none"))  # whom it happened to nobody of
    assert value(few, "recorded", variable="stopping") == 1 and value(few, "k", variable="stopping") == 0
    assert value(r, "k", variable="dose step-down") == 0 and "the dose was lowered in 0/9 (0.0 %)" in r.sentence
    assert treatment_column(c, AnalysisPlan()) is None  # a change of dose is no arm
    for column in ("Dose change", "Drug stopped"):
        plan = AnalysisPlan(stratifier=column)
        assert "after-baseline" in [x.code for x in analyses.responders(c, plan).caveats]


def test_the_estimand_says_what_the_rule_means() -> None:
    c = cohort_of([[80, 10], [80, NAN], [60, 30]])
    for rule, words in (("nri", "not responding"), ("observed", "who came"), ("mixed", "as if patients who left")):
        assert words in analyses.estimand(c, AnalysisPlan(stratifier="none", missing=rule)).sentence
    assert [x.code for x in analyses.estimand(c, AnalysisPlan(stratifier="none", missing="locf")).caveats][-1] == "no-estimand"


def test_planning_asks_for_more_with_dropout_and_precision() -> None:
    r = analyses.planning(made(), AnalysisPlan(stratifier="g", endpoint="SALT30"))
    rate = r.rows(variable="rate")
    assert rate["n1"].is_monotonic_decreasing and (rate["n_enrol"] == rate["n1"]).all()  # everybody came here
    half = made().salt.copy()
    half.iloc[::2, 1] = NAN
    left = analyses.planning(Cohort(made().patients, half), AnalysisPlan(stratifier="g", endpoint="SALT30"))
    assert (left.rows(variable="rate")["n_enrol"] >= 2 * left.rows(variable="rate")["n1"] - 1).all()


def test_nobody_plans_for_a_difference_of_nothing() -> None:
    """Both strata fall by 40.1 and 40.0 points, give or take 16: a difference of "0.0 points" asked for millions."""
    fall = np.array([20.0, 30, 40, 50, 60, 40])
    rows = np.array([[80, 80 - f] for f in fall] + [[80, 80 - f - 0.1] for f in fall])
    r = analyses.planning(cohort_of(rows, g=["a"] * 6 + ["b"] * 6), AnalysisPlan(stratifier="g"))
    assert r.rows(variable="mixed model").empty and r.rows(variable="two means").empty
    assert sum("hardly differ" in c.text for c in r.caveats) == 2


def test_two_readings_are_found_and_compared() -> None:
    rng = np.random.default_rng(7)
    base = rng.uniform(10, 90, 25)
    c = cohort_of(np.column_stack([base, base / 2]), [0, 24], SALT_reader_2=list(base + rng.normal(1, 2, 25)))
    r = analyses.rater_agreement(c, ALONE)
    assert value(r, "estimate", variable="bias") == pytest.approx(-1, abs=1) and value(r, "estimate", variable="icc") > 0.95
    drawn = chart(r)
    assert len(drawn.data["points"]) == 25 and drawn.alt == r.sentence and len(printable(r)) == len(r.table)
    with pytest.raises(NotComputable, match="one reading"):
        analyses.rater_agreement(COURSE, ALONE)
    # a reading of week 24 is compared with the visit at week 24, and not with another reading of the baseline
    late = cohort_of(
        np.column_stack([base, base / 2]), [0, 24], **{"SALT W24 rater B": list(base / 2 + 1), "SALT reader 2": list(base)}
    )
    r = analyses.rater_agreement(late, ALONE)
    assert r.details.names == ("SALT at week 24", "SALT W24 rater B") and value(r, "estimate", variable="bias") == pytest.approx(-1.0)
    with pytest.raises(NotComputable, match="no SALT of that week"):
        analyses.rater_agreement(cohort_of(np.column_stack([base, base]), [0, 12], **{"SALT W24 rater B": list(base)}), ALONE)


def test_the_columns_are_found_in_a_file(tmp_path: Path) -> None:
    """Stopping, rescue, drug and a second reading, as a clinic writes them."""
    rng = np.random.default_rng(4)
    base = np.round(rng.uniform(30, 100, 60), 1)
    frame = pd.DataFrame(
        {
            "patient": [f"P{i:02d}" for i in range(60)],
            "Drug": rng.choice(["baricitinib", "ritlecitinib"], 60),
            "discontinuation week": np.where(rng.uniform(size=60) < 0.3, 14.0, NAN),
            "Rescue steroid": rng.choice(["yes", "no"], 60),
            "SALT reader 2": np.round(np.clip(base + rng.normal(0, 3, 60), 0, 100), 1),
            "SALT W0": base,
            "SALT W12": np.round(base * 0.7, 1),
            "SALT W24": np.round(base * rng.uniform(0, 0.8, 60), 1),
        }
    )
    frame.to_csv(tmp_path / "clinic.csv", index=False)
    c = read_cohort(tmp_path / "clinic.csv")
    assert c.weeks == (0, 12, 24) and set(intercurrent_events(c)) == {"stopping", "rescue"}
    plan = AnalysisPlan(stratifier="none", endpoint="SALT50")
    assert analyses.rater_agreement(c, plan).accounting.analysed == 60
    assert analyses.treatment_comparison(c, plan).table["group1"].unique().tolist() == ["Drug"]
    assert value(analyses.competing_discontinuation(c, plan), "left_k", variable_level="summary", group1_level=ALL) > 0


def test_treatments_are_never_compared_without_the_sentence() -> None:
    rng = np.random.default_rng(9)
    base = rng.uniform(30, 100, 100)
    drug = np.where(rng.uniform(size=100) < 1 / (1 + np.exp(-(base - 65) / 15)), "B", "A")
    c = cohort_of(np.column_stack([base, base * rng.uniform(0.1, 0.9, 100)]), [0, 24], drug=list(drug), roles={"drug": "drug"})
    r = analyses.treatment_comparison(c, AnalysisPlan(stratifier="none", endpoint="SALT50"))
    assert r.caveats[0].code == "confounding-by-indication" and "no effect of the drug unless" in r.sentence
    assert [title for title, _ in blocks(r)] == ["Outcomes", "Balance before and after weighting", "Overlap", "E-value"]
    assert all(len(printable(r, rows)) == len(rows) for _, rows in blocks(r)) and len(chart(r).data["points"]) == 2
    before, after = (abs(value(r, k, variable="balance", variable_level="baseline SALT")) for k in ("smd", "smd_weighted"))
    assert before > 0.5 and after < 1e-6  # overlap weights balance means exactly
    # unweighted: the first drug's mean change less the second's, of the means themselves
    pair, change = r.rows(variable="change", variable_level="unweighted").iloc[0], c.salt[24] - c.salt[0]
    means = [change[c.patients["drug"] == level].mean() for level in (pair["group1_level"].first, pair["group1_level"].second)]
    assert [pair["mean1"], pair["mean2"], pair["estimate"]] == pytest.approx([*means, means[0] - means[1]])
    with pytest.raises(NotComputable, match="tells two treatments apart"):
        analyses.treatment_comparison(COURSE, ALONE)


@pytest.mark.parametrize(
    ("arms", "words"),
    [
        (["placebo", "2 mg", "4 mg"] * 20, "2 mg, one of the most frequent, is compared with the control arm, placebo."),
        (["placebo", "4 mg"] * 25 + ["2 mg"] * 12, "4 mg, the most frequent, is compared with the control arm, placebo."),
        (["1 mg", "2 mg", "4 mg"] * 20, "two of the most frequent are compared, 1 mg and 2 mg; no control arm is recognised."),
        (["1 mg", "2 mg"] * 25 + ["4 mg"] * 12, "the two most frequent are compared, 1 mg and 2 mg; no control arm is recognised."),
    ],
)
def test_of_arms_of_one_size_none_is_the_most_frequent(arms: list[str], words: str) -> None:
    """Of 100 on each of two doses, the first by name was “the most frequent”."""
    rows = [[60.0 + (7 * i) % 31, 20.0 + (11 * i) % 37] for i in range(len(arms))]
    c = cohort_of(rows, [0, 24], arm=arms, age=[20.0 + (13 * i) % 41 for i in range(len(arms))], roles={"age": "age"})
    plan = AnalysisPlan(stratifier="none", endpoint="SALT50", arm="arm")
    assert analyses.treatment_comparison(c, plan).sentence.endswith(f" Of 3 treatments, {words}")


def test_whatever_looks_like_an_arm_tells_treatments_apart() -> None:
    """As the question at the top of the page asks about it, until it is answered with no."""
    c = cohort_of([[80, 10], [80, 40]], [0, 24], Group=["Bari 2mg", "Bari 4mg"])
    assert treatment_column(c, AnalysisPlan()) == "Group" and treatment_column(c, AnalysisPlan(arm=NO_ARM)) is None


def two_drugs(outcome: list[float], severe: int = 40) -> Cohort:
    """A to every second of 40 patients, whose baselines ``severe`` splits; SALT at the week as given, in turn."""
    base = [90.0 if i < severe else 40.0 for i in range(40)]
    rows = [[b + i % 3, outcome[i % len(outcome)]] for i, b in enumerate(base)]
    return cohort_of(rows, [0, 24], drug=["A" if i % 2 else "B" for i in range(40)], roles={"drug": "drug"})


def test_where_nobody_responds_to_either_drug_the_difference_has_no_limits() -> None:
    """0 of 20 against 0 of 20 was 0.0 (0.0 to 0.0): a certainty that forty patients do not give."""
    r = analyses.treatment_comparison(two_drugs([85.0, 80, 88]), AnalysisPlan(stratifier="none"))
    row = r.rows(variable="SALT75", variable_level="weighted").iloc[0]
    assert row["estimate"] == pytest.approx(0, abs=1e-12) and np.isnan(row["ci_low"]) and np.isnan(row["ci_high"])
    assert "0.0 to 0.0" not in r.sentence


def test_limits_of_a_difference_of_rates_end_where_rates_do() -> None:
    rng = np.random.default_rng(3)
    rows = [[80 + rng.uniform(0, 20), 5.0 if i < 7 else 75 + rng.uniform(0, 5)] for i in range(14)]
    rows[0][1], rows[13][1] = 70.0, 10.0  # one of seven the other way round in each stratum: 6/7 and 1/7
    c = cohort_of(rows, [0, 24], g=["a"] * 7 + ["b"] * 7, age=rng.uniform(20, 60, 14), roles={"age": "age"})
    r = analyses.adjusted_comparison(c, AnalysisPlan(stratifier="g"))
    rates = r.rows(variable="SALT75")
    rates = rates[rates["variable_level"] != "risk ratio"]
    assert len(rates) and (rates["ci_high"] <= 1).all() and (rates["ci_low"] >= -1).all() and (rates["ci_high"] > 0.9).any()


def test_planning_says_what_it_is_made_of() -> None:
    """By hand, Riley 2020: (1.96/0.05)² φ(1 − φ) is of a 95 % interval whatever alpha is."""
    c = cohort_of([[80.0, 78], [80, 60], [70, 65], [90, 88], [60, 55], [75, NAN]] * 4)
    r = analyses.planning(c, AnalysisPlan(stratifier="none", missing="locf", alpha=0.1))
    assert "overall risk by a 95 % interval" in r.method and "half a patient is added" in r.method  # nobody has SALT75
    assert "two means and the mixed model are of the scores recorded" not in r.method and "stands in" in r.method
    some = cohort_of([[80.0, 10], [80, 60], [70, 65], [90, 88]] * 4)
    assert "half a patient" not in analyses.planning(some, AnalysisPlan(stratifier="none")).method


# --- any cohort -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", PROMPT)
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(c=cohorts(patients=14))
def test_any_cohort_is_answered_and_printed_or_refused_in_words(name: str, c: Cohort) -> None:
    for stratifier in ("sex", "none"):
        try:
            result = getattr(analyses, name)(c, AnalysisPlan(stratifier=stratifier))
        except AadashError as error:
            assert error.paragraph()
            continue
        told = " ".join([result.sentence, *(x.text for x in result.caveats)])
        assert result.sentence and "nan" not in told.lower().split()
        for _, rows in blocks(result):
            assert not printable(result, rows).isna().to_numpy().any()
        for drawing in DRAWINGS.get(name, ()):
            assert chart(result, drawing.name).alt


# --- what is not said ----------------------------------------------------------------------------------------------------
def test_of_three_strata_it_is_said_that_the_first_alone_is_compared() -> None:
    rows = [[80 - i, 60 - 3 * i + i * i % 7] for i in range(15)]
    c = cohort_of(rows, [0, 24], g=["early", "late", "middle"] * 5)
    plan = AnalysisPlan(stratifier="g")
    for ask in (analyses.rank_differences, analyses.adjusted_comparison):
        assert "compared with early only" in ask(c, plan).sentence
        assert "compared with" not in ask(c.subset(np.array([True, True, False] * 5)), plan).sentence


def test_a_stratum_that_cannot_be_imputed_is_called_by_its_name() -> None:
    rows = [[80, 60, 40], [70, 50, 45], [75, NAN, 30], [60, 50, NAN], [65, 44, NAN], [66, 40, NAN]]
    with pytest.raises(NotComputable, match="Nobody of late has SALT recorded at week 24, so it cannot be imputed there"):
        analyses.imputed_outcomes(cohort_of(rows, [0, 12, 24], g=["early"] * 3 + ["late"] * 3), AnalysisPlan(stratifier="g"))


def test_a_check_without_degrees_of_freedom_has_no_chi_squared() -> None:
    """Two bands have one cut, so there is nothing to compare between cuts."""
    rows = [[80, 5 + i if i % 3 else 60] for i in range(12)]
    r = analyses.band_differences(cohort_of(rows, [0, 24], g=["a", "b"] * 6), AnalysisPlan(stratifier="g"))
    shown = printable(r)["Odds ratio"]
    assert not shown.str.contains("0 df").any()


def test_nobody_responding_has_no_odds_ratio() -> None:
    """0 of 2 against 0 of 10: the halves that are added to the cells would make it (0.5/2.5)/(0.5/10.5) = 4.2."""
    c = cohort_of([[80 - i, 79 - i] for i in range(12)], [0, 24], g=["few"] * 2 + ["many"] * 10, other=["x", "y"] * 6)
    found = analyses.subgroups_response(c, AnalysisPlan()).table
    assert (found.loc[found["n"].notna(), "k"] == 0).all() and found["odds_ratio"].isna().all()
    within = analyses.subgroup_differences_response(c, AnalysisPlan(stratifier="other")).table
    assert within["odds_ratio"].isna().all()


def test_the_estimand_says_for_whom_the_endpoint_is_defined() -> None:
    """Of a baseline of 0 there is no half: two of the three can have SALT50."""
    said = analyses.estimand(cohort_of([[0, 0], [80, 10], [60, 50]], [0, 24]), AnalysisPlan(endpoint="SALT50")).sentence
    assert "SALT50 is not defined for 1 of 3" in said
    assert (
        "is not defined for"
        not in analyses.estimand(cohort_of([[80, 10], [60, 50]], [0, 24]), AnalysisPlan(endpoint="SALT50")).sentence
    )


def test_who_stopped_without_a_date_has_not_stopped_by_the_week() -> None:
    c = cohort_of([[80, 10], [80, 40], [60, 30]], [0, 24], discontinued=["y", "n", "y"])
    said = analyses.estimand(c, AnalysisPlan(stratifier="none")).sentence
    assert "At a time that the file does not give, the drug was stopped in 2/3" in said and "By week" not in said
    both = cohort_of([[80, 10], [80, 40], [60, 30]], [0, 24], dose_reduction=["yes", "no", "no"], rescue_week=[NAN, 12, 30])
    said = analyses.estimand(both, AnalysisPlan(stratifier="none")).sentence
    assert (
        "By week 24 rescue treatment was given in 1/3" in said
        and "at a time that the file does not give the dose was lowered in 1/3" in said
    )


def test_who_stopped_before_any_further_visit_has_left_in_that_week() -> None:
    """R's cmprsk 2.2-11, ``cuminc(c(12,24,24,4,4), c(1,1,0,2,2))``: cause 1 is 1/5 at 12 and 2/5 at 24, cause 2 is 2/5 from 4 on. The
    two without a visit after baseline “counted for neither”, though the file says when they stopped."""
    gone = [80, NAN, NAN]
    c = cohort_of([[80, 10, 10], [80, 70, 10], [80, 70, 70], gone, gone, gone], [0, 12, 24], stop_week=[NAN, NAN, NAN, 4.0, 4.0, NAN])
    r = analyses.competing_discontinuation(c, ALONE)
    at = r.rows(variable_level="curve", group1_level=ALL).set_index("week")
    np.testing.assert_allclose(at["incidence"].astype(float), [0, 1 / 5, 2 / 5])
    np.testing.assert_allclose(at["left"].astype(float), [2 / 5] * 3)
    assert (r.accounting.analysed, r.accounting.excluded[0].n) == (5, 1)
    assert "1 patient with no visit after baseline counts" in r.sentence
