"""The model plan: which outcome, which predictors, and how they enter a regression."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, get_type_hints

from aadash.cohort import Cohort
from aadash.errors import AadashError, PlanError
from aadash.filters import (
    BASELINE,
    baseline_values,
    baselines,
    column_values,
    is_measured,
    is_numeric,
    level_text,
    own_baselines,
    second_readings,
)
from aadash.levels import column_of, readable
from aadash.predictor import Predictor as Predictor
from aadash.serial import convert, decode, in_words, shown
from aadash.subtypes import subtype_among, unit_of_time

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
#: A column with more levels than this is no predictor.
MAX_LEVELS = 12
#: Levels that read as "without" and are compared with first, when no reference is chosen.
PLAIN_LEVELS = ("no", "none", "never", "absent", "0", "false", "male", "m", "patchy")
#: The same in Korean and Japanese files.
_PLAIN_WORDS = ("없음", "무", "아니오", "なし", "無", "無し", "いいえ", "남", "남자", "남성", "男", "男性")

#: The predictors of the Tohoku study (Wada-Irimada et al. 2025, doi:10.1111/1346-8138.17641), by role.
_PRESPECIFIED = ("subtype", "sex", "age", "duration", "atopic_dermatitis", "ivmp", "eyebrow", "eyelash", BASELINE)
#: Its cuts: at most four years of disease, baseline SALT at most 95.
_SHORT_YEARS, _BELOW_TOTAL = 4.0, 95.0


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
        for role in _PRESPECIFIED:
            column = role if role == BASELINE else cohort.role(role)
            if column is None or column not in (BASELINE, *cohort.baseline_columns):
                continue
            numeric = role == BASELINE or is_numeric(cohort.patients[column])
            if role == "duration" and numeric:
                chosen.append(Predictor(role, cut=four_years(str(column))))
            elif role == BASELINE:
                severity = cohort.severity_measure
                chosen.append(Predictor(role, cut=_BELOW_TOTAL) if severity.name == "SALT" else Predictor(role, per=severity.stride))
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
            if usual is not None and one.cut in _FOUR_YEARS.values() and one.cut != usual:  # brought from a file in the other unit
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


#: Four years in each unit.
_FOUR_YEARS = {"months": 12 * _SHORT_YEARS, "years": _SHORT_YEARS}


def four_years(column: str) -> float | None:
    """Four years in the unit that a column's name says: 4, 48 for months, None where it says neither."""
    return _FOUR_YEARS.get(unit_of_time(column))


def many_numbers(cohort: Cohort, column: str) -> bool:
    """True for a column of measured numbers with more than two values: it can be kept as numbers, or cut."""
    return is_measured(cohort, column, column_values(cohort, column))


def default_reference(levels: Sequence[str]) -> str:
    """The level that others are compared with: the one that reads as "without", else the first."""
    for plain in PLAIN_LEVELS:
        for level in levels:
            if level.strip().lower() == plain:
                return level
    for level in levels:
        if subtype_among(level, levels) == "patchy" or level.strip() in _PLAIN_WORDS:
            return level
    return levels[0]


def candidates(cohort: Cohort) -> dict[str, str]:
    """Name → title of everything that can be a predictor, known roles first.

    A column of text needs two to :data:`MAX_LEVELS` levels; a column of numbers, two values.
    """
    out: dict[str, str] = {}
    by_column = {column: role for role, column in cohort.roles.items()}
    names = [r for r in _PRESPECIFIED if r == BASELINE or cohort.roles.get(r) in cohort.baseline_columns]
    again = set(second_readings(cohort))
    names += [by_column.get(str(c), cohort.key_of(str(c))) for c in cohort.baseline_columns if c not in again]
    names += [name for name in own_baselines(cohort) if name != BASELINE]
    for name in dict.fromkeys(names):
        series = column_values(cohort, name)
        different = series.nunique()
        if different >= 2 and (different <= MAX_LEVELS or is_measured(cohort, name, series)):
            out[name] = title(cohort, name)
    return out


def unit(cohort: Cohort, column: str) -> str:
    """ "years" or "months" where the column's own name (or, for an age, the role) says so, else ""."""
    return unit_of_time(str(cohort.role(column) or column)) or ("years" if column in ("age", "age_at_onset") else "")


def per_so_many(per: float, measure: str) -> str:
    """ "per year", "per 10 years", "per unit", "per 10": how much more the estimate of a column of numbers is about."""
    if per == 1:
        return {"": "per unit", "years": "per year", "months": "per month"}.get(measure) or f"per {measure.removesuffix('s')}"
    if measure == "years":
        return f"per {per:g} years"
    return f"per {per:g} months" if measure == "months" else f"per {per:g} {measure}".strip()


#: Names of roles where the role's own name would not read well.
TITLES = {
    "subtype": "AA subtype",
    "sex": "Sex",
    "age": "Age",
    "duration": "Disease duration",
    "ivmp": "IVMP history",
    "atopic_dermatitis": "Atopic dermatitis",
    "eyebrow": "Eyebrow ClinRO",
    "eyelash": "Eyelash ClinRO",
}


def title(cohort: Cohort, column: str) -> str:
    """A predictor's name as printed: known roles in words, other columns as the file has them, "_" as a space."""
    if column in TITLES:
        return TITLES[column]
    if column in baselines(cohort) and column not in cohort.baseline_columns:
        return f"Baseline {baselines(cohort)[column]}"
    role = next((r for r, c in cohort.roles.items() if c == column and r in TITLES), None)
    return TITLES[role] if role and _says(role, column) else readable(column_of(column))


#: Roles whose title names a drug or an instrument, and how a column that says so is called: a “pulse” may be another drug's.
_BY_NAME = {"ivmp": r"ivmp|methylpred|메틸프레드|メチルプレド", "eyebrow": r"clinro", "eyelash": r"clinro"}


def _says(role: str, column: str) -> bool:
    return role not in _BY_NAME or re.search(_BY_NAME[role], column.lower()) is not None


#: Field → the type of its value.
_KINDS = get_type_hints(ModelPlan)
