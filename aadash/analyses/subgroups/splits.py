"""What the subgroup analyses share: every usable split of the cohort, and what is said about many of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet
from aadash.cohort import Cohort
from aadash.details import Subgroups
from aadash.errors import AadashError, NotComputable
from aadash.formatting import counted, listing, number, p_value
from aadash.listed import parts_listed
from aadash.plan import AnalysisPlan
from aadash.result import Caveat
from aadash.stats.adjust import adjust
from aadash.strata import BUILT_IN, Strata, split, stratifiers

#: Below this many patients a subgroup is called small.
SMALL = 10
NAN = float("nan")
#: ``variable_level`` of the rows that test whether the levels of a split differ.
TEST = "test"
SHRUNKEN = (
    "Shrunken estimates are empirical-Bayes: drawn towards the difference in the whole cohort, the more so the smaller "
    "the subgroup (Morris 1983, doi:10.1080/01621459.1983.10477920)."
)


def all_splits(s: AnalysisSet, analysed: np.ndarray, leave_out: str = "") -> list[Strata]:
    """Every split of the cohort in which at least two levels hold an analysed patient, the plan's own with its cut.

    ``leave_out`` is a stratifier that is not wanted. A numeric column other than the plan's is cut at its median. What was
    known only after the first dose is none of :func:`stratifiers`: splitting by what came later is no subgroup. Of a column whose
    cells list several ("MTX, CsA") each part splits, as Table 1 counts them, and the whole cells do not.
    """
    column = None if leave_out in BUILT_IN else s.cohort.role(leave_out)
    out = []
    for name in stratifiers(s.cohort):
        if name in ("none", leave_out) or (column is not None and name not in BUILT_IN and s.cohort.role(name) == column):
            continue
        if s.cohort.role(name) in parts_listed(s.cohort) and name != s.plan.stratifier:
            continue
        same = name == s.plan.stratifier
        try:
            one = split(s.cohort, name, s.plan.severity_cut, s.plan.column_cut if same else None)
        except AadashError:
            continue  # too many levels in this column
        if len(np.unique(one.codes[analysed & (one.codes >= 0)])) >= 2:
            out.append(one)
    return out


def of_parts(s: AnalysisSet) -> str:
    """What a method adds where cells of a column list several: these split, and not the cells."""
    if not parts_listed(s.cohort):
        return ""
    return " Of a column whose cells list several, each of those listed splits, as Table 1 counts them, and not the cell as a whole."


def own_splits(s: AnalysisSet, analysed: np.ndarray) -> list[Strata]:
    """:func:`all_splits`. Raises NotComputable when there is none."""
    splits = all_splits(s, analysed)
    if not splits:
        raise NotComputable(
            "No column splits these patients into two levels or more, so there is no subgroup",
            fix="Widen the filters, or add columns of baseline facts to the file",
        )
    return splits


def other_splits(s: AnalysisSet, analysed: np.ndarray) -> list[Strata]:
    """Every split but the plan's own. Raises NotComputable when there is none."""
    splits = all_splits(s, analysed, s.plan.stratifier)
    if not splits:
        raise NotComputable(
            "No other column splits these patients, so there is no subgroup to look into",
            fix="Widen the filters, or add columns of baseline facts to the file",
        )
    return splits


def two_strata(cohort: Cohort, plan: AnalysisPlan) -> tuple[AnalysisSet, str, str]:
    """The cohort through the plan, and the two levels that it is split into. Raises NotComputable for any other number."""
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    if len(s.levels) != 3:
        raise NotComputable(
            f"The cohort is split into {len(s.levels) - 1} strata; a difference needs two",
            fix="Choose a split into two, such as sex or severity group",
        )
    return s, s.levels[1], s.levels[2]


def members(one: Strata, analysed: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Each level that holds an analysed patient, with who that is; boolean arrays."""
    found = [(level, (one.codes == i) & analysed) for i, level in enumerate(one.levels)]
    return [(level, who) for level, who in found if who.any()]


def enrolled(s: AnalysisSet, one: Strata, level: str | None = None) -> int:
    """Patients of a level of a split, analysed or not; of all its levels without one."""
    return s.n(one.codes >= 0 if level is None else one.members(level))


def varied(*samples: np.ndarray) -> bool:
    """Whether every sample has two values at least, and one of them two different ones."""
    return min(map(len, samples)) > 1 and any(v.max() > v.min() for v in samples)


def names(splits: Sequence[Strata]) -> Subgroups:
    """What a result carries so that its rows can be printed: the title of each split, the label of each of its levels under
    that title, and the label that stands by itself ("sex: female", "age ≤ 31")."""
    printed = {
        one.name: {lv: label.removeprefix(f"{one.title}: ") for lv, label in zip(one.levels, one.labels, strict=True)}
        for one in splits
    }
    alone = {
        one.name: {
            lv: label if one.cut is not None or one.name in BUILT_IN else f"{one.title}: {label}"
            for lv, label in printed[one.name].items()
        }
        for one in splits
    }
    labels = {
        one.name: {
            lv: label if one.cut is None or one.name in BUILT_IN else lv.replace("<=", "≤ ").replace(">", "> ")
            for lv, label in printed[one.name].items()
        }
        for one in splits
    }
    return Subgroups({one.name: one.title for one in splits}, labels, alone)


def adjusted(rows: list[dict], plan: AnalysisPlan, *columns: str) -> None:
    """Add to the test rows each p adjusted over the splits (by the plan's method), as ``<column>_adjusted``."""
    for column in columns:
        for r, p in zip(rows, adjust([r[column] for r in rows], plan.multiplicity), strict=True):
            r[f"{column}_adjusted"] = float(p)


#: What is said in place of the tests of a response that nobody or everybody has.
NOTHING = "Nobody or everybody responds, so there is nothing to compare."


def tests_in_words(tests: Sequence[dict], titles: Mapping[str, str], plan: AnalysisPlan, what: str, column: str = "p") -> str:
    """How many of the splits look significant by ``column``, how many would by chance, what is left after adjustment."""
    known = [r for r in tests if not np.isnan(r[column])]
    if not known:
        return "In no split can this be tested."
    hits = [r for r in known if r[column] <= plan.alpha]
    left = [r for r in known if r[f"{column}_adjusted"] <= plan.alpha]
    text = (
        f"{len(known)} of {counted(len(tests), 'way')} to split the cohort can be tested here, and of these "
        f"{'none has' if not hits else f'{len(hits)} has' if len(hits) == 1 else f'{len(hits)} have'} p ≤ {plan.alpha:g} "
        f"for {what}; about {number(plan.alpha * len(known))} would by chance alone."
        if len(known) < len(tests)
        else f"Of {counted(len(known), 'way')} to split the cohort, "
        f"{'none has' if not hits else f'{len(hits)} has' if len(hits) == 1 else f'{len(hits)} have'} p ≤ {plan.alpha:g} "
        f"for {what}; about {number(plan.alpha * len(known))} would by chance alone."
    )
    if plan.multiplicity == "none" or not hits:
        return text
    if not left:
        return text + " After adjustment for their number none is left."
    named = [f"{titles[r['group1']]} ({p_value(r[f'{column}_adjusted'], True, plan.alpha)})" for r in left[:4]]
    best = listing([*named, f"{len(left) - 4} more"] if len(left) > 4 else named)
    return text + f" After adjustment for their number {len(left)} {'is' if len(left) == 1 else 'are'} left: {best}."


def many(tests: Sequence[dict]) -> Caveat | None:
    """Looks are those that gave a p-value: a column that cannot be tested was no chance to find something. A scale that has as many
    tests as the other is not named."""
    absolute, relative = (sum(not np.isnan(r.get(column, r["p"])) for r in tests) for column in ("p", "p_relative"))
    if absolute < 5:
        return None
    return Caveat(
        "many-subgroups",
        f"{absolute} splits were tested, and patients are shared between them."
        if absolute == relative
        else f"{absolute} splits were tested on the absolute scale and {relative} on the relative one, and patients are shared "
        "between them.",
        "Name the two or three subgroups that matter before looking; adjust the p-values for all that were tested, and read the "
        "shrunken estimates rather than the raw ones.",
        "warning",
    )


def small(rows: Sequence[dict]) -> Caveat | None:
    """Subgroups of a few patients."""
    few = len({(r["group1"], r["group1_level"]) for r in rows if r["variable_level"] is None and 0 < r["n_analysed"] < SMALL})
    if not few:
        return None
    return Caveat(
        "small-subgroups",
        f"{counted(few, 'subgroup')} of fewer than {SMALL} patients: one patient moves such a number a lot.",
        "Read the shrunken estimate and the interval.",
        "warning",
    )


def not_modelled(plan: AnalysisPlan) -> Caveat | None:
    """The mixed model does not enter here."""
    if plan.missing != "mixed":
        return None
    return Caveat(
        "mmrm",
        "Means of subgroups and of scenarios are of the scores recorded; the mixed model's means stand on the pages Course and "
        "Differences.",
        "Where visits are missing, compare both.",
    )


def doubts_of_response(s: AnalysisSet, tests: Sequence[dict], levels: Sequence[dict], meaning: Caveat | None) -> tuple[Caveat, ...]:
    """What may be wrong with rates in subgroups; ``meaning``: what a difference between them says."""
    return doubt.collect(
        many(tests),
        small(levels),
        meaning,
        doubt.severity_denominator(s),
        doubt.already_there(s),
        doubt.attrition(s, doubt.RATES),
        doubt.imputed(s, responder=True, at_week=True),
    )


def doubts_of_change(
    s: AnalysisSet, tests: Sequence[dict], levels: Sequence[dict], meaning: Caveat | None, *more: Caveat | None
) -> tuple[Caveat, ...]:
    """What may be wrong with mean changes in subgroups; ``meaning``: what a difference between them says; ``more`` are of one analysis
    alone."""
    return doubt.collect(
        many(tests),
        small(levels),
        meaning,
        doubt.coupling(s),
        doubt.bounded_change(s),
        doubt.graded(s),
        doubt.undefined_change(s),
        doubt.nri_not_for_means(s),
        doubt.attrition(s, doubt.FILLED),
        doubt.imputed(s, at_week=True),
        *more,
    )
