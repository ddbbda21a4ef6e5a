"""Odds ratios of subgroups, raw and shrunken; none of nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence

from aadash.stats.shrinkage import shrink
from aadash.stats.two_proportions import Effect, log_odds_ratio

_NAN = float("nan")


def log_odds(k1: int, n1: int, k2: int, n2: int, level: float) -> Effect | None:
    """The log odds ratio of k1/n1 against k2/n2, a half added to each cell. None without patients on a side, and where nobody, or
    everybody, responds on both: the halves alone would be compared (0/4 against 0/43 was 9.67)."""
    return log_odds_ratio(k1, n1, k2, n2, level) if n1 and n2 and 0 < k1 + k2 < n1 + n2 else None


def as_ratio(effect: Effect | None) -> dict[str, float]:
    """The odds ratio with its limits as a row has them; NaN for none."""
    found = (_NAN,) * 3 if effect is None else tuple(map(math.exp, (effect.estimate, effect.low, effect.high)))
    return dict(zip(("odds_ratio", "or_low", "or_high"), found, strict=True))


def shrink_ratios(rows: Sequence[dict], effects: Sequence[Effect | None], centre: float, variance: float, level: float) -> None:
    """Give each row its odds ratio drawn towards ``centre`` (a log odds ratio), NaN for one that has none."""
    for r in rows:
        r.update(dict.fromkeys(("or_shrunken", "or_shrunken_low", "or_shrunken_high"), _NAN))
    known = [(r, e) for r, e in zip(rows, effects, strict=True) if e is not None]
    if not known:
        return
    drawn = shrink([e.estimate for _, e in known], [e.variance for _, e in known], centre, variance, level)
    for (r, _), *ends in zip(known, drawn.estimate, drawn.low, drawn.high, strict=True):
        r.update(zip(("or_shrunken", "or_shrunken_low", "or_shrunken_high"), map(math.exp, ends), strict=True))
