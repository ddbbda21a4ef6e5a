"""The names of the marks of an ROC curve stand where neither the curve nor the line of chance is."""

from __future__ import annotations

import pytest

from aadash.charts import chart
from tests.analyses.predictor_cohorts import ask


@pytest.mark.parametrize("column", ["age", "duration"])
def test_names_stand_in_the_corner_that_a_curve_leaves_empty(column: str) -> None:
    """Beside its point "Youden: 57.5" lay on the line of chance."""
    drawn = chart(ask("predictor_cuts", column=column), "roc")
    points, names, curve = (drawn.data[name] for name in ("points", "names", "curve"))
    assert list(names["text"]) == list(points["text"]) and list(names["colour"]) == list(points["colour"])
    assert (names["fpr"] == 100).all() and names["tpr"].between(3, 12).all() and names["tpr"].is_unique
    assert not ((curve["fpr"] > 40) & (curve["tpr"] < 20)).any()
