"""The counts of one split of a registry, asked of the engine when an analysis asks for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from aadash.analyses.visits import Pairs, Patterns
from aadash.plan import AnalysisPlan
from aadash.summaries.blocks import Blocks
from aadash.summaries.counted import Sized
from aadash.summaries.engine import w
from aadash.summaries.registry_splits import Code
from aadash.summaries.ruled import under
from aadash.summaries.table_blocks import percent_blocks, score_blocks
from aadash.summaries.table_columns import LEVEL, with_level

if TYPE_CHECKING:
    from aadash.summaries.registry import Registry


@dataclass(eq=False)
class RegistrySource:
    """The counts of one split (:class:`aadash.summaries.counted.Source`)."""

    registry: Registry
    strata: Sized
    code: Code

    def pairs(self, week: int) -> tuple[Pairs, np.ndarray]:
        """The pairs of a week."""
        found = self.registry.week(week)
        if isinstance(self.code, str):
            return found.pairs, self.registry.counts(week, self.strata, self.code)
        codes = np.full(len(found.n), -1) if self.code is None else self.code(found.pairs.baseline)
        return found.pairs, found.by_code(codes, len(self.strata.levels))

    def ruled(self, week: int, rule: str) -> tuple[Pairs, np.ndarray, np.ndarray]:
        """The pairs of a week under a rule that looks at other visits."""
        return under(self.registry.table, week, rule, self.strata, self.code)

    def patterns(self) -> Patterns:
        """The visits made."""
        return self.registry.patterns()

    def blocks(self) -> list[Blocks]:
        """The sums and cross-products of each level's missing patterns."""
        here, weeks, name = self.registry.table, list(self.registry.table.weeks), self.strata.name
        cut = float(self.strata.cut or 0.0)
        plan = AnalysisPlan(stratifier=name, severity_cut=cut if name == "severity" else AnalysisPlan().severity_cut)
        frame = with_level(here.table, here, plan, self.strata, self.code, LEVEL)
        scores, percent = score_blocks(frame, weeks, 1), percent_blocks(frame, weeks)
        place = {level: i for i, level in enumerate(self.strata.levels)}
        return [(place.get(level, -1), blocks, percent.get(level, [])) for level, blocks in scores.items()]  # type: ignore[arg-type]

    def courses(self) -> pd.DataFrame:
        """Some patients, drawn by lot."""
        lines, weeks = self.registry.lines(), list(self.registry.table.weeks)
        found = lines[[w(week) for week in weeks]].set_axis(weeks, axis=1)
        return found.assign(level=self._levels(lines)).set_axis([f"patient {i + 1} drawn" for i in range(len(found))])

    def _levels(self, lines: pd.DataFrame) -> np.ndarray:
        if not isinstance(self.code, str):
            return np.full(len(lines), -1) if self.code is None else self.code(lines[w(0)].to_numpy(dtype=float))
        value, texts = lines[self.code].to_numpy(dtype=float), self.registry.table.levels.get(self.code)
        if texts is None:
            return np.where(np.isnan(value), -1, np.where(value <= float(self.strata.cut or 0), 0, 1))
        levels = self.strata.levels
        place = np.array([*(levels.index(text) if text in levels else -1 for text in texts), -1])
        return place[np.nan_to_num(value, nan=-1).astype(int)]  # type: ignore[no-any-return]
