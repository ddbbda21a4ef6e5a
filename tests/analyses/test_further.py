"""The further questions: against R's reference answers where it has them, else by hand or by what must hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, Cohort, analyses
from aadash.charts import chart
from aadash.errors import NotComputable
from aadash.levels import ALL, Pair
from tests.making import cohort_of

from .conftest import answers, cohort, times
from .test_against_r import agree

PLAN = AnalysisPlan(stratifier="group", endpoint="SALT<=20")
MIXED = PLAN.replace(missing="mixed")
SIMULATED = ("salt_sim_1", "salt_sim_2")


@pytest.mark.parametrize("name", SIMULATED)
def test_time_to_response_is_r_survfit_and_survdiff(name: str) -> None:
    """R's data: first SALT<=20 at a visit after week 0; baseline <= 20 left out; censored at the last visit."""
    result, reference = analyses.time_to_response(cohort(name), PLAN), answers(name)["kaplan_meier"]
    for level, curve in reference["curves"].items():
        ours = result.rows(variable_level="curve", group1_level=ALL if level == "all" else level)
        assert ours["week"].tolist() == np.atleast_1d(curve["time"]).tolist()
        for i, (_, r) in enumerate(ours.iterrows()):
            agree(1 - r["probability"], np.atleast_1d(curve["surv"])[i], "survival", f"{name} {level}")
            assert r["at_risk"] == np.atleast_1d(curve["n_risk"])[i]
            low = np.atleast_1d(curve["ci_loglog_lower"])[i]
            if low is not None and not np.isnan(low):
                agree(1 - r["ci_high"], low, "log-log limit", f"{name} {level}")
        summary = result.rows(variable_level="summary", group1_level=ALL if level == "all" else level).iloc[0]
        assert (summary["n"], summary["k"]) == (curve["n"], curve["events"])
        agree(summary["median"], curve["median"], "median", f"{name} {level}")
    test = result.rows(variable_level="log-rank").iloc[0]
    agree(test["chi2"], reference["logrank_chi2"], "chi2", name)
    agree(test["p"], reference["logrank_p"], "p", name)


@pytest.mark.parametrize("name", SIMULATED)
def test_gee_over_all_visits_is_geepack(name: str) -> None:
    reference = answers(name)["gee"]["exchangeable"]
    result = analyses.repeated_response(cohort(name), PLAN)
    group_row, week_row = result.rows(variable_level="gee").iloc[0], result.rows(variable_level="gee, 10 weeks").iloc[0]
    # geepack gives B against A; every difference here is the first stratum against the second
    assert group_row["group1_level"] == Pair("A", "B")
    _, group, week = reference["coef"]
    assert np.log(group_row["odds_ratio"]) == pytest.approx(-group, rel=1e-6)
    assert np.log(week_row["odds_ratio"]) == pytest.approx(10 * week, rel=1e-6)
    se = (np.log(group_row["ci_high"]) - np.log(group_row["ci_low"])) / (2 * 1.959963984540054)
    assert se == pytest.approx(reference["robust_se"][1], rel=1e-6)


@pytest.mark.parametrize("name", [*SIMULATED, "btheb"])
def test_changes_under_the_mixed_model_rule_are_r_mmrm(name: str) -> None:
    contrasts = answers(name)["mmrm"]["contrasts"]
    known = dict(zip(contrasts["name"], range(len(contrasts["name"])), strict=True))
    result = analyses.change_from_baseline(cohort(name), MIXED)
    described = analyses.salt_over_time(cohort(name), MIXED)
    for time, week in list(times(name).items())[1:]:
        for level in np.unique(cohort(name).patients["group"].astype(str)):
            i = known[f"change|{level}|{time}"]
            row = result.rows(group1_level=level, week=week).iloc[0]
            assert row["mean"] == pytest.approx(contrasts["estimate"][i], rel=1e-6)
            assert row["df"] == pytest.approx(contrasts["df_kr"][i], rel=1e-4)
            assert row["p"] == pytest.approx(contrasts["p_kr"][i], rel=1e-4)
            i = known[f"lsmean|{level}|{time}"]
            row = described.rows(group1_level=level, week=week, variable="salt").iloc[0]
            assert row["adjusted_mean"] == pytest.approx(contrasts["estimate"][i], rel=1e-6)


def test_difference_under_the_mixed_model_has_the_sign_of_the_observed_one() -> None:
    """The model's contrasts are second minus first; the table's are first minus second, as everywhere."""
    observed = analyses.between_strata(cohort("salt_sim_2"), PLAN).table
    modelled = analyses.between_strata(cohort("salt_sim_2"), MIXED).table
    # With complete data the adjusted means are the means.
    assert modelled["difference"].to_numpy() == pytest.approx(observed["difference"].to_numpy(), rel=1e-8)
    assert (modelled["ci_low"] < modelled["difference"]).all()


def test_simple_effects_on_complete_data_are_r_one_way_anovas() -> None:
    result = analyses.simple_effects(cohort("salt_sim_2"), PLAN)
    for cell in answers("salt_sim_2")["between_groups"]["oneway"]:
        row = result.rows(variable_level="stratum at week", week=int(cell["time"])).iloc[0]
        agree(row["f"], cell["anova_F"], "f", cell["time"])
        agree(row["p"], cell["anova_p"], "p", cell["time"])


def test_bootstrap_is_seeded_and_near_the_closed_form() -> None:
    first = analyses.bootstrap(cohort("salt_sim_2"), PLAN)
    again = analyses.bootstrap(cohort("salt_sim_2"), PLAN)
    pd.testing.assert_frame_equal(first.table, again.table)
    # With 117 patients the interval of a mean is nearly the t interval, whatever the distribution.
    r = first.rows(variable_level="mean change").iloc[0]
    width = r["t_high"] - r["t_low"]
    assert abs(r["ci_low"] - r["t_low"]) < 0.15 * width
    assert abs(r["ci_high"] - r["t_high"]) < 0.15 * width
    assert r["estimate"] == pytest.approx(
        analyses.change_from_baseline(cohort("salt_sim_2"), PLAN).rows(group1_level=ALL, week=36).iloc[0]["mean"]
    )


def test_bootstrap_can_be_watched_and_cancelled() -> None:
    shares: list[float] = []
    analyses.bootstrap(cohort("salt_sim_2"), PLAN, resamples=300, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        analyses.bootstrap(cohort("salt_sim_2"), PLAN, resamples=300, progress=stop)


NAN = float("nan")
FOUR = Cohort(
    pd.DataFrame({"sex": ["f", "f", "m", "m"]}, index=list("abcd")),
    pd.DataFrame(
        {0: [80.0, 60.0, 50.0, 90.0], 12: [40.0, NAN, 10.0, 85.0], 24: [10.0, 50.0, NAN, NAN], 36: [0.0, 55.0, 5.0, NAN]},
        index=list("abcd"),
    ),
    roles={"sex": "sex"},
)


def test_missingness_by_hand() -> None:
    """b misses week 12 and comes back; c misses week 24 and comes back; d is gone after week 12."""
    result = analyses.missingness(FOUR, AnalysisPlan(stratifier="sex"))
    everyone = result.rows(variable="missing", group1_level=ALL).set_index("week")
    assert everyone["missing"].tolist() == [0, 1, 2, 1]
    assert everyone["gap"].tolist() == [0, 1, 1, 0]
    assert everyone["left"].tolist() == [0, 0, 1, 1]
    men = result.rows(variable="missing", group1_level="m").set_index("week")
    assert men["missing"].tolist() == [0, 0, 2, 1]
    last = result.rows(variable="last_salt").iloc[0]
    assert (last["mean1"], last["n1"]) == (pytest.approx(20.0), 3), "0, 55 and 5 at the end"
    assert (last["mean2"], last["n2"]) == (85.0, 1)
    before = result.rows(variable="previous_salt", week=24).iloc[0]
    assert (before["mean1"], before["n1"], before["mean2"], before["n2"]) == (40.0, 1, 47.5, 2)


def test_missing_rules_side_by_side_are_the_analyses_themselves() -> None:
    c, plan = cohort("salt_sim_1"), PLAN.replace(endpoint="SALT75")
    table = analyses.missing_rule_comparison(c, plan, "responders_between").table.set_index("variable")
    assert list(table.index) == ["observed", "complete", "nri", "locf"]
    for rule in table.index:
        direct = analyses.responders_between(c, plan.replace(missing=rule)).rows(variable="SALT75", week=36).iloc[0]
        assert table.loc[rule, "p"] == direct["p"]
        assert table.loc[rule, "estimate"] == pytest.approx(100 * direct["risk_difference"])
        assert table.loc[rule, "n_analysed"] == direct["n_analysed"]
    seen = int((~np.isnan(c.values[:, -1])).sum())
    assert table.loc["observed", "n_analysed"] == seen
    assert table.loc["nri", "n_analysed"] == len(c)
    assert table.loc["nri", "n_imputed"] == len(c) - seen


def test_rules_say_so_when_nothing_is_missing() -> None:
    result = analyses.missing_rule_comparison(cohort("salt_sim_2"), PLAN, "between_strata")
    assert "No visit is missing" in result.sentence
    assert result.rows(variable="observed").iloc[0]["p"] == result.rows(variable="complete").iloc[0]["p"]


@pytest.mark.parametrize("margin", [1.0, 10.0, 30.0, 60.0])
def test_equivalence_is_the_interval_inside_the_margin(margin: float) -> None:
    """Two one-sided tests reject exactly when the 1 − 2·alpha interval lies inside (Schuirmann 1987)."""
    for row in analyses.equivalence(cohort("salt_sim_2"), PLAN, margin=margin).table.to_dict("records"):
        if row["variable"] == "percent_change":
            assert (row["p"] <= 0.05) == (-margin <= row["ci_low"] and row["ci_high"] <= margin)


def test_nri_counts_the_missing_as_no_response_and_never_raises_a_rate() -> None:
    c = cohort("salt_sim_1")
    observed = analyses.responders(c, PLAN).table.set_index(["group1_level", "variable", "week"])
    imputed = analyses.responders(c, PLAN.replace(missing="nri")).table.set_index(["group1_level", "variable", "week"])
    assert (imputed["k"] == observed["k"]).all()
    assert (imputed["rate"] <= observed["rate"] + 1e-12).all()
    assert (imputed["n"] == imputed["n"].groupby("group1_level").transform("max")).all()


def test_choices_checks_and_alternatives_come_with_every_test() -> None:
    for name in ("change_from_baseline", "between_strata", "responders_between", "mixed_anova"):
        result = getattr(analyses, name)(cohort("salt_sim_2"), PLAN)
        assert result.choice, name
        assert result.checks, name
        assert result.alternatives, name
        assert {c.verdict for c in result.checks} <= {"holds", "doubtful", "broken"}


def test_visits_taken_for_patients_have_the_papers_degrees_of_freedom() -> None:
    """702 rows less an intercept and two slopes leave 699, near the 697 that the paper printed; patients leave 115."""
    rows = analyses.visits_as_patients(cohort("salt_sim_2"), PLAN).table.set_index("variable_level")
    assert rows.loc["stratum", ["df1", "df2", "df1_right", "df2_right"]].tolist() == [1, 699, 1, 115]
    x = cohort("salt_sim_2")
    y, week = x.percent_change.ravel(), np.tile(x.weeks, len(x)).astype(float)
    group = np.repeat((x.patients["group"] == "B").to_numpy(float), len(x.weeks))
    full = np.column_stack([np.ones_like(y), group, week])

    def rss(design: np.ndarray) -> float:
        return float(((y - design @ np.linalg.lstsq(design, y, rcond=None)[0]) ** 2).sum())

    for term, column in (("stratum", 1), ("week", 2)):
        f = (rss(np.delete(full, column, axis=1)) - rss(full)) / (rss(full) / 699)
        assert rows.loc[term, "f"] == pytest.approx(f, rel=1e-8)


def test_questions_without_an_answer_say_why() -> None:
    nobody = Cohort(pd.DataFrame(index=["a"]), pd.DataFrame({0: [10.0], 12: [5.0]}, index=["a"]))
    with pytest.raises(NotComputable, match="before the first dose"):
        analyses.time_to_response(nobody, AnalysisPlan(endpoint="SALT<=20"))
    with pytest.raises(NotComputable, match="nothing to compare"):
        analyses.equivalence(nobody, AnalysisPlan(stratifier="none"))


def test_an_empty_week_of_stopping_is_not_what_is_known_least() -> None:
    rows = [[80.0, 40], [70, 30], [60, 20]]
    facts = {"age": [30.0, None, 50], "rescue_week": [None, 12.0, None], "stop_week": [None, None, 20.0]}
    found = analyses.completeness(cohort_of(rows, [0, 24], **facts), AnalysisPlan(stratifier="none"))
    said = found.sentence
    assert "The fact known least is age, missing for 1/3" in said and "week" not in said.split("known least")[1]
    drawn = chart(found)
    assert set(drawn.data["cells"]["column"]) == {"SALT", "age"}, "nor is it drawn as a gap"
    assert "Without “rescue_week” and “stop_week”: known only after the first dose" in drawn.caption


def test_the_week_with_the_most_absences_is_not_one_that_most_missed() -> None:
    """“Most are missing at week 36: 11/60”: most are not."""
    found = analyses.completeness(cohort_of([[80, 40], [70, None], [60, 20]], [0, 24]), AnalysisPlan(stratifier="none"))
    assert "The visit missed most is week 24, by 1/3 (33.3 %)." in found.sentence


def test_odds_that_are_hardly_any_are_not_none() -> None:
    """“0.00 times those in drug (95 % CI 0.00 to 0.07)” is an odds ratio that no data give."""
    rng = np.random.default_rng(1)
    rows = [[80.0, *(10.0 if rng.random() < (0.95 if i % 2 else 0.04) else 70.0 for _ in range(3))] for i in range(120)]
    found = analyses.repeated_response(
        cohort_of(rows, [0, 8, 12, 24], g=["a", "b"] * 60), AnalysisPlan(stratifier="g", endpoint="SALT50")
    )
    assert "0.00 " not in found.sentence and "are < 0.01 times those in" in found.sentence


def test_a_stratum_in_which_all_have_responded_sets_no_end_to_the_mean_time() -> None:
    """One patient who responded at week 8 made it “8.0 of 8 weeks (8.0 to 8.0)” in every stratum. By hand: his curve is 0 from week 8
    on; of the others one responds at 8, one at 16, two never: (8 · 4 + 8 · 3 + 8 · 2) / 4 = 18 weeks of 24."""
    c = cohort_of(
        [[80, 5, 5, 5], [80, 5, 5, 5], [80, 60, 5, 5], [80, 60, 60, 60], [80, 60, 60, 60]], [0, 8, 16, 24], arm=list("abbbb")
    )
    r = analyses.time_to_response(c, AnalysisPlan(stratifier="arm", endpoint="SALT<=20")).rows(variable_level="summary")
    t = r.set_index("group1_level")
    assert t.loc["a", ["restricted_mean", "tau"]].tolist() == [8, 24] and np.isnan(t.loc["a", "rm_low"])  # nobody differs from it
    assert t.loc["b", ["restricted_mean", "tau"]].tolist() == [18, 24] and t.loc["b", "rm_low"] < 18 < t.loc["b", "rm_high"]


def test_a_trend_is_of_strata_that_have_an_order() -> None:
    """Hospitals in the order of the alphabet rose or fell; the trend over doses stays: R's p is in test_caveats."""
    rows = [[80.0, 70.0, 10.0 if i < k else 70.0] for k in (1, 4, 8) for i in range(10)]
    for levels, asked in (
        (("Busan", "Daegu", "Seoul"), False),
        (("site 1", "site 2", "site 3"), False),
        (("2 mg", "4 mg", "8 mg"), True),
        (("grade 1", "grade 2", "grade 3"), True),
        (("placebo", "2 mg", "4 mg"), True),
    ):
        cohort = cohort_of(rows, [0, 12, 24], place=[level for level in levels for _ in range(10)])
        found = analyses.repeated_response(cohort, AnalysisPlan(stratifier="place"))
        assert len(found.rows(variable_level="trend")) == asked, levels
        assert ("Cochran" in found.method) == asked


def test_a_column_has_one_name_where_its_gaps_are_counted_too() -> None:
    """Data quality said “aa_subtype”, every other page “AA subtype”."""
    cohort = cohort_of([[80, 10], [70, 20], [60, 5]], [0, 24], aa_subtype=["patchy", None, "totalis"], roles={"subtype": "aa_subtype"})
    found = analyses.completeness(cohort, AnalysisPlan(stratifier="none"))
    assert "The fact known least is AA subtype, missing for 1/3" in found.sentence
    assert set(found.rows(variable="fact")["variable_level"]) == {"AA subtype"}


def test_more_about_responders_asks_what_it_answers() -> None:
    """Of a cohort that is not split “What do all the visits together say?” stood over steps between visits, and twice why not."""
    cohort = cohort_of([[80.0, 70.0, 10.0 if i % 3 else 70.0] for i in range(30)], [0, 12, 24])
    found = analyses.repeated_response(cohort, AnalysisPlan(stratifier="none"))
    assert found.question == "Who gains the response from one visit to the next, and who loses it?"
    assert len([c for c in found.caveats if "nothing to compare" in c.text]) == 1
