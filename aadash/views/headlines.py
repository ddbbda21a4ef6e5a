"""The headline of a chart: what it shows, in one line, from the same numbers."""

from __future__ import annotations

from aadash.formatting import counted, percent
from aadash.levels import ALL, Level, Pair
from aadash.result import Result, best_mean

#: A stratum of fewer is not named: the highest and the lowest of many rates are those of the smallest strata, by chance.
NAMED = 10


def response(result: Result, endpoint: str, symbol: str, week: int) -> str:
    """ "At week 36, 80 % of patchy and 45 % of ophiasis have SALT75": the highest and the lowest stratum, or everyone.
    Strata of fewer than :data:`NAMED` are passed over."""
    rows = result.rows(variable=endpoint, week=week)
    strata = rows[[isinstance(level, str) and level in result.labels.levels for level in rows["group1_level"]]]
    many = strata[strata["n"] >= NAMED]
    ranked = many.sort_values("rate", kind="stable").to_dict("records")
    alike = len(ranked) > 1 and percent(ranked[0]["rate"], 0) == percent(ranked[-1]["rate"], 0)
    if len(ranked) < 2 or (alike and len(many) < (strata["n"] > 0).sum()):
        everyone = rows[[level is ALL for level in rows["group1_level"]]]
        if everyone.empty or not everyone["n"].iloc[0]:
            return f"{symbol} by visit"
        one = everyone.iloc[0]
        if one["n_analysed"] < one["n_enrolled"]:
            return f"At week {week}, {percent(one['rate'], 0)} of the {int(one['n'])} patients who can be assessed have {symbol}"
        return f"At week {week}, {percent(one['rate'], 0)} of all patients have {symbol}"
    worst, best = ranked[0], ranked[-1]
    some = any(r["n_analysed"] < r["n_enrolled"] for r in ranked)
    if alike:
        if some:
            return f"At week {week}, {percent(best['rate'], 0)} of each stratum have {symbol}, of those who can be assessed"
        return f"At week {week}, {percent(best['rate'], 0)} of each stratum have {symbol}"
    high, low = (f"{percent(r['rate'], 0)} of {_name(result, r['group1_level'])}" for r in (best, worst))
    if some:
        return f"At week {week}, {high} and {low} have {symbol}, of those who can be assessed"
    return f"At week {week}, {high} and {low} have {symbol}"


def _name(result: Result, level: Level) -> str:
    """A stratum by its short name, unless letters are left out of it."""
    short = result.labels.short(level)
    return result.labels.label(level) if "…" in short else short


def course(result: Result, week: int) -> str:
    """ "By week 36, mean SALT goes from 84.6 to 33.5 in Group A and from 18.1 to 2.8 in Group B"; of everyone unless there are two
    strata."""
    names, score = result.labels, result.measure.name
    used = names.used if len(names.used) == 2 else (ALL,)
    said, fewer, carried = [], False, False
    for level in used:
        t = result.rows(variable="salt", group1_level=level)
        first, last = t[(t["week"] == 0) & (t["n"] > 0)], t[(t["week"] == week) & (t["n"] > 0)]
        if first.empty or last.empty or not week:
            return f"{score} of every patient, with the means in bold"
        fewer = fewer or last["n"].iloc[0] < first["n"].iloc[0]
        carried = carried or last["n_imputed"].iloc[0] > 0
        start, end = (result.measure.number(best_mean({str(k): v for k, v in rows.iloc[0].items()})[0]) for rows in (first, last))
        said.append((start, end, "" if level is ALL else _name(result, level)))
    modelled = adjusted(result)
    if len(said) == 1:
        if modelled:
            return f"By week {week}, adjusted mean {score} goes from {said[0][0]} to {said[0][1]}"
        if carried:
            return f"By week {week}, mean {score} with last values carried forward goes from {said[0][0]} to {said[0][1]}"
        if fewer:
            return f"By week {week}, mean {score} of those seen goes from {said[0][0]} to {said[0][1]}"
        return f"By week {week}, mean {score} goes from {said[0][0]} to {said[0][1]}"
    (a, b, x), (c, d, y) = said
    if modelled:
        return f"By week {week}, adjusted mean {score} goes from {a} to {b} in {x} and from {c} to {d} in {y}"
    if carried:
        return f"By week {week}, mean {score} with last values carried forward goes from {a} to {b} in {x} and from {c} to {d} in {y}"
    if fewer:
        return f"By week {week}, mean {score} of those seen goes from {a} to {b} in {x} and from {c} to {d} in {y}"
    return f"By week {week}, mean {score} goes from {a} to {b} in {x} and from {c} to {d} in {y}"


def adjusted(result: Result) -> bool:
    """Whether the means that are shown of ``salt_over_time`` are the mixed model's."""
    return "adjusted_mean" in result.table and bool(result.table["adjusted_mean"].notna().any())


def mean_titles(result: Result) -> tuple[str, str]:
    """Titles of the curves of ``salt_over_time``: the score, and its change from baseline in percent."""
    score = result.measure.name
    if adjusted(result):
        return f"Adjusted mean {score} by visit", "Adjusted mean change from baseline by visit"
    return f"Mean {score} by visit", "Mean change from baseline by visit"


def differences(result: Result, fallback: str) -> str:
    """ "3 of 10 pairs differ after adjustment"; ``fallback`` where there are no pairs."""
    t = result.rows(week=result.week)
    t = t[[isinstance(level, Pair) for level in t["group1_level"]]]
    p = "p_holm" if "p_holm" in t else "p"
    if "variable" in t and result.analysis == "responders_between":
        t = t[t["variable"] == result.plan.endpoint]
    t = t[t[p].notna()] if len(t) else t
    if t.empty:
        return fallback
    differ = int((t[p] <= result.plan.alpha).sum())
    verb = "differs" if differ == 1 or len(t) == 1 else "differ"
    return f"{differ} of {counted(len(t), 'pair')} {verb} after adjustment, week {result.week}"
