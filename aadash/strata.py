"""What splits the cohort: severity group, AA subtype, sex, or any column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd

from aadash.cohort import Cohort
from aadash.errors import PlanError
from aadash.filters import BASELINE, Filter, column_values, is_measured, is_numeric, level_text, own_baselines, second_readings
from aadash.levels import MAX_LEVELS as MAX_LEVELS
from aadash.levels import Total, by_name, column_of, readable, says_little
from aadash.listed import parts_listed
from aadash.subtypes import subtype_among

#: Stratifiers that exist for every cohort.
BUILT_IN = {"none": "No split", "severity": "Severity group (A/B)", "trial_severity": "Trial severity (50–94, 95–100)"}
#: AA subtypes from least to most extensive; other levels follow in alphabetical order.
TRIAL_BANDS = ("<50", "50-94", "95-100")
#: A number in a level, with what makes it a range or a bound; what is numbered without being more or less.
_NUMBER = re.compile(r"[<>≤≥]?=?\s?\d+(?:\.\d+)?(?:\s?[-–+]\s?\d*)?")
_PLACE = re.compile(r"site|cent(?:er|re)|hospital|clinic|country|region|ward|doctor|rater|기관|병원|施設|病院")
SUBTYPE_ORDER = ("patchy", "multilocularis", "diffuse", "ophiasis", "totalis", "universalis")


@dataclass(frozen=True, eq=False)
class Strata:
    """The cohort split.

    ``codes`` holds the position in ``levels`` of each patient, −1 for a patient without a level. ``labels`` are the levels as
    printed, with the column's name where they say little alone ("atopy: yes"); ``name`` is the stratifier's name in the plan,
    ``title`` the one on screen, ``cut`` where a number was cut. ``whole`` is the label of the one level that holds every patient,
    where a plan asked for such a split: then there are no levels. ``listed``: the file itself has the levels in an order.
    """

    name: str
    title: str
    levels: tuple[str, ...]
    labels: tuple[str, ...]
    codes: np.ndarray
    cut: float | None = None
    whole: str = field(default="", kw_only=True)
    listed: bool = field(default=False, kw_only=True)

    def in_use(self) -> Strata:
        """The split as it is of use: none where one level holds every patient, since its numbers are those of all patients."""
        used = [i for i, n in enumerate(self.counts) if n]
        if len(used) != 1 or self.unassigned:
            return self
        return Strata("none", BUILT_IN["none"], (), (), np.full(len(self.codes), -1), whole=self.labels[used[0]])

    def in_order(self, control: str = "") -> bool:
        """Whether the levels, but for that of a control arm, go from less to more: severity, extent, numbers with one wording around
        them ("2 mg, 4 mg", "grade 1, grade 2"). Names do not, whatever the alphabet says; nor do numbers that are names ("site 3")."""
        if self.name in ("severity", "trial_severity", "subtype") or self.cut is not None or self.listed:
            return True
        levels = [level for level in self.levels if level != control]
        around = {_NUMBER.sub("#", level).strip().lower() for level in levels}
        return len(around) == 1 and "#" in next(iter(around)) and not _PLACE.search(f"{self.name} {next(iter(around))}".lower())

    @property
    def many(self) -> str:
        """What several levels are called: hospitals, of a study of several; else strata."""
        return "hospitals" if self.name == "centre" else "strata"

    @cached_property
    def counts(self) -> tuple[int, ...]:
        """Patients in each level."""
        return tuple(int((self.codes == i).sum()) for i in range(len(self.levels)))

    @property
    def unassigned(self) -> int:
        """Patients without a level (the column is empty for them)."""
        return int((self.codes < 0).sum())

    def label(self, level: str | Total) -> str:
        """The printed form of ``level``; everyone reads "All patients"."""
        return "All patients" if isinstance(level, Total) else self.labels[self.levels.index(level)]

    def within(self, level: str | Total) -> str:
        """The label where the split's title stands before it: "yes" rather than "atopy: yes". A number keeps the title ("site 3"): it
        would be read as a count."""
        bare = self.label(level).removeprefix(f"{self.title}: ")
        return f"{self.title} {bare}" if bare[:1].isdigit() else bare

    def short(self, level: str | Total) -> str:
        """A label short enough to stand in a chart: "Group A", "ophiasis"."""
        return f"Group {level}" if self.name == "severity" and not isinstance(level, Total) else self.label(level)

    def filter(self, level: str) -> Filter:
        """The filter that keeps the patients of ``level``, wherever the split is cut later."""
        if self.name == "trial_severity":
            low, high = {"<50": (None, 50.0), "50-94": (50.0, 95.0), "95-100": (95.0, None)}[level]
            return Filter(BASELINE, low=low, high=high, open_high=high is not None)
        if self.cut is None:
            return Filter(self.name, (level,))
        column = BASELINE if self.name == "severity" else self.name
        above = level == "A" or level.startswith(">")
        return Filter(column, low=self.cut, open_low=True) if above else Filter(column, high=self.cut)

    def members(self, level: str | Total) -> np.ndarray:
        """Boolean array of the patients of ``level``; :data:`aadash.levels.ALL` is everyone, those without a level included."""
        if isinstance(level, Total):
            return np.ones(len(self.codes), dtype=bool)
        return self.codes == self.levels.index(level)


#: Menus of the cohorts in use: counting the levels of every column is not for every click.
_MENUS: WeakKeyDictionary[Cohort, dict[str, str]] = WeakKeyDictionary()
_LATER: WeakKeyDictionary[Cohort, dict[str, str]] = WeakKeyDictionary()
#: Splits of the cohorts in use, so many of each.
_SPLITS: WeakKeyDictionary[Cohort, dict[tuple[str, float, float | None], Strata]] = WeakKeyDictionary()
KEPT = 64


def stratifiers(cohort: Cohort) -> dict[str, str]:
    """Name → title of every baseline fact that this cohort can be split by, in the order of the menu."""
    if cohort not in _MENUS:
        _MENUS[cohort] = getattr(cohort, "given_menu", None) or _menu(cohort)
    return dict(_MENUS[cohort])


def later_stratifiers(cohort: Cohort) -> dict[str, str]:
    """Name → title of what was known only after the first dose and could split the cohort, with a warning: it describes, and
    explains nothing."""
    if cohort not in _LATER:
        _LATER[cohort] = _later_menu(cohort)
    return dict(_LATER[cohort])


def _later_menu(cohort: Cohort) -> dict[str, str]:
    later = [str(c) for c in cohort.patients.columns if str(c) not in cohort.baseline_columns]
    found = {c: cohort.fact(c) for c in later}
    return {
        cohort.key_of(c): f"{readable(c)} (known only later)"
        for c, series in found.items()
        if series.notna().any() and _splits(cohort, c, series)
    }


def _splits(cohort: Cohort, column: str, series: pd.Series) -> bool:
    """Whether a column has few enough levels, or numbers that can be cut."""
    return series.nunique() <= MAX_LEVELS or is_measured(cohort, cohort.key_of(column), series)


def _menu(cohort: Cohort) -> dict[str, str]:
    out = {"severity": BUILT_IN["severity"]}
    titles = {"subtype": "AA subtype", "sex": "Sex"}
    for role in ("subtype", "sex"):
        if role in cohort.roles:
            out[role] = titles[role]
    if cohort.severity_measure.name == "SALT":
        out["trial_severity"] = BUILT_IN["trial_severity"]
    taken = {cohort.roles[r] for r in ("subtype", "sex") if r in cohort.roles} | set(second_readings(cohort))
    for column in cohort.baseline_columns:
        series = cohort.fact(column)
        if column not in taken and series.notna().any() and _splits(cohort, column, series):
            out[cohort.key_of(str(column))] = readable(str(column))
        out |= {part: readable(part) for part in parts_listed(cohort).get(str(column), ())}
    for name, measure in own_baselines(cohort).items():
        if name != BASELINE:
            out[name] = f"Baseline {measure}"
    return out | {"none": BUILT_IN["none"]}


def _median(cohort: Cohort, cut: float) -> str:
    """Says so where the cut is the median, for want of one that publications use."""
    return ", the median" if cohort.severity_measure.cut is None and cut == cohort.usual_cut else ""


def split(cohort: Cohort, stratifier: str, severity_cut: float = 50.0, column_cut: float | None = None) -> Strata:
    """Split a cohort: once for all that ask.

    "severity": A is a baseline (of SALT where it is recorded, else of the measure analysed) above ``severity_cut``, B at or
    below it. "trial_severity": below 50, 50 to below 95,
    95–100. A column of measured numbers with more than two values is cut at ``column_cut`` (its median when None) into "<=c"
    and ">c"; any other column is split by its levels. A patient without a value has no level. Raises PlanError for a
    column that does not exist or has more than :data:`MAX_LEVELS` levels. What was known only after the first dose splits too;
    the analyses then carry the caveat "after-baseline". A cohort made from sums brings its splits along
    (``given_splits``, listed in ``given_menu``).
    """
    given = getattr(cohort, "given_splits", {}).get(stratifier)
    if given is not None and given.cut == (severity_cut if stratifier == "severity" else column_cut or given.cut):
        return given  # type: ignore[no-any-return]
    kept, asked = _SPLITS.setdefault(cohort, {}), (stratifier, severity_cut, column_cut)
    found = kept.get(asked)
    if found is None:
        found = _split(cohort, *asked)
        found.codes.flags.writeable = False
        if len(kept) >= KEPT:
            kept.clear()
        kept[asked] = found
    return found


def _split(cohort: Cohort, stratifier: str, severity_cut: float, column_cut: float | None) -> Strata:
    if stratifier == "none":
        return Strata("none", BUILT_IN["none"], (), (), np.full(len(cohort), -1))
    measure = cohort.severity_measure
    base = cohort.baseline_of(measure.name)
    if stratifier == "severity":
        c = f"{severity_cut:g}"
        codes = np.where(np.isnan(base), -1, np.where(base > severity_cut, 0, 1))
        return Strata(
            "severity",
            f"severity group (cut at {c}{_median(cohort, severity_cut)})",
            ("A", "B"),
            (f"Group A ({measure.name} > {c})", f"Group B ({measure.name} ≤ {c})"),
            codes,
            float(severity_cut),
        )
    if stratifier == "trial_severity":
        if measure.name != "SALT":
            raise PlanError("The trials' severity groups are of SALT, which is not recorded", fix="Split by severity group instead")
        codes = np.where(np.isnan(base), -1, np.where(base >= 95, 2, np.where(base >= 50, 1, 0)))
        return _used(Strata("trial_severity", "trial severity", TRIAL_BANDS, ("SALT < 50", "SALT 50–94", "SALT 95–100"), codes))
    series = column_values(cohort, stratifier)
    if is_measured(cohort, stratifier, series):
        numbers = series.to_numpy(dtype=float, na_value=np.nan)
        cut = float(np.nanmedian(numbers)) if column_cut is None else column_cut
        return halves(stratifier, np.where(np.isnan(numbers), -1, np.where(numbers <= cut, 0, 1)), cut)
    raw, values = pd.factorize(series)
    text = [level_text(v) for v in values]
    levels = ordered(set(text), stratifier, series)
    if len(levels) > MAX_LEVELS:
        raise PlanError(
            f"The column {stratifier!r} has {len(levels)} different values, too many to compare",
            expected=f"at most {MAX_LEVELS}",
            fix="Choose another column, or group its values in the file",
        )
    position = {v: i for i, v in enumerate(levels)}
    return Strata(
        stratifier,
        title_of(stratifier),
        tuple(levels),
        printed(stratifier, levels),
        np.array([*(position[v] for v in text), -1])[raw],
        listed=isinstance(series.dtype, pd.CategoricalDtype) and bool(series.cat.ordered),
    )


def printed(stratifier: str, levels: Sequence[str]) -> tuple[str, ...]:
    """The levels of a column as printed: with its title before them where they say little alone."""
    named = stratifier not in ("sex", "subtype") and any(map(says_little, levels))
    return tuple(f"{title_of(stratifier)}: {lv}" for lv in levels) if named else tuple(levels)


def title_of(stratifier: str) -> str:
    """What a column that splits is called on screen."""
    return {"subtype": "AA subtype"}.get(stratifier, readable(column_of(stratifier)))


def halves(stratifier: str, codes: np.ndarray, cut: float) -> Strata:
    """A column of numbers split at ``cut``: 0 at or below it, 1 above."""
    title = title_of(stratifier)
    levels, labels = (f"<={cut:g}", f">{cut:g}"), (f"{title} ≤ {cut:g}", f"{title} > {cut:g}")
    return Strata(stratifier, f"{title} (cut at {cut:g})", levels, labels, codes, cut)


def ordered(levels: set[str], stratifier: str, series: pd.Series) -> list[str]:
    """Levels as they are shown everywhere: a categorical column's own order, subtypes from least to most extensive
    (``stratifier`` "subtype"), the trials' bands upwards, others by name, numbers in it by size (2 mg before 10 mg)."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        return [text for text in map(level_text, series.cat.categories) if text in levels]
    if stratifier == "trial_severity":
        return [band for band in TRIAL_BANDS if band in levels]
    if stratifier == "subtype":
        rank = {s: i for i, s in enumerate(SUBTYPE_ORDER)}
        return sorted(levels, key=lambda v: (rank.get(subtype_among(v, levels) or v.lower(), len(rank)), v))
    return sorted(levels, key=float) if is_numeric(series) else sorted(levels, key=by_name)


def _used(strata: Strata) -> Strata:
    """The same split without the levels that nobody is in."""
    keep = [i for i, n in enumerate(strata.counts) if n]
    codes = np.full(len(strata.codes), -1)
    for new, old in enumerate(keep):
        codes[strata.codes == old] = new
    return Strata(strata.name, strata.title, tuple(strata.levels[i] for i in keep), tuple(strata.labels[i] for i in keep), codes)
