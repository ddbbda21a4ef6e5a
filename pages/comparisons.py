"""Is the difference real?"""

from aadash.app.parts import draw

draw.page("comparisons")
