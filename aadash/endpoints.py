"""Responder rules of each measure: how they are written, and which are offered.

A rule is an :class:`Endpoint`: an object that knows its own words, who can meet it, and who does. Nothing outside of
``aadash/responder_rules.py`` and this module asks what kind of rule it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import numpy as np

from aadash.cohort import Cohort
from aadash.errors import CohortError, PlanError
from aadash.measure import SALT, Measure
from aadash.measures import known, measure_called
from aadash.responder_rules import SLACK, Endpoint, PercentImprovement, PointsImprovement, Reached, ReachedGrade, SaltGrade

__all__ = [
    "ENDPOINTS",
    "MISSING_RULES",
    "SLACK",
    "Endpoint",
    "endpoint",
    "endpoints_of",
    "filled",
    "offered",
    "own_rules",
    "responses",
    "usual",
    "visit_responses",
]

#: The endpoints of SALT, in the order of every table.
ENDPOINTS: dict[str, Endpoint] = {
    rule.name: rule
    for rule in (
        *(PercentImprovement(SALT, float(t)) for t in (30, 50, 75, 90, 100)),
        Reached(SALT, 20.0),
        Reached(SALT, 10.0),
    )
}
#: Offered for SALT as well, but in no table unless it is chosen.
_SALT_GRADE = SaltGrade(SALT, 1.0, gain=2.0)

_NUMBER = r"(\d+(?:\.\d+)?)"
_OF = r"(?=.*[^\W\d_])(.+?)"
#: How the rule after a measure's name is written → what it is.
_WRITTEN: tuple[tuple[re.Pattern, Callable[..., Endpoint]], ...] = (
    (re.compile(rf"{_OF} ?{_NUMBER}%"), lambda m, t: PercentImprovement(m, t)),
    (re.compile(rf"{_OF} ?<={_NUMBER}\+{_NUMBER}"), lambda m, t, gain: ReachedGrade(m, t, gain)),
    (re.compile(rf"{_OF} ?<={_NUMBER}"), lambda m, t: Reached(m, t)),
    (re.compile(rf"{_OF} ?>={_NUMBER}"), lambda m, t: Reached(_higher(m), t)),
    (re.compile(rf"{_OF} ?\+{_NUMBER}"), lambda m, t: PointsImprovement(m, t)),
)

#: Missing rule → how it reads on screen.
MISSING_RULES: dict[str, str] = {
    "observed": "Observed cases: a missing visit is left out of that visit",
    "complete": "Complete cases: only patients with a score at every visit",
    "nri": "Non-responder imputation: a missing visit is no response",
    "locf": "Last observation carried forward",
    "mixed": "Mixed model: use every score recorded",
}


def _higher(measure: Measure) -> Measure:
    return measure if known(measure.name) else replace(measure, better="higher")


@lru_cache(maxsize=512)
def endpoint(name: str, measure: Measure | None = None) -> Endpoint:
    """The endpoint called ``name``, of ``measure`` where that is given.

    SALT's are those of :data:`ENDPOINTS` ("SALT75", "SALT<=20") and "SALT AA-IGA<=1+2". Of any other measure, after its name:
    "PASI 75%" is at least 75 % improvement, "DLQI <=5" (or ">=", where higher is better) a value reached, "DLQI +4" at least
    4 points' improvement, "Eyebrow ClinRO <=1+2" 0 or 1 with at least 2 points' improvement. "≤" and "≥" are understood.

    A percentage may be asked of every measure: "SALT75" of PASI is "PASI 75%". Raises PlanError for any other rule of another
    measure, and for what is no rule.
    """
    plain = name.replace("≤", "<=").replace("≥", ">=").strip()
    found = ENDPOINTS.get(plain.replace(" ", "").upper()) or (_SALT_GRADE if plain == _SALT_GRADE.name else None)
    if found is None:
        found = _written(plain)
    return found if measure is None else found.of(measure)


def _written(text: str) -> Endpoint:
    for pattern, make in _WRITTEN:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        of, *numbers = match.groups()
        if of == SALT.name:
            break
        try:
            return make(measure_called(of), *map(float, numbers))
        except CohortError:
            break
    raise PlanError(f"There is no endpoint called {text!r}", expected="one of " + ", ".join(ENDPOINTS))


def endpoints_of(measure: Measure) -> dict[str, Endpoint]:
    """Name → endpoint of a measure: those of every table, the usual one among them; percentages rise."""
    if measure.name == SALT.name:
        return {name: rule.of(measure) for name, rule in ENDPOINTS.items()}
    rules = [endpoint(f"{measure.name} {rule}", measure) for rule in measure.rules]
    rising = iter(sorted((rule for rule in rules if rule.relative), key=lambda rule: rule.threshold))
    return {rule.name: rule for rule in (next(rising) if rule.relative else rule for rule in rules)}


def offered(measure: Measure) -> dict[str, Endpoint]:
    """:func:`endpoints_of`, and what else a menu offers."""
    more = {_SALT_GRADE.name: _SALT_GRADE} if measure.name == SALT.name else {}
    return endpoints_of(measure) | more


def own_rules(measure: Measure) -> dict[str, Callable[[float], str]]:
    """What a menu calls a rule whose number the user sets → the endpoint's name for a number. None for SALT, whose endpoints
    are agreed upon, and for scales of few grades, which have a rule for each already."""
    if measure.name == SALT.name or measure.high - measure.low <= 4:
        return {}
    sign = ">=" if measure.higher_is_better else "<="
    return {
        f"Own: {'at least' if measure.higher_is_better else 'at most'} …": lambda t: f"{measure.name} {sign}{t:.6g}",
        "Own: percent improvement …": lambda t: f"{measure.name} {t:.6g}%",
    }


def usual(measure: Measure) -> Endpoint:
    """The endpoint of a measure that a plan has when nobody chose one."""
    return ENDPOINTS["SALT75"].of(measure) if measure.name == SALT.name else endpoint(f"{measure.name} {measure.rules[0]}", measure)


def filled(cohort: Cohort, rule: str) -> tuple[np.ndarray, np.ndarray]:
    """SALT under a missing rule, and which cells were filled.

    Returns
    -------
    values : float array (patients, weeks)
        "locf" fills a missing visit with the patient's last observation *after* baseline; baseline itself is never
        carried forward and nothing is filled before the first visit made. "complete" blanks every visit of a patient
        who misses one. "observed", "nri" and "mixed" leave the matrix as it is: NRI touches responder endpoints only.
    imputed : bool array (patients, weeks)
        True where a value was filled in.
    """
    values = cohort.values
    imputed = np.zeros(values.shape, dtype=bool)
    if rule == "complete":
        complete = ~np.isnan(values).any(axis=1)
        return np.where(complete[:, None], values, np.nan), imputed
    if rule == "locf":
        out = values.copy()
        for j in range(2, values.shape[1]):
            gap = np.isnan(out[:, j]) & ~np.isnan(out[:, j - 1])
            out[gap, j] = out[gap, j - 1]
            imputed[gap, j] = True
        return out, imputed
    return values, imputed


def responses(cohort: Cohort, rule: Endpoint, missing: str) -> tuple[np.ndarray, np.ndarray]:
    """Responder status of every patient at every week, and which cells were imputed.

    A patient without a baseline SALT is enrolled for no response, whatever the endpoint and the rule: NaN at every week, so that
    the rules share one set of patients. Under "nri" a missing visit after baseline counts as no response, if the endpoint is
    defined for the patient (baseline known and, for a percentage, above 0). Shapes (patients, weeks); column 0 (baseline) is
    returned too.
    """
    values, imputed = filled(cohort, missing)
    known = ~np.isnan(cohort.baseline)
    status = np.where(known[:, None], rule.response(cohort.baseline, values), np.nan)
    imputed = imputed & ~np.isnan(status)
    if missing == "nri":
        gap = np.isnan(values) & rule.defined(cohort.baseline)[:, None]
        gap[:, 0] = False
        status = np.where(gap, 0.0, status)
        imputed = gap
    return status, imputed


def visit_responses(
    rule: Endpoint, missing: str, baseline: np.ndarray, values: np.ndarray, imputed: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """:func:`responses` at one week after baseline: arrays of one length, ``values`` under the missing rule."""
    known = ~np.isnan(baseline)
    status = np.where(known, rule.response(baseline, values), np.nan)
    if missing != "nri":
        return status, imputed & ~np.isnan(status)
    gap = np.isnan(values) & rule.defined(baseline)
    return np.where(gap, 0.0, status), gap
