"""The catalogues: one ``.po`` a language and area, read with Babel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
#: Area → which part of the source its sentences come from.
AREAS = (
    "app",
    "views",
    "analyses-a-o",
    "analyses-p",
    "analyses-r-z",
    "charts",
    "report",
    "intake",
    "lessons",
    "papercheck",
    "caveats",
    "rest",
)


@cache
def catalogue(language: str) -> dict[str, str]:
    """Every sentence that is translated: English → ``language``. Notes for translators ("fuzzy") count as not translated."""
    found: dict[str, str] = {}
    for area in AREAS:
        path = FOLDER / language / f"{area}.po"
        if path.exists():
            with path.open("rb") as file:
                for message in read_po(file, locale=language, ignore_obsolete=True):
                    if message.id and message.string and not message.fuzzy:
                        found[str(message.id)] = str(message.string)
    return found
