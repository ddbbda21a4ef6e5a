"""Whose scores are missing, and were they doing worse?"""

from aadash.app.parts import draw

draw.page("missing_visits")
