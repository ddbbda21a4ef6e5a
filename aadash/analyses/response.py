"""How many respond, and when?"""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.visits import Visit
from aadash.cohort import Cohort
from aadash.endpoints import Endpoint, endpoints_of, visit_responses
from aadash.formatting import SPELLED, count, interval, level_name, listing
from aadash.levels import ALL, Level
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.stats.proportions import wilson

METHOD = (
    "Responders over patients in whom the endpoint is defined, with Wilson's score interval "
    "(Wilson 1927, doi:10.1080/01621459.1927.10502953)."
)


@analysis("How many respond, and when?", section="core", order=3, every_rule=True)
def responders(cohort: Cohort, plan: AnalysisPlan, brief: bool = False) -> Result:
    """Responder rates by stratum, week and endpoint; ``brief``: of the plan's endpoint at the week in question alone.

    Table
    -----
    One row per level × endpoint of the measure (``variable`` "SALT30" … "SALT<=10", and the plan's own) × follow-up week with
    ``k`` responders, ``n`` in the denominator, ``rate`` (0–1), Wilson's ``ci_low, ci_high`` (0–1; NaN for n = 0),
    ``n_imputed`` and the three counts.

    Raises NotComputable without a follow-up visit. Misleads for "SALT<=20" when patients start at 20 or below: they
    count as responders before any drug (a caveat counts them).
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    rows = []
    ladder, weeks = ladder_of(s, brief), [s.cohort.column_index(w) for w in s.weeks_asked(brief)]
    found = {(name, j): tallied(s, rule, j) for name, rule in ladder.items() for j in weeks}
    for name in ladder:
        for level in s.levels:
            for j in weeks:
                k, n, filled = found[name, j][level]
                ci = wilson(k, n, plan.level) if n else None
                rows.append(
                    row(
                        s.strata.name,
                        level,
                        name,
                        None,
                        s.cohort.weeks[j],
                        s.size(level),
                        n,
                        k=k,
                        n=n,
                        rate=ci.estimate if ci else float("nan"),
                        ci_low=ci.low if ci else float("nan"),
                        ci_high=ci.high if ci else float("nan"),
                        n_imputed=filled,
                    )
                )
    rule, week = s.rule, plan.at_week(s.cohort)
    visit = s.at_week
    defined = ~np.isnan(status_at(s, rule, visit)[0])
    return Result(
        table(rows),
        s.accounting(defined, f"with no visit at week {week}", rule=rule, at=visit),
        METHOD,
        _sentence(s, rows, week),
        doubt.collect(
            doubt.imputed(s, responder=True),
            doubt.already_there(s),
            doubt.undefined_change(s),
            doubt.severity_denominator(s),
            doubt.attrition(s, doubt.RATES),
            doubt.differential(s),
            doubt.no_stratum(s),
            doubt.after_baseline(s),
            doubt.rates_as_seen(s),
            doubt.small(s, defined, visit),
            doubt.single_arm(s),
        ),
        labels=s.labels,
    )


def status_at(s: AnalysisSet, rule: Endpoint, visit: Visit) -> tuple[np.ndarray, np.ndarray]:
    """Response of each row at a week (1, 0, NaN), and where a missing visit counts as none."""
    return visit_responses(rule, s.plan.missing, visit.baseline, visit.values, visit.imputed)


def tallied(s: AnalysisSet, rule: Endpoint, j: int) -> dict[Level, tuple[int, int, int]]:
    """Level → responders, patients asked, and visits filled in at the week at position ``j``."""
    visit = s.visit(j)
    kept = visit.__dict__.setdefault("_tallied", {})  # a counted visit is asked by several analyses
    levels = len(s.strata.levels)
    key = (rule.name, s.plan.missing, levels)
    if key not in kept:
        status, imputed = status_at(s, rule, visit)
        kept[key] = [visit.by_level(who, levels) for who in (status == 1, ~np.isnan(status), imputed)]
    k, n, filled = kept[key]
    out: dict[Level, tuple[int, int, int]] = {ALL: (int(k.sum()), int(n.sum()), int(filled.sum()))}
    for level in s.levels[1:]:
        i = s.strata.levels.index(level)
        out[level] = (int(k[i]), int(n[i]), int(filled[i]))
    return out


def ladder_of(s: AnalysisSet, brief: bool) -> dict[str, Endpoint]:
    """The usual endpoints of the measure, and the plan's own if it is another; in brief the plan's own alone."""
    return ({} if brief else endpoints_of(s.cohort.measure)) | {s.rule.name: s.rule}


def _sentence(s: AnalysisSet, rows: list[dict], week: int) -> str:
    rule = s.rule
    here = {r["group1_level"]: r for r in rows if r["variable"] == rule.name and r["week"] == week}
    everyone = here[ALL]
    if not everyone["n"]:
        return f"Nobody can be counted for {rule.symbol} at week {week}."
    text = (
        f"{rule.symbol} ({rule.label}) was reached by {count(everyone['k'], everyone['n'])} at week {week} "
        f"({level_name(s.plan.level)} CI {interval(100 * everyone['ci_low'], 100 * everyone['ci_high'])} %)."
    )
    parts = [f"{s.strata.within(lv)} {count(here[lv]['k'], here[lv]['n'])}" for lv in s.levels[1:] if here[lv]["n"]]
    rest = [int(everyone[c] - sum(here[lv][c] for lv in s.levels[1:])) for c in ("k", "n")]
    if parts and rest[1]:
        parts.append(f"not recorded {count(*rest)}")
    if len(parts) > SPELLED:
        used = sorted((here[lv] for lv in s.levels[1:] if here[lv]["n"]), key=lambda r: r["k"] / r["n"])
        low, high = ((count(r["k"], r["n"]), s.strata.within(r["group1_level"])) for r in (used[0], used[-1]))
        split = s.strata.title.split(" (")[0]
        text += f" By {split}, from {low[0]} in {low[1]} to {high[0]} in {high[1]}; {len(used)} strata."
        return text
    return text + (" By " + s.strata.title.split(" (")[0] + ": " + listing(parts) + "." if parts else "")
