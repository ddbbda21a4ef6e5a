"""How a chart is dressed on a page: ink that is read on light and on dark, text of 13 px, nothing of it read out mark by mark.

Marks keep the hues of the strata; every word is printed in ink, since a hue that is told apart by the colour-blind is too pale
to read. A file for a journal has a dress of its own (:mod:`aadash.report.figure`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: Size of every text in a chart, in pixels: on a screen, and on a wall.
TEXT, WALL = 13, 18
#: Theme → its ground and the ink of text on it.
GROUND = {"light": "#FFFFFF", "dark": "#11161C"}
INK = {"light": "#2B3640", "dark": "#DCE3EA"}
#: Lines of axes and grids.
LINE, GRID = {"light": "#7A858F", "dark": "#8A949E"}, {"light": "#E3E7EB", "dark": "#2C3640"}


#: Lines of single patients are denser on a dark ground.
_FAINT = {"light": 0.3, "dark": 0.5}
#: What grows with the words of a picture: heights and distances by as much, the area of a point by the square.
_GROWS = frozenset(
    ("height", "lineHeight", "labelLineHeight", "labelOffset", "labelLimit", "limit", "dx", "dy", "yOffset", "strokeWidth")
)


def dressed(spec: Mapping[str, Any], theme: str | None, size: int = TEXT) -> dict[str, Any]:
    """``spec`` in the dress of ``theme``, its text of ``size``; all that was laid out for text of :data:`TEXT` grows with it."""
    by = size / TEXT
    out: dict[str, Any] = dict(spec) if by == 1 else _grown(spec, by)
    own = {"faint": _FAINT.get(str(theme), _FAINT["light"]), "grown": round(by, 3)}
    if "params" in spec:
        out["params"] = [{**p, "value": own[p["name"]]} if p["name"] in own else p for p in spec["params"]]
    return {**out, "config": config(theme, size)}


def _grown(node: Any, by: float) -> Any:
    """A specification for words that are ``by`` times as large."""
    if isinstance(node, Mapping):
        sized = {key: round(value * by, 2) for key, value in node.items() if key in _GROWS and isinstance(value, int | float)}
        if "type" in node and isinstance(node.get("size"), int | float):  # a mark: its area
            sized["size"] = round(node["size"] * by * by, 1)
        return {key: sized.get(key, _grown(value, by)) for key, value in node.items()}
    return [_grown(one, by) for one in node] if isinstance(node, list) else node


def config(theme: str | None, size: int = TEXT) -> Mapping[str, Any]:
    """The dress of ``theme`` ("light", "dark"; None is light), its text of ``size``, as a configuration of Vega-Lite.

    ``aria`` is off: a screen reader would read out every mark with its raw number; the chart's text alternative stands for all.
    """
    name = theme if theme in INK else "light"
    ink, line = INK[str(name)], LINE[str(name)]
    words = {"labelColor": ink, "titleColor": ink, "labelFontSize": size, "titleFontSize": size, "titleFontWeight": "normal"}
    return {
        "mark": {"aria": False},
        **{mark: {"aria": False} for mark in ("area", "bar", "line", "point", "rect", "rule", "tick")},
        "text": {"aria": False, "color": ink, "fontSize": size},
        "axis": {
            **words,
            "labelFlush": False,
            "labelBound": False,
            "domainColor": line,
            "tickColor": line,
            "gridColor": GRID[str(name)],
        },
        "legend": {**words, "aria": False, "labelLimit": 0},  # no name is cut
        "header": words,
        "title": {"aria": False, "color": ink, "fontSize": size + 1},
    }
