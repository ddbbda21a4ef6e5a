"""Which adverse events were seen?"""

from aadash.app.parts import draw

draw.page("adverse_events")
