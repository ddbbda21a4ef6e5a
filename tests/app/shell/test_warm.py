"""What is loaded before the server says that it is there, and what waits until nobody waits for a page."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from aadash.app.server import sessions
from aadash.app.shell import warm

ROOT = Path(__file__).resolve().parents[3]
#: Each takes 0.2 to 2 seconds, and no page begins with it.
LATER = ("pingouin", "statsmodels", "scipy.stats", "scipy.optimize", "formulaic", "docx", "openpyxl", "duckdb")


def test_what_no_page_begins_with_is_not_loaded_before_the_first() -> None:
    script = (
        "import sys; from aadash.app.shell.warm import ready; ready(); "
        "print([m for m in sys.argv[1:] if m in sys.modules], 'aadash.app.parts.draw' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, *LATER], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[] True"


def test_the_rest_waits_for_the_page_that_began_last(monkeypatch) -> None:
    monkeypatch.setattr(sessions, "_BEGAN", [])
    monkeypatch.setattr(sessions, "_SEEN", {})
    assert warm._quiet_from(100.0) == 100.0 + warm.ALONE
    now = time.monotonic()
    sessions.admit("somebody")
    assert now + warm.REST <= warm._quiet_from(100.0) <= time.monotonic() + warm.REST


def test_products_of_matrices_wait_for_no_other_thread() -> None:
    """What the server loads computes products in one thread: several that share busy cores took ten times the work."""
    told = "import os; os.environ.pop('OPENBLAS_NUM_THREADS', 0); import app, numpy, scipy.linalg, threadpoolctl as t; "
    told += "print({x['num_threads'] for x in t.threadpool_info()})"
    done = subprocess.run([sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "{1}"
