"""Responder rules at their exact boundaries, and what each missing rule does to a missing visit."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.analyses.response import responders
from aadash.cohort import Cohort
from aadash.endpoints import _WRITTEN, ENDPOINTS, MISSING_RULES, endpoint, endpoints_of, filled, offered, responses, usual
from aadash.errors import PlanError
from aadash.measure import Measure
from aadash.measures import KNOWN, measure_called
from aadash.plan import AnalysisPlan
from aadash.responder_rules import Reached
from tests.making import NAN, cohort_of, cohorts, scores


def answer(name: str, baseline: float, value: float) -> float:
    return float(endpoint(name).response(np.array([baseline]), np.array([value]))[0])


# --- the rules -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "baseline", "value", "expected"),
    [
        # 40.4 − 10.1 is 75 % of 40.4 on paper; in binary fractions 100 (40.4 − 10.1) / 40.4 falls short of 75
        ("SALT75", 40.4, 10.1, 1),
        ("SALT75", 40.4, 10.2, 0),
        ("SALT90", 62.0, 6.2, 1),
        ("SALT90", 62.0, 6.3, 0),
        ("SALT50", 0.2, 0.1, 1),
        ("SALT30", 70.0, 49.0, 1),
        ("SALT30", 70.0, 49.1, 0),
        ("SALT100", 100.0, 0.0, 1),
        ("SALT100", 100.0, 0.1, 0),
        ("SALT75", 50.0, 60.0, 0),
        ("SALT75", 50.0, 0.0, 1),
        ("SALT<=20", 100.0, 20.0, 1),
        ("SALT<=20", 100.0, 20.1, 0),
        ("SALT<=10", 100.0, 10.0, 1),
        ("SALT<=10", 100.0, 10.1, 0),
        # from SALT 0 no percentage can be had, but a SALT of 20 or less can
        ("SALT75", 0.0, 0.0, NAN),
        ("SALT100", 0.0, 5.0, NAN),
        ("SALT<=20", 0.0, 0.0, 1),
        ("SALT<=20", 15.0, 15.0, 1),
        ("SALT75", NAN, 0.0, NAN),
        ("SALT75", 50.0, NAN, NAN),
        ("SALT<=20", NAN, 10.0, 1),
        ("SALT<=20", 50.0, NAN, NAN),
    ],
)
def test_a_rule_at_its_boundary(name: str, baseline: float, value: float, expected: float) -> None:
    np.testing.assert_equal(answer(name, baseline, value), float(expected))


@given(scores.filter(bool), st.integers(1, 10))
def test_the_boundary_itself_responds_for_every_score_on_paper(baseline: float, tenths: int) -> None:
    # baseline × (1 − t / 100), to as many decimals as it has, is exactly t % better
    for name, rule in ENDPOINTS.items():
        if rule.relative:
            value = round(round(baseline * 10) * (100 - rule.threshold)) / 1000
            assert answer(name, baseline, value) == 1.0
            assert answer(name, baseline, value + tenths / 100) == 0.0


@given(scores, scores)
def test_a_harder_rule_is_never_met_without_the_easier_one(baseline: float, value: float) -> None:
    got = [answer(f"SALT{t}", baseline, value) for t in (30, 50, 75, 90, 100)]
    assert all(np.isnan(got)) if baseline == 0 else got == sorted(got, reverse=True)
    assert answer("SALT<=10", baseline, value) <= answer("SALT<=20", baseline, value)


def test_shapes_follow_the_values() -> None:
    base, values = np.array([100.0, 50.0]), np.array([[100.0, 25.0, 20.0], [50.0, 40.0, 12.5]])
    rule = endpoint("SALT75")
    np.testing.assert_array_equal(rule.response(base, values), [[0, 1, 1], [0, 0, 1]])
    np.testing.assert_array_equal(rule.response(base, values[:, 2]), [1, 1])


@pytest.mark.parametrize(("asked", "name"), [("SALT<=20", "SALT<=20"), ("SALT≤20", "SALT<=20"), ("salt 75", "SALT75")])
def test_an_endpoint_is_found_by_its_usual_spellings(asked: str, name: str) -> None:
    assert endpoint(asked).name == name


def test_an_unknown_endpoint_lists_those_there_are() -> None:
    with pytest.raises(PlanError, match=r"no endpoint called 'SALT80'.*SALT30, SALT50, SALT75, SALT90, SALT100, SALT<=20"):
        endpoint("SALT80")


def test_words() -> None:
    assert endpoint("SALT<=20").symbol == "SALT≤20" and endpoint("SALT<=20").label == "SALT of 20 or less"
    assert endpoint("SALT75").label == "at least 75 % improvement from baseline"


# --- missing visits ------------------------------------------------------------------------------------------------
PATIENTS = cohort_of(
    [
        [100.0, NAN, 20.0, NAN, NAN],  # seen once after baseline
        [100.0, NAN, NAN, NAN, NAN],  # never seen again
        [80.0, 60.0, 40.0, 20.0, 10.0],  # complete
        [NAN, 10.0, 10.0, NAN, 10.0],  # no baseline
        [0.0, 0.0, NAN, 0.0, 0.0],  # nothing to improve
    ]
)
BY_HAND = {
    # SALT75 at the five visits, worked out by eye from the rows above
    "observed": [[0, NAN, 1, NAN, NAN], [0, NAN, NAN, NAN, NAN], [0, 0, 0, 1, 1], [NAN] * 5, [NAN] * 5],
    "complete": [[NAN] * 5, [NAN] * 5, [0, 0, 0, 1, 1], [NAN] * 5, [NAN] * 5],
    "locf": [[0, NAN, 1, 1, 1], [0, NAN, NAN, NAN, NAN], [0, 0, 0, 1, 1], [NAN] * 5, [NAN] * 5],
    "nri": [[0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [NAN] * 5, [NAN] * 5],
    "mixed": [[0, NAN, 1, NAN, NAN], [0, NAN, NAN, NAN, NAN], [0, 0, 0, 1, 1], [NAN] * 5, [NAN] * 5],
}
CLEAR_BY_HAND = {  # SALT<=20 where it differs in kind: a baseline of 0 counts, an unknown one counts under no rule
    "observed": [[0, NAN, 1, NAN, NAN], [0, NAN, NAN, NAN, NAN], [0, 0, 0, 1, 1], [NAN] * 5, [1, 1, NAN, 1, 1]],
    "nri": [[0, 0, 1, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 1, 1], [NAN] * 5, [1, 1, 0, 1, 1]],
    "locf": [[0, NAN, 1, 1, 1], [0, NAN, NAN, NAN, NAN], [0, 0, 0, 1, 1], [NAN] * 5, [1, 1, 1, 1, 1]],
}


@pytest.mark.parametrize("rule", BY_HAND)
def test_salt75_under_each_missing_rule(rule: str) -> None:
    np.testing.assert_array_equal(responses(PATIENTS, endpoint("SALT75"), rule)[0], BY_HAND[rule])


@pytest.mark.parametrize("rule", CLEAR_BY_HAND)
def test_salt20_under_each_missing_rule(rule: str) -> None:
    np.testing.assert_array_equal(responses(PATIENTS, endpoint("SALT<=20"), rule)[0], CLEAR_BY_HAND[rule])


def test_what_was_imputed_is_marked() -> None:
    nri = responses(PATIENTS, endpoint("SALT75"), "nri")[1]
    assert nri.tolist() == [[False, True, False, True, True], [False] + [True] * 4, [False] * 5, [False] * 5, [False] * 5]
    locf = filled(PATIENTS, "locf")[1]
    assert locf.tolist() == [
        [False, False, False, True, True],
        [False] * 5,
        [False] * 5,
        [False, False, False, True, False],
        [False, False, True, False, False],
    ]
    for rule in ("observed", "complete", "mixed"):
        assert not filled(PATIENTS, rule)[1].any()


@given(cohorts())
def test_baseline_is_never_carried_forward(cohort: Cohort) -> None:
    values, imputed = filled(cohort, "locf")
    for row, new, marks in zip(cohort.values, values, imputed, strict=True):
        last = NAN
        for j in range(len(row)):
            if j and not np.isnan(row[j]):
                last = row[j]
            np.testing.assert_equal(new[j], last if j and np.isnan(row[j]) else row[j])
            assert marks[j] == (j > 0 and np.isnan(row[j]) and not np.isnan(last))


@given(cohorts(), st.sampled_from(sorted(MISSING_RULES)), st.sampled_from(sorted(ENDPOINTS)))
def test_a_rule_changes_no_visit_that_was_made(cohort: Cohort, missing: str, name: str) -> None:
    status, imputed = responses(cohort, endpoint(name), missing)
    plain = responses(cohort, endpoint(name), "observed")[0]
    seen = ~np.isnan(cohort.values)
    assert status.shape == imputed.shape == cohort.values.shape
    assert not (imputed & seen).any()
    if missing == "complete":
        kept = ~np.isnan(status).all(axis=1)
        assert seen[kept].all()
    else:
        np.testing.assert_array_equal(status[seen], plain[seen])
    assert np.isin(status[~np.isnan(status)], [0.0, 1.0]).all()


@given(cohorts(), st.sampled_from(sorted(ENDPOINTS)))
def test_nri_never_flatters(cohort: Cohort, name: str) -> None:
    nri = responses(cohort, endpoint(name), "nri")[0]
    observed = responses(cohort, endpoint(name), "observed")[0]
    assert (np.nansum(nri, axis=0) == np.nansum(observed, axis=0)).all()
    assert ((~np.isnan(nri)).sum(axis=0) >= (~np.isnan(observed)).sum(axis=0)).all()
    known = (cohort.baseline > 0) if name.startswith("SALT") and "<=" not in name else ~np.isnan(cohort.baseline)
    assert not np.isnan(nri[known]).any()


@given(cohorts(), st.sampled_from(sorted(ENDPOINTS)))
def test_the_rate_under_nri_never_exceeds_that_under_locf(cohort: Cohort, name: str) -> None:
    """13 of 34 without a baseline, and seen, stood in the numerator of NRI and in the denominator of neither: 13/34 against 32.5 %."""
    nri, locf = (responses(cohort, endpoint(name), rule)[0][:, 1:] for rule in ("nri", "locf"))
    for a, b in zip(nri.T, locf.T, strict=True):
        if (~np.isnan(b)).any():
            assert np.nanmean(a) <= np.nanmean(b) + 1e-12


@given(cohorts(), st.sampled_from(sorted(MISSING_RULES)), st.sampled_from(sorted(ENDPOINTS)))
def test_without_a_baseline_nobody_counts_under_any_rule(cohort: Cohort, missing: str, name: str) -> None:
    status, imputed = responses(cohort, endpoint(name), missing)
    unknown = np.isnan(cohort.baseline)
    assert np.isnan(status[unknown]).all() and not imputed[unknown].any()


# --- rules of other measures ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "baseline", "value", "expected"),
    [
        # King et al. 2022 (doi:10.1056/NEJMoa2110343): ClinRO 0 or 1 with at least 2 points' improvement among those at 2 or 3
        ("Eyebrow ClinRO <=1+2", 3, 1, 1),
        ("Eyebrow ClinRO <=1+2", 3, 2, 0),
        ("Eyebrow ClinRO <=1+2", 2, 0, 1),
        ("Eyebrow ClinRO <=1+2", 2, 1, 0),
        ("Eyebrow ClinRO <=1+2", 1, 0, NAN),
        ("Eyebrow ClinRO <=1+2", 0, 0, NAN),
        ("Eyebrow ClinRO <=1+2", NAN, 0, NAN),
        ("Eyebrow ClinRO <=1+2", 3, NAN, NAN),
        ("Eyebrow ClinRO <=1+1", 2, 1, 1),
        ("Eyebrow ClinRO <=1+1", 3, 2, 0),
        ("PASI 75%", 27.0, 6.75, 1),
        ("PASI 75%", 27.0, 6.8, 0),
        ("PASI 75%", 0, 0, NAN),
        ("DLQI <=5", 3, 5, 1),
        ("DLQI <=5", NAN, 5, 1),
        ("DLQI ≤5", 20, 5.5, 0),
        ("DLQI +4", 10, 6, 1),
        ("DLQI +4", 10, 7, 0),
        ("DLQI +4", 3, 0, NAN),
        ("Skindex-16 50%", 40, 20, 1),
        # higher is better
        ("Hair density >=120", 100, 120, 1),
        ("Hair density >=120", 100, 119, 0),
        # SALT by AA-IGA grades (Wyrwich et al. 2020, doi:10.1111/bjd.18883): 100 is 4, 94.9 is 3, 49.9 is 2, 20 is 1
        ("SALT AA-IGA<=1+2", 100, 20, 1),
        ("SALT AA-IGA<=1+2", 100, 20.1, 0),
        ("SALT AA-IGA<=1+2", 50, 20, 1),
        ("SALT AA-IGA<=1+2", 49.9, 20, 0),
        ("SALT AA-IGA<=1+2", 49.9, 0, 1),
        ("SALT AA-IGA<=1+2", 20, 0, NAN),
    ],
)
def test_a_rule_of_another_measure_at_its_boundary(name: str, baseline: float, value: float, expected: float) -> None:
    np.testing.assert_equal(answer(name, baseline, value), float(expected))


def test_a_percentage_follows_the_direction_of_its_measure() -> None:
    density = Measure("Hair density", 0, 400, "higher")
    rule = endpoint("Hair density 50%", density)
    np.testing.assert_array_equal(rule.response(np.array([100.0, 100.0, 100.0]), np.array([150.0, 149.0, 50.0])), [1, 0, 0])
    gain = endpoint("Hair density +50", density)
    np.testing.assert_array_equal(gain.response(np.array([100.0, 100.0, 380.0]), np.array([150.0, 149.0, 400.0])), [1, 0, NAN])


@pytest.mark.parametrize("measure", [*KNOWN.values(), Measure("bdi"), Measure("Hair density", 0, 400, "higher")], ids=lambda m: m.name)
def test_what_is_offered_reads_back_by_its_name(measure: Measure) -> None:
    rules = offered(measure)
    assert usual(measure).name in rules
    for name, rule in rules.items():
        assert rule.measure == measure and endpoint(name, measure) == rule
        assert rule.label and rule.symbol


def test_words_of_the_registration_endpoint() -> None:
    rule = endpoint("Eyebrow ClinRO <=1+2")
    assert rule.symbol == "Eyebrow ClinRO 0/1 (≥2 points better)"
    assert rule.label == "Eyebrow ClinRO of 0 or 1 with at least 2 points of improvement, among patients at 2 or 3 at baseline"
    assert endpoint("Eyebrow ClinRO <=1+1").symbol == "Eyebrow ClinRO 0/1 (≥1 point better)"
    assert endpoint("PASI 75%").symbol == "PASI75" and endpoint("DLQI <=5").symbol == "DLQI≤5"
    assert endpoint("SALT AA-IGA<=1+2").symbol == "AA-IGA 0/1 by SALT (≥2 grades better)"


def test_a_percentage_is_one_of_any_measure_and_other_rules_are_not() -> None:
    assert endpoint("SALT75", KNOWN["PASI"]).name == "PASI 75%"
    assert endpoint("PASI 75%", KNOWN["SALT"]).name == "SALT75"
    with pytest.raises(PlanError, match="SALT≤20 is no endpoint of DLQI"):
        endpoint("SALT<=20", KNOWN["DLQI"])
    with pytest.raises(PlanError, match="no endpoint of SALT"):
        endpoint("Eyebrow ClinRO <=1+2", KNOWN["SALT"])


@pytest.mark.parametrize("name", ["SALT 60%", "SALT<=30", "DLQI", "DLQI 0%", "<=5", "75%", "DLQI <=five", "DLQI <=1+", ""])
def test_what_is_no_rule(name: str) -> None:
    with pytest.raises(PlanError, match=r"no endpoint called|improvement of 0"):
        endpoint(name)


def test_non_response_is_imputed_for_those_who_can_be_asked_only() -> None:
    cohort = cohort_of([[3, NAN], [1, NAN], [3, 1], [NAN, 0]], score="Eyebrow ClinRO")
    status, imputed = responses(cohort, endpoint("Eyebrow ClinRO <=1+2", cohort.measure), "nri")
    np.testing.assert_array_equal(status[:, 1], [0, NAN, 1, NAN])
    assert imputed[:, 1].tolist() == [True, False, False, False]


def test_a_new_kind_of_rule_is_a_class_and_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """An analysis asks a rule what it must know; a kind that it has never seen goes through plan, accounting and sentence."""

    @dataclass(frozen=True)
    class Below(Reached):
        @property
        def name(self) -> str:
            return f"{self.measure.name} below {self.threshold:g}"

        @property
        def needs_baseline(self) -> bool:
            return True

        def met(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
            return values < self.threshold

        def undefined(self, baseline: np.ndarray) -> tuple[tuple[str, np.ndarray], ...]:
            return (("at 99", baseline == 99),)

    line = (re.compile(r"(.+) below (\d+)"), Below)
    monkeypatch.setattr("aadash.endpoints._WRITTEN", (line, *_WRITTEN))
    plan = AnalysisPlan(stratifier="none", endpoint="bdi below 60")
    assert AnalysisPlan.from_json(plan.to_json()) == (plan, [])
    result = responders(cohort_of([[100, 50], [99, 10], [80, 60]], score="bdi"), plan)
    now = result.rows(variable="bdi below 60", week=8).iloc[0]
    assert (now["k"], now["n"]) == (1, 2)
    assert [(e.reason, e.n) for e in result.accounting.excluded] == [("at 99", 1)]
    assert "bdi below 60" in result.sentence


def test_the_usual_endpoint_of_a_rising_score_can_be_met_from_any_baseline_that_has_room() -> None:
    """75 % better is out of reach from above 57 of 100; ten points are not, and whoever has no room for them is not asked."""
    eq = measure_called("EQ VAS")
    rule = usual(eq)
    assert rule.name == "EQ VAS +10" and list(endpoints_of(eq)) == ["EQ VAS +10", "EQ VAS +20", "EQ VAS 25%", "EQ VAS 50%"]
    np.testing.assert_array_equal(rule.response(np.array([60.0, 90.0, 91.0]), np.array([70.0, 99.0, 100.0])), [1, 0, NAN])
    assert usual(measure_called("EQ-5D")).name == "EQ-5D +0.2"  # from −1 to 1
    assert usual(Measure("Hair", 0, 100, "higher", endpoints=(">=80",))).name == "Hair >=80"  # what was named stays
    assert usual(Measure("bdi")).name == "bdi 75%"


def test_percentages_are_offered_from_the_smallest_and_the_usual_one_stays() -> None:
    assert list(endpoints_of(Measure("BSA"))) == ["BSA 50%", "BSA 75%", "BSA 90%", "BSA 100%"]
    assert usual(Measure("BSA")).name == "BSA 75%"
    assert list(endpoints_of(Measure("DLQI", 0, 30, endpoints=("+4", "75%", "<=1", "50%")))) == [
        "DLQI +4",
        "DLQI 50%",
        "DLQI <=1",
        "DLQI 75%",
    ]
