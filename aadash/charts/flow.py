"""The participants' flow: boxes from the file to the last visit, as STROBE asks for."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import altair as alt
import pandas as pd

from aadash.charts.chart import Chart, draws, template
from aadash.formatting import counted, listing, whole
from aadash.levels import ALL, Level
from aadash.result import Result

#: More strata than this do not stand side by side.
MOST = 6
#: More different numbers than this are not all written into a box.
VISITS = 8
#: Height of a line of text and the room around it, in the chart's own units.
_LINE, _ROOM, _GAP = 16.0, 14.0, 26.0
#: A picture of fewer pixels has no room for "seen" in the boxes of several strata, nor for more letters in one of two.
NARROW, FITS = 560, 24


@template
def _flow(height: int) -> Any:
    scale_x, scale_y = alt.Scale(domain=[0, 100], nice=False), alt.Scale(domain=[height, 0], nice=False, zero=False)
    x, x2 = alt.X("x:Q", scale=scale_x, axis=None), alt.X2("x2:Q")
    y, y2 = alt.Y("y:Q", scale=scale_y, axis=None), alt.Y2("y2:Q")
    boxes = alt.Chart(alt.NamedData("boxes")).mark_rect(filled=False, stroke="#5B6673", strokeWidth=1, cornerRadius=3)
    lines = alt.Chart(alt.NamedData("lines"))
    words = alt.Chart(alt.NamedData("words")).transform_calculate(shown=f"width < {NARROW} ? datum.brief : datum.text")
    return alt.layer(
        lines.mark_rule(color="#5B6673", strokeWidth=1).encode(x, y, x2, y2),
        boxes.encode(x, y, x2, y2),
        words.mark_text(baseline="middle").encode(x, y, text="shown:N"),
    ).properties(height=height)


@draws("participants", "flow")
def flow(result: Result) -> Chart:
    """Boxes: in the file, left out by each filter, included, each stratum with those seen at each visit.

    With more than six strata, or none, one box of everyone stands in their place.
    """
    t = result.table
    one = lambda name: int(t.loc[t["variable"] == name, "n"].iloc[0])  # noqa: E731
    left = [(str(r["variable_level"]), int(r["n"])) for r in t[t["variable"] == "left_out"].to_dict("records")]
    used = result.labels.used
    levels: list[Level] = list(used) if 0 < len(used) <= MOST else [ALL]
    boxes: list[tuple[float, float, float, list[str]]] = []
    lines: list[dict[str, float]] = []
    brief: dict[str, str] = {}
    y = 4.0
    middle = 50.0 if not left else 36.0

    def box(x: float, top: float, width: float, texts: list[str]) -> float:
        boxes.append((x, top, width, texts))
        return top + len(texts) * _LINE + _ROOM

    half = 21.0
    y = box(middle, y, 2 * half, ["In the file", f"n = {whole(one('in_file'))}"])
    if left:
        texts = [f"Left out, n = {whole(sum(n for _, n in left))}", *(f"{_short(label)}: {whole(n)}" for label, n in left)]
        side = y + _GAP / 2
        bottom = box(80.0, side, 38.0, texts)
        lines.append({"x": middle, "x2": 61.0, "y": (side + bottom) / 2, "y2": (side + bottom) / 2})
        below = bottom + _GAP / 2
    else:
        below = y + _GAP
    lines.append({"x": middle, "x2": middle, "y": y, "y2": below})
    y = box(middle, below, 2 * half, ["Included", f"n = {whole(one('included'))}"])
    width = min(42.0, 96.0 / len(levels))
    places = [50.0 + (i - (len(levels) - 1) / 2) * (width + 2.0) for i in range(len(levels))] if len(levels) > 1 else [middle]
    bar, top = y + _GAP / 2, y + _GAP
    lines.append({"x": middle, "x2": middle, "y": y, "y2": bar})
    if len(levels) > 1:
        lines.append({"x": min(places), "x2": max(places), "y": bar, "y2": bar})
    for level, place in zip(levels, places, strict=True):
        seen = t[(t["variable"] == "seen") & (t["group1_level"] == level)]
        n = int(seen["n_enrolled"].iloc[0])
        texts = [*_wrapped(result.labels.label(level), width), f"n = {whole(n)}"]
        score = result.measure.name if result.apart else ""
        for text, short in _visits([(int(w), int(k)) for w, k in zip(seen["week"], seen["n"], strict=True)], score):
            texts.append(text)
            brief[text] = short
        lines.append({"x": place, "x2": place, "y": bar, "y2": top})
        y = max(y, box(place, top, width, texts))
    if levels != [ALL] and (t["variable"] == "no_stratum").any():
        boxes.append((50.0, y + 2, 0.0, [f"In none of these boxes: {counted(one('no_stratum'), 'patient')} with no recorded level"]))
        y += _LINE + _ROOM
    return Chart(
        _flow(round(y) + 6),
        {
            "boxes": _frame(boxes),
            "lines": pd.DataFrame(lines),
            "words": _words(boxes, {t: b for t, b in brief.items() if len(levels) > 2 or len(t) > FITS}),
        },
        _in_words(result, left),
    )


def _visits(seen: list[tuple[int, int]], score: str = "") -> list[tuple[str, str]]:
    """How many were seen at each visit, or have the ``score``, whole and brief: visits in a row with the same number share a line; of
    many numbers, those between the first and the last visit."""
    spans = [[w for w, _ in run] for _, run in groupby(seen, key=lambda one: one[1])]
    if len(spans) > VISITS:
        weeks = [w for w, _ in seen]
        spans = [weeks[:1], weeks[1:-1], weeks[-1:]]
    number, out = dict(seen), list[tuple[str, str]]()
    for span in spans:
        a, b, low, high = span[0], span[-1], min(number[w] for w in span), max(number[w] for w in span)
        if a == b:
            long = f"week {a}: {whole(low)} with {score}" if score else f"week {a}: {whole(low)} seen"
            out.append((long, f"week {a}: {whole(low)}"))
        elif low == high:
            long = f"weeks {a} to {b}: {whole(low)} with {score}" if score else f"weeks {a} to {b}: {whole(low)} seen"
            out.append((long, f"{a}–{b}: {whole(low)}"))
        else:
            numbers = f"{whole(low)} to {whole(high)}"
            long = f"weeks {a} to {b}: {numbers} with {score}" if score else f"weeks {a} to {b}: {numbers} seen"
            out.append((long, f"{a}–{b}: {whole(low)}–{whole(high)}"))
    return out


def _short(text: str, most: int = 30) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _wrapped(text: str, width: float) -> list[str]:
    """A label in lines that fit a box of ``width`` per cent of some 640 pixels."""
    most = max(8, int(width * 6.4 / 7.5))
    out = [""]
    for word in text.split(" "):
        if out[-1] and len(out[-1]) + len(word) + 1 > most:
            out.append("")
        out[-1] = f"{out[-1]} {word}".strip()
    return [_short(line, most) for line in out]


def _frame(boxes: list[tuple[float, float, float, list[str]]]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"x": x - width / 2, "x2": x + width / 2, "y": y, "y2": y + len(texts) * _LINE + _ROOM}
            for x, y, width, texts in boxes
            if width
        ]
    )


def _words(boxes: list[tuple[float, float, float, list[str]]], brief: dict[str, str]) -> pd.DataFrame:
    """Each line of text, whole and as it stands in a narrow picture."""
    return pd.DataFrame(
        [
            {"x": x, "y": y + _ROOM / 2 + _LINE * (i + 0.5), "text": text, "brief": brief.get(text, text)}
            for x, y, _, texts in boxes
            for i, text in enumerate(texts)
        ]
    )


def _in_words(result: Result, left: list[tuple[str, int]]) -> str:
    text = result.sentence
    return text + (" Left out: " + listing([f"{n} by “{label}”" for label, n in left]) + "." if left else "")
