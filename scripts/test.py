"""Install what the tests need, Chromium included, and run them all. Further words go to ``pytest``."""

from __future__ import annotations

import os
import shutil
import sys
import tomllib

from common import PYTHON, ROOT, VENV, apt, environment, pip, run

environment("requirements-dev.txt")
if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
    apt("chromium")
extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
if shutil.which("java") and not any(VENV.glob("**/site-packages/pyspark")) and not pip(*extras["spark"]):  # one test needs it
    print("Spark could not be installed; its test is skipped.", flush=True)
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # a hundred processes are started, and each would compile AAdash for itself
# One more than there are cores, since the browser mostly waits (tests/conftest.py).
run(PYTHON, "-m", "pytest", "-n", "3", "--dist", "loadfile", *sys.argv[1:])
