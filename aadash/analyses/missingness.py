"""Who was not seen, when, and were they doing worse?"""

from __future__ import annotations

import math

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.formatting import count, counted, differing, level_name, listing, p_value, percent
from aadash.levels import ALL, Level, Total
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.proportions import wilson
from aadash.stats.two_sample import welch_t

METHOD = (
    "A visit is missing when no SALT is recorded at a scheduled week. A patient has left when no later visit is recorded "
    "either; a gap is a missing visit with a later one made. SALT at the visit before is compared between those seen "
    "and those not seen at a week by Welch's t-test; the last SALT of those who stayed to the end and of those who "
    "left likewise."
)
#: The same where patients came to visits at which the score was not recorded.
NOT_RECORDED = (
    "SALT is missing where none is recorded at a scheduled week, whether the patient came or not: other measures of the file have "
    "values at some of these visits. SALT at the visit before is compared between those with and those without one at a week by "
    "Welch's t-test; the last SALT of those who have one at the last visit and of the others likewise."
)


@analysis("Who was not seen, and were they doing worse?")
def missingness(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Describe missing visits, whatever the plan's missing rule.

    Table
    -----
    ``variable`` "missing": one row per level × week with ``missing, gap, left`` (counts), ``rate`` and its Wilson interval
    ``ci_low, ci_high`` (0–1). ``variable`` "complete": one row per level, the share who made every visit as ``rate`` with its
    interval, and how many did not as ``missing``. ``variable`` "previous_salt": one row per follow-up week (level "all")
    comparing SALT at the visit before between those seen (``mean1, n1``) and not seen (``mean2, n2``): ``difference, ci_low,
    ci_high, t, df, p``. ``variable`` "last_salt": the same for the last SALT of those who stayed to the last week and of
    those who left.

    A difference says that the observed are not like the missing; none is no proof that they are.
    """
    s = AnalysisSet.of(cohort, plan.replace(missing="observed"))
    s.require_followup()
    seen = ~np.isnan(s.values)
    later = np.cumsum(seen[:, ::-1], axis=1)[:, ::-1] > 0
    rows = []
    for level in s.levels:
        who = s.strata.members(level)
        for j, week in enumerate(s.cohort.weeks):
            n, missing = int(who.sum()), ~seen[who, j]
            left = int((missing & ~later[who, j]).sum())
            ci = wilson(int(missing.sum()), n, plan.level)
            rows.append(
                row(
                    s.strata.name,
                    level,
                    "missing",
                    None,
                    week,
                    n,
                    int(n - missing.sum()),
                    missing=int(missing.sum()),
                    gap=int(missing.sum()) - left,
                    left=left,
                    rate=ci.estimate,
                    ci_low=ci.low,
                    ci_high=ci.high,
                )
            )
        rows.append(_complete(s, level, seen[who]))
    rows.extend(_previous(s, seen, j) for j in range(1, len(s.cohort.weeks)))
    rows.append(_last(s, seen))
    return Result(
        table(rows),
        s.accounting(np.ones(len(s.cohort), dtype=bool), "", baseline=False),
        NOT_RECORDED if s.apart else METHOD,
        _sentence(s, rows, seen),
        _caveats(s, rows, plan.alpha),
        labels=s.labels,
        question="Of whom is SALT missing, and were they doing worse?" if s.apart else "",
        apart=s.apart,
    )


def _complete(s: AnalysisSet, level: Level | Total, seen: np.ndarray) -> dict:
    whole = int(seen.all(axis=1).sum())
    ci = wilson(whole, len(seen), s.plan.level)
    found = {"rate": ci.estimate, "ci_low": ci.low, "ci_high": ci.high}
    return row(s.strata.name, level, "complete", None, s.cohort.weeks[-1], len(seen), len(seen), missing=len(seen) - whole, **found)


def _compare(s: AnalysisSet, variable: str, week: int | None, stayed: np.ndarray, gone: np.ndarray) -> dict:
    blank = dict.fromkeys(("difference", "ci_low", "ci_high", "t", "df", "p"), float("nan"))
    mean1, mean2 = (float(v.mean()) if len(v) else float("nan") for v in (stayed, gone))
    if min(len(stayed), len(gone)) > 1 and max(np.ptp(stayed), np.ptp(gone)) > 0:
        t = welch_t(stayed, gone, s.plan.level)
        blank = {"difference": t.difference, "ci_low": t.ci_low, "ci_high": t.ci_high, "t": t.t, "df": t.df, "p": t.p}
    return row(
        s.strata.name,
        ALL,
        variable,
        None,
        week,
        len(s.cohort),
        len(stayed) + len(gone),
        mean1=mean1,
        n1=len(stayed),
        mean2=mean2,
        n2=len(gone),
        **blank,
    )


def _previous(s: AnalysisSet, seen: np.ndarray, j: int) -> dict:
    before = s.values[:, j - 1]
    return _compare(s, "previous_salt", s.cohort.weeks[j], before[seen[:, j - 1] & seen[:, j]], before[seen[:, j - 1] & ~seen[:, j]])


def _last(s: AnalysisSet, seen: np.ndarray) -> dict:
    any_visit = seen.any(axis=1)
    position = seen.shape[1] - 1 - np.argmax(seen[:, ::-1], axis=1)
    last = s.values[np.arange(len(seen)), position]
    stayed = seen[:, -1]
    return _compare(s, "last_salt", s.cohort.weeks[-1], last[stayed & any_visit], last[~stayed & any_visit])


def _sentence(s: AnalysisSet, rows: list[dict], seen: np.ndarray) -> str:
    gone, cells = int((~seen).sum()), seen.size
    if not gone:
        visits = f"at every one of the {seen.shape[1]} visits."
        return f"The one patient was seen {visits}" if len(seen) == 1 else f"Every one of the {len(seen)} patients was seen {visits}"
    end = next(r for r in rows if r["variable"] == "missing" and r["group1_level"] == ALL and r["week"] == s.cohort.weeks[-1])
    r, score = rows[-1], s.cohort.score
    if s.apart:  # who has no DLQI at a visit may have come, and have a SALT of it
        text = (
            f"{score} is missing at {gone} of {counted(cells, 'visit')} ({percent(gone / cells)}), at week {end['week']} in "
            f"{count(end['missing'], len(seen))} of the patients."
        )
        return " ".join(filter(None, [text, _last_scores(s, r, came=True)]))
    made = f"{counted(gone, 'visit')} of {cells} ({percent(gone / cells)}) {'was' if gone == 1 else 'were'} not made."
    at_end = (
        f"{end['missing']} of {counted(len(seen), 'patient')} ({percent(end['missing'] / len(seen))}) "
        f"{'was' if end['missing'] == 1 else 'were'} not seen at week {end['week']}."
    )
    return " ".join(filter(None, [made, at_end, _last_scores(s, r, came=False)]))


def _last_scores(s: AnalysisSet, r: dict, came: bool) -> str:
    """How the last scores of the two sides differ; ``came``: who has no score at the end may have come. "" where there is no test."""
    if np.isnan(r["p"]):
        return ""
    score, level, n1, n2 = s.cohort.score, level_name(s.plan.level), r["n1"], r["n2"]
    mean1, mean2, gap = differing(r["mean1"], r["mean2"], r["difference"], s.cohort.measure.digits)
    difference, interval = s.cohort.measure.in_units(gap), s.cohort.measure.interval(r["ci_low"], r["ci_high"])
    p = p_value(r["p"], True, s.plan.alpha)
    return (
        f"The last {score} of those who have one then was {mean1} (n = {n1}) and of the others {mean2} (n = {n2}): a difference of "
        f"{difference} ({level} CI {interval}; {p})."
        if came
        else f"The last {score} of those who stayed was {mean1} (n = {n1}) and of those who left {mean2} (n = {n2}): a difference of "
        f"{difference} ({level} CI {interval}; {p})."
    )


#: From so few absences nothing is concluded.
FEW_ABSENT = 5


def _caveats(s: AnalysisSet, rows: list[dict], alpha: float) -> tuple[Caveat, ...]:
    out: list[Caveat | None] = [doubt.attrition(s), doubt.differential(s)]
    if not math.isnan(rows[-1]["difference"]):
        out.append(
            Caveat(
                "last-observation",
                f"The last {s.cohort.score} of those without one at week {s.cohort.weeks[-1]} is from an earlier week, so part of "
                "that difference may be time."
                if s.apart
                else f"The last {s.cohort.score} of those who left is from an earlier week, so part of that difference may be time.",
                "The table by week compares at the same visit.",
            )
        )
    ahead = s.cohort.measure.improvement
    told = [r for r in rows if r["variable"] == "previous_salt" and r["n2"] > FEW_ABSENT and r["p"] <= alpha]
    worse = [r for r in told if ahead(r["difference"]) > 0]  # seen less not seen: those who were seen had been better
    if worse:
        weeks, score = listing([f"week {r['week']} ({r['n2']} patients)" for r in worse]), s.cohort.score
        out.append(
            Caveat(
                "not-at-random",
                f"Those with {score} at the visit before but not at {weeks} had a worse {score} at the former, so rates among those "
                "who have one are probably too high."
                if s.apart
                else f"Those who came at the visit before but not at {weeks} had a worse {score} at the former, so rates among "
                "those seen are probably too high.",
                "Use non-responder imputation for rates and the mixed model for means.",
                "warning",
            )
        )
    return doubt.collect(*out)
