"""What is in this file, and what is odd?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aadash.document import Answer, Choice, Figure, Heading, KeyNumber, KeyNumbers, Method, Panel, Part, Table, Text, Unavailable
from aadash.formatting import count, counted, percent
from aadash.intake import Issue
from aadash.result import Result
from aadash.views import file_account
from aadash.views.view import Context, view

#: Most patterns of visits shown.
MOST_PATTERNS = 12
NO_READING = Text("This cohort did not come from a file that was read here, so there is no account of its reading.", "notice")
NOTHING_ODD = Text(
    "Nothing odd was found: no impossible value, no implausible jump, no contradiction, no patient entered twice.",
    "notice",
    icon="check_circle",
)


@view(
    "data_quality",
    "Data quality",
    "What is in this file, and what is odd?",
    group="Data",
    icon="fact_check",
    order=10,
    controls=(),
    guessed=False,
)
def data_quality(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask("completeness")
    if isinstance(result, Unavailable):
        return [result]
    return [
        key_numbers(c, result),
        VIEW,
        *VIEWS[c.value(VIEW)](c, result),
        Heading("Take away"),
        Panel("data_quality.files"),
    ]


def findings(c: Context) -> list[Issue]:
    """What is odd about the file: what can be decided about, and what is more than a note."""
    return [p for p in (c.held.reading.problems if c.held.reading else ()) if p.actions or p.level != "note"]


def key_numbers(c: Context, result: Result) -> KeyNumbers:
    """How complete, how many doubts, how many lines in the log."""
    t = result.table[result.table["week"].isna() & result.table["variable_level"].isna()]
    whole = {r["variable"]: r for r in t.to_dict("records")}
    every, visits = whole["every visit"], whole["visits"]
    facts = KeyNumber("Baseline facts known", "–", "no column")
    if "facts" in whole:
        share, of = whole["facts"]["rate"], whole["facts"]["n_enrolled"]
        facts = KeyNumber("Baseline facts known", percent(share), f"of {of} values in {counted(of // every['n_enrolled'], 'column')}")
    log = c.held.reading.log if c.held.reading else ()
    return KeyNumbers(
        (
            KeyNumber(
                f"{c.cohort.score} at every visit" if result.apart else "Seen at every visit",
                count(every["k"], every["n_enrolled"]),
                "patients",
            ),
            KeyNumber(f"{c.cohort.score} recorded", percent(visits["rate"]), f"of {counted(visits['n_enrolled'], 'visit')}"),
            facts,
            KeyNumber("Odd values and doubts", str(len(findings(c))), f"{counted(len(log), 'line')} in the log"),
        )
    )


def _complete(c: Context, result: Result) -> list[Part]:
    """The answer in words, the heat map, and which visits patients made."""
    rest = result.details.patterns["n"].iloc[MOST_PATTERNS:]
    more = f"{counted(len(rest), 'more pattern')}, together {counted(int(rest.sum()), 'patient')}."
    return [
        Answer(result, accounting=False),
        Figure(result, "map"),
        Heading(f"At which visits {c.cohort.score} is recorded" if result.apart else "Which visits patients made"),
        Table(result, options={"most": MOST_PATTERNS}),
        *([Text(more, "small")] if len(rest) else []),
        Method(result),
    ]


def _odd(c: Context, result: Result) -> list[Part]:
    """Impossible and suspicious values, each with its rows and what was decided."""
    reading = c.held.reading
    if reading is None:
        return [NO_READING]
    found: list[Part] = [] if findings(c) else [NOTHING_ODD]
    found += file_account.listed(reading, c.held.decisions, [p for p in reading.problems if p.actions], "odd")
    others = sorted((p for p in reading.problems if not p.actions), key=lambda p: p.level == "note")
    if others:
        found += [Heading("How the file was understood"), *file_account.listed(reading, c.held.decisions, others, "told")]
    return [*found, Panel("data_quality.change")]


def _changed(c: Context, result: Result) -> list[Part]:
    """The log, each line with its original rows one click away."""
    return [NO_READING if c.held.reading is None else file_account.log_of(c.held.reading, "quality.log")]


VIEWS: dict[str, Callable[[Context, Result], list[Part]]] = {
    "How complete": _complete,
    "What is odd": _odd,
    "What was changed": _changed,
}
VIEW = Choice("view.quality", "View", "How complete", {v: v for v in VIEWS})
