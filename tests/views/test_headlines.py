"""Headlines say what the chart shows; the numbers are those of the paper's tables and of the results."""

from __future__ import annotations

import numpy as np

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.formatting import listing
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.predictor import Predictor
from aadash.views import headlines
from tests.making import cohort_of

KOREA = load_sample("korea_2025").cohort
#: Of ten at a 8 respond, of ten at b 2, and of two at c 1: between the others.
ROWS = [[80, 10 if i < 8 else 70] for i in range(10)] + [[80, 10 if i < 2 else 70] for i in range(10)] + [[80, 10], [80, 70]]
PLACES = ["a"] * 10 + ["b"] * 10 + ["c"] * 2


def test_the_highest_and_the_lowest_rate_are_named() -> None:
    result = analyses.responders(KOREA, AnalysisPlan(stratifier="subtype"))
    # 20/25 patchy, 5/11 ophiasis, counted in the file; the 4/4 of diffuse are too few to be named, and higher
    assert headlines.response(result, "SALT75", "SALT75", 36) == (
        "At week 36, 80 % of patchy and 45 % of ophiasis have SALT75 (strata of 10 patients or more)"
    )
    between = analyses.responders(cohort_of(ROWS, [0, 24], place=PLACES), AnalysisPlan(stratifier="place"))
    assert headlines.response(between, "SALT75", "SALT75", 24) == "At week 24, 80 % of place: a and 20 % of place: b have SALT75"
    everyone = analyses.responders(KOREA, AnalysisPlan(stratifier="none"))
    assert headlines.response(everyone, "SALT75", "SALT75", 36) == "At week 36, 62 % of all patients have SALT75"  # 73/117


def test_who_was_not_seen_is_not_among_those_of_whom_a_share_is_told() -> None:
    missed = load_sample("korea_2025_missing").cohort
    seen = missed.values[~np.isnan(missed.values[:, -1])]
    rate = round(100 * float(np.mean(seen[:, -1] <= 0.25 * seen[:, 0])))  # counted in the matrix
    plan = AnalysisPlan(stratifier="none", missing="observed")
    told = headlines.response(analyses.responders(missed, plan), "SALT75", "SALT75", 36)
    assert told == f"At week 36, {rate} % of the {len(seen)} patients who can be assessed have SALT75"
    assert len(seen) < len(missed)
    by_group = headlines.response(analyses.responders(missed, plan.replace(stratifier="severity")), "SALT75", "SALT75", 36)
    assert by_group.endswith(" have SALT75, of those who can be assessed")
    everyone = headlines.response(analyses.responders(missed, plan.replace(missing="nri")), "SALT75", "SALT75", 36)
    assert everyone.endswith(" of all patients have SALT75")


def test_no_small_stratum_is_named() -> None:
    few = KOREA.subset(np.arange(len(KOREA)) < 15)
    told = headlines.response(analyses.responders(few, AnalysisPlan(stratifier="subtype")), "SALT75", "SALT75", 36)
    assert "of all patients have" in told


def test_the_course_names_both_strata_or_everyone() -> None:
    two = headlines.course(analyses.salt_over_time(KOREA, AnalysisPlan()), 36)
    assert two == "By week 36, mean SALT goes from 84.6 to 33.5 in Group A and from 18.1 to 2.8 in Group B"
    five = headlines.course(analyses.salt_over_time(KOREA, AnalysisPlan(stratifier="subtype")), 36)
    assert five == "By week 36, mean SALT goes from 65.2 to 24.6"


def test_pairs_that_differ_are_counted_after_adjustment() -> None:
    five = analyses.between_strata(KOREA, AnalysisPlan(stratifier="subtype"))
    assert (
        headlines.differences(five, "none") == "3 of 10 pairs differ after adjustment, week 36"
    )  # Games–Howell: 0.012, < 0.001, 0.007
    assert headlines.differences(analyses.between_strata(KOREA, AnalysisPlan()), "Difference") == "Difference"


def test_means_of_fewer_patients_at_the_end_are_said_to_be_of_those_seen() -> None:
    """Of 83 and 34 patients 50 and 33 came to week 36; by hand their means are 26.7 and 2.9."""
    cohort = load_sample("korea_2025_missing").cohort
    said = headlines.course(analyses.salt_over_time(cohort, AnalysisPlan()), 36)
    assert said == "By week 36, mean SALT of those seen goes from 84.6 to 26.7 in Group A and from 18.1 to 2.9 in Group B"


def test_means_with_values_carried_forward_are_not_of_those_seen() -> None:
    """By hand over the matrix: the last value after baseline stands in. Nobody who has none counts at week 36."""
    cohort = load_sample("korea_2025_missing").cohort
    said = headlines.course(analyses.salt_over_time(cohort, AnalysisPlan(missing="locf", stratifier="none")), 36)
    ends = [after[~np.isnan(after)][-1] for after in cohort.values[:, 1:] if (~np.isnan(after)).any()]
    assert np.isnan(cohort.values[:, -1]).any()
    start = float(np.nanmean(cohort.values[:, 0]))
    assert said == f"By week 36, mean SALT with last values carried forward goes from {start:.1f} to {np.mean(ends):.1f}"
    full = headlines.course(analyses.salt_over_time(KOREA, AnalysisPlan(missing="locf")), 36)
    assert "carried" not in full  # nobody missed a visit


def test_a_single_patient_has_no_rate_in_a_headline() -> None:
    """“0 % of the 1 patients who can be assessed”."""
    one = cohort_of([[80, 10], [70, np.nan], [60, np.nan]])
    told = headlines.response(analyses.responders(one, AnalysisPlan(stratifier="none")), "SALT75", "SALT75", 8)
    assert told == "At week 8, one patient can be assessed for SALT75"


def test_the_other_charts_of_two_strata_say_what_they_show() -> None:
    salt, a = KOREA.values, KOREA.values[:, 0] > 50
    points, percents = salt[:, -1] - salt[:, 0], 100 * (salt[:, -1] / salt[:, 0] - 1)
    reached = percents <= -75  # nobody's visit is missing

    def two(values: np.ndarray, unit: str) -> list[str]:
        return [f"{values[who].mean():.1f}{unit}".replace("-", "−") for who in (a, ~a)]

    plan = AnalysisPlan()
    (x, y), (p, q) = two(points, " points"), two(percents, " %")
    changed = headlines.changes(analyses.change_from_baseline(KOREA, plan), "")
    assert changed == f"Mean change in SALT at week 36: {x} in Group A, {y} in Group B"
    said = f"Mean percent change in SALT at week 36: {p} in Group A, {q} in Group B"
    assert headlines.percent_change(analyses.salt_over_time(KOREA, plan), 36) == said
    apart = f"{100 * (reached[a].mean() - reached[~a].mean()):.1f}".replace("-", "−")
    rates = headlines.between(analyses.responders_between(KOREA, plan), "")
    assert rates == f"SALT75 at week 36, Group A less Group B: {apart} percentage points"


def test_no_headline_says_a_mean_that_a_rule_for_missing_visits_has_moved() -> None:
    for rule in ("locf", "mixed"):
        plan = AnalysisPlan(missing=rule)
        assert headlines.changes(analyses.change_from_baseline(KOREA, plan), "drawn") == "drawn"
        assert headlines.between(analyses.between_strata(KOREA, plan), "drawn") == "drawn"
        assert headlines.percent_change(analyses.salt_over_time(KOREA, plan), 36).endswith("from baseline by visit")


def test_half_of_a_stratum_is_said_of_those_of_which_half_responded() -> None:
    # survival::survfit on the sample: medians of weeks 36 and 16 (tests/reference); ophiasis, 5/11, has none of half
    told = headlines.time_to(analyses.time_to_response(KOREA, AnalysisPlan()), "SALT75")
    assert told == "Half of Group A have reached SALT75 by week 36, half of Group B by week 16"
    few = KOREA.subset(np.array([str(v) == "ophiasis" for v in KOREA.patients["aa_subtype"]]))
    told = headlines.time_to(analyses.time_to_response(few, AnalysisPlan(stratifier="none")), "SALT75")
    assert told == "Share who have reached SALT75"


def test_a_difference_is_headed_by_the_difference_that_is_drawn() -> None:
    """The means of both strata stood over a chart of their difference."""
    change = 100 * (KOREA.values[:, -1] / KOREA.values[:, 0] - 1)
    severe = KOREA.values[:, 0] > 50
    apart = change[severe].mean() - change[~severe].mean()
    told = headlines.between(analyses.between_strata(KOREA, AnalysisPlan()), "none")
    assert told == f"Percent change in SALT at week 36, Group A less Group B: {apart:.1f} percentage points"


def test_every_endpoint_is_headed_by_who_is_ahead_or_by_the_easiest_and_the_hardest() -> None:
    fall, last = 1 - KOREA.values[:, -1] / KOREA.values[:, 0], KOREA.values[:, -1]
    two = headlines.endpoints(analyses.responders(KOREA, AnalysisPlan()), 36)
    assert two == "At week 36, Group B is ahead in 7 of 7 endpoints"
    # by hand, ten of each: at SALT30 10 of f and 9 of m, at SALT100 none of f and 1 of m, at the others 1 and 1
    even = [[80.0, 50.0]] * 9 + [[80.0, 1.0]] + [[80.0, 50.0]] * 8 + [[80.0, 70.0], [80.0, 0.0]]
    tied = analyses.responders(cohort_of(even, [0, 36], sex=["f"] * 10 + ["m"] * 10), AnalysisPlan(stratifier="sex"))
    assert headlines.endpoints(tied, 36) == "At week 36, f and m are each ahead in 1 of 7 endpoints", (
        "“f is ahead in 1 of 7” hid the other"
    )
    easy, hard = (round(100 * float(np.mean(x))) for x in (fall >= 0.30, last == 0))
    everyone = headlines.endpoints(analyses.responders(KOREA, AnalysisPlan(stratifier="none")), 36)
    assert everyone == f"At week 36, {easy} % of all patients have SALT30 and {hard} % have SALT100"
    five = headlines.endpoints(analyses.responders(KOREA, AnalysisPlan(stratifier="subtype")), 36)
    assert five == "Every endpoint at week 36"


def test_adverse_events_are_headed_by_how_many_had_one() -> None:
    cohort = cohort_of(
        [[80.0, 10.0]] * 20, sex=["f", "m"] * 10, adverse_event=["acne"] * 3 + [""] * 17, roles={"adverse_event": "adverse_event"}
    )
    by_sex = headlines.events(analyses.adverse_events(cohort, AnalysisPlan(stratifier="sex")))
    assert by_sex == "An adverse event is recorded in 20 % of f and 10 % of m"  # two and one of ten each
    everyone = headlines.events(analyses.adverse_events(cohort, AnalysisPlan(stratifier="none")))
    assert everyone == "An adverse event is recorded in 15 % of the patients"


def test_predictors_are_headed_by_those_that_stand_out() -> None:
    model = ModelPlan.prespecified(KOREA)  # of its predictors duration alone has p ≤ 0.05: 0.047
    told = headlines.predictors(analyses.predictors(KOREA, AnalysisPlan(), model=model))
    assert told == "SALT75 at week 36 goes with Disease duration, all else equal"
    strict = headlines.predictors(analyses.predictors(KOREA, AnalysisPlan(alpha=0.01), model=model))
    assert strict == "No predictor of SALT75 at week 36 stands out, all else equal"


def test_a_level_that_stands_out_alone_is_no_whole_fact() -> None:
    """The sentence under “goes with AA subtype” said that AA subtype as a whole had p = 0.058; the table tells which it is."""
    told = set()
    for seed in range(44):
        rng = np.random.default_rng(seed)
        final = np.where(rng.random(60) < (0.5 if seed < 40 else 0.1 + 0.2 * (np.arange(60) % 5)), 10.0, 80.0)
        cohort = cohort_of(np.column_stack([np.full(60, 80.0), final]), [0, 12], kind=[f"k{i % 5}" for i in range(60)])
        result = analyses.predictors(cohort, AnalysisPlan(), model=ModelPlan(predictors=(Predictor("kind"),)))
        whole, levels = result.rows(role="overall")["adj_p"].iloc[0], result.rows(role="level")
        found = [f"kind: {r.variable_level}" for r in levels.itertuples() if r.adj_p <= 0.05]
        if not found or levels["adj_p"].isna().any():
            continue
        alone = whole > 0.05
        told.add(alone)
        assert alone == ("as a whole" in result.sentence)
        assert f" goes with {listing(found) if alone else 'kind'}, all" in headlines.predictors(result)
    assert told == {True, False}


def test_published_rates_are_headed_by_the_least_and_the_most_that_they_are_away() -> None:
    rates = analyses.published_rates(KOREA, AnalysisPlan(), drug="baricitinib", dose="4 mg")
    # SALT75 of SALT ≤ 50 at week 36: printed 80.95 %, here 27/34; of SALT > 50 at week 36: printed 52.00 %, here 46/83
    low, high = 100 * 27 / 34 - 80.95, 100 * 46 / 83 - 52.00
    assert headlines.beside_published(rates) == (
        f"This cohort less published rates: −{abs(low):.1f} to {high:.1f} percentage points, at the nearest visit"
    )
