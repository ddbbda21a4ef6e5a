"""The whole report as sections that a reader picks and orders: each a list of parts, with the author's own comment before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aadash.document import Part, Table, walk
from aadash.errors import AadashError
from aadash.model_plan import ModelPlan
from aadash.result import Result, TestRecord
from aadash.views import evidence
from aadash.views.citations import Bibliography
from aadash.views.prose import RESULTS
from aadash.views.view import Context

Make = Callable[["Study"], Sequence[Part]]


@dataclass(frozen=True)
class Section:
    """A section that can be picked: its name, its heading, the analyses that it asks for, and the parts it makes of them. One that
    ``compares`` strata has nothing to tell of a single one."""

    name: str
    title: str
    asks: tuple[str, ...]
    make: Make
    compares: bool = False


#: Every section by name, in the usual order; :mod:`aadash.views.study_sections` fills it.
SECTIONS: dict[str, Section] = {}


@dataclass(frozen=True)
class Choices:
    """What the author decided: sections in order, a comment for some, a title, the number of items that the journal allows."""

    sections: tuple[str, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    title: str = ""
    limit: int | None = None


@dataclass(eq=False)
class Study:
    """A report in the making. ``results`` fills as sections are made; what could not be computed is in ``reasons``."""

    context: Context
    choices: Choices
    results: dict[str, Result] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    bibliography: Bibliography = field(default_factory=Bibliography)
    _made: dict[str, list[Part]] = field(default_factory=dict)

    def ask(self, name: str) -> Result | None:
        """A result, computed once; None where it cannot be had."""
        if name not in self.results and name not in self.reasons:
            try:
                self.results[name] = self.context.ask_for(name, **self._options(name))
            except AadashError as error:
                self.reasons[name] = error.paragraph()
        return self.results.get(name)

    @property
    def two(self) -> bool:
        """Whether two strata are compared: with more, every pair has a row, and one endpoint at one week is enough."""
        return len(self.context.used) == 2

    def _options(self, name: str) -> dict[str, Any]:
        """What an analysis is asked with: the model in use, the rows that are printed, the published rates that were chosen."""
        if name in _MODELS:
            return {"model": self.context.model or ModelPlan.prespecified(self.context.everyone)}
        if name == "responders_between":
            return {"shown": "endpoints" if self.two else "endpoint"}
        return evidence.options(self.context).get(name, {})

    def parts(self, name: str) -> list[Part]:
        """The parts of a section without the author's comment, made once."""
        if name not in self._made:
            section = SECTIONS[name]
            for one in section.asks:
                self.ask(one)
            self._made[name] = list(section.make(self))
        return self._made[name]

    @property
    def reported(self) -> tuple[str, ...]:
        """The analyses that the report is about: those that its sections ask for, and the usual ones where the results are told in
        words or no section asks for any."""
        asked = [one for name in self.choices.sections or tuple(SECTIONS) for one in SECTIONS[name].asks]
        in_words = [one for names in RESULTS.values() for one in names]
        wanted = in_words if not asked or "results" in self.choices.sections else []
        return tuple(dict.fromkeys([*asked, *wanted]))

    @property
    def told(self) -> dict[str, Result]:
        """The results that the report is about, also those of sections that stand further down."""
        return {name: found for name in self.reported if (found := self.ask(name)) is not None}

    @property
    def tests_shown(self) -> int:
        """How many tests the tables of the chosen sections print, each once."""
        return len(self.tests_printed)

    @property
    def tests_printed(self) -> list[TestRecord]:
        """The tests that the tables of the chosen sections print, each once."""
        seen: dict[tuple[str, str, int], TestRecord] = {}
        for name in self.choices.sections or tuple(SECTIONS):
            if SECTIONS[name].asks:
                tables = [part for part in walk(self.parts(name)) if isinstance(part, Table)]
                seen |= {(t.result.analysis, test.column, test.row): test for t in tables for test in t.result.tests(t.rows)}
        return list(seen.values())


_MODELS = ("predictors", "predictor_checks")
