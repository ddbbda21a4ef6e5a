"""How long a registry takes to be opened, its first page and another split to be answered, and how much memory.

    python -m benchmarks.registry [patients …] [--engine duckdb|spark] [--folder FOLDER]

Writes made-up Parquet files of six visits, in tenths, with missed visits, and asks in a process of its own for each size: the table
is opened and read once, then course, change, responders and strata (the first page) by severity group, then the same by sex.
Prints seconds of wall clock and of CPU (what compares on a shared machine), the peak memory of that process, and the ratio of each
size to the one before, per doubling.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

WEEKS = {0: 0.0, 4: 0.1, 8: 0.3, 12: 0.5, 24: 0.8, 36: 0.95}
SIZES = (1_000, 10_000, 100_000, 1_000_000, 10_000_000)
PART = 1_000_000
FIRST_PAGE = ("salt_over_time", "change_from_baseline", "responders", "responders_between", "between_strata")


def make(folder: Path, n: int) -> None:
    """Falling courses, a file per million patients."""
    rng = np.random.default_rng(1)
    for begin in range(0, n, PART):
        m = min(PART, n - begin)
        base, gain = rng.beta(1.2, 0.8, m) * 100, rng.beta(0.7, 0.7, m)
        columns: dict[str, object] = {
            "patient": [f"P{i}" for i in range(begin, begin + m)],
            "sex": rng.choice(["female", "male"], m),
            "age": rng.integers(18, 80, m),
            "subtype": rng.choice(["patchy", "ophiasis", "totalis", "universalis"], m),
        }
        for week, share in WEEKS.items():
            value = np.clip(base * (1 - share * gain) + rng.normal(0, 4, m) * (week > 0), 0, 100)
            value = np.where(value < 1, 0, np.round(value, 1))
            columns[f"SALT_W{week}"] = np.where(rng.random(m) < (0.002 if week == 0 else 0.03 + 0.003 * week), np.nan, value)
        pd.DataFrame(columns).to_parquet(folder / f"part{begin // PART}.parquet", index=False)


def measure(folder: str, engine: str) -> dict[str, float]:
    """Seconds and memory of one size, in this process."""
    from aadash.analyses.registry import REGISTRY
    from aadash.intake import read
    from aadash.plan import AnalysisPlan
    from aadash.summaries.recognise import recognised
    from aadash.summaries.sources import opened

    read(b"patient,SALT_W0,SALT_W4\nA,50,20\n", name="warm.csv")  # imports are of no interest here
    out: dict[str, float] = {}

    def timed(name: str, do: Callable[[], object]) -> object:
        wall, cpu = time.perf_counter(), time.process_time()
        answer = do()
        out[name], out[f"{name} CPU"] = time.perf_counter() - wall, time.process_time() - cpu
        return answer

    registry, _ = timed("open", lambda: recognised(opened(folder, engine), "registry", lambda text: read(text, name="registry.csv")))  # type: ignore[misc]

    def page(stratifier: str) -> None:
        plan = AnalysisPlan(stratifier=stratifier)
        for name in FIRST_PAGE:
            REGISTRY[name].function(registry.cohort(plan), plan)

    timed("first page", lambda: page("severity"))
    timed("other split", lambda: page("sex"))
    out["MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return out


def main() -> None:
    """Each size in turn."""
    parser = argparse.ArgumentParser()
    parser.add_argument("sizes", nargs="*", type=int, default=SIZES)
    parser.add_argument("--engine", default="duckdb")
    parser.add_argument("--folder", type=Path, help="where the files are kept for another run")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measure(args.one, args.engine)))
        return
    before: tuple[int, dict[str, float]] | None = None
    with tempfile.TemporaryDirectory() as temporary:
        for n in args.sizes:
            folder = (args.folder or Path(temporary)) / str(n)
            if not folder.exists():
                folder.mkdir(parents=True)
                make(folder, n)
            command = [sys.executable, "-m", "benchmarks.registry", "--one", str(folder), "--engine", args.engine]
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
            print(f"{n:>11,} patients: " + ", ".join(f"{name} {value:.2f}" for name, value in found.items()), flush=True)
            if before:
                doublings = math.log2(n / before[0])
                ratios = {name: (value / before[1][name]) ** (1 / doublings) for name, value in found.items() if before[1][name]}
                print("  per doubling: " + ", ".join(f"{name} × {ratio:.2f}" for name, ratio in ratios.items()), flush=True)
            before = (n, found)


if __name__ == "__main__":
    main()
