"""The real server as ``scripts/start.py`` starts it, on a free port, spied on from within."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.ports import free_port

from .client import ask

ROOT = Path(__file__).resolve().parents[2]
SPY = Path(__file__).with_name("spy")


@dataclass
class Server:
    """A running server: its address, its process, and what the spy and the server itself wrote."""

    address: str
    process: subprocess.Popen
    spied: Path
    printed: Path

    @property
    def port(self) -> int:
        return int(self.address.rpartition(":")[2])

    def seen(self) -> list[str]:
        """What it opened to write and whom it asked, so far."""
        return self.spied.read_text().splitlines()

    def cohorts(self) -> int:
        """How many cohorts it holds."""
        before = len(self.seen())
        self.process.send_signal(signal.SIGUSR1)
        return int(until(lambda: next((s.split()[1] for s in self.seen()[before:] if s.startswith("cohorts")), "")))


def until(found: object, seconds: float = 60) -> str:
    """What ``found()`` gives once it gives something."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = found()  # type: ignore[operator]
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError("it did not happen")


@contextlib.contextmanager
def running(folder: Path, *words: str, port: int = 0, at: Path = ROOT, **environment: str) -> Iterator[Server]:
    """A server of the app that lies ``at`` this place, with these further words and variables."""
    port = port or free_port()
    spied, printed = folder / "spied.txt", folder / "printed.txt"
    spied.touch()
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless=true", f"--server.port={port}", *words]
    env = {k: v for k, v in os.environ.items() if not k.startswith(("AADASH_", "STREAMLIT_"))}
    env |= {"PYTHONPATH": f"{SPY}{os.pathsep}{at}", "AADASH_TEST_SPY": str(spied), "TMPDIR": str(folder)} | environment
    env["PYTHONDONTWRITEBYTECODE"] = "1"  # what is compiled the first time is no data that is written
    with printed.open("ab") as out:
        process = subprocess.Popen(command, cwd=at, env=env, stdout=out, stderr=subprocess.STDOUT)
    server = Server(f"127.0.0.1:{port}", process, spied, printed)

    def healthy() -> bool:
        assert process.poll() is None, printed.read_text()
        with contextlib.suppress(OSError):
            return ask(server.address, "/_stcore/health").status == 200
        return False

    try:
        until(healthy)
        yield server
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that ends the session of a closed tab after a second."""
    with running(tmp_path_factory.mktemp("server"), AADASH_GONE_AFTER="1") as found:
        yield found
