"""Every number that the analyses share with R's reference answers, to a relative 1e-9.

Source of the expected numbers: tests/reference/*.json, computed by tests/reference/gen_reference.R (R 4.2.2).
"""

from __future__ import annotations

import numpy as np
import pytest

from aadash import AnalysisPlan, analyses
from aadash.levels import ALL

from .conftest import DATASETS, answers, cohort, times

PLAN = AnalysisPlan(stratifier="group")
#: R's shapiro.test and scipy's differ in the last digits of the same algorithm.
TOLERANCE = {"shapiro_w": 1e-6, "shapiro_p": 1e-6}


def agree(ours: object, theirs: object, name: str, where: str) -> None:
    if theirs is None:
        assert np.isnan(ours), f"{where} {name}: R has nothing, we have {ours}"
        return
    # R's Wilson limit for 0 of n is 7e-18 by rounding, ours an exact 0.
    slack = 1e-15 if name == "ci_low" else 1e-300
    assert ours == pytest.approx(theirs, rel=TOLERANCE.get(name, 1e-9), abs=slack), f"{where} {name}"


def compare(row: object, reference: dict, pairs: dict[str, str], where: str) -> None:
    for ours, theirs in pairs.items():
        value = reference
        for key in theirs.split("."):
            value = value[int(key)] if key.isdigit() else value.get(key)
        agree(row[ours], value, ours, where)


@pytest.mark.parametrize("name", DATASETS)
def test_salt_over_time(name: str) -> None:
    result = analyses.salt_over_time(cohort(name), PLAN)
    assert len(answers(name)["descriptives"])
    for cell in answers(name)["descriptives"]:
        row = result.rows(variable="salt", group1_level=cell["group"], week=times(name)[cell["time"]]).iloc[0]
        compare(
            row,
            cell,
            {
                "n": "n",
                "mean": "mean",
                "sd": "sd",
                "ci_low": "ci95.0",
                "ci_high": "ci95.1",
                "median": "median",
                "q1": "q1_type7",
                "q3": "q3_type7",
            },
            f"{name} {cell['group']} {cell['time']}",
        )


def of(level: str) -> object:
    """R's "all" is everyone."""
    return ALL if level == "all" else level


@pytest.mark.parametrize("name", DATASETS)
def test_change_from_baseline(name: str) -> None:
    result = analyses.change_from_baseline(cohort(name), PLAN)
    reference = answers(name)["paired_vs_baseline"]
    assert set(map(str, result.table["group1_level"])) == set(reference)
    for level, cells in reference.items():
        for cell in cells:
            row = result.rows(group1_level=of(level), week=times(name)[cell["time"]]).iloc[0]
            compare(
                row,
                cell,
                {
                    "n": "n",
                    "mean": "mean_change",
                    "sd": "sd_change",
                    "t": "t",
                    "df": "df",
                    "p": "p",
                    "ci_low": "ci95.0",
                    "ci_high": "ci95.1",
                    "dz": "dz",
                    "shapiro_w": "shapiro_W",
                    "shapiro_p": "shapiro_p",
                    "wilcoxon_v": "wilcoxon_Vplus",
                    "wilcoxon_p": "wilcoxon_p_corrected",
                    "p_holm": "p_holm",
                    "rank_biserial": "matched_rank_biserial",
                },
                f"{name} {level} {cell['time']}",
            )


@pytest.mark.parametrize("method", ["holm", "bonferroni", "bh", "hochberg"])
def test_adjusted_p_follows_the_plan(method: str) -> None:
    result = analyses.change_from_baseline(cohort("salt_sim_1"), PLAN.replace(multiplicity=method))
    for cell in answers("salt_sim_1")["paired_vs_baseline"]["A"]:
        row = result.rows(group1_level="A", week=int(cell["time"])).iloc[0]
        agree(row["p_adjusted"], cell[f"p_{method}"], method, cell["time"])


@pytest.mark.parametrize("name", DATASETS)
def test_between_strata(name: str) -> None:
    result = analyses.between_strata(cohort(name), PLAN)
    cells = [c for c in answers(name)["between_groups"]["two_group"] if c["scale"] == "pct_change" and "welch_t" in c]
    assert cells
    for cell in cells:
        row = result.rows(week=times(name)[cell["time"]]).iloc[0]
        compare(
            row,
            cell,
            {
                "difference": "diff",
                "t": "welch_t",
                "df": "welch_df",
                "p": "welch_p",
                "ci_low": "welch_ci95.0",
                "ci_high": "welch_ci95.1",
                "hedges_g": "hedges_g_exactJ",
                "mann_whitney_u": "mwu_U1",
                "mann_whitney_p": "mwu_p_corrected",
            },
            f"{name} {cell['time']}",
        )


RULES = {"improve50": "SALT50", "improve75": "SALT75", "improve90": "SALT90", "salt20": "SALT<=20"}


@pytest.mark.parametrize("name", DATASETS)
def test_responders(name: str) -> None:
    result = analyses.responders(cohort(name), PLAN)
    between = analyses.responders_between(cohort(name), PLAN)
    cells = answers(name)["responders"]
    assert cells
    for cell in cells:
        where = f"{name} {cell['rule']} {cell['time']}"
        keys = {"variable": RULES[cell["rule"]], "week": times(name)[cell["time"]]}
        for level, one in cell["per_group"].items():
            row = result.rows(group1_level=of(level), **keys).iloc[0]
            compare(row, one, {"k": "x", "n": "n", "rate": "p", "ci_low": "wilson.0", "ci_high": "wilson.1"}, where)
        row = between.rows(**keys).iloc[0]
        compare(
            row,
            cell["comparison"],
            {"risk_difference": "risk_difference", "ci_low": "newcombe_ci95.0", "ci_high": "newcombe_ci95.1"},
            where,
        )
        expected = "fisher_p" if row["test"] == "fisher" else "chi2_p"
        compare(row, cell["comparison"], {"p": expected}, where)
        if row["test"] == "chi-squared":
            assert cell["comparison"]["min_expected"] >= 5
        elif "min_expected" in cell["comparison"]:
            assert cell["comparison"]["min_expected"] < 5


@pytest.mark.parametrize("name", DATASETS)
def test_mixed_anova_is_type_three(name: str) -> None:
    result = analyses.mixed_anova(cohort(name), PLAN)
    reference = answers(name)["mixed_anova"]
    for effect, theirs in {"stratum": "between", "week": "within", "stratum:week": "interaction"}.items():
        row = result.rows(variable="salt", variable_level=effect).iloc[0]
        pairs = {"ss": "SS", "df1": "df1", "df2": "df2", "f": "F", "p": "p", "partial_eta2": "partial_eta2"}
        if effect != "stratum":
            pairs |= {"eps_gg": "eps_GG", "p_gg": "p_GG", "mauchly_w": "mauchly_W", "mauchly_p": "mauchly_p"}
        compare(row, reference["type3"][theirs], pairs, f"{name} {effect}")
        assert row["n_analysed"] == reference["n_subjects_used"]
        assert row["n_enrolled"] == reference["n_subjects_total"]
    missing = reference["n_subjects_total"] - reference["n_subjects_used"]
    assert result.accounting.enrolled - result.accounting.analysed == missing


def test_percent_change_anova_leaves_baseline_out() -> None:
    """Five weeks after baseline give 4 degrees of freedom; with the zeros of week 0 it would be 5."""
    result = analyses.mixed_anova(cohort("salt_sim_2"), PLAN)
    assert result.rows(variable="percent_change", variable_level="week").iloc[0]["df1"] == 4
    assert result.rows(variable="salt", variable_level="week").iloc[0]["df1"] == 5
