"""Two drugs or doses: who got which, whether they can be compared, and the comparison among patients made alike."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.baseline_columns import is_after_baseline
from aadash.analyses.registry import analysis
from aadash.arms import arm_asked, arm_of, control_among
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import AadashError, NotComputable
from aadash.filters import is_measured, is_numeric, level_text
from aadash.formatting import counted, differing, interval, level_name, listing, number, ratio
from aadash.levels import Pair, by_name, readable
from aadash.measure import SALT
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Exclusion, Result, TestColumn
from aadash.stats.propensity import Propensity, e_value, propensity, weighted_comparison

#: (Reason, who): patients whom an analysis cannot use.
Gaps = list[tuple[str, np.ndarray]]
#: Roles that a treatment may be chosen by, beside the baseline.
ROLES = ("age", "sex", "duration", "subtype", "atopic_dermatitis", "ivmp", "eyebrow", "eyelash")
#: Columns a patient for each covariate below which a propensity model is refused more of them.
PATIENTS_A_COVARIATE = 8
CONFOUNDING = (
    "Unless the treatment was given by chance, what made the doctor choose it may also make the outcome (confounding by indication). "
    "Weighting removes differences in what the file records, and in nothing else."
)
METHOD = (
    "Propensity score by logistic regression on {covariates}; overlap weights (Li, Morgan & Zaslavsky 2018, "
    "doi:10.1080/01621459.2016.1260466): patients who might have had either treatment. Balance: standardised mean differences "
    "before and after. Outcomes are of the patients with a score at the week, whatever the plan's rule for missing visits. "
    "Standard errors count that the weights were estimated (Lunceford & Davidian 2004, doi:10.1002/sim.1903). E-value: VanderWeele "
    "& Ding "
    "2017, doi:10.7326/M16-2607."
)


def treatment_column(cohort: Cohort, plan: AnalysisPlan | None = None) -> str | None:
    """The column that says which of several treatments a patient had: the arm that the plan names, else drug or dose with two levels
    or more, else a column that looks like an arm (its name, a control, drugs or doses) and nobody has said that it is none."""
    arm = arm_of(cohort, plan) if plan is not None else None
    if arm is not None:
        return arm.column
    for role in ("drug", "dose"):
        column = cohort.roles.get(role)
        if column is not None and cohort.fact(column).nunique() >= 2:
            return column
    asked = arm_asked(cohort, plan) if plan is not None else None
    return None if asked is None else asked.column


@analysis("Two treatments: can they be compared?", tests=(TestColumn("p", "weighted comparison", "estimate"),), order=92)
def treatment_comparison(cohort: Cohort, plan: AnalysisPlan, column: str = "") -> Result:
    """The control arm and the most frequent other treatment, or the two most frequent: their balance before and after weighting, and
    their outcomes.

    ``column``: which column tells the treatments apart; "" for the one with the role of drug, or dose.

    Table
    -----
    ``group1`` the column, ``group1_level`` the pair (first minus second in alphabetical order). ``variable`` "balance" with
    ``variable_level`` a
    covariate: ``mean1, mean2, smd, smd_weighted``; "overlap": ``outside`` patients whom nobody of the other treatment is like,
    ``effective1,
    effective2``; then "change" (points) and the endpoint (0–1), ``variable_level`` "unweighted" or "weighted": ``estimate, ci_low,
    ci_high, p``
    (p of weighted ones); "e_value" with ``estimate`` and ``limit``.

    Raises NotComputable where the file has one treatment only, or the two were given to patients with nothing in common. Never an
    effect by itself: see the caveat that comes first.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    name = column or treatment_column(s.cohort, plan)
    if name is None or s.cohort.role(name) is None:
        raise NotComputable(
            "No column of the file tells two treatments apart",
            expected="a column such as “drug” or “dose” with two values, each in ten patients at least",
        )
    name = str(s.cohort.role(name))
    series = s.cohort.fact(name)
    text = series.map(level_text, na_action="ignore")
    sizes = {str(level): int(n) for level, n in text.value_counts().items()}
    treatments = sorted(sizes, key=lambda level: (-sizes[level], by_name(level)))
    if len(treatments) < 2:
        raise NotComputable(f"All included patients have the same “{name}”")
    control = control_among(treatments)
    first, second = sorted(_two(treatments, control), key=by_name)
    arm = np.where(text == first, 1.0, np.where(text == second, 0.0, np.nan))
    week = plan.at_week(s.cohort)
    j = s.cohort.column_index(week)
    x, titles, gaps = _covariates(s, name, int(np.isfinite(arm).sum()))
    use = np.isfinite(arm) & ~np.isnan(x).any(axis=1) & ~np.isnan(s.cohort.values[:, j])
    if min((arm[use] == 1).sum(), (arm[use] == 0).sum()) < 10:
        raise NotComputable(
            f"{counted(int((arm[use] == 1).sum()), 'patient')} on {first} and {int((arm[use] == 0).sum())} on {second} can be "
            f"compared at week {week}",
            expected="ten of each at least",
        )
    vary = x[use].std(axis=0) > 0
    x, titles = x[:, vary], [t for t, v in zip(titles, vary, strict=True) if v]
    if not titles:
        raise NotComputable(
            "Nothing that was recorded at baseline differs between these patients, so there is nothing to make them alike in",
            fix="Compare the two as they are, split by this column",
        )
    m = propensity(arm[use] == 1, x[use], titles)
    pair, n, used = Pair(first, second), len(s.cohort), int(use.sum())
    rows = [
        row(
            name,
            pair,
            "balance",
            r["name"],
            week,
            n,
            used,
            mean1=r["treated"],
            mean2=r["other"],
            smd=r["smd"],
            smd_weighted=r["smd_weighted"],
        )
        for r in m.balance.to_dict("records")
    ]
    rows.append(
        row(
            name,
            pair,
            "overlap",
            None,
            week,
            n,
            used,
            outside=float(m.outside),
            effective1=m.effective_n[0],
            effective2=m.effective_n[1],
        )
    )
    failed: list[Caveat] = []
    for variable, y in _outcomes(s, j):
        try:
            rows += _compare(s, name, pair, variable, y[use], m, x[use], week)
        except AadashError as error:
            failed.append(Caveat("not-computed", f"{s.rule.symbol if variable == s.rule.name else 'Change'}: {error.paragraph()}"))
    return Result(
        table(
            rows,
            (
                "estimate",
                "ci_low",
                "ci_high",
                "p",
                "mean1",
                "mean2",
                "smd",
                "smd_weighted",
                "outside",
                "effective1",
                "effective2",
                "limit",
            ),
        ),
        Accounting(n, used, _excluded(s, name, text.isna().to_numpy(), arm, use, gaps, week)),
        METHOD.format(covariates=listing(titles)),
        "".join([_sentence(s, rows, pair, m), _why_these(sizes, treatments, control)]),
        (
            Caveat(
                "confounding-by-indication",
                CONFOUNDING,
                "Say how patients came to each, by chance or why it was prescribed, before reading this as a difference of the drugs.",
                "warning",
            ),
            *_poor_overlap(m),
            *failed,
        ),
        labels=s.labels,
    )


def _excluded(
    s: AnalysisSet, name: str, unrecorded: np.ndarray, arm: np.ndarray, use: np.ndarray, gaps: Gaps, week: int
) -> tuple[Exclusion, ...]:
    """Who is left out, each for the first reason that there is."""
    reasons = [
        (f"with nothing recorded in “{name}”", unrecorded),
        ("on another treatment", ~np.isfinite(arm)),
        *gaps,
        (s.reason(f"with no visit at week {week}"), np.isnan(s.cohort.values[:, s.cohort.column_index(week)])),
    ]
    left, out = ~use, []
    for reason, who in reasons:
        if k := int((left & who).sum()):
            out.append(Exclusion(reason, k))
        left = left & ~who
    return tuple(out)


def _covariates(s: AnalysisSet, treatment: str, patients: int) -> tuple[np.ndarray, list[str], Gaps]:
    """Covariates as numbers (indicators for categories), their titles, and who lacks which (reason, who)."""
    parts, titles = [s.cohort.baseline], [f"baseline {s.cohort.score}"]
    gaps: Gaps = [(f"without a baseline {s.cohort.score}", np.isnan(s.cohort.baseline))]
    for role in ROLES:
        column = s.cohort.roles.get(role)
        if column is None or column == treatment or is_after_baseline(s.cohort, column):
            continue
        series = s.cohort.fact(column)
        if series.notna().mean() < 0.8 or len(titles) >= max(1, patients // PATIENTS_A_COVARIATE):
            continue
        if is_numeric(series) and (series.nunique() < 3 or is_measured(s.cohort, role, series)):
            values = series.to_numpy(dtype=float, na_value=np.nan)
            new, names = [values], [readable(column)]
        else:
            told = series.map(level_text, na_action="ignore")
            sizes = {str(v): int(k) for v, k in told.value_counts().items() if k >= 5}
            levels = sorted(sizes, key=lambda level: (-sizes[level], by_name(level)))[1:4]
            missing = told.isna().to_numpy()
            new = [np.where(missing, np.nan, (told == v).to_numpy(dtype=float)) for v in levels]
            names = [f"{column.replace('_', ' ')}: {v}" for v in levels]
        parts += new
        titles += names
        if new:
            gaps.append((f"with nothing recorded for {column.replace('_', ' ')}", np.logical_or.reduce([np.isnan(v) for v in new])))
    return np.column_stack(parts), titles, gaps


def _outcomes(s: AnalysisSet, j: int) -> list[tuple[str, np.ndarray]]:
    status, _ = responses(s.cohort, s.rule, "observed")
    return [("change", s.cohort.values[:, j] - s.cohort.baseline), (s.rule.name, status[:, j])]


def _compare(
    s: AnalysisSet, name: str, pair: Pair, variable: str, y: np.ndarray, m: Propensity, x: np.ndarray, week: int
) -> list[dict]:
    if np.isnan(y).any():
        fix = "Choose SALT≤20" if s.cohort.score == SALT.name else "Choose another endpoint"
        raise NotComputable(f"the outcome is undefined for {int(np.isnan(y).sum())} of the patients compared", fix=fix)
    t, n = m.treated, len(s.cohort)
    plain = float(y[t].mean() - y[~t].mean())
    w = weighted_comparison(y, m, x, s.plan.level)
    if w.se <= 1e-12:  # nobody or everybody of both: how sure the difference is cannot be said by weights
        w = replace(w, ci_low=float("nan"), ci_high=float("nan"))
    elif variable != "change":
        w = replace(w, ci_low=max(w.ci_low, -1.0), ci_high=min(w.ci_high, 1.0))
    out = [
        row(name, pair, variable, "unweighted", week, n, len(y), estimate=plain, mean1=float(y[t].mean()), mean2=float(y[~t].mean())),
        row(
            name,
            pair,
            variable,
            "weighted",
            week,
            n,
            len(y),
            estimate=w.difference,
            ci_low=w.ci_low,
            ci_high=w.ci_high,
            p=w.p,
            mean1=w.treated,
            mean2=w.other,
        ),
    ]
    if variable != "change" and min(w.treated, w.other) > 0 and not np.isnan(w.ci_low):
        rr = w.treated / w.other
        spread = np.log(np.clip([(w.other + w.ci_low) / w.other, (w.other + w.ci_high) / w.other], 1e-6, None))
        e = e_value(rr, float(min(np.exp(spread[0]), rr)), float(max(np.exp(spread[1]), rr)))
        out.append(row(name, pair, "e_value", variable, week, n, len(y), estimate=e.estimate, limit=e.limit))
    return out


def _two(treatments: list[str], control: str) -> list[str]:
    """Which two are compared: the control arm with the most frequent other one, else the two most frequent."""
    others = [level for level in treatments if level != control]
    return [control, others[0]] if control else others[:2]


def _why_these(sizes: dict[str, int], treatments: list[str], control: str) -> str:
    """A sentence where there are more than the two that are compared; another may be as frequent as one of them."""
    if len(treatments) < 3:
        return ""
    one, other = _two(treatments, control)
    alike = any(sizes[level] == sizes[other] for level in treatments if level not in (one, other))
    if control and alike:
        return f" Of {len(treatments)} treatments, {other}, one of the most frequent, is compared with the control arm, {one}."
    if alike:
        named = f"{one} and {other}; no control arm is recognised."
        return f" Of {len(treatments)} treatments, two of the most frequent are compared, {named}"
    if control:
        return f" Of {len(treatments)} treatments, {other}, the most frequent, is compared with the control arm, {one}."
    return f" Of {len(treatments)} treatments, the two most frequent are compared, {one} and {other}; no control arm is recognised."


def _poor_overlap(m: Propensity) -> list[Caveat]:
    share = m.outside / len(m.treated)
    if share < 0.1:
        return []
    return [
        Caveat(
            "poor-overlap",
            f"{m.outside} of {len(m.treated)} patients have nobody like them on the other treatment.",
            "They weigh least in the comparison, which is mostly of the others; say who they are.",
            "warning",
        )
    ]


def _sentence(s: AnalysisSet, rows: list[dict], pair: Pair, m: Propensity) -> str:
    used = len(m.treated)
    worst = max((abs(r["smd"]), r["variable_level"]) for r in rows if r["variable"] == "balance")
    after = max(abs(r["smd_weighted"]) for r in rows if r["variable"] == "balance")
    text = (
        f"Of the {used} patients who can be compared, those on {pair.first} and on {pair.second} differ most in {worst[1]} "
        f"({number(worst[0], 2)} standard deviations; at most {number(after, 2)} after weighting)."
    )
    rule = s.rule
    r = next((r for r in rows if r["variable"] == rule.name and r["variable_level"] == "weighted"), None)
    if r is not None:
        limits = (
            "without an interval, because all of one group have the same outcome"
            if np.isnan(r["ci_low"])
            else f"{level_name(s.plan.level)} CI {interval(100 * r['ci_low'], 100 * r['ci_high'])}"
        )
        rate1, rate2, gap = differing(100 * r["mean1"], 100 * r["mean2"], 100 * r["estimate"])
        text += (
            f" Made alike in what was recorded, {rate1} % against {rate2} % of those with a score reach "
            f"{rule.symbol}: a difference of {gap} percentage points "
            f"({limits}), which is no effect of the drug unless nothing else decided who got it."
        )
        e = next((r for r in rows if r["variable"] == "e_value"), None)
        if e is not None:
            text += f" E-value {ratio(e['estimate'])} (limit {ratio(e['limit'])})."
    return text
