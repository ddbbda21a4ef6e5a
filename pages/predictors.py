"""Who responds?"""

from aadash.app.parts import draw

draw.page("predictors")
