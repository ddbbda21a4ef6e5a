"""A registry: its columns recognised from its first rows as a file's are, its numbers from counts that the engine makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from aadash.analyses.visits import Patterns
from aadash.cohort import Cohort
from aadash.errors import SummaryError
from aadash.filters import is_numeric
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.strata import MAX_LEVELS
from aadash.summaries import sources
from aadash.summaries.counted import LOOKING, CountedCohort, Sized, Source, Week, counted_cohort
from aadash.summaries.engine import Held, N, Wide, counted, held, w
from aadash.summaries.lot import drawn
from aadash.summaries.registry_source import RegistrySource
from aadash.summaries.registry_splits import Code, split_of, splits_of
from aadash.summaries.ruled import visits_made


@dataclass(frozen=True, eq=False)
class Registry:
    """A table in an engine. ``first`` is the cohort of its first rows: what each column is, and how it is called."""

    table: Held
    first: Cohort
    roles: Mapping[str, str]
    name: str
    kept: dict[Any, Any] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    """What the table has and is not counted, a sentence each."""

    @classmethod
    def of(cls, source: sources.Source, name: str, first: Cohort, wide: Wide) -> Registry:
        """A table of which it is known which column is what."""
        with sources.reading(source, name):
            table, numbers = held(source, wide), source.numbers()
            gone = [column for column in wide.facts if column not in table.facts]
            told = tuple(_gone(column, is_numeric(first.fact(column)), numbers[column]) for column in gone)
            return cls(table, first, dict(wide.roles), name, left_out=told)

    def under(self, plan: AnalysisPlan) -> Registry:
        """The patients whom the plan's filters keep. Raises SummaryError when that is nobody."""
        if plan.measure not in (None, SALT.name):
            raise SummaryError(f"A registry is analysed for SALT alone, not for {plan.measure}")
        if not plan.filters:
            return self
        key = ("filters", plan.filters)
        if key not in self.kept:
            for old in [k for k in self.kept if k[0] == "filters"]:
                del self.kept[old]  # with the counts of those whom it kept
            table = self.table.filtered(plan.filters, self.roles)
            if not table.n:
                raise SummaryError("The filters leave nobody", fix="Widen them")
            self.kept[key] = replace(self, table=table, kept={})
        return self.kept[key]  # type: ignore[no-any-return]

    def cohort(self, plan: AnalysisPlan) -> CountedCohort:
        """The table as a counted cohort, split as the plan says; its filters are carried out already."""
        rule = plan.missing if plan.missing in LOOKING else "observed"
        key = ("cohort", plan.stratifier, plan.severity_cut, plan.column_cut, rule)
        if key not in self.kept:
            for old in [k for k in self.kept if k[0] in ("cohort", "counts")]:
                del self.kept[old]  # one split at a time: its counts are what takes memory
            strata, code = self.strata(plan)
            self.kept[key] = counted_cohort(
                self.source(strata, code),
                self.table.weeks,
                SALT,
                self.table.grid,
                strata,
                self.table.n,
                name=self.name,
                facts={c: self.table.levels.get(c, (1.0, 2.0, 3.0, 4.0, 5.0)) for c in self.table.facts},
                roles=self.roles,
                rule=rule,
            )
        return self.kept[key]  # type: ignore[no-any-return]

    def source(self, strata: Sized, code: Code) -> Source:
        """The counts of a split."""
        return RegistrySource(self, strata, code)

    def strata(self, plan: AnalysisPlan) -> tuple[Sized, Code]:
        """The split, and what codes it."""
        return split_of(self, plan)

    def stratifiers(self) -> list[str]:
        """What the table can be split by, in the order of the menu."""
        return splits_of(self)

    def sizes(self, code: Code, levels: int) -> tuple[list[int], int]:
        """Patients of each of so many levels, and without one."""
        if code is None:
            return [], self.table.n
        if isinstance(code, str):
            found = counted(self.table.table, [code])
            codes, n = _codes(found[code]), _ints(found[N])
        else:
            base = self.week(self.table.weeks[-1])
            codes, n = code(base.pairs.baseline), base.n
        sizes = np.bincount(codes + 1, weights=n, minlength=levels + 1).astype(int)
        return sizes[1:].tolist(), int(sizes[0])

    def numbers(self, column: str) -> tuple[np.ndarray, np.ndarray]:
        """The values of a column of numbers in their order, and how many patients have each."""
        found = counted(self.table.table, [column])
        values, n = found[column].to_pandas().to_numpy(dtype=float), _ints(found[N])
        known = ~np.isnan(values)
        order = np.argsort(values[known])
        return values[known][order], n[known][order]

    def week(self, week: int) -> Week:
        """The pairs of a week."""
        key = ("week", week)
        if key not in self.kept:
            names = list(dict.fromkeys([w(0), w(week)]))
            found = counted(self.table.table.select(*names), names)
            self.kept[key] = Week.of(_codes(found[w(0)]), _codes(found[w(week)]), _ints(found[N]), self.table.grid)
        return self.kept[key]  # type: ignore[no-any-return]

    def counts(self, week: int, strata: Sized, column: str) -> np.ndarray:
        """The patients of each pair of a week in each level of a column, and at last without one."""
        key = ("counts", column, strata.cut, week)
        if key not in self.kept:
            value, texts = nw.col(column), self.table.levels.get(column)
            within = [value <= strata.cut, value > strata.cut] if texts is None else [value == texts.index(lv) for lv in strata.levels]
            if not strata.rest:  # the last level has whoever is in no other
                within = within[:-1]
            names, hits = list(dict.fromkeys([w(0), w(week)])), [f"aadash_{i}" for i in range(len(within))]
            marked = [nw.when(who).then(nw.lit(1)).alias(hit) for who, hit in zip(within, hits, strict=True)]
            groups = self.table.table.select(*names, *marked).group_by(*names)
            found = groups.agg(*[nw.col(hit).count() for hit in hits]).collect("pyarrow").to_native()
            here = self.week(week)
            counts = np.zeros((len(here.n), len(hits)), order="F")
            places = here.places(_codes(found.column(w(0))), _codes(found.column(w(week))))
            for i, hit in enumerate(hits):
                counts[places, i] = _ints(found.column(hit))
            if not strata.rest:
                counts = np.column_stack([counts, here.n - counts.sum(axis=1)])
            self.kept[key] = here.whole(counts)
        return self.kept[key]  # type: ignore[no-any-return]

    def patterns(self) -> Patterns:
        """The visits made, and who has a baseline of 0."""
        if "patterns" not in self.kept:
            self.kept["patterns"] = visits_made(self.table)
        return self.kept["patterns"]  # type: ignore[no-any-return]

    def lines(self) -> pd.DataFrame:
        """Some patients, drawn by lot."""
        if "lines" not in self.kept:
            self.kept["lines"] = drawn(self.table)
        return self.kept["lines"]  # type: ignore[no-any-return]

    def rows(self) -> Cohort:
        """Every patient as a row, without a name: the scores in points and the columns held, typed as those of :attr:`first`."""
        if "rows" not in self.kept:
            weeks, facts = self.table.weeks, list(self.table.facts)
            frame = self.table.table.select(*[w(week) for week in weeks], *facts).collect("pandas").to_native()
            salt = frame[[w(week) for week in weeks]].astype(float).set_axis(list(weeks), axis=1) / self.table.grid
            columns = {c: self.typed(c, frame[c]) for c in facts}
            roles = {role: column for role, column in self.roles.items() if column in columns}
            self.kept["rows"] = Cohort(
                pd.DataFrame(columns, index=salt.index), salt, name=self.name, roles=roles, synthetic=self.first.synthetic
            )
        return self.kept["rows"]  # type: ignore[no-any-return]

    def typed(self, column: str, codes: pd.Series) -> pd.Series:
        """A column as the file has it, from what is held."""
        if column not in self.table.levels:
            return codes.astype(float)
        series, texts = self.first.fact(column), self.table.levels[column]
        numeric, truth = is_numeric(series), pd.api.types.is_bool_dtype(series)
        raw = self.table.values[column]
        values = np.array(
            [*(float(v) if numeric else t == "True" if truth else t for t, v in zip(texts, raw, strict=True)), None], dtype=object
        )
        found = pd.Series(values[codes.fillna(-1).astype(int).to_numpy()], index=codes.index)
        if numeric:
            return found.astype(float)
        order = self.orders().get(column)
        return found if order is None else pd.Series(pd.Categorical(found, categories=order, ordered=True), index=codes.index)

    def orders(self) -> dict[str, list[str]]:
        """The order of each column's values, where the file gives one."""
        out = {}
        for column, texts in self.table.levels.items():
            series = self.first.fact(column)
            if isinstance(series.dtype, pd.CategoricalDtype):
                known = [str(value) for value in series.cat.categories]
                out[column] = [*known, *(text for text in texts if text not in known)]
        return out


def _gone(column: str, number: bool, numeric: bool) -> str:
    """Why a column is not counted."""
    if number and not numeric:
        return (
            f"The column “{column}” holds numbers as text, more than {MAX_LEVELS} different ones, and is not counted. "
            "Make it a column of numbers in the table."
        )
    return f"The column “{column}” has more than {MAX_LEVELS} different values and is not counted."


def _ints(column: Any) -> np.ndarray:
    return column.to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def _codes(column: Any) -> np.ndarray:
    """Whole numbers, -1 for none."""
    return column.fill_null(-1).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


__all__ = ["Registry"]
