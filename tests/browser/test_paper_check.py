"""The paper check in a browser: a table is pasted, the findings are taken away; nothing runs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from .conftest import settled

TABLE = "Table 1\nSex\tAll (n = 117)\nMale <script>document.title='x'</script>\t54 (47.0)\nFemale\t63 (53.8)"


def test_paste_and_take_away(page: Page, server: str, tmp_path: Path) -> None:
    page.goto(f"{server}/paper_check")
    settled(page)
    expect(page.get_by_text("F(1, 697)=36.884").first).to_be_visible()
    page.get_by_text("A table of yours").first.click()
    settled(page)
    place = page.get_by_role("textbox", name="Tables, as copied from Word")
    place.fill(TABLE)
    place.press("Control+Enter")
    settled(page)
    expect(page.get_by_text("54 of 117 is 46.2").first).to_be_visible()
    assert page.title() != "x" and page.url.endswith("/paper_check")
    with page.expect_download() as got:
        page.get_by_role("button", name="Findings (Word)").click()
    file = tmp_path / "found.docx"
    got.value.save_as(file)
    with zipfile.ZipFile(io.BytesIO(file.read_bytes())) as archive:
        assert "54 of 117 is 46.2" in archive.read("word/document.xml").decode()
