"""A registry: its columns recognised from its first rows as a file's are, its numbers from counts that the engine makes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd

from aadash.analyses.visits import Pairs, Patterns
from aadash.cohort import Cohort
from aadash.errors import SummaryError
from aadash.filters import is_numeric
from aadash.levels import column_of
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.strata import BUILT_IN, MAX_LEVELS, Strata, halves, ordered, printed, split, stratifiers, title_of
from aadash.summaries import sources
from aadash.summaries.blocks import Blocks
from aadash.summaries.counted import LOOKING, CountedCohort, Sized, Source, Week, counted_cohort
from aadash.summaries.engine import Held, N, Wide, counted, held, w
from aadash.summaries.lot import drawn
from aadash.summaries.ruled import under, visits_made
from aadash.summaries.table_blocks import percent_blocks, score_blocks
from aadash.summaries.table_columns import LEVEL, with_level


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

    def source(self, strata: Sized, code: Callable[[np.ndarray], np.ndarray] | str | None) -> Source:
        """The counts of a split."""
        return _Source(self, strata, code)

    def strata(self, plan: AnalysisPlan) -> tuple[Sized, Callable[[np.ndarray], np.ndarray] | str | None]:
        """The split, and what codes it: a function of the baseline in points, a column's codes, or nothing."""
        name = plan.stratifier
        column = self.roles.get(name, column_of(name))
        if name == "trial_severity":
            code, (sizes, rest) = _trial_severity, self._sizes(_trial_severity, 3)
            used = [i for i, n in enumerate(sizes) if n]
            names, labels = ("<50", "50-94", "95-100"), ("SALT < 50", "SALT 50–94", "SALT 95–100")
            shape = Strata(name, "trial severity", tuple(names[i] for i in used), tuple(labels[i] for i in used), np.empty(0))
            place = np.array([*(used.index(i) if i in used else -1 for i in range(3)), -1])
            return _sized(shape, [sizes[i] for i in used], rest), lambda base: place[code(base)]
        if name in ("none", "severity"):
            shape = split(self.first, name, plan.severity_cut)
            by = None if name == "none" else _severity(plan.severity_cut)
            return _sized(shape, *self._sizes(by, len(shape.levels))), by
        if column not in self.table.facts:
            raise SummaryError(f"The table cannot be split by “{name}”", expected="severity, or one of " + ", ".join(self.table.facts))
        if column in self.table.levels:
            texts = self.table.levels[column]
            series = self.first.fact(column)
            levels = ordered(set(texts), name, series)
            levels += [text for text in texts if text not in levels]
            sizes, rest = self._sizes(column, len(texts))
            size = {text: sizes[texts.index(text)] for text in levels if sizes[texts.index(text)]}  # filters may leave out a level
            own = Strata(name, title_of(name), tuple(size), printed(name, list(size)), np.empty(0))
            return _sized(own, list(size.values()), rest), column
        cut = plan.column_cut if plan.column_cut is not None else self._median(column)
        shape = halves(name, np.empty(0), cut)
        found = self.numbers(column)
        sizes = [int(found[1][found[0] <= cut].sum()), int(found[1][found[0] > cut].sum())]
        return _sized(shape, sizes, self.table.n - sum(sizes)), column

    def stratifiers(self) -> list[str]:
        """What the table can be split by, in the order of the menu."""
        out = []
        for name in stratifiers(self.first):
            column = self.roles.get(name, column_of(name))
            if name in BUILT_IN or (column in self.table.facts and (name in ("sex", "subtype") or self.recorded(column))):
                out.append(name)
        return out

    def recorded(self, column: str) -> bool:
        """Whether anybody has a value of a column."""
        if column not in self.table.levels:
            return bool(len(self.numbers(column)[0]))
        return any(self._sizes(column, len(self.table.levels[column]))[0])

    def _sizes(self, code: Callable[[np.ndarray], np.ndarray] | str | None, levels: int) -> tuple[list[int], int]:
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

    def _median(self, column: str) -> float:
        values, n = self.numbers(column)
        ends, total = n.cumsum(), int(n.sum())
        middle = [values[np.searchsorted(ends, place, side="right")] for place in ((total - 1) // 2, total // 2)]
        return float(sum(middle) / 2)

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


@dataclass(eq=False)
class _Source:
    """The counts of one split (:class:`aadash.summaries.counted.Source`)."""

    registry: Registry
    strata: Sized
    code: Callable[[np.ndarray], np.ndarray] | str | None

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


def _gone(column: str, number: bool, numeric: bool) -> str:
    """Why a column is not counted."""
    if number and not numeric:
        return (
            f"The column “{column}” holds numbers as text, more than {MAX_LEVELS} different ones, and is not counted. "
            "Make it a column of numbers in the table."
        )
    return f"The column “{column}” has more than {MAX_LEVELS} different values and is not counted."


def _severity(cut: float) -> Callable[[np.ndarray], np.ndarray]:
    """Code of each baseline, as :func:`aadash.strata.split` gives it."""
    return lambda base: np.where(np.isnan(base), -1, np.where(base > cut, 0, 1)).astype(np.int16)


def _trial_severity(base: np.ndarray) -> np.ndarray:
    return np.where(np.isnan(base), -1, np.where(base >= 95, 2, np.where(base >= 50, 1, 0)))


def _sized(shape: Strata, sizes: list[int], rest: int) -> Sized:
    return Sized(shape.name, shape.title, shape.levels, shape.labels, np.empty(0, dtype=int), shape.cut, tuple(sizes), rest)


def _ints(column: Any) -> np.ndarray:
    return column.to_numpy().astype(np.int64)  # type: ignore[no-any-return]


def _codes(column: Any) -> np.ndarray:
    """Whole numbers, -1 for none."""
    return column.fill_null(-1).to_numpy().astype(np.int64)  # type: ignore[no-any-return]


__all__ = ["Registry"]
