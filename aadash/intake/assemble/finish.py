"""From what was assembled to a cohort: is there a baseline, is anybody in it, what is each measure called."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.errors import CohortError
from aadash.intake.assemble.assembled import Assembled
from aadash.intake.assemble.visitvalues import scale_of
from aadash.intake.check import causes
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.tabulate.table import Table
from aadash.laboratory import lab_test
from aadash.measure import Measure

_SYNTHETIC = ("synthetic", "simulated", "made-up", "합성 자료", "합성 데이터", "合成データ")


_YES = {"synthetic", "simulated", "yes", "true", "1", "y", "fake", "dummy", "합성", "合成"}


def finished(
    made: Assembled | None, known: Recognised, name: str, table: Table, doubts: Doubts, events_only: bool = False
) -> Cohort | None:
    if made is None or doubts.fatal:
        return None
    weeks = [int(w) for w in made.salt.columns]
    if 0 not in weeks:
        column = next((g.column for g in known.guesses if g.role in ("week", "salt")), "")
        listed = f"weeks {', '.join(map(str, weeks))}" if weeks else "none has a week"
        doubts.refuse(
            "no_baseline",
            column,
            (causes.no_weeks(table, doubts) if not weeks or weeks == [0] else "")
            or f"There is no baseline visit (week 0) among the visits ({listed}). "
            f"Expected {known.score} before the first dose. Say which column or visit is the baseline.",
        )
        return None
    base = made.salt[0].to_numpy()
    events_only = events_only and len(made.events) > 0 and np.isnan(base).all() and len(weeks) == 1
    if not len(base) or (np.isnan(base).all() and not events_only):
        doubts.refuse(
            "no_patient",
            made.columns.get(0, ""),
            causes.no_values(made.columns.get(0, ""), table, _scale(known, table))
            or f"There is no patient with a baseline {known.score}. Check that the right column is taken as week 0.",
        )
        return None
    lacking = np.flatnonzero(np.isnan(base))
    if len(lacking) and not events_only:
        shown = ", ".join(map(str, made.salt.index[lacking[:8]])) + (" …" if len(lacking) > 8 else "")
        doubts.report(
            "warning",
            "baseline_missing",
            made.columns.get(0, ""),
            made.first_row[lacking],
            f"{len(lacking)} patient{'s have' if len(lacking) > 1 else ' has'} no baseline {known.score} ({shown}) and "
            "can only be used where none is needed.",
        )
    try:
        cohort = Cohort(
            made.patients,
            made.salt,
            PurePath(name).stem or "cohort",
            made.roles,
            _is_synthetic(table, known, name, doubts),
            known.score,
            events=made.events,
            measure=_scale(known, table),
            measures=_renamed({n: pair for n, pair in made.measures.items() if n != known.score}, known, doubts),
        )
    except CohortError as error:
        doubts.refuse("not_a_cohort", "", error.paragraph())
        return None
    _directions(cohort, known, doubts)
    return cohort


def _scale(known: Recognised, table: Table) -> Measure:
    """The scale of what the visits measure."""
    return scale_of(known, [table.columns[g.column] for g in known.columns("salt") if g.column in table.columns])


def _directions(cohort: Cohort, known: Recognised, doubts: Doubts) -> None:
    """Names the scores whose better end nobody said; a laboratory value has a normal range instead."""
    for measure in (cohort.measure, *(one for one, _ in cohort.measures.values())):
        if measure.assumed and lab_test(measure.name) is None:
            role = "salt" if measure is cohort.measure else "measure"
            column = next((g.column for g in known.columns(role) if role == "salt" or g.measure == measure.name), "")
            doubts.note(
                "direction_assumed",
                column,
                (),
                f"AAdash does not know {measure.name} by name, so a lower value is taken for the better one. "
                'If a higher value is better, choose "Higher" for it under "What is measured over time".',
            )


def _renamed(
    measures: dict[str, tuple[Measure, pd.DataFrame]], known: Recognised, doubts: Doubts
) -> dict[str, tuple[Measure, pd.DataFrame]]:
    """The measures under the names that the user gave them; a name that is taken already is told and not used."""
    out: dict[str, tuple[Measure, pd.DataFrame]] = {}
    for name, (measure, frame) in measures.items():
        wanted = known.scales[name].name if name in known.scales else ""
        if wanted and wanted != name and wanted in (known.score, *measures, *out):
            doubts.report("warning", "measure_name", "", (), f"Two measures cannot both be called {wanted}; {name} keeps its name.")
            wanted = ""
        out[wanted or name] = (replace(measure, name=wanted or name), frame)
    return out


def _is_synthetic(table: Table, known: Recognised, name: str, doubts: Doubts) -> bool:
    column = known.one("synthetic")
    if column is not None:
        filled = {v.lower() for v in table.columns[column].filled}
        if filled and filled <= _YES:
            doubts.note("synthetic", column, (), f"Column {column!r} says that the data are made; every screen and export says so.")
            return True
    return any(w in f"{table.title} {name}".lower() for w in _SYNTHETIC)
