"""Measures: their range and direction, the known ones, and a cohort that holds several of them."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.analyses.over_time import salt_over_time
from aadash.analyses.registry import answers
from aadash.analyses.response import responders
from aadash.charts import DRAWINGS, chart
from aadash.cohort import Cohort
from aadash.cohort_json import cohort_from_dict, cohort_to_dict
from aadash.endpoints import endpoint, endpoints_of
from aadash.errors import AadashError, CohortError
from aadash.filters import Filter
from aadash.intake import export_csv, read_cohort
from aadash.levels import ALL
from aadash.measure import SALT, Measure
from aadash.measures import KNOWN, known, measure_called
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.strata import split
from tests.making import NAN, cohort_of

#: Computed by the version before (257d0f4), for the cohort of the test that uses it.
FIRST = "8d38779722776cea20486f931c80908b4075e0e95e7aeb6424e9f5d126121125"
DENSITY = Measure("Hair density", 0, 400, "higher", "hairs/cm²", "Hair density in the target area")


def several() -> Cohort:
    """Three patients with SALT, eyebrow ClinRO and DLQI at visits of their own, and an itch VAS without baseline."""
    index = ["p0", "p1", "p2"]
    return Cohort(
        pd.DataFrame({"sex": ["f", "m", "f"], "LASTVAL": [9.0, 10.0, 0.0]}, index=index),
        pd.DataFrame({0: [90.0, 40.0, 0.0], 12: [45.0, NAN, 5.0], 24: [9.0, 10.0, 0.0]}, index=index),
        "several",
        {"sex": "sex"},
        measures={
            "DLQI": (KNOWN["DLQI"], pd.DataFrame({0: [20.0, 10.0, NAN], 24: [2.0, 30.0, 1.0]}, index=index)),
            "Eyebrow ClinRO": (KNOWN["Eyebrow ClinRO"], pd.DataFrame({0: [3, 2, 0], 36: [1, 0, 0]}, index=index)),
            "Itch VAS": (KNOWN["Itch VAS"], pd.DataFrame({12: [1.5, 2.0, 0.0]}, index=index)),
            "Hair density": (DENSITY, pd.DataFrame({0: [100.0, 200.0, 50.0], 24: [150.0, 100.0, NAN]}, index=index)),
        },
        after_baseline=("LASTVAL",),
    )


# --- a measure -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "low", "high"),
    [
        ("SALT", 0, 100),
        ("Eyebrow ClinRO", 0, 3),
        ("Eyelash ClinRO", 0, 3),
        ("AA-IGA", 0, 4),
        ("DLQI", 0, 30),
        ("Skindex-16", 0, 100),
        ("Itch VAS", 0, 10),
        ("Pain VAS", 0, 10),
        ("PASI", 0, 72),
        ("EASI", 0, 72),
    ],
)
def test_the_known_ones_have_the_range_of_their_paper(name: str, low: float, high: float) -> None:
    assert KNOWN[name].domain == (low, high) and not KNOWN[name].higher_is_better


@pytest.mark.parametrize(
    ("spelled", "name"),
    [
        ("salt", "SALT"),
        ("Eyebrows", "Eyebrow ClinRO"),
        ("ClinRO-eyelash", "Eyelash ClinRO"),
        ("aa iga", "AA-IGA"),
        ("VAS_itch", "Itch VAS"),
    ],
)
def test_other_spellings(spelled: str, name: str) -> None:
    assert known(spelled) is KNOWN[name]
    called = measure_called(spelled)
    assert called.name == spelled and called.domain == KNOWN[name].domain


def test_an_unknown_name_is_0_to_100_with_lower_better() -> None:
    assert known("bdi") is None and measure_called("bdi") == Measure("bdi", 0, 100, assumed=True)


@pytest.mark.parametrize(
    ("name", "domain"),
    [("Eq vas", (0, 100)), ("EQ-5D-5L index", (-1, 1)), ("SF-36", (0, 100)), ("WHO-5", (0, 100)), ("Hair density", (0, 100))],
)
def test_scores_of_health_and_of_hair_are_better_when_they_rise(name: str, domain: tuple[float, float]) -> None:
    """Directions and ranges of their user guides and papers, named in the module."""
    found = measure_called(name)
    assert (found.name, found.domain, found.better, found.assumed) == (name, domain, "higher", False)


@pytest.mark.parametrize(("highest", "high"), [(None, 10), (10.0, 10), (10.5, 100), (88.0, 100)])
def test_a_visual_analogue_scale_in_millimetres(highest: float | None, high: float) -> None:
    assert measure_called("Itch VAS", highest).high == high
    assert measure_called("DLQI", highest).high == 30


def test_which_values_are_outside_and_which_way_is_better() -> None:
    assert KNOWN["DLQI"].outside(np.array([0, 30, NAN, -0.1, 30.1])).tolist() == [False, False, False, True, True]
    np.testing.assert_array_equal(KNOWN["DLQI"].improvement(np.array([-4.0, 2.0])), [4.0, -2.0])
    np.testing.assert_array_equal(DENSITY.improvement(np.array([-4.0, 2.0])), [-4.0, 2.0])


@pytest.mark.parametrize("measure", [*KNOWN.values(), DENSITY, measure_called("bdi")], ids=lambda m: m.name)
def test_a_measure_survives_json(measure: Measure) -> None:
    assert Measure.from_dict(json.loads(json.dumps(measure.to_dict()))) == measure


@pytest.mark.parametrize(
    ("low", "high", "better", "said"),
    [(5, 5, "lower", "5 to 5"), (0, float("inf"), "lower", "0 to inf"), (NAN, 1, "lower", "nan to 1"), (0, 9, "down", "is 'down'")],
)
def test_what_is_no_measure_is_said(low: float, high: float, better: str, said: str) -> None:
    with pytest.raises(CohortError, match=said):
        Measure("x", low, high, better)


# --- a cohort with several -----------------------------------------------------------------------------------------
def test_one_is_analysed_and_the_others_are_kept() -> None:
    cohort = several()
    assert cohort.measure is KNOWN["SALT"] and cohort.weeks == (0, 12, 24)
    assert cohort.analysable == ("SALT", "Eyebrow ClinRO", "DLQI", "Hair density")  # the itch has no baseline
    dlqi = cohort.analysing("DLQI")
    assert (dlqi.score, dlqi.measure, dlqi.weeks) == ("DLQI", KNOWN["DLQI"], (0, 24))
    np.testing.assert_array_equal(dlqi.values, [[20, 2], [10, 30], [NAN, 1]])
    np.testing.assert_array_equal(dlqi.percent_change[:, 1], [-90, 200, NAN])
    assert set(dlqi.measures) == {"SALT", "Eyebrow ClinRO", "Itch VAS", "Hair density"}
    assert dlqi.analysable == cohort.analysable and dlqi.patients.equals(cohort.patients)
    back = dlqi.analysing("SALT")
    assert back.fingerprint == cohort.fingerprint != dlqi.fingerprint and back.salt.equals(cohort.salt)
    assert cohort.analysing("SALT") is cohort and cohort.analysing("DLQI") is dlqi


def test_a_measure_that_cannot_be_analysed_is_named() -> None:
    with pytest.raises(CohortError, match=r"'PASI' is not among the measures.*one of SALT, DLQI"):
        several().analysing("PASI")
    with pytest.raises(CohortError, match=r"no baseline visit.*Expected: Itch VAS before"):
        several().analysing("Itch VAS")


@given(keep=st.lists(st.booleans(), min_size=3, max_size=3).filter(any))
def test_a_subset_keeps_every_measure_of_its_patients(keep: list[bool]) -> None:
    cohort = several()
    part = cohort.subset(np.array(keep))
    for name in (cohort.score, *cohort.measures):
        pd.testing.assert_frame_equal(part.recorded(name)[1], cohort.recorded(name)[1].loc[keep])


def test_measures_are_content_and_never_change() -> None:
    cohort = several()
    frame = cohort.recorded("DLQI")[1]
    before = cohort.fingerprint
    frame.iloc[0, 0] = 29.0
    assert cohort.recorded("DLQI")[1].iloc[0, 0] == 20.0
    with pytest.raises(TypeError):
        cohort.measures["DLQI"] = cohort.measures["Itch VAS"]  # type: ignore[index]
    other = Cohort(
        cohort.patients, cohort.salt, "several", cohort.roles, measures=dict(cohort.measures) | {"DLQI": (KNOWN["DLQI"], frame)}
    )
    fewer = Cohort(cohort.patients, cohort.salt, "several", cohort.roles)
    assert len({before, other.fingerprint, fewer.fingerprint}) == 3


def test_a_fingerprint_without_further_measures_is_what_it_was() -> None:
    """The value stood in ledgers and scenario files before a cohort could hold several measures."""
    assert cohort_of([[50.0, 10.0], [80.0, NAN]], sex=["f", "m"]).fingerprint == FIRST


@pytest.mark.parametrize(
    ("measure", "frame", "said"),
    [
        (KNOWN["DLQI"], {0: [31.0, 2.0]}, r"DLQI 31 of patient a at week 0 is outside 0–30 .*0 \(no effect\) to 30"),
        (KNOWN["DLQI"], {0: ["many", 2.0]}, r"DLQI of patient a at week 0 is the text 'many'.*from 0 to 30"),
        (KNOWN["DLQI"], {8: [1.0, 2.0], 4: [1.0, 2.0]}, r"weeks of DLQI \[8, 4\] are not in ascending order"),
        (KNOWN["DLQI"], {-4: [1.0, 2.0]}, r"weeks of DLQI \[-4\] are not in ascending order from 0"),
        (KNOWN["SALT"], {0: [1.0, 2.0]}, r"'SALT' is listed as 'DLQI'"),
    ],
)
def test_a_broken_measure_is_named(measure: Measure, frame: dict, said: str) -> None:
    salt = pd.DataFrame({0: [50.0, 60.0]}, index=["a", "b"])
    with pytest.raises(CohortError, match=f"(?s){said}"):
        Cohort(pd.DataFrame(index=["a", "b"]), salt, measures={"DLQI": (measure, pd.DataFrame(frame, index=["a", "b"]))})


def test_other_patients_in_a_measure_are_refused() -> None:
    salt, dlqi = (pd.DataFrame({0: [1.0, 2.0]}, index=list(codes)) for codes in ("ab", "ba"))
    with pytest.raises(CohortError, match="the DLQI matrix do not list the same patients"):
        Cohort(pd.DataFrame(index=["a", "b"]), salt, measures={"DLQI": (KNOWN["DLQI"], dlqi)})


def test_a_score_and_its_measure_have_one_name() -> None:
    salt = pd.DataFrame({0: [1.0]}, index=["a"])
    with pytest.raises(CohortError, match=r"called 'SALT' and its measure 'DLQI'"):
        Cohort(pd.DataFrame(index=["a"]), salt, measure=KNOWN["DLQI"])


# --- the plan says which ------------------------------------------------------------------------------------------
def test_a_plan_filters_and_selects() -> None:
    cohort = several()
    assert AnalysisPlan().included(cohort) is cohort
    women = AnalysisPlan(measure="DLQI", filters=(Filter("sex", ("f",)),)).included(cohort)
    assert women.score == "DLQI" and list(women.salt.index) == ["p0", "p2"] and women.weeks == (0, 24)
    # a filter on baseline SALT stays one, whatever is analysed; so does the severity group
    severe = AnalysisPlan(measure="DLQI", filters=(Filter("baseline_salt", low=30),))
    assert list(severe.included(cohort).salt.index) == ["p0", "p1"]
    strata = severe.strata(severe.included(cohort))
    assert strata.labels == ("Group A (SALT > 50)", "Group B (SALT ≤ 50)") and strata.codes.tolist() == [0, 1]
    assert split(cohort, "baseline DLQI").codes.tolist() == [1, 0, -1]  # levels 10 and 20
    with pytest.raises(CohortError, match="'PASI' is not among"):
        AnalysisPlan(measure="PASI").included(cohort)


def test_salt_is_analysed_unless_a_plan_says_otherwise_and_the_files_own_score_without_it() -> None:
    assert AnalysisPlan().included(several().analysing("DLQI")).score == "SALT"
    assert AnalysisPlan().included(cohort_of([[27.0, 3.0]], score="PASI")).score == "PASI"


@pytest.mark.parametrize("plan", [AnalysisPlan(), AnalysisPlan(measure="Eyebrow ClinRO", endpoint="Eyebrow ClinRO <=1+2")])
def test_the_measure_travels_with_the_plan(plan: AnalysisPlan) -> None:
    assert AnalysisPlan.from_json(plan.to_json()) == (plan, [])
    assert AnalysisPlan.from_params(plan.to_params()) == (plan, [])
    assert ("measure" in plan.to_params()) == (plan.measure is not None)


def test_a_plan_is_fitted_to_its_measure() -> None:
    cohort = several()
    assert AnalysisPlan().resolved_for(cohort) == (AnalysisPlan(), [])
    plan, notes = AnalysisPlan(measure="DLQI", week=12).resolved_for(cohort)  # DLQI was recorded at week 24 only
    assert (plan.endpoint, plan.week) == ("DLQI +4", None) and notes == [
        "There is no follow-up visit at week 12; the last visit, week 24, is used instead."
    ]
    plan, notes = AnalysisPlan(measure="DLQI", endpoint="SALT<=20").resolved_for(cohort)
    assert plan.endpoint == "DLQI +4" and notes == ["SALT≤20 is no endpoint of DLQI; DLQI ≥4 points better is used instead."]
    plan, notes = AnalysisPlan(measure="DLQI", endpoint="DLQI <=7").resolved_for(cohort)
    assert plan.endpoint == "DLQI <=7" and not notes  # a threshold that the user set
    plan, notes = AnalysisPlan(measure="EASI").resolved_for(cohort)
    assert plan.measure is None and notes == ["EASI is not recorded with a baseline; SALT is analysed."]
    psoriasis, notes = AnalysisPlan(stratifier="trial_severity").resolved_for(cohort_of([[27.0, 3.0], [5, 1]], score="PASI"))
    assert (psoriasis.endpoint, psoriasis.severity_cut, psoriasis.stratifier) == ("PASI 75%", 10.0, "severity")
    assert notes == ["The trials' severity groups are of SALT, which is not recorded; the cohort is split by severity group instead."]


def test_severity_is_cut_where_publications_cut_it_else_at_the_median() -> None:
    rows = [[52.0, 3.0], [5, 1], [20, 8], [31, NAN], [NAN, 4]]
    assert [cohort_of(rows, score=score).usual_cut for score in ("SALT", "PASI", "bdi")] == [50, 10, 25.5]  # (20 + 31) / 2
    assert several().analysing("Hair density").usual_cut == 50  # SALT is recorded, and says who is severe
    plan, notes = AnalysisPlan(stratifier="severity").resolved_for(cohort_of(rows, score="bdi"))
    assert plan.severity_cut == 25.5 and notes == [
        "No publication cuts bdi into more and less severe, so Group A is a baseline above the median of these patients, 25.5."
    ]
    assert plan.resolved_for(cohort_of(rows, score="bdi")) == (plan, [])  # it is said once
    strata = plan.strata(cohort_of(rows, score="bdi"))
    assert strata.title == "severity group (cut at 25.5, the median)" and strata.counts == (2, 2)
    assert split(cohort_of(rows, score="bdi"), "severity", 20).title == "severity group (cut at 20)"
    assert split(cohort_of([[25.0, 3], [25, 1]], score="PASI"), "severity", 25).title == "severity group (cut at 25)"


def test_every_analysis_follows_the_measure() -> None:
    """By hand: DLQI 20 → 2 and 10 → 30 are −90 % and +200 %; one of two patients with a baseline improved by 4 points."""
    plan = AnalysisPlan(measure="DLQI", stratifier="none", endpoint="DLQI +4")
    result = responders(several(), plan)
    now = result.rows(variable="DLQI +4", week=24).iloc[0]
    assert (now["k"], now["n"]) == (1, 2)
    assert [(e.reason, e.n) for e in result.accounting.excluded] == [("without a baseline DLQI", 1)]
    assert set(result.table["variable"]) == set(endpoints_of(KNOWN["DLQI"]))
    change = salt_over_time(several(), plan).rows(variable="percent_change", week=24, group1_level=ALL).iloc[0]
    assert change["mean"] == pytest.approx((200 - 90) / 2)


# --- to a file and back --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("analysed", ["SALT", "DLQI", "Hair density"])
def test_a_cohort_with_several_survives_every_file(analysed: str) -> None:
    cohort = several().analysing(analysed)
    for again in (
        read_cohort(export_csv(cohort), name="any.csv"),
        cohort_from_dict(json.loads(json.dumps(cohort_to_dict(cohort)))),
        pickle.loads(pickle.dumps(cohort)),
    ):
        assert (again.fingerprint, again.score, again.measure) == (cohort.fingerprint, analysed, cohort.measure)
        assert again.after_baseline == ("LASTVAL",) and again.baseline_columns == ("sex",)
        for name in ("SALT", "Eyebrow ClinRO", "DLQI", "Itch VAS", "Hair density"):
            assert again.recorded(name)[0] == cohort.recorded(name)[0]
            pd.testing.assert_frame_equal(again.recorded(name)[1], cohort.recorded(name)[1], check_exact=True)


# --- said of another measure ---------------------------------------------------------------------------------------
def test_words_follow_the_measure() -> None:
    assert KNOWN["SALT"].words("Has SALT fallen since baseline?") == "Has SALT fallen since baseline?"
    assert KNOWN["DLQI"].words("Has SALT fallen since baseline?") == "Has DLQI fallen since baseline?"
    assert DENSITY.words("Whose SALT falls more?") == "Whose Hair density rises more?"


def a_clinic() -> Cohort:
    """Twenty patients with SALT and three other measures, one of them better when higher and seen once after baseline."""
    i = np.arange(20)
    index = [f"p{k:02d}" for k in i]
    salt = pd.DataFrame({0: 100.0 - 3 * i, 12: 80.0 - 3 * i + i % 5, 24: 60.0 - 3 * i + 4 * (i % 3)}, index=index)
    dlqi = pd.DataFrame({0: 24.0 - i % 11, 24: 12.0 - i % 9}, index=index)
    brows = pd.DataFrame({0: 3.0 - i % 3, 12: 2.0 - i % 2, 24: 1.0 - i % 2}, index=index)
    density = pd.DataFrame({0: 100.0 + 4 * i, 24: 150.0 + 5 * (i % 7)}, index=index)
    facts = pd.DataFrame({"sex": np.where(i % 2, "f", "m"), "age": 20.0 + (7 * i) % 31}, index=index)
    measures = {
        "DLQI": (KNOWN["DLQI"], dlqi),
        "Eyebrow ClinRO": (KNOWN["Eyebrow ClinRO"], brows),
        "Hair density": (DENSITY, density),
    }
    return Cohort(facts, salt.clip(lower=0), "clinic", {"sex": "sex", "age": "age"}, measures=measures)


@pytest.mark.parametrize(
    ("name", "missing"), [("DLQI", "observed"), ("Eyebrow ClinRO", "mixed"), ("Hair density", "observed"), ("Hair density", "mixed")]
)
def test_no_analysis_speaks_of_salt_when_another_measure_is_analysed(name: str, missing: str) -> None:
    cohort = a_clinic()
    plan, notes = AnalysisPlan(measure=name, stratifier="sex", missing=missing).resolved_for(cohort)
    assert not notes
    found = answers(cohort, plan, ("core", "further", "subgroups", "model"))
    assert not [why for why in found.reasons.values() if "fault of AAdash" in why]
    assert {"salt_over_time", "responders", "change_from_baseline", "subgroups_response"} <= set(found.results)
    about_salt = ("baseline", "two_measures", "predict", "response_patterns", "subgroup")  # SALT is a baseline fact there
    for key, result in found.results.items():
        assert result.measure.name == name
        if not key.startswith(about_salt):
            said = [result.sentence, result.question, result.method, result.accounting.sentence(), *(c.text for c in result.caveats)]
            assert not [text for text in said if "SALT" in text], key
        for drawing in DRAWINGS.get(result.analysis, ()):
            if key.startswith(about_salt):
                continue
            try:
                drawn = drawing.make(result)
            except AadashError:
                continue  # there is nothing to draw
            assert "SALT" not in f"{drawn.alt} {drawn.caption} {drawn.spec}", (key, drawing.name)
        if not key.startswith(about_salt):
            assert "SALT" not in printable(result).to_string(), key


def test_axes_have_the_range_of_the_measure() -> None:
    cohort = a_clinic()
    for name, domain in (("SALT", (0, 100)), ("DLQI", (0, 30)), ("Hair density", (0, 400))):
        drawn = chart(salt_over_time(cohort, AnalysisPlan(measure=name, stratifier="none")), "means")
        bounds = {p["name"]: p["value"] for p in drawn.spec["params"] if "value" in p}
        assert (bounds["bottom"], bounds["top"]) == domain


def test_amounts_are_counted_in_the_unit() -> None:
    assert (KNOWN["DLQI"].in_units("4"), KNOWN["DLQI"].in_units("1"), KNOWN["AA-IGA"].in_units("1")) == (
        "4 points",
        "1 point",
        "1 grade",
    )
    assert Measure("Hair density", 0, 400, "higher", "hairs/cm²").in_units("40") == "40 hairs/cm²"
    assert endpoint("AA-IGA +1", KNOWN["AA-IGA"]).symbol == "AA-IGA ≥1 grade better"


def test_a_range_below_zero_is_no_row_of_dashes() -> None:
    """“EQ-5D (-1–1)”."""
    assert replace(SALT, low=-1, high=1).span == "−1 to 1" and SALT.span == "0–100"
