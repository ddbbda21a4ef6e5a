"""When do they first respond?"""

from aadash.app.panels import compose
from aadash.app.parts import render
from aadash.app.shell.page import open_page

page = open_page("When do they first respond?", ("split", "endpoint", "error"))
result = render.ask("time_to_response", page)
if result is not None:
    render.figures(compose.time_figures(page, result))
    render.picture(lambda: compose.time_picture(page, result), "steps")
    render.answer(result)
    render.table(result, result.rows(variable_level="summary"))
    with compose.detail("The curve in numbers"):
        render.table(result, result.rows(variable_level="curve"), part="curve")
    render.caveats(result)
    render.method(result)
    render.take_away(result, page)
