"""The words of two cuts in one picture: the lower one's stand on its left, so that they do not cross the other's line."""

from __future__ import annotations

import re
from typing import Any

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.report.figure import _converter

KOREA, TOHOKU = load_sample("korea_2025").cohort, load_sample("tohoku_2025").cohort


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


def test_an_axis_of_whole_numbers_has_whole_ticks() -> None:
    """A score of 0 to 3 had ticks at 0.2, 0.4 and 0.6."""
    result = analyses.predictor_cuts(
        TOHOKU, AnalysisPlan(endpoint="SALT<=20"), model=ModelPlan(predictors=(Predictor("eyebrow_clinro"),)), column="eyebrow_clinro"
    )
    for kind in ("relation", "effects"):
        assert "'tickMinStep': 1" in str(chart(result, kind).spec)
    assert "'tickMinStep': 0" in str(chart(analyses.predictor_cuts(TOHOKU, AnalysisPlan(), column="baseline_salt"), "effects").spec)


def test_words_of_a_cut_turn_to_the_side_that_has_room() -> None:
    """On a phone "in the model: 48" stood on the numbers of the axis."""
    drawn = chart(analyses.predictor_cuts(KOREA, AnalysisPlan(), column="duration"), "effects")
    for width, anchor in ((340, "start"), (1000, "end")):
        spec: dict[str, Any] = {**drawn.vega_lite(), "width": width, "autosize": {"type": "fit", "contains": "padding"}}
        svg = _converter().vegalite_to_svg(spec, allowed_base_urls=[])
        (mark,) = re.findall(r"<text([^>]*)>in the model: 48<", svg)
        assert f'text-anchor="{anchor}"' in mark
        assert "translate(0,0)" not in mark
