"""One colour per stratum, the same on every page, in print and in a report."""

from __future__ import annotations

#: Okabe–Ito without black and yellow (unreadable on dark or light), then six more that stay apart.
PALETTE = (
    "#0072B2",
    "#D55E00",
    "#009E73",
    "#CC79A7",
    "#E69F00",
    "#56B4E9",
    "#8C6BB1",
    "#A6761D",
    "#7F7F7F",
    "#B2182B",
    "#66A61E",
    "#1B7F9C",
)
#: Everyone together.
NEUTRAL = "#6B7280"
#: Three depths of improvement in one group: shades of one colour, the more the farther from the ground, all of 3:1 on it.
IMPROVEMENT = {"SALT75": "#4D94CC", "SALT90": "#235E94", "SALT100": "#0A3459"}
#: What takes the place of a shade on a dark ground. The style of the page says so: a change of theme draws no chart anew.
ON_DARK = {"#4D94CC": "#3576AE", "#235E94": "#73B1DF", "#0A3459": "#CBE5F8"}
#: The edge of what is filled with a shade that may be as pale, or as dark, as the ground: 3:1 on either.
EDGE = "#8A949E"
