"""Install what the app needs and open it on the Korean sample. Further words go to ``streamlit run``."""

from __future__ import annotations

import os
import sys

from common import PYTHON, environment, run

environment("requirements.txt")
os.environ.setdefault("AADASH_COHORT", "korea_2025")
run(PYTHON, "-m", "streamlit", "run", "app.py", *sys.argv[1:])
