"""How many patients would the next study need? Precision first, then power, from what this cohort shows."""

from __future__ import annotations

import math

import numpy as np

from aadash.analyses import model_based
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import pairs_asked
from aadash.analyses.registry import analysis
from aadash.analyses.visits import PatternSums
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import AadashError, NotComputable
from aadash.formatting import counted, number, percent, whole
from aadash.levels import ALL, Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats import sample_size as size
from aadash.stats.pingouin_adapter import patients_two_means

WIDTHS = (0.05, 0.10, 0.15)
METHOD = (
    "Precision: fewest patients for Wilson's interval of the rate seen here to reach ± so many percentage points. Two rates: "
    "Fleiss, Levin and Paik (as R power.prop.test). Two means: t-test, by pingouin. Mixed model with dropout: Lu, Luo and Chen "
    "2008 (doi:10.2202/1557-4679.1098), with the difference in change and the covariance of the visits from this cohort's mixed "
    "model of every visit, the baseline among them, and the share of patients that it kept; its number is that to enrol, since who "
    "leaves early adds the scores recorded. Prediction: Riley et al. 2020 (doi:10.1136/bmj.m441), overall risk by a 95 % interval. "
    "Other patients needed at the end are divided by the share who came to the week in question. Two-sided alpha {alpha:g}, power "
    "{power:g}."
)

#: Patients a group above which no study of alopecia areata is made: the largest trials have a few hundred in an arm.
FEASIBLE = 1000
#: For whom the plan's rule for missing visits fills in, or leaves out, in two means.
FOLLOWS = {
    "locf": " Rates and the mixed model are of the scores recorded; in two means the last score stands in for a missing one.",
    "complete": " Rates and the mixed model are of the scores recorded; two means are of the patients with a score at every visit.",
}
#: What is said under any other rule.
MADE = " Rates, two means and the mixed model are of the scores recorded."
#: What is said where nobody or everybody responded here.
HALVED = " Nobody, or everybody, responded here, which leaves nothing to plan with: half a patient is added on the other side."


@analysis("How many patients would the next study need?", order=90)
def planning(
    cohort: Cohort, plan: AnalysisPlan, power: float = 0.8, difference: float = 0.0, predictors: int = 5, auc: float = 0.75
) -> Result:
    """Patients that the next cohort needs, planned from this one.

    ``difference``: rates (percentage points) that two groups should be told apart by; 0 for the difference seen here
    of the first two strata, or of the first and the control arm. ``predictors``: coefficients of a later model;
    ``auc`` what is anticipated of it in new patients.

    Table
    -----
    ``variable`` what is planned, ``variable_level`` the target. "rate" ("±5" …): ``n`` seen; "rate here": ``half_width`` of this
    cohort; "two rates", "two means": ``n1, n2`` at the end; "mixed model": ``n1, n2`` to enrol; "prediction" ("shrinkage",
    "optimism", "precision", "all"). Each with ``n_enrol``, the number to enrol given this cohort's dropout, and ``target`` (rate,
    difference, standardised difference, R²).

    Raises NotComputable where the endpoint is seen in nobody. The rate of a small cohort is itself uncertain, and the largest
    differences
    found are too large.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    if not 0.5 <= power < 1:
        raise NotComputable(f"A power of {power:g} cannot be planned for", expected="a number from 0.5 to below 1")
    week = plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    # of the patients seen, whatever the plan's rule: who does not come is allowed for in the number to enrol
    status = responses(s.cohort, s.rule, "observed")[0][:, j]
    seen = ~np.isnan(status)
    if not seen.any():
        raise NotComputable(f"Nobody has {s.rule.symbol} recorded at week {week}")
    rate, kept = float(status[seen].mean()), float((~np.isnan(s.cohort.values[:, j])).mean())
    rows, failed = [], []

    def put(what: str, goal: str, n1: float, n2: float = float("nan"), **more: float) -> None:
        groups = [math.ceil(n) for n in (n1, n2) if not np.isnan(n)]
        total = sum(groups)
        level = _pair(s) if len(groups) == 2 and len(s.levels) > 2 else ALL
        stats = {"n1": float(math.ceil(n1)), "n2": n2 if np.isnan(n2) else float(math.ceil(n2)), "n_total": float(total)}
        rows.append(
            row(
                s.strata.name,
                level,
                what,
                goal,
                week,
                len(s.cohort),
                int(seen.sum()),
                **stats,
                n_enrol=float(total if what == "mixed model" else sum(math.ceil(n / kept) for n in groups)),
                **more,
            )
        )

    rows.append(
        row(
            s.strata.name,
            ALL,
            "rate here",
            None,
            week,
            len(s.cohort),
            int(seen.sum()),
            half_width=size.rate_half_width(rate, int(seen.sum()), plan.level),
            kept=kept,
            target=rate,
        )
    )
    # A rate of 0 or 1 has no spread to plan with: half a patient is added on the other side.
    planned = min(max(rate, 0.5 / (seen.sum() + 1)), 1 - 0.5 / (seen.sum() + 1))
    for width in WIDTHS:
        put("rate", f"±{100 * width:g}", size.patients_for_rate(planned, width, plan.level), target=planned)
    for name, make in (("Two rates", _rates), ("Two means", _means), ("Mixed model", _repeated)):
        try:
            for what, goal, n1, n2, values in make(s, status, j, power, difference):
                put(what, goal, n1, n2, **values)
        except AadashError as error:
            failed.append(Caveat("not-computed", f"{name}: {error.paragraph()}"))
    try:
        r = size.riley_binary(predictors, planned, auc=auc)
        for name, n in (("shrinkage", r.shrinkage), ("optimism", r.optimism), ("precision", r.precision), ("all", r.n)):
            put("prediction", name, n, target=r.r2)
    except NotComputable as error:
        failed.append(Caveat("not-computed", f"Prediction: {error.paragraph()}"))
    return Result(
        table(rows, ("n1", "n2", "n_total", "n_enrol", "half_width", "target")),
        AnalysisSet.of(cohort, plan.replace(missing="observed")).accounting(seen, f"with no visit at week {week}", rule=s.rule),
        "".join(
            [METHOD.format(alpha=plan.alpha, power=power), FOLLOWS.get(plan.missing, MADE), *([HALVED] if planned != rate else [])]
        ),
        _sentence(s, rows, rate, int(seen.sum()), kept),
        (
            Caveat(
                "planning",
                "What a small cohort shows is uncertain, and the largest differences in it are too large: planned on them, the next "
                "study is too small.",
                "Plan for the smallest difference that would matter to a patient.",
            ),
            *failed,
        ),
        labels=s.labels,
    )


Planned = list[tuple[str, str, float, float, dict[str, float]]]


def _pair(s: AnalysisSet) -> Pair:
    """The two groups that are planned from."""
    return pairs_asked(s.levels[1:])[0]


def _two(s: AnalysisSet, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    s.require_strata()
    pair = _pair(s)
    a, b = (y[s.strata.members(lv) & ~np.isnan(y)] for lv in (pair.first, pair.second))
    if min(len(a), len(b)) < 2:
        raise NotComputable("A stratum has fewer than two patients at that week")
    return a, b


def _rates(s: AnalysisSet, status: np.ndarray, j: int, power: float, difference: float) -> Planned:
    a, b = _two(s, status)
    p1, p2 = float(a.mean()), float(b.mean())
    if difference:
        middle = min(max((p1 + p2) / 2, difference / 200 + 0.01), 0.99 - difference / 200)
        p1, p2 = middle - difference / 200, middle + difference / 200
    if {p1, p2} & {0.0, 1.0}:
        raise NotComputable(
            "In both strata nobody or everybody responds, and no study can be planned on rates of 0 % or 100 %"
            if {p1, p2} <= {0.0, 1.0}
            else "In one of the two strata nobody or everybody responds, and no study can be planned on a rate of 0 % or 100 %",
            fix="Give the difference that the next study should find",
        )
    n1, n2 = size.patients_two_rates(p1, p2, power, s.plan.alpha)
    digits = 0 if round(100 * p1) != round(100 * p2) else 1
    told = f"{number(100 * p1, digits)} % and {number(100 * p2, digits)} %"
    return [("two rates", told, n1, n2, {"target": p1 - p2, "rate1": p1, "rate2": p2})]


def _means(s: AnalysisSet, status: np.ndarray, j: int, power: float, difference: float) -> Planned:
    a, b = _two(s, s.values[:, j] - s.cohort.baseline)
    spread = math.sqrt(((len(a) - 1) * a.var(ddof=1) + (len(b) - 1) * b.var(ddof=1)) / (len(a) + len(b) - 2))
    d = abs(float(a.mean() - b.mean())) / spread if spread > 0 else 0.0
    _tell_apart(d)
    n = patients_two_means(d, power, s.plan.alpha)
    return [("two means", f"d = {number(d, 2)}", n, n, {"target": d})]


def _tell_apart(d: float) -> None:
    """A difference of less than a hundredth of a standard deviation would ask for millions."""
    if d < 0.01:
        raise NotComputable("The mean changes hardly differ, so no number of patients follows from them")


def _repeated(s: AnalysisSet, status: np.ndarray, j: int, power: float, difference: float) -> Planned:
    """By the mixed model of the page of differences: every visit made, the baseline among them, its covariance and its change at the
    week; who is seen at baseline alone counts with that."""
    s.require_strata()
    pair = _pair(s)
    two = (pair.first, pair.second)
    who = (s.strata.members(two[0]) | s.strata.members(two[1])) & ~np.isnan(s.cohort.baseline)
    seen = ~np.isnan(s.cohort.values[:, 1 : j + 1])
    if min(int((s.strata.members(level) & who & seen.any(axis=1)).sum()) for level in two) < 2:
        raise NotComputable("A stratum has fewer than two patients with a visit")
    fitted = model_based.fit_sums(s, PatternSums.of(s.cohort.values, s.strata.codes), 0, pooled=False)
    sigma, changes = fitted.model.sigma.to_numpy(), fitted.contrasts("change")
    first, second = (float(changes[level]["estimate"].loc[s.cohort.weeks[j]]) for level in two)
    gap = first - second
    alike = [str(w) for w in fitted.model.known]  # visits at which all of a group have the same value
    if np.isnan(gap) or sigma.shape[0] + len(alike) != len(s.cohort.weeks) or alike not in ([], ["0"]):
        there = [np.isfinite(s.cohort.values[s.strata.members(level) & who][:, : j + 1]).any(axis=0).all() for level in two]
        if all(there):
            raise NotComputable("At a visit all patients of a stratum have the same value, so the model finds no spread there")
        raise NotComputable("A visit has no value in one of the strata")
    kept = np.minimum.accumulate([1.0, *(float(seen[who][:, k:].any(axis=1).mean()) for k in range(j))])
    share = 1.0
    if alike:  # all begin at the same value: the model is of the changes, and who is seen at baseline alone adds nothing
        covariance, share = sigma[:j, :j], float(kept[1])
        kept = kept[1:] / max(share, 1e-9)
    else:
        turned = np.eye(j + 1)  # baseline, then the change at each visit
        turned[1:, 0] = -1.0
        covariance = turned @ sigma[: j + 1, : j + 1] @ turned.T
    _tell_apart(abs(gap) / math.sqrt(float(covariance[-1, -1])))
    found = size.patients_repeated(covariance, kept, abs(gap), power, s.plan.alpha)
    return [("mixed model", s.cohort.measure.amount(abs(gap)), found.n1 / share, found.n2 / share, {"target": gap})]


def _sentence(s: AnalysisSet, rows: list[dict], rate: float, n: int, kept: float) -> str:
    here, ten = rows[0], next(r for r in rows if r["variable_level"] == "±10")
    come = f"come to week {here['week']}"
    if s.came_without(here["week"]):
        come = f"have {s.cohort.score} recorded at week {here['week']}"
    text = (
        f"Here {percent(rate)} of {counted(n, 'patient')} assessed at week {here['week']} reached {s.rule.symbol}, known to "
        f"±{number(100 * here['half_width'], 0)} percentage points. "
        f"For ±10, {ten['n_total']:.0f} patients must be seen, {ten['n_enrol']:.0f} enrolled if {percent(kept, 0)} {come} as here."
    )
    if s.plan.missing in ("nri", "locf", "complete"):
        text += (
            " These rates are of the patients with a score, not by the plan's rule for missing visits: who will not come is allowed "
            "for in "
            "the number to enrol."
        )
    two = next((r for r in rows if r["variable"] == "two rates"), None)
    if two and two["n1"] > FEASIBLE:
        text += (
            f" No study of feasible size could tell {two['variable_level']} apart: it would take about {whole(two['n1'])} patients a "
            "group."
        )
    elif two:
        text += f" To tell {two['variable_level']} apart, {two['n1']:.0f} patients a group must be seen."
    if len(s.levels) > 3 and any(not np.isnan(r.get("n2", float("nan"))) for r in rows):
        a, b = (s.strata.label(level) for level in (_pair(s).first, _pair(s).second))
        text += f" Two groups are planned from two of the strata, {a} and {b}."
    return text
