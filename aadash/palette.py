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
#: Three depths of improvement in one group: shades of one colour, the deeper the more.
IMPROVEMENT = {"SALT75": "#9CC4E4", "SALT90": "#3B8BC4", "SALT100": "#0B4F82"}
