"""Who are the patients?"""

from aadash.app.parts import draw

draw.page("baseline")
