"""Cells that list several treatments: each part is a split of its own, as it is a row of Table 1."""

from __future__ import annotations

import pytest

from aadash import AnalysisPlan, analyses
from aadash.analyses.baseline_columns import facts_of
from aadash.filters import Filter
from aadash.listed import part_values, parts_listed, terms_in
from aadash.strata import split, stratifiers
from tests.making import cohort_of

CELLS = ["MTX, CsA", "MTX", "none", "CsA→MTX", "mtx", "CsA", None, "none", "MTX + DPCP", "none"]


def clinic() -> object:
    rows = [[90.0 - i, 60.0 - i, 5.0 * i] for i in range(len(CELLS))]
    return cohort_of(rows, [0, 12, 24], **{"Prior treatment": CELLS})


def test_each_part_that_three_patients_have_is_offered() -> None:
    """MTX: cells 0, 1, 3, 4, 8; CsA: 0, 3, 5; DPCP: 8 alone."""
    cohort = clinic()
    assert parts_listed(cohort) == {"Prior treatment": ("Prior treatment: MTX", "Prior treatment: CsA")}
    assert {"Prior treatment: MTX", "Prior treatment: CsA"} <= set(stratifiers(cohort))
    mtx = split(cohort, "Prior treatment: MTX")
    assert dict(zip(mtx.levels, mtx.counts, strict=True)) == {"no": 4, "yes": 5} and mtx.unassigned == 1


def test_subgroups_are_by_part_and_not_by_whole_cell() -> None:
    """“MTX, CsA” and “MTX” were two subgroups, where Table 1 counted MTX."""
    table = analyses.subgroups_response(clinic(), AnalysisPlan(stratifier="none", week=24)).table
    assert {"Prior treatment: MTX", "Prior treatment: CsA"} <= set(table["group1"]) and "Prior treatment" not in set(table["group1"])


def test_a_part_filters_too() -> None:
    plan = AnalysisPlan(stratifier="none", filters=(Filter("Prior treatment: MTX", ("yes",)),))
    assert len(plan.included(clinic())) == 5


def test_a_column_of_one_treatment_a_cell_is_split_by_its_levels() -> None:
    cohort = cohort_of([[90.0, 10.0]] * 6, [0, 24], **{"Prior treatment": ["MTX", "CsA", "none"] * 2})
    assert not parts_listed(cohort) and part_values(cohort, "Prior treatment: MTX") is not None
    assert part_values(cohort, "Age: MTX") is None


def test_a_column_is_read_once_whatever_is_asked_of_its_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each part, each filter and Table 1 read all of its cells again."""
    read: list[object] = []
    monkeypatch.setattr("aadash.listed.terms_in", lambda cell: (read.append(cell), terms_in(cell))[1])
    cohort = clinic()
    assert part_values(cohort, "Prior treatment: mtx").tolist()[:3] == ["yes", "yes", "no"]
    parts_listed(cohort)
    (table1,) = [f for f in facts_of(cohort)[0] if f.title == "CsA"]
    assert table1.values.tolist() == [True, False, False, True, False, True, None, False, False, False]
    assert len(read) == len(set(CELLS))


def test_spanish_lists() -> None:
    cohort = cohort_of([[90.0, 10.0]] * 6, [0, 24], **{"Tto previo": ["MTX y CsA", "MTX", "ninguno"] * 2})
    assert part_values(cohort, "Tto previo: CsA").tolist() == ["yes", "no", "no"] * 2


def test_the_method_says_that_the_parts_split() -> None:
    plan = AnalysisPlan(stratifier="none", week=24)
    assert "each of those listed splits" in analyses.subgroups_response(clinic(), plan).method
    assert (
        "listed" not in analyses.subgroups_response(cohort_of([[90.0, 10.0]] * 6, [0, 24], sex=["F", "M"] * 3), plan.replace()).method
    )
