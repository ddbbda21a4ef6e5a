"""Do the strata take different courses? Two-way mixed ANOVA, stratum × week."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import Any

import numpy as np

from aadash.analyses import assumptions, model_based
from aadash.analyses import caveats as doubt
from aadash.analyses.absences import carried
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import degrees, number, p_value
from aadash.levels import ALL
from aadash.measure import Measure
from aadash.plan import AnalysisPlan
from aadash.result import Alternative, Caveat, Check, Result, TestColumn
from aadash.stats.mixed_anova import AnovaEffect, MixedAnova
from aadash.stats.mixed_anova import mixed_anova as fit

METHOD = (
    "Two-way mixed ANOVA (stratum between patients, week within), type III sums of squares as SPSS and R's car "
    "give them, on patients with a score at every visit. Sphericity by Mauchly's test; p-values of week and of the "
    "interaction corrected by Greenhouse–Geisser's epsilon from the pooled within-stratum covariance. Percent "
    "change is analysed over the weeks after baseline: at baseline it is 0 for everyone."
)
CHOICE = (
    "The same patients are seen at every week and belong to one stratum each, so stratum is between patients and week "
    "within them: a two-way mixed ANOVA. It needs every visit of a patient; where many are missing, choose the mixed "
    "model as the rule for missing visits."
)
CHOICE_MODEL = (
    "The same patients are seen at every week and belong to one stratum each. Every score recorded is to count, so the question "
    "goes to a mixed model for repeated measures, whose joint tests ask what the mixed ANOVA asks."
)
#: What a measure is called in an analysis set, and its first week.
COLUMNS = {"salt": ("values", 0), "percent_change": ("percent_change", 1)}
MEASURES = {"salt": "SALT", "percent_change": "percent change"}
ONE_WEEK = "There is one week after baseline only, so there is no course of percent change to compare"
EFFECTS = {"stratum": "between", "week": "within", "stratum:week": "interaction"}


@analysis(
    "Do the strata take different courses?",
    section="core",
    order=6,
    tests=(TestColumn("p_gg", "mixed ANOVA (Greenhouse–Geisser)", "f"), TestColumn("p", estimate="f")),
    every_rule=True,
)
def mixed_anova(cohort: Cohort, plan: AnalysisPlan, brief: bool = False) -> Result:
    """Two-way mixed ANOVA of SALT over all weeks and of percent change over the weeks after baseline.

    Table
    -----
    One row a ``variable`` ("salt", "percent_change") × ``variable_level`` ("stratum", "week", "stratum:week") with
    ``ss, df1, ss_error, df2, f, p, eps_gg, df1_gg, df2_gg, p_gg, eps_hf, p_hf, mauchly_w, mauchly_p, partial_eta2,
    generalized_eta2`` and the three counts. Epsilon and Mauchly are NaN for the between effect and for two visits.

    Raises NotComputable with fewer than two strata, fewer than two weeks, or too few complete patients. Misleads when
    many patients miss a visit: they are left out whole (counted in the accounting), and those who stay are not a
    random sample.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    rows, why, modelled = [], "", plan.missing == "mixed"
    fits: dict[str, MixedAnova | None] = {}
    doubts: list[Caveat | None] = []
    for variable in MEASURES:
        if brief and variable == "salt":
            continue
        try:
            if modelled:
                rows.extend(_model_rows(s, variable, doubts))
                fits[variable] = None
                continue
            fitted = _fit(s, variable)
            fits[variable] = fitted
        except NotComputable as error:
            why = why or error.paragraph()
            continue
        for name, attribute in EFFECTS.items():
            rows.append(_row(s, variable, name, getattr(fitted, attribute), fitted.n))
    if not rows:
        raise NotComputable(why.rstrip("."))
    # the sentence, the accounting, the checks and the doubts are about one measure: percent change where it can be analysed
    measure = "percent_change" if "percent_change" in fits else "salt"
    visited, made = s.level_patterns.visit(), s.level_patterns.under(plan.missing)
    if measure == "percent_change":
        made = made[:, 1:] & (visited.baseline > 0)[:, None]
    used: np.ndarray = np.asarray((made.any(axis=1) if modelled else made.all(axis=1)) & (visited.codes >= 0))
    n = visited.n(used)
    why_not = "with no visit after baseline" if measure == "percent_change" else "with no visit at all"
    checks, others = _examined(s, rows, {lv: visited.n(used & s.who(visited, lv)) for lv in s.levels[1:]}, measure)
    return Result(
        table(rows),
        s.accounting(
            used, why_not if modelled else "with a missing visit", percent=measure == "percent_change", by_stratum=True, at=visited
        ),
        model_based.METHOD if modelled else "".join([METHOD, carried(plan)]),
        _sentence(s, rows, n, measure),
        doubt.collect(
            *{d.text: d for d in doubts if d}.values(),
            None if modelled else doubt.listwise(s, n),
            sphericity(s.cohort.measure, rows),
            doubt.coupling(s),
            doubt.graded(s),
            doubt.imputed(s),
            doubt.nri_not_for_means(s),
            doubt.small(s, used, visited),
            doubt.differential(s) if modelled else None,
            doubt.after_baseline(s),
            doubt.undefined_change(s),
            None if brief else _missing_variable(s, fits, why),
        ),
        labels=s.labels,
        choice=CHOICE_MODEL if modelled else CHOICE,
        checks=checks,
        alternatives=others,
    )


def _model_rows(s: AnalysisSet, variable: str, doubts: list[Caveat | None]) -> list[dict]:
    """The same three questions asked of the mixed model: joint tests with Kenward–Roger degrees of freedom."""
    what, first = COLUMNS[variable]
    if len(s.cohort.weeks) - first < 2:
        raise NotComputable(ONE_WEEK)
    fitted = model_based.fit(s, what, first, pooled=False)
    if len(fitted.levels) < 2:
        raise NotComputable(f"Only one stratum has patients with {s.cohort.measure.words(MEASURES[variable])} at a visit")
    doubts += [model_based.structure_caveat(fitted), model_based.known_caveat(fitted)]
    model = fitted.model
    out = []
    for name, term in {"stratum": "group", "week": "time", "stratum:week": "group:time"}.items():
        t = model.tests[model.tests["term"] == term]
        if len(t):
            blank = dict.fromkeys(
                (
                    "ss",
                    "ss_error",
                    "eps_gg",
                    "df1_gg",
                    "df2_gg",
                    "p_gg",
                    "eps_hf",
                    "p_hf",
                    "mauchly_w",
                    "mauchly_p",
                    "partial_eta2",
                    "generalized_eta2",
                ),
                float("nan"),
            )
            out.append(
                row(
                    s.strata.name,
                    ALL,
                    variable,
                    name,
                    None,
                    len(s.cohort),
                    model.n_patients,
                    **blank
                    | {
                        "test": model_based.TEST,
                        "df1": t["df1"].iloc[0],
                        "df2": t["df2_kr"].iloc[0],
                        "f": t["f_kr"].iloc[0],
                        "p": t["p_kr"].iloc[0],
                    },
                )
            )
    return out


def _examined(
    s: AnalysisSet, rows: list[dict], used: dict[str, int], measure: str
) -> tuple[tuple[Check, ...], tuple[Alternative, ...]]:
    """Sphericity and sizes; the corrections and the multivariate test beside the answer."""
    sizes = assumptions.sizes({s.strata.label(lv): n for lv, n in used.items()})
    r = next(r for r in rows if (r["variable"], r["variable_level"]) == (measure, "stratum:week"))
    if s.plan.missing == "mixed":
        return (sizes,), ()
    holds = r["mauchly_p"] >= 0.05
    checks = (
        [sizes]
        if np.isnan(r["mauchly_p"])
        else [
            sizes,
            Check(
                f"Sphericity, {s.cohort.measure.words(MEASURES[measure])}",
                "holds" if holds else "broken",
                f"Mauchly W = {number(r['mauchly_w'], 3)}, "
                f"{p_value(r['mauchly_p'], True)}, epsilon {number(r['eps_gg'], 2)}: "
                + ("nothing against it." if holds else "read the corrected p-values."),
            ),
        ]
    )
    answer = r["p"] if np.isnan(r["p_gg"]) else r["p_gg"]
    tests = {"Interaction uncorrected": r["p"], "Interaction, Huynh–Feldt": r["p_hf"], "Interaction, Pillai's trace": r["pillai_p"]}
    return tuple(checks), tuple(
        Alternative(name, p, bool((p <= s.plan.alpha) == (answer <= s.plan.alpha)))
        for name, p in tests.items()
        if not np.isnan(p) and not np.isnan(r["p_gg"])
    )


def _fit(s: AnalysisSet, variable: str) -> MixedAnova:
    what, first = COLUMNS[variable]
    if len(s.cohort.weeks) - first < 2:
        raise NotComputable(ONE_WEEK)
    return fit(s.modelled(what).at(range(first, len(s.cohort.weeks))))


def _row(s: AnalysisSet, variable: str, name: str, e: AnovaEffect, n: int) -> dict:
    return row(
        s.strata.name,
        ALL,
        variable,
        name,
        None,
        len(s.cohort),
        n,
        test="mixed ANOVA",
        ss=e.ss,
        df1=e.df1,
        ss_error=e.ss_error,
        df2=e.df2,
        f=e.f,
        p=e.p,
        eps_gg=e.eps_gg,
        df1_gg=e.df1_gg,
        df2_gg=e.df2_gg,
        p_gg=e.p_gg,
        eps_hf=e.eps_hf,
        p_hf=e.p_hf,
        mauchly_w=e.mauchly_w,
        mauchly_p=e.mauchly_p,
        partial_eta2=e.partial_eta2,
        generalized_eta2=e.generalized_eta2,
        pillai=e.pillai,
        pillai_p=e.pillai_p,
    )


def sphericity(measure: Measure, rows: Iterable[Mapping[Hashable, Any]]) -> Caveat | None:
    """That the visits are not equally correlated, as rows of the table say."""
    bad = [r for r in rows if r["variable_level"] == "week" and r["mauchly_p"] < 0.05]
    if not bad:
        return None
    name = measure.words
    told = "; ".join(
        [f"{name(MEASURES[r['variable']])}: Mauchly {p_value(r['mauchly_p'], True)}, epsilon {number(r['eps_gg'], 2)}" for r in bad]
    )
    return Caveat(
        "sphericity",
        f"The visits are not equally correlated ({told}), so the uncorrected p-values are too small.",
        "Read the Greenhouse–Geisser column.",
    )


def _missing_variable(s: AnalysisSet, fits: dict, why: str) -> Caveat | None:
    if len(fits) == 2:
        return None
    lost = {"salt": s.cohort.score, "percent_change": "Percent change"}[({"salt", "percent_change"} - set(fits)).pop()]
    return Caveat("not-computed", f"{lost} could not be analysed. {why}", level="warning")


def _sentence(s: AnalysisSet, rows: list[dict], n: int, measure: str) -> str:
    e = {r["variable_level"]: r for r in rows if r["variable"] == measure}
    enrolled = len(s.cohort)
    who = f"All {enrolled} patients were analysed" if n == enrolled else f"{n} of {enrolled} patients were analysed"
    if s.plan.missing == "locf":
        who += ": those with a score at every visit, recorded or carried forward."
    else:
        who += ", with every score that they have." if s.plan.missing == "mixed" else ": those with a score at every visit."
    what = s.cohort.measure.words(MEASURES[measure])
    r = e["stratum:week"]
    p = r["p"] if np.isnan(r["p_gg"]) else r["p_gg"]
    if np.isnan(p):
        if s.plan.missing == "mixed":
            return (
                f"Whether the course of {what} differs between the strata cannot be tested: there are too few patients for so many "
                f"visits. {who}"
            )
        return (
            f"Whether the course of {what} differs between the strata cannot be tested: nobody differs from his stratum's course. "
            f"{who}"
        )
    verdict = (
        f"The course of {what} differs between the strata"
        if p <= s.plan.alpha
        else f"No clear difference in the course of {what} between the strata"
    )
    method = "mixed model, " if s.plan.missing == "mixed" else ""
    between, within = _in_words(e["stratum"], s.plan.alpha), _in_words(e["week"], s.plan.alpha)
    return (
        f"{verdict} ({method}stratum × week: {_in_words(r, s.plan.alpha)}). On average over the weeks, stratum: {between}; over the "
        f"strata, week: {within}. {who}"
    )


def _in_words(r: dict, alpha: float) -> str:
    """F with its degrees of freedom and p, corrected where there is a correction."""
    corrected = not np.isnan(r["p_gg"])
    df1, df2, p = (r["df1_gg"], r["df2_gg"], r["p_gg"]) if corrected else (r["df1"], r["df2"], r["p"])
    if np.isnan(r["f"]):
        return "not defined"
    return f"F({degrees(df1)}, {degrees(df2)}) = {number(r['f'], 2)}, {p_value(p, True, alpha)}"
