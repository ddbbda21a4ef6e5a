"""R's answers for the statistics beyond the two papers; made by the scripts in ``tests/reference/extended``."""

import json
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).resolve().parents[1] / "reference" / "extended"


def answers(topic: str) -> dict[str, Any]:
    """What R said about a topic."""
    found: dict[str, Any] = json.loads((FOLDER / f"{topic}.json").read_text())
    return found


def floats(values: list[Any]) -> np.ndarray:
    """A JSON array as floats, null and "NA" as NaN."""
    return np.array([np.nan if v in (None, "NA") else v for v in values], dtype=float)
