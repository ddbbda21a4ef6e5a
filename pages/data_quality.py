"""What is in this file, and what is odd?"""

from aadash.app.parts import render
from aadash.app.shell.page import open_page
from aadash.app.upload import quality_screen

page = open_page("What is in this file, and what is odd?", ())
report = quality_screen.report_of(page)
quality_screen.key_numbers(page, report)
view = render.choose("View", ["How complete", "What is odd", "What was changed"], "view.quality")
if view == "How complete":
    quality_screen.completeness(page, report)
elif view == "What is odd":
    quality_screen.odd(page, report)
else:
    quality_screen.changed(page)
quality_screen.downloads(page, report)
