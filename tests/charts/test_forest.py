"""The forest of a model: numbers at the right where there is room for them, none on a telephone."""

from __future__ import annotations

import re

import vl_convert

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.charts.theme import dressed
from aadash.plan import AnalysisPlan
from tests.making import cohort_of


def test_each_line_has_its_odds_ratio_at_the_right_where_there_is_room() -> None:
    made = chart(analyses.predictors(load_sample("korea_2025").cohort, AnalysisPlan()), "forest")
    spec = dressed(made.vega_lite(), "light")
    texts = {
        width: re.findall(
            r"<text[^>]*>([^<]*)</text>",
            vl_convert.vegalite_to_svg({**spec, "width": width, "autosize": {"type": "fit", "contains": "padding"}}),
        )
        for width in (340, 900)
    }
    numbers = [*made.data["numbers"]["told"]]
    assert len(numbers) == 9 and all(re.fullmatch(r"[\d.]+ \([\d.]+ to [\d.]+\)", told) for told in numbers)
    assert [t for t in texts[900] if t in numbers] and set(numbers) <= set(texts[900])
    assert not set(numbers) & set(texts[340])


def test_only_what_is_drawn_is_called_blue() -> None:
    """Four patients cannot determine age, sex and baseline at once: the picture holds one predictor at a time."""
    rows = [[100.0, 40.0], [80.0, 20.0], [35.0, 0.0], [20.0, 25.0]]
    small = cohort_of(rows, [0, 26], sex=list("ffmf"), age=[23.0, 45, 29, 60], roles={"sex": "sex", "age": "age"})
    made = chart(analyses.predictors(small, AnalysisPlan()), "forest")
    assert made.caption.startswith("One predictor at a time, with 95 % intervals") and "blue" not in made.caption
