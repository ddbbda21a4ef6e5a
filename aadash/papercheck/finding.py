"""What came of a check: findings, what passed, and what cannot be decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from aadash.formatting import counted

#: Certainty of a finding → how it is called; the most certain first.
CERTAINTY = {
    "certain": "Cannot be as printed",
    "likely": "Hardly fits",
    "open": "To clear up",
}


@dataclass(frozen=True)
class Finding:
    """Two sentences: ``found``, what is printed and what it does not fit; ``explained``, what would explain it.

    ``certainty`` is a key of :data:`CERTAINTY`: "certain" follows by arithmetic from what is printed, "likely" needs patients or
    a chance that nobody expects, "open" is a question that one more word in the paper would answer.
    """

    check: str
    certainty: str
    where: str
    found: str
    explained: str
    numbers: int = 1


@dataclass(frozen=True)
class Outcome:
    """``findings``, the most certain first; ``passed`` and ``undecided``: kind of check → how many numbers, and in words why.

    ``examples``: where a mean and SD stand → values that have both ("18 × 3, 19 × 5"), to show that such values exist.
    """

    findings: tuple[Finding, ...]
    passed: dict[str, int]
    undecided: dict[str, int]
    checked: int
    left_out: tuple[str, ...] = ()
    examples: tuple[tuple[str, str], ...] = ()

    @property
    def doubtful(self) -> int:
        """How many numbers a finding is about."""
        return sum(f.numbers for f in self.findings)

    def of(self, certainty: str) -> list[Finding]:
        """The findings of one certainty."""
        return [f for f in self.findings if f.certainty == certainty]

    def line(self) -> str:
        """ "Checked: 42 numbers, 3 doubts."; of nothing that could be checked there is neither doubt nor none."""
        if not self.checked:
            return "No number could be checked."
        doubts = counted(len(self.findings), "doubt") if self.findings else "no doubt"
        return f"Checked: {counted(self.checked, 'number')}, {doubts}."


@dataclass
class Tally:
    """What the checks tell while they run."""

    findings: list[Finding] = field(default_factory=list)
    passed: dict[str, int] = field(default_factory=dict)
    undecided: dict[str, int] = field(default_factory=dict)
    checked: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)

    def ok(self, check: str, n: int = 1) -> None:
        """``n`` numbers passed a check."""
        if n:
            self.checked += n
            self.passed[check] = self.passed.get(check, 0) + n

    def undecidable(self, why: str, n: int = 1) -> None:
        """``n`` numbers about which nothing can be said, and why; they do not count as checked."""
        if n:
            self.undecided[why] = self.undecided.get(why, 0) + n

    def doubt(self, check: str, certainty: str, where: str, found: str, explained: str, n: int = 1) -> None:
        """A finding about ``n`` numbers."""
        self.checked += n
        self.findings.append(Finding(check, certainty, where, found, explained, n))

    def outcome(self, left_out: Sequence[str] = ()) -> Outcome:
        """Everything that was told, the most certain findings first."""
        order = list(CERTAINTY)
        found = sorted(self.findings, key=lambda f: (order.index(f.certainty), -f.numbers))
        return Outcome(tuple(found), self.passed, self.undecided, self.checked, tuple(left_out), tuple(self.examples))
