"""One person under two codes, and groups that are only numbered: both are told, for only the clinic knows."""

from __future__ import annotations

import re

import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.spellings import legend_of
from aadash.intake.tabulate.table import Table
from aadash.intake.text import rows_text

#: Kinds of identifying columns that belong to one person each.
_OF_ONE = ("record number", "national number")


def tell_same_person(table: Table, known: Recognised, doubts: Doubts) -> None:
    """Tell of a record number that stands under several patient codes. The number itself is not shown."""
    code = known.one("id")
    if code is None:
        return
    for guess in known.columns("identifying"):
        column = table.columns.get(guess.column)
        if column is None or known.kinds.get(guess.column) not in _OF_ONE:
            continue
        seen = pd.DataFrame({"number": column.codes, "code": table.columns[code].stripped}, dtype=object)[~column.blank]
        several = seen.groupby("number")["code"].nunique()
        twice = seen[seen["number"].isin(several.index[several > 1])]
        if not len(twice) or len(twice) > 0.5 * len(seen):
            continue
        rows = table.rows[twice.index.to_numpy()]
        pairs = [", ".join(map(str, dict.fromkeys(mine))) for _, mine in twice.groupby("number", sort=False)["code"]]
        kind = known.kinds[guess.column]
        doubts.report(
            "warning",
            "same_person",
            guess.column,
            rows,
            f"Column {guess.column!r}: the same {kind} stands under several patient codes ({'; '.join(pairs[:4])}; "
            f"{rows_text(rows.tolist())}). One person twice? They are counted as several patients.",
        )


def tell_coded_levels(table: Table, known: Recognised, doubts: Doubts) -> None:
    """Tell of a sex or subtype that is a number without a name: which is which the file does not say."""
    for guess in known.guesses:
        column = table.columns.get(guess.column)
        if guess.role not in ("sex", "subtype") or legend_of(guess.column) or column is None or not 2 <= len(column.filled) <= 12:
            continue
        if all(re.fullmatch(r"\d{1,2}(?:\.0)?", v) for v in column.filled):
            shown = ", ".join(sorted(column.filled)[:8])
            doubts.report(
                "warning",
                "coded_levels",
                guess.column,
                (),
                f"Column {guess.column!r} holds codes ({shown}) and nothing says what they mean; they are kept as they stand. "
                "Give them names under the column's settings.",
            )
