"""What the user decided about the problems of a file: reversible, and stored apart from the file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from aadash.errors import IntakeError
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, TWO_PEOPLE, VALUE, Issue
from aadash.serial import Saved, convert, decode

ASK, MISSING = "ask", "missing"


@dataclass(frozen=True)
class Decisions:
    """Decisions about problems.

    Parameters
    ----------
    on_bad_value
        What holds for an error-level problem without a decision of its own: "ask" (it stays open), "missing" (set
        missing where that is possible, else the reading that the message names), or "exclude" (the patients
        concerned are left out where that is possible).
    actions
        :attr:`Issue.key` → "keep", "set missing", "exclude", "two people" or a right value ("value 47"). ``key@row`` decides a
        single row.
    """

    on_bad_value: str = ASK
    actions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.on_bad_value not in (ASK, MISSING, EXCLUDE):
            raise IntakeError(f"on_bad_value is {self.on_bad_value!r}", expected="'ask', 'missing' or 'exclude'")
        for key, action in self.actions.items():
            if action not in (KEEP, SET_MISSING, EXCLUDE, TWO_PEOPLE) and typed(action) is None:
                raise IntakeError(
                    f"The decision about {key!r} is {action!r}",
                    expected=f"{KEEP!r}, {SET_MISSING!r}, {EXCLUDE!r}, {TWO_PEOPLE!r} or a right value such as 'value 47'",
                )

    def decide(self, problem: Issue, action: str, row: int | None = None) -> Decisions:
        """The same decisions with one more, about a problem or about one row of it."""
        if not fits(action, problem.actions):
            raise IntakeError(
                f"{action!r} cannot be decided about this: {problem.message}",
                column=problem.column,
                expected=", ".join(problem.actions) or "nothing; it is a note",
            )
        return replace(self, actions={**self.actions, _key(problem, row): action})

    def undo(self, problem: Issue, row: int | None = None) -> Decisions:
        """The same decisions without the one about this problem (or about one row of it)."""
        gone = _key(problem, row)
        return replace(self, actions={k: v for k, v in self.actions.items() if k != gone})

    def action(self, key: str, row: int, allowed: Sequence[str]) -> str:
        """The action in force for one row of a problem; "" while it is open."""
        for name in (f"{key}@{row}", key):
            if fits(self.actions.get(name, ""), allowed):
                return self.actions[name]
        if self.on_bad_value == EXCLUDE and EXCLUDE in allowed:
            return EXCLUDE
        if self.on_bad_value != ASK and allowed:
            return SET_MISSING if SET_MISSING in allowed else allowed[0]
        return ""

    def unused(self, problems: Iterable[Issue]) -> list[str]:
        """The keys of decisions that decide nothing: no problem has the key, or none takes that answer."""
        known = {p.key: p.actions for p in problems}
        of = {k: k if k in known else k.rpartition("@")[0] for k in self.actions}
        return [k for k, action in self.actions.items() if not fits(action, known.get(of[k], ()))]

    def whole(self) -> dict[str, str]:
        """The decisions that are about no single row: those that hold for next month's file as well."""
        return {k: v for k, v in self.actions.items() if "@" not in k.rpartition("|")[2] and typed(v) is None}

    def to_json(self) -> str:
        """As JSON text."""
        return json.dumps({"on_bad_value": self.on_bad_value, "actions": dict(self.actions)}, indent=2, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Decisions:
        """From JSON text, or from the bytes of a file. Raises IntakeError when it holds no decisions."""
        try:
            saved = convert(decode(text), _SavedDecisions)
        except ValueError as error:
            raise IntakeError(f"These are not saved decisions ({error})") from error
        return cls(saved.on_bad_value, saved.actions)


_TYPED = re.compile(rf"{VALUE} ([-+]?\d{{1,9}}(?:\.\d{{1,9}})?)", re.ASCII)


def typed(action: str) -> float | None:
    """The number in a decision that is a right value.

    >>> typed("value 47"), typed("keep")
    (47.0, None)
    """
    found = _TYPED.fullmatch(action)
    return float(found.group(1)) if found and math.isfinite(float(found.group(1))) else None


def fits(action: str, allowed: Sequence[str]) -> bool:
    """Whether a problem with these answers takes this one."""
    return (action in allowed and action != VALUE) or (VALUE in allowed and typed(action) is not None)


class _SavedDecisions(Saved):
    actions: dict[str, str]
    on_bad_value: str = ASK


def _key(problem: Issue, row: int | None) -> str:
    return problem.key if row is None else f"{problem.key}@{row}"
