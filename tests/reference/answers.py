"""``answers(request, folder)``: the ``analyses`` block of a reference data set, computed by ``aadash.stats`` alone.

``request`` is a reference JSON without its ``analyses`` (so ``meta`` and ``requests``), ``folder`` holds the CSV files
that its requests name. The result has the schema, keys and group order that ``gen_reference.R`` writes. Roles are read
from each request; nothing depends on the name of a data set or of a column.

The parts lie beside this file and are found from its place, so that this module works as
``tests.reference.answers`` and loaded from its file alike; the project root must be on ``sys.path``.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from aadash.errors import NotComputable

Answer = Callable[[dict[str, Any], Path], Any]
_PARTS = ("answers_classical", "answers_responders", "answers_models")
_PACKAGE = "aadash_reference_answers"


def _part(name: str) -> dict[str, Answer]:
    """The table ``ANSWERS`` of a module beside this one, imported as part of a package of this folder's own."""
    if _PACKAGE not in sys.modules:
        package = ModuleType(_PACKAGE)
        package.__path__ = [str(Path(__file__).resolve().parent)]
        sys.modules[_PACKAGE] = package
    table: dict[str, Answer] = importlib.import_module(f"{_PACKAGE}.{name}").ANSWERS
    return table


def _answer_for(analysis: str) -> Answer:
    """The function for an analysis: its own name, or the longest known name that it extends (``roc_age``: ``roc``)."""
    for part in _PARTS:
        table = _part(part)
        names = [name for name in table if analysis == name or analysis.startswith(name + "_")]
        if names:
            return table[max(names, key=len)]
    raise KeyError(f"no statistic answers the analysis {analysis!r}")


def answers(request: dict[str, Any], folder: str | Path) -> dict[str, Any]:
    """R's ``analyses`` block for ``request``, computed here. What cannot be computed is ``{"error": sentence}``."""
    out: dict[str, Any] = {}
    for item in request["requests"]:
        try:
            out[item["analysis"]] = _answer_for(item["analysis"])(item, Path(folder))
        except NotComputable as error:
            out[item["analysis"]] = {"error": str(error)}
    return out
