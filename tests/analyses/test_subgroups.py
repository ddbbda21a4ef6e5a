"""Subgroups: the same numbers as the other questions give, counted by hand; interactions on one scale only; credibility."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aadash import AnalysisPlan, analyses
from aadash.analyses.subgroups import Item, credibility, splits
from aadash.analyses.subgroups.credibility import _agreement, _chance, _number_of_questions, _size, overall
from aadash.app.session.samples import load_sample
from aadash.candidates import candidates
from aadash.cohort import Cohort
from aadash.document import Answer, KeyNumbers
from aadash.endpoints import endpoint
from aadash.errors import AadashError, NotComputable
from aadash.intake import read
from aadash.levels import ALL, Cell
from aadash.result import Result
from aadash.stats.heterogeneity import breslow_day, cochran_q, lr_proportions
from aadash.stats.k_sample import welch_anova
from aadash.stats.two_proportions import agresti_caffo
from aadash.stats.two_sample import welch_t
from aadash.strata import stratifiers
from aadash.views import VIEWS, context_for
from tests.making import NAN, asking, cohort_of, cohorts

KOREA = load_sample("korea_2025").cohort
MISSING = load_sample("korea_2025_missing").cohort
EVERY = (
    analyses.subgroups_response,
    analyses.subgroups_change,
    analyses.subgroup_differences_response,
    analyses.subgroup_differences_change,
    analyses.subgroup_pairs,
    analyses.subgroup_chance,
)


def levels_of(result: Result, name: str) -> pd.DataFrame:
    t = result.table
    return t[(t["group1"] == name) & t["variable_level"].isna()]


@pytest.mark.parametrize(
    ("cohort", "missing", "endpoint_name"),
    [
        (KOREA, "observed", "SALT75"),
        (MISSING, "observed", "SALT<=20"),
        (MISSING, "nri", "SALT75"),
        (MISSING, "nri", "SALT<=20"),
        (MISSING, "locf", "SALT<=20"),
        (MISSING, "complete", "SALT75"),
    ],
)
def test_rates_and_their_test_are_those_of_the_responders_page(cohort: Cohort, missing: str, endpoint_name: str) -> None:
    plan = AnalysisPlan(endpoint=endpoint_name, week=24, missing=missing)
    result = analyses.subgroups_response(cohort, plan)
    names = list(dict.fromkeys(result.table["group1"]))[1:]
    assert {"severity", "subtype", "sex", "age"} <= set(names) and len(names) > 15
    for name in names:
        split = plan.replace(stratifier=name)
        rates, between = analyses.responders(cohort, split), analyses.responders_between(cohort, split)
        for _, r in levels_of(result, name).iterrows():
            other = rates.rows(group1_level=r["group1_level"], variable=endpoint_name, week=24).iloc[0]
            assert [r["k"], r["n"], r["rate"], r["ci_low"], r["ci_high"]] == [
                other[c] for c in ("k", "n", "rate", "ci_low", "ci_high")
            ], name
        test = result.rows(group1=name, variable_level="test").iloc[0]
        overall_row = between.rows(group1_level=ALL, variable=endpoint_name, week=24).iloc[0]
        assert (test["test"], test["p"]) == (overall_row["test"], overall_row["p"]), name
    whole = result.rows(group1=ALL).iloc[0]
    assert (whole["k"], whole["n"]) == tuple(rates.rows(group1_level=ALL, variable=endpoint_name, week=24)[["k", "n"]].iloc[0])


@pytest.mark.parametrize("name", ["severity", "subtype", "sex", "trial_severity", "age"])
def test_changes_and_their_test_are_those_of_the_comparisons_page(name: str) -> None:
    plan = AnalysisPlan(stratifier=name, week=24)
    result, between = analyses.subgroups_change(MISSING, plan), analyses.between_strata(MISSING, plan)
    test = result.rows(group1=name, variable="percent_change", variable_level="test").iloc[0]
    assert test["p"] == pytest.approx(between.rows(group1_level=ALL, week=24).iloc[0]["p"], rel=1e-9)
    described = analyses.salt_over_time(MISSING, plan)
    for _, r in levels_of(result, name).query("variable == 'percent_change'").iterrows():
        other = described.rows(group1_level=r["group1_level"], variable="percent_change", week=24).iloc[0]
        assert [r["n"], r["mean"], r["sd"], r["ci_low"], r["ci_high"]] == [other[c] for c in ("n", "mean", "sd", "ci_low", "ci_high")]
    points = MISSING.salt[24] - MISSING.salt[0]
    strata = plan.strata(MISSING)
    groups = [points.to_numpy()[strata.members(lv)] for lv in strata.levels]
    groups = [g[~np.isnan(g)] for g in groups]
    assert result.rows(group1=name, variable="salt_change", variable_level="test").iloc[0]["p"] == pytest.approx(
        welch_anova([g for g in groups if len(g) > 1]).p, rel=1e-9
    )


def test_the_relative_scale_is_the_logistic_regressions_likelihood_ratio() -> None:
    result = analyses.subgroups_response(KOREA, AnalysisPlan())
    hit = endpoint("SALT75").response(KOREA.baseline, KOREA.values)[:, -1]
    for column in ("sex", "aa_subtype", "prior_dpcp"):
        name = next(k for k in stratifiers(KOREA) if KOREA.role(k) == column)
        counted = KOREA.patients.assign(hit=hit).groupby(column)["hit"].agg(["sum", "count"])
        test = result.rows(group1=name, variable_level="test").iloc[0]
        assert test["p_relative"] == pytest.approx(lr_proportions(counted["sum"], counted["count"]).p, rel=1e-9)
        assert test["firth"] == bool(((counted["sum"] == 0) | (counted["sum"] == counted["count"])).any())


def test_interactions_are_counted_as_by_hand() -> None:
    """Differences between the sexes within each subtype, from a plain cross table."""
    result = analyses.subgroup_differences_response(KOREA, AnalysisPlan(stratifier="sex", endpoint="SALT<=20", week=16))
    facts = KOREA.patients.assign(hit=(KOREA.salt[16] <= 20).astype(int))
    cells = facts.groupby(["aa_subtype", "sex"])["hit"].agg(["sum", "count"])
    counts = {s: (*cells.loc[(s, "female")], *cells.loc[(s, "male")]) for s in facts["aa_subtype"].dropna().unique()}
    for level, (k1, n1, k2, n2) in counts.items():
        subtypes = levels_of(result, "subtype")
        r = subtypes[subtypes["group1_level"] == level].iloc[0]
        assert (r["k1"], r["n1"], r["k2"], r["n2"]) == (k1, n1, k2, n2)
        assert r["risk_difference"] == pytest.approx(k1 / n1 - k2 / n2)
    test = result.rows(group1="subtype", variable_level="test").iloc[0]
    effects = [agresti_caffo(*c) for c in counts.values()]
    assert test["p"] == pytest.approx(cochran_q([e.estimate for e in effects], [e.variance for e in effects]).p, rel=1e-9)
    tables = [[[k1, n1 - k1], [k2, n2 - k2]] for k1, n1, k2, n2 in counts.values()]
    assert test["p_relative"] == pytest.approx(breslow_day(tables).p, rel=1e-9)


def test_a_difference_in_change_within_a_level_is_welchs() -> None:
    result = analyses.subgroup_differences_change(KOREA, AnalysisPlan(stratifier="sex", week=12))
    change = (KOREA.salt[12] - KOREA.salt[0]).to_numpy()
    sex, kind = KOREA.patients["sex"].to_numpy(), KOREA.patients["aa_subtype"].to_numpy()
    for level in ("patchy", "totalis", "universalis"):
        t = welch_t(change[(kind == level) & (sex == "female")], change[(kind == level) & (sex == "male")])
        r = levels_of(result, "subtype").query("group1_level == @level and variable == 'salt_change'").iloc[0]
        assert [r["difference"], r["ci_low"], r["ci_high"], r["p_within"]] == pytest.approx([t.difference, t.ci_low, t.ci_high, t.p])


def arms(cells: dict[tuple[str, str], tuple[int, int]]) -> Cohort:
    """Responders and patients of each arm in each of two sites, as a cohort."""
    rows, arm, site = [], [], []
    for (a, b), (k, n) in cells.items():
        rows += [[100.0, 0.0]] * k + [[100.0, 100.0]] * (n - k)
        arm += [a] * n
        site += [b] * n
    return cohort_of(rows, [0, 12], arm=arm, site=site)


def interaction(cells: dict[tuple[str, str], tuple[int, int]]) -> tuple[float, float]:
    result = analyses.subgroup_differences_response(arms(cells), AnalysisPlan(stratifier="arm"))
    t = result.rows(group1="site", variable_level="test").iloc[0]
    return t["p"], t["p_relative"]


def test_an_interaction_can_exist_on_one_scale_only() -> None:
    # odds ratio 9 at both sites, but 40 percentage points more at one and 5 at the other
    absolute, relative = interaction(
        {("x", "1"): (750, 1000), ("y", "1"): (250, 1000), ("x", "2"): (90, 1000), ("y", "2"): (11, 1000)}
    )
    assert absolute < 1e-6 and relative > 0.5
    # 20 percentage points more at both sites, but odds ratios of 2.25 and 11
    absolute, relative = interaction(
        {("x", "1"): (600, 1000), ("y", "1"): (400, 1000), ("x", "2"): (220, 1000), ("y", "2"): (20, 1000)}
    )
    assert absolute > 0.9 and relative < 1e-6


def test_a_subgroup_of_four_stops_looking_spectacular() -> None:
    result = analyses.subgroups_response(KOREA, AnalysisPlan())
    diffuse = levels_of(result, "subtype").query("group1_level == 'diffuse'").iloc[0]
    whole = result.rows(group1=ALL).iloc[0]["rate"]
    assert (diffuse["k"], diffuse["n"]) == (4, 4)
    assert abs(diffuse["shrunken"] - whole) < 0.1 * abs(diffuse["rate"] - whole)
    t = result.table[result.table["shrunken"].notna()]
    assert (t["shrunken_low"] < t["shrunken"]).all() and (t["shrunken"] < t["shrunken_high"]).all()
    assert ((t["shrunken"] - whole).abs() <= (t["rate"] - whole).abs() + 0.02).all()


def test_what_is_drawn_all_the_way_stands_at_the_whole_cohorts_rate() -> None:
    """“35.0 %” stood as the shrunken rate of both halves of a cohort of 12 in which 4 responded: ½ had been added to the target."""
    cohort = cohort_of([[100, 10 if i % 3 == 0 else 100] for i in range(12)], half=["a"] * 6 + ["b"] * 6)
    t = levels_of(analyses.subgroups_response(cohort, AnalysisPlan()), "half")
    assert list(t["k"]) == [2, 2] and list(t["shrunken"]) == pytest.approx([1 / 3, 1 / 3])


def test_a_numeric_stratifier_keeps_the_plans_cut_and_adverse_events_are_no_subgroup() -> None:
    plan = AnalysisPlan(stratifier="age", column_cut=40.0)
    result = analyses.subgroups_response(KOREA, plan)
    assert set(levels_of(result, "age")["group1_level"]) == {"<=40", ">40"}
    assert set(levels_of(result, "age_at_onset")["group1_level"]) == {"<=26", ">26"}
    assert KOREA.roles["adverse_event"] not in set(result.table["group1"])
    other = analyses.subgroup_differences_response(KOREA, plan)
    assert "age" not in set(other.table["group1"]) and "sex" in set(other.table["group1"])


def test_pairs_are_the_cells_of_the_cross_table() -> None:
    result = analyses.subgroup_pairs(KOREA, AnalysisPlan(stratifier="sex"), across="subtype")
    table = KOREA.patients.groupby(["sex", "aa_subtype"]).size()
    rates = result.rows(variable="SALT75")
    assert {(c["group1_level"], c["n_enrolled"]) for _, c in rates.iterrows()} == {(Cell(a, b), n) for (a, b), n in table.items()}
    assert rates["n_enrolled"].sum() == KOREA.patients["aa_subtype"].notna().sum()
    assert result.rows(variable="salt_change", group1_level=Cell("female", "patchy")).iloc[0]["mean"] == pytest.approx(
        (KOREA.salt[36] - KOREA.salt[0])[(KOREA.patients["sex"] == "female") & (KOREA.patients["aa_subtype"] == "patchy")].mean()
    )
    with pytest.raises(NotComputable, match="hat size"):
        analyses.subgroup_pairs(KOREA, AnalysisPlan(), across="hat size")


@settings(max_examples=40)
@given(cohorts(), st.sampled_from(["severity", "sex", "age", "duration", "none"]), st.sampled_from(["observed", "nri", "locf"]))
def test_any_cohort_gets_an_answer_or_a_reason(cohort: Cohort, stratifier: str, missing: str) -> None:
    plan = AnalysisPlan(stratifier=stratifier, missing=missing)
    for analysis in EVERY:
        try:
            result = analysis(cohort, plan)
        except AadashError as error:
            assert len(error.paragraph()) > 20
            continue
        assert result.accounting.analysed + sum(e.n for e in result.accounting.excluded) == len(cohort)
        assert "nan" not in result.sentence
        p = result.table.filter(regex="^p(_|$)").to_numpy(dtype=float)
        assert (np.isnan(p) | ((p >= 0) & (p <= 1))).all()
        assert len(result.ard()) > 0


def test_row_order_does_not_matter() -> None:
    order = np.random.default_rng(3).permutation(len(KOREA))
    shuffled = Cohort(KOREA.patients.iloc[order], KOREA.salt.iloc[order], roles=dict(KOREA.roles))
    for analysis in EVERY:
        a, b = analysis(KOREA, AnalysisPlan()).table, analysis(shuffled, AnalysisPlan()).table
        numbers = a.select_dtypes("number").columns
        np.testing.assert_allclose(a[numbers].to_numpy(float), b[numbers].to_numpy(float), rtol=1e-8, atol=1e-12)


def test_chance_leaves_a_random_column_within_its_band() -> None:
    """Property: levels of columns drawn at random lie outside the 95 % band about one time in twenty, and not more."""
    rng = np.random.default_rng(4)
    columns = {f"random {i}": rng.choice(list("abcd"), len(KOREA)) for i in range(60)}
    cohort = Cohort(pd.DataFrame(columns, index=KOREA.salt.index), KOREA.salt)
    for outcome in ("response", "salt_change", "percent_change"):
        t = analyses.subgroup_chance(cohort, AnalysisPlan(), outcome).table
        t = t[t["group1"].str.startswith("random")]
        assert len(t) == 240 and 0.01 <= (t["outside"] > 0).mean() <= 0.075 and (t["outside"] == 2).mean() <= 0.01


def test_the_band_is_where_random_draws_fall() -> None:
    result = analyses.subgroup_chance(KOREA, AnalysisPlan())
    rates = analyses.subgroups_response(KOREA, AnalysisPlan())
    t, band = result.table, result.details.band.set_index("n")
    for _, r in t.iterrows():
        assert (r["low"], r["high"]) == (band.loc[r["n"], "low"], band.loc[r["n"], "high"])
        assert r["low_all"] <= r["low"] and r["high"] <= r["high_all"]
        assert (r["outside"] > 0) == (not r["low"] <= r["estimate"] <= r["high"])
    known = rates.table[rates.table["variable_level"].isna() & (rates.table["group1"] != ALL)]
    assert t["estimate"].tolist() == known["rate"].tolist()
    duration = t[t["group1"] == "disease_duration_months"]
    assert (duration["outside"] == 2).all() and "disease duration" in result.sentence
    # the same question as Fisher's exact test asks: outside the band is p below 0.05, but for discreteness
    two_levels = known[known["group1"] == "sex"]
    assert (t[t["group1"] == "sex"]["outside"] == 0).all() and (two_levels["p_rest"] > 0.05).all()
    with pytest.raises(NotComputable, match="no outcome called"):
        analyses.subgroup_chance(KOREA, AnalysisPlan(), "hair")


# --- credibility ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("p", "score"), [(0.005, 3), (0.0051, 2), (0.01, 2), (0.011, 1), (0.05, 1), (0.051, 0), (NAN, 0)])
def test_the_steps_of_chance_are_icemans(p: float, score: int) -> None:
    assert _chance(p).score == score


@pytest.mark.parametrize(("n", "score"), [(1, 3), (2, 2), (3, 2), (4, 1), (10, 1), (11, 0)])
def test_the_steps_of_looks_are_icemans(n: int, score: int) -> None:
    assert _number_of_questions(n).score == score


def test_size_and_agreement() -> None:
    assert [_size(n).score for n in (4, 10, 20, 50)] == [0, 1, 2, 3]
    leads = {3: [0.1, 0.2, 0.3], 2: [0.1, 0.2, 0.3, -0.1], 1: [0.1, -0.1, 0.2, 0.0], 0: [-0.1, -0.2, 0.1]}
    for score, values in leads.items():
        assert _agreement("?", np.array(values), "week").score == score
    assert "no other week" in _agreement("?", np.array([]), "week").why


@pytest.mark.parametrize(
    ("scores", "level"),
    [
        ((3, 3, 2), "high"),
        ((3, 1, 2), "high"),
        ((3, 1, 1), "moderate"),
        ((3, 0, 2), "moderate"),
        ((3, 0, 0), "low"),
        ((1, 0, 0), "very low"),
        ((1, 1), "very low"),
    ],
)
def test_the_level_follows_the_answers(scores: tuple[int, ...], level: str) -> None:
    assert overall(tuple(Item("?", s, "") for s in scores)) == level


def test_every_look_costs_credibility_and_naming_it_beforehand_gives_some() -> None:
    plan = AnalysisPlan(stratifier="disease_duration_months", column_cut=60.0)
    few, many = credibility(KOREA, plan, 1, "2026-01-01"), credibility(KOREA, plan, 40)
    order = ("very low", "low", "moderate", "high")
    assert order.index(few.level) > order.index(many.level)
    assert "says who does better on treatment" in few.reminder and many.level in many.sentence
    by_question = {i.question: i for i in many.items}
    assert "definitely no" in by_question["Is there no arbitrary cut?"].answer
    for a, b in itertools.pairwise(many.items):
        assert a.question != b.question


def test_a_claim_about_one_level_cannot_be_judged() -> None:
    one = cohort_of([[80.0, 10.0]] * 3, [0, 12], sex=["f"] * 3, site=["a", "b", "b"])
    with pytest.raises(NotComputable, match="fewer than two levels"):
        credibility(one, AnalysisPlan(stratifier="sex"), 1)


def test_columns_that_cannot_be_tested_are_no_looks() -> None:
    """“21 splits were tried” of a cohort in which five columns could not be tested."""
    tests = [{"p": 0.5 if i else NAN, "p_relative": 0.5 if i else NAN} for i in range(8)]
    assert splits.many(tests).text == "7 splits were tested, and patients are shared between them."
    assert splits.many([{"p": 0.5} for _ in range(6)]).text.startswith("6 splits were tested, and")
    assert splits.many(tests[:5]) is None


def test_ways_that_cannot_be_tested_are_told_and_the_caveat_counts_as_many() -> None:
    """ "8 splits were tried" stood beside "Of 7 ways": one had no test on the scale shown."""
    tests = [{"group1": f"g{i}", "p": 0.5, "p_relative": 0.5, "p_adjusted": 1.0, "p_relative_adjusted": 1.0} for i in range(8)]
    tests[0]["p_relative"] = float("nan")
    titles = {f"g{i}": f"g{i}" for i in range(8)}
    said = splits.tests_in_words(tests, titles, AnalysisPlan(), "a difference", "p_relative")
    assert said.startswith("7 of 8 ways to split the cohort can be tested here, and of these none has p ≤ 0.05")
    assert splits.many(tests).text.startswith("8 splits were tested on the absolute scale and 7 on the relative one, and")
    assert splits.tests_in_words(tests, titles, AnalysisPlan(), "a difference").startswith("Of 8 ways to split the cohort, none has")


def test_cells_are_counted_and_compared_by_the_same_patients() -> None:
    """Twelve in each cell, of whom six women of b and all others came: “none of 4 cells holds fewer than 10” stood before “of the
    larger cells” without the women of b, who respond best (6 of 6)."""
    rows, sex, site = [], [], []
    for s, where, came, responders in (("f", "a", 12, 3), ("f", "b", 6, 6), ("m", "a", 12, 4), ("m", "b", 12, 5)):
        rows += [[80.0, 10.0] if i < responders else [80.0, 80.0] if i < came else [80.0, NAN] for i in range(12)]
        sex, site = [*sex, *[s] * 12], [*site, *[where] * 12]
    cohort = cohort_of(rows, [0, 12], sex=sex, site=site, roles={"sex": "sex"})
    found = analyses.subgroup_pairs(cohort, AnalysisPlan(stratifier="sex", endpoint="SALT50"), across="site")
    assert found.sentence == (
        "Sex by site makes 4 cells, of which 1 holds fewer than 10 of the patients analysed. Of the larger cells m, site: b has the "
        "highest rate of SALT50: 5/12 (41.7 %)."
    )
    assert [c.text for c in found.caveats if c.code == "small-cells"] == ["1 of 4 cells holds fewer than 10 of the patients analysed."]


def test_the_number_of_ways_is_one_in_the_sentence_and_in_the_key_number() -> None:
    """“16 of 21 ways to split the cohort can be tested” stood beside the key number “Ways to split the cohort: 16”. Here lupus, which
    one patient has, cannot be tested."""
    cohort = cohort_of(
        [[80.0, 10.0 * (i % 9)] for i in range(24)],
        [0, 12],
        sex=["f", "m"] * 12,
        nails=["yes", "yes", "no", "no"] * 6,
        lupus=["yes"] + ["no"] * 23,
        roles={"sex": "sex"},
    )
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT50")
    context = context_for(cohort, plan, asking(), **{"view.subgroup.what": "The difference in each"})
    parts = VIEWS["subgroups"].content(context)
    items = {k.label: k for p in parts if isinstance(p, KeyNumbers) for k in p.items}
    answer = next(p for p in parts if isinstance(p, Answer)).result.sentence
    tested, tried = re.search(r"(\d+) of (\d+) ways to split the cohort can be tested", answer).groups()
    assert tested < tried
    assert (items["Ways to split the cohort"].value, items["Ways to split the cohort"].under) == (tried, f"{tested} can be tested")


def test_a_measure_whose_baseline_is_a_fact_too_is_one_split() -> None:
    """The brows of a file with one row a visit were asked about twice, and the p-values adjusted for it."""
    rows = "".join(f"P{i},W{w},{80 - w - i},{(i + w // 12) % 4},{20 - i - w // 2}\n" for i in range(12) for w in (0, 12, 24))
    cohort = read("ID,Visit,SALT,Eyebrow,DLQI\n" + rows).accepted()
    assert {"Eyebrow ClinRO", "DLQI"} <= set(cohort.measures) and "eyebrow" in cohort.roles
    names = list(stratifiers(cohort))
    assert "baseline DLQI" in names and len([n for n in names if "yebrow" in n]) == 1
    assert len([n for n in candidates(cohort) if "yebrow" in n]) == 1
