"""When an adverse event began: dates that stand beside it in a cell ("zoster, 2021-03-04" is one event), and a column that says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import numpy as np

from aadash.formatting import counted
from aadash.intake.assemble.dates import is_date_column, parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.months import month_of
from aadash.intake.recognise.visits import WEEKS_PER_MONTH, parse_visit
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold, rows_text

_DAY, _MONTH, _YEAR = r"(?:3[01]|[12]\d|0?[1-9])", r"(?:1[0-2]|0?[1-9])", r"(?:19|20)\d\d"
_NAME = r"(?<![^\W\d_])([^\W\d_]{3,10})\.?"
_DATE = re.compile(
    rf"(?<![\d.])(?:{_YEAR}\s?[-/.년年]\s?{_MONTH}(?:\s?[-/.월月]\s?{_DAY}(?:\s?[일日])?|\s?[월月]|(?![-/.\d]))"
    rf"|{_DAY}\s?[-/.]\s?{_MONTH}\s?[-/.]\s?(?:{_YEAR}|\d\d)|{_MONTH}/{_DAY}/(?:{_YEAR}|\d\d)"
    rf"|{_DAY}(?:st|nd|rd|th|\.)?[\s-](?:de\s)?{_NAME}[\s,-]+(?:de\s)?{_YEAR}"
    rf"|{_NAME}\s{_DAY}(?:st|nd|rd|th)?,?\s{_YEAR}|{_NAME}\s{_YEAR})(?![\d%])\.?",
    re.IGNORECASE,
)
#: What leads to a date, or from one date to another.
_LEAD = re.compile(
    r"(?:\s|^)(?:on|since|from|until|to|in|am|ab|seit|bis|vom|el|le|desde|dal|em)\s*$|\s*[~～]\s*$|\s[-–]\s*$", re.IGNORECASE
)
_BEFORE, _OPEN, _CLOSE = re.compile(r"\s*[,:;、，；/／]\s*$"), re.compile(r"\s*[(（\[]\s*$"), re.compile(r"\s*[)）\]]")
_SAYS_WEEK = re.compile(r"week|wk|woche|semana|semaine|settiman|주|週")
_SAYS_MONTH = re.compile(r"month|monat|mois|m[eê]s(?:es)?(?![a-z])|mesi|개월|か月|月")
_SAYS_DAY = re.compile(r"day|dy|(?<![a-z])(?:tag|d[ií]a|jour|giorno)|일|日")
_AFTER = re.compile(r"\s*(?::|[-–](?=\s)|발생|발현|発現|発症)?\s*")


def without_dates(cell: str, apart: re.Pattern[str]) -> tuple[str, list[str]]:
    """A cell without the dates beside its events, and these dates; ``apart`` is what sets two events apart.

    A cell of nothing but a date is left as it is: something happened then.

    >>> without_dates("zoster, 2021-03-04; acne (3 May 2021)", re.compile("[,;]"))
    ('zoster; acne', ['2021-03-04', '3 May 2021'])
    >>> without_dates("2021/3/4 zoster, 2021/5/6 acne", re.compile("[,;]"))[0], without_dates("2021-03-04", re.compile(","))
    ('zoster, acne', ('2021-03-04', []))
    """
    left, at, dates = "", 0, []
    for found in _dates(cell):
        dates.append(found[0].strip())
        left = _shortened(left + cell[at : found.start()])
        at, opened, close = found.end(), _OPEN.search(left), _CLOSE.match(cell, found.end())
        if opened and close:
            left, at = left[: opened.start()], close.end()
        first = not left.strip() or (not (opened and close) and bool(_OPEN.search(left)))
        if first and (between := apart.match(cell, at)):  # "2021-03-04 / acne", "acne (2021-03-04, grade 2)"
            at = between.end()
            continue
        follows = (apart.match(cell, at), _CLOSE.match(cell, at), _DATE.match(cell, at), _LEAD.match(cell[at : at + 3]))
        if at == len(cell) or any(follows):
            left = _BEFORE.sub("", left)
        else:
            at = after.end() if (after := _AFTER.match(cell, at)) else at
            if opened and (close := _CLOSE.match(cell, at)):
                left, at = left[: opened.start()], close.end()
            left += " " if left and not left.endswith(" ") and left[-1:] not in "([（" else ""
    rest = (left + cell[at:]).strip()
    return (rest, dates) if re.search(r"[^\W\d_]", rest) else (cell, [])


def _dates(cell: str) -> Iterator[re.Match[str]]:
    """The dates of a cell; "acne 2021" is none, and what follows it may be one."""
    found = _DATE.search(cell)
    while found is not None:
        names = [name for name in found.groups() if name]
        known = all(map(month_of, names))
        if known:
            yield found
        found = _DATE.search(cell, found.end() if known else found.start() + 1)


def _shortened(text: str) -> str:
    """``text`` without the word that led to a date."""
    return _LEAD.sub("", text)


def tell_dates(column: Column, rows: np.ndarray, name: str, strip: Callable[[str], tuple[str, list[str]]], doubts: Doubts) -> None:
    """Says which cells of events hold dates, which are not used: a cell does not say whether an event began or ended then."""
    dated = {d: dates for d in column.distinct if (dates := strip(d.strip())[1])}
    if not dated:
        return
    at = rows[column.where(set(dated))]
    first = next(iter(dated.values()))[0]
    doubts.record(at, name, ", ".join(x for dates in dated.values() for x in dates), "", "a date beside an adverse event")
    doubts.note(
        "event_dates",
        name,
        at,
        f"Column {name!r} has dates beside adverse events, such as {first!r} ({rows_text(list(map(int, at)))}); they are not part of "
        "the event's name, and not used. A sheet with one row per event and a column of dates gives the week of onset.",
    )


def _unit(folded: str) -> str:
    """The unit of time that a header names: "week", "month", "day" or ""."""
    units = (("week", _SAYS_WEEK), ("month", _SAYS_MONTH), ("day", _SAYS_DAY))
    return next((unit for unit, pattern in units if pattern.search(folded)), "")


def onset_of(table: Table, name: str | None, start: np.ndarray, doubts: Doubts, onset: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Days since the first dose, and weeks, of each event; NaN where the file does not say."""
    nothing = np.full(len(table), np.nan)
    if name is None:
        return nothing, nothing
    column, folded = table.columns[name], fold(name)
    if is_date_column(column):
        days = parse_dates(column).days - start
        lacking = ~column.blank & np.isnan(start)
        if lacking.any() and onset:
            text = (
                f"Column {name!r} gives dates, and of {counted(int(lacking.sum()), 'event')} the date of the first dose is not known: "
                "in which week they began is not known either. Give each patient's first dose in a column of its own."
            )
            doubts.report("warning", "event_start", name, table.rows[lacking], text)
        return days, nothing
    numbers = column.numbers.values
    if re.search(r"(?<![a-z])(?:a|ae)(?:st|en)dy(?![a-z])|study day", folded):
        return np.where(numbers > 0, numbers - 1, numbers), nothing
    if column.maybe_numeric and column.numeric_share > 0.5:
        unit = _unit(folded)
        if unit:
            return (numbers, nothing) if unit == "day" else (nothing, numbers * (WEEKS_PER_MONTH if unit == "month" else 1.0))
        doubts.report(
            "warning",
            "event_time",
            name,
            table.rows[~np.isnan(numbers)],
            f"Column {name!r} holds numbers and no unit, so when these events began or ended is not known. Name the unit in the "
            "header, such as 'Onset (week)' or 'Onset (day)'.",
        )
        return nothing, nothing
    visits = [parse_visit(d) for d in column.distinct]
    weeks = np.array([np.nan if v is None or v.week is None else float(v.week) for v in visits], dtype=float)
    return nothing, weeks[column.codes]
