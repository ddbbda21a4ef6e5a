"""Which column of a registry's table is what: recognised from its first rows, as a file's are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from aadash.errors import SummaryError
from aadash.filters import level_text
from aadash.summaries.engine import Wide
from aadash.summaries.postgres import SPELLINGS
from aadash.summaries.registry import Registry
from aadash.summaries.sources import Source, reading

#: Rows of a registry from which its columns are recognised.
FIRST = 5000


def recognised(source: Source, name: str, read: Callable[[bytes], Any]) -> tuple[Registry, list[str]]:
    """A table whose columns are recognised from its first rows, and what is doubtful in these and counted as it stands.

    ``read`` reads them as it would a CSV file (:class:`aadash.intake.Reading`). Raises SummaryError when they are no cohort with one
    row per patient and a column of numbers for each visit.
    """
    with reading(source, name):
        return _recognised(source, name, read)


def _recognised(source: Source, name: str, read: Callable[[bytes], Any]) -> tuple[Registry, list[str]]:
    numbers, first = source.numbers(), source.first(FIRST)
    found = read(first.to_csv(index=False).encode("utf-8"))
    open_ = [p for p in found.unanswered if "keep" not in p.actions]
    if found.draft is None or open_:
        raise SummaryError(
            f"The first {len(first)} rows of this table cannot be read as a cohort. "
            + (found.refusal or " ".join(p.message for p in open_)),
            file=name,
            expected="one row per patient, a column for each visit's SALT, scores from 0 to 100",
            fix="Say what a column is with --column ROLE=NAME",
        )
    cohort = found.draft
    scores = {g.week: g.column for g in found.columns if g.week is not None and g.role == "salt"}
    text = [column for column in scores.values() if column not in first.columns or not numbers[column]]
    if len(cohort) != len(first) or text:
        raise SummaryError(
            f"The column {text[0]!r} holds no numbers"
            if text
            else f"The first {len(first)} rows of this table are {len(cohort)} patients",
            file=name,
            expected="one row per patient, and a column of numbers for each visit's SALT",
        )
    facts = [column for column in cohort.baseline_columns if column in first.columns]
    roles = {role: column for role, column in cohort.roles.items() if column in facts}
    values = {column: source.values(column) for column in facts}
    key = next((g.column for g in found.columns if g.role == "id" and g.column in first.columns), None)
    words = {column: _words(first[column], cohort.fact(column)) for column in facts}
    for column, more in _later(first, {column: values[column] for column in facts if not numbers[column]}, key, read).items():
        words[column] = more | words[column]
    wide = Wide(scores, facts, roles, words=words, values=values)
    return Registry.of(source, name, cohort, wide), [p.message for p in found.unanswered]


def _later(
    first: pd.DataFrame, values: Mapping[str, Sequence[Any]], key: str | None, read: Callable[[bytes], Any]
) -> dict[str, dict[str, str | None]]:
    """How the reader reads the texts that stand behind the first rows only: these are read again, with as many rows behind them in
    which such a text stands in the place of the first rows' own."""
    seen = {column: set(first[column]) for column in values}
    unseen = {
        c: [v for v in found if isinstance(v, str) and v not in seen[c]] for c, found in values.items() if len(found) < SPELLINGS
    }
    rows = max(map(len, unseen.values()), default=0)
    if not rows:
        return {}
    more = first.iloc[[i % len(first) for i in range(rows)]].reset_index(drop=True)
    for column, texts in unseen.items():
        more[column] = more[column].astype(object)
        more.loc[: len(texts) - 1, column] = texts
    if key is not None:
        more[key] = ["behind_" + str(i) for i in range(rows)]
    both = pd.concat([first.astype(dict.fromkeys(more.columns, object)), more], ignore_index=True)
    cohort = read(both.to_csv(index=False).encode("utf-8")).draft
    if cohort is None or len(cohort) != len(both):
        return {}
    return {column: _words(both[column], cohort.fact(column)) for column in unseen if column in cohort.patients}


def _words(raw: pd.Series, read: pd.Series) -> dict[str, str | None]:
    """How the reader reads each text of a column, as far as it reads it always as one."""
    out: dict[str, str | None] = {}
    apart = set()
    for text, value in zip(raw.to_numpy(dtype=object), read.to_numpy(dtype=object), strict=True):
        if isinstance(text, str):
            meant = None if pd.isna(value) else level_text(value)
            apart |= {text} if out.setdefault(text, meant) != meant else set()
    return {text: meant for text, meant in out.items() if text not in apart}
