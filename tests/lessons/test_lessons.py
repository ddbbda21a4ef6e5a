"""Lessons: on its sample each has numbers counted by hand, or as a paper prints them; on any cohort an answer or a reason."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from statistics import mean, median, stdev

import numpy as np
import pytest

from aadash import AnalysisPlan
from aadash.analyses import REGISTRY
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.charts import chart
from aadash.cohort import Cohort
from aadash.document import Figure, Part, Text, walk
from aadash.errors import AadashError
from aadash.lessons.lesson import LESSONS, Number, Pick, Told, in_order, plan_of, tell
from aadash.result import Result
from aadash.views import VIEWS
from tests.making import NAN, cohort_of

ROOT = Path(__file__).resolve().parents[2]
NAMES = [one.name for one in in_order()]


def ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
    return REGISTRY[name].function(cohort, plan, **options)


def told(name: str, sample: str = "") -> Told:
    one = LESSONS[name]
    return tell(one, load_sample(sample or one.sample).cohort, ask)


def said(parts: tuple[Part, ...]) -> str:
    return "\n".join(p.text for p in walk(parts) if isinstance(p, Text))


def column(name: str, sample: str = "korea_2025") -> list[float]:
    """A column of the file, as the file has it: empty cells left out."""
    with (ROOT / "sample_data" / f"{sample}.csv").open(encoding="utf-8-sig") as f:
        return [float(r[name]) for r in csv.DictReader(f) if r[name]]


def both(first: str, second: str, sample: str = "korea_2025") -> list[tuple[float, float | None]]:
    with (ROOT / "sample_data" / f"{sample}.csv").open(encoding="utf-8-sig") as f:
        return [(float(r[first]), float(r[second]) if r[second] else None) for r in csv.DictReader(f)]


def _missing_rows() -> list[list[str]]:
    """The cells of the Korean file with missed visits, a row a patient; "" for a visit not made."""
    with (ROOT / "sample_data" / "korea_2025_missing.csv").open(encoding="utf-8-sig") as f:
        return [[r[f"salt_w{w}"] for w in (0, 8, 12, 16, 24, 36)] for r in csv.DictReader(f)]


def test_there_are_the_ten() -> None:
    assert NAMES == [
        "spaghetti",
        "mean_median",
        "denominators",
        "missing",
        "regression",
        "percent_change",
        "pooled",
        "subgroups",
        "events",
        "competing",
    ]


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_is_whole_on_its_sample(name: str) -> None:
    one, lesson = LESSONS[name], told(name)
    assert one.sample in SAMPLES and one.page in VIEWS
    figures = [p for p in walk(lesson.reveal) if isinstance(p, Figure)]
    assert figures, "every lesson is illustrated"
    for f in (*figures, *(p for p in walk(lesson.setting) if isinstance(p, Figure))):
        drawn = chart(f.result, f.kind, **f.options)
        assert len(drawn.alt) > 40
        assert "nan" not in drawn.alt
    assert "nan" not in said(lesson.reveal)
    assert 0 <= one.check.right < len(one.check.options) and len(set(one.check.options)) == len(one.check.options)
    assert 3 <= one.minutes <= 8
    assert len(one.remember.split()) <= 22
    if isinstance(lesson.guess, Number):
        assert lesson.guess.low <= lesson.guess.truth <= lesson.guess.high
        assert lesson.guess.low <= lesson.guess.start <= lesson.guess.high
    else:
        assert 0 <= lesson.guess.truth < len(lesson.guess.options)


@pytest.mark.parametrize("name", NAMES)
def test_the_question_does_not_tell_the_answer(name: str) -> None:
    lesson = told(name)
    if isinstance(lesson.guess, Number):
        shown = lesson.guess.shown(lesson.guess.truth).removesuffix(lesson.guess.unit)
        asked = lesson.question + said(lesson.setting)
        assert shown not in re.findall(r"−?\d+(?:\.\d+)?", asked)


def test_the_choices_set_for_the_page_exist_there() -> None:
    from aadash.document import Choice
    from aadash.views import context_for

    for one in LESSONS.values():
        cohort = load_sample(one.sample).cohort
        parts = VIEWS[one.page].content(context_for(cohort, plan_of(one, cohort), ask))
        known = {p.key: p.options for p in walk(parts, folds=False) if isinstance(p, Choice)}
        for key, value in one.choices.items():
            assert value in known[key], one.name


def test_spaghetti_counts_who_is_near_the_mean() -> None:
    last = column("salt_w36")
    near = sum(abs(v - mean(last)) <= 10 for v in last)
    guess = told("spaghetti").guess
    assert isinstance(guess, Number) and guess.truth == pytest.approx(100 * near / 117)


def test_mean_and_median_are_those_of_the_file() -> None:
    last, lesson = column("salt_w36"), told("mean_median")
    assert f"{mean(last):.1f}" in lesson.question
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == pytest.approx(median(last))


def test_denominators_are_those_that_the_paper_prints() -> None:
    lesson = told("denominators")
    assert isinstance(lesson.guess, Number)
    assert lesson.guess.truth == pytest.approx(100 * 46 / 83)  # Lee JW et al. 2025: 55.4 % of those above 50
    assert "46/83 (55.4 %)" in said(lesson.reveal)
    already = sum(v <= 20 for v in column("salt_w0"))
    assert f"{already}/117" in said(lesson.reveal)


def test_all_patients_are_not_those_who_were_seen() -> None:
    """Of the 117 who began 83 came to week 36: a rate of 83 is not one of all patients."""
    lesson = told("denominators", "korea_2025_missing")
    assert "/83 (" in lesson.question and "of the patients with a SALT then" in lesson.question
    assert "all patients" not in lesson.question
    assert "of the patients with a SALT then." in said(lesson.reveal)


def test_a_region_with_many_patients_is_not_said_to_have_few() -> None:
    alike = cohort_of([[80.0, 40.0 + i / 2] for i in range(24)], [0, 12])  # all within 10 points of 45.75
    text = said(tell(LESSONS["spaghetti"], alike, ask).reveal)
    assert "24/24" in text and "few thin lines" not in text


def test_missing_visits_by_hand_and_the_pair_as_printed() -> None:
    lesson, pairs = told("missing"), both("salt_w0", "salt_w36", "korea_2025_missing")
    responders = sum(b is not None and (a - b) / a >= 0.75 - 1e-9 for a, b in pairs)
    seen = sum(b is not None for _, b in pairs)
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == pytest.approx(100 * responders / len(pairs))
    assert f"{100 * responders / seen:.1f} % of the {seen} patients" in lesson.question
    text = said(lesson.reveal)
    assert "65.1 %" in text and "47.1 %" in text
    assert "90 of 191" in text and round(100 * 90 / 191, 1) == 47.1


def test_regression_to_the_mean_is_the_correlation() -> None:
    pairs = [(a, b) for a, b in both("salt_w0", "salt_w36") if b is not None]
    a, b = zip(*pairs, strict=True)
    r = sum((x - mean(a)) * (y - mean(b)) for x, y in pairs) / (len(pairs) - 1) / stdev(a) / stdev(b)
    worst = [(x, y) for x, y in pairs if x == max(a)]  # 40 patients at 100 are the most severe quarter
    later = (mean(y for _, y in worst) - mean(b)) / stdev(b)
    lesson = told("regression")
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == pytest.approx(later)
    assert f"two visits is {r:.2f}" in said(lesson.reveal)


def test_a_region_with_as_many_as_elsewhere_is_said_to_have_neither_few_nor_many() -> None:
    even = cohort_of([[80.0, 5.0 * i] for i in range(21)], [0, 12])  # 0 to 100 in steps of 5, mean 50: 5 of 21 within 10 points
    text = said(tell(LESSONS["spaghetti"], even, ask).reveal)
    assert "5/21" in text and "about as often as elsewhere" in text


def test_a_group_of_one_is_no_group_that_improves() -> None:
    rows = [[80.0, 40.0]] * 12 + [[50.0, 55.0]]
    with pytest.raises(AadashError, match="with a SALT at week 12: 1"):
        tell(LESSONS["percent_change"], cohort_of(rows, [0, 12]), ask)


@pytest.mark.parametrize("sample", ["korea_2025", "korea_2025_missing"])
def test_percent_change_is_of_the_patients_with_both_visits(sample: str) -> None:
    pairs = [(x, y) for x, y in both("salt_w0", "salt_w36", sample) if y is not None]
    high, low = [(x, y) for x, y in pairs if x > 50], [(x, y) for x, y in pairs if x <= 50]
    points = [mean(y - x for x, y in g) for g in (high, low)]
    percent = [mean(100 * (y - x) / x for x, y in g) for g in (high, low)]
    lesson = told("percent_change", sample)
    assert isinstance(lesson.guess, Pick)
    assert points[0] < points[1] and percent[0] > percent[1]
    assert lesson.guess.options[lesson.guess.truth] == "Group A in points, Group B in percent"
    for value in (*points, *percent):
        assert f"−{-value:.1f}" in said(lesson.reveal)


def test_pooled_quotes_the_paper_and_counts_patients() -> None:
    lesson = told("pooled")
    assert "F(1, 697) = 36.9" in lesson.question
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == 117 - 2
    assert "117 × 6 = 702" in said(lesson.reveal)
    whole = sum(all(row) for row in _missing_rows())
    guess = told("pooled", "korea_2025_missing").guess
    assert isinstance(guess, Number) and guess.truth == whole - 2


def test_subgroups_expect_five_percent() -> None:
    lesson = told("subgroups")
    m = int(re.findall(r"make (\d+) subgroups", lesson.question)[0])
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == pytest.approx(0.05 * m)


def test_events_per_variable_are_counted() -> None:
    lesson = told("events")
    responders = sum(v <= 20 for v in column("salt_w39", "tohoku_2025"))
    assert responders == 29  # as the abstract has it: 29 of 70
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == pytest.approx(29 / 12)  # twelve parameters in its model
    assert "separation" in said(lesson.reveal)


def test_kaplan_meier_says_more_than_happened() -> None:
    """One minus the product of (1 − responses / at risk), leaving censored, by hand from the file."""
    rows = _missing_rows()
    weeks = (8, 12, 16, 24, 36)
    first, last = [], []
    for r in rows:
        base, later = float(r[0]), [(w, float(v)) for w, v in zip(weeks, r[1:], strict=True) if v]
        hit = [w for w, v in later if (base - v) / base >= 0.75 - 1e-9]
        first.append(min(hit, default=np.inf))
        last.append(max((w for w, _ in later), default=0))
    stays = 1.0
    for w in weeks:
        risk = sum((f >= w) and (end >= w or f == w) for f, end in zip(first, last, strict=True))
        stays *= 1 - sum(f == w for f in first) / risk
    lesson = told("competing")
    assert isinstance(lesson.guess, Number) and lesson.guess.truth == pytest.approx(100 * (1 - stays), abs=1e-9)
    followed = sum(end > 0 for end in last)
    assert followed < len(rows) and lesson.question.startswith(f"Of {followed} patients followed, ")


DEGENERATE = {
    "one patient": cohort_of([[80.0, 20.0]]),
    "baseline only": cohort_of([[80.0], [30.0]]),
    "nobody seen again": cohort_of([[80.0, np.nan], [30.0, np.nan]]),
    "all the same": cohort_of([[80.0, 80.0]] * 12, sex=["f", "m"] * 6, roles={"sex": "sex"}),
    "no baseline": cohort_of([[np.nan, 20.0], [np.nan, 30.0]]),
    "another score": cohort_of([[20.0, 3.0]] * 12, score="PASI"),
}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("cohort", DEGENERATE.values(), ids=DEGENERATE)
def test_a_cohort_that_does_not_allow_it_is_told_why(name: str, cohort: Cohort) -> None:
    try:
        lesson = tell(LESSONS[name], cohort, ask)
    except AadashError as error:
        assert len(error.paragraph()) > 30
    else:
        assert "nan" not in lesson.question + said(lesson.reveal)


def test_a_guess_is_set_beside_the_answer() -> None:
    number = Number(0, 100, 1, 70.0, " %")
    assert number.said(50) == "Your guess: 50.0 %. This cohort: 70.0 %. That is 20.0 percentage points too low."
    assert number.said(72).endswith("That is close.")
    assert "You were right" in Pick(("a", "b"), 1).said("b") and "right" not in Pick(("a", "b"), 1).said("a")
    check = LESSONS["missing"].check
    assert check.said("42 %").startswith("Right. ") and check.said("70 %").startswith("No: “42 %”.")


def test_the_table_for_teachers_says_what_the_lessons_say() -> None:
    """docs/TEACHING.md: title and minutes of each lesson, and every number of its answer, as the lesson on its sample has them."""
    text = (ROOT / "docs" / "TEACHING.md").read_text(encoding="utf-8")
    for one in in_order():
        minutes, answer = re.findall(rf"^\| {re.escape(one.title)} \| (\d+) \| (.+) \|$", text, re.MULTILINE)[0]
        assert int(minutes) == one.minutes
        lesson = told(one.name)
        known = lesson.question + said(lesson.reveal)
        if isinstance(lesson.guess, Pick):
            assert answer == lesson.guess.options[lesson.guess.truth]
        for number in re.findall(r"\d+(?:\.\d+)?", answer):
            assert number in re.findall(r"\d+(?:\.\d+)?", known), f"{one.name}: {number}"


def test_the_forty_five_minutes_name_the_numbers_that_will_be_on_screen() -> None:
    """The rows of docs/TEACHING.md that quote the two lessons of the class, on the cohort that it hands out."""
    text = (ROOT / "docs" / "TEACHING.md").read_text(encoding="utf-8")
    minutes = dict(re.findall(r"^\| (\d+) \| (.+) \|$", text.partition("## Forty-five minutes")[2], re.MULTILINE))
    known = [lesson.question + said(lesson.reveal) for lesson in (told("missing"), told("pooled", "korea_2025_missing"))]
    checks = [LESSONS[name].check for name in ("missing", "pooled")]
    for quoted, where in ((("3", "7"), known[0]), (("20",), known[1] + checks[1].options[checks[1].right])):
        for number in re.findall(r"\d+(?:\.\d+)?", re.sub(r"lesson \d+", "", " ".join(minutes[m] for m in quoted))):
            assert number in re.findall(r"\d+(?:\.\d+)?", where), number
    for number in re.findall(r"\d+", minutes["12"]):
        assert number in re.findall(r"\d+", checks[0].question + checks[0].why), number


def test_a_cohort_that_got_worse_is_not_asked_who_improves() -> None:
    """Both groups rose by 14 points, and “Group B in points, Group A in percent” had improved more."""
    rows = [[80.0, 90.0 + i] for i in range(8)] + [[40.0, 50.0 + i] for i in range(8)]
    with pytest.raises(AadashError, match="does not fall in both"):
        tell(LESSONS["percent_change"], cohort_of(rows, [0, 12]), ask)


def test_the_most_severe_are_of_those_with_both_visits() -> None:
    rows = [[100.0, 60.0 + i] for i in range(6)] + [[100.0, NAN]] * 6 + [[60.0 - 3 * i, 20.0 + i] for i in range(6)]
    assert (
        "Of the 12 patients with a score at both visits, the 6 most severe"
        in tell(LESSONS["regression"], cohort_of(rows, [0, 12]), ask).question
    )
