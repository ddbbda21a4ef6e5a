"""What must be known before published rates are read beside a cohort's own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.arms import mixed_arms
from aadash.analyses.evidence_rows import enrolled_in, nearest
from aadash.drugs import names_drug
from aadash.evidence import PRIMARY, SOURCES, PublishedRate, Severity, only_a_dose
from aadash.filters import level_text
from aadash.formatting import counted, first_of, listing
from aadash.opening import SEVERE
from aadash.result import Caveat

#: Names of studies in a sentence; the others are counted.
NAMED = 3
#: Fewer studies than this are few.
FEW = 5


def named(studies: Sequence[str]) -> str:
    """ "BRAVE-AA1, Milan 2023 and 2 others"."""
    distinct = list(dict.fromkeys(studies))
    more = len(distinct) - NAMED
    return listing([*distinct[:NAMED], f"{more} others"]) if more > 1 else listing(distinct)


def whatever_is_compared(s: AnalysisSet, rates: Sequence[PublishedRate]) -> tuple[Caveat | None, ...]:
    """What must be said whenever published rates stand beside a cohort, pooled or one by one."""
    return (
        not_randomised(),
        arms_together(s),
        other_drug(s, rates),
        synthetic(s),
        approximate(rates),
        unknown_severity(s, rates),
        secondary(rates),
    )


def arms_together(s: AnalysisSet) -> Caveat | None:
    """The cohort's own rates are of everybody, whatever the split: its arms together."""
    known = mixed_arms(s)
    if known is None:
        return None
    return replace(known, advice="Filter to one arm, and compare it with the published arm that had the same treatment.")


def not_randomised() -> Caveat:
    """What a comparison with published rates is not."""
    return Caveat(
        "not-randomised",
        "Other patients, other visits, another rule for missing ones, and nobody was assigned by chance: a difference from a "
        "published rate is a description, not an effect of treatment or of care.",
        "Compare within one cohort, or in a trial, before anything is concluded.",
        "warning",
    )


def synthetic(s: AnalysisSet) -> Caveat | None:
    """A cohort made to match what is published agrees with it."""
    if not s.cohort.synthetic:
        return None
    return Caveat(
        "made-to-match",
        "This cohort is synthetic: the samples are made to match published tables, so that they agree with them is no finding.",
        "Use it to learn how the page reads.",
    )


def approximate(rates: Sequence[PublishedRate]) -> Caveat | None:
    """Rates without a whole number of responders."""
    found = [r.study for r in rates if r.n is not None and r.whole is None and r.ci_low is None]
    if not found:
        return None
    return Caveat(
        "approximate-interval",
        f"The interval of {counted(len(found), 'published rate')} ({named(found)}) is approximate: no whole number of the printed n "
        "gives the rate, or it is a model estimate. It is computed as if n patients had been counted.",
        "Where both are printed, read the counted rate.",
    )


def no_n(rates: Sequence[PublishedRate]) -> Caveat | None:
    """Rates that have no interval."""
    found = [r.study for r in rates if r.n is None]
    if not found:
        return None
    return Caveat(
        "n-not-printed",
        f"{counted(len(found), 'published rate')} ({named(found)}) {'has' if len(found) == 1 else 'have'} no number of patients where "
        "it was read: neither the rate nor a difference from it has an interval, and it cannot be pooled.",
    )


def unknown_severity(s: AnalysisSet, rates: Sequence[PublishedRate]) -> Caveat | None:
    """Rates of patients whose severity is not printed, with a visit here to stand beside."""
    found = [r.study for r in rates if not r.baseline_salt and nearest(s, r.week) is not None]
    if not found:
        return None
    below = enrolled_in(s.cohort, Severity(high=SEVERE, open_high=True)).any()
    return Caveat(
        "severity-not-printed",
        f"For {counted(len(found), 'published rate')} ({named(found)}) the baseline SALT enrolled is not given where it was read, so "
        f"all patients here stand beside it{f', also those with a baseline SALT below {SEVERE:g}' if below else ''}.",
        "Filter to the severity that the study enrolled.",
    )


def secondary(rates: Sequence[PublishedRate]) -> Caveat | None:
    """Rates that were not read in the study's own paper or a regulator's."""
    found = [r for r in rates if r.source_kind not in PRIMARY]
    if not found:
        return None
    kinds = listing(list(dict.fromkeys(SOURCES[r.source_kind] for r in found)))
    return Caveat(
        "secondary-source",
        f"{counted(len(found), 'rate')} ({named([r.study for r in found])}) {'was' if len(found) == 1 else 'were'} not read in the "
        f"study's own paper or a regulator's document ({kinds}).",
        "Look it up in the original before it is cited.",
    )


def other_rule(s: AnalysisSet, rates: Sequence[PublishedRate]) -> Caveat | None:
    """Missing visits count as no response in one and not in the other."""
    failures = s.plan.missing == "nri"
    theirs = [r.study for r in rates if r.estimator == ("observed" if failures else "counted")]
    if not theirs or not np.isnan(s.cohort.values[:, 1:]).any():
        return None
    if failures:
        return Caveat(
            "other-missing-rule",
            f"Here a missing visit counts as no response; {named(theirs)} counted those who were seen, so this cohort's rates may be "
            "lower for that alone.",
            "Choose observed cases.",
            "warning",
        )
    return Caveat(
        "other-missing-rule",
        f"In {named(theirs)} a missing visit counts as no response; here it does not, so this cohort's rates may be higher for that "
        "alone.",
        "Choose non-responder imputation.",
        "warning",
    )


def other_drug(s: AnalysisSet, rates: Sequence[PublishedRate]) -> Caveat | None:
    """The cohort was treated with something else too. A dose alone does not say with what."""
    column = s.cohort.roles.get("drug")
    theirs = {r.drug for r in rates}
    if column is None or not theirs:
        return None
    names = s.cohort.patients[column].dropna().map(level_text)
    if "several drugs" in theirs:  # a rate of several drugs is of none that this one could differ from
        return None
    other = names[[not only_a_dose(name) and not any(names_drug(name, drug) for drug in theirs) for name in names]]
    if other.empty:
        return None
    return Caveat(
        "other-drug",
        f"{counted(len(other), 'patient')} here {'has' if len(other) == 1 else 'have'} another drug recorded "
        f"({first_of(sorted(set(other)))}) than the published rates are of ({listing(sorted(theirs))}).",
        "Filter to the patients on that drug.",
        "warning",
    )


def few_studies(n: int) -> Caveat | None:
    """Too few to know how far studies differ."""
    if n >= FEW:
        return None
    several = f"{n} rates are pooled: from so few it is hardly known how far studies differ (τ², I²), and the intervals are wide."
    return Caveat(
        "few-studies",
        several if n > 1 else "One rate only: there is nothing to pool.",
        "Read the studies one by one.",
        "warning",
    )


def zero_events(rates: Sequence[PublishedRate]) -> Caveat | None:
    """Nobody or everybody responded in a study."""
    found = [r.study for r in rates if r.n is not None and r.responders in (0, r.n)]
    if not found:
        return None
    return Caveat(
        "zero-events",
        f"In {named(found)} nobody or everybody responded: ½ is added to both counts, which draws the study towards one half.",
        "Look at what is pooled without it.",
    )


def same_patients(left_out: Sequence[tuple[PublishedRate, str]]) -> Caveat | None:
    """Rates of patients who are in the pool already."""
    found = [r.study for r, why in left_out if why.startswith("the same patients")]
    if not found:
        return None
    return Caveat(
        "same-patients",
        f"{counted(len(found), 'rate')} of patients who are in the pool already ({named(found)}) {'is' if len(found) == 1 else 'are'} "
        "shown and not pooled: two estimates of one trial are no two trials.",
        "Choose which of them is pooled.",
    )


def several_designs(rates: Sequence[PublishedRate]) -> Caveat | None:
    """Trials and observational studies are pooled."""
    trials = [r for r in rates if "RCT" in r.design or "trial" in r.design.lower()]
    if not trials or len(trials) == len(rates):
        return None
    return Caveat(
        "mixed-designs",
        f"Rates of trials ({len(trials)}) and of other studies ({len(rates) - len(trials)}) are pooled; the latter choose patients, "
        "visits and what a missing visit counts as in other ways.",
        "Read them apart: the spread between them is partly made by design.",
        "warning",
    )


def several_drugs(rates: Sequence[PublishedRate]) -> Caveat | None:
    """More than one drug or dose is pooled."""
    found = sorted({r.arm for r in rates})
    if len(found) < 2:
        return None
    return Caveat(
        "several-drugs",
        f"{len(found)} drugs or doses are pooled ({first_of(found)}): a rate of no treatment that anybody takes.",
        "Choose one drug and one dose.",
        "warning",
    )


def other_doses(every: Sequence[PublishedRate], rates: Sequence[PublishedRate], symbol: str, dose: str) -> Caveat | None:
    """Rates of the same drug at other doses, among ``every``, that are not among ``rates`` of the dose chosen."""
    found = Counter(r.arm for r in every if r not in rates)
    if not dose or not found:
        return None
    n = found.total()
    named = listing([f"{arm} ({k})" for arm, k in found.items()])
    return Caveat(
        "other-doses",
        f"{counted(n, 'published rate')} of {symbol} at another dose {'is' if n == 1 else 'are'} left out, since {dose} is chosen: "
        f"{named}.",
        "Choose every dose to see them.",
    )


def first_response() -> Caveat:
    """A curve of first responses is compared with rates at a visit."""
    return Caveat(
        "ever-responded",
        "The curve counts everyone who has ever responded by then; a published rate counts those who respond at that week. A lost "
        "response stays in the curve, so it lies higher.",
        "Compare rates at a visit on the page Response.",
        "warning",
    )
