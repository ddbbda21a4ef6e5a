"""Over random cohorts, rules and splits, no page says or draws a number that its table does not hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses
from aadash.cohort import Cohort
from aadash.document import Answer, Figure
from aadash.endpoints import MISSING_RULES
from aadash.errors import AadashError
from aadash.measures import KNOWN
from aadash.views import VIEWS, context_for
from tests.making import asking, cohort_of

from .one_value import OTHER_ALT, OTHER_DATA, OTHER_TILES, OTHER_WORDS, contradictions


def drawn_by(seed: int) -> tuple[Cohort, AnalysisPlan]:
    """12 to 40 patients over two to five visits, with gaps in visits and in the split; a rule, a split and an endpoint."""
    rng = np.random.default_rng(seed)
    n, visits = int(rng.integers(12, 41)), int(rng.integers(2, 6))
    steps = rng.normal(rng.choice([-14, 0, 6]), 12, (n, visits)).cumsum(axis=1)
    salt = np.clip(np.round(rng.normal(65, 25, (n, 1)) + steps, 1), 0, 100)
    salt[rng.random((n, visits)) < rng.choice([0.0, 0.1, 0.3])] = np.nan
    levels = [["f", "m"], ["f", "m", None], ["a", "b", "c"]][rng.integers(3)]
    weeks = [0, 8, 12, 24, 36][:visits]
    cohort = cohort_of(salt.tolist(), weeks, sex=[levels[i % len(levels)] for i in range(n)], roles={"sex": "sex"})
    split, endpoint = str(rng.choice(["sex", "severity", "none"])), str(rng.choice(["SALT75", "SALT<=20", "SALT50"]))
    return cohort, AnalysisPlan(stratifier=split, missing=sorted(MISSING_RULES)[seed % len(MISSING_RULES)], endpoint=endpoint)


@pytest.mark.parametrize("seed", range(6))
def test_text_tile_table_chart_and_legend_are_one_value(seed: int) -> None:
    (cohort, plan), ask = drawn_by(seed), asking()
    wrong = []
    for name, view in VIEWS.items():
        try:
            parts = view.content(context_for(cohort, plan, ask))
        except AadashError:
            continue
        wrong += [f"{name}: {text}" for text in contradictions(parts)]
    assert not wrong, "\n".join(wrong[:10])


def test_the_same_where_another_measure_is_analysed() -> None:
    """Of DLQI, 0 to 30, beside SALT: no page gives the number of the one under the name of the other."""
    rng = np.random.default_rng(1)
    salt = np.clip(rng.normal(70, 15, (24, 1)).round() - np.array([0, 20, 35]) + rng.normal(0, 5, (24, 3)).round(), 0, 100)
    cohort = cohort_of(salt.tolist(), [0, 12, 24], sex=["f", "m"] * 12, roles={"sex": "sex"})
    dlqi = pd.DataFrame(np.clip((salt / 5).round(), 0, 30), index=cohort.salt.index, columns=[0, 12, 24])
    cohort, ask = replace(cohort, measures={"DLQI": (KNOWN["DLQI"], dlqi)}), asking()
    plan, _ = AnalysisPlan(stratifier="sex", measure="DLQI").resolved_for(cohort)
    wrong = [f"{n}: {text}" for n, v in VIEWS.items() for text in contradictions(v.content(context_for(cohort, plan, ask)))]
    assert not wrong, "\n".join(wrong[:10])
    tiles = {
        i.label: i.value
        for p in VIEWS["baseline"].content(context_for(cohort, plan, ask))
        for i in getattr(p, "items", ())
        if hasattr(i, "value")
    }
    assert tiles["Mean baseline SALT"] == f"{salt[:, 0].mean():.1f}"


def test_it_finds_what_contradicts() -> None:
    cohort = cohort_of([[80.0 + i, 60.0 + i / 2] for i in range(12)], [0, 24], sex=["f", "m"] * 6, roles={"sex": "sex"})
    result = analyses.responders(cohort, AnalysisPlan(stratifier="sex", endpoint="SALT30"))
    assert not contradictions([Figure(result, "weeks"), Answer(result)])
    table: pd.DataFrame = result.table.copy()
    table["rate"] = table["rate"] + 0.001
    other = replace(result, table=table)
    from aadash.charts import chart

    made = chart(other, "weeks")
    assert made.data["bars"]["rate"].tolist() != chart(result, "weeks").data["bars"]["rate"].tolist()
    wrong = replace(result, sentence=result.sentence.replace("/12", "/13"))
    assert contradictions([Answer(wrong)])


@pytest.mark.parametrize("reason", [*OTHER_DATA.values(), *OTHER_ALT.values(), *OTHER_WORDS.values(), *OTHER_TILES.values()])
def test_what_is_left_out_has_its_reason(reason: str) -> None:
    assert len(reason) > 20
