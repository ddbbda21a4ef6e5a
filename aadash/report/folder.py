"""Several files written to a folder at once: all of them, or none."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from aadash.errors import AadashError


def changed_by(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Names of the files that stand in the folder with other content than they would be given."""
    return [name for name, content in files.items() if (folder / name).exists() and not _same(folder / name, content)]


def _same(path: Path, content: bytes) -> bool:
    try:
        return path.read_bytes() == content
    except OSError:
        return False


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write ``files`` to ``folder``, which is made if it is not there: to a new folder first, then moved.

    Raises AadashError when that cannot be done (no room, no permission); then nothing of the folder has changed.
    """
    aside = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=".aadash-", dir=folder if folder.is_dir() else folder.parent))
        for name, content in files.items():
            (aside / name).write_bytes(content)
        folder.mkdir(exist_ok=True)
        for name in files:
            os.replace(aside / name, folder / name)
    except OSError as error:
        raise AadashError(
            f"The results cannot be written to {str(folder)!r} ({error.strerror or error})",
            fix="Make room, or choose another folder with --out; nothing was changed there",
        ) from error
    finally:
        if aside is not None:
            shutil.rmtree(aside, ignore_errors=True)
