"""Scenarios: plans with a name, kept in a small file that a refresh or a restart cannot lose."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aadash.cohort import Cohort
from aadash.cohort_json import cohort_from_dict, cohort_to_dict
from aadash.errors import AadashError, PlanError
from aadash.ledger import Ledger
from aadash.plan import AnalysisPlan
from aadash.serial import decode, shown

#: What the file calls itself, and the newest version of it that is understood.
FORMAT, VERSION = "aadash-scenarios", 1
#: What a prespecified plan is about: its endpoint, or the change in SALT.
OUTCOMES = ("response", "change")
#: More scenarios than this are not read: each is drawn on the page.
MOST_SCENARIOS = 500


@dataclass(frozen=True)
class Scenario:
    """A plan with a name. ``created`` and ``prespecified_at`` are times as text (ISO 8601, UTC).

    ``prespecified_at`` is "" unless the plan was prespecified; ``outcome`` then says what it is about: "response" (its
    endpoint) or "change".
    """

    name: str
    plan: AnalysisPlan
    created: str = ""
    prespecified_at: str = ""
    note: str = ""
    outcome: str = "response"

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "name": self.name,
            "created": self.created,
            "prespecified_at": self.prespecified_at,
            "note": self.note,
            "outcome": self.outcome,
            "plan": self.plan.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> tuple[Scenario, list[str]]:
        """A scenario from plain data, and a sentence for each entry of its plan that was put back to its default.

        Raises PlanError when it has no name or no plan.
        """
        if not isinstance(data, Mapping) or not isinstance(data.get("plan"), Mapping) or not isinstance(data.get("name"), str):
            raise PlanError(f"{shown(data)} is not a scenario", expected="an object with 'name' and 'plan'")
        plan, notes = AnalysisPlan.from_dict(data["plan"])
        text = {k: _text_of(data, k) for k in ("created", "prespecified_at", "note")}
        outcome = data.get("outcome") if data.get("outcome") in OUTCOMES else "response"
        name = data["name"].strip() or "Scenario"
        return cls(name, plan, outcome=str(outcome), **text), [f"{name}: {note}" for note in notes]


@dataclass(frozen=True, eq=False)
class ScenarioFile:
    """What a scenario file holds.

    ``fingerprint`` is that of the cohort on which the scenarios were made and ``cohort_name`` what it was called; ``cohort``
    is there only when the user asked for it.
    """

    scenarios: tuple[Scenario, ...] = ()
    fingerprint: str = ""
    cohort_name: str = ""
    ledger: Ledger = field(default_factory=Ledger)
    cohort: Cohort | None = None

    def to_json(self) -> str:
        """The file as JSON text. Raises PlanError when a column of the cohort holds what JSON cannot carry."""
        data: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "fingerprint": self.fingerprint,
            "cohort_name": self.cohort_name,
            "scenarios": [s.to_dict() for s in self.scenarios],
            "ledger": self.ledger.to_list(),
        }
        if self.cohort is not None:
            data["cohort"] = cohort_to_dict(self.cohort)
        try:
            return json.dumps(data, ensure_ascii=False, allow_nan=False)
        except ValueError as error:
            raise PlanError(
                "The patients hold a number that is not finite, which a scenario file cannot carry",
                fix="Save the scenarios without the patients",
            ) from error

    @classmethod
    def from_json(cls, text: str | bytes) -> tuple[ScenarioFile, list[str]]:
        """The file from its text, and a sentence for everything in it that could not be used.

        Raises PlanError when it is no scenario file, is of a newer version, or holds a cohort that is not the one that its
        fingerprint names.
        """
        try:
            data = decode(text)
        except ValueError as error:
            raise PlanError(f"This is not a scenario file ({error})", expected="the JSON file that “Save to a file” gave") from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise PlanError("This JSON is not a scenario file", expected="the JSON file that “Save to a file” gave")
        version = data.get("version")
        if not isinstance(version, int) or version > VERSION:
            raise PlanError(
                f"This scenario file is of version {shown(version)}", expected=f"version {VERSION} or older", fix="Update AAdash"
            )
        scenarios, notes = scenarios_from(data.get("scenarios"))
        ledger, said = Ledger.from_list(data.get("ledger"))
        cohort = None
        fingerprint = _text_of(data, "fingerprint")
        if data.get("cohort") is not None:
            cohort = cohort_from_dict(data["cohort"])
            if cohort.fingerprint != fingerprint:
                raise PlanError(
                    "The patients in this file are not those that its fingerprint names: it was changed after it was saved",
                    fix="Use the file as it was saved",
                )
        return cls(scenarios, fingerprint, _text_of(data, "cohort_name"), ledger, cohort), notes + said


def scenarios_from(items: object) -> tuple[tuple[Scenario, ...], list[str]]:
    """Scenarios from a list of plain data, their names made to differ, and a sentence for each thing that could not be used."""
    scenarios, notes = [], []
    given = items if isinstance(items, list) else []
    if len(given) > MOST_SCENARIOS:
        notes.append(f"The file holds {len(given)} scenarios; the first {MOST_SCENARIOS} were read.")
    for item in given[:MOST_SCENARIOS]:
        try:
            one, said = Scenario.from_dict(item)
            scenarios.append(one)
            notes += said
        except AadashError as error:
            notes.append(error.paragraph())
    return named(scenarios), notes


def named(scenarios: Sequence[Scenario]) -> tuple[Scenario, ...]:
    """The same with names that differ: "late" twice becomes "late" and "late (2)"."""
    out: list[Scenario] = []
    taken: set[str] = set()
    following: dict[str, int] = {}
    for one in scenarios:
        name, i = one.name, following.get(one.name, 2)
        while name in taken:
            name, i = f"{one.name} ({i})", i + 1
        following[one.name] = i
        taken.add(name)
        out.append(replace(one, name=name))
    return tuple(out)


def _text_of(data: Mapping[str, Any], key: str) -> str:
    """An entry that is text; "" for anything else."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def moved(scenarios: Sequence[Scenario], i: int, by: int) -> tuple[Scenario, ...]:
    """The i-th scenario moved ``by`` places, as far as the list goes."""
    out = list(scenarios)
    one = out.pop(i)
    out.insert(min(max(i + by, 0), len(out)), one)
    return tuple(out)
