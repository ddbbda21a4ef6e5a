"""How much the server takes on: from the environment, so that a container sets it in one place."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

import psutil

MIB = 2**20
#: Where a container's limit stands: with control groups of version 2, and of version 1.
CONTAINERS = (Path("/sys/fs/cgroup/memory.max"), Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"))


def number(name: str, default: int) -> int:
    """A whole number from the environment. Raises ValueError, naming the variable, for anything else."""
    text = os.environ.get(name, "").strip()
    try:
        found = int(text) if text else default
    except ValueError:
        raise ValueError(f"{name} is {text!r}; expected a whole number.") from None
    if found < 1:
        raise ValueError(f"{name} is {found}; expected at least 1.")
    return found


@dataclass(frozen=True)
class Limits:
    """``sessions``: open tabs. ``upload_mb``: bytes that one tab, and ``uploads_mb``: that all tabs together may have uploaded
    and not yet read, in MiB. ``memory_mb``: above it neither a new tab nor an upload is taken, in MiB."""

    sessions: int
    upload_mb: int
    uploads_mb: int
    memory_mb: int

    @classmethod
    def from_environment(cls) -> Limits:
        """Read AADASH_MAX_SESSIONS, AADASH_UPLOAD_MB, AADASH_UPLOADS_MB and AADASH_MEMORY_MB. Raises ValueError."""
        return cls(
            sessions=number("AADASH_MAX_SESSIONS", 200),
            upload_mb=number("AADASH_UPLOAD_MB", 200),
            uploads_mb=number("AADASH_UPLOADS_MB", 1000),
            memory_mb=number("AADASH_MEMORY_MB", max(1, int(0.8 * memory_available() / MIB))),
        )


def memory_available() -> int:
    """Bytes that this process may use: the container's limit where there is one, else the computer's memory."""
    found = [psutil.virtual_memory().total]
    for file in CONTAINERS:
        with contextlib.suppress(OSError, ValueError):  # "max" is no limit
            found.append(int(file.read_text()))
    return min(found)


def memory_used() -> int:
    """Bytes that this process holds."""
    return int(psutil.Process().memory_info().rss)
