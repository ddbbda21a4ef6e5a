"""The main job in a real browser: upload a cohort, choose a stratification, read the answer."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from aadash.app.shell.page import PAGES as NAVIGATION

from .conftest import ROOT, serving, settled

#: The home page has no name in its address; without a registry the navigation does not name its page.
PAGES = [p.stem for p in sorted((ROOT / "pages").glob("*.py")) if p.stem not in ("cohort", "registry")]
#: Pages of learning and the paper check: none shows the plan, and the simulator has controls of its own.
WITHOUT_PLAN = ("glossary", "lessons", "simulator", "classroom", "paper_check", "hospitals")


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """A clinic's file: the Korean sample under other names, without the mark that it is synthetic."""
    rows = list(csv.DictReader((ROOT / "sample_data" / "korea_2025.csv").open(encoding="utf-8-sig")))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Patient No", "Gender", "AA type", "Baseline SALT", "SALT wk 8", "SALT wk 12", "Week 16", "SALT_W24", "M9"])
    for r in rows:
        writer.writerow([r["patient"], r["sex"], r["aa_subtype"], *(r[f"salt_w{w}"] for w in (0, 8, 12, 16, 24, 36))])
    path = tmp_path / "clinic.csv"
    path.write_text(out.getvalue(), encoding="utf-8")
    return path


def pick(page: Page, label: str, option: str) -> None:
    page.get_by_test_id("stSelectbox").filter(has_text=label).get_by_role("combobox").click()
    page.get_by_role("option", name=option, exact=True).click()
    settled(page)


#: Name of a page's file → the group of the navigation that it stands in, and its label there.
PLACES = {Path(p.file).stem: (p.group, p.label) for p in NAVIGATION}


def go(page: Page, name: str) -> None:
    """Open a page by the name of its file, through the navigation on top."""
    group, label = PLACES[name]
    page.get_by_test_id("stTopNavSection").filter(has_text=group).click()
    page.get_by_test_id("stTopNavDropdownLink").filter(has_text=label).first.click()
    settled(page)


def upload(page: Page, server: str, file: Path) -> None:
    page.goto(server)
    settled(page)
    page.get_by_role("radio", name="Upload a file").or_(page.get_by_role("button", name="Upload a file")).first.click()
    settled(page)
    page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_enabled()
    page.get_by_role("button", name="Use this cohort").click()
    settled(page)


def drawing(page: Page) -> bytes:
    """What the first chart shows, as pixels."""
    return page.locator('[data-testid="stVegaLiteChart"]').first.screenshot()


def test_upload_split_and_read(page: Page, server: str, clinic: Path) -> None:
    upload(page, server, clinic)
    expect(page.get_by_text("Cohort in use: clinic")).to_be_visible()
    go(page, "trajectories")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("Group A (SALT > 50)").first).to_be_visible()
    before, picture = main.inner_text(), drawing(page)
    pick(page, "Split by", "AA subtype")
    after = main.inner_text()
    assert "ophiasis" in after
    assert "ophiasis" not in before
    assert drawing(page) != picture, "the marks changed"
    assert "stratifier=subtype" in page.url

    go(page, "responders")
    assert "universalis 21/42 (50.0 %)" in main.inner_text().replace("\N{NO-BREAK SPACE}", " "), (
        "42 with universalis, half at SALT75 in week 39"
    )
    pick(page, "Endpoint", "SALT≤20")
    assert "universalis 21/42" not in main.inner_text()
    go(page, "comparisons")
    split = page.get_by_test_id("stSelectbox").filter(has_text="Split by").get_by_role("combobox")
    assert "AA subtype" in (split.get_attribute("aria-label") or "") + split.input_value(), "the choice came along"

    go(page, "cohort")
    expect(page.get_by_text("Cohort in use: clinic")).to_be_visible()
    page.get_by_role("button", name="Remove this cohort").click()
    settled(page)
    go(page, "trajectories")
    expect(page.get_by_text("No cohort is loaded yet")).to_be_visible()


@pytest.mark.parametrize("name", WITHOUT_PLAN)
def test_a_deep_link_to_a_page_without_a_plan(look: Page, server: str, name: str) -> None:
    """Those with a plan: test_first_sight.py."""
    look.goto(f"{server}/{name}?cohort=korea_2025&stratifier=sex")
    settled(look)
    expect(look.get_by_test_id("stMain").locator("h1")).to_have_count(1)


def test_the_first_click_on_a_cold_server_counts(page: Page) -> None:
    """Streamlit runs the first page that a cold server is asked for without app.py, and knows it by another way."""
    with serving() as url:
        page.goto(f"{url}/responders?cohort=korea_2025&stratifier=sex")
        page.get_by_text("All endpoints at this week").first.click()
        expect(page.get_by_text("SALT≤10").first).to_be_visible()


def test_numbers_can_be_taken_away(page: Page, server: str) -> None:
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Table (CSV)").first.click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    hit = [r for r in rows if (r["group1_level"], r["variable"], r["week"]) == ("A", "SALT<=20", "36")]
    assert [(r["k"], r["n"]) for r in hit] == [("46", "83")], "the paper's 55.4 % of those above 50"


def test_keyboard_reaches_the_controls(page: Page, server: str) -> None:
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    labels = page.get_by_test_id("stSidebar").get_by_role("combobox")
    expect(labels.nth(2)).to_be_attached()
    for i in range(labels.count()):
        assert labels.nth(i).get_attribute("aria-label"), "each control has a name for a screen reader"
    charts = page.locator('[data-testid="stVegaLiteChart"]')
    assert charts.count()
    described = page.locator('[data-testid="stVegaLiteChart"] [aria-label], [data-testid="stVegaLiteChart"][aria-label]')
    assert described.count() >= charts.count()


def test_a_table_is_copied_for_word(browser: Browser, server: str) -> None:
    """As a table and as text, by the page's one script: the policy of the page lets no other run."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    page.get_by_text("Figures and tables for a paper").click()
    settled(page)
    page.get_by_role("button", name="Copy for Word").click()
    expect(page.locator("#aadash-said")).to_have_text("Copied. Paste it into Word.")
    text = page.evaluate("navigator.clipboard.readText()")
    assert "Group A (SALT > 50) (n = 83)\tSALT75, responders / patients (%)\t46/83 (55.4 %)" in text.replace("\u00a0", " "), (
        "the paper's 55.4 % of those above 50"
    )
    kinds = page.evaluate("navigator.clipboard.read().then(items => items[0].types)")
    assert "text/html" in kinds
    context.close()
