"""An analysis asked in brief gives the row that the whole one gives, and rules are compared in seconds where much is split."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from aadash import analyses
from aadash.analyses import model_based
from aadash.analyses.rules import QUESTIONS
from aadash.errors import NotComputable
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.stats.mmrm import mmrm
from tests.making import NAN, cohort_of

RNG = np.random.default_rng(8)


def gone(n: int, visits: int, kinds: int, weeks: list[int] | None = None):
    """Patients of so many kinds, some of whom leave."""
    fall = RNG.uniform(0.0, 0.12, (n, 1)) * (1 + np.arange(n)[:, None] % kinds)
    rows = np.clip(RNG.uniform(50, 100, (n, 1)) * np.exp(-fall * np.arange(visits)) + RNG.normal(0, 4, (n, visits)), 0, 100)
    for i, last in enumerate(RNG.integers(2, 3 * visits, n)):
        rows[i, last:] = NAN
    return cohort_of(rows.round(1).tolist(), weeks or range(0, 4 * visits, 4), kind=[f"kind {i % kinds}" for i in range(n)])


def test_a_mixed_model_is_fitted_once_for_all_who_ask_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The course, the change, the strata; another level of confidence, or other patients, have a model of their own."""
    cohort, plan, fitted = gone(40, 4, 2), AnalysisPlan(stratifier="kind", missing="mixed"), []
    monkeypatch.setattr(model_based, "mmrm", lambda *a, **o: (fitted.append(1), mmrm(*a, **o))[1])
    for ask in (analyses.salt_over_time, analyses.change_from_baseline, analyses.between_strata, analyses.mixed_anova):
        ask(cohort, plan)
    n = len(fitted)
    assert n == 4, "values and percent changes, of everyone and of the strata"
    said = analyses.between_strata(cohort, plan).table
    assert len(fitted) == n and analyses.between_strata(cohort.subset(np.arange(40) < 39), plan).table.equals(said) is False
    assert len(fitted) == n + 1
    wide, narrow = (analyses.between_strata(cohort, plan.replace(alpha=alpha)).table.iloc[0] for alpha in (0.01, 0.2))
    assert wide["ci_high"] - wide["ci_low"] > narrow["ci_high"] - narrow["ci_low"]


@pytest.mark.parametrize("kinds", [2, 4])
@pytest.mark.parametrize("question", QUESTIONS)
def test_in_brief_the_row_of_everyone_is_the_same(question: str, kinds: int) -> None:
    cohort, q = gone(60, 4, kinds), QUESTIONS[question]
    plan = AnalysisPlan(stratifier="kind", endpoint="SALT50", week=8)
    variable = "SALT50" if q.by_endpoint else "percent_change" if question != "change_from_baseline" else "salt"
    asked = {"group1_level": ALL, "variable": variable} | ({"week": 8} if q.at_week else {})
    for rule in q.rules:
        now = plan.replace(missing=rule)
        whole, brief = q.analysis(cohort, now), q.analysis(cohort, now, brief=True)
        one, other = (r.rows(**asked).dropna(axis=1, how="all").reset_index(drop=True) for r in (brief, whole))
        pd.testing.assert_frame_equal(one, other, check_dtype=False)
        assert brief.accounting == whole.accounting and brief.sentence.split(".")[0] == whole.sentence.split(".")[0]


@pytest.mark.parametrize("question", QUESTIONS)
def test_twelve_strata_and_twenty_visits_take_seconds_of_work(question: str) -> None:
    """Seconds of the processor, so that a busy machine does not count; each question took from 10 to 60 of them."""
    cohort = gone(144, 20, 12)
    with threadpool_limits(1):  # as app.py has it
        begun = time.thread_time()
        analyses.missing_rule_comparison(cohort, AnalysisPlan(stratifier="kind"), question=question)
        assert time.thread_time() - begun < 4


def test_one_rule_that_answers_is_not_every_rule() -> None:
    """A stratum of one patient has no Welch test, so the mixed model alone answers: "every rule gives the same answer" stood there."""
    rows = [[60.0 + i, 50.0 + 2 * i % 17, 40.0 + 3 * i % 23] for i in range(12)]
    cohort = cohort_of(rows, [0, 12, 24], site=["x"] + ["y"] * 11)
    told = analyses.missing_rule_comparison(cohort, AnalysisPlan(stratifier="site"), question="between_strata").sentence
    assert told.startswith("Only mixed model could be tested") and "every rule" not in told


def test_what_has_no_answer_is_named() -> None:
    """With one visit after baseline the page answers of SALT, and below stood “This question can be answered under no rule”."""
    cohort = cohort_of([[80.0, 10.0 + i] for i in range(12)], [0, 24], sex=["f", "m"] * 6, roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex")
    assert analyses.mixed_anova(cohort, plan).sentence.startswith("No clear difference in the course of SALT")
    with pytest.raises(NotComputable, match=r"^Stratum × week on percent change has an answer under no rule"):
        analyses.missing_rule_comparison(cohort, plan, question="mixed_anova")


def test_a_difference_on_either_side_of_0_that_is_clear_under_no_rule_changes_no_conclusion() -> None:
    """By hand −0.8 points as observed and 11.9 with last values, none of them clear: the answer to “Does the conclusion change?” was
    “The direction changes with the rule.”"""
    rows = [[80.0, 40.0, 40.0], [80.0, 44.0, 30.0], [80.0, 50.0, 50.0], [80.0, 60.0, NAN]]
    rows += [[80.0, 42.0, 41.0], [80.0, 40.0, 25.0], [80.0, 41.0, 56.0], [80.0, 20.0, NAN]]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 4 + ["m"] * 4, roles={"sex": "sex"})
    found = analyses.missing_rule_comparison(cohort, AnalysisPlan(stratifier="sex", week=24), question="between_strata")
    estimates = found.table.set_index("variable")["estimate"]
    assert estimates["observed"] == pytest.approx(-100 / 80 * (122 / 3 - 40)) and estimates["locf"] == pytest.approx(9.5 / 0.8)
    assert found.sentence.startswith("No: it is significant under none of the 4 rules (p = ")
