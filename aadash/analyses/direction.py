"""Whether anybody said which end of a score is the better one."""

from __future__ import annotations

from collections.abc import Iterable

from aadash.measure import Measure
from aadash.result import Caveat

#: Analyses in which no value of the measure is called better or worse.
EITHER_WAY = frozenset(
    ("participants", "baseline", "adverse_events", "laboratory", "rater_agreement", "completeness", "questions_asked")
)


def assumed(measures: Iterable[Measure]) -> tuple[Caveat, ...]:
    """One caveat for each of ``measures`` whose better end was taken to be the lower one because its name is not known."""
    return tuple(
        Caveat(
            "direction-assumed",
            f"Nothing says which end of {measure.name} is the better one; a lower value was taken for it.",
            'If a higher value is better, responders and non-responders change places: read the file again and choose "Higher" under '
            '"What is measured over time".',
            "warning",
        )
        for measure in measures
        if measure.assumed
    )
