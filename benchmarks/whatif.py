"""How quick a what-if is: a filter or a cut changed until the chart is repainted, and the server's part at 10,000 patients.

    python -m benchmarks.whatif                     # both
    python -m benchmarks.whatif --only server        # the server's part alone, without a browser

In the browser a level of a filter and the cut of the severity groups are clicked on a page of 117 patients; the floor's
select box is turned in the same run. Quote the ratio. At 10,000 patients the time of one script run is taken with
Streamlit's own AppTest, each run with a plan that was not seen before, so that nothing comes from a cache.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import sys
import time
from typing import Any
from urllib.parse import quote

import numpy as np
import pandas as pd
from playwright.sync_api import Locator, Page

from aadash.cohort import Cohort
from aadash.filters import BASELINE, Filter
from aadash.plan import AnalysisPlan
from benchmarks.perfui import APPS, cpu_seconds, measure, opened, server, settled

WOMEN = quote(json.dumps([{"column": "sex", "levels": ["female"]}]))
PAGES = ("trajectories", "responders", "subgroups")


def clicks(url: str, targets: str, pid: int, changes: int) -> dict[str, Any]:
    """Load ``url`` and click the two ``targets`` ("filter": the levels of sex; "cut": up and down) in turn."""
    with opened(url) as (page, _):
        rows = []
        for i in range(changes):
            target = _target(page, targets, i)
            target.scroll_into_view_if_needed()
            cpu = cpu_seconds(pid)
            target.click()
            since = page.evaluate("() => window.__probe.pointer")
            end = settled(page, since, needs_run=True, needs_chart=True, quiet=400)
            if end["ok"]:
                rows.append((end["last"] - since, end["received"] - end["sent"], 1000 * (cpu_seconds(pid) - cpu)))
    if not rows:
        raise SystemExit(f"{url} never came to rest")
    repaint, wait, cpu_ms = zip(*rows, strict=True)
    return {
        "changes": len(rows),
        "repaint_median_ms": round(statistics.median(repaint)),
        "server_wait_median_ms": round(statistics.median(wait)),
        "server_cpu_mean_ms": round(statistics.mean(cpu_ms)),
    }


def _target(page: Page, what: str, i: int) -> Locator:
    if what == "filter":  # each click adds or takes off a level, so each is another cohort
        return page.get_by_test_id("stSidebar").get_by_role("button", name=("male ·", "female ·")[i % 2]).first
    box = page.get_by_test_id("stNumberInput").filter(has_text="Group A is baseline SALT above")
    return box.get_by_test_id(("stNumberInputStepUp", "stNumberInputStepDown")[i // 3 % 2])


def browser(changes: int, rounds: int) -> dict[str, Any]:
    """Filter and cut against the floor, in turn, each on a fresh server."""
    found: dict[str, list[dict[str, Any]]] = {}
    script, _, label = APPS["floor"]
    for _ in range(rounds):
        with server(script) as (address, pid, _):
            found.setdefault("floor", []).append(measure(f"{address}/", label, changes=changes, pid=pid))
        for what in ("filter", "cut"):
            with server(APPS["aadash"][0]) as (address, pid, _):
                url = f"{address}/trajectories?cohort=korea_2025" + (f"&filters={WOMEN}" if what == "filter" else "")
                found.setdefault(what, []).append(clicks(url, what, pid, changes))
        print(json.dumps({name: runs[-1] for name, runs in found.items()}), file=sys.stderr)
    median = {name: statistics.median(run["repaint_median_ms"] for run in runs) for name, runs in found.items()}
    return {"runs": found, "ratio_to_floor": {k: round(median[k] / median["floor"], 2) for k in ("filter", "cut")}}


def many(n: int = 10_000, weeks: tuple[int, ...] = (0, 4, 8, 12, 24, 36), seed: int = 1) -> Cohort:
    """``n`` made-up patients with the kind of columns that a clinic's file has."""
    rng = np.random.default_rng(seed)
    index = pd.Index([f"P{i:06d}" for i in range(n)])
    start = rng.uniform(20, 100, n)
    fall = rng.beta(1, 1, n)[:, None] * np.array(weeks) / max(weeks)
    salt = np.clip(start[:, None] * (1 - fall) + rng.normal(0, 3, (n, len(weeks))) * (np.array(weeks) > 0), 0, 100).round(1)
    facts = pd.DataFrame(
        {
            "sex": rng.choice(["female", "male"], n, p=[0.6, 0.4]),
            "subtype": rng.choice(["patchy", "totalis", "universalis"], n),
            "age": rng.integers(12, 80, n).astype(float),
            "duration_months": rng.gamma(1.5, 40, n).round(),
            **{f"history_{i}": rng.choice(["no", "yes"], n, p=[0.7, 0.3]) for i in range(8)},
        },
        index=index,
    )
    return Cohort(facts, pd.DataFrame(salt, index=index, columns=list(weeks)), "made-up patients", {}, True)


def server_time(n: int, changes: int) -> dict[str, Any]:
    """Milliseconds of one script run after a filter or a cut changed, by page: median and worst."""
    from streamlit.testing.v1 import AppTest

    from aadash.app.session.active import ActiveCohort

    out: dict[str, Any] = {"patients": n}
    cohort = many(n)
    for page in PAGES:
        app = AppTest.from_file(str(APPS["aadash"][0]), default_timeout=120)
        app.session_state["aadash.loaded"] = ActiveCohort(cohort, "made_up.csv")
        app.run()
        app.switch_page(f"pages/{page}.py").run()
        for what in ("filter", "cut"):
            took = []
            for i in range(changes):
                app.session_state["aadash.plan"] = (
                    AnalysisPlan(filters=(Filter(BASELINE, low=30.0 + i), Filter("sex", ("female",))))
                    if what == "filter"
                    else AnalysisPlan(severity_cut=40.0 + i)
                )
                began = time.perf_counter()
                app.run()
                took.append(1000 * (time.perf_counter() - began))
                if app.exception or not app.get("vega_lite_chart"):
                    raise SystemExit(f"{page} draws nothing: {[e.value for e in app.exception]}")
            out[f"{page}, {what}"] = {"median_ms": round(statistics.median(took)), "worst_ms": round(max(took))}
    return out


def main() -> None:
    """Read the command line, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=("browser", "server"))
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patients", type=int, default=10_000)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a server is never left behind
    out: dict[str, Any] = {}
    if given.only != "browser":
        out["server"] = server_time(given.patients, given.changes)
    if given.only != "server":
        out["browser"] = browser(given.changes, given.rounds)
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
