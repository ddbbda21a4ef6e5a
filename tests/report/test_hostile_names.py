"""Names of columns, levels, patients and files that mean to do something: every number of every page and export stays.

Names are generated of what acts somewhere (markup, Markdown, Vega expressions, formulas, controls of writing direction, characters
without width, 10 000 letters, two spellings of one letter, twins by case) and hold no digit, so that the digits of a page or a file
are those of its numbers.
"""

from __future__ import annotations

import io
import json
import random
import re
import zipfile
from html import unescape

import numpy as np
import openpyxl
import pandas as pd
import pytest

from aadash import AnalysisPlan, Cohort
from aadash.analyses.registry import answers
from aadash.charts import chart
from aadash.document import Answer, Figure, KeyNumbers, Table, walk
from aadash.errors import AadashError
from aadash.report import html
from aadash.report.ard import cards, dataset_json
from aadash.report.files import account_json, ard_json, csv
from aadash.report.study import write_study, writer_for
from aadash.report.tables import printable
from aadash.report.workbook import Sheet, workbook
from aadash.views import VIEWS, context_for
from aadash.views.study import Choices
from aadash.views.study_sections import USUAL
from tests.making import asking, cohort_of

#: What acts somewhere, by whom.
ACTS = {
    "markup": ("<script>w()</script>", "<img src=x onerror=w()>", "</td></table>", "&lt;b&gt;", "<!--", "]]>"),
    "markdown": ("![p](http://h.invalid/p)", "[l](javascript:w())", "**b**", "`c`", "$x^{y}$", ":red[z]", "# h", "| a | b |"),
    "vega": ("datum.rate", "'+warn(a)+'", "{{a.b}}", "signal('s')", "a[b].c", "\\\\'", "[x]", "%d"),
    "formula": ('=HYPERLINK("h")', "+a", "-a", "@a", "\t=a", "=cmd|' /C calc'!A"),
    "writing": ("\u202eabc\u202c", "a\u200bb", "\u2066x\u2069", "\ufeffa", "e\u0301", "\u00e9", "ﬁ", "İ"),
    "length": ("l" * 10_000, "w " * 5_000),
    "words": ("all", "All", "ALL", "none", "nan", "None", "null", "true", "severity", "patient", "a - b", "A × B", ", ", ";"),
}
DIGITS = re.compile(r"\d+(?:[.,]\d+)?")
SALT = np.clip(np.round(np.random.default_rng(9).normal(60, 25, (30, 4)) - 8 * np.arange(4), 1), 0, 100)
SALT[np.random.default_rng(2).random((30, 4)) < 0.08] = np.nan


def named(column: str, levels: tuple[str, str], patients: list[str], name: str) -> Cohort:
    made = cohort_of(SALT.tolist(), [0, 8, 12, 24])
    facts = pd.DataFrame({column: [levels[i % 2] for i in range(30)]}, index=patients)
    return Cohort(facts, made.salt.set_axis(patients), name)


def generated(seed: int) -> tuple[str, tuple[str, str], list[str], str]:
    """A column, two levels in the order of the alphabet, thirty patients and a file, each of one to three of what acts."""
    dice = random.Random(seed)
    every = [text for texts in ACTS.values() for text in texts]

    def name() -> str:
        return "".join(dice.sample(every, dice.randint(1, 3)))

    levels = sorted({name() for _ in range(12)})[:2]
    if seed % 2 == 0:
        levels = [["e\u0301", "\u00e9"], ["Yes", "yes"], ["All", "all"]][seed // 2 % 3]
    letters = "abcdefghijklmnopqrstuvwxyzäöüßçñāēī"
    patients = [f"{name()[:40]}{letters[i]}" for i in range(30)]
    return name(), (levels[0], levels[1]), patients, name()


def digits(text: str) -> list[str]:
    return DIGITS.findall(text)


def exports(cohort: Cohort, key: str) -> dict[str, object]:
    """The numbers of every analysis, page and export, by where they stand."""
    plan, ask = AnalysisPlan(stratifier=key, endpoint="SALT50"), asking()
    found = answers(cohort, plan, ("core", "further"))
    out: dict[str, object] = {}
    for name, result in found.results.items():
        values = result.table.select_dtypes("number").to_numpy(dtype=float)
        out[f"table of {name}"] = np.round(values[~np.isnan(values)], 9).tolist()
        out[f"words of {name}"] = digits(result.sentence) + digits(result.accounting.sentence())
        out[f"printed {name}"] = digits(printable(result).to_csv(index=False, header=False))
        out[f"csv of {name}"] = (
            pd.read_csv(io.BytesIO(csv(result.table)), encoding="utf-8-sig").select_dtypes("number").round(9).sum().tolist()
        )
    results = list(found.results.values())
    out["json"] = sorted(r["stat"] for r in json.loads(ard_json(results)) if isinstance(r.get("stat"), float))
    out["account"] = digits(
        "".join(json.dumps(a["accounting"]) for a in json.loads(account_json(found.results, {})).values() if "accounting" in a)
    )
    out["cards"] = len(cards(results))
    out["dataset"] = len(json.dumps(dataset_json(results, None))) > 0
    book = openpyxl.load_workbook(
        io.BytesIO(workbook([Sheet(n, printable(r), r.question, [r.method]) for n, r in found.results.items()]))
    )
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    assert not [c.coordinate for c in cells if c.data_type == "f"], "no cell is a formula"
    out["xlsx"] = [c.value for c in cells if isinstance(c.value, (int, float))]
    context = context_for(cohort, plan, ask)
    for name, view in VIEWS.items():
        try:
            out[f"page {name}"] = on_page(view.content(context))
        except AadashError as error:
            out[f"page {name}"] = digits(error.paragraph())
    for kind in ("docx", "html"):
        data, _ = write_study(context, Choices(USUAL[:4]), writer_for(kind), None, None)
        out[kind] = written(kind, data)
    return out


def on_page(parts: object) -> list[object]:
    out: list[object] = []
    for part in walk(parts):  # type: ignore[arg-type]
        if isinstance(part, Answer):
            out.append(digits(html_text(html.answer(part.result.sentence, ""))))
        elif isinstance(part, Table):
            out.append(digits(html_text(html.table(printable(part.result, part.rows, **part.options), "t", ""))))
        elif isinstance(part, KeyNumbers):
            out.append([digits(i.value) for i in part.items])
        elif isinstance(part, Figure):
            try:
                made = chart(part.result, part.kind, **part.options)
            except AadashError:
                continue
            assert not acting(made.spec), "a name is read as code"
            numbers = [
                f.select_dtypes("number").drop(columns=["letters", "whole"], errors="ignore") for f in made.data.values()
            ]  # lengths of names
            out += [np.round(f.fillna(-9).to_numpy(dtype=float), 9).sum() for f in numbers]
    return out


def acting(spec: object, inside: bool = False) -> list[str]:
    """Names in places of a specification that Vega reads as code or as the name of a field."""
    code = ("expr", "calculate", "test", "filter", "field", "labelExpr", "signal", "update")
    if isinstance(spec, dict):
        return [text for key, value in spec.items() for text in acting(value, inside or key in code)]
    if isinstance(spec, list):
        return [text for value in spec for text in acting(value, inside)]
    hostile = [text for texts in ACTS.values() for text in texts if len(text) > 3 and text not in ACTS["words"]]
    return [spec] if inside and isinstance(spec, str) and any(text in spec for text in hostile) else []


def html_text(text: str) -> str:
    body = re.sub(r"<style.*?</style>", "", text, flags=re.DOTALL)
    assert not re.search(r"<script|<img|onerror=(?!&)[^&]*>|javascript:w\(\)[\"']", re.sub(r"&lt;.*?&gt;", "", body)), body[:300]
    return unescape(re.sub(r"<[^>]*>", " ", body))


def written(kind: str, data: bytes) -> list[str]:
    if kind == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = archive.read("word/document.xml").decode()
            return digits(unescape(" ".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", text))))
    text = data.decode()
    assert "<script>w()" not in text and "<img src=x" not in text
    body = re.sub(r"<(style|svg|head).*?</\1>", " ", text, flags=re.DOTALL)
    return digits(unescape(re.sub(r"<[^>]*>", " ", body)))


PLAIN = named("split", ("p", "q"), [f"k{c}" for c in "abcdefghijklmnopqrstuvwxyzäöüß"], "clinic")


@pytest.fixture(scope="module")
def before() -> dict[str, object]:
    return exports(PLAIN, "split")


@pytest.mark.parametrize("seed", range(2))
def test_every_number_stays_whatever_things_are_called(seed: int, before: dict[str, object]) -> None:
    column, levels, patients, name = generated(seed)
    cohort = named(column, levels, patients, name)
    after = exports(cohort, cohort.key_of(column))
    assert after.keys() == before.keys()
    wrong = {where: (before[where], after[where]) for where in before if before[where] != after[where]}
    assert not wrong, (seed, column[:60], levels[0][:60], levels[1][:60], {k: str(v)[:400] for k, v in list(wrong.items())[:4]})
