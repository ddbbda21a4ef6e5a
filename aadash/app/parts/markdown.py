"""Text that may come from a file, said in the language of the session and made safe to print."""

from __future__ import annotations

import re

from aadash.formatting import whole_ranges
from aadash.language import say

#: Streamlit makes links of these after Markdown is done, whatever is escaped; a word joiner, which has no width, stops it.
_ADDRESS = re.compile(r"(?i)(https?:|ftp:|mailto:|xmpp:)(?=\S)|(www)(?=\.)|(@)(?=[\w-])")
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


def plain(text: object) -> str:
    """``text`` with everything escaped that Markdown, LaTeX or Streamlit's colour words would act on, and no address in it a link."""
    said = whole_ranges(say(str(text)))  # no number is broken over two lines
    joined = _ADDRESS.sub(lambda found: found[0] + "\u2060", said)
    return _SPECIAL.sub(r"\\\1", joined).replace("\n", " ")
