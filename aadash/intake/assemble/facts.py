"""Baseline facts: columns of the file that are no visits, typed, under their own names."""

from __future__ import annotations

import re
import unicodedata

import numpy as np
import pandas as pd

from aadash.cohort import ROLES
from aadash.formatting import counted
from aadash.intake.assemble.visitvalues import by_content, decimal_comma, quote
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING
from aadash.intake.numbers import NOT_KNOWN, PLAIN_MISSING, normal
from aadash.intake.read.states import ERRORS
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.privacy import scrub
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import rows_text
from aadash.later import known_later
from aadash.subtypes import unit_of_time

FACT_ROLES = ("fact", *ROLES)
_NUMERIC_ROLES = ("age", "age_at_onset", "duration")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?", re.ASCII)
_ZEROS = re.compile(r"[-+]?0\d")
_THOUSANDS = re.compile(r"^[-+]?\d{1,3}(?:,\d{3})+$", re.ASCII)
_YEARS = re.compile(r"^(\d+(?:\.\d+)?)\s*(?:y|yr|yrs|years?|y/?o|years? old|세|살|歳|才|a|a[nñ]os?|ans?|anni|jahre?|j|ya[sş])\.?$")


_SPAN = re.compile(
    r"^(?:(\d+(?:\.\d+)?)\s*(?:년|年|years?|yrs?|y|jahre?|j|ans?|a[nñ]os?|ann[oi]|y[ıi]l|sene)\s*(?:and|und|et|y|e)?\s*)?"
    r"(?:(\d+(?:\.\d+)?)\s*(?:개월|달|か月|ヶ月|カ月|ケ月|ヵ月|months?|mths?|mos?|m|monate?|mois|mes(?:es)?|mes[ei]|m[eê]s|ay)\s*)?(?:전|前|間|간)?$"
)


def read_facts(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> tuple[pd.DataFrame, np.ndarray]:
    """The facts of every record, in the order of the file, and the records whose patient the user left out."""
    out: dict[str, pd.Series] = {}
    excluded = np.zeros(len(table), dtype=bool)
    for guess in known.guesses:
        if guess.role not in FACT_ROLES:
            continue
        column = table.columns[guess.column]
        said = mapping.columns.get(guess.column)
        if said is not None and said.values:
            column = _renamed(column, table.rows, guess.column, dict(said.values), doubts)
        out[guess.column], gone = typed_fact(column, table.rows, guess.column, guess.role, doubts)
        excluded |= gone
    return pd.DataFrame(out, index=pd.RangeIndex(len(table))), excluded


def fact_roles(known: Recognised) -> dict[str, str]:
    """Role → column, for the facts that play one; the first of several."""
    out: dict[str, str] = {}
    for guess in known.guesses:
        if guess.role in ROLES:
            out.setdefault(guess.role, guess.column)
    return out


def typed_fact(column: Column, rows: np.ndarray, name: str, role: str, doubts: Doubts) -> tuple[pd.Series, np.ndarray]:
    """One fact, typed: numbers where every cell that is not missing is a number, else text.

    Whole numbers without a gap are int64, other numbers float64, text the string type; codes with leading zeros ("007")
    stay text. A column of numbers with a few cells of text (at most a fifth; always for an age or a duration) is read
    as numbers and those cells are asked about. Also returns the records whose patient the user left out.
    """
    column = _durations(column, rows, name, doubts) if role == "duration" else column
    bare, plain = column.bare, column.plain
    failed = [] if plain is not None else [b for b in dict.fromkeys(bare) if b.upper() in ERRORS]
    gone = np.isnan(plain) if plain is not None else _says_nothing(bare, failed, None if known_later(name) else NOT_KNOWN)
    if failed:
        at = rows[column.where(set(failed))]
        held = ", ".join(map(repr, failed[:4]))
        text = f"Column {name!r} holds {held}, a formula that failed; read as missing ({rows_text(list(at))})."
        doubts.report("warning", "error_cell", name, at, text)
    words = sorted({b for b, g in zip(bare, gone, strict=True) if g and b})
    excluded = np.zeros(len(column), dtype=bool)
    told = [w for w in words if _plain(w) in NOT_KNOWN]
    if told:
        at = rows[column.where(set(told))]
        doubts.note(
            "not_known",
            name,
            at,
            f"Column {name!r} says {', '.join(map(repr, told[:4]))} in {counted(len(at), 'row')}: read as not known, and left out of "
            "percentages. To have it as a level, give it another name.",
        )
    if words:
        doubts.record(rows[column.where(set(words))], name, ", ".join(words), "", "stands for a missing value")
    trimmed = np.flatnonzero(np.array([b != d and bool(b) for b, d in zip(bare, column.distinct, strict=True)])[column.codes])
    if len(trimmed):
        doubts.record(rows[trimmed], name, "white space around the text", "without it", "white space is no content")
    table = plain if plain is not None else np.array([np.nan if g else _number(b, role) for b, g in zip(bare, gone, strict=True)])
    values, filled = table[column.codes], ~gone[column.codes]
    good = filled & ~np.isnan(values)
    few = 0.5 if role in _NUMERIC_ROLES else 0.2
    numeric = (
        bool(good.any())
        and (filled & ~good).sum() <= few * filled.sum()
        and (
            (good == filled).all()
            or (
                role not in ("sex", "subtype", "drug", "adverse_event", "centre", "atopic_dermatitis", "ivmp")
                and len(set(values[good].tolist())) >= 3
            )
        )
    )
    if numeric and not _coded(bare, gone):
        values = values if plain is not None else _odd_cells(column, rows, name, role, values, filled & ~good, excluded, doubts)
        whole = (
            filled.all()
            and not np.isnan(values).any()
            and bool((values == np.rint(values)).all())
            and bool((np.abs(values) < 2**53).all())
        )
        return pd.Series(values.astype(np.int64) if whole else values), excluded
    if not _coded(bare, gone) and 2 * good.sum() >= filled.sum() and len(set(values[good].tolist())) >= 3:
        _mixed(column, rows, name, filled & ~good, int(good.sum()), doubts)
    labels = np.array([None if g else b for b, g in zip(bare, gone, strict=True)], dtype=object)
    return pd.Series(labels[column.codes], dtype="str"), excluded


def _mixed(column: Column, rows: np.ndarray, name: str, odd: np.ndarray, numbers: int, doubts: Doubts) -> None:
    """More texts among the numbers than are asked about one by one: the column stays text, and that is told."""
    where = np.flatnonzero(odd)
    if len(where):
        doubts.report(
            "warning",
            "numbers_and_texts",
            name,
            rows[where],
            f"Column {name!r} holds {numbers} numbers and {counted(len(where), 'text')} ({quote(column, where)}): read as text, "
            "each as a level of its own. To read it as numbers, rename each text to a number, or correct the file.",
        )


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _says_nothing(bare: list[str], failed: list[str], not_known: frozenset[str] | None) -> np.ndarray:
    """Which contents are blank, a failed formula, a word for a missing value or one of ``not_known``. Of what came later "unknown" is
    a value: a drug that was stopped for an unknown reason was stopped."""
    words = PLAIN_MISSING | (not_known or frozenset())
    return np.array([not b or b in failed or _plain(b) in words for b in bare], dtype=bool)


def _durations(column: Column, rows: np.ndarray, name: str, doubts: Doubts) -> Column:
    """Durations with their units in the cell ("3년 6개월", "18 months") as years, or months where the header says so.

    Only where half of the cells have a unit or more, and no bare number stands among them whose unit the header does not say; what
    is left ("childhood", "> 10 y") is asked about, as texts in a column of numbers are.
    """
    header = unit_of_time(name)
    read: dict[str, float] = {}
    odd = 0
    for text in column.filled:
        found = _SPAN.match(normal(text))
        if found and found.group() and any(found.groups()):
            years = float(found.group(1) or 0) + float(found.group(2) or 0) / 12
            read[text] = 12 * years if header == "months" else years
        elif _NUMBER.fullmatch(normal(text)):
            if not header:
                return column
        elif normal(text) not in PLAIN_MISSING | NOT_KNOWN:
            odd += len(column.where({text}))
    if not read or odd > len(column.where(set(read))):
        return column
    first = next(iter(read))
    unit = "months" if header == "months" else "years"
    at = rows[column.where(set(read))]
    doubts.note(
        "duration_units",
        name,
        at,
        f"Column {name!r} holds units: read in {unit} ({first!r} is {read[first]:g}, {rows_text(list(at))}).",
    )
    for text, value in read.items():
        doubts.record(rows[column.where({text})], name, text, f"{value:g}", f"in {unit}")
    return column.replaced({t: f"{v:.6g}" for t, v in read.items()})


def _coded(bare: list[str], gone: np.ndarray) -> bool:
    """Numbers with leading zeros are codes."""
    return any(_ZEROS.match(b) for b, g in zip(bare, gone.tolist(), strict=True) if not g and b[0] in "+-0")


def _number(text: str, role: str) -> float:
    plain = normal(text)
    if re.fullmatch(r"[-+]?\d{1,9},\d+", plain) and not _THOUSANDS.match(plain):
        plain = plain.replace(",", ".")
    if role in ("age", "age_at_onset"):
        found = _YEARS.match(plain)
        plain = found.group(1) if found else plain
    if not _NUMBER.fullmatch(plain):
        return np.nan
    value = float(plain)
    return value if np.isfinite(value) else np.nan


def _odd_cells(
    column: Column, rows: np.ndarray, name: str, role: str, values: np.ndarray, odd: np.ndarray, excluded: np.ndarray, doubts: Doubts
) -> np.ndarray:
    """Cells of text in a column of numbers: missing unless decided otherwise; numbers in another dress are told."""
    other = np.array([not _NUMBER.fullmatch(d.strip().lower()) for d in column.distinct], dtype=bool)
    dressed = other[column.codes] & ~np.isnan(values)
    where = np.flatnonzero(dressed)
    if len(where):
        told = []
        for text, at in by_content(column, where):
            comma = bool(re.fullmatch(r"\s*[-+]?\d+,\d+\s*", text))
            doubts.record(rows[at], name, text, f"{values[at[0]]:g}", "decimal comma" if comma else "written in another form")
            if comma:
                decimal_comma(text, values[at[0]], name, rows[at], doubts)
            else:
                told.append(at)
        if told:
            at = np.sort(np.concatenate(told))
            doubts.note(
                "interpreted",
                name,
                rows[at],
                f"Column {name!r} holds {quote(column, at)}, read as a number ({rows_text(list(rows[at]))}).",
            )
    where = np.flatnonzero(odd)
    if len(where):
        chosen = doubts.report(
            "warning",
            "fact_not_a_number",
            name,
            rows[where],
            f"Column {name!r} holds {quote(column, where)} "
            f"where the other cells are numbers; read as missing ({rows_text(list(rows[where]))}).",
            (SET_MISSING, EXCLUDE),
        )
        for i, action in zip(where, chosen, strict=True):
            excluded[i] = action == EXCLUDE
            doubts.record([rows[i]], name, scrub(column.cells[i]), "", "no number in a column of numbers")
    return values


def _renamed(column: Column, rows: np.ndarray, name: str, renames: dict[str, str], doubts: Doubts) -> Column:
    for text, new in renames.items():
        at = column.where({text})
        if len(at):
            doubts.record(rows[at], name, text, new, "renamed, as you decided")
    return column.replaced(renames)


__all__ = ["FACT_ROLES", "KEEP", "fact_roles", "read_facts", "typed_fact"]
