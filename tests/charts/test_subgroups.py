"""Pictures of subgroups: what is drawn is what was computed."""

from __future__ import annotations

import numpy as np
import pytest
import vl_convert

from aadash import AnalysisPlan, analyses
from aadash.analyses.registry import REGISTRY
from aadash.app.session.samples import load_sample
from aadash.charts import chart
from aadash.charts.names import unwrapped
from aadash.charts.subgroup_chance import NAME, SMALL, WIDE, _clear, subgroup_funnel, subgroup_map
from aadash.charts.subgroups import SHRUNKEN, subgroup_forest
from aadash.errors import NotComputable
from aadash.levels import width_of
from tests.making import cohort_of

KOREA = load_sample("korea_2025").cohort
PLAN = AnalysisPlan()


@pytest.mark.parametrize("relative", [False, True])
def test_the_forest_draws_every_level_at_its_estimate(relative: bool) -> None:
    result = analyses.subgroups_response(KOREA, PLAN)
    points = subgroup_forest(result, "SALT75", relative).data["points"]
    t = result.table[result.table["variable_level"].isna()]
    assert len(points) == len(t)
    column, scale = ("odds_ratio", 1) if relative else ("rate", 100)
    for (_, r), (_, drawn) in zip(t.iloc[1:].iterrows(), points.iloc[1:].iterrows(), strict=True):
        assert drawn["level"] == r["group1_level"] and drawn["group"] == r["group1"]
        assert drawn["estimate"] == pytest.approx(np.clip(scale * r[column], *((0.05, 20) if relative else (0, 100))))
        assert drawn["low"] <= drawn["estimate"] <= drawn["high"]
    assert points["y"].is_monotonic_increasing and points["y"].is_unique


def test_the_forest_says_first_whether_the_levels_differ() -> None:
    result = analyses.subgroups_response(KOREA, PLAN)
    p = subgroup_forest(result, "SALT75", False, ("sex", "subtype"))
    heads = p.data["heads"]
    assert heads["text"].tolist() == ["AA subtype", "sex"] and heads["p"].str.startswith("levels differ: p = ").all()
    assert set(p.data["points"]["group"].dropna()) == {"sex", "subtype"} and p.data["points"]["group"].isna().sum() == 1
    assert "sex: female 58.7" in p.alt and "37/63" in p.alt


def test_a_forest_of_differences_leaves_out_what_cannot_be_compared() -> None:
    result = analyses.subgroup_differences_response(KOREA, PLAN)
    assert "trial_severity" in set(result.table["group1"])
    p = subgroup_forest(result, "SALT75", False)
    assert "trial_severity" not in set(p.data["points"]["group"]) and "interaction" in p.data["heads"]["p"].iloc[0]
    change = subgroup_forest(analyses.subgroup_differences_change(KOREA, PLAN), "salt_change", False)
    assert change.alt.startswith("Change in SALT, Group A − Group B (points) by subgroup")
    assert p.data["none"]["at"].tolist() == [0.0] and "Grey line: no difference." in p.caption


@pytest.mark.parametrize("outcome", ["response", "salt_change", "percent_change"])
def test_the_funnel_draws_the_band_and_names_what_lies_outside_all(outcome: str) -> None:
    result = analyses.subgroup_chance(KOREA, PLAN, outcome)
    p = subgroup_funnel(result)
    points, band = p.data["points"], p.data["band"]
    named = points["side"] != ""
    assert named.sum() == (result.table["outside"] == 2).sum() > 0
    assert set(points["colour"][named]) == {SHRUNKEN}, "the colour of what lies outside all"
    assert (band["low_all"] <= band["low"]).all() and (band["high"] <= band["high_all"]).all()
    assert result.sentence in p.alt


def test_a_name_in_the_funnel_stands_clear_of_points_and_of_other_names() -> None:
    """They lay over blue points and over each other: “Group B (SALT ≤ 50)” under “SALT < 50”."""
    places = [(300.0, 200.0), (295.0, 200.0), (310.0, 190.0)]
    found = _clear([(x / 880, y / 430) for x, y in places], ["SALT < 50", "Group B (SALT ≤ 50)", ""], [True, True, False], (880,))
    (a, b, nobody), at = found, places[:2]
    assert a[0] and b[0] and a != b and nobody == ("", 0, 0)
    lines = [y + dy for (_, y), (_, _, dy) in zip(at, (a, b), strict=True)]
    assert abs(lines[0] - lines[1]) >= 14 or a[0] != b[0], "on lines of their own, or on two sides"
    crowd = [(440.0 + i, 215.0 + j) for i in range(-150, 151, 10) for j in range(-40, 41, 10)]
    among = [(x / 880, y / 430) for x, y in crowd]
    middle = crowd.index((440.0, 215.0))
    assert _clear(among, ["somebody"] * len(crowd), [i == middle for i in range(len(crowd))], (880,))[middle] == ("", 0, 0)


@pytest.mark.parametrize("height", [375, 400, 430])
@pytest.mark.parametrize("width", [500, 540, 620, 700, 790, 800, 840, 900, 1000, 1200, 1400])
def test_no_name_lies_on_a_point_at_any_width(width: int, height: int) -> None:
    """They were placed for 880 pixels alone: at 1100 and at 820 “sex: male” lay on a point."""
    rng = np.random.default_rng(4)
    points = [(float(x), float(y)) for x, y in rng.uniform(0.05, 0.95, (70, 2))]
    points += [(x + 0.006, y + 0.001) for x, y in points[:12]]
    named = [i % 9 == 0 or i >= 70 for i in range(len(points))]
    texts = ["sex: male" if i % 2 else "Group B (SALT ≤ 50)" for i in range(len(points))]
    found = _clear(points, texts, named, WIDE if width >= WIDE[0] else SMALL)
    assert sum(side != "" for side, _, _ in found) > 4
    for (x, y), text, (side, dx, dy) in zip(points, texts, found, strict=True):
        wide = NAME * width_of(text)
        left = x * width + dx - wide * {"right": 1.0, "left": 0.0, "center": 0.5}.get(side, 0.0)
        on = [
            (a, b)
            for a, b in points
            if side and left < a * width + 4.5 and a * width - 4.5 < left + wide and abs(b * height - y * height - dy) < 11.5
        ]
        assert not on, (text, side, dx, dy, on)


def test_the_map_prints_n_in_every_cell_and_pales_the_few() -> None:
    result = analyses.subgroup_pairs(KOREA, PLAN, across="subtype")
    cells = subgroup_map(result, "SALT75").data["cells"].set_index(["row", "column"])
    assert cells.loc[("Group B (SALT ≤ 50)", "patchy"), "small"] == "15/17"
    assert cells.loc[("Group B (SALT ≤ 50)", "diffuse"), "solid"] < 1 <= cells.loc[("Group A (SALT > 50)", "totalis"), "solid"]
    assert cells.loc[("Group B (SALT ≤ 50)", "totalis"), "big"] == "–"
    points = subgroup_map(result, "salt_change").data["cells"]
    assert points["small"].str.startswith("n = ").all()


def test_long_names_are_beside_the_rows_of_the_map_whole_and_a_column_each_is_told_apart() -> None:
    """Twelve hospitals whose names differ at the end were cut to the same letters, and as columns they stood in each other."""
    names = [f"University hospital of the northern prefecture, clinic {i:02d}" for i in range(12)]
    cohort = cohort_of([[80.0, 10.0]] * 48, [0, 12], site=names * 4, sex=["f"] * 24 + ["m"] * 24)
    for plan, across in ((AnalysisPlan(stratifier="site"), "sex"), (AnalysisPlan(stratifier="sex"), "site")):
        drawn = subgroup_map(analyses.subgroup_pairs(cohort, plan, across=across), "SALT75")
        cells = drawn.data["cells"]
        assert [unwrapped(name) for name in dict.fromkeys(cells["name"])] == names
        assert set(cells["head"]) == {"f", "m"}
        assert f"{names[0]}, f: 2/2" in drawn.alt


@pytest.mark.parametrize(
    ("question", "kind"), [("subgroups_response", "forest"), ("subgroups_change", "forest"), ("subgroup_chance", "funnel")]
)
def test_an_axis_has_its_numbers_in_full(question: str, kind: str) -> None:
    """The format “~g” with the precision of the ticks' step wrote 2e+1 for 20."""
    drawn = chart(REGISTRY[question].function(KOREA, PLAN), kind)
    frames = {name: frame.to_dict("records") for name, frame in drawn.data.items()}
    svg = vl_convert.vegalite_to_svg({**drawn.spec, "datasets": frames, "width": 600})
    assert "e+" not in svg and ">20</text>" in svg


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    return float(np.dot([0.2126, 0.7152, 0.0722], [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]))


def test_a_cell_can_be_read_whatever_its_rate() -> None:
    n = 20
    rows = [[80.0, 10.0 if j < k else 70.0] for k in range(n + 1) for j in range(n)]
    cohort = cohort_of(rows, [0, 12], sex=["f", "m"] * (len(rows) // 2), site=[f"{k:02d}" for k in range(n + 1) for _ in range(n)])
    small = cohort.subset(np.array([int(site) % 2 == 0 for site in cohort.patients["site"]]))
    cells = subgroup_map(analyses.subgroup_pairs(small, AnalysisPlan(stratifier="sex"), across="site"), "SALT75").data["cells"]
    assert len(cells) == 22 and cells["value"].min() == 0 and cells["value"].max() == 100
    for cell in cells.itertuples():
        light, dark = sorted((luminance(cell.ink), luminance(cell.fill)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{cell.value} % is {cell.ink} on {cell.fill}"
    assert cells.sort_values("value")["fill"].map(luminance).is_monotonic_decreasing, "darker is better"


def test_nothing_finite_to_draw_is_said() -> None:
    same = cohort_of([[50.0, 50.0]] * 6, [0, 12], sex=["f", "m"] * 3, site=["a", "a", "b", "b", "a", "b"])
    with pytest.raises(NotComputable):
        subgroup_funnel(analyses.subgroup_chance(same, PLAN, "salt_change"))
    assert subgroup_forest(analyses.subgroups_change(same, PLAN), "salt_change", False).data["points"]["estimate"].eq(0).all()


def test_an_interval_of_two_patients_does_not_stretch_the_axis() -> None:
    rows = [[80.0, 60.0 + i % 5] for i in range(20)] + [[80.0, 80.0], [80.0, 20.0]]
    result = analyses.subgroups_change(cohort_of(rows, [0, 12], site=["a"] * 20 + ["b"] * 2), PLAN)
    drawn = subgroup_forest(result, "salt_change", groups=("site",))
    few = drawn.data["points"].iloc[-1]
    t = result.rows(variable="salt_change", group1="site")
    widest = t[t["variable_level"].isna()]
    assert widest["ci_low"].min() < -400, "the interval of two"
    assert few["n"] == 2 and -40 <= few["low"] <= few["high"] <= 0, "it runs out of the axis, which ends with what is known"


def test_two_lines_have_room_in_a_cell_of_the_map_on_a_phone() -> None:
    """Names upright above the columns took their height from the cells: “5/8” stood on the next row's border."""
    clinics = [f"Clinic of the north {i:02d}" for i in range(8)]
    cohort = cohort_of([[80.0, 10.0]] * 48, [0, 12], site=clinics * 6, sex=["f"] * 24 + ["m"] * 24)
    drawn = subgroup_map(analyses.subgroup_pairs(cohort, AnalysisPlan(stratifier="sex"), across="site"), "SALT75")
    frames = {name: frame.to_dict("records") for name, frame in drawn.data.items()}
    fit = {"autosize": {"type": "fit", "contains": "padding"}}
    scene = vl_convert.vegalite_to_scenegraph({**drawn.spec, **fit, "datasets": frames, "width": 358})
    cells = [item for mark in marks_of(scene["scenegraph"]) if mark.get("marktype") == "rect" for item in mark["items"]]
    heights = [item["height"] for item in cells if "height" in item]
    assert len(heights) >= 16 and min(heights) >= 38  # two lines of 12 pixels, 18 apart, and a border


def marks_of(node: dict) -> list[dict]:
    return [node, *(m for one in node.get("items", []) for m in marks_of(one))]


def test_bars_of_two_strata_have_room_under_their_legend() -> None:
    """The legend and the axis took all of the picture's height: the names stood in each other and the bars were lines."""
    drawn = chart(analyses.course_types(KOREA, PLAN), "courses")
    frames = {name: frame.to_dict("records") for name, frame in drawn.data.items()}
    fit = {"autosize": {"type": "fit", "contains": "padding"}}
    scene = vl_convert.vegalite_to_scenegraph({**drawn.spec, **fit, "datasets": frames, "width": 700})
    bars = [i for m in marks_of(scene["scenegraph"]) if m.get("marktype") == "rect" for i in m["items"] if "height" in i]
    assert bars and min(b["height"] for b in bars) >= 28


def test_words_above_the_highest_bar_have_room_in_a_low_picture() -> None:
    """On paper “32/34” above a bar of 94 % was cut to “32/3”: 33 pixels for a word of 42."""
    drawn = chart(analyses.responders(KOREA, PLAN), "endpoints")
    frames = {name: frame.to_dict("records") for name, frame in drawn.data.items()}
    low = {"height": 250, "width": 600, "datasets": frames}
    scene = vl_convert.vegalite_to_scenegraph({**drawn.spec, **low})
    ends = [
        item["y"]
        for m in marks_of(scene["scenegraph"])
        if m.get("marktype") == "text" and m.get("role") == "mark"
        for item in m["items"]
    ]
    assert len(ends) == 14 and 42 <= min(ends) < 60
