"""Axes end where values can: a change in SALT and a difference of rates lie within ±100."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash.charts.intervals import interval_plot


def ends(low: float, high: float, furthest: float) -> tuple[float, float]:
    points = pd.DataFrame(
        {"category": ["Week 8"], "series": ["All"], "estimate": [(low + high) / 2], "low": [low], "high": [high], "n": [9]}
    )
    params = {
        p["name"]: p["value"] for p in interval_plot(points, "Change", "Change", furthest=furthest).spec["params"] if "value" in p
    }
    return params["bottom"], params["top"]


@pytest.mark.parametrize(
    ("low", "high", "furthest", "expected"),
    [
        (-99.0, -20.0, 100.0, (-100.0, 5.94)),
        (-99.0, -20.0, np.inf, (-104.94, 5.94)),
        (-30.0, 98.0, 100.0, (-37.68, 100.0)),
        (-108.0, -20.0, 100.0, (-108.0, 6.48)),  # a t interval can leave the scale, and is drawn whole
    ],
)
def test_an_axis_ends_where_values_can(low: float, high: float, furthest: float, expected: tuple[float, float]) -> None:
    assert ends(low, high, furthest) == pytest.approx(expected)
