"""One call in another process: handed over, followed, stopped, and its answer."""

from __future__ import annotations

import os
import pickle
import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from aadash.app.work.worker import FAILED, FAR, PROGRESS, REFUSED, RESULT
from aadash.errors import NotComputable
from aadash.intake.isolated.frames import receive, send
from aadash.intake.isolated.pool import Pool, Worker

T = TypeVar("T")
#: So many computations at the same time: one core stays for the clicks of others.
POOL = Pool("aadash.app.work.worker", at_once=max(1, (os.cpu_count() or 2) - 1))
#: Seconds between two looks at whether to go on.
LOOK = 0.1


def call(function: Callable[..., T], *given: Any, progress: Callable[..., object], **named: Any) -> T:
    """``function(*given, progress=…, **named)`` in another process.

    Parameters
    ----------
    function
        Any function of a module that takes ``progress``: (done, total), or (share done).
    progress
        Called here, every tenth of a second, with what the function said last; before it said anything, or while other computations
        have their turn, with (0.0). What it raises ends the computation and goes on to the caller, as when a page is run again.

    Raises
    ------
    AadashError
        As the function raises it; NotComputable when the process breaks down.
    """
    said: queue.Queue[bytes] = queue.Queue()
    stop = threading.Event()
    worker: list[Worker] = []
    request = pickle.dumps((function, given, named), pickle.HIGHEST_PROTOCOL)
    thread = threading.Thread(target=_talk, args=(request, said, stop, worker), name="aadash-work", daemon=True)
    thread.start()
    last: tuple[float, ...] = (0.0,)
    try:
        while True:
            try:
                message = said.get(timeout=LOOK)
            except queue.Empty:
                progress(*last)
                continue
            kind, rest = message[:1], message[1:]
            if kind == PROGRESS:
                done, total = FAR.unpack(rest)
                last = (int(done), total) if total else (done,)
                progress(*last)
            elif kind == RESULT:
                return pickle.loads(rest)
            elif kind == REFUSED:
                raise pickle.loads(rest)
            else:
                why = rest.decode("utf-8", "replace") or "the process that computes ended"
                raise NotComputable(f"This could not be computed: {why}", fix="Try again, or with fewer patients or resamples")
    finally:
        stop.set()
        for running in worker:
            running.end()


def _talk(request: bytes, said: queue.Queue[bytes], stop: threading.Event, taken: list[Worker]) -> None:
    """Wait for a turn, hand the call over, pass on what is answered."""
    try:
        with POOL.turn():
            if stop.is_set():
                return
            worker = POOL.take()
            taken.append(worker)
            if stop.is_set():
                worker.end()
                return
            worker.wait_until_ready()
            send(worker.requests, request)
            while (message := receive(worker.answers))[:1] == PROGRESS:
                said.put(message)
            taken.remove(worker)  # nobody ends it any more
            POOL.give_back(worker)
            said.put(message)
    except (OSError, EOFError, ValueError):
        said.put(FAILED)
