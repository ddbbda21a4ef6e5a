"""Estimates that people understand: adjusted probabilities and differences in percentage points."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import Fit, chances
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.joint import Joint, levels_of, with_level, with_number
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Model
from aadash.formatting import interval, level_name, listing, number, p_value
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.imputation import pool
from aadash.stats.marginal_effects import Effect, averaged, difference

METHOD = (
    "The model with all predictors predicts every patient as though he had each level in turn, all else as it is, and "
    "averages (marginal standardisation). Intervals by the delta method: of probabilities on the logit scale, of "
    "differences symmetric; p-values are those of the coefficients in the model, which test the same. After Firth's "
    "estimation the intercept is corrected so that predictions average the observed rate (FLIC; Puhr et al. 2017, "
    "doi:10.1002/sim.7273). Over imputed data sets by Rubin's rules."
)


@analysis("What difference does it make?", section="model")
def predictor_effects(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None) -> Result:
    """Adjusted probability (or mean) at each level, and differences from the reference.

    Table
    -----
    One row per level (``role`` "reference" or "level") or column of numbers ("slope"): ``n``, ``estimate, low, high``
    adjusted probability 0–1 or mean (NaN for a slope), ``difference, difference_low, difference_high`` from the
    reference, or for ``per`` more units (limits of probabilities end at ±1), and ``difference_p``, the coefficient's own
    p: no difference and no coefficient are the same hypothesis, and the likelihood ratio tests it better than the delta
    method. ``ratio, ratio_low, ratio_high``: the odds ratio of ``predictors`` beside it (yes/no outcomes).

    Raises NotComputable where the model cannot be fitted or has infinite estimates.
    """
    joint = Joint.of(ModelFrame.of(cohort, plan, model))
    model_frame, fits, tested = joint.model_frame, joint.predicting, joint.fit()
    rows: list[dict] = []
    for c in model_frame.columns:
        if c.safe + (levels_of(model_frame.frames[0], c)[-1] if not c.numeric else "") in joint.design.dropped:
            continue
        rows += _slope(joint, fits, c) if c.numeric else _levels(joint, fits, c)
    week = plan.at_week(model_frame.setting.cohort)
    columns = {c.predictor.column: c for c in model_frame.columns}
    for r in rows:
        r["week"] = week
        j = tested.position(columns[r["variable"]], r["variable_level"])
        if r["role"] != "reference" and j is not None:
            r["difference_p"] = float(tested.p[j])
            if model_frame.kind == "logistic":
                r |= _odds_ratio(tested, j)
    return Result(
        table(rows),
        model_frame.accounting,
        METHOD,
        _sentence(model_frame, rows, tested),
        doubt.collect(
            doubts.separated(model_frame, joint.separation, joint.estimator),
            doubts.events_per_parameter(model_frame, len(joint.design.names) - 1, joint.estimator),
            _delta(model_frame, rows),
            doubts.gaps(model_frame),
            *doubts.meaning(model_frame),
        ),
        details=explained(model_frame),
    )


def explained(model_frame: ModelFrame) -> Model:
    """What charts and tables need beside the numbers."""
    return Model(
        model_frame.outcome,
        model_frame.kind,
        model_frame.model,
        {c.predictor.column: c.title for c in model_frame.columns},
        model_frame.mean,
    )


def _combined(effects: Sequence[Effect], joint: Joint, logit_scale: bool) -> Effect:
    """One effect, or those of imputed frames pooled (probabilities on the logit scale)."""
    if len(effects) == 1:
        return effects[0]
    q, se = (np.array([getattr(e, k) for e in effects]) for k in ("estimate", "se"))
    if logit_scale:
        slope = 1 / (q * (1 - q))
        p = pool(np.log(q / (1 - q)), (se * slope) ** 2, joint.df, joint.model_frame.setting.plan.level)
        back = chances(np.array([p.estimate, p.ci_low, p.ci_high])).tolist()
        return Effect(back[0], p.se * back[0] * (1 - back[0]), back[1], back[2], float("nan"))
    p = pool(q, se**2, joint.df, joint.model_frame.setting.plan.level)
    return Effect(p.estimate, p.se, p.ci_low, p.ci_high, p.p)


def adjusted(joint: Joint, matrices: Sequence[np.ndarray]) -> Effect:
    """Average prediction over a design matrix for each fit of :attr:`Joint.predicting`."""
    level = joint.model_frame.setting.plan.level
    return _combined(
        [
            averaged(x, f.beta, f.vcov, joint.link, level, joint.df, f.design.counts)  # type: ignore[arg-type]
            for x, f in zip(matrices, joint.predicting, strict=True)
        ],
        joint,
        joint.link == "logit",
    )


def _contrast(joint: Joint, to: Sequence[np.ndarray], of: Sequence[np.ndarray]) -> Effect:
    level = joint.model_frame.setting.plan.level
    return _combined(
        [
            difference(a, b, f.beta, f.vcov, joint.link, level, joint.df, f.design.counts)  # type: ignore[arg-type]
            for a, b, f in zip(to, of, joint.predicting, strict=True)
        ],
        joint,
        False,
    )


def _levels(joint: Joint, fits: Sequence[Fit], c: Column) -> list[dict]:
    model_frame, levels = joint.model_frame, levels_of(joint.model_frame.frames[0], c)
    first = [with_level(f, c, levels[0]) for f in fits]
    out = []
    for i, level in enumerate(levels):
        here = [with_level(f, c, level) for f in fits]
        e = adjusted(joint, here)
        d = _contrast(joint, here, first) if i else None
        n = int(model_frame.each[(model_frame.frame[c.safe] == level).to_numpy(dtype=bool)].sum())
        out.append(_row(model_frame, c, level, "level" if i else "reference", n, e, d))
    return out


def _slope(joint: Joint, fits: Sequence[Fit], c: Column) -> list[dict]:
    now = [f.design.x for f in fits]
    more = [with_number(f, c, f.design.x[:, f.design.names.index(c.safe)] + 1.0) for f in fits]
    return [_row(joint.model_frame, c, None, "slope", joint.model_frame.n, None, _contrast(joint, more, now))]


def _odds_ratio(fitted: Fit, j: int) -> dict[str, float]:
    with np.errstate(over="ignore"):
        return {
            "ratio": float(np.exp(fitted.beta[j])),
            "ratio_low": float(np.exp(fitted.low[j])),
            "ratio_high": float(np.exp(fitted.high[j])),
        }


def _row(model_frame: ModelFrame, c: Column, level: str | None, role: str, n: int, e: Effect | None, d: Effect | None) -> dict:
    nan, most = float("nan"), 1.0 if model_frame.kind == "logistic" else float("inf")
    return row(
        "none",
        ALL,
        c.predictor.column,
        level,
        None,
        len(model_frame.setting.cohort),
        model_frame.n,
        role=role,
        n=n,
        estimate=e.estimate if e else nan,
        low=e.ci_low if e else nan,
        high=e.ci_high if e else nan,
        difference=d.estimate if d else nan,
        difference_low=max(d.ci_low, -most) if d else nan,
        difference_high=min(d.ci_high, most) if d else nan,
        difference_p=nan,
        ratio=nan,
        ratio_low=nan,
        ratio_high=nan,
    )


def _delta(model_frame: ModelFrame, rows: list[dict]) -> Caveat | None:
    """Differences whose interval and whose test do not agree."""
    columns = {c.predictor.column: c for c in model_frame.columns}
    torn = [
        columns[r["variable"]].level_in_words(r["variable_level"])
        for r in rows
        if r["role"] == "level"
        and (r["difference_low"] > 0 or r["difference_high"] < 0) != (r["difference_p"] <= model_frame.setting.plan.alpha)
    ]
    if not torn:
        return None
    return Caveat(
        "delta-method",
        f"For {listing(torn)} the interval of the difference and the test of the coefficient do not agree.",
        "Trust the test: the interval is an approximation that needs more patients.",
        "warning",
    )


def _unit(model_frame: ModelFrame) -> str:
    """What a mean, or a rate, of the outcome is in."""
    return " %" if model_frame.unit == "percentage points" else f" {model_frame.unit}"


def _whole(tested: Fit, c: Column) -> float:
    """The p-value of all levels of a predictor together; that of its coefficient where it has one."""
    index = next((i for i, k in enumerate(tested.columns) if k.safe == c.safe), None)
    return float(tested.terms["p"].get(index, float("nan")))


def _sentence(model_frame: ModelFrame, rows: list[dict], tested: Fit) -> str:
    columns = {c.predictor.column: c for c in model_frame.columns}
    scale, unit = (100.0 if model_frame.kind == "logistic" else 1.0), _unit(model_frame)
    digits = model_frame.digits if model_frame.digits > 1 else 0  # whole points of a scale of more than two
    every = sorted((r for r in rows if r["difference_p"] <= model_frame.setting.plan.alpha), key=lambda r: -abs(r["difference"]))
    clear = every[:3]
    if not clear:
        return "No predictor makes a clear difference, all else equal."
    if any(number(scale * limit, digits) in ("0", "−0") for r in clear for limit in (r["difference_low"], r["difference_high"])):
        digits = max(1, digits)  # “0 to 37” would be read as no clear difference
    parts = []
    for k, r in enumerate(clear):
        c = columns[r["variable"]]
        ci = "" if k else f"{level_name(model_frame.setting.plan.level)} CI "
        points = (
            f"{number(scale * r['difference'], digits)} {model_frame.unit} "
            f"({ci}{interval(scale * r['difference_low'], scale * r['difference_high'], digits)})"
        )
        if r["role"] == "slope":
            parts.append(f"{c.title} {points}")
            continue
        base = next(q for q in rows if q["variable"] == r["variable"] and q["role"] == "reference")
        whole = _whole(tested, c)
        alpha = model_frame.setting.plan.alpha
        doubtful = f", but {c.name} as a whole {p_value(whole, True, alpha)}" if whole > alpha else ""
        parts.append(
            f"{number(scale * r['estimate'], digits)}{unit} with {c.level_in_words(r['variable_level'])} against "
            f"{number(scale * base['estimate'], digits)}{unit} with {base['variable_level']}, a difference of {points}{doubtful}"
        )
    said = f"{model_frame.outcome}, all else equal: {'; '.join(parts)}."
    more = len(every) - len(clear)
    return f"{said} {more} more in the table differ{'s' if more == 1 else ''} clearly." if more else said
