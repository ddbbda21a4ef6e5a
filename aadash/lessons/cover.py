"""Guess, then reveal: what a page would tell, turned into a question before it is told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from aadash.document import Answer, KeyNumbers, Part, Table, walk
from aadash.lessons.lesson import Number, Pick

_PERCENT = re.compile(r"^(−?\d+(?:\.\d+)?) %$")
_PLAIN = re.compile(r"^(−?\d+(?:\.\d+)?)( points| years| weeks)?$")
DIFFERS, ALIKE = "Yes, beyond what chance gives", "No clear difference"


@dataclass(frozen=True)
class Covered:
    """A question about a page, and its guess; ``guess`` is None where nothing on the page is a number or a test to guess."""

    question: str
    guess: Number | Pick | None


def covered(title: str, parts: Sequence[Part], alpha: float) -> Covered:
    """What to guess before ``parts`` are shown: their first key number, else whether their first test differs, else nothing.

    ``title`` is the question of the page. Folds stay closed.
    """
    shown = list(walk(parts, folds=False))
    for part in shown:
        if isinstance(part, KeyNumbers):
            for item in part.items:
                found = _number(item.value)
                if found is not None:
                    return Covered(f"{title} Guess: {item.label}.", found)
    for part in shown:
        if isinstance(part, Answer | Table):
            rows = part.rows if isinstance(part, Table) else None
            tests = part.result.tests(rows)
            if tests:
                return Covered(
                    f"{part.result.question} Guess what the first test says.", Pick((DIFFERS, ALIKE), int(tests[0].p > alpha))
                )
    return Covered(f"{title} Say what you expect, then look.", None)


def _number(value: str) -> Number | None:
    """A slider for a printed number: 0 to 100 for a percentage, else from 0 to twice its size or so, whatever its sign."""
    percent = _PERCENT.match(value)
    if percent:
        truth = float(percent[1].replace("−", "-"))
        return Number(-100 if truth < 0 else 0, 100, 1, truth, " %")
    plain = _PLAIN.match(value)
    if not plain:
        return None
    truth = float(plain[1].replace("−", "-"))
    top = next((t for t in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000, 1_000_000) if t > abs(truth)), 1e9)
    top *= 2 if top == 1 else 1
    digits = 0 if "." not in plain[1] else 1
    return Number(-top if truth < 0 else 0, top, 1 if digits == 0 or top > 20 else 0.1, truth, plain[2] or "", digits)
