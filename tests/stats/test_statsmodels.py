"""Our intervals and tests of counts beside statsmodels', and where statsmodels differs from R (docs/adr/0012)."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable, Table
from statsmodels.stats.contingency_tables import mcnemar as theirs
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from aadash.stats.proportions import newcombe, wilson
from aadash.stats.tables import cmh, cochran_armitage, mcnemar


@pytest.mark.parametrize("n", [1, 2, 9, 40, 117])
def test_wilson_and_newcombe(n: int) -> None:
    for k in range(0, n + 1, max(1, n // 9)):
        w = wilson(k, n)
        assert (w.low, w.high) == pytest.approx(proportion_confint(k, n, method="wilson"), abs=1e-14)
        d = newcombe(k, n, 11, 34)
        expected = confint_proportions_2indep(k, n, 11, 34, method="newcomb", compare="diff")
        assert (d.low, d.high) == pytest.approx(expected, abs=1e-14)


@pytest.mark.parametrize(("b", "c"), [(0, 1), (3, 9), (12, 2), (30, 31)])
def test_mcnemar(b: int, c: int) -> None:
    got, table = mcnemar(b, c), [[5, b], [c, 5]]
    assert got.p_exact == pytest.approx(theirs(table, exact=True).pvalue, rel=1e-12)
    corrected = theirs(table, exact=False, correction=True)
    assert (got.chi2, got.p_corrected) == pytest.approx((corrected.statistic, corrected.pvalue), rel=1e-12)


def test_mcnemar_of_as_many_one_way_as_the_other_is_rs() -> None:
    """R: mcnemar.test(matrix(c(5, 20, 20, 5), 2)): McNemar's chi-squared = 0, p-value = 1. statsmodels corrects all the same."""
    assert (mcnemar(20, 20).chi2, mcnemar(20, 20).p_corrected) == (0, 1)
    assert theirs([[5, 20], [20, 5]], exact=False, correction=True).statistic == 1 / 40


def test_cochran_mantel_haenszel() -> None:
    tables = np.array([[[12, 5], [4, 9]], [[7, 11], [3, 13]], [[2, 2], [1, 8]]], dtype=float)
    got, other = cmh(tables), StratifiedTable(list(tables))
    tested = other.test_null_odds(correction=True)
    assert (got.chi2, got.p) == pytest.approx((tested.statistic, tested.pvalue), rel=1e-12)
    assert (got.ci_low, got.odds_ratio, got.ci_high) == pytest.approx(
        (other.oddsratio_pooled_confint()[0], other.oddsratio_pooled, other.oddsratio_pooled_confint()[1]), rel=1e-12
    )
    # below one half R takes off what there is: mantelhaen.test says 0, statsmodels squares what is below 0
    level = np.array([[[5, 5], [5, 6]]], dtype=float)
    assert cmh(level).chi2 == 0 < StratifiedTable(list(level)).test_null_odds(correction=True).statistic


def test_trend() -> None:
    """The two differ by the factor (n − 1)/n: statsmodels' variance is that of the permutations, R's that of the binomial."""
    k, n = np.array([3, 6, 9, 8]), np.array([12, 14, 15, 10])
    got = cochran_armitage(k, n)
    other = Table(np.column_stack([k, n - k]).astype(float), shift_zeros=False).test_ordinal_association(
        np.arange(4), np.array([1, 0])
    )
    total = n.sum()
    assert got.chi2 * (total - 1) / total == pytest.approx(other.zscore**2, rel=1e-10)
