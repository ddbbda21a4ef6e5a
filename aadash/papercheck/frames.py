"""The tables of a report, as they are printed, as a paper: what a reader of the report could check."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pandas as pd

from aadash.papercheck.cells import cell, clean, p_cell, size_of
from aadash.papercheck.paper import Item, Paper

_T = re.compile(r"([-−]?\d+\.\d+) \((\d+(?:\.\d+)?)\)")
_LIMITS = re.compile(r"([-−]?[\d.]+)(?: %)? to ([-−]?[\d.]+)(?: %)?")
_ESTIMATE = re.compile(r"(?:\d+/\d+ \()?([-−]?\d+(?:\.\d+)?)(?: %\))?(?: \([\d.]+\))?")
_INTERVAL_HEAD = re.compile(r"\d\d(?:\.\d+)? % CI")
_VISIT = re.compile(r"(?i)^(week|month|baseline)\b")
#: Columns that say which row this is, or how many were left out, rather than what was found.
_KEYS = ("Week", "Left out", "Imputed", "Missing", "Levels", "Events")


def paper_of_frames(tables: Sequence[tuple[str, pd.DataFrame]]) -> Paper:
    """``tables`` are captions with printed tables, text throughout; a first cell may carry an ``indent`` or head a ``section``.

    Shares, means with their SD and range, rows that add up, and tests as "t (df)", "F" with "df" and p become items and statements;
    an estimate is held against the interval beside it.
    """
    items: list[Item] = []
    said: list[str] = []
    for i, (caption, frame) in enumerate(tables):
        items += _items(f"Table {i + 1} ({caption})" if caption else f"Table {i + 1}", frame)
        said += _statements(frame)
    return Paper(items=tuple(items), results=" ".join(said))


def _items(title: str, frame: pd.DataFrame) -> Iterator[Item]:
    names = [str(c) for c in frame.columns]
    section = ""
    for row in frame.itertuples(index=False):
        head, rest = row[0], [str(x) for x in row[1:]]
        if getattr(head, "section", False) or not any(x.strip() for x in rest):
            section = str(head)
            continue
        told = dict(zip(names[1:], rest, strict=True))
        cells = {k: v for k, v in told.items() if k not in _KEYS and not k.endswith("(df)")}
        words = [v for v in cells.values() if cell(v).kind == "text" and re.search(r"[A-Za-z]{3}", v)]
        at = [f"week {told['Week']}"] if told.get("Week", "").strip() else []  # rows of two weeks are no two groups
        label = ", ".join([str(head).strip(), *words, *at])
        if getattr(head, "indent", 0) == 1 and all(cell(v).kind == "text" for v in cells.values()):
            section = str(head)  # a characteristic whose categories follow
            continue
        kept = section if getattr(head, "indent", 0) > 1 else ""
        p = p_cell(told.get("p", ""))
        missing = bool(told.get("Missing", "").strip())
        for name, text in cells.items():
            item = _item(text, Item(label[:160], title, kept, name, p=p), told.get("n", ""), missing)
            if item is not None:
                yield item


def _item(text: str, bare: Item, n: str, missing: bool) -> Item | None:
    """One cell; its n is its own, that of the row's column n, of the head of its column, or of the row's name."""
    found = cell(text, bare.row, bare.group)
    visit = bool(_VISIT.match(bare.group))
    size = int(n) if n.isdigit() else size_of(bare.group) or size_of(bare.row)
    if found.kind == "share" and found.percent is not None:
        own = found.n is not None
        return replace(bare, count=found.count, percent=found.percent, n=found.n or size, own_n=own, by_visit=visit)
    if found.kind == "mean":
        # at a visit, or where values are missing, how many were seen is not printed
        known = None if missing or (visit and not n.isdigit()) else size
        return replace(bare, mean=found.mean, sd=found.sd, low=found.low, high=found.high, n=known, by_visit=visit)
    if found.kind in ("range", "median"):
        return replace(bare, low=found.low, high=found.high, n=size, by_visit=visit)
    return None


def _statements(frame: pd.DataFrame) -> Iterator[str]:
    """Tests and intervals of the rows as a text would put them."""
    names = [str(c) for c in frame.columns]
    for row in frame.itertuples(index=False):
        told = dict(zip(names, (clean(str(x)) for x in row), strict=True))
        p = told.get("p", "")
        sign = p if p[:1] in "<>" else f"= {p}"
        tested = bool(p_cell(p))
        if tested and (found := _T.fullmatch(told.get("t (df)", ""))):
            yield f"t({found[2]}) = {found[1]}, p {sign}."
        if tested and "F" in told and (df := re.fullmatch(r"([\d.]+), ([\d.]+)", told.get("df", ""))):
            yield f"F({df[1]}, {df[2]}) = {told['F']}, p {sign}."
        for at, name in enumerate(names[1:], 1):
            limits = _LIMITS.fullmatch(told[name]) if _INTERVAL_HEAD.search(name) and not name.startswith("Hedges") else None
            before = _ESTIMATE.fullmatch(told[names[at - 1]]) if limits else None
            if limits and before:
                yield f"{before[1]} (95 % CI {limits[1]} to {limits[2]})."
