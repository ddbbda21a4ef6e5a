"""Sums and differences of independent rates with an interval: a rate standardised to another mix of patients, two curves apart."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aadash.errors import NotComputable
from aadash.stats.proportions import Interval


def combined(coefficients: Sequence[float], rates: Sequence[Interval]) -> Interval:
    """Interval of Σ cᵢpᵢ of independent rates from their own intervals (MOVER).

    Low: Σcp − √Σ(cᵢpᵢ − min(cᵢlᵢ, cᵢuᵢ))²; high: Σcp + √Σ(max(cᵢlᵢ, cᵢuᵢ) − cᵢpᵢ)². Zou, Huang & Zhang 2009,
    doi:10.1016/j.csda.2008.09.033; Zou & Donner 2008, doi:10.1002/sim.3095. R: by its formula. With coefficients 1 and −1 and
    Wilson's limits it is Newcombe's interval of a difference, with 1 alone the rate's own.

    Raises NotComputable where one of the rates is not known.
    """
    if len(coefficients) != len(rates) or not rates:
        raise ValueError("each rate needs a coefficient")
    terms = [
        (c * r.estimate, min(c * r.low, c * r.high), max(c * r.low, c * r.high)) for c, r in zip(coefficients, rates, strict=True)
    ]
    if any(math.isnan(v) for term in terms for v in term):
        raise NotComputable("One of the rates is not known, so they cannot be combined")
    middle = sum(t[0] for t in terms)
    return Interval(
        middle,
        middle - math.sqrt(sum((m - low) ** 2 for m, low, _ in terms)),
        middle + math.sqrt(sum((high - m) ** 2 for m, _, high in terms)),
    )


def standardised(rates: Sequence[Interval], mix: Sequence[float]) -> Interval:
    """Direct standardisation: the rate had the patients been mixed as ``mix`` says.

    Σ wᵢpᵢ with wᵢ = mixᵢ/Σmix, taken as known; limits by :func:`combined` from those of each band's rate. Breslow & Day 1987 (IARC
    Sci Publ 82, p. 52) for the rate; Zou, Huang & Zhang 2009, doi:10.1016/j.csda.2008.09.033, for the interval. R: by its formula. It
    makes patients alike in the bands only.

    Raises NotComputable where the rate of a band that counts is not known, or none counts.
    """
    total = sum(mix)
    if total <= 0 or min(mix) < 0:
        raise NotComputable("No band of the mix has a patient")
    used = [(share / total, rate) for share, rate in zip(mix, rates, strict=True) if share]
    return combined([w for w, _ in used], [rate for _, rate in used])
