"""What Table 1 holds of the scores at baseline: SALT, its two ways of grouping, and every other measure."""

from __future__ import annotations

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.baseline_columns import Fact
from aadash.filters import baselines, is_a_fact_too
from aadash.measure import Measure

#: A score of whole numbers on a scale no longer than this is one of grades: AA-IGA (0–4), ClinRO (0–3).
STEPS = 5


def on_the_scale(s: AnalysisSet) -> bool:
    """Whether the plan's cut lies on the measure's scale; sums of another measure than SALT may be split by SALT."""
    severity = s.cohort.severity_measure
    return severity.low <= s.plan.severity_cut <= severity.high


def graded(s: AnalysisSet) -> tuple[str, ...]:
    """Names of the scores whose baseline is a grade."""
    own = s.cohort.severity_measure
    names = [n for n in dict.fromkeys([own.name, *baselines(s.cohort).values()]) if n == own.name or not _a_fact_too(s, n)]
    return tuple(n for n in names if _is_grade(own if n == own.name else s.cohort.recorded(n)[0], _base(s, n)))


def with_severity(s: AnalysisSet, facts: list[Fact], grades_as_numbers: bool) -> list[Fact]:
    """The facts of the file with baseline SALT, its two ways of grouping and every other measure put in their place."""
    severity = s.cohort.severity_measure
    base, counts, score = s.cohort.baseline_of(severity.name), None, severity.name
    if s.counted is not None:
        base, counts = s.visit(0).baseline[:, 0], s.visit(0).counts
    salt, cut = score == "SALT", s.plan.severity_cut
    section = "Severity of scalp hair loss" if salt else "Severity"
    low, high = f"{score} ≤ {cut:g}", f"{score} > {cut:g}"
    bands = (f"{score} ≤ 20", f"{score} 21–49", f"{score} 50–94", f"{score} 95–100")
    trial = np.select([base <= 20, base < 50, base < 95], bands[:3], bands[3]).astype(object)
    paper = np.where(base > cut, high, low).astype(object)
    paper[np.isnan(base)] = trial[np.isnan(base)] = None
    if len(s.cohort.weeks) == 1 and np.isnan(base).all():  # patients and their events, and no score at all
        return facts
    made = [
        _score("baseline_salt", section, severity, base, counts, grades_as_numbers),
        *(
            [Fact("severity_band", f"{score} at the cut of {cut:g}", section, "categories", paper, (high, low), counts=counts)]
            if on_the_scale(s)
            else []
        ),
        *([Fact("trial_band", f"{score} as trials group it", section, "categories", trial, bands, counts=counts)] if salt else []),
        *(
            _score(column, "Other measures", s.cohort.recorded(name)[0], s.cohort.baseline_of(name), None, grades_as_numbers)
            for column, name in baselines(s.cohort).items()
            if name != score and not _a_fact_too(s, name)
        ),
    ]
    before = [f for f in facts if f.section in ("Demographics", "Disease")]
    return [*before, *made, *(f for f in facts if f not in before)]


def _a_fact_too(s: AnalysisSet, name: str) -> bool:
    """Whether a measure's baseline has a line of its own already."""
    return s.counted is None and is_a_fact_too(s.cohort, name)


def _base(s: AnalysisSet, name: str) -> np.ndarray:
    if s.counted is not None and name == s.cohort.severity_measure.name:
        return s.visit(0).baseline[:, 0]
    return s.cohort.baseline_of(name)


def _score(name: str, section: str, measure: Measure, base: np.ndarray, counts: np.ndarray | None, as_number: bool) -> Fact:
    """A baseline score as a number, or how many have each grade."""
    title = f"Baseline {measure.name}"
    if as_number or not _is_grade(measure, base):
        return Fact(name, title, section, "number", base, counts=counts, span=measure.width)
    texts = np.array([None if np.isnan(v) else f"{v:g}" for v in base], dtype=object)
    levels = tuple(f"{v:g}" for v in np.arange(measure.low, measure.high + 1))
    return Fact(name, title, section, "categories", texts, levels, counts=counts)


def _is_grade(measure: Measure, base: np.ndarray) -> bool:
    known = base[~np.isnan(base)]
    whole = bool(len(known)) and bool((known == np.round(known)).all()) and measure.low == round(measure.low)
    return whole and measure.low >= 0 and measure.width <= STEPS and measure.width == round(measure.width)
