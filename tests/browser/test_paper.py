"""What a page prints: whole, light, without controls, and no sheet half empty."""

from __future__ import annotations

import io
import re

import pypdf
import pytest
from playwright.sync_api import Page, expect

from .conftest import settled


def sheets_of(page: Page) -> list[str]:
    """The words of each sheet of paper that the browser prints."""
    return [sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages]


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


def test_on_paper_panels_stay_side_by_side(page: Page, server: str) -> None:
    """Panels stood below each other, a page half empty after each."""
    page.goto(f"{server}/papers?cohort=korea_2025")
    settled(page)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    pairs = page.locator("[data-panels]")
    assert pairs.count() == 2, "two groups in Fig. 2 and in Fig. 3"
    for pair in pairs.all():
        left, right = (column.bounding_box() for column in pair.locator(":scope>.stColumn").all())
        assert left and right and left["y"] == right["y"] and left["x"] + left["width"] <= right["x"]


@pytest.mark.parametrize("sample", ["korea_2025", "tohoku_2025"])
def test_on_paper_rows_to_scroll_in_are_whole_or_left_out(page: Page, server: str, sample: str) -> None:
    """Of 117 patients columns were out of sight; of 70 all columns stood there, and eight rows, the last cut in two."""
    page.goto(f"{server}/?cohort={sample}")
    settled(page)
    expect(page.locator(".stDataFrame")).to_be_visible()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    expect(page.locator(".stDataFrame")).to_be_hidden()


@pytest.mark.parametrize("name", ["classroom", "evidence", "baseline"])
def test_on_paper_there_is_no_control(page: Page, server: str, name: str) -> None:
    """The class page printed its slider, which stands a step deeper than other controls."""
    page.goto(f"{server}/{name}?cohort=tohoku_2025")
    settled(page)
    page.emulate_media(media="print")
    inputs = page.get_by_test_id("stMain").locator("input,select,textarea,[role=slider],[role=switch],[role=combobox],[role=radio]")
    assert inputs.count() > 0
    assert [one.evaluate("e => e.outerHTML") for one in inputs.all() if one.is_visible()] == []


def test_on_paper_panels_side_by_side_are_as_high_as_each_other(page: Page, server: str) -> None:
    """The second panel of Fig. 2 and of Fig. 3 was drawn anew into half the height: its weeks stood above those of the first."""
    page.goto(f"{server}/papers?cohort=korea_2025")
    settled(page)
    heights: list[list[int]] = []
    for sheet in pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages:
        found: list[int] = []
        sheet.extract_text(
            visitor_text=lambda t, cm, tm, *_, to=found: to.append(round(cm[5])) if t.strip().startswith("Week") else None
        )
        heights.append(found)
    assert heights[0][-2] == heights[0][-1], "the first week under both panels of Fig. 2"
    assert heights[1][0] == heights[1][1], "the weeks under both panels of Fig. 3"


def test_on_paper_no_empty_sheet_comes_after_a_wide_table(page: Page, server: str) -> None:
    page.goto(f"{server}/baseline?cohort=korea_2025&stratifier=subtype")
    settled(page)
    page.locator(".aadash-table").last.evaluate("e => e.classList.add('turned')")
    sheets = pypdf.PdfReader(io.BytesIO(page.pdf(format="A4", prefer_css_page_size=True))).pages
    assert [i for i, sheet in enumerate(sheets) if not sheet.extract_text().strip()] == []


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


def test_on_paper_words_below_each_other_do_not_touch(page: Page, server: str) -> None:
    """A curve's rows of patients still followed were pressed together in a lower chart."""
    page.goto(f"{server}/time_to_response?cohort=korea_2025&stratifier=subtype")
    settled(page)
    page.evaluate("""() => addEventListener("beforeprint", () => {
        const names = ["totalis", "universalis"], words = [...document.querySelectorAll(".stVegaLiteChart text")];
        window.tops = words.filter((e) => names.includes(e.textContent)).map((e) => e.getBoundingClientRect().top);
    })""")
    sheets_of(page)
    tops = page.evaluate("tops")
    assert len(tops) == 2 and abs(tops[0] - tops[1]) > 12  # the font's 13 pixels, of which letters take 10


#: Long names of twelve levels.
KINDS = [f"Kind {letter} of the scalp with nail changes and eyebrow involvement" for letter in "ABCDEFGHIJKL"]


def test_on_paper_long_names_do_not_lie_on_each_other(page: Page, server: str) -> None:
    """Names in four lines lay on each other in a lower chart."""
    rows = [[f"P{i}", KINDS[i % 12], *(max(0, 90 - (i % 7) * 6 * j - i % 5) for j in range(4))] for i in range(120)]
    heads = ["patient", "pattern", *(f"SALT week {w}" for w in (0, 12, 24, 36))]
    file = "\n".join(",".join(map(str, row)) for row in [heads, *rows]).encode()
    page.goto(f"{server}/?stratifier=pattern")
    settled(page)
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").set_input_files(
        {"name": "twelve.csv", "mimeType": "text/csv", "buffer": file}
    )
    expect(page.get_by_role("button", name="Use this cohort")).to_be_enabled()
    page.get_by_role("button", name="Use this cohort").click()
    expect(page.get_by_text("Cohort in use: twelve")).to_be_visible()
    settled(page)
    page.get_by_text("Compare", exact=True).first.click()
    page.locator('a[href*="/subgroups"]').first.click()
    page.wait_for_url("**/subgroups*")
    settled(page)
    page.evaluate("""() => addEventListener("beforeprint", () => {
        const names = [...document.querySelectorAll(".stVegaLiteChart text:has(tspan)")].map((e) => e.getBoundingClientRect());
        window.names = names.length;
        window.overlaps = names.filter((a, i) => names.some((b, j) => i !== j && Math.abs(a.left - b.left) < 2 && b.top >= a.top
            && b.top < a.bottom - 4)).length;
    })""")
    sheets_of(page)
    assert page.evaluate("names") >= 12 and page.evaluate("overlaps") == 0
    page.get_by_role("radio", name="Two splits at once").click()  # a chart of half a page and more goes on between its rows
    settled(page)
    sheets = [" ".join(sheet.split()) for sheet in sheets_of(page)]
    assert "Kind A of" in sheets[0] and not re.search("Kind L of.*Deeper blue", sheets[0])


def test_on_paper_no_title_of_an_axis_is_cut_off(page: Page, server: str) -> None:
    """The title beside a low chart, “Odds ratio, at or below against above”, lost its last word."""
    page.goto(f"{server}/predictors?cohort=korea_2025")
    settled(page)
    page.get_by_role("radio", name="Cut-points").click()
    settled(page)
    page.evaluate("""() => addEventListener("beforeprint", () => {
        const out = (e) => { const a = e.getBoundingClientRect(), b = e.closest("svg").getBoundingClientRect();
            return a.height && (a.top < b.top - 1 || a.bottom > b.bottom + 1); };
        const all = [...document.querySelectorAll(".stVegaLiteChart svg .role-axis-title text")];
        window.words = all.length;
        window.cut = all.filter(out).map((e) => e.textContent);
    })""")
    sheets_of(page)
    assert page.evaluate("words") > 4 and page.evaluate("cut") == []
