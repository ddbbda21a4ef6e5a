"""Where totals are sums of strata, the patients without a stratum are a row of their own, on every page that shows such a total."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan, analyses
from aadash.endpoints import MISSING_RULES
from aadash.report.tables import printable
from tests.making import NAN, cohort_of

RNG = np.random.default_rng(5)
SALT = np.clip(np.round(RNG.normal(60, 25, (40, 4))), 0, 100)
SALT[RNG.random((40, 4)) < 0.15] = NAN
COHORT = cohort_of(SALT.tolist(), [0, 8, 12, 24], sex=[None, "f", "m", "m"] * 10, roles={"sex": "sex"})
BY_SEX = AnalysisPlan(stratifier="sex", endpoint="SALT<=20")


def counts(cells: pd.Series) -> np.ndarray:
    return np.array([[int(v) for v in str(c).split(" ")[0].split("/")] for c in cells])


@pytest.mark.parametrize("rule", sorted(MISSING_RULES))
@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("responders", "Responders / patients"),
        ("salt_over_time", "n"),
        ("change_from_baseline", "n"),
        ("time_to_response", "Responders / followed"),
    ],
)
def test_the_total_is_the_rows_under_it(name: str, column: str, rule: str) -> None:
    printed = printable(getattr(analyses, name)(COHORT, BY_SEX.replace(missing=rule)))
    keys = [c for c in ("Endpoint", "Measure", "Week") if c in printed]
    blocks = [part for _, part in printed.groupby(keys, sort=False)] if keys else [printed]
    assert len(blocks) >= 1
    column = column if column in printed else "With a score then"  # beside those in the model, under the mixed rule
    for block in blocks:
        assert block["Stratum"].tolist() == ["All patients", "f", "m", "sex: not recorded"]
        numbers = counts(block[column])
        assert (numbers[0] == numbers[1:].sum(axis=0)).all(), block


def test_no_row_where_everybody_has_a_stratum_or_nothing_is_split() -> None:
    whole = cohort_of(SALT.tolist(), [0, 8, 12, 24], sex=["f", "m"] * 20, roles={"sex": "sex"})
    for cohort, plan in ((whole, BY_SEX), (COHORT, BY_SEX.replace(stratifier="none"))):
        assert not printable(analyses.responders(cohort, plan))["Stratum"].str.contains("not recorded").any()
