"""When do they first respond?"""

from aadash.app import compose, show
from aadash.app.shell import open_page

page = open_page("When do they first respond?", ("split", "endpoint", "error"))
result = show.ask("time_to_response", page)
if result is not None:
    show.figures(compose.time_figures(page, result))
    show.picture(lambda: compose.time_picture(page, result), "steps")
    show.answer(result)
    show.table(result, result.rows(variable_level="summary"))
    with compose.detail("The curve in numbers"):
        show.table(result, result.rows(variable_level="curve"), part="curve")
    show.caveats(result)
    show.method(result)
    show.take_away(result, page)
