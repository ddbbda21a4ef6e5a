"""The names and colours of a split's levels, as a result carries them."""

from __future__ import annotations

from dataclasses import dataclass

from aadash.levels import ALL, Level, Pair, told_apart
from aadash.palette import NEUTRAL, PALETTE
from aadash.strata import Strata


@dataclass(frozen=True)
class Labels:
    """Names and colours of the levels of a split, in their order.

    ``name`` is the stratifier's name in the plan, ``title`` the one on screen; ``printed`` and ``shortened`` are the levels as
    a table and as a chart shows them; ``counts`` how many patients are in each.
    """

    name: str = "none"
    title: str = ""
    levels: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    counts: tuple[int, ...] = ()

    @classmethod
    def of(cls, strata: Strata) -> Labels:
        """Those of a cohort that is split."""
        short = told_apart([*map(strata.short, strata.levels)])
        return cls(strata.name, strata.title, strata.levels, strata.labels, short, strata.counts)

    @property
    def used(self) -> tuple[str, ...]:
        """The levels that somebody is in."""
        return tuple(level for level, n in zip(self.levels, self.counts, strict=True) if n)

    def label(self, level: Level) -> str:
        """A level as printed: "All patients", "female", "Group A (SALT > 50) − Group B (SALT ≤ 50)"."""
        return self._named(level, self.printed)

    def short(self, level: Level) -> str:
        """A level as a chart names it: "Group A"."""
        return self._named(level, self.shortened)

    def compared(self, short: bool = False) -> str:
        """What a comparison of all strata is of: the first of two less the second, or all of several."""
        if len(self.used) != 2:
            return "All strata"
        return (self.short if short else self.label)(Pair(*self.used))

    def _named(self, level: Level, names: tuple[str, ...]) -> str:
        if level is ALL:
            return "All patients"
        if isinstance(level, Pair):
            return f"{self._named(level.first, names)} − {self._named(level.second, names)}"
        return names[self.levels.index(level)] if level in self.levels else str(level)

    def colour(self, level: Level) -> str:
        """The colour of a level: by its place among the levels of the split, so the same on every page."""
        return PALETTE[self.levels.index(level) % len(PALETTE)] if isinstance(level, str) and level in self.levels else NEUTRAL
