"""What the user decided about the problems of a file: reversible, and stored apart from the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from aadash.errors import IntakeError
from aadash.intake.model import EXCLUDE, KEEP, SET_MISSING, Issue
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
        :attr:`Issue.key` → "keep", "set missing" or "exclude". ``key@row`` decides a single row.
    """

    on_bad_value: str = ASK
    actions: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.on_bad_value not in (ASK, MISSING, EXCLUDE):
            raise IntakeError(f"on_bad_value is {self.on_bad_value!r}", expected="'ask', 'missing' or 'exclude'")
        for key, action in self.actions.items():
            if action not in (KEEP, SET_MISSING, EXCLUDE):
                raise IntakeError(f"The decision about {key!r} is {action!r}", expected=f"{KEEP!r}, {SET_MISSING!r} or {EXCLUDE!r}")

    def decide(self, problem: Issue, action: str, row: int | None = None) -> Decisions:
        """The same decisions with one more, about a problem or about one row of it."""
        if action not in problem.actions:
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
            if self.actions.get(name) in allowed:
                return self.actions[name]
        if self.on_bad_value == EXCLUDE and EXCLUDE in allowed:
            return EXCLUDE
        if self.on_bad_value != ASK and allowed:
            return SET_MISSING if SET_MISSING in allowed else allowed[0]
        return ""

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


class _SavedDecisions(Saved):
    actions: dict[str, str]
    on_bad_value: str = ASK


def _key(problem: Issue, row: int | None) -> str:
    return problem.key if row is None else f"{problem.key}@{row}"
