"""How many respond, and when?"""

import streamlit as st

from aadash.app import compose, show
from aadash.app.shell import open_page

page = open_page("How many respond, and when?", ("split", "endpoint", "week", "missing", "error"))
result = show.ask("responders", page)
if result is not None:
    between = show.ask("responders_between", page, quiet=True)
    show.figures(compose.responder_figures(page, result, between))
    view = show.choose("View", compose.RESPONDER_VIEWS, "view.responders")
    show.legend(page)
    compose.responder_picture(page, result, view)
    show.answer(result)
    if between is not None:
        show.answer(between)
    show.table(result, compose.responder_rows(page, result, view))
    if between is not None:
        st.markdown("##### Between the strata")
        show.table(between, compose.responder_rows(page, between, view))
    show.rules(page, "responders")
    show.caveats(result, between)
    show.method(result)
    show.take_away(result, page)
