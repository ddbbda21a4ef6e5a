"""Text to dates, in the orders and calendars that clinics use."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from datetime import date

import numpy as np

from aadash.intake.numbers import normal
from aadash.intake.recognise.months import month_of
from aadash.intake.tabulate.table import Column

#: How 03/04/2024 or 6.1.8 may be read; "era" is a year of Reiwa without its letter (6.1.8 is 2024-01-08).
ORDERS = ("ymd", "dmy", "mdy", "era")
#: The commoner habit first, where everything else is equal.
_HABIT = ("dmy", "mdy", "ymd", "era")
#: JAK inhibitors for alopecia areata: visits outside these years come from a misread order.
_YEARS = (date(2010, 1, 1).toordinal(), date(2039, 12, 31).toordinal())
_TIME = r"(?:[t\s,]+\d{1,2}(?::\d{2}){1,2}(?:\.\d+)?\s*(?:am|pm|z|[+-]\d{2}:?\d{2})?)?"
_ISO = re.compile(rf"^(\d{{4}})\s*[-/.년年]\s*(\d{{1,2}})\s*[-/.월月]\s*(\d{{1,2}})\s*[일日.]?(?:\s*\([^)]*\))?{_TIME}$")
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")
_THREE = re.compile(rf"^(\d{{1,2}})\s*[-/. ]\s*(\d{{1,2}})\s*[-/. ]\s*(\d{{4}}|\d{{1,2}})\.?{_TIME}$")
_NAMED = re.compile(rf"^(\d{{1,2}})[\s./-]*(?:de\s+)?([^\W\d_]{{3,10}})\.?[\s./,-]*(?:de\s+)?(\d{{4}}|\d{{2}}){_TIME}$")
_NAMED_FIRST = re.compile(rf"^([^\W\d_]{{3,10}})\.?[\s./-]*(\d{{1,2}})(?:st|nd|rd|th)?[\s./,-]+(\d{{4}}){_TIME}$")
_ERA = re.compile(r"^(明治|大正|昭和|平成|令和|[mtshr])\s*(\d{1,2}|元)\s*[年./-]\s*(\d{1,2})\s*[月./-]\s*(\d{1,2})\s*日?$")
_ERA_START = {
    "明治": 1867,
    "m": 1867,
    "大正": 1911,
    "t": 1911,
    "昭和": 1925,
    "s": 1925,
    "平成": 1988,
    "h": 1988,
    "令和": 2018,
    "r": 2018,
}
_REIWA = 2018
#: "2024-W05", "2024W05-3", "W05 2024", "KW 5/2024", "2024年第5週": year and week, and a day of the week.
_ISO_WEEK = re.compile(
    r"^(?P<y>\d{4})\s*(?:[-/. ]?\s*(?:w|kw|week)\s*|[년年]\s*(?:第|제)?\s*)(?P<w>\d{1,2})\s*(?:주차?|週目?)?(?:\s*-\s*(?P<d>[1-7]))?$"
)
_WEEK_ISO = re.compile(r"^(?:w|kw|week)\s*(?P<w>\d{1,2})\s*[-/. ,]\s*(?P<y>\d{4})(?P<d>)$")
#: "2024-01", "2024.1", "2024년 1월": a month without a day.
_MONTH = re.compile(r"^(20[0-3]\d)\s*[-/.년年]\s*(0?[1-9]|1[0-2])\s*[월月.]?$")
_NAMED_MONTH = re.compile(r"^([^\W\d_]{3,10})\.?[\s./,-]*(?:de\s+)?(20[0-3]\d)$")
_MIDDLE = 15
_SERIAL = re.compile(r"^([2-6]\d{4})(?:\.\d+)?$")
_EXCEL_DAY_0 = date(1899, 12, 30).toordinal()


@dataclass(frozen=True, eq=False)
class Dates:
    """A column as dates: ``days`` are day numbers (NaN where there is none), ``order`` how 03/04/2024 was read.

    ``ambiguous`` says that another order would do as well; ``bad`` are positions of filled cells that are no date;
    ``serial`` positions of spreadsheet day numbers, ``era`` of years of Reiwa without their letter, ``weeks`` of ISO weeks (their
    Monday unless the day is given), ``months`` of months without a day (their 15th).
    """

    days: np.ndarray
    order: str
    ambiguous: bool
    bad: np.ndarray
    serial: np.ndarray
    era: np.ndarray
    weeks: np.ndarray
    months: np.ndarray


def parse_dates(column: Column, order: str = "") -> Dates:
    """Read a column of dates.

    ``order`` settles what 03/04/2024 is; else it is the order in which most cells are dates, in years that can be, and
    closest together.
    """
    plain = [normal(d) for d in column.distinct]
    options = [_options(p) for p in plain]
    if any(_ERA.match(p) for p in plain) and all("era" in o or "" in o for o in options if o):
        options = [{"era": o["era"]} if "era" in o else o for o in options]  # the letter on the others settles it
    used = {o for opts in options for o in opts if o in ORDERS}
    possible = [o for o in ORDERS if o in used and all(o in opts for opts in options if opts and "" not in opts)]
    partial = [o for o in ORDERS if o in used]
    possible = _near_whole(options, possible)
    chosen = order if order in ORDERS else ""
    if not chosen and partial:
        chosen = min(
            possible or partial, key=lambda o: (_missing(options, o), _odd_years(options, o), _span(options, o), _HABIT.index(o))
        )
    values = np.array([_pick(opts, chosen) for opts in options], dtype=float)
    era = np.array(["era" in o for o in options], dtype=bool) & (chosen == "era")
    if chosen != "era" and (~np.isnan(values)).any():
        near = (np.nanmin(values) - 400, np.nanmax(values) + 400)
        for i in np.flatnonzero(np.isnan(values)):
            if near[0] <= options[i].get("era", np.nan) <= near[1]:
                values[i], era[i] = options[i]["era"], True
    serial = np.array([bool(_SERIAL.match(p)) and v == v for p, v in zip(plain, values, strict=True)], dtype=bool)
    bad = np.isnan(values) & np.array([bool(p) for p in plain], dtype=bool)
    codes = column.codes
    several = not order and len({tuple(_pick(o, k) for o in options) for k in possible}) > 1
    iso = np.array([bool(_ISO_WEEK.match(p) or _WEEK_ISO.match(p)) for p in plain], dtype=bool)
    month = np.array([bool(_MONTH.match(p) or _NAMED_MONTH.match(p)) for p in plain], dtype=bool)
    at = (np.flatnonzero(kind[codes]) for kind in (bad, serial, era, iso, month))
    return Dates(values[codes], chosen, several, *at)


def _near_whole(options: list[dict[str, float]], possible: list[str]) -> list[str]:
    """The orders in which every cell is near the column's whole dates (2024-12-23), where some are and others are not."""
    whole = [o[""] for o in options if "" in o]
    if len(whole) < 2 or len(possible) < 2:
        return possible
    low, high = min(whole) - 400, max(whole) + 400
    fit = [k for k in possible if all(low <= o[k] <= high for o in options if k in o)]
    return fit or possible


def unsure(column: Column) -> str:
    """The first cell that is a date in more than one order; "" where there is none."""
    return next((t for t in column.filled if len(_options(normal(t))) > 1), "")


def half_converted(column: Column) -> dict[str, str]:
    """Cells of which a spreadsheet program swapped day and month: content → content as it was typed.

    True dates (2021-11-03) that all have a day up to 12, beside text dates (26/08/2021) that all have one above 12: the program
    took what fitted its own order for dates and left the rest as text. {} for any other column.
    """
    true, typed = [], []
    for text in column.filled:
        plain = normal(text)
        found = _ISO.match(plain)
        if found:
            true.append((text, tuple(map(int, found.groups()))))
            continue
        options = _options(plain)
        if "" not in options and options:
            typed.append(set(options))
        elif plain:
            return {}
    if len(true) < 2 or len(typed) < 2 or any(day > 12 for _, (_, _, day) in true):
        return {}
    orders = set.intersection(*typed)
    if orders not in ({"dmy"}, {"mdy"}) or any(len(t) > 1 for t in typed):
        return {}
    return {text: f"{year:04d}-{day:02d}-{month:02d}" for text, (year, month, day) in true}


def is_date_column(column: Column) -> bool:
    """At least 70 % of the filled cells are dates (plain numbers do not count)."""
    if column.dated is None:
        column.dated = _dated(column)
    return column.dated


def _dated(column: Column) -> bool:
    sample = column.filled[:200]
    if column.plain is not None and not any(len(d) == 8 or (d[:2] == "20" and "." in d) for d in sample):
        return False  # of plain numbers only 20240131 and 2024.1 may be dates
    others = (d for d in map(normal, sample) if _SERIAL.match(d) or not _options(d))
    too_many = int(0.3 * len(sample)) + 1  # so many that are no dates settle it
    return bool(sample) and sum(1 for _ in itertools.islice(others, too_many)) <= 0.3 * len(sample)


def _options(text: str) -> dict[str, float]:
    """Order → day number; a single entry "" for a date that needs no order."""
    if len(text) > 64:
        return {}
    found = _ISO.match(text) or _COMPACT.match(text)
    if found:
        return _only(_day(*map(int, found.groups())))
    found = _ISO_WEEK.match(text) or _WEEK_ISO.match(text)
    if found:
        return _only(_week_day(int(found["y"]), int(found["w"]), int(found["d"] or 1)))
    found = _MONTH.match(text)
    if found:
        return _only(_day(int(found.group(1)), int(found.group(2)), _MIDDLE))
    found = _NAMED_MONTH.match(text)
    if found and month_of(found.group(1)):
        return _only(_day(int(found.group(2)), month_of(found.group(1)), _MIDDLE))
    found = _ERA.match(text)
    if found:
        year = _ERA_START[found.group(1)] + (1 if found.group(2) == "元" else int(found.group(2)))
        return _only(_day(year, int(found.group(3)), int(found.group(4))))
    found = _NAMED.match(text)
    if found and month_of(found.group(2)):
        return _only(_day(_year(found.group(3)), month_of(found.group(2)), int(found.group(1))))
    found = _NAMED_FIRST.match(text)
    if found and month_of(found.group(1)):
        return _only(_day(int(found.group(3)), month_of(found.group(1)), int(found.group(2))))
    found = _THREE.match(text)
    if found:
        a, b, c = found.groups()
        out = {} if len(c) == 1 else {"dmy": _day(_year(c), int(b), int(a)), "mdy": _day(_year(c), int(a), int(b))}
        if len(a) == 2 and len(c) <= 2:
            out["ymd"] = _day(_year(a), int(b), int(c))
        if len(a) == 1 and len(c) <= 2:
            out["era"] = _day(_REIWA + int(a), int(b), int(c)) if int(a) else None
        valid = {k: v for k, v in out.items() if v is not None}
        return valid
    found = _SERIAL.match(text)
    return _only(float(_EXCEL_DAY_0 + int(found.group(1)))) if found else {}


def _only(day: float | None) -> dict[str, float]:
    return {} if day is None else {"": day}


def _day(year: int, month: int, day: int) -> float | None:
    try:
        return float(date(year, month, day).toordinal())
    except ValueError:
        return None


def _week_day(year: int, week: int, day: int) -> float | None:
    try:
        return float(date.fromisocalendar(year, week, day).toordinal())
    except ValueError:
        return None


def _year(text: str) -> int:
    """Two digits: up to 49 are of this century."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 50 else 1900)


def _pick(options: dict[str, float], order: str) -> float:
    if not options:
        return float("nan")
    return options.get(order, options.get("", float("nan")))


def _missing(options: list[dict[str, float]], order: str) -> float:
    """Cells that are no date in this order; half where a year of Reiwa without its letter may stand among other years."""
    lacking = [o for o in options if o and order not in o and "" not in o]
    return sum(0.5 if order == "ymd" and "era" in o else 1.0 for o in lacking)


def _odd_years(options: list[dict[str, float]], order: str) -> int:
    return sum(not _YEARS[0] <= v <= _YEARS[1] for v in (_pick(o, order) for o in options) if v == v)


def _span(options: list[dict[str, float]], order: str) -> float:
    days = [v for v in (_pick(o, order) for o in options) if v == v]
    return max(days) - min(days) if days else 0.0
