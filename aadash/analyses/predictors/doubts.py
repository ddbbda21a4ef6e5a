"""Doubts about a model: too few events, separation, gaps, and what adjusted estimates do not mean."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aadash.analyses.absences import complete_only
from aadash.analyses.arms import arm_known, whom
from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.fitting import EVENTS_PER_PARAMETER
from aadash.analyses.predictors.frame import ModelFrame
from aadash.errors import NotComputable
from aadash.filters import own_baseline
from aadash.formatting import counted, first_of, listing, number, percent
from aadash.measure import Measure
from aadash.result import Caveat
from aadash.stats.separation import Separation


def left_out(model_frame: ModelFrame, dropped: tuple[str, ...] = ()) -> list[Caveat]:
    """Predictors that could not be used, and columns that are combinations of others."""
    out = [
        Caveat(code, sentence, "Take it out, take it as a number or with another cut, or choose other patients.", "warning")
        for code, _, sentence in model_frame.left_out
    ]
    if dropped:
        names = listing([name_of(model_frame.columns, d) for d in dropped])
        out.append(
            Caveat(
                "aliased-predictor",
                f"{names} cannot be told apart from the other predictors and "
                f"{'is' if len(dropped) == 1 else 'are'} left out of the model with all predictors.",
                "Take one of those that say the same out of the model.",
                "warning",
            )
        )
    return out


def name_of(columns: tuple[Column, ...], design_column: str) -> str:
    """A design column in words: "Sex: female"."""
    for c in columns:
        if design_column.startswith(c.safe):
            level = design_column[len(c.safe) :]
            return c.level_in_words(level) if level else c.name
    return "the intercept"


def events_per_parameter(model_frame: ModelFrame, parameters: int, estimator: str) -> Caveat | None:
    """Fewer than ten events for each parameter."""
    if model_frame.kind == "linear":
        each = model_frame.n / max(parameters, 1)
        if each >= EVENTS_PER_PARAMETER:
            return None
        return Caveat(
            "few-patients",
            f"{counted(model_frame.n, 'patient')} for {counted(parameters, 'parameter')}: {number(each)} a parameter.",
            "Choose fewer predictors beforehand; do not let the data choose.",
            "warning",
        )
    fewer = min(model_frame.events, model_frame.n - model_frame.events)
    each = fewer / max(parameters, 1)
    if each >= EVENTS_PER_PARAMETER:
        return None
    few = counted(fewer, "event") if model_frame.events <= model_frame.n - model_frame.events else counted(fewer, "non-event")
    used = (
        "Firth's penalised likelihood is used, which keeps estimates finite and less biased; it cannot make up for "
        "information that is not there."
        if estimator == "firth"
        else "Maximum likelihood is biased away from 1 with so few; Firth's penalised likelihood would be safer."
    )
    return Caveat(
        "few-events",
        f"{few} for {counted(parameters, 'parameter')}: {number(each)} a "
        f"parameter, fewer than {EVENTS_PER_PARAMETER}. Intervals are wide and the model may not hold elsewhere.",
        used + " Choose fewer predictors beforehand.",
        "warning",
    )


def separated(model_frame: ModelFrame, found: Separation | None, estimator: str) -> Caveat | None:
    """Predictors with which the outcome is certain in part of the patients."""
    if found is None:
        return None
    infinite = [name_of(model_frame.columns, c) for c in found.infinite if c != "(Intercept)"]
    names, outcome = listing(infinite) or "The predictors", model_frame.outcome
    where = "in every patient" if found.complete else "in part of the patients"
    if len(infinite) == 1:
        text = f"{names} predicts {outcome} without error {where}, so maximum likelihood cannot estimate its odds ratio"
    else:
        text = f"{names} together predict {outcome} without error {where}, so maximum likelihood cannot estimate their odds ratios"
    advice = (
        "Firth's estimates are finite, but how large such an odds ratio is, and in few patients even its direction, rests on the "
        "penalty, not on the data. Of its interval only the limit on the side of 1 says something."
        if estimator == "firth"
        else "Use Firth's penalised likelihood, merge levels, or leave the predictor out."
    )
    text += " (complete separation)." if found.complete else " (quasi-complete separation)."
    return Caveat("separation", text, advice, "warning")


def empty_levels(model_frame: ModelFrame) -> list[Caveat]:
    """Levels in which everybody, or nobody, reached the outcome."""
    if model_frame.kind != "logistic":
        return []
    out, y = [], model_frame.frame["y"].to_numpy()
    for c in model_frame.columns:
        if c.numeric:
            continue
        values, levels = model_frame.frame[c.safe], model_frame.frame[c.safe].cat.categories
        several = len(levels) > 2
        for i, level in enumerate(levels):
            of_level = model_frame.each * (values == level).to_numpy(dtype=bool)
            n, k = int(of_level.sum()), int(of_level @ y)
            if k in (0, n):
                where, outcome = c.level_in_words(str(level)), model_frame.outcome
                if n == 1 and k == 0:
                    text = f"{outcome} was not reached by the only patient with {where}."
                elif n == 1:
                    text = f"{outcome} was reached by the only patient with {where}."
                else:
                    text = f"{outcome} was reached by {'none' if k == 0 else 'all'} of the {n} patients with {where}."
                out.append(
                    Caveat(
                        "level-without-events",
                        text,
                        "The others of this predictor are compared with it, so none of their odds ratios has both ends in the data; "
                        "choose another level to compare with, or merge it with a like one."
                        if several and i == 0
                        else "Its odds ratio has no upper or lower end in the data; merge it with a like level if "
                        "that makes clinical sense.",
                        "warning",
                    )
                )
    return out


def gaps(model_frame: ModelFrame, outcome: np.ndarray | None = None, n: int | None = None) -> Caveat | None:
    """Predictors that are missing for some patients; ``outcome`` says who has one and ``n`` how many the model has, where that is
    not the outcome at the week."""
    s, known = model_frame.setting, ~_isnan(model_frame) if outcome is None else outcome
    n = model_frame.n if n is None else n
    empty = [(c.name, s.n(known & c.raw.isna().to_numpy())) for c in model_frame.columns]
    incomplete = [(name, n) for name, n in empty if n]
    if not incomplete:
        return None
    what = listing([f"{title} in {n}" for title, n in incomplete])
    lost, filled = s.n(known) - n, model_frame.n_imputed
    if filled:
        wald = (
            ""
            if model_frame.kind == "linear"
            else " Intervals and p-values are then Wald's (Rubin's rules), not the profile likelihood's."
        )
        return Caveat(
            "imputed-predictors",
            f"{counted(filled, 'patient')} of {model_frame.n} {'lacks' if filled == 1 else 'lack'} a predictor ({what}); "
            f"the gaps were filled {model_frame.model.imputations} times from what else is known and the answers "
            f"pooled.{wald}",
            f"Compare with complete cases ({model_frame.n - filled} patients). Imputation assumes "
            "that whether a value is missing depends on nothing but what was recorded.",
        )
    return Caveat(
        "complete-predictors",
        f"{counted(lost, 'patient')} of {s.n(known)} {'is' if lost == 1 else 'are'} left out because a predictor is "
        f"missing ({what}); the model has the {n} others.",
        f"Compare with multiple imputation, which keeps all {s.n(known)}: “Patients with a predictor missing: Imputed”.",
        "warning",
    )


def _isnan(model_frame: ModelFrame) -> np.ndarray:
    return np.isnan(model_frame.y)


def cuts(model_frame: ModelFrame, dropped: tuple[str, ...] = ()) -> Caveat | None:
    """Columns of numbers that were cut in two; of those ``dropped`` from the model's design nothing enters."""
    cut = [c for c in model_frame.columns if c.predictor.cut is not None and not any(d.startswith(c.safe) for d in dropped)]
    names = [f"{c.name} (cut at {c.predictor.cut:g})" for c in cut]
    if not names:
        return None
    return Caveat(
        "cut-predictor",
        f"{listing(names)} {'enters' if len(names) == 1 else 'enter'} the model as two groups: within each all "
        "patients count as alike, and a cut that was chosen on data flatters itself.",
        "See what the cut costs, and the honest p-value of a searched cut, under “Cut-points”.",
    )


def meaning(model_frame: ModelFrame) -> list[Caveat]:
    """What adjusted estimates in a treated cohort do and do not say."""
    setting = model_frame.setting
    arm = arm_known(setting)
    if arm is not None and arm.column in [setting.cohort.role(c.predictor.column) for c in model_frame.columns]:
        who = (
            f"The arm (“{arm.column}”) is one of the predictors: any other one says who does better within an arm, not in whom the "
            "treatment works better."
        )
    else:
        who = whom(setting, "a predictor", "the model")
    out = [Caveat("prognostic", " ".join([who, "Changing a predictor need not change the outcome."]))]
    if len(model_frame.columns) > 1:
        out.append(
            Caveat(
                "mutual-adjustment",
                "Each estimate is adjusted for all other predictors, also for those that lie on the "
                "way from it to the outcome; they are not effects of the same kind and cannot be ranked.",
                "To ask for the effect of one factor, choose the others as its confounders only (Westreich and Greenland "
                "2013, doi:10.1093/aje/kws412).",
            )
        )
    own, score = own_baseline(model_frame.setting.cohort), model_frame.setting.cohort.score
    if model_frame.model.outcome == "improvement" and any(c.predictor.column == own for c in model_frame.columns):
        out.append(
            Caveat(
                "baseline-in-outcome",
                f"Baseline {score} is the denominator of improvement and a predictor of it: part of their relation is arithmetic.",
                f"Look at {score} itself, adjusted for baseline, as well.",
                "warning",
            )
        )
    return out


def attrition(model_frame: ModelFrame) -> Caveat | None:
    """Patients without a known outcome, or with a visit too few."""
    if model_frame.setting.plan.missing == "complete":
        return complete_only(model_frame.setting)
    gone, n = model_frame.setting.n(_isnan(model_frame)), len(model_frame.setting.cohort)
    if gone < 0.05 * n:
        return None
    text = (
        f"{gone} of {counted(n, 'patient')} ({percent(gone / n)}) "
        f"{'has no known outcome and is' if gone == 1 else 'have no known outcome and are'} not in the model."
    )
    score, undefined = model_frame.setting.cohort.score, _undefined(model_frame)
    if undefined:
        text += f" Of these, {undefined} {'has' if undefined == 1 else 'have'} no baseline {score}, or one for which it is undefined."
    if undefined == gone:
        return Caveat("attrition", text, "No rule for missing visits gives an outcome without a baseline that can be used.", "warning")
    who = "the others" if undefined else "they"
    return Caveat("attrition", text, f"If {who} left because it did not work, what is left looks better than it was.", "warning")


def _undefined(model_frame: ModelFrame) -> int:
    """Patients without an outcome who would have none had they been seen."""
    s, base = model_frame.setting, model_frame.setting.cohort.baseline
    defined = {"response": s.rule.defined(base), "improvement": base > 0}.get(model_frame.model.outcome)
    return 0 if defined is None else s.n(_isnan(model_frame) & ~defined)


def not_multivariable(error: NotComputable) -> Caveat:
    """All predictors at once could not be fitted; one at a time could."""
    return Caveat(
        "no-joint-model", f"All predictors at once cannot be fitted: {error.found}. Only one at a time is shown.", error.fix, "warning"
    )


def beyond_all(means: Sequence[dict], measure: Measure) -> Caveat | None:
    """Mean improvements, or their limits, above the 100 % that a score can fall by; one that rises has no such end."""
    if measure.higher_is_better:
        return None
    who = list(dict.fromkeys(str(m["group1_level"]) for m in means if m["estimate"] > 100 or m["high"] > 100))
    if not who:
        return None
    return Caveat(
        "beyond-all",
        f"A mean improvement or its interval goes beyond 100 % in {first_of(who)}. Nobody can improve by more; the model is linear "
        "and does not know the end.",
        "Read such a limit as 100 %.",
    )
