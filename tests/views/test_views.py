"""Pages as values: every view gives parts without a browser, for any cohort, and shows every analysis somewhere."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aadash import AnalysisPlan
from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.charts import DRAWINGS, chart
from aadash.cohort import Cohort
from aadash.document import (
    Answer,
    Choice,
    Choices,
    Doubts,
    Figure,
    Fold,
    KeyNumbers,
    Long,
    Method,
    Panel,
    Part,
    Table,
    Unavailable,
    walk,
)
from aadash.errors import AadashError
from aadash.filters import Filter
from aadash.report.formatters import PRINTERS
from aadash.report.tables import blocks, printable
from aadash.result import Result
from aadash.views import VIEWS, Context, context_for
from aadash.views.study import Choices as Chosen
from aadash.views.study import Study
from tests.making import asking, cohort_of

KOREA, TOHOKU = load_sample("korea_2025").cohort, load_sample("tohoku_2025").cohort
MISSED = load_sample("korea_2025_missing").cohort
DEGENERATE = {
    "one patient": cohort_of([[80.0, 20.0]]),
    "baseline only": cohort_of([[80.0], [30.0]]),
    "nobody seen again": cohort_of([[80.0, np.nan], [30.0, np.nan]]),
    "all the same": cohort_of([[80.0, 80.0]] * 4, sex=["f", "m"] * 2, roles={"sex": "sex"}),
    "no baseline": cohort_of([[np.nan, 20.0], [np.nan, 30.0]]),
}
#: Analyses without a chart, and why.
NO_CHART = {
    "adjusted_comparison": "a handful of differences with their intervals",
    "band_differences": "one odds ratio",
    "estimand": "a sentence",
    "beyond_rules": "the same estimates beside each other",
    "imputed_outcomes": "the same estimates beside each other",
    "reference_imputation": "three estimates of one difference",
    "interval_time": "the page draws the Kaplan–Meier curve that it stands beside",
    "planning": "sizes beside widths",
    "rank_differences": "one line for each comparison",
    "baseline": "small distributions stand in its rows",
    "bootstrap": "two intervals beside each other are read as numbers",
    "equivalence": "one interval against a margin",
    "mixed_anova": "the page draws the curves that it is about",
    "predictor_checks": "names and numbers",
    "predictor_choice": "three columns of estimates",
    "repeated_response": "four tests",
    "second_opinion": "digits beside digits",
    "side_by_side": "the page draws each plan by itself",
    "simple_effects": "the page draws the curves that it is about",
}
#: Analyses that are shown by something other than a view in this list, and where.
ELSEWHERE = {
    "reference_imputation": "missing visits, where there is a control arm",
    "side_by_side": "scenarios, which hold several plans",
    "questions_asked": "the ledger, once something was asked",
    "predicted_probability": "the panel of one patient",
    "treatment_comparison": "differences, where the split is by drug or dose",
    "regression_to_the_mean": "the lesson of that name",
    "two_measures": "two measures, where a cohort has two",
    "rater_agreement": "data quality, where a file has two readings of one visit",
}


class Asked:
    """Computes what a view asks for, and remembers it."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.kept: dict[str, Result | AadashError] = {}

    def __call__(self, name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
        self.names.add(name)
        key = repr((name, cohort.fingerprint, plan, sorted(options.items())))
        if key not in self.kept:
            try:
                self.kept[key] = REGISTRY[name].function(cohort, plan, **options)
            except AadashError as error:
                self.kept[key] = error
        found = self.kept[key]
        if isinstance(found, AadashError):
            raise found
        return found


#: What no test asks the names of: each analysis once for all views.
ASKED = Asked()


def everything(context: Context, name: str) -> list[Part]:
    """The parts of a view, those inside folds included."""
    return list(walk(VIEWS[name].content(context)))


def choices(parts: list[Part]) -> list[Choice]:
    found = [p for p in parts if isinstance(p, Choice)]
    return found + [c for p in parts if isinstance(p, Choices) for c in p.items]


def shown(parts: list[Part]) -> None:
    """Draw and print everything; no text says nan."""
    for part in parts:
        if isinstance(part, Figure):
            try:
                drawn = chart(part.result, part.kind, **part.options)
            except AadashError:
                continue
            assert drawn.alt and "nan" not in drawn.alt.lower().split()
        elif isinstance(part, Table):
            assert list(printable(part.result, part.rows).columns)
        elif isinstance(part, Answer):
            assert part.result.sentence and "nan" not in part.result.sentence.split()
        elif isinstance(part, Unavailable):
            assert len(part.reason) > 20


@pytest.mark.parametrize("sample", [KOREA, TOHOKU], ids=["korea", "tohoku"])
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_gives_its_parts_under_every_choice(name: str, sample: Cohort) -> None:
    asked, plan = ASKED, AnalysisPlan(stratifier="sex")
    parts = everything(context_for(sample, plan, asked), name)
    assert any(isinstance(p, Answer | Unavailable | Figure | Panel) for p in parts)
    shown(parts)
    for choice in choices(parts):
        for value in [v for v in choice.options if v != choice.default][:6] if choice.kind in ("segments", "select") else []:
            shown(everything(context_for(sample, plan, asked, **{choice.key: value}), name))


@pytest.mark.parametrize(
    ("name", "chosen"),
    [
        ("trajectories", {}),
        ("responders", {}),
        ("adverse_events", {}),
        ("subgroups", {}),
        ("subgroups", {"view.subgroup.outcome": "Change in SALT", "view.subgroup.scale": "Relative"}),
    ],
)
def test_the_interval_of_a_percentage_has_its_sign(name: str, chosen: dict[str, str]) -> None:
    """A key number said "−68.2 %" and "CI −75.3 to −61.1" under it."""
    parts = VIEWS[name].content(context_for(KOREA, AnalysisPlan(), Asked(), **chosen))
    items = [item for part in parts if isinstance(part, KeyNumbers) for item in part.items]
    told = [item.under for item in items if item.value.rstrip(")").endswith("%") and "CI" in item.under]
    assert told and all(re.search(r"CI [−\d.]+ to [−\d.]+ %", under) for under in told), told


@pytest.mark.parametrize("cohort", DEGENERATE.values(), ids=DEGENERATE)
@pytest.mark.parametrize("name", VIEWS)
def test_a_view_of_a_degenerate_cohort_answers_or_says_why(name: str, cohort: Cohort) -> None:
    for missing, stratifier in itertools.product(("observed", "nri", "locf", "mixed"), ("severity", "none")):
        shown(everything(context_for(cohort, AnalysisPlan(missing=missing, stratifier=stratifier), ASKED), name))


def test_the_answer_comes_before_the_chart_and_doubts_before_the_table() -> None:
    asked = Asked()
    for name in ("trajectories", "responders", "comparisons", "time_to_response", "missing_visits", "subgroups"):
        cohort = MISSED if name == "missing_visits" else KOREA  # where no visit is missed there is no map of them
        parts = VIEWS[name].content(context_for(cohort, AnalysisPlan(), asked))
        place = {kind: next(i for i, p in enumerate(parts) if isinstance(p, kind)) for kind in (Answer, Figure, Doubts, Table, Method)}
        assert place[Answer] < place[Figure] < place[Doubts] < place[Table] < place[Method], name


def test_every_analysis_has_a_printer_a_chart_or_a_reason_and_a_view() -> None:
    asked = Asked()
    for name in VIEWS:
        plan = AnalysisPlan(stratifier="sex")
        menu = choices(everything(context_for(MISSED, plan, asked), name))
        ways = [[(c.key, v) for v in c.options] for c in menu if c.kind == "segments"] or [[("", "")]]
        for way in itertools.product(*ways):
            parts = everything(context_for(MISSED, plan, asked, **dict(way)), name)
            asked.names |= {p.analysis for p in parts if isinstance(p, Long)}
    faults = []
    for name in REGISTRY:
        faults += [f"{name}: no @prints in aadash/report/tables/"] if name not in PRINTERS else []
        if name not in DRAWINGS and name not in NO_CHART:
            faults.append(f"{name}: no @draws in aadash/charts/, and no reason for none in NO_CHART")
        faults += [f"{name}: has a chart, so no reason for none"] if name in DRAWINGS and name in NO_CHART else []
        faults += [f"{name}: on no page"] if name not in asked.names and name not in ELSEWHERE else []
    assert not faults


def test_a_fold_is_not_computed_before_it_is_opened() -> None:
    asked = Asked()
    parts = VIEWS["comparisons"].content(context_for(KOREA, AnalysisPlan(), asked, **{"view.comparisons": "Stratum × week"}))
    assert any(isinstance(p, Fold) for p in parts)
    assert not {"simple_effects", "visits_as_patients", "missing_rule_comparison"} & asked.names


def test_what_is_asked_under_every_rule_is_what_the_records_say() -> None:
    compared = {options["question"] for options in REGISTRY["missing_rule_comparison"].variants}
    assert compared == {name for name, one in REGISTRY.items() if one.every_rule}


def test_the_blocks_of_a_table_hold_each_row_once() -> None:
    asked = Asked()
    for name in ("time_to_response", "missingness", "subgroups_response"):
        result = asked(name, KOREA, AnalysisPlan())
        parts = blocks(result)
        rows = [i for _, t in parts for i in t.index]
        assert len(rows) == len(set(rows)) and len(rows) >= len(result.table) - 1


def test_two_splits_open_on_one_that_splits() -> None:
    """All 70 of Tohoku begin above SALT 50: the first of the menu, cut at 50, does not split them, and its refusal was what opened."""
    plan = AnalysisPlan(stratifier="subtype", endpoint="SALT<=20")

    def ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
        return REGISTRY[name].function(cohort, plan, **options)

    chosen = {"view.subgroups": "Two splits at once"}
    parts = list(walk(VIEWS["subgroups"].content(context_for(TOHOKU, plan, ask, **chosen))))
    assert [p.title for p in parts if isinstance(p, Figure) and p.kind == "map"] == [
        "SALT≤20 at week 39 in every cell of AA subtype and sex"
    ]
    assert "highest rate of SALT≤20" in [p.result.sentence for p in parts if isinstance(p, Answer)][1]
    chosen["view.subgroup.outcome"] = "Change in SALT"
    changed = list(walk(VIEWS["subgroups"].content(context_for(TOHOKU, plan, ask, **chosen))))
    assert [p.title for p in changed if isinstance(p, Figure)] == ["Change in SALT at week 39 in every cell of AA subtype and sex"]
    said = [p.result.sentence for p in changed if isinstance(p, Answer)][1]
    assert said == "AA subtype by sex makes 10 cells, of which 8 hold fewer than 10 of the patients analysed.", (
        "no rate is told under a map of changes"
    )


@pytest.mark.parametrize(("strata", "keyed"), [(2, [True, True]), (12, [False, False])])
def test_names_over_panels_need_no_legend(strata: int, keyed: list[bool]) -> None:
    """A report's pictures of responders have a legend where the page's have: not where each stratum has its panel and its row."""
    cohort = cohort_of(
        [[80.0, 10.0 + i] for i in range(3 * strata)], [0, 12], site=[f"site {i % strata:02d}" for i in range(3 * strata)]
    )
    study = Study(context_for(cohort, AnalysisPlan(stratifier="site"), asking()), Chosen())
    figures = [part for part in study.parts("responders") if isinstance(part, Figure)]
    assert [figure.kind for figure in figures] == ["weeks", "endpoints"]
    assert [bool(figure.legend) for figure in figures] == keyed


def seen(x: Any) -> str:
    """What a reader sees of parts, the controls themselves apart, as text that two states of a page are compared by."""
    if isinstance(x, Choice | Choices):
        return ""
    if isinstance(x, Result):
        return f"{x.analysis} {x.sentence} {x.call}"
    if isinstance(x, pd.DataFrame):
        return x.to_csv()
    if isinstance(x, Mapping):
        return str({k: seen(v) for k, v in x.items()})
    if isinstance(x, list | tuple):
        return str([seen(v) for v in x])
    if is_dataclass(x):
        return f"{type(x).__name__} {[seen(getattr(x, f.name)) for f in fields(x)]}"
    return "" if callable(x) else repr(x)


@pytest.mark.parametrize("name", VIEWS)
def test_a_switch_changes_what_is_shown(name: str) -> None:
    asked, plan = ASKED, AnalysisPlan()

    def parts(**chosen: Any) -> list:
        return everything(context_for(KOREA, plan, asked, **chosen), name)

    segments = [c for c in choices(parts()) if c.kind == "segments" and not c.key.startswith("view.layout")]
    states = [{}, *({c.key: option} for c in segments for option in c.options if option != c.default)]
    dead = []
    for state in states:
        before = parts(**state)
        for switch in (c for c in choices(before) if c.kind == "toggle"):
            if seen(parts(**state, **{switch.key: not switch.default})) == seen(before):
                dead.append(f"{switch.label} under {state}")
    assert not dead


def test_the_second_column_splits_those_who_are_included() -> None:
    """Filtered to one arm, the odds were asked “within the levels of arm”."""
    rows = [[80.0, 10.0 * (i % 9)] for i in range(24)]
    cohort = cohort_of(rows, [0, 12], sex=["f", "m"] * 12, nails=["yes", "no", "no"] * 8, arm=["drug"] * 18 + ["placebo"] * 6)
    plan = AnalysisPlan(stratifier="sex", endpoint="SALT50", filters=(Filter("arm", ("drug",)),))
    context = context_for(cohort, plan, asking(), **{"view.comparisons": "Responders"})
    menu = next(p for p in walk(VIEWS["comparisons"].content(context)) if isinstance(p, Choice) and p.key == "view.within")
    assert "nails" in menu.options and "arm" not in menu.options and "sex" not in menu.options
