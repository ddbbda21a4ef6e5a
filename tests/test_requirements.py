"""What is installed: bounded, locked by hash, and used."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
#: Distribution → the module by which it is imported, where the names differ.
MODULE = {
    "python-calamine": "python_calamine",
    "python-docx": "docx",
    "vl-convert-python": "vl_convert",
    "fonttools": "fontTools",
    "pynacl": "nacl",
}


def asked(name: str) -> list[Requirement]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


def locked(name: str) -> dict[str, list[Version]]:
    found: dict[str, list[Version]] = {}
    for match in re.finditer(r"^([A-Za-z0-9._-]+)==([^ ;\\\n]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
        found.setdefault(match[1].lower(), []).append(Version(match[2]))
    return found


@cache
def imported() -> set[str]:
    """The first part of the name of every module that the app imports."""
    return {
        name.split(".")[0]
        for path in (ROOT / "aadash").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        for name in (
            [a.name for a in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


@pytest.mark.parametrize("one", asked("requirements.txt"), ids=str)
def test_what_the_app_asks_for_is_bounded_locked_and_imported(one: Requirement) -> None:
    assert any(s.operator in ("<", "<=", "==") for s in one.specifier), "no upper bound"
    versions = locked("requirements.lock")[one.name.lower()]
    assert all(one.specifier.contains(v) for v in versions), "run scripts/lock.py"
    module = MODULE.get(one.name.lower(), one.name.lower())
    assert module in {i.lower() if module.islower() else i for i in imported()}, "the app does not import it"


@pytest.mark.parametrize("name", ["requirements", "requirements-department"])
def test_every_locked_file_is_known_by_its_hash(name: str) -> None:
    text = (ROOT / f"{name}.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) > 40
    assert [e.split()[0] for e in entries if "--hash=sha256:" not in e] == []
    assert "://" not in re.sub(r"#.*", "", text), "no address of an index"
    assert {r.name.lower() for r in asked(f"{name}.txt")} <= set(locked(f"{name}.lock"))


def test_the_bill_of_materials_names_what_is_locked() -> None:
    sys.path.insert(0, str(ROOT / "scripts"))
    try:
        from sbom import bill  # type: ignore[import-not-found]
        from sbom import locked as hashes
    finally:
        sys.path.pop(0)
    lock = hashes(ROOT / "requirements.lock")
    (version,) = (v for n, v in lock if n == "streamlit")
    made = bill(lock, {"streamlit": [version, "Apache-2.0"], "pytest": ["9", "MIT"]})
    (part,) = made["components"]
    assert part["purl"] == f"pkg:pypi/streamlit@{version}"
    assert len(part["hashes"]) >= 2
    assert json.dumps(made)


def test_a_lock_that_cannot_be_installed_is_told_and_gone_round(tmp_path: Path) -> None:
    """On a system for which a locked version has no file, the command of the README goes on without the lock."""
    code = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'scripts')!r}); import common, pathlib\n"
        f"common.VENV = pathlib.Path({str(tmp_path)!r}); common.PYTHON = pathlib.Path(sys.executable)\n"
        "said = []\n"
        "common.pip = lambda *words: (said.append(words), '--require-hashes' not in words)[1]\n"
        "common.environment('requirements-dev.txt')\n"
        "print([w[-1] if isinstance(w[-1], str) else w[-1].name for w in said])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "could not be installed here" in done.stdout
    assert done.stdout.splitlines()[-1] == "['requirements.lock', 'requirements.txt', 'requirements-dev.txt']"
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert again.stdout.splitlines()[-1] == "[]", "once"
