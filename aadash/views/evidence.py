"""What is published, beside this cohort: a page, and the part that other pages lay over their curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
from aadash.endpoints import endpoint
from aadash.evidence import OWN_RATES, PublishedRate, arms, beside, drugs, published, usual_drug
from aadash.filters import level_text
from aadash.formatting import counted
from aadash.result import Result
from aadash.views import headlines
from aadash.views.evidence_tables import left_out_table, legend, source_table
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
_DRUG, _DOSE, _ENROLLED, _MIX = "evidence.drug", "evidence.dose", "evidence.enrolled", "evidence.mix"


def own_rates(c: Context) -> tuple[PublishedRate, ...]:
    """The studies that the reader added in this session."""
    return tuple(c.chosen[OWN_RATES]) if OWN_RATES in c.chosen else ()


def _everything(c: Context) -> tuple[PublishedRate, ...]:
    return (*published(), *own_rates(c))


def _endpoint(c: Context) -> str:
    return c.rule.name


def drug_choice(c: Context) -> Choice:
    """Whose rates: the drug of most of the cohort if one is recorded, else that of most studies."""
    column = c.cohort.roles.get("drug")
    named = list(c.cohort.patients[column].dropna().map(level_text)) if column else []
    known = _everything(c)
    menu = {"": "Every drug", **{drug: drug.capitalize() for drug in drugs(known, _endpoint(c))}}
    return Choice(_DRUG, "Drug", usual_drug(known, _endpoint(c), named), menu, "select")


def dose_choice(c: Context) -> Choice:
    """Which dose: that of most studies."""
    found = arms(_everything(c), _endpoint(c), c.value(drug_choice(c))) if c.value(drug_choice(c)) else ()
    menu = {"": "Every dose", **{dose: dose for dose in found}}
    return Choice(_DOSE, "Dose", found[0] if found else "", menu, "select")


def severity_choice(c: Context) -> Choice:
    """Which baseline SALT the studies enrolled."""
    found = beside(_everything(c), _endpoint(c), c.value(drug_choice(c)), c.value(dose_choice(c)))
    menu = {r.severity.words: r.baseline_salt for r in found if r.baseline_salt}
    return Choice(
        _ENROLLED,
        "Studies that enrolled",
        "",
        {"": "Any severity", **{text: words for words, text in menu.items()}},
        "select",
        help="Each rate stands beside the patients here whose baseline SALT is within what its study enrolled.",
    )


def _controls(c: Context, *more: Choice) -> Choices:
    return Choices((drug_choice(c), dose_choice(c), severity_choice(c), *more))


def mix_choice(c: Context) -> Choice:
    """To whose severity the cohort is reweighted."""
    found = {r.severity_mix: r.study for r in _everything(c) if r.severity_mix}
    menu = {"": "As it is", **{mix: f"As in {study}" for mix, study in found.items()}}
    return Choice(
        _MIX,
        "Severity of this cohort",
        "",
        menu,
        "select",
        help="Reweighted to the patients that a study had in bands of baseline SALT. Only studies that print them are listed.",
    )


def options(c: Context) -> dict[str, dict[str, Any]]:
    """Analysis → its options as the reader has chosen them."""
    common = {
        "drug": c.value(drug_choice(c)),
        "dose": c.value(dose_choice(c)),
        "severity": c.value(severity_choice(c)),
        "own": own_rates(c),
    }
    return {
        "published_rates": {**common, "mix": c.value(mix_choice(c))},
        "pooled_evidence": {**common, "window": int(c.value(WINDOW)), "prefer": c.value(PREFER)},
    }


def over_curve(c: Context, curve: str = "visits") -> Result | Unavailable | None:
    """Published rates for a page that shows a curve ("visits" or "first"), where the reader asked for them."""
    return c.ask("published_rates", **options(c)["published_rates"] | {"curve": curve}) if c.value(SHOWN) else None


def beside_curve(c: Context, result: Result | Unavailable | None) -> list[Part]:
    """The parts of :func:`over_curve`, without its doubts: they stand among those of the page."""
    if result is None:
        return []
    start: list[Part] = [Heading("Published rates beside this cohort", 2, "Other patients, other rules, nobody assigned by chance.")]
    controls = _controls(c, mix_choice(c))
    if isinstance(result, Unavailable):
        return [*start, result]
    return [
        *start,
        controls,
        Text(result.sentence, "strong"),
        _curve(result),
        Fold(
            "The difference from each published rate",
            f"fold.evidence.differences.{result.call.options['curve']}",
            lambda: _differences(result),
            "compare_arrows",
        ),
    ]


def _curve(result: Result) -> Figure:
    return Figure(
        result,
        "weeks",
        title=f"{endpoint(result.plan.endpoint).symbol}: published rates over this cohort's curve",
        legend=legend(result),
    )


def _differences(result: Result) -> list[Part]:
    """Those near a visit as a figure and a table, the others as a table."""
    rows = result.rows(kind="published")
    near = rows[rows["week"].notna()]
    rest = rows[rows["week"].isna()]
    out: list[Part] = []
    if len(near):
        out += [
            Figure(result, "differences", title=headlines.beside_published(result)),
            Table(result, near, "Published rates near a visit of this cohort"),
        ]
    if len(rest):
        out.append(Table(result, rest, "Published rates of other weeks, or of none that is printed"))
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
                f"Sources of {counted(len(rates), 'rate')} of {c.rule.symbol}",
                "fold.evidence.sources",
                lambda: [TextTable(source_table(rates), "Sources")],
                "menu_book",
            )
        ]
        if rates
        else []
    )
    return [*sources, Fold("Add studies of your own", "fold.evidence.own", lambda: [Panel("evidence")], "upload_file")]


def _beside(c: Context) -> list[Part]:
    result = c.ask("published_rates", **options(c)["published_rates"])
    controls = _controls(c, mix_choice(c))
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
    return [
        controls,
        Answer(result),
        _curve(result),
        Doubts.of(result),
        *_differences(result),
        *folds,
        Method(result),
        Downloads(result),
    ]


def _pooled(c: Context) -> list[Part]:
    result = c.ask("pooled_evidence", **options(c)["pooled_evidence"])
    controls = _controls(c, WINDOW, PREFER)
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
            alone = kind == "study" and not len(result.rows(kind="pooled"))
            parts.append(Table(result, rows, "The one study" if alone else TITLES[kind]))
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
