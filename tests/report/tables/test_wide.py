"""Tables with the weeks side by side."""

from __future__ import annotations

import pytest

from aadash.analyses.registry import answers
from aadash.plan import AnalysisPlan
from aadash.report.tables.wide import CELLS, wide
from tests.test_measure import several


@pytest.mark.parametrize("measure", ["DLQI", "Hair density"])
def test_a_row_is_named_after_the_measure_that_was_analysed(measure: str) -> None:
    results = answers(several(), AnalysisPlan(measure=measure)).results
    tables = {name: wide(result, result.table) for name, result in results.items() if name in CELLS}
    assert "salt_over_time" in tables
    for table in tables.values():
        assert not table["Measure"].str.contains("SALT").any()
    assert set(tables["salt_over_time"]["Measure"]) & {f"{measure}, mean (SD)"}
