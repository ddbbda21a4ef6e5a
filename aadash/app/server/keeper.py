"""The keeper: what runs as long as the server does. It loads what is heavy, says where the app is, ends the sessions of closed tabs
and the classes whose hours are over, and collects garbage.

Streamlit would collect after every run of every session, which holds all others up (``docs/adr/0013-the-server.md``). Here it is done
when a tab has gone or memory has grown, and at most one hundredth of the time. Python's own full collections are put off for the same
reason: with a hundred sessions one came every thirteen seconds, took a quarter of a second, and half a second was added to the slowest
clicks.
Nothing is frozen: what is frozen while a session runs is never freed.
"""

from __future__ import annotations

import asyncio
import gc
import threading
import time
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aadash.app.classroom import store
from aadash.app.server import inside, sessions
from aadash.app.server.limits import MIB, memory_used, number
from aadash.app.session import sign_in
from aadash.app.shell.warm import ready, warm
from aadash.app.spoken import st

#: Seconds between two looks.
EVERY = 5.0
#: Python's full collections come after so many of the second generation (10 by default): the collector here is quicker to see a need.
SELDOM = 1000
#: Memory that may come on top before there is a collection without a tab having gone, in MiB.
GROWTH = 200


class Collector:
    """Collects when it is worth it: see :meth:`look`."""

    def __init__(self) -> None:
        self.rests_until = 0.0
        self.level = memory_used()

    def look(self, gone: int, now: float) -> bool:
        """Collect if sessions have ended or memory has grown, and the last collection is long enough past; say whether it was done."""
        grown = memory_used() - self.level > GROWTH * MIB
        if not (gone or grown) or now < self.rests_until:
            return False
        began = time.perf_counter()
        gc.collect()
        self.level = memory_used()
        self.rests_until = now + 100 * (time.perf_counter() - began)
        return True


async def _keep() -> None:
    """Look again and again. The session of a tab that has been closed for AADASH_GONE_AFTER seconds (120) ends: a reload or a short
    break comes back to its session. A session's downloads are freed at the second look after its end."""
    collector, gone, orphans, after = Collector(), 0, 0, number("AADASH_GONE_AFTER", 120)
    while True:
        await asyncio.sleep(min(EVERY, after / 2))
        ended = len(sessions.sweep(after)) + store.sweep(time.monotonic())
        gone, orphans = gone + ended, 2 if ended else orphans
        if orphans:
            inside.drop_orphaned_files()
            orphans -= 1
        if collector.look(gone, time.monotonic()):
            gone = 0


def _tell() -> None:
    """Where the app is and who can reach it; on a computer with a screen, open it there."""
    address, port = st.get_option("server.address") or "", st.get_option("server.port")
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    alone = address in ("127.0.0.1", "localhost", "::1")
    own = f"{scheme}://{'localhost' if alone or address in ('', '0.0.0.0', '::') else address}:{port}"
    who = "for this computer alone" if alone else "for everybody who can reach this computer: see docs/DEPLOY.md"
    print(f"\n  AAdash: {own} ({who})\n", flush=True)
    if not st.get_option("server.headless"):
        threading.Thread(target=webbrowser.open, args=(own,), daemon=True).start()


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """From the start of the server to its end."""
    sign_in.check()
    gc.set_threshold(*gc.get_threshold()[:2], SELDOM)
    ready()
    _tell()
    warm()
    task = asyncio.create_task(_keep(), name="aadash-keeper")
    try:
        yield
    finally:
        task.cancel()
