"""One patient: what the model says of a profile, and of the same patient with one thing otherwise."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.effects import METHOD, adjusted, explained
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.joint import Joint, levels_of, one_row
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Profile as ProfileDetails
from aadash.errors import PlanError
from aadash.filters import own_baseline
from aadash.formatting import interval, level_name, listing, number
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.marginal_effects import Effect

NOT_A_RULE = (
    "It describes the patients of this file and is not a prediction rule until it has been validated in patients from elsewhere."
)
#: Stands beside every probability for one patient.
NOT_VALIDATED = Caveat(
    "not-validated",
    "This prediction is not validated: it was made from this cohort and has not been tried in other patients.",
    "Do not use it to decide about a patient; publish it with its validation, or not at all.",
    "warning",
)
#: A profile: predictor's column → level as printed, or number, in the order of the model.
Profile = tuple[tuple[str, str | float], ...]


@analysis("And a patient like this?", section="model")
def predicted_probability(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None, profile: Profile = ()) -> Result:
    """What the model says of one kind of patient, and of the same patient with one thing otherwise.

    ``profile`` gives values for predictors by column; those not named take the reference level or the median. Table: one
    row "profile" (``variable`` None) with ``estimate, low, high`` (probability 0–1, or mean) and, for numeric outcomes,
    ``range_low, range_high`` (prediction interval of one patient); then one row for each other level of each categorical
    predictor. Raises PlanError for a level that does not exist.
    """
    joint = Joint.of(ModelFrame.of(cohort, plan, model))
    model_frame = joint.model_frame
    typical = typical_profile(model_frame)
    chosen = {**typical, **{k: v if isinstance(v, str) else float(v) for k, v in dict(profile).items() if k in typical}}
    entering = {c.safe: _entering(model_frame, c, chosen[c.predictor.column]) for c in model_frame.columns}
    e = _predicted(joint, entering)
    low, high = _range(joint, e)
    rows = [
        row(
            "none",
            ALL,
            None,
            None,
            plan.at_week(model_frame.setting.cohort),
            len(model_frame.y),
            model_frame.n,
            role="profile",
            estimate=e.estimate,
            low=e.ci_low,
            high=e.ci_high,
            range_low=low,
            range_high=high,
        )
    ]
    for c in model_frame.columns:
        if c.numeric:
            continue
        for level in levels_of(model_frame.frames[0], c):
            if level != entering[c.safe]:
                o = _predicted(joint, {**entering, c.safe: level})
                rows.append(
                    row(
                        "none",
                        ALL,
                        c.predictor.column,
                        level,
                        plan.at_week(model_frame.setting.cohort),
                        len(model_frame.y),
                        model_frame.n,
                        role="otherwise",
                        estimate=o.estimate,
                        low=o.ci_low,
                        high=o.ci_high,
                        range_low=float("nan"),
                        range_high=float("nan"),
                    )
                )
    return Result(
        table(rows),
        model_frame.accounting,
        METHOD,
        _in_words(model_frame, chosen, e, low, high),
        doubt.collect(
            NOT_VALIDATED,
            _unlike(model_frame, entering),
            *_outside(model_frame, chosen),
            doubts.separated(model_frame, joint.separation, joint.estimator),
        ),
        details=ProfileDetails(
            **vars(explained(model_frame)),
            profile=chosen,
            names={c.predictor.column: c.name for c in model_frame.columns},
            choices=_choices(model_frame),
        ),
    )


def _choices(model_frame: ModelFrame) -> dict[str, tuple[str, ...] | tuple[float, float]]:
    """What a profile can be made of: the levels of a column, or the least and the largest number observed."""
    out: dict[str, tuple[str, ...] | tuple[float, float]] = {}
    for c in model_frame.columns:
        if c.numeric or c.predictor.cut is not None:
            seen = c.raw[model_frame.rows]
            out[c.predictor.column] = (float(seen.min()), float(seen.max()))
        else:
            out[c.predictor.column] = tuple(levels_of(model_frame.frames[0], c))
    return out


def typical_profile(model_frame: ModelFrame) -> dict[str, str | float]:
    """Reference level, or rounded median, of each predictor, before any cut or division."""
    out: dict[str, str | float] = {}
    for c in model_frame.columns:
        if c.numeric or c.predictor.cut is not None:
            seen = c.raw[model_frame.rows]
            middle, span = float(np.nanmedian(seen)), float(seen.max() - seen.min())
            out[c.predictor.column] = round(middle, 0 if span > 10 else 1 if span > 1 else 3)
        else:
            out[c.predictor.column] = levels_of(model_frame.frames[0], c)[0]
    return out


def _entering(model_frame: ModelFrame, c: Column, value: str | float) -> str | float:
    if c.numeric or c.predictor.cut is not None:
        one = pd.Series([float(value)])
        return float(c.entering(one).iloc[0]) if c.numeric else str(c.entering(one).iloc[0])
    known = levels_of(model_frame.frames[0], c)
    if value not in known:
        raise PlanError(f"{c.name} has no level {value!r} among the patients in the model", expected="one of " + ", ".join(known))
    return str(value)


def _predicted(joint: Joint, entering: dict[str, str | float]) -> Effect:
    return adjusted(joint, [one_row(f, entering) for f in joint.predicting])


def _range(joint: Joint, e: Effect) -> tuple[float, float]:
    """Prediction interval of a single patient (numeric outcomes): the estimate's own variance plus the residual one."""
    if joint.link == "logit":
        return float("nan"), float("nan")
    f = joint.predicting[0]
    residual = f.design.y - f.design.x @ f.beta
    sigma2 = float(residual @ residual) / joint.df
    half = (e.ci_high - e.estimate) / e.se * float(np.sqrt(e.se**2 + sigma2)) if e.se > 0 else float("nan")
    return e.estimate - half, e.estimate + half


def _in_words(model_frame: ModelFrame, chosen: dict[str, str | float], e: Effect, low: float, high: float) -> str:
    ci = level_name(model_frame.setting.plan.level)
    who, rest = described(model_frame, chosen)
    also = f" The rest of the profile: {rest}." if rest else ""
    if model_frame.kind == "logistic":
        return (
            f"{who}: {number(100 * e.estimate, 0)} % ({ci} CI {number(100 * e.ci_low, 0)}–{number(100 * e.ci_high, 0)}) "
            f"reach {model_frame.outcome}.{also} {NOT_A_RULE}"
        )
    (floor, top), digits = _ends(model_frame), model_frame.digits
    return (
        f"{who}: {model_frame.outcome}, on average {number(e.estimate, digits)} ({ci} CI {interval(e.ci_low, e.ci_high, digits)}); "
        f"a single patient would lie between {number(max(low, floor), digits)} and {number(min(high, top), digits)}.{also} "
        f"{NOT_A_RULE}"
    )


def _ends(model_frame: ModelFrame) -> tuple[float, float]:
    """The least and the most that an outcome can be: the scale's ends, or what a percentage of baseline leaves."""
    measure = model_frame.setting.cohort.measure
    if model_frame.model.outcome != "improvement":
        return measure.low, measure.high
    if measure.higher_is_better:
        return (-100.0 if measure.low >= 0 else -math.inf), math.inf
    return -math.inf, (100.0 if measure.low >= 0 else math.inf)


def described(model_frame: ModelFrame, chosen: dict[str, str | float]) -> tuple[str, str]:
    """A profile in words: "A woman of 35, 2 years of disease, baseline SALT 80", and the rest of it."""
    chosen, rest = dict(chosen), []
    who = {"f": "A woman", "m": "A man"}.get(str(chosen.get("sex", ""))[:1].lower(), "A patient")
    if who != "A patient":
        chosen.pop("sex")
    if "age" in chosen:
        who += f" of {float(chosen.pop('age')):g}"
    duration, baseline = chosen.pop("duration", None), chosen.pop(own_baseline(model_frame.setting.cohort), None)
    units = {c.predictor.column: c.unit for c in model_frame.columns}
    told = [who]
    if isinstance(duration, float):
        told.append(f"{duration:g} {units['duration']} of disease".replace("  ", " "))
    if isinstance(baseline, float):
        told.append(f"{model_frame.setting.cohort.score} {baseline:g}")
    for c in model_frame.columns:
        value = chosen.get(c.predictor.column)
        if value is not None:
            rest.append(f"{c.name}: {value if isinstance(value, str) else f'{value:g}'}")
    return ", ".join(told), ", ".join(rest)


def _unlike(model_frame: ModelFrame, entering: dict[str, str | float]) -> Caveat | None:
    """How many patients of the model share the levels."""
    alike = np.ones(model_frame.n, dtype=bool)
    named = [c for c in model_frame.columns if not c.numeric]
    for c in named:
        alike &= (model_frame.frame[c.safe] == entering[c.safe]).to_numpy(dtype=bool)
    n = int(alike.sum())
    if not named or n >= 5:
        return None
    who = "None" if n == 0 else str(n)
    return Caveat(
        "unlike-anyone",
        f"{who} of the {model_frame.n} patients {'is' if n < 2 else 'are'} like this in "
        f"{listing([c.name for c in named])} at once: the model joins what it saw in different patients.",
        "Read the interval, not the estimate.",
        "warning" if n == 0 else "note",
    )


def _outside(model_frame: ModelFrame, chosen: dict[str, str | float]) -> list[Caveat]:
    """Numbers beyond what was observed."""
    out = []
    for c in model_frame.columns:
        value = chosen[c.predictor.column]
        if isinstance(value, str):
            continue
        seen = c.raw[model_frame.rows]
        low, high = float(seen.min()), float(seen.max())
        if not low <= value <= high:
            out.append(
                Caveat(
                    "extrapolated-profile",
                    f"{c.name} {value:g} lies outside what was observed ({low:g} to {high:g}).",
                    "Choose a value within that range.",
                    "warning",
                )
            )
    return out
