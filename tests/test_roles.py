"""What a column's name tells of: read with one helper, however the words are set apart."""

from __future__ import annotations

import pandas as pd
import pytest

from aadash.analyses.intercurrent import intercurrent_events
from aadash.disposition import tells_of
from aadash.later import known_later, tells_of_change
from aadash.listed import terms_in
from aadash.subtypes import subtype_of
from tests.making import cohort_of

STOPS = ("Stop date", "StopDate", "stop_date", "STOP.DATE", "Drug (stop) date", "stop-date", "StopWeek")


@pytest.mark.parametrize("name", STOPS)
def test_words_written_together_are_read_apart(name: str) -> None:
    """“StopDate” told of nothing where “Stop date” did."""
    assert tells_of(name) == ("stopping",) and known_later(name)


def test_a_week_in_a_name_written_together_is_a_week() -> None:
    cohort = cohort_of([[80.0, 10.0]] * 3, [0, 24], StopWeek=[12.0, None, None])
    assert intercurrent_events(cohort)["stopping"].week.tolist()[0] == 12


@pytest.mark.parametrize(
    "arrow", ["→", "⇒", "➔", "➜", "▶", "►", "⟶", "->", "-->", "=>", ">", " then ", " followed by ", " switched to "]
)
def test_every_arrow_is_an_arrow_to_all(arrow: str) -> None:
    """“⟶” set two treatments apart and told of no change of the drug."""
    assert tells_of_change("Drug", pd.Series([f"baricitinib{arrow}ritlecitinib", "baricitinib"]))
    assert terms_in(f"MTX{arrow}CsA") == ["MTX", "CsA"]
    assert subtype_of(f"totalis{arrow}universalis") == ""


LATER = {
    "Switched to another JAK inhibitor (week)": ("switch",),
    "Drug switched": ("switch",),
    "약물 변경": ("switch",),
    "薬剤変更日": ("switch",),
    "Oral steroid added (week)": ("rescue",),
    "Topical steroid during treatment": ("rescue",),
    "Minoxidil added": ("rescue",),
    "스테로이드 추가 (주)": ("rescue",),
    "Dose switch": (),
    "Pregnancy during treatment": (),
    "COVID-19 during study": (),
    "Eyebrow regrowth": (),
    "Compliance (%)": (),
    "Number of visits": (),
}


@pytest.mark.parametrize("name", LATER)
def test_what_a_name_says_came_on_treatment_is_no_baseline_fact(name: str) -> None:
    """“Oral steroid added (week)” was a row of Table 1 with 32 of 40 missing, and rescue treatment “not recorded in the file”."""
    assert tells_of(name) == LATER[name] and known_later(name)
    assert not known_later(f"previous {name}")


@pytest.mark.parametrize(
    "name", ["Relapse", "IVMP", "Topical steroid", "Minoxidil", "Address", "현재 치료 중인 질환", "previous regrowth"]
)
def test_what_may_have_been_before_is_a_baseline_fact(name: str) -> None:
    assert not known_later(name)


def test_another_dose_is_not_another_drug() -> None:
    one = cohort_of([[80.0, 10.0]] * 3, [0, 24], Switched=["2 mg → 4 mg at week 12", None, None])
    assert "switch" not in intercurrent_events(one)
    other = cohort_of([[80.0, 10.0]] * 3, [0, 24], Switched=["ritlecitinib, week 12", None, None])
    assert intercurrent_events(other)["switch"].week[0] == 12
