"""When the response came, which is known only to lie between two visits."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.time_to_response import first_response, followed_up
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import number
from aadash.levels import Level
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.stats.interval_censored import turnbull
from aadash.stats.survival import kaplan_meier

METHOD = (
    "A response came at some time between the last visit without and the first visit with the endpoint. Turnbull's estimate (1976, "
    "doi:10.1111/j.2517-6161.1976.tb01597.x) uses just that; limits by {b} resamples of patients (seed {seed}, percentiles). "
    "Kaplan–Meier, which dates a response to the visit, stands beside it."
)


@analysis("When did the response come, between the visits?", section="long", order=53)
def interval_time(cohort: Cohort, plan: AnalysisPlan, resamples: int = 200, seed: int = 20250117, progress: object = None) -> Result:
    """Share who have responded by each visit when a response is only known to lie between two visits.

    Table
    -----
    ``variable`` the endpoint; ``variable_level`` "curve": a level × week (right end of an innermost interval) with ``probability``
    of a response by then, ``ci_low, ci_high`` (bootstrap; NaN for fewer than 20 patients), ``kaplan_meier``; "summary":
    ``median_from, median_to`` the interval in which half have responded, ``n, k``.

    Raises NotComputable where nobody can be followed. Misleads when patients came because of the response.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    time, event, follow, why = first_response(s)
    if not follow.any():
        raise NotComputable(f"There is nobody to follow to {s.rule.symbol}")
    left, right = _bounds(s, time, event)
    rng, rows = np.random.default_rng(seed), []
    used = [lv for lv in s.levels if (s.strata.members(lv) & follow).any()]
    for i, level in enumerate(used):
        who = s.strata.members(level) & follow
        rows += _between(s, level, left[who], right[who], time[who], event[who], rng, resamples, progress, i, len(used))
    return Result(
        table(rows, ("probability", "ci_low", "ci_high", "kaplan_meier", "median_from", "median_to", "k", "n")),
        followed_up(s, follow, why),
        METHOD.format(b=resamples, seed=seed),
        _sentence(s, rows),
        doubt.collect(doubt.no_rule(s), doubt.small(s)),
        labels=s.labels,
    )


def _bounds(s: AnalysisSet, time: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Last visit without and first visit with the endpoint; infinite where it was not seen."""
    weeks = np.array(s.cohort.weeks, dtype=float)
    seen = ~np.isnan(s.cohort.values)
    seen[:, 0] = True
    earlier = np.where(seen & (weeks < time[:, None]), weeks, -np.inf).max(axis=1)
    return np.where(event == 1, earlier, time), np.where(event == 1, time, np.inf)


def _between(
    s: AnalysisSet, level: Level, left: np.ndarray, right: np.ndarray, time: np.ndarray, event: np.ndarray,
    rng: np.random.Generator, resamples: int, progress: object, part: int, parts: int,
) -> list[dict]:  # fmt: skip
    n, enrolled = len(left), int(s.strata.members(level).sum())  # type: ignore[arg-type]
    found = turnbull(left, right)
    ends = found.intervals.loc[np.isfinite(found.intervals["right"]), "right"].to_numpy()
    draws = np.full((resamples, len(ends)), np.nan)
    for b in range(resamples if n >= 20 else 0):
        pick = rng.integers(0, n, n)
        again = turnbull(left[pick], right[pick], tolerance=1e-7)
        draws[b] = [again.by(e)[0] for e in ends]
        if callable(progress) and b % 10 == 0:
            progress((part + b / resamples) / parts)
    tail = (1 - s.plan.level) / 2
    limits = np.quantile(draws, [tail, 1 - tail], axis=0) if n >= 20 else np.full((2, len(ends)), np.nan)
    km = kaplan_meier(time, event, s.plan.level).curve
    out = []
    for i, e in enumerate(ends):
        before = km[km["time"] <= e]
        alone = 1 - float(before["survival"].iloc[-1]) if len(before) else 0.0
        out.append(
            row(
                s.strata.name,
                level,
                s.rule.name,
                "curve",
                int(e),
                enrolled,
                n,
                probability=found.by(e)[0],
                ci_low=limits[0, i],
                ci_high=limits[1, i],
                kaplan_meier=alone,
            )
        )
    a, b_ = found.median()
    reached = np.isfinite(b_)
    out.append(
        row(
            s.strata.name,
            level,
            s.rule.name,
            "summary",
            None,
            enrolled,
            n,
            median_from=a if reached else float("nan"),
            median_to=b_ if reached else float("nan"),
            k=int(event.sum()),
            n=n,
        )
    )
    return out


def _sentence(s: AnalysisSet, rows: list[dict]) -> str:
    """When half had reached the endpoint, of everybody and of each stratum."""
    symbol, summary = s.rule.symbol, [r for r in rows if r["variable_level"] == "summary"]
    told = []
    for r in summary:
        who, first, last = s.labels.label(r["group1_level"]), number(r["median_from"], 0), number(r["median_to"], 0)
        if np.isnan(r["median_to"]):
            told.append(f"{who}: fewer than half had reached {symbol} when follow-up ended.")
        elif 2 * r["k"] < r["n"]:  # fewer than half did: the others left before, and are taken to be like those who stayed
            told.append(
                f"{who}: had those followed for less time gone on like the others, half would have reached {symbol} between "
                f"week {first} and week {last}."
            )
        else:
            told.append(f"{who}: half had reached {symbol} between week {first} and week {last}.")
    return " ".join(told)
