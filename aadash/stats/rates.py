"""Events over time at risk: rates with exact Poisson intervals, and what seeing none still allows."""

from __future__ import annotations

from dataclasses import dataclass

from scipy.special import gammaincinv

from aadash.errors import NotComputable
from aadash.stats._numeric import NAN


@dataclass(frozen=True, slots=True)
class Rate:
    """Events per unit of time at risk, with its confidence limits."""

    estimate: float
    low: float
    high: float


def poisson_rate(events: int, time: float, level: float = 0.95) -> Rate:
    """Rate events/time with its exact (Garwood) interval, per unit of ``time``.

    Low: the (1 − level)/2 quantile of Gamma(events) over time, 0 without events; high: the 1 − (1 − level)/2 quantile of
    Gamma(events + 1) over time. Garwood 1936, doi:10.1093/biomet/28.3-4.437. R: ``poisson.test(events, time)``.
    Misleads when one patient has many events (they are not independent) or the risk changes with time.

    Raises
    ------
    NotComputable
        When nobody was at risk for any time.
    """
    if events < 0 or events != int(events):
        raise ValueError(f"{events} is no count of events")
    if not time > 0:
        raise NotComputable("A rate needs time at risk, found none", fix="The cohort needs follow-up visits")
    tail = (1 - level) / 2
    low = 0.0 if events == 0 else float(gammaincinv(events, tail)) / time
    return Rate(events / time, low, float(gammaincinv(events + 1, 1 - tail)) / time)


def none_seen(n: int, level: float = 0.95) -> float:
    """Upper one-sided limit of a risk of which none was seen in ``n`` patients: 1 − (1 − level)^(1/n), about 3/n at 95 %.

    The rule of three: Hanley & Lippman-Hand 1983, doi:10.1001/jama.1983.03330370053031.
    R: ``binom.test(0, n, alternative = "less")$conf.int[2]``. NaN for n = 0.
    Misleads when patients were followed too briefly for the event, or were not asked about it.
    """
    return 1 - (1 - level) ** (1 / n) if n > 0 else NAN
