"""Cohorts made from the reference data, and R's answers to them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pandas as pd

from aadash.cohort import Cohort

REFERENCE = Path(__file__).resolve().parents[1] / "reference" / "data"
#: Long data sets with a score of 0–100 and two groups; the first time level is baseline.
DATASETS = ("salt_sim_1", "salt_sim_2", "btheb")
WEEKS = {"btheb": {"pre": 0, "2m": 9, "3m": 13, "5m": 22, "8m": 35}}


@cache
def answers(name: str) -> dict:
    """R's stored answers."""
    return json.loads((REFERENCE / f"{name}.json").read_text())["analyses"]


@cache
def times(name: str) -> dict[str, int]:
    """R's label of a time → week."""
    meta = json.loads((REFERENCE / f"{name}.json").read_text())["meta"]
    return WEEKS.get(name) or {t: int(t) for t in meta["time_levels"]}


@cache
def cohort(name: str) -> Cohort:
    """The data set as a cohort whose column ``group`` has R's order of levels."""
    data = pd.read_csv(REFERENCE / f"{name}.csv", dtype={"subject": str, "group": str, "time": str})
    meta = json.loads((REFERENCE / f"{name}.json").read_text())["meta"]
    week = data["time"].map(times(name))
    salt = data.assign(week=week).pivot(index="subject", columns="week", values="value")
    group = data.drop_duplicates("subject").set_index("subject")["group"].reindex(salt.index)
    return Cohort(pd.DataFrame({"group": pd.Categorical(group, meta["group_levels"])}, index=salt.index), salt, name)
