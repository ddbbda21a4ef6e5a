"""The model plan: which outcome, which predictors, and how they enter a regression."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from aadash.candidates import BELOW_TOTAL, FOUR_YEARS, PRESPECIFIED, four_years, many_numbers, title, unit
from aadash.cohort import Cohort
from aadash.errors import AadashError, PlanError
from aadash.filters import (
    BASELINE,
    baseline_values,
    is_numeric,
    level_text,
)
from aadash.levels import column_of
from aadash.predictor import Predictor as Predictor
from aadash.serial import convert, decode, in_words, shown

#: What is explained → how it reads on screen.
OUTCOMES: dict[str, str] = {
    "response": "Response (the endpoint)",
    "improvement": "Improvement in SALT (%)",
    "salt": "SALT itself, adjusted for baseline",
}


def outcome_words(outcome: str, score: str) -> str:
    """One of :data:`OUTCOMES` as it reads on screen, for the measure that is analysed."""
    return OUTCOMES[outcome].replace("SALT", score)


#: How a yes/no outcome is fitted.
ESTIMATORS: dict[str, str] = {
    "auto": "Firth below ten events a parameter, else maximum likelihood",
    "firth": "Firth's penalised likelihood",
    "ml": "Maximum likelihood",
}
#: What happens to a patient without a value of a predictor.
MISSING_PREDICTORS: dict[str, str] = {
    "complete": "Left out (complete cases)",
    "impute": "Multiple imputation (chained equations)",
}
#: How stepwise selection decides.
CRITERIA: dict[str, str] = {"aic": "AIC", "p": "p < 0.05"}


@dataclass(frozen=True)
class ModelPlan:
    """Every choice behind a model that the analysis plan does not make. Frozen; equal plans give equal answers.

    Attributes
    ----------
    outcome
        One of :data:`OUTCOMES`. Endpoint, week and missing rule are the analysis plan's.
    predictors
        What explains it, in the order of the table; no column twice.
    estimator
        One of :data:`ESTIMATORS`; a yes/no outcome only.
    missing
        One of :data:`MISSING_PREDICTORS`.
    imputations
        Completed data sets, 2 to 200.
    criterion
        One of :data:`CRITERIA`: what stepwise selection minimises or obeys.
    resamples
        Bootstrap resamples, 20 to 5000.
    seed
        Of imputation, cross-validation and bootstrap: equal seeds give equal answers.
    """

    outcome: str = "response"
    predictors: tuple[Predictor, ...] = ()
    estimator: str = "auto"
    missing: str = "complete"
    imputations: int = 20
    criterion: str = "aic"
    resamples: int = 200
    seed: int = 20250117

    def __post_init__(self) -> None:
        for name, allowed in {
            "outcome": OUTCOMES,
            "estimator": ESTIMATORS,
            "missing": MISSING_PREDICTORS,
            "criterion": CRITERIA,
        }.items():
            if getattr(self, name) not in allowed:
                raise PlanError(f"{name} is {getattr(self, name)!r}", expected="one of " + ", ".join(allowed))
        for name, (low, high) in {"imputations": (2, 200), "resamples": (20, 5000), "seed": (0, 2**32 - 1)}.items():
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
                raise PlanError(f"{name} is {value!r}", expected=f"a whole number from {low} to {high}")
        twice = [column for column, n in Counter(p.column for p in self.predictors).items() if n > 1]
        if twice:
            raise PlanError(f"The predictor {twice[0]!r} is named more than once", expected="each column once")

    def replace(self, **changes: Any) -> ModelPlan:
        """A copy with some choices changed."""
        return replace(self, **changes)

    def predictor(self, column: str) -> Predictor | None:
        """The predictor of this column, or None."""
        return next((p for p in self.predictors if p.column == column), None)

    @classmethod
    def prespecified(cls, cohort: Cohort) -> ModelPlan:
        """The Tohoku predictors as far as ``cohort`` has them, with that study's cuts.

        Disease duration is cut at 4 years: at 48 where the column's name says months, and kept uncut where the name says
        neither. Baseline SALT is cut at 95 (another measure is not cut). Age enters per ten years.
        """
        chosen = []
        for role in PRESPECIFIED:
            column = role if role == BASELINE else cohort.role(role)
            if column is None or column not in (BASELINE, *cohort.baseline_columns):
                continue
            numeric = role == BASELINE or is_numeric(cohort.patients[column])
            if role == "duration" and numeric:
                chosen.append(Predictor(role, cut=four_years(str(column))))
            elif role == BASELINE:
                severity = cohort.severity_measure
                chosen.append(Predictor(role, cut=BELOW_TOTAL) if severity.name == "SALT" else Predictor(role, per=severity.stride))
            else:
                chosen.append(Predictor(role, per=10.0 if role == "age" and numeric else 1.0))
        return cls(predictors=tuple(chosen))

    def in_units_of(self, cohort: Cohort) -> ModelPlan:
        """This plan, chosen for ``cohort``, with the unit of each time said, so that it means the same for a file in another one."""
        return self.replace(predictors=tuple(replace(p, unit=unit(cohort, p.column)) for p in self.predictors))

    def resolved_for(self, cohort: Cohort) -> tuple[ModelPlan, list[str]]:
        """This plan with what ``cohort`` does not have taken out, and a sentence for each such change."""
        notes, kept = [], []
        for one in self.predictors:
            try:
                series = baseline_values(cohort, one.column)
            except PlanError as error:
                notes.append(f"{error.found}; the predictor is left out.")
                continue
            brought = one
            one, said = one.in_unit(unit(cohort, one.column))
            notes += [said] if said else []
            usual = four_years(column_of(str(cohort.role(one.column)))) if one.column == "duration" and not brought.unit else None
            if usual is not None and one.cut in FOUR_YEARS.values() and one.cut != usual:  # brought from a file in the other unit
                notes.append(f"The cut of {one.cut:g} was four years in another file; in this one they are {usual:g}.")
                one = replace(one, cut=usual)
            if not brought.unit and one.unit and one.cut is not None and is_numeric(series) and not (series > one.cut).any():
                notes.append(
                    f"Nobody in this file has {title(cohort, one.column)} above {one.cut:g} {one.unit}; the cut may be from a file in "
                    "another unit."
                )
            if one.cut is not None and not is_numeric(series):
                notes.append(f"The column {one.column!r} is not a number and cannot be cut; its levels are used.")
                one = replace(one, cut=None, reference=None)
            if (
                one.cut is None
                and one.reference is not None
                and (many_numbers(cohort, one.column) or one.reference not in {level_text(v) for v in series.dropna()})
            ):
                notes.append(f"The column {one.column!r} has no level {one.reference!r}; the default reference is used.")
                one = replace(one, reference=None)
            kept.append(one)
        return self.replace(predictors=tuple(kept)), notes

    # --- to and from JSON and the address bar -------------------------------------------------------------------
    def to_dict(self) -> dict[str, Any]:
        """Plain data: only what differs from the default, so that a link stays short."""
        plain = ModelPlan()
        out = {
            f.name: getattr(self, f.name)
            for f in fields(self)
            if f.name != "predictors" and getattr(self, f.name) != getattr(plain, f.name)
        }
        return out | ({"predictors": [p.to_dict() for p in self.predictors]} if self.predictors else {})

    def to_json(self) -> str:
        """The plan as compact JSON text, which is also its form in the address bar."""
        return json.dumps(self.to_dict(), ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> tuple[ModelPlan, list[str]]:
        """A plan from plain data, and one sentence for every entry that was unknown or broken (it takes its default)."""
        plan, notes = cls(), []
        known = {f.name for f in fields(cls)}
        for key, raw in data.items():
            if key not in known:
                notes.append(f"The model's entry {shown(key)} is not known and was left out.")
                continue
            try:
                changes: dict[str, Any] = {key: _parse(key, raw)}
                plan = replace(plan, **changes)
            except (ValueError, AadashError) as error:
                reason = error.expected if isinstance(error, AadashError) and error.expected else "a value that fits"
                notes.append(f"The model's {key} {shown(raw)} cannot be used (expected {reason}); the default is used instead.")
        return plan, notes

    @classmethod
    def from_json(cls, text: str | bytes) -> tuple[ModelPlan, list[str]]:
        """A plan from JSON text, or from the bytes of a file. Raises PlanError when that is not a JSON object."""
        try:
            data = decode(text)
        except ValueError as error:
            raise PlanError(f"The model is not JSON ({error})", expected='an object such as {"predictors":["sex","age"]}') from error
        if not isinstance(data, dict):
            raise PlanError("The model is not a JSON object", expected='an object such as {"predictors":["sex","age"]}')
        return cls.from_dict(data)


def _parse(key: str, raw: Any) -> Any:
    if key == "predictors":
        return _predictors(raw)
    try:
        return convert(raw, _KINDS[key])
    except ValueError as error:
        raise PlanError(f"{key} is {shown(raw)}", expected=in_words(_KINDS[key])) from error


def _predictors(raw: Any) -> tuple[Predictor, ...]:
    if not isinstance(raw, Sequence) or isinstance(raw, str):
        raise PlanError("predictors is not a list", expected="a list of predictors")
    return tuple(p if isinstance(p, Predictor) else Predictor.from_dict(p) for p in raw)


#: Field → the type of its value.
_KINDS = get_type_hints(ModelPlan)
