"""Every statistic is documented: one heading in docs/methods, with formula, source, R's function and its limits."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("**Formula.**", "**Source.**", "**R.**", "**Misleads**")
HEADING = re.compile(r"^### .*`stats\.(\w+\.\w+)`\s*$", re.MULTILINE)


def public_functions(module: Path) -> list[str]:
    """Names of the functions that a module offers."""
    body = ast.parse(module.read_text(encoding="utf-8")).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")]


def sections() -> dict[str, str]:
    """``module.function`` → the text under its heading."""
    out: dict[str, str] = {}
    for path in sorted((ROOT / "docs" / "methods").glob("*.md")):
        text = path.read_text(encoding="utf-8")
        # text before the first heading, then name and body in turn; a body ends at the next heading of any level
        parts = HEADING.split(text)
        for name, body in zip(parts[1::2], parts[2::2], strict=True):
            assert name not in out, f"{name} has two headings"
            out[name] = re.split(r"^#{1,3} ", body, flags=re.MULTILINE)[0]
    return out


#: A module with an underscore only serves others: no number of its own is reported.
MODULES = [path for path in sorted((ROOT / "aadash" / "stats").glob("[a-z]*.py")) if public_functions(path)]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_every_public_statistic_has_its_heading(module: Path) -> None:
    documented = sections()
    missing = [name for name in public_functions(module) if f"{module.stem}.{name}" not in documented]
    assert not missing, f"no heading in docs/methods that ends with `stats.{module.stem}.<name>` for {missing}"


@pytest.mark.parametrize("statistic", sorted(sections()))
def test_every_heading_is_complete_and_real(statistic: str) -> None:
    module, name = statistic.split(".")
    assert name in public_functions(ROOT / "aadash" / "stats" / f"{module}.py")
    text = sections()[statistic]
    assert text.strip() and not text.strip().startswith("**"), "begin with what the number is"
    missing = [part for part in PARTS if part not in text]
    assert not missing, f"{statistic} lacks {missing}"
    source = text.split("**Source.**")[1].split("**R.**")[0]
    assert re.search(r"doi:10\.\d{4,}/|\b(18|19|20)\d\d\b", source), f"{statistic} names no source"
