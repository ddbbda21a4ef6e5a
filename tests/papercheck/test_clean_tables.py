"""On a thousand tables made from data and then rounded, no exact check gives a false alarm."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from aadash.papercheck.check import check
from aadash.papercheck.paper import Paper
from aadash.stats.printed import Printed
from tests.papercheck.clean_tables import Maker

TABLES = 1000


def made(seed: int) -> Paper:
    """A clean paper; that ages and DLQI are whole numbers is said of it."""
    m = Maker(seed)
    paper = m.paper()
    whole = (m.words["age"], "DLQI")
    return replace(paper, items=tuple(replace(i, step=Fraction(1)) if i.row.startswith(whole) else i for i in paper.items))


@pytest.mark.parametrize("block", range(10))
def test_clean_tables_raise_no_doubt(block: int) -> None:
    told: Counter[str] = Counter()
    passed: Counter[str] = Counter()
    tables = TABLES // 10
    for seed in range(block * tables, (block + 1) * tables):
        paper = made(seed)
        assert not paper.left_out
        outcome = check(paper)
        assert not outcome.of("certain"), (seed, outcome.of("certain"))
        told.update(f.certainty for f in outcome.findings)
        passed.update(outcome.passed)
    assert told["likely"] <= tables / 20  # a skewed duration with one very long course, now and then
    assert len(passed) >= 14 and sum(passed.values()) > 40 * tables  # it was really asked


def spoilt(paper: Paper, seed: int) -> Paper | None:
    """The paper with one count moved by two; None where no share has a count that can be."""
    shares = [
        k for k, i in enumerate(paper.items) if i.count is not None and i.percent and i.percent.decimals and i.n and i.count + 2 <= i.n
    ]
    if not shares:
        return None
    at = shares[seed % len(shares)]
    items = list(paper.items)
    items[at] = replace(items[at], count=(items[at].count or 0) + 2)
    return replace(paper, items=tuple(items))


def test_a_count_that_was_changed_is_found() -> None:
    found = [bool(check(bad).of("certain")) for seed in range(120) if (bad := spoilt(made(seed), seed)) is not None]
    assert len(found) > 50 and all(found)


def test_a_mean_of_whole_numbers_that_was_changed_is_found() -> None:
    paper = made(1)
    age = next(i for i in paper.items if i.step is not None and i.mean is not None and i.n and i.n <= 44 and i.mean.decimals)
    assert age.mean is not None
    moved = Printed.of(f"{float(age.mean.value) + 0.01:.2f}")
    bad = replace(paper, items=tuple(replace(i, mean=moved) if i is age else i for i in paper.items))
    assert any("GRIM" in f.check for f in check(bad).findings) or check(bad).undecided
