"""What is in this file, and what is odd?"""

from aadash.app.parts import draw

draw.page("data_quality")
