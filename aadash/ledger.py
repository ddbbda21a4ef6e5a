"""The ledger: every question that was asked of the data, counted, with what was declared beforehand marked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

from aadash.plan import AnalysisPlan
from aadash.serial import Saved, Whole, convert

#: Outcomes that a plan about the change in SALT speaks of.
CHANGES = ("salt", "salt_change", "percent_change")


@dataclass(frozen=True)
class Look:
    """One question asked of the data, when its answer was first shown.

    Attributes
    ----------
    cohort
        Fingerprint of the file's cohort, first 12 digits.
    design
        The choices behind it, from :func:`design`: split, cuts, filters, missing rule, week.
    outcome
        What was measured ("SALT75", "percent_change").
    contrast
        What was compared with what: the split, and the level or pair of levels.
    test
        The test whose p was shown.
    week, filters, missing
        The same choices in words, for reading.
    n, estimate, p
        The answer. ``estimate`` is NaN where the test has none.
    time
        When it was first shown, ISO 8601, UTC.
    declared
        When it had been declared beforehand; "" when it was found by looking.
    """

    cohort: str
    design: str
    outcome: str
    contrast: str
    test: str
    week: int | None
    filters: str
    missing: str
    n: int
    estimate: float
    p: float
    time: str
    declared: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it a question of its own."""
        return (self.cohort, self.design, self.outcome, self.contrast, self.test)


@dataclass(frozen=True)
class Ledger:
    """Looks in the order in which they were taken; each question stands once, with its first answer."""

    looks: tuple[Look, ...] = ()

    @cached_property
    def keys(self) -> frozenset[tuple[str, ...]]:
        """The questions that are in it."""
        return frozenset(look.key for look in self.looks)

    def __len__(self) -> int:
        return len(self.looks)

    def adding(self, more: Iterable[Look]) -> Ledger:
        """This ledger and those of ``more`` that ask something new; itself when there is none."""
        fresh = {look.key: look for look in reversed(list(more)) if look.key not in self.keys}
        return Ledger((*self.looks, *reversed(fresh.values()))) if fresh else self

    def of(self, cohort: str) -> Ledger:
        """The looks at one cohort, by its fingerprint (or the first digits of it)."""
        return Ledger(tuple(look for look in self.looks if look.cohort == cohort[:12]))

    def to_list(self) -> list[dict[str, Any]]:
        """Plain data for JSON; a missing estimate or p is None."""
        return [
            {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(look).items()} for look in self.looks
        ]

    @classmethod
    def from_list(cls, data: object) -> tuple[Ledger, list[str]]:
        """The inverse of :meth:`to_list`, and a sentence if entries had to be left out."""
        looks, broken = [], 0
        for item in data if isinstance(data, list) else []:
            try:
                looks.append(_look(item))
            except ValueError:
                broken += 1
        notes = [f"{broken} of {broken + len(looks)} entries of the ledger could not be read."] if broken else []
        return cls().adding(looks), notes


def design(plan: AnalysisPlan, week: int | None, stratifier: str | None = None) -> str:
    """The choices of ``plan`` that make a question, as text: equal choices give equal text.

    ``week`` is the week in question; ``stratifier`` takes the place of the plan's own. Alpha and adjustment are not among
    them: they do not make a new question.
    """
    name = plan.stratifier if stratifier is None else stratifier
    cut = plan.severity_cut if name == "severity" else plan.column_cut if name == plan.stratifier else None
    filters = sorted(json.dumps(f.to_dict(), sort_keys=True, ensure_ascii=False) for f in plan.filters)
    return json.dumps([name, cut, plan.missing, week, filters], ensure_ascii=False)


def declared(look: Look, pins: Iterable[tuple[AnalysisPlan, str, str]]) -> Look:
    """The look, marked when one of the pins had declared it before it was taken.

    A pin is a plan whose week is set, what it is about ("response" or "change") and when it was declared.
    """
    for plan, outcome, at in pins:
        if at <= look.time and covers(plan, outcome, look):
            return replace(look, declared=at)
    return look


def covers(plan: AnalysisPlan, outcome: str, look: Look) -> bool:
    """Whether a plan whose week is set, and what it is about ("response" or "change"), speak of this look."""
    measures = (plan.endpoint,) if outcome == "response" else CHANGES
    return look.outcome in measures and look.design == design(plan, plan.week)


class _SavedLook(Saved):
    cohort: str
    design: str
    outcome: str
    contrast: str
    test: str
    week: Whole | None
    filters: str
    missing: str
    n: Whole
    estimate: float | None
    p: float | None
    time: str
    declared: str = ""


def _look(item: object) -> Look:
    saved = convert(item, _SavedLook, from_text=True)
    values = {field.name: getattr(saved, field.name) for field in fields(Look)}
    return Look(**values | {k: math.nan if values[k] is None else values[k] for k in ("estimate", "p")})
