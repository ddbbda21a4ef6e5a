"""A legend counts as the line under its figure does."""

from __future__ import annotations

import pytest

import aadash
from aadash import AnalysisPlan, analyses
from aadash.cohort import Cohort
from aadash.document import Figure
from aadash.legend import legend
from aadash.views.hospitals import together
from tests.analyses.test_two_measures import cohort as two

#: Of the sample file by hand: 83 of Group A and 34 of Group B; 50 and 33 came to week 36, 69 and 33 to any visit after baseline.
CASES = {
    "responders": ["Group A (SALT > 50) (n = 83, 50 at week 36)", "Group B (SALT ≤ 50) (n = 34, 33 at week 36)"],
    "sustained_response": ["Group A (SALT > 50) (n = 83, 69 analysed)", "Group B (SALT ≤ 50) (n = 34, 33 analysed)"],
    "adverse_events": ["Group A (SALT > 50) (n = 83)", "Group B (SALT ≤ 50) (n = 34)"],
}


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


@pytest.mark.parametrize("name", CASES)
def test_a_legend_says_of_how_many_the_numbers_are(korea: Cohort, name: str) -> None:
    assert [label for label, _ in legend(getattr(analyses, name)(korea, AnalysisPlan()))] == CASES[name]


def test_those_of_a_legend_add_up_to_the_patients_analysed(korea: Cohort) -> None:
    for name in ("responders", "sustained_response", "change_from_baseline"):
        result = getattr(analyses, name)(korea, AnalysisPlan())
        seen = [int(label.split(", ")[1].split(" ")[0]) for label, _ in legend(result)]
        assert sum(seen) == result.accounting.analysed


def test_who_is_imputed_or_modelled_is_in_the_numbers(korea: Cohort) -> None:
    for name, rule in (("responders", "nri"), ("change_from_baseline", "mixed")):
        labels = [label for label, _ in legend(getattr(analyses, name)(korea, AnalysisPlan(missing=rule)), everyone=True)]
        assert labels == ["All patients (n = 117)", "Group A (SALT > 50) (n = 83)", "Group B (SALT ≤ 50) (n = 34)"]


def test_of_two_measures_those_with_both_are_counted() -> None:
    """By hand: of three women p0 alone has both measures at two visits, of two men both."""
    labels = [label for label, _ in legend(analyses.two_measures(two(), AnalysisPlan(stratifier="sex")))]
    assert labels == ["f (n = 3, 1 analysed)", "m (n = 2)"]


@pytest.mark.parametrize(("name", "named"), [("responders", 2), ("change_from_baseline", 3), ("salt_over_time", 0)])
def test_what_hospitals_say_together_has_its_colours_named_where_marks_carry_no_names(korea: Cohort, name: str, named: int) -> None:
    """Bars of two strata, visits of two strata and of everyone; curves have their names at their ends."""
    (figure,) = (p for p in together(getattr(analyses, name)(korea, AnalysisPlan()), 36) if isinstance(p, Figure))
    assert len(figure.keys) == named
