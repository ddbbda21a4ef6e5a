"""Strata: who is in which level, and what cannot split a cohort."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash import AnalysisPlan, analyses
from aadash.cohort import Cohort
from aadash.errors import NotComputable, PlanError
from aadash.filters import Filter, baseline_values, mask
from aadash.levels import ALL, by_name
from aadash.strata import MAX_LEVELS, Strata, later_stratifiers, split, stratifiers
from aadash.views.words import plan_words
from tests.making import NAN, cohort_of, cohorts

BASELINES = [100.0, 95.0, 94.9, 50.1, 50.0, 49.9, 0.0, NAN]


def in_levels(strata: Strata) -> list[str | None]:
    return [None if code < 0 else strata.levels[code] for code in strata.codes]


def test_a_split_is_made_once_and_nobody_alters_it() -> None:
    cohort = cohort_of([[b] for b in BASELINES])
    once = split(cohort, "severity")
    assert split(cohort, "severity") is once and split(cohort, "severity", 60) is not once
    assert split(cohort.subset(np.arange(8) < 5), "severity").counts == (4, 1)
    with pytest.raises(ValueError, match="read-only"):
        once.codes[0] = 1
    for cut in range(200):  # as a slider asks: so many are not all kept
        split(cohort, "severity", float(cut % 100) + cut / 1000)
    assert split(cohort, "severity").counts == once.counts


def test_severity_at_its_boundary() -> None:
    cohort = cohort_of([[b] for b in BASELINES])
    strata = split(cohort, "severity")
    assert in_levels(strata) == ["A", "A", "A", "A", "B", "B", "B", None]
    assert strata.labels == ("Group A (SALT > 50)", "Group B (SALT ≤ 50)") and strata.counts == (4, 3)
    assert strata.unassigned == 1
    assert in_levels(split(cohort, "severity", severity_cut=95)) == ["A", *["B"] * 6, None]


@pytest.mark.parametrize(
    ("levels", "labels"),
    [
        (["no", "yes"], ("acne: no", "acne: yes")),
        (["0", "1"], ("acne: 0", "acne: 1")),
        (["なし", "あり"], ("acne: あり", "acne: なし")),
        (["none", "up to 4 mg"], ("acne: none", "acne: up to 4 mg")),
        (["A", "B"], ("acne: A", "acne: B")),
        (["mild", "severe"], ("mild", "severe")),
    ],
)
def test_a_level_that_says_little_alone_has_its_columns_name(levels: list[str], labels: tuple[str, ...]) -> None:
    """ "A patient of no has the lower value" was printed."""
    cohort = cohort_of([[80, 20], [80, 70], [60, 10], [55, 30]], acne=levels * 2)
    strata = split(cohort, "acne")
    assert strata.labels == labels and strata.levels == tuple(sorted(levels))
    within = [f"acne {lv}" if lv.isdigit() else lv for lv in sorted(levels)]  # a number alone would be read as a count
    assert [strata.within(lv) for lv in strata.levels] == within
    response = analyses.responders(cohort, AnalysisPlan(stratifier="acne"))
    named = " and ".join(f"{lv} {k}" for lv, k in zip(within, split_of(cohort, strata), strict=True))
    assert f"By acne: {named}." in response.sentence


def split_of(cohort: Cohort, strata: Strata) -> list[str]:
    """By hand: SALT75 in the patients of each level."""
    salt = cohort.values
    found = []
    for level in strata.levels:
        rows = salt[strata.members(level)]
        k, n = int((rows[:, 1] <= 0.25 * rows[:, 0]).sum()), len(rows)
        found.append(f"{k}/{n} ({100 * k / n:.1f} %)")
    return found


def test_sex_stays_as_it_is_written() -> None:
    assert split(cohort_of([[80], [60]], sex=["F", "M"]), "sex").labels == ("F", "M")


def test_trial_severity_at_its_boundaries() -> None:
    strata = split(cohort_of([[b] for b in BASELINES]), "trial_severity")
    assert in_levels(strata) == ["95-100", "95-100", "50-94", "50-94", "50-94", "<50", "<50", None]
    severe = split(cohort_of([[95.0], [50.0]]), "trial_severity")
    assert severe.levels == ("50-94", "95-100") and severe.codes.tolist() == [1, 0]


def test_subtypes_come_from_least_to_most_extensive_and_others_after() -> None:
    kinds = ["universalis", "patchy", "Ophiasis", "other", None, "totalis", "diffuse"]
    strata = split(cohort_of([[50.0]] * 7, typ=kinds, roles={"subtype": "typ"}), "subtype")
    assert strata.levels == ("patchy", "diffuse", "Ophiasis", "totalis", "universalis", "other")
    assert in_levels(strata) == kinds and strata.title == "AA subtype"


def test_a_column_of_numbers_is_cut_at_its_median_or_where_told() -> None:
    cohort = cohort_of([[50.0]] * 5, years=[1.0, 4.0, NAN, 4.1, 10.0])
    strata = split(cohort, "years", column_cut=4)
    assert strata.levels == ("<=4", ">4") and strata.codes.tolist() == [0, 0, -1, 1, 1]
    assert strata.labels == ("years ≤ 4", "years > 4")
    assert split(cohort, "years").codes.tolist() == [0, 0, -1, 1, 1]  # the median is 4.05


def test_two_values_are_levels_whether_or_not_one_is_missing() -> None:
    full, gap = cohort_of([[50.0]] * 3, ivmp=[1, 0, 1]), cohort_of([[50.0]] * 3, ivmp=[1, 0, None])
    assert split(full, "ivmp").levels == split(gap, "ivmp").levels == ("0", "1")
    assert split(gap, "ivmp").codes.tolist() == [1, 0, -1]
    assert split(cohort_of([[50.0]] * 2, x=[True, False]), "x").levels == ("False", "True")


def test_categories_keep_the_order_that_they_were_given() -> None:
    answer = pd.Categorical(["poor", "good", None], categories=["poor", "fair", "good"])
    assert split(cohort_of([[50.0]] * 3, answer=answer), "answer").levels == ("poor", "good")
    dose = pd.Categorical([4.0, 2.0, 4.0], categories=[2.0, 4.0])
    assert in_levels(split(cohort_of([[50.0]] * 3, dose=dose), "dose")) == ["4", "2", "4"]


def test_what_cannot_split_says_why() -> None:
    many = cohort_of([[50.0]] * 13, centre=[f"c{i}" for i in range(13)])
    with pytest.raises(PlanError, match=r"'centre' has 13 different values.*at most 12.*Choose another column"):
        split(many, "centre")
    with pytest.raises(PlanError, match="no column 'subtype'"):
        split(many, "subtype")
    assert MAX_LEVELS == 12 and "centre" not in stratifiers(many)


def test_no_split() -> None:
    strata = split(cohort_of([[50.0], [60.0]]), "none")
    assert strata.levels == () and strata.codes.tolist() == [-1, -1]
    assert strata.members(ALL).all() and strata.label(ALL) == "All patients"


def test_the_menu_lists_what_splits_under_its_own_name() -> None:
    cohort = cohort_of([[50.0]] * 2, Geschlecht=["f", "m"], age_at_onset=[1, 2], empty=[None, None], roles={"sex": "Geschlecht"})
    menu = stratifiers(cohort)
    assert list(menu) == ["severity", "sex", "trial_severity", "age_at_onset", "none"]
    assert menu["age_at_onset"] == "age at onset"
    for name in menu:
        split(cohort, name)


@given(cohorts(), st.floats(0, 100), st.floats(0, 100))
def test_every_patient_is_in_one_level_or_in_none(cohort: Cohort, cut: float, column_cut: float) -> None:
    for name in stratifiers(cohort):
        strata = split(cohort, name, cut, column_cut)
        assert sum(strata.counts) + strata.unassigned == len(cohort) == len(strata.codes)
        assert len(strata.levels) == len(strata.labels) == len(set(strata.levels))
        stacked = np.sum([strata.members(level) for level in strata.levels] or [np.zeros(len(cohort))], axis=0)
        np.testing.assert_array_equal(stacked, strata.codes >= 0)


@given(cohorts())
def test_a_level_holds_those_whom_the_filter_of_that_level_keeps(cohort: Cohort) -> None:
    strata = split(cohort, "sex")
    for level in strata.levels:
        np.testing.assert_array_equal(strata.members(level), mask(cohort, Filter("sex", (level,))))


@pytest.mark.parametrize(
    ("stratifier", "cut"),
    [("severity", None), ("trial_severity", None), ("sex", None), ("smoker", None), ("years", None), ("years", 4.0)],
)
def test_the_filter_of_a_level_keeps_its_patients(stratifier: str, cut: float | None) -> None:
    cohort = cohort_of(
        [[b] for b in BASELINES],
        Geschlecht=["f", "m", None, "f"] * 2,
        smoker=[True, False] * 4,
        years=[1.0, 4.0, NAN, 4.1, 10.0, 4.0, 2.0, 0.123456789],
        roles={"sex": "Geschlecht"},
    )
    strata = split(cohort, stratifier, column_cut=cut)
    assert len(strata.levels) > 1
    for level in strata.levels:
        assert mask(cohort, strata.filter(level)).tolist() == strata.members(level).tolist()


def test_the_menu_handed_out_is_the_callers_own() -> None:
    cohort = cohort_of([[50.0]] * 2, sex=["f", "m"])
    stratifiers(cohort).clear()
    assert "sex" in stratifiers(cohort)


def test_what_was_known_only_after_the_first_dose_is_no_subgroup_and_splits_only_when_asked() -> None:
    cohort = cohort_of(
        [[50.0, 10.0], [60.0, 9.0]],
        sex=["f", "m"],
        LASTVAL=[10.0, 9.0],
        ae=["acne", "none"],
        roles={"sex": "sex", "adverse_event": "ae"},
        after_baseline=("LASTVAL",),
    )
    assert cohort.baseline_columns == ("sex",)
    assert not {"LASTVAL", "ae", "adverse_event"} & set(stratifiers(cohort))
    assert set(later_stratifiers(cohort)) == {"LASTVAL", "ae"}
    assert split(cohort, "adverse_event").levels == ("acne", "none")
    assert mask(cohort, Filter("LASTVAL", low=10)).tolist() == [True, False]  # still a fact that may be asked for


def test_a_level_that_is_a_number_is_told_from_a_count() -> None:
    """ "By site: 3 not reached" would say that three patients did not reach it."""
    cohort = cohort_of([[80.0, 20.0]] * 4, [0, 24], site=["3", "B", "3", "B"])
    strata = split(cohort, "site")
    assert [strata.within(level) for level in strata.levels] == ["site 3", "B"]


def test_numbers_that_are_names_split_by_level_and_are_never_cut() -> None:
    n = 30
    one = cohort_of(
        [[60.0, 20.0]] * n,
        [0, 12],
        Site=[1, 2, 10] * 10,
        hospital_no=list(range(n)),
        number_of_sites=[1, 2, 3] * 10,
        score_of_others=list(range(n)),
    )
    found = split(one, "Site")
    assert found.levels == ("1", "2", "10") and found.cut is None  # in the order of numbers
    assert found.labels == ("Site: 1", "Site: 2", "Site: 10")
    assert split(one, "number_of_sites").cut == 2 and split(one, "score_of_others").cut == 14.5
    assert "hospital_no" not in stratifiers(one) and {"Site", "number_of_sites"} <= set(stratifiers(one))
    with pytest.raises(PlanError, match="30 different values"):
        split(one, "hospital_no")
    by_role = cohort_of([[60.0, 20.0]] * n, [0, 12], klinik=[1, 2, 3] * 10, roles={"centre": "klinik"})
    assert split(by_role, "centre").levels == ("1", "2", "3")


def test_a_second_reading_of_the_score_is_no_split() -> None:
    one = cohort_of([[60.0, 20.0]] * 4, [0, 12], salt_reader_2=[58.0, 61.0, 62.0, 59.0], age=[20, 30, 40, 50])
    assert "salt_reader_2" not in stratifiers(one) and "age" in stratifiers(one)


def test_a_complaint_by_name_is_no_baseline_fact() -> None:
    yes = ["yes", "no"] * 2
    one = cohort_of(
        [[60.0, 20.0]] * 4,
        [0, 12],
        **{
            "Acne": yes,
            "CPK elevated": [0, 1, 0, 1],
            "prior acne": yes,
            "Thyroid abnormal": yes,
            "CPK": [80, 90, 100, 110],
            "Headache": ["mild", "none", "mild", "none"],
            "Infection": ["bacterial", "viral", "viral", "viral"],
        },
    )
    assert one.baseline_columns == ("prior acne", "Thyroid abnormal", "CPK", "Infection")
    assert {"Acne", "CPK elevated", "Headache"} == set(later_stratifiers(one))
    with pytest.raises(PlanError, match="adverse event or a finding on treatment"):
        baseline_values(one, "Acne")
    assert cohort_of([[60.0, 20.0]] * 4, [0, 12], Acne=yes, roles={"atopic_dermatitis": "Acne"}).baseline_columns == ("Acne",)


def test_doses_stand_by_size_and_not_by_letters() -> None:
    cohort = cohort_of([[80.0, 40.0]] * 4, [0, 12], dose=["12 mg", "8 mg", "8 mg", "12 mg"])
    assert split(cohort, "dose").levels == ("8 mg", "12 mg")


def test_a_column_has_one_name_in_menus_chips_and_table_1() -> None:
    """Menus said “ivmp history” and “eyebrow clinro” where Table 1 says “IVMP history”."""
    cohort = cohort_of([[80.0, 20], [60, 10]], [0, 12], ivmp_pulse=["yes", "no"], eyebrow_clinro_grade=["a", "b"])
    menu = stratifiers(cohort)
    assert menu["ivmp_pulse"] == "IVMP pulse" and menu["eyebrow_clinro_grade"] == "eyebrow ClinRO grade"
    assert split(cohort, "ivmp_pulse").title == "IVMP pulse"
    assert Filter("ivmp_pulse", ("yes",)).label().startswith("IVMP pulse")


ONE_GROUP = cohort_of(
    [[80, 40, 20], [90, 70, NAN], [60, 20, 10], [95, 90, 30], [70, 60, 50], [88, 30, 0]],
    sex=["female"] * 6,
    age=[30, 41, 52, 28, 60, 33],
)


@pytest.mark.parametrize("plan", [AnalysisPlan(stratifier="sex"), AnalysisPlan()], ids=["all women", "all in Group A"])
@pytest.mark.parametrize(
    "name", ["participants", "baseline", "salt_over_time", "change_from_baseline", "responders", "time_to_response", "missingness"]
)
def test_one_group_of_everybody_is_told_once(name: str, plan: AnalysisPlan) -> None:
    """Everything stood there twice, for all patients and for the one group."""
    ask = getattr(analyses, name)
    found, alone = ask(ONE_GROUP, plan), ask(ONE_GROUP, plan.replace(stratifier="none"))
    assert found.labels.used == () and found.sentence == alone.sentence
    pd.testing.assert_frame_equal(found.table, alone.table)


def test_who_the_one_group_is_is_said() -> None:
    strata = AnalysisPlan(stratifier="sex").strata(ONE_GROUP)
    assert strata.levels == () and strata.whole == "female"
    assert "one group: female" in plan_words(AnalysisPlan(stratifier="sex"), ONE_GROUP)
    with pytest.raises(NotComputable, match="every patient is in “female”"):
        analyses.between_strata(ONE_GROUP, AnalysisPlan(stratifier="sex"))


def test_one_group_beside_patients_without_a_record_stays() -> None:
    cohort = cohort_of([[80, 40], [90, 70], [60, 20]], sex=["female", "female", None])
    assert AnalysisPlan(stratifier="sex").strata(cohort).counts == (2,)


@pytest.mark.parametrize("name", ["baseline", "time_to_response"])
def test_methods_of_a_cohort_that_is_not_split_compare_no_strata(name: str) -> None:
    """“Log-rank test between strata” and “standardised mean differences” were told where there was one group."""
    ask = getattr(analyses, name)
    assert "between strata" not in ask(ONE_GROUP, AnalysisPlan()).method
    two = cohort_of([[80, 40, 20], [40, 30, 10], [60, 20, 10], [30, 10, 5]])
    assert "between strata" in ask(two, AnalysisPlan()).method


def test_bounds_stand_where_their_numbers_do() -> None:
    """Age groups stood as 18–39, 40–64, <18, ≥65, and a trend was tested in that order."""
    ages = ["≥65", "18–39", "<18", "40–64"]
    assert sorted(ages, key=by_name) == ["<18", "18–39", "40–64", "≥65"]
    assert sorted([">10", "10", "≤10", "5-10"], key=by_name) == ["5-10", "≤10", "10", ">10"]
