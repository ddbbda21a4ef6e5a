"""Everybody can use it: the main job by keyboard, what is said, on a phone, on paper."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from .conftest import settled
from .test_main_job import go, pick


def test_nothing_of_a_chart_is_read_out_but_its_text_with_the_numbers(page: Page, server: str) -> None:
    page.goto(f"{server}/trajectories?cohort=korea_2025")
    settled(page)
    for view in ("Every patient", "Means"):
        page.get_by_role("radio", name=view).click()
        settled(page)
        chart = page.get_by_test_id("stVegaLiteChart").first
        assert chart.locator("[role=graphics-symbol]").count() == 0
        assert "SALT" in (chart.get_attribute("aria-label") or "") and chart.get_attribute("role") == "graphics-document"
        told = page.locator(".aadash-unseen").first.text_content() or ""
        assert "Group A (SALT > 50): week 0 84.6" in told and "week 36 33.5" in told


def test_a_new_answer_is_said_and_the_focus_follows_the_page(page: Page, server: str) -> None:
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    said = page.locator("#aadash-said")
    expect(said).to_have_attribute("role", "status")
    expect(said).to_have_attribute("data-heard", "/responders", timeout=30_000)
    assert said.text_content() == "", "nothing is said of what was there from the start"
    pick(page, "Endpoint", "SALT≤20")
    expect(said).to_contain_text("SALT≤20 (SALT of 20 or less) was reached by 79/117 (67.5 %)")
    go(page, "trajectories")
    expect(page.locator("h1:focus")).to_have_text("How does SALT change over time?")


def test_the_main_job_takes_at_most_25_keys(page: Page, server: str) -> None:
    """From the first page, by way of the sample, to who responds by AA subtype; with a ring wherever the focus is."""
    page.goto(server)
    settled(page)
    keys: list[str] = []
    focused = (
        "(e => [document.body, document.querySelector('main')].includes(e) ? ''"
        " : e.getAttribute('aria-label') || e.innerText || '')(document.activeElement)"
    )

    def press(key: str) -> None:
        keys.append(key)
        page.keyboard.press(key)
        assert len(keys) <= 25, keys

    def reach(words: str) -> None:
        while words != page.evaluate(focused).split("\n")[-1][: len(words)]:
            press("Tab")
            ring = page.evaluate(
                "(() => { for (let e = document.activeElement, i = 0; e && i < 4; e = e.parentElement, i++) {"
                " const s = getComputedStyle(e); if (s.outlineStyle !== 'none' || s.boxShadow !== 'none') return true }"
                " return false })()"
            )
            assert ring, page.evaluate(focused)

    reach("Open this sample")
    press("Enter")
    expect(page.get_by_text("Cohort in use: Korean cohort")).to_be_visible()
    expect(page.locator(".aadash-answer:focus")).to_be_visible()  # the button that was pressed is gone
    settled(page)
    reach("Response")
    press("Enter")
    expect(page.locator("h1:focus")).to_have_text("How many respond, and when?")
    settled(page)
    reach("Synthetic data · Korean cohort")
    press("Enter")
    settled(page)
    reach("Split by")
    press("ArrowDown")
    while page.get_by_role("option", name="AA subtype", exact=True).get_attribute("data-focused") != "true":
        press("ArrowDown")
    press("Enter")
    settled(page)
    assert "stratifier=subtype" in page.url


def test_on_a_phone_the_plan_is_a_line_that_opens_and_closes(page: Page, server: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    page.locator(".aadash-plan").click()
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    expect(page.get_by_test_id("stSelectbox").filter(has_text="Split by")).to_be_in_viewport()
    page.wait_for_timeout(500)
    button = page.get_by_test_id("stSidebarCollapseButton").get_by_role("button")
    button.scroll_into_view_if_needed()
    close = button.bounding_box()
    assert close is not None
    middle = [close["x"] + close["width"] / 2, close["y"] + close["height"] / 2]
    on_top = "([x, y]) => Boolean(document.elementFromPoint(x, y).closest('[data-testid=stSidebarCollapseButton]'))"
    assert page.evaluate(on_top, middle), "the languages in the bar do not cover what closes the plan"
    pick(page, "Split by", "AA subtype")
    expect(sidebar).to_have_attribute("data-collapsed", "true")
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth") <= 390


def test_on_a_phone_a_new_filter_stays_in_sight_until_a_level_is_chosen(page: Page, server: str) -> None:
    """A choice closes the plan; a filter is none before its levels are chosen, and they stand there."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    page.locator(".aadash-plan").click()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    page.wait_for_timeout(800)  # it slides in, and what is pressed meanwhile moves away
    sidebar.get_by_role("combobox").first.click()
    page.get_by_role("option", name="sex", exact=True).click()
    settled(page)
    page.wait_for_timeout(600)
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    sidebar.get_by_role("button", name="female").click()
    settled(page)
    expect(sidebar).to_contain_text("63 of 117 patients")


def test_motion_stops_where_it_is_not_wanted_and_swatches_stay_in_forced_colours(browser: Browser, server: str) -> None:
    context = browser.new_context(reduced_motion="reduce", forced_colors="active", viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    first = page.locator(".aadash-legend i").first
    assert first.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(0, 114, 178)"
    times = page.evaluate("[...document.querySelectorAll('button')].map(e => parseFloat(getComputedStyle(e).transitionDuration))")
    assert times and max(times) < 0.001
    context.close()


def test_a_table_that_goes_on_at_the_right_says_so(page: Page, server: str) -> None:
    """Five strata beside everyone: of eight columns and fewer the last was out of sight, and nothing said that it is there."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/baseline?cohort=tohoku_2025&stratifier=subtype")
    settled(page)
    table = page.locator(".aadash-table").first
    assert table.evaluate("e => e.scrollWidth - e.clientWidth") == 0, "all of it is seen on a screen of this width"
    page.set_viewport_size({"width": 1000, "height": 720})
    assert table.evaluate("e => e.scrollWidth - e.clientWidth") > 0
    assert "gradient" in table.evaluate("e => getComputedStyle(e).backgroundImage")
    page.set_viewport_size({"width": 390, "height": 800})
    first = table.locator("tbody th:first-child").first
    expect(first).to_have_css("position", "sticky")
    expect(first).to_have_css("background-clip", "padding-box")  # it lies on the line between two rows


def test_table_1_with_all_its_columns_is_seen_whole_on_a_projector(page: Page, server: str) -> None:
    """With p-values and distributions it went on for 14 pixels."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/baseline?cohort=korea_2025&baseline.p_values=true&baseline.bars=true")
    settled(page)
    table = page.locator(".aadash-table").first
    assert table.locator("thead th").count() == 9
    assert table.evaluate("e => e.scrollWidth - e.clientWidth") == 0
    assert page.locator(".aadash-copy").first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)") >= 13


def test_a_table_is_sorted_by_a_press_on_the_head_of_a_column(page: Page, server: str) -> None:
    page.goto(f"{server}/subgroups?cohort=korea_2025")
    settled(page)
    table = page.locator(".aadash-table.sorts").first
    head, at = (
        table.locator("thead th").last,
        "e => [...e.querySelectorAll('tbody tr')].map(r => r.cells[r.cells.length - 1].textContent)",
    )
    before = table.evaluate(at)

    def worth(text: str) -> float:
        return float(re.sub(r"[^\d.]", "", text)) - ("<" in text) / 1e9 if text.strip("–") else float("inf")

    head.click()
    assert table.evaluate(at) == sorted(before, key=worth) != before
    head.focus()
    page.keyboard.press("Enter")
    expect(head).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("Enter")
    assert table.evaluate(at) == before


def test_words_of_a_chart_on_canvas_follow_a_change_of_theme(page: Page, server: str) -> None:
    """Letters drawn on canvas stayed dark on the dark ground until the next run."""
    page.emulate_media(color_scheme="light")
    page.goto(f"{server}/trajectories?cohort=korea_2025")
    settled(page)
    expect(page.locator("#aadash-said")).to_have_attribute("data-heard", "/trajectories")
    expect(page.locator(".stVegaLiteChart canvas")).to_have_count(1)
    page.emulate_media(color_scheme="dark")
    word = page.locator(".stVegaLiteChart text", has_text="Weeks since first dose")
    expect(word).to_have_css("fill", "rgb(220, 227, 234)")


#: How many texts a page has, and the words in katakana that stand in more than one line.
BROKEN = """() => {
    const texts = [], found = [];
    for (const one of document.querySelectorAll(".stMain :is(p,li,tbody th,.aadash-under)")) {
        const walk = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
        if (one.checkVisibility()) while (walk.nextNode()) texts.push(walk.currentNode);
    }
    for (const text of texts) for (const word of text.data.matchAll(/[ァ-ヶー]{3,9}(?![ァ-ヶー])/g)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const lines = new Set([...range.getClientRects()].filter((box) => box.width > 1).map((box) => Math.round(box.top)));
        if (lines.size > 1) found.push(word[0]);
    }
    return [texts.length, found];
}"""


def test_on_a_phone_no_japanese_word_is_broken_within(browser: Browser, server: str) -> None:
    """ "(カットオ|フ値 26)" stood in two lines, broken within a word in brackets."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    for name in ("subgroups", "adverse_events"):
        page.goto(f"{server}/{name}?cohort=korea_2025&lang=ja")
        settled(page)
        expect(page.locator("html[lang=ja]")).to_have_count(1)
        for _ in range(20):  # its lines are made anew for the language and for each font that comes
            texts, broken = page.evaluate(BROKEN)
            if texts > 20 and not broken:
                break
            page.wait_for_timeout(300)
        assert texts > 20 and broken == []
    page.context.close()
