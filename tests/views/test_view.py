"""A fold shows the warnings of its result in words: what is folded is no less in doubt."""

from __future__ import annotations

import pytest

from aadash import analyses
from aadash.document import Choice, Figure, Fold, KeyNumbers, Long, Table, Text, Unavailable
from aadash.filters import Filter
from aadash.levels import ALL, Pair
from aadash.measures import DLQI
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.predictor import Predictor
from aadash.views import VIEWS, context_for
from aadash.views.cohort import key_numbers
from aadash.views.next_questions import missing
from aadash.views.predictors import cuts
from aadash.views.view import FIRST, in_short, pairs_first
from aadash.views.words import plan_words
from tests.making import NAN, asking, cohort_of

ASK = asking()


def test_warnings_stand_in_the_fold() -> None:
    rows = [[80.0, 40.0 + i, NAN if i < 9 else 30.0 + i] for i in range(40)]
    cohort = cohort_of(rows, [0, 12, 24], sex=["f"] * 20 + ["m"] * 20, roles={"sex": "sex"})
    result = analyses.missing_rule_comparison(cohort, AnalysisPlan(stratifier="sex"), question="responders_between")
    parts = in_short(result)
    assert isinstance(parts[0], Text) and parts[0].text == result.sentence and isinstance(parts[1], Table)
    notices = [p.text for p in parts if isinstance(p, Text) and p.tone == "notice"]
    assert any("The strata lose patients unequally" in text for text in notices)
    assert len(notices) == sum(c.level == "warning" for c in result.caveats)


def test_of_many_pairs_those_that_differ_stand_first_and_all_are_a_fold_away() -> None:
    """Eight centres of forty patients, of whom 0, 5, … 35 respond: 28 pairs."""
    rows = [[80.0, 0.0] if i < 5 * k else [80.0, 80.0] for k in range(8) for i in range(40)]
    cohort = cohort_of(rows, [0, 12], centre=[f"c{k}" for k in range(8) for _ in range(40)])
    result = analyses.responders_between(cohort, AnalysisPlan(stratifier="centre", endpoint="SALT75"))
    table, fold = pairs_first(result, result.rows(variable="SALT75", week=12), "Week 12")
    assert isinstance(table, Table) and table.rows is not None and isinstance(fold, Fold)
    shown, p = list(table.rows["group1_level"]), list(table.rows["p_holm"])[1:]
    assert shown[0] is ALL and len(shown) == 1 + FIRST and p == sorted(p) and p[-1] <= 0.05
    (everything,) = fold.content()
    assert isinstance(everything, Table) and everything.rows is not None
    pairs = [level for level in everything.rows["group1_level"] if isinstance(level, Pair)]
    assert len(set(pairs)) == 28 and pairs[:FIRST] == shown[1:]
    differ = int((everything.rows["p_holm"] <= 0.05).sum())
    assert table.title == f"The {FIRST} pairs with the smallest p of {differ} that differ after adjustment"
    tied = everything.rows[[isinstance(level, Pair) for level in everything.rows["group1_level"]]]
    tied = tied[tied["p_holm"] == tied["p_holm"].max()]
    assert len(tied) > 1 and tied["p"].is_monotonic_increasing, "of pairs with the same adjusted p the smaller p stands first"
    together, _ = pairs_first(result, result.rows(week=12), "")
    assert isinstance(together, Table) and together.rows is not None and all(level is ALL for level in together.rows["group1_level"])


def test_one_pair_that_differs_is_one_pair() -> None:
    """Seven centres of 40: 21 respond in the first, 5 in the second, 12 in the others. Holm leaves the widest of 21 pairs."""
    responders = (21, 5, 12, 12, 12, 12, 12)
    rows = [[80.0, 0.0] if i < k else [80.0, 80.0] for k in responders for i in range(40)]
    cohort = cohort_of(rows, [0, 12], centre=[f"c{k}" for k in range(7) for _ in range(40)])
    result = analyses.responders_between(cohort, AnalysisPlan(stratifier="centre", endpoint="SALT75"))
    rows_of = result.rows(variable="SALT75", week=12)
    assert int((rows_of["p_holm"] <= 0.05).sum()) == 1
    table, _ = pairs_first(result, rows_of, "Week 12")
    assert isinstance(table, Table) and table.title == "The one pair of 21 that differs after adjustment"


def test_one_visit_has_no_course_and_one_stratum_is_not_many() -> None:
    one = cohort_of([[50.0 + i] for i in range(18)], [0], group=[f"g{i % 9}" for i in range(18)])
    context = context_for(one, AnalysisPlan(stratifier="none"), ASK)
    parts = list(VIEWS["trajectories"].content(context))
    assert next(p.title for p in parts if isinstance(p, Figure)) == "SALT of every patient, with the means in bold"
    numbers = next(p for p in parts if isinstance(p, KeyNumbers))
    assert numbers.items[0].under == "1 visit, week 0"
    weeks = next(n for n in key_numbers(one).items if n.label == "Weeks")
    assert weeks.value == "0"
    panels = context_for(one, AnalysisPlan(stratifier="group"), ASK, **{"view.trajectories": "One panel per stratum"})
    said = [p.text for p in VIEWS["trajectories"].content(panels) if isinstance(p, Text)]
    assert said == ["One more stratum is not drawn."]


def test_a_plan_in_words_names_the_endpoint_of_what_is_measured() -> None:
    """Of DLQI 75 % improvement is DLQI75, however the plan writes it."""
    cohort = cohort_of([[20.0, 4.0], [10.0, 9.0]], [0, 12], score="DLQI", measure=DLQI)
    assert plan_words(AnalysisPlan(stratifier="none"), cohort).startswith("DLQI75 at week 12; not split")
    assert plan_words(AnalysisPlan(stratifier="none"), cohort).endswith("; everyone")
    other = [AnalysisPlan(stratifier="none", alpha=0.01), AnalysisPlan(stratifier="none", multiplicity="none")]
    other.append(AnalysisPlan(stratifier="none", multiplicity="bh"))
    ends = ["alpha 0.01", "not adjusted over the weeks", "adjusted over the weeks by Benjamini–Hochberg (false discovery rate)"]
    assert [plan_words(plan, cohort).split("; ")[-1] for plan in other] == ends, "two scenarios read alike"


def test_cut_points_open_on_a_predictor_that_can_be_used() -> None:
    """Everyone has the same count of relapses but two, of whom nobody came to week 12: cut at 1, all who are left are of one side."""
    n = 60
    rows = [[80.0, (i * 37) % 80] for i in range(n)]
    rows[0][1] = rows[1][1] = NAN
    cohort = cohort_of(
        rows, [0, 12], relapses=[5.0, 3.0, *[i % 2 / 2 for i in range(n - 2)]], age=[20.0 + (i * 17) % 50 for i in range(n)]
    )
    model = ModelPlan(predictors=(Predictor("relapses", cut=1.0), Predictor("age")))
    context = context_for(cohort, AnalysisPlan(stratifier="none", endpoint="SALT50", missing="observed"), ASK, model=model)
    which, *rest = cuts(context)
    assert isinstance(which, Choice) and which.default == "age" and not any(isinstance(p, Unavailable) for p in rest)


@pytest.mark.parametrize(
    ("plan", "offered"),
    [({"stratifier": "arm"}, False), ({"stratifier": "none"}, False), ({"stratifier": "severity"}, False), ({"two": True}, True)],
)
def test_nothing_is_offered_to_press_that_could_only_say_why_not(plan: dict, offered: bool) -> None:
    """“Draw those who left from the control arm” stood there for three arms, and answered that there must be two."""
    rows = [[80.0, 70.0 - i, NAN if i % 5 == 0 else 60.0 - i] for i in range(36)]
    cohort = cohort_of(rows, [0, 12, 24], arm=[["placebo", "2 mg", "4 mg"][i % 3] for i in range(36)])
    two = {"stratifier": "arm", "filters": (Filter("arm", ("placebo", "4 mg")),)}
    asked = AnalysisPlan(arm="arm", **(two if plan.get("two") else plan))
    folds = missing(context_for(cohort, asked, ASK))
    inside = next(f for f in folds if "Reference-based" in f.label).content()
    assert [isinstance(p, Long) for p in inside] == [offered]
    if not offered:
        assert "split into two arms by “arm”" in inside[0].reason
