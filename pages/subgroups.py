"""Who does better, and is it chance?"""

from aadash.app.parts import draw

draw.page("subgroups")
