"""The sample cohorts as the predictors' tests use them, read from their files without the intake."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aadash import analyses
from aadash.cohort import Cohort
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Result

ROOT = Path(__file__).resolve().parents[2]
R: dict[str, Any] = json.loads((ROOT / "tests" / "reference" / "predictors" / "predictors.json").read_text())
R_DATA = ROOT / "tests" / "reference" / "predictors"
ROLES = {
    "tohoku_2025": {
        "sex": "sex",
        "age": "age",
        "subtype": "aa_subtype",
        "duration": "disease_duration_years",
        "atopic_dermatitis": "atopic_dermatitis",
        "ivmp": "ivmp_history",
        "eyebrow": "eyebrow_clinro",
        "eyelash": "eyelash_clinro",
    },
    "korea_2025": {
        "sex": "sex",
        "age": "age",
        "subtype": "aa_subtype",
        "duration": "disease_duration_months",
        "atopic_dermatitis": "atopic_dermatitis",
        "adverse_event": "adverse_event",
    },
}
#: SALT≤20 at the last visit, as in the Tohoku study.
PLAN = AnalysisPlan(endpoint="SALT<=20")


@cache
def sample(name: str) -> Cohort:
    """A sample cohort by the name of its file; the Tohoku one as R analysed it, before responders by two rules were told apart."""
    folder, file = (R_DATA, f"{name}_before.csv") if name == "tohoku_2025" else (ROOT / "sample_data", f"{name}.csv")
    table = pd.read_csv(folder / file, dtype={"patient": str}).set_index("patient")
    visits = [c for c in table if re.fullmatch(r"salt_w\d+", c)]
    salt = table[visits].rename(columns=lambda c: int(c[6:]))
    return Cohort(table.drop(columns=visits), salt, name, roles=ROLES[name], synthetic=True)


def small(y: list[float], baseline: float | list[float] = 80.0, **facts: Any) -> Cohort:
    """Patients whose SALT at week 36 is ``y``."""
    index = [f"p{i}" for i in range(len(y))]
    base = np.broadcast_to(np.asarray(baseline, dtype=float), len(y))
    salt = pd.DataFrame({0: base, 36: y}, index=index, dtype=float)
    return Cohort(pd.DataFrame(facts, index=index), salt, "small")


COHORT = sample("tohoku_2025")
MODEL = ModelPlan.prespecified(COHORT)
IMPROVEMENT = MODEL.replace(outcome="improvement")


@cache
def ask(name: str, model: ModelPlan = MODEL, **options: str) -> Result:
    """The analysis called ``name`` of the Tohoku sample."""
    return getattr(analyses, name)(COHORT, PLAN, model, **options)


def one(result: Result, **keys: object) -> pd.Series:
    """The one row with these keys."""
    t = result.rows(**keys)
    assert len(t) == 1
    return t.iloc[0]
