"""A table pasted as text: with tabs, commas, semicolons, bars, or as a PDF gives it, with gaps of two spaces or more.

Nothing is lost in silence: a line of which nothing could be used is named in ``left_out``.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from aadash.errors import IntakeError
from aadash.papercheck.cells import Cell, cell, clean, names_a_column, names_counts, p_cell, size_of
from aadash.papercheck.paper import Design, Item, Paper

#: So much text, so many lines and columns are read.
MOST_LETTERS, MOST_LINES, MOST_COLUMNS = 200_000, 2_000, 40
_P_HEAD = re.compile(r"(?i)^\W*p(?:\W*values?)?\W*$|^유의확률|^p값|^p値")
_TITLE = re.compile(r"(?i)^(?:supp\w* |e)?(table|fig(ure)?\b|표|表|그림|図)\s*\.?\s*\S{0,6}")
_COUNT_HEAD = re.compile(r"(?i)^(n|no\.?|number|count|명|빈도|환자 ?수|例数|人数)$")
_PERCENT_HEAD = re.compile(r"(?i)^\(?%\)?$|^percent(age)?$|^비율|^割合")
_TOTAL = re.compile(r"(?i)\b(?:all|total|overall|whole|entire)\b|전체|합계|全体|全例|全患者|合計")
_VISITS = re.compile(
    r"(?i)\b(?:weeks?|wk|months?|visits?|baseline|days?|years?|w\d+|m\d+)\b|\d ?(?:주|개월|週|か月|ヶ月)|기저|ベースライン"
)
_SIZES = re.compile(r"(?i)n|no\.?( of patients)?|number( of patients)?|patients,? n|total,? n|환자 ?수|症例数")
_VISIT = re.compile(r"(?i)(week|month|baseline|visit)\b|\d+ ?(주|개월|週|か月)|기저")
#: A cell that begins as a number does.
_STARTS = re.compile(r"[<>=≤]?\s?[-+]?[\d.]")
_BROKEN = re.compile(r"^(.*?\S)\s+([<>]?[-+]?\d[\d.]*\s?(?:/\s?\d+\s?)?(?:%|\([^()]*\)|±\s?[\d.]+(?:\s?\([^()]*\))?)?.*)$")


def paper_of_text(
    text: str,
    n: int | None = None,
    title: str = "",
    step: Fraction | None = None,
    results: str = "",
    abstract: str = "",
    visits: int = 0,
) -> Paper:
    """The tables in ``text`` as a paper.

    ``n``: the patients, where no header says so; ``step``: in which the values behind means were recorded, None when not known.
    ``results`` and ``abstract`` are running text, ``visits`` counts the baseline. Raises IntakeError for text that is too long, or
    without any table.
    """
    if max(len(t) for t in (text, results, abstract)) > MOST_LETTERS or text.count("\n") > MOST_LINES:
        raise IntakeError(
            f"The text has {len(text):,} letters in {text.count(chr(10)) + 1:,} lines",
            expected=f"at most {MOST_LETTERS:,} letters and {MOST_LINES:,} lines",
            fix="Paste one table at a time",
        )
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")]
    grid = _grid(lines)
    items, left_out = _items(grid, n, title, step)
    if not items and not results.strip() and not abstract.strip():
        raise IntakeError(
            "No number of a table was found in the text",
            expected="rows such as “Male, 54 (46.2 %)”, one a line, their cells apart by tabs, commas or two spaces",
            fix="Copy the table with its first column and its header",
        )
    sizes = [i.n for i in items if i.n]
    groups = tuple((i.group, i.n) for i in {i.group: i for i in items if i.group and i.n}.values() if i.n)
    patients = n or _patients(groups) or max(sizes, default=0)
    parts = tuple(g for g in groups if g[1] < patients)
    whole = parts if sum(k for _, k in parts) == patients else ()
    return Paper(
        title, "", tuple(items), design=Design(patients, whole, visits), results=results, abstract=abstract, left_out=tuple(left_out)
    )


def _patients(groups: Sequence[tuple[str, int]]) -> int:
    """All patients of a table whose columns are groups without a column of all: the groups together. 0 where one column is of all by
    its name or its size, or the columns are visits."""
    names, sizes = " ".join(name for name, _ in groups), sorted(k for _, k in groups)
    if len(groups) < 2 or _TOTAL.search(names) or _VISITS.search(names):
        return 0
    return 0 if len(sizes) > 2 and 0.9 <= sum(sizes[:-1]) / sizes[-1] <= 1.1 else sum(sizes)


def _grid(lines: Sequence[str]) -> list[list[str]]:
    """Lines as cells, by the sign that parts most of them."""
    filled = [line for line in lines if line.strip()]
    if any("\t" in line for line in filled):
        return [_stripped(line.split("\t")) for line in filled]
    for sign in ("|", ";"):
        if sum(sign in line for line in filled) > len(filled) / 2:
            return [[c.strip() for c in line.strip().strip("|").split(sign)][:MOST_COLUMNS] for line in filled]
    gaps = [re.split(r"\s{2,}", line.strip()) for line in filled]
    if sum(len(g) > 1 for g in gaps) > len(filled) / 3:
        return [g[:MOST_COLUMNS] for g in gaps]
    if sum("," in line for line in filled) > len(filled) / 3:
        rows = [_comma(line) for line in filled]
        if sum(len(r) > 1 for r in rows) > len(filled) / 3:
            return [r[:MOST_COLUMNS] for r in rows]
    return [_broken(line) for line in filled]


def _stripped(cells: Sequence[str]) -> list[str]:
    """Cells without the space around them, but for that before the first, which moves a row in."""
    return [cells[0].rstrip(), *(c.strip() for c in cells[1:MOST_COLUMNS])]


def _comma(line: str) -> list[str]:
    """A line of CSV; a comma inside brackets parts nothing."""
    if '"' in line:
        try:
            return [c.strip() for c in next(csv.reader(io.StringIO(line)))]
        except (csv.Error, StopIteration):
            pass
    return [c.strip() for c in re.split(r",(?![^(\[]{0,40}[)\]])", line)]


def _broken(line: str) -> list[str]:
    """A line without any sign between its cells: words, then what begins with a number."""
    found = _BROKEN.match(line.strip()) if len(line) < 400 else None
    return [found[1], found[2]] if found else [line.strip()]


def _decimal_comma(grid: Sequence[Sequence[str]]) -> bool:
    """Whether the tables write 47,0 for 47.0: such cells, and none with a point."""
    cells = [c for row in grid for c in row[1:]]
    return any(re.search(r"\d,\d{1,2}(?!\d)", c) for c in cells) and not any(re.search(r"\d\.\d", c) for c in cells)


def _items(grid: list[list[str]], n: int | None, title: str, step: Fraction | None) -> tuple[list[Item], list[str]]:
    comma = _decimal_comma(grid)
    table, section, header = title, "", [""]
    sizes: list[int | None] = []  # of the columns, where a row "n" gives them
    moved_in: bool | None = None  # whether the rows of the section are; None before its first row
    items: list[Item] = []
    left_out: list[str] = []
    for raw in grid:
        row = [re.sub(r"(?<=\d),(?=\d{1,2}(?!\d))", ".", c) for c in raw] if comma else raw
        label = clean(row[0])
        rest = row[1:]
        if _TITLE.match(label) and not any(c.strip() for c in rest):
            table, section, header, sizes = label[:80], "", [""], []
        elif _is_header(row, header != [""]):
            header, section, sizes = row, "", []
        elif not any(c.strip() for c in rest):
            section, moved_in = label[:120], None
            if n is None and not items and header == [""]:
                n = size_of(label)
        else:
            inside = row[0][:1].isspace()
            moved_in = inside if moved_in is None else moved_in
            if moved_in and not inside:
                section, moved_in = "", None
            counts = [_whole(c) for c in rest]
            if (
                _SIZES.fullmatch(label)
                and any(counts)
                and all(k is not None or not c.strip() for k, c in zip(counts, rest, strict=True))
            ):
                sizes = counts
                continue
            found = _row(label[:120], rest, header, sizes, Item("", table, section, step=step), n)
            items += found
            if not found:
                left_out.append(" ".join(" ".join(row).split())[:120])
    return items, left_out


def _whole(text: str) -> int | None:
    found = cell(text)
    return found.count if found.kind == "number" else None


def _is_header(row: Sequence[str], known: bool) -> bool:
    """A row of names: a cell names an n, or none of them begins as a number does; after a header only with a header's words."""
    cells = [clean(c) for c in row[1:] if c.strip()]
    if not cells:
        return False
    if any(size_of(c) and not _STARTS.match(c) for c in cells):
        return True
    if any(_STARTS.match(c) or c.startswith(("-", "–", "N/A", "NA", "NR")) for c in cells):
        return False
    return not known or any(names_a_column(c) or _P_HEAD.match(c) for c in cells)


def _row(
    label: str, cells: Sequence[str], header: Sequence[str], sizes: Sequence[int | None], bare: Item, n: int | None
) -> list[Item]:
    """The items of one row; ``sizes`` are the n of the columns where the table has a row of them, ``bare`` what all share."""
    out: list[Item] = []
    p = None
    names = [clean(h) for h in header[1:]] + [""] * len(cells)
    columns = list(_columns(names, cells))
    one_column = sum(not _P_HEAD.match(name) for _, name, _ in columns) < 2
    for at, name, text in columns:
        if _P_HEAD.match(name):
            p = p_cell(text)
            continue
        told = sizes[at] if at < len(sizes) else None
        own = size_of(name) or told or size_of(label) or size_of(header[0]) or n
        found = cell(text, f"{label} {bare.section}", f"{name} {header[0]}")
        group = "" if one_column else name[:60]
        if found.kind == "number" and found.count is not None and not names_counts(f"{name} {header[0]}"):
            continue  # a number of weeks, of visits …
        item = _item(found, replace(bare, row=label, group=group, n=own, by_visit=bool(_VISIT.match(name))))
        if item is not None:
            out.append(item)
    return [replace(i, p=p) for i in out] if p is not None else out


def _columns(names: Sequence[str], cells: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """Place, name and text of each column; a column of counts and one of percentages beside it are one."""
    at, pairs = 0, 0
    while at < len(cells):
        name, text = names[at], cells[at]
        if at + 1 < len(cells) and _COUNT_HEAD.match(name) and _PERCENT_HEAD.match(names[at + 1]):
            pairs += 1
            after = cells[at + 1].strip().strip("()%").strip()
            yield at, f"group {pairs}", f"{text} ({after}%)" if text.strip() and after else text
            at += 2
            continue
        yield at, name, text
        at += 1


def _item(c: Cell, bare: Item) -> Item | None:
    if c.kind == "share":
        return replace(bare, count=c.count, percent=c.percent, n=c.n or bare.n, own_n=c.n is not None)
    if c.kind == "percent":
        return replace(bare, percent=c.percent)
    if c.kind == "mean":
        return replace(bare, mean=c.mean, sd=c.sd, low=c.low, high=c.high)
    if c.kind in ("range", "median"):
        return replace(bare, low=c.low, high=c.high)
    if c.kind == "number" and c.count is not None:
        return replace(bare, count=c.count)
    if c.kind == "number":
        return replace(bare, mean=c.mean)
    return None
