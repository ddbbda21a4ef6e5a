"""Bring the catalogues of ``aadash/language`` up to date with the source: ``python scripts/languages.py``.

New sentences come in without a translation, those that are gone go out, what is translated stays. ``--check`` changes nothing and
fails where something would change. ``--missing ko [area]`` lists what is not translated. See docs/LANGUAGES.md.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from aadash.language import LANGUAGES
from aadash.language.catalogue import AREAS, FOLDER
from aadash.language.extract.sentences import extract


def kept(language: str) -> dict[str, tuple[str, list[str]]]:
    """What is translated now, from every area, with the translators' comments."""
    out: dict[str, tuple[str, list[str]]] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for m in read_po(file, locale=language):
                if m.id and m.string:
                    out[str(m.id)] = (str(m.string), list(m.user_comments))
    return out


def main(words: list[str]) -> int:
    """Write, check or list."""
    found = extract()
    changed = 0
    for language in [code for code in LANGUAGES if code != "en"]:
        (FOLDER / language).mkdir(exist_ok=True)
        translated = kept(language)
        for area in AREAS:
            catalog = Catalog(locale=language, project="AAdash", fuzzy=False, charset="utf-8")
            catalog.header_comment = f"# AAdash, {LANGUAGES[language]}, {area}. Written by scripts/languages.py; fill in msgstr only."
            for text, places in sorted(found[area].items(), key=lambda pair: (min(pair[1]), pair[0])):
                said, comments = translated.get(text, ("", []))
                catalog.add(text, said, locations=[(min(places), 0)], user_comments=comments)
            made = BytesIO()
            write_po(made, catalog, width=0, omit_header=True, include_lineno=False)
            head = f'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n"Language: {language}\\n"\n\n'
            data = f"{catalog.header_comment}\n{head}".encode() + made.getvalue()
            path = FOLDER / language / f"{area}.po"
            changed += not path.exists() or path.read_bytes() != data
            if "--check" not in words and "--missing" not in words:
                path.write_bytes(data)
            done = sum(1 for text in found[area] if text in translated)
            if "--missing" in words:
                if language in words and (area in words or not set(words) & set(AREAS)):
                    for text in sorted(t for t in found[area] if t not in translated):
                        print(f"{area}: {text}")
            else:
                missing = sum(len(t.split()) for t in found[area] if t not in translated)
                print(f"{language} {area:<11} {done:>5} of {len(found[area]):>5}, {missing:>6} words to go")
    return 1 if "--check" in words and changed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
