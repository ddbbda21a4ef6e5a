"""The sums over patterns of visits that the derivatives of a residual likelihood are made of.

Every sum has the form ``Σ_p tr(X_p G_a W_p G_b)`` with ``W_p`` the inverse covariance on the visits of pattern p and ``G_a`` the
derivative of S in parameter a. It is bilinear in G, so the patterns can be added up first: ``K = Σ_p X_p ⊗ W_p`` is one product of
matrices with T⁴ entries, and ``G K G'`` knows nothing of the patterns any more. Where covariates do not meet (groups without a
covariate: Z'Z is diagonal), the derivatives of A are computed for their blocks alone. With many visits and few parameters K is the
larger way, and the patterns are walked in parts. Both give the same sums; which one is chosen changes the last digits only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

Array = np.ndarray
#: Most visits for which K is formed: 40 visits are 2.6 million numbers.
MOST_VISITS = 40
_BLOCK = 4_000_000
"""Numbers that are held at once of an array with an entry a pattern: bounds the memory."""


@dataclass(frozen=True)
class Sums:
    """Sums over patterns, for m parameters and qT coefficients."""

    tr1: Array
    """m × m: Σ n tr(W G_a W G_b)."""
    tr2: Array
    """m × m: Σ tr(W C W G_a W G_b), with C the leverages."""
    quad: Array
    """m × m: Σ tr(W R W G_a W G_b), with R the squared residuals."""
    p: Array
    """m × qT × qT, the derivatives of A."""
    d1: Array
    """m × qT, the derivatives of Z'W(y − ZB)."""


def sums(count: Array, zz: Array, z_resid: Array, w: Array, leverage: Array, spread: Array, gradient: Array) -> Sums:
    """The sums, by whichever way is the shorter."""
    way = at_once if w.shape[1] <= MOST_VISITS else in_parts
    return way(count, zz, z_resid, w, leverage, spread, gradient)


def at_once(count: Array, zz: Array, z_resid: Array, w: Array, leverage: Array, spread: Array, gradient: Array) -> Sums:
    """The patterns added up before the parameters are looked at."""
    m, visits, q = len(gradient), gradient.shape[1], zz.shape[1]
    g, flat = gradient.reshape(m, -1), w.reshape(len(w), -1)

    def bilinear(x: Array) -> Array:
        """Σ_p tr(X G_a W G_b): entry (i,j),(k,l) of K stands with G_a[j,k] and G_b[l,i]."""
        k = (x.reshape(len(x), -1).T @ flat).reshape((visits,) * 4)
        return g @ k.transpose(1, 2, 3, 0).reshape(visits**2, -1) @ g.T

    p = np.zeros((m, q, visits, q, visits))
    for a, b in zip(*np.nonzero(np.triu((zz != 0).any(axis=0))), strict=True):
        there = zz[:, a, b] != 0
        k = ((flat[there] * zz[there, a, b, None]).T @ flat[there]).reshape((visits,) * 4)  # W[t,j] W[k,u]
        p[:, a, :, b, :] = -(g @ k.transpose(1, 2, 0, 3).reshape(visits**2, -1)).reshape(m, visits, visits)
        p[:, b, :, a, :] = p[:, a, :, b, :]
    pulled = (z_resid @ w).transpose(1, 2, 0).reshape(q * visits, -1) @ flat  # (q,j),(k,u)
    d1 = -g @ pulled.reshape(q, visits, visits, visits).transpose(1, 2, 0, 3).reshape(visits**2, -1)
    return Sums(
        bilinear(count[:, None, None] * w),
        bilinear(w @ leverage @ w),
        bilinear(w @ spread @ w),
        p.reshape(m, q * visits, q * visits),
        d1,
    )


def in_parts(count: Array, zz: Array, z_resid: Array, w: Array, leverage: Array, spread: Array, gradient: Array) -> Sums:
    """Pattern by pattern, some at a time: the memory does not grow with the fourth power of the visits."""
    m, visits, size = len(gradient), gradient.shape[1], zz.shape[1] * gradient.shape[1]
    tr1, tr2, quad = np.zeros((m, m)), np.zeros((m, m)), np.zeros((m, m))
    p, d1 = np.zeros((m, size, size)), np.zeros((m, size))
    wr, wc = w @ spread, w @ leverage
    for part in parts(len(w), m, visits):
        we = w[part, None] @ gradient
        wew = we @ w[part, None]
        flat = we.transpose(1, 0, 3, 2).reshape(m, -1)
        for target, left in ((tr1, count[part, None, None] * np.eye(visits)), (tr2, wc[part]), (quad, wr[part])):
            target += (left[:, None] @ we).transpose(1, 0, 2, 3).reshape(m, -1) @ flat.T
        p -= np.tensordot(zz[part], wew, axes=(0, 0)).transpose(2, 0, 3, 1, 4).reshape(m, size, size)
        d1 -= (z_resid[part, None] @ wew).sum(axis=0).reshape(m, size)
    return Sums(tr1, tr2, quad, p, d1)


def product_traces(phi: Array, p: Array, visits: int) -> Array:
    """m × m: tr(Φ P_a Φ P_b). Blocks of covariates that nothing joins are multiplied by themselves."""
    m, size = len(p), len(phi)
    q = size // visits
    blocks = phi.reshape(q, visits, q, visits)
    apart = q > 1 and not any(blocks[a, :, b].any() for a in range(q) for b in range(a))
    if apart and not any(p.reshape(m, q, visits, q, visits)[:, a, :, b].any() for a in range(q) for b in range(a)):
        each = np.arange(q)
        phi_p = blocks[each, :, each][None] @ p.reshape(m, q, visits, q, visits)[:, each, :, each].transpose(1, 0, 2, 3)
        return phi_p.reshape(m, -1) @ phi_p.transpose(0, 1, 3, 2).reshape(m, -1).T
    phi_p = phi @ p
    return phi_p.reshape(m, -1) @ phi_p.transpose(0, 2, 1).reshape(m, -1).T


def parts(patterns: int, m: int, visits: int) -> list[slice]:
    """Slices of the patterns, each with at most ``_BLOCK`` numbers in a patterns × m × T × T array."""
    step = max(1, min(64, _BLOCK // (m * visits * visits)))
    return [slice(start, start + step) for start in range(0, patterns, step)]
