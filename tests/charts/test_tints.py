"""Shaded cells: on a light page and on a dark one a larger share lies farther from the ground, and its words are read."""

from __future__ import annotations

import pandas as pd
import pytest

from aadash.charts import tints
from aadash.charts.heat import ORANGE
from aadash.charts.theme import INK

#: What page.css and the theme of a page have.
GROUND = {"light": "#FFFFFF", "dark": "#11161C"}
SHARES = pd.Series([i / 40 for i in range(41)])


def parts(colour: str) -> list[float]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def luminance(colour: list[float]) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_larger_share_lies_farther_from_the_ground_and_is_read(theme: str) -> None:
    """The cells of more than a third were mixed with white: on a dark page they shone, and the deepest were darker again."""
    cells = tints.tinted(pd.DataFrame({"share": SHARES}), SHARES, ORANGE)
    ground, words = parts(GROUND[theme]), luminance(parts(INK[theme]))
    far = []
    for cell in cells.itertuples():
        seen = [g + cell.solid * (c - g) for g, c in zip(ground, parts(cell.fill), strict=True)]
        far.append(abs(luminance(seen) - luminance(ground)))
        low, high = sorted((luminance(seen), words))
        assert (high + 0.05) / (low + 0.05) >= 4.5, f"{cell.share} on {theme}"
    assert far == sorted(far) and far[0] == 0
