"""What a browser need not build again: a change of the split changes the data of a chart of lines, and nothing else."""

from __future__ import annotations

import json

import pytest

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import curves, spaghetti
from aadash.plan import AnalysisPlan
from aadash.result import Result

KOREA = load_sample("korea_2025").cohort


def drawn(stratifier: str, draw: str) -> tuple[str, str, dict[str, int]]:
    plan = AnalysisPlan(stratifier=stratifier)
    result = analyses.salt_over_time(KOREA, plan)
    assert isinstance(result, Result)
    picture = spaghetti(result) if draw == "spaghetti" else curves(result)
    return json.dumps(picture.spec), picture.alt, {name: len(frame) for name, frame in picture.data.items()}


@pytest.mark.parametrize("draw", ["spaghetti", "curves"])
def test_splits_share_specification_and_text_alternative(draw: str) -> None:
    first, *others = (drawn(s, draw) for s in ("severity", "subtype", "sex", "trial_severity", "age"))
    for other in others:
        assert other[:2] == first[:2]
    assert len({json.dumps(d[2]) for d in (first, *others)}) > 1, "the data do change"
