"""What is published, beside this cohort: a page, and the part that other pages lay over their curves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd

from aadash.document import (
    Answer,
    Choice,
    Choices,
    Doubts,
    Downloads,
    Figure,
    Fold,
    Heading,
    Method,
    Panel,
    Part,
    Table,
    Text,
    TextTable,
    Unavailable,
)
from aadash.evidence import ESTIMATORS, OWN_RATES, SOURCES, PublishedRate, arms, drugs, mix_of, published, usual_drug
from aadash.filters import level_text
from aadash.formatting import counted, listing
from aadash.palette import NEUTRAL, PALETTE
from aadash.result import Result
from aadash.views.view import Context, view

BESIDE, POOLED = "Beside this cohort", "Pooled"
VIEW = Choice("evidence.view", "View", BESIDE, {v: v for v in (BESIDE, POOLED)})
#: On the pages that show a curve.
SHOWN = Choice(
    "view.published",
    "Published rates",
    False,
    kind="toggle",
    help="Response rates of trials and other cohorts, over this cohort's own. Other patients under other rules.",
)
PREFER = Choice(
    "evidence.prefer",
    "Of a trial with two estimates",
    "counted",
    {"counted": "the counted rate", "headline": "the study's headline"},
    "select",
    help="BRAVE-AA1 prints 38.8 % by a model and 35.2 % as counted. They are the same patients, so one of them is pooled.",
)
WINDOW = Choice(
    "evidence.window", "Weeks around", 4.0, kind="number", bounds=(0.0, 26.0, 1.0), help="Rates of so many weeks before and after."
)
_DRUG, _DOSE, _MIX = "evidence.drug", "evidence.dose", "evidence.mix"


def own_rates(c: Context) -> tuple[PublishedRate, ...]:
    """The studies that the reader added in this session."""
    return tuple(c.chosen[OWN_RATES]) if OWN_RATES in c.chosen else ()


def _everything(c: Context) -> tuple[PublishedRate, ...]:
    return (*published(), *own_rates(c))


def _endpoint(c: Context) -> str:
    return c.rule.name


def drug_choice(c: Context) -> Choice:
    """Whose rates: the cohort's own drug if one is recorded, else that of most studies."""
    column = c.cohort.roles.get("drug")
    named = sorted(set(c.cohort.patients[column].dropna().map(level_text))) if column else []
    known = _everything(c)
    menu = {"": "every drug", **{drug: drug.capitalize() for drug in drugs(known, _endpoint(c))}}
    return Choice(_DRUG, "Drug", usual_drug(known, _endpoint(c), named), menu, "select")


def dose_choice(c: Context) -> Choice:
    """Which dose: that of most studies."""
    found = arms(_everything(c), _endpoint(c), c.value(drug_choice(c))) if c.value(drug_choice(c)) else ()
    menu = {"": "every dose", **{dose: dose for dose in found}}
    return Choice(_DOSE, "Dose", found[0] if found else "", menu, "select")


def mix_choice(c: Context) -> Choice:
    """To whose severity the cohort is reweighted."""
    found = {r.severity_mix: r.study for r in _everything(c) if r.severity_mix}
    menu = {"": "as it is", **{mix: f"as {study} ({_mixed(mix)})" for mix, study in found.items()}}
    return Choice(
        _MIX,
        "Severity of this cohort",
        "",
        menu,
        "select",
        help="Reweighted to the patients that a study had in bands of baseline SALT. Only studies that print them are listed.",
    )


def _mixed(mix: str) -> str:
    return listing([f"{n} {band.words}" for band, n in mix_of(mix)])


def options(c: Context) -> dict[str, dict[str, Any]]:
    """Analysis → its options as the reader has chosen them."""
    common = {"drug": c.value(drug_choice(c)), "dose": c.value(dose_choice(c)), "own": own_rates(c)}
    return {
        "published_rates": {**common, "mix": c.value(mix_choice(c))},
        "pooled_evidence": {**common, "window": int(c.value(WINDOW)), "prefer": c.value(PREFER)},
    }


def legend(result: Result) -> tuple[tuple[str, str], ...]:
    """Which colour is the cohort and which a study that is drawn."""
    d = result.details
    mixed = (("this cohort, reweighted", PALETTE[5]),) if len(result.rows(kind="reweighted")) else ()
    whole = not (result.rows(kind="cohort")["severity"] == d.severity).any()
    own = (("this cohort", PALETTE[0]),) if whole else ((f"this cohort, {d.severity}", PALETTE[0]), ("all patients", NEUTRAL))
    return (*own, *mixed, *d.colours.items())


def beside_curve(c: Context, curve: str = "visits") -> list[Part]:
    """Published rates over the cohort's curve, for a page that shows that curve, where the reader asked for them."""
    if not c.value(SHOWN):
        return []
    result = c.ask("published_rates", **options(c)["published_rates"], **({"curve": curve} if curve != "visits" else {}))
    start: list[Part] = [Heading("Published rates over this cohort's", 2, "Other patients, other rules, nobody assigned by chance.")]
    if isinstance(result, Unavailable):
        return [*start, result]
    return [*start, Choices((drug_choice(c), dose_choice(c), mix_choice(c))), Text(result.sentence, "strong"), *_rates(result)]


def _rates(result: Result) -> list[Part]:
    rows = result.rows(kind="published")
    near = rows[rows["week"].notna()]
    out: list[Part] = [
        Figure(result, "weeks", title="Published rates over this cohort's", legend=legend(result)),
        Doubts.of(result),
    ]
    if len(near):
        out += [
            Figure(result, "differences", title="This cohort less each published rate, at the nearest visit"),
            Table(result, near, "Published rates near a visit of this cohort"),
        ]
    if len(near) < len(rows):
        rest = rows[rows["week"].isna()]
        out.append(
            Fold("Published rates of other weeks", f"fold.evidence.rest.{result.call.options['curve']}", lambda: [Table(result, rest)])
        )
    return out


@view("evidence", "Evidence", "What is published, and where does this cohort lie?", group="Compare", icon="library_books", order=56)
def evidence(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    return [VIEW, *(_pooled(c) if c.value(VIEW) == POOLED else _beside(c)), *_always(c)]


def _always(c: Context) -> list[Part]:
    """Where the rates come from, and a place for the reader's own."""
    rates = [r for r in _everything(c) if r.endpoint == _endpoint(c)]
    sources: list[Part] = (
        [
            Fold(
                f"Where the {counted(len(rates), 'rate')} of {c.rule.symbol} come from",
                "fold.evidence.sources",
                lambda: [TextTable(source_table(rates), "Sources")],
                "menu_book",
            )
        ]
        if rates
        else []
    )
    mine = own_rates(c)
    added = f" ({counted(len(mine), 'rate')} added)" if mine else ""
    return [*sources, Fold(f"Add studies of your own{added}", "fold.evidence.own", lambda: [Panel("evidence")], "upload_file")]


def _beside(c: Context) -> list[Part]:
    result = c.ask("published_rates", **options(c)["published_rates"])
    controls = Choices((drug_choice(c), dose_choice(c), mix_choice(c)))
    if isinstance(result, Unavailable):
        return [result]
    shown = result.table
    folds: list[Part] = [
        Fold(
            "This cohort's own rates, by severity and week",
            "fold.evidence.own_rates",
            lambda: [
                Table(result, shown[shown["kind"] == kind]) for kind in ("cohort", "reweighted") if (shown["kind"] == kind).any()
            ],
            in_report=True,
        )
    ]
    return [controls, Answer(result), *_rates(result), *folds, Method(result), Downloads(result)]


def _pooled(c: Context) -> list[Part]:
    result = c.ask("pooled_evidence", **options(c)["pooled_evidence"])
    controls = Choices((drug_choice(c), dose_choice(c), WINDOW, PREFER))
    if isinstance(result, Unavailable):
        return [controls, result]
    parts: list[Part] = [
        controls,
        Answer(result),
        Figure(result, "forest", title=f"{c.rule.symbol} at about week {c.week}: studies, pooled, and this cohort"),
        Doubts.of(result),
    ]
    for kind in ("pooled", "study", "cohort"):
        rows = result.rows(kind=kind)
        if len(rows):
            parts.append(Table(result, rows, TITLES[kind]))
    out = result.details.left_out
    if out:
        parts.append(
            Fold(
                f"{counted(len(out), 'rate')} not pooled, and why",
                "fold.evidence.left_out",
                lambda: [TextTable(left_out_table(out), "Not pooled")],
                "filter_alt_off",
            )
        )
    return [*parts, Method(result), Downloads(result)]


TITLES: Mapping[str, str] = {
    "study": "The studies that are pooled",
    "pooled": "Pooled, and how far studies differ",
    "cohort": "This cohort, not pooled",
}


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
    """Each source once: what was read there, what kind of place it is, and what else must be known."""
    sources: dict[tuple[str, str, str], list[PublishedRate]] = {}
    for r in rates:
        sources.setdefault((r.source, r.url, r.source_kind), []).append(r)
    return pd.DataFrame(
        {
            "Source": [f"{text} {url}".strip() for text, url, _ in sources],
            "Kind": [SOURCES[kind] for _, _, kind in sources],
            "Rates": [
                "; ".join(f"{r.study} {r.arm}, {_when(r)} {r.percent_text} ({ESTIMATORS[r.estimator]})" for r in found)
                for found in sources.values()
            ],
            "To know": ["; ".join(dict.fromkeys(r.note for r in found if r.note)) or "–" for found in sources.values()],
        }
    )


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


def _when(r: PublishedRate) -> str:
    return "no one week" if r.week is None else f"week {r.week}"
