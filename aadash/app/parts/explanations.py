"""The short lesson behind a caveat: its paragraph in docs/METHODS.md or docs/methods/."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"
_HEADING = re.compile(r"^### `([a-z-]+)`\s*$", re.MULTILINE)


@cache
def lessons() -> dict[str, str]:
    """Caveat code → its paragraph, as Markdown."""
    out: dict[str, str] = {}
    for path in (DOCS / "METHODS.md", *sorted((DOCS / "methods").glob("*.md"))):
        parts = _HEADING.split(path.read_text(encoding="utf-8"))
        for code, body in zip(parts[1::2], parts[2::2], strict=True):
            out[code] = re.split(r"^#{1,3} ", body, flags=re.MULTILINE)[0].strip()
    return out


def lesson(code: str) -> str:
    """The paragraph for ``code``, "" where there is none."""
    return lessons().get(code, "")
