"""Loading every module of a package, so that what registers itself there is known without a list kept elsewhere."""

from __future__ import annotations

import importlib
import pkgutil
from types import ModuleType


def load_all(package: ModuleType) -> None:
    """Import each module below ``package``, in order of name."""
    for found in sorted(pkgutil.walk_packages(package.__path__, f"{package.__name__}."), key=lambda m: m.name):
        importlib.import_module(found.name)
