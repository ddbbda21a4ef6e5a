"""Worksheets as XML (.xlsx), looked at before they are read: how far they reach, how much their texts take, which cells hold errors.

Every pattern here stops at the next "<", so that a damaged or hostile part is looked through once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

_FAR = re.compile(rb"\sr\s{0,5}=\s{0,5}[\"']([A-Z]{2,3}|[A-Z](?=\d{6}))(\d{1,9})[\"']([^<>]{0,300})>", re.IGNORECASE)
_ERROR = re.compile(rb"<(?:\w{1,20}:)?c\s([^<>]{0,300}?\bt\s{0,5}=\s{0,5}[\"']e[\"'][^<>]{0,300})>")
_PLACE = re.compile(rb"\br\s{0,5}=\s{0,5}[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_VALUE = re.compile(rb"<(?:\w{1,20}:)?v>([^<]{0,40})<")
_END = re.compile(rb"</(?:\w{1,20}:)?c>")
_SHARED = re.compile(rb"\bt\s{0,5}=\s{0,5}[\"']s[\"'][^<>]{0,300}>\s{0,50}<(?:\w{1,20}:)?v>\s{0,50}(\d{1,9})<")
_ITEM = re.compile(rb"<(?:\w{1,20}:)?si[\s>/]")
#: An error beyond so many is not looked up.
_MOST_ERRORS = 100_000


@dataclass
class SheetLook:
    """What a worksheet's text says of it: its last row and column, the cell that is furthest out, how many cells there are,
    the cells that hold an error as (row, column, text) from 0, and how many cells name each shared text."""

    last_row: int = 1
    last_column: int = 1
    furthest: str = ""
    cells: int = 0
    errors: set[tuple[int, int, str]] = field(default_factory=set)
    shared: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    @property
    def span(self) -> int:
        """Cells in the rectangle that a reader makes room for."""
        return self.last_row * max(self.last_column, 26)

    def see(self, text: bytes) -> None:
        """Look at a block of the part."""
        self.cells += text.count(b"<c ") + text.count(b":c ") + text.count(b"<c>") + text.count(b"<c\n")
        for letters, number, rest in set(_FAR.findall(text)):
            if not rest.endswith(b"/"):  # a cell that is only formatted takes no room
                self.reach(int(number), column_number(letters), f"{letters.decode().upper()}{int(number)}")
        if b"=" in text and (b'"e"' in text or b"'e'" in text):
            self._errors(text)

    def reach(self, row: int, column: int, cell: str) -> None:
        """Take note of a cell, counted from 1."""
        if column > max(self.last_column, 26) or row > max(self.last_row, 100_000):
            self.furthest = cell
        self.last_column, self.last_row = max(self.last_column, column), max(self.last_row, row)

    def count_shared(self, text: bytes) -> None:
        """Count how often each shared text is named in a block."""
        found = np.array(_SHARED.findall(text), dtype=np.int64)
        found = found[found < 10_000_000]
        if found.size:
            counts = np.bincount(found)
            if counts.size > self.shared.size:
                counts[: self.shared.size] += self.shared
                self.shared = counts
            else:
                self.shared[: counts.size] += counts

    def _errors(self, text: bytes) -> None:
        for tag in _ERROR.finditer(text):
            if len(self.errors) >= _MOST_ERRORS:
                return
            rest = text[tag.end() : tag.end() + 500]
            end = _END.search(rest)
            value = _VALUE.search(rest[: end.start()] if end else rest)
            place = _PLACE.search(tag.group(1))
            if place and value:
                where = int(place.group(2)) - 1, column_number(place.group(1)) - 1
                self.errors.add((*where, value.group(1).decode("utf-8", "replace")))


def column_number(letters: bytes) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def shared_sizes(text: bytes) -> np.ndarray:
    """Bytes of each text of the list that cells share."""
    starts = [m.start() for m in _ITEM.finditer(text)]
    return np.diff([*starts, len(text)]) if starts else np.zeros(0, dtype=np.int64)
