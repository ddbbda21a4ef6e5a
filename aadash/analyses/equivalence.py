"""Not significant is not equal: two one-sided tests against a margin."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.response import tallied
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import interval, level_name, number, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Result, TestColumn
from aadash.stats.equivalence import Tost, tost_proportions, tost_welch

METHOD = (
    "Two one-sided tests (Schuirmann 1987, doi:10.1007/BF01068419): the strata are called equivalent when the difference "
    "is shown to lie inside ± the margin. Means: Welch's tests, which show it when the (1 − 2 alpha) interval lies inside. Rates: "
    "score tests (Farrington & Manning 1990, doi:10.1002/sim.4780091208) beside Newcombe's interval of that level, which agree but "
    "for the border. The margin must be named before the numbers are seen."
)


@analysis("Could they be called equal?", tests=(TestColumn("p", estimate="difference"),))
def equivalence(cohort: Cohort, plan: AnalysisPlan, margin: float = 10.0) -> Result:
    """Test whether two strata are equivalent, within ± ``margin`` percentage points, at the week in question.

    Table
    -----
    ``variable`` "percent_change" (Welch) and the plan's endpoint (risk difference), each with ``difference, ci_low, ci_high``
    (percentage points, level 1 − 2 alpha), ``p`` (the larger of the two one-sided), ``margin`` and the three counts.

    Raises NotComputable unless there are exactly two strata, or when neither can be tested.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    if len(s.levels) != 3:
        raise NotComputable("Equivalence is tested between two strata", fix="Split by something with two levels")
    j, week = s.cohort.column_index(plan.at_week(s.cohort)), plan.at_week(s.cohort)
    rule = s.rule
    x, y = s.samples(j, "percent_change").values()
    found = tallied(s, rule, j)
    (k1, n1, _), (k2, n2, _) = (found[level] for level in s.levels[1:])
    rows, why = [], ""
    for variable, n, scale, test in (
        ("percent_change", len(x) + len(y), 1.0, lambda: tost_welch(x, y, -margin, margin, plan.alpha)),
        (
            s.rule.name,
            n1 + n2,
            100.0,
            lambda: tost_proportions(k1, n1, k2, n2, -margin / 100, margin / 100, plan.alpha),
        ),
    ):
        try:
            rows.append(_row(s, variable, week, n, scale, margin, test()))
        except NotComputable as error:
            why = error.paragraph()
    if not rows:
        raise NotComputable(why.rstrip("."))
    visit = s.at_week
    used = ~np.isnan(visit.percent_change) & (visit.codes >= 0)
    return Result(
        table(rows),
        s.accounting(used, f"with no visit at week {week}", percent=True, by_stratum=True, at=visit),
        METHOD,
        _sentence(s, rows, margin),
        doubt.collect(
            doubt.imputed(s, responder=True, at_week=True),
            doubt.already_there(s),
            doubt.severity_denominator(s) or doubt.coupling(s),
            doubt.rates_as_seen(s),
            doubt.nri_not_for_means(s),
            doubt.attrition(s, doubt.FILLED),
            doubt.differential(s),
            doubt.prognostic(s),
            doubt.small(s, used, visit),
        ),
        labels=s.labels,
    )


def _row(s: AnalysisSet, variable: str, week: int, n: int, scale: float, margin: float, t: Tost) -> dict:
    return row(
        s.strata.name,
        ALL,
        variable,
        None,
        week,
        len(s.cohort),
        n,
        difference=scale * t.difference,
        ci_low=scale * t.ci_low,
        ci_high=scale * t.ci_high,
        p=t.p,
        margin=margin,
    )


def _sentence(s: AnalysisSet, rows: list[dict], margin: float) -> str:
    names = {"percent_change": "Percent change"} | {s.rule.name: s.rule.symbol}
    told = []
    for r in rows:
        shown = bool(r["p"] <= s.plan.alpha)
        verdict = "cannot be tested" if np.isnan(r["p"]) else "equivalent" if shown else "not shown to be equivalent"
        text = (
            f"{names[r['variable']]}: {verdict} within ±{margin:g} points (difference {number(r['difference'])}, "
            f"{level_name(1 - 2 * s.plan.alpha)} CI {interval(r['ci_low'], r['ci_high'])}; {p_value(r['p'], True, s.plan.alpha)})."
        )
        inside = -margin < r["ci_low"] and r["ci_high"] < margin
        if not np.isnan(r["p"]) and shown != inside:
            text += " The score test and Newcombe's interval disagree at the border, being built differently: call it undecided."
        told.append(text)
    return " ".join(told)
