"""What is shown is entered once, and what another model shows is entered too."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from aadash import AnalysisPlan, analyses
from aadash.app.session import notebook, record, state
from aadash.app.session.samples import load_sample
from aadash.formatting import p_value
from aadash.ledger import Ledger
from aadash.model_plan import ModelPlan

KOREA = load_sample("korea_2025").cohort


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> dict[str, Ledger]:
    """The ledger of a session without a browser."""
    kept: dict[str, Ledger] = {"ledger": Ledger()}
    shown: set[object] = set()
    monkeypatch.setattr(state, "loaded", lambda: SimpleNamespace(cohort=KOREA))
    monkeypatch.setattr(notebook, "scenarios", lambda: ())
    monkeypatch.setattr(notebook, "ledger", lambda: kept["ledger"])
    monkeypatch.setattr(notebook, "set_ledger", lambda new: kept.update(ledger=new))
    monkeypatch.setattr(notebook, "shown_before", lambda table: table in shown or bool(shown.add(table)))
    return kept


def test_a_table_of_another_model_is_another_table(kept: dict[str, Ledger]) -> None:
    """Its rows, columns, plan and options were the same, so that the p-values of a second model never came into the ledger."""
    model = ModelPlan.prespecified(KOREA)
    counts = []
    for one in (model, model.replace(outcome="salt"), model.replace(outcome="improvement"), model):
        record.record(analyses.predictors(KOREA, AnalysisPlan(), model=one))
        counts.append(len(kept["ledger"]))
    assert counts[0] < counts[1] < counts[2] == counts[3]


def test_a_p_that_only_a_sentence_tells_is_entered(kept: dict[str, Ledger]) -> None:
    """The log-rank test stands in no table of its page, and was in no ledger."""
    by_sex = analyses.time_to_response(KOREA, AnalysisPlan(stratifier="sex"))
    record.told(by_sex)
    (entry,) = kept["ledger"].entries
    assert (entry.test, entry.question) == ("log-rank test", "sex: between its levels, log-rank")
    assert f"log-rank {p_value(entry.p, prefix=True)}" in by_sex.sentence
    record.told(analyses.responders_between(KOREA, AnalysisPlan(stratifier="sex")))
    assert len(kept["ledger"]) == 1, "its many tests stand in its table"
