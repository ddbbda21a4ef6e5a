"""A control that a page offers does something there: a switch that changes nothing is not drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import pandas as pd
import pytest

from aadash import AnalysisPlan
from aadash.document import Choice, Choices
from aadash.result import Result
from aadash.views import VIEWS, context_for

from .test_views import KOREA, Asked, choices, everything


def seen(x: Any) -> str:
    """What a reader sees of parts, the controls themselves apart, as text that two states of a page are compared by."""
    if isinstance(x, Choice | Choices):
        return ""
    if isinstance(x, Result):
        return f"{x.analysis} {x.sentence} {x.call}"
    if isinstance(x, pd.DataFrame):
        return x.to_csv()
    if isinstance(x, Mapping):
        return str({k: seen(v) for k, v in x.items()})
    if isinstance(x, list | tuple):
        return str([seen(v) for v in x])
    if is_dataclass(x):
        return f"{type(x).__name__} {[seen(getattr(x, f.name)) for f in fields(x)]}"
    return "" if callable(x) else repr(x)


@pytest.mark.parametrize("name", VIEWS)
def test_a_switch_changes_what_is_shown(name: str) -> None:
    asked, plan = Asked(), AnalysisPlan()

    def parts(**chosen: Any) -> list:
        return everything(context_for(KOREA, plan, asked, **chosen), name)

    segments = [c for c in choices(parts()) if c.kind == "segments" and not c.key.startswith("view.layout")]
    states = [{}, *({c.key: option} for c in segments for option in c.options if option != c.default)]
    dead = []
    for state in states:
        before = parts(**state)
        for switch in (c for c in choices(before) if c.kind == "toggle"):
            if seen(parts(**state, **{switch.key: not switch.default})) == seen(before):
                dead.append(f"{switch.label} under {state}")
    assert not dead
