"""Is the difference real?"""

import streamlit as st

from aadash.app import compose, show
from aadash.app.shell import open_page
from aadash.app.text import plain

page = open_page("Is the difference real?", ("split", "endpoint", "week", "missing", "error"))
question = show.choose("Question", list(compose.QUESTIONS), "view.comparisons")
result = show.ask(compose.QUESTIONS[question], page)
if result is not None:
    st.subheader(result.question)
    st.caption(plain(result.choice))
    show.answer(result)
    compose.comparison_picture(page, result)
    show.table(result, compose.comparison_rows(page, result))
    show.method(result)
    show.examined(result, page)
    compose.follow_up(page, result)
    show.rules(page, result.analysis)
    show.caveats(result)
    show.take_away(result, page)
