"""The sample under hostile names, in a real browser: nothing executes, no other host is asked, every count stays."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from urllib.parse import urlparse

from playwright.sync_api import Page, expect

from .conftest import ROOT, settled
from .test_main_job import go

COLUMN = "<img src=http://192.0.2.1/x.png onerror=window.acted=1> ![p](http://192.0.2.1/p.png) $x$"
LEVELS = ("'+(window.acted=1)+' {{datum}} =HYPERLINK(\"http://192.0.2.1\")", "<script>window.acted=1</script>\u202eevil\u200b :red[z]")
NAME = "<b onmouseover=window.acted=1>clinic [l](javascript:window.acted=1).csv"
COUNT = re.compile(r"\b\d+/\d+\b")
PLACES = (
    "trajectories",
    "responders",
    "comparisons",
    "subgroups",
    "missing_visits",
    "time_to_response",
    "baseline",
    "scenarios",
    "ledger",
)


def renamed(plain: bool) -> bytes:
    """The Korean sample with its SALT and one column of two levels, under plain or hostile names."""
    rows = list(csv.DictReader((ROOT / "sample_data" / "korea_2025.csv").open(encoding="utf-8-sig")))
    weeks = (0, 8, 12, 16, 24, 36)
    out = io.StringIO()
    writer = csv.writer(out)
    column, levels = ("split", ("p", "q")) if plain else (COLUMN, LEVELS)
    writer.writerow(["patient", column, *(f"salt_w{w}" for w in weeks)])
    for i, r in enumerate(rows):
        code = f"k{i:03d}" if plain else f"<i onclick=window.acted=1>{i:03d}"
        writer.writerow([code, levels[r["sex"] != "female"], *(r[f"salt_w{w}"] for w in weeks)])
    return out.getvalue().encode()


def seen(page: Page, server: str, name: str, content: bytes, column: str) -> dict[str, list[str]]:
    """The counts that are written on each page, split by the column."""
    page.goto(server)
    settled(page)
    files = [{"name": name, "mimeType": "text/csv", "buffer": content}]
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").first.set_input_files(files)  # type: ignore[arg-type]
    expect(page.get_by_role("button", name="Use this cohort")).to_be_enabled()
    page.get_by_role("button", name="Use this cohort").click()
    settled(page)
    go(page, "responders")
    box = page.get_by_test_id("stSelectbox").filter(has_text="Split by").get_by_role("combobox")
    box.click()
    page.get_by_role("option").filter(has_text=column[:12]).first.click()
    settled(page)
    out = {}
    for place in PLACES:
        go(page, place)
        main = page.get_by_test_id("stMain")
        out[place] = sorted(COUNT.findall(main.inner_text()))
        out[f"{place} drawn"] = sorted(
            COUNT.findall(" ".join(page.locator('[data-testid="stVegaLiteChart"] svg text').all_text_contents()))
        )
        for thing in main.locator("td:visible, .st-emotion-cache button:visible, svg:visible").all()[:3]:
            thing.hover(force=True)
    return out


def test_hostile_names_act_nowhere_and_change_nothing(page: Page, server: str, tmp_path: Path) -> None:
    dialogs: list[str] = []
    page.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    before = seen(page, server, "clinic.csv", renamed(True), "split")
    other = page.context.new_page()
    other.asked = []  # type: ignore[attr-defined]
    other.on("request", lambda r: other.asked.append(r.url))  # type: ignore[attr-defined]
    other.on("dialog", lambda d: (dialogs.append(d.message), d.dismiss()))
    after = seen(other, server, NAME, renamed(False), "<img src")
    assert after == before
    assert sum(map(len, before.values())) > 20, before
    assert other.evaluate("window.acted") is None and not dialogs
    hosts = {urlparse(url).hostname for url in other.asked if url.startswith(("http", "ws"))}  # type: ignore[attr-defined]
    assert hosts == {"127.0.0.1"}
    assert other.locator("[data-testid=stMain] img[src*='192.0.2.1'], [data-testid=stMain] a[href*='192.0.2.1']").count() == 0
