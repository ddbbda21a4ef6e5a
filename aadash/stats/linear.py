"""Linear regression by least squares, with type II tests, variance inflation, influence and heteroscedasticity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from aadash.errors import NotComputable
from aadash.stats.design import Design, build_design
from aadash.stats.distributions import f_p, t_crit, t_p

Array = np.ndarray


#: Squares left over of a fit that is exact but for rounding, as a share of the outcome's; R warns of an "essentially perfect fit".
PERFECT = 1e-24


@dataclass(frozen=True)
class LinearModel:
    """A fitted linear regression. Coefficients are in units of the outcome per unit of the predictor."""

    formula: str
    n: int
    n_missing: int
    """Rows left out because the outcome or a predictor is missing."""
    dropped: tuple[str, ...]
    """Columns left out as combinations of others (only when ``drop_dependent``)."""
    coefficients: pd.DataFrame
    """Index: design column. Columns estimate, se, t, p, ci_low, ci_high."""
    vcov: Array
    terms: pd.DataFrame
    """Type II table: term, ss, df, f, p."""
    residual_ss: float
    residual_df: int
    sigma: float
    """Residual standard deviation."""
    r2: float
    adj_r2: float
    f: float
    """F of all predictors together; NaN without predictors."""
    df1: int
    p: float
    fitted: Array
    residuals: Array
    rows: Array
    """Positions of the rows used, matching ``fitted`` and ``residuals``."""
    design: Design
    level: float


def linear(formula: str, frame: pd.DataFrame, level: float = 0.95, *, drop_dependent: bool = False) -> LinearModel:
    """Fit ``y = Xβ + e`` by least squares.

    ``formula, frame, level`` and ``drop_dependent`` as in :func:`aadash.stats.logistic.logistic`: "improvement ~ age + sex".

    Raises
    ------
    NotComputable
        Text outcome; no more rows than coefficients; predictors that cannot be told apart; an outcome without spread.

    Notes
    -----
    Equals R ``lm``, ``confint`` and ``car::Anova(type = 2)``: each term is adjusted for all terms that do not contain
    it (Fox 2016, Applied Regression Analysis, ch. 8). Misleads when the outcome is bounded and piles up at a bound, as
    SALT does at 0 and 100, and when rows of one patient are taken for several patients.
    """
    design = build_design(formula, frame, drop_dependent=drop_dependent)
    x, y = design.x, design.y
    n, p = x.shape
    if n <= p:
        raise NotComputable(f"{n} complete patients cannot determine {p} coefficients", fix="Use fewer predictors")
    if y.min() == y.max():
        raise NotComputable(f"All {n} values of the outcome are equal: there is nothing to explain")
    beta, inverse = _solve(x, y)
    fitted = x @ beta
    residuals = y - fitted
    rss, df = float(residuals @ residuals), n - p
    tss = float(((y - y.mean()) ** 2).sum())
    if rss <= PERFECT * float(y @ y):
        raise NotComputable("What is put in explains the outcome exactly, so nothing is left over to judge it by")
    sigma2 = rss / df
    se = np.sqrt(sigma2 * np.diagonal(inverse))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = beta / se
        overall = (tss - rss) / (p - 1) / sigma2 if p > 1 else float("nan")
    half = t_crit(df, level) * se
    return LinearModel(
        formula=formula,
        n=n,
        n_missing=design.n_missing,
        dropped=design.dropped,
        coefficients=pd.DataFrame(
            {
                "estimate": beta, "se": se, "t": t, "p": [t_p(float(v), df) for v in t],
                "ci_low": beta - half, "ci_high": beta + half,
            },
            index=list(design.names),
        ),
        vcov=sigma2 * inverse,
        terms=_type2(design, rss, df),
        residual_ss=rss,
        residual_df=df,
        sigma=float(np.sqrt(sigma2)),
        r2=1 - rss / tss,
        adj_r2=1 - (rss / df) / (tss / (n - 1)),
        f=float(overall),
        df1=p - 1,
        p=f_p(float(overall), p - 1, df) if p > 1 else float("nan"),
        fitted=fitted,
        residuals=residuals,
        rows=design.rows,
        design=design,
        level=level,
    )  # fmt: skip


def _solve(x: Array, y: Array) -> tuple[Array, Array]:
    """Least squares coefficients and ``(X'X)⁻¹`` by QR, columns scaled to length one."""
    size = np.linalg.norm(x, axis=0)
    q, r = np.linalg.qr(x / size)
    root = np.linalg.inv(r)
    return root @ (q.T @ y) / size, (root @ root.T) / size[:, None] / size


def _rss(x: Array, y: Array) -> float:
    q, _ = np.linalg.qr(x / np.linalg.norm(x, axis=0))
    left = y - q @ (q.T @ y)
    return float(left @ left)


def _type2(design: Design, rss: float, df: int) -> pd.DataFrame:
    terms = [set(t) for t in design.formula.terms]
    owner = np.array(design.term_of)
    y = design.y - design.y.mean()
    rows = []
    for index, label in enumerate(design.term_labels):
        own = np.flatnonzero(owner == index)
        if not len(own):
            continue
        others = [k for k, other in enumerate(terms) if k != index and not terms[index] < other]
        without = design.x[:, np.isin(owner, [-1, *others])]
        ss = max(0.0, _rss(without, y) - _rss(np.column_stack([without, design.x[:, own]]), y))
        f = ss / len(own) / (rss / df) if rss > 0 else float("inf")
        rows.append((label, ss, len(own), f, f_p(f, len(own), df)))
    return pd.DataFrame(rows, columns=["term", "ss", "df", "f", "p"])


def variance_inflation(model: LinearModel) -> pd.DataFrame:
    """Generalised variance inflation factor of each term: columns term, gvif, df, gvif_per_df.

    ``det R_term · det R_others / det R`` of the coefficients' correlation matrix (Fox & Monette 1992,
    doi:10.1080/01621459.1992.10475190); for one coefficient this is the usual VIF, ``1/(1 − R²)``. ``gvif_per_df`` is
    ``gvif^(1/(2 df))``, comparable with the square root of a VIF. Equals R ``car::vif``. Raises NotComputable for fewer
    than two terms. Interactions inflate it by construction.
    """
    owner = np.array(model.design.term_of)[1:]
    present = [k for k in range(len(model.design.term_labels)) if np.any(owner == k)]
    if len(present) < 2:
        raise NotComputable("Variance inflation compares predictors: it needs at least two")
    v = model.vcov[1:, 1:]
    scale = np.sqrt(np.diagonal(v))
    r = v / np.outer(scale, scale)
    whole = np.linalg.slogdet(r)[1]
    rows = []
    for k in present:
        own, rest = owner == k, owner != k
        gvif = float(np.exp(np.linalg.slogdet(r[np.ix_(own, own)])[1] + np.linalg.slogdet(r[np.ix_(rest, rest)])[1] - whole))
        df = int(own.sum())
        rows.append((model.design.term_labels[k], gvif, df, gvif ** (1 / (2 * df))))
    return pd.DataFrame(rows, columns=["term", "gvif", "df", "gvif_per_df"])
