"""When is the first response? Kaplan–Meier, log-rank, restricted mean time."""

from __future__ import annotations

from functools import partial

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Schedule
from aadash.errors import NotComputable
from aadash.formatting import SPELLED, counted, interval, level_name, listing, number, open_above, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Exclusion, Result, TestColumn
from aadash.stats.survival import kaplan_meier, log_rank, restricted_mean

NAN = float("nan")
FOLLOWED = (
    "Time from the first dose to the visit at which the endpoint was first seen; patients who never reach it are censored at their "
    "last score after baseline."
)
OF_STRATA = (
    "Kaplan–Meier with log–log limits, log-rank test between strata, restricted mean time without response up to the last week that "
    "every stratum reaches (one in which everybody has responded sets no end)."
)
OF_ALL = "Kaplan–Meier with log–log limits, restricted mean time without response up to the last week of follow-up."
BEYOND = "The interval of a mean time is computed without its end: a limit beyond it says that the patients are too few to tell."
MEDIAN = "The median is the first visit by which half had responded. Missing scores are never filled in."


def followed_up(s: AnalysisSet, follow: np.ndarray, why: list[tuple[str, np.ndarray]]) -> Accounting:
    """Who is followed, and why the others are not, each counted under the first reason that holds."""
    excluded, left = [], ~follow
    for text, who in why:
        if (left & who).any():
            excluded.append(Exclusion(text, s.n(left & who)))
        left = left & ~who
    return Accounting(len(s.cohort), s.n(follow), tuple(excluded))


def first_response(s: AnalysisSet) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[tuple[str, np.ndarray]]]:
    """Time and event of every patient, who is followed, and who is not and why (boolean arrays)."""
    rule, values = s.rule, s.cohort.values
    weeks = np.array(s.cohort.weeks)
    status = rule.response(s.cohort.baseline, values)[:, 1:]
    hit = status == 1
    event = hit.any(axis=1)
    seen = ~np.isnan(values[:, 1:])
    last = seen.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    time = np.where(event, weeks[1:][np.argmax(hit, axis=1)], weeks[1:][last]).astype(float)
    base = s.cohort.baseline
    why = [
        (f"without a baseline {s.cohort.score}", np.isnan(base)),
        *rule.undefined(base),
        (f"with {rule.label} before the first dose", rule.already(base)),
        (s.reason("with no visit after baseline"), ~seen.any(axis=1)),
    ]
    follow = ~np.logical_or.reduce([w for _, w in why])
    return time, event.astype(int), follow, why


@analysis("When do they first respond?", tests=(TestColumn("p", "log-rank test", "chi2"),))
def time_to_response(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Estimate when the plan's endpoint is first reached, in all patients and in each stratum.

    Table
    -----
    ``variable`` the endpoint; ``variable_level`` "curve": one row per level × week of a response with ``at_risk, events,
    probability`` of a response by then (1 − Kaplan–Meier), ``ci_low, ci_high``; "summary": one row per level with ``n, k``
    (responders), ``median``, the first week by which half had responded, and ``ci_low, ci_high`` (NaN where not reached),
    ``restricted_mean, rm_low, rm_high``
    (weeks without response up to ``tau``; no limits where nobody differs from it) and ``last``, the last week of anybody's
    follow-up; "log-rank": ``chi2, df, p`` over the strata.

    Misleads about the moment: a response is seen at the visit after it came, so curves are late by up to one interval, and
    strata seen on different schedules cannot be compared. A response that is lost again still counts.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    time, event, follow, why = first_response(s)
    if not follow.any():
        raise NotComputable(
            f"There is nobody to follow to {s.rule.symbol}: " + listing([f"{s.n(w)} {text}" for text, w in why if w.any()])
        )
    rows: list[dict] = []
    members = {lv: s.strata.members(lv) & follow for lv in s.levels}
    tau = _horizon([(time[who], event[who]) for who in members.values() if who.any()])
    for level, who in members.items():
        if who.any():
            rows.extend(_level(s, level, time[who], event[who], tau, None if s.weights is None else s.weights[who]))
    test = _log_rank(s, time, event, members)
    if test:
        rows.append(test)
    return Result(
        table(rows, ("at_risk", "events", "probability", "ci_low", "ci_high", "median")),
        followed_up(s, follow, why),
        " ".join([FOLLOWED, OF_STRATA if len(s.levels) > 2 else OF_ALL, BEYOND, MEDIAN]),
        _sentence(s, rows, test),
        doubt.collect(
            Caveat(
                "interval-censored",
                "A response is dated to the visit at which it was seen; it came some time since the visit before.",
                "Read the curve as steps at the visits.",
            ),
            doubt.small(s, follow),
            doubt.attrition(s),
            doubt.no_rule(s),
            doubt.differential(s),
            doubt.no_stratum(s),
            doubt.severity_denominator(s),
            doubt.mixed_arms(s),
            doubt.prognostic(s) if test else doubt.after_baseline(s),
        ),
        labels=s.labels,
        details=Schedule(
            s.cohort.weeks,
            {lv: tuple(s.n(who & (time >= w)) for w in s.cohort.weeks) for lv, who in members.items() if who.any()},
        ),
    )


def _horizon(followed: list[tuple[np.ndarray, np.ndarray]]) -> float:
    """The last time that every group reaches; the curve of one in which all have had the event stays at 0 and sets no end."""
    ends = [time.max() for time, event in followed if not event[time == time.max()].all()]
    return float(min(ends) if ends else max(time.max() for time, _ in followed))


def _level(s: AnalysisSet, level: str, time: np.ndarray, event: np.ndarray, tau: float, counts: np.ndarray | None) -> list[dict]:
    km = kaplan_meier(time, event, s.plan.level, counts)
    n, enrolled = km.n, s.size(level)
    make = partial(row, s.strata.name, level, s.rule.name, enrolled=enrolled, analysed=n)
    out = [
        make(
            variable_level="curve",
            week=int(c["time"]),
            at_risk=int(c["n_risk"]),
            events=int(c["n_event"]),
            probability=1 - c["survival"],
            ci_low=1 - c["ci_high"],
            ci_high=1 - c["ci_low"],
        )
        for c in km.at_events.to_dict("records")
    ]
    try:
        rm = restricted_mean(time, event, tau, s.plan.level, counts)
        mean = rm.mean
        low, high = (rm.ci_low, rm.ci_high) if rm.se > 0 else (NAN, NAN)
    except NotComputable:
        mean = low = high = NAN
    out.append(
        make(
            variable_level="summary",
            week=None,
            n=n,
            k=km.events,
            median=_visit_by(km.median, time, event),
            ci_low=_visit_by(km.median_ci[0], time, event),
            ci_high=_visit_by(km.median_ci[1], time, event),
            restricted_mean=mean,
            rm_low=low,
            rm_high=high,
            tau=tau,
            last=float(time.max()),
        )
    )
    return out


def _visit_by(median: float, time: np.ndarray, event: np.ndarray) -> float:
    """The last week with a response at or before ``median``: where the curve stands at exactly one half between two visits, R
    gives the middle between them, at which nobody was seen."""
    weeks = time[(event == 1) & (time <= median + 1e-9)]
    return float(weeks.max()) if len(weeks) and not np.isnan(median) else float("nan")


def _log_rank(s: AnalysisSet, time: np.ndarray, event: np.ndarray, members: dict[str, np.ndarray]) -> dict | None:
    used = [lv for lv in s.levels[1:] if members[lv].any()]
    if len(used) < 2 or not event[np.logical_or.reduce([members[lv] for lv in used])].any():
        return None
    who = np.logical_or.reduce([members[lv] for lv in used])
    names = np.array([s.strata.levels[c] if c >= 0 else "" for c in s.strata.codes])
    test = log_rank(time[who], event[who], list(names[who]), None if s.weights is None else s.weights[who])
    return row(
        s.strata.name,
        ALL,
        s.rule.name,
        "log-rank",
        None,
        len(s.cohort),
        s.n(who),
        chi2=test.chi2,
        df=float(test.df),
        p=test.p,
    )


def _sentence(s: AnalysisSet, rows: list[dict], test: dict | None) -> str:
    rule = s.rule
    summaries = {r["group1_level"]: r for r in rows if r["variable_level"] == "summary"}
    everyone = summaries[ALL]
    last = max((r["probability"] for r in rows if r["variable_level"] == "curve" and r["group1_level"] == ALL), default=0.0)
    text = f"{everyone['k']} of {counted(everyone['n'], 'patient')} followed reached {rule.symbol}; "
    if np.isnan(everyone["median"]):
        text += "fewer than half had reached it when follow-up ended, so there is no median."
    elif 2 * everyone["k"] < everyone["n"]:  # fewer than half did: the others left before, and are taken to be like those who stayed
        text += (
            "had those followed for less time gone on like the others, half would have reached it by week "
            f"{number(everyone['median'], 0)} ({level_name(s.plan.level)} CI {_limits(everyone, last)})."
        )
    else:
        text += (
            f"half had reached it by week {number(everyone['median'], 0)} ({level_name(s.plan.level)} CI {_limits(everyone, last)})."
        )
    strata = [(lv, r) for lv, r in summaries.items() if lv != ALL]
    if len(strata) > SPELLED:
        reached = sorted((r["median"], s.strata.label(lv)) for lv, r in strata if not np.isnan(r["median"]))
        first = f", first in {reached[0][1]} (week {number(reached[0][0], 0)})" if reached else ""
        tested = f" (log-rank {p_value(test['p'], True)})" if test else ""
        text += f" Half had reached it in {len(reached)} of {len(strata)} strata{first}{tested}."
        return text
    if strata:
        halves = [f"week {number(r['median'], 0)} in {s.strata.within(lv)}" for lv, r in strata if not np.isnan(r["median"])]
        never = [s.strata.within(lv) for lv, r in strata if np.isnan(r["median"])]
        split = s.strata.title.split(" (")[0]
        end = f" (log-rank {p_value(test['p'], True)})." if test else "."
        if halves and never:
            text += f" Median by {split}: {listing(halves)}; not reached in {listing(never)}{end}"
        elif halves:
            text += f" Median by {split}: {listing(halves)}{end}"
        else:
            text += f" Median by {split}: not reached in {listing(never)}{end}"
    return text


def _limits(r: dict, last: float) -> str:
    """The interval of the median, of a curve that comes to ``last``."""
    if np.isnan(r["ci_low"]):
        return "cannot be told"
    if np.isnan(r["ci_high"]):
        return open_above(r["ci_low"], last)
    return interval(r["ci_low"], r["ci_high"], 0)
