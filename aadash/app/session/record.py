"""Every p that is shown goes into the ledger, once."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd

from aadash.app.session import notebook, state
from aadash.formatting import p_value
from aadash.ledger import marked
from aadash.result import Result


def now() -> str:
    """The time as text: ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def record(result: Result, rows: pd.DataFrame | None = None) -> None:
    """Enter the p-values of ``rows`` (all of the result's table when None) into the session's ledger."""
    loaded = state.loaded()
    if loaded is None:
        return
    shown = result.table if rows is None else rows
    fingerprint = loaded.cohort.fingerprint
    if notebook.shown_before(
        (
            result.analysis,
            fingerprint,
            result.plan.to_json(),
            repr(dict(result.call.options)),
            "" if result.model is None else result.model.to_json(),
            tuple(shown.columns),
            tuple(shown.index),
        )
    ):
        return
    from aadash.analyses.ledger_entries import entries  # the statistics behind it are loaded in the background, not at the start

    pins = [(s.plan, s.outcome, s.prespecified_at) for s in notebook.scenarios() if s.prespecified_at]
    found = entries(result, shown, fingerprint, now())
    notebook.set_ledger(notebook.ledger().adding(marked(entry, pins) for entry in found))


def told(result: Result) -> None:
    """Enter the one test of a result whose sentence tells its p (the log-rank test of a curve), which no table need show."""
    tests = result.tests()
    if len(tests) == 1 and p_value(tests[0].p, True, result.plan.alpha) in result.sentence:
        record(result, result.table.loc[[tests[0].row]])
