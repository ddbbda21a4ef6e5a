"""Install what the app needs and open it on the Korean sample, for this computer alone. Further words go to ``streamlit run``.

``--share`` lets other computers of the network in: docs/DEPLOY.md says what to consider first.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys

from common import PYTHON, environment, run

SHARED = """
  Sharing: everybody who can reach this computer over the network can open AAdash now. There is no password, and what they
  upload travels unencrypted. Fit for a class with sample cohorts; for patients' data see docs/DEPLOY.md.
"""


def names() -> list[str]:
    """The names and addresses under which others know this computer. No packet is sent to find them."""
    found = {socket.gethostname(), socket.getfqdn()}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # chooses a way out, and with it an address of ours
        found.add(probe.getsockname()[0])
    return sorted(found - {"", "localhost"})


def main(words: list[str]) -> None:
    """Install, then serve."""
    environment("requirements.txt")
    os.environ.setdefault("AADASH_COHORT", "korea_2025")
    if "--share" in words:
        known = names()
        words = ["--server.address=0.0.0.0", *(f"--server.allowedHosts={n}" for n in ("localhost", "127.0.0.1", *known)), *words]
        words.remove("--share")
        print(SHARED + f"  Others reach it as {' or '.join(known)}, at the port below.", flush=True)
    run(PYTHON, "-m", "streamlit", "run", "app.py", *words)


if __name__ == "__main__":
    main(sys.argv[1:])
