"""Columns that look like the measure, or belong to a later visit, and are not used as it: told, each by name."""

from __future__ import annotations

from aadash.intake.check.doubts import Doubts
from aadash.intake.model import ColumnGuess
from aadash.intake.recognise.columns import SECOND, Recognised
from aadash.intake.recognise.others import WORKED_OUT
from aadash.intake.recognise.patterns import SALT, says_worked_out
from aadash.intake.tabulate.table import Table
from aadash.intake.text import fold

_MOST = 12
#: Where the file has improvements, and no score after baseline.
ALONE = (
    "and SALT at those visits stands nowhere in the file. Add it as columns: baseline × (1 − improvement in percent / 100), or the "
    "scores themselves."
)


def _followed(known: Recognised) -> bool:
    """Whether there is SALT after baseline."""
    return any(g.role == "salt" and (g.week is None or g.week > 0) for g in known.guesses)


def tell_lookalikes(table: Table, known: Recognised, doubts: Doubts) -> None:
    """One warning for what is worked out, one for what belongs to a later visit, one for any other column that says SALT."""
    mine = [g for g in known.guesses if g.role in ("fact", "unused") and g.confidence != "set" and g.column in table.columns]
    worked = [g for g in mine if g.why == WORKED_OUT or (g.role == "unused" and _says_salt(g) and says_worked_out(fold(g.column)))]
    later = [g for g in mine if g.why.startswith("belongs to week")]
    rest = [g for g in mine if g not in worked and g not in later and _says_salt(g) and g.why != "before baseline"]
    seconds = [g for g in rest if g.why == SECOND]
    rest = [g for g in rest if g not in seconds]
    numbers = [g for g in rest if table.columns[g.column].maybe_numeric and table.columns[g.column].numeric_share >= 1 / 3]
    if worked:
        doubts.report(
            "warning",
            "worked_out",
            worked[0].column,
            (),
            f"{_names(worked)} {'are' if len(worked) > 1 else 'is'} worked out from SALT after baseline: not used, "
            + ("for such numbers are computed here." if known.layout != "wide" or _followed(known) else ALONE),
        )
    if later:
        doubts.report(
            "warning",
            "later_visit",
            later[0].column,
            (),
            f"{_names(later)}: of a visit after baseline, and no score; not used as a baseline fact.",
        )
    if seconds:
        doubts.note(
            "second_reading",
            seconds[0].column,
            (),
            f"{_names(seconds)}: SALT by a second reader. Kept as a fact, to be compared with the first reading of the same visit "
            "(of the baseline where no week is named), and used as no visit.",
        )
    if numbers:
        doubts.report(
            "warning",
            "looks_like_salt",
            numbers[0].column,
            (),
            f"{_names(numbers)} {'speak of SALT and are' if len(numbers) > 1 else 'speaks of SALT and is'} not used as SALT "
            f"({numbers[0].why}). If that is wrong, say what the column is.",
        )


def _says_salt(guess: ColumnGuess) -> bool:
    return bool(SALT.search(fold(guess.column)) or SALT.search(fold(guess.label)))


def _names(guesses: list[ColumnGuess]) -> str:
    shown = ", ".join(repr(g.column) for g in guesses[:_MOST])
    more = f" and {len(guesses) - _MOST} more" if len(guesses) > _MOST else ""
    return f"Column{'s' if len(guesses) > 1 else ''} {shown}{more}"
