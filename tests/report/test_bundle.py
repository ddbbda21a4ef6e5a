"""What goes into a bundle: no patient's values unless asked for, and the tables in the report's language."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Part
from aadash.language import say, speaking
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.report.bundle import Extras, bundle
from aadash.report.study import write_study, writer_for
from aadash.report.workbook import sheet_names
from aadash.views import context_for
from aadash.views.study import SECTIONS, Choices, Study
from tests.making import asking

STAMP, ASK = datetime(2026, 1, 2), asking()


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return load_sample("korea_2025").cohort


def test_no_document_without_data_holds_a_line_of_a_patient(korea: Cohort) -> None:
    """The HTML and Word of a bundle "without the patients' data" drew every patient's SALT as a path whose points are the values."""
    context, chosen = context_for(korea, AnalysisPlan(stratifier="sex"), ASK), Choices(("course",))
    for with_data in (False, True):
        made = zipfile.ZipFile(io.BytesIO(bundle(context, chosen, ("html", "docx", "pdf"), STAMP, Extras({}, with_data))))
        pages = [
            base64.b64decode(x).decode() for x in re.findall(r"data:image/svg\+xml;base64,([^\"]+)", made.read("report.html").decode())
        ]
        word = zipfile.ZipFile(io.BytesIO(made.read("report.docx")))
        drawn = [word.read(n).decode() for n in sorted(word.namelist()) if n.endswith(".svg")]
        for pictures in (pages, drawn):
            every = [svg for svg in pictures if "of each patient" in svg]
            assert len(every) == 1 and len(pictures) > 1
            assert ("<path" in every[0]) is with_data and ("data:image/png" in every[0]) is not with_data
            assert all("<path" in svg for svg in pictures if svg is not every[0])
    alone, _ = write_study(context, chosen, writer_for("html", STAMP))
    (every,) = (
        x for x in re.findall(r"base64,([^\"]+)", alone.decode()) if "of each patient" in base64.b64decode(x).decode("latin-1")
    )
    assert "<path" not in base64.b64decode(every).decode()


def test_what_shows_a_mark_for_each_patient_says_so(korea: Cohort) -> None:
    """The ticks under a predictor's curve, a normal quantile plot and two readers' points are values of patients too."""
    plan, model = AnalysisPlan(stratifier="sex"), ModelPlan.prespecified(korea)
    cuts = analyses.predictor_cuts(korea, plan, model=model, column="age")
    of = [chart(analyses.change_from_baseline(korea, plan), "qq"), chart(cuts, "relation"), chart(cuts, "effects")]
    assert [made.of_patients for made in of] == [True, True, False]


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_the_workbook_of_a_bundle_is_in_the_language_of_its_report(korea: Cohort, language: str) -> None:
    """The report was Korean, the tables beside it English."""
    with speaking(language):
        made = bundle(context_for(korea, AnalysisPlan(stratifier="sex"), asking()), Choices(("responders",)), (), STAMP, Extras())
        head, contents, question = say("Stratum"), say("Contents"), say(analyses.responders(korea, AnalysisPlan()).question)
    book = openpyxl.load_workbook(io.BytesIO(zipfile.ZipFile(io.BytesIO(made)).read("tables/tables.xlsx")))
    assert head != "Stratum" and book.sheetnames[0] == contents != "Contents"
    asked = next(s for s in book.worksheets[1:] if s["A1"].value == question)
    assert asked.title in sheet_names([question]), "it was called “responders”, as the program calls it"
    cells = {str(cell.value) for cell in asked[3]}
    assert head in cells and "Stratum" not in cells


def test_a_bundle_puts_its_sections_together_once(korea: Cohort, monkeypatch: pytest.MonkeyPatch) -> None:
    """For each kind of document, for the figures and for the ledger every section was made anew."""
    made: list[str] = []
    own = SECTIONS["responders"]

    def make(study: Study) -> Sequence[Part]:
        made.append("responders")
        return own.make(study)

    monkeypatch.setitem(SECTIONS, "responders", replace(own, make=make))
    context, choices = context_for(korea, AnalysisPlan(stratifier="sex"), ASK), Choices(("responders",))
    study = Study(context, choices)
    study.parts("responders")
    bundle(context, choices, ("html", "docx"), STAMP, Extras(), study=study)
    assert made == ["responders"]
