"""Univariable and multivariable estimates side by side."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import LARGE, Fit, alone, design_of, estimator_for, fit, fit_separated, separation_of
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.joint import Joint
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import ModelTable
from aadash.errors import NotComputable
from aadash.formatting import count, counted, interval, level_name, listing, number, p_value, ratio, ratio_interval
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.marginal_effects import flic_intercept

NAN = float("nan")
METHOD = {
    "firth": "Logistic regression by Firth's penalised likelihood (Firth 1993, doi:10.1093/biomet/80.1.27; Heinze and "
    "Schemper 2002, doi:10.1002/sim.1047), chosen because there are fewer than ten events a parameter, because predictors separate "
    "the outcome, or because it was asked for. Odds ratios with profile limits and p-values of the penalised likelihood ratio, as R "
    "logistf; Wald's where predictors were imputed or there are more than 5 000 patients. ",
    "ml": "Logistic regression by maximum likelihood. Odds ratios with profile-likelihood limits and likelihood-ratio "
    "p-values, as R glm with confint and drop1; Wald's where the outcome is separated, predictors were imputed, or there are more "
    "than 5 000 patients. ",
    "ols": "Linear regression by least squares: differences in the outcome with t intervals, as R lm. ",
}
BOTH = (
    "Univariable: one predictor at a time; multivariable: all at once; both on the same patients and by the same "
    "estimator. The p-value of a predictor with several levels tests them together."
)


@analysis(
    "Who responds?",
    section="model",
    tests=(TestColumn("uni_p", "univariable model", "uni_estimate"), TestColumn("adj_p", "multivariable model", "adj_estimate")),
)
def predictors(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None) -> Result:
    """What goes with the outcome, one predictor at a time and all at once.

    Table
    -----
    One row per level of each predictor (``variable`` its column, ``variable_level`` the level; None for a column of
    numbers) and for three levels or more one row "overall". ``role``: "reference", "level", "slope" or "overall". ``n``,
    ``events`` (logistic; NaN for a slope) or ``mean`` of the outcome. ``uni_estimate, uni_low, uni_high, uni_p`` and
    ``adj_…`` are odds ratios (logistic) or differences (linear); ``alt_…`` the multivariable model by the other
    estimator of a yes/no outcome. Where maximum likelihood has no maximum, an odds ratio is 0 or infinite and has no
    limits or p.

    ``model`` None takes :meth:`ModelPlan.prespecified`. Raises NotComputable when nobody, no spread of the outcome or no
    predictor is left, or no model can be fitted. All predictors at once may be impossible where one at a time is not: ``adj_…`` is
    then NaN and a caveat says why.
    """
    model_frame = ModelFrame.of(cohort, plan, model)
    joint: Joint | None = None
    fitted = trouble = None
    try:
        joint = Joint.of(model_frame)
        fitted = joint.fit()
    except NotComputable as error:
        trouble = error
    other = _other(joint) if joint and fitted else None
    estimator = joint.estimator if joint else estimator_for(model_frame.kind, model_frame.model.estimator, 0, model_frame.n, 1)
    single = [_alone(model_frame, joint, i, estimator) for i in range(len(model_frame.columns))]
    rows = [r for c, alone in zip(model_frame.columns, single, strict=True) for r in _rows(model_frame, c, alone, fitted, other)]
    if trouble and not any(single):
        raise trouble
    parameters = (
        fitted.parameters if fitted else sum(1 if c.numeric else c.values[model_frame.rows].nunique() - 1 for c in model_frame.columns)
    )
    separated = doubts.separated(model_frame, joint.separation, estimator) if joint else None
    found: list[Caveat | None] = [
        *doubts.left_out(model_frame, joint.design.dropped if joint else ()),
        doubts.not_multivariable(trouble) if trouble else None,
        doubts.events_per_parameter(model_frame, parameters, estimator),
        separated,
        *doubts.empty_levels(model_frame),
        doubts.gaps(model_frame),
        doubts.attrition(model_frame),
        doubt.already_there(model_frame.setting, model_frame.rows) if model_frame.kind == "logistic" else None,
        doubts.cuts(model_frame, joint.design.dropped if joint else ()),
        *doubts.meaning(model_frame),
    ]
    return Result(
        table(rows),
        model_frame.accounting,
        METHOD[estimator] + BOTH,
        _sentence(model_frame, rows, fitted),
        doubt.collect(*found),
        details=ModelTable(
            outcome=model_frame.outcome,
            kind=model_frame.kind,
            model=model_frame.model,
            titles={c.predictor.column: c.title for c in model_frame.columns},
            estimator=estimator,
            alternative="firth" if estimator == "ml" else "ml",
            separated=separated is not None,
            events=model_frame.events if model_frame.kind == "logistic" else None,
            parameters=parameters,
            n_imputed=model_frame.n_imputed,
            joint=fitted is not None,
            intercept=_intercept(fitted),
        ),
    )


def _intercept(fitted: Fit | None) -> tuple[float, float] | None:
    """The intercept (log odds, or points), and the one to predict with: Firth's corrected by FLIC, else the same."""
    if fitted is None or not np.isfinite(fitted.beta).all():
        return None
    own = float(fitted.beta[0])
    x, y, counts = fitted.design.distinct
    return own, float(flic_intercept(x, y, fitted.beta, counts)[0]) if fitted.estimator == "firth" else own


def _other(joint: Joint) -> Fit | None:
    """The estimator of a yes/no outcome that was not chosen; None where it fails, or would say the same."""
    if joint.model_frame.kind == "linear" or joint.model_frame.n > LARGE:
        return None
    try:
        return joint.fit("ml" if joint.estimator == "firth" else "firth")
    except NotComputable:
        return None


def _alone(model_frame: ModelFrame, joint: Joint | None, index: int, estimator: str) -> Fit | None:
    """One predictor at a time; None where it cannot be fitted."""
    c, frames, level = model_frame.columns[index], model_frame.frames, model_frame.setting.plan.level
    whole = joint is not None and not any(name.startswith(c.safe) for name in joint.design.dropped)
    try:
        if estimator == "ols":
            return fit(frames, [c], estimator, level)
        design = alone(joint.design, index) if joint and whole else design_of(frames[0], [c], True)
        separation = separation_of(design) if estimator == "ml" else None
        return (
            fit(frames, [c], estimator, level, design=design)
            if separation is None
            else fit_separated(frames[0], [c], separation, level, design)
        )
    except NotComputable:
        return None


def _rows(model_frame: ModelFrame, c: Column, alone: Fit | None, joint: Fit | None, other: Fit | None) -> list[dict]:
    """The rows of one predictor."""
    name, enrolled, y = c.predictor.column, len(model_frame.setting.cohort), model_frame.frame["y"].to_numpy()
    models = {"uni": alone, "adj": joint, "alt": other}

    def estimates(level: str | None, reference: bool = False) -> dict[str, float]:
        out: dict[str, float] = {}
        for prefix, fitted in models.items():
            out |= _estimate(prefix, fitted, c, level, reference, model_frame.kind == "logistic")
        return out

    def one(level: str | None, role: str, who: np.ndarray, numbers: dict[str, float]) -> dict:
        n, total = int(model_frame.each[who].sum()), float(y[who] @ model_frame.each[who])
        return row(
            "none",
            ALL,
            name,
            level,
            model_frame.setting.plan.at_week(model_frame.setting.cohort),
            enrolled,
            model_frame.n,
            role=role,
            n=n,
            events=total if model_frame.kind == "logistic" else NAN,
            mean=total / n if n else NAN,
            **numbers,
        )

    everyone = np.ones(len(y), dtype=bool)
    if c.numeric:
        return [one(None, "slope", everyone, estimates(None))]
    values = model_frame.frame[c.safe]
    levels = [str(v) for v in values.cat.categories]
    out = []
    if len(levels) > 2:
        out.append(one(None, "overall", everyone, _overall(models, c)))
    for i, level in enumerate(levels):
        role = "reference" if i == 0 else "level"
        out.append(one(level, role, (values == level).to_numpy(dtype=bool), estimates(level, i == 0)))
    return out


def _estimate(prefix: str, fitted: Fit | None, c: Column, level: str | None, reference: bool, ratio: bool) -> dict[str, float]:
    if reference:
        return {f"{prefix}_estimate": 1.0 if ratio else 0.0, f"{prefix}_low": NAN, f"{prefix}_high": NAN, f"{prefix}_p": NAN}
    own = next((k for k in fitted.columns if k.safe == c.safe), None) if fitted else None
    j = fitted.position(own, level) if fitted and own else None
    if fitted is None or j is None:
        return dict.fromkeys((f"{prefix}_{k}" for k in ("estimate", "low", "high", "p")), NAN)
    values = np.array([fitted.beta[j], fitted.low[j], fitted.high[j]])
    with np.errstate(over="ignore"):
        shown = np.exp(values) if ratio else values
    return {
        f"{prefix}_estimate": float(shown[0]),
        f"{prefix}_low": float(shown[1]),
        f"{prefix}_high": float(shown[2]),
        f"{prefix}_p": float(fitted.p[j]),
    }


def _overall(models: dict[str, Fit | None], c: Column) -> dict[str, float]:
    out: dict[str, float] = {}
    for prefix, fitted in models.items():
        p = NAN
        if fitted is not None:
            index = next((i for i, k in enumerate(fitted.columns) if k.safe == c.safe), None)
            p = float(fitted.terms["p"].get(index, NAN))
        out |= {f"{prefix}_estimate": NAN, f"{prefix}_low": NAN, f"{prefix}_high": NAN, f"{prefix}_p": p}
    return out


def _sentence(model_frame: ModelFrame, rows: list[dict], joint: Fit | None) -> str:
    if model_frame.kind == "logistic":
        text = f"{model_frame.outcome} was reached by {count(model_frame.events, model_frame.n)}. "
    else:
        text = f"{model_frame.outcome}: mean {number(model_frame.mean, model_frame.digits)} in {counted(model_frame.n, 'patient')}. "
    if joint is None:
        return text + "All predictors at once could not be fitted to these patients."
    more: list[tuple[Column, dict]] = []
    less: list[tuple[Column, dict]] = []
    unclear, endless = [], []
    none = 1.0 if model_frame.kind == "logistic" else 0.0
    for c in model_frame.columns:
        own = [r for r in rows if r["variable"] == c.predictor.column and r["role"] in ("level", "slope")]
        found = [r for r in own if r["adj_p"] <= model_frame.setting.plan.alpha]
        for r in found:
            (more if r["adj_estimate"] > none else less).append((c, r))
        if not np.isfinite([r["adj_p"] for r in own]).all():
            endless.append(c.name)
        elif not found:
            unclear.append(c.name)
    told = 0
    for found_here in (more, less):
        if found_here:
            phrases = [_phrase(model_frame, c, r, rows, not told and not k) for k, (c, r) in enumerate(found_here)]
            text += _direction(model_frame, found_here is more, not told, listing(phrases))
            told += 1
    if not told and unclear:
        text += "All else equal none of the predictors stands out. " if not endless else ""
    if unclear:
        text += f"No clear relation, which is not the same as none: {listing(unclear)}. "
    if endless:
        text += f"Without a test in the model with all predictors: {listing(endless)}."
    return text.strip()


def _direction(model_frame: ModelFrame, up: bool, first: bool, phrases: str) -> str:
    """The sentence on the predictors with which the outcome is more likely or higher (``up``), or less; the ``first`` of two."""
    if model_frame.kind == "linear":
        if up:
            return f"All else equal it was higher with {phrases}. " if first else f"It was higher with {phrases}. "
        return f"All else equal it was lower with {phrases}. " if first else f"It was lower with {phrases}. "
    if up:
        return f"All else equal it was more likely with {phrases}. " if first else f"It was more likely with {phrases}. "
    return f"All else equal it was less likely with {phrases}. " if first else f"It was less likely with {phrases}. "


def _phrase(model_frame: ModelFrame, c: Column, r: dict, rows: list[dict], first: bool) -> str:
    """ "Sex: female (odds ratio 7.96, 95 % CI 1.80 to 54.9)"; the later ones without the words."""
    logistic, digits = model_frame.kind == "logistic", model_frame.digits
    estimate, limits = (
        (ratio(r["adj_estimate"]), ratio_interval(r["adj_low"], r["adj_high"]))
        if logistic
        else (number(r["adj_estimate"], digits), interval(r["adj_low"], r["adj_high"], digits))
    )
    if first:
        estimate = f"odds ratio {estimate}" if logistic else f"{estimate} {model_frame.unit}"
        limits = f"{level_name(model_frame.setting.plan.level)} CI {limits}"
    whole = next((q["adj_p"] for q in rows if q["variable"] == r["variable"] and q["role"] == "overall"), 0.0)
    alpha = model_frame.setting.plan.alpha
    doubtful = f"; but {c.name} as a whole {p_value(whole, True, alpha)}" if whole > alpha else ""
    return f"{c.title if c.numeric else c.level_in_words(r['variable_level'])} ({estimate}, {limits}{doubtful})"
