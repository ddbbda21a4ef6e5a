"""The short lesson behind a caveat: the first paragraph under its heading in docs/METHODS.md or docs/methods/."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"
_HEADING = re.compile(r"^### `([a-z-]+)`\s*$", re.MULTILINE)


@cache
def lessons() -> dict[str, str]:
    """Caveat code → its lesson, as Markdown in one line: the first paragraph; the document goes on."""
    out: dict[str, str] = {}
    for path in (DOCS / "METHODS.md", *sorted((DOCS / "methods").glob("*.md"))):
        parts = _HEADING.split(path.read_text(encoding="utf-8"))
        for code, body in zip(parts[1::2], parts[2::2], strict=True):
            out[code] = " ".join(re.split(r"^#{1,3} |\n\s*\n", body.strip(), flags=re.MULTILINE)[0].split())
    return out


def lesson(code: str) -> str:
    """The lesson for ``code``, "" where there is none."""
    return lessons().get(code, "")
