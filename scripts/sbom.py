"""A software bill of materials: what is installed in .venv for the app, as CycloneDX 1.6 in JSON on the standard output.

    python3 scripts/sbom.py > sbom.json

It lists what requirements.lock names and what is there: version, licence as the package states it, and the hashes that the lock
allows.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from pathlib import Path

from common import PYTHON, ROOT, environment

_INSTALLED = """
import importlib.metadata as m, json
def said(d):
    names = [c.split(" :: ")[-1] for c in d.metadata.get_all("Classifier") or () if c.startswith("License ::")]
    return d.metadata.get("License-Expression") or ", ".join(names) or (d.metadata.get("License") or "").split(chr(10))[0][:80]
print(json.dumps({d.name.lower().replace("_", "-"): [d.version, said(d)] for d in m.distributions()}))
"""


def locked(path: Path) -> dict[tuple[str, str], list[str]]:
    """(name, version) → hashes, as a lock has them."""
    found: dict[tuple[str, str], list[str]] = {}
    key = ("", "")
    for line in path.read_text(encoding="utf-8").splitlines():
        start = re.match(r"([A-Za-z0-9._-]+)==([^ ;\\]+)", line)
        if start:
            key = (start[1].lower().replace("_", "-"), start[2])
            found[key] = []
        found.get(key, []).extend(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
    return found


def bill(lock: dict[tuple[str, str], list[str]], installed: dict[str, list[str]]) -> dict[str, object]:
    """The document."""
    parts = []
    for (name, version), hashes in sorted(lock.items()):
        here = installed.get(name)
        if here is None:
            continue  # for another system or another Python
        if here[0] != version and (name, here[0]) in lock:
            continue
        parts.append(
            {
                "type": "library",
                "name": name,
                "version": here[0],
                "purl": f"pkg:pypi/{name}@{here[0]}",
                "licenses": [{"license": {"name": here[1]}}] if here[1] else [],
                "hashes": [{"alg": "SHA-256", "content": h} for h in hashes] if here[0] == version else [],
            }
        )
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "aadash", "licenses": [{"license": {"id": "GPL-3.0-or-later"}}]}},
        "components": parts,
    }


def main() -> None:
    """Install what is missing, then list."""
    with contextlib.redirect_stdout(sys.stderr):
        environment("requirements.txt")
    asked = subprocess.run([str(PYTHON), "-c", _INSTALLED], capture_output=True, text=True, check=True)
    json.dump(bill(locked(ROOT / "requirements.lock"), json.loads(asked.stdout)), sys.stdout, indent=1)


if __name__ == "__main__":
    main()
