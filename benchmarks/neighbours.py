"""How much the long work of one session delays the clicks of the others on the same server.

    python -m benchmarks.neighbours [--patients 100000] [--sessions 10]

Ten sessions change the split every two seconds, first alone, then while one browser uploads a file of 100,000 patients, opens it
and goes through the pages of the main job. Prints, for both, percentiles of the ten sessions' latencies in milliseconds; what
counts is the difference.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page

from benchmarks.intake import make
from benchmarks.perfui import HERE, opened, server

#: Group of the navigation, entry in it, page.
PAGES = (
    ("Describe", "Course", "trajectories"),
    ("Describe", "Response", "responders"),
    ("Compare", "Differences", "comparisons"),
    ("Compare", "Subgroups", "subgroups"),
)


def others(address: str, pid: int, sessions: int, seconds: float) -> subprocess.Popen[str]:
    """Sessions on the Korean sample, as a process of their own."""
    command = ["--url", address, "--sessions", str(sessions), "--period", "2", "--seconds", str(seconds), "--pid", str(pid)]
    return subprocess.Popen(
        [sys.executable, "-m", "benchmarks.wsload", *command, "--query", "cohort=korea_2025"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=HERE.parent,
    )


def figures(process: subprocess.Popen[str]) -> dict[str, int]:
    """What the load generator found."""
    found = json.loads(process.communicate()[0])
    return {key: found[key] for key in ("runs", "p50_ms", "p95_ms", "p99_ms", "max_ms", "errors")}


def long_work(page: Page, file: Path) -> list[str]:
    """Upload, open, walk; the pages that came."""
    place = page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]")
    if not place.count():
        page.get_by_role("radio", name="Upload a file").or_(page.get_by_role("button", name="Upload a file")).first.click()
    place.first.set_input_files(file)
    use = page.get_by_role("button", name="Use this cohort")
    use.first.wait_for(timeout=180_000)
    use.first.click(timeout=180_000)
    seen = []
    for group, label, name in PAGES:
        page.get_by_test_id("stTopNavSection").filter(has_text=group).click(timeout=120_000)
        page.get_by_test_id("stTopNavDropdownLink").filter(has_text=label).first.click()
        page.wait_for_url(f"**/{name}**", timeout=120_000)
        page.get_by_test_id("stVegaLiteChart").first.wait_for(timeout=180_000)
        seen.append(name)
    return seen


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--patients", type=int, default=100_000)
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, server(HERE.parent / "app.py") as (address, pid, _):
        file = Path(folder) / "large.csv"
        make(file, given.patients)
        with opened(f"{address}/", needs_chart=False) as (page, _):
            alone = figures(others(address, pid, given.sessions, given.seconds))
            beside = others(address, pid, given.sessions, given.seconds)
            page.wait_for_timeout(8000)  # until they are all connected
            walked = long_work(page, file)
            result = {"alone": alone, "beside": figures(beside), "walked": walked}
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
