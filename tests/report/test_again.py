"""A bundle opened again, a report made again, and what is said before a file is replaced."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pandas as pd
import pytest

import aadash
from aadash.analyses.registry import REGISTRY
from aadash.cli import main
from aadash.cohort import Cohort
from aadash.document import Table, walk
from aadash.errors import ReportError
from aadash.filters import Filter
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.report.again import CHANGES, changes_since
from aadash.report.bundle import Extras, bundle
from aadash.report.compare import read_results, summary
from aadash.report.files import ard_json
from aadash.report.opened import is_bundle, open_bundle
from aadash.views import context_for
from aadash.views.study import Choices, Study
from aadash.views.study_sections import USUAL, carried_over, sections_of, usual
from tests.making import asking

STAMP = datetime(2026, 1, 2)
CHOSEN = Choices(("participants", "responders"), {"responders": "Mine."}, "T", 6)


ASK = asking()


@pytest.fixture(scope="module")
def events() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_events.xlsx")


@pytest.fixture(scope="module")
def archive(events: Cohort) -> bytes:
    plan, model = AnalysisPlan(stratifier="sex", missing="nri"), ModelPlan(predictors=(Predictor("sex"),))
    return bundle(
        context_for(events, plan, ASK, model),
        CHOSEN,
        ("html",),
        STAMP,
        Extras({"mapping.json": aadash.ColumnMapping().to_json()}, with_data=True),
    )


def test_a_bundle_with_the_patients_gives_the_same_cohort_again(archive: bytes, events: Cohort) -> None:
    opened = open_bundle(archive)
    assert opened.cohort is not None and opened.cohort.fingerprint == events.fingerprint == opened.fingerprint
    assert len(opened.cohort.events) == len(events.events)
    assert opened.model == ModelPlan(predictors=(Predictor("sex"),)) and opened.plan == AnalysisPlan(stratifier="sex", missing="nri")
    again = bundle(
        context_for(opened.cohort, opened.plan, asking(), opened.model),
        opened.choices,
        ("html",),
        STAMP,
        Extras(opened.files, with_data=True),
    )
    assert again == archive


def swapped(archive: bytes, **files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, files.get(name, old.read(name)))
        for name in set(files) - set(old.namelist()):
            new.writestr(name, files[name])
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b'{"files": 3}', b'{"files": {"plan.json": {}}}', b'{"files": {"plan.json": {"sha256": 1, "bytes": 2}}}'],
)
def test_a_manifest_that_is_none_is_refused_in_words(archive: bytes, content: bytes) -> None:
    with pytest.raises(ReportError):
        open_bundle(swapped(archive, **{"manifest.json": content}))


def test_what_the_manifest_does_not_name_is_not_read(archive: bytes) -> None:
    opened = open_bundle(swapped(archive, **{"source/decisions.json": b"{}"}))
    assert "decisions.json" not in opened.files
    assert is_bundle(archive) and not is_bundle(b"PK") and not is_bundle(b"")


def test_a_report_made_again_lists_what_changed(archive: bytes, events: Cohort) -> None:
    opened = open_bundle(archive)
    rows = read_results(opened.results)
    same, said = changes_since(rows, Study(context_for(events, opened.plan, ASK), opened.choices))
    assert not len(same) and said.startswith("None of")
    later = opened.plan.replace(filters=(Filter("age", low=30.0),))
    study = Study(context_for(events, later, ASK), opened.choices)
    changes, said = changes_since(rows, study)
    k = study.ask("responders").rows(variable="SALT75", week=36, group1="sex", group1_level="female")["k"].iloc[0]
    mine = changes[
        (changes["variable"] == "SALT75")
        & (changes["week"] == 36)
        & (changes["stat_name"] == "k")
        & (changes["group1_level"] == "female")
    ]
    assert mine["new"].tolist() == [k] and mine["old"].iloc[0] > k and "changed" in said
    made = bundle(context_for(events, later, ASK), opened.choices, (), STAMP, earlier=rows)
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        listed = pd.read_csv(io.BytesIO(files.read(CHANGES)), encoding="utf-8-sig")
    assert len(listed) == len(changes)


def test_analyses_of_one_report_only_are_named_and_not_listed(events: Cohort) -> None:
    plan = AnalysisPlan()
    old = json.loads(json.dumps(REGISTRY["time_to_response"].function(events, plan).ard()))
    changes, said = changes_since(old, Study(context_for(events, plan, ASK), Choices(("participants",))))
    assert not len(changes) and "Only in the earlier report: time_to_response." in said and "Only in this one: participants." in said


def test_only_the_tests_of_the_report_are_counted(events: Cohort) -> None:
    context = context_for(events, AnalysisPlan(stratifier="sex"), ASK)
    for sections in (("responders", "methods"), ("responders", "course", "comparisons", "methods"), ("participants", "methods")):
        study = Study(context, Choices(sections))
        found = {section.name: parts for section, parts in sections_of(study)}
        text = " ".join(p.text for p in found["methods"])  # type: ignore[union-attr]
        tables = [p for name in sections for p in walk(found[name]) if isinstance(p, Table)]
        shown = [t.result.table if t.rows is None else t.rows for t in tables]
        printed = sum(int(rows.filter(regex=r"^p(_|$)").notna().to_numpy().sum()) for rows in shown)
        said = f"The tables of this report rest on {study.tests_shown} tests"
        assert (said in text) == (study.tests_shown > 1) and study.tests_shown <= printed
    assert study.tests_shown == 0 and "Kaplan" not in text, "what the report does not hold is not in its methods"


def test_an_infinite_limit_goes_through_json_and_back() -> None:
    """AA subtype diffuse separates the Korean outcome, so a limit is infinite. JSON has no such number; readers take 1e999 for one."""
    cohort = aadash.read_cohort("sample_data/korea_2025.csv")
    text = ard_json([ASK("predictors", cohort, AnalysisPlan())])
    rows = read_results(text)
    infinite = [r["stat"] for r in rows if r["stat"] in (float("inf"), float("-inf"))]
    assert infinite and "Infinity" not in text and "1e999" in text
    assert read_results(text.replace("1e999", "Infinity")) == rows, "as it was written before"


# --- the command line ---------------------------------------------------------------------------------------------
def test_a_report_is_made_again_from_a_later_file(archive: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, out, csv = tmp_path / "old.zip", tmp_path / "new.html", tmp_path / "changes.csv"
    old.write_bytes(archive)
    given = ["report", "sample_data/korea_2025_events.xlsx", "--again", str(old), "--out", str(out), "--stamp", "2026-01-02"]
    assert main(given) == 0
    told = capsys.readouterr().out
    assert "None of" in told and "Mine." in out.read_text("utf-8") and "female" in out.read_text("utf-8")
    plan = tmp_path / "plan.json"
    plan.write_text(AnalysisPlan(stratifier="sex", filters=(Filter("age", low=30.0),)).to_json(), encoding="utf-8")
    assert main([*given, "--plan", str(plan), "--changes", str(csv)]) == 2, "the report is there already"
    assert "--overwrite" in capsys.readouterr().err
    assert main([*given, "--plan", str(plan), "--changes", str(csv), "--overwrite"]) == 0
    assert "Analyses: " in capsys.readouterr().out and csv.read_bytes().count(b"\n") > 2
    assert main([*given[:2], "--out", str(tmp_path / "x.html"), "--changes", str(csv), "--overwrite"]) == 2


def test_a_report_made_again_compares_no_strata_where_there_are_none(
    events: Cohort, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its section “Differences between strata” stood there with nothing to say."""
    two, one = (context_for(events, AnalysisPlan(stratifier=s), ASK) for s in ("sex", "none"))
    assert "comparisons" in USUAL and carried_over(USUAL, one) == (usual(one), [])
    assert "comparisons" not in usual(one) and carried_over(usual(one), two) == (USUAL, [])
    own = ("responders", "comparisons")
    kept, told = carried_over(own, one)
    assert carried_over(own, two) == (own, []) and kept == ("responders",)
    assert told == ["“Differences between strata” is left out: this cohort has no two strata to compare."]
    old, out, plan = tmp_path / "old.zip", tmp_path / "new.html", tmp_path / "plan.json"
    old.write_bytes(bundle(two, Choices(own, {}, "T"), (), STAMP))
    plan.write_text(AnalysisPlan(stratifier="none").to_json(), encoding="utf-8")
    given = ["report", "sample_data/korea_2025_events.xlsx", "--again", str(old), "--out", str(out), "--plan", str(plan)]
    assert main(given) == 0 and "Differences between strata</h" not in out.read_text("utf-8")
    assert told[0] in capsys.readouterr().err


def test_compare_takes_bundles_and_asks_before_it_replaces(archive: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old, results, out = tmp_path / "old.zip", tmp_path / "results.json", tmp_path / "d.csv"
    old.write_bytes(archive)
    results.write_text(open_bundle(archive).results, encoding="utf-16")  # as an editor may have saved it
    assert main(["compare", str(old), str(results), "--out", str(out)]) == 0
    assert "None of" in capsys.readouterr().out
    out.write_text("mine", encoding="utf-8")
    assert main(["compare", str(old), str(results), "--out", str(out)]) == 2
    assert "--overwrite" in capsys.readouterr().err and out.read_text("utf-8") == "mine"
    assert main(["compare", str(old), str(results), "--out", str(out), "--overwrite"]) == 0 and out.read_bytes() != b"mine"


def test_what_changed_is_a_sentence_with_commas_where_they_belong() -> None:
    """Thousands are set apart by a space, as everywhere, and the comma of a list stays one."""
    changes = pd.DataFrame({"change": ["changed"] * 1234 + ["new"], "analysis": ["responders"] * 1234 + ["baseline"]})
    text = "1234 of the 56\u00a0789 numbers in both changed, 1 new, 0 gone. Analyses: responders, baseline."
    assert summary(changes, 56789) == text
    assert summary(changes[:0], 56789) == "None of 56\u00a0789 numbers differs."
