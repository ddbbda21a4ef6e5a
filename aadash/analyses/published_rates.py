"""How do published rates lie beside this cohort's?"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses import evidence_doubts as evidence_doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.evidence_rows import NEAR, UNKNOWN, Rates, chosen, difference, enrolled_in, nearest, printed, usual_severity
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Beside
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.evidence import BRIEFLY, PublishedRate, Severity, mix_of
from aadash.formatting import count, counted, interval, level_name, listing, number, percent
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.proportions import Interval

METHOD = (
    "Each published rate is held against the patients of this cohort whose baseline SALT is within what that study enrolled, at the "
    f"visit nearest to its week ({NEAR} weeks at most). Difference, this cohort minus the published rate, with Newcombe's interval "
    "(1998, doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I) where n is known; of a curve or a standardised rate "
    "by MOVER (Zou & Donner 2008, doi:10.1002/sim.3095). Printed limits are of 95 %; at another level they are moved on the logit "
    "scale. Reweighted: direct standardisation to the numbers of patients that the study "
    "had in bands of baseline SALT (Zou, Huang & Zhang 2009, doi:10.1016/j.csda.2008.09.033)."
)


@analysis("How do published rates lie beside this cohort's?", order=96, whole_cohort=True)
def published_rates(
    cohort: Cohort,
    plan: AnalysisPlan,
    drug: str = "",
    dose: str = "",
    severity: str = "",
    mix: str = "",
    curve: str = "visits",
    own: tuple[PublishedRate, ...] = (),
) -> Result:
    """Published rates of the plan's endpoint beside those of the cohort. A description: nobody was randomised between them.

    ``drug`` and ``dose`` as published ("" is any but placebo), ``severity`` the baseline SALT enrolled (">=50", "" for any); ``mix``
    patients in bands of baseline SALT to reweight the cohort to ("50-94: 66; 95-100: 125"); ``curve`` "visits" (who responds at the
    visit) or "first" (who has responded by then, Kaplan–Meier); ``own`` further rates than those that come along.

    Table
    -----
    ``kind`` "cohort": a row a range of severity × follow-up week with ``k, n, rate, ci_low, ci_high`` (rates 0–1; k NaN for a curve);
    "reweighted": the cohort at each week had it been as severe as ``mix``; "published": a row a rate with ``published,
    published_low, published_high, published_n, published_week``, the cohort's ``k, n, rate, ci_low, ci_high`` in patients of like
    severity at the visit ``week`` (None where there is none near), ``difference, difference_low, difference_high`` (cohort minus
    published, −1 to 1), and ``mixed, mixed_low, mixed_high, mixed_difference, mixed_difference_low, mixed_difference_high`` after
    reweighting to that study's own bands. NaN where n or the bands are not printed.

    Raises NotComputable where nothing is published about the endpoint, and for a mix that is none.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    if curve not in ("visits", "first"):
        raise NotComputable(f"There is no curve called {curve!r}", expected="visits or first")
    rates = chosen(s, drug, dose, severity, own)
    bands = _bands(mix)
    rule, week = s.rule, plan.at_week(s.cohort)
    mine = Rates(s, curve)
    status, _ = responses(s.cohort, rule, plan.missing)
    defined = ~np.isnan(status[:, s.cohort.column_index(week)])
    usual = usual_severity(rates)
    severities = list(dict.fromkeys([Severity(), usual, *(r.severity for r in rates)]))
    rows = [
        *(r for band in severities for r in _curve(s, mine, band)),
        *(_mixed(s, mine, bands, w) for w in s.cohort.weeks[1:] if bands),
        *(_beside(s, mine, r) for r in rates),
    ]
    empty = [band.words for band, share in bands if share and not enrolled_in(s.cohort, band).any()]
    return Result(
        table(rows),
        s.accounting(defined, f"with no visit at week {week}", rule=rule),
        METHOD,
        _sentence(s, mine, rates, week, usual) + _reweighted(s, mine, bands, week),
        doubt.collect(
            *evidence_doubt.whatever_is_compared(s, rates),
            evidence_doubt.other_doses(chosen(s, drug, "", severity, own), rates, s.rule.symbol, dose),
            evidence_doubt.first_response() if curve == "first" else None,
            evidence_doubt.other_rule(s, rates) if curve == "visits" else None,
            evidence_doubt.no_n(rates),
            Caveat(
                "empty-band",
                f"Nobody here has a baseline in {listing(empty)}, so the cohort cannot be reweighted to that mix.",
                "Choose the mix of another study.",
                "warning",
            )
            if empty
            else None,
        ),
        labels=s.labels,
        details=Beside(rates, severity=usual.words, weeks=s.cohort.weeks, curve=curve),
    )


def _bands(mix: str) -> tuple[tuple[Severity, int], ...]:
    try:
        return mix_of(mix)
    except ValueError as error:
        raise NotComputable(f"{mix!r} is no mix of severity", expected=str(error)) from error


def _stats(prefix: str, value: Interval) -> dict[str, float]:
    return {prefix: value.estimate, f"{prefix}_low": value.low, f"{prefix}_high": value.high}


def _own(k: int | None, n: int, rate: Interval) -> dict[str, float]:
    return {"k": math.nan if k is None else float(k), "n": float(n), "rate": rate.estimate, "ci_low": rate.low, "ci_high": rate.high}


def _curve(s: AnalysisSet, mine: Rates, severity: Severity) -> Iterator[dict]:
    who = int(enrolled_in(s.cohort, severity).sum())
    for week in s.cohort.weeks[1:]:
        own = mine.at(severity, week)
        name = "all patients" if severity.whole else severity.words
        yield row(
            s.strata.name, ALL, s.rule.name, name, week, who, own.n, kind="cohort", severity=name, **_own(own.k, own.n, own.rate)
        )


def _mixed(s: AnalysisSet, mine: Rates, bands: tuple[tuple[Severity, int], ...], week: int) -> dict:
    rate = mine.mixed(bands, week)
    n = sum(mine.at(band, week).n for band, share in bands if share)
    name = "reweighted to " + listing([f"{share} {band.words}" for band, share in bands])
    return row(s.strata.name, ALL, s.rule.name, name, week, len(s.cohort), n, kind="reweighted", severity=name, **_own(None, n, rate))


def _beside(s: AnalysisSet, mine: Rates, r: PublishedRate) -> dict:
    week, theirs = nearest(s, r.week), printed(r, s.plan.level)
    own = mine.at(r.severity, week) if week is not None else None
    mixed = mine.mixed(r.mix, week) if week is not None and r.mix else UNKNOWN
    enrolled = int(enrolled_in(s.cohort, r.severity).sum())
    return row(
        s.strata.name,
        ALL,
        s.rule.name,
        r.label,
        week,
        enrolled,
        own.n if own else 0,
        kind="published",
        study=r.study,
        arm=r.arm,
        severity=r.severity.words,
        estimator=r.estimator,
        source_kind=r.source_kind,
        own_row=float(r.own),
        published_week=math.nan if r.week is None else float(r.week),
        published_n=math.nan if r.n is None else float(r.n),
        published_k=math.nan if r.whole is None else float(r.whole),
        published_text=r.percent_text,
        **_stats("published", theirs),
        **_own(own.k if own else None, own.n if own else 0, own.rate if own else UNKNOWN),
        **_stats("difference", difference(own.rate, theirs) if own else UNKNOWN),
        **_stats("mixed", mixed),
        **_stats("mixed_difference", difference(mixed, theirs)),
    )


def _reweighted(s: AnalysisSet, mine: Rates, bands: tuple[tuple[Severity, int], ...], week: int) -> str:
    rate = mine.mixed(bands, week) if bands else UNKNOWN
    if np.isnan(rate.estimate):
        return ""
    limits = interval(100 * rate.low, 100 * rate.high)
    mix = listing([f"{share} {band.words}" for band, share in bands])
    return f" Reweighted to {mix}, this cohort's rate is {percent(rate.estimate)} ({level_name(s.plan.level)} CI {limits} %)."


def _none_near(with_n: int) -> str:
    """Why nothing published is compared, of so many rates with a number of patients."""
    if not with_n:
        return "No published rate has a number of patients, so no difference from one has an interval."
    if with_n == 1:
        return "The one published rate with a number of patients is not known to be of about that week and severity."
    return f"None of the {with_n} published rates with a number of patients is known to be of about that week and severity."


def _sentence(s: AnalysisSet, mine: Rates, rates: tuple[PublishedRate, ...], week: int, usual: Severity) -> str:
    own, symbol = mine.at(usual, week), s.rule.symbol
    who = "the patients" if usual.whole else f"the patients with baseline {usual.words}"
    if np.isnan(own.rate.estimate):
        shown = f"{counted(len(rates), 'published rate')} {'is' if len(rates) == 1 else 'are'}"
        return f"Of {who} here nobody can be counted for {symbol} at week {week}; {shown} shown."
    told = count(own.k, own.n) if own.k is not None else f"{percent(own.rate.estimate)} of {own.n}"
    did = "had reached" if mine.curve == "first" else "reached"
    text = f"Of {who} here, {told} {did} {symbol} {'by' if mine.curve == 'first' else 'at'} week {week}"
    near = [r for r in rates if nearest(s, r.week) == week and r.severity == usual and r.n is not None]
    near = sorted(
        near,
        key=lambda r: (
            abs((r.week or 0) - week),
            r.estimator not in ("counted", "observed", "locf"),
            r.source_kind not in ("paper", "regulator"),
        ),
    )
    parts = []
    for r in near[:3]:
        gap = difference(own.rate, printed(r, s.plan.level))
        how = BRIEFLY[r.estimator] if r.week == week else f"week {r.week}, {BRIEFLY[r.estimator]}"
        known = not np.isnan(gap.low)
        limits = f"{level_name(s.plan.level)} CI {interval(100 * gap.low, 100 * gap.high)}" if known else "without an interval"
        parts.append(f"{r.study} {r.arm} {r.percent_text} ({how}; difference {number(100 * gap.estimate)} points, {limits})")
    if not parts:
        return f"{text}. {_none_near(sum(r.n is not None for r in rates))}"
    if len(near) > len(parts):
        parts.append(f"{counted(len(near) - len(parts), 'other')} in the table")
    return f"{text}. Published: {listing(parts)}. Other patients under other rules: a description, not an effect."
