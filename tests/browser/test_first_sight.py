"""What is seen without scrolling: what this is, the whole plan, the answer and its chart."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import settled
from .test_main_job import PAGES, WITHOUT_PLAN

#: Pages whose default view draws a chart of this sample; the others say why not, or hold tables and controls.
CHARTS = (
    "adverse_events",
    "baseline",
    "comparisons",
    "missing_visits",
    "papers",
    "predictors",
    "responders",
    "time_to_response",
    "trajectories",
)


def bottom(of: Locator) -> float:
    box = of.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_the_chart_of_a_severe_sample_is_seen_whole_too(page: Page, server: str) -> None:
    """A yellow note of the plan on which it opens stood over everything and pushed the chart below the screen."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/?cohort=tohoku_2025")
    settled(page)
    assert bottom(page.get_by_test_id("stVegaLiteChart")) < 720 and page.get_by_test_id("stAlert").count() == 0
    assert "the split at SALT 95" in page.get_by_test_id("stMain").inner_text().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("address", ["", "?cohort=korea_2025"], ids=["a server", "the README's command"])
def test_a_visitor_sees_at_once_what_this_is(page: Page, server: str, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto(f"{server}/{address}")
    settled(page)
    mark = page.get_by_test_id("stHeaderLogo")
    expect(mark).to_be_visible()
    assert mark.evaluate("i => i.complete && i.naturalWidth > 60"), "the mark is drawn"
    upload, chart = page.get_by_test_id("stFileUploaderDropzone"), page.get_by_test_id("stVegaLiteChart")
    assert bottom(upload) < 720 and bottom(chart) < 720, "where to upload, and what comes of it"
    said = page.locator(".aadash-answer").inner_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Mean SALT was 65.2 at baseline (n = 117)" in said, "a live result"
    assert page.get_by_role("radio").first.inner_text() == "Upload a file"
    if not address:
        page.get_by_role("button", name="Open this sample").click()
        settled(page)
    expect(page.get_by_text("Cohort in use: Korean cohort")).to_be_visible()


@pytest.mark.parametrize("name", [p for p in PAGES if p not in WITHOUT_PLAN])
def test_a_deep_link_shows_the_whole_plan_on_a_projector_and_answer_and_chart_on_a_screen(look: Page, server: str, name: str) -> None:
    look.set_viewport_size({"width": 1280, "height": 720})
    sample = {"adverse_events": "korea_2025_events", "missing_visits": "korea_2025_missing"}.get(name, "korea_2025")
    look.goto(f"{server}/{name}?cohort={sample}")
    settled(look)
    expect(look.get_by_test_id("stMain").locator("h1")).to_have_count(1)
    expect(look.get_by_test_id("stSidebar")).to_contain_text("117 patients")
    controls = look.get_by_test_id("stSidebar").get_by_test_id("stElementContainer")
    assert max(bottom(c) for c in controls.all()) <= 720
    if name not in CHARTS:
        return
    look.set_viewport_size({"width": 1400, "height": 1000})
    settled(look)
    chart = look.get_by_test_id("stVegaLiteChart").first
    assert bottom(chart) <= 1000
    assert look.locator(".aadash-headline").first.inner_text().strip(), "its headline"
    if name != "papers":  # the page of the papers' figures shows theirs, one after the other
        assert bottom(look.locator(".aadash-answer").first) < bottom(chart)


def test_what_takes_longer_than_a_second_is_seen_to_be_computed(page: Page, server: str) -> None:
    """A model of twelve strata and twenty visits took 14 seconds, and nothing on the page said that anything was under way."""
    page.goto(f"{server}/responders?cohort=korea_2025&lang=ja")
    settled(page)
    sign = page.locator("#aadash-busy")
    expect(sign).to_be_hidden()
    height = page.evaluate("document.querySelector('.stMain').scrollHeight")
    page.evaluate("document.querySelector('.stApp').dataset.testScriptState = 'running'")
    expect(sign).to_have_text("計算中 …", timeout=5_000)
    assert page.evaluate("document.querySelector('.stMain').scrollHeight") == height
    page.evaluate("document.querySelector('.stApp').dataset.testScriptState = 'notRunning'")
    expect(sign).to_be_hidden()


def test_an_address_without_a_page_is_answered_in_the_language_of_the_page(page: Page, server: str) -> None:
    """It was Streamlit's English "Page not found", for the page of registries too."""
    page.goto(f"{server}/registry?lang=ko")
    settled(page)
    expect(page.locator("h1")).to_contain_text("등록자료")
    expect(page.get_by_role("dialog")).to_have_count(0)
    for lang, lost in (("ja", "そのページはありません"), ("en", "There is no such page")):
        page.goto(f"{server}/nowhere?lang={lang}")
        settled(page)
        expect(page.get_by_role("dialog").locator("h2")).to_have_text(lost)
        assert "Running" not in page.get_by_role("dialog").inner_text()


def test_what_is_under_a_file_that_is_made_stays_where_it_is(page: Page, server: str) -> None:
    """The preview went away while the file was made, and stood lower when it was there."""
    page.goto(f"{server}/report?cohort=korea_2025")
    settled(page)
    preview, stop = page.get_by_text("Preview", exact=True), page.get_by_role("button", name="Stop")
    page.get_by_role("button", name="Make the file").click()
    expect(stop).to_be_visible()
    while_made = bottom(preview)
    expect(page.get_by_text("Save the file")).to_be_visible(timeout=90_000)
    settled(page)
    assert bottom(preview) == pytest.approx(while_made, abs=1)


@pytest.mark.parametrize(
    "name", ["", "trajectories?cohort=korea_2025", "responders?cohort=korea_2025", "comparisons?cohort=korea_2025"]
)
def test_nothing_jumps_while_a_page_comes(page: Page, server: str, name: str) -> None:
    """The sum of layout shifts: 0.000 at most pages, as on a bare page (0.001 to 0.003), also where the machine is busy; 0.05 to 0.42
    before a page was shown when all of it has its place, 0.03 to 0.09 on a phone while headings were seen before it."""
    page.add_init_script(
        "window.jumped = 0; new PerformanceObserver(l => { for (const e of l.getEntries()) if (!e.hadRecentInput) jumped += e.value })"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{server}/{name}")
    settled(page)
    expect(page.locator("html.aadash-wait")).to_have_count(0)
    page.wait_for_timeout(1000)
    assert page.evaluate("jumped") < 0.04
    page.evaluate("document.documentElement.classList.add('aadash-wait')")
    seen = "[...document.querySelectorAll('.stApp *')].filter(e => getComputedStyle(e).visibility === 'visible').length"
    assert page.evaluate(seen) == 0, "Streamlit's words and labels ask to be seen by themselves"
