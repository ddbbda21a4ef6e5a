"""What there is to know or decide about a file, each with its rows as they stand, and the log of what was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import pandas as pd

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.spoken import st
from aadash.formatting import counted
from aadash.intake import Decisions, Issue, LogEntry, Reading
from aadash.intake.decisions import fits

ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}
ACTIONS = {
    "keep": "Keep",
    "set missing": "Set missing",
    "exclude": "Leave the patients out",
    "two people": "They are two people",
}
DECIDED = {
    "keep": "kept",
    "set missing": "set missing",
    "exclude": "patients left out",
    "two people": "two people",
    "by row": "decided row by row",
}
#: Most rows of the file that one fold shows, and most lines of the log on screen.
MOST_ROWS, MOST_LINES = 200, 1000


def keyed(problems: Sequence[Issue]) -> Iterator[tuple[str, Issue]]:
    """Each problem with a name of its own for its widgets, the same at every reading of the file."""
    seen: Counter[str] = Counter()
    for problem in problems:
        seen[problem.key] += 1
        yield f"{problem.key}|{seen[problem.key]}", problem


def in_force(problem: Issue, decisions: Decisions, row: int) -> str:
    """The decision about one row of a problem, "" while there is none."""
    for key in (f"{problem.key}@{row}", problem.key):
        if fits(decisions.actions.get(key, ""), problem.actions):
            return decisions.actions[key]
    return problem.decided if problem.decided in ACTIONS else ""


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


def rows_table(frame: pd.DataFrame, key: str, decided: Sequence[str] = ()) -> None:
    """Rows of the file as they stand, with what was decided about each."""
    shown = frame.head(MOST_ROWS)
    if decided and any(decided):
        said = pd.Series([DECIDED.get(d, d) for d in decided[:MOST_ROWS]], index=shown.index, name="Decided", dtype=object)
        shown = pd.concat([said, shown.rename(columns={"Decided": "Decided (file)"})], axis=1)
    st.dataframe(
        shown,
        width="stretch",
        key=key,
        height="auto" if len(shown) <= 8 else 320,
        column_config={"_index": st.column_config.NumberColumn("Row", help="Row number in the spreadsheet")},
    )
    if len(frame) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS} of {counted(len(frame), 'row')}.")


def listed(reading: Reading, decisions: Decisions, problems: Sequence[Issue], prefix: str) -> None:
    """Issues to read: each with what was decided, and its rows behind a fold."""
    for key, problem in keyed(problems):
        said = f" **{DECIDED[problem.decided].capitalize()}.**" if problem.decided else ""
        st.markdown(f"{ICONS[problem.level]} {plain(problem.told)}{said}")
        fold_of_rows(reading, decisions, problem, f"{prefix}.{key}")


def fold_of_rows(reading: Reading, decisions: Decisions, problem: Issue, key: str) -> bool:
    """The rows as they stand in the file, computed while the fold is open; tells whether it is."""
    if not problem.rows or cells(reading, problem).empty:
        return False
    with render.fold(f"{counted(len(set(problem.rows)), 'row')}, as in the file", "table_rows", f"fold.{key}") as f:
        if f.open:
            frame = cells(reading, problem)
            rows_table(frame, f"rows.{key}", [in_force(problem, decisions, int(r)) for r in frame.index])
    return bool(f.open)


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


def log_table(reading: Reading, key: str) -> None:
    """Every value changed, dropped or interpreted; the line that is picked shows its rows as they stand in the file."""
    if not reading.log:
        st.markdown("No value was changed, dropped or interpreted: every cell is used as it stands.")
        return
    short = [
        LogEntry(e.rows[:12], e.column, e.found, e.became, e.why + (f" ({len(e.rows)} rows)" if len(e.rows) > 12 else ""))
        for e in reading.log[:MOST_LINES]
    ]
    picked = st.dataframe(
        log_frame(short),
        hide_index=True,
        width="stretch",
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        height="auto" if len(short) <= 10 else 380,
    )
    if len(reading.log) > MOST_LINES:
        st.caption(f"The first {MOST_LINES} of {counted(len(reading.log), 'line')}; the file of the log holds all.")
    chosen = picked.selection.rows
    if not chosen:
        st.caption("Pick a line to see its rows as they stand in the file.")
        return
    entry = reading.log[chosen[0]]
    rows = [r for r in entry.rows if r in reading.table.index]
    if rows:
        rows_table(reading.table.loc[rows], f"{key}.rows")
    else:
        st.caption("This line is about the whole column, or about rows that are not part of the table.")
