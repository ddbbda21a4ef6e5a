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
