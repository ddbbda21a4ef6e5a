"""The command line: choices about a file, what is undecided, what is written where, and standard output of any kind."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from aadash.cli import main
from aadash.cli_file import cohort_of
from aadash.errors import AadashError, IntakeError
from aadash.intake import ColumnMapping, Decisions
from aadash.report.folder import write_folder

ROOT = Path(__file__).resolve().parents[1]
KOREA = ROOT / "sample_data" / "korea_2025.csv"
#: Eight patients: what is written and where is asked of these, what is in it elsewhere.
SMALL = "code,sex,SALT_W0,SALT_W12\n" + "".join(f"P{i},{'FM'[i % 2]},{60 + 4 * i},{70 - 9 * i}\n" for i in range(8))
#: A value that cannot stand.
UNDECIDED = "code,sex,SALT_W0,SALT_W12\n0007,F,80,40\n0008,M,60,140\n0009,F,90,20\n0010,M,70,30\n"


def write(folder: Path, text: str, name: str = "clinic.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def check(capsys: pytest.CaptureFixture[str], file: Path, *choices: str) -> dict:
    assert main(["check", str(file), "--json", *choices]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_sheet_is_chosen(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    for title, start in (("Old", 80), ("New", 50)):
        page = book.create_sheet(title)
        for row in (["ID", "SALT_W0", "SALT_W12"], ["P1", start, 10], ["P2", start + 1, 20], ["P3", start + 2, 30]):
            page.append(row)
    del book["Sheet"]
    book.save(tmp_path / "book.xlsx")
    assert check(capsys, tmp_path / "book.xlsx", "--sheet", "New")["salt"]["P1"]["0"] == 50
    assert main(["check", str(tmp_path / "book.xlsx"), "--sheet", "Other"]) == 2
    assert "Old, New" in capsys.readouterr().err


def test_columns_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, "k,g,a,b\nP1,F,80,40\nP2,M,60,20\nP3,F,90,10\n")
    told = check(capsys, file, "--column", "id=k", "--column", "salt_w0=a", "--column", "salt_w24=b", "--column", "sex=g")
    assert told["columns"] == {"id": "k", "sex": "g", "salt_w0": "a", "salt_w24": "b"}
    assert told["salt"]["P2"] == {"0": 60, "24": 20}
    for wrong, words in (
        ("salt_w0=z", "no column 'z'"),
        ("hat=a", "not understood"),
        ("id", "not understood"),
        ("salt_wx=a", "not understood"),
    ):
        assert main(["check", str(file), "--column", wrong]) == 2
        assert words in capsys.readouterr().err


def test_a_saved_mapping_is_used_in_any_encoding(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = write(tmp_path, "k,g,a,b\nP1,F,80,40\nP2,M,60,20\nP3,F,90,10\n")
    mapping = ColumnMapping().with_column("a", "salt", 0).with_column("b", "salt", 12).with_column("k", "id").to_json()
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (tmp_path / "mapping.json").write_text(mapping, encoding=encoding)
        assert check(capsys, file, "--mapping", str(tmp_path / "mapping.json"))["weeks"] == [0, 12]


@pytest.mark.parametrize(("order", "week"), [("dmy", 4), ("mdy", 0)])
def test_the_order_of_dates_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str], order: str, week: int) -> None:
    """5 March and 2 April 2024 are four weeks apart; 3 May and 4 February are not, and February is before the first dose."""
    text = "ID,Visit date,First dose,SALT\n" + "".join(
        f"P{i},{d},05/03/2024,{s}\n" for i in range(1, 5) for d, s in (("05/03/2024", 80), ("02/04/2024", 40))
    )
    file = write(tmp_path, text)
    assert main(["analyse", str(file), "--out", str(tmp_path / "out")]) == 2
    told = capsys.readouterr().err
    assert "--dates dmy" in told
    assert "can be read in more than one way" in told
    assert "missing" not in told
    assert not (tmp_path / "out").exists()
    assert max(check(capsys, file, "--dates", order)["weeks"]) == week


def test_what_is_undecided_is_refused_with_what_can_be_decided(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = write(tmp_path, UNDECIDED), tmp_path / "out"
    assert main(["analyse", str(file), "--out", str(out)]) == 2
    told = capsys.readouterr().err
    problems = check(capsys, file)["problems"]
    assert len(told.strip().splitlines()) == 2 + sum(p["level"] == "error" for p in problems), "a line for each question"
    key = next(f"{p['code']}|{p['column']}" for p in problems if p["level"] == "error")
    assert f"[{key}]" in told
    assert '"set missing"' in told
    assert not out.exists()
    example = told[told.index("{") : told.index("}}") + 2]
    decide = write(tmp_path, example, "decide.json")
    assert Decisions.from_json(example).actions.keys() == {key}
    assert main(["analyse", str(file), "--out", str(out), "--decide", str(decide)]) == 0
    assert "Decided: " in capsys.readouterr().err
    assert (out / "results.json").exists()
    more = {"actions": {key: "set missing", "out_of_range|SALT week 99": "set missing", f"{key}@3": "keep"}}
    decide.write_text(json.dumps(more), encoding="utf-8")
    assert main(["analyse", str(file), "--out", str(out), "--decide", str(decide)]) == 0
    told = capsys.readouterr().err
    assert "the decision “out_of_range|SALT week 99” answers nothing that is asked" in told and f"“{key}”" not in told


def test_other_results_are_replaced_only_when_that_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, plan = tmp_path / "out", write(tmp_path, '{"stratifier": "sex"}', "plan.json")
    command = ["analyse", str(write(tmp_path, SMALL)), "--out", str(out)]
    assert main(command) == 0
    before = (out / "results.json").read_bytes()
    assert main(command) == 0, "the same results once more change nothing"
    capsys.readouterr()
    assert main([*command, "--plan", str(plan)]) == 2
    assert "--overwrite" in capsys.readouterr().err
    assert (out / "results.json").read_bytes() == before
    assert main([*command, "--plan", str(plan), "--overwrite"]) == 0
    assert (out / "results.json").read_bytes() != before


def test_all_files_are_written_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    write_folder(out, {"a.csv": b"1", "b.csv": b"2"})
    assert sorted(p.name for p in out.iterdir()) == ["a.csv", "b.csv"]
    real = Path.write_bytes

    def full(self: Path, content: bytes) -> int:
        if self.name == "b.csv":
            raise OSError(28, "No space left on device")
        return real(self, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(AadashError, match="No space left on device"):
        write_folder(out, {"a.csv": b"3", "b.csv": b"4"})
    assert (out / "a.csv").read_bytes() == b"1"
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a.csv", "b.csv", "out"]


def run(*command: str, **settings: str) -> subprocess.CompletedProcess[bytes]:
    environment = os.environ | {"PYTHONUTF8": "0"} | settings
    return subprocess.run([sys.executable, "-m", "aadash", *command], cwd=ROOT, env=environment, capture_output=True, check=False)


@pytest.mark.parametrize("encoding", ["cp949", "cp932", "ascii", "utf-8"])
def test_standard_output_of_any_encoding(tmp_path: Path, encoding: str) -> None:
    file = write(tmp_path, "code,성별,Größe – cm,SALT_W0,SALT_W12\nP–1,남,160,80,40\nP–2,여,170,60,20\nP–3,여,150,90,10\n")
    for flags in ([], ["--json"]):
        done = run("check", str(file), *flags, PYTHONIOENCODING=encoding)
        assert (done.returncode, done.stderr) == (0, b"")
        if flags:
            assert set(json.loads(done.stdout.decode(encoding))["salt"]) == {"P–1", "P–2", "P–3"}
    if encoding in ("ascii", "cp949"):
        done = run("analyse", str(write(tmp_path, SMALL)), "--out", str(tmp_path / "out"), PYTHONIOENCODING=encoding)
        assert done.returncode == 0
        assert b"Traceback" not in done.stderr


def test_whoever_reads_may_stop_reading(tmp_path: Path) -> None:
    command = f'"{sys.executable}" -m aadash check "{KOREA}" --json | head -c 10; echo " ${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1].split()[-1] == "0"
    assert done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is full")
def test_a_full_disk_blames_the_output() -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "aadash", "check", str(KOREA)], cwd=ROOT, stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 2
    assert done.stderr.decode().startswith("What was to be printed cannot be written")
    assert "korea" not in done.stderr.decode()


def _given(name: str, **choices: object) -> argparse.Namespace:
    file = Path(__file__).parent / "intake_cases" / name
    return argparse.Namespace(**{"file": file, "sheet": None, "mapping": None, "dates": None, "column": [], "decide": None, **choices})


def test_rows_that_sum_up_are_left_out_and_said_where_nobody_can_be_asked(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: (80+70+60+90+75+66)/6 = 73.5."""
    cohort = cohort_of(_given("11c_unlabelled_mean.xlsx"))
    assert (len(cohort), float(cohort.salt[0].mean())) == (6, 73.5)
    said = capsys.readouterr().err
    assert "left out" in said and "read as missing" not in said


def test_dates_that_can_be_read_in_two_ways_are_refused_until_it_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """1 February, 4 May … in one order, 2 January, 5 April … in the other; --dates or an answer settles it."""
    with pytest.raises(IntakeError, match="--dates dmy, mdy, ymd"):
        cohort_of(_given("05b_all_ambiguous.csv"))
    weeks = {order: cohort_of(_given("05b_all_ambiguous.csv", dates=order)).weeks for order in ("dmy", "mdy")}
    # by hand, day first: 92, 91, 90 and 84 days to the second visit, 187, 186, 185 and 179 to the third
    assert weeks["dmy"] == (0, 13, 26) and weeks["mdy"] != weeks["dmy"]
    capsys.readouterr()


def test_what_keeps_a_file_from_being_read_is_asked_first_with_its_key(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two rows of P1 that differ, and a range elsewhere: the rows come first, and their answer is what the example gives."""
    file = write(tmp_path, "id,salt_w0,salt_w12\nP1,80,40\nP1,80,30\nP2,90,50-60\nP3,70,20\n")
    assert main(["check", str(file)]) == 2
    told = capsys.readouterr().err
    assert told.index("[duplicate_patient|id]") < told.index("[bound|salt_w12]")
    assert "--column" not in told
    example = told[told.index("{") : told.index("}}") + 2]
    assert list(Decisions.from_json(example).actions) == ["duplicate_patient|id"]
    decide = write(tmp_path, example, "decide.json")
    assert check(capsys, file, "--decide", str(decide))["patients"] == 3


def test_words_for_one_sex_are_one_sex_and_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """남 and M are male, 여 and F female: two sexes, as the names that the page proposes; codes of a legend stay as they stand."""
    rows = [("P1", "남"), ("P2", "여"), ("P3", "M"), ("P4", "F")]
    path = tmp_path / "clinic.csv"
    path.write_text("환자,성별,SALT W0,SALT W12\n" + "".join(f"{p},{s},80,20\n" for p, s in rows), encoding="utf-8")
    assert main(["check", str(path)]) == 0
    assert "read '남', 'M' as 'male'; '여', 'F' as 'female'" in capsys.readouterr().out
    assert main(["analyse", str(path), "--out", str(tmp_path / "out")]) == 0
    assert "as 'male'" in capsys.readouterr().err
    found = (tmp_path / "out" / "results.json").read_text()
    assert '"male"' in found and "\\ub0a8" not in found and "남" not in found


def test_levels_in_several_spellings_are_told_by_analyse_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ "Patchy" and "patchy" stay two levels where nobody can be asked; whoever reads the results is told."""
    path = tmp_path / "clinic.csv"
    path.write_text("Code,AA type,SALT W0,SALT W12\nP1,Patchy,80,20\nP2,patchy,70,30\nP3,Totalis,90,60\nP4,patchy,60,5\n")
    assert main(["analyse", str(path), "--out", str(tmp_path / "out")]) == 0
    assert "writes a level in several ways" in capsys.readouterr().err
