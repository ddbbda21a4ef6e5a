"""Reference-based imputation against the closed-form means of multivariate normal data.

With the control arm complete and the other arm complete up to the visit k before leaving, the posterior means of the draws are the
sample means and the regressions of the control arm's sample. So the mean of what is drawn for patient i after visit k is
μ* + b (y_o − ȳ_own,o), b the control arm's least-squares regression of later on earlier visits, and μ* the control arm's means (jump
to reference) or ȳ_own,k + ȳ_R,m − ȳ_R,k (copy increments). Carpenter, Roger & Kenward 2013, doi:10.1080/10543406.2013.834911.
"""

from __future__ import annotations

import numpy as np
import pytest

from aadash.stats.reference_imputation import STRATEGIES, reference_based
from aadash.stats.repeated_imputation import impute_repeated, posterior_draws

M = 3000


def trial(k: int) -> tuple[np.ndarray, np.ndarray]:
    """60 control patients with four visits, 50 treated of whom 20 leave after visit k."""
    rng = np.random.default_rng(4)
    root = np.linalg.cholesky(np.array([[9, 6, 5, 4], [6, 12, 8, 7], [5, 8, 14, 10], [4, 7, 10, 16]], dtype=float))
    control = np.array([80, 78, 77, 76]) + rng.standard_normal((60, 4)) @ root.T
    treated = np.array([82, 60, 45, 30]) + rng.standard_normal((50, 4)) @ root.T
    treated[:20, k + 1 :] = np.nan
    return np.vstack([control, treated]), np.repeat([0, 1], [60, 50])


def expected(y: np.ndarray, codes: np.ndarray, k: int, strategy: str) -> np.ndarray:
    """The closed form, patients who left × visits after k."""
    ref, own = y[codes == 0], y[codes == 1]
    o, gone = k + 1, own[np.isnan(own[:, -1])]
    centred = ref[:, :o] - ref[:, :o].mean(axis=0)
    b = np.linalg.lstsq(centred, ref[:, o:] - ref[:, o:].mean(axis=0), rcond=None)[0]
    start = ref[:, o:].mean(axis=0)
    if strategy == "copy increments in reference":
        start = own[:, k].mean() + start - ref[:, k].mean()
    return start + (gone[:, :o] - own[:, :o].mean(axis=0)) @ b


@pytest.mark.parametrize("k", [0, 1, 2])
@pytest.mark.parametrize("strategy", STRATEGIES)
def test_what_is_drawn_has_the_closed_form_mean(k: int, strategy: str) -> None:
    y, codes = trial(k)
    done = impute_repeated(y, codes, M, seed=11, cycles=25)
    made = reference_based(done, y, 0, strategy)
    gone = (codes == 1) & np.isnan(y[:, -1])
    drawn = made.values[:, gone][:, :, k + 1 :]
    error = drawn.std(axis=0, ddof=1) / np.sqrt(M)
    z = (drawn.mean(axis=0) - expected(y, codes, k, strategy)) / error
    assert np.abs(z).max() < 4.5 and abs(z.mean()) < 1.5, "within Monte-Carlo error of the closed form"


def test_only_what_lies_after_the_last_visit_of_another_arm_is_redrawn() -> None:
    y, codes = trial(1)
    y[0, 3] = np.nan  # a control patient who left
    y[90, 1] = np.nan  # a treated patient who missed one visit and came back
    done = impute_repeated(y, codes, 20, seed=3)
    made = reference_based(done, y, 0, STRATEGIES[0])
    changed = (made.values != done.values).any(axis=0)
    after = np.zeros_like(changed)
    after[60:80, 2:] = True
    assert (changed == after)[np.arange(len(y)) != 90].all() and not changed[90].any()
    assert np.array_equal(done.values, impute_repeated(y, codes, 20, seed=3).values), "the copies behind other numbers stay"


def test_the_conditional_spread_is_the_control_arms() -> None:
    """Var(y_m | y_o) of the control arm: residual variance of its regression, (n − 1 − k − 1) below the line; the draws add the
    uncertainty of the parameters, so they are a little wider."""
    y, codes = trial(2)
    done = impute_repeated(y, codes, M, seed=5, cycles=25)
    made = reference_based(done, y, 0, STRATEGIES[0]).values[:, (codes == 1) & np.isnan(y[:, -1]), 3]
    ref = y[codes == 0]
    x = np.column_stack([np.ones(len(ref)), ref[:, :3]])
    residual = ref[:, 3] - x @ np.linalg.lstsq(x, ref[:, 3], rcond=None)[0]
    sd = np.sqrt(residual @ residual / (len(ref) - 4))
    assert (made.std(axis=0, ddof=1) > 0.97 * sd).all() and (made.std(axis=0, ddof=1) < 1.5 * sd).all()


def test_posterior_draws_are_centred_on_complete_data() -> None:
    y, codes = trial(2)
    done = impute_repeated(y, codes, M, seed=5, cycles=25)
    means, sigmas = posterior_draws(done, y)
    ref = y[codes == 0]
    error = means[:, 0].std(axis=0, ddof=1) / np.sqrt(M)
    assert (np.abs(means[:, 0].mean(axis=0) - ref.mean(axis=0)) < 4.5 * error).all()
    # Σ | S ~ inverse Wishart(S, n − 1): E[Σ] = S/(n − 1 − T − 1)
    scatter = (ref - ref.mean(axis=0)).T @ (ref - ref.mean(axis=0))
    np.testing.assert_allclose(sigmas[:, 0].mean(axis=0), scatter / (len(ref) - 1 - 4 - 1), rtol=0.05)


def test_what_is_none_is_refused() -> None:
    y, codes = trial(1)
    done = impute_repeated(y, codes, 2, seed=1, cycles=2)
    with pytest.raises(ValueError, match="strategy"):
        reference_based(done, y, 0, "copy")
    with pytest.raises(ValueError, match="reference"):
        reference_based(done, y, 7, STRATEGIES[0])
