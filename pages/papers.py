"""What do the figures of the two papers look like here?"""

from aadash.app.parts import draw

draw.page("papers")
