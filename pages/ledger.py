"""How many questions have been asked?"""

from aadash.app.parts import draw

draw.page("ledger")
