"""What if? Plans side by side."""

from aadash.app.panels import scenarios
from aadash.app.parts import draw, render
from aadash.app.shell.page import open_page

page = open_page("What if? Plans side by side", ("split", "endpoint", "week", "missing", "error"), otherwise=scenarios.restore)
scenarios.save(page)
chosen = scenarios.saved(page)
result = scenarios.compare(page, chosen) if chosen else None
if result is not None:
    draw.doubts_of(result)
    render.method(result)
scenarios.keep(page)
