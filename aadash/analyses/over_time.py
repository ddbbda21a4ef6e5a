"""SALT over time by stratum."""

from __future__ import annotations

from typing import Any

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses import model_based
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import QUANTILES, Courses
from aadash.errors import NotComputable
from aadash.formatting import SPELLED, counted, level_name
from aadash.levels import ALL, Level
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, best_mean
from aadash.stats.descriptive import describe

METHOD = (
    "Mean with its t interval, standard deviation (n − 1), median and quartiles (type 7, as R and Excel give them) of the scores "
    "recorded."
)
#: The same by the rule for missing visits, where it is of others than those made.
OTHERS = {
    "locf": "Mean with its t interval, standard deviation (n − 1), median and quartiles (type 7, as R and Excel give them)"
    " of the scores recorded, and of the last one carried forward where there is none.",
    "complete": "Mean with its t interval, standard deviation (n − 1), median and quartiles (type 7, as R and Excel give them)"
    " of the patients with a score at every visit.",
}
ENDS = "The interval of a mean does not know where the scale ends: a limit beyond it says that the patients are too few to tell."
PERCENT = "Percent change is 100 × (SALT − baseline) / baseline of each patient, then averaged."


@analysis("How does SALT change over time?", section="core", order=1)
def salt_over_time(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Describe SALT at every visit, and its percent change at every visit after baseline.

    Table
    -----
    One row per level (:data:`aadash.levels.ALL`, each stratum) × variable ("salt", "percent_change") × week, with ``n, mean, sd, se,
    ci_low, ci_high, median, q1, q3, minimum, maximum, n_imputed`` and the three counts. SALT in points; percent change
    in percent, negative is better. Under the rule "mixed" also ``adjusted_mean, adjusted_low, adjusted_high`` from the
    mixed model for repeated measures.

    Misleads when visits are missing because treatment failed (the mean is of those who came), and for percent change
    when baselines are small: 4 → 8 is +100 %.
    """
    s = AnalysisSet.of(cohort, plan)
    made = s.made
    if not made.any():
        s.require_complete()
        raise NotComputable(
            f"No {s.cohort.score} is recorded for the {counted(len(s.cohort), 'patient')} included",
            fix="Widen the filters, or choose another rule for missing visits"
            if len(s.cohort.weeks) > 1
            else f"Add {s.cohort.score} at each visit to the file",
        )
    rows = []
    for level in s.levels:
        size = s.size(level)
        for variable, what, first in (("salt", "values", 0), ("percent_change", "percent_change", 1)):
            for j in range(first, len(s.cohort.weeks)):
                visit, d = s.visit(j), describe(s.sample(j, what, level), plan.level)
                rows.append(
                    row(
                        s.strata.name,
                        level,
                        variable,
                        None,
                        s.cohort.weeks[j],
                        size,
                        d.n,
                        n=d.n,
                        mean=d.mean,
                        sd=d.sd,
                        se=d.se,
                        ci_low=d.ci_low,
                        ci_high=d.ci_high,
                        median=d.median,
                        q1=d.q1,
                        q3=d.q3,
                        minimum=d.minimum,
                        maximum=d.maximum,
                        n_imputed=visit.n(visit.imputed & s.who(visit, level)),
                    )
                )
    doubts = _adjust(s, rows) if plan.missing == "mixed" else []
    week, method = plan.at_week(s.cohort), " ".join((OTHERS.get(plan.missing, METHOD), PERCENT, ENDS))
    if any("adjusted_mean" in r for r in rows):
        method = " ".join((method, model_based.method_of(s)))
    analysed: np.ndarray = np.asarray(made.any(axis=1))
    return Result(
        table(rows),
        s.accounting(analysed, "with no visit at all", baseline=False, at=s.patterns.visit()),
        method,
        _sentence(s, rows, week, s.patterns.visit().n(analysed)),
        doubt.collect(
            *doubts,
            doubt.imputed(s, baseline=False),
            doubt.nri_not_for_means(s),
            doubt.attrition(s, doubt.MEANS),
            doubt.differential(s),
            doubt.no_stratum(s),
            doubt.after_baseline(s),
            doubt.small(s) if plan.missing == "mixed" else doubt.small(s, ~np.isnan(s.at_week.values), s.at_week),
            doubt.single_arm(s),
            doubt.undefined_change(s),
            doubt.graded(s),
        ),
        labels=s.labels,
        details=_courses(s),
        apart=s.apart,
    )


def _courses(s: AnalysisSet) -> Courses:
    """Every patient; of a counted cohort those whom it can show."""
    if s.counted is not None:
        bands = {level: np.array([_quantiles(s, j, level) for j in range(len(s.cohort.weeks))]) for level in s.levels}
        return Courses(s.cohort.score, s.cohort.weeks, *s.counted.shown(), bands)
    return Courses(s.cohort.score, s.cohort.weeks, s.cohort.values, s.strata.codes, s.cohort.salt.index)


def _quantiles(s: AnalysisSet, j: int, level: Level) -> list[float]:
    sample: Any = s.sample(j, "seen", level)
    return [sample.quantile(q) for q in QUANTILES] if len(sample) else [float("nan")] * len(QUANTILES)


def _adjust(s: AnalysisSet, rows: list[dict]) -> list[Caveat | None]:
    """Add the mixed model's means to the rows."""
    doubts: list[Caveat | None] = []
    for variable, what, first in (("salt", "values", 0), ("percent_change", "percent_change", 1)):
        for pooled in (True, False):
            if not pooled and len(s.levels) < 2:
                continue
            try:
                model = model_based.fit(s, what, first, pooled)
            except NotComputable as error:
                doubts.append(model_based.not_fitted(error, strata=not pooled and any("adjusted_mean" in r for r in rows)))
                continue
            doubts += [model_based.structure_caveat(model), model_based.known_caveat(model)]
            means = model.contrasts("lsmean")
            for r in rows:
                own = means.get(r["group1_level"])
                if r["variable"] == variable and own is not None and r["week"] in own.index:
                    m = own.loc[r["week"]]
                    r.update(adjusted_mean=m["estimate"], adjusted_low=m["ci_low"], adjusted_high=m["ci_high"])
    return list({d.text: d for d in doubts if d}.values())


def _sentence(s: AnalysisSet, rows: list[dict], week: int, patients: int) -> str:
    def at(level: Level, w: int, variable: str = "salt") -> dict:
        return next(r for r in rows if (r["group1_level"], r["week"], r["variable"]) == (level, w, variable))

    first, last = at(ALL, 0), at(ALL, week)
    if not last["n"]:
        return f"Nobody was seen at week {week}, so the curve ends before it."
    modelled = "adjusted_mean" in first
    kind = "Adjusted mean" if modelled else "Mean"
    text = f"{kind} {s.cohort.score} was {s.cohort.measure.number(best_mean(first)[0])} at baseline (n = {first['n']})"
    if week == 0:
        return text + ", the only visit of this cohort."
    mean, low, high = best_mean(last)
    limits = f"{level_name(s.plan.level)} CI {s.cohort.measure.interval(low, high)}"
    if modelled:
        text += (
            f" and {s.cohort.measure.number(mean)} at week {week} ({limits}; {last['n']} with a score then, {patients} in the model)."
        )
    elif np.isnan(low):
        text += f" and {s.cohort.measure.number(mean)} at week {week} (n = {last['n']})."
    else:
        text += f" and {s.cohort.measure.number(mean)} at week {week} ({limits}, n = {last['n']})."
    seen = [(s.strata.label(level).replace(": ", " "), at(level, 0), at(level, week)) for level in s.levels[1:]]
    seen = [(name, a, b) for name, a, b in seen if b["n"]]
    many = len(seen) > SPELLED
    if many:
        seen.sort(key=lambda one: best_mean(one[2])[0])
    parts = []
    for name, a, b in seen:
        both = f"n = {b['n']}" if a["n"] == b["n"] else f"n = {a['n']}, then {b['n']}"
        n = f"{b['n']} with a score then" if modelled else both
        parts.append(f"{name}: {s.cohort.measure.number(best_mean(a)[0])} → {s.cohort.measure.number(best_mean(b)[0])} ({n})")
    if many:
        return f"{text} Lowest of {len(parts)} strata: {parts[0]}; highest: {parts[-1]}."
    return text + (" " + "; ".join(parts) + "." if parts else "")
