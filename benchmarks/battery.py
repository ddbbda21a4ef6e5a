"""CPU time of all analyses of one cohort in one warm process, beside R's same battery taken in turn.

    python -m benchmarks.battery [--sample korea_2025] [--rounds 3] [--gls]

Prints milliseconds of CPU (all threads of the process, not the clock): of everything that ``answers`` computes, of the
analyses that ``battery.R`` does too, of each analysis, and of R where ``Rscript`` with ``car`` and ``nlme`` is there.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

import aadash
from aadash.analyses import REGISTRY, answers
from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan

HERE = Path(__file__).parent
#: What battery.R computes.
SAME_AS_R = ("salt_over_time", "change_from_baseline", "responders", "responders_between", "between_strata", "mixed_anova")


def cpu_ms(work: Callable[[], object], repeats: int = 20) -> float:
    """Mean CPU milliseconds of ``work`` once it is warm."""
    work()
    start = time.process_time()
    for _ in range(repeats):
        work()
    return 1000 * (time.process_time() - start) / repeats


def write_long(cohort: Cohort, plan: AnalysisPlan, path: Path) -> None:
    """The cohort as battery.R reads it: subject, group, time, value."""
    long = cohort.salt.rename_axis(columns="time").stack(future_stack=True).rename("value").reset_index()
    strata = plan.strata(cohort)
    group = pd.Series([strata.levels[code] for code in strata.codes], index=cohort.salt.index)
    long.insert(1, "group", long["patient"].map(group))
    long.rename(columns={"patient": "subject"}).to_csv(path, index=False)


def in_r(path: Path, gls: bool) -> dict[str, float]:
    """What battery.R prints: name → CPU milliseconds."""
    command = ["Rscript", str(HERE / "battery.R"), str(path), *(["gls"] if gls else [])]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"battery.R failed: {done.stderr.strip()}")
    printed = [line.split() for line in done.stdout.splitlines()]
    return {words[0]: float(words[1]) for words in printed if words and words[0] in ("battery", "gls")}


def main() -> None:
    """Read the command line, measure in turn, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", default="korea_2025", help="a cohort of sample_data/")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--gls", action="store_true", help="time R's unstructured nlme::gls too (seconds)")
    given = parser.parse_args()
    cohort = aadash.read_cohort(HERE.parent / "sample_data" / f"{given.sample}.csv")
    plan = AnalysisPlan()
    work: dict[str, Callable[[], object]] = {
        "answers": lambda: answers(cohort, plan),
        "same as R": lambda: [REGISTRY[name].function(cohort, plan) for name in SAME_AS_R],
    }
    rounds: list[dict[str, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.csv"
        write_long(cohort, plan, path)
        for _ in range(given.rounds):
            one = {name: cpu_ms(task) for name, task in work.items()}
            if shutil.which("Rscript"):
                one |= {f"R {name}": value for name, value in in_r(path, given.gls).items()}
            rounds.append(one)
    middle = {name: round(statistics.median(one[name] for one in rounds), 1) for name in rounds[0]}
    out: dict[str, object] = {"patients": len(cohort), "visits": len(cohort.weeks), "cpu_ms": middle}
    if "R battery" in middle:
        out["ratio_to_r"] = round(middle["same as R"] / middle["R battery"], 2)
    out["each_ms"] = {name: round(cpu_ms(lambda a=analysis: a(cohort, plan)), 1) for name, analysis in REGISTRY.items()}
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
