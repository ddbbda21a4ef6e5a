"""Ledger: its file, and the button that prespecifies the present plan."""

from __future__ import annotations

from aadash.app.parts.draw import panel
from aadash.app.session import notebook, record
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.endpoints import endpoint
from aadash.plan import AnalysisPlan
from aadash.report.files import csv
from aadash.report.ledger import ledger_csv_frame
from aadash.scenarios import Scenario, named
from aadash.views import Context
from aadash.views.ledger import outcome


@panel("ledger.files")
def _files(page: PageContext, context: Context) -> None:
    """Every question, in full precision."""
    asked = context.held.ledger
    result = context.ask_for("questions_asked", ledger=asked)
    st.download_button(
        "Ledger (CSV)",
        lambda: csv(ledger_csv_frame(asked, result.rows(variable="question"))),
        f"aadash_ledger_{page.everyone.fingerprint[:8]}_{len(asked)}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="ledger.csv",
    )


@panel("ledger.prespecify")
def _prespecify(page: PageContext, context: Context) -> None:
    """Pin the present plan as prespecified, with the time."""
    about = outcome(context)
    what = _symbol(page.plan, about, page.cohort.score)
    st.button(
        f"Prespecify: {what[0].lower() + what[1:] if about == 'change' else what} at week {context.week}",
        icon=":material/push_pin:",
        on_click=_pin,
        args=(page.plan.replace(week=context.week), about, page.cohort.score),
        key="ledger.prespecify",
    )


def _symbol(plan: AnalysisPlan, about: str, score: str) -> str:
    return endpoint(plan.endpoint).symbol if about == "response" else f"Change in {score}"


def _pin(plan: AnalysisPlan, about: str, score: str) -> None:
    now = record.now()
    one = Scenario(f"Prespecified: {_symbol(plan, about, score)} at week {plan.week}", plan, now, now, "", about)
    notebook.set_scenarios(named([*notebook.scenarios(), one]))
