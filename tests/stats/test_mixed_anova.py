"""Mixed and repeated-measures ANOVA. Agreement with car::Anova on whole data sets is in tests/reference."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.k_sample import anova
from aadash.stats.mixed_anova import friedman, mixed_anova, rm_anova, simple_effects
from aadash.stats.paired import paired_t
from aadash.stats.two_sample import student_t

DATA = Path(__file__).parents[1] / "reference" / "data"


def salt_sim_1() -> tuple[np.ndarray, np.ndarray]:
    """117 patients, six visits, groups of 83 and 34, with gaps."""
    long = pd.read_csv(DATA / "salt_sim_1.csv")
    wide = long.pivot(index="subject", columns="time", values="value")
    group = long.drop_duplicates("subject").set_index("subject")["group"].loc[wide.index]
    return wide.to_numpy(), (group == "B").to_numpy().astype(int)


def test_two_visits_and_two_groups_reduce_to_t_tests() -> None:
    m, g = salt_sim_1()
    two = m[:, [0, 5]]
    keep = ~np.isnan(two).any(axis=1)
    a = mixed_anova(two, g)
    change, mean = two[:, 1] - two[:, 0], two.mean(axis=1)
    assert a.n == keep.sum()
    assert a.interaction.f == pytest.approx(student_t(change[g == 0], change[g == 1]).t ** 2)
    assert a.between.f == pytest.approx(student_t(mean[g == 0], mean[g == 1]).t ** 2)
    assert a.interaction.p == pytest.approx(a.interaction.pillai_p)
    assert np.isnan([a.within.eps_gg, a.within.mauchly_w, a.within.p_hf]).all()
    assert rm_anova(two).effect.f == pytest.approx(paired_t(two[:, 1], two[:, 0]).t ** 2)


def test_type_2_weights_patients_and_type_3_groups() -> None:
    m, g = salt_sim_1()
    three, two = mixed_anova(m, g), mixed_anova(m, g, ss_type=2)
    assert three.within.f < 0.7 * two.within.f  # 47 against 21 complete patients
    assert (three.between, three.interaction) == (two.between, two.interaction)
    equal = np.concatenate([np.flatnonzero(g == c)[:30] for c in (0, 1)])
    full = np.nan_to_num(m[equal], nan=50.0)
    assert mixed_anova(full, g[equal]).within.ss == pytest.approx(mixed_anova(full, g[equal], ss_type=2).within.ss)


def test_pingouin_gives_type_2() -> None:
    """pingouin 0.7's visit effect is Type II; all else is the same in both types (docs/methods/tests.md)."""
    import pingouin as pg

    m, g = salt_sim_1()
    keep = ~np.isnan(m).any(axis=1)
    n = int(keep.sum())
    long = pd.DataFrame(
        {
            "subject": np.repeat(np.arange(n), 6),
            "week": np.tile(np.arange(6), n),
            "group": np.repeat(g[keep], 6),
            "salt": m[keep].ravel(),
        }
    )
    table = pg.mixed_anova(long, dv="salt", within="week", subject="subject", between="group", correction=True)
    table = table.set_index("Source")
    ours = mixed_anova(m, g, ss_type=2)
    for row, effect in (("group", ours.between), ("week", ours.within), ("Interaction", ours.interaction)):
        assert table.loc[row, "F"] == pytest.approx(effect.f, rel=1e-9)
        assert table.loc[row, "np2"] == pytest.approx(effect.partial_eta2, rel=1e-9)
    assert table.loc["week", "eps"] == pytest.approx(ours.within.eps_gg, rel=1e-9)
    assert table.loc["week", "F"] != pytest.approx(mixed_anova(m, g).within.f, rel=0.1)


def test_pillai_of_chickweight_in_rational_arithmetic() -> None:
    """R adds the rounding of ten eigenvalues that are zero; exact fractions give 178.91200692164848 (R: …720…)."""
    long = pd.read_csv(DATA / "chickweight.csv")
    wide = long.pivot(index="subject", columns="time", values="value")
    group = long.drop_duplicates("subject").set_index("subject")["group"].loc[wide.index]
    a = mixed_anova(wide.to_numpy(), group.to_numpy() - 1)
    r = json.loads((DATA / "chickweight.json").read_text())["analyses"]["mixed_anova"]["type3"]["within"]
    assert a.within.pillai_f == pytest.approx(178.91200692164848, rel=1e-12)
    assert r["pillai_F"] == pytest.approx(178.91200692164848, rel=1e-8)


def test_epsilon_is_one_for_compound_symmetry_and_lowest_for_one_dimension() -> None:
    rng = np.random.default_rng(4)
    y = rng.normal(size=(400, 1)) * 3 + rng.normal(size=(400, 5))
    assert rm_anova(y).effect.eps_gg > 0.97
    line = rng.normal(size=(60, 1)) * np.arange(5.0) + 1e-6 * rng.normal(size=(60, 5))
    assert rm_anova(line).effect.eps_gg == pytest.approx(1 / 4, rel=1e-3)


def test_more_visits_than_patients_has_univariate_tests_only() -> None:
    rng = np.random.default_rng(1)
    e = mixed_anova(rng.normal(size=(6, 8)), [0, 0, 0, 1, 1, 1]).within
    assert np.isfinite([e.f, e.p, e.eps_gg, e.p_gg]).all()
    assert np.isnan([e.pillai, e.pillai_p, e.mauchly_w, e.mauchly_p]).all()


def test_patients_left_out_are_counted() -> None:
    m, g = salt_sim_1()
    codes = g.copy()
    codes[:4] = -1
    a = mixed_anova(m, codes)
    assert a.n_total == 113
    assert a.n == sum(a.group_n) == int((~np.isnan(m[4:]).any(axis=1)).sum())
    b = mixed_anova(m, codes * 2)  # a code that nobody has
    assert b.group_n[1] == 0 and b.between == a.between


def test_simple_effects_are_the_separate_tests() -> None:
    m, g = salt_sim_1()
    s = simple_effects(m, g)
    complete = ~np.isnan(m).any(axis=1)
    y, c = m[complete], g[complete]
    assert s.n == complete.sum() and len(s.group_at_visit) == 6
    assert s.group_at_visit[3] == anova([y[c == 0, 3], y[c == 1, 3]])
    inside = s.visit_in_group[1]
    assert inside is not None and inside.effect == rm_anova(y[c == 1]).effect
    few = simple_effects([[1.0, 2], [2, 5], [4, 4]], [0, 0, 1])
    assert few.visit_in_group[1] is None


def test_friedman_of_two_visits_is_the_sign_test() -> None:
    m, _ = salt_sim_1()
    two = m[:, [0, 1]]
    d = (two[:, 1] - two[:, 0])[~np.isnan(two).any(axis=1)]
    plus, minus = int((d > 0).sum()), int((d < 0).sum())
    # chi-squared of the sign test, patients without change aside
    assert friedman(two).chi2 == pytest.approx((plus - minus) ** 2 / (plus + minus))


def test_kendalls_w_is_one_when_all_agree() -> None:
    assert friedman([[3, 2, 1], [30, 20, 10], [9, 8, 7.5]]).kendall_w == pytest.approx(1)


def test_not_computable() -> None:
    m, g = salt_sim_1()
    empty_visit = np.column_stack([m, np.full(117, np.nan)])
    with pytest.raises(NotComputable, match="found 0"):
        mixed_anova(empty_visit, g)
    with pytest.raises(NotComputable, match="two groups"):
        mixed_anova(m, np.zeros(117, dtype=int))
    with pytest.raises(NotComputable, match="two visits"):
        mixed_anova(m[:, :1], g)
    with pytest.raises(NotComputable, match="two complete patients"):
        mixed_anova([[1, 2], [3, 4]], [0, 1])
    for test in (rm_anova, friedman):
        with pytest.raises(NotComputable, match="0 patients"):
            test(empty_visit)
    with pytest.raises(NotComputable, match="ever changes"):
        friedman([[1, 1], [2, 2]])
    with pytest.raises(NotComputable, match="Simple effects"):
        simple_effects(m, np.zeros(117, dtype=int))


def test_nobody_differs() -> None:
    a = mixed_anova(np.full((6, 3), 40.0), [0, 0, 0, 1, 1, 1])
    assert np.isnan([a.between.f, a.within.f, a.interaction.f]).all()
