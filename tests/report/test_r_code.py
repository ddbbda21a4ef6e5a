"""The lines of R that stand beside the Python give its numbers: in base R wherever R is, in car, mmrm and logistf where those are."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import aadash
from aadash import analyses
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.report.r_code import r_data, r_lines
from aadash.stats.firth import firth
from aadash.stats.mmrm import MMRM, mmrm

pytestmark = pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not here")
PLAN = AnalysisPlan(stratifier="sex")
MIXED = AnalysisPlan(stratifier="sex", missing="mixed")


@pytest.fixture(scope="module")
def korea() -> Cohort:
    return aadash.read_cohort("sample_data/korea_2025_missing.csv")


def needs(package: str) -> None:
    if shutil.which("Rscript") and subprocess.run(["Rscript", "-e", f"library({package})"], capture_output=True).returncode:
        pytest.skip(f"R's package {package} is not here")


def asked(cohort: Cohort, plan: AnalysisPlan, folder: Path, more: str) -> list[float]:
    """The numbers that ``more`` puts after the script of the plan."""
    (folder / "r_data.csv").write_bytes(r_data(cohort, plan))
    (folder / "lines.R").write_text(
        r_lines(cohort, plan) + f'\ncat("ANSWERS", sprintf("%.12g", c({more})), "\\n")\n', encoding="utf-8"
    )
    ran = subprocess.run(["Rscript", "lines.R"], cwd=folder, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return [float(v) for v in ran.stdout.split("ANSWERS")[1].split()]


def course(cohort: Cohort) -> tuple[pd.Series, pd.Series]:
    t = analyses.mixed_anova(cohort, PLAN).rows(variable="salt").set_index("variable_level")
    return t.loc["stratum:week"], t.loc["stratum"]


def test_the_course_in_base_r(korea: Cohort, tmp_path: Path) -> None:
    both, stratum = course(korea)
    table = 'anova(fit, X = ~ 1, test = "Spherical", idata = data.frame(week = factor(c(0, 8, 12, 16, 24, 36))))'
    found = asked(
        korea,
        PLAN,
        tmp_path,
        f'{table}[["F"]][2], {table}[["G-G Pr"]][2], anova(lm(rowMeans(y[ok, ]) ~ d$stratum[ok]))[["F value"]][1]',
    )
    np.testing.assert_allclose(found, [both["f"], both["p_gg"], stratum["f"]], rtol=1e-7)


def test_the_course_in_car(korea: Cohort, tmp_path: Path) -> None:
    needs("car")
    both, stratum = course(korea)
    made = (
        "summary(car::Anova(fit, idata = data.frame(week = factor(c(0, 8, 12, 16, 24, 36))), idesign = ~ week, type = 3), "
        "multivariate = FALSE)"
    )
    row = '"d$stratum[ok]:week"'
    more = f'{made}$univariate.tests[{row}, "F value"], {made}$pval.adjustments[{row}, c("GG eps", "Pr(>F[GG])")]'
    more += f', {made}$univariate.tests["d$stratum[ok]", "F value"]'
    np.testing.assert_allclose(asked(korea, PLAN, tmp_path, more), [both["f"], both["eps_gg"], both["p_gg"], stratum["f"]], rtol=1e-7)


def mixed(cohort: Cohort) -> MMRM:
    """SALT by stratum and week, week 0 among them, unstructured; patients in a stratum who were seen."""
    included = MIXED.included(cohort)
    strata = MIXED.strata(included)
    keep = (strata.codes >= 0) & ~np.isnan(included.values).all(axis=1)
    return mmrm(included.values[keep], strata.codes[keep], included.weeks, "us", groups=strata.levels)


GLS = (
    'options(contrasts = c("contr.treatment", "contr.poly")); '
    'g <- nlme::gls({formula}, data = {data}, na.action = na.omit, method = "REML", '
    "correlation = nlme::corSymm(form = ~ as.integer(week) | patient), weights = nlme::varIdent(form = ~ 1 | week)); "
)


def test_the_mixed_model_in_nlme_which_comes_with_r(korea: Cohort, tmp_path: Path) -> None:
    """All coefficients, and the standard error of the second, which has nothing of Kenward and Roger's enlargement in it."""
    model = mixed(korea)
    fit = GLS.format(formula="score ~ stratum * week", data="long") + "c(sqrt(vcov(g)[2, 2]), coef(g))"
    found = asked(korea, MIXED, tmp_path, f"(function() {{ {fit} }})()")
    assert found[0] == pytest.approx(np.sqrt(model.vcov[1, 1]), rel=1e-4)
    np.testing.assert_allclose(found[1:], model.coefficients.iloc[:, 0], rtol=1e-4, atol=1e-4)  # gls stops at 1e-6 of its criterion


def test_the_change_and_the_difference_of_the_mixed_model_in_nlme(korea: Cohort, tmp_path: Path) -> None:
    """The numbers that the page shows: change of everyone to week 36, difference in percent change between the sexes."""
    first = GLS.format(formula="score ~ week", data="long") + 'coef(g)[["week36"]]'
    change = asked(korea, MIXED, tmp_path, f"(function() {{ {first} }})()")[0]
    page = analyses.change_from_baseline(korea, MIXED).rows(group1_level=ALL, week=36).iloc[0]
    assert page["mean"] == pytest.approx(change, rel=1e-4)
    second = GLS.format(formula="score ~ stratum * week", data="change") + "coef(g)[[2]]"
    difference = asked(korea, MIXED, tmp_path, f"(function() {{ {second} }})()")[0]
    page = analyses.between_strata(korea, MIXED).rows(group1_level=ALL, week=36).iloc[0]
    assert page["difference"] == pytest.approx(-difference, rel=1e-4)


FIRTH = """
firth <- function(x, y) { b <- rep(0, ncol(x)); for (i in 1:200) { p <- plogis(drop(x %*% b)); w <- p * (1 - p)
  h <- diag(sqrt(w) * x %*% solve(t(x) %*% (w * x)) %*% t(sqrt(w) * x)); s <- solve(t(x) %*% (w * x), t(x) %*% (y - p + h * (0.5 - p)))
  b <- b + drop(s); if (max(abs(s)) < 1e-12) break }; b }
"""


def firths(korea: Cohort) -> np.ndarray:
    """Size of the intercept and of the difference of the sexes; which sex comes first is a matter of coding."""
    status = responses(korea, PLAN.rule(korea), "observed")[0][:, korea.column_index(36)]
    frame = pd.DataFrame({"y": status, "sex": korea.patients["sex"].to_numpy()}).dropna()
    return np.abs(firth("y ~ sex", frame).coefficients["estimate"].to_numpy())


def test_firths_regression_in_base_r(korea: Cohort, tmp_path: Path) -> None:
    wanted = (
        f"(function() {{ {FIRTH.strip()}; k <- !is.na(d$response) & !is.na(d$stratum); firth(cbind(1, as.integer(d$stratum[k]) - 1), "
    )
    wanted += "d$response[k]) })()"
    np.testing.assert_allclose(np.abs(asked(korea, PLAN, tmp_path, wanted)), firths(korea), rtol=1e-6)


def test_firths_regression_in_logistf(korea: Cohort, tmp_path: Path) -> None:
    needs("logistf")
    found = asked(korea, PLAN, tmp_path, "coef(logistf::logistf(response ~ stratum, data = d))")
    np.testing.assert_allclose(np.abs(found), firths(korea), rtol=1e-5)


def test_the_mixed_model_in_mmrm(korea: Cohort, tmp_path: Path) -> None:
    needs("mmrm")
    more = (
        'options(contrasts = c("contr.treatment", "contr.poly")); '
        "coef(mmrm::mmrm(score ~ stratum * week + us(week | patient), data = long))"
    )
    found = asked(korea, MIXED, tmp_path, f"(function() {{ {more} }})()")
    np.testing.assert_allclose(found, mixed(korea).coefficients.iloc[:, 0], rtol=1e-4, atol=1e-4)
