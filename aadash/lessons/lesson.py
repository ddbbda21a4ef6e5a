"""One record a lesson, and what a lesson tells of one cohort."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from aadash.cohort import Cohort
from aadash.document import Part
from aadash.errors import NotComputable
from aadash.formatting import number
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.views import Context, context_for

#: ``ask(name, cohort, plan, **options)`` computes a result.
Compute = Callable[..., Result]


@dataclass(frozen=True)
class Number:
    """A guess that is a number on a slider from ``low`` to ``high``; ``truth`` is the answer, ``unit`` what follows it."""

    low: float
    high: float
    step: float
    truth: float
    unit: str = ""
    digits: int = 1

    @property
    def start(self) -> float:
        """Where the slider stands at first: the middle, which tells nothing."""
        return self.low + self.step * round((self.high - self.low) / 2 / self.step)

    def shown(self, value: float) -> str:
        """A value with its unit."""
        return f"{number(value, self.digits)}{self.unit}"

    def said(self, guess: float) -> str:
        """The guess beside the answer. Two percentages differ by percentage points."""
        off = guess - self.truth
        near = abs(off) <= max(self.step, 0.05 * (self.high - self.low))
        by = f"{number(abs(off), self.digits)} percentage points" if self.unit == " %" else self.shown(abs(off))
        how = "close" if near else f"{by} too {'high' if off > 0 else 'low'}"
        return f"Your guess: {self.shown(guess)}. This cohort: {self.shown(self.truth)}. That is {how}."


@dataclass(frozen=True)
class Pick:
    """A guess that is one of ``options``; ``truth`` is the position of the answer."""

    options: tuple[str, ...]
    truth: int

    def said(self, guess: str) -> str:
        """The guess beside the answer."""
        right = self.options[self.truth]
        return f"Your guess: {guess}. This cohort: {right}." + (" You were right." if guess == right else "")


@dataclass(frozen=True)
class Check:
    """A question at the end: options, the position of the right one, and why it is right."""

    question: str
    options: tuple[str, ...]
    right: int
    why: str

    def said(self, answer: str) -> str:
        """What to tell who has answered."""
        return ("Right. " if answer == self.options[self.right] else f"No: “{self.options[self.right]}”. ") + self.why


@dataclass(frozen=True, eq=False)
class Told:
    """A lesson on one cohort.

    ``setting`` is seen before the guess, ``reveal`` after it. ``plan`` is the plan that the numbers answer to.
    """

    question: str
    guess: Number | Pick
    reveal: tuple[Part, ...]
    setting: tuple[Part, ...] = ()
    plan: AnalysisPlan = field(default_factory=AnalysisPlan)


Make = Callable[[Context], Told]


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Attributes
    ----------
    name, title, minutes, order
        What it is called, how long it takes, its place in the list.
    sample
        The sample that it was made for, offered where a cohort does not allow it.
    page
        The page (a view) on which the same is seen live, with ``plan`` (changes of the default plan) and ``choices`` (key → value)
        set; ``look`` says what to do there.
    check, remember
        The question at the end, and the one line.
    source
        Where printed numbers in it come from.
    make
        From a context to :class:`Told`. Raises AadashError where a cohort does not allow it: the error says why.
    """

    name: str
    title: str
    minutes: int
    order: int
    sample: str
    page: str
    look: str
    check: Check
    remember: str
    make: Make
    plan: Mapping[str, Any] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    source: str = ""


LESSONS: dict[str, Lesson] = {}


def lesson(name: str, title: str, **record: Any) -> Callable[[Make], Make]:
    """Register a function from a context to :class:`Told` as a lesson; the further words are those of :class:`Lesson`."""

    def register(make: Make) -> Make:
        if name in LESSONS:
            raise ValueError(f"Two lessons are called {name!r}")
        LESSONS[name] = Lesson(name, title, make=make, **record)
        return make

    return register


def in_order() -> list[Lesson]:
    """Every lesson in the order of a course."""
    return sorted(LESSONS.values(), key=lambda one: one.order)


def plan_of(one: Lesson, cohort: Cohort) -> AnalysisPlan:
    """The plan of a lesson, with what ``cohort`` lacks put back to its default. Raises PlanError."""
    return AnalysisPlan(**one.plan).resolved_for(cohort)[0]


def tell(one: Lesson, cohort: Cohort, ask: Compute) -> Told:
    """A lesson on ``cohort``: its question, guess and reveal, every number computed by ``ask``.

    Raises AadashError where the cohort does not allow it, saying why.
    """
    plan = plan_of(one, cohort)
    if plan.measured(cohort).score != "SALT":
        raise NotComputable("This lesson speaks of SALT, which is not recorded here", expected="a cohort with SALT at baseline")
    return replace(one.make(context_for(cohort, plan, ask)), plan=plan)


def needed(c: Context, name: str, **options: Any) -> Result:
    """A result that the lesson cannot do without. Raises its AadashError."""
    return c.ask_for(name, **options)
