"""Ribbons between bands: as wide as the patients who moved, each within its bars."""

from __future__ import annotations

import aadash
from aadash import analyses
from aadash.charts import chart
from aadash.plan import AnalysisPlan


def test_ribbons_are_the_patients_who_moved_and_stay_in_their_bars() -> None:
    result = analyses.severity_flow(aadash.read_cohort("sample_data/korea_2025_missing.csv"), AnalysisPlan())
    drawn = chart(result, "flow")
    bars, ribbons = drawn.data["bars"], drawn.data["ribbons"]
    moved = result.table[result.table["from_week"].gt(-1) & (result.table["variable"] != "since baseline")]
    assert ((ribbons["high"] - ribbons["low"]).groupby(ribbons["ribbon"]).first().sum()) == moved["k"].sum()
    for i, week in enumerate(sorted(bars["week"].unique())):
        here = bars[bars["week"] == week].set_index("band")
        for place, key in ((i + 0.09, "band"), (i - 0.09, "to")):
            ends = ribbons[(ribbons["x"] - place).abs() < 1e-9]
            ends = ends[ends["ribbon"].str.startswith(f"{i if key == 'band' else i - 1} ")]
            for band, rows in ends.groupby(key):
                assert rows["low"].min() >= here.loc[band, "low"] - 1e-9 and rows["high"].max() <= here.loc[band, "high"] + 1e-9
                assert (rows["high"] - rows["low"]).sum() <= here.loc[band, "k"]
