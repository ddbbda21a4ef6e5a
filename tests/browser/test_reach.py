"""Everybody can use it: the main job by keyboard, what is said, on a phone, on paper."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
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
    assert "63 of 117 patients" in sidebar.inner_text()


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


def test_on_paper_there_are_whole_tables_and_no_controls(page: Page, server: str) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto(f"{server}/responders?cohort=korea_2025&stratifier=subtype")
    settled(page)
    page.get_by_text("All weeks").first.click()
    settled(page)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_test_id("stSidebar")).to_be_hidden()
    expect(page.get_by_test_id("stHeader")).to_be_hidden()
    expect(page.get_by_test_id("stMain").get_by_test_id("stButtonGroup").first).to_be_hidden()
    for table in page.locator(".aadash-table").all():
        size = table.evaluate(
            "e => [e.scrollWidth - e.clientWidth, e.scrollHeight - e.clientHeight, parseFloat(getComputedStyle(e).fontSize)]"
        )
        assert size[0] <= 1 and size[1] <= 1 and size[2] >= 12, "9 pt are 12 px"
    ground, ink = page.evaluate(
        "[getComputedStyle(document.querySelector('.stApp')).backgroundColor, getComputedStyle(document.querySelector('h1')).color]"
    )
    assert (ground, ink) == ("rgb(255, 255, 255)", "rgb(0, 0, 0)")


def test_on_paper_colours_have_their_names_and_numbers_one_line(page: Page, server: str) -> None:
    page.goto(f"{server}/comparisons?cohort=korea_2025&stratifier=subtype")
    settled(page)
    page.emulate_media(media="print")
    swatches = page.locator(".aadash-legend i").evaluate_all("all => all.map(e => getComputedStyle(e).backgroundColor)")
    assert len(set(swatches)) == 6 and "rgba(0, 0, 0, 0)" not in swatches, "all patients and five strata"
    spaces = page.locator(".aadash-table td.n").evaluate_all("all => [...new Set(all.map(e => getComputedStyle(e).whiteSpace))]")
    assert spaces == ["nowrap"]
    chart = page.get_by_test_id("stVegaLiteChart").first.bounding_box()
    drawing = page.get_by_test_id("stVegaLiteChart").first.locator("svg").bounding_box()
    assert chart is not None and drawing is not None and chart["height"] - drawing["height"] < 40, "no air above and below"


@pytest.mark.parametrize("name", ["responders", "trajectories", "subgroups"])
def test_on_paper_words_of_a_chart_are_of_9_pt(page: Page, server: str, name: str) -> None:
    """A chart of a screen 1,900 px wide was scaled to the paper, its words of 13 px with it: 4 to 7 pt."""
    page.set_viewport_size({"width": 1900, "height": 1000})
    page.goto(f"{server}/{name}?cohort=korea_2025")
    settled(page)
    drawing = page.get_by_test_id("stVegaLiteChart").first.locator("svg,canvas").first
    before = drawing.get_attribute("width")
    sizes: list[float] = []
    for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages:

        def read(text: str, user: list[float], line: list[float], _: object, size: float) -> None:
            if text.strip():
                grown = (user[0] * user[3] - user[1] * user[2]) * (line[0] * line[3] - line[1] * line[2])  # turned words too
                sizes.append(size * abs(grown) ** 0.5)

        sheet.extract_text(visitor_text=read)
    assert sizes and min(sizes) > 8.95
    expect(drawing).to_have_attribute("width", before or "")


def test_on_paper_panels_stay_side_by_side_and_no_rows_of_patients_are_cut(page: Page, server: str) -> None:
    """Panels stood below each other, a page half empty after each; the grid of the first page was cut where the paper ended."""
    page.goto(f"{server}/papers?cohort=korea_2025")
    settled(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    pairs = page.locator("[data-panels]")
    assert pairs.count() == 2, "two groups in Fig. 2 and in Fig. 3"
    for pair in pairs.all():
        left, right = (column.bounding_box() for column in pair.locator(":scope>.stColumn").all())
        assert left and right and left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]
    page.emulate_media(media="screen")
    page.goto(f"{server}/?cohort=korea_2025")
    settled(page)
    expect(page.locator(".stDataFrame")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".stDataFrame")).to_be_hidden()


def test_a_table_that_goes_on_at_the_right_says_so(page: Page, server: str) -> None:
    """Five strata beside everyone: of eight columns and fewer the last was out of sight, and nothing said that it is there."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/baseline?cohort=tohoku_2025&stratifier=subtype")
    settled(page)
    table = page.locator(".aadash-table").first
    assert table.evaluate("e => e.scrollWidth - e.clientWidth") > 0
    assert "gradient" in table.evaluate("e => getComputedStyle(e).backgroundImage")
    page.set_viewport_size({"width": 390, "height": 800})
    first = table.locator("tbody th:first-child").first
    expect(first).to_have_css("position", "sticky")
    expect(first).to_have_css("background-clip", "padding-box")  # it lies on the line between two rows


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


def test_on_paper_no_empty_sheet_comes_after_a_wide_table(page: Page, server: str) -> None:
    page.goto(f"{server}/baseline?cohort=korea_2025&stratifier=subtype")
    settled(page)
    page.locator(".aadash-table").last.evaluate("e => e.classList.add('turned')")
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    assert [i for i, sheet in enumerate(sheets) if not sheet.extract_text().strip()] == []


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


def sheets_of(page: Page) -> list[str]:
    """The words of each sheet of paper that the browser prints."""
    return [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages]


def test_on_paper_a_chart_that_is_higher_than_a_page_begins_where_it_stands(page: Page, server: str) -> None:
    """The first page of subgroups had a headline and nothing under it; a doubt beyond the third was “1 more to know”."""
    page.goto(f"{server}/subgroups?cohort=korea_2025")
    settled(page)
    drawing = page.get_by_test_id("stVegaLiteChart").first.locator("svg")
    before = drawing.get_attribute("height"), drawing.get_attribute("viewBox")
    sheets = sheets_of(page)
    assert "All patients" in sheets[0] and "age (cut at 31)" in sheets[0]
    assert all(sheet.strip() for sheet in sheets)
    assert "more to know" not in "".join(sheets)
    assert "not in whom the drug works better" in " ".join("".join(sheets).split())
    expect(drawing).to_have_count(1)
    assert (drawing.get_attribute("height"), drawing.get_attribute("viewBox")) == before


def test_on_paper_pages_are_full_and_headings_have_something_to_head(page: Page, server: str) -> None:
    """The four figures of the Korean paper took four pages, half of each empty; two questions that nobody had pressed stood alone."""
    page.goto(f"{server}/papers?cohort=korea_2025")
    settled(page)
    sheets = sheets_of(page)
    assert len(sheets) == 2 and "Fig. 2" in sheets[0] and "split by" in sheets[0]
    page.goto(f"{server}/predictors?cohort=korea_2025")
    settled(page)
    page.get_by_role("radio", name="Choosing and validating").click()
    settled(page)
    expect(page.get_by_text("How well would it predict in new patients?")).to_be_visible()
    words = "".join(sheets_of(page))
    assert "Stepwise" in words and "Would other patients" not in words and "How well would it predict" not in words
