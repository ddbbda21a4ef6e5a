"""What is filled in: a heat map of columns down and visits across."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from aadash.charts import tints
from aadash.charts.chart import Chart, draws, template, with_order
from aadash.charts.heat import ORANGE
from aadash.charts.weeks import named
from aadash.formatting import counted, listing, number, percent
from aadash.result import Result

#: Head of the column that tells how many patients a fact is known of, visits aside.
KNOWN = "Known"
#: Most facts with gaps drawn: those known least come first.
MOST_FACTS = 30
#: A cell needs so many pixels for "100 %".
NARROWEST = 33


@template
def _map(height: int, visits: tuple[str, ...], facts: bool) -> Any:
    base = alt.Chart(alt.NamedData("cells"))
    x = alt.X("visit:N", title=None, axis=named(visits, facts, orient="top", ticks=False, domain=False))
    y = alt.Y("column:N", title=None, axis=alt.Axis(ticks=False, domain=False, labelLimit=200))
    tip = [alt.Tooltip("column:N", title="Column"), alt.Tooltip("visit:N", title="Visit"), alt.Tooltip("told:N", title="Filled in")]
    return alt.layer(
        tints.cells(base, x, y, tip),
        *tints.words(base, x, y, "text:N", NARROWEST * (len(visits) + facts)),
    ).properties(height=height)


@draws("completeness", "map")
def completeness_map(result: Result) -> Chart:
    """How many patients have each fact, SALT at each visit, and both together; darker is less, from 100 to 50 %.

    The row of the score counts patients seen at a visit; the row of a fact counts, at each visit, patients seen of whom
    the fact is known: those that an analysis of this visit by this fact can use. Facts without a gap share a row.
    """
    details, n = result.details, result.accounting.enrolled
    keys = zip(*(result.table[c] for c in ("variable", "variable_level", "week", "k")), strict=True)
    counts = {
        (variable, level if isinstance(level, str) else None, None if pd.isna(week) else int(week)): k
        for variable, level, week, k in keys
    }
    known = {fact: k for (variable, fact, week), k in counts.items() if variable == "fact" and week is None}
    whole = [fact for fact, k in known.items() if k == n]
    lacking = sorted((fact for fact in known if known[fact] < n), key=known.__getitem__)
    shown = [*lacking[:MOST_FACTS], *whole[:1]]
    visits = {w: f"Week {w}" for w in details.weeks}
    rows = [(details.score, visit, counts["visits", None, w]) for w, visit in visits.items()]
    name = {fact: fact if fact != details.score else f"{fact} (fact)" for fact in shown}
    if len(whole) > 1:
        name[whole[0]] = f"{len(whole)} {'other ' if lacking else ''}facts"
    for fact in shown:
        rows.append((name[fact], KNOWN, known[fact]))
        rows += [(name[fact], visit, counts["fact", fact, w]) for w, visit in visits.items()]
    cells = pd.DataFrame(rows, columns=["column", "visit", "k"])
    cells["share"] = 100 * cells["k"] / n
    cells["text"] = [f"{number(s, 0)} %" if k < n else "all" for k, s in zip(cells["k"], cells["share"], strict=True)]
    cells["told"] = [f"{k} of {counted(n, 'patient')} ({percent(k / n)})" for k in cells["k"]]
    cells = tints.tinted(cells, ((100 - cells["share"]) / 50).clip(0, 1), ORANGE)
    spec = with_order(
        _map(30 * cells["column"].nunique() + 60, tuple(visits.values()), bool(shown)),
        x=[*([KNOWN] if shown else []), *visits.values()],
        y=list(dict.fromkeys(cells["column"])),
    )
    least = cells[cells["column"] == details.score].nsmallest(3, "k", keep="first")
    told = listing([f"{r.visit}: {r.text}" for r in least.itertuples()])
    few = f" The {MOST_FACTS} facts known least of {len(lacking)} with gaps are shown." if len(lacking) > MOST_FACTS else ""
    few += f" {len(whole)} facts are known of everyone and share a row." if len(whole) > 1 else ""
    of = counted(n, "patient")
    caption = (
        f"Share of {of}. Row {details.score}: recorded at that visit. Other rows: recorded at that visit and the fact is known, so "
        f"usable together.{few}"
        if result.apart
        else f"Share of {of}. Row {details.score}: seen at that visit. Other rows: seen at that visit and the fact is known, so "
        f"usable together.{few}"
    )
    if details.later:
        left = listing([f"“{column}”" for column in details.later])
        caption += f" Without {left}: known only after the first dose, where an empty cell may say that nothing happened."
    return Chart(
        spec,
        {"cells": cells},
        f"Share of patients with {details.score} at each visit, least: {told}; and with each fact.",
        caption,
    )
