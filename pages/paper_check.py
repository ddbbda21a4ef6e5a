"""Do the printed numbers fit each other?"""

from aadash.app.panels import paper_check

paper_check.page()
