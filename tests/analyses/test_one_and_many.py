"""One patient is, two patients are: what a sentence says of one is said of one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

from aadash.analyses import REGISTRY
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.events import as_events
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.predictor import Predictor
from tests.making import NAN, cohort_of

#: "1 patient … are"; a verb of the many behind one of something, before the sentence or the aside ends.
_ONE_ARE = re.compile(
    r"(?<!\d )(?<![\d.,/–])\b1 (?:patient|event|visit|subgroup|number|row|test|rate)\b(?! of \d+ patients)[^.;:()]{0,60}? "
    r"(?:are|were|have|lack|count|lie|differ)\b|all of the 1 |none of the 1 |\bboth of the 1 "
)


#: All that answer at once; what a model of two predictors says besides.
ASKED = tuple(name for name, made in REGISTRY.items() if made.section in ("core", "further", "subgroups"))
MODEL = ModelPlan(predictors=(Predictor("smoker"), Predictor("subtype")))


def ones() -> Cohort:
    """Fourteen patients, of whom one misses a visit, one has no smoking status, one a subtype of its own, one an event."""
    rows = [[90 - i, 70 - 2 * i, 50 - 3 * i, 40 - 3 * i if i % 2 else 5] for i in range(14)]
    rows[0][2] = NAN
    facts = {
        "sex": ["f", "m"] * 7,
        "smoker": [None, *(["yes", "no"] * 7)[:13]],
        "subtype": ["ophiasis", *["patchy", "diffuse"] * 6, "patchy"],
    }
    made = cohort_of(rows, [0, 8, 16, 24], **facts, roles={"sex": "sex", "subtype": "subtype"})
    return Cohort(
        made.patients,
        made.salt,
        roles=made.roles,
        events=as_events(pd.DataFrame({"patient": ["p3"], "term": ["acne"]}), list(made.salt.index)),
    )


def who_left() -> Cohort:
    """The same, but it is one who never came after baseline."""
    made = ones()
    salt = made.salt.copy()
    salt.iloc[0, 1:] = NAN
    return Cohort(made.patients, salt, roles=made.roles)


def said(cohort: Cohort, plan: AnalysisPlan) -> Iterator[str]:
    """What results say, in sentences, doubts and checks."""
    asked: list[tuple[str, dict[str, Any]]] = [*((name, {}) for name in ASKED), ("predictors", {"model": MODEL})]
    for name, options in asked:
        try:
            result = REGISTRY[name].function(cohort, plan, **options)
        except AadashError as error:
            yield error.paragraph()
            continue
        yield result.sentence
        yield from (text for c in result.caveats for text in (c.text, c.advice))
        yield from (c.detail for c in result.checks)


@pytest.mark.parametrize("rule", ["observed", "complete"])
@pytest.mark.parametrize("cohort", [ones(), who_left()], ids=["one gap", "one left"])
def test_what_is_said_of_one_is_said_of_one(cohort: Cohort, rule: str) -> None:
    for split, endpoint in (("sex", "SALT50"), ("subtype", "SALT<=20")):
        for text in said(cohort, AnalysisPlan(stratifier=split, missing=rule, endpoint=endpoint)):
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
