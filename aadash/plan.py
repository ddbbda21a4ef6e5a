"""The analysis plan: the whole set of choices that a screen shows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any, get_type_hints

from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES, Endpoint, endpoint, offered, usual
from aadash.errors import AadashError, PlanError
from aadash.filters import Filter, apply, column_values, mask
from aadash.measure import SALT, Measure
from aadash.serial import convert, decode, in_words, shown
from aadash.strata import BUILT_IN, MAX_LEVELS, Strata, split

#: The highest place where a baseline may be cut; no scale of :mod:`aadash.measure` goes so far.
MAX_CUT = 1000.0

#: What a plan says where no column is the treatment arm.
NO_ARM = "none"

#: How p-values of one question are adjusted over its visits.
MULTIPLICITY = {
    "holm": "Holm",
    "hochberg": "Hochberg",
    "bonferroni": "Bonferroni",
    "bh": "Benjamini–Hochberg (false discovery rate)",
    "none": "None",
}


@dataclass(frozen=True)
class AnalysisPlan:
    """Every choice behind a number. Frozen; equal plans give equal answers.

    Attributes
    ----------
    stratifier
        "severity", "subtype", "sex", "trial_severity", "none", or the name of a column.
    severity_cut
        Baseline SALT that separates Group A (above) from Group B (at or below).
    column_cut
        Where a numeric stratifier is cut; None for its median.
    endpoint
        A responder rule as :func:`aadash.endpoints.endpoint` reads it; see :meth:`rule`.
    week
        The week in question; None for the last one of the cohort.
    missing
        One of :data:`aadash.endpoints.MISSING_RULES`.
    alpha
        Two-sided error; intervals have level 1 − alpha.
    multiplicity
        Adjustment over the visits of one question: one of :data:`MULTIPLICITY`.
    filters
        Who is included.
    measure
        Which measure is analysed; None for SALT if it is recorded with a baseline, else the one that the cohort came with.
    arm
        Which column is the treatment arm: its name, "none" for none, None where nobody has said so (:mod:`aadash.arms`). It changes
        no number; it says what a comparison can mean.
    """

    stratifier: str = "severity"
    severity_cut: float = 50.0
    column_cut: float | None = None
    endpoint: str = "SALT75"
    week: int | None = None
    missing: str = "observed"
    alpha: float = 0.05
    multiplicity: str = "holm"
    filters: tuple[Filter, ...] = ()
    measure: str | None = None
    arm: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "endpoint", endpoint(self.endpoint).name)
        for name, (low, high) in {"severity_cut": (0, MAX_CUT), "alpha": (0.0001, 0.5)}.items():
            if not low <= getattr(self, name) <= high:
                raise PlanError(f"{name} is {getattr(self, name)}", expected=f"a number from {low:g} to {high:g}")
        for name, allowed in {"missing": MISSING_RULES, "multiplicity": MULTIPLICITY}.items():
            if getattr(self, name) not in allowed:
                raise PlanError(f"{name} is {getattr(self, name)!r}", expected="one of " + ", ".join(allowed))

    @property
    def level(self) -> float:
        """Confidence level of every interval."""
        return 1.0 - self.alpha

    def replace(self, **changes: Any) -> AnalysisPlan:
        """A copy with some choices changed."""
        return replace(self, **changes)

    def included(self, cohort: Cohort) -> Cohort:
        """The patients whom this plan includes, with the measure that it analyses. Raises CohortError when that is nobody, or
        for a measure that is not recorded."""
        return self.measured(apply(cohort, self.filters))

    def measured(self, cohort: Cohort) -> Cohort:
        """All of ``cohort`` with the measure that this plan analyses. Raises CohortError for one that is not recorded."""
        name = self.measure or (SALT.name if SALT.name in cohort.analysable else cohort.score)
        return cohort.analysing(name)

    def rule(self, cohort: Cohort) -> Endpoint:
        """The endpoint for the measure that ``cohort`` analyses: a percentage is one of any measure, so that "SALT75" is 75 %
        improvement in PASI there. Raises PlanError for a rule of another measure alone."""
        return endpoint(self.endpoint, cohort.measure)

    def named_for(self, cohort: Cohort) -> AnalysisPlan:
        """This plan with its endpoint under the name that it has for the measure analysed: the same plan, and the same answers."""
        try:
            rule = self.rule(self.measured(cohort))
        except AadashError:
            return self
        return self if rule.name == self.endpoint else self.replace(endpoint=rule.name)

    def strata(self, cohort: Cohort) -> Strata:
        """The cohort split as this plan says; not split where everybody is in one level."""
        return split(cohort, self.stratifier, self.severity_cut, self.column_cut).in_use()

    def at_week(self, cohort: Cohort) -> int:
        """The week in question for this cohort: ``week``, or the last scheduled one. Raises PlanError."""
        cohort = self.measured(cohort)
        if self.week is None:
            return cohort.weeks[-1]
        if self.week not in cohort.weeks:
            raise PlanError(
                f"This cohort has no visit at week {self.week}", expected="one of weeks " + ", ".join(map(str, cohort.weeks))
            )
        return self.week

    def resolved_for(self, cohort: Cohort) -> tuple[AnalysisPlan, list[str]]:
        """This plan with what ``cohort`` does not have put back to its default, and a sentence for each such change."""
        plan, notes = self, []
        if plan.measure is not None and plan.measure not in cohort.analysable:
            notes.append(
                f"{plan.measure} is not recorded with a baseline; {plan.replace(measure=None).measured(cohort).score} is analysed."
            )
            plan = plan.replace(measure=None)
        everyone, cohort = cohort, plan.measured(cohort)
        plan, said = plan._endpoint_for(cohort.measure)
        notes += said
        severity = cohort.severity_measure
        if severity.name != SALT.name and plan.severity_cut == type(self)().severity_cut:
            usual = min(cohort.usual_cut, MAX_CUT)
            news, plan = usual != plan.severity_cut, plan.replace(severity_cut=usual)
            if news and severity.cut is None and plan.stratifier == "severity":
                notes.append(
                    f"No publication cuts {severity.name} into better and worse, so Group A is a baseline above the median of these "
                    f"patients, {plan.severity_cut:g}: the better half."
                    if severity.higher_is_better
                    else f"No publication cuts {severity.name} into more and less severe, so Group A is a baseline above the median "
                    f"of these patients, {plan.severity_cut:g}."
                )
        elif not severity.low <= plan.severity_cut <= severity.high:
            cut = min(cohort.usual_cut, MAX_CUT)
            notes.append(f"A cut at {plan.severity_cut:g} is outside {severity.name} ({severity.span}); {cut:g} is used instead.")
            plan = plan.replace(severity_cut=cut)
        if plan.stratifier not in BUILT_IN or plan.stratifier == "trial_severity":
            try:
                plan.strata(cohort)
            except PlanError as error:
                notes.append(f"{error.found}; the cohort is split by severity group instead.")
                plan = plan.replace(stratifier="severity", column_cut=None)
        if plan.week is not None and plan.week not in (cohort.followup_weeks or cohort.weeks):
            notes.append(f"There is no follow-up visit at week {plan.week}; the last visit, week {cohort.weeks[-1]}, is used instead.")
            plan = plan.replace(week=None)
        if plan.arm not in (None, NO_ARM) and everyone.role(plan.arm) is None:  # type: ignore[arg-type]
            notes.append(f"There is no column {plan.arm!r}, so no column is taken for the treatment arm.")
            plan = plan.replace(arm=None)
        kept = []
        for one in plan.filters:
            try:
                mask(everyone, one)
                kept.append(one)
            except PlanError as error:
                notes.append(f"{error.found}; the filter “{one.label(severity.name)}” is left out.")
        return plan.replace(filters=tuple(kept)), notes

    def _endpoint_for(self, measure: Measure) -> tuple[AnalysisPlan, list[str]]:
        """This plan with an endpoint that is offered for ``measure`` or was chosen for it, and a sentence where one was lost."""
        plain = usual(measure)
        if self.endpoint == type(self)().endpoint:  # nobody chose it
            return self.replace(endpoint=plain.name), []
        try:
            rule = endpoint(self.endpoint, measure)
            if rule.name == self.endpoint or rule.name in offered(measure):
                return self.replace(endpoint=rule.name), []
        except PlanError:
            pass
        lost = endpoint(self.endpoint)
        said = f"{lost.symbol} is no endpoint of {measure.name}; {plain.symbol} is used instead."
        return self.replace(endpoint=plain.name), [said]

    def shareable(self, cohort: Cohort | None) -> AnalysisPlan:
        """This plan without the filters that could name a patient: those by code, and those by the text of a column with
        more than :data:`aadash.strata.MAX_LEVELS` different values, which may be initials or dates."""

        def safe(one: Filter) -> bool:
            if one.levels is None or one.names_patients or cohort is None:
                return not one.names_patients
            return column_values(cohort, one.column).nunique() <= MAX_LEVELS

        return self.replace(filters=tuple(f for f in self.filters if safe(f)))

    # --- to and from JSON and the address bar -------------------------------------------------------------------
    def to_dict(self) -> dict[str, Any]:
        """Plain data, every choice spelled out."""
        return {**asdict(self), "filters": [f.to_dict() for f in self.filters]}

    def to_json(self) -> str:
        """The plan as JSON text."""
        return self._json

    @cached_property
    def _json(self) -> str:
        return json.dumps(self.to_dict(), indent=2, ensure_ascii=False)

    def to_params(self) -> dict[str, str]:
        """The plan as URL parameters: only what differs from the default, so that a link stays short."""
        out, plain = {}, AnalysisPlan()
        for field in fields(self):
            value = getattr(self, field.name)
            if value == getattr(plain, field.name):
                continue
            if field.name == "filters":
                out["filters"] = json.dumps([f.to_dict() for f in value], ensure_ascii=False, separators=(",", ":"))
            else:
                out[field.name] = _short(value) if isinstance(value, float) else str(value)
        return out

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> tuple[AnalysisPlan, list[str]]:
        """A plan from plain data (JSON, or URL parameters as text).

        Returns the plan and one sentence for every entry that was unknown or broken; such an entry takes its default,
        so a stale link still opens.
        """
        plan, notes = cls(), []
        known = {f.name for f in fields(cls)}
        for key, raw in data.items():
            if key not in known:
                notes.append(f"The plan's entry {shown(key)} is not known and was left out.")
                continue
            try:
                plan = replace(plan, **{key: _parse(key, raw)})
            except (ValueError, AadashError) as error:
                default = getattr(cls(), key)
                usual = "none" if default in (None, ()) else default
                reason = error.expected if isinstance(error, AadashError) and error.expected else "a value that fits"
                notes.append(
                    f"The plan's {key.replace('_', ' ')} {shown(raw)} cannot be used (expected {reason}); "
                    f"the default ({usual}) is used instead."
                )
        return plan, notes

    @classmethod
    def from_json(cls, text: str | bytes) -> tuple[AnalysisPlan, list[str]]:
        """A plan from JSON text, or from the bytes of a file. Raises PlanError when that is not a JSON object."""
        try:
            data = decode(text)
        except ValueError as error:
            raise PlanError(f"The plan is not JSON ({error})", expected="an object such as " + cls().to_json()) from error
        if not isinstance(data, dict):
            raise PlanError("The plan is not a JSON object", expected="an object such as " + cls().to_json())
        return cls.from_dict(data)

    from_params = from_dict


def _short(value: float) -> str:
    """The shortest text that reads back as the same number: "50", not "50.0"."""
    text = f"{value:g}"
    return text if float(text) == value else repr(float(value))


def _parse(key: str, raw: Any) -> Any:
    if key == "filters":
        items = decode(raw) if isinstance(raw, str) else raw
        if not isinstance(items, (list, tuple)):
            raise PlanError("filters is not a list", expected="a list of filters")
        return tuple(i if isinstance(i, Filter) else Filter.from_dict(i) for i in items)
    kind = _KINDS[key]
    if isinstance(raw, str) and raw in ("", "None") and kind not in (str, float):
        return None
    try:
        return convert(raw, kind, from_text=True)
    except ValueError as error:
        raise PlanError(f"{key} is {shown(raw)}", expected="a whole number of weeks" if key == "week" else in_words(kind)) from error


#: Field → the type of its value.
_KINDS = get_type_hints(AnalysisPlan)
