"""What goes with a number: who was analysed and who was left out, doubts, checks of assumptions, other choices."""

from __future__ import annotations

from dataclasses import dataclass

from aadash.formatting import whole


@dataclass(frozen=True)
class Exclusion:
    """Patients whom an analysis could not use, and why."""

    reason: str
    n: int


@dataclass(frozen=True)
class Accounting:
    """How many are in the cohort, how many were analysed, who was left out and why."""

    enrolled: int
    analysed: int
    excluded: tuple[Exclusion, ...] = ()

    def sentence(self) -> str:
        """ "117 enrolled, 68 analysed; left out: 49 with a missing visit"."""
        text = f"{whole(self.enrolled)} enrolled, {whole(self.analysed)} analysed"
        left = [f"{whole(e.n)} {e.reason}" for e in self.excluded if e.n]
        return text + ("; left out: " + ", ".join(left) if left else "")


@dataclass(frozen=True)
class Caveat:
    """Doubt that travels with a result. Not an exception: the number stands, the reader is told.

    ``code`` names its heading in docs/METHODS.md; ``text`` says what is the matter in plain words, ``advice`` what
    to do instead. ``level`` is "note" or "warning".
    """

    code: str
    text: str
    advice: str = ""
    level: str = "note"


@dataclass(frozen=True)
class Check:
    """An assumption of a test, as checked on these data.

    ``verdict`` is "holds", "doubtful" or "broken"; ``detail`` gives the figures behind it in words.
    """

    name: str
    verdict: str
    detail: str


@dataclass(frozen=True)
class Alternative:
    """What a different reasonable choice would have said. ``agrees``: on the same side of alpha as the answer."""

    method: str
    p: float
    agrees: bool
    detail: str = ""
