"""Who does better, and is it chance?"""

from aadash.app.panels import subgroups
from aadash.app.parts import render
from aadash.app.shell.page import open_page

page = open_page("Who does better, and is it chance?", ("split", "endpoint", "week", "missing", "error"))
asked = subgroups.asked(page)
result = render.ask(asked.analysis, page)
if result is not None:
    result = subgroups.on_scale(result, asked)
    render.figures(subgroups.figures(page, result, asked))
    view = render.choose("View", subgroups.VIEWS, "view.subgroups")
    subgroups.picture(page, result, asked, view)
    render.answer(result)
    subgroups.tables(result, asked)
    subgroups.believe(page)
    render.caveats(result)
    render.method(result)
    render.take_away(result, page)
