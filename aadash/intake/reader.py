"""From a file to a :class:`Reading`, and from there to a cohort."""

from __future__ import annotations

from pathlib import PurePath

import numpy as np

from aadash.cohort import Cohort
from aadash.errors import CohortError, IntakeError
from aadash.intake.decisions import MISSING, Decisions
from aadash.intake.doubts import Doubts
from aadash.intake.facts import FACT_ROLES
from aadash.intake.files import Source, load
from aadash.intake.long import assemble_long
from aadash.intake.mapping import ColumnMapping, ColumnRole
from aadash.intake.reading import Reading
from aadash.intake.recognise import Recognised, recognise
from aadash.intake.table import Table
from aadash.intake.tabulate import tabulate
from aadash.intake.text import show
from aadash.intake.wide import Assembled, assemble_wide


def read(source: Source, *, name: str = "", sheet: str | None = None, mapping: ColumnMapping | None = None,
         decisions: Decisions | None = None) -> Reading:
    """Read a file and say what was understood.

    Parameters
    ----------
    source
        The file's bytes, its path, pasted text (anything with a line break or a tab), or several (name, bytes).
    name
        What to call it; needed for bytes.
    sheet
        Which sheet of a workbook; the first that holds a cohort when None.
    mapping
        What the user settled about columns; the rest is guessed.
    decisions
        What the user decided about problems.

    Returns a :class:`Reading`. Raises IntakeError only for what holds no table at all; a table that cannot be a
    cohort as mapped comes back with :attr:`Reading.refusal`.
    """
    settled, doubts = mapping or ColumnMapping(), Doubts(decisions or Decisions())
    if not isinstance(source, (bytes, str, PurePath)):
        name, source = source[0]
    grids = load(source, name, sheet)  # type: ignore[arg-type]
    name = name or (PurePath(source).name if isinstance(source, PurePath) else grids[0].name)
    table = tabulate(grids[0], doubts)
    known = recognise(table, settled)
    made = _assemble(table, known, settled, doubts)
    draft = _cohort(made, known, name, table, doubts)
    used = {g.column for g in known.guesses if g.role not in (*FACT_ROLES, "unused", "identifying")}
    used |= set() if made is None else set(map(str, made.patients.columns))
    full = ColumnMapping({g.column: ColumnRole(g.role, g.week, dict(settled.columns[g.column].values)
                                               if g.column in settled.columns else {}) for g in known.guesses},
                         settled.visits, settled.schedule, settled.date_order, settled.score, settled.scale,
                         settled.keep_identifying)
    return Reading(name, table.frame(), known.guesses, known.layout, tuple(doubts.problems),
                   tuple(n for n in table.columns if n not in used), tuple(doubts.log), draft,
                   " ".join(dict.fromkeys(doubts.fatal)), full, tuple(g.name for g in grids))


def read_cohort(source: Source, *, name: str = "", sheet: str | None = None, mapping: ColumnMapping | None = None,
                decisions: Decisions | None = None, accept_missing: bool = False) -> Cohort:
    """Read a file straight into a cohort.

    With ``accept_missing`` every value that cannot stand is missing, as if the user had said so; without, an undecided
    problem raises. Parameters as for :func:`read`. Raises IntakeError when the file is refused or undecided.
    """
    if accept_missing and decisions is None:
        decisions = Decisions(on_bad_value=MISSING)
    reading = read(source, name=name, sheet=sheet, mapping=mapping, decisions=decisions)
    cohort = reading.accepted()
    if reading.open_problems:
        first = reading.open_problems[0]
        more = len(reading.open_problems) - 1
        raise IntakeError(first.message + (f" There {'is' if more == 1 else 'are'} {more} more to decide." if more else ""),
                          file=reading.name, column=first.column, rows=first.rows,
                          fix="Correct the file, pass decisions, or pass accept_missing=True to set such values missing")
    return cohort


def _assemble(table: Table, known: Recognised, mapping: ColumnMapping, doubts: Doubts) -> Assembled | None:
    if known.layout == "long":
        return assemble_long(table, known, mapping, doubts)
    if not known.columns("salt"):
        doubts.refuse("no_salt", "", "No column looks like SALT at a visit. Expected columns such as 'SALT_W0' and "
                      "'SALT_W12', or one column of visits and one of SALT. Say which columns they are.")
        return None
    return assemble_wide(table, known, mapping, doubts)


def _cohort(made: Assembled | None, known: Recognised, name: str, table: Table, doubts: Doubts) -> Cohort | None:
    if made is None or doubts.fatal:
        return None
    if 0 not in made.salt.columns:
        weeks = ", ".join(f"{w}" for w in made.salt.columns)
        doubts.refuse("no_baseline", "", f"There is no baseline visit (week 0) among the visits (weeks {weeks or 'none'}). "
                      "Expected SALT before the first dose. Say which column or visit is the baseline.")
        return None
    if not len(made.salt) or np.isnan(made.salt[0].to_numpy()).all():
        doubts.refuse("no_patient", "", "There is no patient with a baseline SALT. Check that the right column is taken "
                      "as week 0.")
        return None
    lacking = [str(c) for c, v in made.salt[0].items() if v != v]
    if lacking:
        codes = known.one("id")
        shown = ", ".join(lacking[:8]) + (" …" if len(lacking) > 8 else "")
        doubts.ask("warning", "baseline_missing", _baseline_column(known), _rows_of(table, codes, set(lacking)),
                   f"{len(lacking)} patient{'s have' if len(lacking) > 1 else ' has'} no baseline {known.score} ({shown}) "
                   "and can only be used where none is needed.")
    synthetic = any(w in f"{table.title} {name}".lower() for w in ("synthetic", "simulated"))
    try:
        return Cohort(made.patients, made.salt, PurePath(name).stem or "cohort", made.roles, synthetic, known.score)
    except CohortError as error:
        doubts.refuse("not_a_cohort", "", error.paragraph())
        return None


def _baseline_column(known: Recognised) -> str:
    """The column that holds the baseline."""
    return next((g.column for g in known.columns("salt") if g.week == 0), known.one("salt") or "")


def _rows_of(table: Table, column: str | None, codes: set[str]) -> list[int]:
    if column is None:
        return [int(r) for r in table.rows if f"row {r}" in codes]
    return [int(r) for r, c in zip(table.rows, table.columns[column], strict=True) if show(c).strip() in codes]

