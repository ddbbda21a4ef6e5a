"""What holds for SALT holds for a second measure, under every rule for missing visits: reasons add up, words name it, one value."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, Cohort
from aadash.analyses.registry import answers
from aadash.charts import chart
from aadash.endpoints import MISSING_RULES
from aadash.errors import AadashError
from aadash.measure import Measure
from aadash.measures import KNOWN
from tests.analyses.test_sentences import DERIVED, known, stated
from tests.making import NAN, cohort_of

FAULT = "fault of AAdash"
DENSITY = Measure("Hair density", 0, 400, "higher", "hairs/cm²", "Hair density in the target area")


def clinic(n: int = 36) -> Cohort:
    """SALT beside DLQI (0–30, lower is better) and hair density (higher is better), each with gaps of its own."""
    rng = np.random.default_rng(4)
    salt = np.clip(np.round(rng.normal(70, 20, (n, 4)) - 12 * np.arange(4), 1), 0, 100)
    dlqi = np.clip(np.round(rng.normal(14, 6, (n, 4)) - 2 * np.arange(4)), 0, 30).astype(float)
    density = np.clip(np.round(rng.normal(120, 40, (n, 4)) + 30 * np.arange(4)), 0, 400).astype(float)
    for values in (salt, dlqi, density):
        values[rng.random((n, 4)) < 0.12] = NAN
    base = cohort_of(salt.tolist(), [0, 8, 12, 24], sex=[["f", "m", None][i % 3] for i in range(n)], roles={"sex": "sex"})
    frame = lambda values: pd.DataFrame(values, index=base.salt.index, columns=[0, 8, 12, 24])  # noqa: E731
    measures = {"DLQI": (KNOWN["DLQI"], frame(dlqi)), "Hair density": (DENSITY, frame(density))}
    return Cohort(base.patients, base.salt, "clinic", {"sex": "sex"}, measures=measures)


@pytest.mark.parametrize(
    ("measure", "rule"), [*(("DLQI", rule) for rule in sorted(MISSING_RULES)), ("Hair density", "observed"), ("Hair density", "mixed")]
)
def test_what_holds_for_salt_holds_for_a_second_measure(measure: str, rule: str) -> None:
    plan, _ = AnalysisPlan(stratifier="sex", missing=rule, measure=measure).resolved_for(clinic())
    found = answers(clinic(), plan, ("core", "further"))
    assert not [text for text in found.reasons.values() if FAULT in text]
    assert len(found.results) > 15
    for name, result in found.results.items():
        a = result.accounting
        assert a.analysed + sum(e.n for e in a.excluded) == a.enrolled, f"{name}: {a.sentence()}"
        if result.analysis not in DERIVED:
            lost = [n for n in stated(result) if n not in known(result)]
            assert not lost, f"{name} says {lost}: {result.sentence}"
        if result.analysis in ("change_from_baseline", "between_strata", "salt_over_time", "mixed_anova", "simple_effects"):
            words = " ".join([result.sentence, a.sentence(), *(c.text for c in result.caveats), *(c.name for c in result.checks)])
            assert not re.search(r"\bSALT\b", words), f"{name}: {words}"


@pytest.mark.parametrize("measure", [None, "DLQI", "Hair density"])
def test_axes_end_where_values_can(measure: str | None) -> None:
    plan, _ = AnalysisPlan(stratifier="sex", measure=measure).resolved_for(clinic())
    scale = plan.measured(clinic()).measure
    widest = scale.high - scale.low
    result = answers(clinic(), plan, ("core",)).results["change_from_baseline"]
    try:
        made = chart(result, "intervals")
    except AadashError:
        return
    for low, high in _domains(made.spec):
        assert low >= -widest and high <= widest, (measure, low, high)


def _domains(spec: object) -> list[tuple[float, float]]:
    if isinstance(spec, dict):
        own = spec.get("domain")
        here = [tuple(own)] if isinstance(own, list) and len(own) == 2 and all(isinstance(v, (int, float)) for v in own) else []
        return [*here, *(d for v in spec.values() for d in _domains(v))]  # type: ignore[list-item]
    return [d for v in spec for d in _domains(v)] if isinstance(spec, list) else []


def test_who_came_and_has_no_value_is_not_said_to_have_made_no_visit() -> None:
    """“54 with no visit at week 52” stood over patients of whom SALT of week 52 is in the file, and DLQI is not."""
    rows = [[80, 60], [70, 50], [60, 40], [90, NAN]]
    dlqi = pd.DataFrame([[10, 4], [12, NAN], [8, 2], [9, NAN]], index=[f"p{i}" for i in range(4)], columns=[0, 24], dtype=float)
    cohort = cohort_of(rows, [0, 24], measures={"DLQI": (KNOWN["DLQI"], dlqi)})
    found = answers(cohort, AnalysisPlan(stratifier="none", measure="DLQI"), ("core", "further")).results
    for name in ("responders", "change_from_baseline"):
        assert [(e.reason, e.n) for e in found[name].accounting.excluded] == [("without DLQI at week 24", 2)], name
    assert "Of 2 patients no DLQI is recorded at week 24" in found["estimand"].sentence
    assert "of 2/4 (50.0 %) DLQI is recorded at week 24" in found["participants"].sentence
    said = found["missingness"].sentence
    assert (
        said.startswith("DLQI is missing at 2 of 8 visits (25.0 %), at week 24 in 2/4 (50.0 %) of the patients.")
        and "left" not in said
    )
    alone = answers(cohort, AnalysisPlan(stratifier="none"), ("core", "further")).results
    assert [(e.reason, e.n) for e in alone["responders"].accounting.excluded] == [("with no visit at week 24", 1)]
