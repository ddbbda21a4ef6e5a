"""Where the header is: title rows above it, one row or two, a row of units or labels under it."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from aadash.errors import IntakeError
from aadash.intake.numbers import BLANK, MISSING_WORD, PLAIN, READ, read_number
from aadash.intake.read.grid import Grid
from aadash.intake.read.states import letters
from aadash.intake.recognise.headers import MOST_FACTS, is_name, lies_on_its_side, looks_like_header
from aadash.intake.recognise.visits import parse_visit
from aadash.intake.text import LONGEST

_LINES = re.compile(r"\s*[\r\n]+\s*")
_IN_BRACKETS = re.compile(r"[(（\[][^()（）\[\]]{1,30}[)）\]]|%")
#: A cell that is a unit and nothing else: "(months)", "10^3/uL", "세"; a percent sign says nothing about SALT.
_UNIT = re.compile(
    r"[(（\[]?\s*(years?|yrs?|months?|mos?|weeks?|wks?|days?|kg|g|cm|mm|kg/m[2²]|m[2²]|㎡|mg|년|개월|주|일|세|歳|才|年|[ヶかカケヵ]月|週|日"
    r"|[^\s()（）/]{1,10}/\s?(?:[umµμdm]?l|㎕|m[2²]|d|day|mm[3³]?|hpf|h|hr|min|日|일)"
    r"(?:/1\.73\s?m[2²])?)\s*[)）\]]?",
    re.IGNORECASE,
)
#: How far down a header is looked for.
DEPTH = 40


@dataclass(frozen=True)
class Header:
    """Column names from the rows up to ``last`` (from 0).

    ``named`` says which columns have a header of their own, ``cells`` the header row's cells by position, ``labels``
    the longer names from a second row, ``title`` the text above.
    """

    names: list[str]
    named: list[bool]
    last: int
    cells: dict[int, str]
    labels: dict[str, str] = field(default_factory=dict)
    title: str = ""


def find_header(grid: Grid, row: int = 0) -> Header:
    """The header of a grid; ``row`` (from 1) says where it is. Raises IntakeError when there is nothing that could be one."""
    filled = list(itertools.islice((i for i, row in enumerate(grid.rows) if any(c and not c.isspace() for c in row)), DEPTH + 40))
    if not filled:
        raise IntakeError("The table is empty", file=grid.name, fix="Check that the right file was chosen")
    if 0 < row <= len(grid.rows) and any(c.strip() for c in grid.rows[row - 1]):
        under = next((i for i in range(row, min(row + DEPTH, len(grid.rows))) if any(c.strip() for c in grid.rows[i])), None)
        two = under is not None and _is_second(grid, row - 1, under)
        return _header(grid, under, row - 1, under, {}) if two and under is not None else _header(grid, row - 1, None, row - 1, {})
    if row:
        raise IntakeError(
            f"Row {row} holds no names of columns", file=grid.name, fix="Choose the row in which the names of the columns stand"
        )
    if grid.has_header:
        return _header(grid, filled[0], None, filled[0], {})
    near = filled[:DEPTH]
    widths = {i: sum(1 for c in grid.rows[i] if c and not c.isspace()) for i in near}
    side = next((i for i in near[:3] if widths[i] >= 2 and _on_its_side(grid, i)), None)
    if side is not None:
        return _header(grid, side, None, side, {})
    best = max(near[:-1] or near, key=lambda i: (_header_points(grid.rows[i], near.index(i), widths[i], max(widths.values())), -i))
    if _is_data(grid.rows[best]):
        raise IntakeError(
            "The first row holds data, not the names of columns",
            file=grid.name,
            expected="a header row such as: ID, Sex, SALT_W0, SALT_W12",
            fix="Add a header row above the data and upload the file again",
        )
    above = [i for i in filled if i < best]
    below = [i for i in filled if i > best]
    upper: int | None = None
    lower = best
    if below and _is_second(grid, best, below[0]):
        upper, lower = best, below[0]
    elif above and above[-1] == best - 1 and _is_second(grid, above[-1], best):
        upper = above[-1]
    rest = [i for i in filled if i > lower]
    labels = {}
    if rest and _is_label_row(grid, lower, rest[0], rest[1:21], upper):
        labels = {j: c.strip() for j, c in enumerate(grid.rows[rest[0]]) if c.strip()}
        return _header(grid, lower, upper, rest[0], labels)
    return _header(grid, lower, upper, lower, labels)


def _on_its_side(grid: Grid, top: int) -> bool:
    """Patients stand across under this row, and their facts and visits down."""
    rows = [row for row in grid.rows[top : top + MOST_FACTS] if any(c and not c.isspace() for c in row)]
    if len(rows) < 3 or any(len(row[0]) > LONGEST for row in rows if row):
        return False
    return lies_on_its_side([row[0].strip() if row else "" for row in rows], [c.strip() for c in rows[0][1:] if c.strip()])


def _header_points(row: list[str], place: int, n: int, widest: int) -> float:
    """How much a row is like a header: its words, how many of its cells are filled, how far up it stands."""
    share = n / widest if widest else 0.0
    if n < 2 and widest >= 2:
        return -5.0
    return looks_like_header(row) + min(share, 1.0) - 0.02 * place


def _is_data(row: list[str]) -> bool:
    """More than half of the cells are numbers, and no cell names a role."""
    cells = [c for c in row if c.strip()]
    numbers = sum(read_number(c)[1] in (PLAIN, READ) for c in cells)
    return numbers > 0.5 * len(cells) and not any(is_name(c) for c in cells)


def _is_second(grid: Grid, top: int, bottom: int) -> bool:
    """The two rows are one header: the upper one groups columns, the lower one names what is under a group."""
    upper, lower = _padded(grid.rows[top], grid.rows[bottom])
    groups = _groups(grid, top, upper, lower)
    under = [j for j, c in enumerate(lower) if c.strip()]
    if not groups or len(under) < 2:
        return False
    if not any(not upper[j].strip() for j in under):
        return False
    texts = [lower[j].strip() for j in under]
    if all(_may_name(t) for t in texts) or _ascending(texts):
        return True
    said: dict[str, list[str]] = {}
    for j, over in groups.items():
        said.setdefault(over, []).append(lower[j].strip())
    weeks = [t for over in said.values() for t in over]
    alone = [lower[j].strip() for j in under if j not in groups]
    return (
        len(weeks) > 2
        and any(len(t) > 1 for t in said.values())
        and all(map(_ascending, said.values()))
        and all(map(_may_name, alone))
    )


def _groups(grid: Grid, top: int, upper: list[str], lower: list[str]) -> dict[int, str]:
    """Column → text of the upper cell that stands over it."""
    out: dict[int, str] = {}
    spans = {left: right for a, left, _, right in grid.merged if a == top and right > left}
    if any(right - left + 1 >= len(upper) > 1 for left, right in spans.items()):
        return {}
    text, until = "", -1
    filled = [j for j, c in enumerate(upper) if c.strip()]
    if filled == [0] and not spans:
        return {}
    for j, cell in enumerate(upper):
        if cell.strip():
            text = cell.strip() if lower[j].strip() else ""
            until = spans.get(j, len(upper) if not spans else j)
        if text and j <= until and lower[j].strip():
            out[j] = text
    return out


def _may_name(text: str) -> bool:
    return (read_number(text)[1] not in (PLAIN, READ, BLANK, MISSING_WORD) and len(text) <= 60) or (
        parse_visit(text) is not None and not re.fullmatch(r"[\d.,]+", text)
    )


def _ascending(texts: list[str]) -> bool:
    """Weeks as bare numbers: whole, ascending, from 0."""
    if not all(re.fullmatch(r"\d{1,3}", t) for t in texts):
        return False
    numbers = [int(t) for t in texts]
    return numbers[0] == 0 and all(a < b for a, b in itertools.pairwise(numbers))


def _is_label_row(grid: Grid, header: int, row: int, after: list[int], upper: int | None = None) -> bool:
    """A row of units or questions: text in columns whose other cells are numbers. Under a header of two rows only one of units."""
    if len(after) < 1:
        return False
    cells = grid.rows[row]
    filled = [c.strip() for c in cells if c.strip()]
    if upper is not None and not all(_IN_BRACKETS.fullmatch(c) or _UNIT.fullmatch(c) for c in filled):
        return False
    heads, over = _padded(grid.rows[header], grid.rows[upper] if upper is not None else [])
    heads = [a if a.strip() else b for a, b in zip(heads, over, strict=True)]
    texts = numbers = 0
    for j, cell in enumerate(cells):
        if not cell.strip() or not (j < len(heads) and heads[j].strip()):
            continue
        others = [grid.rows[i][j] for i in after if j < len(grid.rows[i]) and grid.rows[i][j].strip()]
        if len(others) < 1 or sum(read_number(o)[1] in (PLAIN, READ) for o in others) < 0.6 * len(others):
            continue
        status = read_number(cell)[1]
        text = status not in (PLAIN, READ, MISSING_WORD) or (status == READ and bool(re.match(r"[^\W\d]", cell.strip())))
        texts += text
        numbers += not text
    return texts >= 2 and numbers == 0


def _header(grid: Grid, row: int, upper: int | None, last: int, labels: dict[int, str]) -> Header:
    naming = _rows_that_name(grid, row, upper)
    width = max(map(len, naming), default=0)
    while width and not any(len(r) >= width and r[width - 1].strip() for r in naming):
        width -= 1
    if grid.delimited and width < len(
        grid.rows[row]
    ):  # headers left empty at the end of the row are columns where cells are under them
        most = len(grid.rows[row])
        width = max([width, *(k for r in grid.rows[last + 1 :] for k in range(width + 1, min(len(r), most) + 1) if r[k - 1].strip())])
    lower_cells, upper_cells = _padded(grid.rows[row], grid.rows[upper] if upper is not None else [], width)
    groups = _groups(grid, upper, upper_cells, lower_cells) if upper is not None else {}
    names: list[str] = []
    named: list[bool] = []
    for j in range(width):
        own, over = lower_cells[j].strip(), upper_cells[j].strip()
        text = _LINES.sub(" ", f"{groups[j]} {own}" if j in groups else own or over)
        unit = _UNIT.fullmatch(labels.get(j, ""))
        if text and unit is not None and unit.group(1).lower() not in text.lower():
            text = f"{text} ({unit.group(1)})"
        named.append(bool(text))
        name = text or f"column {letters(j)}"
        names.append(name if name not in names else f"{name} [{letters(j)}]")
    first = row if upper is None else upper
    title = " ".join(c.strip() for r in grid.rows[:first] for c in r if c.strip())
    return Header(names, named, last, dict(enumerate(lower_cells)), {names[j]: t for j, t in labels.items() if j < width}, title)


def _rows_that_name(grid: Grid, row: int, upper: int | None) -> list[list[str]]:
    """On a sheet a column without a header is a column all the same; in text a cell too many is a slip."""
    if not grid.delimited:
        return grid.rows[row:]
    return [grid.rows[row], grid.rows[upper] if upper is not None else []]


def _padded(a: list[str], b: list[str], width: int = 0) -> tuple[list[str], list[str]]:
    width = max(len(a), len(b), width)
    return a + [""] * (width - len(a)), b + [""] * (width - len(b))
