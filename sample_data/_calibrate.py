"""Make drawn numbers have a printed mean and standard deviation."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import root


class Infeasible(Exception):
    """This draw cannot meet what is printed; draw again."""


def moments(x: np.ndarray) -> np.ndarray:
    """Mean and standard deviation (n - 1)."""
    return np.array([x.mean(), x.std(ddof=1)])


def solve(build: Callable[[np.ndarray], np.ndarray], mean: float, sd: float, start: tuple[float, float]) -> np.ndarray:
    """The two parameters at which ``build(parameters)`` has this mean and SD. Raises Infeasible."""
    found = root(lambda p: moments(build(p)) - (mean, sd), np.array(start))
    if not found.success:
        raise Infeasible
    return found.x


def polish(values: np.ndarray, mean: float, sd: float, step: float, free: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    """Move single values by ``step``, in place, until mean and SD print as ``mean`` and ``sd`` to two decimals.

    ``free`` are the positions that may move, each within its ``low`` and ``high``. First the sum is brought right one
    value at a time, then pairs move in opposite directions, whichever brings the SD nearest. Raises Infeasible.
    """
    n, slack, scale = len(values), 1e-9, round(1 / step)

    def move(k: int, by: float) -> None:
        values[k] = round((values[k] + by) * scale) / scale

    for _ in range(1000):
        gap = mean - values.mean()
        if abs(gap) <= max(0.003, 0.51 * step / n):
            break
        by = step if gap > 0 else -step
        allowed = free[(values[free] + by >= low[free] - slack) & (values[free] + by <= high[free] + slack)]
        if not len(allowed):
            raise Infeasible
        # The value whose own move brings the SD nearest to what is wanted.
        squares = (sd**2 * (n - 1) + n * mean**2 - (values**2).sum()) / 2
        move(allowed[np.argmin(np.abs(by * values[allowed] - squares))], by)
    for _ in range(1000):
        if abs(values.std(ddof=1) - sd) < 0.003 and round(values.mean(), 2) == mean:
            return
        wanted = sd**2 * (n - 1) - (values**2).sum() + n * values.mean() ** 2
        up = free[values[free] + step <= high[free] + slack]
        down = free[values[free] - step >= low[free] - slack]
        if not len(up) or not len(down):
            raise Infeasible
        change = 2 * step * (values[up][:, None] - values[down][None, :]) + 2 * step**2
        change[up[:, None] == down[None, :]] = np.inf
        i, k = np.unravel_index(np.argmin(np.abs(change - wanted)), change.shape)
        move(up[i], step)
        move(down[k], -step)
    raise Infeasible
