"""Is the difference real?"""

import streamlit as st

from aadash.app.panels import compose
from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.shell.page import open_page

page = open_page("Is the difference real?", ("split", "endpoint", "week", "missing", "error"))
question = render.choose("Question", list(compose.QUESTIONS), "view.comparisons")
result = render.ask(compose.QUESTIONS[question], page)
if result is not None:
    st.subheader(result.question)
    st.caption(plain(result.choice))
    render.answer(result)
    compose.comparison_picture(page, result)
    render.table(result, compose.comparison_rows(page, result))
    render.method(result)
    render.examined(result, page)
    compose.follow_up(page, result)
    render.rules(page, result.analysis)
    render.caveats(result)
    render.take_away(result, page)
