"""The mixed-model answer to a missing visit: adjusted means, changes and differences from every score recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.visits import PatternSums
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import listing
from aadash.levels import ALL, Level
from aadash.result import MIXED_MODEL, Caveat
from aadash.stats.mmrm import MMRM, mmrm

METHOD = (
    "Mixed model for repeated measures (stratum × week, unstructured covariance of the visits where it can be fitted, "
    "REML, Kenward–Roger degrees of freedom): every score recorded is used and nothing is filled in. Valid when "
    "visits are missing at random given what was observed (Mallinckrodt 2008, doi:10.1177/009286150804200402)."
)
#: The same where the cohort is not split.
METHOD_OF_ALL = (
    "Mixed model for repeated measures (a mean for each week, unstructured covariance of the visits where it can be fitted, "
    "REML, Kenward–Roger degrees of freedom): every score recorded is used and nothing is filled in. Valid when "
    "visits are missing at random given what was observed (Mallinckrodt 2008, doi:10.1177/009286150804200402)."
)


def method_of(s: AnalysisSet) -> str:
    """The model in words: with strata, or of all patients alone."""
    return METHOD if len(s.levels) > 1 else METHOD_OF_ALL


#: What a test of this model is called.
TEST = MIXED_MODEL


@dataclass(frozen=True, eq=False)
class Fitted:
    """A mixed model and the levels that its groups stand for, in order."""

    model: MMRM
    levels: tuple[Level, ...]

    def contrasts(self, kind: str) -> dict[Level, pd.DataFrame]:
        """Contrasts of one kind ("lsmean", "change"; "diff": a level against the first), by level, with Kenward–Roger inference.

        Each frame is indexed by week, with the columns estimate, se, df, t, p, ci_low, ci_high.
        """
        t = self.model.contrasts[self.model.contrasts["kind"] == kind]
        kenward_roger = {c: f"{c}_kr" for c in ("se", "df", "t", "p", "ci_low", "ci_high")}
        frame = pd.DataFrame({"estimate": t["estimate"], **{c: t[k] for c, k in kenward_roger.items()}})
        frame.index = pd.Index(t["time"].astype(int), name="week")
        groups = t["group"].astype(str).to_numpy()
        return {level: frame[groups == str(i)] for i, level in enumerate(self.levels) if (groups == str(i)).any()}


#: Models of the cohorts in use, so many of each: the course, the change, the strata and the rules side by side ask for the same ones.
KEPT = 64
_FITTED: WeakKeyDictionary[Cohort, dict[tuple[object, ...], Fitted]] = WeakKeyDictionary()


def fit(s: AnalysisSet, what: str, first: int, pooled: bool) -> Fitted:
    """Fit the model to "values" or "percent_change" from the visit at ``first`` on: one group when ``pooled``, else one per stratum.

    Patients without a level are left out of the second. Raises NotComputable when no covariance can be fitted.
    """
    if s.counted is not None or s.weights is not None or getattr(s.cohort, "given_sums", None) is not None:
        return fit_sums(s, s.modelled(what), first, pooled)
    kept = _FITTED.setdefault(s.cohort, {})
    key = (what, first, pooled, s.plan.level, s.plan.missing == "locf", s.strata.levels, s.strata.codes.tobytes())
    found = kept.get(key)
    if found is None:
        found = fit_sums(s, s.modelled(what), first, pooled)
        if len(kept) >= KEPT:  # a cut that is moved makes a split, and two models, at every step
            kept.clear()
        kept[key] = found
    return found


def fit_sums(s: AnalysisSet, sums: PatternSums, first: int, pooled: bool) -> Fitted:
    """:func:`fit` to sums at all weeks."""
    labels, part = [f"{w}" for w in s.cohort.weeks[first:]], sums.at(range(first, sums.seen.shape[1]))
    if pooled:
        one = part.grouped(dict.fromkeys(part.codes.tolist(), 0))
        return Fitted(_mmrm(one, (), labels, level=s.plan.level, groups=["0"]), (ALL,))
    here = set(part.codes[part.seen.any(axis=1)].tolist())
    places = {lv: s.strata.levels.index(lv) for lv in s.levels[1:]}
    used = [lv for lv, place in places.items() if place in here]
    if not used:
        raise NotComputable("No stratum has a patient with a visit")
    groups = part.grouped({places[lv]: i for i, lv in enumerate(used)})
    return Fitted(_mmrm(groups, (), labels, level=s.plan.level, groups=[str(i) for i in range(len(used))]), tuple(used))


def _mmrm(*args: Any, **options: Any) -> MMRM:
    try:
        return mmrm(*args, **options)
    except np.linalg.LinAlgError as error:
        raise NotComputable("The mixed model has no answer here: the visits of these patients determine each other") from error


def structure_caveat(*fits: Fitted | None) -> Caveat | None:
    """Say when the covariance had to be simplified."""
    fallen = [f.model for f in fits if f is not None and f.model.failed]
    if not fallen:
        return None
    m, failed = fallen[0], fallen[0].failed[0][1]
    return Caveat(
        "mmrm-structure",
        f"The covariance of the visits was simplified to {m.structure}: {failed}.",
        "With few patients for many visits the free covariance cannot be estimated; intervals lean on the "
        "simpler pattern being right.",
        "warning",
    )


def known_caveat(*fits: Fitted | None) -> Caveat | None:
    """Say at which visits everybody of a group has the same value, which is no estimate."""
    weeks = sorted({int(w) for f in fits if f is not None for w in f.model.known})
    if not weeks:
        return None
    named = listing([f"week {w}" if w else "baseline" for w in weeks])
    return Caveat(
        "mmrm-known",
        f"At {named} all patients of a group have the same value, so that mean is exact; the mixed model is fitted to the other weeks"
        + (" (to the changes from baseline)." if 0 in weeks else "."),
    )


def not_fitted(error: NotComputable, strata: bool = False) -> Caveat:
    """Say that the mixed model could not be fitted and that observed visits stand instead; of the ``strata`` alone, where that of
    everyone could be."""
    if strata:
        return Caveat(
            "mmrm",
            f"The mixed model of the strata could not be fitted, so their numbers are of the scores recorded. {error.paragraph()}",
            level="warning",
        )
    return Caveat(
        "mmrm", f"The mixed model could not be fitted, so the answer is of the scores recorded. {error.paragraph()}", level="warning"
    )
