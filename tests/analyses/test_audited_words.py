"""Sentences and tables of subgroups, treatments and two measures where little is left to say: each was false or silent before."""

from __future__ import annotations

import math
import re

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses.subgroups import credibility
from aadash.analyses.subgroups.odds import log_odds, shrink_ratios
from aadash.analyses.sustained import relapse_words
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.levels import ALL
from aadash.measures import KNOWN, measure_called
from aadash.report.tables import printable
from aadash.stats.shrinkage import shrink
from tests.making import NAN, cohort_of

SEX = AnalysisPlan(stratifier="sex", endpoint="SALT50")


def halves_respond(**facts: object) -> Cohort:
    """Twelve patients, every other one a responder to SALT50."""
    return cohort_of([[80, 20 if i % 2 else 79 - i] for i in range(12)], [0, 12], **facts)


# --- odds ratios of nothing -----------------------------------------------------------------------------------------
def test_there_is_no_odds_ratio_of_nothing_raw_or_shrunken() -> None:
    assert log_odds(0, 4, 0, 43, 0.95) is None and log_odds(4, 4, 43, 43, 0.95) is None and log_odds(0, 0, 1, 2, 0.95) is None
    some, more = log_odds(1, 4, 0, 43, 0.95), log_odds(5, 20, 2, 30, 0.95)
    assert some is not None and more is not None
    assert some.estimate == pytest.approx(math.log(1.5 * 43.5 / (3.5 * 0.5)))  # a half added to each cell
    rows: list[dict] = [{}, {}, {}]
    shrink_ratios(rows, [some, None, more], 0.0, 0.0, 0.95)
    alone = shrink([some.estimate, more.estimate], [some.variance, more.variance], 0.0, 0.0, 0.95)
    assert [rows[0]["or_shrunken"], rows[2]["or_shrunken"]] == pytest.approx(np.exp(alone.estimate).tolist())
    assert math.isnan(rows[1]["or_shrunken"]) and math.isnan(rows[1]["or_shrunken_low"])


def test_where_nobody_responds_the_levels_are_not_tested_on_the_odds() -> None:
    """Firth's halves alone gave a p: 0/4 against 0/8."""
    none = cohort_of([[80, 79]] * 12, [0, 12], sex=["f"] * 4 + ["m"] * 8, roles={"sex": "sex"})
    result = analyses.subgroups_response(none, SEX)
    test = result.rows(group1="sex", variable_level="test").iloc[0]
    assert np.isnan(test["p_relative"]) and np.isnan(test["p"])
    tests = result.rows(variable_level="test").drop(columns=["p", "p_adjusted"])
    assert printable(result, tests)["Test"].tolist() == ["–"] * len(tests)
    assert result.details.relative.endswith("so there is nothing to compare.")
    levels = result.rows(group1="sex")
    assert levels[levels["variable_level"].isna()]["or_shrunken"].isna().all()


# --- who is in a test -----------------------------------------------------------------------------------------------
def test_the_n_of_a_test_is_of_the_levels_that_are_in_it() -> None:
    kinds = ["a"] * 6 + ["b"] * 5 + ["c"]
    r = analyses.subgroups_change(halves_respond(kind=kinds), AnalysisPlan(stratifier="kind"))
    test = r.rows(group1="kind", variable="salt_change", variable_level="test").iloc[0]
    assert (test["levels"], test["n_analysed"]) == (2, 11)  # one patient has no spread


def test_an_interaction_of_odds_counts_the_levels_that_have_an_odds_ratio() -> None:
    rows = [[80, 20 if i % 3 else 79] for i in range(24)]
    for i in (16, 17, 18, 19, 20, 21, 22, 23):
        rows[i] = [80, 79]  # nobody responds in the third kind
    one = cohort_of(rows, [0, 12], kind=["a"] * 8 + ["b"] * 8 + ["c"] * 8, sex=["f", "m"] * 12, roles={"sex": "sex"})
    r = analyses.subgroup_differences_response(one, SEX)
    test = r.rows(group1="kind", variable_level="test").iloc[0]
    assert (test["levels"], test["n_analysed"], test["levels_relative"], test["n_relative"]) == (3, 24, 2, 16)
    relative = printable(r, r.rows(group1="kind", variable_level="test").drop(columns=["p", "p_adjusted"])).iloc[0]
    assert (relative["Levels"], int(relative["n"])) == ("2", 16)


def test_everybody_is_no_small_subgroup() -> None:
    few = cohort_of([[80, 20], [80, 70], [90, 30], [90, 60]], [0, 12], sex=["f", "f", "m", "m"], roles={"sex": "sex"})
    caveat = next(c for c in analyses.subgroups_change(few, SEX).caveats if c.code == "small-subgroups")
    levels = sum(n > 0 for n in analyses.subgroups_response(few, SEX).rows(variable="SALT50")["n"]) - 1
    assert caveat.text.startswith(f"{levels} subgroups of fewer than 10 patients")


# --- percent change of nobody, and of one ---------------------------------------------------------------------------
def test_a_percent_change_of_nobody_or_of_one_is_said_as_such() -> None:
    sex = {"sex": ["f", "f", "m", "m"], "roles": {"sex": "sex"}}
    nobody = cohort_of([[0, 3], [0, 4], [0, 5], [0, 9]], [0, 12], **sex)
    assert analyses.subgroups_change(nobody, SEX).details.relative.startswith("Nobody has a percent change in SALT by week 12")
    with pytest.raises(NotComputable, match="known for 0 patients"):
        analyses.subgroup_chance(nobody, SEX, outcome="percent_change")
    one = cohort_of([[0, 3], [0, 4], [0, 5], [50, 25]], [0, 12], **sex)
    assert "changed by −50.0 % by week 12 in the only patient" in analyses.subgroups_change(one, SEX).details.relative


def test_every_subgroup_outside_the_band_is_named_or_counted() -> None:
    """Of more than a handful the rest was dropped in silence."""
    n = 120
    outcome = [i % 2 == 0 for i in range(n)]
    facts = {f"mark{j}": ["yes" if hit else "no" for hit in outcome] for j in range(8)}
    one = cohort_of([[80, 10 if hit else 80] for hit in outcome], [0, 12], **facts)
    sentence = analyses.subgroup_chance(one, AnalysisPlan(stratifier="none", endpoint="SALT50")).sentence
    assert "mark4: no" in sentence and sentence.endswith("and 4 more.")


# --- charts ---------------------------------------------------------------------------------------------------------
def test_the_forest_of_odds_ratios_does_not_say_that_one_is_the_whole_cohort() -> None:
    facts = {f"mark{j}": ["yes", "yes", "no", "no"] * 3 for j in range(3)}
    r = analyses.subgroups_response(halves_respond(**facts), AnalysisPlan(stratifier="none", endpoint="SALT50"))
    odds, rates = (chart(r, "forest", relative=flag).caption for flag in (True, False))
    assert "Dashed: no difference." in odds and "the whole cohort" not in odds
    assert "Dashed: the whole cohort." in rates


# --- pairs and claims -----------------------------------------------------------------------------------------------
def test_the_best_of_one_cell_is_not_called_the_best() -> None:
    sex, kind = ["f"] * 11 + ["m"], ["x"] * 11 + ["y"]
    one = cohort_of([[80, 20 if i % 2 else 79] for i in range(12)], [0, 12], sex=sex, kind=kind, roles={"sex": "sex"})
    sentence = analyses.subgroup_pairs(one, SEX, across="kind").sentence
    assert sentence.endswith("The only larger cell is f, kind: x; SALT50 was reached by 5/11 (45.5 %) there.")


def test_a_claim_by_another_measures_baseline_says_that_it_is_cut() -> None:
    dlqi = pd.DataFrame({0: [float(i) for i in range(12)]}, index=[f"p{i}" for i in range(12)])
    one = halves_respond(measures={"DLQI": (KNOWN["DLQI"], dlqi)})
    claim = credibility(one, AnalysisPlan(stratifier="baseline DLQI", endpoint="SALT50"), 1)
    cut = next(i for i in claim.items if i.question == "Is there no arbitrary cut?")
    assert cut.why.startswith("A number is cut at the median") and cut.score == 1  # "The levels are those of the file."


def test_a_claim_of_equal_rates_leads_nowhere() -> None:
    rows = [[80, 60, 20 if i % 2 else 79] for i in range(8)]
    rows[0] = [80, 10, 79]
    one = cohort_of(rows, [0, 12, 24], sex=["f", "f", "m", "m"] * 2, roles={"sex": "sex"})
    items = {i.question: i for i in credibility(one, SEX, 1).items}
    assert items["Does it hold at the other weeks?"].why.startswith("All levels have the same rate here")


# --- two measures ---------------------------------------------------------------------------------------------------
def two(dlqi: list[list[float]], salt: list[list[float]], **facts: object) -> Cohort:
    frame = pd.DataFrame(dlqi, index=[f"p{i}" for i in range(len(dlqi))], columns=[0, 12, 24], dtype=float)
    return cohort_of(salt, [0, 12, 24], measures={"DLQI": (KNOWN["DLQI"], frame)}, **facts)


def test_a_stratum_without_a_correlation_says_why() -> None:
    one = two(
        [[20, 10, 5], [10, 9, 3], [15, 4, 8], [9, 3, 2], [12, 11, 1]],
        [[80, 40, 20], [70, 60, 55], [90, 30, 40], [60, 50, 10], [75, 70, 20]],
        sex=["f", "f", "m", "m", "m"],
        roles={"sex": "sex"},
    )
    r = analyses.two_measures(one, SEX)
    assert r.rows(variable_level="within", group1_level="f")["r"].isna().all()
    caveat = next(c for c in r.caveats if c.code == "not-computed")
    assert caveat.text.startswith(
        "No correlation can be had in f within patients (n = 2), f at week 12 (n = 2) and f at week 24 (n = 2)"
    )


def test_two_measures_leave_nobody_out_for_another_visit() -> None:
    """Visits are taken as they were made under every rule; who lacks the other measure lacks that."""
    one = two(
        [[20, 10, NAN], [10, 9, 3], [15, 4, 8], [9, 3, 2]], [[80, NAN, 20], [70, 60, 55], [90, NAN, 40], [60, 50, 10]], a=[1, 2, 3, 4]
    )
    r = analyses.two_measures(one, AnalysisPlan(stratifier="none", missing="complete"))
    assert [(e.reason, e.n) for e in r.accounting.excluded] == [("without both measures at baseline and week 24", 1)]


def test_what_the_interval_does_not_show_is_not_said_to_go_together() -> None:
    rng = np.random.default_rng(4)
    salt, dlqi = rng.integers(30, 90, (6, 3)), rng.integers(5, 25, (6, 3))
    r = analyses.two_measures(two(dlqi.tolist(), salt.tolist(), a=list(range(6))), AnalysisPlan(stratifier="none"))
    within = r.rows(variable_level="within", group1_level=ALL).iloc[0]
    assert within["p"] > 0.05 and "show no clear relation" in r.sentence


# --- two treatments -------------------------------------------------------------------------------------------------
def treated(**more: object) -> Cohort:
    rng = np.random.default_rng(2)
    rows = [[float(b), float(max(0, b - rng.integers(0, 60)))] for b in rng.integers(40, 100, 40)]
    rows[0][1] = rows[1][1] = NAN
    rows[2][0] = NAN
    age = [float(a) for a in rng.integers(20, 60, 40)]
    age[3] = age[4] = NAN
    drug = [["A", "B"][i % 2] for i in range(38)] + ["C", None]
    return cohort_of(rows, [0, 12], drug=drug, age=age, roles={"drug": "drug", "age": "age"}, **more)


def test_each_is_left_out_of_a_comparison_for_a_reason_of_his_own() -> None:
    r = analyses.treatment_comparison(treated(), AnalysisPlan(stratifier="none", endpoint="SALT50"))
    assert r.sentence.startswith(f"Of the {r.accounting.analysed} patients who can be compared, those on "), "Table 1 is of everyone"
    assert [(e.reason, e.n) for e in r.accounting.excluded] == [
        ("with nothing recorded in “drug”", 1),
        ("on another treatment", 1),
        ("without a baseline SALT", 1),
        ("with nothing recorded for age", 2),
        ("with no visit at week 12", 2),
    ]
    assert "(95 % CI " in r.sentence


def test_a_comparison_of_treatments_does_not_hang_on_the_order_of_the_rows() -> None:
    """Of four subtypes with as many patients each, the columns came in the file's order, and the one left out was the file's first."""
    kinds = ["ophiasis", "diffuse", "totalis", "patchy"]
    c = treated(kind=[kinds[(i // 2) % 4] for i in range(40)])
    c = Cohort(c.patients, c.salt, roles={**c.roles, "subtype": "kind"})
    plan = AnalysisPlan(stratifier="none", endpoint="SALT50")
    turned = Cohort(c.patients.iloc[::-1], c.salt.iloc[::-1], roles=dict(c.roles))
    one, other = (analyses.treatment_comparison(x, plan) for x in (c, turned))
    assert one.method == other.method and "kind: ophiasis, kind: patchy and kind: totalis" in one.method
    a, b = (r.table.set_index(["variable", "variable_level"])["smd_weighted"].dropna() for r in (one, other))
    assert list(a.index) == list(b.index) and np.allclose(a, b)


def test_nothing_to_weight_by_is_a_reason_and_no_crash() -> None:
    alike = cohort_of([[100, 20 + i] for i in range(30)], [0, 12], drug=["A", "B"] * 15, roles={"drug": "drug"})
    with pytest.raises(NotComputable, match="Nothing that was recorded at baseline differs"):
        analyses.treatment_comparison(alike, AnalysisPlan(stratifier="none"))


def test_a_rising_score_asks_for_points_by_default() -> None:
    rising = cohort_of([[60, 75], [90, 95]], [0, 12], score="EQ VAS", measure=measure_called("EQ VAS"))
    plan, notes = AnalysisPlan().resolved_for(rising)
    assert plan.endpoint == "EQ VAS +10" and all("median" in n for n in notes)


def test_nothing_outside_no_small_cell_and_no_hit_are_none() -> None:
    """Half of each sex and of each site respond: 24 patients to a cell, every rate the same, so by hand nothing stands out."""
    n = 96
    cohort = cohort_of(
        [[80.0, 10.0 if i % 2 else 80.0] for i in range(n)],
        [0, 12],
        sex=["f" if i // 2 % 2 else "m" for i in range(n)],
        site=["a" if i // 4 % 2 else "b" for i in range(n)],
    )
    plan = AnalysisPlan(stratifier="sex", week=12)
    assert (
        "of which none holds fewer than 10 of the patients analysed." in analyses.subgroup_pairs(cohort, plan, across="site").sentence
    )
    assert re.match(r"Of \d+ subgroups, none lies outside the 95 % band", analyses.subgroup_chance(cohort, plan).sentence)
    assert re.search(r"to split the cohort, none has p ≤ 0.05", analyses.subgroup_differences_response(cohort, plan).sentence)


def doubts(result: object) -> dict[str, str]:
    return {c.code + c.text[:48]: c.text for c in result.caveats}  # type: ignore[attr-defined]


def test_categories_lack_a_level_in_common_not_spread() -> None:
    """A standardised difference of categories is passed over where two strata share none; of three strata c has one of its own."""
    facts = {"sex": [*"aabbcc"] * 2, "kind": ["p", "q", "q", "p", "r", "r"] * 2}
    cohort = cohort_of([[60.0 + i, 20] for i in range(12)], [0, 12], **facts, roles={"sex": "sex"})
    told = " ".join(doubts(analyses.baseline(cohort, SEX)).values())
    assert (
        "of categories needs one that both strata have; the largest of the pairs passes over those without one: Kind (2 of 3" in told
    )
    assert "spread" not in told
    two = cohort_of([[60.0 + i, 20] for i in range(12)], [0, 12], sex=[*"ab"] * 6, kind=[*"pq"] * 6, roles={"sex": "sex"})
    told = " ".join(doubts(analyses.baseline(two, SEX)).values())
    assert "of categories needs one that both strata have, so there is none of Kind." in told and "spread" not in told


def test_what_lacks_every_pair_is_named_beside_what_lacks_one() -> None:
    """By hand: of three strata each has a site of its own, so no pair has one in common; kind lacks two of three pairs."""
    facts = {"sex": [*"aabbcc"] * 2, "kind": ["p", "q", "q", "p", "r", "r"] * 2, "site": [*"xxyyzz"] * 2}
    cohort = cohort_of([[60.0 + i, 20] for i in range(12)], [0, 12], **facts, roles={"sex": "sex"})
    told = " ".join(doubts(analyses.baseline(cohort, SEX)).values())
    assert "those without one: Kind (2 of 3 pairs). There is none at all of Site." in told


def test_who_stayed_away_had_come_before() -> None:
    """Of the ten who are absent at week 24 two were absent at week 12 too: eight have a visit before."""
    rows = [[80.0 + i % 7, 10.0 + i / 2, 10.0] for i in range(40)]
    rows += [[80.0, 90.0 + i, NAN] for i in range(8)] + [[80.0, NAN, NAN]] * 2
    told = {c.code: c.text for c in analyses.missingness(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none")).caveats}
    assert told["not-at-random"].startswith(
        "Those who came at the visit before but not at week 24 (8 patients) had a worse SALT at the"
    )


def test_of_a_response_seen_lost_it_is_known() -> None:
    """All respond at week 24, of whom one is seen without it at week 30: of the other two nobody knows whether it held 12 weeks."""
    rows = [[80, 70, 10, 10], [80, 70, 10, 10], [80, 70, 10, 75], [80, 70, 70, 70]]
    result = analyses.sustained_response(cohort_of(rows, [0, 12, 24, 30]), SEX.replace(stratifier="none"), held_weeks=12)
    told = next(c.text for c in result.caveats if c.code == "unconfirmed")
    assert told.startswith("2 patients responded first less than 12 weeks before their last score and still had the response")


def test_the_test_of_three_strata_is_named_as_made() -> None:
    rng = np.random.default_rng(1)
    rows = [[90.0, 90.0 - d] for d in np.round(rng.exponential(9, 120), 1)]
    cohort = cohort_of(rows, [0, 12], sex=[*"abc"] * 40, roles={"sex": "sex"})
    said = " ".join(c.detail for c in analyses.between_strata(cohort, SEX).checks)
    assert "Welch's ANOVA is reliable" in said and "t-test" not in said
    two = cohort_of(rows, [0, 12], sex=[*"ab"] * 60, roles={"sex": "sex"})
    assert "the t-test is reliable" in " ".join(c.detail for c in analyses.between_strata(two, SEX).checks)


def test_a_curve_that_everybody_reached_has_no_upper_limit_to_compute() -> None:
    """R's survfit with log-log limits has none where S = 0, and so NA for the upper limit of the median, though all six responded."""
    plan = SEX.replace(stratifier="none")
    said = analyses.time_to_response(cohort_of([[80, 10, 10]] * 3 + [[80, 70, 10]] * 3, [0, 12, 24]), plan).sentence
    assert "(95 % CI from week 12, upper limit cannot be computed)" in said
    some = analyses.time_to_response(cohort_of([[80, 10, 10]] * 4 + [[80, 70, 70]] * 3, [0, 12, 24]), plan).sentence
    assert "no upper limit reached" in some


@pytest.mark.parametrize("last", [5, 75])
def test_where_nobody_or_everybody_responds_no_split_is_tested(last: int) -> None:
    """ "Of 4 ways to split the cohort, none has p ≤ 0.05; about 0.2 would by chance alone": every p was 1."""
    facts = {"sex": [*"fm"] * 6, "site": [*"nnss"] * 3, "roles": {"sex": "sex"}}
    cohort = cohort_of([[80.0 + i, last] for i in range(12)], [0, 12], **facts)
    for ask in (analyses.subgroups_response, analyses.subgroup_differences_response):
        result = ask(cohort, SEX)
        assert result.sentence.endswith("Nobody or everybody responds, so there is nothing to compare.")
        assert result.rows(variable_level="test")["p"].isna().all()
    with pytest.raises(NotComputable, match="chance has nothing to scatter"):
        analyses.subgroup_chance(cohort, SEX)


def test_no_study_is_planned_where_both_strata_are_alike() -> None:
    rows = [[80.0, 10.0 + i if i % 2 else 70.0 + i] for i in range(12)]
    one = cohort_of([*rows, [80.0, 9.0], [80.0, 9.0]], [0, 24], sex=[*"fm"] * 7, roles={"sex": "sex"})
    both = cohort_of(rows, [0, 24], sex=[*"fm"] * 6, roles={"sex": "sex"})
    for cohort, said in (
        (one, "In one of the two strata nobody"),
        (both, "In both strata nobody or everybody responds, and no study"),
    ):
        assert said in " ".join(c.text for c in analyses.planning(cohort, SEX).caveats)


def test_a_relapse_of_grades_is_a_whole_grade() -> None:
    """“AA-IGA 0.8 grades above the best value”, of a scale of whole grades: 20 % of 0–4 is 0.8, so a rise of one grade. By hand: the
    second of three goes from 1 to 2, the third from 0 to 1; both relapse, as they did before."""
    said = relapse_words(KNOWN["AA-IGA"])
    assert said.startswith("AA-IGA 1 grade above the best value, or above 1 after having been at 1 or below (from 20 %")
    cohort = cohort_of([[4, 1, 1], [4, 1, 2], [3, 0, 1]], [0, 12, 24], score="AA-IGA")
    plan = AnalysisPlan(stratifier="none", endpoint="AA-IGA <=1")
    result = analyses.sustained_response(cohort, plan)
    assert result.rows(variable_level="relapsed").iloc[0]["k"] == 2
