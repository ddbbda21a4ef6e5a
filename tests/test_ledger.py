"""The ledger: what makes a question of its own, what was prespecified, and that nothing in it changes."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aadash.filters import Filter
from aadash.ledger import Ledger, LedgerEntry, design, marked
from aadash.plan import AnalysisPlan
from tests.making import NAN, plans

PLAN = AnalysisPlan(stratifier="sex", week=24)
ENTRY = LedgerEntry(
    "abc123abc123",
    design(PLAN, 24),
    "SALT75",
    "sex: between its levels",
    "chi-squared test",
    24,
    "none",
    "Observed cases",
    117,
    0.12,
    0.04,
    "2026-11-21T10:00:00.000Z",
)


def test_a_question_stands_once_with_its_first_answer() -> None:
    first = Ledger().adding([ENTRY, replace(ENTRY, p=0.9), replace(ENTRY, test="Fisher's exact test")])
    assert [entry.p for entry in first.entries] == [0.04, 0.04] and len(first) == 2
    later = replace(ENTRY, time="2026-11-21T11:00:00.000Z", p=0.001)
    assert first.adding([later]) is first
    assert len(first.adding([replace(later, outcome="SALT90")])) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"cohort": "ffff"},
        {"outcome": "SALT90"},
        {"contrast": "sex: f − m"},
        {"test": "Fisher"},
        {"design": design(PLAN, 36)},
        {"choices": "within ±5 points"},
    ],
)
def test_each_part_of_a_question_counts(change: dict) -> None:
    assert len(Ledger().adding([ENTRY, replace(ENTRY, **change)])) == 2


def test_a_rule_that_finds_nothing_to_do_asks_nothing_new() -> None:
    """In a file without a missing visit every p was counted once under each rule that was looked at."""
    nri = replace(ENTRY, design=design(PLAN, 24, missing="nri"), missing="Non-responder imputation")
    assert len(Ledger().adding([ENTRY, nri])) == 1 and len(Ledger().adding([ENTRY]).adding([nri])) == 1
    for change in ({"n": 118}, {"p": 0.041}, {"estimate": 0.13}, {"choices": "within ±5 points"}, {"outcome": "SALT90"}):
        assert len(Ledger().adding([ENTRY, replace(nri, **change)])) == 2, change
    plain = replace(ENTRY, p=1.0)
    assert len(Ledger().adding([plain, replace(nri, p=1.0)])) == 2, "p = 1 of two rules may be two answers"
    assert len(Ledger().adding([ENTRY, replace(ENTRY, design=design(PLAN, 36))])) == 2


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"alpha": 0.01}, True),
        ({"multiplicity": "bh"}, True),
        ({"endpoint": "SALT90"}, True),
        ({"week": 36}, True),
        ({"stratifier": "subtype"}, False),
        ({"missing": "nri"}, False),
        ({"filters": (Filter("age", low=40),)}, False),
        ({"severity_cut": 95}, True),
        ({"stratifier": "severity"}, False),
        ({"column_cut": 3.0}, False),
    ],
)
def test_what_makes_another_design(change: dict, same: bool) -> None:
    """The week is given apart and the endpoint stands in the entry; a severity cut matters to a split by severity only."""
    assert (design(PLAN, 24) == design(PLAN.replace(**change), 24)) is same


def test_a_severity_cut_and_the_order_of_filters() -> None:
    by = AnalysisPlan(stratifier="severity", severity_cut=50)
    assert design(by, 24) != design(by.replace(severity_cut=95), 24)
    assert design(by, 24, "sex") == design(by.replace(severity_cut=95), 24, "sex")
    a, b = Filter("age", low=40), Filter("sex", ("f",))
    assert design(by.replace(filters=(a, b)), 24) == design(by.replace(filters=(b, a)), 24)


def test_only_what_was_declared_before_the_look_counts_as_declared() -> None:
    early, late = "2026-11-21T09:00:00.000Z", "2026-11-21T11:00:00.000Z"
    assert marked(ENTRY, [(PLAN.replace(endpoint="SALT75"), "response", early)]).prespecified_at == early
    assert marked(ENTRY, [(PLAN.replace(endpoint="SALT75"), "response", late)]).prespecified_at == ""
    assert marked(ENTRY, [(PLAN.replace(endpoint="SALT90"), "response", early)]).prespecified_at == ""
    assert marked(ENTRY, [(PLAN, "change", early)]).prespecified_at == ""
    change = replace(ENTRY, outcome="percent_change")
    assert marked(change, [(PLAN, "change", early)]).prespecified_at == early
    assert marked(ENTRY, [(PLAN.replace(week=36), "response", early)]).prespecified_at == ""
    assert marked(ENTRY, [(PLAN.replace(filters=(Filter("age", low=3),)), "response", early)]).prespecified_at == ""


def test_a_plan_whose_rule_does_not_act_speaks_of_what_it_computes() -> None:
    """Rates know no mixed model, and means no failures: what is entered is of the scores recorded."""
    early = "2026-11-21T09:00:00.000Z"
    rate, mean = ENTRY, replace(ENTRY, outcome="percent_change")
    assert marked(rate, [(PLAN.replace(endpoint="SALT75", missing="mixed"), "response", early)]).prespecified_at == early
    assert marked(rate, [(PLAN.replace(endpoint="SALT75", missing="nri"), "response", early)]).prespecified_at == ""
    assert marked(mean, [(PLAN.replace(missing="nri"), "change", early)]).prespecified_at == early
    assert marked(mean, [(PLAN.replace(missing="mixed"), "change", early)]).prespecified_at == ""


def test_a_plan_does_not_prespecify_what_it_does_not_hold() -> None:
    """A margin or covariates that were chosen beside the plan were marked as prespecified with it."""
    pins = [(PLAN.replace(endpoint="SALT75"), "response", "2026-11-21T09:00:00.000Z")]
    assert marked(replace(ENTRY, choices="within ±10 points"), pins).prespecified_at == ""


def test_a_plan_about_the_change_is_about_the_change_of_everyone_too() -> None:
    """The paired test of all patients, which is asked whatever the split, was "found by looking" where its plan was split by sex."""
    whole = replace(ENTRY, design=design(PLAN, 24, "none"), outcome="salt", contrast="all patients", test="paired t-test")
    early = "2026-11-21T09:00:00.000Z"
    assert marked(whole, [(PLAN, "change", early)]).prespecified_at == early and whole.measured == "Change in SALT"
    assert marked(replace(whole, contrast="Age"), [(PLAN, "change", early)]).prespecified_at == ""
    assert marked(replace(whole, outcome="SALT75"), [(PLAN, "response", early)]).prespecified_at == ""
    assert marked(replace(whole, design=design(PLAN, 36, "none")), [(PLAN, "change", early)]).prespecified_at == ""
    of_dlqi = replace(whole, contrast="DLQI: all patients", measure="DLQI")
    assert of_dlqi.of_everyone and of_dlqi.measured == "Change in DLQI"


def test_looks_at_one_cohort() -> None:
    both = Ledger().adding([ENTRY, replace(ENTRY, cohort="ffffffffffff")])
    assert both.of("abc123abc123ffff00").entries == (ENTRY,)


texts = st.text(max_size=8)
any_look = st.builds(
    LedgerEntry,
    texts,
    texts,
    texts,
    texts,
    texts,
    st.none() | st.integers(0, 200),
    texts,
    texts,
    st.integers(0, 10**6),
    st.floats(allow_infinity=False),
    st.floats(0, 1),
    texts,
    texts,
)


@given(st.lists(any_look, max_size=5))
def test_a_ledger_survives_json(items: list[LedgerEntry]) -> None:
    ledger = Ledger().adding(items)
    again, notes = Ledger.from_list(json.loads(json.dumps(ledger.to_list(), allow_nan=False)))
    assert not notes and len(again) == len(ledger)
    for a, b in zip(again.entries, ledger.entries, strict=True):
        assert replace(a, estimate=0.0, p=0.0) == replace(b, estimate=0.0, p=0.0)
        assert (a.estimate == b.estimate) or (math.isnan(a.estimate) and math.isnan(b.estimate))


@pytest.mark.parametrize(
    "broken",
    [
        5,
        "entry",
        {},
        {"p": 1},
        {**ENTRY.__dict__, "colour": "red"},
        {**ENTRY.__dict__, "n": "many"},
        {**ENTRY.__dict__, "p": "small"},
        None,
    ],
)
def test_a_broken_entry_is_left_out_and_said(broken: object) -> None:
    ledger, notes = Ledger.from_list([ENTRY.__dict__, broken])
    assert ledger.entries == (ENTRY,) and "1 of 2 entries" in notes[0]
    assert Ledger.from_list(broken)[0].entries == ()


def test_an_entry_of_an_earlier_version_keeps_when_it_was_declared() -> None:
    """What is ``prespecified_at`` now was ``declared`` in the files of earlier versions."""
    early = "2026-11-20T10:00:00.000Z"
    old = {k: v for k, v in ENTRY.__dict__.items() if k != "prespecified_at"} | {"declared": early}
    ledger, notes = Ledger.from_list([old])
    assert not notes and ledger.entries == (replace(ENTRY, prespecified_at=early),)


@given(plans, st.none() | st.integers(0, 100))
def test_any_plan_has_a_design(plan: AnalysisPlan, week: int | None) -> None:
    assert design(plan, week) == design(plan, week) and json.loads(design(plan, week))[3] == week


def test_a_missing_estimate_is_no_number_in_json() -> None:
    assert Ledger((replace(ENTRY, estimate=NAN),)).to_list()[0]["estimate"] is None
    assert Ledger((replace(ENTRY, estimate=math.inf),)).to_list()[0]["estimate"] is None
