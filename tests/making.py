"""Small cohorts, plans and workbooks for the tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from hypothesis import strategies as st

from aadash.analyses.registry import REGISTRY
from aadash.cohort import Cohort
from aadash.endpoints import ENDPOINTS, MISSING_RULES
from aadash.filters import Filter
from aadash.intake import Decisions, Reading, read
from aadash.plan import MULTIPLICITY, AnalysisPlan

NAN = float("nan")


def cohort_of(rows: Sequence[Sequence[float]], weeks: Sequence[int] | None = None, **facts: Any) -> Cohort:
    """A cohort of patients "p0", "p1", … with these SALT rows; ``facts`` are columns, ``roles`` and ``name`` theirs."""
    options = {
        key: facts.pop(key) for key in ("roles", "name", "synthetic", "score", "measure", "measures", "after_baseline") if key in facts
    }
    index = [f"p{i}" for i in range(len(rows))]
    values = np.array(rows, dtype=float)
    columns = list(weeks) if weeks is not None else [0, 8, 12, 16, 24, 36][: values.shape[1]]
    salt = pd.DataFrame(values, index=index, columns=columns)
    return Cohort(pd.DataFrame(facts, index=index), salt, **options)


def workbook(decisions: Decisions | None = None, **sheets: list[list[object]]) -> Reading:
    """A workbook of these sheets, each a list of rows, as it is read."""
    made = openpyxl.Workbook()
    made.remove(made.active)  # type: ignore[arg-type]
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    made.save(out)
    return read(out.getvalue(), name="clinic.xlsx", decisions=decisions)


def asking() -> Callable[..., Any]:
    """Every analysis, asked once for each cohort, plan and set of options."""
    kept: dict[str, Any] = {}

    def ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: Any) -> Any:
        key = f"{name}{plan}{sorted((k, repr(v)) for k, v in options.items())}{cohort.fingerprint}"
        if key not in kept:
            kept[key] = REGISTRY[name].function(cohort, plan, **options)
        return kept[key]

    return ask


scores = st.integers(0, 1000).map(lambda tenths: tenths / 10)
maybe_scores = st.one_of(st.just(NAN), scores)


@st.composite
def cohorts(draw: st.DrawFn, patients: int = 12, visits: int = 5) -> Cohort:
    """Any small cohort: missing visits, missing facts, baselines of 0."""
    n, k = draw(st.integers(1, patients)), draw(st.integers(1, visits))
    rows = draw(st.lists(st.lists(maybe_scores, min_size=k, max_size=k), min_size=n, max_size=n))

    def column(values: st.SearchStrategy) -> list:
        return draw(st.lists(values, min_size=n, max_size=n))

    return cohort_of(
        rows,
        range(0, 4 * k, 4),
        sex=column(st.sampled_from(["f", "m", None])),
        age=column(st.integers(18, 90)),
        duration=column(st.one_of(st.just(NAN), st.floats(0, 40))),
        roles={"sex": "sex", "age": "age"},
    )


finite = st.floats(allow_nan=False, allow_infinity=False)
filters = st.one_of(
    st.builds(Filter, st.text(max_size=8), st.lists(st.text(max_size=5), max_size=3).map(tuple), keep_missing=st.booleans()),
    st.builds(
        Filter, st.text(max_size=8), st.none(), st.none() | finite, st.none() | finite, st.booleans(), st.booleans(), st.booleans()
    ),
)
plans = st.builds(
    AnalysisPlan,
    stratifier=st.sampled_from(["severity", "subtype", "sex", "none"]) | st.text(max_size=10),
    severity_cut=st.floats(0, 100),
    column_cut=st.none() | finite,
    endpoint=st.sampled_from(sorted(ENDPOINTS)),
    week=st.none() | st.integers(0, 10**6),
    missing=st.sampled_from(sorted(MISSING_RULES)),
    alpha=st.floats(0.0001, 0.5),
    multiplicity=st.sampled_from(sorted(MULTIPLICITY)),
    filters=st.lists(filters, max_size=3).map(tuple),
)
