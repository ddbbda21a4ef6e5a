"""Columns that an engine adds to a registry's table before it counts: a patient's level, course of response, value under a rule."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import narwhals as nw

from aadash.endpoints import endpoint
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.responder_rules import SLACK, PercentImprovement, Reached, SaltGrade
from aadash.summaries.counted import Sized
from aadash.summaries.engine import Held, N, counted, w

LEVEL, COURSE = "aadash_level", "aadash_course"
#: Level → its counts.
ByLevel = dict[str | None, list[Any]]


def with_level(frame: Any, table: Held, plan: AnalysisPlan, strata: Sized, code: Any, name: str) -> Any:
    """The table with the text of each patient's level in the column ``name``; nothing for one without a level."""
    out = nw.lit(None).cast(nw.String)
    if isinstance(code, str):
        column = nw.col(code)
        texts = table.levels.get(code)
        if texts is None:
            out = nw.when(column <= strata.cut).then(nw.lit(strata.levels[0])).otherwise(out)
            out = nw.when(column > strata.cut).then(nw.lit(strata.levels[1])).otherwise(out)
        else:
            for place, text in enumerate(texts):
                out = nw.when(column == place).then(nw.lit(text)).otherwise(out)
    elif code is not None:
        base = nw.col(w(0)).cast(nw.Float64) / table.grid
        known = nw.when(~base.is_null())
        if plan.stratifier == "severity":
            above = nw.when(base > plan.severity_cut).then(nw.lit("A"))
            out = known.then(above.otherwise(nw.lit("B")))
        else:
            middle = nw.when(base >= 50).then(nw.lit("50-94")).otherwise(nw.lit("<50"))
            out = known.then(nw.when(base >= 95).then(nw.lit("95-100")).otherwise(middle))
    return frame.with_columns(out.alias(name))


def groups_of(strata: Sized) -> list[tuple[str | None, str, int]]:
    """Level, label and size, at last of those without a level."""
    groups: list[tuple[str | None, str, int]] = list(zip(strata.levels, strata.labels, strata.sizes, strict=True))
    return [*groups, (None, "", strata.rest)] if strata.rest else groups


def with_rule(frame: Any, weeks: Sequence[int], rule: str, last: int) -> Any:
    """The table with the scores as a rule for missing visits has them, up to the week ``last``."""
    if rule == "complete":
        for week in weeks:
            frame = frame.filter(~nw.col(w(week)).is_null())
    if rule == "locf":
        for before, week in pairwise([week for week in weeks[1:] if week <= last]):
            frame = frame.with_columns(nw.coalesce(w(week), w(before)).alias(w(week)))
    return frame


def with_course(frame: Any, weeks: Sequence[int], plan: AnalysisPlan, grid: int, at: int | None = None) -> Any:
    """The table with each patient's course of response (:class:`aadash.summaries.form.Level`); with ``at`` no more of it than the
    response at that week under the plan's rule, and who missed a visit (:func:`_at_one_week`)."""
    rule, base = endpoint(plan.endpoint, SALT), nw.col(w(0)).cast(nw.Float64)
    value = {week: nw.col(w(week)).cast(nw.Float64) for week in weeks}
    unknown = base.is_null()
    if isinstance(rule, PercentImprovement):
        reached = {week: (base - x) * 100.0 >= base * (rule.threshold - SLACK) for week, x in value.items()}
        unknown = unknown | (base == 0).fill_null(False)
    elif isinstance(rule, Reached):
        reached = {week: x / grid <= rule.threshold + SLACK for week, x in value.items()}
    else:
        assert isinstance(rule, SaltGrade), rule.name
        before, after = _grade(base / grid), {week: _grade(x / grid) for week, x in value.items()}
        reached = {week: (x <= rule.threshold) & (before - x >= rule.gain) for week, x in after.items()}
        unknown = unknown | (before <= rule.threshold).fill_null(False)
    signs = {}
    for week in weeks:
        hit = nw.when(~unknown & reached[week]).then(nw.lit("1")).otherwise(nw.lit("0"))
        signs[week] = nw.when(~nw.col(w(week)).is_null()).then(hit).otherwise(nw.lit("-"))
    lead = nw.when(unknown).then(nw.lit("u")).otherwise(nw.lit(""))
    told = signs if at is None else _at_one_week(signs, at, plan.missing == "locf")
    return frame.with_columns(nw.concat_str([lead, *told.values()]).alias(COURSE))


def _at_one_week(signs: Mapping[int, Any], at: int, carried: bool) -> dict[int, Any]:
    """Courses that are as many as there are responses at one week: whoever came to every visit has its sign at each; whoever did not
    has the baseline's and its sign alone, and, if it was missed, the one that is ``carried`` forward at the visit before."""
    weeks = list(signs)
    seen, missed = ~nw.col(w(at)).is_null(), nw.lit("-")
    every = nw.all_horizontal(*[~nw.col(w(week)).is_null() for week in weeks], ignore_nulls=False)
    out = {week: sign if week in (weeks[0], at) else nw.when(every).then(signs[at]).otherwise(missed) for week, sign in signs.items()}
    before = [week for week in weeks[1:] if week < at]
    if carried and before:
        last = missed
        for week in before:
            last = nw.when(~nw.col(w(week)).is_null()).then(signs[week]).otherwise(last)
        out[before[-1]] = nw.when(seen).then(out[before[-1]]).otherwise(last)
    return out


def _grade(salt: Any) -> Any:
    """:meth:`aadash.responder_rules.SaltGrade.grade`, which see."""
    grades = nw.when(salt < 95).then(nw.lit(3.0)).otherwise(nw.lit(4.0))
    for grade, within in ((2.0, salt < 50), (1.0, salt <= 20 + SLACK), (0.0, salt <= SLACK)):
        grades = nw.when(within).then(nw.lit(grade)).otherwise(grades)
    return nw.when(~salt.is_null()).then(grades)


def courses_of(frame: Any, plan: AnalysisPlan) -> dict[str, ByLevel]:
    """Endpoint → the courses in each level."""
    out: ByLevel = {}
    found = counted(frame.select(LEVEL, COURSE), [LEVEL, COURSE])
    for level, text, n in sorted(zip(*[found[name].to_pylist() for name in (LEVEL, COURSE, N)], strict=True), key=lambda row: row[1]):
        out.setdefault(level, []).append((text, n))
    return {endpoint(plan.endpoint, SALT).name: out}
