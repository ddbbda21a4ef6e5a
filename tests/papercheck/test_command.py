"""The command line: findings in lines or as JSON, and a sentence for what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aadash.cli import main
from aadash.papercheck.finding import Outcome
from aadash.papercheck.korea import TABLES
from aadash.report.own_check import own_check_note


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "table.txt"
    file.write_text(TABLES, encoding="utf-8")
    return file


def test_findings_in_lines(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["papercheck", str(table)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Checked: ") and "Cannot be as printed:" in said and "119" in said and "Passed:" in said


def test_findings_as_json(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = tmp_path / "results.txt"
    results.write_text("Repeated-measures ANOVA: F(1, 697)=36.884, p<0.001.", encoding="utf-8")
    assert main(["papercheck", str(table), "--results", str(results), "--visits", "6", "--patients", "117", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {"found", "explained", "certainty", "where", "check", "numbers"} == set(told["findings"][0])
    assert any("697" in f["where"] for f in told["findings"])


@pytest.mark.parametrize("more", [["--step", "nothing"], ["--patients", "-3"], ["--results", "no such file"]])
def test_what_cannot_be_used_says_so(table: Path, more: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["papercheck", str(table), *more]) == 2
    assert len(capsys.readouterr().err) > 20


def test_a_file_without_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear colleague,\nthank you.\n", encoding="utf-8")
    assert main(["papercheck", str(file)]) == 2
    assert "No number of a table was found" in capsys.readouterr().err


def test_of_nothing_checked_there_is_neither_doubt_nor_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """“Checked: 0 numbers, no doubt.” read as a clean bill."""
    file = tmp_path / "table.txt"
    file.write_text("Table 1\nGroup\tn\tMean age\nA\t10\t33.25\nB\t12\t40.11\n", encoding="utf-8")
    assert main(["papercheck", str(file)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("No number could be checked.\n") and "no doubt" not in said
    assert own_check_note(Outcome((), {}, {}, 0)) == "No two numbers printed in this report can be held against each other."
