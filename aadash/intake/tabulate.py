"""A grid of cells to a table: where the header is, which rows are records, what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from aadash.errors import IntakeError
from aadash.intake.doubts import Doubts
from aadash.intake.files import Grid
from aadash.intake.headerrows import Header, find_header, letter
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.privacy import scrub
from aadash.intake.table import Column, Table
from aadash.intake.text import rows_text
from aadash.intake.vocabulary import SUMMARY

_FOOTNOTE = re.compile(r"^(?:\*|†|‡|§|※|注|주\s?[:)]|note|source|legend|abbreviation|\(\*|#|출처|備考|\[|¶)", re.IGNORECASE)


def tabulate(grid: Grid, doubts: Doubts) -> Table:
    """The table of a grid. Raises IntakeError when there is no header with records under it."""
    for level, code, message in grid.notes:
        doubts.ask(level, code, "", (), message)
    header = find_header(grid)
    body = list(range(header.last + 1, len(grid.rows)))
    body, dropped = _records(grid.rows, body, header)
    if not body:
        raise IntakeError("There is a header but no record under it", file=grid.name,
                          expected="one row a patient or a visit", fix="Check that the right file was chosen")
    for i, why in dropped:
        text = scrub(" ".join(c.strip() for c in grid.rows[i] if c.strip()))[:80]
        doubts.record([i + 1], header.names[0], text, "", why)
    for why in dict.fromkeys(w for _, w in dropped):
        rows = [i + 1 for i, w in dropped if w == why]
        doubts.ask("warning", "row_left_out", header.names[0], rows, f"{rows_text(rows).capitalize()}: {why}, not a record; left out.")
    body = _ragged(grid.rows, body, header.names, doubts)
    return _columns(grid, header, body, doubts)


def _records(rows: Sequence[list[str]], body: list[int], header: Header) -> tuple[list[int], list[tuple[int, str]]]:
    """Positions of the records, and what else stands among and below them with the reason."""
    body = [i for i in body if any(c and not c.isspace() for c in rows[i])]
    counts = {i: len(rows[i]) - rows[i].count("") for i in body}
    typical = float(np.median(list(counts.values()))) if body else 0.0
    few = max(1, int(0.25 * typical))
    shapes: set[str] | None = None
    head = [c.strip() for c in header.cells.values() if c.strip()]
    kept: list[int] = []
    dropped: list[tuple[int, str]] = []
    for i in body:
        row = rows[i]
        at = next(j for j, c in enumerate(row) if c and not c.isspace())
        first = row[at].strip()
        if first == head[0] and len(head) > 1 and [c.strip() for c in row if c.strip()] == head:
            dropped.append((i, "the header again"))
        elif SUMMARY.match(first) and at < max(3, len(header.names) // 2):
            dropped.append((i, "a row that sums up others"))
        elif counts[i] <= few and len(header.names) > 1 and typical >= 2:
            if shapes is None:
                shapes = {_shape(next(c for c in rows[k] if c.strip())) for k in body if counts[k] >= max(2, 0.5 * typical)}
            note = bool(_FOOTNOTE.match(first)) or (counts[i] == 1 and (len(first) > 40 or _shape(first) not in shapes))
            if note:
                dropped.append((i, "a title or footnote"))
            else:
                kept.append(i)
        else:
            kept.append(i)
    return kept, dropped


def _shape(text: str) -> str:
    """"P-012" → "A-9": what a code looks like."""
    return re.sub(r"9+", "9", re.sub(r"\d", "9", re.sub(r"[^\W\d_]+", "A", text.strip())))


def _ragged(rows: Sequence[list[str]], body: list[int], names: list[str], doubts: Doubts) -> list[int]:
    """Rows with filled cells beyond the last header: probably shifted, so they wait for a decision."""
    width, name = len(names), names[-1]
    odd = [i for i in body if len(rows[i]) > width and any(c.strip() for c in rows[i][width:])]
    if not odd:
        return body
    if len(odd) > 0.3 * len(body) and len(odd) > 1:
        doubts.refuse("ragged", name, f"{len(odd)} of {len(body)} rows have more cells than the header ({width}), such as row "
                      f"{odd[0] + 1}. Is a comma used both between cells and in numbers? Save the table as .xlsx, or with "
                      "semicolons.", [i + 1 for i in odd])
    numbers = [i + 1 for i in odd]
    chosen = doubts.ask("error", "ragged", name, numbers, f"{rows_text(numbers).capitalize()}: more cells than headers "
                        f"({width}), so the values may have slipped to the next column; not used until you decide. \"keep\" "
                        "reads the cells under the headers as they stand.", (KEEP, EXCLUDE))
    gone = {i for i, action in zip(odd, chosen, strict=True) if action != KEEP}
    for i in gone:
        doubts.record([i + 1], name, "more cells than headers", "", "the row is left out")
    return [i for i in body if i not in gone]


def _columns(grid: Grid, header: Header, body: list[int], doubts: Doubts) -> Table:
    width = len(header.names)
    records = [grid.rows[i] for i in body]
    padded = [r if len(r) == width else (r + [""] * (width - len(r)))[:width] for r in records]
    arrays = []
    for values in zip(*padded, strict=True) if padded else [()] * width:
        cells = np.empty(len(values), dtype=object)
        cells[:] = values
        arrays.append(cells)
    _fill_merged(grid, header, body, arrays, doubts)
    columns: dict[str, Column] = {}
    for i, (name, cells) in enumerate(zip(header.names, arrays, strict=True)):
        column = Column(cells)
        if header.named[i] or not column.blank.all():
            columns[name] = column
    unnamed = [n for i, n in enumerate(header.names) if not header.named[i] and n in columns]
    for name in unnamed[1:] if unnamed[:1] == header.names[:1] else unnamed:
        doubts.note("no_header", name, (), f"{name.capitalize()} has cells but no header.")
    labels = {n: t for n, t in {**grid.labels, **header.labels}.items() if n in columns}
    return Table(grid.name, columns, np.array(body, dtype=np.int64) + 1, labels, header.title)


def _fill_merged(grid: Grid, header: Header, body: list[int], arrays: list[np.ndarray], doubts: Doubts) -> None:
    """A cell merged over several records holds for each of them."""
    place = {row: k for k, row in enumerate(body)}
    for top, left, bottom, right in grid.merged:
        if bottom <= header.last or left != right or left >= len(arrays) or top == bottom:
            continue
        cells = arrays[left]
        value = grid.rows[top][left] if top < len(grid.rows) and left < len(grid.rows[top]) else ""
        if top <= header.last or not value.strip():
            continue
        below = [place[r] for r in range(top + 1, bottom + 1) if r in place]
        for k in below:
            cells[k] = value
        if below:
            doubts.record([body[k] + 1 for k in below], header.names[left], "", scrub(value), "merged with the cell above")


__all__ = ["letter", "tabulate"]
