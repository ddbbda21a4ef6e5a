"""Two measures of the same patients: what goes into each correlation, and what cannot be related."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash import analyses
from aadash.analyses.two_measures import two_measures
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Figure
from aadash.errors import NotComputable
from aadash.levels import ALL
from aadash.measures import KNOWN
from aadash.plan import AnalysisPlan
from aadash.report.tables import blocks, printable
from aadash.stats.correlation import pearson
from aadash.stats.pingouin_adapter import repeated_measures_correlation
from aadash.views import VIEWS, context_for
from aadash.views.prose import plan_note
from tests.making import NAN, asking, cohort_of

SALT = [[90, 60, 30], [80, 70, 60], [100, 50, NAN], [60, 60, 20], [70, NAN, 10]]
#: Week 8 of the DLQI has no SALT beside it, week 12 of SALT no DLQI.
DLQI = pd.DataFrame({0: [20, 12, 18, 9, NAN], 8: [15.0] * 5, 24: [4, 10, 6, 8, 1]}, index=[f"p{i}" for i in range(5)], dtype=float)
PLAN = AnalysisPlan(stratifier="none")


def cohort() -> Cohort:
    return cohort_of(SALT, weeks=[0, 12, 24], sex=["f", "m", "f", "m", "f"], measures={"DLQI": (KNOWN["DLQI"], DLQI)})


def test_change_against_change_is_over_patients_with_both_at_both_visits() -> None:
    result = two_measures(cohort(), PLAN)
    now = result.rows(variable_level="change", week=24, group1_level=ALL).iloc[0]
    # p0, p1, p3: SALT −60, −20, −40 and DLQI −16, −2, −1; by hand r = 280 / √(800 · 140.667)
    assert now["n"] == 3 and now["r"] == pytest.approx(280 / np.sqrt(800 * (16**2 + 2**2 + 1 - 19**2 / 3)))
    assert result.details.week == 24
    assert [(e.reason, e.n) for e in result.accounting.excluded] == [("without both measures at baseline and week 24", 2)]
    assert set(result.rows(variable_level="change")["week"]) == {24}


def test_within_patients_uses_the_visits_of_both() -> None:
    result = two_measures(cohort(), PLAN)
    within = result.rows(variable_level="within", group1_level=ALL).iloc[0]
    x = np.array([[90, 30], [80, 60], [100, NAN], [60, 20], [70, 10]])
    y = DLQI[[0, 24]].to_numpy()
    expected = repeated_measures_correlation(x, y)
    assert within["r"] == pytest.approx(expected["r"]) and (within["n"], within["n_visits"]) == (3, 6)
    # two visits each: the correlation of the changes through the origin; by hand (60·16 + 20·2 + 40·1)/√(5600 · 261)
    assert within["r"] == pytest.approx(1040 / np.sqrt(5600 * 261))


def test_means_are_over_the_own_visits_of_each() -> None:
    t = two_measures(cohort(), PLAN).rows(variable_level="mean", group1_level=ALL)
    assert list(t[t["variable"] == "SALT"]["week"]) == [0, 12, 24] and list(t[t["variable"] == "DLQI"]["week"]) == [0, 8, 24]
    assert t[(t["variable"] == "DLQI") & (t["week"] == 24)]["mean"].iloc[0] == pytest.approx(29 / 5)


def test_the_measure_that_is_analysed_comes_first_and_r_is_the_same() -> None:
    one, other = two_measures(cohort(), PLAN), two_measures(cohort(), PLAN.replace(measure="DLQI"))
    assert [m.name for m in other.details.measures] == ["DLQI", "SALT"]
    for level in ("within", "change"):
        a, b = (r.rows(variable_level=level, group1_level=ALL)["r"].iloc[-1] for r in (one, other))
        assert a == pytest.approx(b)


def test_a_missing_visit_is_never_filled_in() -> None:
    observed, carried = (two_measures(cohort(), PLAN.replace(missing=m)).table for m in ("observed", "locf"))
    pd.testing.assert_frame_equal(observed, carried)


def test_strata_and_print() -> None:
    result = two_measures(cohort(), PLAN.replace(stratifier="sex"))
    assert {str(level) for level in result.table["group1_level"]} == {"all", "f", "m"}
    titles = [title for title, _ in blocks(result)]
    assert titles == ["Within patients, over all visits", "Change against change at each visit", "Means of both measures"]
    for _, rows in blocks(result):
        assert len(printable(result, rows)) == len(rows)
    few = result.rows(variable_level="change", group1_level="m").iloc[0]
    assert few["n"] == 2 and np.isnan(few["r"])  # two patients have no correlation, and are counted


def test_a_relation_is_said_where_its_interval_leaves_0_out_alone() -> None:
    """“SALT and HADS move against each other (r = −0.16, 95 % CI −0.46 to 0.18, p = 0.348)” was said."""
    rng = np.random.default_rng(5)
    salt = np.column_stack([rng.uniform(50, 100, 12), rng.uniform(0, 90, 12), rng.uniform(0, 90, 12)]).round(1)
    for values, said in (
        (rng.uniform(0, 20, salt.shape).round(1), "show no clear relation"),
        (salt / 5, "rise and fall together"),
        (29 - salt / 5 + rng.uniform(0, 1, salt.shape), "move against each other"),
    ):
        plain = cohort_of(salt, [0, 12, 24])
        frame = pd.DataFrame(values, index=plain.salt.index, columns=plain.salt.columns)
        result = two_measures(cohort_of(salt, [0, 12, 24], measures={"DLQI": (KNOWN["DLQI"], frame)}), AnalysisPlan(), other="DLQI")
        within = result.rows(variable_level="within").iloc[0]
        assert said in result.sentence and (within["ci_low"] <= 0 <= within["ci_high"]) == (said == "show no clear relation")


def test_what_cannot_be_related() -> None:
    with pytest.raises(NotComputable, match="one measure over time"):
        two_measures(cohort_of(SALT), PLAN)
    with pytest.raises(NotComputable, match="is the measure that is analysed"):
        two_measures(cohort(), PLAN, other="SALT")
    with pytest.raises(NotComputable, match="'PASI' is not among"):
        two_measures(cohort(), PLAN, other="PASI")
    apart = cohort_of(SALT, weeks=[0, 12, 24], measures={"DLQI": (KNOWN["DLQI"], DLQI[[0, 8]])})
    with pytest.raises(NotComputable, match="share no visit after baseline"):
        two_measures(apart, PLAN)


def test_both_charts() -> None:
    result = two_measures(cohort(), PLAN)
    scatter = chart(result, "scatter")
    assert scatter.data["points"][["x", "y"]].to_numpy().tolist() == [[-60, -16], [-20, -2], [-40, -1]]
    assert f"r = {pearson([-60, -20, -40], [-16, -2, -1]).r:.2f}" in scatter.alt
    second = chart(result, "curve", which=1)
    assert "DLQI (0–30)" in second.alt and second.data["means"]["value"].iloc[-1] == pytest.approx(5.8)


def test_the_curves_are_of_who_was_seen_and_not_of_who_has_both() -> None:
    """“n = 3” stood under means of five patients, and the axis named every second week."""
    context = context_for(cohort(), PLAN.replace(week=24), asking())
    curves = [p for p in VIEWS["two_measures"].content(context) if isinstance(p, Figure) and p.kind == "curve"]
    assert [f.analysed for f in curves] == [5, 5]  # at week 0 and week 24 (SALT), week 8 (DLQI)
    assert [f.title for f in curves] == ["SALT by visit", "DLQI by visit"]
    assert "5 enrolled, at most 5 with a score at a visit" in plan_note(curves[1].result, curves[1].drawn).lower()
    drawn = chart(curves[0].result, "curve", which=0)
    assert "0, 8, 12, 24" in str(drawn.spec)


def graded() -> Cohort:
    """Wyrwich et al. 2020: AA-IGA is SALT cut at 0, 20, 49 and 94."""
    rows = [[95.0 - i, 70.0 - (7 * i) % 40, 40.0 - (11 * i) % 37] for i in range(12)]
    salt = cohort_of(rows, [0, 12, 24]).salt
    grade = pd.DataFrame(np.digitize(salt, [0.5, 20.5, 49.5, 94.5]).astype(float), index=salt.index, columns=salt.columns)
    measures = {name: (KNOWN[name], grade) for name in ("AA-IGA", "DLQI")}
    return cohort_of(rows, [0, 12, 24], sex=["f", "m"] * 6, roles={"sex": "sex"}, measures=measures)


@pytest.mark.parametrize(("other", "told"), [("AA-IGA", True), ("DLQI", False)])
def test_a_measure_and_its_own_grades_go_together_by_definition(other: str, told: bool) -> None:
    """“SALT and AA-IGA rise and fall together (r = 0.85)” stood alone."""
    assert ("one-in-grades" in {c.code for c in two_measures(graded(), PLAN, other=other).caveats}) is told


def test_means_of_a_few_grades_are_doubted() -> None:
    plan = AnalysisPlan(stratifier="sex", measure="AA-IGA")
    for ask in (analyses.between_strata, analyses.change_from_baseline, analyses.salt_over_time, analyses.mixed_anova):
        told = {c.code: c.text for c in ask(graded(), plan).caveats}
        assert told["grades"].startswith("AA-IGA has 5 grades: a mean takes every step"), ask.__name__
        assert "grades" not in {c.code for c in ask(graded(), plan.replace(measure=None)).caveats}
    assert "grades" not in {c.code for c in analyses.responders(graded(), plan).caveats}, "a share of responders needs no equal steps"
