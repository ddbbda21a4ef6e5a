"""Write requirements.lock and requirements-department.lock anew: every package that the app installs, with the hashes of its files.

One lock holds for every system and every Python from 3.11 on (uv resolves for all of them at once). Versions move only as far as
requirements.txt allows; ``python3 scripts/lock.py --upgrade`` takes the newest, without it what is locked stays where it can.
"""

from __future__ import annotations

import sys

from common import PYTHON, ROOT, environment, run

LOCKS = {"requirements.txt": "requirements.lock", "requirements-department.txt": "requirements-department.lock"}
HEAD = "# Written by scripts/lock.py from {source}: for every system and every Python from 3.11 on. Do not edit.\n"


def main(words: list[str]) -> None:
    """Resolve both lists; further words go to ``uv pip compile``."""
    environment("requirements-dev.txt")
    run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv>=0.10,<1")
    for source, target in LOCKS.items():
        command = ["uv", "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "-q"]
        run(PYTHON, "-m", *command, source, "-o", target, *words)
        lock = ROOT / target
        lock.write_text(HEAD.format(source=source) + lock.read_text(encoding="utf-8"), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
