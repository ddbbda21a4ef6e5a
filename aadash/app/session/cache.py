"""Caching, in one place: results by session, keyed on the cohort's content and the plan.

A result is frozen, so the same one is handed out again and again (``cache_resource``: no copy), and what is drawn from it
alone is kept with it (:meth:`aadash.result.Result.once`).

Streamlit hashes a sample of large arguments only, so the cohort itself never is the key: its fingerprint is. Scope
"session": what was computed from an upload is seen by nobody else and goes when the session does. What is computed from a sample that
comes with the app, or of a registry that the server offers, is kept for everybody: in a class, sixty people ask the same of it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from aadash.app.session import registries, state
from aadash.app.session.samples import sample_of
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.plan import AnalysisPlan
from aadash.result import Result

if TYPE_CHECKING:
    from aadash.analyses.subgroups import Claim

T = TypeVar("T")
#: Options that hold what a user wrote or saw: rates added, plans kept, questions asked.
OF_SESSION = ("own", "plans", "ledger")


@st.cache_resource(scope="session", max_entries=400, show_spinner=False)
def _of_session(key: str, _compute: Callable[[], object]) -> object:
    return _compute()


@st.cache_resource(max_entries=1500, show_spinner=False)
def _of_sample(key: str, _compute: Callable[[], object]) -> object:
    return _compute()


def _kept(cohort: Cohort, compute: Callable[[], T], *what: object, private: bool = False) -> T:
    """What ``compute`` gives, kept under the words of ``what``: for everybody where the cohort is a sample and nothing else that
    goes into it is of this session (``private``), else for this session."""
    sample = "" if private else sample_of(cohort) or (cohort.fingerprint if registries.of(cohort) else "")
    key = repr((sample or cohort.fingerprint, *what))
    return cast(T, _of_sample(key, compute) if sample else _of_session(key, compute))


def result(name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
    """The analysis called ``name`` with its options, computed once for each cohort and plan. Raises its AadashError."""
    from aadash.analyses import REGISTRY

    function, counted = REGISTRY[name].function, registries.of(cohort)
    if counted is not None:
        function = partial(registries.of_rows, counted, name)
    own = any(options.get(of_session) for of_session in OF_SESSION)
    asked = (plan,) if counted is not None else (cohort, plan)
    return _kept(cohort, lambda: function(*asked, **options), name, plan.to_json(), sorted(options.items()), private=own)


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


def forget() -> None:
    """Delete everything kept for this session; that of other sessions stays."""
    _of_session.clear()


def claim(cohort: Cohort, plan: AnalysisPlan, count: int, prespecified_at: str) -> Claim:
    """The checklist of a subgroup claim. Raises its AadashError."""
    from aadash.analyses.subgroups import credibility

    return _kept(cohort, lambda: credibility(cohort, plan, count, prespecified_at), "claim", plan.to_json(), count, prespecified_at)
