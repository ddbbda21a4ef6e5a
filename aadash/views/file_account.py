"""The account of a file as parts: what there is to know or decide about it, each with its rows as they stand, and the log of what was
changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from aadash.document import Fold, Grid, Part, Text
from aadash.formatting import counted, first_of
from aadash.intake import Decisions, Issue, LogEntry, Reading
from aadash.intake.decisions import fits
from aadash.language import say

ICONS = {"error": "error", "warning": "warning", "note": "info"}
DECIDED = {
    "keep": "kept",
    "set missing": "set missing",
    "exclude": "patients left out",
    "two people": "two people",
    "by row": "decided row by row",
}
#: What can be decided about a doubt → the words on its button.
ACTIONS = {
    "keep": "Keep",
    "set missing": "Set missing",
    "exclude": "Leave the patients out",
    "two people": "They are two people",
}
#: Of lines of the file that may be no patient's, the row is left out.
ROWS_OUT = "Leave the rows out"
#: Doubts about lines of the file that may be no patient's: what is left out is the row.
OF_ROWS = ("summary_row", "short_row", "ragged")
#: Most rows of the file that one fold shows, most lines of the log on a page, and most rows of a line named in it.
MOST_ROWS, MOST_LINES, MOST_NAMED = 200, 1000, 12
#: Rows that are shown without scrolling, and the height in pixels of a table of more.
FEW, HEIGHT = 10, 380
UNTOUCHED = "No value was changed, dropped or interpreted: every cell is used as it stands."
NO_ROWS = "This line is about the whole column, or about rows that are not part of the table."


def keyed(problems: Sequence[Issue]) -> Iterator[tuple[str, Issue]]:
    """Each problem with a name of its own for its widgets, the same at every reading of the file."""
    seen: Counter[str] = Counter()
    for problem in problems:
        seen[problem.key] += 1
        yield f"{problem.key}|{seen[problem.key]}", problem


def decided(problem: Issue, action: str) -> str:
    """What was decided, in words."""
    return "rows left out" if action == "exclude" and problem.code in OF_ROWS else DECIDED.get(action, action)


def in_force(problem: Issue, decisions: Decisions, row: int) -> str:
    """The decision about one row of a problem, "" while there is none."""
    for key in (f"{problem.key}@{row}", problem.key):
        if fits(decisions.actions.get(key, ""), problem.actions):
            return decisions.actions[key]
    return problem.decided if problem.decided in DECIDED and problem.decided != "by row" else ""


def cells(reading: Reading, problem: Issue) -> pd.DataFrame:
    """The rows of the file that a problem speaks of, as they stand: the column it is about comes first.

    Empty where the rows are those of a sheet that was joined to another: they are not kept.
    """
    if problem.table and len(reading.sheets) > 1 and problem.table not in (reading.main, *reading.main.split(", ")):
        return reading.table.head(0)
    rows = reading.cells(problem)
    for name in ("visit", "sheet"):
        if problem.table and name in rows and (reading.table[name] == problem.table).any():
            rows = rows[rows[name] == problem.table]
    code = next((g.column for g in reading.columns if g.role == "id"), "")
    first = [c for c in dict.fromkeys((code, problem.column)) if c in rows]
    return rows[[*first, *(c for c in rows if c not in first)]]


def rows_of(frame: pd.DataFrame, key: str, decided: Sequence[str] = ()) -> Grid:
    """Rows of the file as they stand, with what was decided about each."""
    shown = frame.head(MOST_ROWS)
    if decided and any(decided):
        said = pd.Series(list(decided[:MOST_ROWS]), index=shown.index, name="Decided", dtype=object)
        shown = pd.concat([said, shown.rename(columns={"Decided": "Decided (file)"})], axis=1)
    more = f"The first {MOST_ROWS} of {counted(len(frame), 'row')}." if len(frame) > MOST_ROWS else ""
    return Grid(shown, key, index="Row", height=0 if len(shown) <= FEW else HEIGHT, caption=more)


def button(problem: Issue, action: str) -> str:
    """What the button of an action says."""
    if action not in ACTIONS:
        return "Take back"
    return ROWS_OUT if action == "exclude" and problem.code in OF_ROWS else ACTIONS[action]


def told(problem: Issue) -> str:
    """What an issue says in the language of now, behind the name of its sheet, which is no part of the sentence."""
    where = problem.told.removesuffix(problem.message)
    return where + _by_button(problem, say(problem.message))


def refusal(reading: Reading) -> str:
    """Why a file cannot be read, in the language of now."""
    said = say(reading.refusal)
    for problem in reading.problems:
        if problem.message in reading.refusal:
            said = _by_button(problem, said)
    return said


def _by_button(problem: Issue, said: str) -> str:
    """English messages name what can be decided by the words of a file of decisions; on a page it is called as its button."""
    for action in problem.actions:
        said = said.replace(f'"{action}"', f"“{say(button(problem, action))}”") if action in ACTIONS else said
    return said


def listed(reading: Reading, decisions: Decisions, problems: Sequence[Issue], prefix: str) -> list[Part]:
    """Issues to read: each with what was decided, and its rows behind a fold."""
    found: list[Part] = []
    for key, problem in keyed(problems):
        then = f"{decided(problem, problem.decided).capitalize()}." if problem.decided else ""
        found.append(Text(told(problem), icon=ICONS[problem.level], then=then))
        fold = fold_of_rows(reading, decisions, problem, f"{prefix}.{key}")
        found += [] if fold is None else [fold]
    return found


def fold_of_rows(reading: Reading, decisions: Decisions, problem: Issue, key: str) -> Fold | None:
    """The rows as they stand in the file, in a fold; None where there are none to show."""
    if not problem.rows or cells(reading, problem).empty:
        return None

    def content() -> list[Part]:
        frame = cells(reading, problem)
        return [rows_of(frame, f"rows.{key}", [decided(problem, in_force(problem, decisions, int(r))) for r in frame.index])]

    return Fold(f"{counted(len(set(problem.rows)), 'row')}, as in the file", f"fold.{key}", content, in_report=True)


def log_frame(log: Sequence[LogEntry]) -> pd.DataFrame:
    """The log as a table: rows, column, found, became, why."""
    return pd.DataFrame(
        {
            "Rows": [", ".join(map(str, e.rows)) for e in log],
            "Column": [e.column for e in log],
            "In the file": [e.found for e in log],
            "In the cohort": [e.became for e in log],
            "Why": [e.why for e in log],
        },
        dtype=object,
    )


def log_of(reading: Reading, key: str) -> Part:
    """Every value changed, dropped or interpreted; the line that is picked shows its rows as they stand in the file."""
    log = reading.log
    if not log and reading.unused:
        idle = first_of([f"“{name}”" for name in reading.unused])
        return Text(f"No value was changed or interpreted: every cell that is used stands as it is. Not used: {idle}.")
    if not log:
        return Text(UNTOUCHED)
    short = [LogEntry(e.rows[:MOST_NAMED], e.column, e.found, e.became, _why(e)) for e in log[:MOST_LINES]]

    def then(line: int) -> list[Part]:
        rows = [r for r in log[line].rows if r in reading.table.index] if line < len(log) else []
        return [rows_of(reading.table.loc[rows], f"{key}.rows") if rows else Text(NO_ROWS, "small")]

    more = f"The first {MOST_LINES} of {counted(len(log), 'line')}; the file of the log holds all. " if len(log) > MOST_LINES else ""
    pick = "Pick a line to see its rows as they stand in the file."
    return Grid(log_frame(short), key, then=then, height=0 if len(short) <= FEW else HEIGHT, caption=more + pick)


def _why(entry: LogEntry) -> str:
    return entry.why + (f" ({len(entry.rows)} rows)" if len(entry.rows) > MOST_NAMED else "")
