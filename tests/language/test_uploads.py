"""What is said of an upload, in Korean and Japanese: no sentence of it stays English, whatever the file holds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from aadash.errors import AadashError
from aadash.intake import read
from aadash.language import say, speaking

FILES = Path(__file__).resolve().parents[1] / "intake_corpus" / "files"
#: The file's own words, and what another program says in brackets.
_OWN = re.compile(r"'[^']*'|\"[^\"]*\"|“[^”]*”|\([^()]*\)")
_ENGLISH = re.compile(r"[a-z]{3,} [a-z]{2,} [a-z]{3,}")


@cache
def said() -> dict[str, str]:
    """Each message and each reason for what a column is taken for, with a file that it is said of."""
    found: dict[str, str] = {}
    for file in sorted(FILES.iterdir()):
        if file.suffix in (".json", ".md") or file.is_dir():
            continue
        try:
            reading = read(file.read_bytes(), name=file.name)
        except AadashError as error:
            found.setdefault(error.paragraph(), file.name)
            continue
        for text in (reading.refusal, *(p.message for p in reading.problems), *(g.why for g in reading.columns)):
            found.setdefault(text, file.name)
    return found


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_no_sentence_stays_english(language: str) -> None:
    with speaking(language):
        spoken = {text: say(text) for text in said()}
    left = {said()[text]: there for text, there in spoken.items() if _ENGLISH.search(_OWN.sub("", there))}
    assert len(spoken) > 150 and left == {}


def test_a_file_is_named_before_what_is_wrong_with_it() -> None:
    with speaking("ko"):
        one = say("The workbook is damaged and cannot be read.")
        assert say("my clinic.xlsx: The workbook is damaged and cannot be read.") == f"my clinic.xlsx: {one}"
