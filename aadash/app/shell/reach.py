"""The page's own style, and a script for those who use a keyboard, a screen reader or a phone.

The script (``reach.js``) runs once a tab: it says a new answer, moves the focus to the title after a change of page, and to the answer
where what had it is gone, copies a table, and on a phone closes the plan after a choice. It is the same for everybody, without a word
from a file; the policy of the page names it by its hash, and no other script of ours runs (:mod:`aadash.app.server.headers`).
"""

from __future__ import annotations

import re
from pathlib import Path

SCRIPT = Path(__file__).with_name("reach.js").read_text(encoding="utf-8")
_CSS = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
#: What every page is drawn with, without the comments.
STYLE = f"<style>{re.sub(r'/[*].*?[*]/', '', _CSS, flags=re.DOTALL)}</style>"
