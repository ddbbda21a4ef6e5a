"""Tables as an Excel workbook: one sheet a table, texts that stay texts, numbers that stay numbers.

XlsxWriter is loaded when a workbook is made. No text becomes a formula or a link, whatever it begins with.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import pandas as pd

from aadash.language import say
from aadash.report.lines import lines

#: Rows and columns that a sheet of Excel holds.
MAX_ROWS, MAX_COLUMNS = 1_048_576, 16_384
_MAX_TEXT = 32_767


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet: ``frame`` is a printed table of text, or with ``numbers`` a tidy frame at full precision."""

    name: str
    frame: pd.DataFrame
    title: str = ""
    notes: Sequence[str] = ()
    numbers: bool = False


def workbook(sheets: Sequence[Sheet], stamp: datetime | None = None, properties: Mapping[str, str] | None = None) -> bytes:
    """The sheets as .xlsx, a list of them first. The same sheets and ``stamp`` give the same bytes."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book = xlsxwriter.Workbook(out, {**options, "nan_inf_to_errors": False})
    created = (stamp or datetime(2000, 1, 1)).replace(tzinfo=None, microsecond=0)
    book.set_properties({"author": "AAdash", "created": created, **(properties or {})})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "bottom", "top": 2, "bottom": 1})
    plain, strong = book.add_format({"valign": "top"}), book.add_format({"bold": True})
    shifted = [book.add_format({"valign": "top", "indent": i}) for i in range(6)]
    first, *names = sheet_names([say("Contents"), *(s.name for s in sheets)])
    contents = book.add_worksheet(first)
    contents.set_column(0, 0, 28)
    contents.set_column(1, 1, 90)
    for i, (name, sheet) in enumerate(zip(names, sheets, strict=True)):
        contents.write_string(i, 0, name)
        contents.write_string(i, 1, _text(sheet.title))
    for name, sheet in zip(names, sheets, strict=True):
        page = book.add_worksheet(name)
        if sheet.frame.shape[0] + 4 > MAX_ROWS or sheet.frame.shape[1] > MAX_COLUMNS:
            page.write_string(0, 0, say(f"{sheet.frame.shape[0]} rows do not fit on a sheet; they are in the CSV file."))
            continue
        top = 0
        if sheet.title:
            page.write_string(0, 0, _text(sheet.title), strong)
            top = 2
        for j, column in enumerate(sheet.frame.columns):
            page.write_string(top, j, _text(str(column)), bold)
        page.freeze_panes(top + 1, 1)
        if sheet.numbers:
            _numbers(page, sheet.frame, top + 1)
        else:
            for i, line in enumerate(lines(sheet.frame), start=top + 1):
                for j, cell in enumerate(line.cells):
                    shape = strong if line.section else shifted[min(line.indent, 5)] if j == 0 else plain
                    page.write_string(i, j, _text(cell), shape)
        for k, note in enumerate(sheet.notes):
            page.write_string(top + 2 + len(sheet.frame) + k, 0, _text(note))
        _fit(page, sheet.frame)
    book.close()
    return out.getvalue()


def sheet_names(wanted: Sequence[str]) -> list[str]:
    """Names that Excel takes: at most 31 characters, none of []:*?/\\, no apostrophe at an end, none twice, none reserved."""
    out: list[str] = []
    taken = {"history"}
    for name in wanted:
        base = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31].strip(" '") or "Sheet"
        made, i = base, 2
        while made.lower() in taken:
            end = f" {i}"
            made, i = base[: 31 - len(end)].rstrip() + end, i + 1
        taken.add(made.lower())
        out.append(made)
    return out


def _numbers(page: object, frame: pd.DataFrame, top: int) -> None:
    write_number, write_string = page.write_number, page.write_string  # type: ignore[attr-defined]
    for j in range(frame.shape[1]):
        for i, value in enumerate(frame.iloc[:, j].tolist(), start=top):
            if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
                continue
            if isinstance(value, (int, float)) and not isinstance(value, bool) and np.isfinite(value):
                write_number(i, j, value)
            else:
                write_string(i, j, _text(str(value)))


def _fit(page: object, frame: pd.DataFrame) -> None:
    for j, column in enumerate(frame.columns):
        longest = max([len(str(column)) // 2, *(len(str(v)) for v in frame.iloc[:200, j])], default=8)
        page.set_column(j, j, min(max(longest + 2, 8), 60))  # type: ignore[attr-defined]


def _text(value: str) -> str:
    return re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", "�", value)[:_MAX_TEXT]
