"""Who was not seen, and were they doing worse?"""

from aadash.app import compose, show
from aadash.app.shell import open_page

page = open_page("Who was not seen, and were they doing worse?", ("split", "endpoint", "week", "error"))
result = show.ask("missingness", page)
if result is not None:
    show.figures(compose.missing_figures(page, result))
    show.picture(lambda: compose.missing_picture(page, result), "missing")
    show.answer(result)
    show.table(result, compose.compared_rows(result))
    with compose.detail("Every stratum and week"):
        show.table(result, result.rows(variable="missing"), part="all")
    compose.conclusions(page)
    show.caveats(result)
    show.method(result)
    show.take_away(result, page)
