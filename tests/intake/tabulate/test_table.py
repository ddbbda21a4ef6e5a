"""What a column says of all its cells at once is what is said of each."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.intake import read
from aadash.intake.assemble.dates import is_date_column
from aadash.intake.numbers import read_number
from aadash.intake.tabulate.table import Column

CELLS = st.one_of(
    st.from_regex(r"[ ]?[-+]?[0-9]{0,3}[.]?[0-9]{0,2}([eE][-+]?[0-9]{1,2})?[ ]?", fullmatch=True),
    st.sampled_from(
        ["", " ", "12", "007", ".5", "5.", "1e400", "12\n13", "９", "4O", "3,5", "20240131", "2024.1", "-", "n/a", "9" * 101]
    ),
)


@given(st.lists(CELLS, max_size=12))
def test_numbers_are_those_of_each_cell(cells: list[str]) -> None:
    numbers = Column(np.array(cells, dtype=object)).numbers
    one_by_one = [read_number(c) for c in cells]
    assert np.array_equal(numbers.values, [v for v, _, _ in one_by_one], equal_nan=True)
    assert numbers.status.tolist() == [s for _, s, _ in one_by_one]
    assert set(numbers.how) == {c for c, (_, _, why) in zip(cells, one_by_one, strict=True) if why}


@pytest.mark.parametrize("cell", ["9" * 90 + "x", "1" * 20_000, "1." * 9_000, "-" * 20_000])
def test_a_long_cell_among_many_costs_no_time(cell: str) -> None:
    column = Column(np.array([*(str(i) for i in range(20_000)), cell], dtype=object))
    start = time.process_time()
    assert math.isnan(column.numbers.values[-1])
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("cells", "dates"), [(["20240131", "20240201"], True), (["2024.1", "2024.3"], True), (["45300", "45301"], False)]
)
def test_plain_numbers_that_are_dates(cells: list[str], dates: bool) -> None:
    assert is_date_column(Column(np.array(cells, dtype=object))) is dates


@pytest.mark.parametrize("first", ["A{i}", ""])
def test_headings_between_the_rows_are_a_column(first: str) -> None:
    """“Placebo” over its patients was “a title or footnote”, and who had which was lost."""
    head, lead = ("Arm,ID,SALT W0,SALT W12", ",{c}") if not first else ("ID,Sex,SALT W0,SALT W12", "{c},F")
    part = lambda letter: [f"{lead.format(c=f'{letter}{i}')},{90 - 7 * i},{40 - 3 * i}" for i in range(4)]  # noqa: E731
    reading = read("\n".join([head, "Placebo,,,", *part("A"), "Drug,,,", *part("B"), "* from the ward,,,"]))
    column = reading.accepted().patients["section" if first else "Arm"]
    assert column.tolist() == ["Placebo"] * 4 + ["Drug"] * 4
    assert [p.rows for p in reading.problems if p.code == "sections"] == [(2, 7)]
