"""A class in real browsers: a teacher and three residents, each with a session of their own, one link, one poll, nothing left."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import settled


@pytest.fixture
def people(browser: Browser) -> Iterator[list[Page]]:
    """Four tabs of four browsers: a wide one, and three of which one is a phone."""
    sizes = ((1280, 1000), (1280, 900), (390, 844), (1024, 768))
    contexts = [browser.new_context(viewport={"width": w, "height": h}) for w, h in sizes]
    tabs = [c.new_page() for c in contexts]
    for tab in tabs:
        tab.set_default_timeout(60_000)
    yield tabs
    for c in contexts:
        c.close()


def main(tab: Page) -> str:
    return tab.get_by_test_id("stMain").inner_text().replace("\N{NO-BREAK SPACE}", " ")


def test_a_class_from_the_link_to_its_end(server: str, people: list[Page]) -> None:
    teacher, *residents = people
    teacher.goto(f"{server}/classroom?cohort=korea_2025_missing")
    settled(teacher)
    teacher.get_by_test_id("stSelectbox").filter(has_text="Begin on").get_by_role("combobox").click()
    teacher.get_by_role("option", name="Lesson: The scores that are missing").click()
    settled(teacher)
    teacher.get_by_role("button", name="Begin the class").click()
    settled(teacher)
    expect(teacher.get_by_role("img", name="QR code of the link of the class")).to_be_visible()
    link = teacher.get_by_test_id("stCode").first.inner_text().strip()

    for tab in residents:
        tab.goto(link)
        settled(tab)
        expect(tab.get_by_role("heading", level=1)).to_have_text("The scores that are missing")
        assert "48.7" not in main(tab), "covered until a guess is made"
    for i, tab in enumerate(residents):
        slider = tab.get_by_role("slider").first
        for _ in range(5 * i):
            slider.press("ArrowLeft")
        settled(tab)
        tab.get_by_role("button", name="This is my guess").click()
        settled(tab)
        assert "48.7" in main(tab) and "65.1 %" in main(tab) and "47.1 %" in main(tab)
    expect(teacher.get_by_text("The class: 3 answers")).to_be_visible()
    expect(teacher.get_by_text("3 residents have come in")).to_be_visible()

    first, second, _ = residents
    first.get_by_role("button", name="Open this on the page").click()
    settled(first)
    assert "/responders?" in first.url and "/lessons?" in second.url, "each goes its own way"
    first.reload()
    settled(first)
    assert "/responders?" in first.url, "where it was"
    expect(teacher.get_by_text("3 residents have come in")).to_be_visible()  # a reload is no second resident
    first.get_by_role("button", name="Begin again").click()
    settled(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("The scores that are missing")

    teacher.get_by_role("button", name="Projector").click()
    settled(teacher)
    expect(teacher.get_by_test_id("stTopNavSection").first).not_to_be_visible()
    teacher.keyboard.press("Escape")
    settled(teacher)
    expect(teacher.get_by_test_id("stTopNavSection").first).to_be_visible()

    teacher.get_by_role("button", name="End the class").click()
    settled(teacher)
    second.get_by_role("button", name="All lessons").click()
    settled(second)
    assert "The class is over" in main(second)
    assert "class=" not in second.url
