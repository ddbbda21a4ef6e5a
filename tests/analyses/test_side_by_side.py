"""Plans side by side: each as on its own page, differences as the classical tests where those apply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aadash import AnalysisPlan, analyses
from aadash.app.session.samples import load_sample
from aadash.cohort import Cohort
from aadash.errors import AadashError, NotComputable
from aadash.filters import BASELINE, Filter
from aadash.levels import ALL
from aadash.measures import DLQI
from aadash.report.tables import printable
from aadash.result import Result
from aadash.stats.proportions import newcombe
from aadash.stats.two_sample import welch_t
from tests.making import cohort_of, cohorts

KOREA, MISSING = load_sample("korea_2025").cohort, load_sample("korea_2025_missing").cohort
EVERYONE = AnalysisPlan()
WOMEN, MEN = (EVERYONE.replace(filters=(Filter("sex", (sex,)),)) for sex in ("female", "male"))


def beside(cohort: Cohort, plans: dict[str, AnalysisPlan]) -> Result:
    return analyses.side_by_side(cohort, next(iter(plans.values())), tuple(plans.items()))


def test_each_plan_gives_what_its_own_page_gives() -> None:
    plans = {
        "all": EVERYONE,
        "women": WOMEN.replace(week=24, endpoint="SALT<=20"),
        "last": EVERYONE.replace(missing="locf"),
        "nri": EVERYONE.replace(missing="nri"),
    }
    result = beside(MISSING, plans)
    for name, plan in plans.items():
        week = plan.at_week(MISSING)
        described, rates = analyses.salt_over_time(MISSING, plan), analyses.responders(MISSING, plan)
        for variable, at, key in (("salt", 0, "baseline"), ("salt", week, "salt"), ("percent_change", week, "percent_change")):
            ours = result.rows(group1_level=name, variable=key).iloc[0]
            page = described.rows(group1_level=ALL, variable=variable, week=at).iloc[0]
            assert [ours[c] for c in ("n", "estimate", "ci_low", "ci_high")] == [page[c] for c in ("n", "mean", "ci_low", "ci_high")]
        ours = result.rows(group1_level=name, variable="response").iloc[0]
        page = rates.rows(group1_level=ALL, variable=plan.endpoint, week=week).iloc[0]
        assert [ours[c] for c in ("k", "n", "estimate", "ci_low")] == [page[c] for c in ("k", "n", "rate", "ci_low")]


def test_plans_that_share_nobody_are_compared_by_welch_and_newcombe() -> None:
    result = beside(KOREA, {"women": WOMEN, "men": MEN})
    last, sex = KOREA.salt[36].to_numpy(), KOREA.patients["sex"].to_numpy()
    t = welch_t(last[sex == "male"], last[sex == "female"])
    r = result.rows(group1_level="men", variable="salt").iloc[0]
    ours = [r["difference"], r["difference_low"], r["difference_high"], r["n_both"]]
    assert ours == pytest.approx([t.difference, t.ci_low, t.ci_high, 0])
    k = (
        analyses.responders(KOREA, EVERYONE.replace(stratifier="sex"))
        .rows(variable="SALT75", week=36)
        .set_index("group1_level")[["k", "n"]]
    )
    ci = newcombe(*k.loc["male"], *k.loc["female"])
    r = result.rows(group1_level="men", variable="response").iloc[0]
    assert [r["difference"], r["difference_low"], r["difference_high"]] == pytest.approx([ci.estimate, ci.low, ci.high])


def test_a_plan_beside_itself_differs_by_nothing() -> None:
    result = beside(KOREA, {"a": EVERYONE, "b": EVERYONE.replace(severity_cut=95)})
    r = result.rows(group1_level="b")
    assert (r[["difference", "difference_low", "difference_high"]] == 0).all().all() and (r["n_both"] == 117).all()


def test_a_plan_that_leaves_nobody_is_said_and_the_others_stand() -> None:
    nobody = AnalysisPlan(filters=(Filter(BASELINE, low=101),))
    result = beside(KOREA, {"all": EVERYONE, "nobody": nobody, "men": MEN})
    assert set(result.table["group1_level"]) == {"all", "men"}
    assert any(c.text.startswith("nobody: ") and "0 of 117 patients" in c.text for c in result.caveats)
    with pytest.raises(NotComputable, match="first plan cannot"):
        beside(KOREA, {"nobody": nobody, "all": EVERYONE})
    with pytest.raises(NotComputable, match="Two plans"):
        beside(KOREA, {"all": EVERYONE})


def test_a_plan_made_for_another_cohort_is_fitted() -> None:
    strange = AnalysisPlan(week=39, stratifier="hat", filters=(Filter("hat", ("x",)),))
    result = beside(KOREA, {"all": EVERYONE, "other": strange})
    assert result.rows(group1_level="other", variable="salt").iloc[0]["week"] == 36


@settings(max_examples=30)
@given(cohorts(), st.sampled_from(["observed", "nri", "locf", "complete"]), st.sampled_from([("f",), ("m",), ("f", "m")]))
def test_any_cohort_gets_an_answer_or_a_reason(cohort: Cohort, missing: str, levels: tuple[str, ...]) -> None:
    plans = {"all": EVERYONE, "some": AnalysisPlan(missing=missing, filters=(Filter("sex", levels, keep_missing=True),))}
    try:
        result = beside(cohort, plans)
    except AadashError as error:
        assert len(error.paragraph()) > 20
        return
    t = result.table
    known = t["difference_low"].notna()  # a difference made by fewer than five patients has no interval
    tolerance = 1e-9
    assert (t["difference_low"][known] <= t["difference"][known] + tolerance).all()
    assert (t["difference_high"][known] >= t["difference"][known] - tolerance).all()
    first, other = (t[t["group1_level"] == name].set_index("variable") for name in ("all", "some")) if known.any() else (None, None)
    if first is not None and other is not None:
        gap = other["estimate"] - first["estimate"]
        np.testing.assert_allclose(other["difference"].dropna(), gap[other["difference"].notna()], atol=1e-9)


def test_an_interval_says_its_own_level_where_plans_have_two() -> None:
    """0 of 40: Wilson's upper limit is z²/(n + z²), 8.8 % at 95 % and 14.2 % at 99 %."""
    cohort = cohort_of([[80.0 - i, 70.0 - i] for i in range(40)], [0, 24])
    shown = printable(beside(cohort, {"five": EVERYONE, "one": EVERYONE.replace(alpha=0.01)}))
    cells = shown[shown["Measure"].str.startswith("SALT75")]["CI"].tolist()
    assert cells == ["0.0 to 8.8 (95 %)", "0.0 to 14.2 (99 %)"]
    assert "95 % CI" in printable(beside(cohort, {"five": EVERYONE, "same": EVERYONE.replace(week=24)}))


def test_shares_under_two_rules_are_told_to_differ_by_the_rule() -> None:
    """“b”: SALT≤20 in 58.1 %, 7.7 points from “a”, of the same 117 patients, with an interval that leaves 0 out."""
    plan = EVERYONE.replace(week=24)
    same = beside(KOREA, {"a": plan, "women": plan.replace(filters=WOMEN.filters)})
    assert "other-endpoints" not in {c.code for c in same.caveats}
    result = beside(KOREA, {"a": plan, "b": plan.replace(endpoint="SALT<=20"), "c": plan.replace(week=12)})
    (told,) = [c.text for c in result.caveats if c.code == "other-endpoints"]
    assert told.startswith("The first plan is about SALT75 at week 24, others are about SALT≤20 at week 24 and SALT75 at week 12:")
    (there,) = [c.text for c in result.caveats if c.code == "already-there"]
    assert there.endswith("This is so in the plan “b”."), "whose rule some met before the first dose"


def test_who_counts_as_no_response_is_counted() -> None:
    """“34 counted under none of the plans” stood beside SALT75 in 48.7 % of 117, by non-responder imputation."""
    cohort = cohort_of([[80.0, 10.0], [70.0, 60.0], [90.0, np.nan], [60.0, np.nan]], [0, 24])
    plan = EVERYONE.replace(week=24)
    result = beside(cohort, {"seen": plan, "nri": plan.replace(missing="nri")})
    assert result.accounting.analysed == 4 and not [e for e in result.accounting.excluded if e.n]
    assert beside(cohort, {"seen": plan, "again": plan}).accounting.analysed == 2
    (told,) = [c.text for c in result.caveats if c.code == "other-rules"]
    assert told.startswith("A missing visit counts otherwise in “nri” than in “seen”:")
    same = beside(cohort, {"seen": plan, "mixed": plan.replace(missing="mixed")})
    assert "other-rules" not in {c.code for c in same.caveats}, "rates know no mixed model"


def test_under_complete_cases_the_baseline_is_of_whom_the_plan_counts() -> None:
    """It was the mean of everybody, 117, beside a chart and a page Course of the 64 who made every visit. By hand: (80 + 60) / 2."""
    cohort = cohort_of([[80.0, 50.0, 10.0], [60.0, 40.0, 20.0], [100.0, np.nan, 30.0], [100.0, 90.0, np.nan]], [0, 12, 24])
    plan = EVERYONE.replace(week=24)
    result = beside(cohort, {"seen": plan, "complete": plan.replace(missing="complete")})
    found = result.rows(variable="baseline").set_index("group1_level")
    assert (found.loc["complete", "n"], found.loc["complete", "estimate"]) == (2, 70.0)
    assert (found.loc["seen", "n"], found.loc["seen", "estimate"]) == (4, 85.0)


def test_means_of_two_scores_stand_on_their_own_scales_without_a_difference() -> None:
    """“Mean SALT at baseline” was said of DLQI, and SALT was taken from it, with an interval."""
    rows = [[80, 40], [60, 10], [90, 85], [70, 30], [55, 20], [95, 50], [65, 60], [75, 5]]
    dlqi = pd.DataFrame([[20, 5], [8, 9], [25, 11], [13, 2], [7, 7], [28, 9], [10, 1], [16, 12]], columns=[0, 24])
    salt = cohort_of(rows, [0, 24], sex=list("fmfmfmff"), roles={"sex": "sex"})
    dlqi.index = salt.salt.index
    cohort = replace(salt, measures={"DLQI": (DLQI, dlqi)})
    women, life = EVERYONE.replace(filters=(Filter("sex", ("f",)),)), EVERYONE.replace(measure="DLQI", endpoint="DLQI +4")
    result = beside(cohort, {"scalp": EVERYONE, "life": life, "women": women})
    shown = printable(result).set_index(["Measure", "Scenario"])["Difference from the first"]
    means = ["Mean DLQI at baseline", "Mean DLQI, week 24", "Mean percent change in DLQI, week 24"]
    assert [shown[m, "life"] for m in means] == ["", "", ""] and shown["DLQI ≥4 points better, week 24", "life"]
    assert shown["Mean SALT, week 24", "women"] and shown["Mean percent change in SALT, week 24", "women"]
    assert [c.code for c in result.caveats].count("other-scores") == 1
    alone = beside(cohort, {"life": life, "women": life.replace(filters=women.filters)})
    assert "other-scores" not in {c.code for c in alone.caveats}
    assert {"Mean DLQI, week 24", "Mean percent change, week 24"} <= set(printable(alone)["Measure"])
