"""From tables to entries, and what a ledger amounts to."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses import REGISTRY
from aadash.analyses.ledger_entries import entries, summary
from aadash.app.session.samples import load_sample
from aadash.charts.ledger import ranked_p_values
from aadash.errors import AadashError
from aadash.filters import Filter
from aadash.ledger import Ledger, LedgerEntry, design
from aadash.model_plan import ModelPlan
from aadash.report.ledger import ledger_frame
from aadash.result import Result

KOREA = load_sample("korea_2025").cohort
NOW = "2026-11-21T10:00:00.000Z"


def found(result: Result, rows: pd.DataFrame | None = None) -> list[LedgerEntry]:
    return entries(result, rows, KOREA.fingerprint, NOW)


def test_each_p_of_a_table_is_a_look() -> None:
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT50", filters=(Filter("age", low=20),))
    result = analyses.responders_between(KOREA, plan)
    got = found(result, result.rows(variable="SALT50"))
    assert [entry.week for entry in got] == [8, 12, 16, 24, 36]
    for entry, (_, row) in zip(got, result.rows(variable="SALT50").iterrows(), strict=True):
        assert (entry.p, entry.n, entry.estimate) == (row["p"], row["n_analysed"], row["risk_difference"])
        assert entry.outcome == "SALT50" and entry.filters == "20 ≤ age" and entry.cohort == KOREA.fingerprint[:12]
        assert entry.design == design(plan, entry.week) and entry.test in ("chi-squared test", "Fisher's exact test")


def test_a_p_that_is_hidden_is_no_look() -> None:
    result = analyses.subgroups_response(KOREA, AnalysisPlan())
    levels = result.table[result.table["variable_level"].isna()]
    tests = result.rows(variable_level="test")
    assert len(found(result, tests[[c for c in tests if c != "p_relative"]])) == len(tests)
    assert found(result, levels.drop(columns=["p_rest", "p", "p_relative"])) == []
    assert len(found(result, levels.drop(columns=["p", "p_relative"]))) == levels["p_rest"].notna().sum()


def test_the_same_question_on_two_pages_is_one_look() -> None:
    """Subgroups by sex and the comparison of a plan split by sex differ in test name only where the test differs."""
    by_sex = AnalysisPlan(stratifier="sex")
    page = {(x.design, x.outcome) for x in found(analyses.responders_between(KOREA, by_sex))}
    sub = {
        (x.design, x.outcome)
        for x in found(analyses.subgroups_response(KOREA, AnalysisPlan(stratifier="subtype")))
        if x.contrast.startswith("sex")
    }
    assert sub and sub <= page


def test_the_change_of_everyone_is_asked_once_whatever_the_split() -> None:
    ledger = Ledger().adding(found(analyses.change_from_baseline(KOREA, AnalysisPlan(stratifier="sex"))))
    n = len(ledger)
    more = ledger.adding(found(analyses.change_from_baseline(KOREA, AnalysisPlan(stratifier="subtype"))))
    assert len(more) - n == 2 * 5 * 5, "five subtypes, five weeks, two tests; nothing new about all patients"


@pytest.mark.parametrize("name", sorted(name for name, one in REGISTRY.items() if one.section not in ("long", "compare", "session")))
def test_every_analysis_can_be_entered(name: str) -> None:
    for plan in (AnalysisPlan(stratifier="sex"), AnalysisPlan(stratifier="subtype", missing="nri", endpoint="SALT<=20")):
        try:
            result = REGISTRY[name].function(KOREA, plan)
        except AadashError:
            continue
        got = found(result)
        keys = [entry.key for entry in got]
        assert len(set(keys)) == len(keys), "two rows of one table are never one question"
        assert all(0 <= entry.p <= 1 and entry.n >= 0 and entry.test and entry.contrast for entry in got)
        if name.startswith(("subgroup", "between", "change", "mixed", "responders_between")) and "p" in result.table:
            assert got


def entry(p: float, prespecified_at: str = "", i: int = 0) -> LedgerEntry:
    return LedgerEntry("c", str(i), "SALT75", "x", "t", 36, "none", "observed", 10, 0.0, p, NOW, prespecified_at)


def test_a_summary_counts_and_adjusts_as_by_hand() -> None:
    p = [0.001, 0.01, 0.02, 0.04, 0.2, 0.9]
    s = summary(Ledger(tuple(entry(v, "2026" if v == 0.02 else "", i) for i, v in enumerate(p))))
    assert (s.tested, s.significant, s.prespecified, s.significant_prespecified) == (6, 4, 1, 1)
    assert s.expected == pytest.approx(0.3) and s.any_by_chance == pytest.approx(1 - 0.95**6)
    # Holm: 6 × 0.001, 5 × 0.01, 4 × 0.02, then 3 × 0.04; Benjamini–Hochberg: 6/i × p from the largest down
    assert s.table["p_holm"].tolist() == pytest.approx([0.006, 0.05, 0.08, 0.12, 0.4, 0.9])
    assert s.table["p_bh"].tolist() == pytest.approx([0.006, 0.03, 0.04, 0.06, 0.24, 0.9])
    assert (s.holm, s.bh) == (2, 3)


def test_what_chance_gives_is_said_of_null_hypotheses_and_is_never_certain() -> None:
    """“With no true differences, expect 10.0 of 200, and at least one with probability 100 %”: 1 − 0.95^200 = 0.99996, and a test of
    equivalence is significant just where there is no difference."""
    many = Ledger(tuple(entry(0.5, "", i) for i in range(200)))
    few = Ledger(tuple(entry(0.5, "", i) for i in range(12)))
    said = [
        analyses.questions_asked(
            KOREA, AnalysisPlan(), ledger=Ledger(tuple(replace(e, cohort=KOREA.fingerprint[:12]) for e in x.entries))
        )
        for x in (many, few)
    ]
    assert (
        "If every null hypothesis were true, expect 10.0 of 200, and at least one with probability above 99 % if" in said[0].sentence
    )
    assert "expect 0.6 of 12, and at least one with probability 46 % if the questions were independent." in said[1].sentence


@pytest.mark.parametrize(
    ("significant", "stated", "said"),
    [
        (1, 0, "The one with p ≤ 0.05 had not been prespecified: it was found by looking."),
        (1, 1, "The one with p ≤ 0.05 had been prespecified."),
        (6, 0, "None of the 6 with p ≤ 0.05 had been prespecified: all were found by looking."),
        (6, 6, "All 6 with p ≤ 0.05 had been prespecified."),
        (6, 5, "Of the 6 with p ≤ 0.05, 5 had been prespecified and 1 was found by looking."),
        (6, 2, "Of the 6 with p ≤ 0.05, 2 had been prespecified and 4 were found by looking."),
    ],
)
def test_what_was_prespecified_is_said_in_a_sentence(significant: int, stated: int, said: str) -> None:
    """“0 of the 6 had been prespecified; 6 were found by looking.”"""
    asked = [entry(0.01 if i < significant else 0.5, "2026" if i < stated else "", i) for i in range(8)]
    ledger = Ledger(tuple(replace(e, cohort=KOREA.fingerprint[:12]) for e in asked))
    result = analyses.questions_asked(KOREA, AnalysisPlan(), ledger=ledger)
    assert result.sentence.endswith(said)


def test_an_empty_ledger_amounts_to_nothing() -> None:
    s = summary(Ledger())
    assert (s.tested, s.significant, s.expected, s.any_by_chance) == (0, 0, 0, 0) and s.table.empty


def test_chance_gives_what_the_summary_says() -> None:
    """Property: over cohorts with shuffled sexes, the share of p ≤ 0.05 is about 5 % (exact tests give a little less)."""
    rng = np.random.default_rng(8)
    ledger = Ledger()
    for i in range(60):
        shuffled = KOREA.patients.assign(sex=rng.permutation(KOREA.patients["sex"]))
        cohort = type(KOREA)(shuffled, KOREA.salt, roles=dict(KOREA.roles))
        result = analyses.responders_between(cohort, AnalysisPlan(stratifier="sex", endpoint="SALT<=20"))
        row = result.rows(variable="SALT<=20", week=36)
        ledger = ledger.adding(entries(result, row, f"{i:012d}", NOW))
    s = summary(ledger)
    assert s.tested == 60 and s.expected == pytest.approx(3.0) and s.significant <= 8


def test_no_patient_stands_in_the_ledger_and_a_predictor_by_its_name() -> None:
    """The model fitted without each patient is no question: 56 rows “K087, none: between its levels” were counted, and kept in a file
    that is to hold nobody."""
    model = ModelPlan.prespecified(KOREA)
    checks = analyses.predictor_checks(KOREA, AnalysisPlan(), model=model)
    assert not checks.rows(role="flip").empty
    (one,) = entries(checks, None, KOREA.fingerprint, NOW)
    assert (one.outcome, one.contrast) == ("SALT75 at week 36", "Age"), "whether the line of age is straight"
    asked = entries(analyses.predictors(KOREA, AnalysisPlan(), model=model), None, KOREA.fingerprint, NOW)
    assert {"AA subtype", "AA subtype, diffuse", "Sex, female"} <= {e.contrast for e in asked}
    assert {e.outcome for e in asked} == {"SALT75 at week 36"}
    other = entries(analyses.predictors(KOREA, AnalysisPlan(endpoint="SALT90"), model=model), None, KOREA.fingerprint, NOW)
    assert not {e.key for e in other} & {e.key for e in asked}, "of another endpoint it is another question"


def test_a_question_is_read_in_words_and_keeps_its_key() -> None:
    """Rows of the ledger said "subtype:week", "subtype × sex × endpoint", "salt", "stratum:week"."""
    got = found(analyses.response_patterns(KOREA, AnalysisPlan()))
    assert [(e.measured, e.question) for e in got] == [
        ("Improvement", "AA subtype × week"),
        ("Improvement", "Sex × week"),
        ("Improvement", "AA subtype × sex"),
        ("SALT75 at week 36", "AA subtype × sex"),
    ]
    kept = replace(got[-1], outcome="subtype:sex:endpoint", contrast="subtype × sex × endpoint")
    assert (kept.measured, kept.question) == ("Endpoint", "AA subtype × sex (endpoint)"), "what was kept by an earlier version"
    course = found(analyses.mixed_anova(KOREA, AnalysisPlan(stratifier="sex")))
    assert {e.measured for e in course} == {"SALT", "Percent change"}
    assert any(e.question.endswith(", stratum × week") for e in course)
    ledger = Ledger().adding([*got, *course])
    drawn = ranked_p_values(ledger, 0.05).data["entries"]["question"].tolist()
    for text in [*ledger_frame(ledger, summary(ledger).table)[["Outcome", "Question"]].to_numpy().ravel(), *drawn]:
        assert not re.search(r"\bsalt\b|\w:\w|subtype ×(?<!AA subtype ×)", text), text


def test_an_interaction_is_one_question_whichever_split_is_the_subgroup() -> None:
    """The severity group by sex, and the sexes by severity group, were two questions with one p (2 × 2 × 2: the difference of
    differences is the same)."""
    ledger, sizes = Ledger(), []
    for split in ("sex", "severity"):
        result = analyses.subgroup_differences_response(KOREA, AnalysisPlan(stratifier=split))
        both = [e for e in found(result) if e.contrast == "severity group (cut at 50) × sex"]
        assert {e.test for e in both} == {"interaction, absolute scale", "interaction, relative scale"}
        ledger = ledger.adding(both)
        sizes.append(len(ledger))
    assert sizes == [2, 2]


@pytest.mark.parametrize("ask", ["between_strata", "change_from_baseline"])
def test_ranks_beside_a_mixed_model_are_of_those_with_a_score(ask: str) -> None:
    """“Mann–Whitney test, observed cases, n = 102” stood there with the model's difference; 83 have a score at week 36."""
    missed = load_sample("korea_2025_missing").cohort
    for e in found(getattr(analyses, ask)(missed, AnalysisPlan(missing="mixed", week=36))):
        if e.test in ("Mann–Whitney test", "Wilcoxon signed-rank test") and e.week == 36:
            groups = {"between_strata": 83, "change_from_baseline": 83 if e.of_everyone else 33 if "Group B" in e.contrast else 50}
            assert (e.missing, e.n) == ("Observed cases", groups[ask]) and np.isnan(e.estimate)
