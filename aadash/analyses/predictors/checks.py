"""How far the model can be trusted: events, separation, entangled predictors, linearity, single patients."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.column import Column, formula
from aadash.analyses.predictors.fitting import EVENTS_PER_PARAMETER, Fit, objective_of, scaled
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.influence import EVERY, Influence, leave_one_out
from aadash.analyses.predictors.joint import Joint, places
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Model
from aadash.errors import NotComputable
from aadash.formatting import counted, listing, number, p_value
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Check, Result, TestColumn
from aadash.stats.distributions import f_p, z_p
from aadash.stats.likelihood import likelihood_ratio, maximise
from aadash.stats.linear import linear, variance_inflation
from aadash.stats.splines import restricted_cubic, spline_knots

#: GVIF^(1/(2 df)) above which predictors are called entangled, and strongly so: the roots of a VIF of 5 and of 10.
ENTANGLED, STRONGLY = 5**0.5, 10**0.5
#: So many patients are listed.
LISTED = 10
METHOD = (
    "Variance inflation: by what factor a predictor's interval is wider than if it were unrelated to the others, GVIF^(1/(2 df)) as "
    "vif of R's car for a linear model; below 2.2 (the root of 5) is harmless. Linearity: likelihood-ratio test (F for numeric "
    "outcomes) of the curved term of a restricted cubic spline with three knots. Influence: the model is fitted again without each "
    "patient; a conclusion flips when the p-value of the table crosses alpha."
)


@analysis("How far can it be trusted?", section="model", tests=(TestColumn("p"),))
def predictor_checks(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None) -> Result:
    """Whether the assumptions of the model hold and whether single patients carry it.

    Table
    -----
    ``role`` "vif": one row per predictor with ``value`` GVIF^(1/(2 df)), ``df``. "linearity": one row per column of numbers
    with ``p``. "influence": the patients who move a coefficient most, ``variable`` the patient's code,
    ``variable_level`` the coefficient in words, ``value`` the change in standard errors. "flip": patients without whom a
    conclusion changes, ``p_with`` them and ``p_without`` (NaN: no estimate): the table's test again, no question of its own.
    With imputed predictors the checks are made on the first completed data set.

    Raises NotComputable where the model cannot be fitted or has infinite estimates.
    """
    joint = Joint.of(ModelFrame.of(cohort, plan, model))
    model_frame = joint.model_frame
    if joint.estimator == "ml":
        joint.require_finite()
    fitted = joint.first("tests")
    rows = _inflation(model_frame) + _linearity(joint)
    found = leave_one_out(fitted, plan.alpha)
    rows += _influential(model_frame, fitted, found) + _flips(model_frame, fitted, found)
    week = plan.at_week(model_frame.setting.cohort)
    for r in rows:
        r["week"] = week
    return Result(
        table(rows),
        model_frame.accounting,
        METHOD,
        _sentence(model_frame, rows),
        doubt.collect(
            doubts.events_per_parameter(model_frame, fitted.parameters, joint.estimator),
            doubts.separated(model_frame, joint.separation, joint.estimator),
            *doubts.empty_levels(model_frame),
            doubts.gaps(model_frame),
        ),
        details=Model(
            outcome=model_frame.outcome,
            kind=model_frame.kind,
            model=model_frame.model,
            titles={c.predictor.column: c.name for c in model_frame.columns},
        ),
        checks=_verdicts(joint, fitted, rows),
    )


def _row(model_frame: ModelFrame, role: str, variable: str, level: str | None = None, **stats: float) -> dict:
    values = {"value": float("nan"), "df": float("nan"), "p": float("nan"), "p_with": float("nan"), "p_without": float("nan")} | stats
    return row("none", ALL, variable, level, None, len(model_frame.y), model_frame.n, role=role, **values)


def _inflation(model_frame: ModelFrame) -> list[dict]:
    names = {c.safe: c.predictor.column for c in model_frame.columns}
    try:
        found = variance_inflation(linear(formula(model_frame.columns), model_frame.frames[0], drop_dependent=True))
    except NotComputable:
        return []
    return [
        _row(model_frame, "vif", names[str(r.term)], value=float(r.gvif_per_df), df=float(r.df))  # type: ignore[arg-type]
        for r in found.itertuples()
    ]


def _linearity(joint: Joint) -> list[dict]:
    return [
        _row(joint.model_frame, "linearity", c.predictor.column, df=1.0, p=_curved(joint, c))
        for c in joint.model_frame.columns
        if c.numeric
    ]


def _curved(joint: Joint, c: Column) -> float:
    """P of the curved term of a spline beside the straight one; NaN where the column has too few values."""
    values = joint.model_frame.frames[0][c.safe].to_numpy(dtype=float)
    try:
        extra = restricted_cubic(values, spline_knots(values))[:, 1:]
    except NotComputable:
        return float("nan")
    x, y = np.column_stack([joint.design.x, extra]), joint.design.y
    x, _ = scaled(x)
    if np.linalg.matrix_rank(x) < x.shape[1] or len(y) <= x.shape[1]:
        return float("nan")
    last, p = np.array([x.shape[1] - 1]), x.shape[1]
    if joint.estimator == "ols":
        full, less = (float(((y - m @ np.linalg.lstsq(m, y, rcond=None)[0]) ** 2).sum()) for m in (x, x[:, :-1]))
        return f_p((less - full) / (full / (len(y) - p)), 1, len(y) - p)
    objective = objective_of(joint.estimator, x, y)
    try:
        return z_p(likelihood_ratio(objective, maximise(objective, np.zeros(p), np.arange(p)), last) ** 0.5)
    except NotComputable:
        return float("nan")


def _influential(model_frame: ModelFrame, fitted: Fit, found: Influence) -> list[dict]:
    codes = list(model_frame.frame.index)
    order = [int(i) for i in np.argsort(-found.moved) if found.moved[i] > 0][:LISTED]
    return [
        _row(model_frame, "influence", str(codes[i]), _name(fitted, int(found.which[i])), value=float(found.moved[i])) for i in order
    ]


def _flips(model_frame: ModelFrame, fitted: Fit, found: Influence) -> list[dict]:
    codes = list(model_frame.frame.index)
    rows = [
        _row(model_frame, "flip", str(codes[f.patient]), _name(fitted, f.coefficient), p_with=f.p_with, p_without=f.p_without)
        for f in found.flips
    ]
    first = list(dict.fromkeys(r["variable_level"] for r in rows))
    alpha = model_frame.setting.plan.alpha

    def place(r: dict) -> tuple[int, float]:
        """Conclusion by conclusion; first whoever carries it furthest: no estimate, then the p furthest beyond alpha."""
        moved = np.inf if np.isnan(r["p_without"]) else abs(r["p_without"] - alpha)
        return first.index(r["variable_level"]), -moved

    return sorted(rows, key=place)


def _name(fitted: Fit, j: int) -> str:
    place = places(fitted)[j]
    assert place is not None
    c = next(c for c in fitted.columns if c.safe == place[0])
    return c.title if place[1] is None else c.level_in_words(place[1])


def _is_conclusion(r: dict, alpha: float) -> bool:
    """Whether a patient's row tells of a conclusion: something that is clear with him or without him."""
    return r["p_with"] <= alpha or not np.isnan(r["p_without"])


def _held(rows: list[dict], alpha: float) -> list[str]:
    """A sentence for each coefficient that says nothing clear and that one patient alone makes."""
    return [
        f"Without patient {r['variable']}, {r['variable_level']} has no estimate: {p_value(r['p_with'], True, alpha)} with all."
        for r in rows
    ]


def _sentence(model_frame: ModelFrame, rows: list[dict]) -> str:
    alpha = model_frame.setting.plan.alpha
    every = [r for r in rows if r["role"] == "flip"]
    flips = [r for r in every if _is_conclusion(r, alpha)]
    held = _held([r for r in every if not _is_conclusion(r, alpha)], alpha)
    if not flips:
        who = "any single patient" if model_frame.n <= EVERY else "any of the most influential patients"
        return " ".join([f"No conclusion changes when {who} is left out.", *held])
    by: dict[tuple[str, bool], list[dict]] = {}
    for r in flips:
        by.setdefault((r["variable_level"], bool(np.isnan(r["p_without"]))), []).append(r)
    parts = []
    for (what, gone), own in by.items():
        lost = own[0]["p_with"] <= alpha
        worst = max(own, key=lambda r: 0.0 if gone else r["p_without"] if lost else -r["p_without"])
        others = counted(len(own) - 1, "other")
        rest = "" if len(own) < 2 else f" (nor without {others})" if lost else f" (also without {others})"
        before = p_value(worst["p_with"], True, alpha)
        if gone:
            parts.append(f"without patient {worst['variable']}, {what} has no estimate{rest}: {before} with all")
            continue
        how = "would no longer stand out" if lost else "would stand out"
        after = p_value(worst["p_without"], True, alpha)
        parts.append(f"without patient {worst['variable']}, {what} {how}{rest}: {before} becomes {after}")
    n = len({what for what, _ in by})
    verb = "changes" if n == 1 else "change"
    return " ".join([f"{counted(n, 'conclusion')} of the model {verb} when one patient is left out: {'; '.join(parts)}.", *held])


def _verdicts(joint: Joint, fitted: Fit, rows: list[dict]) -> tuple[Check, ...]:
    model_frame, out = joint.model_frame, []
    alpha = model_frame.setting.plan.alpha
    n = model_frame.n if model_frame.kind == "linear" else min(model_frame.events, model_frame.n - model_frame.events)
    each = n / max(fitted.parameters, 1)
    what = "patients" if model_frame.kind == "linear" else "events"
    out.append(
        Check(
            f"Enough {what}",
            "holds" if each >= EVENTS_PER_PARAMETER else "doubtful" if each >= 5 else "broken",
            f"{n} for {counted(fitted.parameters, 'parameter')}: {number(each)} each; ten are asked for",
        )
    )
    if model_frame.kind == "logistic":
        sep = joint.separation
        names = listing([doubts.name_of(model_frame.columns, c) for c in sep.infinite if c != "(Intercept)"]) if sep else ""
        out.append(
            Check(
                "No separation",
                "holds" if sep is None else "broken",
                "no predictor, or combination, separates the outcome" if sep is None else f"by {names}",
            )
        )
    t = pd.DataFrame(rows)
    titles = {c.predictor.column: c.name for c in model_frame.columns}
    vif = t[t["role"] == "vif"]
    if len(vif):
        worst = max(vif.to_dict("records"), key=lambda r: r["value"])
        verdict = "holds" if worst["value"] < ENTANGLED else "doubtful" if worst["value"] < STRONGLY else "broken"
        out.append(
            Check(
                "Predictors not entangled",
                verdict,
                f"the interval of {titles[worst['variable']]} is {number(worst['value'], 2)} times as wide as if it were unrelated to "
                "the others; below 2.24 is harmless",
            )
        )
    for r in t[t["role"] == "linearity"].to_dict("records"):
        known = not np.isnan(r["p"])
        verdict = "holds" if not known or r["p"] > alpha else "doubtful"
        out.append(
            Check(
                f"{titles[r['variable']]} acts in a straight line",
                verdict,
                f"curved term {p_value(r['p'], True, alpha)}" if known else "too few different values to tell",
            )
        )
    flips = t[t["role"] == "flip"]
    flips = flips[(flips["p_with"] <= alpha) | flips["p_without"].notna()]
    out.append(
        Check(
            "No patient carries a conclusion",
            "holds" if flips.empty else "doubtful",
            "no conclusion changes" if flips.empty else f"{flips['variable'].nunique()} of {model_frame.n} patients would change one",
        )
    )
    return tuple(out)
