"""What the tests of the models share: R's answers, and reference data laid out patients × visits."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

HERE = Path(__file__).parent
REFERENCE = HERE.parent / "reference"
#: Made by gen_models_expected.R.
R: dict[str, Any] = json.loads((HERE / "models_expected.json").read_text())


def reference(name: str) -> dict[str, Any]:
    """R's answers for a reference data set."""
    folder = "data" if (REFERENCE / "data" / f"{name}.json").exists() else "unseen"
    return json.loads((REFERENCE / folder / f"{name}.json").read_text())["analyses"]


def table(name: str) -> pd.DataFrame:
    """A reference CSV as it stands."""
    folder = "data" if (REFERENCE / "data" / f"{name}.csv").exists() else "unseen"
    return pd.read_csv(REFERENCE / folder / f"{name}.csv")


def wide(name: str) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Patients × visits, group codes, visits, groups; all in order of first appearance."""
    rows = table(name)
    visits, groups = list(dict.fromkeys(rows["time"])), list(dict.fromkeys(rows["group"]))
    matrix = rows.pivot(index="subject", columns="time", values="value").loc[rows["subject"].unique(), visits]
    codes = rows.drop_duplicates("subject")["group"].map(groups.index)
    return matrix.to_numpy(float), codes.to_numpy(int), [str(v) for v in visits], [str(g) for g in groups]
