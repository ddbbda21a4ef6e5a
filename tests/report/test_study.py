"""The report, the bundle, the comparison and the numbers for other programs, from the samples and read back."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest

import aadash
from aadash import analyses
from aadash.analyses.registry import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.cli import main
from aadash.cohort import Cohort
from aadash.document import Figure
from aadash.errors import ReportError
from aadash.filters import Filter
from aadash.formatting import number
from aadash.levels import ALL
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from aadash.report.ard import cards, dataset_json
from aadash.report.bundle import Extras, bundle
from aadash.report.compare import compare, read_results, summary
from aadash.report.files import ard_json
from aadash.report.opened import open_bundle
from aadash.report.r_code import frame_of, r_data, r_lines
from aadash.report.study import write_study, writer_for
from aadash.report.tables import printable
from aadash.report.workbook import sheet_names
from aadash.views import context_for
from aadash.views.citations import REFERENCES, Bibliography
from aadash.views.prose import counted_for
from aadash.views.study import Choices, Study
from aadash.views.study_sections import SECTIONS, USUAL, named, sections_of, usual
from tests.making import NAN, asking, cohort_of

STAMP = datetime(2026, 1, 2, 3, 4, 6)
SOME = ("participants", "baseline", "course", "responders", "methods", "results", "limitations", "references")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


#: Analyses that no section of a report holds, and why.
NOT_IN_A_REPORT = {
    "regression_to_the_mean": "it teaches: the lesson of that name shows it",
    "bootstrap": "takes seconds, and says again what the page says with limits of another kind",
    "completeness": "about the file: the page on its quality shows it, and the section on missing visits the rest",
    "questions_asked": "how many tests were run is in the methods",
    "equivalence": "needs a margin that the plan does not hold",
    "interval_time": "takes seconds, and needs a press",
    "predicted_probability": "one patient, whom a reader describes",
    "predictor_checks": "checks while a model is chosen; what fails is among the caveats",
    "predictor_choice": "ways to choose a model: it is chosen before it is reported",
    "predictor_cuts": "cuts found by looking",
    "predictor_effects": "the effects of one column that a reader names",
    "predictor_performance": "takes seconds",
    "predictor_stability": "takes seconds",
    "repeated_response": "one answer for all visits, beside the one for the visit in question",
    "response_patterns": "courses that a reader names",
    "second_opinion": "another program's digits, for whoever doubts ours",
    "side_by_side": "several plans: a report is about one",
    "simple_effects": "follows the interaction that the section on differences holds",
    "subgroup_chance": "teaching: what chance alone does",
    "subgroup_differences_change": "one question about subgroups is enough for a paper",
    "subgroup_differences_response": "one question about subgroups is enough for a paper",
    "subgroup_pairs": "cells that a reader names",
    "subgroups_change": "one question about subgroups is enough for a paper",
    "visits_as_patients": "teaching: a wrong test",
}


def test_every_analysis_is_in_a_section_or_has_a_reason() -> None:
    held = {name for section in SECTIONS.values() for name in section.asks}
    assert held <= set(REGISTRY)
    assert set(REGISTRY) - held == set(NOT_IN_A_REPORT), "give a section in aadash/views/study_sections.py or a reason, never both"


def test_a_section_asks_for_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a section's record names is what it asks for, no more and no less: sections made of all that was asked aside."""
    asked: list[str] = []

    def ask(study: Study, name: str) -> None:
        asked.append(name)
        study.reasons[name] = "not computed here"

    monkeypatch.setattr(Study, "ask", ask)
    study = Study(context_for(load_sample("korea_2025").cohort, AnalysisPlan(), asking()), Choices())
    for section in SECTIONS.values():
        if section.asks:
            asked.clear()
            section.make(study)
            assert set(asked) == set(section.asks), section.name


ASK = asking()


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


def words_of(docx: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(docx)) as archive:
        tree = ElementTree.fromstring(archive.read("word/document.xml"))
    text = "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in tree.iter(f"{W}p"))
    return text.replace("\u00a0", " ")


def test_a_word_report_holds_the_printed_tables_and_the_answers(korea: Cohort) -> None:
    context = context_for(korea, AnalysisPlan(), ASK)
    made, study = write_study(context, Choices(SOME, {"course": "A comment of mine."}, "My title", 6), writer_for("docx", STAMP))
    said = words_of(made)
    assert "My title" in said and "A comment of mine." in said and "Synthetic data." in said
    for result in study.results.values():
        assert result.sentence in said
    for cell in printable(study.results["baseline"]).to_numpy().ravel():
        assert cell.strip().replace("\u00a0", " ") in said
    for mean in study.results["salt_over_time"].rows(variable="salt")["mean"]:
        assert number(mean) in said
    assert "of 6 that the journal allows" in said
    assert made == write_study(context, Choices(SOME, {"course": "A comment of mine."}, "My title", 6), writer_for("docx", STAMP))[0]


def test_the_methods_name_what_was_run_and_cite_it_in_order(korea: Cohort) -> None:
    plan = AnalysisPlan(missing="nri", multiplicity="bh", filters=(Filter("age", low=20.0),))
    study = Study(context_for(korea, plan, ASK), Choices(("methods", "references")))
    parts = {section.name: found for section, found in sections_of(study)}
    text = " ".join(p.text for p in parts["methods"])  # type: ignore[union-attr]
    assert "20 ≤ age" in text and "Non-responder".lower() in text.lower() and "Benjamini and Hochberg" in text
    assert "Welch's t-test" in text and f"AAdash {aadash.__version__}" in text and "significance level of 0.05" in text
    listed = [p.text for p in parts["references"]]  # type: ignore[union-attr]
    assert [line.split(".")[0] for line in listed] == [str(i + 1) for i in range(len(listed))]
    cited = [int(part.split("]")[0]) for part in text.split("[")[1:]]
    first = list(dict.fromkeys(cited))
    assert first == sorted(first) and "{" not in text
    assert any(line.endswith(REFERENCES["bh"].split(" ")[-1]) for line in listed)


def test_every_mark_has_its_reference() -> None:
    with pytest.raises(KeyError):
        Bibliography().numbered("as shown {nobody}")


@pytest.mark.parametrize("rows", [[[80.0, NAN], [NAN, 20.0]], [[0.0, 0.0]], [[50.0, 10.0]]])
def test_a_degenerate_cohort_gives_a_report_that_says_what_cannot_be_had(rows: list) -> None:
    context = context_for(cohort_of(rows), AnalysisPlan(), ASK)
    made, study = write_study(context, Choices(USUAL), writer_for("html", STAMP))
    page = re.sub(r"base64,[^\"]+", "", made.decode())  # a picture of dots may hold any letters
    assert study.reasons and "nan" not in page.lower().replace("nanum", "")
    assert all(section.title in page for section in (SECTIONS[n] for n in USUAL))


def test_without_two_strata_nothing_compares_them_unless_it_is_named(korea: Cohort) -> None:
    split, whole = (usual(context_for(korea, AnalysisPlan(stratifier=s), ASK)) for s in ("sex", "none"))
    assert split == USUAL and whole == tuple(name for name in USUAL if name != "comparisons")
    one = cohort_of([[80.0, 20.0], [70.0, 60.0]], [0, 12])  # both of Group A
    assert "comparisons" not in usual(context_for(one, AnalysisPlan(), ASK))
    assert named("comparisons") == ("comparisons",) and named(None) == ()


def test_writing_can_be_stopped(korea: Cohort) -> None:
    class Stopped(Exception):
        pass

    def progress(share: float, what: str) -> None:
        if what == "Course":
            raise Stopped

    with pytest.raises(Stopped):
        write_study(context_for(korea, AnalysisPlan(), ASK), Choices(SOME), writer_for("html"), progress=progress)


def test_hostile_text_of_a_file_stays_text() -> None:
    nasty = "<img src=x onerror=alert(1)>"
    cohort = cohort_of([[80.0, 20.0], [60.0, 50.0], [40.0, 1.0], [90.0, 80.0]], **{nasty: ["=1+1", "#x", "=1+1", "#x"]}, name=nasty)
    context = context_for(cohort, AnalysisPlan(stratifier=nasty), ASK)
    page = write_study(context, Choices(("participants", "baseline", "responders")), writer_for("html"))[0].decode()
    assert "<img src=x" not in page and "&lt;img src=x" in page
    write_study(context, Choices(("baseline",)), writer_for("pdf"))


def test_items_are_counted_against_the_limit() -> None:
    assert counted_for(6, 3, 4) == "3 tables and 4 figures, 7 of 6 that the journal allows: 1 too many."
    assert counted_for(None, 1, 1) == "1 table and 1 figure."


# --- the bundle ---------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def archive(korea: Cohort) -> bytes:
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT90")
    context = context_for(korea, plan, ASK)
    choices = Choices(("participants", "responders"), {"responders": "Mine."}, "T", 6)
    return bundle(context, choices, ("html",), STAMP, Extras({"mapping.json": "{}"}))


def test_a_bundle_restores_the_plan_and_the_choices(archive: bytes, korea: Cohort) -> None:
    opened = open_bundle(archive)
    assert opened.plan == AnalysisPlan(stratifier="sex", endpoint="SALT90") and opened.notes == []
    assert opened.choices == Choices(("participants", "responders"), {"responders": "Mine."}, "T", 6)
    assert opened.files == {"mapping.json": "{}"} and opened.manifest["cohort"] == korea.fingerprint
    assert opened.cohort is None and opened.model is None
    again = [analyses.participants(korea, opened.plan), analyses.responders(korea, opened.plan)]
    numbers = [r for r in read_results(opened.results) if r["analysis"] in ("participants", "responders")]
    assert not len(compare(numbers, json.loads(ard_json(again))))


def test_a_bundle_holds_no_patient_unless_asked(archive: bytes, korea: Cohort) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as made:
        names = made.namelist()
        codes = [c.encode() for c in korea.salt.index]
        assert not [n for n in names if any(code in made.read(n) for code in codes)]
        assert any(n.endswith(".svg") for n in names) and not any(n.startswith("data/") for n in names)
        book = openpyxl.load_workbook(io.BytesIO(made.read("tables/tables.xlsx")))
    assert "responders" not in book.sheetnames and {*sheet_names([analyses.responders(korea, AnalysisPlan()).question])} <= {
        *book.sheetnames
    }


def test_each_script_says_where_to_run_it(archive: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(archive)) as made:
        scripts = [made.read(n).decode() for n in made.namelist() if n.startswith("code/") and n.endswith((".py", ".R"))]
    assert len(scripts) >= 2
    assert all(text.startswith("# Run in the folder data of this bundle.") for text in scripts)


def test_a_figure_of_every_patient_is_a_picture_alone_in_a_bundle_without_data(korea: Cohort) -> None:
    """Its CSV held each patient's SALT at each visit."""
    context = context_for(korea, AnalysisPlan(stratifier="sex"), ASK)
    for with_data in (False, True):
        made = bundle(context, Choices(("course", "lasting")), (), STAMP, Extras({}, with_data))
        names = {n.split("/")[1] for n in zipfile.ZipFile(io.BytesIO(made)).namelist() if n.startswith("figures/")}
        for of in ("every_patient", "mean_salt_by_visit"):
            kinds = {n.rpartition(".")[2] for n in names if of in n and "percent" not in n and "while" not in n}
            assert kinds == ({"png", "pdf"} if of == "every_patient" and not with_data else {"png", "pdf", "svg", "csv"})


def test_the_same_bundle_is_the_same_bytes(archive: bytes, korea: Cohort) -> None:
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT90")
    choices = Choices(("participants", "responders"), {"responders": "Mine."}, "T", 6)
    assert bundle(context_for(korea, plan, asking()), choices, ("html",), STAMP, Extras({"mapping.json": "{}"})) == archive


def test_a_changed_bundle_is_refused(archive: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"SALT90", b"SALT75") if name == "plan.json" else old.read(name))
    with pytest.raises(ReportError, match="manifest"):
        open_bundle(out.getvalue())
    for data in (b"", b"PK", b"no archive"):
        with pytest.raises(ReportError):
            open_bundle(data)


# --- numbers for other programs -----------------------------------------------------------------------------------
def test_cards_columns_and_method_rows(korea: Cohort) -> None:
    results = [analyses.responders(korea, AnalysisPlan()), analyses.change_from_baseline(korea, AnalysisPlan())]
    rows = cards(results)
    needed = {"variable", "stat_name", "stat_label", "stat", "fmt_fun", "warning", "error", "context"}
    assert all(needed <= set(r) for r in rows)
    assert [r["analysis"] for r in rows if r["stat_name"] == "method"] == ["responders", "change_from_baseline"]
    told = json.loads(dataset_json(results, STAMP))
    assert told["datasetJSONVersion"].startswith("1.1") and told["records"] == len(rows) == len(told["rows"])
    assert all(len(row) == len(told["columns"]) for row in told["rows"])
    values = [r["stat"] for r in rows if not isinstance(r["stat"], str)]
    at = [c["name"] for c in told["columns"]].index("STAT")
    assert [row[at] for row in told["rows"] if row[at] is not None] == values


def test_compare_names_what_changed(korea: Cohort) -> None:
    old = json.loads(ard_json([analyses.responders(korea, AnalysisPlan())]))
    assert not len(compare(old, old)) and summary(compare(old, old), len(old)).startswith("None of")
    new = [dict(r) for r in old if not (r["week"] == 8 and r["stat_name"] == "k")]
    before, new[0]["stat"] = new[0]["stat"], 99
    new.append({**new[0], "week": 40})
    changes = compare(old, new)
    gone = sum(r["week"] == 8 and r["stat_name"] == "k" for r in old)
    assert changes["change"].value_counts().to_dict() == {"changed": 1, "new": 1, "gone": gone}
    told = f"1 of the {len(old) - gone} numbers in both changed, 1 new, {gone} gone. Analyses: responders."
    assert summary(changes, len(old)) == told, "of those in both: the larger file has numbers that could not change"
    row = changes[changes["change"] == "changed"].iloc[0]
    assert row["new"] == 99 and row["difference"] == 99 - before
    for text in ("", "{}", "[1]", "nonsense"):
        with pytest.raises(ReportError):
            read_results(text)


def test_a_wide_table_has_the_weeks_side_by_side(korea: Cohort) -> None:
    result = analyses.responders(korea, AnalysisPlan(stratifier="none"))
    shown = printable(result, result.rows(variable="SALT75"), layout="wide")
    assert shown.columns.tolist()[2:] == ["Week 8", "Week 12", "Week 16", "Week 24", "Week 36"]
    long = printable(result, result.rows(variable="SALT75"))
    assert shown.iloc[0, 2:].tolist() == long["Responders / patients"].tolist()
    over = analyses.salt_over_time(korea, AnalysisPlan(stratifier="none"))
    shown = printable(over, over.rows(variable="salt"), layout="wide")
    assert shown.iloc[1]["Measure"] == "n" and shown.iloc[1]["Week 36"] == "83"


# --- R ------------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
def test_the_lines_for_r_give_the_same_numbers(korea: Cohort, tmp_path: Path) -> None:
    plan = AnalysisPlan(stratifier="sex")
    (tmp_path / "r_data.csv").write_bytes(r_data(korea, plan))
    script = r_lines(korea, plan)
    asked = """
cat("ANSWERS", sprintf("%.12g", c(t.test(change ~ stratum, data = d)$statistic, t.test(change ~ stratum, data = d)$p.value,
  chisq.test(tab, correct = FALSE)$p.value, prop.test(k, n, correct = FALSE)$conf.int,
  t.test(d$score_w36, d$score_w0, paired = TRUE)$statistic, p.adjust(p, "holm"))), "\\n")
"""
    (tmp_path / "lines.R").write_text(script + asked, encoding="utf-8")
    ran = subprocess.run(["Rscript", "lines.R"], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = [float(v) for v in ran.stdout.split("ANSWERS")[1].split()]
    between = analyses.between_strata(korea, plan).rows(week=36).iloc[0]
    rates = analyses.responders_between(korea, plan).rows(week=36, variable="SALT75").iloc[0]
    one = analyses.responders(korea, plan).rows(week=36, variable="SALT75", group1_level=ALL).iloc[0]
    change = analyses.change_from_baseline(korea, plan).rows(group1_level=ALL)
    ours = [between["t"], between["p"], rates["p"], one["ci_low"], one["ci_high"], change["t"].iloc[-1], *change["p_holm"]]
    np.testing.assert_allclose(found, np.array(ours, dtype=float), rtol=1e-8)


def test_the_file_for_r_holds_what_the_plan_counts(korea: Cohort) -> None:
    frame = frame_of(r_data(korea, AnalysisPlan(missing="nri")))
    assert len(frame) == 117 and frame["response"].notna().all()
    result = analyses.responders(korea, AnalysisPlan(missing="nri")).rows(variable="SALT75", week=36, group1_level=ALL).iloc[0]
    assert frame["response"].sum() == result["k"]
    assert set(frame["stratum"]) == {"A", "B"} and isinstance(frame, pd.DataFrame)


# --- the command line ---------------------------------------------------------------------------------------------
def test_a_report_without_a_browser(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = tmp_path / "r.html"
    plan = tmp_path / "plan.json"
    plan.write_text(AnalysisPlan(stratifier="sex").to_json(), encoding="utf-8")
    given = ["report", "sample_data/tohoku_2025.csv", "--out", str(out), "--plan", str(plan), "--sections", "participants,responders"]
    assert main([*given, "--stamp", "2026-01-01"]) == 0
    assert "Participants" in out.read_text("utf-8") and "female" in out.read_text("utf-8")
    for wrong in (["--out", str(tmp_path / "r.odt")], ["--sections", "nothing"], ["--stamp", "yesterday"]):
        assert main([*given, *wrong]) == 2
    capsys.readouterr()


def test_compare_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture, korea: Cohort) -> None:
    for name, endpoint in (("a", "SALT75"), ("b", "SALT90")):
        text = ard_json([analyses.time_to_response(korea, AnalysisPlan(endpoint=endpoint))])
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "b.json"), "--out", str(tmp_path / "d.csv")]) == 0
    assert "No number is in both: 162 new, 164 gone." in capsys.readouterr().out and (tmp_path / "d.csv").read_bytes().count(b"\n") > 3
    assert main(["compare", str(tmp_path / "a.json"), str(tmp_path / "d.csv")]) == 2


def test_two_measures_are_drawn_and_printed() -> None:
    measures = {"DLQI": (KNOWN["DLQI"], pd.DataFrame({0: [20.0, 12, 18, 9], 12: [4.0, 10, 6, 8]}, index=[f"p{i}" for i in range(4)]))}
    cohort = cohort_of([[90, 60], [80, 70], [100, 50], [60, 60]], weeks=[0, 12], measures=measures)
    study = Study(context_for(cohort, AnalysisPlan(stratifier="none"), asking()), Choices(("two_measures",)))
    ((_, parts),) = sections_of(study)
    assert [chart(p.result, p.kind, **p.options).alt.split(" by")[0] for p in parts if isinstance(p, Figure)][:2] == [
        "Mean SALT (0–100)",
        "Mean DLQI (0–30)",
    ]


def test_a_sum_in_another_order_prints_the_same_number() -> None:
    """0.1 + 0.7 is not 0.7 + 0.1 + 0 in binary; nobody's table may show it."""
    for a, b in ((0.05, 0.05 - 1e-14), (2.25, 2.25 + 1e-13), (-0.05, -0.05 + 1e-14), (68.75, 68.75 - 2e-13)):
        assert number(a) == number(b)
    assert [number(x) for x in (0.049, 0.051, -0.04, 12345.67)] == ["0.0", "0.1", "0.0", "12345.7"]
