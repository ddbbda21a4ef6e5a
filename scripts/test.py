"""Install what the tests need, Chromium included, and run them all. Further words go to ``pytest``."""

from __future__ import annotations

import shutil
import sys

from common import PYTHON, apt, environment, run

environment("requirements-dev.txt")
if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    apt("chromium")
run(PYTHON, "-m", "pytest", "-n", "2", "--dist", "loadfile", *sys.argv[1:])
