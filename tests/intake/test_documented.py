"""Every problem that intake can report has its line in docs/methods/intake.md."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from aadash.intake import read
from tests.intake.test_corpus import CASES, FILES

ROOT = Path(__file__).parents[2]
REPORTS = ("report", "note", "note_once", "refuse")
TEXT = (ROOT / "docs" / "methods" / "intake.md").read_text(encoding="utf-8")


def _codes() -> set[str]:
    """Codes that stand in the source as the argument of a report."""
    out = set()
    for path in (ROOT / "aadash" / "intake").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in REPORTS:
                at = 1 if node.func.attr == "report" else 0
                if len(node.args) > at and isinstance(node.args[at], ast.Constant):
                    out.add(node.args[at].value)  # type: ignore[attr-defined]
    return out


def test_codes_in_the_source_are_documented() -> None:
    listed = set(re.findall(r"`(\w+)`", TEXT))
    assert len(_codes()) > 40
    assert _codes() - listed == set()


@pytest.mark.parametrize("name", [c for c in CASES if (FILES / c).is_file()])
def test_codes_that_files_raise_are_documented(name: str) -> None:
    from aadash.errors import IntakeError

    try:
        reading = read((FILES / name).read_bytes(), name=name)
    except IntakeError:
        return
    for problem in reading.problems:
        assert f"`{problem.code}`" in TEXT
