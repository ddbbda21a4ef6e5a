"""When do they first respond?"""

from aadash.app.parts import draw

draw.page("time_to_response")
