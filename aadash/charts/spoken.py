"""A chart in the language of what is shown: titles, labels, words in its data and its text alternative."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from aadash.charts.chart import Chart
from aadash.charts.names import unwrapped, wrapped
from aadash.language import current, say
from aadash.levels import width_of

#: Columns that a click gives back, and colours.
_KEYS = frozenset(("level", "group", "colour", "code", "patient"))
#: Columns whose values the specification spells out in an expression.
_SPELLED = re.compile(r"datum(?:\.(\w+)|\[['\"]([^'\"]+)['\"]\])\s*[!=]==?\s*['\"]")

#: A name of ours in an expression.
_NAMED = re.compile(r"'([A-Z][a-z]+ \d+)'")


def in_language(made: Chart) -> Chart:
    """``made`` as it is to be shown."""
    if current() == "en":
        return made
    spelled = {a or b for a, b in _SPELLED.findall(json.dumps(made.spec, default=str).replace('\\"', '"'))}
    kept = _KEYS | spelled
    data = {name: _frame(frame, kept) for name, frame in made.data.items()}
    return replace(made, spec=_spec(made.spec, kept), data=data, alt=say(made.alt), caption=say(made.caption), unseen=say(made.unseen))


def _frame(frame: pd.DataFrame, kept: frozenset[str]) -> pd.DataFrame:
    texts = [c for c in frame.columns if c not in kept and not pd.api.types.is_numeric_dtype(frame[c])]
    return frame.assign(**{c: [_said(v) for v in frame[c]] for c in texts}) if texts else frame


def _said(value: Any) -> Any:
    if isinstance(value, str):
        whole = unwrapped(value)
        return say(value) if whole == value else wrapped(say(whole), max(map(width_of, value.split("\n"))))
    if isinstance(value, (list, tuple)):
        return [_said(v) for v in value]
    return value


def _spec(node: Any, kept: frozenset[str], field: str = "") -> Any:
    """The specification with its texts said; ``field`` is the column that an encoding shows."""
    if isinstance(node, Mapping):
        here = str(node.get("field", field))
        return {key: _entry(key, value, kept, here) for key, value in node.items()}
    if isinstance(node, list):
        return [_spec(one, kept, field) for one in node]
    return node


def _entry(key: str, value: Any, kept: frozenset[str], field: str) -> Any:
    if key in ("title", "text", "subtitle", "description") and not isinstance(value, Mapping):
        return _said(value)
    if key in ("sort", "domain", "values", "order") and isinstance(value, (list, tuple)) and field not in kept:
        return _said(value)
    if key == "labelExpr" and isinstance(value, str):  # names that an axis picks from a list
        return _NAMED.sub(lambda found: f"'{say(found[1])}'", value)
    if key == "value" and isinstance(value, str) and " " in value:
        return say(value)
    return _spec(value, kept, field)
