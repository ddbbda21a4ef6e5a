"""What do published studies say together, and where does this cohort lie?"""

from __future__ import annotations

import math

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses import evidence_doubts as evidence_doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.evidence_rows import UNKNOWN, Rates, chosen, enrolled_in, printed, usual_severity
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Beside
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.evidence import PublishedRate, Severity, one_for_each_group
from aadash.evidence.choice import PREFERENCES
from aadash.formatting import count, counted, interval, level_name, number, percent
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.stats.random_effects import RandomEffects, log_odds, random_effects, rate_of

METHOD = (
    "Random-effects meta-analysis of log odds: variance between studies by REML (Viechtbauer 2005, doi:10.3102/10769986030003261), "
    "Hartung–Knapp interval with the error not below that of the fixed effect (Hartung & Knapp 2001, doi:10.1002/sim.791; Röver et "
    "al. 2015, doi:10.1186/s12874-015-0091-1), prediction interval on k − 1 degrees of freedom (IntHout et al. 2016, "
    "doi:10.1136/bmjopen-2015-010247), limits of τ² and I² by the Q-profile (Viechtbauer 2007, doi:10.1002/sim.2514). ½ is added "
    "where nobody or everybody responded. One rate is taken of the same patients, bands of one study are added up. The cohort itself "
    "is not pooled: it stands beside."
)


@analysis("What do published studies say together, and where does this cohort lie?", order=97, whole_cohort=True)
def pooled_evidence(
    cohort: Cohort,
    plan: AnalysisPlan,
    drug: str = "",
    dose: str = "",
    severity: str = "",
    window: int = 4,
    prefer: str = "counted",
    own: tuple[PublishedRate, ...] = (),
) -> Result:
    """Published rates of the plan's endpoint at about the week in question, pooled, with the cohort's own beside.

    ``drug, dose, severity, own`` as in :func:`aadash.analyses.published_rates.published_rates`; ``window`` weeks around the plan's;
    ``prefer`` which of several rates of the same patients: "counted" or the study's "headline".

    Table
    -----
    ``kind`` "study": a row a pooled rate with ``k`` (rate × n where no count is known), ``n, rate, ci_low, ci_high`` (0–1, Wilson or
    printed), ``weight`` (0–1); "cohort": this cohort, all and in patients of like severity; "pooled": ``rate, ci_low, ci_high,
    pi_low, pi_high`` (prediction interval), ``n_studies, tau2, tau2_low, tau2_high, i2, i2_low, i2_high`` (0–1), ``q, df, q_p``.
    No pooled row for one study.

    Raises NotComputable where nothing with an n is published about the endpoint within the window.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    if prefer not in PREFERENCES:
        raise NotComputable(f"There is no preference called {prefer!r}", expected="one of " + ", ".join(PREFERENCES))
    if window < 0:
        raise NotComputable(f"A window of {window} weeks is none", expected="a whole number from 0")
    week = plan.at_week(s.cohort)
    every = chosen(s, drug, dose, severity, own)
    rates, left_out = one_for_each_group(every, week, int(window), prefer)
    if not rates:
        weeks = sorted({r.week for r in every if r.week is not None and r.n is not None})
        known = f"a week near {', '.join(map(str, weeks))}" if weeks else "studies with a number of patients"
        raise NotComputable(
            f"No published rate of {s.rule.symbol} with a number of patients is within {window} weeks of week {week}",
            expected=known,
            fix="Choose another week or a wider window",
        )
    effects = [log_odds(r.responders, r.n or 0) for r in rates]
    pooled = random_effects([y for y, _ in effects], [v for _, v in effects], plan.level) if len(rates) > 1 else None
    usual = usual_severity(rates)
    mine = Rates(s)
    rows = [_study(s, r, week, pooled.weights[i] if pooled else 1.0) for i, r in enumerate(rates)]
    if pooled:
        rows.append(_pooled(s, pooled, rates, week))
    rows += [_cohort(s, mine, band, week) for band in dict.fromkeys([usual, Severity()])]
    status, _ = responses(s.cohort, s.rule, plan.missing)
    return Result(
        table(rows, ("pi_low", "pi_high", "tau2", "i2", "q", "df", "q_p")),
        s.accounting(~np.isnan(status[:, s.cohort.column_index(week)]), f"with no visit at week {week}", rule=s.rule),
        METHOD,
        _sentence(s, rates, pooled, mine, usual, week),
        doubt.collect(
            *evidence_doubt.whatever_is_compared(s, rates),
            evidence_doubt.other_doses(chosen(s, drug, "", severity, own), every, s.rule.symbol, dose),
            evidence_doubt.few_studies(len(rates)),
            evidence_doubt.several_drugs(rates),
            evidence_doubt.several_designs(rates),
            evidence_doubt.other_rule(s, rates),
            evidence_doubt.same_patients(left_out),
            evidence_doubt.zero_events(rates),
        ),
        labels=s.labels,
        details=Beside(rates, left_out, usual.words, s.cohort.weeks),
    )


def _study(s: AnalysisSet, r: PublishedRate, week: int, weight: float) -> dict:
    value = printed(r, s.plan.level)
    return row(
        s.strata.name,
        ALL,
        s.rule.name,
        r.label,
        week,
        r.n or 0,
        r.n or 0,
        kind="study",
        study=r.study,
        arm=r.arm,
        severity=r.severity.words,
        estimator=r.estimator,
        source_kind=r.source_kind,
        published_week=float(r.week or 0),
        published_text=r.percent_text,
        whole=float(r.whole is not None),
        k=r.responders,
        n=float(r.n or 0),
        rate=value.estimate,
        ci_low=value.low,
        ci_high=value.high,
        weight=weight,
    )


def _pooled(s: AnalysisSet, p: RandomEffects, rates: tuple[PublishedRate, ...], week: int) -> dict:
    n = sum(r.n or 0 for r in rates)
    known = not math.isnan(p.predicted_low)
    return row(
        s.strata.name,
        ALL,
        s.rule.name,
        "pooled",
        week,
        n,
        n,
        kind="pooled",
        n=float(n),
        rate=rate_of(p.estimate),
        ci_low=rate_of(p.low),
        ci_high=rate_of(p.high),
        pi_low=rate_of(p.predicted_low) if known else math.nan,
        pi_high=rate_of(p.predicted_high) if known else math.nan,
        n_studies=float(len(rates)),
        tau2=p.tau2,
        tau2_low=p.tau2_low,
        tau2_high=p.tau2_high,
        i2=p.i2,
        i2_low=p.i2_low,
        i2_high=p.i2_high,
        q=p.q,
        df=float(p.df),
        q_p=p.p,
    )


def _cohort(s: AnalysisSet, mine: Rates, band: Severity, week: int) -> dict:
    own = mine.at(band, week)
    name = "all patients" if band.whole else band.words
    value = own.rate if own.n else UNKNOWN
    return row(
        s.strata.name,
        ALL,
        s.rule.name,
        f"this cohort, {name}",
        week,
        int(enrolled_in(s.cohort, band).sum()),
        own.n,
        kind="cohort",
        severity=name,
        k=float(own.k or 0),
        n=float(own.n),
        rate=value.estimate,
        ci_low=value.low,
        ci_high=value.high,
    )


def _sentence(
    s: AnalysisSet, rates: tuple[PublishedRate, ...], pooled: RandomEffects | None, mine: Rates, usual: Severity, week: int
) -> str:
    own, symbol, level = mine.at(usual, week), s.rule.symbol, level_name(s.plan.level)
    here = "all patients here" if usual.whole else f"the patients here with baseline {usual.words}"
    none = "nobody can be counted" if usual.whole else f"nobody with baseline {usual.words} can be counted"
    seen = f"{count(own.k or 0, own.n)} of {here}" if own.n else none
    if pooled is None:
        r = rates[0]
        return (
            f"There is one published rate of {symbol} with a number of patients at about week {week}, so nothing is pooled: {r.study} "
            f"{r.arm} {r.percent_text}. Here: {seen}."
        )
    text = (
        f"{len(rates)} published rates of {symbol} at about week {week} pool to {percent(rate_of(pooled.estimate))} ({level} CI "
        f"{interval(100 * rate_of(pooled.low), 100 * rate_of(pooled.high))} %); "
    )
    if math.isnan(pooled.predicted_low):
        return f"{text}from {counted(len(rates), 'rate')} no prediction can be made. Here: {seen}."
    low, high = rate_of(pooled.predicted_low), rate_of(pooled.predicted_high)
    text += f"a further study would be expected between {number(100 * low)} and {number(100 * high)} %. Here: {seen}"
    if not own.n:
        return text + "."
    return text + f", which lies {'within' if low <= own.rate.estimate <= high else 'outside'} that range."
