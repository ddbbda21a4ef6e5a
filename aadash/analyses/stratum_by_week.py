"""Do the strata take different courses? Two-way mixed ANOVA, stratum × week."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.setting import Setting, row, table
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import number, p_value
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.mixed_anova import AnovaEffect, MixedAnova
from aadash.stats.mixed_anova import mixed_anova as fit

METHOD = ("Two-way mixed ANOVA (stratum between patients, week within), type III sums of squares as SPSS and R's car "
          "give them, on patients with every visit. Sphericity by Mauchly's test; p-values of week and of the "
          "interaction corrected by Greenhouse–Geisser's epsilon from the pooled within-stratum covariance. Percent "
          "change is analysed over the weeks after baseline: at baseline it is 0 for everyone.")
EFFECTS = {"stratum": "between", "week": "within", "stratum:week": "interaction"}


def mixed_anova(cohort: Cohort, plan: AnalysisPlan) -> Result:
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
    s = Setting.of(cohort, plan)
    s.require_followup()
    s.require_strata()
    rows, why, fits = [], "", {}
    for variable, matrix in (("salt", s.values), ("percent_change", s.percent_change[:, 1:])):
        try:
            fits[variable] = _fit(s, matrix)
        except NotComputable as error:
            why = why or error.paragraph()
            continue
        for name, attribute in EFFECTS.items():
            rows.append(_row(s, variable, name, getattr(fits[variable], attribute), fits[variable].n))
    if not rows:
        raise NotComputable(why.rstrip("."))
    complete = ~np.isnan(s.values).any(axis=1) & (s.strata.codes >= 0)
    return Result("mixed_anova", "Do the strata take different courses?", table(rows),
                  s.accounting(complete, "with a missing visit"), METHOD, _sentence(s, rows),
                  doubt.collect(doubt.listwise(s, int(complete.sum())), _sphericity(rows), doubt.coupling(s),
                                doubt.imputed(s), doubt.nri_not_for_means(s), doubt.small(s),
                                doubt.undefined_change(s), _missing_variable(fits, why)), plan, s.labels)


def _fit(s: Setting, matrix: np.ndarray) -> MixedAnova:
    if matrix.shape[1] < 2:
        raise NotComputable("Percent change has one week after baseline only, so there is no course to compare")
    keep = s.strata.codes >= 0
    return fit(matrix[keep], s.strata.codes[keep])


def _row(s: Setting, variable: str, name: str, e: AnovaEffect, n: int) -> dict:
    return row(s.strata.name, "all", variable, name, None, len(s.cohort), n, ss=e.ss, df1=e.df1, ss_error=e.ss_error,
               df2=e.df2, f=e.f, p=e.p, eps_gg=e.eps_gg, df1_gg=e.df1_gg, df2_gg=e.df2_gg, p_gg=e.p_gg,
               eps_hf=e.eps_hf, p_hf=e.p_hf, mauchly_w=e.mauchly_w, mauchly_p=e.mauchly_p,
               partial_eta2=e.partial_eta2, generalized_eta2=e.generalized_eta2)


def _sphericity(rows: list[dict]) -> Caveat | None:
    bad = [r for r in rows if r["variable_level"] == "week" and r["mauchly_p"] < 0.05]
    if not bad:
        return None
    return Caveat("sphericity", f"The visits are not equally correlated (Mauchly {p_value(bad[0]['mauchly_p'], True)}, "
                  f"epsilon {number(bad[0]['eps_gg'], 2)}), so the uncorrected p-values are too small.",
                  "Read the Greenhouse–Geisser column.")


def _missing_variable(fits: dict, why: str) -> Caveat | None:
    if len(fits) == 2:
        return None
    lost = {"salt": "SALT", "percent_change": "Percent change"}[({"salt", "percent_change"} - set(fits)).pop()]
    return Caveat("not-computed", f"{lost} could not be analysed. {why}", level="warning")


def _sentence(s: Setting, rows: list[dict]) -> str:
    variable = "percent_change" if any(r["variable"] == "percent_change" for r in rows) else "salt"
    e = {r["variable_level"]: r for r in rows if r["variable"] == variable}

    def told(name: str) -> str:
        r = e[name]
        p = r["p"] if np.isnan(r["p_gg"]) else r["p_gg"]
        df1, df2 = (r["df1"], r["df2"]) if np.isnan(r["p_gg"]) else (r["df1_gg"], r["df2_gg"])
        return f"F({number(df1, 0 if df1 == int(df1) else 2)}, {number(df2, 0 if df2 == int(df2) else 1)}) = " \
               f"{number(r['f'], 2)}, {p_value(p, prefix=True)}"

    p = e["stratum:week"]["p"] if np.isnan(e["stratum:week"]["p_gg"]) else e["stratum:week"]["p_gg"]
    what = {"salt": "SALT", "percent_change": "percent change"}[variable]
    verdict = (f"The course of {what} differs between the strata" if p <= s.plan.alpha
               else f"No clear difference in the course of {what} between the strata")
    return (f"{verdict} (stratum × week: {told('stratum:week')}). On average over the weeks, stratum: "
            f"{told('stratum')}; over the strata, week: {told('week')}. {e['stratum']['n_analysed']} of "
            f"{e['stratum']['n_enrolled']} patients have every visit and were analysed.")
