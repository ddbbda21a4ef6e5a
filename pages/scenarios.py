"""What if? Plans side by side."""

from aadash.app import scenarios, show
from aadash.app.shell import open_page

page = open_page("What if? Plans side by side", ("split", "endpoint", "week", "missing", "error"), otherwise=scenarios.restore)
scenarios.save(page)
chosen = scenarios.saved(page)
result = scenarios.compare(page, chosen) if chosen else None
if result is not None:
    show.caveats(result)
    show.method(result)
scenarios.keep(page)
