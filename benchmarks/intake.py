"""How long a large file takes to be read and checked, beside the floors: Python's csv module and pandas.read_csv.

    python -m benchmarks.intake [patients]

Writes made-up CSVs of eight visits, one row per patient and one row per visit, to a temporary folder and reads each three times, in
turn with the floors. Prints
seconds of wall clock and of CPU (the CPU is what compares on a shared machine; that of the process that reads is
counted in), and the peak memory of this process.
"""

from __future__ import annotations

import csv
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from aadash.intake import read
from aadash.intake.isolated import POOL, prepare, read_isolated

WEEKS = (0, 4, 8, 12, 16, 24, 36, 52)


def make(path: Path, n: int) -> None:
    """Falling courses with one visit in ten missed."""
    rng = np.random.default_rng(1)
    base, pace = rng.uniform(50, 100, n), rng.uniform(0, 0.06, n)
    columns = {f"SALT_W{w}": np.round(base * (1 - pace) ** w, 1) for w in WEEKS}
    facts = {"id": [f"P{i:06d}" for i in range(n)], "sex": rng.choice(["F", "M"], n), "age": rng.integers(18, 80, n)}
    frame = pd.DataFrame({**facts, **columns})
    for week in WEEKS[1:]:
        frame.loc[rng.random(n) < 0.1, f"SALT_W{week}"] = np.nan
    frame.to_csv(path, index=False)


def stretch(wide: Path, long: Path) -> None:
    """The same cohort with one row per visit; a missed visit has no row."""
    frame = pd.read_csv(wide)
    visits = [f"SALT_W{w}" for w in WEEKS]
    rows = frame.melt(["id", "sex", "age"], visits, "week", "SALT").dropna(subset="SALT")
    rows["week"] = rows["week"].str.removeprefix("SALT_W").astype(int)
    rows.sort_values(["id", "week"], kind="stable").to_csv(long, index=False)


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of wall clock and of CPU."""
    wall, cpu = time.perf_counter(), time.process_time() + _elsewhere()
    work()
    return time.perf_counter() - wall, time.process_time() + _elsewhere() - cpu


def _elsewhere() -> float:
    """CPU of the process that waits for files."""
    return sum(w.seconds() for w in POOL.waiting())


def main() -> None:
    """Run and print."""
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        path, visits = Path(folder) / "large.csv", Path(folder) / "visits.csv"
        make(path, n)
        stretch(path, visits)
        works: dict[str, Callable[[], object]] = {
            "csv.reader": lambda: list(csv.reader(path.open(newline="", encoding="utf-8"))),
            "pandas.read_csv": lambda: pd.read_csv(path),
            "aadash read": lambda: read(path),
            "in another process": lambda: read_isolated(path),
            "aadash read and check": lambda: read(path).to_check(),
            "csv.reader, long": lambda: list(csv.reader(visits.open(newline="", encoding="utf-8"))),
            "pandas.read_csv, long": lambda: pd.read_csv(visits),
            "aadash read, long": lambda: read(visits),
        }
        prepare()
        read_isolated("id,SALT_W0\n1,80\n")
        for turn in range(3):
            for name, work in works.items():
                wall, cpu = timed(work)
                print(f"{turn + 1}  {name:22s} {wall:6.2f} s  {cpu:6.2f} s CPU")
    print(f"{n:,} patients, {len(WEEKS)} visits; peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
