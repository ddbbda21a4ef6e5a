"""R's answers for the statistics of the predictors page; made by ``tests/reference/predictors/gen_predictors.R``."""

import json
from pathlib import Path
from typing import Any

import pandas as pd

REFERENCE = Path(__file__).resolve().parents[1] / "reference"
R: dict[str, Any] = json.loads((REFERENCE / "predictors" / "predictors.json").read_text())


def data(name: str) -> pd.DataFrame:
    """A reference data set."""
    return pd.read_csv(REFERENCE / "data" / f"{name}.csv")
