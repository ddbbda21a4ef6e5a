"""The ledger: every question that was asked of the data, counted, with what was prespecified marked."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any

from aadash.endpoints import endpoint
from aadash.errors import PlanError
from aadash.plan import AnalysisPlan
from aadash.serial import Saved, Whole, convert

#: Outcomes that a plan about the change in SALT speaks of.
CHANGES = ("salt", "salt_change", "percent_change")
#: Outcomes of an entry that are no endpoint → as printed.
OUTCOMES = {
    "salt": "SALT",
    "salt_change": "Change in SALT",
    "change": "Change in SALT",
    "percent_change": "Percent change",
    "bands": "Band",
    "subtype:week": "Improvement",
    "sex:week": "Improvement",
    "subtype:sex": "Improvement",
    "subtype:sex:endpoint": "Endpoint",
}
#: Questions about two facts at once, named by their outcome → as printed.
TOGETHER = {
    "subtype:week": "AA subtype × week",
    "sex:week": "Sex × week",
    "subtype:sex": "AA subtype × sex",
    "subtype:sex:endpoint": "AA subtype × sex (endpoint)",
}
#: What a contrast may end in → as printed.
DETAILS = {"stratum:week": "stratum × week", "ancova": "ANCOVA", "mmrm": "MMRM", "gee": "GEE", "mcnemar": "McNemar"} | {
    "cmh": "Cochran–Mantel–Haenszel",
    "trend": "trend over the levels",
    "common": "over all bands",
    "number": "as a number",
    "spline": "as a spline",
    "cut": "cut in two",
    "delta": "nothing shifted",
    "within": "within patients",
    "change": "changes since baseline",
    "weighted": "by weights",
}
#: Tests of a change since baseline, of whatever their row is called.
SINCE_BASELINE = ("paired t-test", "Wilcoxon signed-rank test")
#: Of a single week it is one of them too; over the weeks it is of the courses.
MODELLED = "mixed model for repeated measures"
#: Tests that bear the name of their analysis → as printed.
TESTS = {
    "response_patterns": "interaction in a model",
    "repeated_response": "all visits together",
    "predictor_cuts": "number, spline or cut",
    "predictor_checks": "departure from a straight line",
    "reference_imputation": "reference-based imputation",
}
#: Ends of a contrast that is of the weeks, not of the levels.
_OF_WEEKS, _OF_WEEKS_GEE = "week", "gee, 10 weeks"


@dataclass(frozen=True)
class LedgerEntry:
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
    prespecified_at
        When it had been prespecified; "" when it was found by looking.
    measure
        The measure that was analysed.
    choices
        What else was chosen, in words: a margin, covariates, the predictors of a model; "" where the rest says all.
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
    prespecified_at: str = ""
    measure: str = "SALT"
    choices: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What makes it a question of its own."""
        return (self.cohort, self.design, self.outcome, self.contrast, self.test, self.choices)

    @property
    def answer(self) -> tuple[object, ...] | None:
        """The question without the rule for missing visits, and its numbers: where they are the same under two rules, neither has
        anything to do, and it was one computation. None where the numbers are too plain to tell."""
        if not 0 < self.p < 1:
            return None
        choices = json.loads(self.design) if self.design.startswith("[") else [self.design]
        rest = json.dumps([*choices[:2], *choices[3:]], ensure_ascii=False)
        numbers = (self.n, f"{self.p:.12g}", f"{self.estimate:.9g}")
        return (self.cohort, rest, self.outcome, self.contrast, self.test, self.choices, *numbers)

    @property
    def measured(self) -> str:
        """``outcome`` as printed, of the measure that was analysed: "Change in DLQI"."""
        if self.outcome == "salt" and (self.test in SINCE_BASELINE or (self.test == MODELLED and self.week is not None)):
            return OUTCOMES["salt_change"].replace("SALT", self.measure)
        if self.outcome in OUTCOMES:
            return OUTCOMES[self.outcome].replace("SALT", self.measure)
        try:
            return endpoint(self.outcome).symbol
        except PlanError:
            return self.outcome

    @property
    def of_everyone(self) -> bool:
        """Whether it is asked of all patients, whatever the split."""
        return self.contrast.rpartition(": ")[2] == "all patients"

    @property
    def tested(self) -> str:
        """``test`` as printed."""
        return TESTS.get(self.test.replace(" ", "_"), self.test)

    @property
    def question(self) -> str:
        """``contrast`` as printed."""
        if self.outcome in TOGETHER:
            before = f"{self.measure}: "
            return (before if self.contrast.startswith(before) else "") + TOGETHER[self.outcome]
        title, _, end = self.contrast.rpartition(": ")
        of = end.partition(", ")[2]  # what stands behind "between its levels"
        if title and of in (_OF_WEEKS, _OF_WEEKS_GEE):
            return f"{title}: over the weeks" if of == _OF_WEEKS else f"{title}: over the weeks, GEE"
        rest, comma, last = self.contrast.rpartition(", ")
        return rest + comma + DETAILS.get(last, last) if rest else self.contrast


@dataclass(frozen=True)
class Ledger:
    """Entries in the order in which they were first shown; each question stands once, with its first answer."""

    entries: tuple[LedgerEntry, ...] = ()

    @cached_property
    def keys(self) -> frozenset[tuple[str, ...]]:
        """The questions that are in it."""
        return frozenset(entry.key for entry in self.entries)

    @cached_property
    def answers(self) -> frozenset[tuple[object, ...]]:
        """Their answers, whatever the rule for missing visits."""
        return frozenset(answer for entry in self.entries if (answer := entry.answer))

    def __len__(self) -> int:
        return len(self.entries)

    def adding(self, more: Iterable[LedgerEntry]) -> Ledger:
        """This ledger and those of ``more`` that ask something new; itself when there is none. What gives the same answer under
        another rule for missing visits is nothing new."""
        keys, answers, fresh = set(self.keys), set(self.answers), []
        for entry in more:
            answer = entry.answer
            if entry.key in keys or answer in answers:
                continue
            keys.add(entry.key)
            answers |= {answer} if answer else set()
            fresh.append(entry)
        return Ledger((*self.entries, *fresh)) if fresh else self

    def of(self, cohort: str) -> Ledger:
        """The entries about one cohort, by its fingerprint (or the first digits of it)."""
        return Ledger(tuple(entry for entry in self.entries if entry.cohort == cohort[:12]))

    def to_list(self) -> list[dict[str, Any]]:
        """Plain data for JSON; a missing estimate or p is None."""
        return [
            {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in asdict(entry).items()}
            for entry in self.entries
        ]

    @classmethod
    def from_list(cls, data: object) -> tuple[Ledger, list[str]]:
        """The inverse of :meth:`to_list`, and a sentence if entries had to be left out."""
        entries, broken = [], 0
        for item in data if isinstance(data, list) else []:
            try:
                entries.append(_read_entry(item))
            except ValueError:
                broken += 1
        notes = [f"{broken} of {broken + len(entries)} entries of the ledger could not be read."] if broken else []
        return cls().adding(entries), notes


def design(plan: AnalysisPlan, week: int | None, stratifier: str | None = None, missing: str | None = None) -> str:
    """The choices of ``plan`` that make a question, as text: equal choices give equal text.

    ``week`` is the week in question; ``stratifier`` and ``missing`` take the place of the plan's own. Alpha and adjustment are not
    among them: they do not make a new question.
    """
    name = plan.stratifier if stratifier is None else stratifier
    cut = plan.severity_cut if name == "severity" else plan.column_cut if name == plan.stratifier else None
    filters = sorted(json.dumps(f.to_dict(), sort_keys=True, ensure_ascii=False) for f in plan.filters)
    measure = [] if plan.measure is None else [plan.measure]
    return json.dumps([name, cut, missing or plan.missing, week, filters, *measure], ensure_ascii=False)


def marked(entry: LedgerEntry, pins: Iterable[tuple[AnalysisPlan, str, str]]) -> LedgerEntry:
    """The entry, marked when one of the pins had prespecified it before it was first shown.

    A pin is a plan whose week is set, what it is about ("response" or "change") and when it was prespecified.
    """
    for plan, outcome, at in pins:
        if at <= entry.time and covers(plan, outcome, entry):
            return replace(entry, prespecified_at=at)
    return entry


def covers(plan: AnalysisPlan, outcome: str, entry: LedgerEntry) -> bool:
    """Whether a plan whose week is set, and what it is about ("response" or "change"), speak of this entry: it does not of one for
    which more was chosen than a plan holds (a margin, covariates)."""
    measures, unfollowed = ((plan.endpoint,), "mixed") if outcome == "response" else (CHANGES, "nri")
    rule = "observed" if plan.missing == unfollowed else plan.missing  # rates know no mixed model, means no failures
    asked = {design(plan, plan.week, missing=rule)}
    if outcome == "change" and entry.of_everyone:  # whether SALT has fallen is asked of everyone too, whatever the split
        asked.add(design(plan, plan.week, "none", rule))
    return entry.outcome in measures and entry.design in asked and not entry.choices


def when(time: str) -> str:
    """A time as printed: "2026-11-21 14:05 UTC"."""
    return time[:16].replace("T", " ") + " UTC" if time else ""


class _SavedEntry(Saved):
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
    prespecified_at: str = ""
    measure: str = "SALT"
    choices: str = ""
    declared: str = ""  # what files of earlier versions call it


def _read_entry(item: object) -> LedgerEntry:
    saved = convert(item, _SavedEntry, from_text=True)
    values = {field.name: getattr(saved, field.name) for field in fields(LedgerEntry)}
    values["prespecified_at"] = saved.prespecified_at or saved.declared
    return LedgerEntry(**values | {k: math.nan if values[k] is None else values[k] for k in ("estimate", "p")})
