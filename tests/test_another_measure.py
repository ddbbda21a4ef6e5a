"""A clinic that records another measure than SALT: nothing that it reads speaks of SALT."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aadash import analyses
from aadash.analyses import REGISTRY
from aadash.analyses.ledger_entries import entries, summary
from aadash.charts import DRAWINGS, chart
from aadash.charts.ledger import ranked_p_values
from aadash.cohort import Cohort
from aadash.document import Choice, Choices, KeyNumbers
from aadash.errors import AadashError
from aadash.filters import BASELINE, Filter
from aadash.ledger import Ledger
from aadash.measure import Measure
from aadash.measures import KNOWN
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.report.ledger import ledger_frame
from aadash.report.tables import blocks, printable
from aadash.result import Result
from aadash.views import VIEWS, context_for
from aadash.views.study import Choices as Wanted
from aadash.views.study import Study
from aadash.views.study_sections import SECTIONS, sections_of
from tests.making import NAN, cohort_of
from tests.views.test_views import Asked, everything

#: They need what this cohort has not, and their reasons are read as well.
NEVER = {
    "adverse_events",
    "competing_discontinuation",
    "severity_flow",
    "band_differences",
    "side_by_side",
    "questions_asked",
    "laboratory",
    "reference_imputation",
}
#: Published rates and lessons are of SALT, and say so.
OF_SALT = {"pooled_evidence", "published_rates", "evidence", "section evidence", "lessons"}
PLANS = [
    AnalysisPlan(stratifier="sex"),
    AnalysisPlan(stratifier="severity", missing="mixed"),
    AnalysisPlan(stratifier="none", missing="locf", filters=(Filter(BASELINE, low=7),)),
]


def dlqi() -> Cohort:
    """Forty-eight patients with DLQI and itch, never SALT: visits missing, one without any effect before the first dose."""
    rng, n = np.random.default_rng(3), 48
    base = rng.integers(6, 31, n).astype(float)
    later = [np.clip(base - rng.integers(0, 6 * k + 8, n), 0, 30) for k in (1, 2, 3)]
    rows = np.column_stack([base, *later])
    rows[rng.random(n) < 0.15, 2] = NAN
    rows[rng.random(n) < 0.2, 3] = NAN
    rows[0, 0] = 0
    itch = pd.DataFrame({0: rng.integers(0, 11, n), 12: rng.integers(0, 8, n), 24: rng.integers(0, 6, n)}, dtype=float)
    return cohort_of(
        rows.tolist(),
        [0, 8, 12, 24],
        score="DLQI",
        sex=["f", "m"] * (n // 2),
        age=rng.integers(18, 70, n).astype(float),
        drug=["a", "b", "b", "a"] * (n // 4),
        duration=rng.integers(1, 20, n).astype(float),
        DLQI_reader_2=np.clip(base + rng.integers(-1, 2, n), 0, 30),
        roles={"sex": "sex", "age": "age", "duration": "duration", "drug": "drug"},
        measures={"Itch VAS": (KNOWN["Itch VAS"], itch.set_axis([f"p{i}" for i in range(n)], axis=0))},
    )


COHORT = dlqi()


def texts(value: Any) -> Iterator[str]:
    """Every text in a value that is shown: a specification, a table, a list."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, pd.DataFrame):
        yield from map(str, value.columns)
        for column in value:
            yield from (cell for cell in value[column] if isinstance(cell, str))
    elif isinstance(value, dict):
        for one in value.values():
            yield from texts(one)
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts(one)


def of_result(result: Result) -> Iterator[tuple[str, str]]:
    """(where, text) of everything that a result says, prints and draws, and of what the ledger keeps of it."""
    yield "question", result.question
    yield "sentence", result.sentence
    yield "method", result.method
    yield "accounting", result.accounting.sentence()
    yield "choice", result.choice
    for caveat in result.caveats:
        yield f"caveat {caveat.code}", f"{caveat.text} {caveat.advice}"
    for said in (*result.checks, *result.alternatives):
        yield "examined", repr(said)
    for drawing in DRAWINGS.get(result.analysis, ()):
        try:
            drawn = chart(result, drawing.name)
        except AadashError as error:
            yield f"chart {drawing.name}", error.paragraph()
            continue
        yield f"chart {drawing.name}", f"{drawn.alt} {drawn.caption}"
        yield from ((f"chart {drawing.name}", text) for text in texts([drawn.spec, drawn.data]))
    for title, rows in blocks(result):
        yield "table", title
        yield from (("table", text) for text in texts(printable(result, rows)))
    ledger = Ledger(tuple(entries(result, None, COHORT.fingerprint, "2026-01-01T00:00:00.000Z")))
    if len(ledger):
        yield from (("ledger", text) for text in texts(ledger_frame(ledger, summary(ledger).table)))
        if any(entry.p == entry.p for entry in ledger.entries):
            yield from (("ledger chart", text) for text in texts(ranked_p_values(ledger, 0.05).data))


def resolved(plan: AnalysisPlan) -> AnalysisPlan:
    return plan.resolved_for(COHORT)[0]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stratifier)
def test_no_analysis_speaks_of_salt(plan: AnalysisPlan) -> None:
    found, computed = [], set()
    for name, one in REGISTRY.items():
        if name in OF_SALT:
            continue
        for options in one.variants or ({},):
            if name == "predicted_probability" and not options:
                options = {"profile": ()}
            few = {option: 20 for option in ("resamples", "copies") if option in one.options}  # words, whatever the numbers
            if one.takes_model:
                few["model"] = ModelPlan.prespecified(COHORT).replace(resamples=20)
            try:
                result = one.function(COHORT, resolved(plan), **few, **options)
            except AadashError as error:
                said = error.paragraph()
                found += [(name, said)] if "SALT" in said else []
            except TypeError:
                assert name == "side_by_side"  # it needs several plans
            else:
                computed.add(name)
                found += [(f"{name}, {where}", text) for where, text in of_result(result) if "SALT" in text]
    assert not found
    if plan.stratifier == "sex":
        assert set(REGISTRY) - computed <= NEVER | OF_SALT


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.stratifier)
def test_no_page_and_no_report_speaks_of_salt(plan: AnalysisPlan) -> None:
    asked, found = Asked(), []
    context = context_for(COHORT, resolved(plan), asked)
    made = {name: everything(context, name) for name in VIEWS if name not in OF_SALT}
    study = Study(context, Wanted(tuple(SECTIONS)))
    made |= {f"section {section.name}": parts for section, parts in sections_of(study)}
    for name, parts in ((name, parts) for name, parts in made.items() if name not in OF_SALT):
        for part in parts:
            shown = [getattr(part, field) for field in part.__dataclass_fields__]
            shown += [dict(c.options) for c in (part.items if isinstance(part, Choices) else [part]) if isinstance(c, Choice)]
            shown += [[n.label, n.value, n.under] for n in part.items] if isinstance(part, KeyNumbers) else []
            found += [(name, type(part).__name__, text) for text in texts(shown) if "SALT" in text]
    assert not found


def test_a_chip_and_a_ledger_row_name_what_is_analysed() -> None:
    assert Filter(BASELINE, low=7).label(COHORT.severity_measure.name) == "7 ≤ baseline DLQI"
    result = REGISTRY["change_from_baseline"].function(COHORT, resolved(PLANS[2]))
    ledger = Ledger(tuple(entries(result, None, COHORT.fingerprint, "2026-01-01T00:00:00.000Z")))
    frame = ledger_frame(ledger, summary(ledger).table)
    assert set(frame["Outcome"]) == {"Change in DLQI"} and set(frame["Filters"]) == {"7 ≤ baseline DLQI"}
    again, notes = Ledger.from_list(ledger.to_list())
    assert not notes and again == ledger


def test_a_difference_of_a_measure_that_rises_is_told_as_a_rise() -> None:
    """By hand: both sexes rise, women by 10 and men by 30 points, so the difference of women minus men is −20: a smaller rise."""
    rows = [[40.0 + i % 5, 40.0 + i % 5 + (10 if i % 2 else 30) + i % 3] for i in range(40)]
    hair = Measure("Hair density", 0, 300, better="higher")
    cohort = cohort_of(rows, [0, 24], score="Hair density", measure=hair, sex=["m", "f"] * 20, duration=[float(i) for i in range(40)])
    said = REGISTRY["subgroup_differences_change"].function(cohort, AnalysisPlan(stratifier="sex")).sentence
    assert "negative: Hair density rises less, or falls more, in f" in said


def test_a_utility_of_0_to_1_is_told_in_hundredths_everywhere() -> None:
    """By hand: the baseline's mean is 0.633 (SD 0.043); changes of 0.08, 0.06, 0.09, 0.11, 0.06 and 0.10: 0.083 (SD 0.021)."""
    base, later = [0.62, 0.70, 0.66, 0.58, 0.64, 0.60], [0.70, 0.76, 0.75, 0.69, 0.70, 0.70]
    utility = Measure("Utility", 0, 1, better="higher")
    cohort = cohort_of([[a, b] for a, b in zip(base, later, strict=True)], [0, 12], score="Utility", measure=utility)
    plan = AnalysisPlan().resolved_for(cohort)[0]
    change, course, table1 = (REGISTRY[name].function(cohort, plan) for name in ("change_from_baseline", "salt_over_time", "baseline"))
    assert "was 0.08 points (95 % CI 0.06 to 0.11" in change.sentence
    assert printable(change, change.table)["Mean change (SD)"].iloc[0] == "0.08 (0.02)"
    assert "0.08 (0.06 to 0.11)" in chart(change, "intervals").alt
    assert "was 0.63 at baseline" in course.sentence and "and 0.72 at week 12" in course.sentence
    assert printable(course, course.table)["Mean"].tolist()[:2] == ["0.63", "0.72"]
    assert "baseline 0.63 and week 12 0.72" in chart(course, "mean and spread").alt
    assert "mean baseline Utility 0.63 (SD 0.04)" in table1.sentence
    cells = [cell for _, text in of_result(table1) for cell in [text] if "0.63 (0.04)" in cell]
    assert cells == ["0.63 (0.04), 0.58 to 0.70"]


def test_a_graded_score_changes_by_grades() -> None:
    """Nothing that is told of the AA-IGA itself is in points; what is between rates or percentages is in percentage points."""
    rng, n = np.random.default_rng(3), 60
    base = rng.integers(2, 5, n).astype(float)
    rows = np.column_stack([base, *(np.clip(base - rng.integers(0, k + 2, n), 0, 4) for k in (1, 2))])
    rows[::7, 2] = NAN
    cohort = cohort_of(rows.tolist(), [0, 12, 24], score="AA-IGA", sex=["f", "m"] * (n // 2), roles={"sex": "sex"})
    plan = AnalysisPlan(stratifier="sex").resolved_for(cohort)[0]
    for name in ("change_from_baseline", "subgroups_change", "imputed_outcomes", "adjusted_comparison"):
        result = REGISTRY[name].function(cohort, plan)
        told = " ".join(text for where, text in of_result(result) if not where.startswith("ledger") and text != "points")
        assert "grades" in told, name
        assert not re.search(r"(?<!percentage )points(?! off)", told.replace("Points", "")), name


def test_a_small_baseline_is_small_on_its_scale() -> None:
    """A change of one is over 10 percent of a SALT below 10; no grade of 2 to 4 is "below 10" in this sense."""
    grades = cohort_of([[2, 1], [3, 1], [4, 2], [3, 2]], [0, 12], score="AA-IGA", sex=["f", "m"] * 2, roles={"sex": "sex"})
    salt = cohort_of([[8, 1], [30, 10], [40, 20], [50, 20]], [0, 12], sex=["f", "m"] * 2, roles={"sex": "sex"})
    said = [
        [
            c.text
            for c in REGISTRY["subgroups_change"].function(c, AnalysisPlan(stratifier="sex").resolved_for(c)[0]).caveats
            if c.code == "percent-change"
        ]
        for c in (grades, salt)
    ]
    assert said == [[], ["1 patient had a baseline SALT below 10, where a change of 1 is over 10 percent."]]


def test_a_baseline_below_nought_is_not_said_to_be_nought() -> None:
    """EQ-5D goes below 0: of four one begins at −0.2 and one at 0, and neither has a percent change."""
    index, eq = list("abcd"), Measure("EQ-5D", -1, 1, "higher")
    frame = pd.DataFrame({0: [-0.2, 0.0, 0.5, 0.4], 12: [0.3, 0.4, 0.8, 0.9]}, index=index)
    cohort = Cohort(
        pd.DataFrame(index=index),
        pd.DataFrame({0: [80.0] * 4, 12: [20.0] * 4}, index=index),
        "eq",
        {},
        measures={"EQ-5D": (eq, frame)},
    )
    result = analyses.responders(cohort, AnalysisPlan(measure="EQ-5D", stratifier="none", endpoint="EQ-5D 50%"))
    assert [(e.reason, e.n) for e in result.accounting.excluded] == [
        ("with a baseline EQ-5D of 0 or less (percent change is undefined)", 2)
    ]
    assert any(c.text.startswith("2 patients had 0 or less in EQ-5D at baseline") for c in result.caveats)
