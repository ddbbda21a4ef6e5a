"""What a user wrote down or was shown in this session: rates of their own, plans that were kept, the questions asked."""

from __future__ import annotations

from aadash.app.spoken import st
from aadash.errors import EvidenceError
from aadash.evidence import OWN_RATES, PublishedRate, Rates
from aadash.ledger import Ledger
from aadash.scenarios import Scenario

_RATE_PROBLEMS = "aadash.rate_problems"
_SCENARIOS, _SCENARIO_HISTORY = "aadash.scenarios", "aadash.scenario_history"
_LEDGER, _SHOWN = "aadash.ledger", "aadash.shown"
#: So many changes of the list of scenarios can be undone.
UNDOABLE = 50


def own_rates() -> tuple[PublishedRate, ...]:
    """Published rates that the user added in this session."""
    return st.session_state.get(OWN_RATES, ())


def rate_problems() -> tuple[EvidenceError, ...]:
    """What was wrong with rows of the file of rates that was read last."""
    return st.session_state.get(_RATE_PROBLEMS, ())


def add_rates(found: Rates) -> None:
    """Keep the rates of a file beside those that were added before, and what was wrong with its other rows."""
    st.session_state[OWN_RATES] = (*own_rates(), *found.rates)
    st.session_state[_RATE_PROBLEMS] = found.problems


def forget_rates() -> None:
    """Let go of the rates that the user added."""
    st.session_state[OWN_RATES] = st.session_state[_RATE_PROBLEMS] = ()


def scenarios() -> tuple[Scenario, ...]:
    """The saved scenarios, in order."""
    return st.session_state.get(_SCENARIOS, ())


def set_scenarios(new: tuple[Scenario, ...]) -> None:
    """Keep a list of scenarios; :func:`undo_scenarios` puts the one before it back."""
    if new != scenarios():
        st.session_state[_SCENARIO_HISTORY] = (*st.session_state.get(_SCENARIO_HISTORY, ())[1 - UNDOABLE :], scenarios())
    st.session_state[_SCENARIOS] = new


def can_undo_scenarios() -> bool:
    """Whether there is a list of scenarios to go back to."""
    return bool(st.session_state.get(_SCENARIO_HISTORY))


def undo_scenarios() -> None:
    """Put the list of scenarios before the present one back."""
    if can_undo_scenarios():
        *st.session_state[_SCENARIO_HISTORY], st.session_state[_SCENARIOS] = st.session_state[_SCENARIO_HISTORY]


def ledger() -> Ledger:
    """Every question asked in this session."""
    return st.session_state.get(_LEDGER, Ledger())


def set_ledger(new: Ledger) -> None:
    """Keep the ledger."""
    st.session_state[_LEDGER] = new


def shown_before(table: tuple[object, ...]) -> bool:
    """Whether this table was shown before in this session; it is remembered."""
    known = st.session_state.setdefault(_SHOWN, set())
    if table in known:
        return True
    known.add(table)
    return False
