"""Values that can be but look wrong: each with its rows, and the same three actions as an impossible one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.formatting import percent
from aadash.intake.assemble.assembled import Assembled, week_part
from aadash.intake.check.doubts import Doubts
from aadash.intake.decisions import typed
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, VALUE
from aadash.intake.text import rows_text
from aadash.measure import SALT, Measure

#: A rise this large within this many weeks is suspicious; a fall this large is too.
RISE, FALL, WEEKS = 60.0, 90.0, 8
#: A visit this far from both neighbours, which agree within AGREE, is suspicious.
SPIKE, AGREE = 50.0, 15.0
#: Totalis and universalis below this baseline contradict themselves.
TOTAL_LOSS_FLOOR = 50.0
_TOTAL_LOSS = ("totalis", "universalis", "at", "au", "전두", "전신", "全頭", "汎発")
#: As many cells as rows are written out.
MOST = 8
_ALL = (KEEP, SET_MISSING, EXCLUDE, VALUE)


def check_quality(made: Assembled, doubts: Doubts, measure: Measure) -> Assembled:
    """Report suspicious values and apply what was decided about them. Returns what remains."""
    if not made.salt.size:
        return made
    score = measure.name
    values = made.salt.to_numpy(dtype=float).copy()
    out = np.zeros(len(values), dtype=bool)
    weeks = [int(w) for w in made.salt.columns]
    if measure.high > 1:
        _fractions(values, weeks, made, doubts, score)
    for i, j, code, text in (*_jumps(values, weeks), *_spikes(values, weeks)):
        _cells(i, j, code, text, values, out, made, weeks, doubts, score)
    _copied(values, weeks, made, doubts)
    _digits(values, weeks, made, doubts, score)
    for code, column, who, sentence in _contradictions(made, values if score == SALT.name else None, weeks):
        rows = made.first_row[who]
        chosen = doubts.report(
            "warning", code, column, rows, f"Column {column!r}: {sentence} ({rows_text(sorted(rows.tolist()))}).", (KEEP, EXCLUDE)
        )
        out[who] |= np.array([c == EXCLUDE for c in chosen], dtype=bool)
    _twins(made, values, out, doubts)
    salt = pd.DataFrame(values, index=made.salt.index, columns=made.salt.columns)
    return replace(made, salt=salt).keep(~out)


def _cells(
    i: np.ndarray,
    j: np.ndarray,
    code: str,
    text: Callable[[float, float], str],
    values: np.ndarray,
    out: np.ndarray,
    made: Assembled,
    weeks: Sequence[int],
    doubts: Doubts,
    score: str,
) -> None:
    """Report cells (patients i, visits j), a problem per column, and apply the decisions."""
    for visit in np.unique(j):
        at = i[j == visit]
        column = made.columns.get(weeks[visit], "")
        rows = made.rows[at, visit]
        first = at[np.argmin(rows)]
        example = text(_before(values, first, visit), values[first, visit])
        shown = [_shown(values, k, visit, code) for k in at[np.argsort(rows, kind="stable")][:MOST]]
        each = ", ".join(shown) + (" …" if len(at) > MOST else "")
        where = rows_text(sorted(rows.tolist()))
        chosen = doubts.report(
            "warning",
            code,
            column,
            rows,
            f"Column {column!r}, week {weeks[visit]}: {score} {example} ({rows_text(sorted(rows.tolist()))}). Is it a slip?"
            if len(at) == 1
            else f"Column {column!r}, week {weeks[visit]}: {score} {example} in the first of {where} (in this order: {each}). "
            "Is it a slip?",
            _ALL,
            part=week_part(made.columns, weeks[visit]),
        )
        for k, row, action in zip(at, rows, chosen, strict=True):
            right = typed(action)
            if right is not None:
                doubts.record([row], column, f"{values[k, visit]:g}", f"{right:g}", "the right value, as you typed it")
                values[k, visit] = right
            if action in (SET_MISSING, EXCLUDE):
                doubts.record(
                    [row],
                    column,
                    f"{values[k, visit]:g}",
                    "",
                    "set missing, as you decided" if action == SET_MISSING else "the patient is left out, as you decided",
                )
                out[k] |= action == EXCLUDE
                values[k, visit] = np.nan


def _shown(values: np.ndarray, i: int, visit: int, code: str) -> str:
    """What stands in a cell; of a rise or a fall with what came before it."""
    value = f"{values[i, visit]:g}"
    return value if code == "spike" else f"{_before(values, i, visit):g} → {value}"


def _before(values: np.ndarray, i: int, visit: int) -> float:
    seen = values[i, :visit]
    seen = seen[~np.isnan(seen)]
    return float(seen[-1]) if len(seen) else float("nan")


def _jumps(values: np.ndarray, weeks: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray, str, Callable[[float, float], str]]]:
    """Large rises and falls between one observed visit and the next within eight weeks."""
    rises, falls = [], []
    last, when = values[:, 0].copy(), np.full(len(values), weeks[0])
    for j in range(1, len(weeks)):
        with np.errstate(invalid="ignore"):
            step, near = values[:, j] - last, weeks[j] - when <= WEEKS
            rises.append((np.flatnonzero((step >= RISE) & near), j))
            falls.append((np.flatnonzero((step <= -FALL) & near), j))
        seen = ~np.isnan(values[:, j])
        last, when = np.where(seen, values[:, j], last), np.where(seen, weeks[j], when)
    return [
        (*_flat(rises), "rise", lambda a, b: f"rises from {a:g} to {b:g} within {WEEKS} weeks"),
        (*_flat(falls), "fall", lambda a, b: f"falls from {a:g} to {b:g} within {WEEKS} weeks"),
    ]


def _flat(found: list[tuple[np.ndarray, int]]) -> tuple[np.ndarray, np.ndarray]:
    if not found:
        return np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    return np.concatenate([f for f, _ in found]), np.concatenate([np.full(len(f), j) for f, j in found])


def _spikes(values: np.ndarray, weeks: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray, str, Callable[[float, float], str]]]:
    """One visit far from the visits before and after it, which agree: 80, 8, 78 may have lost a digit. A rise told already is none."""
    found = []
    for j in range(1, values.shape[1] - 1):
        a, b, c = values[:, j - 1], values[:, j], values[:, j + 1]
        with np.errstate(invalid="ignore"):
            far = (np.abs(b - a) >= SPIKE) & (np.abs(b - c) >= SPIKE) & (np.abs(a - c) <= AGREE)
            far &= (b - a < RISE) | (weeks[j] - weeks[j - 1] > WEEKS)
        found.append((np.flatnonzero(far), j))
    return [(*_flat(found), "spike", lambda a, b: f"is {b:g} between visits near {a:g}")]


def _fractions(values: np.ndarray, weeks: Sequence[int], made: Assembled, doubts: Doubts, score: str) -> None:
    """A file that holds 0.85 where 85 is meant."""
    seen = values[~np.isnan(values)]
    if len(seen) >= 3 and seen.max() <= 1 and ((seen > 0) & (seen < 1)).any():
        doubts.report(
            "error",
            "fractions",
            made.columns.get(weeks[0], ""),
            (),
            f"No {score} in the file is above 1: these look like "
            'fractions, 0.85 for 85. "keep" reads them as they stand; or multiply by 100 (mapping, scale).',
            (KEEP,),
        )


def _copied(values: np.ndarray, weeks: Sequence[int], made: Assembled, doubts: Doubts) -> None:
    """Two visits with the same value for every patient: a column pasted twice."""
    for j in range(1, len(weeks)):
        a, b = values[:, j - 1], values[:, j]
        both = ~np.isnan(a) & ~np.isnan(b)
        if both.sum() >= 5 and (a[both] == b[both]).all() and len(np.unique(a[both])) > 2:
            column = made.columns.get(weeks[j], "")
            doubts.report(
                "warning",
                "copied_visit",
                column,
                (),
                f"Column {column!r}: weeks {weeks[j - 1]} and {weeks[j]} hold the same "
                f"value for all {int(both.sum())} patients seen at both.",
            )


def _digits(values: np.ndarray, weeks: Sequence[int], made: Assembled, doubts: Doubts, score: str) -> None:
    """Values mostly read off in fives or tens."""
    inner = values[(values > 0) & (values < 100)]
    if len(inner) < 30:
        return
    tens, fives = float((inner % 10 == 0).mean()), float((inner % 5 == 0).mean())
    if tens >= 0.6 or fives >= 0.9:
        share, step = (tens, 10) if tens >= 0.6 else (fives, 5)
        doubts.note(
            "digit_preference",
            made.columns.get(weeks[0], ""),
            (),
            f"{percent(share, 0)} of the {score} values between 0 and "
            f"100 are multiples of {step}: they were probably estimated, not computed, and small changes mean little.",
        )


def _contradictions(made: Assembled, salt: np.ndarray | None, weeks: Sequence[int]) -> list[tuple[str, str, np.ndarray, str]]:
    """Facts that cannot both be true: (code, column, positions of patients, sentence). ``salt`` is None where another score is
    analysed, of which a subtype says nothing."""
    out = []
    age, onset = _numbers(made, "age"), _numbers(made, "age_at_onset")
    if age is not None:
        column = made.roles["age"]
        out.append(("age_range", column, np.flatnonzero(age > 110), "an age above 110"))
        if onset is not None:
            out.append(
                (
                    "onset_after_age",
                    made.roles["age_at_onset"],
                    np.flatnonzero(age < onset),
                    f"the age at onset is above the age ({column!r})",
                )
            )
    if salt is not None and "subtype" in made.roles and 0 in weeks:
        place, labels = pd.factorize(made.patients[made.roles["subtype"]].astype(object))
        total = np.array([*(isinstance(v, str) and _is_total(v) for v in labels), False], dtype=bool)[place]
        base = salt[:, weeks.index(0)]
        with np.errstate(invalid="ignore"):
            who = np.flatnonzero(total & (base < TOTAL_LOSS_FLOOR))
        out.append(
            (
                "subtype_contradicts",
                made.roles["subtype"],
                who,
                f"totalis or universalis with a baseline SALT below {TOTAL_LOSS_FLOOR:g}",
            )
        )
    return [o for o in out if len(o[2])]


def _is_total(label: str) -> bool:
    low = label.strip().lower()
    return low in _TOTAL_LOSS or any(w in low for w in _TOTAL_LOSS if len(w) > 2 or not w.isascii())


def _numbers(made: Assembled, role: str) -> np.ndarray | None:
    column = made.roles.get(role)
    if column is None or not pd.api.types.is_numeric_dtype(made.patients[column]):
        return None
    return made.patients[column].to_numpy(dtype=float, na_value=np.nan)


def _twins(made: Assembled, values: np.ndarray, out: np.ndarray, doubts: Doubts) -> None:
    """Two codes with the same facts and the same course: one patient entered twice?"""
    seen = (~np.isnan(values)).sum(axis=1)
    inner = ((values > 0) & (values < 100)).sum(axis=1)
    telling = np.flatnonzero((seen >= 3) & (inner >= 2))
    if len(telling) < 2:
        return
    key = pd.util.hash_pandas_object(pd.DataFrame(values[telling]).round(6), index=False).to_numpy()
    same = pd.Series(key).duplicated(keep=False).to_numpy()
    telling, key = telling[same], key[same]
    if not len(telling):
        return
    for column in made.patients.columns:
        key = key * np.uint64(1099511628211) + pd.util.hash_pandas_object(made.patients[column].iloc[telling], index=False).to_numpy()
    twice = pd.Series(key).duplicated(keep=False).to_numpy()
    if not twice.any():
        return
    who = telling[twice]
    rows = made.first_row[who]
    names = ", ".join(map(str, made.salt.index[who[:6]]))
    chosen = doubts.report(
        "warning",
        "same_content",
        made.columns.get(0, ""),
        rows,
        f"Patients {names} have the same facts and the same course: one patient entered twice? ({rows_text(sorted(rows.tolist()))})",
        (KEEP, EXCLUDE),
    )
    later = pd.Series(key[twice]).duplicated().to_numpy()
    for i, again, action in zip(who, later, chosen, strict=True):
        if action == EXCLUDE and again:
            out[i] = True
            doubts.record([made.first_row[i]], "", str(made.salt.index[i]), "", "the same content as another patient")
