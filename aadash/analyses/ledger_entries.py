"""From what a screen shows to the ledger: each p in a table is an entry; and what the ledger says about them together."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.analyses.ledger_choices import (
    AS_IMPUTED,
    IN_SUBGROUPS,
    OF_RULES,
    OVER_WEEKS,
    RULES_ASK,
    choices,
    of_the_endpoint,
    rule_behind,
    rule_in_words,
)
from aadash.analyses.registry import REGISTRY
from aadash.ledger import TOGETHER, Ledger, LedgerEntry, design
from aadash.levels import ALL
from aadash.result import Result, TestRecord
from aadash.stats.adjust import adjust


@dataclass(frozen=True)
class Summary:
    """What a ledger amounts to.

    ``table`` has one row per entry, in order: ``p, p_holm, p_bh``. ``expected`` is how many of ``tested`` would have p ≤ alpha by
    chance alone, ``any_by_chance`` the probability of at least one (independent tests); ``significant`` how many have,
    ``prespecified`` how many of the entries were prespecified, ``holm`` and ``bh`` how many are left after adjustment.
    """

    table: pd.DataFrame
    tested: int
    significant: int
    expected: float
    any_by_chance: float
    prespecified: int
    significant_prespecified: int
    holm: int
    bh: int


def entries(result: Result, rows: pd.DataFrame | None, fingerprint: str, now: str) -> list[LedgerEntry]:
    """Each test of the result (of a selection of its rows and columns) as an entry about the cohort with this fingerprint,
    first shown ``now``. Columns of p that ``rows`` does not have were not shown and are not counted."""
    whole = REGISTRY[result.analysis].whole_cohort if result.analysis in REGISTRY else False
    return [_entry(result, test, whole, fingerprint, now) for test in result.tests(rows)]


def _entry(result: Result, test: TestRecord, whole_cohort: bool, fingerprint: str, now: str) -> LedgerEntry:
    plan, missing, week, outcome, detail = result.plan, rule_behind(result, test), test.week, test.outcome, test.detail
    name = test.name
    if outcome in OVER_WEEKS:  # whichever week is in question
        week = None
    if (result.analysis, detail) in AS_IMPUTED:  # what the page of imputed outcomes tells
        name, detail = REGISTRY["imputed_outcomes"].tests[0].name, "imputed"
    if result.analysis in OF_RULES:  # the question that the page itself asks, under another rule
        outcome, detail = RULES_ASK.get(str(test.detail), (plan.endpoint, None))
        week = None if test.detail == "mixed_anova" else test.week
        whole_cohort = test.detail == "change_from_baseline"
    everyone = test.level is ALL and (whole_cohort or test.group is ALL or detail == "mcnemar")
    split = "none" if everyone else str(test.group)
    titles = getattr(result.details, "titles", {})
    names = {result.labels.name: result.labels.title or split, **(titles if isinstance(titles, Mapping) else {})}
    title = names.get(split, split)
    words = "between its levels" if test.level is ALL else result.labels.label(test.level)
    contrast = "all patients" if everyone else f"{title}: {words}"
    if outcome == "subtype:sex:endpoint":
        contrast, outcome = TOGETHER["subtype:sex"], of_the_endpoint(result)
    elif split == "none" and not everyone:  # a predictor of a model, or two of them together
        parts = [outcome] if outcome in names else outcome.split(":")
        contrast = " × ".join(str(names.get(part, part)) for part in parts)
        outcome = str(getattr(result.details, "outcome", outcome))
    if detail is not None and detail != "test":
        contrast += f", {detail}"
    made, chosen = design(plan, week, split, missing), choices(result, test)
    if _crossed(result, test):  # what sex does to arms and what arms do to sexes is one question
        cuts = sorted([name, plan.severity_cut if name == "severity" else None] for name in (split, plan.stratifier))
        made = json.dumps([cuts, None, *json.loads(made)[2:]], ensure_ascii=False)
        contrast, chosen = " × ".join(sorted((title, result.labels.title))), ""
    if result.measure.name != "SALT":
        contrast = f"{result.measure.name}: {contrast}"
    return LedgerEntry(
        cohort=fingerprint[:12],
        design=made,
        outcome=outcome,
        contrast=contrast,
        test=name,
        week=week,
        filters="; ".join(f.label(result.severity) for f in plan.filters) or "none",
        missing=rule_in_words(result, test, missing),
        n=test.n,
        estimate=test.estimate,
        p=test.p,
        time=now,
        measure=result.measure.name,
        choices=chosen,
    )


def _crossed(result: Result, test: TestRecord) -> bool:
    """Whether a test is of the interaction of two splits of two levels each, which is the same whichever is called the subgroup. The
    plan's own cut of a column makes a question of its own: as a subgroup the column is cut at its median."""
    if result.analysis not in IN_SUBGROUPS or test.level is not ALL or test.group is ALL or result.plan.column_cut is not None:
        return False
    return result.table["levels"].to_dict()[test.row] == 2


def summary(ledger: Ledger, alpha: float = 0.05) -> Summary:
    """Count a ledger, and adjust its p-values over all of it.

    Holm 1979 (Scand J Stat 6:65) and Benjamini & Hochberg 1995 (doi:10.1111/j.2517-6161.1995.tb02031.x). Misleads in both
    directions: tests on one cohort depend on each other, and what was not shown here is not counted.
    """
    p = np.array([entry.p for entry in ledger.entries], dtype=float)
    known = ~np.isnan(p)
    holm, bh = adjust(p, "holm"), adjust(p, "bh")
    stated = np.array([bool(entry.prespecified_at) for entry in ledger.entries], dtype=bool)
    m = int(known.sum())
    hit = known & (p <= alpha)
    table = pd.DataFrame({"p": p, "p_holm": holm, "p_bh": bh})
    return Summary(
        table,
        m,
        int(hit.sum()),
        alpha * m,
        1.0 - (1.0 - alpha) ** m,
        int(stated.sum()),
        int((hit & stated).sum()),
        int((known & (holm <= alpha)).sum()),
        int((known & (bh <= alpha)).sum()),
    )
