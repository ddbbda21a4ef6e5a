"""Do two measures change together?"""

from aadash.app.parts import draw

draw.page("two_measures")
