"""Who are the patients? Table 1, and who was seen when."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.document import (
    Answer,
    Choice,
    Choices,
    Doubts,
    Downloads,
    Figure,
    Fold,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Table,
    Unavailable,
)
from aadash.formatting import count, number, whole
from aadash.levels import ALL
from aadash.result import Result
from aadash.views import next_questions
from aadash.views.view import Context, view

MEDIANS = "baseline.medians"
P_VALUES = Choice(
    "baseline.p_values",
    "p-values",
    False,
    kind="toggle",
    help="A p-value does not say whether groups are comparable. Journals that follow STROBE do not print them in Table 1.",
)
GRADES = Choice(
    "baseline.grades",
    "Grades as numbers",
    False,
    kind="toggle",
    help="The mean of a score of few grades, or its median, in place of how many patients have each grade.",
)
BARS = Choice("baseline.bars", "Distributions", False, kind="toggle", help="A small bar chart in the row of each number.")


def medians_of(result: Result) -> Choice:
    """Which numbers are printed as median with quartiles."""
    titles = {name: fact.title for name, fact in result.details.facts.items() if fact.kind == "number"}
    return Choice(MEDIANS, "Median for", (), titles, kind="several")


@view(
    "baseline",
    "Table 1",
    "Who are the patients?",
    group="Describe",
    icon="groups",
    order=15,
    controls=("split",),
)
def baseline(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask("baseline", p_values=bool(c.value(P_VALUES)), grades_as_numbers=bool(c.value(GRADES)))
    if isinstance(result, Unavailable):
        return [result]
    people = c.ask("participants")
    medians = medians_of(result)
    options = {"medians": c.value(medians), "distributions": bool(c.value(BARS))}
    return [
        Answer(result, accounting=False),
        *([] if isinstance(people, Unavailable) else [Figure(people, "flow", title=_when(people), quiet=True)]),
        Doubts.of(result),
        key_numbers(c, result),
        Choices((medians, *((GRADES,) if result.details.graded else ()), *((P_VALUES,) if len(c.used) > 1 else ()), BARS)),
        Table(result, None, "Baseline characteristics", options),
        *([] if isinstance(people, Unavailable) else _people(people)),
        *next_questions.readers(c),
        Fold(
            "Beside the Korean paper's Table 1",
            "fold.baseline.paper",
            lambda: [Table(result, None, "", {"beside": "korea"})],
            "menu_book",
        ),
        Method(result),
        Downloads(result),
    ]


def _when(people: Result) -> str:
    return f"Who has {people.measure.name} when" if people.apart else "Who was seen when"


def _people(people: Result) -> list[Part]:
    label = f"Patients with {people.measure.name} at each visit" if people.apart else "Patients seen at each visit"
    return [Fold(label, "fold.baseline.seen", lambda: [Table(people)])]


def key_numbers(c: Context, result: Result) -> KeyNumbers:
    """Patients, age, baseline severity."""
    out = [KeyNumber("Patients", whole(len(c.cohort)), f"{whole(len(c.everyone))} in the file")]
    t = result.table[[level is ALL for level in result.table["group1_level"]]]
    age = next((n for n, f in result.details.facts.items() if f.role == "age"), "")
    severity = c.cohort.severity_measure.name
    for name, what in ((age, "Mean age"), ("baseline_salt", f"Mean baseline {severity}")):
        rows = t[t["variable"] == name]
        if len(rows) and not np.isnan(rows.iloc[0]["mean"]):
            r = rows.iloc[0]
            digits = result.details.facts[name].digits
            out.append(KeyNumber(what, number(r["mean"], digits), f"SD {number(r['sd'], digits)}, n = {whole(r['n'])}"))
    band = t[t["variable"] == "trial_band"]
    if len(band) and band.iloc[0]["n"]:
        severe = int(band["k"].iloc[2:].sum())
        out.append(KeyNumber(f"Baseline {severity} of 50 or more", count(severe, band.iloc[0]["n"]), "as trials enrol"))
    return KeyNumbers(tuple(out))
