"""Who does better, and is it chance?"""

from aadash.app.panels import subgroups  # noqa: F401  (its panel)
from aadash.app.parts import draw

draw.page("subgroups")
