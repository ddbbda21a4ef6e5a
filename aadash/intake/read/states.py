"""What sheets say of their cells beside the values, and how it is told: percentages, errors, hidden, struck through, comments."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

from aadash.formatting import counted
from aadash.intake.read.grid import Note
from aadash.intake.text import rows_text

#: Contents of a cell that say that a formula failed.
ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")


def letters(column: int) -> str:
    """Spreadsheet letters of a column counted from 0: 0 → A, 26 → AA."""
    out, rest = "", column + 1
    while rest:
        rest, place = divmod(rest - 1, 26)
        out = chr(65 + place) + out
    return out


def place(row: int, column: int) -> str:
    """ "B3" of a row and column counted from 0."""
    return f"{letters(column)}{row + 1}"


@dataclass
class States:
    """Cells ("B3") and rows (from 1) of one sheet in each state; ``columns`` says that columns are hidden."""

    percent: list[str] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    empty_formulas: list[str] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)

    def notes(self) -> list[Note]:
        """One note for each kind of state that occurs."""
        out: list[Note] = []
        if self.percent:
            text = f"Shown as percentages in {_listed(self.percent)}: the number shown is read (30 % is 30, where the cell holds 0.3)."
            out.append(("warning", "percent_cells", "", text))
        if self.struck:
            out.append(("warning", "struck_through", "", f"Struck through in {_listed(self.struck)}: read like the others."))
        if self.comments:
            text = f"Comments in {_listed(self.comments)} are not read: look at what they say."
            out.append(("warning", "cell_comments", "", text))
        if self.empty_formulas:
            text = (
                f"Formulas without a stored result in {_listed(self.empty_formulas)}: missing here. Open the file in a spreadsheet "
                "program, save it, and upload it again."
            )
            out.append(("warning", "formula_without_result", "", text))
        if self.hidden_rows:
            n = len(self.hidden_rows)
            out.append(
                (
                    "warning",
                    "hidden_cells",
                    "",
                    f"{n} row{'s are' if n > 1 else ' is'} hidden or filtered out in the sheet ({rows_text(self.hidden_rows)}); "
                    f"{'they are' if n > 1 else 'it is'} read like the others.",
                )
            )
        if self.hidden_columns:
            shown = ", ".join(self.hidden_columns[:8])
            columns = counted(len(self.hidden_columns), "column")
            out.append(("warning", "hidden_cells", "", f"Hidden in the sheet and read like the others: {columns} ({shown})."))
        return out


def shows_percent(code: str) -> bool:
    """Whether a number format multiplies by 100: a "%" in quotes or after a backslash is only written behind the number.

    >>> [shows_percent(c) for c in ("0%", "0.0 %", '0.0"%"', "0&quot;%&quot;", "0\\\\%", "General")]
    [True, True, False, False, False, False]
    """
    return "%" in re.sub(r'"[^"]*"?|\\.', "", html.unescape(code))


def percent(text: str) -> str | None:
    """The number that a percentage shows: "0.3" → "30"; None for no number."""
    try:
        return f"{round(100 * float(text), 8):.15g}"
    except ValueError:
        return None


def _listed(cells: list[str]) -> str:
    """ "cell B2", "cells B2, B3 and 17 more"."""
    if len(cells) == 1:
        return f"cell {cells[0]}"
    return f"cells {', '.join(cells[:8])}" + (f" and {len(cells) - 8} more" if len(cells) > 8 else "")
