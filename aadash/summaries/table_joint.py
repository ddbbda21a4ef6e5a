"""What looks at several facts of a patient at once, counted by the engine: other columns within each level, the cells of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import narwhals as nw
import numpy as np

from aadash.candidates import MAX_LEVELS, title
from aadash.errors import AadashError, NotComputable
from aadash.filters import BASELINE, baseline_values, is_numeric
from aadash.measure import SALT
from aadash.model_plan import ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.summaries.cells import HIGH, LOW, refused, too_many
from aadash.summaries.counted import Sized
from aadash.summaries.courses import course_row
from aadash.summaries.crossed import Crossing, alike
from aadash.summaries.engine import Held, N, counted, w
from aadash.summaries.form import Cell, Level, Pair, Split, Summary
from aadash.summaries.make import PAIRED
from aadash.summaries.nested import differences
from aadash.summaries.registry import Registry
from aadash.summaries.table_columns import COURSE, LEVEL, groups_of, with_course, with_level, with_rule

WITHIN, WHOLE = "aadash_within", "aadash_whole"
#: A plan's split, its levels, and what codes it (:meth:`aadash.summaries.registry.Registry.strata`).
Way = tuple[AnalysisPlan, Sized, Any]
#: A counted value as a summary writes it.
Told = Callable[[Any], "str | float | None"]


def joint(here: Registry, plan: AnalysisPlan, own: Split, model: ModelPlan, step: int, crossing: bool) -> str:
    """Add it to the plan's own split, as :func:`aadash.summaries.summarise` does; "" or why the model's cells are not among it."""
    strata, code = here.strata(plan)
    frame = with_level(here.table.table, here.table, plan, strata, code, LEVEL)
    week = plan.at_week(here.first)
    if crossing and (week or len(here.table.weeks) == 1):
        for name in here.stratifiers():
            if name != "none":
                _cross(here, plan, own, frame, name, week, step)
    left = refused(model)
    try:
        found_cells = {} if left else cells(here, plan, frame, model)
    except AadashError as error:
        found_cells, left = {}, f"No model: {error.found}."
    rule = plan.rule(here.first).name
    for level in own.levels:
        level.cells = {} if left else {rule: found_cells.get(level.level, [])}
    return left


def _cross(here: Registry, plan: AnalysisPlan, own: Split, frame: Any, name: str, week: int, step: int) -> None:
    from aadash.summaries.tables import pairs_of

    other = plan.replace(stratifier=name, column_cut=plan.column_cut if name == plan.stratifier else None)
    strata, code = here.strata(other)
    frame, both = with_level(frame, here.table, other, strata, code, WITHIN), [LEVEL, WITHIN]
    table = counted(frame.select(*both), both)
    sizes = {(a, b): n for a, b, n in zip(*[table[x].to_pylist() for x in (*both, N)], strict=True)}
    pairs = {rule: pairs_of(frame, here.table, rule, week, step, both) for rule in PAIRED}
    groups = [*[(level, label) for level, label, _ in groups_of(strata) if level is not None], (None, "")]
    for level in own.levels:
        subs = []
        for sub, label in groups:
            key = level.level, sub
            mine: dict[str, dict[str, list[Pair]]] = {rule: {str(week): found.get(key, [])} for rule, found in pairs.items()}
            subs.append(Level(level=sub, label=label, n=sizes.get(key, 0), pairs=mine))
        level.within.append(Split(name=strata.name, title=strata.title, cut=strata.cut, levels=subs))


def crossing(here: Registry, plan: AnalysisPlan, summary: Summary, responses: bool) -> Crossing:
    """Every other column within each level of the plan's split, one question to the engine for each: pairs at the week in question, or
    ``responses`` alone. ``summary`` says what they are on."""
    table, weeks, week = here.table, list(here.table.weeks), plan.at_week(here.first)
    strata, code = here.strata(plan)
    frame = with_level(table.table, table, plan, strata, code, LEVEL)
    if responses:
        frame, keys = with_course(frame, weeks, plan, table.grid, week), [COURSE]
    else:
        every = nw.all_horizontal(*[~nw.col(w(one)).is_null() for one in weeks], ignore_nulls=False)
        frame = frame.with_columns(every.cast(nw.Int8).alias(WHOLE))
        frame = with_rule(frame, weeks, "locf", week) if plan.missing == "locf" else frame
        keys = [w(0), w(week), WHOLE] if week else [w(0), WHOLE]
    columns, found, names = [], [], [level for level, _, _ in groups_of(strata)]
    for name in (name for name in here.stratifiers() if name != "none"):
        other = plan.replace(stratifier=name, column_cut=plan.column_cut if name == plan.stratifier else None)
        theirs, how = here.strata(other)
        both = with_level(frame, table, other, theirs, how, WITHIN)
        counts = counted(both.select(LEVEL, WITHIN, *keys), [LEVEL, WITHIN, *keys])
        levels = [Level(level=level, n=n, label=label) for level, label, n in groups_of(theirs)]
        columns.append(Split(name=theirs.name, title=theirs.title, cut=theirs.cut, levels=levels))
        place = _places(counts[LEVEL], names), _places(counts[WITHIN], list(theirs.levels))
        found.append((place, {key: counts[key] for key in keys}, counts[N].to_numpy().astype(np.int64)))
    if responses:
        texts = sorted({text for _, of, _ in found for text in of[COURSE].unique().to_pylist()})
        kinds = np.array([course_row(text, plan.endpoint, SALT, summary.measure.grid) for text in texts]).reshape(
            len(texts), len(weeks)
        )
        tables = [np.column_stack([_places(of[COURSE], texts), place[1], n]) for place, of, n in found]
    else:
        units = [[of[key].fill_null(-1).to_numpy().astype(np.int64) for key in (w(0), w(week), WHOLE)] for _, of, _ in found]
        rows = [np.column_stack([*own, place[1], n]) for own, (place, _, n) in zip(units, found, strict=True)]
        kinds, tables = alike(rows, summary, week, plan.missing == "complete")
    own = [[table[place[0] == i] for table, (place, _, _) in zip(tables, found, strict=True)] for i in range(len(names))]
    return Crossing(kinds, columns, own)


def _places(texts: Any, names: Sequence[str | None]) -> np.ndarray:
    """The place of each text among ``names``; -1 for none that is not among them."""
    coded = texts.combine_chunks().dictionary_encode()
    known = {text: names.index(text) for text in coded.dictionary.to_pylist()}
    none = names.index(None) if None in names else -1
    place = np.array([*known.values(), none])
    return place[coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(int)]


def given_away(table: Held, one: Way, other: Way) -> Iterator[tuple[Any, Sized]]:
    """The groups that two splits give away together (:mod:`aadash.summaries.nested`), as levels of a split of a table."""
    for mine, theirs in ((one, other), (other, one)):
        frame = with_level(with_level(table.table, table, *mine, LEVEL), table, *theirs, WITHIN)
        found = counted(frame.select(LEVEL, WITHIN), [LEVEL, WITHIN])
        rows, columns = [*mine[1].levels, None], [*theirs[1].levels, None]
        cross = np.zeros((len(rows), len(columns)), dtype=np.int64)
        for a, b, n in zip(*[found[name].to_pylist() for name in (LEVEL, WITHIN, N)], strict=True):
            cross[rows.index(a), columns.index(b)] = n
        groups = list(differences(cross))
        if not groups:
            continue
        out = nw.lit(None).cast(nw.String)
        for i, inside in groups:
            here = _is(LEVEL, rows[i])
            for j in inside:
                here = here & ~_is(WITHIN, columns[j])
            out = nw.when(here).then(nw.lit(str(i))).otherwise(out)
        names, sizes = tuple(str(i) for i, _ in groups), tuple(int(cross[i].sum() - cross[i, inside].sum()) for i, inside in groups)
        kept = frame.with_columns(out.alias(LEVEL)).filter(~nw.col(LEVEL).is_null())
        yield kept, Sized("", "", names, names, np.empty(0, dtype=int), None, sizes)


def _is(column: str, level: str | None) -> Any:
    return nw.col(column).is_null() if level is None else (nw.col(column) == level).fill_null(False)


def cells(here: Registry, plan: AnalysisPlan, frame: Any, model: ModelPlan, at: int | None = None) -> dict[str | None, list[Cell]]:
    """The cells of a model in each level; ``at`` as of :func:`aadash.summaries.table_columns.with_course`. Raises NotComputable for a
    predictor of too many values."""
    frame = with_course(frame, here.table.weeks, plan, here.table.grid, at)
    columns, told = [], []
    for i, one in enumerate(model.predictors):
        value, tell = _predictor(here, one)
        columns.append(value.alias(f"aadash_m{i}"))
        told.append(tell)
    names = [f"aadash_m{i}" for i in range(len(told))]
    keys = [LEVEL, COURSE, *names]
    found = counted(frame.with_columns(*columns).select(*keys), keys)
    out: dict[str | None, Counter[Any]] = {}
    for level, course, *values, n in zip(*[found[key].to_pylist() for key in (*keys, N)], strict=True):
        pattern = tuple(tell(value) for tell, value in zip(told, values, strict=True))
        out.setdefault(level, Counter())[pattern, course] += n
    return {
        level: [(list(pattern), course, n) for (pattern, course), n in sorted(every.items(), key=repr)] for level, every in out.items()
    }


def _predictor(here: Registry, one: Predictor) -> tuple[Any, Told]:
    """What the engine counts of a predictor, and how a summary writes it. Raises NotComputable for one with too many values."""
    series, table = baseline_values(here.first, one.column), here.table
    column = here.first.role(one.column) if one.column != BASELINE else None
    if column is not None and column not in table.facts:
        raise NotComputable(f"{title(here.first, one.column)} has too many values for levels (at most {MAX_LEVELS})")
    if column is not None and column in table.levels:
        texts = table.levels[column]
        if not is_numeric(series):
            too_many(here.first, one, len(texts), numeric=False)
            return nw.col(column), lambda code: None if code is None else texts[code]
        raw = table.values[column]
        return nw.col(column), lambda code: None if code is None else _number(one, float(raw[code]))
    value = nw.col(w(0)).cast(nw.Float64) / table.grid if column is None else nw.col(column).cast(nw.Float64)
    if one.cut is not None:
        side = nw.when(value <= one.cut).then(nw.lit(LOW)).otherwise(nw.lit(HIGH))
        return nw.when(~value.is_null() & ~value.is_nan()).then(side), lambda text: text
    different = counted(table.table.select(value.alias("value")), ["value"])["value"].to_pylist()
    too_many(here.first, one, sum(v is not None and v == v for v in different), numeric=True)
    return value, lambda v: None if v is None or v != v else float(v)


def _number(one: Predictor, value: float) -> str | float:
    return value if one.cut is None else LOW if value <= one.cut else HIGH
