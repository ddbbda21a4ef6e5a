"""Of two uploads that come close together neither is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import settled

#: So many rows that they are not read in a moment.
MANY = 300_000


def _choose(page: Page, name: str, content: bytes, which: int = 0) -> None:
    place = page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").nth(which)
    place.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


@pytest.mark.parametrize("which", [0, -1], ids=["new place", "old place"])
def test_a_second_file_while_the_first_is_read_loses_neither(page: Page, server: str, which: int) -> None:
    """While the first is read the emptied place is drawn above the old one, which can still be used."""
    page.goto(server)
    settled(page)
    page.get_by_role("radio", name="Upload a file").or_(page.get_by_role("button", name="Upload a file")).first.click()
    settled(page)
    rows = b"".join(b"P%06d,%s,80,40,%d\n" % (i, b"FM"[i % 2 : i % 2 + 1], i % 90) for i in range(MANY))
    _choose(page, "first.csv", b"code,sex,SALT_W0,SALT_W12,SALT_W24\n" + rows)
    expect(page.get_by_text("Stop reading")).to_be_visible()
    _choose(page, "second.csv", b"code,age\n" + b"".join(b"P%06d,%d\n" % (i, 20 + i % 50) for i in range(MANY)), which)
    heading = page.get_by_role("heading", name="What was read from")
    expect(heading).to_be_visible(timeout=120_000)
    settled(page)
    expect(heading).to_contain_text("first.csv")
    expect(page.get_by_text("second.csv").first).to_be_visible()
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()


@pytest.mark.parametrize("address", ["?lang=ko", "responders?lang=ko&data=0123456789ab"])
def test_the_place_for_files_speaks_the_language_of_the_page(page: Page, server: str, address: str) -> None:
    """Streamlit has them in English alone; they come back with English. So it is on a page that asks for its file."""
    page.goto(f"{server}/{address}")
    settled(page)
    place = page.get_by_test_id("stFileUploaderDropzone")
    expect(place).to_contain_text("업로드")
    expect(place).to_contain_text("파일당 100 MB")
    assert "Upload" not in place.inner_text() and "per file" not in place.inner_text()
    page.get_by_role("button", name="English").click()
    expect(place).to_contain_text("Upload")
    expect(place).to_contain_text("100MB per file")


def test_the_pages_on_a_phone_are_told_in_the_language_too(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/responders?cohort=korea_2025&lang=ko")
    settled(page)
    page.get_by_test_id("stExpandSidebarButton").click()
    button = page.get_by_test_id("stSidebarNavViewButton")
    expect(button).to_have_text("모든 페이지")
    button.click()
    expect(button).to_have_text("페이지 줄이기")


def test_what_stands_under_a_field_is_in_the_language_too(page: Page, server: str) -> None:
    page.goto(f"{server}/scenarios?cohort=korea_2025&lang=ja")
    settled(page)
    page.get_by_test_id("stMain").locator("input[type=text]").first.press_sequentially("a")
    expect(page.get_by_test_id("InputInstructions").first).to_contain_text("Enterキーで確定")
    menu = page.get_by_test_id("stSidebar").get_by_role("combobox").first
    menu.click()
    menu.press_sequentially("zzzz")
    expect(page.get_by_role("listbox")).to_have_text("該当なし")
