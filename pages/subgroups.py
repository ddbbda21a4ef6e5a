"""Who does better, and is it chance?"""

from aadash.app import show, subgroups
from aadash.app.shell import open_page

page = open_page("Who does better, and is it chance?", ("split", "endpoint", "week", "missing", "error"))
asked = subgroups.asked(page)
result = show.ask(asked.analysis, page)
if result is not None:
    result = subgroups.on_scale(result, asked)
    show.figures(subgroups.figures(page, result, asked))
    view = show.choose("View", subgroups.VIEWS, "view.subgroups")
    subgroups.picture(page, result, asked, view)
    show.answer(result)
    subgroups.tables(result, asked)
    subgroups.believe(page)
    show.caveats(result)
    show.method(result)
    show.take_away(result, page)
