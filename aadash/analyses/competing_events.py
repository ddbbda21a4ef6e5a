"""Response when the drug may be stopped first: cumulative incidence beside Kaplan–Meier."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.intercurrent import Intercurrent, intercurrent_events
from aadash.analyses.not_recorded import last_came
from aadash.analyses.registry import analysis
from aadash.analyses.time_to_response import first_response, followed_up
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import counted, p_value, percent
from aadash.levels import ALL, Level
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.competing import cumulative_incidence, gray_test
from aadash.stats.survival import kaplan_meier

METHOD = (
    "Time to the first visit with the endpoint; leaving first ({leaving}) is a competing event, after which a response no longer "
    "counts. Cumulative incidence by Aalen and Johansen (1978) with Aalen's variance and log–log limits; Gray's test between strata "
    "(1988, doi:10.1214/aos/1176350951). One minus Kaplan–Meier with leaving censored stands beside it: it answers what would be if "
    "nobody left and those who did had responded like those who stayed."
)


@analysis("How many respond before they leave?", tests=(TestColumn("p", "Gray's test", "chi2"),), order=52)
def competing_discontinuation(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Cumulative incidence of the first response with leaving as a competing event.

    Leaving is the week of stopping, or of changing the drug for another, where a column of the file gives it (also of who made no
    visit after baseline), else having no visit after the last one made although more were scheduled: such a patient is at risk no
    longer after his last visit, and counts as gone at the visit that he did not make. A death is leaving too: in its week, or where
    it has none at the last visit made.

    Table
    -----
    ``variable`` the endpoint. ``variable_level`` "curve": a level × week with ``incidence, ci_low, ci_high, left`` (share who left
    first) and ``kaplan_meier``
    (one minus it), ``at_risk, events, leaving``; "summary": ``k`` responders, ``left_k`` who left first, ``n``, and the values at the
    week in question; "gray": ``chi2, df, p``.

    Raises NotComputable where nobody can be followed or nobody leaves.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    time, event, follow, why = first_response(s)
    told = intercurrent_events(s.cohort)
    ends = [e for kind in ("stopping", "switch") if (e := told.get(kind)) is not None and not np.isnan(e.week).all()]
    dated = bool(ends)
    came = np.maximum(time, last_came(s.cohort)) if s.apart else time  # who came without the score has not left
    if dated:
        weeks = [np.where(e.happened & ~np.isnan(e.week), e.week, np.inf) for e in ends]
        leaves = np.minimum.reduce(weeks)
        source = f"the week in the column “{ends[0].column}”" + "".join(f", or that in “{e.column}”" for e in ends[1:])
        died = told.get("death")
        if died is not None and died.happened.any():
            leaves, more = _by_death(s, leaves, died, came)
            source += more
        # who stopped before any further visit has left, in that week
        why[-1] = (why[-1][0], why[-1][1] & ~np.isfinite(leaves))
        follow = ~np.logical_or.reduce([who for _, who in why])
    else:
        leaves = np.where(came < max(s.cohort.weeks), came, np.inf)
        source = "no visit made after the last one, although more were scheduled; it is counted at the first visit that was not made"
    responds = np.where(event == 1, time, np.inf)
    cause = np.where(responds <= leaves, np.where(np.isfinite(responds), 1, 0), 2)
    when = np.where(cause == 1, responds, np.where(cause == 2, leaves, time))
    if not follow.any():
        raise NotComputable(f"There is nobody to follow to {s.rule.symbol}")
    if not (cause[follow] == 2).any():
        raise NotComputable(
            "Nobody left before responding, so the cumulative incidence is one minus Kaplan–Meier",
            fix="Read the time to response, or name the column with the week of stopping “discontinuation week”",
        )
    rows = []
    members = {lv: s.strata.members(lv) & follow for lv in s.levels}
    for level, who in members.items():
        if who.any():
            rows += _level(s, level, when[who], cause[who], int(s.strata.members(level).sum()), dated)
    test = _gray(s, when, cause, members)
    rows += [test] if test else []
    counted_out = followed_up(s, follow, why)
    never = sum(e.n for e in counted_out.excluded if e.reason == s.reason("with no visit after baseline"))
    return Result(
        table(rows, ("incidence", "ci_low", "ci_high", "left", "kaplan_meier", "k", "left_k", "n", "chi2", "df", "p")),
        counted_out,
        METHOD.format(leaving=source),
        _sentence(s, rows, test, never),
        doubt.collect(
            None
            if dated
            else Caveat(
                "leaving-inferred",
                "The file does not say when the drug was stopped: who has no later visit is taken to have left.",
                "Add a column “discontinuation week”; a patient whose next visit has not come yet has not left.",
                "warning",
            ),
            _afterwards(s, follow & (cause == 2) & np.isfinite(responds)),
            doubt.no_rule(s),
            doubt.small(s),
            doubt.prognostic(s) if test else None,
        ),
        labels=s.labels,
    )


def _by_death(s: AnalysisSet, leaves: np.ndarray, died: Intercurrent, came: np.ndarray) -> tuple[np.ndarray, str]:
    """The weeks of leaving with the deaths among them, and where these stand. A death without a week is placed at the last visit that
    was made, unless that is the last of all, after which there is nobody to follow."""
    at = np.where(died.happened, died.week, np.inf)
    said = f", or that of death in “{died.column}”" if (~np.isnan(at) & np.isfinite(at)).any() else ""
    undated = np.isnan(at) & ~np.isfinite(leaves) & (came < max(s.cohort.weeks))
    if undated.any():
        said += f", or for a death without a week in “{died.column}” the last visit made"
    return np.fmin(leaves, np.where(np.isnan(at), np.where(undated, came, np.inf), at)), said


def _afterwards(s: AnalysisSet, who: np.ndarray) -> Caveat | None:
    """Patients who reached the endpoint after the week of stopping."""
    n = int(who.sum())
    if not n:
        return None
    return Caveat(
        "response-after-leaving",
        f"{counted(n, 'patient')} {'has' if n == 1 else 'have'} {s.rule.symbol} only at a visit after the week of leaving. In this "
        "analysis that is leaving first.",
        "Check the week of stopping and whether another drug was given; “Time to response” counts every response.",
        "warning",
    )


def _level(s: AnalysisSet, level: Level, when: np.ndarray, cause: np.ndarray, enrolled: int, dated: bool) -> list[dict]:
    """The curve of a level and its values at the week in question. Leaving that is not ``dated`` came after the last visit made."""
    found, km = cumulative_incidence(when, cause, s.plan.level), kaplan_meier(when, (cause == 1).astype(int), s.plan.level).curve
    times, alone = found.curve["time"].to_numpy(), 1 - km["survival"].to_numpy()
    gone = found.curve["competing_incidence"].to_numpy()
    n, out, week = len(when), [], s.plan.at_week(s.cohort)

    def by(at: float) -> dict[str, float]:
        last, left = np.searchsorted(times, at, side="right"), np.searchsorted(times, at, side="right" if dated else "left")
        if not last:  # nobody has responded or left yet
            return {"incidence": 0.0, "ci_low": float("nan"), "ci_high": float("nan"), "left": 0.0, "kaplan_meier": 0.0}
        c = found.curve.iloc[last - 1]
        stats = {key: float(c[key]) for key in ("incidence", "ci_low", "ci_high")}
        return {**stats, "left": float(gone[left - 1]) if left else 0.0, "kaplan_meier": float(alone[last - 1])}

    before = 0.0
    for at in times if dated else s.cohort.followup_weeks:
        events = int(((cause == 1) & (when == at)).sum())
        leaving = int(((cause == 2) & ((when == at) if dated else (when >= before) & (when < at))).sum())
        if events or leaving:
            counts = {"at_risk": int((when >= at).sum()), "events": events, "leaving": leaving}
            out.append(row(s.strata.name, level, s.rule.name, "curve", int(at), enrolled, n, **by(at), **counts))
        before = at
    counts = {"k": found.events, "left_k": found.competing, "n": n}
    out.append(row(s.strata.name, level, s.rule.name, "summary", week, enrolled, n, **by(week), **counts))
    return out


def _gray(s: AnalysisSet, when: np.ndarray, cause: np.ndarray, members: dict[Level, np.ndarray]) -> dict | None:
    used = [lv for lv in s.levels[1:] if members[lv].any()]
    who = np.logical_or.reduce([members[lv] for lv in used]) if used else np.zeros(len(when), dtype=bool)
    if len(used) < 2 or not (cause[who] == 1).any():
        return None
    test = gray_test(when[who], cause[who], list(s.strata.codes[who]))
    return row(s.strata.name, ALL, s.rule.name, "gray", None, len(when), int(who.sum()), chi2=test.chi2, df=float(test.df), p=test.p)


def _sentence(s: AnalysisSet, rows: list[dict], test: dict | None, never: int) -> str:
    everyone = next(r for r in rows if r["variable_level"] == "summary" and r["group1_level"] is ALL)
    rule = s.rule
    text = (
        f"Of {counted(int(everyone['n_analysed']), 'patient')} followed, {percent(everyone['incidence'])} have responded "
        f"({rule.symbol}) before leaving by week {everyone['week']} and {percent(everyone['left'])} have left first. "
        f"One minus Kaplan–Meier, which takes those who left as if they could still respond, says {percent(everyone['kaplan_meier'])}."
    )
    gray = f"Gray's test between strata: {p_value(test['p'], True)}." if test else ""
    return " ".join(filter(None, [text, _neither(s, never), gray]))


def _neither(s: AnalysisSet, never: int) -> str:
    """Who has neither responded nor left."""
    if not never:
        return ""
    if s.apart:
        return f"{counted(never, 'patient')} without {s.cohort.score} after baseline count{'s' if never == 1 else ''} for neither."
    return f"{counted(never, 'patient')} with no visit after baseline count{'s' if never == 1 else ''} for neither."
