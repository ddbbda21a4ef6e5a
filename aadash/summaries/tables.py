"""The sums of a registry: what :func:`aadash.summaries.summarise` makes of a cohort, counted by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals as nw

from aadash.analyses.intercurrent import kinds_told
from aadash.filters import is_numeric
from aadash.measure import SALT
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.summaries.counted import Sized
from aadash.summaries.engine import Held, N, counted, w
from aadash.summaries.form import FORMAT, VERSION, Level, Pair, Scale, Split, Summary
from aadash.summaries.make import GRIDS, PAIRED, summarise
from aadash.summaries.protect import protected
from aadash.summaries.registry import Registry
from aadash.summaries.table_blocks import percent_blocks, score_blocks
from aadash.summaries.table_columns import LEVEL, ByLevel, courses_of, groups_of, with_course, with_level, with_rule
from aadash.summaries.table_joint import given_away, joint
from aadash.version import VERSION as SOFTWARE

#: Up to so many patients' rows are added up here.
FEW = 200_000


def summarise_registry(
    registry: Registry,
    plan: AnalysisPlan,
    *,
    centre: str = "",
    by: Sequence[str] = (),
    minimum: int = 5,
    model: ModelPlan | None = None,
) -> Summary:
    """The patients of a registry as sums, the same as of its rows: only sums of percent changes may differ in the last digits.

    The engine is asked some dozens of questions for each split; of at most :data:`FEW` patients it is asked for their rows, once.
    Raises SummaryError for a filter or a split that the engine cannot carry out.
    """
    here, plan = registry.under(plan), plan.replace(filters=())
    model = ModelPlan.prespecified(here.first) if model is None else model
    if here.table.n <= FEW:
        for name in (plan.stratifier, *by):
            here.strata(plan.replace(stratifier=name))  # a split that there is not is refused in the same words
        return summarise(here.rows(), plan, centre=centre, by=by, minimum=minimum, model=model)
    table, step = here.table, _step(here.table)
    splits, own = [], None
    before: list[Any] = []
    between: dict[str, list[Level]] = {}
    for name in dict.fromkeys(["none", plan.stratifier, *(by or here.stratifiers())]):
        split = plan.replace(stratifier=name, column_cut=plan.column_cut if name == plan.stratifier else None)
        strata, code = here.strata(split)
        made = _split(here, with_level(table.table, table, split, strata, code, LEVEL), strata, plan, step, minimum)
        splits.append(made)
        between[name] = []
        for other in before if minimum > 1 and name != "none" else []:
            for frame, groups in given_away(table, other, (split, strata, code)):
                between[name] += _split(here, frame, groups, plan, step, minimum).levels
        before += [(split, strata, code)] if name != "none" else []
        own = made if name == plan.stratifier else own
    assert own is not None
    left = joint(here, plan, own, model, step, crossing=minimum <= 1)
    summary = Summary(
        format=FORMAT,
        version=VERSION,
        software=SOFTWARE,
        centre=centre or registry.name,
        measure=Scale(name=SALT.name, low=SALT.low, high=SALT.high, better=SALT.better, unit=SALT.unit, grid=table.grid // step),
        weeks=list(table.weeks),
        n=table.n,
        minimum=minimum,
        splits=splits,
        columns={role: column for role, column in here.roles.items() if column in table.facts},
        ordered=here.orders(),
        model="" if left else model.to_json(),
        suppressed=[left] if left else [],
        synthetic=registry.first.synthetic,
        events=kinds_told(here.first),
    )
    return protected(summary, minimum, between)


def _step(table: Held) -> int:
    """Units of the engine's grid in one of the coarsest grid that holds every score."""
    for grid in [g for g in GRIDS if g < table.grid]:
        step = table.grid // grid
        rest = nw.max_horizontal(*[nw.col(w(week)) % step for week in table.weeks])
        (worst,) = table.table.select(rest.max().alias("rest")).collect("pyarrow").rows()[0]
        if not worst:
            return step
    return 1


def _split(here: Registry, frame: Any, strata: Sized, plan: AnalysisPlan, step: int, minimum: int) -> Split:
    table, weeks = here.table, list(here.table.weeks)
    paired = PAIRED if minimum <= 1 else ()  # they would be taken out again
    pairs = {rule: {week: pairs_of(frame, table, rule, week, step) for week in weeks[1:] or weeks} for rule in paired}
    scores, percent = score_blocks(frame, weeks, step), percent_blocks(frame, weeks)
    facts = {column: _facts(here, frame, column) for column in table.facts}
    courses = courses_of(with_course(frame, weeks, plan, table.grid), plan)
    levels = []
    for level, label, n in groups_of(strata):
        levels.append(
            Level(
                level=level,
                label=label,
                n=n,
                pairs={
                    rule: {str(week): by_level.get(level, []) for week, by_level in found.items()} for rule, found in pairs.items()
                },
                scores=scores.get(level, []),
                percent=percent.get(level, []),
                facts={column: found.get(level, []) for column, found in facts.items()},
                courses={name: found.get(level, []) for name, found in courses.items()},
            )
        )
    return Split(name=strata.name, title=strata.title, cut=strata.cut, levels=levels)


def pairs_of(frame: Any, table: Held, rule: str, week: int, step: int, keys: Sequence[str] = (LEVEL,)) -> dict[Any, list[Pair]]:
    """The pairs of a week under a rule in each level; with several ``keys`` in each combination of their levels."""
    out: dict[Any, list[Pair]] = {}
    names = list(dict.fromkeys([*keys, w(0), w(week)]))
    found = counted(with_rule(frame, table.weeks, rule, week).select(*names), names)
    rows = zip(*[found[name].to_pylist() for name in [*keys, w(0), w(week), N]], strict=True)
    for *level, b, v, n in sorted(rows, key=lambda row: tuple((x is not None, x) for x in row)):
        key = level[0] if len(keys) == 1 else tuple(level)
        out.setdefault(key, []).append((None if b is None else b // step, None if v is None else v // step, n))
    return out


def _facts(here: Registry, frame: Any, column: str) -> ByLevel:
    out: ByLevel = {}
    number = is_numeric(here.first.fact(column))
    held = here.table.values.get(column) if number else here.table.levels.get(column)
    found = counted(frame.select(LEVEL, column), [LEVEL, column])
    for level, value, n in zip(*[found[name].to_pylist() for name in (LEVEL, column, N)], strict=True):
        known = value is not None and value == value
        fact = value if held is None or not known else held[int(value)]
        out.setdefault(level, []).append((None if not known else float(fact) if number else fact, n))
    return {level: sorted(facts, key=lambda fact: (fact[0] is None, fact[0])) for level, facts in out.items()}
