"""A grid of cells to a table: where the header is, which rows are records, what stands around them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from aadash.errors import IntakeError
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.read.grid import Grid
from aadash.intake.recognise.privacy import scrub
from aadash.intake.recognise.vocabulary import SUMMARY
from aadash.intake.tabulate.headerrows import Header, find_header
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import rows_text

_FOOTNOTE = re.compile(r"^(?:\*|†|‡|§|※|注|주\s?[:)]|note|source|legend|abbreviation|\(\*|#|출처|備考|\[|¶)", re.IGNORECASE)


def tabulate(grid: Grid, doubts: Doubts) -> Table:
    """The table of a grid. Raises IntakeError when there is no header with records under it."""
    for level, code, column, message in grid.notes:
        doubts.report(level, code, column, (), message)
    header = find_header(grid)
    body = np.arange(header.last + 1, len(grid.rows))
    columns = _columns(grid, header)
    blank = np.column_stack([c.blank for c in columns]) if columns else np.ones((len(body), 1), dtype=bool)
    keep: np.ndarray = np.asarray(~blank.all(axis=1))
    for k, why in _dropped(grid.rows, header, columns, blank, keep):
        keep[k] = False
        # what stands around a table may name people, so it is not quoted
        doubts.record([body[k] + 1], header.names[0], "(the row's text)", "", why)
    _tell_dropped(doubts, header)
    keep[_ragged(grid.rows, body[keep], header.names, doubts) - header.last - 1] = False
    if doubts.fatal:
        raise IntakeError(doubts.fatal[0], file=grid.name)
    if not keep.any():
        raise IntakeError(
            "There is a header but no record under it",
            file=grid.name,
            expected="one row a patient or a visit",
            fix="Check that the right file was chosen",
        )
    return _table(grid, header, columns, body, keep, doubts)


def _dropped(
    rows: Sequence[list[str]], header: Header, columns: list[Column], blank: np.ndarray, keep: np.ndarray
) -> list[tuple[int, str]]:
    """Places (from the first row under the header) of what is no record, with the reason."""
    if not keep.any():
        return []
    counts = (~blank).sum(axis=1)
    typical = float(np.median(counts[keep]))
    few, width = max(1, int(0.25 * typical)), len(header.names)
    head = [c.strip() for c in header.cells.values() if c.strip()]
    first = columns[0]
    odd = np.array([bool(SUMMARY.match(d.strip())) or d.strip() == head[0] for d in first.distinct], dtype=bool)[first.codes]
    looked_at = np.flatnonzero(keep & (odd | blank[:, 0] | (counts <= few)))
    shapes: set[str] | None = None
    out: list[tuple[int, str]] = []
    for k in map(int, looked_at):
        row = rows[header.last + 1 + k]
        at = int(np.flatnonzero(~blank[k])[0])
        text = row[at].strip()
        if len(head) > 1 and [c.strip() for c in row if c.strip()] == head:
            out.append((k, "the header again"))
        elif SUMMARY.match(text) and at < max(3, width // 2):
            out.append((k, "a row that sums up others"))
        elif counts[k] <= few and width > 1 and typical >= 2:
            if shapes is None:
                full = np.flatnonzero(keep & (counts >= max(2, 0.5 * typical)))[:2000]
                shapes = {_shape(rows[header.last + 1 + j][int(np.flatnonzero(~blank[j])[0])]) for j in full}
            if _FOOTNOTE.match(text) or (counts[k] == 1 and (len(text) > 40 or _shape(text) not in shapes)):
                out.append((k, "a title or footnote"))
    return out


def _tell_dropped(doubts: Doubts, header: Header) -> None:
    reasons: dict[str, list[int]] = {}
    for entry in doubts.log:
        reasons.setdefault(entry.why, []).extend(entry.rows)
    for why, rows in reasons.items():
        doubts.report(
            "warning", "row_left_out", header.names[0], rows, f"{rows_text(rows).capitalize()}: {why}, not a record; left out."
        )


def _shape(text: str) -> str:
    """ "P-012" → "A-9": what a code looks like."""
    return re.sub(r"9+", "9", re.sub(r"\d", "9", re.sub(r"[^\W\d_]+", "A", text.strip())))


def _ragged(rows: Sequence[list[str]], body: np.ndarray, names: list[str], doubts: Doubts) -> np.ndarray:
    """Rows with filled cells beyond the last header: probably shifted, so they wait for a decision.

    Returns the positions (in ``rows``) of those that are not used.
    """
    width, name = len(names), names[-1]
    odd = [i for i in body.tolist() if len(rows[i]) > width and any(c.strip() for c in rows[i][width:])]
    if not odd:
        return np.zeros(0, dtype=int)
    numbers = [i + 1 for i in odd]
    if len(odd) > 0.3 * len(body) and len(odd) > 1:
        doubts.refuse(
            "ragged",
            name,
            f"{len(odd)} of {len(body)} rows have more cells than the header ({width}), such as row "
            f"{numbers[0]}. Is a comma used both between cells and in numbers? Save the table as .xlsx, or with "
            "semicolons.",
            numbers,
        )
    chosen = doubts.report(
        "error",
        "ragged",
        name,
        numbers,
        f"{rows_text(numbers).capitalize()}: more cells than headers "
        f'({width}), so the values may have slipped to the next column; not used until you decide. "keep" '
        "reads the cells under the headers as they stand.",
        (KEEP, EXCLUDE),
    )
    gone = [i for i, action in zip(odd, chosen, strict=True) if action != KEEP]
    doubts.record([i + 1 for i in gone], name, "more cells than headers", "", "the row is left out")
    return np.array(gone, dtype=int)


def _columns(grid: Grid, header: Header) -> list[Column]:
    """The cells under each header, merged cells filled."""
    width = len(header.names)
    records = [r if len(r) >= width else r + [""] * (width - len(r)) for r in grid.rows[header.last + 1 :]]
    arrays = []
    for j in range(width):
        cells = np.empty(len(records), dtype=object)
        cells[:] = [r[j] for r in records]
        arrays.append(cells)
    for top, left, bottom, right in grid.merged:
        if top > header.last and left == right < width and bottom > top:
            cells, start = arrays[left], top - header.last - 1
            if cells[start].strip():
                cells[start + 1 : bottom - header.last] = cells[start]
    return [Column(a) for a in arrays]


def _table(grid: Grid, header: Header, columns: list[Column], body: np.ndarray, keep: np.ndarray, doubts: Doubts) -> Table:
    rows = body[keep] + 1
    named: dict[str, Column] = {}
    for i, (name, column) in enumerate(zip(header.names, columns, strict=True)):
        kept = column if keep.all() else column.take(keep)
        if header.named[i] or not kept.blank.all():
            named[name] = kept
            if not header.named[i] and i:
                doubts.note("no_header", name, (), f"{name.capitalize()} has cells but no header.")
    _tell_merged(grid, header, keep, doubts)
    labels = {n: t for n, t in {**grid.labels, **header.labels}.items() if n in named}
    return Table(grid.name, named, rows.astype(np.int64), labels, header.title)


def _tell_merged(grid: Grid, header: Header, keep: np.ndarray, doubts: Doubts) -> None:
    """A cell merged over several records holds for each of them: one line of the log for each such cell."""
    for top, left, bottom, right in grid.merged:
        if top > header.last and left == right < len(header.names) and bottom > top and top < len(grid.rows):
            rows = [r + 1 for r in range(top + 1, bottom + 1) if r - header.last - 1 < len(keep) and keep[r - header.last - 1]]
            if rows and left < len(grid.rows[top]) and grid.rows[top][left].strip():
                doubts.record(rows, header.names[left], "", scrub(grid.rows[top][left].strip()), "merged with the cell above")
