"""One patient is, two patients are: what a sentence says of one is said of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pandas as pd
import pytest

from aadash.analyses.registry import answers
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.events import as_events
from aadash.plan import AnalysisPlan
from tests.making import NAN, cohort_of

#: "1 patient … are"; a verb of the many behind one of something, before the sentence or the aside ends.
_ONE_ARE = re.compile(
    r"(?<![\d.,/–] )(?<![\d.,/–])\b1 (?:patient|event|visit|subgroup|number|row|test|rate)\b(?! of \d+ patients)[^.;:()]{0,60}? "
    r"(?:are|were|have|lack|count|lie|differ)\b|all of the 1 |none of the 1 |\bboth of the 1 "
)


def ones() -> Cohort:
    """Fourteen patients, of whom one has a gap, one no visit after baseline, one no smoking status, one a subtype of its own."""
    rows = [[90 - i, 70 - 2 * i, 50 - 3 * i, 40 - 3 * i if i % 2 else 5] for i in range(14)]
    rows[0] = [90, 80, NAN, 60]
    rows[1] = [80, NAN, NAN, NAN]
    facts = {
        "sex": ["f", "m"] * 7,
        "smoker": ["", *(["yes", "no"] * 7)[:13]],
        "subtype": ["ophiasis", *["patchy", "diffuse"] * 6, "patchy"],
    }
    made = cohort_of(rows, [0, 8, 16, 24], **facts, roles={"sex": "sex", "subtype": "subtype"})
    events = as_events(pd.DataFrame({"patient": ["p3"], "term": ["acne"]}), list(made.salt.index))
    return Cohort(made.patients, made.salt, roles=made.roles, events=events)


def said(cohort: Cohort, plan: AnalysisPlan) -> Iterator[str]:
    for result in answers(cohort, plan, ("core", "further")).results.values():
        yield result.sentence
        yield from (text for c in result.caveats for text in (c.text, c.advice))
        yield from (c.detail for c in result.checks)


@pytest.mark.parametrize("rule", MISSING_RULES)
def test_what_is_said_of_one_is_said_of_one(rule: str) -> None:
    for split in ("sex", "subtype"):
        for endpoint in ("SALT50", "SALT<=20"):
            for text in said(ones(), AnalysisPlan(stratifier=split, missing=rule, endpoint=endpoint)):
                assert not _ONE_ARE.search(text), text


def test_it_sees_what_it_looks_for() -> None:
    for text in (
        "1 patient with no visit after baseline count for neither.",
        "reached by all of the 1 patient with x",
        "1 visit were",
    ):
        assert _ONE_ARE.search(text)
    for text in ("1 patient is", "11 patients are", "1 patient counts", "8.1 patients are"):
        assert not _ONE_ARE.search(text)
