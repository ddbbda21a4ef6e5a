"""Text that came from a file, made safe to print."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&])")


def plain(text: object) -> str:
    """``text`` with everything escaped that Markdown, LaTeX or Streamlit's colour words would act on."""
    return _SPECIAL.sub(r"\\\1", str(text)).replace("\n", " ")
