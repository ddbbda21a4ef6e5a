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
