"""The colours of strata are seen on either ground and told apart by the colour-blind."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from aadash.charts.theme import GROUND
from aadash.palette import NEUTRAL, PALETTE

#: Machado, Oliveira and Fernandes 2009 (doi:10.1109/TVCG.2009.113), severity 1: what is left of linear red, green and blue.
SEEN_BY = {
    "everybody": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopes": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopes": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopes": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
#: What strata had before: six colours of Okabe and Ito, then six more, some under 3:1.
FORMER = (
    *("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"),
    *("#8C6BB1", "#A6761D", "#7F7F7F", "#B2182B", "#66A61E", "#1B7F9C"),
)
#: So far apart nobody takes one for the other (just seen: 1 to 2).
FAR = 20.0
TO_XYZ = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]


def linear(colour: str) -> np.ndarray:
    """Linear red, green and blue of an sRGB colour (IEC 61966-2-1)."""
    c = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(c <= 0.04045, c / 12.92, ((c + 0.055) / 1.055) ** 2.4)


def contrast(a: str, b: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    dark, light = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (a, b))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* under D65."""
    x = np.array(TO_XYZ) @ rgb / [0.95047, 1, 1.08883]
    f = np.where(x > 216 / 24389, np.cbrt(x), (24389 / 27 * x + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000 (Sharma, Wu and Dalal 2005, doi:10.1002/col.20070)."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    c = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    grown = 1 + 0.5 * (1 - np.sqrt(c**7 / (c**7 + 25.0**7)))
    c1, c2 = np.hypot(grown * a1, b1), np.hypot(grown * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, grown * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    dl, dc, dh = l2 - l1, c2 - c1, 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    l_, c_ = (l1 + l2) / 2, (c1 + c2) / 2
    h = h1 + h2 if not c1 * c2 else (h1 + h2) / 2 + (180 if abs(h1 - h2) > 180 else 0) * (1 if h1 + h2 < 360 else -1)
    cos = lambda angle: np.cos(np.radians(angle))  # noqa: E731
    t = 1 - 0.17 * cos(h - 30) + 0.24 * cos(2 * h) + 0.32 * cos(3 * h + 6) - 0.20 * cos(4 * h - 63)
    sl, sc, sh = 1 + 0.015 * (l_ - 50) ** 2 / np.sqrt(20 + (l_ - 50) ** 2), 1 + 0.045 * c_, 1 + 0.015 * c_ * t
    turned = -np.sin(np.radians(60 * np.exp(-(((h - 275) / 25) ** 2)))) * 2 * np.sqrt(c_**7 / (c_**7 + 25.0**7))
    return float(np.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + turned * dc / sc * dh / sh))


def nearest(colours: tuple[str, ...]) -> float:
    """How far the two most alike are apart for whoever takes them for each other most easily."""
    shown = [[lab(np.clip(np.array(eye) @ linear(c), 0, 1)) for c in colours] for eye in SEEN_BY.values()]
    return min(difference(a, b) for seen in shown for a, b in combinations(seen, 2))


@pytest.mark.parametrize(
    ("one", "other", "printed"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_differences_are_as_printed(one: tuple[float, ...], other: tuple[float, ...], printed: float) -> None:
    """Five pairs of the table of Sharma, Wu and Dalal."""
    assert difference(np.array(one), np.array(other)) == pytest.approx(printed, abs=1e-4)


@pytest.mark.parametrize("ground", GROUND)
def test_lines_and_marks_of_strata_are_seen_on_either_ground(ground: str) -> None:
    """Amber and sky blue had 2.3:1 on white, the tenth colour 2.7:1 on a dark page."""
    assert {c: contrast(c, GROUND[ground]) for c in (*PALETTE, NEUTRAL) if contrast(c, GROUND[ground]) < 3} == {}


@pytest.mark.parametrize("strata", range(2, len(PALETTE) + 1))
def test_strata_are_told_apart_by_the_colour_blind_as_well_as_before(strata: int) -> None:
    assert nearest(PALETTE[:strata]) >= min(nearest(FORMER[:strata]), FAR)


def test_twelve_strata_are_told_apart_and_from_everyone() -> None:
    """The fifth and the seventh of twelve were 1.8 apart."""
    assert nearest(PALETTE) >= 8 and nearest((*PALETTE, NEUTRAL)) >= 8
