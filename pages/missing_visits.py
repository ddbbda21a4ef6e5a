"""Who was not seen, and were they doing worse?"""

from aadash.app.panels import compose
from aadash.app.parts import render
from aadash.app.shell.page import open_page

page = open_page("Who was not seen, and were they doing worse?", ("split", "endpoint", "week", "error"))
result = render.ask("missingness", page)
if result is not None:
    render.figures(compose.missing_figures(page, result))
    render.picture(lambda: compose.missing_picture(page, result), "missing")
    render.answer(result)
    render.table(result, compose.compared_rows(result))
    with compose.detail("Every stratum and week"):
        render.table(result, result.rows(variable="missing"), part="all")
    compose.conclusions(page)
    render.caveats(result)
    render.method(result)
    render.take_away(result, page)
