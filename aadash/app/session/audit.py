"""Who did what when, without a patient: one line of JSON an event, for a department that must be able to say so.

Off unless ``AADASH_AUDIT`` names a file, or ``-`` for the standard output. Events: a page opened, a file uploaded, a download, a
sign-in refused, a tab turned away. A line holds no file name, no column, no value and no number of an analysis; it says who by the
address of the sign-in, by a digest of the session, and by one of the browser, which the lines have in common.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import threading
from datetime import UTC, datetime

_LOCK = threading.Lock()


def target() -> str:
    """Where lines go; "" for nowhere."""
    return os.environ.get("AADASH_AUDIT", "")


def note(event: str, **facts: str | int) -> None:
    """Write one line. A session's number is a key to it, so a digest stands in its place. A full disk ends the program's work here
    no more than it must: the loss is told on the standard error."""
    where = target()
    if not where:
        return
    if "session" in facts:
        facts["session"] = hashlib.sha256(str(facts["session"]).encode()).hexdigest()[:12]
    line = json.dumps({"time": datetime.now(UTC).isoformat(timespec="seconds"), "event": event, **facts}, ensure_ascii=False)
    with _LOCK:
        try:
            if where == "-":
                print(line, flush=True)
            else:
                with open(where, "a", encoding="utf-8") as file:
                    file.write(line + "\n")
        except OSError as error:
            print(f"The audit log cannot be written: {error.strerror}", file=sys.stderr)
