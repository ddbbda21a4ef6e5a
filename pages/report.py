"""What goes into the paper?"""

from aadash.app.parts import draw

draw.page("report")
