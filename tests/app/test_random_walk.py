"""A seeded stroll over pages and controls: never a traceback, never a stale chart, one number for one question."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.dataframe_util import convert_arrow_bytes_to_pandas_df
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan, analyses
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Answer, Figure, Table, walk
from aadash.errors import AadashError
from aadash.filters import level_text
from aadash.formatting import number, p_value, percent
from aadash.levels import ALL
from aadash.report.grouped import grouped
from aadash.report.tables import printable
from aadash.result import Result
from aadash.views import VIEWS, context_for
from tests.making import asking
from tests.views.one_value import contradictions

from .conftest import plain, spoken, tables

OpenApp = Callable[..., AppTest]
WALK = ("pages/trajectories.py", "pages/responders.py", "pages/comparisons.py", "pages/subgroups.py")
ASIDE = ("pages/scenarios.py", "pages/ledger.py", "pages/missing_visits.py", "pages/time_to_response.py", "pages/cohort.py")
#: Buttons that end the walk or start a long computation.
LEFT_ALONE = ("Remove this cohort", "Remove", "Open", "Start", "Compute", "Run")


def _cells(table: pd.DataFrame) -> list[list[str]]:
    """The texts of a table; where a line may break is look."""
    return [[text.replace("\u00a0", " ").replace("\u2060", "") for text in row] for row in table.astype(str).to_numpy().tolist()]


class Chosen(Mapping):
    """What is chosen on the page, by the key of the choice."""

    def __init__(self, app: AppTest) -> None:
        self.app = app

    def __getitem__(self, key: str) -> object:
        return self.app.session_state[key]

    def __contains__(self, key: object) -> bool:
        return key in self.app.session_state

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Walker:
    """An app, a page, and the dice."""

    def __init__(self, app: AppTest, seed: int) -> None:
        self.app, self.dice, self.page, self.trace = app, random.Random(seed), "pages/cohort.py", []
        self.ask = asking()

    @property
    def plan(self) -> AnalysisPlan:
        return self.app.session_state["aadash.plan"]

    @property
    def cohort(self) -> Cohort:
        return self.app.session_state["aadash.loaded"].cohort

    def go(self, page: str) -> None:
        self.trace.append(f"go {page}")
        self.page = page
        self.app.switch_page(page).run()

    def step(self) -> None:
        """Touch one control of the page, or turn to another page."""
        if self.dice.random() < 0.25:
            self.go(self.dice.choice(WALK if self.dice.random() < 0.8 else ASIDE))
            return
        moves = self._moves()
        filters = [m for m in moves if m[0].startswith("filter.")]
        what, move = self.dice.choice(filters if filters and self.dice.random() < 0.3 else moves)
        self.trace.append(what)
        move()
        self.app.run()

    def _moves(self) -> list[tuple[str, Callable[[], object]]]:
        app, dice = self.app, self.dice
        moves: list[tuple[str, Callable[[], object]]] = []
        for box in app.selectbox:
            if box.options and not any("\\" in option for option in box.options):  # AppTest takes an escaped label for another
                i = dice.randrange(len(box.options))
                moves.append((f"{box.key} ← option {i} {box.options[i]}", lambda b=box, i=i: b.select_index(i)))
        for field in app.number_input:
            value = (
                dice.choice([None, 0.0, 30.0, 50.0, 95.0])
                if (field.key or "").startswith("filter.")
                else float(dice.choice([field.min or 0.0, field.max or 0.0, (field.min or 0.0) + (field.step or 1.0)]))
            )
            moves.append((f"{field.key} ← {value}", lambda f=field, v=value: f.set_value(v)))
        for switch in (s for s in (*app.toggle, *app.checkbox) if not (s.key or "").startswith("learn.")):  # answers stay uncovered
            moves.append((f"{switch.key} ← not", lambda s=switch: s.set_value(not s.value)))
        for group in app.get("button_group"):
            if (group.key or "").startswith("filter."):
                column = group.key.removeprefix("filter.").rsplit(".", 2)[0]
                levels = [level_text(v) for v in self.cohort.fact(self.cohort.role(column) or column).dropna().unique()]
                chosen = dice.sample(levels, dice.randint(0, len(levels)))
                moves.append((f"{group.key} ← {chosen}", lambda g=group, c=chosen: g.set_value(c)))
            elif not group.proto.click_mode:
                option = dice.choice(group.options)
                moves.append((f"{group.key} ← {option}", lambda g=group, o=option: g.set_value(o)))
        for several in app.multiselect:
            if several.options and (several.key or "").startswith("filter."):
                chosen = dice.sample([o.split(" · ")[0] for o in several.options], min(3, len(several.options)))
                moves.append((f"{several.key} ← {chosen}", lambda m=several, c=chosen: m.set_value(c)))
        for button in app.button:
            if not button.disabled and not button.label.startswith(LEFT_ALONE) and not (button.key or "").startswith("language."):
                moves.append((f"press {button.key} {button.label}", lambda b=button: b.click()))
        return moves or [("nothing", lambda: None)]

    def _asked(self, name: str) -> Result | AadashError:
        try:
            return getattr(analyses, name)(self.cohort, self.plan)
        except AadashError as error:
            return error

    def check(self) -> None:
        """What the page shows is what the analyses say for this plan, on every page the same."""
        told = " > ".join(self.trace[-12:])
        self.agree()
        assert not self.app.exception, f"{told}: {[e.value for e in self.app.exception]}"
        said = spoken(self.app)
        assert said.strip(), told
        rates, courses = self._asked("responders"), self._asked("salt_over_time")
        if isinstance(rates, AadashError) or isinstance(courses, AadashError):
            own = {"pages/responders.py": [rates], "pages/trajectories.py": [courses]}.get(self.page, [rates, courses])
            refused = [e for e in own if isinstance(e, AadashError)]
            if self.page in WALK and len(refused) == len(own):
                assert any(plain(e.found)[:40] in said for e in refused), told
            return
        week = self.plan.at_week(self.cohort)
        whole = rates.rows(group1_level=ALL, variable=self.plan.endpoint, week=week).iloc[0]
        if self.page == "pages/responders.py":
            assert f"{int(whole['k'])}/{int(whole['n'])}" in said and plain(percent(whole["rate"])) in said, told
            self._bars(rates, told)
        elif self.page == "pages/trajectories.py":
            row = courses.rows(group1_level=ALL, variable="salt", week=week).iloc[0]
            modelled = row.get("adjusted_mean", np.nan)
            mean = row["mean"] if np.isnan(modelled) else modelled
            assert plain(number(mean)) in said or np.isnan(mean), told
            assert plain(str(rates.accounting.enrolled)) in said, told
        elif self.page == "pages/comparisons.py":
            self._tests(told)
        elif self.page == "pages/subgroups.py":
            self._subgroups(whole, told)

    def agree(self) -> None:
        """What is on screen is what the page consists of, and no sentence, chart, tile or legend of it contradicts its table."""
        told, view = " > ".join(self.trace[-12:]), VIEWS.get(Path(self.page).stem)
        if view is None or Chosen(self.app).get("learn.guess_first"):  # answers are covered until they are guessed
            return
        try:
            context = context_for(
                self.cohort,
                self.plan,
                self.ask,
                Chosen(self.app).get("aadash.model"),
            )
        except AadashError:
            return
        parts = list(walk(view.content(replace(context, chosen=Chosen(self.app))), folds=False))
        wrong = contradictions(parts, folds=False)
        assert not wrong, f"{told}: {wrong[:3]}"
        said, shown = spoken(self.app), [_cells(t) for t in tables(self.app)]
        drawn = {
            (d.name, len(convert_arrow_bytes_to_pandas_df(d.data.data)))
            for c in self.app.get("vega_lite_chart")
            for d in c.proto.datasets
        }
        for part in parts:
            if isinstance(part, Answer):
                assert plain(part.result.sentence) in said, f"{told}: not on screen: {part.result.sentence}"
            elif isinstance(part, Table):
                printed = printable(part.result, part.rows, **part.options)
                rows, whole = (_cells(f) for f in (grouped(printed)[0], printed))
                assert any(t[: len(r)] == r for t in shown for r in (rows, whole)), (
                    f"{told}: another table than that of {part.result.analysis}"
                )
            elif isinstance(part, Figure) and not part.picks:
                try:
                    made = chart(part.result, part.kind, **part.options)
                except AadashError:
                    continue
                assert {(name, len(frame)) for name, frame in made.data.items()} <= drawn, (
                    f"{told}: another chart of {part.result.analysis}"
                )

    def _frames(self, name: str) -> list[pd.DataFrame]:
        return [
            convert_arrow_bytes_to_pandas_df(d.data.data)
            for chart in self.app.get("vega_lite_chart")
            for d in chart.proto.datasets
            if d.name == name
        ]

    def _bars(self, rates: Result, told: str) -> None:
        """The bars that are drawn hold this plan's counts: no chart of the plan before."""
        (bars,) = self._frames("bars")
        t = rates.table
        everything = set(t["k"].astype(str) + "/" + t["n"].astype(str))
        assert set(bars["kn"]) <= everything, told
        last = t[(t["variable"] == self.plan.endpoint) & (t["n"] > 0)]
        drawn = {level if isinstance(level, str) else ALL for level in bars["level"]}  # everybody's bars name no level
        shown = last[last["group1_level"].isin(drawn)]
        if bars.empty:
            assert last.empty, told
        elif bars["category"].str.startswith("Week").all():
            assert sorted(bars["kn"]) == sorted(shown["k"].astype(str) + "/" + shown["n"].astype(str)), told

    def _tests(self, told: str) -> None:
        names = {
            "Since baseline": "change_from_baseline",
            "Between strata": "between_strata",
            "Responders": "responders_between",
            "Stratum × week": "mixed_anova",
        }
        chosen = self.app.segmented_control(key="view.comparisons").value
        try:
            result = getattr(analyses, names[chosen])(self.cohort, self.plan)
        except AadashError as error:
            assert plain(error.found)[:40] in spoken(self.app), told
            return
        rows = result.rows(variable=self.plan.endpoint) if chosen == "Responders" else result.table
        if chosen != "Stratum × week":
            rows = rows[rows["week"] == self.plan.at_week(self.cohort)]
        written = tables(self.app)
        expected = [p_value(p) for p in rows["p"]]
        assert any("p" in t and [p for p in t["p"] if p] == expected for t in written), told  # heads of groups have none

    def _subgroups(self, whole: pd.Series, told: str) -> None:
        """The cohort's rate and the p of the present split are those of the responders' and comparisons' pages."""
        shown = tables(self.app)
        tests = next((t for t in shown if "Column" in t and "Test" in t), None)
        levels = next((t for t in shown if "Responders / patients" in t and "Subgroup" in t), None)
        if levels is not None:
            assert levels["Responders / patients"].iloc[0].startswith(f"{int(whole['k'])}/{int(whole['n'])} "), told
        relative = self.app.segmented_control(key="view.subgroup.scale").value == "Relative"
        if tests is None or levels is None or relative or self.plan.stratifier == "none":
            return
        try:
            between = analyses.responders_between(self.cohort, self.plan)
        except AadashError:
            return
        p = between.rows(group1_level=ALL, variable=self.plan.endpoint, week=self.plan.at_week(self.cohort)).iloc[0]["p"]
        title = self.plan.strata(self.plan.included(self.cohort)).title
        row = tests[tests["Column"] == title]
        assert row.empty or row.iloc[0, 4] == p_value(p), told


@pytest.mark.parametrize(("seed", "sample"), [(1, "korea_2025"), (2, "tohoku_2025"), (3, "korea_2025_missing")])
def test_a_random_walk_never_ends_in_a_traceback_or_in_two_numbers_for_one_question(open_app: OpenApp, seed: int, sample: str) -> None:
    walker = Walker(open_app(cohort=sample), seed)
    walker.go("pages/responders.py")
    walker.check()
    for _ in range(45):
        walker.step()
        walker.check()
    assert len({t for t in walker.trace if t.startswith("go")}) >= 4, "a walk that went nowhere shows nothing"
