"""Twelve strata with long names: told apart in a chart, one picture for all, the two ends in a sentence."""

from __future__ import annotations

import re

import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from aadash import analyses
from aadash.analyses.registry import REGISTRY
from aadash.charts import chart
from aadash.levels import MOST, told_apart
from aadash.plan import AnalysisPlan
from tests.making import NAN, cohort_of

NAMES = [f"Alopecia areata of the {kind} kind with {sign} at first visit" for kind in "abcdef" for sign in ("nail pits", "none")]
#: Twelve strata of four patients: in the k-th, k patients of four fall to 0 at week 12 (at most four), the others stay.
FALLS = [[80.0, 0.0] if i < k % 5 else [80.0, 80.0] for k in range(12) for i in range(4)]
COHORT = cohort_of(FALLS, [0, 12], kind=[name for name in NAMES for _ in range(4)])
PLAN = AnalysisPlan(stratifier="kind", endpoint="SALT75")


def test_names_that_begin_alike_are_told_apart_in_a_chart() -> None:
    short = told_apart(NAMES)
    assert len(set(short)) == 12 and all(len(name) <= MOST for name in short)
    assert told_apart(["patchy", "ophiasis"]) == ("patchy", "ophiasis")
    assert told_apart(["Placebo then baricitinib 4 mg once daily", "Placebo then baricitinib 2 mg once daily"]) == (
        "4 mg once daily",
        "2 mg once daily",
    )


def test_long_names_that_differ_in_the_middle_are_told_apart_there() -> None:
    """Two that look alike at both ends do not leave all the others whole, to be cut by the chart."""
    south = [f"Alopecia areata registry centre of the south-{side}ern region" for side in ("west", "east")]
    short = told_apart([*south, "Ajou", "Kyungpook National University Hospital Hair Transplant Center"])
    assert short == ("Alopec… south-western…", "Alopec… south-eastern…", "Ajou", "Kyungpook Nati… Center")
    assert all(len(name) <= MOST for name in short)


@given(st.lists(st.text("ab 가", min_size=1, max_size=60), min_size=1, max_size=12, unique=True))
def test_short_names_are_never_the_same(names: list[str]) -> None:
    assert len(set(told_apart(names))) == len(names)


def test_every_endpoint_of_many_strata_has_a_line_a_stratum_and_a_column_an_endpoint() -> None:
    drawn = chart(analyses.responders(COHORT, PLAN), "endpoints")
    points = drawn.data["bars"]
    assert len(points) == 12 * points["category"].nunique() and not points.duplicated(["x", "y"]).any()
    column = points["x"].floordiv(1).astype(int)
    assert (points["low_x"].floordiv(1).astype(int) == column).all() and (points["high_x"] <= column + 1).all()
    salt75 = points[points["category"] == "SALT75"].sort_values("y")
    assert list(salt75["kn"]) == [f"{k % 5}/4" for k in range(12)]


def test_intervals_of_many_strata_do_not_cover_each_other() -> None:
    twelve = chart(analyses.salt_over_time(COHORT, PLAN), "means", variable="percent_change")
    two = chart(analyses.salt_over_time(COHORT, AnalysisPlan()), "means", variable="percent_change")
    assert [layer["mark"]["type"] for layer in two.spec["layer"]].count("area") == 1
    assert [layer["mark"]["type"] for layer in twelve.spec["layer"]].count("area") == 0 and "table" in twelve.caption


def test_two_patients_do_not_stretch_the_axis() -> None:
    """Two patients with −90 and +10 %: t with one degree of freedom gives −40 ± 12.7 × 50, far beyond what three or more give."""
    from aadash.axes import change_domain

    many = [[80, 40], [80, 44], [80, 36], [80, 42]]
    cohort = cohort_of([*many, [80, 8], [80, 88]], [0, 12], kind=["a"] * 4 + ["b"] * 2)
    low, high = change_domain(analyses.salt_over_time(cohort, AnalysisPlan(stratifier="kind")))
    assert high <= 20 and low == -100


@pytest.mark.parametrize("name", ["responders", "salt_over_time", "time_to_response"])
def test_a_sentence_names_the_two_ends_of_many_strata(name: str) -> None:
    said = getattr(analyses, name)(COHORT, PLAN).sentence
    assert sum(stratum in said for stratum in NAMES) <= 2 and "12" in said.split("strata")[0]


def test_the_ends_are_the_lowest_and_the_highest() -> None:
    """By hand: the first stratum has 0 of 4, the fifth 4 of 4."""
    said = analyses.responders(COHORT, PLAN).sentence
    assert f"from 0/4 (0.0 %) in {NAMES[0]} to 4/4 (100.0 %) in " in said
    assert f"Lowest of 12 strata: {NAMES[4]}: 80.0 → 0.0 (n = 4)" in analyses.salt_over_time(COHORT, PLAN).sentence


def test_boxes_of_five_strata_have_room_for_their_words_on_a_telephone() -> None:
    """At 358 px a box of five is 63 px wide: ten letters of 13 px. "week 12: 3 seen" has fifteen."""
    missed = [[first, NAN if i % 8 == 3 else last] for i, (first, last) in enumerate(FALLS[:20])]
    words = chart(analyses.participants(cohort_of(missed, [0, 12], kind=[k for k in "abcde" for _ in range(4)]), PLAN), "flow").data[
        "words"
    ]
    brief = words[words["text"].str.contains("seen")]["brief"]
    assert set(brief) == {"week 0: 4", "week 12: 3", "0–12: 4"}


def test_on_a_telephone_each_endpoint_and_each_end_of_a_curve_has_its_whole_name() -> None:
    """Every second endpoint had no name, k/n stood on each other, and two bands of severity were both "SALT …"."""
    two = cohort_of([[60.0, 10.0], [70.0, 20.0], [96.0, 50.0], [99.0, 90.0]], [0, 12])
    plan = AnalysisPlan(stratifier="trial_severity")

    def drawn(name: str, kind: str, width: int) -> str:
        spec = chart(getattr(analyses, name)(two, plan), kind).vega_lite()
        return vl_convert.vegalite_to_svg({**spec, "width": width, "autosize": {"type": "fit", "contains": "padding"}})

    narrow, wide = (drawn("responders", "endpoints", w) for w in (358, 940))
    for name in ("SALT30", "SALT50", "SALT75", "SALT90", "SALT100", "SALT≤20", "SALT≤10"):
        assert f">{name}</text>" in narrow and f">{name}</text>" in wide
    assert len(re.findall(r"rotate\((?:270|-90)\)[^>]*>", narrow)) > len(re.findall(r"rotate\((?:270|-90)\)[^>]*>", wide)) + 10
    curves = drawn("salt_over_time", "means", 358)
    assert "95–100" in curves and "50–94" in curves and "…" not in curves


#: Twelve hospitals that differ in the last letters of their names.
CLINICS = [f"University hospital of the northern prefecture, outpatient clinic {i:02d}" for i in range(12)]
HOSPITALS = cohort_of(FALLS, [0, 12], clinic=[name for name in CLINICS for _ in range(4)])


@pytest.mark.parametrize(
    ("question", "kind", "frame", "field"),
    [
        ("time_to_response", "steps", "names", "text"),
        ("responders_between", "intervals", "rows", "above"),
        ("subgroups_response", "forest", "points", "narrow"),
    ],
)
def test_where_a_phone_has_a_line_for_a_name_its_end_is_read(question: str, kind: str, frame: str, field: str) -> None:
    """They were cut at the end: twelve times “University hospital of the northern pre…”."""
    result = REGISTRY[question].function(HOSPITALS, AnalysisPlan(stratifier="clinic", endpoint="SALT75"))
    names = [str(n) for n in chart(result, kind).data[frame][field] if "…" in str(n) or "clinic" in str(n)]
    assert sorted(name[-2:] for name in names) == [f"{i:02d}" for i in range(12)]
    assert all(len(name) <= 48 for name in names)
