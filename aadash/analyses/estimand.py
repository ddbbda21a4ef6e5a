"""What exactly is estimated? Population, variable, intercurrent events and summary, as ICH E9(R1) asks for."""

from __future__ import annotations

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.intercurrent import IF_TOLD, LABELS, LIST, Intercurrent, done_for_events, intercurrent_events, label_told, reasons
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.formatting import count, counted, listing
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Result

METHOD = (
    "The attributes of the estimand (ICH E9(R1) 2019, addendum on estimands and sensitivity analysis). The rule for missing visits "
    "follows from how intercurrent events are handled. Treatment-policy: what is seen counts, whatever happened. Composite: the "
    "event is itself a failure. Hypothetical: what would have been seen had it not happened."
)
#: Missing rule → what it does with patients who stop or miss a visit, in a clinic's words.
STRATEGIES = {
    "observed": "whatever happened to the treatment, among the patients who came to the visit",
    "complete": "among the patients who came to every visit",
    "nri": "counting a patient who did not come to the visit as not responding",
    "locf": "taking the last value seen after baseline in place of a visit that was not made",
    "mixed": "as if patients who left had gone on like patients of their group who stayed",
}


def _of_the_score(score: str) -> dict[str, str]:
    """The same where patients came to visits at which the score was not recorded."""
    return {
        "observed": f"whatever happened to the treatment, among the patients with {score} at the visit",
        "complete": f"among the patients with {score} at every visit",
        "nri": f"counting a patient without {score} at the visit as not responding",
        "locf": f"taking the last {score} after baseline in place of one that was not recorded",
        "mixed": f"as if patients without {score} had gone on like patients of their group who have one",
    }


#: Strategies that a reader may choose for a responder endpoint: words of a clinic → the rule for missing visits.
CHOICES = {
    "nri": "Stopping or not coming is a failure",
    "observed": "Only what was seen counts",
    "mixed": "As if everyone had gone on with the treatment",
}


@analysis("What exactly is estimated?", order=5)
def estimand(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """The estimand behind the plan: who, what, which intercurrent events, which summary.

    Table
    -----
    One row a kind of intercurrent event (``variable`` "stopping", "rescue", "dose step-down"; "switch", "death" where told;
    "not seen" for the visit itself, "not defined" for an endpoint that somebody's baseline does not allow):
    ``k`` patients to whom it happened
    by the week in question, ``n`` patients, ``dated`` 1 where the file says when, ``recorded`` 0 where no column tells of it and NaN
    where the file does and the sums made of it do not. The sentence holds the whole estimand. It describes a plan; no number of it is
    a result.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    week = plan.at_week(s.cohort)
    events = done_for_events(s.cohort) | intercurrent_events(s.cohort)
    n = len(s.cohort)
    rows = [_row(s, kind, events.get(kind), week, n) for kind in LABELS if kind not in IF_TOLD or kind in events]
    missing = s.at_week.n(np.isnan(s.at_week.seen))
    rows.append(row(s.strata.name, ALL, "not seen", None, week, n, n, k=float(missing), n=n, dated=1.0, recorded=1.0))
    lacking = _undefined(s)
    if lacking:
        rows.append(row(s.strata.name, ALL, "not defined", None, week, n, n, k=float(lacking), n=n, dated=1.0, recorded=1.0))
    return Result(
        table(rows),
        Accounting(n, n),
        METHOD,
        estimand_sentence(s, events, missing),
        _caveats(plan, events, missing, elsewhere(s, events), reasons(s.cohort)),
        labels=s.labels,
        apart=s.apart,
    )


def _row(s: AnalysisSet, kind: str, event: Intercurrent | None, week: int, n: int) -> dict:
    k = float("nan") if event is None else float(_by(s, event, week))
    dated = float("nan") if event is None else float(event.dated)
    recorded = float("nan") if event is None and kind in elsewhere(s, {}) else float(event is not None)
    ended = event.ended if event is not None else kind == "stopping" and "ended" in given(s)
    told = {"k": k, "n": n, "dated": dated, "recorded": recorded, "ended": float(ended)}
    return row(s.strata.name, ALL, kind, event.column if event else None, week, n, n, **told)


def elsewhere(s: AnalysisSet, events: dict[str, Intercurrent]) -> list[str]:
    """The kinds of events of which a hospital's file tells and its sums do not."""
    return [kind for kind in LABELS if kind in given(s) and kind not in events]


def given(s: AnalysisSet) -> tuple[str, ...]:
    """What the files behind sums tell of events (:func:`aadash.analyses.intercurrent.kinds_told`)."""
    return tuple(getattr(s.cohort, "given_events", ()))


def _by(s: AnalysisSet, event: Intercurrent, week: int) -> int:
    """How many had the event by ``week``; an event without a date counts."""
    who = event.happened & (np.isnan(event.week) | (event.week <= week))
    return s.n(who) if s.counted is None else int(s.counted.facts(event.column)[who].sum())


def _undefined(s: AnalysisSet) -> int:
    """In how many the plan's endpoint is not defined."""
    first = s.visit(0)
    return first.n(~s.rule.defined(first.baseline))


def estimand_sentence(s: AnalysisSet, events: dict[str, Intercurrent], missing: int) -> str:
    """The estimand in one sentence, and one on intercurrent events."""
    plan, week = s.plan, s.plan.at_week(s.cohort)
    rule, how = s.rule, STRATEGIES[s.plan.missing]
    came = f"the patients who came to week {week}"
    if s.apart:  # who has no value may have come
        how, came = _of_the_score(s.cohort.score)[plan.missing], f"the patients with {s.cohort.score} at week {week}"
    who = counted(len(s.cohort), "patient") + (
        " whom the filters leave" if plan.filters or getattr(s.cohort, "given_filtered", False) else ""
    )
    split = f", by {s.strata.title.split(' (')[0]}" if len(s.levels) > 2 else ""
    if plan.missing == "mixed":  # the model is for means, NRI for responses
        text = (
            f"In {who}{split}, the share with {rule.symbol} ({rule.label}) among {came}, and the mean change in {s.cohort.score} at "
            f"week {week}, {how}."
        )
    elif plan.missing == "nri":
        text = (
            f"In {who}{split}, the share with {rule.symbol} ({rule.label}) at week {week}, {how}, and the mean change in "
            f"{s.cohort.score} among {came}."
        )
    else:
        text = (
            f"In {who}, the share with {rule.symbol} ({rule.label}) and the mean change in {s.cohort.score} at week {week}{split}, "
            f"{how}."
        )
    lacking, n = _undefined(s), len(s.cohort)
    if lacking:
        text += f" {rule.symbol} is not defined for {lacking} of {n}: without a baseline, or with one that it cannot be measured from."
    told: dict[bool, list[str]] = {True: [], False: []}
    for e in events.values():
        told[e.dated].append(f"{e.label} in {count(_by(s, e, week), len(s.cohort))}")
    there = elsewhere(s, events)
    if told[True] and told[False]:
        text += (
            f" By week {week} {listing(told[True])}, and at a time that the file does not give {listing(told[False])}; what was seen "
            "afterwards counts as it is."
        )
    elif told[True]:
        text += f" By week {week} {listing(told[True])}; what was seen afterwards counts as it is."
    elif told[False]:
        text += f" At a time that the file does not give, {listing(told[False])}; what was seen afterwards counts as it is."
    elif not there:
        why = reasons(s.cohort)
        text += (
            f" Unless the column “{why}” does, nothing here says who stopped the drug, had rescue treatment or a lower dose, so "
            "what was seen counts whatever happened to the treatment."
            if why
            else " Nothing here says who stopped the drug, had rescue treatment or a lower dose, so what was seen counts "
            "whatever happened to the treatment."
        )
    if there:
        kinds = listing([label_told(kind, given(s)) for kind in there])
        text += f" For whom {kinds} is told by the hospitals' files and not by these sums."
    if missing and s.came_without(week):
        text += f" Of {counted(missing, 'patient')} no {s.cohort.score} is recorded at week {week}."
    elif missing and (k := _died_unseen(s, events.get("death"), week)):
        text += f" {counted(missing, 'patient')} did not come to week {week}, of whom {k} had died."
    elif missing:
        text += f" {counted(missing, 'patient')} did not come to week {week}."
    return text


def _died_unseen(s: AnalysisSet, event: Intercurrent | None, week: int) -> int:
    """How many of those without a value at ``week`` had died by then, where the file says when."""
    if event is None or s.counted is not None:
        return 0
    return int((event.happened & (event.week <= week) & np.isnan(s.cohort.values[:, s.cohort.column_index(week)])).sum())


def _caveats(plan: AnalysisPlan, events: dict[str, Intercurrent], missing: int, there: list[str], why: str) -> tuple[Caveat, ...]:
    out, events = [], {kind: e for kind, e in events.items() if kind != "death"}
    if events and all(e.column == LIST for e in events.values()):
        out.append(
            Caveat(
                "intercurrent-unknown",
                "The file says who stopped the drug for an adverse event, not who stopped it for another reason or had other "
                "treatment for alopecia areata added.",
                "Add a column with the week of stopping and one with the week of rescue treatment: a reviewer will ask.",
            )
        )
    if not events and not there and why:
        out.append(
            Caveat(
                "intercurrent-unknown",
                f"The column “{why}” does not say what it is the reason for, so nobody is taken to have stopped the drug for it.",
                "If it is for stopping, name it so (“Reason for stopping”), best beside a column with the week.",
                "warning",
            )
        )
    elif not events and not there:
        out.append(
            Caveat(
                "intercurrent-unknown",
                "Nothing here says who stopped the drug or had other treatment for alopecia areata added.",
                "Add a column with the week of stopping and one with the week of rescue treatment: a reviewer will ask.",
            )
        )
    if missing and plan.missing in ("locf", "complete"):
        out.append(
            Caveat(
                "no-estimand",
                "The rule for missing visits answers no question about patients that a reader could act on, and regulators "
                "seldom accept it as the main one."
                if plan.missing == "locf"
                else "The rule for missing visits answers no question about patients that a reader could act on: who comes to every "
                "visit is known only afterwards.",
                "For responders count those who left as failures; for means use the mixed model.",
                "warning",
            )
        )
    return tuple(out)
