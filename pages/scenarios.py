"""What if? Plans side by side."""

from aadash.app.parts import draw

draw.page("scenarios")
