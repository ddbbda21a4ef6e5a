"""More patients than are made up or read as rows: few rows that stand for many give the result of the rows, and no row is read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import astuple

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.errors import NotComputable
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable
from aadash.result import Result
from aadash.stats.descriptive import Tally
from aadash.stats.design import build_design
from aadash.stats.gee import gee
from aadash.stats.likelihood import bernoulli, highest, penalised
from aadash.stats.marginal_effects import averaged, difference, flic_intercept
from aadash.stats.mixed_anova import mixed_anova
from aadash.stats.mmrm import mmrm
from aadash.stats.ordinal import proportional_odds
from aadash.stats.profile import profile_interval
from aadash.stats.r_glm import r_logistic
from aadash.stats.ranks import hodges_lehmann, median_difference, probability_of_superiority
from aadash.stats.separation import detect_separation
from aadash.stats.survival import kaplan_meier, log_rank, restricted_mean
from aadash.summaries import SUFFICES, answer, from_json, summarise, to_json
from aadash.summaries.blocks import block_rows
from aadash.summaries.counted import DESCRIBED
from aadash.summaries.crossed import Crossing, by_crossing
from aadash.summaries.form import Block, Level, Split
from aadash.summaries.pool import pooled
from aadash.summaries.registry_answers import answer as answer_of
from tests.making import cohort_of, cohorts
from tests.summaries.test_same_result import MISSED, TOHOKU, assert_same, doubts, outcome
from tests.summaries.test_tables import few, registry_of

#: Asked under the mixed model of the patterns' sums.
MODELLED = ("salt_over_time", "change_from_baseline", "between_strata", "mixed_anova")
#: Asked under every rule, of rows that stand for many.
MANY = (
    "time_to_response",
    "repeated_response",
    *DESCRIBED,
    *(name for name, need in SUFFICES.items() if need in ("cells", "crossed")),
)


@pytest.fixture(autouse=True)
def _no_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["aadash.summaries.answer"], "MOST_STAND_INS", -1)
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_STAND_INS", -1)
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_SLOW", -1)
    monkeypatch.setattr("aadash.summaries.registry.Registry.rows", None)


def same(cohort: Cohort, plan: AnalysisPlan, names: Sequence[str], made_up: bool = False, engine: bool = False) -> None:
    """Each analysis of the file of sums and, ``engine``, of the registry, as of the rows."""
    summary = from_json(to_json(summarise(cohort, plan, by=[plan.stratifier], minimum=1)))
    registry = registry_of(cohort) if engine else None
    for name in names:
        rows = outcome(lambda n=name: REGISTRY[n].function(cohort, plan))
        _same(name, rows, outcome(lambda n=name: answer(summary, n, plan)), made_up)
        if registry is not None:
            _same(name, rows, outcome(lambda n=name, r=registry: answer_of(r, n, plan)), made_up)


def _same(name: str, rows: Result | str, sums: Result | str, made_up: bool) -> None:
    if isinstance(rows, str) and isinstance(sums, str) and SUFFICES[name] == "cells":
        return  # no model either way, each with its own reason
    assert_same(rows, sums, name, made_up=made_up)
    if isinstance(rows, Result) and isinstance(sums, Result) and not made_up:
        assert doubts(rows) == doubts(sums), name


@pytest.mark.parametrize(
    ("file", "stratifier", "endpoint", "rules"),
    [
        (MISSED, "severity", "SALT75", tuple(MISSING_RULES)),
        (MISSED, "subtype", "SALT<=20", ("observed", "nri")),
        (TOHOKU, "sex", "SALT<=20", ("locf",)),
    ],
)
def test_samples(file: str, stratifier: str, endpoint: str, rules: tuple[str, ...]) -> None:
    """Every rule of one sample; test_any_cohort crosses rules, splits and endpoints."""
    cohort = few(file)
    for rule in rules:
        plan = AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint).resolved_for(cohort)[0]
        same(cohort, plan, MANY, engine=True)
    plan = AnalysisPlan(stratifier=stratifier, missing="mixed", endpoint=endpoint).resolved_for(cohort)[0]
    same(cohort, plan, MODELLED, engine=True)


@pytest.mark.parametrize("rule", ["observed", "locf", "complete"])
def test_the_mixed_anova_of_a_registry(rule: str) -> None:
    cohort = read_cohort(MISSED, accept_missing=True)
    plan = AnalysisPlan(missing=rule).resolved_for(cohort)[0]
    rows, sums = REGISTRY["mixed_anova"].function(cohort, plan), answer_of(registry_of(cohort), "mixed_anova", plan)
    assert_same(rows, sums, rule)
    assert doubts(rows) == doubts(sums)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    cohorts(patients=16, visits=4),
    st.sampled_from(sorted(MISSING_RULES)),
    st.sampled_from(["severity", "sex", "none"]),
    st.sampled_from(["SALT50", "SALT<=20"]),
)
def test_any_cohort(cohort: Cohort, rule: str, stratifier: str, endpoint: str) -> None:
    same(cohort, AnalysisPlan(stratifier=stratifier, missing=rule, endpoint=endpoint), MANY, made_up=True)


@pytest.mark.parametrize(("n", "k"), [(1, 3), (2, 3), (4, 3), (5, 3), (100, 3), (101, 5), (7, 1)])
def test_few_rows_have_the_sums_of_many(n: int, k: int) -> None:
    """Sum and cross-products of n random patients, from at most k + 1 rows."""
    y = np.random.default_rng(n * k).normal(50, 20, (n, k))
    products = y.T @ y
    rows, counts = block_rows(
        Block(pattern="1" * k, n=n, sums=y.sum(axis=0).tolist(), products=products[np.triu_indices(k)].tolist()), k, 1
    )
    assert len(rows) <= k + 1
    assert counts.sum() == n
    np.testing.assert_allclose(counts @ rows, y.sum(axis=0), rtol=1e-12)
    np.testing.assert_allclose((rows * counts[:, None]).T @ rows, products, rtol=1e-11)


def test_a_row_that_counts_twice_is_two_patients() -> None:
    """Of each statistic that takes counts."""
    rng = np.random.default_rng(3)
    y, code, counts = rng.normal(50, 20, (30, 4)), np.arange(30) % 2, rng.integers(1, 4, 30)
    y[::7, 2] = np.nan
    many, codes = y.repeat(counts, axis=0), code.repeat(counts)
    one, other = mmrm(many, codes, range(4)), mmrm(y, code, range(4), counts=counts)
    assert other.n_patients == one.n_patients
    numbers = one.contrasts.select_dtypes("number").columns
    np.testing.assert_allclose(other.contrasts[numbers], one.contrasts[numbers], rtol=1e-12, atol=1e-12)
    rows, weighed = mixed_anova(many, codes), mixed_anova(y, code, counts=counts)
    assert (weighed.n, weighed.n_total, weighed.group_n) == (rows.n, rows.n_total, rows.group_n)
    for a, b in zip(
        (rows.between, rows.within, rows.interaction), (weighed.between, weighed.within, weighed.interaction), strict=True
    ):
        assert (b.f, b.p, b.eps_gg) == pytest.approx((a.f, a.p, a.eps_gg), rel=1e-12, nan_ok=True)
    time, event = rng.integers(1, 6, 30) * 4.0, rng.integers(0, 2, 30)
    t, e = time.repeat(counts), event.repeat(counts)
    assert kaplan_meier(time, event, counts=counts).curve.equals(kaplan_meier(t, e).curve)
    assert log_rank(time, event, code.tolist(), counts).chi2 == pytest.approx(log_rank(t, e, codes.tolist()).chi2, rel=1e-12)
    assert restricted_mean(time, event, 16.0, counts=counts) == restricted_mean(t, e, 16.0)
    band, x = rng.integers(0, 4, 30), np.column_stack([code == 1, rng.integers(0, 2, 30)]).astype(float)
    whole = proportional_odds(band.repeat(counts), x.repeat(counts, axis=0), ["a", "b"])
    odds = proportional_odds(band, x, ["a", "b"], counts=counts)
    assert (odds.n, odds.po_df) == (whole.n, whole.po_df)
    assert (odds.loglik, odds.chi2, odds.po_chi2) == pytest.approx((whole.loglik, whole.chi2, whole.po_chi2), rel=1e-9)
    np.testing.assert_allclose(odds.coefficients, whole.coefficients, rtol=1e-9)
    np.testing.assert_allclose(odds.at_cuts["se"], whole.at_cuts["se"], rtol=1e-9)


def test_a_course_that_counts_three_times_is_three_patients() -> None:
    """Generalised estimating equations: robust errors, correlation, patients."""
    rng = np.random.default_rng(8)
    counts = rng.integers(1, 5, 20)
    frame = pd.DataFrame(
        {"y": rng.integers(0, 2, 80), "g": np.repeat(np.arange(20) % 2, 4), "who": np.repeat(np.arange(20), 4), "n": counts.repeat(4)}
    ).drop(index=[3, 10, 11])
    whole = pd.concat([part.assign(who=f"{who} {i}") for who, part in frame.groupby("who") for i in range(counts[who])])
    one, many = gee("y ~ g", frame, "who", counts="n"), gee("y ~ g", whole, "who")
    assert (one.n_clusters, one.n_observations) == (many.n_clusters, many.n_observations) == (counts.sum(), len(whole))
    assert one.alpha == pytest.approx(many.alpha, rel=1e-9)
    np.testing.assert_allclose(one.coefficients, many.coefficients, rtol=1e-9)


@pytest.mark.parametrize("counts", [(3, 1, 4, 2), (50, 70, 40, 60)])
def test_ranks_of_counted_samples_are_those_of_the_samples(counts: tuple[int, ...]) -> None:
    """Few enough for a permutation, and not; medians' limits need no pairs of patients, so that there is no end to their number."""
    values, more = np.array([1.0, 2.5, 4.0, 9.0]), np.array([2.5, 3.0, 8.0, 10.0])
    n = np.array(counts)
    x, y = values.repeat(n), more.repeat(n[::-1])
    for statistic in (hodges_lehmann, median_difference, probability_of_superiority):
        rows, tallies = statistic(x, y), statistic(Tally(values, n), Tally(more, n[::-1]))
        np.testing.assert_allclose(
            *[[v for v in astuple(found) if isinstance(v, float)] for found in (tallies, rows)], rtol=1e-12, err_msg=statistic.__name__
        )
    millions = median_difference(Tally(values, n * 10**6), Tally(more, n[::-1] * 10**6))
    assert np.isfinite([millions.ci_low, millions.ci_high]).all()
    with pytest.raises(NotComputable, match="pairs are too many"):
        hodges_lehmann(Tally(values, n * 10**6), Tally(more, n[::-1] * 10**6))


def test_who_had_rescue_is_told_by_the_files_and_not_by_sums() -> None:
    """By hand: of 12 patients 4 had a steroid added. The column is known after the first dose only, and sums are of baseline facts."""
    cohort = cohort_of([[80.0, 40.0, 10.0]] * 12, [0, 12, 24], added_steroid=["yes", "no", None] * 4, sex=["f", "m"] * 6)
    plan = AnalysisPlan(stratifier="sex")
    rows = REGISTRY["estimand"].function(cohort, plan)
    assert rows.rows(variable="rescue")["k"].tolist() == [4]
    sums = answer(summarise(cohort, plan, by=["sex"], minimum=1), "estimand", plan)
    assert "rescue treatment was given is told by the hospitals' files and not by these sums" in sums.sentence
    assert np.isnan(sums.rows(variable="rescue")["k"].iloc[0])


def test_weeks_of_stopping_that_no_sum_holds_are_not_said_to_be_in_no_file() -> None:
    """Four of twelve stopped, with the week, which is a number and not counted: “no column of the file says who stopped the drug” was
    said of sums whose file does. Where no file tells of it, the sums say what the rows say."""
    plan = AnalysisPlan(stratifier="sex")
    rows = [[80.0, 40.0, 10.0]] * 12
    weeks = cohort_of(rows, [0, 12, 24], stop_week=[8.0, None, None] * 4, sex=["f", "m"] * 6)
    assert "the drug was stopped in 4/12" in REGISTRY["estimand"].function(weeks, plan).sentence
    told = answer(pooled([summarise(weeks, plan, by=["sex"], minimum=1, centre=c) for c in "ab"]), "estimand", plan)
    assert "For whom the drug was stopped is told by the hospitals' files and not by these sums." in told.sentence
    assert "No column of the file" not in told.sentence and "intercurrent-unknown" not in {c.code for c in told.caveats}
    assert printable(told).iloc[:, 1].tolist()[:2] == ["in the hospitals' files, not in these sums", "not recorded in the file"]
    without = cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6)
    sums = answer(summarise(without, plan, by=["sex"], minimum=1), "estimand", plan)
    assert_same(REGISTRY["estimand"].function(without, plan), sums, "estimand")


@pytest.mark.parametrize("objective", [bernoulli, penalised])
def test_a_row_of_a_model_that_counts_three_times_is_three_patients(objective: type[bernoulli]) -> None:
    """Likelihood with its derivatives, maximum, profile limits, averages over patients, R's own steps, and what is separated."""
    rng = np.random.default_rng(5)
    counts = rng.integers(1, 5, 40).astype(float)
    frame = pd.DataFrame({"y": rng.integers(0, 2, 40), "age": rng.normal(40, 10, 40), "sex": rng.integers(0, 2, 40)})
    rows = frame.loc[frame.index.repeat(counts.astype(int))].reset_index(drop=True)
    one, many = build_design("y ~ age + sex", frame, counts=counts), build_design("y ~ age + sex", rows)
    assert one.n == many.n == counts.sum()
    weighed, whole = objective(one.x / 50, one.y, counts), objective(many.x / 50, many.y)
    for beta in (np.zeros(3), np.array([1.0, -2.0, 0.5])):
        a, b = weighed(beta), whole(beta)
        for x, y in zip(
            (a.value, a.gradient, a.information, a.curvature), (b.value, b.gradient, b.information, b.curvature), strict=True
        ):
            np.testing.assert_allclose(x, y, rtol=1e-12, atol=1e-12)
    best, other = highest(weighed, one.x / 50, one.y, counts), highest(whole, many.x / 50, many.y)
    np.testing.assert_allclose(best.beta, other.beta, rtol=1e-11)
    vcov = np.linalg.inv(best.at.information)
    limits = [profile_interval(o, m, 1, float(vcov[1, 1] ** 0.5), 0.95) for o, m in ((weighed, best), (whole, other))]
    np.testing.assert_allclose(*limits, rtol=1e-12)
    moved = [d.x / 50 + np.array([0.0, 0.1, 0.0]) for d in (one, many)]
    for f, x, y in (
        (averaged, (one.x / 50,), (many.x / 50,)),
        (difference, (moved[0], one.x / 50), (moved[1], many.x / 50)),
    ):
        effects = f(*x, best.beta, vcov, counts=counts), f(*y, best.beta, vcov)
        np.testing.assert_allclose(*[(e.estimate, e.se, e.ci_low, e.ci_high) for e in effects], rtol=1e-12)
    shifted = flic_intercept(one.x, one.y, best.beta / 50, counts), flic_intercept(many.x, many.y, best.beta / 50)
    np.testing.assert_allclose(*shifted, rtol=1e-11)
    r = r_logistic("y ~ age + sex", frame, counts=counts), r_logistic("y ~ age + sex", rows)
    for part in ("coef", "se", "profile"):  # of the same different rows
        assert np.array_equal(getattr(r[0], part), getattr(r[1], part))
    apart = frame.assign(y=(frame["age"] > 40).astype(int))
    found = [detect_separation(build_design("y ~ age + sex", f, counts=c)) for f, c in ((apart, counts), (apart, None))]
    assert found[0] == found[1] is not None


def test_a_model_of_a_registry_s_own_predictors_and_why_there_is_none() -> None:
    """Two predictors with a cut of one's own, by either estimator; a column of weights that needs a cut says so."""
    cohort = read_cohort(MISSED, accept_missing=True)
    plan = AnalysisPlan(stratifier="none").resolved_for(cohort)[0]
    for estimator in ("ml", "firth"):
        model = ModelPlan(predictors=(Predictor("sex"), Predictor("age", cut=40.0)), estimator=estimator)
        for name in ("predictors", "predictor_effects"):
            rows, sums = (
                REGISTRY[name].function(cohort, plan, model=model),
                answer_of(registry_of(cohort), name, plan, model=model),
            )
            assert_same(rows, sums, name)
            assert doubts(rows) == doubts(sums)
            assert rows.call == sums.call
    with pytest.raises(NotComputable, match="only one of response, of complete cases"):
        answer_of(registry_of(cohort), "predictors", plan, model=ModelPlan(predictors=(Predictor("sex"),), missing="impute"))


def test_subgroups_of_a_registry_as_they_are_asked() -> None:
    """A funnel of changes, and a pair of splits that was chosen."""
    cohort = few(MISSED)
    plan, registry = AnalysisPlan(stratifier="sex").resolved_for(cohort)[0], registry_of(cohort)
    for name, options in (("subgroup_chance", {"outcome": "percent_change"}), ("subgroup_pairs", {"across": "subtype"})):
        rows, sums = REGISTRY[name].function(cohort, plan, **options), answer_of(registry, name, plan, **options)
        assert_same(rows, sums, name, 1e-12)
        assert rows.call == sums.call
        assert doubts(rows) == doubts(sums)


def test_rows_that_stand_for_all_whom_no_column_tells_apart() -> None:
    """By hand: of seven patients alike a column has 3 and 4, another 5 and 2; three rows hold them."""
    alike = [np.array([[0, code, n] for code, n in enumerate(sizes)]) for sizes in ((3, 4), (5, 2))]
    cohort = read_cohort(MISSED, accept_missing=True)
    summary = summarise(cohort, AnalysisPlan(stratifier="none"), by=["none"], minimum=1)
    levels = [Level(level="a", n=0), Level(level="b", n=0)]
    columns = [Split(name=name, title=name, levels=levels) for name in ("one", "other")]
    split = Split(name="none", title="", levels=[Level(level=None, n=7)])
    made = by_crossing(summary, split, Crossing(np.full((1, len(summary.weeks)), 50.0), columns, [alike]))
    assert len(made) == 7
    assert made.given_weights.tolist() == [3, 2, 2]
    assert [made.given_splits[name].counts for name in ("one", "other")] == [(3, 4), (5, 2)]
