"""From the files of three hospitals to the numbers of all, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from aadash.cli import main


def test_three_hospitals_by_encrypted_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = Path("sample_data/korea_2025.csv").read_text(encoding="utf-8").splitlines()
    rows = [text[1:40], text[40:80], text[80:]]
    key = tmp_path / "coordinator.key"
    assert main(["summary-key", "--out", str(key)]) == 0
    public = capsys.readouterr().out.strip().splitlines()[-1]
    files = []
    for i, part in enumerate(rows):
        source = tmp_path / f"h{i}.csv"
        source.write_text("\n".join([text[0], *part]) + "\n", encoding="utf-8")
        out = tmp_path / f"h{i}.summary"
        arguments = ["summarise", str(source), "--out", str(out), "--centre", f"Hospital {i}", "--minimum", "1", "--for", public]
        assert main([*arguments, "--by", "sex"]) == 0
        assert b"Hospital" not in out.read_bytes(), "nothing can be read without the key"
        files.append(str(out))
    assert main(["pool", *files, "--out", str(tmp_path / "none")]) == 2
    assert "encrypted" in capsys.readouterr().err
    assert main(["pool", *files, "--key", str(key), "--out", str(tmp_path / "all")]) == 0
    said = capsys.readouterr().out
    assert "3 hospitals, 117 patients" in said
    assert main(["analyse", "sample_data/korea_2025.csv", "--out", str(tmp_path / "rows")]) == 0
    pooled, whole = (json.loads((tmp_path / f / "results.json").read_text(encoding="utf-8")) for f in ("all", "rows"))

    def numbers(found: list[dict]) -> dict[tuple, float | None]:
        return {tuple(str(v) for k, v in row.items() if k not in ("stat", "value")): row.get("stat") for row in found}

    mine, theirs = numbers(pooled), numbers(whole)
    # each hospital cuts columns of numbers at a median of its own: its subgroups are fewer than the whole sample's (test_jointly.py)
    shared = {where for where in set(mine) & set(theirs) if not where[0].startswith("subgroup")}
    assert len(shared) > 500
    for where in shared:
        if isinstance(theirs[where], (int, float)):
            assert mine[where] == pytest.approx(theirs[where], rel=1e-12, abs=1e-12), where


def test_a_broken_file_is_refused_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"format": "aadash summary", "version": 1, "n": "many"}', encoding="utf-8")
    assert main(["pool", str(broken), "--out", str(tmp_path / "out")]) == 2
    said = capsys.readouterr().err
    assert "broken.json" in said
    assert "Traceback" not in said


def test_a_cell_of_one_patient_is_warned_of_and_nothing_is_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --minimum 1 “No patient's row is in it” stood alone; --sheet and --decide did nothing where an engine counts."""
    file, out = tmp_path / "clinic.csv", str(tmp_path / "s.json")
    file.write_text("ID,SALT W0,SALT W12\n" + "".join(f"{i},{60 + i},{3 * i}\n" for i in range(12)), encoding="utf-8")
    assert main(["summarise", str(file), "--out", out, "--minimum", "1"]) == 0
    assert "values of single patients can be read in the file" in capsys.readouterr().err
    assert main(["summarise", str(file), "--out", out, "--overwrite"]) == 0
    assert "single patients" not in capsys.readouterr().err
    assert main(["summarise", str(file), "--out", out, "--engine", "duckdb", "--sheet", "Data", "--overwrite"]) == 2
    assert "--sheet cannot be used with --engine" in capsys.readouterr().err
