"""Estimates that people understand: adjusted probabilities, differences in percentage points, and single profiles."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.fitting import Fit
from aadash.analyses.predictors.frame import Column, Problem
from aadash.analyses.predictors.joint import Joint, levels_of, one_row, with_level, with_number
from aadash.analyses.setting import row, table
from aadash.cohort import Cohort
from aadash.errors import PlanError
from aadash.filters import BASELINE
from aadash.formatting import interval, level_name, listing, number
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.imputation import pool
from aadash.stats.marginal_effects import Effect, averaged, difference

METHOD = ("The model with all predictors predicts every patient as though he had each level in turn, all else as it is, and "
          "averages (marginal standardisation). Intervals by the delta method: of probabilities on the logit scale, of "
          "differences symmetric; p-values are those of the coefficients in the model, which test the same. After Firth's "
          "estimation the intercept is corrected so that predictions average the observed rate (FLIC; Puhr et al. 2017, "
          "doi:10.1002/sim.7273). Over imputed data sets by Rubin's rules.")
NOT_A_RULE = ("It describes the patients of this file and is not a prediction rule until it has been validated in patients "
              "from elsewhere.")
#: A profile: predictor's column → level as printed, or number, in the order of the model.
Profile = tuple[tuple[str, str | float], ...]


def predictor_effects(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None) -> Result:
    """Adjusted probability (or mean) at each level, and differences from the reference.

    Table
    -----
    One row a level (``role`` "reference" or "level") or column of numbers ("slope"): ``n``, ``estimate, low, high``
    adjusted probability 0–1 or mean (NaN for a slope), ``difference, difference_low, difference_high`` from the
    reference, or for ``per`` more units, and ``difference_p``, the coefficient's own p: no difference and no coefficient
    are the same hypothesis, and the likelihood ratio tests it better than the delta method.

    Raises NotComputable where the model cannot be fitted or has infinite estimates.
    """
    joint = Joint.of(Problem.of(cohort, plan, model))
    problem, fits, tested = joint.problem, joint.predicting, joint.fit(wanted="tests")
    rows: list[dict] = []
    for c in problem.columns:
        if c.safe + (levels_of(problem.frames[0], c)[-1] if not c.numeric else "") in joint.design.dropped:
            continue
        rows += _slope(joint, fits, c) if c.numeric else _levels(joint, fits, c)
    week = plan.at_week(problem.setting.cohort)
    columns = {c.predictor.column: c for c in problem.columns}
    for r in rows:
        r["week"] = week
        j = tested.position(columns[r["variable"]], r["variable_level"])
        if r["role"] != "reference" and j is not None:
            r["difference_p"] = float(tested.p[j])
    return Result("predictor_effects", "What difference does it make?", table(rows), problem.accounting, METHOD,
                  _sentence(problem, rows), doubt.collect(
                      doubts.separated(problem, joint.separation, joint.estimator), doubts.events_per_parameter(
                          problem, len(joint.design.names) - 1, joint.estimator), _delta(problem, rows), doubts.gaps(problem),
                      *doubts.meaning(problem)), plan, _extra(problem))


def _extra(problem: Problem) -> dict[str, object]:
    return {"labels": {}, "model": problem.model, "titles": {c.predictor.column: c.title for c in problem.columns},
            "outcome": problem.outcome, "kind": problem.kind,
            "rate": float(problem.y[problem.rows].mean())}


def _combined(effects: Sequence[Effect], joint: Joint, logit_scale: bool) -> Effect:
    """One effect, or those of imputed frames pooled (probabilities on the logit scale)."""
    if len(effects) == 1:
        return effects[0]
    q, se = (np.array([getattr(e, k) for e in effects]) for k in ("estimate", "se"))
    if logit_scale:
        slope = 1 / (q * (1 - q))
        p = pool(np.log(q / (1 - q)), (se * slope) ** 2, joint.df, joint.problem.setting.plan.level)
        back = [1 / (1 + np.exp(-v)) for v in (p.estimate, p.ci_low, p.ci_high)]
        return Effect(back[0], p.se * back[0] * (1 - back[0]), back[1], back[2], float("nan"))
    p = pool(q, se**2, joint.df, joint.problem.setting.plan.level)
    return Effect(p.estimate, p.se, p.ci_low, p.ci_high, p.p)


def adjusted(joint: Joint, matrices: Sequence[np.ndarray]) -> Effect:
    """Average prediction over a design matrix for each fit of :attr:`Joint.predicting`."""
    level = joint.problem.setting.plan.level
    return _combined([averaged(x, f.beta, f.vcov, joint.link, level, joint.df)  # type: ignore[arg-type]
                      for x, f in zip(matrices, joint.predicting, strict=True)], joint, joint.link == "logit")


def _contrast(joint: Joint, to: Sequence[np.ndarray], of: Sequence[np.ndarray]) -> Effect:
    level = joint.problem.setting.plan.level
    return _combined([difference(a, b, f.beta, f.vcov, joint.link, level, joint.df)  # type: ignore[arg-type]
                      for a, b, f in zip(to, of, joint.predicting, strict=True)], joint, False)


def _levels(joint: Joint, fits: Sequence[Fit], c: Column) -> list[dict]:
    problem, levels = joint.problem, levels_of(joint.problem.frames[0], c)
    first = [with_level(f, c, levels[0]) for f in fits]
    out = []
    for i, level in enumerate(levels):
        here = [with_level(f, c, level) for f in fits]
        e = adjusted(joint, here)
        d = _contrast(joint, here, first) if i else None
        n = int((problem.frame[c.safe] == level).sum())
        out.append(_row(problem, c, level, "level" if i else "reference", n, e, d))
    return out


def _slope(joint: Joint, fits: Sequence[Fit], c: Column) -> list[dict]:
    now = [f.design.x for f in fits]
    more = [with_number(f, c, f.design.x[:, f.design.names.index(c.safe)] + 1.0) for f in fits]
    return [_row(joint.problem, c, None, "slope", joint.problem.n, None, _contrast(joint, more, now))]


def _row(problem: Problem, c: Column, level: str | None, role: str, n: int, e: Effect | None, d: Effect | None) -> dict:
    nan = float("nan")
    return row("none", "all", c.predictor.column, level, None, len(problem.y), problem.n, role=role, n=n,
               estimate=e.estimate if e else nan, low=e.ci_low if e else nan, high=e.ci_high if e else nan,
               difference=d.estimate if d else nan, difference_low=d.ci_low if d else nan,
               difference_high=d.ci_high if d else nan, difference_p=nan)


def _delta(problem: Problem, rows: list[dict]) -> Caveat | None:
    """Differences whose interval and whose test do not agree."""
    columns = {c.predictor.column: c for c in problem.columns}
    torn = [columns[r["variable"]].told(r["variable_level"]) for r in rows if r["role"] == "level"
            and (r["difference_low"] > 0 or r["difference_high"] < 0) != (r["difference_p"] <= problem.setting.plan.alpha)]
    if not torn:
        return None
    return Caveat("delta-method", f"For {listing(torn)} the interval of the difference and the test of the coefficient do not "
                  "agree.", "Trust the test: the interval is an approximation that needs more patients.", "warning")


def _sentence(problem: Problem, rows: list[dict]) -> str:
    columns = {c.predictor.column: c for c in problem.columns}
    scale, unit = (100.0, " %") if problem.kind == "logistic" else (1.0, "")
    clear = sorted((r for r in rows if r["role"] == "level" and r["difference_p"] <= problem.setting.plan.alpha),
                   key=lambda r: -abs(r["difference"]))[:3]
    if not clear:
        return "Between no two levels is there a clear difference, all else equal."
    parts = []
    for k, r in enumerate(clear):
        c = columns[r["variable"]]
        base = next(q for q in rows if q["variable"] == r["variable"] and q["role"] == "reference")
        ci = "" if k else f"{level_name(problem.setting.plan.level)} CI "
        parts.append(f"{c.told(r['variable_level'])} {number(scale * r['estimate'], 0)}{unit} against "
                     f"{number(scale * base['estimate'], 0)}{unit} with {base['variable_level']}, a difference of "
                     f"{number(scale * r['difference'], 0)} points ({ci}"
                     f"{interval(scale * r['difference_low'], scale * r['difference_high'], 0)})")
    return f"{problem.outcome}, all else equal: {'; '.join(parts)}."


# --- one profile -----------------------------------------------------------------------------------------------------
def predicted_probability(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None,
                          profile: Profile = ()) -> Result:
    """What the model says of one kind of patient, and of the same patient with one thing otherwise.

    ``profile`` gives values for predictors by column; those not named take the reference level or the median. Table: one
    row "profile" (``variable`` None) with ``estimate, low, high`` (probability 0–1, or mean) and, for numeric outcomes,
    ``range_low, range_high`` (prediction interval of one patient); then one row for each other level of each categorical
    predictor. Raises PlanError for a level that does not exist.
    """
    joint = Joint.of(Problem.of(cohort, plan, model))
    problem = joint.problem
    typical = typical_profile(problem)
    chosen = {**typical, **{k: v if isinstance(v, str) else float(v) for k, v in dict(profile).items() if k in typical}}
    entering = {c.safe: _entering(problem, c, chosen[c.predictor.column]) for c in problem.columns}
    e = _predicted(joint, entering)
    low, high = _range(joint, e)
    rows = [row("none", "all", None, None, plan.at_week(problem.setting.cohort), len(problem.y), problem.n, role="profile",
                estimate=e.estimate, low=e.ci_low, high=e.ci_high, range_low=low, range_high=high)]
    for c in problem.columns:
        if c.numeric:
            continue
        for level in levels_of(problem.frames[0], c):
            if level != entering[c.safe]:
                o = _predicted(joint, {**entering, c.safe: level})
                rows.append(row("none", "all", c.predictor.column, level, plan.at_week(problem.setting.cohort),
                                len(problem.y), problem.n, role="otherwise", estimate=o.estimate, low=o.ci_low,
                                high=o.ci_high, range_low=float("nan"), range_high=float("nan")))
    return Result("predicted_probability", "And a patient like this?", table(rows), problem.accounting, METHOD,
                  _told(problem, chosen, e, low, high), doubt.collect(
                      _unlike(problem, entering), *_outside(problem, chosen),
                      doubts.separated(problem, joint.separation, joint.estimator)), plan,
                  _extra(problem) | {"profile": chosen, "told": {c.predictor.column: c.name for c in problem.columns},
                                     "choices": _choices(problem)})


def _choices(problem: Problem) -> dict[str, tuple[str, ...] | tuple[float, float]]:
    """What a profile can be made of: the levels of a column, or the least and the largest number observed."""
    out: dict[str, tuple[str, ...] | tuple[float, float]] = {}
    for c in problem.columns:
        if c.numeric or c.predictor.cut is not None:
            seen = c.raw[problem.rows]
            out[c.predictor.column] = (float(seen.min()), float(seen.max()))
        else:
            out[c.predictor.column] = tuple(levels_of(problem.frames[0], c))
    return out


def typical_profile(problem: Problem) -> dict[str, str | float]:
    """Reference level, or rounded median, of each predictor, before any cut or division."""
    out: dict[str, str | float] = {}
    for c in problem.columns:
        if c.numeric or c.predictor.cut is not None:
            seen = c.raw[problem.rows]
            middle, span = float(np.nanmedian(seen)), float(seen.max() - seen.min())
            out[c.predictor.column] = round(middle, 0 if span > 10 else 1 if span > 1 else 3)
        else:
            out[c.predictor.column] = levels_of(problem.frames[0], c)[0]
    return out


def _entering(problem: Problem, c: Column, value: str | float) -> str | float:
    if c.numeric or c.predictor.cut is not None:
        one = pd.Series([float(value)])
        return float(c.entering(one).iloc[0]) if c.numeric else str(c.entering(one).iloc[0])
    known = levels_of(problem.frames[0], c)
    if value not in known:
        raise PlanError(f"{c.name} has no level {value!r} among the patients in the model",
                        expected="one of " + ", ".join(known))
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


def _told(problem: Problem, chosen: dict[str, str | float], e: Effect, low: float, high: float) -> str:
    ci = level_name(problem.setting.plan.level)
    who, rest = described(problem, chosen)
    also = f" The rest of the profile: {rest}." if rest else ""
    if problem.kind == "logistic":
        return (f"{who}: {number(100 * e.estimate, 0)} % ({ci} CI {number(100 * e.ci_low, 0)}–{number(100 * e.ci_high, 0)}) "
                f"reach {problem.outcome}.{also} {NOT_A_RULE}")
    floor, top = (-math.inf, 100.0) if problem.model.outcome == "improvement" else (0.0, 100.0)
    return (f"{who}: {problem.outcome} {number(e.estimate)} on average ({ci} CI {interval(e.ci_low, e.ci_high)}); a single "
            f"patient would lie between {number(max(low, floor))} and {number(min(high, top))}.{also} {NOT_A_RULE}")


def described(problem: Problem, chosen: dict[str, str | float]) -> tuple[str, str]:
    """A profile in words: "A woman of 35, 2 years of disease, baseline SALT 80", and the rest of it."""
    chosen, rest = dict(chosen), []
    who = {"f": "A woman", "m": "A man"}.get(str(chosen.get("sex", ""))[:1].lower(), "A patient")
    if who != "A patient":
        chosen.pop("sex")
    if "age" in chosen:
        who += f" of {float(chosen.pop('age')):g}"
    duration, baseline = chosen.pop("duration", None), chosen.pop(BASELINE, None)
    units = {c.predictor.column: c.unit for c in problem.columns}
    if isinstance(duration, float):
        who += f", {duration:g} {units['duration']} of disease".replace("  ", " ")
    if isinstance(baseline, float):
        who += f", {problem.setting.cohort.score} {baseline:g}"
    for c in problem.columns:
        value = chosen.get(c.predictor.column)
        if value is not None:
            rest.append(f"{c.name} {value if isinstance(value, str) else f'{value:g}'}")
    return who, ", ".join(rest)


def _unlike(problem: Problem, entering: dict[str, str | float]) -> Caveat | None:
    """How many patients of the model share the levels."""
    alike = np.ones(problem.n, dtype=bool)
    named = [c for c in problem.columns if not c.numeric]
    for c in named:
        alike &= (problem.frame[c.safe] == entering[c.safe]).to_numpy(dtype=bool)
    n = int(alike.sum())
    if not named or n >= 5:
        return None
    who = "None" if n == 0 else str(n)
    return Caveat("unlike-anyone", f"{who} of the {problem.n} patients {'is' if n < 2 else 'are'} like this in "
                  f"{listing([c.name for c in named])} at once: the model joins what it saw in different patients.",
                  "Read the interval, not the estimate.", "warning" if n == 0 else "note")


def _outside(problem: Problem, chosen: dict[str, str | float]) -> list[Caveat]:
    """Numbers beyond what was observed."""
    out = []
    for c in problem.columns:
        value = chosen[c.predictor.column]
        if isinstance(value, str):
            continue
        seen = c.raw[problem.rows]
        low, high = float(seen.min()), float(seen.max())
        if not low <= value <= high:
            out.append(Caveat("extrapolated-profile", f"{c.name} {value:g} lies outside what was observed ({low:g} to {high:g}).",
                              "Choose a value within that range.", "warning"))
    return out
