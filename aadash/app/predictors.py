"""The parts of the page “Who responds?”: the views, and what each shows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from aadash.app import model_panel, show
from aadash.app.shell import Opened
from aadash.charts import forest
from aadash.formatting import count, number
from aadash.model_plan import ModelPlan
from aadash.report.tables import printable
from aadash.result import Result


def model_of(page: Opened) -> ModelPlan:
    """The controls of the model, and the model."""
    return model_panel.draw(page.everyone, page.plan)


def estimates(page: Opened, model: ModelPlan) -> None:
    """Forest plot and table: one predictor at a time and all at once."""
    result = show.ask("predictors", page, model=model)
    if result is None:
        return
    show.figures(_figures(result))
    show.picture(lambda: forest(result), "forest")
    show.answer(result)
    frame = printable(result)
    st.dataframe(frame, hide_index=True, width="stretch", height=36 * (len(frame) + 1), key="table-predictors",
                 column_config={"Predictor": st.column_config.TextColumn(width="medium", pinned=True)})
    _end(page, result)


def _figures(result: Result) -> list[tuple[str, str, str]]:
    extra = result.extra
    n, k, parameters = result.accounting.analysed, extra["events"], extra["parameters"]
    out = [("Patients in the model", str(n), f"of {result.accounting.enrolled}")]
    if k is not None:
        fewer = min(k, n - k)
        kind = "events" if k <= n - k else "non-events"
        out += [(extra["outcome"], count(k, n), ""),
                ("Events a parameter", number(fewer / max(parameters, 1)), f"{fewer} {kind}, {parameters} parameters")]
    else:
        out.append(("Patients a parameter", number(n / max(parameters, 1)), f"{parameters} parameters"))
    return out


def _end(page: Opened, result: Result) -> None:
    show.caveats(result)
    show.method(result)
    show.take_away(result, page)


VIEWS: dict[str, Callable[[Opened, ModelPlan], None]] = {"Predictors": estimates}
