"""How many respond, and when?"""

import streamlit as st

from aadash.app.panels import compose
from aadash.app.parts import render
from aadash.app.shell.page import open_page

page = open_page("How many respond, and when?", ("split", "endpoint", "week", "missing", "error"))
result = render.ask("responders", page)
if result is not None:
    between = render.ask("responders_between", page, quiet=True)
    render.figures(compose.responder_figures(page, result, between))
    view = render.choose("View", compose.RESPONDER_VIEWS, "view.responders")
    render.legend(page)
    compose.responder_picture(page, result, view)
    render.answer(result)
    if between is not None:
        render.answer(between)
    render.table(result, compose.responder_rows(page, result, view))
    if between is not None:
        st.markdown("##### Between the strata")
        render.table(between, compose.responder_rows(page, between, view))
    render.rules(page, "responders")
    render.caveats(result, between)
    render.method(result)
    render.take_away(result, page)
