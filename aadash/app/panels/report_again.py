"""An earlier bundle or file of results on the report page: put back as it was, made again, and which numbers changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from aadash.app.parts.markdown import plain
from aadash.app.session import bundles, state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.report import html
from aadash.report.again import CHANGES, changes_since
from aadash.report.compare import read_results
from aadash.report.files import csv
from aadash.report.opened import Opened, open_bundle
from aadash.views.study import Choices, Study
from aadash.views.study_sections import carried_over
from aadash.views.view import Context

Rows = Sequence[Mapping[str, object]]
_AGAIN, _CARRIED = "report.again", "report.carried_over"
#: So many changed numbers are shown; the file has all.
SHOWN = 50


def asked() -> Rows | None:
    """The results of the report that is to be made again, handed over once; None when none is."""
    return st.session_state.pop(_AGAIN, None)


def carry_over(context: Context) -> None:
    """Fit the sections of a report that is being made again to the cohort in use, once."""
    if st.session_state.pop(_CARRIED, False):
        kept, notes = carried_over(tuple(st.session_state.get(bundles.KEY_SECTIONS, ())), context)
        st.session_state[bundles.KEY_SECTIONS] = list(kept)
        for note in notes:
            st.info(note, icon=":material/info:")


def earlier(opened: PageContext, context: Context, choices: Choices) -> None:
    """The place for an earlier bundle or results.json, and what can be done with it."""
    with st.expander("Open an earlier report, make it again, see which numbers changed", icon=":material/history:"):
        file = st.file_uploader("A bundle (.zip) or a results.json", ["zip", "json"], key="report.file")
        if file is None:
            return
        try:
            if file.name.lower().endswith(".json"):
                _changed(context, choices, read_results(file.getvalue(), file.name))
            else:
                found = open_bundle(file.getvalue())
                _buttons(opened, found)
                _changed(context, choices, read_results(found.results))
        except AadashError as error:
            st.error(plain(error.paragraph()))


def _buttons(opened: PageContext, found: Opened) -> None:
    same = found.fingerprint == opened.everyone.fingerprint
    st.markdown("The bundle was made from this cohort." if same else "The bundle was made from another cohort.")
    rows = read_results(found.results)
    with st.container(horizontal=True):
        st.button(
            "Put everything back as it was",
            icon=":material/settings_backup_restore:",
            key="report.restore",
            on_click=bundles.restore,
            args=(found,),
            help=None
            if same
            else "Its cohort takes the place of the one in use; if the bundle does not hold it, you are asked for it.",
        )
        st.button(
            "Make it again: its plan, this cohort",
            icon=":material/autorenew:",
            key="report.again_plan",
            on_click=_again,
            args=(found, rows, True),
        )
        st.button(
            "Make it again: the plan in use, this cohort",
            icon=":material/autorenew:",
            key="report.again_today",
            on_click=_again,
            args=(found, rows, False),
        )


def _again(found: Opened, rows: Rows, its_plan: bool) -> None:
    this = state.loaded()
    if its_plan and this is not None:
        fitted, notes = found.plan.resolved_for(this.cohort)
        state.set_plan(fitted)
        state.choose_endpoint()
        state.set_model(found.model)
        state.add_message([*found.notes, *notes])
    bundles.put_choices(found.choices)
    st.session_state[bundles.KEY_KIND] = "zip"
    st.session_state[_CARRIED] = True
    st.session_state[_AGAIN] = rows


def _changed(context: Context, choices: Choices, rows: Rows) -> None:
    changes, text = changes_since(rows, Study(context, choices))
    st.markdown(plain(text))
    st.caption("Against the plan and the sections in use now: what another plan changes is among them.")
    if len(changes):
        st.html(html.table(changes.head(SHOWN).astype(str), "changes"))
        if len(changes) > SHOWN:
            st.caption(f"The first {SHOWN} of {len(changes)}.")
        st.download_button("Every number that differs (CSV)", lambda: csv(changes), CHANGES, "text/csv", on_click="ignore")
