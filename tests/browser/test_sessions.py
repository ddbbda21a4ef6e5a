"""A cohort is never swapped in silence: a real restart, a reload, links to pages, and the browser's Back."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from .conftest import serving, settled
from .test_main_job import go, pick

ROWS = [f"{i:04d},{'FM'[i % 2]},{60 + i},{40 - i},{'sixty' if i == 3 else 140 if i == 7 else 20 + i}" for i in range(1, 21)]


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A file with two values that must be decided about."""
    path = tmp_path / "clinic.csv"
    path.write_text("\n".join(["code,sex,salt_w0,salt_w12,salt_w24", *ROWS]), encoding="utf-8")
    return path


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name).first.click()
    settled(page)


def view(page: Page, name: str) -> None:
    main = page.get_by_test_id("stMain")
    main.get_by_role("radio", name=name, exact=True).or_(main.get_by_role("button", name=name, exact=True)).first.click()
    settled(page)


def files(page: Page, *paths: Path) -> None:
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").first.set_input_files(paths)


def test_a_restart_says_so_and_kept_work_brings_everything_back(page: Page, clinic: Path, tmp_path: Path) -> None:
    with serving() as url:
        port = urlsplit(url).port or 0
        page.goto(url)
        settled(page)
        page.get_by_role("radio", name="Upload a file").or_(page.get_by_role("button", name="Upload a file")).first.click()
        settled(page)
        files(page, clinic)
        press(page, "Set all such values missing")
        press(page, "Use this cohort")
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Keep my work").click()
        assert '"on_bad_value": "missing"' in Path(waiting.value.path()).read_text(encoding="utf-8")
        go(page, "comparisons")
        pick(page, "Split by", "Sex")
        view(page, "Between strata")
        go(page, "ledger")
        asked = page.get_by_test_id("stMain").inner_text().split("Questions asked")[1].split()[0]
        go(page, "scenarios")
        page.get_by_role("button", name="Save", exact=True).click()
        settled(page)
        with page.expect_download() as waiting:
            page.get_by_role("button", name="Keep my work").click()
        work = tmp_path / "aadash_work.json"
        waiting.value.save_as(work)
        go(page, "comparisons")
        address = page.url
    with serving(port):
        main = page.get_by_test_id("stMain")
        page.goto(address)
        settled(page)
        assert "Upload the same file below" in main.inner_text() and "Korean" not in main.inner_text()
        expect(page.get_by_test_id("stFileUploaderDropzone")).to_be_visible()
        files(page, clinic, work)
        expect(page.get_by_text("Your work is back")).to_be_visible()
        settled(page)
        assert "comparisons" in page.url and "split by Sex" in main.inner_text().replace("sex", "Sex")
        go(page, "scenarios")
        expect(page.get_by_text("1 saved scenario")).to_be_visible()
        go(page, "ledger")
        assert main.inner_text().split("Questions asked")[1].split()[0] == asked


def test_after_a_reload_the_place_for_the_file_is_right_there(page: Page, server: str, clinic: Path) -> None:
    page.goto(server)
    settled(page)
    page.get_by_role("radio", name="Upload a file").or_(page.get_by_role("button", name="Upload a file")).first.click()
    settled(page)
    files(page, clinic)
    press(page, "Set all such values missing")
    press(page, "Use this cohort")
    go(page, "responders")
    pick(page, "Endpoint", "SALT90")
    before = page.get_by_test_id("stMain").inner_text()
    page.reload()
    settled(page)
    text = page.get_by_test_id("stMain").inner_text()
    assert "Upload the same file below".lower() in text.lower() and "Korean" not in text
    files(page, clinic)
    press(page, "Set all such values missing")
    press(page, "Use this cohort")
    text = page.get_by_test_id("stMain").inner_text()
    assert "the file that the address was made on" in text and text.endswith(before), "the page as it was, under the note"


def test_a_link_opens_the_page_and_view_that_were_shared(page: Page, server: str) -> None:
    page.goto(f"{server}/comparisons?cohort=korea_2025")
    settled(page)
    view(page, "Stratum × week")
    pick(page, "Week", "Week 24")
    shared, seen = page.url, page.get_by_test_id("stMain").inner_text()
    other = page.context.browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()  # type: ignore[union-attr]
    other.goto(shared)
    settled(other)
    assert other.get_by_test_id("stMain").inner_text() == seen
    go(page, "scenarios")
    link = page.get_by_test_id("stCode").inner_text().strip()
    assert urlsplit(link).path == "/comparisons" and parse_qs(urlsplit(link).query) == parse_qs(urlsplit(shared).query)
    other.context.close()


def test_a_link_sets_nothing_but_what_the_page_offers(page: Page, server: str) -> None:
    page.goto(
        f"{server}/comparisons?cohort=korea_2025&view.comparisons=Everything&scenario.save=true&plan.endpoint=3&home.way=9"
        "&view.margin=%22x%22&aadash.plan=1&filter.undo=true"
    )
    settled(page)
    text = page.get_by_test_id("stMain").inner_text()
    assert "Everything” cannot be chosen here" in text.replace("'", "”") and "Since baseline" in text


def test_back_steps_back_through_changes_of_the_plan_and_pages(page: Page, server: str) -> None:
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    first = page.get_by_test_id("stMain").inner_text()
    pick(page, "Endpoint", "SALT90")
    second = page.get_by_test_id("stMain").inner_text()
    assert second != first
    view(page, "At the chosen week" if page.get_by_text("At the chosen week").count() else "All endpoints at this week")
    third = page.get_by_test_id("stMain").inner_text()
    go(page, "comparisons")
    assert urlsplit(page.url).path == "/comparisons"
    back_to(page, third)
    assert urlsplit(page.url).path == "/responders"
    back_to(page, second)
    back_to(page, first)
    assert "endpoint" not in page.url


def back_to(page: Page, text: str) -> None:
    """Press Back until the page says exactly this; a page can have two entries in the history."""
    for _ in range(2):
        page.go_back()
        settled(page)
        settled(page)
        if page.get_by_test_id("stMain").inner_text() == text:
            return
    assert page.get_by_test_id("stMain").inner_text() == text
