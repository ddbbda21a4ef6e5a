"""Take the pictures of the README and the guide from the running app: two pages, light and dark.

    python scripts/pictures.py

Needs what the browser tests need (requirements-dev.txt, Chromium). Writes docs/pictures/*.png, each under 250 kB.
"""

from __future__ import annotations

import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

OUT = ROOT / "docs" / "pictures"
#: Name of the picture → the page's address and the theme.
PICTURES = {
    "first_page": ("", "light"),
    "response": ("responders?cohort=korea_2025&stratifier=subtype", "light"),
    "response_dark": ("responders?cohort=korea_2025&stratifier=subtype", "dark"),
}
SIZE = {"width": 1280, "height": 860}


def main() -> None:
    """Take all pictures."""
    from tests.browser.conftest import serving, settled

    OUT.mkdir(parents=True, exist_ok=True)
    with serving() as url, sync_playwright() as p:
        browser = p.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"])
        for name, (address, theme) in PICTURES.items():
            context = browser.new_context(viewport=SIZE, color_scheme=theme)  # type: ignore[arg-type]
            page = context.new_page()
            page.goto(f"{url}/{address}")
            settled(page)
            page.wait_for_timeout(1000)
            drawn = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
            drawn.save(OUT / f"{name}.png", optimize=True)
            context.close()
        browser.close()


if __name__ == "__main__":
    main()
