"""Every view of cohorts such as nobody wishes for: one patient, nobody at the last visit, everybody alike, strata of one.

What is asked holds of any cohort: no error of the program, no words for a number that is missing ("nan", "(–)"), no plural of one.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

import pandas as pd
import pytest

from aadash import AnalysisPlan
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES, offered
from aadash.errors import AadashError
from aadash.measures import KNOWN
from aadash.views import VIEWS, context_for
from tests.language.test_shown import shown
from tests.making import NAN, asking, cohort_of

#: What no sentence, heading, cell or text alternative says, whatever the cohort.
NEVER = re.compile(
    r"\bnan\b|\bNaN\b|\binf\b|\(–\)|CI –|–\s?%|−0\.0(?!\d)|\.\.|  | ,|\{|\}|\(\)"
    r"|(?<![\d.,])1 (?:patients|visits|weeks|strata|tests|events|columns|subgroups|pairs|values|cells)\b"
)


def odd(seed: int) -> tuple[Cohort, AnalysisPlan]:
    """A cohort of few and a plan, by the dice."""
    dice = random.Random(seed)
    n, weeks = dice.choice([1, 2, 3, 5, 9, 24]), dice.choice([[0, 12], [0, 12, 24], [0, 4, 12, 24, 36]])
    first = dice.choice([[100], [60], [0, 50], [10, 30, 55, 80, 100]])
    left, course = dice.choice([0, 0.3, 0.9]), dice.choice([[1.0], [0.0], [0.1, 0.5, 1.0, 1.2]])
    rows = []
    for _ in range(n):
        start = dice.choice(first)
        later = [NAN if dice.random() < left else min(100, round(start * dice.choice(course))) for _ in weeks[1:]]
        rows.append([NAN if dice.random() < left / 5 else start, *later])
    facts = {
        "sex": [dice.choice(["F", "M", None]) for _ in range(n)],
        "age": [dice.randint(15, 70) for _ in range(n)],
        "kind": [dice.choice(["patchy", "totalis", "universalis"]) for _ in range(n)],
        "arm": [dice.choice(["placebo", "4 mg"]) for _ in range(n)],
    }
    cohort = cohort_of(rows, weeks, **facts, roles={"sex": "sex", "age": "age", "subtype": "kind"})
    rule, split = dice.choice(sorted(MISSING_RULES)), dice.choice(["none", "severity", "trial_severity", "sex", "subtype", "arm"])
    return cohort, AnalysisPlan(stratifier=split, missing=rule, alpha=dice.choice([0.05, 0.01]))


def of_another_measure(seed: int) -> tuple[Cohort, AnalysisPlan]:
    """An odd cohort with a second measure, which is analysed, by one of its endpoints."""
    dice, (cohort, plan) = random.Random(-seed), odd(seed)
    name = dice.choice(["DLQI", "Skindex-16", "AA-IGA"])
    top = int(KNOWN[name].high)
    seen = [[dice.choice([NAN, 0.0, float(top), round(dice.random() * top)]) for _ in cohort.weeks] for _ in range(len(cohort))]
    second = pd.DataFrame(seen, index=cohort.salt.index, columns=cohort.salt.columns)
    second[0] = second[0].fillna(float(top))
    both = replace(cohort, measures={name: (KNOWN[name], second)})
    plan = plan.replace(measure=name, endpoint=dice.choice([*offered(KNOWN[name])]), arm=dice.choice([None, "arm"]))
    return both, plan.resolved_for(both)[0]


@pytest.mark.parametrize(("made", "seed"), [*((odd, seed) for seed in (*range(18), 85)), *((of_another_measure, s) for s in range(6))])
def test_views_of_an_odd_cohort_say_nothing_odd(made: Callable[[int], tuple[Cohort, AnalysisPlan]], seed: int) -> None:
    cohort, plan = made(seed)
    try:
        context = context_for(cohort, plan, asking())
    except AadashError:
        pytest.skip("nobody is left, which is said instead of a page")
    wrong = [
        f"{name}: «{found[0]}» in {text[:200]}"
        for name, view in VIEWS.items()
        for text in set(shown(view.content(context)))
        if (found := NEVER.search(text))
    ]
    assert not wrong, "\n".join(wrong)
