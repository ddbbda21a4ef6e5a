"""How many questions have been asked?"""

from aadash.app.panels import ledger
from aadash.app.shell.page import open_page

page = open_page("How many questions have been asked?", ("split", "endpoint", "week", "missing", "error"))
ledger.account(page)
ledger.prespecify(page)
