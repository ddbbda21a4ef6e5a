"""What a browser is told before the first answer: how pages look and are reached, what to fetch, and to show nothing too early.

Streamlit's page loads the part that draws charts when the first chart arrives, and then begins to fetch what that needs. Named in
the head of the page, it is fetched while the server works. Until the title is there Streamlit shows grey bars that jump aside when
the plan comes; they stay unseen, for two seconds at most.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import streamlit

from aadash.app.shell.reach import SCRIPT, STYLE

STATIC = Path(streamlit.__file__).parent / "static"
#: Parts of Streamlit's page that are fetched when they are first drawn, by the beginnings of their files' names.
DRAWN = ("Html.", "Selectbox.", "ButtonGroup.", "Checkbox.", "ArrowVegaLiteChart.", "loadVegaEmbed.", "embed.", "vega-interpreter.")
#: The font of the icons.
ICONS = "MaterialSymbols-Rounded."
_IMPORT = re.compile(r"""(?:from|import)["']\./([\w.-]+\.js)["']""")


@cache
def head() -> bytes:
    """What is added to the head of the page: a link for each file that is not named there yet."""
    page = (STATIC / "index.html").read_text(encoding="utf-8")
    links = [f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in _needed() if f"/{name}" not in page]
    links += [
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="./static/media/{font.name}">'
        for font in sorted((STATIC / "static" / "media").glob(f"{ICONS}*.woff2"))
    ]
    return "".join(links).encode()


def added(page: bytes) -> bytes:
    """Streamlit's page with what is added; anything else as it is. Our style stands last, so that it counts."""
    last = f"{STYLE}<script>{SCRIPT}</script>".encode()
    return page.replace(b"</head>", head() + b"</head>", 1).replace(b"</body>", last + b"</body>", 1)


def _needed() -> list[str]:
    """The files of :data:`DRAWN` and what they import, each once."""
    folder, found = STATIC / "static" / "js", dict[str, None]()
    waiting = [path.name for start in DRAWN for path in sorted(folder.glob(f"{start}*.js"))]
    while waiting:
        name = waiting.pop(0)
        if name not in found and (folder / name).exists():
            found[name] = None
            waiting += _IMPORT.findall((folder / name).read_text(encoding="utf-8"))
    return list(found)
