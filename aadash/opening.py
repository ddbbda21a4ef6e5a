"""The plan that a cohort opens on where nobody has chosen: the same in the browser and without one."""

from __future__ import annotations

from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan
from aadash.strata import split

#: The plan of a cohort about which nothing is known.
USUAL = AnalysisPlan()
#: Baseline SALT from which trials enrol.
SEVERE = 50.0


def opening_plan(cohort: Cohort, fitted: AnalysisPlan = USUAL) -> tuple[AnalysisPlan, list[str]]:
    """SALT≤20 where everyone starts as severe as in the trials, and their two bands where a cut at 50 leaves one group of everyone;
    what was chosen stays. What is other than usual is told in a sentence."""
    if fitted.endpoint != USUAL.endpoint or not severe(cohort):
        return fitted, []
    one_group = (fitted.stratifier, fitted.severity_cut) == (USUAL.stratifier, USUAL.severity_cut)
    if one_group and len(split(cohort, "trial_severity").levels) > 1:
        said = f"As in the trials, everyone starts at SALT {SEVERE:g} or more: the endpoint is SALT≤20, the split at SALT 95."
        return fitted.replace(endpoint="SALT<=20", stratifier="trial_severity"), [said]
    return fitted.replace(endpoint="SALT<=20"), [
        f"As in the trials, everyone starts at SALT {SEVERE:g} or more: the endpoint is SALT≤20."
    ]


def severe(cohort: Cohort) -> bool:
    """Whether every baseline that is known is of :data:`SEVERE` or more."""
    base = cohort.baseline
    known = base[base == base]
    return cohort.score == "SALT" and len(known) > 0 and bool((known >= SEVERE).all())
