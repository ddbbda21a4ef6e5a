"""What an old workbook (.xls) says of its cells beside their values. xlrd reads its formats, which calamine leaves aside."""

from __future__ import annotations

import os
from typing import Any

from aadash.intake.read.states import States, letters, percent, place, shows_percent

#: A larger workbook is not looked at: no clinic's.
_MOST_BYTES = 20_000_000
_ERROR = 5


def old_states(data: bytes, sheets: dict[str, list[list[str]]]) -> dict[str, States]:
    """Put displayed percentages, leading zeros and errors into the cells, and say what else the sheets tell of them."""
    if len(data) > _MOST_BYTES:
        return {}
    import xlrd

    out: dict[str, States] = {}
    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            book: Any = xlrd.open_workbook(file_contents=data, formatting_info=True, logfile=nowhere)
        for sheet in book.sheets():
            if sheet.name in sheets:
                out[sheet.name] = _states(book, sheet, sheets[sheet.name])
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except Exception:  # the values were read by another reader; a damaged format table costs its notes only
        return out
    return out


def _states(book: Any, sheet: Any, rows: list[list[str]]) -> States:
    states = States()
    percents, zeros, struck = _formats(book)
    for r in range(min(sheet.nrows, len(rows))):
        info = sheet.rowinfo_map.get(r)
        if info is not None and info.hidden and any(rows[r]):
            states.hidden_rows.append(r + 1)
        for c in range(min(sheet.row_len(r), len(rows[r]))):
            cell = sheet.cell(r, c)
            if cell.ctype == _ERROR and not rows[r][c]:
                rows[r][c] = _error(cell.value)
            if not rows[r][c]:
                continue
            style = cell.xf_index
            if style in percents and (value := percent(rows[r][c])) is not None:
                rows[r][c] = value
                states.percent.append(place(r, c))
            if style in zeros and rows[r][c].isdigit():
                rows[r][c] = rows[r][c].zfill(zeros[style])
            if style in struck:
                states.struck.append(place(r, c))
    width = max(map(len, rows), default=0)
    states.hidden_columns = [letters(c) for c, info in sorted(sheet.colinfo_map.items()) if info.hidden and c < width]
    states.comments = [place(r, c) for r, c in sorted(sheet.cell_note_map)]
    return states


def _formats(book: Any) -> tuple[set[int], dict[int, int], set[int]]:
    """Styles that show percentages, those with leading zeros (style → digits), those struck through."""
    percents: set[int] = set()
    zeros: dict[int, int] = {}
    struck: set[int] = set()
    for i, style in enumerate(book.xf_list):
        code = book.format_map[style.format_key].format_str if style.format_key in book.format_map else ""
        if shows_percent(code):
            percents.add(i)
        if len(code) > 1 and set(code) == {"0"}:
            zeros[i] = len(code)
        if book.font_list[style.font_index].struck_out:
            struck.add(i)
    return percents, zeros, struck


def _error(code: int) -> str:
    import xlrd

    return str(xlrd.error_text_from_code.get(code, "#N/A"))


__all__ = ["old_states"]
