"""What is shown is entered once, and what another model shows is entered too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from aadash import AnalysisPlan, analyses
from aadash.app.session import notebook, record, state
from aadash.app.session.samples import load_sample
from aadash.ledger import Ledger
from aadash.model_plan import ModelPlan

KOREA = load_sample("korea_2025").cohort


def test_a_table_of_another_model_is_another_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its rows, columns, plan and options were the same, so that the p-values of a second model never came into the ledger."""
    kept: dict[str, Ledger] = {"ledger": Ledger()}
    shown: set[object] = set()
    monkeypatch.setattr(state, "loaded", lambda: SimpleNamespace(cohort=KOREA))
    monkeypatch.setattr(notebook, "scenarios", lambda: ())
    monkeypatch.setattr(notebook, "ledger", lambda: kept["ledger"])
    monkeypatch.setattr(notebook, "set_ledger", lambda new: kept.update(ledger=new))
    monkeypatch.setattr(notebook, "shown_before", lambda table: table in shown or bool(shown.add(table)))
    model = ModelPlan.prespecified(KOREA)
    counts = []
    for one in (model, model.replace(outcome="salt"), model.replace(outcome="improvement"), model):
        record.record(analyses.predictors(KOREA, AnalysisPlan(), model=one))
        counts.append(len(kept["ledger"]))
    assert counts[0] < counts[1] < counts[2] == counts[3]
