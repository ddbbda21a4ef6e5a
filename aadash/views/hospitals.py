"""Hospitals that sent sums instead of patients: how they differ first, then what all of them together say.

Needs no cohort, so it is no registered view; the app's page asks it with the summaries that were opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from aadash.document import (
    Answer,
    Doubts,
    Examined,
    Figure,
    Fold,
    Heading,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Table,
    Text,
    TextTable,
    Unavailable,
)
from aadash.formatting import counted, first_of
from aadash.legend import keyed, of_visits
from aadash.result import Result

QUESTION = "What do several hospitals say together?"
#: What is asked of the hospitals against each other, in this order.
BETWEEN = {
    "responders_between": "Do the hospitals differ in response?",
    "between_strata": "Do the hospitals differ in percent change?",
}
#: Analysis → the picture that needs no patient.
PICTURE = {
    "salt_over_time": "means",
    "change_from_baseline": "intervals",
    "between_strata": "intervals",
    "responders_between": "intervals",
    "responders": "weeks",
    "participants": "flow",
    "time_to_response": "steps",
    "regression_to_the_mean": "quarters",
    "visits_as_patients": "tests",
}


def differences(
    patients: int,
    centres: pd.DataFrame,
    codes: pd.DataFrame,
    told: Sequence[str],
    alike: Sequence[str] = (),
    twice: Sequence[str] = (),
) -> list[Part]:
    """What the hospitals sent, side by side: sizes, baselines, missed visits, codes, and what was left out. Of the columns ``alike``
    every hospital counted values; ``twice`` says which two seem to be one."""
    parts: list[Part] = [
        *[Text(text, "notice", icon="warning") for text in twice],
        KeyNumbers((KeyNumber("Hospitals", str(len(centres)), ""), KeyNumber("Patients", f"{patients:,}", "as sums"))),
        TextTable(centres, "The hospitals side by side"),
    ]
    if len(codes):
        parts += [
            Text(
                "The hospitals do not write these columns alike: a level that one of them spells in its own way stands by itself.",
                "notice",
            ),
            TextTable(codes, "Columns whose values differ"),
        ]
    elif len(centres) > 1:
        said = f"No hospital spells a value in its own way in {first_of([f'“{column}”' for column in alike])}."
        parts.append(Text(said if alike else "No column's values were counted in every hospital.", "small"))
    if told:
        label = f"What cannot be asked of all together: {counted(len(told), 'line')}"
        parts.append(Fold(label, "fold.hospitals.left_out", lambda: [Text(text) for text in told]))
    return parts


def possible(answered: Sequence[str], unanswered: Mapping[str, Sequence[str]], advice: str) -> list[Part]:
    """Which questions the sums answer, which not and why, and what to do about it; nothing where they answer all."""
    if not unanswered:
        return []
    n = len(answered) + sum(map(len, unanswered.values()))
    parts: list[Part] = [
        Text(f"These sums answer {len(answered)} of {n} questions: {' '.join(answered)}", "strong")
        if answered
        else Text(f"These sums answer none of the {n} questions that sums can answer.", "strong"),
        Fold(
            "What they do not answer, and why",
            "fold.hospitals.unanswered",
            lambda: [part for why, asked in unanswered.items() for part in (Text(why), Text(" ".join(asked), "small"))],
        ),
    ]
    return [*parts, *([Text(advice)] if advice else [])]


def heterogeneity(found: Mapping[str, Result | Unavailable], week: int) -> list[Part]:
    """The hospitals against each other, which is to be read before anything pooled."""
    parts: list[Part] = [
        Heading(
            "Do the hospitals differ?",
            2,
            "Read this first: a pooled number of hospitals that differ describes none of them.",
        )
    ]
    said: list[str] = []
    for result in found.values():
        if not isinstance(result, Unavailable):
            parts += _shown(result, week, fold=True)
        elif result.reason not in said:
            parts.append(result)
            said.append(result.reason)
    return parts


def together(result: Result | Unavailable, week: int, above: Sequence[Result | Unavailable] = ()) -> list[Part]:
    """An analysis of all hospitals, as the usual parts; what stands ``above`` for the same reason is not said again."""
    if isinstance(result, Unavailable):
        again = result.reason in [one.reason for one in above if isinstance(one, Unavailable)]
        return [Unavailable("This cannot be answered for the reason above. Choose another question.") if again else result]
    return [*_shown(result, week), Examined(result), Method(result)]


def _shown(result: Result, week: int, fold: bool = False) -> list[Part]:
    kind = PICTURE.get(result.analysis)
    table = result.table
    at_week = table[table["week"] == week] if "week" in table and (table["week"] == week).any() else table
    if fold and result.call is not None and (at_week["variable"] == result.call.plan.endpoint).any():
        at_week = at_week[at_week["variable"] == result.call.plan.endpoint]
    rest: list[Part] = [Doubts.of(result), Table(result, at_week, f"Week {week}" if len(at_week) < len(table) else "")]
    if len(at_week) < len(table):
        rest.append(Fold("All rows", f"fold.hospitals.{result.analysis}.{fold}", lambda: [Table(result, table)]))
    title = BETWEEN.get(result.analysis, result.question) if fold else result.question
    keys = keyed(result, kind) if kind == "weeks" else of_visits(result)
    figure: list[Part] = [Figure(result, kind, title=title, legend=keys, quiet=True)] if kind else []
    return [Answer(result), *figure, *rest]
