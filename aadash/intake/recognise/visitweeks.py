"""The column of visits of a long file → weeks."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd

from aadash.intake.assemble.windowed import weeks_from_days
from aadash.intake.check.doubts import Doubts
from aadash.intake.mapping import ColumnMapping
from aadash.intake.model import KEEP, VisitWindow
from aadash.intake.recognise.visitcolumns import ASSUMED_STEP
from aadash.intake.recognise.visits import (
    WEEKS_PER_MONTH,
    WEEKS_PER_YEAR,
    Visit,
    hyphen_is_minus,
    may_be_months,
    parse_visit,
    to_week,
)
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

#: More different texts than a column of visits has, and more weeks than a course has (forty years).
MOST_TEXTS, MOST_WEEKS = 1000, 2080
_VISIT_WORDS = (
    "visit",
    "avisitn",
    "visitnum",
    "vis",
    "timepoint",
    "time point",
    "tp",
    "방문",
    "내원",
    "차수",
    "시점",
    "来院",
    "時点",
    "回",
)


def visit_weeks(
    table: Table, name: str, codes: np.ndarray, usable: np.ndarray, mapping: ColumnMapping, doubts: Doubts
) -> tuple[np.ndarray, tuple[VisitWindow, ...]]:
    """Week of each record as float, NaN where the visit has none (told); and the windows, where times were irregular."""
    column = table.columns[name]
    unit = unit_of(name, table.labels.get(name, ""))
    minus = hyphen_is_minus(column.distinct)
    read = {d: parse_visit(d, minus) for d in column.distinct if d.strip() and d.strip() not in mapping.visits}
    numbers = {d: v for d, v in read.items() if v is not None and v.unit == "number"}
    if not mapping.visits and _irregular(read, numbers, unit, codes, column.codes, column.distinct):
        factor = {"day": 1.0, "month": 365.25 / 12, "year": 365.25}.get(unit, 7.0)
        shift = 1.0 if fold(name) in ("ady", "study day") else 0.0
        days = column.numbers.values * factor
        days = np.where(days > 0, days - shift, days)
        return weeks_from_days(np.rint(days), codes, usable, table.rows, name, mapping, doubts)
    ordinal = _ordinals(name, read, numbers)
    weeks = np.full(len(column.distinct), np.nan)
    for i, text in enumerate(column.distinct):
        weeks[i] = _one(text, read.get(text), unit, ordinal, mapping)
    _one_schedule(weeks, read, codes, column, name, mapping, doubts)
    if ordinal:
        shown = ", ".join(f"{d.strip()!r} as week {int(w)}" for d, w in sorted(ordinal.items(), key=lambda kv: kv[1])[:8])
        doubts.report(
            "error",
            "visit_number",
            name,
            (),
            f'Column {name!r} numbers the visits without saying their weeks; "keep" '
            f"takes {shown}. Better: say which week each of them is.",
            (KEEP,),
        )
    elif numbers and unit == "" and not mapping.visits:
        found = {v.number for v in numbers.values()}
        asked = may_be_months(found)
        doubts.report(
            "error" if asked else "note",
            "unit_unknown",
            name,
            (),
            f"Column {name!r} holds numbers without a unit ({', '.join(f'{n:g}' for n in sorted(found)[:8])}); "
            + ('"keep" takes them as weeks. If they are months, say which week each is.' if asked else "they are taken as weeks."),
            (KEEP,) if asked else (),
        )
    return _tell(weeks, column.codes, column.distinct, read, ordinal, table.rows, name, mapping, doubts), ()


def no_visits(table: Table, name: str) -> str:
    """Why a column cannot be one of visits: it numbers the records, or holds codes; "" when it can."""
    column, unit = table.columns[name], unit_of(name, table.labels.get(name, ""))
    texts = [d for d in column.filled if not d.replace(".", "", 1).isdigit()]
    if len(texts) > MOST_TEXTS:
        what = f"{len(texts):,} different texts, such as {texts[0]!r} and {texts[-1]!r}"
    else:
        values = column.numbers.values[~np.isnan(column.numbers.values)]
        weeks = values * {"day": 1 / 7, "month": WEEKS_PER_MONTH, "year": WEEKS_PER_YEAR}.get(unit, 1.0)
        if not len(weeks) or np.median(weeks) <= MOST_WEEKS:
            return ""
        what = f"numbers such as {values[0]:.15g} and {values[-1]:.15g}"
        if (values > 25_000).all() and (values < 80_000).all():
            what += " (day numbers of a spreadsheet? Format the cells as dates)"
    return (
        f"Column {name!r} holds {what}: no visits of a course of treatment, but what tells records apart. "
        "Say which column holds the visit (its week, or its date)."
    )


def unit_of(name: str, label: str = "") -> str:
    """The unit that a visit column's name gives to bare numbers: "week", "month", "day", "year" or ""."""
    for text in (fold(name), fold(label)):
        if any(w in text for w in ("month", "개월", "か月", "月数", "月")) or text in ("mo", "mon", "m"):
            return "month"
        if any(w in text for w in ("day", "ady", "일수", "日数")) or text == "d":
            return "day"
        if any(w in text for w in ("year", "년", "年数")):
            return "year"
        if any(w in text for w in ("week", "wk", "주", "週")) or text == "w":
            return "week"
    return ""


def _one(text: str, visit: Visit | None, unit: str, ordinal: dict[str, int], mapping: ColumnMapping) -> float:
    bare = text.strip()
    if bare in mapping.visits:
        said = mapping.visits[bare]
        return np.nan if said is None else float(said)
    if text in ordinal:
        return float(ordinal[text])
    if visit is None:
        return np.nan
    if visit.unit == "before":
        return -1.0
    week = to_week(visit.number, unit or "week") if visit.unit == "number" else visit.week
    return np.nan if week is None else float(week)


def _one_schedule(
    weeks: np.ndarray,
    read: dict[str, Visit | None],
    codes: np.ndarray,
    column: Column,
    name: str,
    mapping: ColumnMapping,
    doubts: Doubts,
) -> None:
    """ "3 mo" of some patients beside "12 wk" of others is one visit: asked, and taken so. ``weeks`` of the texts is changed."""
    units = {i: v for i, d in enumerate(column.distinct) if (v := read.get(d)) is not None and d.strip() not in mapping.visits}
    by_week = {int(weeks[i]) for i, v in units.items() if v.unit == "week" and weeks[i] > 0}
    same: dict[int, int] = {}
    for i, visit in units.items():
        week = int(4 * visit.number) if visit.unit == "month" else 0
        if visit.unit == "month" and not np.isnan(weeks[i]) and week in by_week and int(weeks[i]) not in by_week and week != weeks[i]:
            theirs = set(codes[np.isin(column.codes, [j for j, v in units.items() if v.unit == "week" and weeks[j] == week])])
            if not theirs & set(codes[column.codes == i]):
                same[i] = week
    if not same:
        return
    shown = ", ".join(f"{column.distinct[i].strip()!r} as week {w}" for i, w in list(same.items())[:6])
    doubts.report(
        "error",
        "visit_units",
        name,
        (),
        f'Column {name!r} names visits in weeks and in months, and no patient has both of a pair; "keep" takes {shown}, as the '
        "visits that others have. Else say which week each of them is.",
        (KEEP,),
    )
    for i, week in same.items():
        weeks[i] = week


def _ordinals(name: str, read: dict[str, Visit | None], numbers: dict[str, Visit]) -> dict[str, int]:
    """Visits that are only numbered → assumed weeks; {} when the column says weeks."""
    named = {d: v for d, v in read.items() if v is not None and v.unit == "visit"}
    if not named and numbers and any(fold(name).startswith(w) for w in _VISIT_WORDS):
        found = sorted({v.number for v in numbers.values()})
        if len(found) > 1 and found[0] in (0, 1) and all(b - a == 1 for a, b in itertools.pairwise(found)):
            named = numbers
    if not named:
        return {}
    has_base = any(v is not None and v.week == 0 and v.unit != "number" for v in read.values())
    order = sorted({v.number for v in named.values()})
    return {d: ASSUMED_STEP * (order.index(v.number) + has_base) for d, v in named.items()}


def _irregular(
    read: dict[str, Visit | None], numbers: dict[str, Visit], unit: str, codes: np.ndarray, cell: np.ndarray, distinct: list[str]
) -> bool:
    """Times measured rather than scheduled: days that are no whole weeks, or far more numbers than a patient has visits."""
    others = sum(v is not None and v.unit not in ("number", "before") for v in read.values())
    if others or not numbers:
        return False
    if unit == "day" and any(v.number % 7 not in (0, 1) for v in numbers.values()):
        return True
    weeks = {to_week(v.number, unit or "week") for v in numbers.values()}
    per_patient = float(pd.Series(codes).value_counts().median())
    fractional = any(v.number != int(v.number) for v in numbers.values())
    return len(weeks) > max(2.0 * per_patient, per_patient + 4) or (fractional and len(weeks) > per_patient)


def _tell(
    weeks: np.ndarray,
    cell: np.ndarray,
    distinct: list[str],
    read: dict[str, Visit | None],
    ordinal: dict[str, int],
    rows: np.ndarray,
    name: str,
    mapping: ColumnMapping,
    doubts: Doubts,
) -> np.ndarray:
    """Report visits without a week, those before baseline, and conversions."""
    screening = [i for i, d in enumerate(distinct) if (v := read.get(d)) is not None and v.unit == "screening"]
    if screening and not (weeks == 0).any():
        weeks[screening] = 0.0
        at = rows[np.isin(cell, screening)]
        doubts.report(
            "warning",
            "baseline_guessed",
            name,
            at,
            f"Column {name!r}: there is no baseline visit; the screening visit is taken for it.",
        )
    for i, text in enumerate(distinct):
        bare, visit = text.strip(), read.get(text)
        if np.isnan(weeks[i]):
            at = rows[cell == i]
            said = bare in mapping.visits
            if not said:
                what = f"the visit {bare!r} has no week" if bare else "no visit is given"
                doubts.report("warning", "visit_unknown", name, at, f"Column {name!r}: {what}; not used ({rows_text(list(at))}).")
            doubts.record(at, name, bare, "", "left out, as you decided" if said else "a visit without a week")
        elif weeks[i] < 0:
            at = rows[cell == i]
            doubts.report(
                "warning",
                "before_baseline",
                name,
                at,
                f"Column {name!r}: the visit {bare!r} lies before baseline and is not used ({rows_text(list(at))}).",
            )
            doubts.record(at, name, bare, "", "a visit before baseline")
            weeks[i] = np.nan
        elif visit is not None and (visit.rounded or (visit.unit == "number" and weeks[i] != visit.number)) and weeks[i]:
            doubts.record(rows[cell == i], name, bare, f"week {weeks[i]:g}", "visits are counted in weeks")
    return weeks[cell]
