"""How much CPU 200 copies of 117 patients at 6 visits take, beside R's mice.

    python -m benchmarks.imputation

The target is at most 5 s for all copies. mice runs 20 copies of 10 rounds and is quoted a copy; without R only our side is timed.
"""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pandas as pd

from aadash.stats.repeated_imputation import impute_repeated

DATA = Path(__file__).parents[1] / "tests" / "reference" / "data" / "salt_sim_1.csv"
COPIES = 200


def ours() -> float:
    """CPU seconds of all copies, after a warm call."""
    wide = pd.read_csv(DATA).pivot(index=["group", "subject"], columns="time", values="value")
    codes = (wide.index.get_level_values("group") == "B").astype(int)
    impute_repeated(wide.to_numpy(float), codes, 2, cycles=2)
    start = time.process_time()
    impute_repeated(wide.to_numpy(float), codes, COPIES)
    return time.process_time() - start


def main() -> None:
    """Print both sides."""
    taken = ours()
    print(f"ours: {taken:.2f} s CPU for {COPIES} copies ({1000 * taken / COPIES:.1f} ms a copy); target 5 s")
    rscript = shutil.which("Rscript")
    if rscript:
        script = Path(__file__).with_suffix(".R")
        a_copy = float(subprocess.run([rscript, str(script), str(DATA)], capture_output=True, text=True, check=True).stdout)
        print(f"mice: {1000 * a_copy:.0f} ms CPU a copy, {COPIES * a_copy:.0f} s for {COPIES}")


if __name__ == "__main__":
    main()
