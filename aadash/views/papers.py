"""The figures of the two papers, by name, on the cohort at hand."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import Choice, Choices, Doubts, Figure, Heading, Panel, Part, Row, Table, Text, Unavailable
from aadash.endpoints import ENDPOINTS
from aadash.levels import ALL, Level
from aadash.measure import SALT
from aadash.model_plan import ModelPlan
from aadash.palette import IMPROVEMENT
from aadash.plan import AnalysisPlan
from aadash.result import MIXED_MODEL, Result
from aadash.views import headlines
from aadash.views.view import Context, view

KOREA, TOHOKU = "korea", "tohoku"
PAPER = Choice(
    "papers.which", "Paper", KOREA, {KOREA: "Korea 2025 (Ann Dermatol)", TOHOKU: "Tohoku 2025 (J Dermatol)"}, kind="segments"
)
SPREAD = Choice(
    "figure.spread",
    "Whiskers of a mean",
    "sd",
    {"sd": "Standard deviation", "se": "Standard error", "ci": "Confidence interval"},
    kind="select",
    help="The paper's Fig. 1 does not say which it draws. The standard deviation tells how patients differ, the interval how well "
    "the mean is known; the standard error is neither and looks small.",
)
STARS = Choice(
    "figure.stars",
    "Stars for p-values",
    False,
    kind="toggle",
    help="* p < 0.05, ** p < 0.01, *** p < 0.001. A p-value says more than a star.",
)
#: What each paper chose, as a plan.
PLANS = {
    KOREA: AnalysisPlan(stratifier="severity", severity_cut=50.0, endpoint="SALT75", missing="observed"),
    TOHOKU: AnalysisPlan(stratifier="subtype", endpoint="SALT<=20", missing="observed"),
}
#: Which shade is which endpoint.
SHADES = tuple((ENDPOINTS[name].symbol, colour) for name, colour in IMPROVEMENT.items())
#: Groups whose panels are drawn.
MOST = 6


@view(
    "papers",
    "The papers' figures",
    "What do the figures of the two papers look like here?",
    group="Publish",
    icon="menu_book",
    order=85,
    controls=("split", "endpoint", "week", "missing", "error"),
    shows=lambda cohort: SALT.name in cohort.analysable,
)
def papers(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    which = c.value(PAPER)
    if c.cohort.score != SALT.name:
        return [PAPER, Unavailable(f"The figures of the two papers are of the scalp score, and {c.cohort.score} is analysed.")]
    return [PAPER, Panel("papers"), *(_korea(c) if which == KOREA else _tohoku(c))]


def _groups(c: Context) -> list[Level]:
    return list(c.used[:MOST]) or [ALL]


def tested_by(change: Result) -> str:
    """By which test everyone's change is starred, and whether its p-values are adjusted."""
    modelled = change.rows(group1_level=ALL)["test"].iloc[0] == MIXED_MODEL
    test = "mixed model" if modelled else "paired t-test"
    if change.plan.multiplicity == "none":
        return f"{test} against baseline (not adjusted)"
    return f"{test} against baseline (adjusted over the weeks)"


def stars_of(change: Result) -> dict[int, str]:
    """Week → stars of the adjusted p-value of everyone's change from baseline."""
    out = {}
    for r in change.rows(group1_level=ALL).to_dict("records"):
        p = r["p_adjusted"]
        out[int(r["week"])] = "***" if p < 0.001 else "**" if p < 0.01 else "*" if p < 0.05 else ""
    return out


def _korea(c: Context) -> list[Part]:
    over, rates = c.ask("salt_over_time"), c.ask("responders")
    if isinstance(over, Unavailable):
        return [over]
    change = c.ask("change_from_baseline") if c.value(STARS) else None
    first = {"spread": c.value(SPREAD), **({"stars": stars_of(change), "by": tested_by(change)} if isinstance(change, Result) else {})}
    plain = f"Mean {c.cohort.score} at each visit"
    first_title = plain if headlines.adjusted(over) else headlines.course(over, c.week, plain, together=True)
    parts: list[Part] = [
        Choices((SPREAD, STARS)),
        Heading("Fig. 1. Mean score at each visit", 3),
        Figure(over, "mean and spread", first, first_title, quiet=True),
    ]
    groups = _groups(c)
    more = [Text(f"The first {MOST} of {len(c.used)} groups are drawn.", "small")] if len(c.used) > MOST else []
    letters = "ABCDEF"
    if not isinstance(rates, Unavailable):
        bars: list[Part] = [
            Figure(rates, "one group", {"only": lv}, f"({letters[i]}) {headlines.panel(rates, lv)}", SHADES, quiet=True)
            for i, lv in enumerate(groups)
        ]
        parts += [Heading("Fig. 2. SALT75, SALT90 and SALT100 by week, a panel for each group", 3), *more, *_paired(bars)]
    lines: list[Part] = [
        Figure(over, "spaghetti", {} if lv is ALL else {"only": lv}, headlines.panel(over, lv), quiet=True) for lv in groups
    ]
    parts += [Heading("Fig. 3. Every patient, the mean in bold, a panel for each group", 3), *more, *_paired(lines)]
    parts += [
        Heading("Fig. 4. Percent change from baseline by group", 3),
        Figure(over, "means", {"variable": "percent_change"}, headlines.percent_change(over, c.week), quiet=True),
        Text("The paper's means over time pool all visits of all patients; those here are of each visit.", "small"),
        Doubts.of(over, rates),
    ]
    return parts


def _paired(panels: list[Part]) -> list[Part]:
    return [Row(tuple(panels[i : i + 2])) for i in range(0, len(panels), 2)]


def _tohoku(c: Context) -> list[Part]:
    result = c.ask("predictors", model=c.model or ModelPlan.prespecified(c.everyone))
    over = c.ask("salt_over_time")
    parts: list[Part] = [Heading("Predictors of response, all at once", 3)]
    if isinstance(result, Unavailable):
        parts.append(result)
    else:
        parts += [Figure(result, "forest", {}, headlines.predictors(result)), Table(result), Doubts.of(result)]
    if not isinstance(over, Unavailable):
        parts += [
            Heading("Improvement by group", 3),
            Figure(over, "means", {"variable": "percent_change"}, headlines.percent_change(over, c.week), quiet=True),
        ]
    return parts
