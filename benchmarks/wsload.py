"""Many users at once on one Streamlit server, over its own websocket protocol and without a browser.

    python -m benchmarks.wsload --url http://127.0.0.1:8501 --sessions 30 --period 5 --seconds 60 --pid PID \
        --query cohort=korea_2025

Each session connects on one of the ``--pages``, learns the select box whose label or key holds ``--widget``, and then every
``--period`` seconds (random phase, ± 20 %) sends the next option, or goes to another of the pages (``--move``), and waits until
the script has finished. The latency is from sending to that message: queueing, script, serialisation and socket. Before anything is
counted one session has visited all pages, as somebody has in a real class: a server whose pages are loaded behaves otherwise than a
fresh one. Prints JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import secrets
import statistics
import time

import psutil
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

#: Messages above this many bytes are counted, not parsed: the load generator must not become the load.
LIGHT = 1500
#: The pages that have the select box of the split.
PAGES = "trajectories,responders,comparisons,subgroups,scenarios,time_to_response,missing_visits"


class Session:
    """One user: a websocket, the select box that is turned, and how long each turn took."""

    def __init__(self, given: argparse.Namespace, page: str) -> None:
        self.given, self.page = given, page
        self.pages: dict[str, str] = {}
        self.address = given.url.rstrip("/")
        self.socket: websockets.ClientConnection
        self.widget, self.options, self.position = "", [], 0
        self.page_hash = ""
        self.latencies: list[float] = []
        self.sizes: list[int] = []
        self.errors: list[str] = []
        self.first_run = 0.0

    async def connect(self) -> None:
        """Open the page, as a browser does that follows a link."""
        began = time.perf_counter()
        stream = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket = await websockets.connect(
            stream,
            subprotocols=["streamlit"],
            origin=self.address,
            max_size=None,
            compression=None,
            ping_interval=None,
            open_timeout=60,
            additional_headers={"Cookie": f"{self.given.cookie}={secrets.token_urlsafe(32)}"} if self.given.cookie else None,
        )
        await self.run(first=True)
        self.first_run = time.perf_counter() - began

    async def run(self, *, first: bool = False, choice: str | None = None) -> tuple[float, int]:
        """One script run: seconds until it finished, and bytes received."""
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_script_hash = self.given.query, self.page_hash
        rerun.page_name = "" if self.page_hash else self.page
        rerun.context_info.timezone, rerun.context_info.url = "UTC", self.address
        if choice is not None:
            state = rerun.widget_states.widgets.add()
            state.id, state.string_value = self.widget, choice
        began, size = time.perf_counter(), 0
        await self.socket.send(message.SerializeToString())
        while True:
            data = await asyncio.wait_for(self.socket.recv(), 120)
            size += len(data)
            if len(data) > LIGHT and not first:
                continue
            answer = ForwardMsg()
            answer.ParseFromString(data)
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self.page_hash = answer.new_session.page_script_hash
            elif kind == "navigation":
                self.page_hash = answer.navigation.page_script_hash
                self.pages = {p.url_pathname: p.page_script_hash for p in answer.navigation.app_pages}
            elif kind == "delta" and answer.delta.HasField("new_element"):
                self._learn(answer.delta.new_element)
            elif kind == "script_finished" and answer.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return time.perf_counter() - began, size

    def _learn(self, element: object) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(element.exception.message[:120])
        elif kind == "selectbox" and not self.widget:
            box = element.selectbox
            if self.given.widget in box.id or self.given.widget in box.label:
                self.widget, self.options, self.position = box.id, list(box.options), box.default

    async def go(self, page: str) -> tuple[float, int]:
        """Go to another page, and learn its select box."""
        self.page, self.page_hash, self.widget = page, self.pages[page], ""
        return await self.run(first=True)

    async def turn(self, warm: float, end: float) -> None:
        """Change the select box again and again until ``end``; what happens before ``warm`` is not counted."""
        period = self.given.period
        await asyncio.sleep(random.uniform(0, period))
        while (sent := time.perf_counter()) < end:
            try:
                if len(self.given.pages) > 1 and (not self.widget or random.random() < self.given.move):
                    seconds, size = await self.go(random.choice(self.given.pages))
                else:
                    self.position = (self.position + 1) % min(len(self.options), self.given.options)
                    seconds, size = await self.run(choice=self.options[self.position])
            except (TimeoutError, websockets.WebSocketException) as error:
                self.errors.append(repr(error)[:120])
                return
            if sent > warm:
                self.latencies.append(seconds)
                self.sizes.append(size)
            await asyncio.sleep(max(0.0, period * random.uniform(0.8, 1.2) - seconds))


def percentile(values: list[float], share: float) -> int:
    """A percentile in milliseconds, 0 for no values."""
    return round(1000 * sorted(values)[round(share * (len(values) - 1))]) if values else 0


def processes(pid: int) -> list[psutil.Process]:
    """The server and its children."""
    return [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]


def resident(pid: int) -> float:
    """Memory of the server and its children in MB."""
    return sum(p.memory_info().rss for p in processes(pid)) / 2**20


async def watch(pid: int, every: float, memory: list[float]) -> None:
    """Note the server's memory again and again."""
    while True:
        await asyncio.sleep(every)
        memory.append(resident(pid))


async def load(given: argparse.Namespace) -> dict[str, object]:
    """Connect everybody, let them turn, and sum up."""
    sessions = [Session(given, given.pages[i % len(given.pages)]) for i in range(given.sessions)]
    await sessions[0].connect()  # the first brings the imports; what a session costs is counted from the second on
    for page in [*given.pages, given.pages[0]] if len(given.pages) > 1 else ():
        await sessions[0].go(page)
    memory = [resident(given.pid)] if given.pid else []
    if given.burst:
        await asyncio.gather(*(session.connect() for session in sessions[1:]))
    else:
        for session in sessions[1:]:
            await session.connect()
    if not all(session.widget for session in sessions):
        raise SystemExit(f"no select box {given.widget!r} on {sorted({(i, s.page) for i, s in enumerate(sessions) if not s.widget})}")
    cpu = sum(sum(p.cpu_times()[:2]) for p in processes(given.pid)) if given.pid else 0.0
    own, now = sum(os.times()[:2]), time.perf_counter()
    watching = asyncio.create_task(watch(given.pid, given.every, memory)) if given.pid else None
    await asyncio.gather(*(s.turn(now + given.warm, now + given.seconds) for s in sessions))
    if watching:
        watching.cancel()
    elapsed = time.perf_counter() - now
    latencies = [value for session in sessions for value in session.latencies]
    errors = [text for session in sessions for text in session.errors]
    out: dict[str, object] = {
        "sessions": given.sessions,
        "period_s": given.period,
        "runs": len(latencies),
        "p50_ms": percentile(latencies, 0.5),
        "p95_ms": percentile(latencies, 0.95),
        "p99_ms": percentile(latencies, 0.99),
        "max_ms": percentile(latencies, 1.0),
        "first_run_p50_ms": percentile([s.first_run for s in sessions], 0.5),
        "kb_a_run": round(statistics.median([size for s in sessions for size in s.sizes] or [0]) / 1024, 1),
        "errors": len(errors),
        "error_texts": sorted(set(errors))[:3],
        "own_cpu_share": round((sum(os.times()[:2]) - own) / elapsed, 2),
    }
    if given.pid:
        used = sum(sum(p.cpu_times()[:2]) for p in processes(given.pid)) - cpu
        memory.append(resident(given.pid))
        out |= {
            "server_cpu_share": round(used / elapsed, 2),
            "server_mb": [round(m) for m in memory],
            "mb_a_session": round((memory[-1] - memory[0]) / max(1, given.sessions - 1), 2),
        }
    for session in sessions:
        await session.socket.close()
    return out


def main() -> None:
    """Read the command line, load the server, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True)
    parser.add_argument("--pages", default=PAGES, type=lambda text: text.split(","), help="the pages' names in the address")
    parser.add_argument("--move", type=float, default=0.1, help="this share of the turns goes to another page instead")
    parser.add_argument("--query", default="", help="what follows the question mark in the address")
    parser.add_argument("--widget", default="Split by", help="label or key of the select box")
    parser.add_argument("--options", type=int, default=5, help="turn through this many options")
    parser.add_argument("--sessions", type=int, default=10)
    parser.add_argument("--period", type=float, default=5.0)
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--warm", type=float, default=5.0)
    parser.add_argument("--every", type=float, default=300.0, help="seconds between two looks at the server's memory")
    parser.add_argument(
        "--cookie", default="", help="name of a cookie by which a proxy tells browsers apart: each session gets its own"
    )
    parser.add_argument("--burst", action="store_true", help="everybody opens the link at the same moment")
    parser.add_argument("--pid", type=int, default=0, help="the server's process, for its CPU time and memory")
    print(json.dumps(asyncio.run(load(parser.parse_args())), indent=1))


if __name__ == "__main__":
    main()
