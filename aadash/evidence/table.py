"""Published rates from a CSV: the one that comes with AAdash, and those that users add in the same form."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from aadash.endpoints import endpoint
from aadash.errors import AadashError, EvidenceError
from aadash.evidence.rate import DENOMINATORS, ESTIMATORS, SOURCES, PublishedRate, Severity, mix_of, prints_as
from aadash.serial import convert, shown

#: Column → what stands in it, in the order of the template.
COLUMNS = {
    "study": "name of the study",
    "drug": "active substance, or placebo",
    "dose": "as printed, such as 4 mg",
    "endpoint": "SALT<=20, SALT<=10, SALT30, SALT50, SALT75, SALT90 or SALT100",
    "week": "weeks since the first dose, a whole number; empty if of no one week",
    "percent": "the rate in per cent with the decimals that are printed",
    "events": "responders, if printed",
    "n": "patients in the denominator, if printed",
    "estimator": "one of " + ", ".join(ESTIMATORS),
    "baseline_salt": "baseline SALT of those enrolled, such as >=50 or 50-94",
    "severity_mix": "patients in each band of it, such as 50-94: 66; 95-100: 125",
    "population": "who was enrolled, in words",
    "design": "kind of study",
    "denominator": "all (treated) or responders (before)",
    "ci_low": "lower limit in per cent, if printed",
    "ci_high": "upper limit in per cent, if printed",
    "patients": "the same word for rates of the same patients; empty for the study's name",
    "source": "citation",
    "url": "DOI or address",
    "source_kind": "one of " + ", ".join(k for k in SOURCES if k),
    "note": "what else must be known",
}
NEEDED = ("study", "drug", "endpoint", "percent", "source")
#: A table of more rows is no list of published rates.
MOST_ROWS = 2000
_EXAMPLE = {
    "study": "EXAMPLE (delete this row)",
    "drug": "baricitinib",
    "dose": "4 mg",
    "endpoint": "SALT<=20",
    "week": "36",
    "percent": "35.2",
    "events": "99",
    "n": "281",
    "estimator": "counted",
    "baseline_salt": ">=50",
    "population": "adults, severe AA",
    "design": "phase 3 trial",
    "denominator": "all",
    "source": "Authors. Title. Journal year;volume:pages.",
    "source_kind": "regulator",
}
_PERCENT = re.compile(r"\d{1,3}(?:\.(\d+))?")


@dataclass(frozen=True)
class Rates:
    """The rates of a table, and what is wrong with each row that gave none."""

    rates: tuple[PublishedRate, ...]
    problems: tuple[EvidenceError, ...] = ()


def template() -> str:
    """A CSV to fill in: the columns, what stands in each, and one row as an example."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerow(["# " + text if i == 0 else text for i, text in enumerate(COLUMNS.values())])
    writer.writerow([_EXAMPLE.get(name, "") for name in COLUMNS])
    return out.getvalue()


def read_rates(text: str, file: str = "", own: bool = True, known: Iterable[PublishedRate] = ()) -> Rates:
    """The rates of a CSV with a header; ``known`` are rates that are there already.

    Columns are those of :data:`COLUMNS` in any order; :data:`NEEDED` must be there. Rows that begin with "#", the template's
    example and empty rows are passed over. A row that cannot be used is told by its number (the header is row 1) and the others
    are read. Raises EvidenceError where the whole is no such table.
    """
    rows = _rows(text)
    header = [name.strip().lower().replace(" ", "_") for name in rows[0]] if rows else []
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise EvidenceError(
            f"The table has no column {shown(missing[0])}" if header else "The file is empty",
            file=file,
            expected="a header with " + ", ".join(NEEDED),
            fix="Begin with the template",
        )
    twice = [name for name in header if name and header.count(name) > 1]
    unknown = [name for name in header if name and name not in COLUMNS]
    if twice or unknown:
        raise EvidenceError(
            f"The column {shown(twice[0])} is there twice" if twice else f"The column {shown(unknown[0])} is not known",
            file=file,
            expected="columns among " + ", ".join(COLUMNS),
        )
    if len(rows) > MOST_ROWS:
        raise EvidenceError(f"The table has {len(rows)} rows", file=file, expected=f"at most {MOST_ROWS}")
    return _read(rows, header, file, own, known)


def _rows(text: str) -> list[list[str]]:
    """The cells of each line; commas, semicolons or tabs, whichever the header has most of. Empty lines keep their number."""
    text = text.removeprefix("\ufeff")
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)]
    except csv.Error as error:
        raise EvidenceError(f"This is no CSV file ({error})", fix="Save the table as CSV UTF-8 and try again") from error


def _read(rows: list[list[str]], header: list[str], file: str, own: bool, known: Iterable[PublishedRate]) -> Rates:
    rates = {r.key: 0 for r in known}
    found, problems = [], []
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells) or cells[0].startswith("#") or cells[0] == _EXAMPLE["study"]:
            continue
        try:
            if any(cells[len(header) :]):
                raise EvidenceError(
                    f"Row {number} has {len(cells)} cells and the header {len(header)}", fix="Put text with commas in quotes"
                )
            rate = _rate(dict(zip(header, cells, strict=False)), number, own)
            if rate.key in rates:
                before = f"the same rate as row {rates[rate.key]} again" if rates[rate.key] else "a rate that is here already"
                raise EvidenceError(
                    f"Row {number} gives {before} ({rate.label})",
                    expected="one row for each study, arm, severity, week, endpoint and estimator",
                )
            rates[rate.key] = number
            found.append(rate)
        except AadashError as error:
            problems.append(
                EvidenceError(error.found, expected=error.expected, fix=error.fix, file=file, column=error.column, rows=(number,))
            )
    return Rates(tuple(found), tuple(problems))


def _rate(cells: Mapping[str, str], number: int, own: bool) -> PublishedRate:
    """One row. Raises EvidenceError for what is wrong with it, the first thing."""

    def wrong(column: str, expected: str) -> EvidenceError:
        found = f"{shown(cells[column])} in row {number}" if cells.get(column) else f"nothing in row {number}"
        return EvidenceError(f"The column {column!r} holds {found}", expected=expected, column=column, rows=(number,))

    def read(column: str, make: Callable[[str], Any], default: Any = None) -> Any:
        text = cells.get(column, "")
        if not text:
            return default
        try:
            return make(text)
        except AadashError as error:
            raise wrong(column, error.expected) from error
        except ValueError as error:
            raise wrong(column, str(error)) from error

    for column in NEEDED:
        if not cells.get(column):
            raise wrong(column, COLUMNS[column])
    percent = cells["percent"].removesuffix("%").strip()
    match = _PERCENT.fullmatch(percent)
    if match is None or float(percent) > 100:
        raise wrong("percent", "a number from 0 to 100 with a point before its decimals")
    digits = len(match[1] or "")
    n, events = read("n", _whole(1)), read("events", _whole(0))
    if events is not None and (n is None or events > n):
        raise wrong("events", "no more responders than patients (n)")
    if events is not None and not prints_as(events, n, float(percent), digits):
        share = f"{100 * events / n:.{digits}f}"
        raise wrong("events", f"a count that is {percent} % of {n}; {events} of {n} is {share} %")
    low, high = read("ci_low", _share), read("ci_high", _share)
    if (low is None) != (high is None) or (low is not None and not low <= float(percent) <= high):
        raise wrong("ci_low", "both limits or none, with the rate between them")
    rate = PublishedRate(
        study=cells["study"],
        drug=cells["drug"].lower(),
        endpoint=read("endpoint", lambda t: endpoint(t).name),
        percent=float(percent),
        digits=digits,
        source=cells["source"],
        week=read("week", _whole(1)),
        n=n,
        events=events,
        ci_low=low,
        ci_high=high,
        estimator=read("estimator", _among(ESTIMATORS), "printed"),
        denominator=read("denominator", _among(DENOMINATORS), "all"),
        source_kind=read("source_kind", _among(SOURCES), ""),
        baseline_salt=read("baseline_salt", lambda t: t if Severity.of(t) else "", ""),
        severity_mix=read("severity_mix", lambda t: t if mix_of(t) else "", ""),
        own=own,
        **{name: cells.get(name, "") for name in ("dose", "population", "design", "url", "note", "patients")},
    )
    outside = [band.words for band, _ in rate.mix if not rate.severity.covers(band)]
    if outside:
        raise wrong("severity_mix", f"bands within the baseline SALT of the study ({rate.severity.words}), not {outside[0]}")
    return rate


def _whole(least: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            value = convert(text, int, from_text=True)
        except ValueError as error:
            raise ValueError(f"a whole number from {least}") from error
        if value < least:
            raise ValueError(f"a whole number from {least}")
        return value

    return read


def _share(text: str) -> float:
    try:
        value = float(convert(text, float, from_text=True))
    except ValueError as error:
        raise ValueError("a number from 0 to 100") from error
    if not 0 <= value <= 100:
        raise ValueError("a number from 0 to 100")
    return value


def _among(allowed: Iterable[str]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError("one of " + ", ".join(k for k in allowed if k))
        return text.lower()

    return read
