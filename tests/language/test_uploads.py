"""What is said of an upload, in Korean and Japanese: no sentence of it stays English, whatever the file holds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from aadash.app.parts.markdown import plain
from aadash.errors import AadashError
from aadash.intake import read
from aadash.intake.isolated.job import STOPPED, _memory, _refusal
from aadash.intake.isolated.limits import Limits
from aadash.intake.recognise import privacy
from aadash.intake.recognise.identity import article
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


@pytest.mark.parametrize(
    "rows",
    [
        [f"P{i},{60 + i},{99 if i < 2 else 20 + i}" for i in range(10)],  # a code
        [f"P{i},{60 + i},{i % 2}" for i in range(10)],  # yes and no
        [f"P{i},{60 + i},{0.85 if i == 3 else 20 + i}" for i in range(10)],  # a fraction
    ],
)
def test_what_is_asked_about_a_number_is_said(rows: list[str]) -> None:
    told = read("\n".join(["ID,SALT_W0,SALT_W12", *rows]).encode(), name="clinic.csv").problems
    asked = [p.message for p in told if p.level == "error"]
    with speaking("ja"):
        assert len(asked) == 1 and not _ENGLISH.search(_OWN.sub("", say(asked[0])))


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_what_identifies_a_person_is_named(language: str) -> None:
    kinds = {kind for kind, _ in privacy._HEADERS} | {"identifying column"}
    with speaking(language):
        for kind in kinds:
            assert not re.search("[a-z]{3}", say(f"looks like {article(kind)}")), kind
        assert say("not shown") != "not shown"


def test_a_full_stop_in_a_name_stays_in_what_is_said_already() -> None:
    """As it is shown behind a sign, escaped for Markdown; it was “Dis\\。duration”."""
    with speaking("ja"):
        said = plain("Column 'Dis. duration (y)' holds '18 months' where the other cells are numbers; read as missing (row 22).")
        assert "Dis\\. duration" in said and say(f":material/warning: {said}") == f":material/warning: {said}"


@pytest.mark.parametrize("language", ["ko", "ja"])
@pytest.mark.parametrize(
    "why",
    [
        "it takes longer than 60 seconds",
        "it holds far more than a cohort",
        "the reader for this kind of file broke down on it",
        "the process that reads did not start",
        _memory(Limits()),
        STOPPED,
    ],
)
def test_a_file_that_the_reading_process_gives_up_on_is_refused_in_the_language(language: str, why: str) -> None:
    """These refusals were English in every language."""
    for name in ("clinic.xlsx", "clinic.csv"):
        told = _refusal(name, why).paragraph()
        with speaking(language):
            assert not _ENGLISH.search(say(told).replace(name, "")) and say(told) != told
