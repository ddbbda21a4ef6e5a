"""Processes that wait for work: one is started ahead, so that a clinic's file does not wait for Python to start."""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import psutil

from aadash.intake.isolated.frames import receive

ROOT = Path(__file__).resolve().parents[3]
#: So many files are read at the same time; more wait for their turn.
AT_ONCE = max(2, min(4, os.cpu_count() or 2))
#: A process that has grown beyond this, or has read so many files, makes way for a new one.
GROWN, READ = 500_000_000, 200
#: No allocator sets address space aside, and no library starts threads for it, so that the limit of memory means what it says.
_SETTINGS = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
}
_START = "import sys; sys.path.insert(0, {root!r}); from {module} import main; main()"


class Worker:
    """One process that runs ``main`` of a module, and the pipes to it."""

    def __init__(self, module: str) -> None:
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        self.process = subprocess.Popen(
            [sys.executable, "-c", _START.format(root=str(ROOT), module=module)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | _SETTINGS,
            creationflags=flags,
        )
        self.watched = psutil.Process(self.process.pid)
        self.files = 0
        self.ready = False

    @property
    def requests(self) -> BinaryIO:
        """Where files go."""
        return self.process.stdin  # type: ignore[return-value]

    @property
    def answers(self) -> BinaryIO:
        """Where answers come from."""
        return self.process.stdout  # type: ignore[return-value]

    def wait_until_ready(self) -> None:
        """Return when the process has started. Raises EOFError when it has ended instead."""
        if not self.ready:
            receive(self.answers, 100)
            self.ready = True

    def seconds(self) -> float:
        """Computing time so far; 0 when the process has ended."""
        with contextlib.suppress(psutil.Error):
            used = self.watched.cpu_times()
            return float(used.user + used.system)
        return 0.0

    def memory(self) -> int:
        """Bytes held; 0 when the process has ended."""
        with contextlib.suppress(psutil.Error):
            return int(self.watched.memory_info().rss)
        return 0

    def end(self) -> None:
        """End the process, whatever it is doing."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.requests, self.answers):
            with contextlib.suppress(OSError):
                pipe.close()

    def worn(self) -> bool:
        """Whether a new process should take its place."""
        return self.process.poll() is not None or self.files >= READ or self.memory() > GROWN


class Pool:
    """Hands out processes that run ``main`` of ``module``, and keeps one waiting. ``at_once`` of them have their turn together."""

    def __init__(self, module: str, at_once: int = AT_ONCE) -> None:
        self._module = module
        self._idle: list[Worker] = []
        atexit.register(self.close)
        self._lock = threading.Lock()
        self._turns = threading.Semaphore(at_once)

    def prepare(self) -> None:
        """Have a process waiting."""
        with self._lock:
            self._idle = [w for w in self._idle if w.process.poll() is None]
            if not self._idle:
                self._idle.append(Worker(self._module))

    @contextlib.contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one of the places at which files are read."""
        with self._turns:
            yield

    def take(self) -> Worker:
        """A process, waiting or new."""
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.process.poll() is None:
                    return worker
                worker.end()
        return Worker(self._module)

    def give_back(self, worker: Worker) -> None:
        """Keep a process for the next file, or replace it."""
        worker.files += 1
        with self._lock:
            if not self._idle and not worker.worn():
                self._idle.append(worker)
                return
        worker.end()
        self.prepare()

    def waiting(self) -> tuple[Worker, ...]:
        """The processes that wait for a file."""
        return tuple(self._idle)

    def close(self) -> None:
        """End every waiting process."""
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()


POOL = Pool("aadash.intake.isolated.worker")


def prepare() -> None:
    """Have a process waiting, so that the next file is read at once."""
    POOL.prepare()
