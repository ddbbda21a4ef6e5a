"""What a line under a chart must say: how sure an interval is, and what is taken from what."""

from __future__ import annotations

import re
from contextlib import suppress

import numpy as np
import pytest

from aadash import analyses
from aadash.analyses import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.charts import DRAWINGS, chart
from aadash.errors import AadashError
from aadash.formatting import percent
from aadash.plan import AnalysisPlan
from aadash.report.tables import printable

KOREA = load_sample("korea_2025").cohort
#: Analyses that take seconds, or more than a cohort and a plan.
LEFT_OUT = ("bootstrap", "predictor_performance", "predictor_stability", "multiple_imputation")


@pytest.mark.parametrize("name", sorted(set(DRAWINGS) & set(REGISTRY) - set(LEFT_OUT)))
def test_an_interval_is_drawn_with_its_level(name: str) -> None:
    for stratifier in ("severity", "subtype"):
        with suppress(AadashError, TypeError):
            result = REGISTRY[name].function(KOREA, AnalysisPlan(stratifier=stratifier, alpha=0.1))
            for drawing in DRAWINGS[name]:
                with suppress(AadashError, TypeError):
                    drawn = chart(result, drawing.name)
                    fields = {c for frame in drawn.data.values() for c in frame.columns}
                    others = drawing.name in ("flow", "distribution", "spaghetti")  # edges of ribbons and bars; means alone
                    if fields & {"low", "ci_low"} and not others and not re.search("the table has|standard deviation", drawn.caption):
                        assert "90 %" in drawn.caption, (drawing.name, drawn.caption)


def test_a_difference_of_two_strata_says_which_is_taken_from_which() -> None:
    pair = "Group A (SALT > 50) − Group B (SALT ≤ 50)"
    for name in ("between_strata", "responders_between"):
        result = getattr(analyses, name)(KOREA, AnalysisPlan())
        assert set(printable(result)["Comparison"]) == {pair}
        assert chart(result, "intervals").caption.startswith(f"{pair}, with 95 % interval. Dashed: no difference.")
    several = analyses.responders_between(KOREA, AnalysisPlan(stratifier="subtype"))
    assert "All strata" in set(printable(several)["Comparison"])


def test_two_published_rates_of_one_week_are_told_apart_in_words() -> None:
    """The Korean paper prints SALT75 at week 8 as 5.33 % (SALT > 50) and 14.28 % (SALT ≤ 50)."""
    told = chart(analyses.published_rates(KOREA, AnalysisPlan(endpoint="SALT75")), "weeks").alt
    assert "Korea 2025 (baricitinib 4 mg, SALT > 50) week 8: 5.33 %" in told
    assert "Korea 2025 (baricitinib 4 mg, SALT ≤ 50) week 8: 14.28 %" in told


@pytest.mark.parametrize("week", [12, 24, 36])
def test_what_is_read_of_the_published_rates_is_of_the_plans_week(week: int) -> None:
    """It told the last week, whatever was asked."""
    plan = AnalysisPlan(endpoint="SALT75", week=week, stratifier="none")
    result = analyses.published_rates(KOREA, plan)
    seen = KOREA.values[:, list(KOREA.weeks).index(week)]
    severe = KOREA.values[:, 0] > 50
    rates = {
        percent(np.mean(seen[who & ~np.isnan(seen)] <= 0.25 * KOREA.values[who & ~np.isnan(seen), 0])) for who in (severe, seen >= 0)
    }
    told = chart(result, "weeks").alt.split(". Published")[0]
    assert f", week {week}: " in told and any(rate in told for rate in rates)


@pytest.mark.parametrize("week", [12, 24])
def test_what_is_read_of_the_papers_bars_is_of_the_plans_week(week: int) -> None:
    result = analyses.responders(KOREA, AnalysisPlan(endpoint="SALT75", week=week, stratifier="none"))
    r = result.rows(variable="SALT75", week=week).iloc[0]
    assert f", week {week}: SALT75 {r['k']}/{r['n']} (" in chart(result, "one group").alt
