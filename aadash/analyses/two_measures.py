"""Do two measures change together? Within patients over all visits, and change against change at each visit."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import TwoMeasures
from aadash.errors import CohortError, NotComputable
from aadash.formatting import counted, first_of, interval, level_name, number, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.correlation import pearson, spearman
from aadash.stats.descriptive import describe
from aadash.stats.pingouin_adapter import repeated_measures_correlation

METHOD = (
    "Within patients: repeated-measures correlation over the visits at which both were recorded (Bakdash and Marusich 2017, "
    "doi:10.3389/fpsyg.2017.00456), by pingouin. At each visit: Pearson's correlation of the changes from baseline over patients, "
    "with Fisher's limits, and Spearman's beside it. Missing visits are never filled in."
)
#: Columns of the table, whether or not a row has them.
STATISTICS = ("r", "ci_low", "ci_high", "p", "rho", "n", "n_visits", "mean")


@analysis("Do two measures change together?", tests=(TestColumn("p", estimate="r"),), whole_cohort=True)
def two_measures(cohort: Cohort, plan: AnalysisPlan, other: str = "") -> Result:
    """Relate the measure that the plan analyses to another one of the same patients.

    ``other`` is its name; "" for the first of the others. Only visits at which both were recorded count.

    Table
    -----
    ``variable`` the other measure. ``variable_level`` "within": a row per level with ``r, ci_low, ci_high, p`` (repeated-measures
    correlation), ``n`` patients, ``n_visits``; "change": a row per level × week with Pearson's ``r, ci_low, ci_high, p`` of the two
    changes from baseline, Spearman's ``rho``, ``n``. ``variable_level`` "mean" (``variable`` either measure): a row per level × week
    of that measure's own visits with ``mean, ci_low, ci_high, n``. A correlation that cannot be had is NaN.

    Raises NotComputable when the cohort has one measure, or the two share no visit after baseline. Misleads as cause: two measures
    that both get better with time go together within patients even if neither moves the other, so look at "change" too.
    """
    s = AnalysisSet.of(cohort, plan.replace(missing="observed"))  # visits as they were made, whatever the plan's rule
    name = other or next((m for m in s.cohort.analysable if m != s.cohort.score), "")
    if not name:
        raise NotComputable("This cohort has one measure over time, so there is nothing to relate it to", fix="Upload a file with two")
    if name == s.cohort.score:
        raise NotComputable(f"{name} is the measure that is analysed", expected="another measure to relate it to")
    second = _other(s, name)
    weeks = tuple(w for w in s.cohort.weeks if w in second.weeks)
    if len(weeks) < 2:
        raise NotComputable(f"{s.cohort.score} and {name} share no visit after baseline", expected="two visits with both at least")
    x, y = (c.values[:, [c.column_index(w) for w in weeks]] for c in (s.cohort, second))
    rows = []
    for level in s.levels:
        who = s.strata.members(level)
        rows.append(_within(s, level, name, x[who], y[who]))
        rows += [_change(s, level, name, w, x[who], y[who], j) for j, w in enumerate(weeks) if w]
        for one in (s.cohort, second):
            rows += [_mean(s, level, one, w, one.values[who, j]) for j, w in enumerate(one.weeks)]
    week = max((w for w in weeks[1:] if w <= plan.at_week(s.cohort)), default=weeks[1])
    j = weeks.index(week)
    dx, dy = x[:, j] - x[:, 0], y[:, j] - y[:, 0]
    both = ~np.isnan(dx) & ~np.isnan(dy)
    return Result(
        table(rows, STATISTICS),
        s.accounting(both, f"without both measures at baseline and week {week}"),
        METHOD,
        _sentence(s, rows, name, week),
        doubt.collect(_graded({s.cohort.score, name}), _time(rows), _none(s, rows), doubt.no_stratum(s), doubt.small(s, both)),
        labels=s.labels,
        details=TwoMeasures((s.cohort.measure, second.measure), week, dx, dy, s.strata.codes),
    )


def _other(s: AnalysisSet, name: str) -> Cohort:
    try:
        return s.cohort.analysing(name)
    except CohortError as error:
        raise NotComputable(error.found, expected=error.expected, fix=error.fix) from error


def _within(s: AnalysisSet, level: object, name: str, x: np.ndarray, y: np.ndarray) -> dict:
    both = (~np.isnan(x) & ~np.isnan(y)).sum(axis=1)
    stats: dict[str, float] = {"n": int((both >= 2).sum()), "n_visits": int(both[both >= 2].sum())}
    try:
        found = repeated_measures_correlation(x, y, s.plan.level)
        stats |= {key: found[key] for key in ("r", "ci_low", "ci_high", "p")}
    except NotComputable:
        pass
    return row(s.strata.name, level, name, "within", None, len(x), int(stats["n"]), **stats)  # type: ignore[arg-type]


def _change(s: AnalysisSet, level: object, name: str, week: int, x: np.ndarray, y: np.ndarray, j: int) -> dict:
    a, b = x[:, j] - x[:, 0], y[:, j] - y[:, 0]
    n = int((~np.isnan(a) & ~np.isnan(b)).sum())
    stats: dict[str, float] = {"n": n}
    try:
        found = pearson(a, b, s.plan.level)
        stats |= {"r": found.r, "ci_low": found.ci_low, "ci_high": found.ci_high, "p": found.p, "rho": spearman(a, b).r}
    except NotComputable:
        pass
    return row(s.strata.name, level, name, "change", week, len(x), n, **stats)  # type: ignore[arg-type]


def _mean(s: AnalysisSet, level: object, one: Cohort, week: int, values: np.ndarray) -> dict:
    d = describe(values, s.plan.level)
    stats = {"n": d.n, "mean": d.mean, "ci_low": d.ci_low, "ci_high": d.ci_high}
    return row(s.strata.name, level, one.score, "mean", week, len(values), d.n, **stats)  # type: ignore[arg-type]


def _graded(names: set[str]) -> Caveat | None:
    """One of the two is the other in grades."""
    if names != {"SALT", "AA-IGA"}:
        return None
    return Caveat(
        "one-in-grades",
        "AA-IGA is SALT in five grades (0, 1–20, 21–49, 50–94 and 95–100), so the two go together by definition.",
        "Take a measure of something else, such as DLQI or eyebrows.",
        "warning",
    )


def _time(rows: list[dict]) -> Caveat | None:
    """Both measures follow time, so they follow each other."""
    within = next((r for r in rows if r["variable_level"] == "within" and r["group1_level"] is ALL and "r" in r), None)
    if within is None:
        return None
    return Caveat(
        "both-follow-time",
        "Two measures that both change over the weeks of treatment go together within patients, whether or not one moves the other.",
        "Look at change against change at one visit, which compares patients after the same time.",
    )


def _none(s: AnalysisSet, rows: list[dict]) -> Caveat | None:
    """Correlations that cannot be had, and where."""
    blank = [r for r in rows if r["variable_level"] != "mean" and "r" not in r]
    if not blank:
        return None
    told = [
        f"{s.strata.label(r['group1_level'])} within patients (n = {r['n']})"
        if r["week"] is None
        else f"{s.strata.label(r['group1_level'])} at week {r['week']} (n = {r['n']})"
        for r in blank
    ]
    return Caveat(
        "not-computed",
        f"No correlation can be had in {first_of(told)}: it takes three patients with both measures, and both must vary.",
        "Read what there is with its n.",
    )


def _sentence(s: AnalysisSet, rows: list[dict], name: str, week: int) -> str:
    score, level = s.cohort.score, level_name(s.plan.level)
    everyone = [r for r in rows if r["group1_level"] is ALL]
    w = next(r for r in everyone if r["variable_level"] == "within")
    c = next(r for r in everyone if (r["variable_level"], r["week"]) == ("change", week))
    parts = []
    if "r" in w:
        clear, up = w["p"] <= s.plan.alpha, w["r"] > 0
        parts.append(
            f"Within patients {score} and {name} "
            f"{'show no clear relation' if not clear else 'rise and fall together' if up else 'move against each other'} "
            f"(repeated-measures r = {number(w['r'], 2)}, {level} CI "
            f"{interval(w['ci_low'], w['ci_high'], 2)}, {p_value(w['p'], True, s.plan.alpha)}; {counted(w['n'], 'patient')}, "
            f"{w['n_visits']} visits)."
        )
    else:
        parts.append(f"Within patients {score} and {name} cannot be related: too few have both, or one of them never changes.")
    if "r" in c:
        known = f"{level} CI {interval(c['ci_low'], c['ci_high'], 2)}"
        limits = "no interval from three patients" if np.isnan(c["ci_low"]) else known
        parts.append(
            f"By week {week} the changes over patients correlate with r = {number(c['r'], 2)} ({limits}, "
            f"{p_value(c['p'], True, s.plan.alpha)}, n = {c['n']})."
        )
    else:
        parts.append(f"By week {week} no correlation of the changes over patients can be had (n = {c['n']}).")
    return " ".join(parts)
