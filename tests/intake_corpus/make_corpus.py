"""Write the corpus: ``python -m tests.intake_corpus.make_corpus``. Every file and its expectation come from one truth."""

from __future__ import annotations

import json
from pathlib import Path

from tests.intake_corpus import (
    cases_dated,
    cases_habits,
    cases_long,
    cases_people,
    cases_refused,
    cases_sheets,
    cases_values,
    cases_wide,
)
from tests.intake_corpus.truth import Case, Cases

FOLDER = Path(__file__).parent / "files"
README = Path(__file__).parent / "README.md"
HEAD = """# The intake corpus

Small files such as clinics, hospital systems and statistics packages produce, each with the account that a right reading gives, or
the refusal. No patient in them is real: courses are drawn by `truth.py` from a seeded generator; names, numbers and addresses are
invented.

Each case starts from a *truth* (patients, weeks, values) in one of the `cases_*.py` modules. The file is written from it by hand-made
writers, and the expectation `files/NAME.expected.json` from the same truth. Nothing here imports the reader, so the two can only
agree by both being right. What a case may expect is listed in `truth.account`: every SALT value, columns by role, problems by level,
column and row, facts, what must be absent everywhere (privacy). A refusal lists words of its sentence.

`python -m tests.intake_corpus.make_corpus` writes everything again, this page included. The files of statistics packages carry the
time at which they were written and so differ from run to run; all others come out the same byte for byte.

| file | how it was made | expected |
| --- | --- | --- |
"""


def all_cases() -> list[Case]:
    """Every case, in the order of the tables of the README."""
    cases = Cases()
    for module in (cases_wide, cases_values, cases_people, cases_long, cases_dated, cases_habits, cases_sheets, cases_refused):
        module.add(cases)
    return cases.items


def main() -> None:
    """Write files, and one ``.expected.json`` beside each."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.rglob("*"):
        if old.is_file():
            old.unlink()
    for case in all_cases():
        several = len(case.files) > 1
        for name, data in case.files.items():
            path = FOLDER / case.name / name if several else FOLDER / name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        told = {"made": case.made, "files": list(case.files) if several else [case.name], **case.expected}
        (FOLDER / f"{case.name}.expected.json").write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    README.write_text(HEAD + "".join(map(_line, all_cases())), encoding="utf-8")


def _line(case: Case) -> str:
    """One row of the README's table."""
    if case.expected.get("refused"):
        told = "refused: " + ", ".join(case.expected["says"])
    else:
        problems = sorted({p["level"] for p in case.expected.get("problems", ())})
        told = f"{case.expected['patients']} patients" + (f", told: {', '.join(problems)}" if problems else "")
    return f"| `{case.name}` | {case.made.replace('|', chr(92) + '|')} | {told} |\n"


if __name__ == "__main__":
    main()
