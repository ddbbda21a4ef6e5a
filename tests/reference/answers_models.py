"""The model half of ``answers``: regressions, ROC, survival, mixed models and estimating equations.

Every function takes one request and the folder of its CSV and returns the block that ``gen_reference.R`` writes for that
analysis, computed through ``aadash.stats``. ``null`` stands for what cannot be estimated, and an array of length one is
written as a scalar, as jsonlite does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from aadash.errors import NotComputable
from aadash.stats.design import build_design
from aadash.stats.firth import firth
from aadash.stats.gee import gee
from aadash.stats.linear import linear, variance_inflation
from aadash.stats.logistic import logistic
from aadash.stats.mmrm import mmrm
from aadash.stats.normality import shapiro
from aadash.stats.r_glm import r_logistic
from aadash.stats.roc import roc
from aadash.stats.survival import kaplan_meier, log_rank
from tests.reference.cox import cox
from tests.reference.random_intercept import random_intercept

Request = dict[str, Any]
SEPARATED_SE = 50
"""``gen_reference.R`` calls data separated when ``glm`` prints a standard error above this."""


def _value(x: Any) -> Any:
    """A number, boolean or text as JSON has it; what is not finite is null."""
    if isinstance(x, str) or x is None:
        return x
    if isinstance(x, bool | np.bool_):
        return bool(x)
    if isinstance(x, int | np.integer):
        return int(x)
    return float(x) if np.isfinite(x) else None


def _vector(values: Iterable[Any]) -> Any:
    """A list, or the scalar when there is one entry."""
    out = [_value(v) for v in values]
    return out[0] if len(out) == 1 else out


def _matrix(values: Any) -> list[list[Any]]:
    return [[_value(v) for v in row] for row in np.asarray(values, dtype=float)]


def _read(request: Request, folder: Path, text: tuple[str, ...] = ()) -> pd.DataFrame:
    return pd.read_csv(folder / request["csv"], dtype={request[role]: str for role in text if role in request})


def _level_of(labels: pd.Series, levels: list[Any]) -> np.ndarray:
    """Position of each label among ``levels``, compared as text or else as numbers ("8" and "8.0")."""
    names = [str(level) for level in levels]
    known = {name: k for k, name in enumerate(names)}
    if not set(labels) <= set(known):
        numbers = {float(name): k for k, name in enumerate(names)}
        return np.array([numbers[float(label)] for label in labels])
    return labels.map(known).to_numpy()


def _deparsed(formula: str) -> str:
    """A formula spaced as R prints it."""
    return re.sub(r"\s*:\s*", ":", re.sub(r"\s*([~*+])\s*", r" \1 ", formula)).strip()


def _wide(request: Request, folder: Path) -> tuple[np.ndarray, np.ndarray, list[str], list[str]]:
    """Patients × visits, group codes, visits, groups; patients in order of first appearance."""
    rows = _read(request, folder, ("subject", "group", "time"))
    times, groups = [str(t) for t in request["time_levels"]], [str(g) for g in request["group_levels"]]
    subjects = rows[request["subject"]]
    order = list(dict.fromkeys(subjects))
    position = subjects.map({s: k for k, s in enumerate(order)}).to_numpy()
    matrix = np.full((len(order), len(times)), np.nan)
    matrix[position, _level_of(rows[request["time"]], times)] = rows[request["value"]].to_numpy(dtype=float)
    codes = np.zeros(len(order), dtype=int)
    codes[position] = _level_of(rows[request["group"]], groups)
    return matrix, codes, times, groups


def answer_mmrm(request: Request, folder: Path) -> dict[str, Any]:
    matrix, codes, times, groups = _wide(request, folder)
    fit = mmrm(matrix, codes, times, "us", groups=groups)
    c = fit.contrasts
    return {
        "model": "value ~ group*time, unstructured residual covariance per subject, REML, treatment coding",
        "n_obs": fit.n_observations,
        "n_subjects": fit.n_patients,
        "coef_names": list(fit.coefficients.index),
        "coef": _vector(fit.coefficients["estimate"]),
        "vcov": _matrix(fit.vcov),
        "Sigma": _matrix(fit.sigma),
        "minus2_reml_loglik": fit.minus2_reml,
        "minus2_note": "includes log|X'V^-1X|, excludes log|X'X| (SAS/mmrm convention)",
        "nlme_gls_logLik_REML": -fit.minus2_reml / 2,
        "newton_decrement": fit.decrement,
        "max_abs_diff_from_nlme_coef": None,
        "contrasts": {
            "name": list(c["name"]),
            "estimate": _vector(c["estimate"]),
            "se": _vector(c["se"]),
            "df_satterthwaite": _vector(c["df"]),
            "t": _vector(c["t"]),
            "p_satterthwaite": _vector(c["p"]),
            "ci_lower": _vector(c["ci_low"]),
            "ci_upper": _vector(c["ci_high"]),
            "se_kr": _vector(c["se_kr"]),
            "df_kr": _vector(c["df_kr"]),
            "p_kr": _vector(c["p_kr"]),
        },
        "note": "Satterthwaite: observed REML information. Kenward-Roger: expected information, linear in Sigma.",
    }


def answer_lmm(request: Request, folder: Path) -> dict[str, Any]:
    matrix, codes, times, groups = _wide(request, folder)
    fit = random_intercept(matrix, codes, times, groups=groups)
    c, t = fit.coefficients, fit.tests
    return {
        "model": "value ~ group*time + (1|subject)",
        "n_obs": fit.n_observations,
        "coef_names": list(c.index),
        "coef": _vector(c["estimate"]),
        "se": _vector(c["se"]),
        "df_satterthwaite": _vector(c["df"]),
        "t": _vector(c["t"]),
        "p": _vector(c["p"]),
        "var_subject": fit.var_subject,
        "var_residual": fit.var_residual,
        "reml_loglik": fit.reml_loglik,
        "ml_loglik": fit.ml_loglik,
        "ml_coef": _vector(fit.ml_coefficients),
        "type3_satterthwaite": {
            "term": _vector(t["term"]), "F": _vector(t["f"]), "df1": _vector(t["df1"]), "df2": _vector(t["df2"]),
            "p": _vector(t["p"]),
        },
        "type3_kenward_roger": {
            "term": _vector(t["term"]), "F": _vector(t["f_kr"]), "df1": _vector(t["df1"]), "df2": _vector(t["df2_kr"]),
            "p": _vector(t["p_kr"]),
        },
    }  # fmt: skip


def answer_logistic(request: Request, folder: Path) -> dict[str, Any]:
    frame, formula = _read(request, folder), request["formula"]
    design = build_design(formula, frame, binary_response=True, drop_dependent=True)
    r = r_logistic(formula, frame, epsilon=1e-12, max_iterations=50, profile=False)
    separated = bool(np.any(r.se > SEPARATED_SE))
    block: dict[str, Any] = {
        "formula": _deparsed(formula),
        "factor_coding": "design matrix columns are given in design_columns (treatment coding)",
        "n": len(design.y),
        "events": int(design.y.sum()),
        "design_columns": _vector(design.names),
        "separated": separated,
    }
    if not separated:
        fit = logistic(formula, frame, drop_dependent=True)
        r = r_logistic(formula, frame, epsilon=1e-12, max_iterations=50)
        z = r.coef / r.se
        half = 1.959963984540054 * r.se
        block |= {
            "coef": _vector(fit.coefficients["estimate"]),
            "se": _vector(r.se),
            "z": _vector(z),
            "p": _vector(_two_sided(z)),
            "wald_ci95": _matrix(np.column_stack([r.coef - half, r.coef + half])),
            "profile_ci95": _matrix(r.profile),
            "OR": _vector(fit.coefficients["odds_ratio"]),
            "deviance": fit.deviance,
            "null_deviance": fit.null_deviance,
            "loglik": fit.loglik,
            "AIC": fit.aic,
            "lr_chi2": fit.lr_chi2,
            "lr_df": fit.lr_df,
            "lr_p": fit.lr_p,
            "lrt_by_term": {name: _vector(fit.terms[name]) for name in ("term", "chi2", "p")},
            "nagelkerke_r2": fit.nagelkerke_r2,
            "auc": fit.auc,
        }
    block["firth"] = _firth(formula, frame)
    return block


def _two_sided(z: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return 2 * ndtr(-np.abs(z))


def _firth(formula: str, frame: pd.DataFrame) -> dict[str, Any]:
    fit = firth(formula, frame)
    c = fit.coefficients
    return {
        "names": _vector(c.index),
        "coef": _vector(c["estimate"]),
        "se": _vector(c["se"]),
        "se_note": "sqrt(diag(inv(X'WX))) at the penalised estimate",
        "profile_ci95": _matrix(c[["ci_low", "ci_high"]]),
        "plr_chi2": _vector(c["chi2"]),
        "plr_p": _vector(c["p"]),
        "penalised_loglik": fit.penalised_loglik,
        "null_penalised_loglik_same_design": fit.null_penalised_loglik,
        "check_brglm2_coef": _vector(c["estimate"]),
        "check_brglm2_se": _vector(c["se"]),
    }


def answer_linear(request: Request, folder: Path) -> dict[str, Any]:
    fit = linear(request["formula"], _read(request, folder), drop_dependent=True)
    c = fit.coefficients
    # columns that lm drops have an empty row among the limits, and a term without columns an empty row in the table
    limits = c[["ci_low", "ci_high"]].reindex(list(fit.design.all_names))
    t = fit.terms.set_index("term").reindex(list(fit.design.term_labels))
    normal = shapiro(fit.residuals)
    type2 = {
        "term": _vector([*t.index, "Residuals"]),
        "SS": _vector([*t["ss"], fit.residual_ss]),
        "df": _vector([*t["df"].fillna(0).astype(int), fit.residual_df]),
        "F": _vector([*t["f"], None]),
        "p": _vector([*t["p"], None]),
    }
    return {
        "formula": _deparsed(request["formula"]),
        "n": fit.n,
        "design_columns": _vector(c.index),
        "coef": _vector(c["estimate"]),
        "se": _vector(c["se"]),
        "t": _vector(c["t"]),
        "p": _vector(c["p"]),
        "ci95": _matrix(limits),
        "r2": fit.r2,
        "adj_r2": fit.adj_r2,
        "F": fit.f,
        "df1": fit.df1,
        "df2": fit.residual_df,
        "sigma": fit.sigma,
        "type2": type2,
        "vif": _inflation(fit),
        "shapiro_resid_W": normal.w,
        "shapiro_resid_p": normal.p,
    }


def _inflation(fit: Any) -> dict[str, Any] | None:
    """``car::vif``, which stops on dropped columns and on a single term."""
    if fit.dropped:
        return None
    try:
        table = variance_inflation(fit)
    except NotComputable:
        return None
    block = {"term": _vector(table["term"]), "gvif": _vector(table["gvif"])}
    return block if (table["df"] == 1).all() else block | {"df": _vector(table["df"])}


def answer_roc(request: Request, folder: Path) -> dict[str, Any]:
    frame = _read(request, folder)
    fit = roc(frame[request["response"]], frame[request["predictor"]], request.get("direction", "auto"))
    return {
        "n": fit.n,
        "positives": fit.positives,
        "direction": fit.direction,
        "direction_note": "'<' : controls < cases ; '>' : cases have the lower values",
        "auc": fit.auc,
        "delong_ci95": _vector([fit.ci_low, fit.ci_high]),
        "delong_var": _value(fit.variance),
        "youden": {
            "threshold": _vector(fit.youden["threshold"]),
            "sensitivity": _vector(fit.youden["sensitivity"]),
            "specificity": _vector(fit.youden["specificity"]),
            "youden_J": _vector(fit.youden["j"]),
        },
        "threshold_note": "pROC thresholds are midpoints between adjacent observed values; ties in J give several",
    }


def answer_kaplan_meier(request: Request, folder: Path) -> dict[str, Any]:
    frame = _read(request, folder, ("group",))
    levels = [str(level) for level in request["group_levels"]]
    code = _level_of(frame[request["group"]], levels)
    time, event = frame[request["time"]].to_numpy(dtype=float), frame[request["event"]].to_numpy(dtype=float)
    curves = {"all": _curve(time, event)}
    for k, level in enumerate(levels):
        curves[level] = _curve(time[code == k], event[code == k])
    group = pd.Series(pd.Categorical.from_codes(code, levels))
    test = log_rank(time, event, group)
    block: dict[str, Any] = {
        "curves": curves,
        "logrank_chi2": test.chi2,
        "logrank_df": test.df,
        "logrank_p": test.p,
        "logrank_observed": _vector(test.table["observed"]),
        "logrank_expected": _vector(test.table["expected"]),
    }
    for ties in ("efron", "breslow"):
        fit = cox(time, event, group, ties)
        c = fit.coefficients
        block[f"cox_{ties}"] = {
            "names": _vector(f"group{label}" for label in c.index),
            "coef": _vector(c["estimate"]),
            "se": _vector(c["se"]),
            "p": _vector(c["p"]),
            "loglik": list(fit.loglik),
        }
    return block


def _curve(time: np.ndarray, event: np.ndarray) -> dict[str, Any]:
    fit = kaplan_meier(time, event)
    rows = fit.at_events
    columns = {
        "time": "time", "n_risk": "n_risk", "n_event": "n_event", "surv": "survival", "std_err": "se",
        "ci_log_lower": "log_low", "ci_log_upper": "log_high",
        "ci_loglog_lower": "ci_low", "ci_loglog_upper": "ci_high",
    }  # fmt: skip
    block = {key: _vector(rows[column]) for key, column in columns.items()}
    return block | {
        "median": _value(fit.median),
        "median_loglog_ci": _vector(fit.median_ci),
        "median_log_ci": _vector(fit.median_ci_log),
        "n": fit.n,
        "events": fit.events,
    }


def answer_gee(request: Request, folder: Path) -> dict[str, Any]:
    frame = _read(request, folder, ("subject",))
    block: dict[str, Any] = {
        "formula": _deparsed(request["formula"]),
        "n_obs": len(frame),
        "n_clusters": int(frame[request["subject"]].nunique()),
        "scale_fixed": 1,
    }
    for structure in ("independence", "exchangeable"):
        fit = gee(request["formula"], frame, request["subject"], structure)
        c = fit.coefficients
        block[structure] = {
            "design_columns": _vector(c.index),
            "coef": _vector(c["estimate"]),
            "robust_se": _vector(c["se"]),
            "wald_chi2": _vector(c["wald_chi2"]),
            "p": _vector(c["p"]),
            "alpha": _value(fit.alpha),
        }
    return block


ANSWERS: dict[str, Callable[[Request, Path], dict[str, Any]]] = {
    "logistic": answer_logistic,
    "linear": answer_linear,
    "roc": answer_roc,
    "kaplan_meier": answer_kaplan_meier,
    "lmm_random_intercept": answer_lmm,
    "mmrm": answer_mmrm,
    "gee": answer_gee,
}
