"""Workbooks, web pages, statistics packages, several files."""

from __future__ import annotations

import io
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from tests.intake_corpus.truth import Cases, Salt, account, codes, courses, text
from tests.intake_corpus.writers import ods, xls, xlsx

WEEKS = [0, 8, 16, 24]


def add(cases: Cases) -> None:
    """All cases that are no delimited text."""
    _workbooks(cases)
    _layouts(cases)
    _joined(cases)
    _statistics(cases)


def _typed(salt: Salt, head: list[str], facts: dict[str, list[Any]] | None = None) -> list[list[Any]]:
    """Rows with numbers as numbers."""
    rows: list[list[Any]] = [list(head)]
    for i, (code, course) in enumerate(salt.items()):
        rows.append([code, *(f[i] for f in (facts or {}).values()), *("" if v is None else v for v in course.values())])
    return rows


def _workbooks(cases: Cases) -> None:
    salt = courses(codes(7, "", 4), WEEKS, 71, decimals=1)
    rows = _typed(salt, ["ID", "Age", *(f"SALT_W{w}" for w in WEEKS)], {"Age": [31, 44, 27, 58, 36, 41, 63]})
    want = {"quiet": True, "columns": {"id": "ID", "age": "Age", "salt_w8": "SALT_W8"}, "facts": {"Age": {"0001": 31}}}
    cases.add("plain.xlsx", xlsx({"Sheet1": rows}), "text codes with leading zeros, numbers as numbers", **account(salt, **want))
    cases.add("plain.xls", xls("Sheet1", rows), "Excel 97", **account(salt, **want))
    cases.add("plain.ods", ods({"Sheet1": rows}), "OpenDocument", **account(salt, **want))
    web = (
        "<html><head><meta charset='utf-8'></head><body><p>Export</p><table border=1>"
        + "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in rows)
        + "</table></body></html>"
    )
    cases.add("web_page.xls", web.encode(), "an HTML table that calls itself .xls", **account(salt, **want))
    numeric = {str(i): c for i, c in enumerate(salt.values(), 1)}
    cases.add(
        "numeric_codes.xlsx",
        xlsx({"data": [[int(r[0]) if i else r[0], *r[1:]] for i, r in enumerate(rows)]}),
        "codes are numbers: 1, not 1.0",
        **account(numeric, quiet=True),
    )
    share = _typed(
        {c: {w: None if v is None else v / 100 for w, v in course.items()} for c, course in salt.items()},
        ["ID", *(f"SALT_W{w}" for w in WEEKS)],
    )
    formats = {"S": {f"{col}{i}": "0%" for col in "BCDE" for i in range(2, 9)}}
    cases.add(
        "percent_format.xlsx",
        xlsx({"S": share}, formats=formats),
        "cells formatted as percentages hold what they show",
        **account(salt, quiet=True, problems=[{"level": "warning"}]),
    )
    bad = [list(r) for r in rows]
    bad[1][3], bad[2][3], bad[3][4] = date(2024, 5, 12), "#DIV/0!", True
    truth = {c: dict(v) for c, v in salt.items()}
    truth["0001"][8], truth["0002"][8], truth["0003"][16] = None, None, None
    cases.add(
        "cells_of_other_types.xlsx",
        xlsx({"S": bad}),
        "a date, an error value and a truth value among numbers",
        **account(
            truth,
            problems=[
                {"level": "error", "column": "SALT_W8", "rows": [2]},
                {"level": "warning", "column": "SALT_W8", "rows": [3]},
                {"level": "error", "column": "SALT_W16", "rows": [4]},
            ],
        ),
    )


def _layouts(cases: Cases) -> None:
    salt = courses(codes(6), WEEKS, 72)
    rows = _typed(salt, ["", "", "Baseline", "Week 8", "Week 16", "Week 24"], {"Sex": list("FMFFMF")})
    grouped = [
        ["Alopecia areata clinic, SALT of baricitinib patients"],
        [],
        ["ID", "Sex", "SALT", "", "", ""],
        *rows,
        [],
        ["Mean", "", 70.1, 50.2, 40.3, 30.4],
        ["* two patients were lost to follow-up"],
    ]
    cases.add(
        "clinic_sheet.xlsx",
        xlsx({"SALT": grouped}, merged={"SALT": ["A1:F1", "A3:A4", "B3:B4", "C3:F3"]}),
        "title, two header rows with merged cells, mean, footnote",
        **account(salt, quiet=True, problems=[{"level": "warning", "rows": [12]}]),
    )
    long = [["ID", "Visit", "SALT"]]
    spans = []
    for code, course in salt.items():
        first = len(long) + 1
        long += [[code if w == 0 else "", "Baseline" if w == 0 else f"Week {w}", "" if v is None else v] for w, v in course.items()]  # type: ignore[list-item]
        spans.append(f"A{first}:A{len(long)}")
    cases.add(
        "merged_codes.xlsx",
        xlsx({"Visits": long}, merged={"Visits": spans}),
        "the code merged over the visits of a patient",
        **account(salt, quiet=True, layout="long"),
    )
    below = [[], [], *([["", "", *r] for r in _typed(salt, ["ID", "W0", "W8", "W16", "W24"])])]
    cases.add("table_not_at_a1.xlsx", xlsx({"S": below}), "the table begins in C3", **account(salt, quiet=True))
    plain = _typed(salt, ["ID", "W0", "W8", "W16", "W24"])
    readme = [["This workbook belongs to the dermatology department."], ["Please do not change the column names."]]
    cases.add(
        "instructions_first.xlsx",
        xlsx({"Read me": readme, "Data": plain, "Lists": [["Yes"], ["No"]]}, hidden=["Lists"]),
        "the data on the second sheet, a hidden list on the third",
        **account(salt, quiet=True),
    )
    sheets = {
        name: [["ID", "SALT"], *([c, "" if course[w] is None else course[w]] for c, course in salt.items())]
        for name, w in (("Baseline", 0), ("Week 8", 8), ("Week 16", 16), ("Week 24", 24))
    }
    cases.add("a_sheet_a_visit.xlsx", xlsx(sheets), "one sheet for each visit", **account(salt, quiet=True, layout="long"))
    start = {c: date(2025, 3, 3) + timedelta(days=11 * i) for i, c in enumerate(salt)}
    dated = [["ID", "First dose", "Visit", "SALT"]]
    for code, course in salt.items():
        dated += [
            [code, start[code], start[code] + timedelta(days=7 * w + (2 if w else 0)), v] for w, v in course.items() if v is not None
        ]  # type: ignore[list-item]
    cases.add("date_cells.xlsx", xlsx({"S": dated}), "visits as date cells", **account(salt, quiet=True, layout="dated"))


def _joined(cases: Cases) -> None:
    salt = courses(codes(6), WEEKS, 73)
    people = [
        ["Patient", "Sex", "Age", "AA type"],
        *([c, "FM"[i % 2], 30 + i, ["AT", "AU", "patchy"][i % 3]] for i, c in enumerate(salt)),
    ]
    visits = [["Patient", "Week", "SALT"], *([c, w, v] for c, course in salt.items() for w, v in course.items() if v is not None)]
    events = [["Patient", "Adverse event", "Grade"], ["P002", "acne", 1], ["P002", "folliculitis", 1], ["P005", "headache", 2]]
    want = {
        "quiet": True,
        "layout": "long",
        "facts": {
            "Sex": {"P001": "F"},
            "Age": {"P003": 32},
            "AA type": {"P002": "AU"},
            "adverse_event": {"P001": "no", "P002": "yes", "P005": "yes"},
        },
    }
    cases.add(
        "three_sheets.xlsx",
        xlsx({"Patients": people, "Visits": visits, "AE": events}),
        "patients, visits and adverse events on three sheets",
        **account(salt, **want),
    )
    as_text = {
        n: text([[str(c) for c in r] for r in rows]).encode()
        for n, rows in (("visits.csv", visits), ("patients.csv", people), ("ae.csv", events))
    }
    cases.add_several("three_files", as_text, "patients, visits and adverse events in three files", **account(salt, **want))
    wide = _typed(salt, ["Patient", "SALT_W0", "SALT_W8", "SALT_W16", "SALT_W24"])
    more = [*people, ["P099", "M", 50, "AU"]]
    files = {
        "salt.csv": text([[str(c) for c in r] for r in wide]).encode(),
        "people.csv": text([[str(c) for c in r] for r in more]).encode(),
    }
    cases.add_several(
        "stranger",
        files,
        "demographics list a patient without SALT",
        **account(salt, quiet=True, facts={"Age": {"P006": 35}}, problems=[{"level": "warning", "column": "Patient"}]),
    )


def _statistics(cases: Cases) -> None:
    import pyreadstat

    salt = courses(codes(6, "", 2), WEEKS, 74, decimals=1)
    frame = pd.DataFrame(
        {
            "pid": list(salt),
            "sex": [1.0, 2.0, 2.0, 1.0, 2.0, 2.0],
            "ad": [0.0, 1.0, 0.0, 0.0, 1.0, None],
            "v1": 0.0,
            "v2": 0.0,
            "v3": 0.0,
            "v4": 0.0,
        }
    )
    for name, week in zip(("v1", "v2", "v3", "v4"), WEEKS, strict=True):
        frame[name] = [float("nan") if c[week] is None else c[week] for c in salt.values()]
    labels = {
        "pid": "Patient number",
        "sex": "Sex",
        "ad": "History of atopic dermatitis",
        "v1": "SALT at baseline",
        "v2": "SALT week 8",
        "v3": "SALT week 16",
        "v4": "SALT week 24",
    }
    values = {"sex": {1: "male", 2: "female"}, "ad": {0: "no", 1: "yes"}}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        pyreadstat.write_sav(frame, str(path), column_labels=labels, variable_value_labels=values)
        cases.add(
            "spss.sav",
            path.read_bytes(),
            "SPSS: what a column is stands in its label, categories have value labels",
            **account(
                salt,
                quiet=True,
                columns={"id": "pid", "sex": "sex", "salt_w0": "v1", "salt_w24": "v4", "atopic_dermatitis": "ad"},
                facts={"sex": {"01": "male", "02": "female"}, "ad": {"02": "yes", "06": None}},
            ),
        )
        pyreadstat.write_dta(
            frame.rename(columns={"v1": "salt_w0", "v2": "salt_w8", "v3": "salt_w16", "v4": "salt_w24"}),
            str(path),
            variable_value_labels=values,
        )
        cases.add(
            "stata.dta", path.read_bytes(), "Stata with value labels", **account(salt, quiet=True, facts={"sex": {"01": "male"}})
        )
        transport = frame.rename(
            columns={"pid": "SUBJID", "sex": "SEX", "ad": "AD", "v1": "SALT_W0", "v2": "SALT_W8", "v3": "SALT_W16", "v4": "SALT_W24"}
        )
        pyreadstat.write_xport(transport, str(path), table_name="SALT")
        cases.add("sas.xpt", path.read_bytes(), "SAS transport", **account(salt, quiet=True, facts={"SEX": {"01": 1, "02": 2}}))
    wide = _typed(salt, ["id", "salt_w0", "salt_w8", "salt_w16", "salt_w24"])
    table = pd.DataFrame(wide[1:], columns=wide[0]).replace("", None)
    table[table.columns[1:]] = table[table.columns[1:]].astype(float)
    out = io.BytesIO()
    table.to_parquet(out, index=False)
    cases.add("table.parquet", out.getvalue(), "Parquet", **account(salt, quiet=True))
