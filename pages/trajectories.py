"""How does SALT change over time?"""

from aadash.app import compose, show
from aadash.app.shell import open_page

page = open_page("How does SALT change over time?", ("split", "week", "missing", "error"))
result = show.ask("salt_over_time", page)
if result is not None:
    show.figures(compose.over_time_figures(page, result))
    view = show.choose("View", compose.TRAJECTORY_VIEWS, "view.trajectories")
    compose.trajectory_pictures(page, result, view)
    show.answer(result)
    show.table(result, compose.over_time_rows(page, result, view))
    show.caveats(result)
    show.method(result)
    show.take_away(result, page)
