"""A session's work in one small file that its user keeps: everything but the patients, to be put back when the same file returns."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from aadash.errors import PlanError
from aadash.ledger import Ledger
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.scenarios import Scenario, scenarios_from
from aadash.serial import convert, decode, shown

#: What the file calls itself, and the newest version of it that is understood.
FORMAT, VERSION = "aadash-work", 1
_EXPECTED = "the JSON file that “Keep my work” gave"


@dataclass(frozen=True, eq=False)
class KeptWork:
    """What a file of kept work holds.

    ``fingerprint`` and ``cohort_name`` say on which patients it was done, ``sample`` which sample cohort that was, "" for an upload;
    ``files`` and ``sheet`` what was uploaded. ``mapping`` and ``decisions`` are how it was read, as JSON text, "" where nothing was
    settled. ``choices`` are those of the pages, by key; ``versions`` the programs that were used. The plan holds filters by patient,
    so that codes of patients may be in the file; no value of theirs is.
    """

    fingerprint: str
    cohort_name: str = ""
    sample: str = ""
    plan: AnalysisPlan = field(default_factory=AnalysisPlan)
    model: ModelPlan | None = None
    files: tuple[str, ...] = ()
    sheet: str | None = None
    mapping: str = ""
    decisions: str = ""
    scenarios: tuple[Scenario, ...] = ()
    ledger: Ledger = field(default_factory=Ledger)
    choices: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """As JSON text, readable and stable."""
        data = {
            "format": FORMAT,
            "version": VERSION,
            "fingerprint": self.fingerprint,
            "cohort_name": self.cohort_name,
            "sample": self.sample,
            "plan": self.plan.to_dict(),
            "model": None if self.model is None else self.model.to_dict(),
            "files": list(self.files),
            "sheet": self.sheet,
            "mapping": json.loads(self.mapping) if self.mapping else None,
            "decisions": json.loads(self.decisions) if self.decisions else None,
            "scenarios": [one.to_dict() for one in self.scenarios],
            "ledger": self.ledger.to_list(),
            "choices": dict(self.choices),
            "versions": dict(self.versions),
        }
        return json.dumps(data, ensure_ascii=False, allow_nan=False, indent=1)

    @classmethod
    def from_json(cls, text: str | bytes) -> tuple[KeptWork, list[str]]:
        """The file from its text, and a sentence for each entry that could not be used (it takes its default).

        Raises PlanError when it is no file of kept work, is of a newer version, or does not say whose patients it is about.
        """
        try:
            data = decode(text)
        except ValueError as error:
            raise PlanError(f"This is no file of kept work ({error})", expected=_EXPECTED) from error
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise PlanError("This JSON is no file of kept work", expected=_EXPECTED)
        version = data.get("version")
        if not isinstance(version, int) or version > VERSION:
            raise PlanError(
                f"This kept work is of version {shown(version)}", expected=f"version {VERSION} or older", fix="Update AAdash"
            )
        if not isinstance(data.get("fingerprint"), str) or not data["fingerprint"]:
            raise PlanError("This kept work does not say on which patients it was done", expected=_EXPECTED)
        return _Reader(data).work()


class _Reader:
    """Takes one entry after another, and says what is wrong with each."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data, self.notes = data, list[str]()

    def entry(self, name: str, kind: Any, default: Any) -> Any:
        """The entry ``name`` if it is of the type ``kind``; the default, and a sentence, for anything else. null is nothing."""
        raw = self.data.get(name)
        if raw is None:
            return default
        try:
            return convert(raw, kind)
        except ValueError as error:
            self.notes.append(f"The kept work's entry '{name}' cannot be used ({error}) and was left out.")
            return default

    def settled(self, name: str) -> str:
        """An object as JSON text, "" for none."""
        found = self.entry(name, dict[str, Any], None)
        return "" if found is None else json.dumps(found, ensure_ascii=False)

    def work(self) -> tuple[KeptWork, list[str]]:
        """All of it. What is not known is told."""
        known = {"format", "version"} | {f.name for f in fields(KeptWork)}
        self.notes += [f"The kept work's entry {shown(key)} is not known and was left out." for key in self.data if key not in known]
        plan, said = AnalysisPlan.from_dict(self.entry("plan", dict[str, Any], {}))
        self.notes += said
        given = self.entry("model", dict[str, Any], None)
        model = None
        if given is not None:
            model, said = ModelPlan.from_dict(given)
            self.notes += said
        scenarios, said = scenarios_from(self.entry("scenarios", list[Any], []))
        self.notes += said
        ledger, said = Ledger.from_list(self.entry("ledger", list[Any], []))
        self.notes += said
        work = KeptWork(
            self.data["fingerprint"],
            self.entry("cohort_name", str, ""),
            self.entry("sample", str, ""),
            plan,
            model,
            tuple(self.entry("files", list[str], [])),
            self.entry("sheet", str, None),
            self.settled("mapping"),
            self.settled("decisions"),
            scenarios,
            ledger,
            self.entry("choices", dict[str, Any], {}),
            self.entry("versions", dict[str, str], {}),
        )
        return work, self.notes
