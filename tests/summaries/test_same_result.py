"""A summary gives the result that the patients' rows give: every statistic, the sentence, the accounting."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.errors import AadashError
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.summaries import SUFFICES, answer, from_json, pooled, summarise, to_json
from tests.making import cohort_of, cohorts

MISSED, TOHOKU = "sample_data/korea_2025_missing.csv", "sample_data/tohoku_2025.csv"


def outcome(ask: object) -> Result | str:
    try:
        return ask()  # type: ignore[operator, no-any-return]
    except AadashError as error:
        return error.paragraph()


NUMBER = re.compile(r"\d+(?:\.\d+)?")


def alike(one: str, other: str) -> bool:
    """The same words, and numbers that differ by one in the last printed place at most: in made-up cohorts of three a mean is often
    exactly half way between two of them, and the 16th digit decides."""
    pairs = zip(NUMBER.findall(one), NUMBER.findall(other), strict=True)
    return NUMBER.sub("#", one) == NUMBER.sub("#", other) and all(
        a == b or abs(float(a) - float(b)) < 1.01 * 10.0 ** -len(a.partition(".")[2]) for a, b in pairs
    )


def assert_same(rows: Result | str, sums: Result | str, where: str, rel: float = 1e-12, made_up: bool = False) -> None:
    if isinstance(rows, str) or isinstance(sums, str):
        assert rows == sums, where
        return
    assert list(rows.table.columns) == list(sums.table.columns), where
    assert len(rows.table) == len(sums.table), where
    for column in rows.table:
        mine, theirs = rows.table[column], sums.table[column]
        try:
            np.testing.assert_allclose(theirs.astype(float), mine.astype(float), rtol=rel, atol=rel, err_msg=f"{where} {column}")
        except (TypeError, ValueError):
            assert mine.map(str).tolist() == theirs.map(str).tolist(), f"{where} {column}"
    assert alike(rows.sentence, sums.sentence) if made_up else rows.sentence == sums.sentence, where
    assert rows.accounting == sums.accounting, where
    assert rows.labels == sums.labels, where


def doubts(result: Result) -> set[tuple[str, str, str]]:
    """What is said of a result, whether of rows or of sums."""
    return {(c.code, c.text, c.advice) for c in result.caveats if c.code != "from-sums"}


@pytest.mark.parametrize(
    ("file", "stratifier", "rules"),
    [
        (MISSED, "subtype", tuple(MISSING_RULES)),
        (MISSED, "severity", ("observed", "mixed")),
        (MISSED, "age", ("locf", "nri")),
        (TOHOKU, "sex", ("complete", "mixed")),
    ],
)
def test_samples_under_every_rule(file: str, stratifier: str, rules: tuple[str, ...]) -> None:
    """Every rule where three strata are compared, two of the others' each; test_any_cohort crosses rules and splits."""
    cohort = read_cohort(file, accept_missing=True)
    for rule in rules:
        plan = AnalysisPlan(stratifier=stratifier, missing=rule).resolved_for(cohort)[0]
        summary = from_json(to_json(summarise(cohort, plan, by=[plan.stratifier], minimum=1)))
        for name, need in SUFFICES.items():
            if need in ("crossed", "cells"):  # test_jointly.py
                continue
            rows = outcome(lambda n=name, p=plan: REGISTRY[n].function(cohort, p))
            sums = outcome(lambda n=name, p=plan, s=summary: answer(s, n, p))
            assert_same(rows, sums, f"{file} {stratifier} {rule} {name}")
            if need == "pairs" and isinstance(rows, Result) and isinstance(sums, Result):
                assert doubts(rows) == doubts(sums)
            if name == "mixed_anova" and isinstance(rows, Result) and isinstance(sums, Result):
                mine, theirs = ({d for d in doubts(r) if d[0] == "sphericity"} for r in (rows, sums))
                assert mine == theirs, f"{file} {stratifier} {rule}"  # of both measures, each with its own epsilon


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck))
@given(cohorts(patients=14, visits=4), st.sampled_from(sorted(MISSING_RULES)), st.sampled_from(["severity", "sex", "none"]))
def test_any_cohort(cohort: Cohort, rule: str, stratifier: str) -> None:
    """In any cohort, however degenerate: sums of recorded scores are whole numbers, and rows are summed before a model is fitted."""
    plan = AnalysisPlan(stratifier=stratifier, missing=rule)
    summary = from_json(to_json(summarise(cohort, plan, by=[stratifier], minimum=1)))
    for name, need in SUFFICES.items():
        if need in ("crossed", "cells"):  # test_jointly.py
            continue
        rows = outcome(lambda n=name: REGISTRY[n].function(cohort, plan))
        added = outcome(lambda n=name: answer(summary, n, plan))
        assert_same(rows, added, name, made_up=True)


def test_who_came_to_no_visit_at_all_is_counted_as_in_the_rows() -> None:
    """Of three without a baseline, one never came, two came at different weeks; each week's pairs would fit one who came twice."""
    cohort = cohort_of([[np.nan, np.nan, np.nan], [np.nan, 37.1, np.nan], [np.nan, np.nan, 1.2], [24.2, 10.0, 16.9]], [0, 4, 8])
    plan = AnalysisPlan(stratifier="none")
    found = answer(summarise(cohort, plan, by=["none"], minimum=1), "salt_over_time", plan)
    assert found.accounting.analysed == 3
    assert found.accounting == REGISTRY["salt_over_time"].function(cohort, plan).accounting


def test_four_hospitals_give_the_korean_sample_again() -> None:
    """117 patients dealt to four hospitals, each summarised, the files added: the numbers of the whole sample."""
    whole = read_cohort("sample_data/korea_2025.csv", accept_missing=True)
    plan = AnalysisPlan().resolved_for(whole)[0]
    deal = np.random.default_rng(4).integers(0, 4, len(whole))
    files = [to_json(summarise(whole.subset(deal == i), plan, centre=f"Hospital {i + 1}", minimum=1)) for i in range(4)]
    sums = pooled([from_json(text) for text in files])
    assert sums.n == 117
    for stratifier in ("severity", "subtype", "sex"):
        one = plan.replace(stratifier=stratifier)
        for name, need in SUFFICES.items():
            if need in ("crossed", "cells"):  # of the plan's own split: test_jointly.py
                continue
            rows, added = (
                outcome(lambda n=name, p=one: REGISTRY[n].function(whole, p)),
                outcome(lambda n=name, p=one: answer(sums, n, p)),
            )
            if isinstance(rows, str) or isinstance(added, str):
                assert rows == added
                continue
            np.testing.assert_allclose(
                added.table.select_dtypes("number").to_numpy(dtype=float),
                rows.table.select_dtypes("number").to_numpy(dtype=float),
                rtol=1e-12,
                atol=1e-12,
                err_msg=f"{stratifier} {name}",
            )
    with_centre = Cohort(
        whole.patients.assign(hospital=[f"Hospital {i + 1}" for i in deal]), whole.salt, roles=dict(whole.roles), name="whole"
    )
    rows = REGISTRY["responders"].function(with_centre, plan.replace(stratifier="hospital")).table
    added = answer(sums, "responders", plan.replace(stratifier="centre")).table
    assert added["k"].tolist() == rows["k"].tolist(), "the hospitals are one more split"
    assert added["n"].tolist() == rows["n"].tolist()


@pytest.mark.parametrize(("column", "levels"), [("sex", ["f", "m"]), ("subtype", ["patchy", "totalis"]), ("dose", ["2 mg", "10 mg"])])
def test_a_hospital_that_lacks_a_level_does_not_turn_their_order(column: str, levels: list[str]) -> None:
    """By hand: one hospital has the second level only, the next the first. The difference is of the first from the second."""
    rows = [[80.0, 10.0], [70.0, 35.0], [90.0, 80.0], [60.0, 20.0], [75.0, 71.0], [95.0, 50.0]]
    cohort = cohort_of(
        rows, [0, 12], **{column: [levels[i] for i in (1, 1, 0, 1, 0, 0)]}, roles={"subtype": "subtype"} if column == "subtype" else {}
    )
    stratifier = column if column in ("sex", "subtype") else f"column:{column}"
    plan = AnalysisPlan(stratifier=stratifier).resolved_for(cohort)[0]
    assert list(plan.strata(cohort).levels) == levels
    first = np.array([True, True, False, True, False, False])
    sums = pooled([summarise(cohort.subset(first == w), plan, centre=str(w), by=[plan.stratifier], minimum=1) for w in (True, False)])
    rows_say, sums_say = (REGISTRY["between_strata"].function(cohort, plan), answer(sums, "between_strata", plan))
    assert_same(rows_say, sums_say, column)


def test_no_patient_stands_in_a_summary() -> None:
    cohort = read_cohort("sample_data/korea_2025.csv", accept_missing=True)
    text = to_json(summarise(cohort, AnalysisPlan(), minimum=1))
    assert not [code for code in cohort.patients.index if f'"{code}"' in text]


def test_what_sums_cannot_say_says_so() -> None:
    cohort = read_cohort("sample_data/korea_2025.csv", accept_missing=True)
    summary = summarise(cohort, AnalysisPlan(), minimum=1)
    with pytest.raises(AadashError, match="follows single patients"):
        answer(summary, "severity_flow", AnalysisPlan())
    with pytest.raises(AadashError, match="not split by"):
        answer(summary, "responders", AnalysisPlan(stratifier="no such column"))
    with pytest.raises(AadashError, match="cuts"):
        answer(summary, "responders", AnalysisPlan(severity_cut=30))


def test_the_same_cohort_gives_the_same_file() -> None:
    cohort = read_cohort("sample_data/tohoku_2025.csv", accept_missing=True)
    again = Cohort(
        cohort.patients.iloc[::-1], cohort.salt.iloc[::-1], roles=dict(cohort.roles), name=cohort.name, synthetic=cohort.synthetic
    )
    plan = AnalysisPlan().resolved_for(cohort)[0]
    one, other = (to_json(summarise(c, plan, minimum=1, by=["sex"])) for c in (cohort, again))
    a, b = from_json(one), from_json(other)
    assert [lv.pairs for s in a.splits for lv in s.levels] == [lv.pairs for s in b.splits for lv in s.levels]
