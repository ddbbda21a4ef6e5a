"""Treatment arms: which columns look like one, and what the user said. Only the user knows; the plan holds the answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from aadash.cohort import Cohort
from aadash.filters import is_numeric, level_text
from aadash.later import later_treated
from aadash.levels import by_name
from aadash.plan import NO_ARM, AnalysisPlan

#: Levels that name a control arm, in the app's languages.
_CONTROL = re.compile(
    r"^((match(ing|ed) |oral |topical )?(placebo|pbo|plb|sham|vehicle)"
    r"( (only|arm|group|control|tablets?|capsules?|cream|foam|gel|ointment|solution|qd|bid|once daily|twice daily))*"
    r"|control( (arm|group))?|untreated( (arm|group|controls?))?|no treatment|위약(군| ?투여군)?|플라세보|대조군?|무치료군?"
    r"|プラセボ群?|偽薬群?|対照群?|無治療群?|基剤群?)( ?[(（].*[)）])?$",
    re.IGNORECASE,
)
#: Names of columns that hold an arm.
_NAMED = re.compile(
    r"^(treatment|trt(0[12])?[ap]?n?|arm( ?c[dp])?|act ?arm( ?cd)?|(treatment|study|randomi[sz]ed|allocated) (arm|group)|allocation|"
    r"randomi[sz]ation|배정군?|치료군|투여군|시험군|割付(群)?|治療群|投与群)$",
    re.IGNORECASE,
)
#: Levels that name a drug of the field or a dose.
_DRUG = re.compile(
    r"citinib|시티닙|チニブ|olumiant|litfulo|leqselvi|xeljanz|rinvoq|cibinqo|올루미언트|릿풀로|オルミエント|リットフーロ"
    r"|\b\d+([.,]\d+)? ?mg\b|\bm[ct]x\b|methotrexate|cyclosporin|ciclosporin|dupilumab",
    re.IGNORECASE,
)
#: An arm has at most so many levels.
MOST_ARMS = 8


@dataclass(frozen=True)
class Arm:
    """A column that is, or looks like, the treatment arm: its key in a plan, its own name, its levels, the control among them
    ("" where none is recognised), and without one the level of those who were untreated at first ("" for none)."""

    key: str
    column: str
    levels: tuple[str, ...]
    control: str = ""
    late: str = ""

    @property
    def untreated(self) -> str:
        """The level that was untreated, all the time or at first."""
        return self.control or self.late


#: What was found, for as long as the cohort lives: every page asks.
_FOUND: WeakKeyDictionary[Cohort, Arm | None] = WeakKeyDictionary()
#: The same of the column that was named (None: of none), for a control arm alone.
_ALONE: WeakKeyDictionary[Cohort, dict[str | None, Arm | None]] = WeakKeyDictionary()


def looks_like_arm(cohort: Cohort) -> Arm | None:
    """The first column that looks like a treatment arm; None where none does.

    A column with a level such as "placebo" comes first, then one that is called like an arm, then those of drug and dose whose levels
    name a drug or a dose.
    """
    if cohort not in _FOUND:
        _FOUND[cohort] = _looked_for(cohort)
    return _FOUND[cohort]


def control_among(levels: Iterable[str]) -> str:
    """The first of ``levels`` that names a control arm; "" where none does.

    >>> [control_among([text]) for text in ("PBO", "Matching placebo", "Placebo (n=14)", "placebo to 4 mg", "위약군", "A")]
    ['PBO', 'Matching placebo', 'Placebo (n=14)', '', '위약군', '']
    """
    return next((text for text in levels if _CONTROL.match(text.strip().replace("_", " "))), "")


def late_among(levels: Iterable[str]) -> str:
    """The first of ``levels`` that was untreated at first and treated later, "Placebo then 4 mg"; "" for none."""
    return next((text for text in levels if later_treated(text)), "")


def _looked_for(cohort: Cohort) -> Arm | None:
    found = [
        (rank, i, arm)
        for i, column in enumerate(cohort.baseline_columns)
        if (arm := _arm(cohort, column))
        for rank in _rank(cohort, arm)
    ]
    return min(found, key=lambda f: f[:2])[2] if found else None


def arm_of(cohort: Cohort, plan: AnalysisPlan) -> Arm | None:
    """The treatment arm that the plan names, if the included patients are in two of its levels at least."""
    if plan.arm in (None, NO_ARM):
        return None
    column = cohort.role(plan.arm)  # type: ignore[arg-type]
    return None if column is None else _arm(cohort, column)


def arm_asked(cohort: Cohort, plan: AnalysisPlan) -> Arm | None:
    """The column about which the user has not said yet whether it is the treatment arm; None where there is nothing to ask."""
    return looks_like_arm(cohort) if plan.arm is None else None


def control_alone(cohort: Cohort, plan: AnalysisPlan) -> Arm | None:
    """The column whose one level, of all of these patients, names a control arm: a filter has kept nobody else. None where treated
    patients are among them, or nobody has said and nothing shows."""
    if plan.arm == NO_ARM:
        return None
    named, found = cohort.role(plan.arm) if plan.arm else None, _ALONE.setdefault(cohort, {})
    if named not in found:
        found[named] = _of_control_alone(cohort, (named,) if named else cohort.baseline_columns)
    return found[named]


def _of_control_alone(cohort: Cohort, columns: Iterable[str]) -> Arm | None:
    for column in columns:
        series = cohort.fact(column)
        control = control_among([level_text(v) for v in series.iloc[:1].dropna()])
        if control and series.notna().all() and series.nunique() == 1:
            return Arm(cohort.key_of(column), column, (control,), control)
    return None


def _arm(cohort: Cohort, column: str) -> Arm | None:
    series = cohort.fact(column)
    if is_numeric(series) and not (2 <= series.nunique() <= 4):
        return None
    if not 2 <= series.nunique() <= MOST_ARMS:
        return None
    levels = tuple(sorted((level_text(v) for v in series.dropna().unique()), key=by_name))
    control = control_among(levels)
    return Arm(cohort.key_of(column), column, levels, control, "" if control else late_among(levels))


def _rank(cohort: Cohort, arm: Arm) -> tuple[int, ...]:
    """How sure it is, 0 the surest; nothing for a column that does not look like an arm."""
    if arm.untreated:
        return (0,)
    if _NAMED.match(arm.column.strip().replace("_", " ").replace(".", " ")):
        return (1,)
    role = next((r for r, c in cohort.roles.items() if c == arm.column), "")
    if role in ("drug", "dose") or sum(bool(_DRUG.search(text)) for text in arm.levels) >= 2:
        return (2,)
    return ()
