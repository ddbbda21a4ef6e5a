"""Nothing flows backwards: every import of the app, also inside functions, against the layers of docs/ARCHITECTURE.md."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
VOCABULARY = {
    "arms",
    "axes",
    "cohort",
    "completeness",
    "matrix",
    "responder_rules",
    "measure",
    "measures",
    "plan",
    "opening",
    "model_plan",
    "endpoints",
    "events",
    "filters",
    "strata",
    "subtypes",
    "result",
    "accounting",
    "predictor",
    "candidates",
    "cohort_json",
    "frames",
    "roles",
    "disposition",
    "drugs",
    "later",
    "errors",
    "formatting",
    "glossary",
    "kept_work",
    "ledger",
    "scenarios",
    "serial",
    "laboratory",
    "legend",
    "labels",
    "levels",
    "listed",
    "palette",
    "details",
    "language",
    "discover",
    "document",
    "evidence",
    "version",
}

#: Layer → (parts of aadash, third-party packages) that it may import. The standard library is open to all.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "vocabulary": ({"vocabulary"}, {"babel", "msgspec", "numpy", "pandas"}),
    "stats": ({"stats", "errors"}, {"numpy", "pandas", "scipy", "statsmodels", "pingouin", "formulaic", "firthmodels"}),
    "intake": (
        {"intake", "vocabulary"},
        {"numpy", "pandas", "openpyxl", "python_calamine", "xlrd", "charset_normalizer", "pyreadstat", "pyarrow", "psutil", "rdata"},
    ),
    "papercheck": ({"papercheck", "vocabulary", "stats"}, {"pandas"}),
    "analyses": ({"analyses", "vocabulary", "stats"}, {"numpy", "pandas"}),
    "charts": ({"charts", "vocabulary"}, {"numpy", "pandas", "altair"}),
    "report": (
        {"report", "vocabulary", "charts", "views", "papercheck"},
        {"numpy", "pandas", "docx", "xlsxwriter", "vl_convert", "typst", "fontTools"},
    ),
    "views": ({"views", "vocabulary", "intake", "papercheck"}, {"numpy", "pandas"}),
    "lessons": ({"lessons", "views", "vocabulary"}, {"numpy", "pandas"}),
    "app": (
        {"app", "vocabulary", "intake", "analyses", "charts", "report", "views", "lessons", "papercheck", "summaries", "public"},
        {"numpy", "pandas", "psutil", "pyarrow", "segno", "starlette", "streamlit"},
    ),
    "summaries": (
        {"summaries", "vocabulary", "analyses"},
        {"numpy", "pandas", "msgspec", "nacl", "narwhals", "duckdb", "pyarrow", "pyspark", "adbc_driver_postgresql"},
    ),
    "pages": ({"app"}, {"streamlit"}),
    "cli": (
        {"cli", "vocabulary", "intake", "analyses", "charts", "report", "views", "papercheck", "summaries", "public"},
        {"numpy", "pandas"},
    ),
    "public": ({"vocabulary", "intake", "analyses"}, set()),
}
FOLDERS = {"stats", "papercheck", "intake", "analyses", "charts", "report", "views", "lessons", "summaries", "app"}


def layer_of(path: Path) -> str:
    """The layer of a file, by its place in the tree."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    if parts[0] == "pages" or parts == ("app",):
        return "pages"
    assert parts[0] == "aadash", path
    return "public" if parts[1] == "__init__" else part_of(parts[1])


def part_of(name: str) -> str:
    """The layer of aadash.``name``; what is no module is a name that aadash itself exports."""
    if name in FOLDERS:
        return name
    if name in VOCABULARY:
        return "vocabulary"
    return (
        "cli" if name in ("cli", "cli_file", "cli_written", "cli_report", "cli_papercheck", "cli_summaries", "__main__") else "public"
    )


@cache
def nodes(source: str) -> tuple[ast.AST, ...]:
    """Whatever may import something, in ``source``; several tests read all of it."""
    return tuple(node for node in ast.walk(ast.parse(source)) if isinstance(node, (ast.Import, ast.ImportFrom, ast.Call)))


def imported(source: str, package: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything that ``source`` imports, wherever it does; ``package`` resolves dots."""
    for node in nodes(source):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = [*package[: len(package) - node.level + 1]] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"
        elif isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in ("import_module", "__import__"):
                yield node.lineno, str(node.args[0].value)


def violations(layer: str, source: str, package: tuple[str, ...] = ()) -> list[str]:
    """Imports of ``source`` that ``layer`` may not have, as "line: name"."""
    parts, packages = ALLOWED[layer]
    wrong = []
    for line, name in imported(source, package):
        head, _, rest = name.partition(".")
        if head == "aadash":
            target = rest.split(".")[0]
            allowed = part_of(target) in parts or target in parts
        else:
            allowed = head in packages or head in sys.stdlib_module_names
        if not allowed:
            wrong.append(f"{line}: {name}")
    return wrong


SOURCES = sorted([*(ROOT / "aadash").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"])
PAGES = [path for path in SOURCES if layer_of(path) == "pages"]


def test_every_layer_has_files() -> None:
    assert {layer_of(path) for path in SOURCES} == set(ALLOWED)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_arrows_point_one_way(path: Path) -> None:
    package = path.relative_to(ROOT).parent.parts
    assert violations(layer_of(path), path.read_text("utf-8"), package) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_is_short(path: Path) -> None:
    assert len(path.read_text("utf-8").splitlines()) <= 60


def test_pingouin_has_one_door() -> None:
    doors = [
        path.name for path in SOURCES if any(name.partition(".")[0] == "pingouin" for _, name in imported(path.read_text("utf-8")))
    ]
    assert doors == ["pingouin_adapter.py"]


def machinery(source: str) -> list[str]:
    """Imports of ``source`` that reach past the public modules of ``aadash.stats``: an underscore means machinery."""
    return [name for _, name in imported(source) if name.startswith("aadash.stats._")]


def test_machinery_of_the_statistics_stays_inside() -> None:
    outside = {str(path): machinery(path.read_text("utf-8")) for path in SOURCES if layer_of(path) != "stats"}
    assert {path: names for path, names in outside.items() if names} == {}


def test_a_planted_import_of_machinery_is_caught() -> None:
    assert machinery("from aadash.stats import _numeric") == ["aadash.stats._numeric"]
    assert machinery("def f():\n    from aadash.stats._reml import invert") == ["aadash.stats._reml.invert"]
    assert machinery("from aadash.stats import likelihood") == []


def circle(arrows: dict[str, set[str]]) -> list[str]:
    """One circle of imports as the modules on it, first and last the same; empty when there is none."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        found = next((c for target in sorted(arrows.get(name, ())) if (c := walk(target, [*path, name]))), [])
        done.add(name)
        return found

    return next((c for name in sorted(arrows) if (c := walk(name, []))), [])


def test_statistics_import_each_other_without_a_circle() -> None:
    modules = {path.stem: path for path in SOURCES if layer_of(path) == "stats"}
    arrows = {
        stem: {part for _, name in imported(path.read_text("utf-8")) for part in name.split(".")[2:3] if part in modules} - {stem}
        for stem, path in modules.items()
    }
    assert arrows["mmrm"] >= {"_reml", "_mmrm_fit"}
    assert circle(arrows) == []


def test_a_planted_circle_is_caught() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("vocabulary", "import scipy.stats"),
        ("vocabulary", "from aadash.stats import paired"),
        ("vocabulary", "from aadash import analyses"),
        ("stats", "from aadash.cohort import Cohort"),
        ("stats", "from aadash.result import Caveat"),
        ("stats", "def f():\n    import streamlit"),
        ("intake", "from aadash.stats import paired"),
        ("intake", "import streamlit as st"),
        ("papercheck", "from aadash.analyses import run_all"),
        ("papercheck", "import streamlit"),
        ("analyses", "import altair"),
        ("analyses", "from aadash.charts import bars"),
        ("analyses", "import scipy"),
        ("charts", "from aadash.analyses import run_all"),
        ("charts", "if True:\n    from aadash.stats import paired"),
        ("report", "import streamlit"),
        ("report", "import aadash.analyses"),
        ("app", "from statsmodels.api import OLS"),
        ("app", "import pingouin"),
        ("app", "import altair as alt"),
        ("app", "from aadash.stats import paired"),
        ("app", "import importlib\nimportlib.import_module('scipy.stats')"),
        ("app", "__import__('pingouin')"),
        ("pages", "import pandas"),
        ("pages", "from aadash.cohort import Cohort"),
        ("pages", "from aadash import AnalysisPlan"),
        ("cli", "import streamlit"),
        ("cli", "from aadash.app import shell"),
        ("public", "import aadash.app.shell.page"),
    ],
)
def test_a_planted_arrow_is_caught(layer: str, source: str) -> None:
    assert len(violations(layer, source)) == 1


def test_a_planted_relative_arrow_is_caught() -> None:
    assert violations("charts", "from ..analyses import run_all", ("aadash", "charts")) == ["1: aadash.analyses.run_all"]
    assert violations("charts", "from .. import stats", ("aadash", "charts")) == ["1: aadash.stats"]
    assert violations("charts", "from . import bars", ("aadash", "charts")) == []


@pytest.mark.parametrize(
    ("layer", "source"),
    [
        ("vocabulary", "import json\nimport numpy as np\nfrom aadash.errors import PlanError"),
        ("stats", "from aadash.errors import NotComputable\nfrom scipy import stats\nimport aadash.stats.paired"),
        ("analyses", "from aadash.stats import paired\nfrom aadash import cohort"),
        ("charts", "import altair as alt\nfrom aadash.result import Result"),
        ("app", "import streamlit as st\nfrom aadash import Cohort, analyses"),
        ("pages", "import streamlit as st\nfrom aadash.app import shell"),
    ],
)
def test_an_allowed_arrow_is_not(layer: str, source: str) -> None:
    assert violations(layer, source) == []
