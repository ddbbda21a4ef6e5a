"""What sheets say of their cells beside the values, and how it is told: percentages, errors, hidden, struck through, comments."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field

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
        for code, cells, text in (
            (
                "percent_cells",
                self.percent,
                "are shown as percentages: the number shown is read (30 % is 30, where the cell holds 0.3).",
            ),
            ("struck_through", self.struck, "are struck through; they are read like the others."),
            ("cell_comments", self.comments, "have comments, which are not read: look at what they say."),
            (
                "formula_without_result",
                self.empty_formulas,
                "hold a formula without a stored result: missing here. Open the file in a spreadsheet program, save it, and upload it "
                "again.",
            ),
        ):
            if cells:
                out.append(("warning", code, "", f"Cells {_listed(cells)} {text}"))
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
            out.append(("warning", "hidden_cells", "", f"Columns are hidden in the sheet ({shown}); they are read like the others."))
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
    return ", ".join(cells[:8]) + (f" and {len(cells) - 8} more" if len(cells) > 8 else "")
