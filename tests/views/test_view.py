"""A fold shows the warnings of its result in words: what is folded is no less in doubt."""

from __future__ import annotations

from aadash import analyses
from aadash.document import Fold, Table, Text
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.views.view import FIRST, in_short, pairs_first
from tests.making import NAN, cohort_of


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
