"""How does SALT change over time?"""

from aadash.app.parts import draw

draw.page("trajectories")
