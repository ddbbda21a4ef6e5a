"""Responder rules of alopecia areata, and what a missing visit counts as."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.cohort import Cohort
from aadash.errors import PlanError

#: A percentage is compared after this much slack, so that 40.4 → 10.1 is the 75 % that it is on paper and not the
#: 74.99999999999999 that binary fractions make of it. SALT is recorded to 0.1; no true difference is this small.
SLACK = 1e-9


@dataclass(frozen=True)
class Endpoint:
    """A responder rule at one visit.

    ``kind`` "improvement": SALT fell by at least ``threshold`` percent of baseline; undefined (NaN) where baseline is
    0 or missing. ``kind`` "absolute": SALT is at most ``threshold``, whatever it was at baseline.
    """

    name: str
    kind: str
    threshold: float

    @property
    def label(self) -> str:
        """The rule in words."""
        if self.kind == "absolute":
            return f"SALT of {self.threshold:g} or less"
        return f"at least {self.threshold:g} % improvement from baseline"

    @property
    def symbol(self) -> str:
        """The name as printed on screen ("SALT≤20")."""
        return self.name.replace("<=", "≤")

    def response(self, baseline: np.ndarray, values: np.ndarray) -> np.ndarray:
        """1.0 for a responder, 0.0 for none, NaN where it is undefined or not observed.

        ``baseline`` has shape (patients,), ``values`` (patients, visits) or (patients,); the answer that of ``values``.
        """
        if self.kind == "absolute":
            hit = values <= self.threshold + SLACK
            defined = ~np.isnan(values)
        else:
            base = baseline if values.ndim == 1 else baseline[:, None]
            with np.errstate(invalid="ignore", divide="ignore"):
                improvement = 100.0 * (base - values) / base
            hit = improvement >= self.threshold - SLACK
            defined = ~np.isnan(values) & (base > 0)
        return np.where(defined, hit.astype(float), np.nan)


ENDPOINTS: dict[str, Endpoint] = {
    e.name: e
    for e in (
        *(Endpoint(f"SALT{t}", "improvement", float(t)) for t in (30, 50, 75, 90, 100)),
        Endpoint("SALT<=20", "absolute", 20.0),
        Endpoint("SALT<=10", "absolute", 10.0),
    )
}

#: Missing rule → how it reads on screen.
MISSING_RULES: dict[str, str] = {
    "observed": "Observed cases: a missing visit is left out of that visit",
    "complete": "Complete cases: only patients with every visit",
    "nri": "Non-responder imputation: a missing visit is no response",
    "locf": "Last observation carried forward",
    "mixed": "Mixed model: use every visit that was made",
}


def endpoint(name: str) -> Endpoint:
    """The endpoint called ``name`` ("SALT75", "SALT<=20"; "≤" is understood). Raises PlanError."""
    found = ENDPOINTS.get(name.replace("≤", "<=").replace(" ", "").upper())
    if found is None:
        raise PlanError(f"There is no endpoint called {name!r}", expected="one of " + ", ".join(ENDPOINTS))
    return found


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
    imputed = imputed & known[:, None]
    if missing == "nri":
        defined = (cohort.baseline > 0) if rule.kind == "improvement" else known
        gap = np.isnan(values) & defined[:, None]
        gap[:, 0] = False
        status = np.where(gap, 0.0, status)
        imputed = gap
    return status, imputed
