"""How often have we looked?"""

from aadash.app.panels import ledger
from aadash.app.shell.page import open_page

page = open_page("How often have we looked?", ("split", "endpoint", "week", "missing", "error"))
ledger.account(page)
ledger.prespecify(page)
