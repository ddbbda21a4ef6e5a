"""One record for each view: the page's name and question, its place in the navigation, and the function that gives its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.document import Choice, Fold, Part, Table, Text, Unavailable
from aadash.endpoints import Endpoint
from aadash.errors import AadashError
from aadash.intake import Decisions, Reading
from aadash.ledger import Ledger
from aadash.levels import Pair
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.scenarios import Scenario
from aadash.strata import Strata

#: How a result is come by: ``ask(name, **options)``, raising the analysis' AadashError.
Ask = Callable[..., Result]


@dataclass(frozen=True, eq=False)
class Held:
    """What a session holds beside a cohort and its plan.

    ``reading`` is the account of the file and ``decisions`` what was settled about it; ``ledger`` has the questions asked of this
    cohort, ``scenarios`` the plans that were kept.
    """

    reading: Reading | None = None
    decisions: Decisions = field(default_factory=Decisions)
    ledger: Ledger = field(default_factory=Ledger)
    scenarios: tuple[Scenario, ...] = ()


@dataclass(frozen=True, eq=False)
class Context:
    """What a view works with.

    ``everyone`` is the cohort before the filters, ``cohort`` and ``strata`` what the plan makes of it. ``ask_for`` gives
    results; ``chosen`` what the reader has chosen so far, by key. ``model`` is the model in use, None for the prespecified one;
    ``held`` what else the session holds.
    """

    everyone: Cohort
    cohort: Cohort
    plan: AnalysisPlan
    strata: Strata
    ask_for: Ask
    chosen: Mapping[str, Any] = field(default_factory=dict)
    model: ModelPlan | None = None
    held: Held = field(default_factory=Held)

    @property
    def week(self) -> int:
        """The week in question."""
        return self.plan.at_week(self.cohort)

    @property
    def rule(self) -> Endpoint:
        """The endpoint, of the measure that is analysed."""
        return self.plan.rule(self.cohort)

    @property
    def used(self) -> list[str]:
        """The strata that somebody is in."""
        return [level for level, n in zip(self.strata.levels, self.strata.counts, strict=True) if n]

    def ask(self, name: str, **options: Any) -> Result | Unavailable:
        """The analysis called ``name``, or why it cannot be computed; ``plan=`` asks under another plan."""
        try:
            return self.ask_for(name, **options)
        except AadashError as error:
            return Unavailable(error.paragraph())

    def value(self, choice: Choice) -> Any:
        """What the reader has chosen, or the default."""
        return choice.valid(self.chosen[choice.key]) if choice.key in self.chosen else choice.default


Content = Callable[[Context], Sequence[Part]]


@dataclass(frozen=True)
class View:
    """A page.

    ``name`` is that of its file in ``pages/``; ``label`` stands in the navigation in ``group``, ``question`` is its title;
    ``controls`` of the sidebar it needs, ``order`` its place. ``content`` gives its parts; ``without`` is what stands there as long
    as there is no cohort. ``guessed``: it tells something about the patients that a learner may be asked to guess first.
    ``shows`` says of a cohort whether it has what the page is about.
    """

    name: str
    label: str
    question: str
    group: str
    icon: str
    order: int
    controls: tuple[str, ...]
    content: Content
    without: tuple[Part, ...] = ()
    guessed: bool = True
    shows: Callable[[Cohort], bool] = lambda cohort: True


VIEWS: dict[str, View] = {}


def view(
    name: str,
    label: str,
    question: str,
    *,
    group: str,
    icon: str,
    order: int,
    controls: tuple[str, ...] = ("split", "endpoint", "week", "missing", "error"),
    without: tuple[Part, ...] = (),
    guessed: bool = True,
    shows: Callable[[Cohort], bool] = lambda cohort: True,
) -> Callable[[Content], Content]:
    """Register a function from a context to parts as a page."""

    def register(content: Content) -> Content:
        VIEWS[name] = View(name, label, question, group, icon, order, controls, content, without, guessed, shows)
        return content

    return register


def context_for(
    cohort: Cohort,
    plan: AnalysisPlan,
    ask: Callable[..., Result],
    model: ModelPlan | None = None,
    held: Held | None = None,
    **chosen: Any,
) -> Context:
    """A context without a browser: ``ask(name, cohort, plan, **options)`` computes. Raises AadashError where the plan includes
    nobody or cannot split the cohort."""
    included = plan.included(cohort)

    def ask_for(name: str, plan: AnalysisPlan = plan, **options: Any) -> Result:
        return ask(name, cohort, plan, **options)

    return Context(cohort, included, plan, plan.strata(included), ask_for, chosen, model, held or Held())


def all_weeks(c: Context, result: Result, rows: pd.DataFrame, key: str) -> Fold:
    """Every week of a table in a fold, a visit per row or the visits side by side, as the reader chooses."""
    layouts = {"long": "A visit per row", "wide": "Visits side by side"}
    layout = Choice(f"view.layout.{result.analysis}", "Layout", "long", layouts)

    def content() -> list[Part]:
        wide: dict[str, Any] = {"layout": "wide"} if c.value(layout) == "wide" else {}
        return [layout, Table(result, rows, options=wide)]

    return Fold("All weeks", key, content, in_report=True)


#: More pairs of strata than this are no table to read: of them those that differ stand there, at most so many, and the rest is folded.
PAIRS, FIRST = 20, 10


def pairs_first(result: Result, rows: pd.DataFrame, title: str) -> list[Part]:
    """The table of a comparison at one week; of more than :data:`PAIRS` pairs those that differ, else those with the smallest
    p, and all of them in a fold. Rows of several endpoints are those of all strata at once, and the pairs are folded."""
    paired = np.array([isinstance(level, Pair) for level in rows["group1_level"]], dtype=bool)
    if paired.sum() <= PAIRS:
        return [Table(result, rows, title)]
    p, several = "p_holm" if "p_holm" in rows else "p", len(set(rows["variable"])) > 1
    together, pairs = rows[~paired], rows[paired]
    if not several:  # p adjusted by Holm is 1 for most pairs: among them the p as it was says which is the smallest
        pairs = pairs.sort_values([p, *(["p"] if p != "p" and "p" in pairs else [])], kind="stable")
    differ = pairs[pairs[p] <= result.plan.alpha]
    shown = pairs.iloc[:0] if several else (differ if len(differ) else pairs).head(FIRST)
    if several:
        said = "All strata at once"
    elif not len(differ):
        said = f"The {len(shown)} of {len(pairs)} pairs with the smallest p"
    elif len(differ) == len(shown) == 1:
        said = f"The one pair of {len(pairs)} that differs after adjustment"
    elif len(differ) == len(shown):
        said = f"The {len(shown)} of {len(pairs)} pairs that differ after adjustment"
    else:
        said = f"The {len(shown)} pairs with the smallest p of {len(differ)} that differ after adjustment"
    key = f"fold.pairs.{result.analysis}"
    return [
        Table(result, pd.concat([together, shown]), said),
        Fold("Every pair of strata", key, lambda: [Table(result, pd.concat([together, pairs]), title)]),
    ]


#: Doubts that say of whom a number is, or why it is not there: without them it contradicts the page that it is on.
OF_WHOM = ("rates-as-seen", "no-rule", "nri", "mmrm", "not-computed")


def in_short(result: Result | Unavailable, method: bool = True) -> list[Part]:
    """A result inside a fold: its sentence, table, warnings in words (a fold has no folds of its own) and method."""
    if isinstance(result, Unavailable):
        return [result]
    warnings = [Text(f"{c.text} {c.advice}".strip(), "notice") for c in result.caveats if c.level == "warning" or c.code in OF_WHOM]
    return [Text(result.sentence, "strong"), Table(result), *warnings, *([Text(result.method, "small")] if method else [])]
