"""Whose scores are missing, and were they doing worse?"""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import (
    Answer,
    Choice,
    Doubts,
    Downloads,
    Figure,
    Fold,
    Heading,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Table,
    Text,
    Unavailable,
)
from aadash.formatting import percent
from aadash.levels import ALL
from aadash.result import Result
from aadash.views import next_questions
from aadash.views.comparisons import QUESTIONS
from aadash.views.rules import NOTHING, beyond
from aadash.views.view import Context, view

#: Question as the page asks it → analysis.
ASKED = {"Response rate": "responders", **QUESTIONS}
QUESTION = Choice("view.rules", "Question", "Response rate", {v: v for v in ASKED})


@view(
    "missing_visits",
    "Missing visits",
    "Whose scores are missing, and were they doing worse?",
    group="Data",
    icon="event_busy",
    order=12,
    controls=("split", "endpoint", "week", "error"),
)
def missing_visits(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask("missingness")
    if isinstance(result, Unavailable):
        return [result]
    title = _title(c, result)
    some = bool((result.rows(variable="missing")["missing"] > 0).any())  # else a map of noughts, and a table of dashes
    return [
        Answer(result),
        *([Figure(result, "map", title=title)] if some else []),
        Doubts.of(result),
        key_numbers(c, result),
        *([Table(result, result.table[result.table["variable"] != "missing"])] if some else []),
        Fold("Every stratum and week", "fold.missing.all", lambda: [Table(result, result.rows(variable="missing"))], in_report=True),
        *(_under_each_rule(c) if some else [Text(NOTHING, "small")]),
        next_questions.estimand(c, "missing"),
        Method(result),
        Downloads(result),
    ]


def _title(c: Context, result: Result) -> str:
    if result.apart:
        score = result.measure.name
        return f"Patients without {score}, by stratum and week" if c.used else f"Patients without {score}, by week"
    return "Patients not seen, by stratum and week" if c.used else "Patients not seen, by week"


def _under_each_rule(c: Context) -> Sequence[Part]:
    """A question under every rule, and what else can be done about a visit that was not made."""
    rules = c.ask("missing_rule_comparison", question=ASKED[c.value(QUESTION)])
    return [
        Heading("Does the conclusion change with what a missing visit counts as?", 3),
        QUESTION,
        *([rules] if isinstance(rules, Unavailable) else [Answer(rules, accounting=False), Table(rules)]),
        *beyond(ASKED[c.value(QUESTION)]),
        *next_questions.missing(c),
    ]


def key_numbers(c: Context, result: Result) -> KeyNumbers:
    """Visits made, patients complete, patients seen at the end."""
    t = result.rows(variable="missing", group1_level=ALL)
    cells, gone, end = int(t["n_enrolled"].sum()), int(t["missing"].sum()), t.iloc[-1]
    every = result.rows(variable="complete", group1_level=ALL).iloc[0]
    complete = int(every["n_enrolled"] - every["missing"])
    if result.apart:  # who lacks the score may have come, and come again
        score = result.measure.name
        return KeyNumbers(
            (
                KeyNumber(f"{score} recorded", percent(1 - gone / cells), f"{cells - gone}/{cells}"),
                KeyNumber(f"{score} at every visit", percent(every["rate"]), f"{complete}/{int(every['n_enrolled'])}"),
                KeyNumber(
                    f"{score} at week {int(end['week'])}",
                    percent(1 - end["rate"]),
                    f"{int(end['n_analysed'])}/{int(end['n_enrolled'])}",
                ),
            )
        )
    return KeyNumbers(
        (
            KeyNumber("Visits made", percent(1 - gone / cells), f"{cells - gone}/{cells}"),
            KeyNumber("Patients with every visit", percent(every["rate"]), f"{complete}/{int(every['n_enrolled'])}"),
            KeyNumber(
                f"Seen at week {int(end['week'])}", percent(1 - end["rate"]), f"{int(end['n_analysed'])}/{int(end['n_enrolled'])}"
            ),
            KeyNumber("Not seen again by then", str(int(end["left"])), "not seen at that visit nor later"),
        )
    )
