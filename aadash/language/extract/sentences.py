"""Every sentence of the interface, by area."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from aadash.glossary import TERMS
from aadash.language.catalogue import AREAS
from aadash.language.extract.source import texts_of
from aadash.language.extract.texts import Text, lines, sentences, stripped, written
from aadash.language.extract.visible import is_visible
from aadash.language.speaker import FORMS

PACKAGE = Path(__file__).resolve().parents[2]
ROOT = PACKAGE.parent
#: Modules whose texts are programs, the command line's or a log's.
_LEFT_OUT = (
    "__main__.py", "cli.py", "cli_file.py", "cli_papercheck.py", "cli_report.py", "cli_summaries.py", "cli_written.py",
    "report/r_code.py", "report/code.py", "report/ard.py", "report/word_xml.py", "report/word_styles.py", "app/server/",
    "app/session/audit.py", "language/", "intake/isolated/frames.py", "intake/isolated/limits.py", "intake/isolated/pool.py",
    "intake/isolated/worker.py", "glossary.py", "app/shell/reach.py", "serial.py", "version.py",
    "discover.py", "report/folder.py", "palette.py", "papercheck/korea.py", "charts/theme.py", "app/shell/warm.py", "app/work/",
)  # fmt: skip
#: Where columns are recognised, two small words are how a file may call something.
_SYNONYM = re.compile(r"[a-z]+(?: [a-z]+){0,2}")
#: Pieces too short to be seen as texts where they stand.
_SHORT = (
    "As in {study}", "the rest", "{score} at the cut of {cut}", "{name} in {n}", "years", "months", "points", "grades", "reference",
    "counted", "low", "moderate", "unstructured", "high", "{title} · about {minutes} minutes",
    "holds", "doubtful", "broken", "chosen", "followed", "another", "not shown", "Try it.",
    "a record number", "a birth date", "a national number", "a phone number", "an e-mail address", "an address", "a name",
    "an identifying column", "birth date", "phone number", "national number", "address", "of those above {cut}",
    "Lee JW et al., Ann Dermatol 2025 (Korea, baricitinib, 117 patients); numbers as printed",
)  # fmt: skip
#: What looks like a text and is a program, a style, a pattern or a name.
_NOISE = frozenset(Path(__file__).with_name("noise.txt").read_text(encoding="utf-8").splitlines())
_LESSON = re.compile(r"^### `([a-z-]+)`\s*$", re.MULTILINE)


def area_of(path: Path) -> str:
    """The area that a module belongs to."""
    first, *rest = path.relative_to(PACKAGE).parts
    if first == "analyses":
        return "analyses-a-o" if rest[0] < "p" else "analyses-p" if rest[0] < "q" else "analyses-r-z"
    return first if first in AREAS else "rest"


def _modules() -> Iterator[Path]:
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if not name.startswith(_LEFT_OUT):
            yield path


def extract() -> dict[str, dict[str, set[str]]]:
    """Area → sentence → where it stands. A sentence of several areas belongs to the first of them."""
    found: dict[str, dict[str, set[str]]] = {area: {} for area in AREAS}
    for path in _modules():
        for text in texts_of(path):
            for one in messages(text):
                if "intake/recognise" in path.as_posix() and _SYNONYM.fullmatch(one):
                    continue
                for said in (one, _risen(one)):  # of a score of which more is better: aadash.measure.Measure.words
                    found[area_of(path)].setdefault(said, set()).add(path.relative_to(ROOT).as_posix())
    for term in TERMS:
        for spelled in (term.name, term.meaning, term.misleads, *(s for s in term.spellings if s[:1].islower() or " " in s)):
            if re.search(r"[a-z]{3}", spelled):
                found["rest"].setdefault(spelled, set()).add("aadash/glossary.py")
    for one in (*FORMS, *_SHORT):
        found["rest"].setdefault(one, set()).add("aadash/language/speaker.py")
    for one in _notes():
        found["rest"].setdefault(one, set()).add("aadash/evidence/published.csv")
    for one, where in _lessons():
        found["caveats"].setdefault(one, set()).add(where)
    seen: set[str] = set()
    for area in AREAS:
        found[area] = {text: places for text, places in found[area].items() if text not in seen}
        seen |= set(found[area])
    return found


def _risen(text: str) -> str:
    """What is said of SALT, said of a score that gets better when it rises."""
    return text.replace("fallen", "risen").replace("falls", "rises") if "SALT" in text else text


def messages(text: Text) -> Iterator[str]:
    """The sentences of a text as they stand in a catalogue."""
    if not is_visible(stripped(text)) and not any(isinstance(p, str) and "\n" in p for p in text):
        return
    for line in lines(text):
        for one in sentences(line):
            if one and is_visible(one) and written(one) not in _NOISE:
                yield written(one)


def _notes() -> list[str]:
    """What a published rate is noted with, each point of it, and of which study and patients it is."""
    with (PACKAGE / "evidence" / "published.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    between = {"note": "; ", "design": ", ", "population": ", "}
    found = [one for name, mark in between.items() for row in rows for one in row[name].split(mark) if one]
    described = [
        row["source"] for row in rows if row["source_kind"] != "paper" and not re.search(r"(?:;|doi:|PMID )\d", row["source"])
    ]
    return list(dict.fromkeys((*found, *described)))


def _lessons() -> Iterator[tuple[str, str]]:
    """The lesson of each caveat: the first paragraph under its heading."""
    docs = ROOT / "docs"
    for path in (docs / "METHODS.md", *sorted((docs / "methods").glob("*.md"))):
        pieces = _LESSON.split(path.read_text(encoding="utf-8"))
        for body in pieces[2::2]:
            lesson = " ".join(re.split(r"^#{1,3} |\n\s*\n", body.strip(), flags=re.MULTILINE)[0].split())
            for one in sentences((lesson,)):
                if one:
                    yield written(one), path.relative_to(ROOT).as_posix()
