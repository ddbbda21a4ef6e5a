"""What is in this file, and what is odd?"""

from aadash.app import quality_screen, show
from aadash.app.shell import open_page

page = open_page("What is in this file, and what is odd?", ())
report = quality_screen.report_of(page)
quality_screen.figures(page, report)
view = show.choose("View", ["How complete", "What is odd", "What was changed"], "view.quality")
if view == "How complete":
    quality_screen.completeness(page, report)
elif view == "What is odd":
    quality_screen.odd(page, report)
else:
    quality_screen.changed(page)
quality_screen.take_away(page, report)
