"""The cohort in use: what it holds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from aadash.cohort import Cohort
from aadash.document import Answer, Figure, Grid, Heading, KeyNumber, KeyNumbers, Panel, Part, Text
from aadash.formatting import counted, percent
from aadash.result import Result
from aadash.views import headlines
from aadash.views.view import Context, view

#: Rows of the cohort shown, and how high the table and the chart of the example are, in pixels.
SHOWN, HEIGHT, LOW = 500, 300, 256
NEXT = Panel("cohort.next")
TITLE = "Alopecia areata cohorts, from spreadsheet to answer"
PURPOSE = Text(
    "Upload the clinic's file and ask: how does SALT change, who responds, is the difference real? "
    "Every number comes with its method, denominator and doubts."
)


@view("cohort", "Cohort", TITLE, group="Data", icon="table_view", order=0, controls=(), without=(PURPOSE,), guessed=False)
def cohort_in_use(c: Context) -> Sequence[Part]:
    """The parts of the page that are about the cohort in use: what it holds, where to go next, its rows."""
    cohort, reading = c.everyone, c.held.reading
    made = [Text("Synthetic data: no patient is real.", "small")] if cohort.synthetic else []
    read = []
    if reading is not None:
        doubts = sum(p.level != "note" for p in reading.problems)
        read.append(
            Text(
                f"{counted(doubts, 'doubt')} about the file, {counted(len(reading.log), 'line')} in the log of what was "
                "changed or interpreted: see the page Data quality.",
                "small",
            )
        )
    more = f"The first {SHOWN} of {counted(len(cohort), 'patient')}." if len(cohort) > SHOWN else ""
    return [
        Heading(f"Cohort in use: {cohort.name}"),
        *made,
        key_numbers(cohort),
        NEXT,
        Panel("cohort.keep"),
        *read,
        Grid(preview(cohort), "home.preview", index=str(cohort.salt.index.name or "Patient"), height=HEIGHT, caption=more),
    ]


def key_numbers(cohort: Cohort) -> KeyNumbers:
    """Patients, visits, weeks, and how much of the score was recorded."""
    seen = 1 - cohort.salt.isna().to_numpy().mean()
    return KeyNumbers(
        (
            KeyNumber("Patients", f"{len(cohort):,}".replace(",", " ")),
            KeyNumber("Visits", str(len(cohort.weeks))),
            KeyNumber("Weeks", "–".join(dict.fromkeys((str(cohort.weeks[0]), str(cohort.weeks[-1]))))),
            KeyNumber(f"{cohort.score} recorded", percent(seen)),
        )
    )


def preview(cohort: Cohort) -> pd.DataFrame:
    """The cohort as a table: SALT by week, then the baseline facts."""
    salt = cohort.salt.head(SHOWN).rename(columns=lambda w: f"Week {w}")
    facts = cohort.patients.head(SHOWN)
    return pd.concat([salt, facts.rename(columns=lambda c: f"{c} (fact)" if c in salt.columns else c)], axis=1)


def example(cohort: Cohort, result: Result, notes: Sequence[str] = (), opened: bool = False) -> list[Part]:
    """What an answer looks like, as long as there is no cohort of one's own; the way into the sample, or on where it is open.
    ``notes`` are about the plan on which it opens."""
    whose = f"For example: {cohort.name}, synthetic, {counted(len(cohort), 'patient')}."
    return [
        Answer(result, accounting=False),
        Text(" ".join((whose, *notes)), "small"),
        NEXT if opened else Panel("cohort.example"),
        Figure(result, "spaghetti", title=headlines.course(result, result.plan.at_week(cohort)), name="example", height=LOW),
    ]
