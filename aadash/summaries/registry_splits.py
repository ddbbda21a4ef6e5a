"""How a registry is split: by its baseline, a column of few levels, or numbers cut in two."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from aadash.errors import SummaryError
from aadash.levels import column_of
from aadash.plan import AnalysisPlan
from aadash.strata import BUILT_IN, Strata, halves, ordered, printed, split, stratifiers, title_of
from aadash.summaries.counted import Sized

if TYPE_CHECKING:
    from aadash.summaries.registry import Registry

#: What codes a split: a function of the baseline in points, a column's codes, or nothing.
Code = Callable[[np.ndarray], np.ndarray] | str | None


def split_of(here: Registry, plan: AnalysisPlan) -> tuple[Sized, Code]:
    """The split that a plan asks for, and what codes it. Raises SummaryError for one that there is not."""
    name = plan.stratifier
    column = here.roles.get(name, column_of(name))
    if name == "trial_severity":
        code, (sizes, rest) = _trial_severity, here.sizes(_trial_severity, 3)
        used = [i for i, n in enumerate(sizes) if n]
        names, labels = ("<50", "50-94", "95-100"), ("SALT < 50", "SALT 50–94", "SALT 95–100")
        shape = Strata(name, "trial severity", tuple(names[i] for i in used), tuple(labels[i] for i in used), np.empty(0))
        place = np.array([*(used.index(i) if i in used else -1 for i in range(3)), -1])
        return _sized(shape, [sizes[i] for i in used], rest), lambda base: place[code(base)]
    if name in ("none", "severity"):
        shape = split(here.first, name, plan.severity_cut)
        by = None if name == "none" else _severity(plan.severity_cut)
        return _sized(shape, *here.sizes(by, len(shape.levels))), by
    if column not in here.table.facts:
        raise SummaryError(f"The table cannot be split by “{name}”", expected="severity, or one of " + ", ".join(here.table.facts))
    if column in here.table.levels:
        texts = here.table.levels[column]
        series = here.first.fact(column)
        levels = ordered(set(texts), name, series)
        levels += [text for text in texts if text not in levels]
        sizes, rest = here.sizes(column, len(texts))
        size = {text: sizes[texts.index(text)] for text in levels if sizes[texts.index(text)]}  # filters may leave out a level
        own = Strata(name, title_of(name), tuple(size), printed(name, list(size)), np.empty(0))
        return _sized(own, list(size.values()), rest), column
    cut = plan.column_cut if plan.column_cut is not None else _median(here, column)
    shape = halves(name, np.empty(0), cut)
    found = here.numbers(column)
    sizes = [int(found[1][found[0] <= cut].sum()), int(found[1][found[0] > cut].sum())]
    return _sized(shape, sizes, here.table.n - sum(sizes)), column


def splits_of(here: Registry) -> list[str]:
    """What the table can be split by, in the order of the menu."""
    out = []
    for name in stratifiers(here.first):
        column = here.roles.get(name, column_of(name))
        if name in BUILT_IN or (column in here.table.facts and (name in ("sex", "subtype") or _recorded(here, column))):
            out.append(name)
    return out


def _recorded(here: Registry, column: str) -> bool:
    """Whether anybody has a value of a column."""
    if column not in here.table.levels:
        return bool(len(here.numbers(column)[0]))
    return any(here.sizes(column, len(here.table.levels[column]))[0])


def _median(here: Registry, column: str) -> float:
    values, n = here.numbers(column)
    ends, total = n.cumsum(), int(n.sum())
    middle = [values[np.searchsorted(ends, place, side="right")] for place in ((total - 1) // 2, total // 2)]
    return float(sum(middle) / 2)


def _severity(cut: float) -> Callable[[np.ndarray], np.ndarray]:
    """Code of each baseline, as :func:`aadash.strata.split` gives it."""
    return lambda base: np.where(np.isnan(base), -1, np.where(base > cut, 0, 1)).astype(np.int16)


def _trial_severity(base: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(base), -1, np.where(base >= 95, 2, np.where(base >= 50, 1, 0)))


def _sized(shape: Strata, sizes: list[int], rest: int) -> Sized:
    return Sized(shape.name, shape.title, shape.levels, shape.labels, np.empty(0, dtype=int), shape.cut, tuple(sizes), rest)
