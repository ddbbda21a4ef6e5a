"""Treatment arms: what looks like one is asked about; the answer decides what a comparison is said to mean, and no number."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from aadash import analyses
from aadash.analyses.subgroups.credibility import credibility
from aadash.arms import arm_asked, arm_of, control_among, looks_like_arm
from aadash.cohort import Cohort
from aadash.filters import Filter
from aadash.levels import Pair
from aadash.plan import NO_ARM, AnalysisPlan
from tests.making import cohort_of

SEXES = ["f", "m", "m", "f"] * 6
ROWS = [[80.0 + i % 7, 60.0 - i, 5.0 + (5 * i) % 41] for i in range(24)]


def trial(column: str = "treatment", levels: tuple[str, ...] = ("baricitinib 4 mg", "placebo"), role: str = "") -> Cohort:
    arms = [levels[i % len(levels)] for i in range(24)]
    roles = {"sex": "sex"} | ({role: column} if role else {})
    return cohort_of(ROWS, [0, 12, 24], roles=roles, **{"sex": SEXES, column: arms})


@pytest.mark.parametrize(
    ("column", "levels", "role"),
    [
        ("x", ("A", "Placebo"), ""),
        ("group", ("위약", "바리시티닙"), ""),
        ("TRT01P", ("A", "B"), ""),
        ("arm", ("1", "2", "3"), ""),
        ("配", ("プラセボ", "実薬"), ""),
        ("given", ("2 mg", "4 mg"), ""),
        ("drug", ("A", "B"), "drug"),
    ],
)
def test_what_looks_like_an_arm_is_asked_about(column: str, levels: tuple[str, ...], role: str) -> None:
    found = looks_like_arm(trial(column, levels, role))
    assert found is not None and found.column == column and set(found.levels) == set(levels)


@pytest.mark.parametrize(("column", "levels"), [("group", ("A", "B")), ("colour", ("red", "blue")), ("x", ("placebo",))])
def test_what_does_not_is_not(column: str, levels: tuple[str, ...]) -> None:
    assert looks_like_arm(trial(column, levels)) is None


def codes(name: str, cohort: Cohort, plan: AnalysisPlan) -> dict[str, str]:
    return {c.code: c.text for c in getattr(analyses, name)(cohort, plan).caveats}


def test_named_as_the_arm_its_levels_are_compared_as_arms() -> None:
    cohort = trial("x", ("A", "B"))
    plan = AnalysisPlan(stratifier="x", arm="x")
    told = codes("responders_between", cohort, plan)
    assert "The strata are treatment arms" in told["arms"] and "prognostic" not in told
    by_sex = codes("responders_between", cohort, plan.replace(stratifier="sex"))
    assert "All arms of “x” are together in each stratum" in by_sex["prognostic"] and "on treatment" not in by_sex["prognostic"]
    mixed = codes("responders", cohort, plan.replace(stratifier="sex"))
    assert "mix the arms of “x” (“A” and “B”)" in mixed["control-arm"] and "single-arm" not in mixed


def test_said_to_be_no_arm_it_is_a_column_like_any_other() -> None:
    cohort = trial()
    plan = AnalysisPlan(stratifier="treatment", arm=NO_ARM)
    assert arm_asked(cohort, plan) is None and arm_of(cohort, plan) is None
    told = codes("responders_between", cohort, plan)
    assert "arms" not in told and "prognostic" in told
    assert "single-arm" in codes("responders", cohort, plan)


def test_not_answered_it_is_not_said_that_everyone_was_treated() -> None:
    cohort, plan = trial(), AnalysisPlan(stratifier="sex", endpoint="SALT<=20")
    for name in ("responders", "responders_between", "change_from_baseline", "predictors", "subgroups_response"):
        for text in codes(name, cohort, plan).values():
            assert "veryone was treated" not in text and "no untreated arm" not in text and "no control arm" not in text, (name, text)
    assert "treated" not in credibility(cohort, plan, 1).reminder.replace("treatment", "")
    assert "arms of “treatment”" in credibility(cohort, plan, 1).reminder


def test_the_answer_changes_no_number() -> None:
    cohort = trial()
    for name in ("responders_between", "change_from_baseline", "predictors"):
        results = [
            getattr(analyses, name)(cohort, AnalysisPlan(stratifier="sex", endpoint="SALT<=20", arm=arm))
            for arm in (None, NO_ARM, "treatment")
        ]
        assert all(r.table.equals(results[0].table) for r in results)


def test_the_answer_is_part_of_the_plan() -> None:
    plan = AnalysisPlan(arm="column:none")
    assert AnalysisPlan.from_params(plan.to_params()) == (plan, []) and AnalysisPlan.from_json(plan.to_json()) == (plan, [])
    assert "arm" not in AnalysisPlan().to_params()
    kept, notes = AnalysisPlan(arm="gone").resolved_for(trial())
    assert kept.arm is None and "'gone'" in notes[0]
    assert AnalysisPlan(arm="treatment").resolved_for(trial()) == (AnalysisPlan(arm="treatment"), [])


# --- three arms, one of them the control ---------------------------------------------------------------------------------
def three(control: str) -> Cohort:
    rng = np.random.default_rng(4)
    at = {"2 mg": 45, "4 mg": 25, control: 70}
    arms = ["2 mg", "4 mg", control] * 12
    rows = [[80.0 + i % 9, 60 + float(rng.normal(0, 9)), at[arm] + float(rng.normal(0, 22))] for i, arm in enumerate(arms)]
    return cohort_of(np.clip(rows, 0, 100).tolist(), [0, 12, 24], x=arms)


@pytest.mark.parametrize("text", ["PBO", "Placebo QD", "matching placebo", "Vehicle cream", "placebo (n=14)", "위약군", "プラセボ群"])
def test_a_control_arm_is_known_by_what_files_call_it(text: str) -> None:
    found = looks_like_arm(trial(levels=("4 mg", text)))
    assert found is not None and found.control == text
    told = codes("change_from_baseline", trial(levels=("4 mg", text)), AnalysisPlan(stratifier="treatment", arm="treatment"))
    assert "single-arm" not in told


@pytest.mark.parametrize("text", ["placebo to 4 mg", "Placebo/4 mg", "placebo → 2 mg", "controlled"])
def test_who_went_over_to_the_drug_is_no_control(text: str) -> None:
    assert control_among([text]) == ""


@pytest.mark.parametrize("text", ["Placebo then 4 mg", "placebo to 4 mg", "PBO/bari 4 mg", "위약→4mg", "プラセボ→4mg"])
@pytest.mark.parametrize(("column", "role"), [("ARM", "drug"), ("TRT01P", "drug"), ("drug", "drug"), ("x", "")])
def test_an_arm_that_was_untreated_at_first_is_an_arm(text: str, column: str, role: str) -> None:
    """It was taken for a dose that was changed later: left out of the splits, and each page said that nobody was untreated."""
    cohort = trial(column, (text, "baricitinib 4 mg"), role)
    found = looks_like_arm(cohort)
    assert found is not None and (found.column, found.control, found.late, found.untreated) == (column, "", text, text)
    together = analyses.change_from_baseline(cohort, AnalysisPlan(stratifier="sex")).caveats
    assert "single-arm" not in {c.code for c in together} and any("treated and untreated" in c.text for c in together)
    apart = analyses.responders_between(cohort, AnalysisPlan(stratifier=column, arm=column, endpoint="SALT50")).caveats
    assert any(f"“{text}” is treated too from the change on" in c.text for c in apart)


@pytest.mark.parametrize("name", ["rank_differences", "adjusted_comparison", "band_differences", "repeated_response"])
def test_each_arm_is_compared_with_the_control_and_no_number_depends_on_the_answer(name: str) -> None:
    """The control stands last; as the first of the strata, it was what the others are compared with: the same numbers turned round."""
    plan = AnalysisPlan(stratifier="x", endpoint="SALT50")
    ask = getattr(analyses, name)
    results = [ask(three("placebo"), plan.replace(arm=arm)) for arm in (None, NO_ARM, "x")]
    assert all(r.table.equals(results[0].table) for r in results)
    t = results[0].table
    t = t[[isinstance(level, Pair) for level in t["group1_level"]]]
    assert set(t["group1_level"]) == {Pair("2 mg", "placebo"), Pair("4 mg", "placebo")}
    first = ask(three("0 a first stratum"), plan).table
    first = first[[isinstance(level, Pair) for level in first["group1_level"]]]
    assert set(first["group1_level"]) == {Pair("0 a first stratum", "2 mg"), Pair("0 a first stratum", "4 mg")}
    assert t["p"].to_numpy() == pytest.approx(first["p"].to_numpy(), nan_ok=True)
    if "odds_ratio" in t:
        assert t["odds_ratio"].to_numpy(float) == pytest.approx(1 / first["odds_ratio"].to_numpy(float), nan_ok=True)
        assert t["ci_low"].to_numpy(float) == pytest.approx(1 / first["ci_high"].to_numpy(float), nan_ok=True)
    if name == "rank_differences":
        assert t["shift"].to_numpy() == pytest.approx(-first["shift"].to_numpy())
        assert t["superiority_low"].to_numpy() == pytest.approx(1 - first["superiority_high"].to_numpy())
    if name != "repeated_response":
        assert "compared with placebo only" in results[0].sentence.replace("x: ", "")


def test_the_next_study_is_planned_from_the_control_and_an_arm() -> None:
    r = analyses.planning(three("placebo"), AnalysisPlan(stratifier="x", endpoint="SALT50"))
    assert r.rows(variable="two means").iloc[0]["group1_level"] == Pair("2 mg", "placebo")
    assert "planned from two of the strata" in r.sentence


def test_each_of_two_groups_is_enrolled_for_its_own_dropout() -> None:
    """Whole patients in each group: 118 to be seen of whom 75 % come are 158 in each, 316 in all, not 315."""
    rows = [[80.0, 60.0, 50.0 + i if i % 4 else np.nan] for i in range(24)]
    t = analyses.planning(cohort_of(rows, [0, 12, 24], sex=SEXES), AnalysisPlan(stratifier="sex", endpoint="SALT<=20")).table
    for r in t[t["variable"].isin(["two rates", "two means"])].to_dict("records"):
        assert r["n_enrol"] == math.ceil(r["n1"] / 0.75) + math.ceil(r["n2"] / 0.75)


def test_a_stratum_without_responders_gives_no_rate_to_plan_on() -> None:
    rows = [[80.0, 60.0, 5.0 + i if i % 2 else 70.0] for i in range(12)]
    found = analyses.planning(cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6), AnalysisPlan(stratifier="sex", endpoint="SALT<=20"))
    why = next(c for c in found.caveats if "Two rates" in c.text)
    assert "nobody or everybody responds" in why.text
    given_one = analyses.planning(
        cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6), AnalysisPlan(stratifier="sex", endpoint="SALT<=20"), difference=20
    )
    assert "two rates" in set(given_one.table["variable"])


def test_the_change_of_a_trial_is_told_by_arm() -> None:
    cohort, plan = trial(), AnalysisPlan(stratifier="treatment", arm="treatment")
    said = analyses.change_from_baseline(cohort, plan).sentence
    change = cohort.salt[24] - cohort.salt[0]
    means = change.groupby(cohort.patients["treatment"]).mean()
    assert "all arms together" in said
    for arm in ("baricitinib 4 mg", "placebo"):
        assert f"{arm} −{abs(means[arm]):.1f} (" in said
    assert "all arms" not in analyses.change_from_baseline(cohort, plan.replace(stratifier="sex")).sentence


def test_two_doses_that_nobody_was_asked_about_are_no_kinds_of_patients() -> None:
    """“Who does better on treatment … no control arm in either stratum” was said of 2 mg beside 4 mg."""
    cohort, plan = trial("dose given", ("2 mg", "4 mg")), AnalysisPlan(stratifier="dose given")
    told = codes("responders_between", cohort, plan)
    assert told["arms"].startswith(
        "The strata look like treatment arms: their difference is the effect of one treatment against another"
    )
    assert "prognostic" not in told and "single-arm" in codes("change_from_baseline", cohort, plan)
    assert "in points by arm: " in analyses.change_from_baseline(cohort, plan).sentence
    assert "prognostic" in codes("responders_between", cohort, plan.replace(arm=NO_ARM))


@pytest.mark.parametrize("arm", [None, "treatment"])
def test_of_the_control_arm_alone_nobody_is_on_treatment(arm: str | None) -> None:
    cohort = trial()
    only = AnalysisPlan(stratifier="sex", arm=arm, filters=(Filter("treatment", ("placebo",)),))
    before = {c.code: c for c in analyses.change_from_baseline(cohort, only).caveats}["single-arm"]
    assert before.text.startswith("Everyone here is of the control arm “placebo”")
    assert before.advice == "Take the filter of “treatment” off to compare the arms."
    between = codes("between_strata", cohort, only)["prognostic"]
    assert "control arm “placebo”" in between and "on treatment" not in between
    treated = only.replace(filters=(Filter("treatment", ("baricitinib 4 mg",)),))
    assert "Without an untreated group" in codes("change_from_baseline", cohort, treated)["single-arm"]
    assert "on treatment" in codes("between_strata", cohort, treated)["prognostic"]


def test_of_several_treatments_the_control_is_one_of_the_two_that_are_compared() -> None:
    """Thirty on 4 mg, twenty-five on 2 mg, fifteen on placebo: 4 mg against placebo; without a control the two most frequent."""
    rows = [[80.0 - i % 9, 60.0 - (i * 7) % 40] for i in range(70)]
    names = ["4 mg"] * 30 + ["2 mg"] * 25 + ["placebo"] * 15
    for third, pair, said in (
        ("placebo", {"4 mg", "placebo"}, "Of 3 treatments, 4 mg, the most frequent, is compared with the control arm, placebo."),
        (
            "8 mg",
            {"4 mg", "2 mg"},
            "Of 3 treatments, the two most frequent are compared, 4 mg and 2 mg; no control arm is recognised.",
        ),
    ):
        drug = [third if name == "placebo" else name for name in names]
        age = [30.0 + (i * 11) % 37 for i in range(70)]
        cohort = cohort_of(rows, [0, 12], drug=drug, age=age, roles={"drug": "drug", "age": "age"})
        found = analyses.treatment_comparison(cohort, AnalysisPlan(stratifier="none", endpoint="SALT50").resolved_for(cohort)[0])
        level = found.table["group1_level"].iloc[0]
        assert {level.first, level.second} == pair and found.sentence.endswith(said)


def test_of_groups_that_are_no_arms_it_is_not_said_that_they_are() -> None:
    """By AA subtype and sex, and over every column, “the strata are treatment arms” was said where the plan split by the arm."""
    rng = np.random.default_rng(3)
    salt = np.column_stack([np.full(40, 80.0), np.round(rng.uniform(0, 80, 40)), np.round(rng.uniform(0, 80, 40))])
    facts = {
        "arm": ["placebo", "4 mg"] * 20,
        "sex": ["f"] * 20 + ["m"] * 20,
        "kind": ["patchy", "patchy", "ophiasis", "ophiasis"] * 10,
    }
    cohort = cohort_of(salt.tolist(), [0, 12, 24], roles={"sex": "sex", "subtype": "kind"}, **facts)
    plan = AnalysisPlan(stratifier="arm", arm="arm", endpoint="SALT50")
    found = [
        analyses.response_patterns(cohort, plan),
        analyses.subgroups_response(cohort, plan),
        analyses.subgroups_change(cohort, plan),
    ]
    for result in found:
        told = {c.code: c.text for c in result.caveats}
        assert "arms" not in told and told["prognostic"].startswith("All arms of “arm” are together")
    assert "arms" in {c.code for c in analyses.subgroup_differences_response(cohort, plan).caveats}


def test_the_control_arm_alone_is_not_on_treatment() -> None:
    """Of patients on placebo: “no untreated arm here: a predictor says who does well on treatment”, “compare with placebo”."""
    rows, arm = [[80.0, 30.0], [80.0, 70.0], [60.0, 20.0], [90.0, 80.0]] * 8, ["placebo"] * 24 + ["4 mg"] * 8
    plain = cohort_of(rows, [0, 24], arm=arm, sex=["f", "f", "m", "m"] * 8, roles={"sex": "sex"})
    cohort = Cohort(plain.patients, plain.salt, roles=dict(plain.roles), events=pd.DataFrame([{"patient": "p0", "term": "acne"}]))
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT50", filters=(Filter("arm", ("placebo",)),))
    for ask in (analyses.predictors, analyses.subgroups_response, analyses.response_patterns):
        told = next(c.text for c in ask(cohort, plan).caveats if c.code == "prognostic")
        assert told.startswith("Everyone here is of the control arm “placebo”") and "on treatment" not in told
    assert "does better without the treatment" in credibility(cohort, plan, 1).reminder
    assert "events-no-control" not in {c.code for c in analyses.adverse_events(cohort, plan).caveats}


def test_numbers_of_everybody_say_that_they_mix_the_arms_on_every_page() -> None:
    """“93 of 300 patients at risk (31 %)” and “half had reached it by week 36” were of the drug and of placebo together, unsaid."""
    plain = trial("arm")
    events = pd.DataFrame([{"patient": "p0", "term": "acne"}])
    cohort = Cohort(plain.patients, plain.salt, roles=dict(plain.roles), events=events)
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT50", arm="arm")
    for ask in (analyses.adverse_events, analyses.time_to_response, analyses.responders, analyses.salt_over_time):
        told = {c.code: c.text for c in ask(cohort, plan).caveats}
        assert told["control-arm"].startswith("Numbers of all patients mix the arms of “arm”"), ask.__name__
        drug = plan.replace(filters=(Filter("arm", ("baricitinib 4 mg",)),))
        assert "control-arm" not in {c.code for c in ask(cohort, drug).caveats}, ask.__name__


def test_who_does_better_and_not_in_whom_it_works_is_said_in_one_wording() -> None:
    """Four places said it in four ways: of strata, of subgroups, of a claim about them, and of predictors."""
    cohort = trial()
    mixed = AnalysisPlan(stratifier="sex", endpoint="SALT<=20", arm="treatment")
    control = mixed.replace(filters=(Filter("treatment", ("placebo",)),))
    for plan, start, end in (
        (mixed, "All arms of “treatment” are together in ", "whatever the treatment, not in whom it works better."),
        (mixed.replace(arm=NO_ARM), "There is no untreated arm here: ", "on treatment, not in whom the drug works better."),
        (control, "Everyone here is of the control arm “placebo”: ", "without the treatment, not in whom it works."),
    ):
        told = [codes(name, cohort, plan)["prognostic"] for name in ("responders_between", "subgroups_response", "predictors")]
        for text in (*told, credibility(cohort, plan, 1).reminder):
            assert text.startswith(start) and f"says who does better {end}" in text, text
