"""Published rates beside a cohort: by hand, and pooled as metafor pools them."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, PublishedRate, analyses
from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.evidence import published
from aadash.measures import KNOWN
from aadash.report.code import python
from aadash.result import Result
from tests.making import cohort_of

KOREA = load_sample("korea_2025").cohort
PLAN = AnalysisPlan(endpoint="SALT<=20", stratifier="none")
METAFOR = json.loads((Path(__file__).parents[1] / "stats" / "evidence_expected.json").read_text())
#: Ten patients at 60, ten at 98, four at 30; at week 24 six, two and three of them are at SALT 20 or below.
SMALL = cohort_of(
    [[60.0, 10.0 if i < 6 else 50.0] for i in range(10)]
    + [[98.0, 10.0 if i < 2 else 90.0] for i in range(10)]
    + [[30.0, 5.0 if i < 3 else 30.0] for i in range(4)],
    weeks=(0, 24),
)
MIX = "50-94: 66; 95-100: 125"


def beside(cohort: Cohort, plan: AnalysisPlan = PLAN, **options: object) -> Result:
    return REGISTRY["published_rates"].function(cohort, plan, **options)


def pooled(cohort: Cohort, plan: AnalysisPlan = PLAN, **options: object) -> Result:
    return REGISTRY["pooled_evidence"].function(cohort, plan, **options)


def row(result: Result, **keys: object) -> dict:
    found = [r for r in result.table.to_dict("records") if all(r.get(k) == v for k, v in keys.items())]
    assert len(found) == 1, [r["variable_level"] for r in found]
    return found[0]


def codes(result: Result) -> set[str]:
    return {c.code for c in result.caveats}


def wilson_by_hand(p: float, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return middle - half, middle + half


def own(**changes: object) -> PublishedRate:
    given = {
        "study": "Mine",
        "drug": "drug x",
        "endpoint": "SALT<=20",
        "percent": 30.0,
        "n": 20,
        "week": 24,
        "source": "S",
        "own": True,
    }
    return PublishedRate(**(given | changes))


def test_a_difference_is_newcombes_in_patients_of_like_severity() -> None:
    """46 of 83 with SALT ≥ 50 (the Korean paper's 55.4 %) less 99 of 281, by Newcombe's formula."""
    r = row(beside(KOREA, drug="baricitinib", dose="4 mg"), kind="published", study="BRAVE-AA1", estimator="counted")
    assert (r["k"], r["n"], r["week"], r["published_k"], r["published_n"]) == (46, 83, 36, 99, 281)
    p, q = 46 / 83, 99 / 281
    (l1, u1), (l2, u2) = wilson_by_hand(p, 83), wilson_by_hand(q, 281)
    assert r["difference"] == pytest.approx(p - q, abs=1e-14)
    assert r["difference_low"] == pytest.approx(p - q - math.hypot(p - l1, u2 - q), abs=1e-12)
    assert r["difference_high"] == pytest.approx(p - q + math.hypot(u1 - p, q - l2), abs=1e-12)


def test_both_estimates_of_a_trial_stand_beside_the_cohort() -> None:
    t = beside(KOREA, drug="baricitinib", dose="4 mg").table
    found = t[(t["study"] == "BRAVE-AA1") & (t["published_week"] == 36)]
    assert sorted(found["published_text"]) == ["35.2 %", "38.8 %"]
    late = beside(KOREA, drug="ritlecitinib").table
    late = late[late["published_week"] == 156]
    assert sorted(late["published_text"]) == ["47.1 %", "65.1 %"] and late["difference"].isna().all()


def test_reweighting_by_hand() -> None:
    """6 of 10 and 2 of 10 in a mix of 66 and 125: (66 · 0.6 + 125 · 0.2)/191 = 64.6/191; limits by MOVER from Wilson's."""
    result = beside(SMALL, drug="ritlecitinib", mix=MIX)
    assert "Reweighted to 66 SALT 50–94 and 125 SALT 95–100, this cohort's rate is 33.8 %" in result.sentence
    r = row(result, kind="reweighted", week=24)
    w1, w2 = 66 / 191, 125 / 191
    (l1, u1), (l2, u2) = wilson_by_hand(0.6, 10), wilson_by_hand(0.2, 10)
    assert r["rate"] == pytest.approx(64.6 / 191)
    assert r["ci_low"] == pytest.approx(64.6 / 191 - math.hypot(w1 * (0.6 - l1), w2 * (0.2 - l2)))
    assert r["ci_high"] == pytest.approx(64.6 / 191 + math.hypot(w1 * (u1 - 0.6), w2 * (u2 - 0.2)))


def test_a_study_with_bands_is_compared_after_reweighting_to_them() -> None:
    mine = own(severity_mix="50-94: 1; 95-100: 3", baseline_salt=">=50")
    r = row(beside(SMALL, drug="drug x", own=(mine,)), kind="published")
    assert r["mixed"] == pytest.approx(0.25 * 0.6 + 0.75 * 0.2) and r["mixed_difference"] == pytest.approx(0.3 - 0.3)
    assert (r["k"], r["n"]) == (8, 20) and r["mixed_difference_low"] < 0 < r["mixed_difference_high"]


def test_a_band_with_nobody_gives_no_reweighted_rate_and_says_so() -> None:
    mild = cohort_of([[60.0, 10.0]] * 6, weeks=(0, 24))
    result = beside(mild, drug="ritlecitinib", mix=MIX)
    assert math.isnan(row(result, kind="reweighted")["rate"]) and "empty-band" in codes(result)


def test_a_curve_of_first_responses_without_censoring_is_the_share_who_responded() -> None:
    cohort = cohort_of([[80.0, 10.0, 50.0]] * 3 + [[80.0, 80.0, 5.0]] * 2 + [[80.0, 80.0, 80.0]] * 5, weeks=(0, 12, 24))
    result = beside(cohort, drug="ritlecitinib", curve="first")
    first = {r["week"]: r["rate"] for r in result.rows(kind="cohort", severity="SALT ≥ 50").to_dict("records")}
    assert first == {12: pytest.approx(0.3), 24: pytest.approx(0.5)} and "ever-responded" in codes(result)
    at = {
        r["week"]: r["rate"] for r in beside(cohort, drug="ritlecitinib").rows(kind="cohort", severity="SALT ≥ 50").to_dict("records")
    }
    assert at == {12: pytest.approx(0.3), 24: pytest.approx(0.2)}


def test_the_pool_is_metafors() -> None:
    """99/281, 76/234, 46/83, 29/70 and 54.6 % of 50; not the model estimates, which are of the same patients."""
    result = pooled(KOREA, drug="baricitinib", dose="4 mg")
    case = METAFOR["page REML adhoc"]
    want, r = case["answer"][0], row(result, kind="pooled")
    studies = result.rows(kind="study")
    assert list(studies["k"]) == pytest.approx(case["k"]) and list(studies["n"]) == case["n"]
    logistic = lambda x: 1 / (1 + math.exp(-x))  # noqa: E731
    expected = {"rate": "estimate", "ci_low": "low", "ci_high": "high", "pi_low": "pi_low", "pi_high": "pi_high"}
    for mine, theirs in expected.items():
        assert r[mine] == pytest.approx(logistic(want[theirs]), rel=1e-7), mine
    for name in ("tau2", "tau2_low", "tau2_high", "i2", "i2_low", "i2_high", "q"):
        assert r[name] == pytest.approx(want[name], rel=1e-7), name
    assert r["q_p"] == pytest.approx(want["p"], rel=1e-7) and list(studies["weight"]) == pytest.approx(want["weights"], rel=1e-7)
    assert {"same-patients", "mixed-designs", "secondary-source", "approximate-interval"} <= codes(result)
    assert {r.estimator for r, why in result.details.left_out if why.startswith("the same")} == {"model"}


def test_the_cohort_stands_beside_the_pool_and_not_in_it() -> None:
    result = pooled(KOREA, drug="baricitinib", dose="4 mg")
    r = row(result, kind="cohort", severity="SALT ≥ 50")
    assert (r["k"], r["n"]) == (46, 83) and math.isnan(r["weight"]) and "within that range" in result.sentence


def test_one_study_is_not_pooled_and_none_says_what_there_is() -> None:
    one = pooled(SMALL, drug="drug x", own=(own(),))
    assert not len(one.rows(kind="pooled")) and "few-studies" in codes(one) and "nothing is pooled" in one.sentence
    with pytest.raises(NotComputable, match="a week near 24"):
        pooled(cohort_of([[80.0, 10.0]] * 3, weeks=(0, 60)), drug="drug x", own=(own(),))
    with pytest.raises(NotComputable, match="SALT75, SALT90, SALT≤10 or SALT≤20"):
        beside(SMALL, AnalysisPlan(endpoint="SALT30"))
    with pytest.raises(NotComputable, match="no baseline SALT"):
        beside(SMALL, severity="mild")
    with pytest.raises(NotComputable, match="baricitinib 4 mg 95-100"):
        beside(SMALL, drug="baricitinib", dose="4 mg", severity="95-100")
    with pytest.raises(NotComputable, match="one of baricitinib"):
        beside(SMALL, drug="minoxidil")


def test_two_that_disagree_have_no_prediction_and_nobody_who_responded_is_told() -> None:
    rates = (own(study="A", events=0, percent=0.0), own(study="B", percent=50.0, events=10))
    result = pooled(SMALL, drug="drug x", own=rates)
    assert math.isnan(row(result, kind="pooled")["pi_low"]) and {"zero-events", "few-studies"} <= codes(result)
    assert "no prediction can be made" in result.sentence


def test_doubts_that_depend_on_the_cohort() -> None:
    assert "made-to-match" in codes(beside(KOREA)) and "made-to-match" not in codes(beside(SMALL))
    gaps = cohort_of(
        [[80.0, 10.0], [80.0, np.nan]] * 3, weeks=(0, 36), drug=["baricitinib", "ritlecitinib"] * 3, roles={"drug": "drug"}
    )
    found = codes(beside(gaps, drug="baricitinib", dose="4 mg"))
    assert {"other-missing-rule", "other-drug"} <= found
    nri = beside(gaps, PLAN.replace(missing="nri"), drug="baricitinib", dose="4 mg")
    told = {c.code: c.text for c in nri.caveats}
    assert "other-drug" in told and "BRAVE" not in told["other-missing-rule"], (
        "trials count the missing as no response, as is done here"
    )
    assert told["other-missing-rule"].startswith("Here a missing visit counts as no response; Korea 2025")
    whole = cohort_of([[80.0, 10.0], [80.0, 60.0]] * 3, weeks=(0, 36))
    assert "other-missing-rule" not in codes(beside(whole, PLAN.replace(missing="nri"), drug="baricitinib", dose="4 mg"))


def test_arms_of_a_trial_are_told_and_a_dose_alone_is_no_other_drug() -> None:
    trial = cohort_of([[80.0, 10.0]] * 6, weeks=(0, 36), arm=["2 mg", "4 mg", "Placebo"] * 2, roles={"drug": "arm"})
    result = beside(trial, PLAN.replace(arm="arm"), drug="baricitinib")
    told = {c.code: c for c in result.caveats}
    assert "mix the arms" in told["control-arm"].text and "Filter to one arm" in told["control-arm"].advice
    assert "2 patients here have another drug recorded (Placebo)" in told["other-drug"].text


def test_another_measure_has_no_published_rates_until_some_are_added() -> None:
    """A rate of DLQI of patients with SALT ≥ 50 stands beside those with SALT ≥ 50, whatever their DLQI."""
    dlqi = pd.DataFrame([[18.0, 3.0], [12.0, 9.0], [20.0, 2.0]], index=["p0", "p1", "p2"], columns=[0, 24])
    cohort = cohort_of([[80.0, 10.0], [90.0, 50.0], [30.0, 5.0]], weeks=(0, 24), measures={"DLQI": (KNOWN["DLQI"], dlqi)})
    plan = AnalysisPlan(measure="DLQI", endpoint="DLQI <=5", stratifier="none")
    with pytest.raises(NotComputable, match="those that come with AAdash are of SALT"):
        beside(cohort, plan)
    mine = own(endpoint=plan.rule(plan.measured(cohort)).name, baseline_salt=">=50")
    r = row(beside(cohort, plan, drug="drug x", own=(mine,)), kind="published")
    assert (r["k"], r["n"]) == (1, 2)


def test_the_shown_code_makes_the_same_call() -> None:
    import aadash

    result = pooled(SMALL, drug="drug x", own=(own(), own(study="Other", percent=40.0)))
    text = python(result.call.options["own"])
    assert eval(text, {"aadash": aadash}) == result.call.options["own"]


def test_a_rate_of_another_week_stands_beside_nobody() -> None:
    """“All patients here stand beside it” was said of a rate of week 52 in a cohort that ends at week 24."""
    assert "severity-not-printed" in codes(beside(SMALL, own=(own(week=24, baseline_salt=""),), drug="drug x"))
    assert "severity-not-printed" not in codes(beside(SMALL, own=(own(week=52, baseline_salt=""),), drug="drug x"))


@pytest.mark.parametrize(("least", "milder"), [(50.0, False), (49.0, True)])
def test_milder_patients_are_named_where_there_are_some(least: float, milder: bool) -> None:
    """“Mild ones too” was said of a cohort in which every baseline is 50 or more."""
    cohort = cohort_of([[80.0, 10.0], [least, 5.0], [90.0, 70.0]], weeks=(0, 24))
    told = {c.code: c.text for c in beside(cohort, own=(own(week=24, baseline_salt=""),), drug="drug x").caveats}
    assert told["severity-not-printed"].endswith("also those with a baseline SALT below 50." if milder else "here stand beside it.")


@pytest.mark.parametrize(("dose", "other"), [("4 mg", "2 mg"), ("2 mg", "4 mg")])
def test_rates_of_another_dose_that_are_left_out_are_counted(dose: str, other: str) -> None:
    """The rows of the table that comes along, counted here: of SALT≤20 on baricitinib, in all patients."""
    n = sum((r.endpoint, r.drug, r.dose, r.denominator) == ("SALT<=20", "baricitinib", other, "all") for r in published())
    cohort, plan = load_sample("korea_2025_missing").cohort, AnalysisPlan(endpoint="SALT<=20")
    for ask in (analyses.published_rates, analyses.pooled_evidence):
        told = {c.code: c.text for c in ask(cohort, plan, drug="baricitinib", dose=dose).caveats}
        assert told["other-doses"].startswith(f"{n} published rates of SALT≤20 at another dose are left out, since {dose} is chosen")
        assert f"baricitinib {other} ({n})" in told["other-doses"]
        assert "other-doses" not in {c.code for c in ask(cohort, plan, drug="baricitinib").caveats}
