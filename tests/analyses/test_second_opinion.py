"""pingouin beside AAdash: the same numbers, or a reason."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from aadash.analyses.compared import SAME, UNEXPLAINED, agreeing_digits
from aadash.analyses.second_opinion import (
    APPROXIMATE_J,
    NO_FISHER,
    NO_HOCHBERG,
    NO_MIXED_MODEL,
    QUESTIONS,
    TYPE_II,
    second_opinion,
)
from aadash.cohort import Cohort
from aadash.errors import AadashError, NotComputable, PlanError
from aadash.intake import read_cohort
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.stats import pingouin_adapter
from tests.making import cohort_of

RNG = np.random.default_rng(5)


def unequal(n: int = 40, above: int = 26) -> Cohort:
    """More patients above 50 than below; the higher fall faster; some visits are missing."""
    base = np.r_[RNG.uniform(55, 100, above), RNG.uniform(15, 50, n - above)]
    salt = np.column_stack([base, *(base * np.clip(1 - k * RNG.uniform(0, 0.3, n), 0, 1.5) for k in (1, 2, 3))]).round(1)
    salt[3, 2] = salt[30, 1] = np.nan
    return cohort_of(salt.tolist(), sex=["f", "m", "x", "f"] * (n // 4), roles={"sex": "sex"})


COHORT = unequal()


def reasons(result: Result, **keys: Any) -> set[str]:
    return set(result.rows(**keys)["reason"])


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("stratifier", ["severity", "sex"])
def test_same_number_or_a_reason(question: str, stratifier: str) -> None:
    result = second_opinion(COHORT, AnalysisPlan(stratifier=stratifier), question)
    table = result.table
    assert UNEXPLAINED not in set(table["reason"])
    assert not result.caveats
    assert ((table["digits"] >= SAME) == (table["reason"] == "")).all()
    assert (table["digits"] >= SAME).mean() >= 0.5
    assert "by both" in result.sentence or "by pingouin" in result.sentence


def test_the_effect_of_week_is_of_another_type_only_where_strata_differ_in_size() -> None:
    assert reasons(second_opinion(COHORT, AnalysisPlan(), "mixed_anova"), variable="salt") == {"", TYPE_II}
    equal = unequal(40, 20)
    complete = ~np.isnan(equal.values).any(axis=1)
    assert complete[:20].sum() == complete[20:].sum()
    assert reasons(second_opinion(equal, AnalysisPlan(), "mixed_anova")) == {""}


def test_what_pingouin_lacks_is_said() -> None:
    assert NO_FISHER in reasons(second_opinion(COHORT, AnalysisPlan(endpoint="SALT100"), "responders_between"))
    assert NO_HOCHBERG in reasons(second_opinion(COHORT, AnalysisPlan(multiplicity="hochberg"), "change_from_baseline"))
    assert APPROXIMATE_J in reasons(second_opinion(COHORT, AnalysisPlan(), "between_strata"))
    for question in ("change_from_baseline", "between_strata", "mixed_anova"):
        assert NO_MIXED_MODEL in reasons(second_opinion(COHORT, AnalysisPlan(missing="mixed"), question))


@pytest.mark.parametrize("sample", ["korea_2025", "korea_2025_missing", "tohoku_2025"])
def test_nothing_in_the_samples_is_unexplained(sample: str) -> None:
    cohort = read_cohort(Path(__file__).parents[2] / "sample_data" / f"{sample}.csv")
    assert not second_opinion(cohort, AnalysisPlan(), "change_from_baseline").caveats
    for plan in (AnalysisPlan(stratifier="sex"), AnalysisPlan(stratifier="subtype")):
        assert not second_opinion(cohort, plan, "between_strata").caveats


def test_a_difference_without_a_reason_is_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pingouin_adapter, "mann_whitney", lambda x, y, exact: {"u": 1.0, "p": 0.5})
    result = second_opinion(COHORT, AnalysisPlan(), "between_strata")
    assert [c.code for c in result.caveats] == ["second-opinion"]
    assert "6 numbers without a known reason, first in Mann–Whitney test at week 8" in result.caveats[0].text
    assert "9 numbers differ" in result.sentence  # three weeks of u, p and Hedges' g


def test_where_pingouin_refuses_its_words_are_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> dict[str, float]:
        raise NotComputable("pingouin's kruskal gives no answer here")

    monkeypatch.setattr(pingouin_adapter, "kruskal", refuse)
    result = second_opinion(COHORT, AnalysisPlan(stratifier="sex"), "between_strata")
    assert "pingouin's kruskal gives no answer here." in reasons(result)
    assert not result.caveats


def test_another_question_is_refused() -> None:
    with pytest.raises(PlanError, match="no second opinion on 'equivalence'"):
        second_opinion(COHORT, AnalysisPlan(), "equivalence")


def small(seed: int) -> Cohort:
    """Six to 20 patients with ties, gaps, baselines of 0 and patients who do not change."""
    rng = np.random.default_rng(seed)
    n, visits = int(rng.integers(6, 21)), int(rng.integers(2, 5))
    salt = rng.choice([0, 10, 20, 45, 60, 60.5, 80, 100], size=(n, visits)).astype(float)
    salt[rng.random((n, visits)) < 0.05 * (seed % 4)] = np.nan
    salt[: seed % 3] = 60.0
    return cohort_of(salt.tolist(), sex=rng.choice(["f", "m", "x"][: 2 + seed % 2], n).tolist(), roles={"sex": "sex"})


@pytest.mark.parametrize("question", QUESTIONS)
def test_small_and_odd_cohorts_are_explained_too(question: str) -> None:
    answered = 0
    for seed in range(40):
        plan = AnalysisPlan(stratifier=("severity", "sex")[seed % 2], missing=("observed", "nri", "locf")[seed % 3])
        try:
            table = second_opinion(small(seed), plan, question).table
        except AadashError:
            continue
        answered += 1
        strange = table[table["reason"] == UNEXPLAINED]
        assert strange.empty, f"{seed}: {strange[['variable_level', 'week', 'ours', 'pingouin', 'digits']].to_string()}"
    assert answered > 20


def test_pingouin_is_not_loaded_with_the_analyses() -> None:
    code = (
        "import sys, aadash.analyses as a; from aadash.plan import AnalysisPlan;"
        "from tests.analyses.test_second_opinion import COHORT;"
        "a.answers(COHORT, AnalysisPlan()); assert 'pingouin' not in sys.modules;"
        "a.second_opinion(COHORT, AnalysisPlan()); assert 'pingouin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


@pytest.mark.parametrize(
    ("a", "b", "digits"),
    [
        (1.0, 1.0, 15),
        (0.0, 0.0, 15),
        (1.0, 1.001, 3),
        (1.0, -1.0, 0),
        (1e-30, 1.0000001e-30, 7),
        (0.0, 1e-9, 0),
        (float("inf"), 1.0, 0),
    ],
)
def test_digits(a: float, b: float, digits: int) -> None:
    assert agreeing_digits(a, b) == agreeing_digits(b, a) == digits


def test_digits_of_a_missing_number() -> None:
    assert np.isnan(agreeing_digits(float("nan"), 1.0))


def test_a_week_at_which_everyone_changed_alike_is_no_difference_between_programs() -> None:
    """AAdash has no test there, as R; pingouin's t is infinite, and Holm over two p-values is not Holm over three."""
    rows = [[80.0, 60.0, 70.0], [60.0, 40.0, 20.0], [90.0, 70.0, 50.0], [50.0, 30.0, 45.0]]
    result = second_opinion(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none"), "change_from_baseline")
    assert not result.caveats and set(result.table["week"]) == {24}
    with pytest.raises(NotComputable):
        second_opinion(cohort_of([r[:2] for r in rows], [0, 12]), AnalysisPlan(stratifier="none"), "change_from_baseline")
