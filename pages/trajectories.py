"""How does SALT change over time?"""

from aadash.app.panels import compose
from aadash.app.parts import render
from aadash.app.shell.page import open_page

page = open_page("How does SALT change over time?", ("split", "week", "missing", "error"))
result = render.ask("salt_over_time", page)
if result is not None:
    render.figures(compose.over_time_figures(page, result))
    view = render.choose("View", compose.TRAJECTORY_VIEWS, "view.trajectories")
    compose.trajectory_pictures(page, result, view)
    render.answer(result)
    render.table(result, compose.over_time_rows(page, result, view))
    render.caveats(result)
    render.method(result)
    render.take_away(result, page)
