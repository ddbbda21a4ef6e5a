"""The quality of a file as a text to print and to file with the data."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.formatting import count, counted

WIDTH = 100
#: Most rows named one by one.
MOST_ROWS = 40
LEVELS = {"error": "Could not stand", "warning": "To look at", "note": "How it was understood"}


def quality_text(
    cohort: Cohort,
    file: str,
    completeness: pd.DataFrame,
    patterns: pd.DataFrame,
    problems: Sequence[Mapping[str, object]],
    log: pd.DataFrame,
    of: int = 0,
) -> str:
    """A report in plain text: what was read, how complete it is, what was odd and what was decided, what was changed.

    ``completeness`` and ``patterns`` are those of an intake quality report; ``problems`` are dictionaries with level,
    message, rows and decided; ``log`` has one row an entry, its columns printed under their own names. ``of`` is how many patients the
    file has, where filters leave some of them out.
    """
    who = counted(len(cohort), "patient")
    if of > len(cohort):
        who += f" (of {of} in the file, whom the filters keep)"
    parts = [
        f"DATA QUALITY: {cohort.name}",
        "=" * WIDTH,
        "",
        f"File: {file}",
        f"Content: {who}, weeks {', '.join(map(str, cohort.weeks))}, fingerprint {cohort.fingerprint[:12]}",
    ]
    if cohort.synthetic:
        parts.append("Synthetic data: no patient is real.")
    parts += ["", "HOW COMPLETE", "-" * WIDTH]
    for name, week, n in zip(completeness["column"], completeness["week"], completeness["n"], strict=True):
        where = "" if pd.isna(week) else f" at week {week}"
        parts.append(f"{name + where:<48} {count(n, len(cohort))}")
    parts += ["", "WHICH VISITS PATIENTS MADE", "-" * WIDTH]
    for made, n in zip(patterns.drop(columns="n").to_numpy(dtype=bool), patterns["n"], strict=True):
        weeks = np.array(cohort.weeks)[made]
        parts.append(
            f"{counted(int(n), 'patient'):<16} "
            + ("every visit" if made.all() else "weeks " + ", ".join(map(str, weeks)) if made.any() else "no visit")
        )
    for level, title in LEVELS.items():
        mine = [p for p in problems if p["level"] == level]
        if mine:
            parts += ["", title.upper(), "-" * WIDTH]
            for p in mine:
                parts += _problem(p)
    parts += ["", f"EVERY VALUE CHANGED, DROPPED OR INTERPRETED ({len(log)})", "-" * WIDTH]
    for values in log.itertuples(index=False):
        parts += textwrap.wrap(
            "; ".join(f"{k}: {v or '(nothing)'}" for k, v in zip(log.columns, values, strict=True)),
            WIDTH,
            subsequent_indent="    ",
            break_long_words=False,
        )
    if log.empty:
        parts.append("Nothing: every cell that is used stands as it is.")
    return "\n".join(parts) + "\n"


def _problem(p: Mapping[str, object]) -> list[str]:
    out = textwrap.wrap(f"* {p['message']}", WIDTH, subsequent_indent="  ", break_long_words=False)
    if p["decided"]:
        out.append(f"  Decided: {p['decided']}.")
    rows = list(p["rows"])  # type: ignore[call-overload]
    if rows:
        more = f" and {len(rows) - MOST_ROWS} more" if len(rows) > MOST_ROWS else ""
        out += textwrap.wrap(
            "Rows: " + ", ".join(map(str, rows[:MOST_ROWS])) + more, WIDTH, initial_indent="  ", subsequent_indent="  "
        )
    return out
