"""What the corpus files say, before they are written: made-up courses, and the account that a right reading gives.

Nothing here imports the reader. A case is written from a truth and its expectation is made from the same truth.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Course = dict[int, float | None]
Salt = dict[str, Course]


@dataclass(frozen=True)
class Case:
    """One file (or several that belong together) with the expected account or refusal."""

    name: str
    files: Mapping[str, bytes]
    expected: Mapping[str, Any]
    made: str


@dataclass
class Cases:
    """The growing list."""

    items: list[Case] = field(default_factory=list)

    def add(self, name: str, data: bytes, made: str, **expected: Any) -> None:
        """One file and what is expected of it."""
        self.items.append(Case(name, {name: data}, expected, made))

    def add_several(self, name: str, files: Mapping[str, bytes], made: str, **expected: Any) -> None:
        """Files that are read together."""
        self.items.append(Case(name, files, expected, made))


def courses(codes: Sequence[str], weeks: Sequence[int], seed: int, decimals: int = 0, missing: float = 0.15) -> Salt:
    """A plausible course for each code: baseline 40–100, falling, some visits after baseline missing."""
    rng = random.Random(seed)
    out: Salt = {}
    for code in codes:
        level, pace = rng.uniform(40, 100), rng.uniform(0, 0.05)
        course: Course = {}
        for week in weeks:
            value = level * (1 - pace) ** week + rng.uniform(-3, 3)
            course[week] = round(min(100.0, max(0.0, value)), decimals)
            if week and rng.random() < missing:
                course[week] = None
        out[code] = course
    return out


def account(salt: Salt, **more: Any) -> dict[str, Any]:
    """The expected account: patients, weeks, every value; further expectations as keywords.

    Keywords: ``columns`` (role → column, those named), ``problems`` (level, column, rows; each must be told), ``quiet``
    (no error-level problem), ``facts`` ({column: {code: value}}), ``absent`` (texts that must appear nowhere), ``unused``
    (columns that must be listed as unused), ``layout``, ``score``, ``synthetic``.
    """
    weeks = sorted({w for course in salt.values() for w in course})
    return {
        "patients": len(salt),
        "weeks": weeks,
        "salt": {c: {str(w): course.get(w) for w in weeks} for c, course in salt.items()},
        **more,
    }


def refused(*says: str) -> dict[str, Any]:
    """The expected refusal: words of the sentence."""
    return {"refused": True, "says": list(says)}


def wide_rows(
    salt: Salt,
    header: Sequence[str],
    facts: Mapping[str, Sequence[str]] | None = None,
    number: Callable[[float], str] = lambda v: f"{v:g}",
    blank: str = "",
) -> list[list[str]]:
    """Rows of a wide table: code, facts, one cell per visit. ``header`` names code, facts and visits in this order."""
    weeks = sorted({w for course in salt.values() for w in course})
    rows = [list(header)]
    for i, (code, course) in enumerate(salt.items()):
        cells = [column[i] for column in (facts or {}).values()]
        values = [blank if course.get(w) is None else number(course[w]) for w in weeks]  # type: ignore[arg-type]
        rows.append([code, *cells, *values])
    return rows


def text(rows: Sequence[Sequence[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Delimited text, quoted where it has to be."""

    def cell(value: str) -> str:
        risky = delimiter in value or '"' in value or "\n" in value or "\r" in value
        return '"' + value.replace('"', '""') + '"' if risky else value

    return "".join(delimiter.join(cell(c) for c in row) + end for row in rows)


def comma(value: float) -> str:
    """62.5 → "62,5"."""
    return f"{value:g}".replace(".", ",")


def codes(n: int, prefix: str = "P", width: int = 3, start: int = 1) -> list[str]:
    """Codes such as P001."""
    return [f"{prefix}{i:0{width}d}" for i in range(start, start + n)]
