"""The script that a page shows gives the same numbers bit for bit, in a fresh process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pandas as pd

from aadash import AnalysisPlan, Filter, ModelPlan, Predictor
from aadash.analyses import REGISTRY
from aadash.analyses.registry import PROMPT, answers
from aadash.intake import ColumnMapping, Decisions, read
from aadash.report.code import Source, code, python
from aadash.result import Call, Result

ROOT = Path(__file__).resolve().parents[2]
#: Patients without a value, visits without one: what another sample writes differently is its name alone.
SAMPLE = "korea_2025_missing"
#: What a script does at its end, in place of writing one file.
CHECK = """
import pickle, sys
with open({path!r}, "ab") as out:
    pickle.dump(result.table, out)
"""


def run_all(scripts: list[str], folder: Path, cwd: Path) -> list[pd.DataFrame]:
    """Run the scripts one after another in one fresh process; their tables."""
    out = folder / "tables.pickle"
    body = "\n".join(f"exec({s!r}, {{}})" for s in (s + CHECK.format(path=str(out)) for s in scripts))
    program = f"import os; os.chdir({str(cwd)!r})\nimport sys; sys.path.insert(0, {str(ROOT)!r})\n{body}"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    import pickle

    with out.open("rb") as file:
        return [pickle.load(file) for _ in scripts]


def same(ours: Result, theirs: pd.DataFrame) -> None:
    assert list(ours.table.columns) == list(theirs.columns)
    for column in ours.table:
        a, b = ours.table[column].tolist(), theirs[column].tolist()
        assert [str(x) for x in a] == [str(x) for x in b] and list(map(repr, a)) == list(map(repr, b)), (ours.analysis, column)


def test_the_script_of_every_analysis_on_a_sample(tmp_path: Path) -> None:
    cohort = read((ROOT / "sample_data" / f"{SAMPLE}.csv").read_bytes(), name=f"{SAMPLE}.csv").accepted()
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT50", week=cohort.weeks[-2], filters=(Filter("age", low=20),), alpha=0.1)
    found = answers(cohort, plan, PROMPT).results
    assert len(found) > 20
    source = Source((f"sample_data/{SAMPLE}.csv",))
    tables = run_all([code(r.call, source) for r in found.values()], tmp_path, ROOT)
    # the scripts write a CSV each into the working folder
    for name in {r.analysis for r in found.values()}:
        (ROOT / f"{name}.csv").unlink(missing_ok=True)
    for ours, theirs in zip(found.values(), tables, strict=True):
        same(ours, theirs)


def test_the_script_of_an_upload_holds_its_mapping_and_its_decisions(tmp_path: Path) -> None:
    rows = ["Pt,S0,Follow,Sex", *(f"P{i},{50 + i},{i if i != 3 else 400},{'f' if i % 2 else 'm'}" for i in range(12))]
    (tmp_path / "Filter(1).csv").write_text("\n".join(rows), encoding="utf-8")
    mapping = ColumnMapping().with_column("S0", "salt", 0).with_column("Follow", "salt", 12).with_column("Pt", "id")
    data = (tmp_path / "Filter(1).csv").read_bytes()
    open_ones = read(data, name="Filter(1).csv", mapping=mapping).open_problems
    assert open_ones, "400 is no SALT"
    decisions = Decisions()
    for problem in open_ones:
        decisions = decisions.decide(problem, "set missing")
    cohort = read(data, name="Filter(1).csv", mapping=mapping, decisions=decisions).cohort
    assert cohort is not None
    source = Source(("Filter(1).csv",), None, mapping.to_json(), decisions.to_json())
    found = answers(cohort, AnalysisPlan(stratifier="Sex"), ("core",)).results
    for ours, theirs in zip(found.values(), run_all([code(r.call, source) for r in found.values()], tmp_path, tmp_path), strict=True):
        same(ours, theirs)


def test_every_option_stands_in_the_script() -> None:
    for one in REGISTRY.values():
        options = dict(one.options)
        text = code(Call(one.name, AnalysisPlan(), None, options), Source(("x.csv",)))
        assert all(f"{name}=" in text for name in options), one.name
        compile(text, "shown", "exec")


def test_values_are_written_as_they_were() -> None:
    import aadash

    plan = AnalysisPlan(filters=(Filter('Filter(" AnalysisPlan(', ("a'b", "c\\d")), Filter("x", low=0.1, open_low=True)))
    model = ModelPlan(predictors=(Predictor("ModelPlan(", cut=4.0), Predictor("sex", reference="male")), estimator="firth")
    for value in (plan, model, (("name", plan),), [1.5, "x"], {"a": (1,)}, None):
        assert eval(python(value), {"aadash": aadash}) == value
