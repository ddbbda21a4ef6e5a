"""A picture: a Vega-Lite specification made once with Altair, and the data that go with it.

Building an Altair chart costs 20–60 ms, more than all the statistics of a cohort. What varies with a plan (levels,
colours, numbers) therefore travels as data, colours included, and the specification of each kind of picture is built
once a process. See docs/adr/0004-charts.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from aadash.result import Result

#: Name of the selection that a click on a mark makes; it holds the ``level`` of the stratum.
PICK = "pick"


@dataclass(frozen=True, eq=False)
class Chart:
    """What is drawn.

    ``spec`` is Vega-Lite without data, its layers naming the frames in ``data``; ``alt`` says in words what is to be
    seen; ``caption`` what must be known to read it; ``unseen`` the numbers of a chart whose text alternative must stay the same (a
    browser that is given the same chart again redraws the data and nothing else), for those who cannot see them. ``key`` is name and
    colour of each curve where a narrow picture has numbers instead of names, in the order of the numbers.
    ``of_patients`` says that the data hold values of each patient, so that they go into no file that is to hold nobody's.
    """

    spec: Mapping[str, Any]
    data: Mapping[str, pd.DataFrame]
    alt: str
    caption: str = ""
    unseen: str = ""
    key: Sequence[tuple[str, str]] = ()
    of_patients: bool = False

    def vega_lite(self) -> dict[str, Any]:
        """A self-contained Vega-Lite specification, data inside: for a file, or for any Vega viewer."""
        frames = {k: f.astype(object).where(f.notna(), None).to_dict("records") for k, f in self.data.items()}
        return {**self.spec, "description": self.alt, "datasets": frames}

    def altair(self) -> Any:
        """The picture as an Altair chart, to go on with in a notebook."""
        import altair

        return altair.Chart.from_dict(self.vega_lite())


@dataclass(frozen=True)
class Drawing:
    """A kind of chart: the analysis that it shows, its name, and the function from a result to the chart."""

    analysis: str
    name: str
    make: Callable[..., Chart]


#: Analysis → its charts, the first being the one that is drawn when none is named.
DRAWINGS: dict[str, tuple[Drawing, ...]] = {}


def draws(analysis: str, name: str) -> Callable[[Callable[..., Chart]], Callable[..., Chart]]:
    """Register a function from a result (and options with defaults) to a chart as a drawing of ``analysis``."""

    def register(make: Callable[..., Chart]) -> Callable[..., Chart]:
        DRAWINGS[analysis] = (*DRAWINGS.get(analysis, ()), Drawing(analysis, name, make))
        return make

    return register


def chart(result: Result, name: str = "", **options: Any) -> Chart:
    """The chart of a result called ``name`` (its first one when empty). Raises KeyError where it has none."""
    found = [d for d in DRAWINGS.get(result.analysis, ()) if not name or d.name == name]
    if not found:
        raise KeyError(f"{result.analysis} has no chart {name!r}")
    return found[0].make(result, **options)


def template(build: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """Decorate a function that returns an Altair chart on named data: build and convert it once an argument list.

    Its expressions can ask for ``grown``: how many times as large as on a screen its words are (:mod:`aadash.charts.theme`).
    """

    @lru_cache(maxsize=128)
    def specification(*args: object) -> dict[str, Any]:
        spec = build(*args).to_dict()
        spec.pop("config", None)
        if "grown" in str(spec):
            spec["params"] = [*spec.get("params", []), {"name": "grown", "value": 1}]
        _silent(spec)
        return spec

    return specification


def _silent(spec: dict[str, Any]) -> None:
    """Axes are not read out tick by tick: the text alternative stands for the whole. (No configuration of Vega-Lite says this.)"""
    layers = [e for layer in spec.get("layer", [spec]) for e in [layer.get("encoding", {})]]
    for channel in ("x", "y"):
        codings = [e[channel] for e in layers if "field" in e.get(channel, {})]
        if all(c.get("axis", {}) is not None for c in codings):
            for c in codings:
                c["axis"] = {**c.get("axis", {}), "aria": False}


def bound(name: str) -> Any:
    """The end of a scale that is set when the picture is made: see :func:`with_bounds`."""
    import altair

    return altair.ExprRef(expr=name)


def with_bounds(spec: Mapping[str, Any], **bounds: float) -> dict[str, Any]:
    """A template with the values of its bounds filled in."""
    values = [{"name": name, "value": round(float(value), 3)} for name, value in bounds.items()]
    return {**spec, "params": [*spec.get("params", []), *values]}


def with_order(spec: Mapping[str, Any], **orders: Sequence[str]) -> dict[str, Any]:
    """A layered template with the order of its categories filled in: channel ("x", "xOffset", "y") → names in order."""
    layers = [
        {
            **layer,
            "encoding": {
                channel: {**coding, "sort": list(orders[channel])} if channel in orders else coding
                for channel, coding in layer["encoding"].items()
            },
        }
        for layer in spec["layer"]
    ]
    return {**spec, "layer": layers}


def spread(values: list[float], gap: float, low: float, high: float) -> list[float]:
    """Positions for labels at ``values``: moved as little as keeps them ``gap`` apart within [low, high], a crowd to both sides."""
    order = sorted(range(len(values)), key=lambda i: values[i])
    pools: list[list[float]] = []  # what must stand together, each less the gaps below it
    for k, i in enumerate(order):
        pools.append([values[i] - gap * k])
        while len(pools) > 1 and sum(pools[-2]) / len(pools[-2]) > sum(pools[-1]) / len(pools[-1]):
            last = pools.pop()
            pools[-1] += last
    at = [sum(pool) / len(pool) for pool in pools for _ in pool]
    out = list(values)
    for k, i in enumerate(order):
        out[i] = min(max(at[k], low), high - gap * (len(values) - 1)) + gap * k
    return out
