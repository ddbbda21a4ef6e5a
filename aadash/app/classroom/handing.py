"""A cohort made fit to be handed out: new codes in a new order, no free text, no name of a file."""

from __future__ import annotations

import secrets
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.app.session.active import ActiveCohort
from aadash.cohort import Cohort
from aadash.filters import is_numeric
from aadash.strata import MAX_LEVELS

NAME = "Cohort of the class"
FILE = "class.csv"


def left_out(cohort: Cohort) -> list[str]:
    """Columns that are not handed out: dates, and text of more different values than a split may have (it may name somebody)."""
    return [str(c) for c in cohort.patients.columns if not _fit(cohort.patients[c])]


def _fit(column: pd.Series) -> bool:
    if pd.api.types.is_datetime64_any_dtype(column):
        return False
    return is_numeric(column) or column.nunique() <= MAX_LEVELS


def handed_out(cohort: Cohort) -> Cohort:
    """The same patients under new codes in a random order, without the columns of :func:`left_out`. What is computed of them stays
    the same; whose row is whose cannot be told from code or order."""
    order = np.random.default_rng(secrets.randbits(128)).permutation(len(cohort))
    old = [cohort.salt.index[i] for i in order]
    digits = len(str(len(cohort)))
    codes = dict(zip(old, (f"C{i + 1:0{digits}d}" for i in range(len(old))), strict=True))
    gone = set(left_out(cohort))
    patients = cohort.patients.drop(columns=[c for c in cohort.patients.columns if str(c) in gone])
    events = cohort.events
    events = events[events["patient"].isin(codes)].assign(patient=events["patient"].map(codes))
    return replace(
        cohort,
        patients=patients.loc[old].rename(index=codes),
        salt=cohort.salt.loc[old].rename(index=codes),
        name=NAME,
        roles={role: column for role, column in cohort.roles.items() if column not in gone},
        after_baseline=tuple(c for c in cohort.after_baseline if c not in gone),
        parent_fingerprint="",
        events=events,
        measures={name: (measure, frame.loc[old].rename(index=codes)) for name, (measure, frame) in cohort.measures.items()},
    )


def of(loaded: ActiveCohort) -> ActiveCohort:
    """What is handed out of the cohort in use: a sample as it is, an uploaded one by :func:`handed_out`, without its file."""
    return loaded if loaded.sample else ActiveCohort(handed_out(loaded.cohort), FILE)
