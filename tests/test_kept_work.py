"""Kept work: the same comes back from its file; each broken entry costs itself and a sentence, never the rest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aadash.errors import AadashError, PlanError
from aadash.filters import WITHOUT, Filter
from aadash.kept_work import KeptWork
from aadash.ledger import Ledger, LedgerEntry
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.scenarios import Scenario

ENTRY = LedgerEntry(
    "0123456789ab", "[]", "SALT75", "sex: f - m", "Fisher's exact test", 24, "everyone", "observed", 40, -3.5, 0.04, "2026-01-02"
)
WORK = KeptWork(
    "0123456789abcdef",
    "Klinik Ä",
    "",
    AnalysisPlan(stratifier="sex", week=24, filters=(Filter(WITHOUT, ("P01",)), Filter("age", low=20.0))),
    ModelPlan(predictors=(Predictor("age", cut=40.0),)),
    ("clinic.xlsx", "more.csv"),
    "2024",
    '{"aadash_mapping": 1, "columns": {}}',
    '{"on_bad_value": "ask", "actions": {"SALT_W12:range@4": "keep"}}',
    (Scenario("women", AnalysisPlan(filters=(Filter("sex", ("f",)),)), "2026-01-02", note="나중에"),),
    Ledger((ENTRY,)),
    {"view.comparisons": "Between strata", "view.margin": 12.5, "view.subgroup.columns": ["sex"]},
    {"aadash": "1.0", "numpy": "2.3"},
)
ENTRIES = [name for name in json.loads(WORK.to_json()) if name not in ("format", "version", "fingerprint")]


def same(a: KeptWork, b: KeptWork) -> bool:
    return json.loads(a.to_json()) == json.loads(b.to_json())


def test_it_comes_back_as_it_was() -> None:
    again, notes = KeptWork.from_json(WORK.to_json().encode("utf-16"))
    assert same(again, WORK) and not notes
    assert again.plan == WORK.plan and again.model == WORK.model and again.ledger == WORK.ledger and again.scenarios == WORK.scenarios


@pytest.mark.parametrize("entry", ENTRIES)
@pytest.mark.parametrize("broken", [7, [7], {"x": [7]}, "text"], ids=repr)
def test_a_broken_entry_costs_itself_and_a_sentence(entry: str, broken: Any) -> None:
    data = json.loads(WORK.to_json())
    if type(data[entry]) is type(broken) and entry in ("cohort_name", "sample", "sheet", "choices", "mapping", "decisions"):
        pytest.skip("such an entry is of the right type; what is in it is judged by those who use it")
    again, notes = KeptWork.from_json(json.dumps(data | {entry: broken}))
    assert notes and all(note.endswith(".") for note in notes)
    kept, expected = json.loads(again.to_json()), json.loads(WORK.to_json())
    assert {k: v for k, v in kept.items() if k != entry} == {k: v for k, v in expected.items() if k != entry}


def test_what_is_not_known_is_told() -> None:
    _, notes = KeptWork.from_json(json.dumps(json.loads(WORK.to_json()) | {"colour": "red"}))
    assert len(notes) == 1 and "'colour'" in notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "no JSON",
        '{"format": "aadash-scenarios"}',
        '{"format": "aadash-work", "version": 1}',
        '{"format": "aadash-work", "version": 2, "fingerprint": "a"}',
        '{"format": "aadash-work", "version": "1", "fingerprint": "a"}',
    ],
)
def test_what_is_no_kept_work_is_refused_in_words(text: str) -> None:
    with pytest.raises(PlanError) as refused:
        KeptWork.from_json(text)
    assert "kept work" in refused.value.paragraph()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ENTRIES, "columns", "name", "plan"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(ENTRIES), JSON, max_size=5))
@settings(max_examples=150, deadline=None)
def test_anything_else_in_it_is_an_answer_or_a_sentence(entries: dict[str, Any]) -> None:
    try:
        again, notes = KeptWork.from_json(json.dumps({"format": "aadash-work", "version": 1, "fingerprint": "ab", **entries}))
    except AadashError:
        return
    assert same(KeptWork.from_json(again.to_json())[0], again) and all(isinstance(n, str) for n in notes)
