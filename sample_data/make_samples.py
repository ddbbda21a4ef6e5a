"""Write the sample cohorts. No patient in them is real; README.md says what was matched and what was invented.

    python sample_data/make_samples.py [FOLDER]

The same files, byte for byte, on every run: random numbers come from ``numpy.random.RandomState``, whose stream NumPy
has frozen (NEP 19), and every value is rounded to the decimal that it is written with. Takes a few seconds.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from _korea_events import as_workbook, make_events
from _korea_labels import make_labels
from _korea_salt import PAPER_CUT, WEEKS, make_salt
from _missing import with_missing
from _tohoku import make_tohoku
from _ugly import make_ugly

#: Chosen among the first few for trajectories and tables that look like a clinic's; any seed meets the printed numbers.
SEEDS = {"korea": 5, "missing": 1, "tohoku": 50, "ugly": 1, "events": 1}


def make_korea() -> pd.DataFrame:
    """The 117 patients, in an order that says nothing."""
    rng = np.random.RandomState(SEEDS["korea"])
    salt = make_salt(rng)
    table = make_labels(rng, salt)
    table.insert(0, "paper_group", np.where(salt[:, 0] > PAPER_CUT, "A", "B"))
    for j, week in enumerate(WEEKS):
        table[f"salt_w{week}"] = salt[:, j]
    return _coded(table.iloc[rng.permutation(len(table))], "K")


def _coded(table: pd.DataFrame, letter: str) -> pd.DataFrame:
    """``table`` with a patient code, and the column that says that no patient is real."""
    table = table.reset_index(drop=True)
    table.insert(0, "patient", [f"{letter}{i + 1:03d}" for i in range(len(table))])
    table.insert(1, "synthetic", "synthetic")
    return table


def main(folder: Path) -> None:
    """Write all five files into ``folder``."""
    korea = make_korea()
    tables = {
        "korea_2025": korea,
        "korea_2025_missing": with_missing(np.random.RandomState(SEEDS["missing"]), korea),
        "tohoku_2025": _coded(make_tohoku(np.random.RandomState(SEEDS["tohoku"])), "T"),
    }
    for name, table in tables.items():
        text = table.to_csv(index=False, lineterminator="\n", float_format="%.1f")
        (folder / f"{name}.csv").write_bytes(text.encode())
    events = make_events(np.random.RandomState(SEEDS["events"]), korea)
    (folder / "korea_2025_events.xlsx").write_bytes(as_workbook(korea, events))
    (folder / "clinic_ugly.csv").write_bytes(make_ugly(np.random.RandomState(SEEDS["ugly"])))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
