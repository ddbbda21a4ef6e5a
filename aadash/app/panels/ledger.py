"""Parts of the ledger page: how many questions were asked, what chance would have given, what was prespecified."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aadash.app.panels.scenarios import words
from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import record, state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.charts.ledger import ranked_p_values
from aadash.endpoints import endpoint
from aadash.formatting import counted, number, percent
from aadash.ledger import covers
from aadash.plan import AnalysisPlan
from aadash.report.files import csv
from aadash.report.ledger import ledger_csv_frame, ledger_frame, when
from aadash.scenarios import Scenario, named

if TYPE_CHECKING:
    from aadash.analyses.ledger_entries import Summary


def account(page: PageContext) -> None:
    """The key numbers, the sentence, the picture, the table, the file."""
    from aadash.analyses.ledger_entries import summary  # the statistics behind it are loaded in the background, not at the start

    kept, alpha = state.ledger().of(page.everyone.fingerprint), page.plan.alpha
    if not len(kept):
        st.info(
            "No question with a p-value has been asked of this cohort yet. Each table with p-values that you see is entered here.",
            icon=":material/receipt_long:",
        )
        return
    s = summary(kept, alpha)
    render.key_numbers(
        [
            ("Questions asked", str(len(kept)), "each counted once, when first shown"),
            (f"p ≤ {alpha:g}", str(s.significant), f"{number(s.expected)} by chance alone"),
            ("Left after Holm", str(s.holm), f"{s.bh} after Benjamini–Hochberg"),
            ("Prespecified", str(s.prespecified), f"{s.significant_prespecified} of them with p ≤ {alpha:g}"),
        ]
    )
    with st.container(border=True):
        st.markdown(f"**{plain(_sentence(s, len(kept), alpha))}**")
        st.caption(
            "Tests on one set of patients depend on each other, and what you saw before this session is not in here. The "
            "ledger informs; it blocks nothing."
        )
    render.picture(lambda: ranked_p_values(kept, alpha), "ledger")
    st.dataframe(ledger_frame(kept, s.table), hide_index=True, width="stretch", key="ledger.table")
    st.download_button(
        "Ledger (CSV)",
        lambda: csv(ledger_csv_frame(kept, s.table)),
        f"aadash_ledger_{page.everyone.fingerprint[:8]}_{len(kept)}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="ledger.csv",
    )


def _sentence(s: Summary, n: int, alpha: float) -> str:
    text = (
        f"{counted(n, 'question')} asked: {s.significant} with p ≤ {alpha:g}. With no true differences, expect "
        f"{number(s.expected)} of {s.tested}, and at least one with probability {percent(s.any_by_chance, 0)}."
    )
    found = s.significant - s.significant_prespecified
    if s.significant:
        text += (
            f" {s.holm} {'is' if s.holm == 1 else 'are'} left when all are adjusted together (Holm). "
            f"{s.significant_prespecified} of the {s.significant} had been prespecified; {found} "
            f"{'was' if found == 1 else 'were'} found by looking."
        )
    return text


def prespecify(page: PageContext) -> None:
    """Pin the present plan as prespecified, with the time."""
    st.markdown("## Prespecify a plan before you see its numbers")
    week = page.plan.at_week(page.cohort)
    rule, plan = endpoint(page.plan.endpoint), page.plan.replace(week=week)
    with st.container(border=True):
        st.markdown(plain(words(plan, page.everyone)))
        about = {"Response": "response", f"Change in {page.cohort.score}": "change"}
        outcome = about[render.choose("About", list(about), "view.prespecify")]
        seen = sum(covers(plan, outcome, entry) for entry in state.ledger().of(page.everyone.fingerprint).entries)
        if seen:
            st.caption(
                f"Answers to this have already been shown ({counted(seen, 'question')}). If you prespecify it now, the time is kept, "
                "and those answers still count as found by looking."
            )
        st.button(
            f"Prespecify: {rule.symbol if outcome == 'response' else f'change in {page.cohort.score}'} at week {week}",
            icon=":material/push_pin:",
            on_click=_prespecify,
            args=(plan, outcome, page.cohort.score),
            key="ledger.prespecify",
        )
    pins = [s for s in state.scenarios() if s.prespecified_at]
    for one in pins:
        of = "" if one.outcome == "response" else f" (change in {one.plan.measured(page.everyone).score})"
        st.markdown(f":material/push_pin: {plain(when(one.prespecified_at))} · {plain(words(one.plan, page.everyone))}{of}")
    if pins:
        st.caption("Prespecified plans are kept among the scenarios, and travel in their file with their times.")


def _prespecify(plan: AnalysisPlan, outcome: str, score: str) -> None:
    now = record.now()
    symbol = endpoint(plan.endpoint).symbol if outcome == "response" else f"Change in {score}"
    one = Scenario(f"Prespecified: {symbol} at week {plan.week}", plan, now, now, "", outcome)
    state.set_scenarios(named([*state.scenarios(), one]))
