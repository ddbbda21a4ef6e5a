"""Saved files and links, however broken: typed values, or a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from aadash.cli import main
from aadash.cohort_json import cohort_to_dict
from aadash.errors import AadashError, PlanError
from aadash.filters import Filter
from aadash.intake.decisions import Decisions
from aadash.intake.mapping import ColumnMapping, ColumnRole
from aadash.ledger import Ledger, LedgerEntry
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.scenarios import MOST_SCENARIOS, Scenario, ScenarioFile, named
from aadash.serial import MOST_WHOLE, convert, decode, finite, in_words, shown
from tests.making import cohort_of

COHORT = cohort_of([[90.0, 40.0], [60.0, 10.0], [30.0, 0.0]], sex=["f", "m", "f"], roles={"sex": "sex"})
ENTRY = LedgerEntry("f" * 12, "[]", "SALT75", "all", "fisher", 36, "", "observed", 3, 0.5, 0.04, "2025-01-01T00:00:00Z")
PLAN = AnalysisPlan(stratifier="sex", column_cut=1.5, week=8, filters=(Filter("sex", ("f",)), Filter("age", low=18.0, open_high=True)))
MODEL = ModelPlan(predictors=(Predictor("sex", "m"), Predictor("age", cut=40.0, per=2.0)), seed=3)
MAPPING = ColumnMapping(
    {"SALT_W8": ColumnRole("salt", 8, {}, 8), "S": ColumnRole("sex", None, {"1": "f"})}, {"V3": 12}, (0, 8), scale=100.0
)
SCENARIOS = ScenarioFile((Scenario("late", PLAN),), COHORT.fingerprint, "clinic", Ledger((ENTRY,)), COHORT)

#: Kind of file → how it is read from text or bytes, and a good one.
KINDS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "plan": (AnalysisPlan.from_json, PLAN.to_json()),
    "model": (ModelPlan.from_json, MODEL.to_json()),
    "scenarios": (ScenarioFile.from_json, SCENARIOS.to_json()),
    "mapping": (ColumnMapping.from_json, MAPPING.to_json()),
    "decisions": (Decisions.from_json, Decisions("missing", {"range@4": "keep"}).to_json()),
}
DEEP = "[" * 900 + "]" * 900
HUGE = ["1e999", "-1e999", "1" + "0" * 400, "1" + "0" * 9000, "NaN", DEEP]
HOSTILE = [*HUGE, '"\\u0000"', '"\\ud800"', "true", "null", "[]", "{}", '"x"', "1.5"]


def answer(read: Callable[[Any], Any], content: str | bytes) -> str:
    """What becomes of a file: read, or refused with a sentence of some lines at most."""
    try:
        value = read(content)
    except AadashError as error:
        assert len(error.paragraph()) < 1000
        return "refused"
    notes = value[1] if isinstance(value, tuple) else []
    assert all(len(note) < 1500 for note in notes)
    return "read, with notes" if notes else "read"


def spots(data: Any) -> int:
    """How many values a JSON document holds."""
    children = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return 1 + sum(map(spots, children))


def planted(data: Any, at: int) -> tuple[Any, int]:
    """The document with a mark in the place of its value number ``at``."""
    if at == 0:
        return "@@", -1
    at -= 1
    if isinstance(data, dict):
        out: Any = {}
        for key, value in data.items():
            out[key], at = planted(value, at) if at >= 0 else (value, at)
        return out, at
    if isinstance(data, list):
        items = []
        for value in data:
            item, at = planted(value, at) if at >= 0 else (value, at)
            items.append(item)
        return items, at
    return data, at


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda text: text[:8])
def test_any_value_in_any_place_is_read_or_refused(kind: str, hostile: str) -> None:
    read, good = KINDS[kind]
    data = json.loads(good)
    for at in range(spots(data)):
        document, _ = planted(data, at)
        answer(read, json.dumps(document).replace('"@@"', hostile))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_encoding_of_unicode_reads_the_same(kind: str, encoding: str) -> None:
    read, good = KINDS[kind]
    assert answer(read, good.encode(encoding)) == answer(read, good) == "read"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "content", [b"\x00\x01", b"\xff\xfe", b"PK\x03\x04", b"\x80abc", b"", "[" * 100_000, '{"a":' * 100_000, "\ud800"]
)
def test_what_is_no_json_is_refused(kind: str, content: str | bytes) -> None:
    assert answer(KINDS[kind][0], content) == "refused"


def test_one_broken_number_costs_one_entry_of_a_plan() -> None:
    text = PLAN.to_json().replace("1.5", "1e999")
    plan, notes = AnalysisPlan.from_json(text)
    assert plan == replace(PLAN, column_cut=None)
    assert notes == ["The plan's column cut inf cannot be used (expected a number); the default (none) is used instead."]


def test_files_of_an_older_version_are_read() -> None:
    """As version 0.1 wrote them, and as somebody writes them by hand."""
    plan, notes = AnalysisPlan.from_dict(
        {"severity_cut": "95", "week": "24", "column_cut": "None", "filters": '[{"column":"age","low":40}]'}
    )
    assert (plan, notes) == (AnalysisPlan(severity_cut=95.0, week=24, filters=(Filter("age", low=40.0),)), [])
    assert Filter.from_dict({"column": "smoker", "levels": [1, 2.0, "x"]}) == Filter("smoker", ("1", "2", "x"))
    assert Predictor.from_dict({"column": "smoker", "reference": 0}) == Predictor("smoker", "0")
    old = '{"aadash_mapping": 1, "columns": {"SALT": {"role": "salt", "week": "8", "values": {}}}, "visits": {"V1": null}}'
    assert ColumnMapping.from_json(old) == ColumnMapping({"SALT": ColumnRole("salt", 8)}, {"V1": None})
    entry = {k: v for k, v in ENTRY.__dict__.items() if k != "prespecified_at"} | {"n": 3.0, "estimate": None}
    assert Ledger.from_list([entry])[0].entries[0].n == 3


def test_a_hundred_thousand_equal_names() -> None:
    plain = Scenario("late", AnalysisPlan())
    names = [one.name for one in named([plain] * 100_000)]
    assert names[:2] == ["late", "late (2)"] and names[-1] == "late (100000)" and len(set(names)) == 100_000
    item = json.dumps(plain.to_dict())
    text = f'{{"format": "aadash-scenarios", "version": 1, "scenarios": [{",".join([item] * 100_000)}]}}'
    file, notes = ScenarioFile.from_json(text)
    assert len(file.scenarios) == MOST_SCENARIOS and notes == [
        f"The file holds 100000 scenarios; the first {MOST_SCENARIOS} were read."
    ]
    model, notes = ModelPlan.from_dict({"predictors": ["sex"] * 100_000})
    assert model == ModelPlan() and "each column once" in notes[0] and len(notes[0]) < 300


def test_a_level_with_a_nul_comes_back_with_it() -> None:
    odd = cohort_of([[90.0, 40.0], [60.0, 10.0]], centre=["a\x00b", "c"])
    text = ScenarioFile((), odd.fingerprint, "x", cohort=odd).to_json()
    again = ScenarioFile.from_json(text)[0].cohort
    assert again is not None and cohort_to_dict(again) == cohort_to_dict(odd)


def test_the_command_line_reads_a_plan_in_utf_16(tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "plan.json").write_text(AnalysisPlan(week=12).to_json(), encoding="utf-16")
    (tmp_path / "bad.json").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "salt.csv").write_text("id,SALT_W0,SALT_W12\n1,90,40\n2,60,10\n3,30,0\n", encoding="utf-8")
    run = ["analyse", str(tmp_path / "salt.csv"), "--out", str(tmp_path / "out"), "--plan"]
    assert main([*run, str(tmp_path / "bad.json")]) == 2
    assert "bad.json" in capsys.readouterr().err
    assert main([*run, str(tmp_path / "plan.json")]) == 0


@pytest.mark.parametrize(
    ("raw", "kind", "words"),
    [
        ({"column": 1}, Filter, "Expected text, got a whole number, in 'column'"),
        ([1], dict[str, int], "Expected an object, got a list"),
        (float("inf"), float, "a number that is not finite"),
        (MOST_WHOLE + 1, int, "a whole number that is too large"),
        (None, int | str, "Expected a whole number or text, got nothing"),
    ],
)
def test_what_does_not_fit_is_said_in_words(raw: Any, kind: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("[", r"\[")):
        convert(raw, kind)


def test_numbers_as_text() -> None:
    assert finite("2.5") == 2.5 and convert("12", int | None, from_text=True) == 12 and convert(True, bool) is True
    for broken in ("nan", "inf", "1e999", "x", "", True, None, [1], 10**400):
        with pytest.raises(ValueError):
            finite(broken)


def test_words_for_types() -> None:
    assert [in_words(k) for k in (float, int | None, str, bool, tuple)] == [
        "a number",
        "a whole number",
        "text",
        "true or false",
        "a value that fits",
    ]


def test_what_is_shown_is_short() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    for value in (deep, "x" * 10**6, 10**400, 10**9000, list(range(10**5)), dict.fromkeys(range(10**4), "y" * 999)):
        assert len(shown(value)) < 800
    assert shown({"b": 1, "a": "x y"}) == "{'b': 1, 'a': 'x y'}"


def test_json_is_decoded_as_python_does() -> None:
    text = '{"a": [1, 2.5, null, true, "\\u00e9", 123456789012345678901], "a b": {}}'
    assert decode(text) == json.loads(text)
    with pytest.raises(ValueError, match="malformed"):
        decode("{'a': 1}")
    with pytest.raises(PlanError, match="The plan is not a JSON object"):
        AnalysisPlan.from_json("3")
