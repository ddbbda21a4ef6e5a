"""The plan that a cohort opens on, in the browser and without one."""

from __future__ import annotations

import argparse

import pytest

from aadash.cli_file import plan_for
from aadash.opening import opening_plan
from aadash.plan import AnalysisPlan
from tests.making import cohort_of


def test_the_command_line_opens_on_what_the_browser_opens_on(capsys: pytest.CaptureFixture[str]) -> None:
    """Everyone at SALT 50 or more: the browser asked for SALT≤20, the command line for SALT75."""
    severe = cohort_of([[60.0, 10], [100, 50], [96, 20], [50, 40]], [0, 12])
    plan, said = opening_plan(severe)
    assert (plan.endpoint, plan.stratifier) == ("SALT<=20", "trial_severity") and len(said) == 1
    assert plan_for(argparse.Namespace(plan=None), severe) == plan
    assert "the endpoint is SALT≤20" in capsys.readouterr().err
    mild = cohort_of([[60.0, 10], [40, 5]], [0, 12])
    assert plan_for(argparse.Namespace(plan=None), mild) == AnalysisPlan() and opening_plan(mild) == (AnalysisPlan(), [])


def test_what_was_chosen_stays() -> None:
    severe = cohort_of([[60.0, 10], [100, 50]], [0, 12])
    chosen = AnalysisPlan(endpoint="SALT90")
    assert opening_plan(severe, chosen) == (chosen, [])
    by_sex = AnalysisPlan(stratifier="sex")
    assert opening_plan(severe, by_sex)[0] == by_sex.replace(endpoint="SALT<=20")
