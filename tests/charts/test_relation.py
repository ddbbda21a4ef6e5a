"""The words of two cuts in one picture: the lower one's stand on its left, so that they do not cross the other's line."""

from __future__ import annotations

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.plan import AnalysisPlan

KOREA = load_sample("korea_2025").cohort


def test_words_of_a_cut_do_not_cross_the_line_of_the_other() -> None:
    """The model's cut is at 48 months, the searched one at 57."""
    result = analyses.predictor_cuts(KOREA, AnalysisPlan(), column="duration")
    marks = chart(result, "effects").data["marks"].sort_values("cut")
    assert [*marks["cut"]] == [48, 57] and [*marks["side"]] == ["right", "left"], "the sides at which the words end and begin"


def test_words_of_a_cut_at_the_right_edge_are_not_cut() -> None:
    """Baseline SALT ends at 100 and the model's cut is at 95: “in the model: 9” stood there."""
    result = analyses.predictor_cuts(KOREA, AnalysisPlan(), column="baseline_salt")
    marks = chart(result, "effects").data["marks"].set_index("cut")
    assert marks.loc[95, "side"] == "right"
