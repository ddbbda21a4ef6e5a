"""How quick a Streamlit page is for the person in front of it: cold start, first load, select change to repaint.

    python -m benchmarks.perfui                               # AAdash and the floor, in turn
    python -m benchmarks.perfui --url URL --select "Split by"   # one app that already runs

All times of a change are taken inside the page: from the pointer going down on the option to the last canvas, SVG or
DOM change before 400 ms of silence. Times differ from machine to machine and hour to hour: quote the ratio to the
floor taken in turn in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
PROBE = (HERE / "probe.js").read_text("utf-8")
#: Name → script, page, label of the select box.
APPS = {
    "floor": (HERE / "floor_app.py", "", "Stratify by"),
    "aadash": (HERE.parent / "app.py", "trajectories?cohort=korea_2025", "Split by"),
}


def cpu_seconds(pid: int) -> float:
    """CPU time of a process and its children so far."""
    process = psutil.Process(pid)
    return sum(sum(p.cpu_times()[:2]) for p in [process, *process.children(recursive=True)])


def memory_mb(pid: int) -> float:
    """Resident memory of a process and its children."""
    process = psutil.Process(pid)
    return sum(p.memory_info().rss for p in [process, *process.children(recursive=True)]) / 2**20


@contextlib.contextmanager
def server(script: Path) -> Iterator[tuple[str, int, float]]:
    """A Streamlit server of ``script`` at the default settings: address, process id, seconds until it was healthy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        script.name,
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
        "--server.headless",
        "true",
    ]
    began = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=script.parent, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        while not _healthy(address):
            if time.perf_counter() - began > 120:
                raise SystemExit(f"{script} never became healthy")
            time.sleep(0.02)
        yield address, process.pid, time.perf_counter() - began
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _healthy(address: str) -> bool:
    try:
        return urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).status == 200
    except (urllib.error.URLError, OSError):
        return False


def settled(page: Page, since: float, *, needs_run: bool, needs_chart: bool, quiet: int) -> dict[str, Any]:
    options = {"since": since, "quiet": quiet, "timeout": 20_000, "needsRun": needs_run, "needsChart": needs_chart}
    return page.evaluate("options => window.__settled(options)", options)


@contextlib.contextmanager
def opened(url: str, *, needs_chart: bool = True, quiet: int = 400) -> Iterator[tuple[Page, float]]:
    """``url`` in a fresh browser with the probe in it, at rest and with the background loading over; milliseconds of its
    first load."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium") or shutil.which("google-chrome"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        page.add_init_script(PROBE)
        page.set_default_timeout(20_000)
        page.goto(url, wait_until="commit")
        page.wait_for_selector('[data-testid="stApp"]')
        first = settled(page, 0, needs_run=False, needs_chart=needs_chart, quiet=max(quiet, 1000))
        page.wait_for_timeout(6000)  # the background loading is not part of a change
        yield page, first["last"]
        browser.close()


def measure(
    url: str, label: str, *, changes: int = 20, options: int = 5, needs_chart: bool = True, quiet: int = 400, pid: int = 0
) -> dict[str, Any]:
    """Load ``url`` in a fresh browser, then change the select box ``label`` ``changes`` times over its first options.

    Returns milliseconds (medians and 95th percentiles), kilobytes received a change, and, where the server's ``pid``
    is known, its CPU milliseconds a change.
    """
    with opened(url, needs_chart=needs_chart, quiet=quiet) as (page, first_load):
        out: dict[str, Any] = {"first_load_ms": round(first_load)}
        box = page.get_by_test_id("stSelectbox").filter(has_text=label).first
        if not box.count():
            raise SystemExit(f"{url} shows no select box {label!r}: {page.locator('body').inner_text()[:300]}")
        rows = []
        for i in range(changes):
            box.locator('[data-baseweb="select"], [role="combobox"]').first.click()
            option = page.get_by_role("option").nth((i + 1) % options)
            option.wait_for()
            page.wait_for_timeout(150)
            bytes_before = page.evaluate("() => window.__probe.bytes")
            cpu_before = cpu_seconds(pid) if pid else 0.0
            option.click()
            since = page.evaluate("() => window.__probe.pointer")
            end = settled(page, since, needs_run=True, needs_chart=needs_chart, quiet=quiet)
            rows.append(
                {
                    "ok": end["ok"],
                    "repaint": end["last"] - since,
                    "server": end["received"] - end["sent"],
                    "busy": end["busy"],
                    "kb": (page.evaluate("() => window.__probe.bytes") - bytes_before) / 1024,
                    "cpu": 1000 * (cpu_seconds(pid) - cpu_before) if pid else None,
                }
            )
            if sum(not row["ok"] for row in rows) == 3:
                raise SystemExit(f"{url} did not come to rest three times: {json.dumps(rows)}")
    good = [row for row in rows if row["ok"]]
    return out | {
        "changes": len(good),
        "failed": len(rows) - len(good),
        "repaint_median_ms": round(statistics.median(r["repaint"] for r in good)),
        "repaint_p95_ms": round(sorted(r["repaint"] for r in good)[round(0.95 * (len(good) - 1))]),
        "server_wait_median_ms": round(statistics.median(r["server"] for r in good)),
        "browser_busy_median_ms": round(statistics.median(r["busy"] for r in good)),
        "received_median_kb": round(statistics.median(r["kb"] for r in good), 1),
        **({"server_cpu_mean_ms": round(statistics.mean(r["cpu"] for r in good), 1)} if pid else {}),
    }


def pair(rounds: int, changes: int) -> dict[str, Any]:
    """AAdash and the floor in turn, each on a fresh server, and the ratio of their median repaints."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in APPS}
    for _ in range(rounds):
        for name, (script, path, label) in APPS.items():
            with server(script) as (address, pid, cold):
                one = measure(f"{address}/{path}", label, changes=changes, pid=pid)
                found[name].append(one | {"cold_start_s": round(cold, 2), "server_mb": round(memory_mb(pid))})
                print(name, json.dumps(found[name][-1]), file=sys.stderr)
    repaint = {name: statistics.median(one["repaint_median_ms"] for one in runs) for name, runs in found.items()}
    return {"runs": found, "repaint_median_ms": repaint, "ratio_to_floor": round(repaint["aadash"] / repaint["floor"], 2)}


def main() -> None:
    """Read the command line, measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="measure this page only; its server already runs")
    parser.add_argument("--select", default="", help="label of the select box to change (default: the first)")
    parser.add_argument("--pid", type=int, default=0, help="the server's process, for its CPU time")
    parser.add_argument("--no-chart", action="store_true", help="the page draws no chart: do not wait for one")
    parser.add_argument("--changes", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that a server is never left behind
    if given.url:
        out = measure(given.url, given.select, changes=given.changes, needs_chart=not given.no_chart, pid=given.pid)
    else:
        out = pair(given.rounds, given.changes)
    print(json.dumps(out, indent=1))


if __name__ == "__main__":
    main()
