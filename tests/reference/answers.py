"""``answers(request, folder)``: the ``analyses`` block of a reference data set, computed by ``aadash.stats`` alone.

``request`` is a reference JSON without its ``analyses`` (so ``meta`` and ``requests``), ``folder`` holds the CSV files
that its requests name. The result has the schema, keys and group order that ``gen_reference.R`` writes. Roles are read
from each request; nothing depends on the name of a data set or of a column.

The two halves lie beside this file and are loaded by path, so that this module works as
``tests.reference.answers`` and loaded from its file alike; the project root must be on ``sys.path``.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from aadash.errors import NotComputable

Answer = Callable[[dict[str, Any], Path], Any]
_HALVES = ("answers_classical", "answers_models")


def _half(name: str) -> dict[str, Answer]:
    """The table ``ANSWERS`` of a module beside this one."""
    alias = f"aadash_reference_{name}"
    if alias not in sys.modules:
        spec = importlib.util.spec_from_file_location(alias, Path(__file__).with_name(f"{name}.py"))
        assert spec is not None and spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[alias] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[alias]
            raise
    table: dict[str, Answer] = sys.modules[alias].ANSWERS
    return table


def _answer_for(analysis: str) -> Answer:
    """The function for an analysis: its own name, or the longest known name that it extends (``roc_age``: ``roc``)."""
    for half in _HALVES:
        table = _half(half)
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
