"""A baseline score that stands in the file twice: at its visit, and in a column of its own ("BASE", "Initial SALT")."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.intake.assemble.assembled import Assembled
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.patterns import SALT
from aadash.intake.text import fold

_BASELINE = re.compile(
    r"(?<![a-z])(?:base|baseline|bl|initial|pre|start|first|severity)(?![a-z])"
    r"|기저|초기|치료 ?전|베이스라인|ベースライン|治療前|開始時|初診時"
)


def without_repeated_baseline(made: Assembled, doubts: Doubts) -> Assembled:
    """Without the columns of facts that hold the baseline score again, told in a note: as a fact of its own it would split, predict
    and be compared a second time. One in which a patient has another value stays."""
    if 0 not in made.salt.columns:
        return made
    at_baseline = made.salt[0].to_numpy(dtype=float)
    again = [c for c in map(str, made.patients.columns) if c not in made.roles.values() and _repeats(c, made.patients[c], at_baseline)]
    for column in again:
        doubts.used.add(column)
        doubts.note("baseline_again", column, (), f"Column {column!r} holds the baseline score of each patient again; kept once.")
    return replace(made, patients=made.patients.drop(columns=again)) if again else made


def _repeats(column: str, series: pd.Series, at_baseline: np.ndarray) -> bool:
    named = fold(column)
    if not pd.api.types.is_numeric_dtype(series) or not (_BASELINE.search(named) or SALT.search(named)):
        return False
    values = series.to_numpy(dtype=float, na_value=np.nan)
    both = ~np.isnan(values) & ~np.isnan(at_baseline)
    return bool(
        both.sum() >= 3 and not (~np.isnan(values) & np.isnan(at_baseline)).any() and (values[both] == at_baseline[both]).all()
    )
