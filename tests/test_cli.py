"""The command line: the fixed names and keys that others read, and its exit status."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses
from aadash.cli import main
from aadash.intake import read

ROOT = Path(__file__).resolve().parents[1]
KOREA = ROOT / "sample_data" / "korea_2025.csv"
SIMULATED = ROOT / "tests" / "reference" / "data" / "salt_sim_1.csv"
KEYS = {"analysis", "group1", "group1_level", "variable", "variable_level", "week", "stat_name", "stat"}
COUNTS = {"n_enrolled", "n_analysed", "n_excluded"}
#: What each analysis must at least give.
STATISTICS = {
    "salt_over_time": {"n", "mean", "sd", "ci_low", "ci_high", "median", "q1", "q3"},
    "change_from_baseline": {
        "n",
        "mean",
        "sd",
        "t",
        "df",
        "p",
        "p_holm",
        "ci_low",
        "ci_high",
        "dz",
        "shapiro_w",
        "shapiro_p",
        "wilcoxon_p",
    },
    "responders": {"k", "n", "rate", "ci_low", "ci_high"},
    "responders_between": {"test", "p", "risk_difference", "ci_low", "ci_high"},
    "between_strata": {"difference", "t", "df", "p", "ci_low", "ci_high", "hedges_g"},
    "mixed_anova": {"ss", "df1", "df2", "f", "p", "eps_gg", "p_gg", "mauchly_w", "mauchly_p", "partial_eta2"},
}


def write(folder: Path, file: Path, plan: dict | None = None) -> list[dict]:
    arguments = ["analyse", str(file), "--out", str(folder / "out")]
    if plan is not None:
        (folder / "plan.json").write_text(json.dumps(plan))
        arguments += ["--plan", str(folder / "plan.json")]
    assert main(arguments) == 0
    return json.loads((folder / "out" / "results.json").read_text(encoding="utf-8"))


def test_results_have_the_fixed_names(tmp_path: Path) -> None:
    rows = write(tmp_path, KOREA)
    assert all(set(r) == KEYS for r in rows)
    for analysis, statistics in STATISTICS.items():
        found = {r["stat_name"] for r in rows if r["analysis"] == analysis}
        assert statistics | COUNTS <= found, analysis
        assert (tmp_path / "out" / f"{analysis}.csv").exists()
    core = [r for r in rows if r["analysis"] in STATISTICS]
    assert {r["group1"] for r in core} == {"severity"}
    assert {r["group1_level"] for r in core} == {"all", "A", "B"}
    account = json.loads((tmp_path / "out" / "account.json").read_text(encoding="utf-8"))
    told = {r["name"]: r for r in account["results"]}
    assert {r["analysis"] for r in rows} == {r["analysis"] for r in account["results"]}
    assert all(r["method"] and r["sentence"] and r["call"]["plan"] for r in told.values())
    assert told["change_from_baseline"]["accounting"]["enrolled"] == 117
    # nobody leaves this cohort, everyone has one drug, one measure and one reading, and nothing of a laboratory is recorded
    lacking = {"laboratory", "competing_discontinuation", "treatment_comparison", "two_measures", "rater_agreement"}
    assert set(account["not_computed"]) == lacking
    assert {r["variable"] for r in rows if r["analysis"] == "responders"} == {
        "SALT30",
        "SALT50",
        "SALT75",
        "SALT90",
        "SALT100",
        "SALT<=20",
        "SALT<=10",
    }
    assert {(r["variable"], r["variable_level"]) for r in rows if r["analysis"] == "mixed_anova"} == {
        (v, e) for v in ("salt", "percent_change") for e in ("stratum", "week", "stratum:week")
    }


def test_every_row_says_how_many(tmp_path: Path) -> None:
    rows = write(tmp_path, SIMULATED, {"stratifier": "group"})
    keys = ("analysis", "group1_level", "variable", "variable_level", "week")
    table: dict[tuple, dict] = {}
    for r in rows:
        table.setdefault(tuple(r[k] for k in keys), {})[r["stat_name"]] = r["stat"]
    assert table
    for key, stats in table.items():
        assert stats["n_enrolled"] == stats["n_analysed"] + stats["n_excluded"], key


def test_numbers_are_written_at_full_precision(tmp_path: Path) -> None:
    rows = write(tmp_path, SIMULATED, {"stratifier": "group"})
    result = analyses.between_strata(read(SIMULATED).cohort, AnalysisPlan(stratifier="group"))
    ours = next(r["stat"] for r in rows if r["analysis"] == "between_strata" and r["week"] == 36 and r["stat_name"] == "t")
    assert ours == result.rows(week=36).iloc[0]["t"]


@pytest.mark.parametrize(
    ("plan", "said", "instead"),
    [
        ({"endpoint": "SALT77x"}, "SALT30, SALT50, SALT75, SALT90, SALT100, SALT<=20, SALT<=10", "is used"),
        ({"endpoint": "DLQI<=1"}, "DLQI≤1 is no endpoint of SALT. Expected: endpoints of SALT are SALT30, SALT50", "is used"),
        ({"week": 99}, "week 99. Expected: weeks are 8, 12, 16, 24, 36", "the last visit"),
        ({"stratifier": "hair colour"}, "no column 'hair colour'. Expected: splits are none, severity, trial_severity, ", "is split"),
        ({"measure": "DLQI"}, "DLQI is not recorded with a baseline. Expected: measures are SALT", "analysed"),
        ({"filters": [{"column": "ago", "low": 30}]}, "no column 'ago'", "left out"),
        ({"filters": [{"column": "age", "kind": "range"}]}, "'low'/'high'", "is used"),
        ({"arm": "treatment"}, "no column 'treatment'", "taken for"),
        ({"severity_cut": 120}, "A cut at 120 is outside SALT (0–100)", "is used"),
        ({"stratifier": "sex", "alpha": "a lot", "hat": 1}, "'a lot' cannot be used (expected a number)", "is used"),
    ],
)
def test_a_plan_that_cannot_be_carried_out_as_written_stops(
    plan: dict, said: str, instead: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody reads what took the place of an entry: numbers of another endpoint, or of other patients, were written."""
    file, out = tmp_path / "plan.json", tmp_path / "out"
    file.write_text(json.dumps(plan), encoding="utf-8")
    assert main(["analyse", str(KOREA), "--out", str(out), "--plan", str(file)]) == 2
    told = capsys.readouterr().err
    assert said in told and instead not in told and told.count("Nothing was computed") == 1
    assert not out.exists() or not list(out.iterdir())


def test_check_names_the_score_and_the_baseline_facts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """“SALT at weeks 0, 4” was said of EASI, and no line named the columns that are kept as facts."""
    file = tmp_path / "eczema.csv"
    rows = "".join(f"P{i},{'yn'[i % 2]},{30 - i},{12 - i}\n" for i in range(6))
    file.write_text(f"ID,Smoker,EASI_W0,EASI_W4\n{rows}", encoding="utf-8")
    assert main(["check", str(file)]) == 0
    told = capsys.readouterr().out
    assert told.startswith("eczema.csv: 6 patients, EASI at weeks 0, 4\n") and "Baseline facts: Smoker\n" in told


def test_check_tells_what_would_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", str(KOREA), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert set(told) == {"patients", "weeks", "columns", "salt", "problems", "unused", "account"}
    assert told["patients"] == 117
    assert told["weeks"] == [0, 8, 12, 16, 24, 36]
    assert told["salt"]["K001"]["0"] == 4.9
    assert main(["check", str(KOREA)]) == 0
    assert "117 patients" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["check", "analyse"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64),
        ("words.csv", b"hello\nworld\n"),
        ("late.csv", b"id,salt_w12\na,10\nb,20\n"),
        ("gone.csv", None),
    ],
)
def test_refusals_exit_with_two_and_one_paragraph(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str, name: str, content: bytes | None
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    extra = ["--out", str(tmp_path / "out")] if command == "analyse" else ["--json"]
    assert main([command, str(file), *extra]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert name in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "content",
    [
        b"id,salt_w0\na,80\nb,20\n",
        b"id,salt_w0,salt_w12\na,80,20\n",
        b"id,salt_w0,salt_w12\na,0,0\nb,0,5\n",
        b"id,salt_w0,salt_w12\na,80,\nb,20,\nc,60,\n",
    ],
)
def test_degenerate_cohorts_give_what_can_be_given(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes) -> None:
    file = tmp_path / "small.csv"
    file.write_bytes(content)
    rows = write(tmp_path, file)
    assert {r["analysis"] for r in rows} >= {"salt_over_time"}
    assert "not computed" in capsys.readouterr().err, "what cannot be computed is named with its reason"


def test_it_runs_as_a_module() -> None:
    done = subprocess.run([sys.executable, "-m", "aadash", "check", str(KOREA)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "117 patients" in done.stdout


def test_check_names_no_score_or_list_of_events_as_a_baseline_fact(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """“Baseline facts: DLQI” stood over “DLQI … is kept as a measure of its own, not as a baseline fact”; so did “AE term”."""
    file = tmp_path / "long.csv"
    visits = "".join(f"P{i},{'yn'[i % 2]},{week},{60 - week},{14 - i % 3 - week}\n" for i in range(6) for week in (0, 4, 8))
    file.write_text(f"ID,Smoker,Week,SALT,DLQI\n{visits}", encoding="utf-8")
    assert main(["check", str(file)]) == 0
    told = capsys.readouterr().out
    assert "Baseline facts: Smoker\n" in told and "DLQI at weeks 0, 4, 8 is kept as a measure" in told
    book = tmp_path / "events.xlsx"
    events = [{"ID": f"P{i}", "AE term": "Acne", "Grade": 1, "Onset week": 4, "Action taken": "none"} for i in range(6)]
    patients = [{"ID": f"P{i}", "Smoker": "yn"[i % 2], "SALT W0": 60 + i, "SALT W8": 40 + i} for i in range(6)]
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame(patients).to_excel(writer, sheet_name="patients", index=False)
        pd.DataFrame(events).to_excel(writer, sheet_name="adverse events", index=False)
    assert main(["check", str(book)]) == 0
    told = capsys.readouterr().out
    assert "Baseline facts: Smoker\n" in told and "6 adverse events" in told
    file.write_text("ID,Smoker,Acne,Weeks to stop,SALT W0,SALT W8\n" + "".join(f"P{i},y,{'yn'[i % 2]},{i},60,40\n" for i in range(6)))
    assert main(["check", str(file)]) == 0
    told = capsys.readouterr().out  # both were named as baseline facts; Table 1 leaves them out
    assert "Baseline facts: Smoker\n" in told and "Known after the first dose: Acne, Weeks to stop\n" in told


def test_what_would_be_passed_over_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--sheet of a CSV, --with-data of a Word file and --limit −3 were taken and did nothing."""
    file = tmp_path / "clinic.csv"
    file.write_text("ID,SALT W0,SALT W12\n" + "".join(f"{i},{60 + i},{3 * i}\n" for i in range(12)), encoding="utf-8")
    assert main(["check", str(file), "--sheet", "Data"]) == 2 and "There is no sheet 'Data'" in capsys.readouterr().err
    report = ["report", str(file), "--sections", "participants", "--out"]
    assert main([*report, str(tmp_path / "a.docx"), "--with-data"]) == 2 and ".zip" in capsys.readouterr().err
    assert main([*report, str(tmp_path / "a.html"), "--limit", "-3"]) == 2 and "--limit is -3" in capsys.readouterr().err
    assert main([*report, str(tmp_path / "a.html"), "--limit", "0"]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.html", "clinic.csv"]
