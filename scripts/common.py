"""What the two commands of the README share: a virtual environment of the project's own. Standard library only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
OLDEST = (3, 11)


def run(*command: str | Path) -> None:
    """Run a command from the project's root; stop with its status when it fails."""
    done = subprocess.run([str(c) for c in command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(done.returncode)


def apt(*packages: str) -> None:
    """Install Debian packages, where that is possible; say what to install where it is not."""
    if not shutil.which("apt-get"):
        sys.exit("Please install first: " + ", ".join(packages))
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    run(*sudo, "apt-get", "update", "-q")
    run(*sudo, "apt-get", "install", "-y", "-q", "--no-install-recommends", *packages)


def environment(requirements: str) -> None:
    """Make the virtual environment if it is not there, and install ``requirements`` if they changed since."""
    if sys.version_info < OLDEST:
        sys.exit(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; this is {sys.version.split()[0]}.")
    if not PYTHON.exists():
        made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], cwd=ROOT, check=False)
        if made.returncode:  # Debian's python3 comes without ensurepip
            shutil.rmtree(VENV, ignore_errors=True)
            apt("python3-venv")
            run(sys.executable, "-m", "venv", VENV)
    lock = ROOT / "requirements.lock"
    wanted = "".join(path.read_text() for path in (ROOT / requirements, ROOT / "requirements.txt", lock) if path.exists())
    stamp = VENV / f".{requirements}.installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing {requirements} into .venv (once) …", flush=True)
    if not lock.exists() or not pip("--require-hashes", "-r", lock):
        print(
            "The versions of requirements.lock, whose files are known by their hashes, could not be installed here; "
            "the newest that requirements.txt allows are taken instead.",
            flush=True,
        )
        if not pip("-r", "requirements.txt"):
            sys.exit(1)
    if requirements != "requirements.txt" and not pip("-r", requirements):
        sys.exit(1)
    stamp.write_text(wanted)


def pip(*words: str | Path) -> bool:
    """Install; whether it went well."""
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *words]
    return subprocess.run([str(c) for c in command], cwd=ROOT, check=False).returncode == 0
