"""What a column of numbers looks like: n, mean, spread, quartiles, interval of the mean."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from aadash.stats._numeric import NAN, Tally, clean, in_order, mean_var
from aadash.stats.distributions import t_crit

__all__ = ["Description", "QuartileMethod", "Tally", "describe", "quartiles"]

QuartileMethod = Literal["type7", "type6"]


@dataclass(frozen=True, slots=True)
class Description:
    """Summary of one sample, in the units of the sample; ``n`` counts the values that are not NaN."""

    n: int
    mean: float
    sd: float
    se: float
    ci_low: float
    ci_high: float
    median: float
    q1: float
    q3: float
    minimum: float
    maximum: float


def _quantile(ordered: np.ndarray, fraction: float, method: QuartileMethod) -> float:
    n = ordered.size
    if method == "type7":
        position = (n - 1) * fraction
    elif method == "type6":
        position = min(max((n + 1) * fraction - 1.0, 0.0), n - 1.0)
    else:
        raise ValueError(f"unknown quartile method {method!r}")
    low = math.floor(position)
    weight = position - low
    below = float(ordered[low])
    return below + weight * (float(ordered[low + 1]) - below) if weight else below


def quartiles(x: ArrayLike | Tally, method: QuartileMethod = "type7") -> tuple[float, float, float]:
    """First quartile, median and third quartile of ``x`` (NaN dropped); three NaN for an empty sample.

    ``type7`` interpolates between order statistics at 1 + (n − 1)p (R's, NumPy's and Excel's default), ``type6`` at
    (n + 1)p (SPSS, Minitab). Hyndman & Fan 1996, doi:10.1080/00031305.1996.10473566. R: ``quantile(x, type=)``.
    With few patients the two differ visibly; say which one was used when you compare with another program.
    """
    a = clean(x)
    if not a.size:
        return NAN, NAN, NAN
    s = in_order(a)
    return _quantile(s, 0.25, method), _quantile(s, 0.5, method), _quantile(s, 0.75, method)


def describe(x: ArrayLike | Tally, level: float = 0.95) -> Description:
    """Describe one sample, an array or counted (:class:`Tally`); NaN are dropped.

    ``sd`` has n − 1 below the line, ``se`` = sd/√n, the interval of the mean is mean ± t(n − 1)·se at ``level``,
    quartiles are type 7. n = 0 gives NaN everywhere but ``n``; n = 1 has no sd, se and interval. R: ``mean``, ``sd``,
    ``t.test(x)$conf.int``, ``quantile``.

    The mean and its interval describe a skewed or bounded scale (many patients at 0 or at 100) poorly: read median
    and quartiles beside them.
    """
    a = clean(x)
    n = a.size
    if not n:
        return Description(0, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN)
    s = in_order(a)
    mean, var = mean_var(a)
    sd = math.sqrt(var)
    se = sd / math.sqrt(n)
    half = t_crit(n - 1, level) * se if n > 1 else NAN
    return Description(
        n=n,
        mean=mean,
        sd=sd,
        se=se,
        ci_low=mean - half,
        ci_high=mean + half,
        median=_quantile(s, 0.5, "type7"),
        q1=_quantile(s, 0.25, "type7"),
        q3=_quantile(s, 0.75, "type7"),
        minimum=float(s[0]),
        maximum=float(s[-1]),
    )
