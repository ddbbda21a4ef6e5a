"""What stands beside published rates in words: sources, what was not pooled, which colour is which; and the report's section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

import pandas as pd

from aadash.document import Answer, Doubts, Figure, Part, Table, TextTable
from aadash.evidence import SOURCES, PublishedRate
from aadash.formatting import counted
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result


def legend(result: Result) -> tuple[tuple[str, str], ...]:
    """Which colour is the cohort and which a study that is drawn."""
    d = result.details
    mixed = (("dashed: this cohort, reweighted", PALETTE[0]),) if len(result.rows(kind="reweighted")) else ()
    cohort = result.rows(kind="cohort")
    alike = cohort[cohort["severity"] == d.severity]
    if alike.empty:
        own: tuple[tuple[str, str], ...] = (("this cohort", PALETTE[0]),)
    elif list(alike["n"]) == list(cohort.loc[cohort["severity"] == "all patients", "n"]):  # everyone: one line covers the other
        own = ((f"this cohort, {d.severity}", PALETTE[0]),)
    else:
        own = ((f"this cohort, {d.severity}", PALETTE[0]), ("all patients", NEUTRAL))
    return (*own, *mixed, *d.colours.items())


def left_out_table(left_out: Sequence[tuple[PublishedRate, str]]) -> pd.DataFrame:
    """Rates that are not pooled, each with the reason."""
    return pd.DataFrame(
        {
            "Rate": [r.label for r, _ in left_out],
            "As printed": [r.percent_text for r, _ in left_out],
            "Not pooled, because": [why for _, why in left_out],
        }
    )


def source_table(rates: Sequence[PublishedRate]) -> pd.DataFrame:
    """Each source once: what kind of place it is, what was read there, and what else must be known."""
    sources: dict[tuple[str, str, str], list[PublishedRate]] = {}
    for r in rates:
        sources.setdefault((r.source, r.url, r.source_kind), []).append(r)
    return pd.DataFrame(
        {
            "Source": [f"{text} {url}".strip() for text, url, _ in sources],
            "Kind": [SOURCES[kind] for _, _, kind in sources],
            "What was read there": ["; ".join(_studies(found)) for found in sources.values()],
            "To know": ["; ".join(dict.fromkeys(r.note for r in found if r.note)) or "–" for found in sources.values()],
        }
    )


def _studies(rates: Sequence[PublishedRate]) -> list[str]:
    """ "BRAVE-AA1, baricitinib 4 mg (2 rates)"."""
    return [f"{name} ({counted(n, 'rate')})" for name, n in Counter(f"{r.study}, {r.arm}" for r in rates).items()]


def study_list(rates: Sequence[PublishedRate], cited: Callable[[str], str]) -> pd.DataFrame:
    """Each study and arm once, with what it is, its kind of source and the number of its reference."""
    found: dict[tuple[str, str, str, str], PublishedRate] = {}
    for r in rates:
        found.setdefault((r.study, r.arm, r.source, r.source_kind), r)
    return pd.DataFrame(
        {
            "Study": [r.study for r in found.values()],
            "Treatment": [r.arm for r in found.values()],
            "Design": [r.design or "–" for r in found.values()],
            "Enrolled": [", ".join(filter(None, (r.population, r.severity.text))) or "–" for r in found.values()],
            "Read in": [SOURCES[r.source_kind] for r in found.values()],
            "Reference": [cited(f"{r.source} {r.url}".strip()) for r in found.values()],
        }
    )


def evidence_section(beside: Result, pooled: Result | None, cited: Callable[[str], str]) -> list[Part]:
    """Published rates beside the cohort and pooled, and each study with its source in the reference list."""
    near = beside.rows(kind="published")
    near = near[near["week"].notna()]
    out: list[Part] = [
        Answer(beside),
        Figure(beside, "weeks", {}, "Published rates over this cohort's", legend=legend(beside), quiet=True),
    ]
    if len(near):
        out.append(Table(beside, near, "Published rates beside this cohort"))
    if pooled is not None:
        together = pooled.rows(kind="pooled")
        out += [
            Answer(pooled),
            Figure(pooled, "forest", {}, "Published rates, pooled, and this cohort", quiet=True),
            Table(pooled, pooled.rows(kind="study"), "Studies that are pooled"),
            *([Table(pooled, together, "Pooled")] if len(together) else []),
        ]
    return [*out, Doubts.of(beside, pooled), TextTable(study_list(beside.details.rates, cited), "Sources of the published rates")]
