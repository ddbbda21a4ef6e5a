"""Visits whose date stands in the header ("SALT 2024-03-05"): one column a calendar date → one record a patient and date."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date

import numpy as np

from aadash.intake.assemble.dates import ORDERS, Dates, is_date_column, parse_dates
from aadash.intake.check.doubts import Doubts
from aadash.intake.model import KEEP
from aadash.intake.recognise.headers import measure_of, role_of
from aadash.intake.recognise.patterns import SALT, says_worked_out
from aadash.intake.recognise.scores import is_known_score
from aadash.intake.recognise.visitcolumns import bare
from aadash.intake.tabulate.table import Column, Table
from aadash.intake.text import fold

#: A date somewhere in a header; a month or an ISO week will do.
_DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d\s*[-./년年]\s*\d{1,2}\s*[-./월月]\s*\d{1,2}\s*[일日]?(?!\d)"
    r"|\d{1,2}\s*[-./ ]\s*\d{1,2}\s*[-./ ]\s*(?:20)?\d\d(?!\d)"
    r"|\d{1,2}[\s.-]*(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[\s.-]*(?:20)?\d\d(?!\d)"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}[\s./,-]*20\d\d(?!\d)"
    r"|20\d\d\s*-?\s*w\s*\d{1,2}(?!\d)"
    r"|20\d\d\s*[-./년年]\s*\d{1,2}\s*월?月?(?![\d/.-]))",
    re.IGNORECASE,
)
DATE, START = "date of visit", "start date (the earliest header)"


def by_date(table: Table, order: str, doubts: Doubts) -> Table | None:
    """One record a patient and date from columns of SALT headed by calendar dates; None for any other table.

    Weeks are counted from a column of first doses where there is one, else from the earliest header's date, for everybody; both
    are told. Other scores of the same dates come along.
    """
    found = {n: (f.group().strip(), _rest(bare(n), f)) for n in table.columns if (f := _DATE.search(bare(n)))}
    found = {n: (d, stem) for n, (d, stem) in found.items() if table.columns[n].numeric_share >= 1 / 3 and not says_worked_out(stem)}
    stems = Counter(stem for _, stem in found.values())
    salt = [stem for stem in stems if measure_of(stem) == "salt" and stems[stem] >= 2]
    others = any(role_of(n) == "salt" or SALT.search(fold(n)) for n in table.columns if n not in found)
    unsaid = not salt and not others and _may_be_salt([table.columns[n] for n, (_, stem) in found.items() if not stem])
    salt = [""] if unsaid else salt
    if len(salt) != 1 or any(role_of(n) == "salt" for n in table.columns if n not in found):
        return None
    kept = {n: p for n, p in found.items() if p[1] == salt[0] or (is_known_score(measure_of(p[1])) and stems[p[1]] >= 2)}
    texts = list(dict.fromkeys(d for d, _ in kept.values()))
    read = _ascending(Column(np.array(texts, dtype=object)), order)
    if len(read.bad) or len(set(read.days.tolist())) < len(texts) or len(texts) < stems[salt[0]]:
        return None
    days: dict[str, float] = dict(zip(texts, read.days.tolist(), strict=True))
    first = next(n for n, p in kept.items() if p[1] == salt[0])
    if read.ambiguous:
        doubts.report(
            "error",
            "date_order",
            first,
            (),
            f"The headers hold dates such as {texts[0]!r} that can be read in more than one way; "
            f'"keep" reads {_iso(days[texts[0]])} for it.',
            (KEEP,),
        )
    dose = next(
        (n for n in table.columns if n not in kept and role_of(bare(n)) == "first_dose" and is_date_column(table.columns[n])), ""
    )
    start = min(d for t, d in days.items() if any(p == (t, salt[0]) for p in kept.values()))
    own = not dose and _start_apart(table, [n for n, p in kept.items() if p[1] == salt[0] and days[p[0]] == start])
    when = f"the dates in column {dose!r}" if dose else "each patient's first value" if own else f"the earliest of them, {_iso(start)}"
    what = 'are dates and do not say what is measured; "keep" reads the values as SALT: ' if unsaid else "hold the date of a visit: "
    doubts.report(
        "error" if unsaid else "warning",
        "dated_headers",
        first,
        (),
        f"Headers such as {first!r} {what}weeks are counted from {when}" + ("." if dose else ", as no column gives the first dose."),
        (KEEP,) if unsaid else (),
    )
    return _records(table, kept, days, salt[0], "" if dose or own else _iso(start))


def _may_be_salt(columns: list[Column]) -> bool:
    """Two or more columns of numbers from 0 to 100, and not of 0 and 1 only."""
    if len(columns) < 2 or any(not c.maybe_numeric or c.numeric_share < 0.8 for c in columns if c.filled):
        return False
    values = np.concatenate([c.numbers.values[~np.isnan(c.numbers.values)] for c in columns])
    return bool(len(values) and values.min() >= 0 and 1 < values.max() <= 100)


def _start_apart(table: Table, earliest: list[str]) -> bool:
    """Whether most patients have no value at the earliest date: they began at dates of their own."""
    seen = np.any([~np.isnan(table.columns[n].numbers.values) for n in earliest], axis=0)
    return bool(seen.mean() < 0.5)


def _ascending(texts: Column, order: str) -> Dates:
    """The dates; where two orders would do, the only one in which they ascend from left to right."""
    read = parse_dates(texts, order)
    if not read.ambiguous:
        return read
    tried = [parse_dates(texts, o) for o in ORDERS]
    fit = [t for t in tried if not len(t.bad) and (np.diff(t.days) > 0).all()]
    return fit[0] if len(fit) == 1 else read


def _records(table: Table, kept: dict[str, tuple[str, str]], days: dict[str, float], salt: str, start: str) -> Table:
    """The table with a record for each patient and date at which the patient has anything."""
    n, dates = len(table), sorted(days, key=lambda t: days[t])
    others = [c for c in table.columns if c not in kept]
    columns = {c: np.tile(table.columns[c].cells, len(dates)) for c in others}
    if start:
        columns[START] = np.full(n * len(dates), start, dtype=object)
    columns[DATE] = np.repeat(np.array([_iso(days[d]) for d in dates], dtype=object), n)
    for stem in dict.fromkeys(s for _, s in kept.values()):
        mine = {d: c for c, (d, s) in kept.items() if s == stem}
        empty = np.full(n, "", dtype=object)
        name = "SALT" if stem == salt else measure_of(stem).upper()
        columns[name] = np.concatenate([table.columns[mine[d]].cells if d in mine else empty for d in dates])
    order = np.arange(n * len(dates)).reshape(len(dates), n).T.ravel()  # the visits of a patient stand together
    cells = {c: Column(v[order]) for c, v in columns.items()}
    return Table(table.name, cells, np.tile(table.rows, len(dates))[order], {}, table.title, table.top, table.width)


def _rest(text: str, found: re.Match[str]) -> str:
    return fold(text[: found.start()] + " " + text[found.end() :])


def _iso(day: float) -> str:
    return date.fromordinal(int(day)).isoformat()
