"""What is published, and where does this cohort lie?"""

from aadash.app.parts import draw

draw.page("evidence")
