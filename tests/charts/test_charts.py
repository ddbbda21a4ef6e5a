"""What a chart draws, against numbers worked out by hand."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.charts import chart, weeks
from aadash.charts.intervals import interval_plot
from aadash.charts.ledger import ranked_p_values
from aadash.errors import NotComputable
from aadash.ledger import Ledger, LedgerEntry
from aadash.palette import PALETTE
from aadash.plan import AnalysisPlan
from tests.making import NAN, cohort_of

COHORT = cohort_of(
    [
        [80, 40, 10],
        [90, 70, NAN],  # not seen at week 12, nor later
        [60, NAN, 15],  # a gap at week 8
        [70, 10, 5],
    ],
    [0, 8, 12],
    sex=["f", "f", "m", "m"],
    roles={"sex": "sex"},
)
PLAN = AnalysisPlan(stratifier="sex", endpoint="SALT<=20")


def test_of_one_group_no_stratum_is_named() -> None:
    """Not split: “Patients not seen, by stratum and week. Most: All patients, Week 24”."""
    rows = [[80.0, 60.0, 40.0], [80.0, 60.0, NAN], [80.0, NAN, NAN]]
    drawn = chart(analyses.missingness(cohort_of(rows, [0, 12, 24]), AnalysisPlan(stratifier="none")), "map")
    assert drawn.alt == "Patients not seen, by week. Most: Week 24, 2/3 (66.7 %)."


def test_adjusted_curves_are_told_at_the_week_in_question() -> None:
    """The sentence said week 26 and the text beside the picture week 39."""
    result = analyses.response_patterns(load_sample("tohoku_2025").cohort, AnalysisPlan(week=26))
    assert "at week 26 runs from" in result.sentence and chart(result).alt.startswith("Adjusted mean improvement at week 26: ")


def test_missing_map() -> None:
    cells = chart(analyses.missingness(COHORT, PLAN), "map").data["cells"].set_index(["stratum", "week"])
    expected = {("f", 8): (0, 0), ("f", 12): (1, 1), ("m", 8): (1, 0), ("m", 12): (0, 0)}
    for (level, week), (missing, left) in expected.items():
        cell = cells.loc[(level, f"Week {week}")]
        assert (cell["text"], cell["rate"], cell["left"]) == (str(missing), 50.0 * missing, left)
        assert cell["told"] == f"{missing}/2 ({50.0 * missing:.1f} %)"


def test_percent_change_starts_from_nothing() -> None:
    """At week 0 the change is 0 by definition, in the line, in what is pointed at and in the text alternative; at week 8 that of the
    women, from 80 to 40 and from 90 to 70, is (−50 − 22.2) / 2 = −36.1 %."""
    drawn = chart(analyses.salt_over_time(COHORT, PLAN), "means", variable="percent_change")
    women = drawn.data["means"].query("level == 'f'").set_index("week")
    assert (women.loc[0, "value"], women.loc[0, "shown"], women.loc[0, "n"]) == (0, "0.0", "")
    assert (women.loc[8, "shown"], women.loc[8, "n"]) == ("−36.1", "2")
    assert "f: week 0 0.0, week 8 −36.1" in drawn.unseen


def test_lines_beside_means_of_other_patients_say_so() -> None:
    """Two women, of whom one misses week 12: with complete cases the mean is hers who came, beside two lines; carried forward it
    holds a value that no line shows."""
    told = {
        rule: chart(analyses.salt_over_time(COHORT, PLAN.replace(missing=rule)), "spaghetti").caption for rule in ("complete", "locf")
    }
    assert told["complete"].startswith("The lines show every patient; the means are of the patients with a score at every visit.")
    assert told["locf"].startswith("The lines show the scores recorded; the means count the last value carried forward as well.")
    assert chart(analyses.salt_over_time(COHORT, PLAN), "spaghetti").caption == ""


def test_response_steps() -> None:
    """Responses: p0 at week 12, p3 at week 8; p2 at week 12; p1 never, last seen at week 8. Kaplan–Meier by hand.

    Women: nobody of two at week 8, one of one at week 12 (p1 had left): 0 then 100 %. Men: p3 of two at week 8 gives 50 %, then p2 of
    the one left at week 12 gives 100 %.
    """
    drawn = chart(analyses.time_to_response(COHORT, PLAN), "steps").data
    steps = drawn["steps"].groupby("level").apply(lambda c: dict(zip(c["week"], c["value"], strict=True)), include_groups=False)
    assert steps["f"][0] == steps["m"][0] == 0 and steps["f"][12] == steps["m"][12] == 100
    assert steps["f"].get(8, 0.0) == 0 and steps["m"][8] == 50
    risk = drawn["risk"].groupby("beside")["text"].apply(list)
    assert sorted(n[-1] for n in risk) == ["1", "1"]  # still followed at week 12: p0, and p2


@pytest.mark.parametrize("strata", [1, 2, 5, 12])
def test_numbers_under_the_curves_stand_clear_of_each_other_and_of_the_curves(strata: int) -> None:
    """In pixels, from the heights that the picture gives: text of 13 px takes 15, and 0 % is where the curves end."""
    rows = [[80.0, 0.0] for _ in range(2 * strata)]
    cohort = cohort_of(rows, [0, 12], kind=[f"k{i:02d}" for i in range(strata) for _ in range(2)])
    drawn = chart(analyses.time_to_response(cohort, AnalysisPlan(stratifier="kind" if strata > 1 else "none")), "steps")
    height = drawn.spec["height"]
    wide, narrow = (float(end) for end in re.findall(r"-([\d.]+)", _least(drawn.spec)))
    for least, lines in ((wide, ["beside"]), (narrow, ["above", "under"])):
        pixels = height / (100 + least)
        at = sorted(
            -pixels * y for line in lines for f in ("names", "risk") if line in drawn.data[f] for y in set(drawn.data[f][line])
        )
        at = [one for one, before in zip(at, [0.0, *at], strict=False) if one - before > 1e-6]
        assert at[0] >= 15 and at[-1] + 8 <= pixels * least
        assert all(below - above >= 13.5 for above, below in itertools.pairwise(at))


def _least(spec: Mapping[str, Any]) -> str:
    """Where the axis of shares begins, as the picture says it."""
    return next(str(s["domainMin"]["expr"]) for c in spec["layer"] if "domainMin" in (s := c["encoding"]["y"].get("scale", {})))


@pytest.mark.parametrize("width", [360, 500, 900])
def test_the_first_and_the_last_week_are_written_and_none_touches_another(width: int) -> None:
    """A number of two digits of 13 px is 15 px wide; 4/5 of the width is for the weeks."""
    given = [0, 2, 4, 6, 8, 10, 12, 14, 16, 20, 24, 28, 32, 36, 40, 44, 48, 52, 60, 72]
    apart = next(share for least, share in weeks._APART if width >= least)
    marked = weeks.written(given, apart)
    assert (marked[0], marked[-1]) == (0, 72) and set(marked) <= set(given)
    gaps = [(b - a) / 72 * 0.8 * (width - 60) for a, b in itertools.pairwise(marked)]
    assert min(gaps) >= 18
    assert weeks.written([0, 12], 0.13) == [0, 12] and weeks.written([8], 0.13) == [8]


def test_qq_plot_runs_through_the_quartiles() -> None:
    rows = [[100, 100 - v] for v in (1, 2, 4, 7, 11, 16, 22)] + [[100, 100 - v] for v in (3, 5, 8, 9, 30)]
    cohort = cohort_of(rows, [0, 12], sex=["f"] * 7 + ["m"] * 5, roles={"sex": "sex"})
    drawn = chart(analyses.between_strata(cohort, AnalysisPlan(stratifier="sex")), "qq").data
    points, lines = drawn["points"], drawn["lines"]
    mine = points[points["series"] == points["series"].iloc[0]]
    assert sorted(mine["value"]) == sorted([-22.0, -16, -11, -7, -4, -2, -1])
    assert mine["normal"].sum() == pytest.approx(0, abs=1e-9) and mine["normal"].is_monotonic_increasing
    line = lines[lines["series"] == mine["series"].iloc[0]]
    slope = (line["value"].iloc[1] - line["value"].iloc[0]) / (line["normal"].iloc[1] - line["normal"].iloc[0])
    # R: y <- quantile(c(-22,-16,-11,-7,-4,-2,-1), c(.25,.75)) is −13.5 and −3
    for q, value in ((0.25, -13.5), (0.75, -3.0)):
        at = np.quantile(mine["normal"], q)
        assert line["value"].iloc[0] + slope * (at - line["normal"].iloc[0]) == pytest.approx(value)
    plan = AnalysisPlan(stratifier="sex")
    for result, title in (
        (analyses.between_strata(cohort, plan), "Change in SALT (% of baseline)"),
        (analyses.change_from_baseline(cohort, plan), "Change in SALT (points)"),
    ):
        layers = chart(result, "qq").spec["layer"]
        assert {layer["encoding"]["y"]["title"] for layer in layers} == {title}, "“Observed” said neither what nor in what"


def entry(p: float, prespecified_at: str = "") -> LedgerEntry:
    return LedgerEntry("c", str(p), "SALT75", "sex", "t", 36, "none", "observed", 10, 0.0, p, "2026-01-01", prespecified_at)


def test_ranked_p_values() -> None:
    drawn = ranked_p_values(Ledger((entry(0.5), entry(0.01, "2025"), entry(NAN), entry(0.04))), 0.04)
    assert drawn.data["entries"][["rank", "p"]].to_numpy().tolist() == [[1, 0.01], [2, 0.04], [3, 0.5]]
    assert drawn.data["entries"]["colour"].tolist() == [PALETTE[1], PALETTE[0], PALETTE[0]]
    assert drawn.data["chance"].to_numpy().tolist() == [[0, 0], [4, 1]] and drawn.data["alpha"]["at"].tolist() == [0.04]
    assert drawn.alt == "3 p-values sorted, 2 of them at or below 0.04."
    with pytest.raises(NotComputable):
        ranked_p_values(Ledger((replace(entry(0.5), p=NAN),)), 0.05)


def test_interval_plot() -> None:
    points = pd.DataFrame(
        {
            "category": ["Week 8", "Week 8", "Week 12", "Week 12"],
            "series": ["f", "m", "f", "m"],
            "estimate": [-10.0, -20.0, NAN, -44.0],
            "low": [-15.0, -30.0, NAN, -60.0],
            "high": [-5.0, -10.0, NAN, -28.0],
            "n": [3, 4, 0, 4],
        }
    )
    drawn = interval_plot(points, "Change", furthest=100)
    assert drawn.data["points"][["series", "category", "estimate"]].to_numpy().tolist() == [
        ["f", "Week 8", -10.0],
        ["m", "Week 8", -20.0],
        ["m", "Week 12", -44.0],
    ]
    bounds = {p["name"]: p["value"] for p in drawn.spec["params"] if p["name"] in ("bottom", "top")}
    assert bounds == {"bottom": pytest.approx(-60 - 3.6), "top": pytest.approx(3.6)}  # 6 % of 60 points beyond both
    assert drawn.alt.startswith("Change with intervals: f, Week 8: −10.0 (")


def test_a_box_of_the_flow_says_visits_with_one_number_once() -> None:
    """Four women seen at all of 20 visits; three of four men at the last ten. Of twelve numbers only the ends."""
    rows = [[80.0] * 20] * 7 + [[80.0] * 10 + [NAN] * 10]
    cohort = cohort_of(rows, list(range(20)), sex=list("ffffmmmm"), roles={"sex": "sex"})
    told = set(chart(analyses.participants(cohort, AnalysisPlan(stratifier="sex")), "flow").data["words"]["text"])
    assert {"weeks 0 to 19: 4 seen", "weeks 0 to 9: 4 seen", "weeks 10 to 19: 3 seen"} <= told
    leaving = cohort_of([[80.0] * (20 - i) + [NAN] * i for i in range(12)], list(range(20)))
    told = set(chart(analyses.participants(leaving, AnalysisPlan(stratifier="none")), "flow").data["words"]["text"])
    assert {"week 0: 12 seen", "weeks 1 to 18: 2 to 12 seen", "week 19: 1 seen"} <= told
