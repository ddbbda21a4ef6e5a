"""Does the response last? First and sustained response, loss, relapse, durability, and types of course."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.courses import RELAPSE_SHARE, TYPE_LABELS, TYPES, Courses, courses_of, relapse_limits
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Courses as CourseDetails
from aadash.errors import NotComputable
from aadash.formatting import count, counted, percent
from aadash.levels import ALL, Level
from aadash.measure import SALT, Measure
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Exclusion, Result
from aadash.stats.proportions import wilson
from aadash.stats.survival import kaplan_meier

METHOD = (
    "First response: the first visit with the endpoint. Sustained: {sustained}. Lost: the first "
    "later visit without the endpoint. Relapse: after a response, {relapse}. Durability: Kaplan–Meier time from the first response "
    "to its loss, censored at the last score; 12 weeks on, of those with another score by then. Rates with Wilson's interval. "
    "Missing scores are not filled in."
)
TYPE_METHOD = (
    "Each patient who can be judged is of one type. Early and late responder: has the endpoint at the last score, and had it "
    "first in "
    "the first or in the second half of follow-up. Response lost again: had it, but not at the last score. Partial "
    "responder: never had it, but SALT has "
    "fallen by 30 % of the baseline or more at the last score. Non-responder: none of these. Rates with Wilson's interval."
)


def relapse_words(measure: Measure) -> str:
    """What a relapse is of this measure, in words."""
    points, across = relapse_limits(measure)
    name = measure.name
    rise = measure.in_units(points)
    if measure.higher_is_better:
        text = f"{name} {rise} below the best value, or below {across:g} after having been at {across:g} or above"
    else:
        text = f"{name} {rise} above the best value, or above {across:g} after having been at {across:g} or below"
    if measure.name == SALT.name:
        return text
    if measure.unit == "grades":  # the next whole grade
        return f"{text} (from {100 * RELAPSE_SHARE:g} % of its range on, as for scalp hair loss; no trial has set it)"
    return f"{text} ({100 * RELAPSE_SHARE:g} % of its range, as for scalp hair loss; no trial has set it)"


@analysis("Does the response last?", order=60)
def sustained_response(cohort: Cohort, plan: AnalysisPlan, held_weeks: int = 0) -> Result:
    """How many respond at any time, keep it, lose it, relapse, and for how long it holds.

    ``held_weeks`` states how long a sustained response holds: 0 for two visits in a row, else the endpoint at every visit made from
    one on until a visit at least so many weeks later.

    Table
    -----
    ``variable`` the endpoint; a level and ``variable_level`` "any visit" (of those followed), "at the week" (of those seen then),
    "sustained" (of those followed), "lost", "relapsed" (of first responders seen again): ``k, n, rate, ci_low, ci_high``;
    "durability": ``median`` weeks that a response holds (NaN where fewer than half lose it) with ``median_low, median_high, k``
    lost, ``n`` responders seen again, ``n_12`` of them within 12 weeks, ``held_12`` the share of these that still holds
    it then (NaN where nobody is followed so far).

    Raises NotComputable when nobody can be followed. A response at any visit is always more frequent than one at the week.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    if not 0 <= held_weeks <= 520:
        raise NotComputable(f"A response cannot be asked to hold {held_weeks} weeks", expected="0 (two visits in a row) to 520")
    c = courses_of(s, held_weeks)
    if not c.follow.any():
        raise NotComputable(f"Nobody can be followed to {s.rule.symbol}", fix="Choose another endpoint")
    rows = [r for level in s.levels for r in _level(s, c, level)]
    sustained = (
        f"at every score from one on until one at least {counted(held_weeks, 'week')} later"
        if held_weeks
        else "at that visit and at the next one with a score"
    )
    return Result(
        table(rows, ("k", "n", "rate", "ci_low", "ci_high", "median", "median_low", "median_high", "n_12", "held_12")),
        _accounting(s, c),
        METHOD.format(sustained=sustained, relapse=relapse_words(s.cohort.measure)),
        _sentence(s, rows, held_weeks),
        doubt.collect(_last_visit(c, held_weeks), doubt.attrition(s), doubt.no_rule(s), doubt.small(s, c.follow)),
        labels=s.labels,
        details=CourseDetails(s.cohort.score, s.cohort.weeks, s.cohort.values, s.strata.codes, s.cohort.salt.index),
    )


def _accounting(s: AnalysisSet, c: Courses) -> Accounting:
    base, rule = s.cohort.baseline, s.rule
    left, out = ~c.follow, []
    why = [
        (f"without a baseline {s.cohort.score}", np.isnan(base)),
        *rule.undefined(base),
        (f"with {rule.label} before the first dose", rule.already(base)),
        (s.reason("with no visit after baseline"), np.ones(len(base), dtype=bool)),
    ]
    for reason, who in why:
        if (left & who).any():
            out.append(Exclusion(reason, int((left & who).sum())))
        left = left & ~who
    return Accounting(len(base), int(c.follow.sum()), tuple(out))


def _level(s: AnalysisSet, c: Courses, level: Level) -> list[dict]:
    who = s.strata.members(level) & c.follow  # type: ignore[arg-type]
    if not who.any():
        return []
    j, week = s.cohort.column_index(s.plan.at_week(s.cohort)), s.plan.at_week(s.cohort)
    ever, again = ~np.isnan(c.first), c.confirmable
    status = c.status[:, j]
    asked = [
        ("any visit", who, ever, None),
        ("at the week", who & ~np.isnan(status), status == 1, week),
        ("sustained", who, ~np.isnan(c.sustained), None),
        ("lost", who & ever & again, ~np.isnan(c.lost), None),
        ("relapsed", who & ever & again, ~np.isnan(c.relapse), None),
    ]
    enrolled, out = int(s.strata.members(level).sum()), []  # type: ignore[arg-type]
    for name, of, hit, at in asked:
        n, k = int(of.sum()), int((of & hit).sum())
        if n:
            w = wilson(k, n, s.plan.level)
            out.append(
                row(
                    s.strata.name,
                    level,
                    s.rule.name,
                    name,
                    at,
                    enrolled,
                    n,
                    k=k,
                    n=n,
                    rate=w.estimate,
                    ci_low=w.low,
                    ci_high=w.high,
                )
            )
    of = who & ever & again
    if of.any():
        lost = ~np.isnan(c.lost[of])
        km = kaplan_meier(np.where(lost, c.lost[of], c.last[of]) - c.first[of], lost.astype(int), s.plan.level)
        looked = _looked(s, c, of, 12)
        stats = {"median": km.median, "median_low": km.median_ci[0], "median_high": km.median_ci[1], "k": int(lost.sum())}
        stats |= {"n": int(of.sum()), "n_12": int(looked.sum()), "held_12": _held(s, c, looked, 12)}
        out.append(row(s.strata.name, level, s.rule.name, "durability", None, enrolled, int(of.sum()), **stats))
    return out


def _looked(s: AnalysisSet, c: Courses, of: np.ndarray, weeks: int) -> np.ndarray:
    """Who of the responders ``of`` was seen again within so many weeks: a loss is only noticed at a visit."""
    after = np.array(s.cohort.weeks) - np.where(of, c.first, np.nan)[:, None]
    return np.asarray(((after > 0) & (after <= weeks) & ~np.isnan(s.cohort.values)).any(axis=1))


def _held(s: AnalysisSet, c: Courses, of: np.ndarray, weeks: int) -> float:
    """The share of ``of`` that still holds the response so many weeks on (Kaplan–Meier); NaN where nobody is followed so far."""
    if not of.any():
        return float("nan")
    lost = ~np.isnan(c.lost[of])
    curve = kaplan_meier(np.where(lost, c.lost[of], c.last[of]) - c.first[of], lost.astype(int), s.plan.level).curve
    if float(curve["time"].max()) < weeks:
        return float("nan")
    before = curve[curve["time"] <= weeks]
    return float(before["survival"].iloc[-1]) if len(before) else 1.0


def _last_visit(c: Courses, held_weeks: int) -> Caveat | None:
    short = c.last - c.first < held_weeks if held_weeks else ~c.confirmable
    late = int((~np.isnan(c.first) & short & np.isnan(c.lost)).sum())  # of a loss that was seen it is known
    if not late:
        return None
    if held_weeks:
        return Caveat(
            "unconfirmed",
            f"{counted(late, 'patient')} responded first less than {held_weeks} weeks before their last score and still "
            "had the response then, so nobody knows whether it held so long.",
            "Counted as not sustained; further scores might show otherwise.",
        )
    return Caveat(
        "unconfirmed",
        f"{counted(late, 'patient')} responded first at their last score, so nobody knows whether it lasted.",
        "Counted as not sustained; a further score might show otherwise.",
    )


def _sentence(s: AnalysisSet, rows: list[dict], held_weeks: int) -> str:
    mine = {r["variable_level"]: r for r in rows if r["group1_level"] is ALL}
    rule, ever, kept = s.rule, mine["any visit"], mine["sustained"]
    how = f"at every visit over {counted(held_weeks, 'week')}" if held_weeks else "at two visits in a row"
    text = f"{count(ever['k'], ever['n'])} reached {rule.symbol} at some visit, {count(kept['k'], kept['n'])} {how}"
    if "at the week" in mine:
        text += f"; at week {mine['at the week']['week']} itself {count(mine['at the week']['k'], mine['at the week']['n'])} have it"
    text += "."
    if "lost" in mine:
        text += (
            f" Of those who responded and have a later score, {count(mine['lost']['k'], mine['lost']['n'])} lost it and "
            f"{count(mine['relapsed']['k'], mine['relapsed']['n'])} relapsed."
        )
    durable = mine.get("durability", {})
    if durable and not np.isnan(held := durable["held_12"]):
        if durable["n_12"] == durable["n"]:
            text += f" Twelve weeks after the first response {percent(held)} still hold it."
        elif durable["n_12"] > 1:
            text += f" Of the {durable['n_12']} with another score within 12 weeks, {percent(held)} still held it then."
    return text


@analysis("Which courses are there?", order=61)
def course_types(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Types of course by stated rules: early, late, lost, partial, none.

    Table
    -----
    ``variable`` "course", ``variable_level`` the type: ``k, n, rate, ci_low, ci_high`` for everyone and each level.

    Raises NotComputable when nobody can be followed. The types are rules, not findings: another follow-up time gives others.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    c = courses_of(s)
    if not c.follow.any():
        raise NotComputable(f"Nobody can be followed to {s.rule.symbol}", fix="Choose another endpoint")
    rows: list[dict] = []
    for level in s.levels:
        who = s.strata.members(level) & c.follow
        n, enrolled = int(who.sum()), int(s.strata.members(level).sum())
        for kind in TYPES if n else ():
            k = int((c.kinds[who] == kind).sum())
            w = wilson(k, n, plan.level)
            rows.append(
                row(s.strata.name, level, "course", kind, None, enrolled, n, k=k, n=n, rate=w.estimate, ci_low=w.low, ci_high=w.high)
            )
    told = [f"{TYPE_LABELS[r['variable_level']].lower()} {count(r['k'], r['n'])}" for r in rows if r["group1_level"] is ALL]
    return Result(
        table(rows),
        _accounting(s, c),
        TYPE_METHOD,
        f"Types of course by {s.rule.symbol}: " + "; ".join(told) + ".",
        doubt.collect(_left(s), doubt.no_rule(s), doubt.small(s, c.follow)),
        labels=s.labels,
    )


def _left(s: AnalysisSet) -> Caveat | None:
    """Who left is of a type too, by what was seen of him."""
    gone = doubt.attrition(s)
    said = "They are of the type that their visits show: who left before responding is not among the responders."
    if s.apart:
        said = (
            f"They are of the type that the {s.cohort.score} recorded shows: who might have responded later is not among the "
            "responders."
        )
    return None if gone is None else replace(gone, advice=said)
