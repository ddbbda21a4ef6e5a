"""A paper as a form: one row a cell of a table, all of it text, so that 22.70 stays 22.70."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aadash.papercheck.cells import clean, p_cell, step_of
from aadash.papercheck.paper import Item, Response
from aadash.stats.printed import Printed

COLUMNS = ("Table", "Section", "Row", "Group", "n", "Count", "Percent", "Mean", "SD", "Minimum", "Maximum", "Step", "p")
ENDPOINTS = (50, 75, 90, 100)
RESPONSE_COLUMNS = ("Group", "Week", "n", *(f"≥ {t} %" for t in ENDPOINTS), "Mean % change")
#: So many rows of a form are read.
MOST_ROWS = 2_000


def frame_of(items: Sequence[Item]) -> pd.DataFrame:
    """The items as a form, as printed."""
    rows = [
        (
            i.table,
            i.section,
            i.row,
            i.group,
            "" if i.n is None else str(i.n),
            "" if i.count is None else str(i.count),
            *("" if x is None else x.text for x in (i.percent, i.mean, i.sd, i.low, i.high)),
            "" if i.step is None else str(float(i.step)).removesuffix(".0"),
            "" if i.p is None else f"{i.p[0]} {i.p[1].text}",
        )
        for i in items
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS), dtype=object)


def items_of(frame: pd.DataFrame, before: Sequence[Item] = ()) -> tuple[list[Item], list[str]]:
    """The items of a form, and what in it could not be read: "Row 3, Percent: “abc” is no number".

    ``before`` are the items that the form was made of; a row that still has its place keeps what the form does not show.
    """
    items: list[Item] = []
    notes: list[str] = []
    for at, cells in enumerate(frame.head(MOST_ROWS).to_dict("records")):
        text = {name: _text(cells.get(name)) for name in COLUMNS}
        if not any(text[name] for name in COLUMNS[2:]):
            continue
        read: dict[str, Printed | None] = {}
        for name in ("n", "Count", "Percent", "Mean", "SD", "Minimum", "Maximum"):
            read[name] = Printed.of(text[name].removesuffix("%").strip()) if text[name] else None
            whole = name in ("n", "Count")
            if text[name] and (read[name] is None or (whole and not _is_whole(read[name]))):
                notes.append(f"row {at + 1}, {name}: {text[name][:40]}, which is no {'whole ' if whole else ''}number")
                read[name] = None
        p = p_cell(text["p"]) if text["p"] else None
        if text["p"] and p is None:
            notes.append(f"row {at + 1}, p: {text['p'][:40]}, which is no p-value")
        old = before[at] if at < len(before) and before[at].row == text["Row"] else None
        items.append(
            Item(
                text["Row"][:120] or f"row {at + 1}",
                text["Table"][:80],
                text["Section"][:120],
                text["Group"][:60],
                _whole(read["n"]),
                old.own_n if old is not None else False,
                _whole(read["Count"]),
                read["Percent"],
                read["Mean"],
                read["SD"],
                read["Minimum"],
                read["Maximum"],
                step_of(text["Step"]) if text["Step"] else None,
                p,
                old.by_visit if old is not None else False,
            )
        )
    if len(frame) > MOST_ROWS:
        notes.append(f"{len(frame) - MOST_ROWS} rows after the first {MOST_ROWS}")
    return items, notes


def responses_of(frame: pd.DataFrame) -> tuple[list[Response], list[str]]:
    """Responders by group and week from their form, and what could not be read. A row needs its group, week, n and one count."""
    out: list[Response] = []
    notes: list[str] = []
    for at, cells in enumerate(frame.head(MOST_ROWS).to_dict("records")):
        text = {name: _text(cells.get(name)) for name in RESPONSE_COLUMNS}
        if not any(text.values()):
            continue
        numbers = {name: Printed.of(text[name]) if text[name] else None for name in RESPONSE_COLUMNS[1:]}
        n, week = _whole(numbers["n"]), _whole(numbers["Week"])
        counts = tuple((t, k) for t in ENDPOINTS if (k := _whole(numbers[f"≥ {t} %"])) is not None)
        if n is None or n < 1 or week is None or not counts or any(k > n for _, k in counts):
            notes.append(f"row {at + 1} of the responders, which needs a week, an n and counts of at most n")
            continue
        out.append(Response(text["Group"][:60] or "All", week, n, counts, numbers["Mean % change"]))
    return out, notes


def response_frame(responses: Sequence[Response]) -> pd.DataFrame:
    """Responders as a form."""
    rows = [
        (
            r.group,
            str(r.week),
            str(r.n),
            *(str(dict(r.counts).get(t, "")) for t in ENDPOINTS),
            r.change.text if r.change is not None else "",
        )
        for r in responses
    ]
    return pd.DataFrame(rows, columns=list(RESPONSE_COLUMNS), dtype=object)


def interval_of(low: str, high: str) -> tuple[Printed, Printed] | None:
    """The limits of an interval; None unless both are numbers, the lower one first."""
    ends = Printed.of(clean(low)), Printed.of(clean(high))
    return (ends[0], ends[1]) if ends[0] is not None and ends[1] is not None and ends[0].value < ends[1].value else None


def _text(value: object) -> str:
    return "" if value is None or value != value else clean(str(value))


def _is_whole(value: Printed | None) -> bool:
    return value is not None and value.value.denominator == 1 and value.value >= 0


def _whole(value: Printed | None) -> int | None:
    return int(value.value) if value is not None and _is_whole(value) else None
