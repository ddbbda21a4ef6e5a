"""What became of the laboratory values? Change from baseline, and shift from normal to low or high."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.event_records import treated
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Units
from aadash.errors import NotComputable
from aadash.formatting import count, counted, digits_for, listing, number
from aadash.laboratory import TESTS, LabTest, Unit, limit_of
from aadash.levels import ALL, Level
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Exclusion, Result
from aadash.stats.descriptive import describe
from aadash.stats.proportions import wilson
from aadash.subtypes import sex_among

METHOD = (
    "Change is the value at a visit minus the baseline value, in the patients with both, with a t interval. Shift: where the "
    "baseline value and "
    "the last value after it lie, below, within or above the limits of normal; “newly low” and “newly high” count patients who "
    "were not so at "
    "baseline and are so at any later visit, with Wilson's interval. Missing values are not filled in. {limits}"
)
LIPIDS = ("LDL cholesterol", "HDL cholesterol", "Total cholesterol", "Triglycerides")
CLASSES = ("low", "normal", "high")
_STATISTICS = ("n", "baseline", "later", "change", "sd", "ci_low", "ci_high", "k", "rate", "limit_low", "limit_high")


def _timed(cohort: Cohort, test: LabTest) -> bool:
    weeks = [int(w) for w in cohort.recorded(test.name)[1].columns]
    return 0 in weeks and max(weeks) > 0


def limits(cohort: Cohort, test: LabTest, unit: Unit) -> tuple[np.ndarray, np.ndarray, bool]:
    """Lower and upper limit of normal of each patient (NaN where there is none), and whether the file gives one of them.

    A limit of the file goes before the default of the unit, which is that of the patient's sex where it is recorded.
    """
    sexes = cohort.role("sex")
    said = pd.Series(index=cohort.salt.index, dtype=object) if sexes is None else cohort.fact(sexes).astype(object)
    levels = set(said.dropna().astype(str))
    names = said.map({level: sex_among(level, levels) for level in levels})
    women, men = (names.eq(sex).to_numpy(dtype=bool) for sex in ("female", "male"))
    out, given = [], False
    for i, side in enumerate(("low", "high")):
        own = [u if u is not None else np.nan for u in (unit.women[i], unit.men[i], unit.unknown[i])]
        ends = np.where(women, own[0], np.where(men, own[1], own[2])).astype(float)
        for column in map(str, cohort.patients.columns):
            found = limit_of(column)
            if found is not None and found[0].name == test.name and found[1] == side:
                file = pd.to_numeric(cohort.fact(column), errors="coerce").to_numpy(dtype=float, na_value=np.nan)
                given = given or bool((~np.isnan(file)).any())
                ends = np.where(np.isnan(file), ends, file)
        out.append(ends)
    return out[0], out[1], given


@analysis("What became of the laboratory values?", order=91)
def laboratory(cohort: Cohort, plan: AnalysisPlan) -> Result:
    """Change of laboratory tests since baseline, and shift from normal to low or high.

    Tests are those of :data:`aadash.laboratory.TESTS` that the file has at baseline and at a later visit. Of a trial with screening
    failures only treated patients count.

    Table
    -----
    One row per test (``variable``), level and ``variable_level``:

    - "change" at each ``week``: ``n`` patients with both values, mean ``baseline`` and ``later``, mean ``change`` with ``sd`` and
    limits
      ``ci_low, ci_high`` (in the test's unit);
    - "low > normal" and so on, nine shifts from the baseline to the last value: ``k`` of ``n`` patients with both;
    - "new low", "new high": ``k`` of ``n`` patients who were not so at baseline, ``rate`` (0–1) with limits ``ci_low, ci_high``.

    ``limit_low, limit_high`` are the limits of normal where they are the same for all patients, else NaN. Tests without a limit on a
    side have no row about it.

    Raises NotComputable when the file has no such test. Misleads where patients were sampled because something was wrong, and where
    the default limits are not the laboratory's own.
    """
    s = AnalysisSet.of(cohort, plan)
    tests = [t for t in TESTS if (t.name in s.cohort.measures or t.name == s.cohort.score) and _timed(s.cohort, t)]
    if not tests:
        raise NotComputable(
            "This file has no laboratory test at baseline and at a later visit",
            expected="columns such as “AST baseline” and “AST week 12”, or a sheet with one row per result (patient, test, week, "
            "result)",
        )
    at_risk = treated(s.cohort)
    seen = np.zeros(len(s.cohort), dtype=bool)
    rows, told, used, digits = [], [], [], {}
    for test in tests:
        frame = s.cohort.recorded(test.name)[1]
        weeks = [int(w) for w in frame.columns]
        values = np.where(at_risk[:, None], frame.to_numpy(dtype=float), np.nan)
        base, later = values[:, weeks.index(0)], values[:, [i for i, w in enumerate(weeks) if w > 0]]
        both = ~np.isnan(base) & ~np.isnan(later).all(axis=1)
        if not both.any():
            continue
        seen |= both
        unit = test.unit_of(values)
        low, high, given = limits(s.cohort, test, unit)
        used.append((test, unit, low, high, given))
        digits[test.name] = digits_for(float(np.nanmedian(base)))
        for level in s.levels:
            who = s.strata.members(level)
            rows += _rows(s, level, test, who, weeks, values, base, later, low, high)
        told.append(test.name)
    if not rows:
        raise NotComputable(
            "Nobody in this selection has a laboratory value at baseline and at a later visit", fix="Widen the filters"
        )
    excluded = (
        (Exclusion("without a laboratory value at baseline and at a later visit", int((~seen).sum())),) if not seen.all() else ()
    )
    details = Units({test.name: unit.name for test, unit, *_ in used}, digits)
    return Result(
        table(rows, _STATISTICS),
        Accounting(len(s.cohort), int(seen.sum()), excluded),
        METHOD.format(limits=_limits_in_words(used)),
        _sentence(s, rows, told, details),
        doubt.collect(_defaults(used), _many(told), doubt.small(s)),
        labels=s.labels,
        details=details,
    )


def _class(values: np.ndarray, low: np.ndarray, high: np.ndarray) -> np.ndarray:
    """0 low, 1 normal, 2 high; −1 for a missing value. A value on a limit is normal."""
    with np.errstate(invalid="ignore"):
        out = np.where(values < low, 0, np.where(values > high, 2, 1))
    return np.where(np.isnan(values), -1, out)


def _last(later: np.ndarray) -> np.ndarray:
    return pd.DataFrame(later).ffill(axis=1).iloc[:, -1].to_numpy(dtype=float)


def _rows(
    s: AnalysisSet,
    level: Level,
    test: LabTest,
    who: np.ndarray,
    weeks: list[int],
    values: np.ndarray,
    base: np.ndarray,
    later: np.ndarray,
    low: np.ndarray,
    high: np.ndarray,
) -> list[dict]:
    enrolled, out = int(who.sum()), []
    shared = {"limit_low": _one(low[who]), "limit_high": _one(high[who])}

    def put(kind: str, week: int | None, n: int, **stats: object) -> None:
        out.append(row(s.strata.name, level, test.name, kind, week, enrolled, n, n=n, **stats, **shared))

    for j, week in enumerate(weeks):
        both = who & ~np.isnan(base) & ~np.isnan(values[:, j])
        if week > 0 and both.any():
            d = describe(values[both, j] - base[both], s.plan.level)
            means = {"baseline": float(base[both].mean()), "later": float(values[both, j].mean())}
            put("change", week, int(both.sum()), **means, change=d.mean, sd=d.sd, ci_low=d.ci_low, ci_high=d.ci_high)
    both = who & ~np.isnan(base) & ~np.isnan(later).all(axis=1)
    n = int(both.sum())
    if not n:
        return out
    first, last = _class(base, low, high), _class(_last(later), low, high)
    sides = [c for i, c in enumerate(CLASSES) if i == 1 or not np.isnan((low, high)[i // 2]).all()]
    for a in sides:
        for b in sides:
            k = int((both & (first == CLASSES.index(a)) & (last == CLASSES.index(b))).sum())
            put(f"{a} > {b}", None, n, k=k)
    for side in [c for c in sides if c != "normal"]:
        i = CLASSES.index(side)
        of = both & (first != i) & ~np.isnan((low, high)[i // 2])
        ever = (_class(later, low[:, None], high[:, None]) == i).any(axis=1)
        if of.any():
            k, m = int((of & ever).sum()), int(of.sum())
            w = wilson(k, m, s.plan.level)
            put(f"new {side}", None, m, k=k, rate=w.estimate, ci_low=w.low, ci_high=w.high)
    return out


def _one(ends: np.ndarray) -> float:
    known = np.unique(ends[~np.isnan(ends)])
    return float(known[0]) if len(known) == 1 else float("nan")


def _limits_in_words(used: list[tuple[LabTest, Unit, np.ndarray, np.ndarray, bool]]) -> str:
    given = [test.name for test, _, _, _, file in used if file]
    default = [_default(test, unit) for test, unit, _, _, file in used if not file]
    out = []
    if given:
        out.append(f"Limits of normal from the file: {listing(given)}.")
    if default:
        out += [
            "Where the file gives no limits, common ones of adults are used.",
            *default,
            "Lipids: NCEP ATP III, doi:10.1001/jama.285.19.2486.",
        ]
    return " ".join(out)


def _default(test: LabTest, unit: Unit) -> str:
    (low, high), (mens_low, mens_high) = unit.women, unit.men
    name, of, same = test.name, unit.name, unit.women == unit.men
    if low is None:
        most, mens = f"{high:g}", f"{mens_high:g}"
        return f"Of {name} up to {most} {of} is normal." if same else f"Of {name} up to {most} {of} is normal in women, {mens} in men."
    if high is None:
        least, mens = f"{low:g}", f"{mens_low:g}"
        return f"Of {name} from {least} {of} is normal." if same else f"Of {name} from {least} {of} is normal in women, {mens} in men."
    within, mens = f"{low:g}–{high:g}", f"{mens_low:g}–{mens_high:g}"
    return (
        f"Of {name} within {within} {of} is normal." if same else f"Of {name} within {within} {of} is normal in women, {mens} in men."
    )


def _defaults(used: list[tuple[LabTest, Unit, np.ndarray, np.ndarray, bool]]) -> Caveat | None:
    default = [test.name for test, _, _, _, file in used if not file]
    if not default:
        return None
    return Caveat(
        "laboratory-limits",
        f"The file gives no limits of normal for {listing(default)}; common adult limits are used, and units are told by the size "
        f"of the values.",
        "Give your laboratory's limits as columns such as “AST ULN” and “Hb LLN”.",
    )


def _many(told: list[str]) -> Caveat | None:
    if len(told) < 2:
        return None
    risk = [name for name in told if name in LIPIDS]
    text = (
        f"{counted(len(told), 'test')} are held against limits of normal: some values leave them by chance alone, as 1 in 20 healthy "
        "people's do."
    )
    if risk:
        text = f"The limits of {listing(risk)} are thresholds of risk: many healthy adults lie beyond them."
    if risk and len(risk) < len(told):
        text += " Limits of normal of the other tests are left by chance alone by 1 in 20 values of healthy people."
    return Caveat(
        "laboratory-many",
        text,
        "Look at the size of a change and at single patients, not at how many intervals exclude 0.",
    )


def _sentence(s: AnalysisSet, rows: list[dict], told: list[str], details: Units) -> str:
    new = [r for r in rows if r["group1_level"] is ALL and str(r["variable_level"]).startswith("new ") and r["k"]]
    new.sort(key=lambda r: -r["rate"])
    text = f"{counted(len(told), 'laboratory test')} can be followed from baseline."
    if not new:
        return text + " Nobody left the limits of normal who was within them at baseline."
    parts = []
    for name, side, share in [(r["variable"], r["variable_level"], count(r["k"], r["n"])) for r in new[:3]]:
        parts.append(f"{name} below normal in {share}" if side == "new low" else f"{name} above normal in {share}")
    changes = [r for r in rows if r["group1_level"] is ALL and r["variable_level"] == "change" and r["variable"] == new[0]["variable"]]
    last = changes[-1]
    change = f"{number(last['change'], details.digits[last['variable']])} {details.units[last['variable']]}"
    size = f" Mean change in {last['variable']} at week {last['week']}: {change} (n = {last['n']})."
    return text + f" At some later visit newly: {listing(parts)}." + size
