"""Table 1 of a registry without its rows: the values that each column has, and how many patients of each level have them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.errors import NotComputable
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.summaries.counted import CountedCohort, counted_cohort
from aadash.summaries.engine import N, counted
from aadash.summaries.registry import Registry
from aadash.summaries.table_columns import LEVEL, with_level

#: Different values of a column of numbers that are counted at most.
MOST_VALUES = 200_000


def described(here: Registry, plan: AnalysisPlan) -> CountedCohort:
    """The patients of a registry counted by each column's values, split as the plan says; its filters are carried out already.

    Raises NotComputable for a column of more than :data:`MOST_VALUES` different numbers.
    """
    table, (strata, code) = here.table, here.strata(plan)
    frame = with_level(table.table, table, plan, strata, code, LEVEL)
    place = {level: i for i, level in enumerate(strata.levels)}
    values: dict[str, pd.Series] = {}
    counts: dict[str, np.ndarray] = {}
    for column in table.facts:
        found = counted(frame.select(LEVEL, column), [LEVEL, column])
        raw = found[column].to_pandas().to_numpy(dtype=float, na_value=np.nan)
        different, row = np.unique(raw, return_inverse=True)  # NaN, for none, once and last
        if len(different) > MOST_VALUES:
            raise NotComputable(f"The column “{column}” has {len(different):,} different numbers", expected=f"at most {MOST_VALUES:,}")
        codes = np.array([place.get(level, len(place)) for level in found[LEVEL].to_pylist()], dtype=int)
        counts[column] = np.zeros((len(different), len(place) + 1))
        np.add.at(counts[column], (row, codes), found[N].to_numpy())
        values[column] = here.typed(column, pd.Series(different))
    return counted_cohort(
        here.source(strata, code),
        table.weeks,
        SALT,
        table.grid,
        strata,
        table.n,
        name=here.name,
        facts=values,
        roles=here.roles,
        synthetic=here.first.synthetic,
        described=counts,
    )
