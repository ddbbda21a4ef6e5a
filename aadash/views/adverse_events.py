"""Which adverse events were seen? Table 2."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.cohort import Cohort
from aadash.document import (
    Answer,
    Choice,
    Doubts,
    Downloads,
    Figure,
    Heading,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Table,
    Text,
    Unavailable,
)
from aadash.formatting import count, interval, number, percent
from aadash.laboratory import TESTS
from aadash.levels import ALL
from aadash.result import Result
from aadash.views import headlines
from aadash.views.view import Context, view

SCOPE = Choice(
    "events.scope", "Events", "emergent", {"emergent": "Since the first dose", "all": "Every event in the file"}, kind="segments"
)


def _recorded(cohort: Cohort) -> bool:
    """Whether the file tells of adverse events, or of a laboratory test before the first dose and after."""
    tests = [[int(w) for w in cohort.measures[test.name][1].columns] for test in TESTS if test.name in cohort.measures]
    listed = cohort.events is not None and len(cohort.events) > 0
    return listed or "adverse_event" in cohort.roles or any(0 in weeks and max(weeks) > 0 for weeks in tests)


@view(
    "adverse_events",
    "Adverse events",
    "Which adverse events were seen?",
    group="Describe",
    icon="healing",
    order=45,
    controls=("split", "error"),
    shows=_recorded,
)
def adverse_events(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask("adverse_events", scope=c.value(SCOPE))
    if isinstance(result, Unavailable):
        return [result, *laboratory(c)]
    return [
        Answer(result),
        *([SCOPE] if result.details.from_list else []),
        Figure(result, "terms", title=headlines.events(result), legend=True, quiet=True),
        Doubts.of(result),
        key_numbers(result),
        Table(result, None, "Adverse events"),
        *laboratory(c),
        Method(result),
        Downloads(result),
    ]


def laboratory(c: Context) -> list[Part]:
    """Laboratory values, where the file has any: who left the limits of normal, the change, the shift."""
    result = c.ask("laboratory")
    if isinstance(result, Unavailable):
        return [Text(result.reason, "small")]
    return [
        Heading("What became of the laboratory values?", 3),
        Answer(result),
        Figure(result, "new", title="Newly outside the limits of normal", legend=True, quiet=True),
        Doubts.of(result),
        Table(result, None, "Laboratory values"),
        Text(result.method, "small"),
    ]


def key_numbers(result: Result) -> KeyNumbers:
    """Patients with an event, the rate, serious ones."""
    t = result.table[[level is ALL for level in result.table["group1_level"]]]

    def of(variable: str) -> dict | None:
        rows = t[t["variable"] == variable]
        return rows.iloc[0].to_dict() if len(rows) else None

    out = []
    for variable, what in (("any", "Any adverse event"), ("fatal", "Fatal"), ("serious", "Serious"), ("stopped", "Drug withdrawn")):
        r = of(variable)
        if r is not None:
            under = f"up to {percent(r['upper_if_none'])} possible"
            if r["k"]:
                under = f"CI {interval(100 * r['ci_low'], 100 * r['ci_high'])} %"
            elif np.isnan(r["upper_if_none"]):
                under = "not told of every event"
            out.append(KeyNumber(what, count(r["k"], r["n"]), under))
        if variable == "any" and r is not None and not np.isnan(r["rate"]):
            out.append(KeyNumber("Events per 100 patient-years", number(r["rate"]), f"CI {interval(r['rate_low'], r['rate_high'])}"))
    return KeyNumbers(tuple(out))
