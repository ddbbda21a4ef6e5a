"""What if the missing visits had been seen? Multiple imputation, and weights for those who stayed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.imputation import (
    COPIES,
    SEED,
    Imputed,
    impute,
    pooled_change,
    pooled_change_difference,
    pooled_response_difference,
)
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import counted, interval, number, p_value, percent
from aadash.levels import ALL, Level, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.dropout_weights import DropoutWeights, dropout_weights, weighted_difference, weighted_mean, weighted_rate
from aadash.stats.imputation import Pooled
from aadash.stats.pooled_rates import pool_rate
from aadash.stats.repeated_imputation import monte_carlo_error

METHOD = (
    "Missing visits are drawn {m} times (seed {seed}) from a normal model of all visits, {strata}, and put on the ends of the scale "
    "where they fall beyond it; answers are pooled by Rubin's rules with Barnard and Rubin's degrees of freedom (1999, "
    "doi:10.1093/biomet/86.4.948), rates by Lott and Reiter (2020, doi:10.1080/00031305.2018.1473796). Beside it: patients with a "
    "score, "
    "weighted by one over their chance to have been followed (Robins, Rotnitzky & Zhao 1995, "
    "doi:10.1080/01621459.1995.10476493). Both hold when leaving depends on what was seen."
)


@analysis(
    "What if the missing visits had been seen?",
    section="long",
    tests=(TestColumn("p", "imputed outcomes", estimate="estimate"),),
    order=42,
)
def imputed_outcomes(
    cohort: Cohort, plan: AnalysisPlan, copies: int = COPIES, seed: int = SEED, progress: Callable[[float], object] | None = None
) -> Result:
    """Mean change, responders and differences of strata at the week in question, with the missing visits imputed or weighted for.

    Table
    -----
    ``variable`` "change" (SALT points) or the endpoint (share, 0–1); ``variable_level`` "imputed", "weighted" or "observed";
    ``group1_level`` everyone, a level, or the pair of the two first levels (first minus second). ``estimate, ci_low, ci_high, p``
    (p of pairs only), ``df``, ``fmi`` (fraction of missing information), ``mc_error`` (what another seed would move), ``n_imputed``
    patients whose week was drawn, ``effective_n`` (weighted). ``progress`` is told the share done; raising in it stops.

    Raises NotComputable as :func:`impute` does. Misleads when patients left because of what would have been seen: see the tipping
    point.
    """
    s = AnalysisSet.of(cohort, plan)
    done = impute(s, copies, seed, progress)
    rows = _imputed_rows(done)
    failed: list[Caveat] = []
    rows += _observed_rows(done)
    try:
        rows += _weighted_rows(done, failed)
    except NotComputable as error:
        failed.append(Caveat("not-computed", f"Weights for missing scores: {error.paragraph()}"))
    shared = " (covariance shared, strata being small)" if done.copies.common_covariance else ""
    strata = f"each stratum by itself{shared}" if done.levels else "all patients together"
    return Result(
        table(rows, ("estimate", "ci_low", "ci_high", "p", "df", "fmi", "mc_error", "n_imputed", "effective_n")),
        done.accounting(),
        METHOD.format(m=copies, seed=seed, strata=strata),
        _sentence(s, rows),
        (
            Caveat(
                "missing-at-random",
                "Imputation and weights take patients without a score to be like those with the same course who have one.",
                "See how much worse they would have to be for the conclusion to change.",
            ),
            *filter(None, [done.without_level(), done.mostly_drawn()]),
            *failed,
        ),
        labels=s.labels,
    )


def _keys(done: Imputed, level: Level, variable: str, how: str, members: np.ndarray, **stats: object) -> dict:
    week, n = done.s.plan.at_week(done.s.cohort), len(done.s.cohort)
    return row(done.s.strata.name, level, variable, how, week, n, int(members.sum()), **stats)


def _comparable(done: Imputed) -> bool:
    return len(done.levels) == 2 and all((done.codes == i).sum() > 1 for i in (0, 1))


def _imputed_rows(done: Imputed) -> list[dict]:
    change, response = done.change(), done.response()
    defined, holes, endpoint = ~np.isnan(response[0]), done.unseen, done.s.rule.name
    rows = []
    for level in done.everyone_and_levels:
        who = done.members(level)
        if who.sum() > 1:
            q = pooled_change(done, change, who)
            spread = float(change[:, who].mean(axis=1).var(ddof=1))
            rows.append(
                _keys(
                    done,
                    level,
                    "change",
                    "imputed",
                    who,
                    **_numbers(q, test=False),
                    mc_error=monte_carlo_error(spread, done.copies.m),
                    n_imputed=int(holes[who].sum()),
                )
            )
        here = who & defined
        if here.any():
            k = response[:, here].sum(axis=1)
            r = pool_rate(k, int(here.sum()), done.s.plan.level)
            error = monte_carlo_error(float((k / here.sum()).var(ddof=1)), done.copies.m)
            rows.append(
                _keys(
                    done,
                    level,
                    endpoint,
                    "imputed",
                    here,
                    estimate=r.estimate,
                    ci_low=r.low,
                    ci_high=r.high,
                    mc_error=error,
                    n_imputed=int(holes[here].sum()),
                )
            )
    if _comparable(done):
        pair, everyone = Pair(*done.levels), np.ones(len(done.codes), dtype=bool)
        rows.append(
            _keys(
                done,
                pair,
                "change",
                "imputed",
                everyone,
                **_numbers(pooled_change_difference(done, change)),
                n_imputed=int(holes.sum()),
            )
        )
        if all((defined & (done.codes == i)).any() for i in (0, 1)):
            q = pooled_response_difference(done, response)
            rows.append(_keys(done, pair, endpoint, "imputed", defined, **_numbers(q), n_imputed=int(holes[defined].sum())))
    return rows


def _numbers(q: Pooled, test: bool = True) -> dict[str, float]:
    return {
        "estimate": q.estimate,
        "ci_low": q.ci_low,
        "ci_high": q.ci_high,
        "p": q.p if test else float("nan"),
        "df": q.df,
        "fmi": q.fmi,
    }


def _outcomes(done: Imputed) -> list[tuple[str, np.ndarray]]:
    """The two outcomes as seen, (patients who can be,); NaN for not seen."""
    j = done.s.cohort.column_index(done.s.plan.at_week(done.s.cohort))
    seen = done.s.cohort.values[done.who][:, j]
    rule = done.s.rule
    return [("change", seen - done.baseline), (done.s.rule.name, rule.response(done.baseline, seen))]


def _observed_rows(done: Imputed) -> list[dict]:
    """The plain numbers of those seen, to stand beside."""
    rows = []
    for variable, y in _outcomes(done):
        for level in done.everyone_and_levels:
            x = y[done.members(level) & ~np.isnan(y)]
            if len(x):
                rows.append(
                    _keys(done, level, variable, "observed", done.members(level) & ~np.isnan(y), estimate=float(x.mean()), n_imputed=0)
                )
        if _comparable(done):
            a, b = (y[(done.codes == i) & ~np.isnan(y)] for i in (0, 1))
            if len(a) and len(b):
                rows.append(
                    _keys(
                        done, Pair(*done.levels), variable, "observed", ~np.isnan(y), estimate=float(a.mean() - b.mean()), n_imputed=0
                    )
                )
    return rows


def _weighted_rows(done: Imputed, failed: list[Caveat]) -> list[dict]:
    s = done.s
    j = s.cohort.column_index(s.plan.at_week(s.cohort))
    strata = (done.codes[:, None] == np.arange(1, max(len(done.levels), 1))).astype(float)
    w = dropout_weights(s.cohort.values[done.who][:, : j + 1], strata)
    rows = []
    for variable, y in _outcomes(done):
        for level in done.everyone_and_levels:
            who = done.members(level) & ~np.isnan(y)
            if who.any():
                m = (weighted_mean if variable == "change" else weighted_rate)(y, w, who, s.plan.level)
                rows.append(
                    _keys(
                        done,
                        level,
                        variable,
                        "weighted",
                        who,
                        estimate=m.estimate,
                        ci_low=m.ci_low,
                        ci_high=m.ci_high,
                        n_imputed=0,
                        effective_n=_effective(w, who),
                    )
                )
        if _comparable(done) and all((~np.isnan(y) & (done.codes == i)).any() for i in (0, 1)):
            failed += filter(None, [done.told_apart(y, w, "mean change" if variable == "change" else s.rule.symbol)])
            d = weighted_difference(y, w, done.codes == 0, done.codes == 1, s.plan.level)
            rows.append(
                _keys(
                    done,
                    Pair(*done.levels),
                    variable,
                    "weighted",
                    ~np.isnan(y),
                    estimate=d.estimate,
                    ci_low=d.ci_low,
                    ci_high=d.ci_high,
                    p=d.p,
                    n_imputed=0,
                    effective_n=_effective(w, ~np.isnan(y)),
                )
            )
    return rows


def _effective(w: DropoutWeights, who: np.ndarray) -> float:
    x = w.weights[who]
    return float(x.sum() ** 2 / (x @ x))


def _sentence(s: AnalysisSet, rows: list[dict]) -> str:
    def one(level: object, variable: str, how: str) -> dict | None:
        return next((r for r in rows if (r["group1_level"], r["variable"], r["variable_level"]) == (level, variable, how)), None)

    rule, week = s.rule, s.plan.at_week(s.cohort)
    response, seen = one(ALL, s.rule.name, "imputed"), one(ALL, s.rule.name, "observed")
    told = response or one(ALL, "change", "imputed")
    assert told is not None
    text = f"With the {counted(told['n_imputed'], 'missing value')} of week {week} imputed, "
    if response is None:
        change = told
        return text + (
            f"the mean change is {s.cohort.measure.amount(change['estimate'])} "
            f"({s.cohort.measure.interval(change['ci_low'], change['ci_high'])})."
        )
    text += f"{percent(response['estimate'])} reach {rule.symbol} ({interval(100 * response['ci_low'], 100 * response['ci_high'])} %)"
    text += f", against {percent(seen['estimate'])} of those with a score." if seen else "."
    pair = next(
        (r for r in rows if isinstance(r["group1_level"], Pair) and r["variable_level"] == "imputed" and r["variable"] == rule.name),
        None,
    )
    if pair:
        a, b = pair["group1_level"].first, pair["group1_level"].second
        text += (
            f" {s.labels.label(a)} less {s.labels.label(b)}: {number(100 * pair['estimate'])} percentage points "
            f"({interval(100 * pair['ci_low'], 100 * pair['ci_high'])}; {p_value(pair['p'], True, s.plan.alpha)})."
        )
    return text
