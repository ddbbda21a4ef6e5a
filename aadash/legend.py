"""Which colour is which stratum, and of how many patients the numbers are: the line over a figure."""

from __future__ import annotations

from aadash.axes import BESIDE
from aadash.formatting import SPELLED, whole
from aadash.levels import ALL, Level
from aadash.result import Result


def legend(result: Result, everyone: bool = False) -> tuple[tuple[str, str], ...]:
    """Which colour is which stratum, how many are in it, and of how many the numbers at the week in question are."""
    names = result.labels
    sizes: list[tuple[Level, int]] = [(lv, n) for lv, n in zip(names.levels, names.counts, strict=True) if n]
    if everyone:
        sizes.insert(0, (ALL, result.accounting.enrolled))
    return tuple((_sized(result, lv, n), names.colour(lv)) for lv, n in sizes)


def keyed(result: Result, kind: str) -> bool:
    """Whether a picture of responders needs a legend: one of more strata has their names over its panels, or before its rows."""
    return len(result.labels.used) <= (BESIDE if kind == "endpoints" else 2)


def of_visits(result: Result) -> tuple[tuple[str, str], ...]:
    """Which colour is which where visits stand side by side: the strata, and everyone."""
    used = result.labels.used
    return legend(result, everyone=True) if result.analysis == "change_from_baseline" and 0 < len(used) <= SPELLED else ()


def _sized(result: Result, level: Level, n: int) -> str:
    """A stratum, how many are in it, and of how many of them the numbers are, where that is not all."""
    name, week = result.labels.label(level), result.week
    everyone, own = (_counted(result, lv, week) for lv in (ALL, level))
    at_week = week is not None and result.accounting.analysed == everyone[0]
    seen = own[0] if at_week else own[1]
    if not seen < n:
        return f"{name} (n = {whole(n)})"
    return f"{name} (n = {whole(n)}, {whole(seen)} at week {week})" if at_week else f"{name} (n = {whole(n)}, {whole(seen)} analysed)"


def _counted(result: Result, level: Level, week: int | None) -> tuple[float, float]:
    """Patients analysed at the week, and in what is of no week; NaN where there is no such row. A page asks at every run: kept."""
    return result.once(("counted", level, week), lambda: _most(result, level, week))


def _most(result: Result, level: Level, week: int | None) -> tuple[float, float]:
    t = result.rows(group1_level=level)
    asked = t[t["variable"] == result.plan.endpoint]
    t = asked if len(asked) else t
    return t[t["week"] == week]["n_analysed"].max(), t[t["week"].isna()]["n_analysed"].max()
