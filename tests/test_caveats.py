"""Every caveat that the code can raise has its lesson, and every lesson a caveat."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from aadash.app.parts.explanations import lessons

ROOT = Path(__file__).resolve().parents[1]


def raised() -> set[str]:
    """The codes of every ``Caveat("code", ...)`` that is written out in the package."""
    codes = set()
    for path in (ROOT / "aadash").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Caveat"
            if named and node.args and isinstance(node.args[0], ast.Constant):
                codes.add(node.args[0].value)
    return codes


def test_every_caveat_has_a_lesson() -> None:
    codes = raised()
    assert len(codes) > 100
    assert [c for c in sorted(codes) if len(lessons().get(c, "")) <= 40] == [], (
        "docs/METHODS.md or docs/methods/ has no section ### of it"
    )


@pytest.mark.parametrize("code", sorted(lessons()))
def test_a_lesson_is_short_and_has_an_example(code: str) -> None:
    said = lessons()[code]
    assert len(said.split()) <= 36, "a resident reads it while looking at a number"
    assert "Example: " in said
    assert said.endswith((".", "please."))


def test_no_lesson_is_orphaned() -> None:
    source = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "aadash").rglob("*.py"))
    assert [code for code in lessons() if f'"{code}"' not in source] == []
