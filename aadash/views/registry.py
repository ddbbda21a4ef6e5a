"""A registry of millions, counted: an answer, its picture, its table. Needs no cohort, so it is no registered view."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import Figure, Part
from aadash.formatting import counted
from aadash.result import Result
from aadash.views.hospitals import together

QUESTION = "What does a registry of millions say?"
#: Why a question cannot be asked of counts.
NOT_ASKED = (
    "These follow single patients from visit to visit, or look at several of their facts at once. Filter the registry, export those "
    "patients as a file, and open it on the first page."
)
#: Where they are asked of a registry whose rows may be in use.
ELSEWHERE = (
    "These follow single patients, or look at several of their facts at once. The other pages answer them, with the registry in use "
    "there."
)


def parts(result: Result, week: int) -> list[Part]:
    """An answer as the usual parts; of the course, lines of some patients first."""
    found: Sequence[Part] = together(result, week)
    if result.analysis != "salt_over_time" or not len(result.details.values):
        return list(found)
    answer, *rest = found
    lines = f"Lines of {counted(len(result.details.values), 'patient')}"
    return [answer, Figure(result, "spaghetti", title=lines, legend=True), *rest]
