"""The process that reads as it runs where there is neither ``resource`` nor ``fork`` (Windows)."""

from __future__ import annotations

import os
import sys

import psutil  # which on Linux needs the module itself; on Windows it does not

assert psutil
sys.modules["resource"] = None  # type: ignore[assignment]  # import resource raises ImportError
for name in ("fork", "forkpty", "register_at_fork"):
    if hasattr(os, name):
        delattr(os, name)


def main() -> None:
    """Read one file after the other."""
    from aadash.intake.isolated.worker import main as read_files

    read_files()
