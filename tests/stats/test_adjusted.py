"""ANCOVA, MMRM with covariates, standardised rates and the decision curve against R (``gen_adjusted.R``)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from aadash.errors import NotComputable
from aadash.stats.decision import decision_curve
from aadash.stats.linear import linear
from aadash.stats.logistic import logistic
from aadash.stats.marginal_effects import averaged, difference, ratio
from aadash.stats.mmrm import mmrm
from tests.stats.extended import FOLDER, answers

R = answers("adjusted")
DATA = FOLDER.parent / "data"


def patients() -> pd.DataFrame:
    d = pd.read_csv(DATA / "salt_sim_1_patients.csv")
    return d.assign(isA=(d["group"] == "A").astype(float), change=d["salt_w36"] - d["baseline"])


def test_ancova_is_emmeans() -> None:
    e = R["ancova"]
    d = patients().dropna(subset=["salt_w36"])
    m = linear("change ~ isA + baseline + age", d)
    x = m.design.x
    arms = [np.where(np.arange(x.shape[1]) == 1, on, x) for on in (1.0, 0.0)]
    beta = m.coefficients["estimate"].to_numpy()
    means = [averaged(a, beta, m.vcov, "identity", df=m.residual_df) for a in arms]
    assert [v.estimate for v in means] == pytest.approx(e["means"], rel=1e-9)
    assert [v.se for v in means] == pytest.approx(e["se"], rel=1e-9)
    assert [v.ci_low for v in means] == pytest.approx(e["low"], rel=1e-9)
    gap = difference(arms[0], arms[1], beta, m.vcov, "identity", df=m.residual_df)
    estimate, se, df, low, high, _, p = e["diff"]
    assert [gap.estimate, gap.se, gap.ci_low, gap.ci_high, gap.p] == pytest.approx([estimate, se, low, high, p], rel=1e-9)
    assert m.residual_df == df


def test_mmrm_with_covariates_is_gls() -> None:
    e = R["mmrm"]
    wide = pd.read_csv(DATA / "salt_sim_1.csv").pivot(index="subject", columns="time", values="value")
    d = patients().set_index("subject").loc[wide.index]
    later = wide.to_numpy(float)[:, 1:]
    m = mmrm(later, (d["group"] == "B").astype(int), list(wide.columns[1:]), groups=["A", "B"], covariates=d[["baseline", "age"]])
    gaps = m.contrasts[m.contrasts["kind"] == "diff"]
    assert -gaps["estimate"].to_numpy() == pytest.approx(e["diff"], rel=1e-5)  # gls' optimiser stops at 1e-6
    assert gaps["se"].to_numpy() == pytest.approx(e["se"], rel=1e-5)


def test_standardised_rates_difference_and_ratio() -> None:
    e = R["standardised"]
    d = patients().dropna(subset=["salt_w36"])
    m = logistic("salt20_w36 ~ isA + age + duration", d)
    x = np.array(e["X"], dtype=float)
    x1, x0 = (np.where(np.arange(4) == 1, on, x) for on in (1.0, 0.0))
    beta = m.coefficients["estimate"].to_numpy()
    assert [averaged(a, beta, m.vcov).estimate for a in (x1, x0)] == pytest.approx(e["rates"], rel=1e-9)
    rd, rr = difference(x1, x0, beta, m.vcov), ratio(x1, x0, beta, m.vcov)
    assert [rd.estimate, rd.se] == pytest.approx(e["rd"], rel=1e-6)
    assert [rr.estimate, rr.ci_low, rr.ci_high] == pytest.approx(e["ratio"], rel=1e-6)
    assert rr.se == pytest.approx(e["log_se"], rel=1e-6)


def test_decision_curve_by_its_definition() -> None:
    e = R["decision"]
    c = decision_curve(e["y"], e["p"], e["t"])
    assert c["model"].to_numpy() == pytest.approx(e["model"], abs=1e-12)
    assert c["everyone"].to_numpy() == pytest.approx(e["all"], abs=1e-12)


def test_decision_curve_of_a_perfect_and_of_a_useless_model() -> None:
    y = np.array([1, 1, 0, 0, 0])
    perfect = decision_curve(y, y.astype(float))
    assert np.allclose(perfect["model"], 0.4)
    constant = decision_curve(y, np.full(5, 0.4))
    low = constant["threshold"] <= 0.4
    assert np.allclose(constant["model"], np.where(low, constant["everyone"], 0.0))
    with pytest.raises(NotComputable, match="yes/no"):
        decision_curve([0.5], [0.5])
