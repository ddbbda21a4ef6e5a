"""The two ways to add up over patterns of visits, against the definition."""

import numpy as np
import pytest

from aadash.stats._reml_sums import at_once, in_parts, product_traces


@pytest.mark.parametrize("joined", [False, True], ids=["groups", "a covariate"])
@pytest.mark.parametrize("way", [at_once, in_parts])
def test_sums_are_what_their_definition_says(way, joined: bool) -> None:
    """Each entry by the formula of its docstring, pattern by pattern and parameter by parameter."""
    rng = np.random.default_rng(4)
    patterns, visits, q, m = 7, 4, 3, 5

    def symmetric(*shape: int) -> np.ndarray:
        x = rng.normal(size=(*shape, shape[-1]))
        return x + x.swapaxes(-1, -2)

    count = rng.integers(1, 9, patterns).astype(float)
    zz = symmetric(patterns, q) if joined else np.stack([np.diag(rng.integers(0, 4, q)).astype(float) for _ in range(patterns)])
    z_resid, w, c, r, g = rng.normal(size=(patterns, q, visits)), *(symmetric(k, visits) for k in (patterns, patterns, patterns, m))
    found = way(count, zz, z_resid, w, c, r, g)
    each = range(patterns)
    for a in range(m):
        p = -sum(np.kron(zz[i], w[i] @ g[a] @ w[i]) for i in each)
        np.testing.assert_allclose(found.p[a], p, atol=1e-9)
        np.testing.assert_allclose(found.d1[a], -sum((z_resid[i] @ w[i] @ g[a] @ w[i]).ravel() for i in each), atol=1e-9)
        for b in range(m):
            assert found.tr1[a, b] == pytest.approx(sum(count[i] * np.trace(w[i] @ g[a] @ w[i] @ g[b]) for i in each))
            assert found.tr2[a, b] == pytest.approx(sum(np.trace(w[i] @ c[i] @ w[i] @ g[a] @ w[i] @ g[b]) for i in each))
            assert found.quad[a, b] == pytest.approx(sum(np.trace(w[i] @ r[i] @ w[i] @ g[a] @ w[i] @ g[b]) for i in each))
    phi = np.kron(np.ones((q, q)) if joined else np.diag(rng.uniform(1, 2, q)), symmetric(visits))
    traces = np.array([[np.trace(phi @ x @ phi @ y) for y in found.p] for x in found.p])
    np.testing.assert_allclose(product_traces(phi, found.p, visits), traces)
