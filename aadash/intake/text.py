"""Text as people type it, brought to one form for comparison."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

#: A header or a visit is not longer than this; of what is, the beginning is looked at.
LONGEST = 300
_MONTH_MARK = re.compile("[ヶヵケカか箇個ヵヶ]\\s*月")
_SEPARATORS = re.compile(r"(?<!\d)[.]|[.](?!\d)|[_\-–—/\\()\[\]{}:;,#*\"'“”‘’|@=~\s]+")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")


def fold(text: object) -> str:
    """``text`` in one width, lower case, with single spaces for separators; digits and letters stay together.

    >>> fold("SALT_W12"), fold(" ＳＡＬＴ（Week 12）"), fold("bdi.4m"), fold("3ヶ月後")
    ('salt w12', 'salt week 12', 'bdi 4m', '3か月後')
    """
    return _folded(str(text)[:LONGEST])


@lru_cache(maxsize=20_000)
def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text)
    plain = _MONTH_MARK.sub("か月", plain)
    plain = _CAMEL.sub(" ", plain)
    return re.sub(r"\s+", " ", _SEPARATORS.sub(" ", plain)).strip().lower()


def show(value: object) -> str:
    """A cell as the user sees it: 12.0 reads "12", a date reads 2024-03-05."""
    if value is None or value != value:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1e15 else repr(float(value))
    if hasattr(value, "isoformat"):
        text = value.isoformat()
        return text.removesuffix("T00:00:00") if isinstance(text, str) else str(text)
    return str(value)


def one_line_each(texts: Sequence[str]) -> str:
    """The texts as the lines of one; a line break within one of them is a space."""
    lines = "\n".join(texts)
    if lines.count("\n") < max(len(texts), 1) and "\r" not in lines:
        return lines
    return "\n".join(text.replace("\n", " ").replace("\r", " ") for text in texts)


def rows_text(rows: tuple[int, ...] | list[int], limit: int = 8) -> str:
    """ "row 7", "rows 7, 9 and 12", "rows 2, 3, 4 … (120 rows)"."""
    shown = [str(r) for r in rows[:limit]]
    if len(rows) == 1:
        return f"row {shown[0]}"
    if len(rows) <= limit:
        return f"rows {', '.join(shown[:-1])} and {shown[-1]}"
    return f"rows {', '.join(shown)} … ({len(rows)} rows)"
