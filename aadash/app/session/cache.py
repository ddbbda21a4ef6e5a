"""Caching, in one place: results by session, keyed on the cohort's content and the plan.

A result is frozen, so the same one is handed out again and again (``cache_resource``: no copy), and what is drawn from it
alone is kept with it (:meth:`aadash.result.Result.once`).

Streamlit hashes a sample of large arguments only, so the cohort itself never is the key: its fingerprint is. Scope
"session": what was computed from an upload is seen by nobody else and goes when the session does. What is computed from a sample that
comes with the app is kept for everybody: in a class, sixty people ask the same of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import streamlit as st

from aadash.app.session import state
from aadash.app.session.samples import sample_of
from aadash.cohort import Cohort
from aadash.intake import QualityReport
from aadash.intake.check.account import quality_report
from aadash.plan import AnalysisPlan
from aadash.result import Result

if TYPE_CHECKING:
    from aadash.analyses.subgroups import Claim


@st.cache_resource(scope="session", max_entries=300, show_spinner=False)
def _result(name: str, fingerprint: str, plan_json: str, _cohort: Cohort, _plan: AnalysisPlan) -> Result:
    return _compute(name, _cohort, _plan)


@st.cache_resource(max_entries=500, show_spinner=False)
def _result_of_sample(key: str, name: str, plan_json: str, _cohort: Cohort, _plan: AnalysisPlan) -> Result:
    return _compute(name, _cohort, _plan)


def _compute(name: str, cohort: Cohort, plan: AnalysisPlan) -> Result:
    from aadash.analyses import REGISTRY

    return REGISTRY[name].function(cohort, plan)


@st.cache_resource(scope="session", max_entries=50, show_spinner=False)
def _asked(
    name: str, fingerprint: str, plan_json: str, options: tuple[tuple[str, object], ...], _cohort: Cohort, _plan: AnalysisPlan
) -> Result:
    from aadash.analyses import REGISTRY

    return REGISTRY[name].function(_cohort, _plan, **dict(options))


def result_with(name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
    """The same for an analysis that takes more than cohort and plan (a margin, a second stratifier)."""
    return _asked(name, cohort.fingerprint, plan.to_json(), tuple(sorted(options.items())), cohort, plan)


def asked(name: str, *, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
    """The analysis called ``name`` with its options, computed once a session. Raises its AadashError."""
    return result_with(name, cohort, plan, **options) if options else result(name, cohort, plan)


def result(name: str, cohort: Cohort, plan: AnalysisPlan) -> Result:
    """The analysis called ``name``, computed once a session for each cohort and plan. Raises its AadashError."""
    key = sample_of(cohort)
    if key:
        return _result_of_sample(key, name, plan.to_json(), cohort, plan)
    return _result(name, cohort.fingerprint, plan.to_json(), cohort, plan)


def long_result(
    name: str, cohort: Cohort, plan: AnalysisPlan, compute: Callable[[], Result] | None, **options: object
) -> Result | None:
    """The answer of a long computation: the one kept in this session, else what ``compute`` gives, else None.

    It is not computed inside Streamlit's cache, so ``compute`` may draw a progress bar and be interrupted there.
    """
    key = repr((name, cohort.fingerprint, plan.to_json(), sorted(options.items())))
    found = state.kept(key)
    if found is None and compute is not None:
        found = compute()
        state.keep(key, found)
    return found


@st.cache_data(scope="session", max_entries=20, show_spinner=False)
def _complete(fingerprint: str, _cohort: Cohort) -> QualityReport:
    return quality_report(_cohort, (), ())


def completeness(cohort: Cohort) -> QualityReport:
    """How complete a cohort is, counted once a session; without findings and log, which belong to a file."""
    return _complete(cohort.fingerprint, cohort)


def forget() -> None:
    """Delete everything kept for this session; that of other sessions stays."""
    for kept in (_result, _asked, _complete, _claim, _beside):
        kept.clear()


@st.cache_data(scope="session", max_entries=50, show_spinner=False)
def _claim(fingerprint: str, plan_json: str, count: int, prespecified_at: str, _cohort: Cohort, _plan: AnalysisPlan) -> Claim:
    from aadash.analyses.subgroups import credibility

    return credibility(_cohort, _plan, count, prespecified_at)


def claim(cohort: Cohort, plan: AnalysisPlan, count: int, prespecified_at: str) -> Claim:
    """The checklist of a subgroup claim. Raises its AadashError."""
    return _claim(cohort.fingerprint, plan.to_json(), count, prespecified_at, cohort, plan)


@st.cache_data(scope="session", max_entries=20, show_spinner=False)
def _beside(fingerprint: str, plans_json: tuple[tuple[str, str], ...], _cohort: Cohort, _plans: Mapping[str, AnalysisPlan]) -> Result:
    from aadash.analyses import REGISTRY

    return REGISTRY["side_by_side"].function(_cohort, next(iter(_plans.values())), tuple(_plans.items()))


def side_by_side(cohort: Cohort, plans: Mapping[str, AnalysisPlan]) -> Result:
    """Named plans side by side. Raises its AadashError."""
    return _beside(cohort.fingerprint, tuple((name, plan.to_json()) for name, plan in plans.items()), cohort, plans)
