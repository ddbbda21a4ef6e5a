"""Two splits at once: rate and mean change in every cell of one stratifier by another."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.analyses.subgroups.splits import NAN, SMALL, other_splits
from aadash.cohort import Cohort
from aadash.details import Cells
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.formatting import count, counted, percent
from aadash.levels import Cell
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.descriptive import describe
from aadash.stats.proportions import wilson
from aadash.strata import Strata

METHOD = (
    "Every cell is the patients who are in both levels: responders over patients with Wilson's interval, mean change with its "
    "t interval. No test: with so many cells the best and the worst are far apart by chance alone."
)


@analysis("What does each pair of levels of two splits hold?", section="subgroups")
def subgroup_pairs(cohort: Cohort, plan: AnalysisPlan, across: str = "") -> Result:
    """The plan's stratifier (rows) by another (columns): what each cell holds.

    ``across`` is the other stratifier; "" takes the first that there is.

    Table
    -----
    One row per cell: ``group1`` "severity × sex", ``group1_level`` :class:`aadash.levels.Cell`, ``variable`` the endpoint
    (``k, n, rate, ci_low, ci_high``, 0–1), "salt_change" or "percent_change" (``n, mean, ci_low, ci_high``). Cells without a
    patient are there with n = 0 and NaN. ``details`` gives row and column label of each cell.

    Raises NotComputable without a follow-up visit or a split, or when there is no such other column. Misleads when the one
    striking cell is picked: look at its n.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    rule, week = s.rule, plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    status = responses(s.cohort, rule, plan.missing)[0][:, j]
    others = {one.name: one for one in other_splits(s, np.ones(len(status), dtype=bool))}
    if across and across not in others:
        raise NotComputable(f"The column {across!r} does not split these patients", fix="Choose another column")
    other = others[across] if across else next(iter(others.values()))
    values = {rule.name: status, "salt_change": s.values[:, j] - s.cohort.baseline, "percent_change": s.percent_change[:, j]}
    rows: list[dict] = []
    cells: dict[Cell, tuple[str, str]] = {}
    for a in s.levels[1:]:
        for b, label in zip(other.levels, other.labels, strict=True):
            if not other.members(b).any():
                continue
            who = s.strata.members(a) & other.members(b)
            cells[Cell(a, b)] = (s.strata.label(a), label)
            for variable, numbers in values.items():
                found = s.taken(numbers, who & ~np.isnan(numbers))
                rows.append(
                    row(
                        f"{s.strata.name} × {other.name}",
                        Cell(a, b),
                        variable,
                        None,
                        week,
                        s.n(who),
                        len(found),
                        **_statistics(variable == rule.name, found, plan.level),
                    )
                )
    analysed = ~np.isnan(status)
    few = _few(rows, rule.name)
    return Result(
        table(rows),
        s.accounting(
            analysed & (s.strata.codes >= 0) & (other.codes >= 0),
            f"with no visit at week {week}",
            rule=rule,
            by_stratum=True,
            others=((f"with nothing recorded for {other.title}", other.codes < 0),),
        ),
        METHOD,
        " ".join([_made(s, other, len(cells), few), _best(rows, cells, rule.name, rule.symbol)]),
        doubt.collect(
            _thin(few, len(cells)),
            doubt.prognostic(s),
            doubt.severity_denominator(s),
            doubt.already_there(s),
            doubt.attrition(s, doubt.RATES),
        ),
        labels=s.labels,
        details=Cells(cells, other.name, (s.strata.title, other.title), _made(s, other, len(cells), _few(rows, "salt_change"))),
        question=f"Every cell of {s.strata.title} by {other.title}",
    )


def _few(rows: list[dict], variable: str) -> int:
    """How many cells have few patients in whom the variable is known: the same patients of whom the best cell is sought."""
    return sum(r["n"] < SMALL for r in rows if r["variable"] == variable)


def _made(s: AnalysisSet, other: Strata, cells: int, few: int) -> str:
    return (
        f"{s.strata.title[:1].upper() + s.strata.title[1:]} by {other.title} makes {counted(cells, 'cell')}, of which "
        f"{'none holds' if not few else f'{few} holds' if few == 1 else f'{few} hold'} fewer than {SMALL} of the patients analysed."
    )


def _statistics(rate: bool, known: np.ndarray, level: float) -> dict[str, object]:
    if rate:
        if not len(known):
            return {"k": 0, "n": 0, "rate": NAN, "ci_low": NAN, "ci_high": NAN}
        ci = wilson(int(known.sum()), len(known), level)
        return {"k": int(known.sum()), "n": len(known), "rate": ci.estimate, "ci_low": ci.low, "ci_high": ci.high}
    d = describe(known, level)
    return {"n": d.n, "mean": d.mean, "ci_low": d.ci_low, "ci_high": d.ci_high}


def _best(rows: list[dict], cells: dict[Cell, tuple[str, str]], endpoint: str, symbol: str) -> str:
    """The best cell among those that are large enough to be named."""
    enough = [r for r in rows if r["variable"] == endpoint and r["n"] >= SMALL]
    if not enough:
        return f"No cell has {SMALL} patients with a known {symbol}, so none is named."
    highest = max(r["rate"] for r in enough)
    best, *others = (r for r in enough if r["rate"] == highest)
    if others:
        return f"{len(others) + 1} of the {len(enough)} larger cells share the highest rate of {symbol}, {percent(highest)}."
    a, b = cells[best["group1_level"]]
    if len(enough) == 1:
        return f"The only larger cell is {a}, {b}; {symbol} was reached by {count(best['k'], best['n'])} there."
    return f"Of the larger cells {a}, {b} has the highest rate of {symbol}: {count(best['k'], best['n'])}."


def _thin(few: int, cells: int) -> Caveat | None:
    if not few:
        return None
    return Caveat(
        "small-cells",
        f"{few} of {counted(cells, 'cell')} hold{'s' if few == 1 else ''} fewer than {SMALL} of the patients analysed.",
        "Read n before the colour, and do not pick a cell because it stands out.",
        "warning",
    )
