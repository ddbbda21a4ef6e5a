"""Do the intervals hold without assuming a normal distribution? Bootstrap beside the closed form."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import interval, number, with_limits
from aadash.levels import ALL
from aadash.measure import Measure
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.bootstrap import bootstrap_bca
from aadash.stats.paired import paired_t
from aadash.stats.two_sample import welch_t

METHOD = (
    "Bias-corrected and accelerated bootstrap (Efron 1987, doi:10.1080/01621459.1987.10478410): patients are drawn with "
    "replacement, strata apart, {resamples} times from the seed {seed}; the closed form stands beside it."
)
SEED = 20250101
#: Intervals whose limits differ by less than this share of their width are called alike.
ALIKE = 0.1


@analysis("Do the intervals hold without assuming a normal distribution?", section="long")
def bootstrap(cohort: Cohort, plan: AnalysisPlan, resamples: int = 2000, progress: Callable[[float], object] | None = None) -> Result:
    """BCa intervals of the mean and median change in SALT, and of the difference in mean percent change of two strata.

    ``progress`` is called with the share done, from 0 to 1; an exception raised in it cancels.

    Table
    -----
    At the week in question: ``variable`` "salt" (``variable_level`` "mean change", "median change") and, with two strata,
    "percent_change" ("difference in means"): ``estimate, ci_low, ci_high`` by bootstrap, ``t_low, t_high`` by the closed
    form (NaN for the median), ``resamples, seed`` and the three counts.

    Raises NotComputable without a follow-up visit or with fewer than two patients with different changes. Below about 20
    patients the bootstrap is too narrow as well.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    week = plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    d = s.values[:, j] - s.cohort.baseline
    d = d[~np.isnan(d)]
    if len(d) < 2 or d.max() == d.min():
        raise NotComputable(f"Fewer than two patients have different changes by week {week}, so there is nothing to resample")
    groups = [g for g in s.groups(s.percent_change[:, j]).values() if len(g) > 1 and g.max() > g.min()]
    t = paired_t(d, np.zeros(len(d)), plan.level)
    jobs: list[tuple[str, str, list[np.ndarray], Callable, float, float]] = [
        ("salt", "mean change", [d], lambda x: x.mean(), t.ci_low, t.ci_high),
        ("salt", "median change", [d], lambda x: float(np.median(x)), float("nan"), float("nan")),
    ]
    if len(s.levels) == 3 and len(groups) == 2:
        w = welch_t(groups[0], groups[1], plan.level)
        jobs.append(("percent_change", "difference in means", groups, lambda x, y: x.mean() - y.mean(), w.ci_low, w.ci_high))
    rows, failed = [], []
    for i, (variable, what, samples, statistic, low, high) in enumerate(jobs):
        try:
            b = bootstrap_bca(samples, statistic, plan.level, resamples, SEED, _share(progress, i, len(jobs)))
        except NotComputable as error:
            failed.append(Caveat("not-computed", f"{what.capitalize()}: {error.paragraph()}"))
            continue
        rows.append(
            row(
                s.strata.name,
                ALL,
                variable,
                what,
                week,
                len(s.cohort),
                sum(map(len, samples)),
                estimate=b.estimate,
                ci_low=b.low,
                ci_high=b.high,
                t_low=low,
                t_high=high,
                resamples=resamples,
                seed=SEED,
            )
        )
    if not rows:
        raise NotComputable(" ".join(c.text for c in failed).rstrip("."))
    seen = ~np.isnan(s.values[:, j]) & ~np.isnan(s.cohort.baseline)
    return Result(
        table(rows),
        s.accounting(seen, f"with no visit at week {week}"),
        METHOD.format(resamples=resamples, seed=SEED),
        _sentence(s.cohort.measure, rows),
        doubt.collect(
            *failed, doubt.imputed(s, at_week=True), doubt.rates_as_seen(s), doubt.attrition(s, doubt.FILLED), doubt.small(s, seen)
        ),
        labels=s.labels,
    )


def _share(progress: Callable[[float], object] | None, job: int, jobs: int) -> Callable[[int, int], None] | None:
    """The share done of all jobs, from what is done of one."""
    if progress is None:
        return None

    def tell(done: int, n: int) -> None:
        progress((job + done / n) / jobs)

    return tell


def _sentence(measure: Measure, rows: list[dict]) -> str:
    told, bare = [], []
    for r in rows:
        digits = measure.digits_of(r["variable"])
        name = r["variable_level"]
        if np.isnan(r["ci_low"]):
            bare.append(f"The {name} ({number(r['estimate'], digits)}) has no interval: all draws lie on one side of it")
        elif np.isnan(r["t_low"]):
            bare.append(
                f"For the {name} it gives {with_limits(number(r['estimate'], digits), r['ci_low'], r['ci_high'], digits)}; "
                "there is no closed form"
            )
        else:
            width = r["t_high"] - r["t_low"]
            shift = max(abs(r["ci_low"] - r["t_low"]), abs(r["ci_high"] - r["t_high"])) / width
            verdict = "much the same as" if shift < ALIKE else "different from"
            told.append(
                f"For the {name} the bootstrap gives {interval(r['ci_low'], r['ci_high'], digits)}, {verdict} "
                f"{interval(r['t_low'], r['t_high'], digits)} by the closed form"
            )
    return " ".join(f"{text}." for text in [*told, *bare])
