"""Studies of one's own: the template, a file of them, what was wrong with it, and what was added."""

from __future__ import annotations

import pandas as pd

from aadash.app.parts import draw
from aadash.app.parts.markdown import plain
from aadash.app.session import notebook, state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.errors import AadashError, EvidenceError
from aadash.evidence import COLUMNS, Rates, published, read_rates, template
from aadash.formatting import counted
from aadash.intake.read.decode import decode
from aadash.report import html
from aadash.views.view import Context

#: A longer file is no list of published rates.
MOST_BYTES = 1_000_000
_SHOWN = 8


@draw.panel("evidence")
def own_studies(opened: PageContext, context: Context) -> None:
    """Everything in the fold."""
    st.markdown(
        "Fill in the template, a row a rate, and give it back. The rates stay in this session and stand beside the others, also in "
        "the report and in the code that is shown. Needed in each row: study, drug, endpoint, percent, source."
    )
    key = f"evidence.file.{state.uploads()}"
    st.download_button(
        "Template (CSV)",
        template(),
        "aadash_studies.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="evidence.template",
    )
    st.file_uploader("Studies (CSV)", ["csv", "tsv", "txt"], key=key, on_change=_given, args=(key,))
    _rows_not_used()
    mine = notebook.own_rates()
    if mine:
        frame = pd.DataFrame(
            {
                "Rate": [r.label for r in mine],
                "Endpoint": [r.endpoint for r in mine],
                "As printed": [r.percent_text for r in mine],
                "n": ["–" if r.n is None else str(r.n) for r in mine],
                "Source": [r.source for r in mine],
            }
        )
        st.html(html.table(frame, "studies added", f"{counted(len(mine), 'rate')} added in this session"))
        st.button("Remove what I added", icon=":material/delete:", key="evidence.forget", on_click=notebook.forget_rates)
    with st.expander("What stands in each column", icon=":material/help:"):
        st.html(html.table(pd.DataFrame({"Column": list(COLUMNS), "What": list(COLUMNS.values())}), "columns"))


def _given(key: str) -> None:
    """Read the file that was handed over; what cannot be read is told."""
    file = st.session_state.get(key)
    if file is None:
        return
    state.count_upload()
    try:
        data = file.getvalue()
        if len(data) > MOST_BYTES:
            raise EvidenceError(f"The file has {len(data) / 1e6:.1f} MB", file=file.name, expected="a table of rates, at most 1 MB")
        known = (*published(), *notebook.own_rates())
        found = read_rates(decode(data, file.name)[0], file.name, known=known)
        if not found.rates and not found.problems:
            found = Rates((), (EvidenceError("The file has no row with a rate", file=file.name, fix="Fill in the template's rows"),))
    except AadashError as error:
        found = Rates((), (EvidenceError(error.found, expected=error.expected, fix=error.fix, file=error.file or file.name),))
    notebook.add_rates(found)


def _rows_not_used() -> None:
    whole = [p for p in notebook.rate_problems() if not p.rows]
    for p in whole:  # of the file, not of a row in it
        st.error(plain(p.paragraph()), icon=":material/error:")
    problems = [p for p in notebook.rate_problems() if p.rows]
    if not problems:
        return
    st.error(
        f"{counted(len(problems), 'row')} could not be used:\n\n" + "\n".join(f"- {plain(p.paragraph())}" for p in problems[:_SHOWN]),
        icon=":material/error:",
    )
    if len(problems) > _SHOWN:
        st.caption(f"And {len(problems) - _SHOWN} more; mend these first.")
