"""Who responds?"""

from aadash.app.panels import predictors  # noqa: F401  (its panels)
from aadash.app.parts import draw

draw.page("predictors")
