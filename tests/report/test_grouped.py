"""Tables on screen: no word repeated in each row, no number lost, and a file keeps them all."""

from __future__ import annotations

import pandas as pd
import pytest

from aadash import analyses
from aadash.app.session.samples import load_sample
from aadash.plan import AnalysisPlan
from aadash.report.grouped import COUNTS, KEYS, grouped
from aadash.report.lines import lines
from aadash.report.tables import printable

KOREA = load_sample("korea_2025").cohort


def test_a_stratum_heads_its_rows_and_what_is_always_the_same_is_said_once() -> None:
    frame = pd.DataFrame(
        {
            "Stratum": ["A", "A", "B", "B"],
            "Endpoint": ["SALT75"] * 4,
            "Week": [8, 12, 8, 12],
            "n": ["1", "2", "3", "4"],
            "Left out": ["0"] * 4,
        }
    )
    out, said = grouped(frame)
    assert said == ["SALT75", "Left out: none"] and list(out.columns) == ["Week", "n"]
    assert [(line.section, *line.cells) for line in lines(out)] == [
        (True, "A", ""), (False, "8", "1"), (False, "12", "2"), (True, "B", ""), (False, "8", "3"), (False, "12", "4"),
    ]  # fmt: skip


def test_what_every_row_of_a_wide_table_has_is_said_once() -> None:
    frame = pd.DataFrame(
        {"Study": ["a", "b"], "Treatment": ["drug 4 mg"] * 2, "Enrolled": ["SALT ≥ 50", "SALT > 95"], "n": ["1", "2"]}
    )
    assert grouped(frame)[0].equals(frame), "a narrow table has the room"
    wide = frame.assign(**{f"c{i}": ["1", "2"] for i in range(5)})
    out, said = grouped(wide)
    assert said == ["Treatment: drug 4 mg"] and "Treatment" not in out.columns and list(out["Enrolled"]) == ["SALT ≥ 50", "SALT > 95"]


def test_a_column_in_which_no_row_has_anything_goes() -> None:
    """Published rates of other weeks had three columns of dashes, and a table of tests over all weeks was headed “Week –”."""
    frame = pd.DataFrame({"Study": ["–", "–"], "Week": ["–", "–"], "n": ["1", "–"], "Difference": ["–", "–"]})
    out, said = grouped(frame)
    assert said == [] and list(out.columns) == ["Study", "n"]
    assert list(grouped(frame.iloc[:1])[0].columns) == ["Study", "n", "Difference"], "of one row a dash is the answer"


def test_a_file_that_calls_a_stratum_like_another_loses_no_row() -> None:
    frame = pd.DataFrame({"Stratum": ["A", "B", "A"], "Week": [8, 12, 8], "n": ["1", "2", "3"]})
    assert grouped(frame)[0].equals(frame), "rows of A do not stand together, so nothing is moved"


def test_of_one_row_the_caption_has_the_week_and_the_row_says_whose_it_is() -> None:
    """“Week 36” stood above a column “Week” of one 36."""
    frame = pd.DataFrame({"Comparison": ["A − B"], "Endpoint": ["SALT75"], "Week": [36], "n": ["117"], "p": ["0.015"]})
    out, said = grouped(frame)
    assert said == ["SALT75", "Week 36"] and list(out.columns) == ["Comparison", "n", "p"]
    twice, said = grouped(pd.concat([frame, frame.assign(Endpoint="SALT90")]))
    assert said == ["A − B", "Week 36"] and list(twice["Endpoint"]) == ["SALT75", "SALT90"]


def test_the_measure_heads_the_effects_of_an_analysis_of_variance() -> None:
    out, _ = grouped(printable(analyses.mixed_anova(KOREA, AnalysisPlan())))
    assert [line.cells[0] for line in lines(out)] == [
        "SALT",
        *(effects := ["Stratum", "Week", "Stratum × week"]),
        "Percent change",
        *effects,
    ]


@pytest.mark.parametrize(
    "name", ["salt_over_time", "responders", "responders_between", "between_strata", "change_from_baseline", "mixed_anova"]
)
def test_every_number_stays(name: str) -> None:
    frame = printable(getattr(analyses, name)(KOREA, AnalysisPlan(stratifier="subtype")))
    out, said = grouped(frame)
    rows = [line for line in lines(out) if not line.section]
    assert len(rows) == len(frame)
    kept = [c for c in frame.columns if c not in KEYS and c in out.columns]
    assert set(frame.columns) - set(out.columns) <= {*KEYS, *COUNTS} and (out.shape[1] < frame.shape[1] or not said)
    at = [list(out.columns).index(c) for c in kept]
    shown = [tuple(line.cells[i] for i in at) for line in rows]
    assert sorted(shown) == sorted(map(tuple, frame[kept].astype(str).to_numpy().tolist()))


def test_what_is_compared_heads_its_weeks() -> None:
    frame = pd.DataFrame(
        {"Compared": ["SALT at the visit before"] * 2 + ["Last SALT"], "Week": [8, 12, 12], "p": ["0.1", "0.2", "0.3"]}
    )
    out, _ = grouped(frame)
    assert [line.cells[0] for line in lines(out)] == ["SALT at the visit before", "8", "12", "Last SALT", "12"]


def test_a_measure_heads_the_scenarios_that_are_compared_in_it() -> None:
    """The names of two plans stood in three lines in each of eight rows, beside the measure written twice."""
    frame = pd.DataFrame(
        {
            "Measure": ["Mean SALT, week 36"] * 2 + ["SALT75, week 36", "SALT90, week 36"],
            "Scenario": ["SALT75, split by sex", "SALT90, split by sex"] * 2,
            "n": ["117"] * 4,
            "Value": ["24.6", "24.6", "73/117 (62.4 %)", "61/117 (52.1 %)"],
        }
    )
    out, said = grouped(frame)
    assert not said and list(out.columns) == ["Scenario", "n", "Value"]
    assert [line.cells[0] for line in lines(out) if line.section] == ["Mean SALT, week 36", "SALT75, week 36", "SALT90, week 36"]


def test_what_a_second_program_was_asked_for_has_its_name_in_print() -> None:
    """“eps_gg”, “mauchly_w” and “chi2” stood in a table that a reader sees."""
    named = printable(analyses.second_opinion(KOREA, AnalysisPlan(), question="mixed_anova"))["Quantity"]
    assert {"F", "Greenhouse–Geisser ε", "Mauchly W", "Mauchly p", "p, corrected"} <= set(named)
    assert not [q for q in named if "_" in q]
