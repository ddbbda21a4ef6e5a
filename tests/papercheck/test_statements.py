"""Percentages and intervals of running text: what fits passes, what does not is told, and other numbers are left alone."""

from __future__ import annotations

import pytest

from aadash.papercheck.check import check
from aadash.papercheck.paper import Paper
from aadash.papercheck.percentages import CHECK
from aadash.papercheck.statements import ESTIMATE, shares


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("SALT75 was reached by 7/39 (17.9%).", (7, 39, "17.9")),
        ("20 of 39 patients (51.3 %) reached SALT50", (20, 39, "51.3")),
        ("11 out of 19 patients on baricitinib (57.9%, p = 0.42)", (11, 19, "57.9")),
        ("a rate of 45.0 % (9/20)", (9, 20, "45.0")),
        ("In 1,204 of 2,408 visits (50%)", (1204, 2408, "50")),
    ],
)
def test_a_share_in_words_is_read(text: str, share: tuple[int, int, str]) -> None:
    assert [(i.count, i.n, i.percent.text if i.percent else "") for i in shares(text)] == [share]


@pytest.mark.parametrize(
    "text",
    [
        "At week 36/52 (95 % CI 3 to 9)",
        "The difference was 12.9 points (95% CI 17.1 to 39.9)",
        "Kim et al. 2021/2022 reported more",
        "2 of 3 visits were made",
    ],
)
def test_other_numbers_are_no_share(text: str) -> None:
    assert shares(text) == []


@pytest.mark.parametrize("where", ["results", "abstract"])
def test_a_wrong_percentage_of_a_text_is_told(where: str) -> None:
    """7/39 is 17.9 %, 20/39 is 51.3 %."""
    found = check(Paper(**{where: "SALT50 was reached by 20 of 39 patients (51.3%), SALT75 by 7/39 (19.7%)."}))
    told = [f for f in found.findings if f.check == CHECK]
    assert [f.found for f in told] == ["7 (19.7 %) does not fit n = 39: 7 of 39 is 17.9 %."] and "7/39 (19.7%)" in told[0].where


@pytest.mark.parametrize("unit", ["", " points", " percentage points", " %", " weeks", " % points"])
def test_an_estimate_outside_its_interval_is_told_whatever_its_unit(unit: str) -> None:
    inside = check(Paper(results=f"The difference was 12.9{unit} (95% CI −17.1 to 39.9)."))
    outside = check(Paper(results=f"The difference was 12.9{unit} (95% CI 17.1 to 39.9)."))
    assert not inside.findings and [f.check for f in outside.findings] == [ESTIMATE]
    assert outside.findings[0].where == f"12.9{unit} (95% CI 17.1 to 39.9)"


@pytest.mark.parametrize(
    ("text", "estimate"),
    [
        ("Mean SALT was 69.2 at baseline (n = 60) and {} at week 24 (95 % CI 33.7 to 47.8, n = 58).", "40.7"),
        ("SALT was {} (n = 58, 95 % CI 33.7 to 47.8).", "40.7"),
        ("SALT fell to {} (SD 26.8, 95% CI 33.7-47.8).", "40.7"),
        ("SALT was {} ± 26.8 (95% CI 33.7 to 47.8).", "40.7"),
        ("SALT was {} (SE 3.5; 95% CI 33.7 to 47.8).", "40.7"),
        ("The odds ratio was {} (p = 0.03, 95 % CI 1.2 to 3.4).", "2.0"),
        ("The change was {}, t(57) = -13.78, 95% CI -33.5 to -25.0.", "-29.2"),
        ("reached by 15/60 ({} %) at week 24 (95 % CI 15.8 to 37.2 %)", "25.0"),
    ],
)
def test_the_estimate_is_not_what_stands_beside_it(text: str, estimate: str) -> None:
    """A week, an n, an SD or a p between the estimate and its interval was taken for the estimate, and accused."""
    inside, outside = check(Paper(results=text.format(estimate))), check(Paper(results=text.format("59.9")))
    assert not [f for f in inside.findings if f.check == ESTIMATE] and inside.passed[ESTIMATE] == 1
    assert [f.found.split(" lies")[0] for f in outside.findings if f.check == ESTIMATE] == ["The estimate 59.9"]


@pytest.mark.parametrize(
    "text",
    [
        "was reached by 15/60 (95 % CI 15.8 to 37.2 %)",
        "15 of 60 (95 % CI 15.8 to 37.2)",
        "15/60 at week 24 (95 % CI 15.8 to 37.2)",
        "at week 52 (95 % CI 15.8 to 37.2)",
        "at 52 weeks (95 % CI 15.8 to 37.2)",
    ],
)
def test_an_interval_without_its_estimate_beside_it_accuses_nobody(text: str) -> None:
    found = check(Paper(results=text))
    assert not [f for f in found.findings if f.check == ESTIMATE]
