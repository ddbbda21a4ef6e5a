"""What the other process is asked in the tests of long computations."""

from __future__ import annotations

import os
import sys
import time

from aadash.errors import NotComputable


def slow(seconds: float, progress: object) -> int:
    """Sleep, and say which process did."""
    for step in range(int(seconds * 20)):
        time.sleep(0.05)
        progress(step + 1, int(seconds * 20))  # type: ignore[operator]
    return os.getpid()


def impossible(progress: object) -> None:
    """A question that has no answer."""
    raise NotComputable("There is nobody to ask", fix="Choose a cohort")


def broken(secret: str, progress: object) -> None:
    """A fault of ours, with a patient's code in its text."""
    raise KeyError(secret)


def ended(progress: object) -> None:
    """A process that ends in the middle."""
    os._exit(9)


def loaded(name: str, progress: object) -> bool:
    """Whether a module is loaded where this runs."""
    return name in sys.modules
