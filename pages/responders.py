"""How many respond, and when?"""

from aadash.app.parts import draw

draw.page("responders")
