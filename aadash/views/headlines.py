"""The headline of a chart: what it shows, in one line, from the same numbers."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from aadash.endpoints import endpoint
from aadash.formatting import counted, listing, number, percent
from aadash.levels import ALL, Level, Pair
from aadash.result import Result, best_mean

#: A stratum of fewer is not named: the highest and the lowest of many rates are those of the smallest strata, by chance.
NAMED = 10


def response(result: Result, endpoint: str, symbol: str, week: int) -> str:
    """ "At week 36, 80 % of patchy and 45 % of ophiasis have SALT75": the highest and the lowest stratum, or everyone.
    Strata of fewer than :data:`NAMED` are passed over, and that is said where one of them has the highest or the lowest rate."""
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
        if one["n"] == 1:
            return f"At week {week}, one patient can be assessed for {symbol}"
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
    few = strata.loc[strata["n"].between(1, NAMED - 1), "rate"]
    beyond = ((few > best["rate"]) | (few < worst["rate"])).any()
    among = f" (strata of {NAMED} patients or more)" if beyond else ""
    if some:
        return f"At week {week}, {high} and {low} have {symbol}, of those who can be assessed{among}"
    return f"At week {week}, {high} and {low} have {symbol}{among}"


def panel(result: Result, level: Level) -> str:
    """ "Group A (SALT > 50), n = 83": what stands over the panel of one stratum, or of everyone."""
    names = result.labels
    n = names.counts[names.levels.index(level)] if isinstance(level, str) else result.accounting.enrolled
    return f"{names.label(level)}, n = {n}"


def _name(result: Result, level: Level) -> str:
    """A stratum by its short name, unless letters are left out of it."""
    short = result.labels.short(level)
    return result.labels.label(level) if "…" in short else short


def endpoints(result: Result, week: int) -> str:
    """ "At week 36, Group B is ahead in 7 of 7 endpoints", of two strata; of everybody the easiest and the hardest."""
    plain, used = f"Every endpoint at week {week}", result.labels.used
    t = result.rows(week=week)
    if len(used) == 2:
        rates, n = (t.pivot(index="variable", columns="group1_level", values=c) for c in ("rate", "n"))
        if not {*used} <= {*rates} or (n[[*used]] < NAMED).any(axis=None):
            return plain
        ahead = {lv: int((rates[lv] > rates[other]).sum()) for lv, other in zip(used, used[::-1], strict=True)}
        first, second = sorted(used, key=ahead.__getitem__, reverse=True)
        if not ahead[first]:
            return plain
        if ahead[first] == ahead[second]:
            x, y = (_name(result, lv) for lv in used)
            return f"At week {week}, {x} and {y} are each ahead in {ahead[first]} of {len(rates)} endpoints"
        return f"At week {week}, {_name(result, first)} is ahead in {ahead[first]} of {len(rates)} endpoints"
    t = t[[level is ALL for level in t["group1_level"]]].sort_values("rate", kind="stable")
    if used or len(t) < 2 or (t["n_analysed"] < t["n_enrolled"]).any() or (t["n"] < NAMED).any():
        return plain
    (low, hard), (high, easy) = ((percent(r["rate"], 0), endpoint(r["variable"]).symbol) for _, r in t.iloc[[0, -1]].iterrows())
    return f"At week {week}, {high} of all patients have {easy} and {low} have {hard}"


def events(result: Result) -> str:
    """ "An adverse event is recorded in 16 % of Group A and 21 % of Group B", of two strata or everybody."""
    used: tuple[Level, ...] = result.labels.used if len(result.labels.used) == 2 else (ALL,)
    t = result.rows(variable="any")
    rows = {r["group1_level"]: r for r in t.to_dict("records") if r["n"] >= NAMED}
    if not all(lv in rows for lv in used) or not rows.get(ALL, {"k": 0})["k"]:
        return "Patients with each event"
    a, b = (percent(rows[lv]["k"] / rows[lv]["n"], 0) for lv in (used[0], used[-1]))
    if len(used) == 1:
        return f"An adverse event is recorded in {a} of the patients"
    x, y = (_name(result, lv) for lv in used)
    return f"An adverse event is recorded in {a} of {x} and {b} of {y}"


def predictors(result: Result) -> str:
    """ "SALT75 at week 36 goes with Disease duration, all else equal", of ``predictors``; that none stands out."""
    t, outcome = result.table[result.table["role"].isin(["level", "slope"])], result.details.outcome
    if t["adj_p"].isna().any():
        return f"What goes with {outcome}"
    clear = dict.fromkeys(t.loc[t["adj_p"] <= result.plan.alpha, "variable"])
    if not clear:
        return f"No predictor of {outcome} stands out, all else equal"
    titles = {v: result.details.titles[v].split(" (")[0] for v in clear}
    whole = result.rows(role="overall").set_index("variable")["adj_p"]
    names = []
    for v in clear:  # one level stands out and not the fact as a whole: the level is named
        if whole.get(v, 0.0) > result.plan.alpha:
            names += [
                f"{titles[v]}: {r.variable_level}" for r in t[(t["variable"] == v) & (t["adj_p"] <= result.plan.alpha)].itertuples()
            ]
        else:
            names.append(titles[v])
    return f"{outcome} goes with {listing(names)}, all else equal"


def beside_published(result: Result) -> str:
    """ "This cohort less published rates: −1.5 to 3.4 percentage points, at the nearest visit", of ``published_rates``."""
    apart = 100 * result.rows(kind="published")["difference"].dropna()
    if apart.empty:
        return "This cohort less each published rate, at the nearest visit"
    a, b = number(apart.min()), number(apart.max())
    if a == b:
        return f"This cohort less published rates: {a} percentage points, at the nearest visit"
    return f"This cohort less published rates: {a} to {b} percentage points, at the nearest visit"


def course(result: Result, week: int, otherwise: str = "", together: bool = False) -> str:
    """ "By week 36, mean SALT goes from 84.6 to 33.5 in Group A and from 18.1 to 2.8 in Group B"; of everyone unless there are two
    strata, or ``together``; ``otherwise``, or what is drawn, where there is nothing to say."""
    names, score = result.labels, result.measure.name
    whom = f"those with {score}" if result.apart else "those seen"
    used = names.used if len(names.used) == 2 and not together else (ALL,)
    said, fewer, carried = [], False, False
    for level in used:
        t = result.rows(variable="salt", group1_level=level)
        first, last = t[(t["week"] == 0) & (t["n"] > 0)], t[(t["week"] == week) & (t["n"] > 0)]
        if first.empty or last.empty or not week:
            return otherwise or f"{score} of every patient, with the means in bold"
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
            return f"By week {week}, mean {score} of {whom} goes from {said[0][0]} to {said[0][1]}"
        return f"By week {week}, mean {score} goes from {said[0][0]} to {said[0][1]}"
    (a, b, x), (c, d, y) = said
    if modelled:
        return f"By week {week}, adjusted mean {score} goes from {a} to {b} in {x} and from {c} to {d} in {y}"
    if carried:
        return f"By week {week}, mean {score} with last values carried forward goes from {a} to {b} in {x} and from {c} to {d} in {y}"
    if fewer:
        return f"By week {week}, mean {score} of {whom} goes from {a} to {b} in {x} and from {c} to {d} in {y}"
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


def percent_change(result: Result, week: int) -> str:
    """ "Mean percent change in SALT at week 36: −61.2 % in Group A, −85.2 % in Group B", of ``salt_over_time``; by visit where strata
    are more, or means are not simply those of the values."""
    t = result.rows(variable="percent_change", week=week)
    means = {r["group1_level"]: r["mean"] for r in t.to_dict("records") if r["n"] > 0}
    several = len(result.labels.used) > 2  # the curve of everybody is not drawn with theirs
    return (not several and _means(result, means, week, True)) or mean_titles(result)[1]


def changes(result: Result, otherwise: str) -> str:
    """ "Mean change in SALT at week 36: −51.0 points in Group A, −15.2 points in Group B", of ``change_from_baseline``."""
    t = result.rows(week=result.week)
    return _means(result, dict(zip(t["group1_level"], t["mean"], strict=True)), result.week, False) or otherwise


def _means(result: Result, means: Mapping[Level, float], week: int | None, percents: bool) -> str:
    """What the means are of two strata, or of everybody; "" where there is no week, or the rule for missing visits moves them."""
    names, score = result.labels, result.measure.name
    used: tuple[Level, ...] = names.used if len(names.used) == 2 else (ALL,)
    if not week or result.plan.missing in ("locf", "mixed") or any(np.isnan(means.get(lv, np.nan)) for lv in used):
        return ""
    a, b = (f"{number(means[lv])} %" if percents else result.measure.amount(means[lv]) for lv in (used[0], used[-1]))
    if len(used) == 1:
        return f"Mean percent change in {score} at week {week}: {a}" if percents else f"Mean change in {score} at week {week}: {a}"
    x, y = (_name(result, lv) for lv in used)
    if percents:
        return f"Mean percent change in {score} at week {week}: {a} in {x}, {b} in {y}"
    return f"Mean change in {score} at week {week}: {a} in {x}, {b} in {y}"


def between(result: Result, otherwise: str) -> str:
    """How far two strata are apart, of ``between_strata`` and ``responders_between``; of more, how many pairs differ."""
    used, week, rule = result.labels.used, result.week, endpoint(result.plan.endpoint)
    if len(used) != 2:
        return differences(result, otherwise)
    t = result.rows(week=week)
    if result.analysis == "between_strata" and result.plan.missing in ("locf", "mixed"):
        return otherwise
    if result.analysis == "between_strata":
        what, apart = f"Percent change in {result.measure.name}", t["difference"]
    else:
        what, apart = rule.symbol, 100 * t.loc[t["variable"] == rule.name, "risk_difference"] if "risk_difference" in t else t["p"][:0]
    if apart.empty or np.isnan(apart.iloc[0]):
        return otherwise
    (x, y), points = (_name(result, lv) for lv in used), number(apart.iloc[0])
    return f"{what} at week {week}, {x} less {y}: {points} percentage points"


def time_to(result: Result, symbol: str) -> str:
    """ "Half of Group A have reached SALT75 by week 36, half of Group B by week 16", of two strata or everybody; what is drawn where
    fewer than half did."""
    plain, used = f"Share who have reached {symbol}", result.labels.used or (ALL,)
    t = result.rows(variable_level="summary")
    rows = {r["group1_level"]: r for r in t.to_dict("records") if 2 * r["k"] >= r["n"] > 0 and not np.isnan(r["median"])}
    if len(used) > 2 or not all(lv in rows for lv in used):
        return plain
    a, b = (number(rows[lv]["median"], 0) for lv in (used[0], used[-1]))
    if len(used) == 1:
        return f"Half of the patients have reached {symbol} by week {a}"
    x, y = (_name(result, lv) for lv in used)
    return f"Half of {x} have reached {symbol} by week {a}, half of {y} by week {b}"


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
