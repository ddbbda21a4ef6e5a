"""Registries on the server: those that lie in the folder which whoever runs the server has named. No path comes from a browser."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import cast
from weakref import WeakKeyDictionary

from aadash.app.session import state
from aadash.app.session.active import ActiveCohort
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.errors import AadashError, SummaryError
from aadash.plan import AnalysisPlan
from aadash.report.code import Source
from aadash.result import Result
from aadash.summaries.answer import MOST_STAND_INS
from aadash.summaries.registry import Registry
from aadash.summaries.sources import ADDRESSED

#: The environment's variable that names the folder.
FOLDER = "AADASH_REGISTRIES"
#: The variable that, set to "no", keeps the patients' rows off the other pages.
ROWS = "AADASH_REGISTRY_ROWS"
#: So many registries stay open; a further one takes the place of the one opened first.
OPEN = 2


@dataclass(frozen=True, eq=False)
class Opened:
    """A registry in an engine, what was doubtful in its first rows, and when it was read. One question at a time: a session of
    the engine is not for two threads."""

    registry: Registry
    doubts: tuple[str, ...]
    read: datetime
    lock: threading.RLock = field(default_factory=threading.RLock)


def offered() -> dict[str, Path]:
    """Name → place: the folders with Parquet files in the folder named, its Parquet files, its DuckDB files with one table, and its
    files with the address of a table in PostgreSQL."""
    place = os.environ.get(FOLDER, "").strip()
    if not place or not Path(place).is_dir():
        return {}
    found = {}
    for one in sorted(Path(place).iterdir()):
        files = one.glob("*.parquet") if one.is_dir() else [one]
        if any(file.suffix in (".parquet", ".duckdb", ADDRESSED) for file in files):
            found[one.name] = one
    return found


def opened(name: str) -> Opened:
    """One of the registries offered, read once for everybody. Raises SummaryError."""
    place = offered().get(name)
    if place is None:
        raise SummaryError("There is no such registry on this server", file=name)
    return _opened(str(place), _changed(place))


@st.cache_resource(max_entries=OPEN, show_spinner=False)
def _opened(place: str, changed: float) -> Opened:
    from aadash.intake import read
    from aadash.summaries import sources
    from aadash.summaries.recognise import recognised

    name, now = Path(place).name, datetime.now(UTC)
    try:
        registry, doubts = recognised(sources.opened(place), Path(place).stem, lambda text: read(text, name=name))
    except SummaryError as error:  # which server a database is on is nobody's business in a browser
        raise SummaryError(error.found, expected=error.expected, fix=error.fix, file=name) from error
    return Opened(registry, tuple(doubts), now)


def _changed(place: Path) -> float:
    """When the files were written last. A database does not say; its table is read again on another day (UTC)."""
    if place.suffix == ADDRESSED:
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return max(place.stat().st_mtime, today.timestamp())
    return max(one.stat().st_mtime for one in ([place] if place.is_file() else place.glob("*.parquet")))


def from_database(name: str) -> bool:
    """Whether a registry offered is a table of a database."""
    return name.endswith(ADDRESSED)


#: Cohorts that are the rows of a registry, with its name and what counts for them.
_ROWS: WeakKeyDictionary[Cohort, tuple[str, Opened]] = WeakKeyDictionary()


def may_open(found: Opened) -> bool:
    """Whether the other pages may have the patients' rows: these are not too many, and whoever runs the server has not said no."""
    return found.registry.table.n <= MOST_STAND_INS and os.environ.get(ROWS, "").strip().lower() != "no"


def in_use(name: str) -> ActiveCohort:
    """The rows of a registry as a cohort for every page, read once for everybody. Raises SummaryError."""
    found = opened(name)
    if not may_open(found):  # an address can ask for what no button offers
        raise SummaryError("The patients' rows of this registry stay off the other pages", file=name, fix="open the page Registry")
    with found.lock:
        cohort = found.registry.rows()
    _ROWS[cohort] = name, found
    return ActiveCohort(cohort, name, recipe=Source((name,), registry=True))


def use(name: str) -> None:
    """Put a registry in use on every page, or say why it cannot be."""
    try:
        state.load(in_use(name))
    except AadashError as error:
        state.add_message([error.paragraph()])


def of(cohort: Cohort) -> Opened | None:
    """The registry whose rows this cohort is."""
    return _ROWS[cohort][1] if cohort in _ROWS else None


def name_of(cohort: Cohort) -> str:
    """The name of that registry, "" for a cohort that is of none."""
    return _ROWS[cohort][0] if cohort in _ROWS else ""


def of_rows(found: Opened, question: str, plan: AnalysisPlan, /, **options: object) -> Result:
    """An analysis of a registry whose rows are in use: counted where counts suffice. Raises its AadashError."""
    from aadash.summaries.registry_answers import answer, by_rows

    if by_rows(found.registry, question, plan):  # nobody waits for another's model
        return answer(found.registry, question, plan, **options)
    with found.lock:
        return answer(found.registry, question, plan, **options)


def asked(name: str, question: str, plan: AnalysisPlan) -> Result:
    """The analysis called ``question`` of a registry, counted once for everybody. Raises its AadashError."""
    from aadash.summaries.registry_answers import answer

    found = opened(name)

    def compute() -> Result:
        with found.lock:
            return answer(found.registry, question, plan)

    return cast(Result, _asked(repr((name, _changed(offered()[name]), question, plan.to_json())), compute))


@st.cache_resource(max_entries=60, show_spinner=False)
def _asked(key: str, _compute: Callable[[], object]) -> object:
    return _compute()
