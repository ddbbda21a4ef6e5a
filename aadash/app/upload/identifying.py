"""Columns of an upload that identify a person: left out unless the user says that they are to be kept."""

from __future__ import annotations

from dataclasses import replace

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.session.active import UploadDraft
from aadash.app.spoken import st
from aadash.intake import KEEP, ColumnMapping, Issue


def ask(d: UploadDraft) -> None:
    """What identifies a person and was left out; kept only when the user says so."""
    told = {p.column: p for p in d.reading.problems if p.code == "identifying"}
    if not told:
        return
    kept = [c for c, p in told.items() if p.decided == "keep" or c in d.mapping.keep_identifying]
    left = [c for c in told if c not in kept]
    with st.container(border=True, gap="small"):
        if left:
            st.markdown(
                f":material/lock: **Left out, as {'they identify' if len(left) > 1 else 'it identifies'} a person: "
                f"{plain(', '.join(left))}.** No value of {'these columns' if len(left) > 1 else 'this column'} is in the "
                "cohort, a chart, a link, the log or a download, and the file itself is deleted from memory when you use the cohort."
            )
        if kept:
            st.markdown(
                f":material/lock_open: **Kept although {'they identify' if len(kept) > 1 else 'it identifies'} a person: "
                f"{plain(', '.join(kept))}.** {'They' if len(kept) > 1 else 'It'} can appear on any page and in any download."
            )
        st.session_state["home.personal"] = kept
        st.pills(
            "Keep all the same",
            list(told),
            selection_mode="multi",
            key="home.personal",
            format_func=plain,
            on_change=_keep,
            args=(told,),
        )


def _keep(told: dict[str, Issue]) -> None:
    d, wanted = state.draft(), st.session_state["home.personal"]
    if d is None:
        return
    decisions, mapping = d.decisions, d.mapping
    for column, problem in told.items():
        if column in wanted:
            decisions = decisions.decide(problem, KEEP)
        else:
            decisions, mapping = decisions.undo(problem), without_leave(mapping, column)
    state.reread(decisions=decisions, mapping=mapping)


def without_leave(mapping: ColumnMapping, column: str) -> ColumnMapping:
    """The mapping without leave to keep an identifying column."""
    return replace(mapping, keep_identifying=tuple(c for c in mapping.keep_identifying if c != column))
