"""Two strata at one week by least squares, by the mixed model and by standardised rates, with and without covariates."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.response_between import equal_proportions
from aadash.endpoints import responses
from aadash.errors import NotComputable
from aadash.formatting import counted
from aadash.levels import Pair
from aadash.result import Caveat
from aadash.stats.design import Design, build_design
from aadash.stats.linear import linear
from aadash.stats.logistic import logistic
from aadash.stats.marginal_effects import difference
from aadash.stats.marginal_effects import ratio as risk_ratio
from aadash.stats.mmrm import mmrm
from aadash.stats.proportions import newcombe

#: Fewest responders, or non-responders, a coefficient of the model of rates: below, it is as good as separated, and its limits are far
#: too narrow.
FEWEST, ENOUGH = 2, 5
#: Variable, how, patients, and the numbers.
Found = list[tuple[str, str, int, dict[str, float]]]


def _formula(terms: list[str]) -> str:
    return "y ~ " + " + ".join(["group", *terms])


def _told_apart(coefficients: pd.DataFrame) -> None:
    """Raise NotComputable where the strata are no term of their own: one of them has nobody, or it follows from a covariate."""
    if "group" not in coefficients.index:
        raise NotComputable("the strata cannot be told apart among the patients who can be used")


def _arms(design: Design) -> tuple[np.ndarray, np.ndarray]:
    """The design with everyone in the first, and with everyone in the second stratum."""
    j = design.names.index("group")
    return tuple(np.where(np.arange(design.x.shape[1]) == j, on, design.x) for on in (1.0, 0.0))  # type: ignore[return-value]


def _numbers(effect: object) -> dict[str, float]:
    return {name: float(getattr(effect, name)) for name in ("estimate", "ci_low", "ci_high", "p")}


def changes(s: AnalysisSet, frame: pd.DataFrame, terms: list[str], week: int) -> Found:
    """The change at the week under the missing rule, unadjusted and by analysis of covariance."""
    j = s.cohort.column_index(week)
    used = frame.assign(y=s.values[:, j] - s.cohort.baseline)[frame["use"]]
    out: Found = []
    for how, given in (("unadjusted", []), ("ancova", terms)):
        if how == "ancova" and not terms:
            continue
        m = linear(_formula(given), used, s.plan.level, drop_dependent=True)
        _told_apart(m.coefficients)
        c = m.coefficients.loc["group"]
        out.append(("change", how, m.n, {str(k): float(v) for k, v in c[["estimate", "ci_low", "ci_high", "p"]].to_dict().items()}))
    return out


def mixed(s: AnalysisSet, frame: pd.DataFrame, terms: list[str], week: int) -> Found:
    """The change at the week from the visits made up to it."""
    who = frame["in_model"].to_numpy()
    part = frame[who].assign(y=0.0)
    design = build_design("y ~ " + " + ".join(terms), part, drop_dependent=True) if terms else None
    x = design.x[:, 1:] if design is not None else np.zeros((int(who.sum()), 0))
    names = [terms[k] for k in design.term_of[1:]] if design is not None else []
    j = s.cohort.column_index(week)
    later = s.cohort.values[who][:, 1 : j + 1] - s.cohort.baseline[who][:, None]
    codes = 1 - part["group"].to_numpy(dtype=int)
    weeks = [str(w) for w in s.cohort.weeks[1 : j + 1]]
    m = mmrm(later, codes, weeks, level=s.plan.level, groups=["first", "second"], covariates=x, covariate_names=names)
    c = m.contrasts[(m.contrasts["kind"] == "diff") & (m.contrasts["time"] == str(week))].iloc[0]
    if np.isnan(c["estimate"]):
        raise NotComputable("nobody of one of the strata has a score at the week")
    return [
        (
            "change",
            "mmrm",
            int(who.sum()),
            {"estimate": -c["estimate"], "ci_low": -c["ci_high_kr"], "ci_high": -c["ci_low_kr"], "p": c["p_kr"]},
        )
    ]


def answered(s: AnalysisSet, frame: pd.DataFrame, terms: list[str], week: int) -> pd.DataFrame:
    """The patients of both strata who have every covariate and a response, ``y``."""
    y = responses(s.cohort, s.rule, s.plan.missing)[0][:, s.cohort.column_index(week)]
    return frame.assign(y=y)[frame[["group", *terms]].notna().all(axis=1).to_numpy() & ~np.isnan(y)]


def seen_rates(s: AnalysisSet, frame: pd.DataFrame, terms: list[str], week: int) -> Found:
    """The rates as counted, by the interval and the test of the comparison that adjusts for nothing: one difference, one answer."""
    used = answered(s, frame, terms, week)
    (k1, n1), (k2, n2) = ((int(y.sum()), len(y)) for y in (used.loc[used["group"] == g, "y"] for g in (1, 0)))
    if not n1 or not n2:
        raise NotComputable("one of the strata has nobody to count")
    ci = newcombe(k1, n1, k2, n2, s.plan.level)
    p = equal_proportions([(k1, n1), (k2, n2)])["p"]
    numbers = {"estimate": ci.estimate, "ci_low": ci.low, "ci_high": ci.high, "p": float(p)}  # type: ignore[arg-type]
    return [(s.rule.name, "unadjusted", n1 + n2, numbers)]


def _rarer(used: pd.DataFrame) -> int:
    """Responders, or the others, whichever are fewer."""
    return int(min(used["y"].sum(), len(used) - used["y"].sum()))


def few(s: AnalysisSet, frame: pd.DataFrame, terms: list[str], week: int, pair: Pair) -> Caveat | None:
    """Few responders, or others, for what the model of rates estimates."""
    used = answered(s, frame, terms, week)
    coefficients = build_design(_formula(terms), used, binary_response=True, drop_dependent=True).x.shape[1] - 1
    rarer = _rarer(used)
    if rarer >= ENOUGH * coefficients:
        return None
    return Caveat(
        "few-events",
        f"{s.labels.label(pair)}: the rarer of response and no response is that of {counted(rarer, 'patient')}, for "
        f"{counted(coefficients, 'coefficient')} of the model of rates: fewer than five each.",
        "Its limits may be too narrow. Read the unadjusted difference beside it.",
    )


def rates(s: AnalysisSet, frame: pd.DataFrame, terms: list[str], week: int) -> Found:
    """Responders at the week under the missing rule, standardised."""
    if not terms:
        return []
    used = answered(s, frame, terms, week)
    design = build_design(_formula(terms), used, binary_response=True, drop_dependent=True)
    rarer, coefficients = _rarer(used), design.x.shape[1] - 1
    if 0 < rarer < FEWEST * coefficients:
        raise NotComputable(
            f"The rarer of response and no response is that of {counted(rarer, 'patient')}, not enough to adjust by a model of "
            f"{counted(coefficients, 'coefficient')}"
        )
    m = logistic(_formula(terms), used, s.plan.level, drop_dependent=True)
    _told_apart(m.coefficients)
    one, two = _arms(design)
    beta = m.coefficients["estimate"].to_numpy()
    rd, rr = difference(one, two, beta, m.vcov, level=s.plan.level), risk_ratio(one, two, beta, m.vcov, s.plan.level)
    return [
        (s.rule.name, "risk difference", m.n, _numbers(rd)),
        (s.rule.name, "risk ratio", m.n, {**_numbers(rr), "p": float("nan")}),
    ]
