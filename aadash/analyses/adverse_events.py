"""Which adverse events were seen, in how many patients, how often and when? Table 2."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.event_doubts import event_doubts
from aadash.analyses.event_records import (
    OF_INTEREST,
    YEAR_IN_WEEKS,
    Events,
    event_like,
    has_events,
    of_interest,
    records,
    unnamed,
    untold,
)
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import EventList
from aadash.errors import NotComputable
from aadash.events import says_outcome
from aadash.formatting import count, counted, interval, listing, number, percent
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Exclusion, Result
from aadash.stats.descriptive import quartiles
from aadash.stats.proportions import wilson
from aadash.stats.rates import none_seen, poisson_rate

METHOD = (
    "A patient with several events of one kind is counted once for that kind; events are counted too. Percentages are of the patients "
    "at risk, with Wilson's interval. Rates are events per 100 patient-years with exact Poisson intervals (Garwood 1936); time at "
    "risk ends with the last visit that has a score, or with a later event. Of what was not seen, the one-sided upper limit "
    "1 − (1 − level)^(1/n) (the rule of three: Hanley & Lippman-Hand 1983)."
)
NAN = float("nan")
_STATISTICS = (
    *("k", "n", "proportion", "ci_low", "ci_high", "upper_if_none", "events", "patient_years", "rate", "rate_low", "rate_high"),
    *("worst_grade", "onset_median", "onset_min", "onset_max"),
)


@analysis("Which adverse events were seen?", order=90)
def adverse_events(cohort: Cohort, plan: AnalysisPlan, scope: str = "emergent") -> Result:
    """Count adverse events by patient and by event, for all patients at risk and in each stratum.

    ``scope``: "emergent" leaves out events that the file or their date puts before the first dose (an event without a date
    stays in, and is counted in a caveat); "all" counts every one.

    Table
    -----
    One row per level × kind of event. ``variable`` is "any", "serious", "related", "severe" (grade 3 or worse), "fatal" (by its
    outcome, its grade 5 or its name), "stopped" (the drug was withdrawn), "class", "term", "worst_grade", "outcome", "action" or
    "of_interest", ``variable_level`` the class, term, grade, outcome, action or kind. Columns: ``k`` patients with it of ``n`` at
    risk, ``proportion`` with Wilson limits ``ci_low, ci_high``, ``upper_if_none`` (where k is 0 and the file tells it of every
    event), ``events``, ``patient_years``, ``rate`` and its exact limits ``rate_low, rate_high`` (events per 100 patient-years),
    ``worst_grade`` seen, ``onset_median, onset_min, onset_max`` (weeks). "serious", "related", "severe", "fatal" and "stopped" are
    there only where the file records them; NaN where a statistic does not apply, as ``events`` of "worst_grade", which is of
    patients: of an event of grade 1 and one of grade 3 the worse counts, and where the file says only that there was an event, who
    may have had several. Where it says no more of any, there is no row of a term or of an event of interest.

    Details: ``classes`` (term → class), ``from_list``, ``scope``.

    Raises NotComputable when the file says nothing about events, or nobody was at risk. Misleads as every list of what was
    *noticed* does: a clinic that asks finds more, and without a control group no event is known to be caused by the drug.
    """
    s = AnalysisSet.of(cohort, plan)
    if not has_events(s.cohort):
        like = event_like(s.cohort)
        raise NotComputable(
            "The file holds no list of adverse events, which does not say that there were none",
            expected="a list with one row per event (patient, event, grade, date), or a column with the events of each patient",
            fix=_name_them(like) if like else "",
        )
    events = records(s.cohort, scope)
    if not events.at_risk.any():
        raise NotComputable("Nobody in this selection was treated, so nobody was at risk", fix="Widen the filters")
    levels = [lv for lv in s.levels if (s.strata.members(lv) & events.at_risk).any()]
    rows = [_row(s, events, level, *kind) for kind in _kinds(events) for level in levels]
    at_risk = int(events.at_risk.sum())
    excluded = (Exclusion("who were not treated", len(s.cohort) - at_risk),) if at_risk < len(s.cohort) else ()
    terms = events.frame[~unnamed(events.frame)].drop_duplicates("term")
    return Result(
        table(rows, _STATISTICS),
        Accounting(len(s.cohort), at_risk, excluded),
        METHOD,
        _sentence(s, events, rows),
        doubt.collect(
            *event_doubts(s, events, scope, rated=any(not np.isnan(r.get("rate", NAN)) for r in rows)),
            doubt.mixed_arms(s),
            doubt.no_stratum(s),
            doubt.small(s, events.at_risk),
        ),
        labels=s.labels,
        details=EventList(
            {t: c for t, c in zip(terms["term"], terms["system_organ_class"], strict=True) if c is not None}, events.from_list, scope
        ),
    )


def _name_them(columns: list[str]) -> str:
    """What to do where columns look like events."""
    named = listing([f"“{c}”" for c in columns])
    if len(columns) == 1:
        return f"The column {named} may speak of some: write each patient's events in one column “adverse events”"
    return f"The columns {named} may speak of some: write each patient's events in one column “adverse events”"


#: variable, variable_level, which events belong to it.
Kind = tuple[str, str | None, np.ndarray]


def _kinds(events: Events) -> list[Kind]:
    f = events.frame
    out: list[Kind] = [("any", None, np.ones(len(f), dtype=bool))]
    for flag in ("serious", "related", "stopped"):
        if any(v is not None for v in f[flag]):
            out.append((flag, None, np.array([v is True for v in f[flag]], dtype=bool)))
    grade = f["grade"].to_numpy(dtype=float)
    graded = bool((~np.isnan(grade)).any())
    fatal = f["fatal"].to_numpy(dtype=bool)
    if fatal.any() or any(map(says_outcome, f["outcome"])):
        out.insert(1, ("fatal", None, fatal))
    if graded:
        out.append(("severe", None, grade >= 3))
    for column, variable in (("system_organ_class", "class"), ("term", "term")):
        for name in _by_patients(f, column):
            out.append((variable, name, (f[column] == name).to_numpy(dtype=bool)))
    if graded:
        worst = pd.Series(grade).groupby(f["who"].to_numpy()).transform("max").to_numpy()
        out += [("worst_grade", f"{g:g}", worst == g) for g in np.unique(worst[~np.isnan(worst)])]
    for name in _by_patients(f, "outcome"):
        out.append(("outcome", name, (f["outcome"] == name).to_numpy(dtype=bool)))
    for name in _by_patients(f, "action"):
        out.append(("action", name, (f["action"] == name).to_numpy(dtype=bool)))
    serious_known = any(v is not None for v in f["serious"])
    for name, pattern in OF_INTEREST.items():
        if (pattern is not None or serious_known) and not (len(f) and unnamed(f).all()):
            out.append(("of_interest", name, of_interest(f, name)))
    return out


def _by_patients(frame: pd.DataFrame, column: str) -> list[str]:
    """Texts of a column, those of most patients first, then by name."""
    seen = frame[frame[column].notna() & (frame[column] != "")]
    patients = seen.groupby(seen[column].astype(str))["who"].nunique()
    return sorted(map(str, patients.index), key=lambda name: (-int(patients[name]), name))


def _row(s: AnalysisSet, events: Events, level: str, variable: str, name: str | None, which: np.ndarray) -> dict:
    members = s.strata.members(level)
    at_risk = members & events.at_risk
    n = int(at_risk.sum())
    theirs = at_risk[events.frame["who"].to_numpy(dtype=int)]
    found, known = events.frame[which & theirs], not unnamed(events.frame[which & theirs]).any()
    told = not (untold(events.frame, variable, name) & theirs).any()
    k = found["who"].nunique()
    ci = wilson(k, n, s.plan.level)
    stats: dict[str, object] = {"k": k, "n": n, "proportion": ci.estimate, "ci_low": ci.low, "ci_high": ci.high}
    stats["upper_if_none"] = NAN if k or not told else none_seen(n, s.plan.level)
    years = float(np.nansum(events.weeks[at_risk])) / YEAR_IN_WEEKS
    timed = years > 0 and known and not np.isnan(events.weeks[at_risk]).any() and variable not in ("worst_grade", "outcome", "action")
    stats |= {"events": len(found) if known and variable != "worst_grade" else NAN, "patient_years": years if timed else NAN}
    if timed:
        rate = poisson_rate(len(found), years / 100, s.plan.level)
        stats |= {"rate": rate.estimate, "rate_low": rate.low, "rate_high": rate.high}
    onset = found["onset_week"].dropna().to_numpy(dtype=float)
    grades = found["grade"].dropna()
    stats |= {
        "worst_grade": float(grades.max()) if len(grades) else NAN,
        "onset_median": quartiles(onset)[1],
        "onset_min": float(onset.min()) if len(onset) else NAN,
        "onset_max": float(onset.max()) if len(onset) else NAN,
    }
    return row(s.strata.name, level, variable, name, None, int(members.sum()), n, **stats)


def _sentence(s: AnalysisSet, events: Events, rows: list[dict]) -> str:
    everyone = [r for r in rows if r["group1_level"] == s.levels[0]]
    any_ = everyone[0]
    level = f"{100 * s.plan.level:.4g} % CI"
    if not any_["k"]:
        return (
            f"No adverse event is recorded in {counted(any_['n'], 'patient')}; a risk of up to {percent(any_['upper_if_none'])} "
            f"would still be compatible with that (one-sided {100 * s.plan.level:.4g} % limit)."
        )
    text = (
        f"An adverse event is recorded in {count(any_['k'], any_['n'])} of the patients at risk "
        f"({level} {interval(100 * any_['ci_low'], 100 * any_['ci_high'])} %)"
    )
    if not np.isnan(any_["events"]):
        text += f", {counted(any_['events'], 'event')} in all"
        if not np.isnan(any_.get("rate", NAN)):
            text += f": {number(any_['rate'])} per 100 patient-years ({level} {interval(any_['rate_low'], any_['rate_high'])})"
    terms = [r for r in everyone if r["variable"] == "term"][:3]
    text += ". Most often " + listing([f"{r['variable_level']} ({r['k']})" for r in terms]) + "." if terms else "."
    serious = [r for r in everyone if r["variable"] == "serious"]
    if serious:
        r = serious[0]
        if r["k"]:
            text += f" Serious: {count(r['k'], r['n'])}."
        elif np.isnan(r["upper_if_none"]):
            text += " None is said to be serious."
        else:
            text += f" None was serious (upper limit {percent(r['upper_if_none'])})."
    fatal = [r for r in everyone if r["variable"] == "fatal"]
    if fatal and fatal[0]["k"]:
        text += f" Fatal: {count(fatal[0]['k'], fatal[0]['n'])}."
    elif fatal and all(map(says_outcome, events.frame["outcome"])):
        text += " None was fatal."
    return text
