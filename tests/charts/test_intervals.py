"""Ten pairs of strata stand one below the other, each name in a row of its own."""

from __future__ import annotations

import aadash
from aadash import analyses
from aadash.charts import chart
from aadash.plan import AnalysisPlan


def test_pairs_stand_in_rows_and_visits_side_by_side() -> None:
    cohort = aadash.read_cohort("sample_data/korea_2025_missing.csv")
    pairs = chart(analyses.between_strata(cohort, AnalysisPlan(stratifier="subtype")), "intervals")
    marks = [layer["encoding"] for layer in pairs.spec["layer"][1:]]
    assert len(pairs.data["points"]) == 10 and pairs.spec["height"] == {"step": 34}
    assert all(m["y"]["field"] == "category" and m["y"]["sort"] == list(pairs.data["points"]["category"]) for m in marks)
    two = chart(analyses.between_strata(cohort, AnalysisPlan()), "intervals")
    assert [layer["encoding"]["x"]["field"] for layer in two.spec["layer"][1:]] == ["category", "category"]
