"""Install what the tests need, Chromium included, and run them all. Further words go to ``pytest``."""

from __future__ import annotations

import os
import shutil
import sys

from common import PYTHON, apt, environment, run

environment("requirements-dev.txt")
if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    apt("chromium")
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes are started, and each would compile AAdash for itself
# One more than there are cores, since the browser mostly waits (tests/conftest.py).
run(PYTHON, "-m", "pytest", "-n", "3", "--dist", "loadfile", *sys.argv[1:])
