"""What is known of the Korean paper's numbers is found, and nothing is said of the authors.

Expected values: the paper's own print (Lee JW et al., Ann Dermatol 2025) and calculations by hand beside each.
"""

from __future__ import annotations

import re

import pytest

from aadash.papercheck.check import check
from aadash.papercheck.finding import CERTAINTY, Finding, Outcome
from aadash.papercheck.korea import korean_paper
from aadash.papercheck.responders import improvement_bounds


@pytest.fixture(scope="module")
def outcome() -> Outcome:
    return check(korean_paper())


def about(outcome: Outcome, *words: str) -> Finding:
    """The one finding whose text holds all of ``words``."""
    found = [f for f in outcome.findings if all(w in f"{f.where} {f.found} {f.explained}" for w in words)]
    assert len(found) == 1, (words, found)
    return found[0]


def test_table_1_stands_on_two_denominators(outcome: Outcome) -> None:
    found = about(outcome, "Table 1", "119", "cut off")
    assert found.certainty == "certain" and found.numbers == 19 and "83 (70.9 %)" in found.found  # 83/117 = 70.94
    assert "55/117, 56/119 or 54/115" in about(outcome, "Table 1, Male").found


def test_subtypes_add_up_to_104(outcome: Outcome) -> None:
    found = about(outcome, "104", "25 + 4 + 11 + 22 + 42")
    assert found.certainty == "open" and "13 of 117" in found.found


def test_responders_are_of_75_and_42(outcome: Outcome) -> None:
    a = about(outcome, "Fig. 2, Group A (n = 83)")
    assert "all of them are whole numbers of 75" in a.found and "75 and 42 make up all 117" in a.explained
    assert "55.4 %" in a.found  # 46 of 83, and no count of 75: another group than in the same paper's responder rates
    b = about(outcome, "Fig. 2, Group B (n = 34)")
    assert "42" in b.found and b.numbers == 14  # 50.00 % is 17 of 34


def test_degrees_of_freedom_are_of_rows(outcome: Outcome) -> None:
    found = about(outcome, "F(1, 697)")
    assert "(1, 115)" in found.found and "(5, 575)" in found.found and "702 − 5" in found.explained and found.numbers == 2


def test_means_at_week_36_are_means_over_all_visits(outcome: Outcome) -> None:
    a, b = about(outcome, "Group A, week 36"), about(outcome, "Group B, week 36")
    # by hand, A: (17·100 + 16·90 + 6·75)/75 = 47.9; (17·100 + 16·100 + 6·90 + 36·75)/75 = 87.2
    assert "47.9 to 87.2" in a.found and "20.3 and 67.6" in a.explained
    assert "76.2 to 93.8" in b.found and "42.3 and 72.9" in b.explained
    last = next(r for r in korean_paper().responses if r.group == "Group A" and r.week == 36)
    low, high = improvement_bounds(last)
    assert float(low) == pytest.approx((17 * 100 + 16 * 90 + 6 * 75) / 75)
    assert float(high) == pytest.approx((17 * 100 + 16 * 100 + 6 * 90 + 36 * 75) / 75)


def test_the_interval_is_too_narrow_for_patients(outcome: Outcome) -> None:
    found = about(outcome, "10.45 to 25.18", "standard error")
    # by hand: the values nearest to the means that the counts allow (100, 90, 75 and the rest at one level) give 15.5
    a = [100] * 17 + [90] * 16 + [75] * 6
    b = [100] * 23 + [90] * 5 + [75] * 6
    a += [(75 * 33.56 - sum(a)) / 36] * 36
    b += [(42 * 51.38 - sum(b)) / 8] * 8
    variance = sum(sum((x - sum(v) / len(v)) ** 2 for x in v) / (len(v) - 1) / len(v) for v in (a, b))
    assert f"at least {variance**0.5:.1f}" in found.found and found.certainty == "certain"


def test_the_duration_leaves_no_room(outcome: Outcome) -> None:
    found = about(outcome, "480", "40.80")
    # (480 − 64.17)² = 172 915 of 116 · 40.80² = 193 098
    assert "90 %" in found.found and "about 13" in found.found and found.certainty == "likely"


def test_slips_and_counts_of_the_small_print(outcome: Outcome) -> None:
    assert "1 of 119 is 0.84 %" in about(outcome, "Elevated CPK and Hyperlipidemia").explained
    assert "20 of 119" in about(outcome, "Any adverse reaction").explained
    assert "31" in about(outcome, "37 % × 83", "43").found  # 31/83 = 37.3 %, 11/34 = 32.4 %
    assert "23/47" in about(outcome, "48.9 %").found


def test_each_finding_is_two_sentences_that_accuse_nobody(outcome: Outcome) -> None:
    for f in outcome.findings:
        for text in (f.found, f.explained):
            assert text.endswith(".") and (text[:1].isupper() or text[:1].isdigit())
            assert not re.search(r"(?i)fraud|fabricat|mistake|wrongdoing|manipulat|false|invent|error by", text), text
            assert len(re.findall(r"[.?!](?=\s+[A-Z])", text)) == 0, text  # one sentence each
        assert "explain" in f.explained or "settle" in f.explained or "would" in f.explained


def test_the_most_certain_come_first_and_what_passed_is_counted(outcome: Outcome) -> None:
    order = [list(CERTAINTY).index(f.certainty) for f in outcome.findings]
    assert order == sorted(order)
    nested = 2 * 5 * 2  # two groups, five visits, two steps: as printed in percent, and as the patients whom these give
    assert outcome.passed["Responders of nested endpoints"] == 2 * nested and outcome.passed["Abstract against tables and text"] == 9
    assert outcome.checked == sum(outcome.passed.values()) + outcome.doubtful
    assert outcome.line() == f"Checked: {outcome.checked} numbers, {len(outcome.findings)} doubts."
