"""A grid of cells to a table: where the header is, which rows are records, what stands around them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import chain

import numpy as np

from aadash.errors import IntakeError
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import EXCLUDE, KEEP
from aadash.intake.read.grid import Grid
from aadash.intake.recognise.headers import role_of
from aadash.intake.recognise.patterns import SALT
from aadash.intake.recognise.privacy import scrub
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.tabulate.headerrows import Header, find_header
from aadash.intake.tabulate.summaries import is_summary, summaries
from aadash.intake.tabulate.summaryrows import LAST, numeric_summaries, shape
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

_FOOTNOTE = re.compile(r"^(?:\*|†|‡|§|※|注|주\s?[:)]|note|source|legend|abbreviation|\(\*|#|출처|備考|\[|¶)", re.IGNORECASE)


def tabulate(grid: Grid, doubts: Doubts, row: int = 0) -> Table:
    """The table of a grid; ``row`` (from 1) says where its header is. Raises IntakeError when there are no records under a header."""
    for level, code, column, message in grid.notes:
        doubts.report(level, code, column, (), message)
    header = find_header(grid, row)
    body = np.arange(header.last + 1, len(grid.rows))
    columns = _columns(grid, header)
    blank = np.column_stack([c.blank for c in columns]) if columns else np.ones((len(body), 1), dtype=bool)
    keep: np.ndarray = np.asarray(~blank.all(axis=1))
    dropped = _dropped(grid.rows, header, columns, blank, keep)
    for k, why in dropped:
        keep[k] = False
        # what stands around a table may name people, so it is not quoted
        doubts.record([body[k] + 1], header.names[0], "(the row's text)", "", why)
    _tell_dropped(doubts, header)
    whole = np.array([not grid.delimited or len(grid.rows[i]) >= len(header.names) for i in body[-LAST:]], dtype=bool)
    numeric_summaries(columns, blank, keep, body, header.names[0], whole, doubts)
    if grid.delimited:
        keep[_short(grid, body[keep], header.names, doubts) - header.last - 1] = False
    keep[_ragged(grid, body[keep], header.names, doubts) - header.last - 1] = False
    if doubts.fatal:
        raise IntakeError(doubts.fatal[0], file=grid.name)
    if not keep.any():
        raise IntakeError(
            "There is a header but no record under it",
            file=grid.name,
            expected="one row per patient or per visit",
            fix="Check that the right file was chosen",
        )
    table = _table(grid, header, columns, body, keep, doubts)
    titles = [k for k, why in dropped if why == TITLE and not blank[k, 0] and blank[k, 1:].all()]
    return _with_sections(table, {int(body[k]) + 1: columns[0].bare[columns[0].codes[k]] for k in titles}, doubts)


#: What the rows under a heading of their own are called.
SECTION, TITLE = "section", "a title or footnote"


def _with_sections(table: Table, titles: Mapping[int, str], doubts: Doubts) -> Table:
    """The table with a column of the headings that stand in rows of their own, each over the records below it ("Placebo", "Drug");
    only where the first record has one and there are two at least, all different, each with a record."""
    rows = sorted(titles)
    over = np.searchsorted(rows, table.rows) - 1
    used = np.unique(over)
    if (
        len(rows) < 2
        or over.min() < 0
        or len(used) < 2
        or len({titles[rows[i]] for i in used}) < len(used)
        or SECTION in table.columns
    ):
        return table
    first = next(iter(table.columns))
    cells = Column(np.array([titles[rows[i]] for i in over], dtype=object))
    empty = table.columns[first].blank.all()
    name = first if empty else SECTION
    doubts.report(
        "warning",
        "sections",
        first,
        [rows[i] for i in used],
        f"{rows_text([rows[i] for i in used]).capitalize()} hold a heading and nothing else; each is kept in column {name!r} for the "
        "rows below it.",
    )
    return table.with_columns({name: cells})


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
    again = np.array([d == head[0] for d in first.bare], dtype=bool)
    odd = (summaries(first.bare) | again)[first.codes]
    looked_at = np.flatnonzero(keep & (odd | blank[:, 0] | (counts <= few)))
    shapes: set[str] | None = None
    out: list[tuple[int, str]] = []
    for k in map(int, looked_at):
        row = rows[header.last + 1 + k]
        at = int(np.flatnonzero(~blank[k])[0])
        text = row[at].strip()
        if len(head) > 1 and [c.strip() for c in row if c.strip()] == head:
            out.append((k, "the header again"))
        elif is_summary(text) and (at < max(3, width // 2) or counts[k] <= max(2, few)) and not (at == 0 and _named_so(first, text)):
            out.append((k, "a row that sums up others"))
        elif counts[k] <= few and width > 1 and typical >= 2:
            if shapes is None:
                full = np.flatnonzero(keep & (counts >= max(2, 0.5 * typical)))[:2000]
                shapes = {shape(rows[header.last + 1 + j][int(np.flatnonzero(~blank[j])[0])]) for j in full}
            if _FOOTNOTE.match(text) or (counts[k] == 1 and (len(text) > 40 or shape(text) not in shapes)):
                out.append((k, TITLE))
    return out


def _named_so(first: Column, text: str) -> bool:
    """The first column holds such words for something else: the label is common, or the column repeats few values."""
    times = sum(d.strip() == text for d in first.distinct) and int((first.stripped == text).sum())
    return times > max(3, 0.1 * len(first)) or (len(first.filled) < 0.5 * len(first) and len(text) <= 3 and len(first.filled) <= 6)


def _short(grid: Grid, body: np.ndarray, names: list[str], doubts: Doubts) -> np.ndarray:
    """Rows of a text file with fewer cells than the header: a cell or a separator is lost, so the values may have slipped.

    Returns the positions (in ``rows``) of those that are not used. A file that leaves out empty cells at the end of most of
    its rows is read as it stands.
    """
    width, name = len(names), names[0]
    lengths = grid.lengths[body]
    short = body[lengths < width]
    if not len(short) or len(short) > 0.5 * len(body):
        return np.zeros(0, dtype=int)
    numbers = [int(i) + 1 for i in short]
    chosen = doubts.report(
        "error",
        "short_row",
        name,
        numbers,
        f"{rows_text(numbers).capitalize()}: fewer cells than headers ({width}). A cell or a separator is missing: values may stand "
        'under the wrong header; not used until you decide. "keep" reads the cells from the left as they stand.',
        (KEEP, EXCLUDE),
    )
    gone = [int(i) for i, action in zip(short, chosen, strict=True) if action != KEEP]
    doubts.record([i + 1 for i in gone], name, "fewer cells than headers", "", "the row is left out")
    return np.array(gone, dtype=int)


def _tell_dropped(doubts: Doubts, header: Header) -> None:
    reasons: dict[str, list[int]] = {}
    for entry in doubts.log:
        reasons.setdefault(entry.why, []).extend(entry.rows)
    for why, rows in reasons.items():
        doubts.report(
            "warning", "row_left_out", header.names[0], rows, f"{rows_text(rows).capitalize()}: {why}, not a record; left out."
        )


def _ragged(grid: Grid, body: np.ndarray, names: list[str], doubts: Doubts) -> np.ndarray:
    """Rows with filled cells beyond the last header: probably shifted, so they wait for a decision.

    Returns the positions (in ``rows``) of those that are not used.
    """
    width, name = len(names), names[-1]
    rows, lengths = grid.rows, grid.lengths[body]
    odd = [i for i in body[lengths > width].tolist() if any(c.strip() for c in rows[i][width:])]
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
    records = grid.rows[header.last + 1 :]
    if (grid.lengths[header.last + 1 :] != width).any():
        records = [r[:width] if len(r) >= width else r + [""] * (width - len(r)) for r in records]
    flat = np.empty(len(records) * width, dtype=object)
    flat[:] = list(chain.from_iterable(records))
    arrays = [np.ascontiguousarray(cells) for cells in flat.reshape(len(records), width).T] if width else []
    for top, left, bottom, right in grid.merged:
        if top > header.last and left == right < width and bottom > top:
            cells, start = arrays[left], top - header.last - 1
            if start < len(cells) and cells[start].strip() and not _is_value(header.names[left]):
                cells[start + 1 : bottom - header.last] = cells[start]
    return [Column(a) for a in arrays]


def _is_value(name: str) -> bool:
    """A column of measured values: what is merged there is one value, not the same value for several records."""
    visit = parse_visit(name)
    return (
        bool(SALT.search(fold(name)))
        or role_of(name) == "salt"
        or (visit is not None and visit.week is not None and not role_of(name))
    )


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
    copied = _copied(grid, header, body[keep])
    return Table(grid.name, named, rows.astype(np.int64), labels, header.title, header.last + 1, len(header.names), copied)


def _copied(grid: Grid, header: Header, body: np.ndarray) -> dict[str, list[int]]:
    """Positions (among the records) of cells that were filled from the merged cell above them."""
    out: dict[str, list[int]] = {}
    place = {int(i): k for k, i in enumerate(body)} if grid.merged else {}
    for top, left, bottom, right in grid.merged:
        if top > header.last and left == right < len(header.names) and bottom > top and not _is_value(header.names[left]):
            empty = [
                r for r in range(top + 1, bottom + 1) if r in place and not (left < len(grid.rows[r]) and grid.rows[r][left].strip())
            ]
            out.setdefault(header.names[left], []).extend(place[r] for r in empty)
    return out


def _tell_merged(grid: Grid, header: Header, keep: np.ndarray, doubts: Doubts) -> None:
    """A cell merged over several records holds for each of them: one line of the log for each such cell."""
    for top, left, bottom, right in grid.merged:
        if top > header.last and left == right < len(header.names) and bottom > top and top < len(grid.rows):
            rows = [r + 1 for r in range(top + 1, bottom + 1) if r - header.last - 1 < len(keep) and keep[r - header.last - 1]]
            if not rows or left >= len(grid.rows[top]) or not grid.rows[top][left].strip():
                continue
            text = scrub(grid.rows[top][left].strip())
            if _is_value(header.names[left]):
                doubts.report(
                    "warning",
                    "merged_value",
                    header.names[left],
                    [top + 1, *rows],
                    f"Column {header.names[left]!r}: one merged cell holds {text!r} over {rows_text([top + 1, *rows])}; used for "
                    f"row {top + 1} only, and missing in the others.",
                )
                doubts.record(rows, header.names[left], "(merged)", "", "a value merged over several rows counts once")
            else:
                doubts.record(rows, header.names[left], "", text, "merged with the cell above")
