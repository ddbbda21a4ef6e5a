"""Which questions a summary answers, which not and why, and what would answer them."""

from __future__ import annotations

from aadash.analyses.registry import REGISTRY, Answers
from aadash.summaries.answer import SUFFICES
from aadash.summaries.form import Summary


def answered(found: Answers, summary: Summary) -> list[str]:
    """The questions that sums may answer, and these do, as a page asks them."""
    return [_question(name, summary) for name in SUFFICES if name in found.results]


def unanswered(found: Answers, summary: Summary) -> dict[str, list[str]]:
    """Why the others cannot be answered → the questions that sums would suffice for; what no sums answer is not among them."""
    out: dict[str, list[str]] = {}
    for name in SUFFICES:
        if name in found.reasons:
            out.setdefault(found.reasons[name], []).append(_question(name, summary))
    return out


def what_to_do(summary: Summary) -> str:
    """What would answer more; "" where nothing was left out for its size."""
    if summary.minimum <= 1:
        return ""
    return (
        f"With a smallest cell of {summary.minimum} all that needs a baseline beside a later value is left out, and in small "
        "hospitals nearly everything else. Ask whether the boards allow a smallest cell of 1, in files that only the coordinator's "
        "key opens; or let each hospital analyse its own file, and pool their rates as those of published studies."
    )


def _question(name: str, summary: Summary) -> str:
    return summary.measured().words(REGISTRY[name].question)
