"""How complete a file is: who was seen when, what is known of whom, and what can be used together."""

from __future__ import annotations

import numpy as np

from aadash.analyses.analysis_set import row, table
from aadash.analyses.baseline_columns import is_after_baseline
from aadash.analyses.not_recorded import came_without
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.completeness import visit_patterns
from aadash.details import Completeness
from aadash.formatting import count
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Result
from aadash.strata import title_of

#: What a cell is of, where patients came to visits without the score.
OF_SCORE = (
    "Counts of what is filled in among the patients included; nothing is put in the place of what is missing. A fact counts at a "
    "visit where SALT is recorded and the fact is known: such a patient can be used in an analysis of that visit by that fact."
)
METHOD = (
    "Counts of what is filled in among the patients included; nothing is put in the place of what is missing. A fact counts at a "
    "visit where the patient was seen and the fact is known: such a patient can be used in an analysis of that visit by that fact."
)


@analysis("How complete is the file?", section="session")
def completeness(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """How many patients were seen at each visit, have each fact, and both together; and who made which visits.

    Table
    -----
    ``variable`` "visits" (over all weeks, and each) with ``k`` visits made; "facts" (over all of before the first dose) with ``k``
    values known; "fact" with ``variable_level`` its name as other tables have it, known of ``k`` patients, and at each week
    of ``k`` patients who were seen (what is known only after the first dose has no row: that nobody stopped is no gap);
    "every visit" with ``k`` patients. ``rate`` is the share of ``n_enrolled``. Patterns of visits are among the details.

    Misleads as the share that an analysis can use: one that needs several facts uses fewer.
    """
    c = plan.included(cohort)
    n, seen, facts = len(c), ~np.isnan(c.values), list(c.patients.columns)
    known = np.column_stack([c.fact(f).notna().to_numpy() for f in facts]) if facts else np.zeros((n, 0), dtype=bool)
    both = known.astype(np.float32).T @ seen.astype(np.float32)
    rows = [_row("every visit", None, None, int(seen.all(axis=1).sum()), n), _row("visits", None, None, int(seen.sum()), seen.size)]
    rows += [_row("visits", None, w, int(k), n) for w, k in zip(c.weeks, seen.sum(axis=0), strict=True)]
    before = {str(f) for f in facts if not is_after_baseline(c, str(f)) and str(f) != c.roles.get("adverse_event")}
    own = known[:, [str(f) in before for f in facts]]
    later = tuple(str(f) for f in facts if str(f) not in before and c.fact(f).isna().any())
    rows += [_row("facts", None, None, int(own.sum()), own.size)] if before else []
    names = {str(f): title_of("subtype" if str(f) == c.roles.get("subtype") else str(f)) for f in facts}
    names = {f: name if [*names.values()].count(name) == 1 else f for f, name in names.items()}
    for i, fact in ((i, f) for i, f in enumerate(map(str, facts)) if f in before):
        rows.append(_row("fact", names[fact], None, int(known[:, i].sum()), n))
        rows += [_row("fact", names[fact], w, int(k), n) for w, k in zip(c.weeks, both[i], strict=True)]
    found = table(rows)
    apart = any(came_without(c, week) for week in c.weeks)
    return Result(
        found,
        Accounting(n, n),
        OF_SCORE if apart else METHOD,
        _sentence(rows, n, {names[f] for f in before}, c.score if apart else ""),
        details=Completeness(c.score, tuple(c.weeks), n, visit_patterns(c), later),
        apart=apart,
    )


def _row(variable: str, level: str | None, week: int | None, k: int, of: int) -> dict[str, object]:
    return row("none", ALL, variable, level, week, of, k, k=k, rate=k / of)


def _sentence(rows: list[dict], n: int, before: set[str], score: str) -> str:
    """Who was seen throughout (of whom the ``score`` is recorded, where who lacks it may have come), and what is known least of the
    facts from ``before`` the first dose: an empty week of stopping says that nobody stopped, not that nobody knows."""
    said = f"{count(rows[0]['k'], n)} of the patients were seen at every visit."
    if score:
        said = f"{score} is recorded at every visit of {count(rows[0]['k'], n)} of the patients."
    visits = [r for r in rows if r["variable"] == "visits" and r["week"] is not None]
    worst = min(visits, key=lambda r: r["k"])
    if worst["k"] < n:
        said += (
            f" It is missing most at week {worst['week']}, of {count(n - worst['k'], n)}."
            if score
            else f" The visit missed most is week {worst['week']}, by {count(n - worst['k'], n)}."
        )
    facts = [r for r in rows if r["variable"] == "fact" and r["week"] is None and r["variable_level"] in before]
    least = min(facts, key=lambda r: r["k"], default=None)
    if least is not None:
        gap = f" The fact known least is {least['variable_level']}, missing for {count(n - least['k'], n)}."
        said += gap if least["k"] < n else " Every baseline fact is known of everyone."
    return said
