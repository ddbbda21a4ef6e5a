"""A short seeded stroll in the real browser: no traceback, no stale chart, the same number on every page."""

from __future__ import annotations

import random
import re

from playwright.sync_api import Locator, Page, TimeoutError

from .conftest import settled
from .test_main_job import go

STEPS = 16
PAGES = ("trajectories", "responders", "comparisons", "subgroups", "scenarios", "ledger")
COUNT = re.compile(r"\b(\d+)/(\d+)\b")


def included(page: Page) -> int:
    """Patients that the sidebar says are included."""
    found = re.search(r"Who is included\s+(\d+) of (\d+)", page.get_by_test_id("stSidebar").inner_text())
    assert found
    return int(found[1])


def drawn(page: Page) -> list[str]:
    """Every k/n that is written into the page's charts."""
    return [t for t in page.locator('[data-testid="stVegaLiteChart"] svg text').all_text_contents() if COUNT.fullmatch(t)]


def touch(page: Page, dice: random.Random) -> str:
    """Move one control of the sidebar, a chip, or a choice above the picture."""
    sidebar, main = page.get_by_test_id("stSidebar"), page.get_by_test_id("stMain")
    move = dice.choice(("split", "endpoint", "week", "missing", "filter", "level", "level", "undo", "chip", "view"))
    labels = {
        "split": "Split by",
        "endpoint": "Endpoint",
        "week": "Week",
        "missing": "A missing visit counts as",
        "filter": "Add a filter",
    }
    if move in labels:
        box = sidebar.get_by_test_id("stSelectbox").filter(has_text=labels[move])
        return pick(page, box.first, move, dice) if box.count() else f"no {move}"
    found = {
        "level": sidebar.locator('[data-testid="stButtonGroup"] button'),
        "undo": sidebar.get_by_role("button", name="Undo"),
        "chip": main.locator('[class*="st-key-filter-chip"] button'),
        "view": main.locator('[data-testid="stButtonGroup"] button'),
    }[move]
    ready = [b for b in found.all() if b.is_visible() and b.is_enabled()]
    if not ready:
        return f"no {move}"
    button = dice.choice(ready)
    told = f"{move}: {button.inner_text()}"
    button.click()
    return told


def pick(page: Page, box: Locator, move: str, dice: random.Random) -> str:
    """Choose one of the first options of a select box; a list that was just closing is opened again."""
    options = page.get_by_role("option")
    for _ in range(3):
        box.get_by_role("combobox").click()
        try:
            options.first.wait_for(timeout=2000)
            break
        except TimeoutError:
            continue
    option = options.nth(dice.randrange(min(options.count(), 6)))
    told = f"{move}: {option.inner_text()}"
    option.click()
    return told


def test_a_random_walk_in_the_browser(page: Page, server: str) -> None:
    dice, trace = random.Random(6), []
    page.goto(f"{server}/responders?cohort=korea_2025")
    settled(page)
    here = "responders"
    for _ in range(STEPS):
        if dice.random() < 0.3:
            here = dice.choice(PAGES)
            go(page, here)
            trace.append(f"go {here}")
        else:
            trace.append(touch(page, dice))
        settled(page)
        check(page, here, " > ".join(trace[-8:]))
    assert len({t.split(":")[0] for t in trace}) >= 6, "a walk that did little shows little"
    agree(page, " > ".join(trace[-8:]))


def check(page: Page, here: str, told: str) -> None:
    """No traceback; and bars that count the patients whom the page says it is about."""
    main = page.get_by_test_id("stMain").inner_text()
    assert page.locator('[data-testid="stException"]').count() == 0, told
    assert len(main) > 40, told
    if "The filters leave 0 of" in main:
        return
    n = included(page)
    assert f"{n} patient" in main, told
    written = " ".join(page.get_by_test_id("stMain").locator("table").all_inner_texts())
    for answer in page.locator(".aadash-answer").all_inner_texts() if here == "responders" and written else []:
        for k_n in (f"{k}/{n}" for k, n in COUNT.findall(answer)):
            assert k_n in written or k_n in drawn(page), f"{told}: the answer says {k_n}, no table and no chart does"
    if here == "responders":
        for k_n in drawn(page):
            k, total = map(int, k_n.split("/"))
            assert k <= total <= n, f"{told}: {k_n} of {n}"
            assert k_n in main or "All endpoints" in main, f"{told}: {k_n} is drawn and nowhere written"


def agree(page: Page, told: str) -> None:
    """The rate of everybody is the same on the pages of responders, subgroups and scenarios."""
    found = {}
    if "The filters leave 0 of" in page.get_by_test_id("stMain").inner_text():
        page.get_by_role("button", name="Take all filters off").first.click()
        settled(page)
    go(page, "responders")
    first = COUNT.search(page.get_by_test_id("stMain").inner_text())
    go(page, "subgroups")
    view = (
        page.get_by_test_id("stMain")
        .get_by_role("radio", name="Response", exact=True)
        .or_(page.get_by_test_id("stMain").get_by_role("button", name="Response", exact=True))
        .first
    )
    view.click()
    settled(page)
    for name in ("How each fares", "Absolute"):
        choice = page.get_by_test_id("stMain").get_by_text(name, exact=True)
        if choice.count():
            choice.first.click()
            settled(page)
    second = COUNT.search(page.get_by_test_id("stMain").inner_text())
    assert first and second, told
    found = {first[0], second[0]}
    assert len(found) == 1, f"{told}: {found}"
