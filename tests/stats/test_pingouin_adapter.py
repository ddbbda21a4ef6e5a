"""pingouin through its one door: R's numbers, our names, and a refusal that names what is missing."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats import pingouin_adapter as pg

#: Made by ``gen_pingouin_expected.R``.
R: dict[str, Any] = json.loads(Path(__file__).with_name("pingouin_expected.json").read_text())
Y, GROUP, THREE = np.array(R["y"], dtype=float), np.array(R["group"]), np.array(R["three"])
LAST = Y[:, 3]


def same(ours: dict[str, float], theirs: dict[str, float], rel: float = 1e-11) -> None:
    assert ours == pytest.approx(theirs, rel=rel)


def test_means() -> None:
    same(pg.paired_t(LAST, Y[:, 0], 0.9), R["paired"])
    same(pg.welch_t(LAST[GROUP == 0], LAST[GROUP == 1]), R["welch"])
    same(pg.welch_anova([LAST[k == THREE] for k in range(3)]), R["welch_anova"])


def test_intervals_of_any_level_are_not_rounded() -> None:
    narrow, wide = pg.welch_t(LAST[GROUP == 0], LAST[GROUP == 1], 0.975), pg.welch_t(LAST[GROUP == 0], LAST[GROUP == 1])
    assert narrow["ci_low"] < wide["ci_low"] != round(wide["ci_low"], 2)


def test_welch_is_welch_with_groups_of_one_size() -> None:
    # R: t.test(c(1, 2, 3, 10), c(4, 5, 6, 7))$parameter
    assert pg.welch_t([1, 2, 3, 10], [4, 5, 6, 7])["df"] == pytest.approx(3.59405940594, rel=1e-9)


def test_ranks() -> None:
    same(pg.wilcoxon(Y[:, 1] - Y[:, 0]), R["wilcoxon"])
    same(pg.mann_whitney(LAST[GROUP == 0], LAST[GROUP == 1]), R["mann_whitney"])
    same(pg.kruskal([LAST[k == THREE] for k in range(3)]), R["kruskal"])


def test_normality() -> None:
    same(pg.shapiro(LAST), R["shapiro"], rel=1e-6)


def test_what_does_not_spread_is_not_tested() -> None:
    """R: ``t.test`` stops with "data are essentially constant", ``shapiro.test`` with "all 'x' values are identical"."""
    before = np.array([80.1, 60.3, 99.9])
    with pytest.raises(NotComputable, match="no spread"):
        pg.paired_t(before - 20.1, before)
    with pytest.raises(NotComputable, match="the same"):
        pg.shapiro(np.full(5, 3.0))


def test_what_pingouin_refuses_is_said_without_the_words_of_a_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """ "(float division by zero)" and "(Data must have more than 3 samples.)" stood in a table, in English in every language."""
    for error in (ZeroDivisionError("float division by zero"), ValueError("Data must have more than 3 samples.")):
        monkeypatch.setattr(pg, "_pingouin", lambda e=error: SimpleNamespace(kruskal=Mock(side_effect=e)))
        with pytest.raises(NotComputable) as said:
            pg.kruskal([[1.0, 2], [3, 4]])
        assert said.value.found == "pingouin's kruskal gives no answer here"
    with pytest.raises(NotComputable, match="asks for four values or more"):
        pg.shapiro([1.0, 2, 4])


def test_hedges_by_its_formula() -> None:
    a, b = LAST[GROUP == 0], LAST[GROUP == 1]
    pooled = np.sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2))
    assert pg.hedges_g(a, b)["g"] == pytest.approx((a.mean() - b.mean()) / pooled * (1 - 3 / (4 * 27 - 9)), rel=1e-12)


def test_counts() -> None:
    same(pg.chi_squared(R["cells"]), R["chi_squared"])
    with pytest.raises(NotComputable, match="nobody responds"):
        pg.chi_squared([(0, 5), (0, 9)])


@pytest.mark.parametrize("method", ["holm", "bonferroni", "bh"])
def test_adjustment(method: str) -> None:
    assert pg.adjust(R["p"], method) == pytest.approx(R["adjust"][method], rel=1e-14)
    assert np.isnan(pg.adjust([0.1, np.nan], method)[1])


def test_an_adjustment_that_pingouin_lacks_is_refused() -> None:
    with pytest.raises(NotComputable, match="Hochberg"):
        pg.adjust([0.1, 0.2], "hochberg")


@pytest.mark.parametrize("effect", ["between", "within", "interaction"])
def test_mixed_anova(effect: str) -> None:
    answer = pg.mixed_anova(Y, GROUP)[effect]
    same({k: answer[k] for k in R["mixed"][effect]}, R["mixed"][effect])


def test_mixed_anova_of_two_visits_has_no_sphericity() -> None:
    assert set(pg.mixed_anova(Y[:, :2], GROUP)["within"]) == {"ss", "df1", "df2", "f", "p"}


def test_correlation_within_patients(monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = (np.array(R[k], dtype=float) for k in ("first", "second"))
    same(pg.repeated_measures_correlation(x, y), R["rm_corr"])
    monkeypatch.setattr(pg, "MOST_DUMMIES", 0)  # the way that many patients go
    same(pg.repeated_measures_correlation(x, y), R["rm_corr"])


def test_correlation_within_patients_needs_change() -> None:
    with pytest.raises(NotComputable, match="does not change within any patient"):
        pg.repeated_measures_correlation(Y, np.repeat(Y[:, :1] + 0.1, 4, axis=1))
    with pytest.raises(NotComputable, match="Fewer than three"):
        pg.repeated_measures_correlation(Y[:2], Y[:2])
    assert pg.repeated_measures_correlation(Y, -2 * Y)["r"] == pytest.approx(-1, abs=1e-12)


@pytest.mark.parametrize("kind", ["agreement", "consistency", "one_way", "agreement_mean", "consistency_mean", "one_way_mean"])
def test_agreement_of_raters(kind: str) -> None:
    ratings = np.vstack([R["raters"], [50.0, np.nan]])
    same(pg.intraclass_correlation(ratings)[kind], R["icc"][kind], rel=1e-9)


def test_agreement_is_refused_without_variation() -> None:
    with pytest.raises(NotComputable, match="All ratings are the same"):
        pg.intraclass_correlation(np.full((5, 2), 40.0))


def test_power() -> None:
    assert pg.patients_two_means(0.4, 0.8) == pytest.approx(R["patients"], rel=1e-8)
    assert pg.power_two_means(0.55, 83, 34) == pytest.approx(R["power_two"]["power"], rel=1e-9)
    assert pg.power_two_means(None, 83, 34, 0.8, 0.01) == pytest.approx(R["power_two"]["d"], rel=1e-8)


@pytest.mark.parametrize(
    "ask",
    [
        lambda: pg.paired_t([1.0, 2.0], [1.0]),
        lambda: pg.paired_t([1.0, np.nan], [1.0, 2.0]),
        lambda: pg.welch_t([1.0], [2.0, 3.0]),
        lambda: pg.mann_whitney(np.zeros(6000), np.zeros(6000)),
        lambda: pg.power_two_means(0.5, 1, 9),
        lambda: pg.intraclass_correlation(np.ones((2, 2))),
    ],
)
def test_what_cannot_be_answered_is_refused(ask: Any) -> None:
    with pytest.raises(NotComputable):
        ask()


def test_a_column_that_is_gone_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pg, "_ask", lambda *a, **k: pd.DataFrame({"W-val": [1.0], "p_val": [0.5]}))
    with pytest.raises(NotComputable, match=r"no longer gives W_val from wilcoxon.*Expected: pingouin 0\.7"):
        pg.wilcoxon([1.0, 2.0])
