"""One person under two codes, and groups that are only numbered: both are told, for only the clinic knows."""

from __future__ import annotations

import re

import pandas as pd

from aadash.intake.check.doubts import Doubts
from aadash.intake.numbers import NOT_KNOWN, PLAIN_MISSING, normal
from aadash.intake.recognise.columns import Recognised
from aadash.intake.recognise.spellings import legend_of
from aadash.intake.tabulate.table import Table
from aadash.intake.text import rows_text
from aadash.subtypes import sex_among

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


#: Words of a sex that is neither of the two, each of which says what it is.
_THIRD = re.compile(
    r"(?:non[- ]?binary|diverse?|other|intersex|trans\w*|third|not (?:stated|disclosed)|기타|제3의? ?성|その他|第三)", re.IGNORECASE
)


def tell_odd_sexes(table: Table, known: Recognised, doubts: Doubts) -> None:
    """Tell of a sex that is no word for one beside others that are: "x" may be a third sex, a slip, or "not known"."""
    for guess in known.columns("sex"):
        column = table.columns.get(guess.column)
        if column is None:
            continue
        words = [v for v in column.filled if normal(v) not in NOT_KNOWN | PLAIN_MISSING]
        german = {normal(v) for v in words} & {"w", "weiblich"}  # beside w a "d" is "divers"
        odd = [v for v in words if not sex_among(v, words) and not _THIRD.fullmatch(v) and not (german and normal(v) == "d")]
        if odd and len(odd) < len(words) and not legend_of(guess.column):
            at = table.rows[column.where(set(odd))]
            doubts.report(
                "warning",
                "odd_sex",
                guess.column,
                at,
                f"Column {guess.column!r} holds {', '.join(map(repr, odd[:4]))} beside the words for women and men "
                f"({rows_text(at.tolist())}): kept as a level of its own. If it stands for one of the two, or for not known, rename "
                "it under the column's settings.",
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
