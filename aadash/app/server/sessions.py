"""The open tabs, by browser, with the downloads that they were offered, and the sessions that have run a page: what the gate lets in
by, and the keeper cleans up by."""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Callable

from aadash.app.server import browser, inside

#: Browser → its open tabs. Of the event loop's thread alone.
TABS: Counter[str] = Counter()
#: Browser → the numbers of the files whose addresses went to its open tabs. Of the event loop's thread alone.
_OFFERED: dict[str, dict[bytes, None]] = {}
#: Browser → how many of its tabs came for a session that is gone and have not been told yet.
_LOST: Counter[str] = Counter()
_ADDRESS = re.compile(rb"/media/([0-9a-f]{16,128})")
#: So many offers are remembered for a browser; the oldest go first.
OFFERS = 2000
_LOCK = threading.Lock()
#: When a page last began, on the monotonic clock; empty before the first one.
_BEGAN: list[float] = []
#: Session → when it was last seen connected, on the monotonic clock.
_SEEN: dict[str, float] = {}


def opened(who: str) -> None:
    """A tab of this browser has connected."""
    TABS[who] += 1


def closed(who: str) -> None:
    """A tab of this browser has gone; with its last one go the downloads it was offered."""
    TABS[who] -= 1
    _LOST[who] = min(_LOST[who], TABS[who])
    if not TABS[who]:
        del TABS[who], _LOST[who]
        _OFFERED.pop(who, None)


def lost(who: str) -> None:
    """A tab of this browser wanted to go on with a session that is gone: the server was restarted, or the tab away for long."""
    if who:
        _LOST[who] += 1


def lost_one(digest: str) -> bool:
    """Whether a tab of the browser of this digest has lost its session; each of them asks once."""
    who = next((w for w, n in list(_LOST.items()) if n and browser.digest(w) == digest), "")
    if who:
        _LOST[who] -= 1
    return bool(who)


def offer(who: str, message: bytes) -> None:
    """Remember the addresses of downloads in a message to a tab of this browser."""
    if who and b"/media/" in message:
        found = _OFFERED.setdefault(who, {})
        found |= dict.fromkeys(_ADDRESS.findall(message))
        for old in list(found)[:-OFFERS]:
            del found[old]


def offered(who: str, path: str) -> bool:
    """Whether the address of this file went to an open tab of this browser."""
    number = _ADDRESS.match(path.encode())
    return bool(number) and number.group(1) in _OFFERED.get(who, {})  # type: ignore[union-attr]


def admit(session: str, clock: Callable[[], float] = time.monotonic) -> None:
    """A page of this session has run for somebody who may see it."""
    with _LOCK:
        _SEEN[session] = clock()
        _BEGAN[:] = [_SEEN[session]]


def last_page() -> float | None:
    """When a page last began, on the monotonic clock."""
    with _LOCK:
        return _BEGAN[0] if _BEGAN else None


def admitted(session: str) -> bool:
    """Whether a page has run in this session, for somebody who may see it."""
    with _LOCK:
        return session in _SEEN


def sweep(after: float, clock: Callable[[], float] = time.monotonic) -> list[str]:
    """Close the sessions whose tab has been gone for ``after`` seconds, and say which they were."""
    now, gone = clock(), []
    with _LOCK:
        for session in list(_SEEN):
            if inside.alive(session):
                _SEEN[session] = now
            elif now - _SEEN[session] >= after:
                del _SEEN[session]
                gone.append(session)
    for session in gone:
        inside.close(session)
    return gone
