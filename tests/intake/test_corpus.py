"""Every file of the corpus gives the account, or the refusal, that stands beside it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from aadash.errors import IntakeError
from aadash.intake import Reading, read

FILES = Path(__file__).parent.parent / "intake_corpus" / "files"
CASES = sorted(p.name.removesuffix(".expected.json") for p in FILES.glob("*.expected.json"))


def _load(name: str) -> tuple[Reading | None, str, dict[str, Any]]:
    """The reading (None when there is none), the refusal, the expectation."""
    expected = json.loads((FILES / f"{name}.expected.json").read_text(encoding="utf-8"))
    path = FILES / name
    source = [(f, (path / f).read_bytes()) for f in expected["files"]] if path.is_dir() else path.read_bytes()
    try:
        reading = read(source, name=name)
    except IntakeError as error:
        return None, str(error), expected
    return reading, reading.refusal, expected


def test_there_are_enough() -> None:
    assert len(CASES) >= 60


@pytest.mark.parametrize("name", CASES)
def test_case(name: str) -> None:
    reading, refusal, expected = _load(name)
    if expected.get("refused"):
        assert refusal, f"read as {reading.summary() if reading else None}"
        for word in expected["says"]:
            assert word in refusal
        if reading is not None:
            assert reading.draft is None
            with pytest.raises(IntakeError):
                reading.to_check()
        return
    assert reading is not None, refusal
    assert not refusal
    check = json.loads(json.dumps(reading.to_check()))
    assert check["patients"] == expected["patients"]
    if "salt" in expected:
        assert list(check["salt"]) == list(expected["salt"])
        assert check["weeks"] == expected["weeks"]
        for code, course in expected["salt"].items():
            found = check["salt"][code]
            assert {w for w, v in found.items() if v is None} == {w for w, v in course.items() if v is None}, (code, found)
            assert [v for v in found.values() if v is not None] == pytest.approx(
                [v for v in course.values() if v is not None], rel=1e-12
            )
    _columns(check, expected)
    _problems(reading, expected)
    _facts(reading, expected)
    _absent(reading, check, expected)


def _columns(check: dict[str, Any], expected: dict[str, Any]) -> None:
    for role, column in expected.get("columns", {}).items():
        assert check["columns"].get(role) == column
    assert set(expected.get("unused", ())) <= set(check["unused"])


def _problems(reading: Reading, expected: dict[str, Any]) -> None:
    told = [(p.level, p.column, list(p.rows)) for p in reading.problems]
    for wanted in expected.get("problems", ()):
        assert any(
            wanted["level"] == level and wanted.get("column", column) == column and wanted.get("rows", rows) == rows
            for level, column, rows in told
        ), (wanted, told)
    errors = [p.message for p in reading.problems if p.level == "error"]
    if expected.get("quiet"):
        assert errors == []
        assert reading.ready
    if expected.get("layout"):
        assert reading.layout == expected["layout"]
    assert reading.draft is not None
    assert reading.draft.synthetic == expected.get("synthetic", False)


def _facts(reading: Reading, expected: dict[str, Any]) -> None:
    assert reading.draft is not None
    for column, cells in expected.get("facts", {}).items():
        for code, value in cells.items():
            found = reading.draft.patients.loc[code, column]
            assert (found != found) if value is None else found == value, (column, code, found)


def _absent(reading: Reading, check: dict[str, Any], expected: dict[str, Any]) -> None:
    """Nothing that identifies a person is in the account, the cohort, the log, the preview or the table shown."""
    if not expected.get("absent"):
        return
    assert reading.draft is not None
    everywhere = "\n".join(
        (
            json.dumps(check, ensure_ascii=False),
            reading.draft.patients.to_csv(),
            repr(reading.log),
            repr(reading.columns),
            repr(reading.problems),
            reading.table.to_csv(),
            reading.mapping.to_json(),
            reading.summary(),
            repr(reading.unused),
        )
    )
    for secret in expected["absent"]:
        assert secret not in everywhere
