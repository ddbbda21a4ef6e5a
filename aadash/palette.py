"""One colour per stratum, the same on every page, in print and in a report."""

from __future__ import annotations

#: Blue, orange, green, pink, amber, azure, then six more: 3:1 on a light and on a dark ground, as far apart for the colour-blind as
#: such colours can be (of Okabe and Ito's own, amber and sky blue have 2.3:1 on white).
PALETTE = (
    "#0072B2",
    "#C64800",
    "#009E73",
    "#BD7EA2",
    "#D87E00",
    "#4890FC",
    "#AB7EC6",
    "#09753F",
    "#FC5163",
    "#638748",
    "#A25163",
    "#7F7F7F",
)
#: Everyone together.
NEUTRAL = "#6B7280"
#: Three depths of improvement in one group: shades of one colour, the more the farther from the ground, all of 3:1 on it.
IMPROVEMENT = {"SALT75": "#4D94CC", "SALT90": "#235E94", "SALT100": "#0A3459"}
#: What takes the place of a shade on a dark ground. The style of the page says so: a change of theme draws no chart anew.
ON_DARK = {"#4D94CC": "#3576AE", "#235E94": "#73B1DF", "#0A3459": "#CBE5F8"}
#: The edge of what is filled with a shade that may be as pale, or as dark, as the ground: 3:1 on either.
EDGE = "#8A949E"
