"""Which published rates stand beside a cohort, and which of them may be pooled."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from aadash.drugs import names_drug
from aadash.evidence.rate import PLACEBO, PublishedRate, Severity

#: What is taken of the rates of the same patients: "counted" first what a reader can count again, "headline" first what the
#: study itself puts in front.
PREFERENCES = {
    "counted": ("counted", "locf", "printed", "observed", "model", "last visit"),
    "headline": ("model", "observed", "printed", "counted", "locf", "last visit"),
}

#: Digits, units and how often: what a text holds that says no more than a dose.
_DOSE_ALONE = re.compile(r"(?:[\d\s.,/×+-]|mg|㎎|day|daily|d\b|qd|od|bid|once|twice|a\b|일|日|회|回)*")


def beside(
    rates: Iterable[PublishedRate], endpoint: str, drug: str = "", dose: str = "", severity: str = "", everyone: bool = True
) -> tuple[PublishedRate, ...]:
    """The rates of an endpoint. ``drug`` "" is every drug but placebo, ``dose`` "" every dose, ``severity`` "" any baseline SALT
    enrolled; ``everyone`` leaves out rates of patients who had responded before. Raises ValueError for a severity that is none."""
    enrolled = Severity.of(severity)
    return tuple(
        r
        for r in rates
        if r.endpoint == endpoint
        and (r.drug == drug if drug else r.drug != PLACEBO)
        and (not dose or r.dose == dose)
        and (not severity or (bool(r.baseline_salt) and r.severity == enrolled))
        and (r.denominator == "all" or not everyone)
    )


def drugs(rates: Iterable[PublishedRate], endpoint: str) -> tuple[str, ...]:
    """The drugs with a rate of an endpoint, those of most studies first, placebo last."""
    studies = Counter(drug for drug, _ in {(r.drug, r.group) for r in beside(rates, endpoint, everyone=False)})
    named = sorted(studies, key=lambda drug: (-studies[drug], drug))
    return (*named, *((PLACEBO,) if beside(rates, endpoint, PLACEBO) else ()))


def arms(rates: Iterable[PublishedRate], endpoint: str, drug: str) -> tuple[str, ...]:
    """The doses of a drug with a rate of an endpoint, those of most studies first."""
    studies = Counter(dose for dose, _ in {(r.dose, r.group) for r in beside(rates, endpoint, drug) if r.dose})
    return tuple(sorted(studies, key=lambda dose: (-studies[dose], dose)))


def usual_drug(rates: Sequence[PublishedRate], endpoint: str, own: Iterable[str] = ()) -> str:
    """The drug to begin with: of those that the cohort names the one that most of it has (``own``: a text for each patient), else that
    of most studies; "" where there is none. Placebo only where everybody had it: a trial's control arm does not make its cohort one of
    placebo."""
    known, texts = drugs(rates, endpoint), Counter(own)
    had = {drug: sum(n for text, n in texts.items() if names_drug(text, drug)) for drug in known}
    named = sorted((drug for drug in known if had[drug]), key=lambda drug: -had[drug])
    if not all(names_drug(text, PLACEBO) for text in texts):
        named = [drug for drug in named if drug != PLACEBO]
    return (named or [*known, ""])[0]


def only_a_dose(text: str) -> bool:
    """Whether a text such as “4 mg” or “2 mg/day” says how much, but not of what."""
    return bool(re.search(r"\d", text)) and bool(_DOSE_ALONE.fullmatch(text.casefold()))


def one_for_each_group(
    rates: Iterable[PublishedRate], week: int, window: int, prefer: str = "counted"
) -> tuple[tuple[PublishedRate, ...], tuple[tuple[PublishedRate, str], ...]]:
    """What may be pooled, and what may not with the reason.

    Of the rates of the same patients one is taken: within ``window`` weeks of ``week`` the nearest, then the widest range of
    severity, then by :data:`PREFERENCES`. Bands of severity that do not overlap are different patients of one study: they are
    added up. What has no n, or was pooled already, is left out.
    """
    order = PREFERENCES[prefer]
    taken: list[PublishedRate] = []
    out: list[tuple[PublishedRate, str]] = []
    usable = []
    for r in rates:
        if r.week is None:
            out.append((r, "of no one week"))
        elif abs(r.week - week) > window:
            out.append((r, "another week"))
        elif r.estimator == "pooled":
            out.append((r, "pooled already"))
        elif r.n is None:
            out.append((r, "n not printed"))
        else:
            usable.append(r)
    wide = lambda r: sum(a is not r and r.severity.covers(a.severity) for a in usable)  # noqa: E731
    for r in sorted(usable, key=lambda r: (abs((r.week or 0) - week), -wide(r), order.index(r.estimator))):
        same = [t for t in taken if t.group == r.group and _overlap(t, r)]
        if same:
            out.append((r, f"the same patients as {same[0].label}"))
        else:
            taken.append(r)
    place = {id(r): i for i, r in enumerate(usable)}
    groups: dict[tuple[str, str, str], list[PublishedRate]] = {}
    for r in sorted(taken, key=lambda r: place[id(r)]):
        groups.setdefault(r.group, []).append(r)
    return tuple(_added(parts) for parts in groups.values()), tuple(out)


def _added(parts: Sequence[PublishedRate]) -> PublishedRate:
    """The rates of several bands of one study as one rate of all of them."""
    if len(parts) == 1:
        return parts[0]
    bands = sorted((r.severity for r in parts), key=lambda b: b.low)
    n = sum(r.n or 0 for r in parts)
    whole = [r.whole for r in parts]
    events = None if None in whole else sum(k or 0 for k in whole)
    reach = bands[-1].high - (1 if bands[-1].open_high else 0)
    return replace(
        parts[0],
        percent=100 * sum(r.responders for r in parts) / n,
        digits=1,
        n=n,
        events=events,
        ci_low=None,
        ci_high=None,
        baseline_salt=f"{bands[0].low:g}-{reach:g}",
        severity_mix="",
        note=f"added up from {len(parts)} bands of baseline SALT",
    )


def _overlap(a: PublishedRate, b: PublishedRate) -> bool:
    one, two = a.severity, b.severity
    before = one.high < two.low or (one.high == two.low and (one.open_high or two.open_low))
    after = two.high < one.low or (two.high == one.low and (two.open_high or one.open_low))
    return not (before or after)
