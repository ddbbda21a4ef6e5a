"""Axe on every view of every page, in both themes and on a phone; names of buttons, 400 %, the hosts that are asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from .conftest import settled
from .test_main_job import PAGES

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
#: What axe finds in Streamlit's own elements: rule → what the element looks like, and where it is discussed upstream ("" where no
#: thread was found).
THEIRS = {
    # The place for files: a section with the role "presentation", out of the order of tabs since 1.60, that can still be focused.
    "presentation-role-conflict": (
        r'data-testid="stFileUploaderDropzone"',
        "https://github.com/streamlit/streamlit/pull/15928",
    ),
    # On a phone the navigation is a list whose children are divs, one a group.
    "list": (r'data-testid="stSidebarNavItems"', ""),
    "listitem": (r'^<li class="st-emotion', ""),
    # Words of a code block, coloured by their kind.
    "color-contrast": (r'^<span class="token', "https://github.com/streamlit/streamlit/issues/12426"),
    "scrollable-region-focusable": (r"^<pre ", ""),
}
Dress = tuple[str, int]
#: Each view is seen in both themes and at both widths; which theme has which width takes turns from page to page.
DRESSES: tuple[list[Dress], list[Dress]] = ([("light", 390), ("dark", 1400)], [("dark", 390), ("light", 1400)])
#: The groups of buttons of a page, each a list of labels and of whether they are chosen.
GROUPS = """[...document.querySelectorAll('[data-testid=stMain] [data-testid=stButtonGroup]')].map(g =>
    [...g.querySelectorAll('[role=radio]')].map(r => [r.innerText.trim(), r.getAttribute('aria-checked') === 'true']))"""


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all, as in conftest.py, in which a script of the test's may run."""
    context = browser.new_context(bypass_csp=True)
    yield context
    context.close()


@pytest.fixture
def tab(window: BrowserContext) -> Iterator[Page]:
    """A tab in which axe may be put into the page."""
    page = window.new_page()
    page.set_default_timeout(30_000)
    yield page
    page.close()


def dressed(tab: Page, dress: Dress) -> None:
    """Put the page into this theme and width."""
    tab.emulate_media(color_scheme=dress[0])  # type: ignore[arg-type]
    tab.set_viewport_size({"width": dress[1], "height": 1000})


def views(tab: Page) -> Iterator[str]:
    """Choose one view after another until each button of each group has been chosen once, those within a view before the next."""
    seen: set[tuple[tuple[str, ...], str]] = set()
    view = "as it opens"
    while True:
        yield view
        groups = [(tuple(label for label, _ in g), [label for label, on in g if on]) for g in tab.evaluate(GROUPS)]
        seen.update((labels, label) for labels, on in groups for label in on)
        left = [(g, labels, label) for g, (labels, _) in enumerate(groups) for label in labels if (labels, label) not in seen]
        if not left:
            return
        g, labels, view = max(left, key=lambda one: one[0])
        seen.add((labels, view))
        tab.get_by_test_id("stMain").get_by_test_id("stButtonGroup").nth(g).get_by_role("radio").nth(labels.index(view)).click()


def found(tab: Page, dress: Dress, where: str) -> list[str]:
    """What axe finds there that is ours; "theme width rule: element"."""
    settled(tab)
    tab.mouse.move(0, 0)
    if not tab.evaluate("Boolean(window.axe)"):
        tab.evaluate(AXE)
    out = []
    for v in tab.evaluate(f"axe.run({where}, {{resultTypes: ['violations']}})")["violations"]:
        for node in v["nodes"]:
            if not (v["id"] in THEIRS and re.search(THEIRS[v["id"]][0], node["html"])):
                out.append(f"{dress[0]} {dress[1]} {v['id']}: {node['html'][:200]} {node['failureSummary'][:200]}")
    return out


def nameless(tab: Page) -> list[str]:
    """Buttons without a word; the name of an icon is none."""
    buttons = "[...document.querySelectorAll('[data-testid=stMain] button, [data-testid=stMain] [role=button]')]"
    said = tab.evaluate(
        f"{buttons}.filter(b => b.checkVisibility()).map(b => [b.ariaLabel || b.innerText, b.innerHTML.slice(0, 200)])"
    )
    return [inside for words, inside in said if not re.sub(r"[a-z_]+ icon", "", words).strip()]


def too_wide(tab: Page) -> int:
    """By how many pixels the page is wider than a screen of 1280 px at 400 %."""
    tab.set_viewport_size({"width": 320, "height": 256})
    settled(tab)
    return int(tab.evaluate("document.querySelector('[data-testid=stMain]').scrollWidth")) - 320


@pytest.mark.parametrize("name", ["", "?cohort=korea_2025", *PAGES])
def test_a_page_is_for_everybody_and_asks_nobody_else(tab: Page, server: str, name: str) -> None:
    """Axe in every view, names, 400 %, and the hosts that were asked."""
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    query = "" if name in ("", "?cohort=korea_2025") else "?cohort=korea_2025_events&stratifier=subtype"
    dresses = DRESSES[len(name) % 2]
    dressed(tab, dresses[0])
    tab.goto(f"{server}/{name}{query}")
    wrong: list[str] = []
    for i, view in enumerate(views(tab)):
        for j, dress in enumerate(dresses):
            if j:
                dressed(tab, dress)
            wrong += [f"{view}: {w}" for w in found(tab, dress, "'[data-testid=stMain]'" if i else "document")]
        wrong += [f"{view}: a button without a word: {b}" for b in nameless(tab)]
        dresses = dresses[::-1]  # the next view is chosen in the dress in which this one was left
    assert not wrong, "\n".join(wrong)
    assert too_wide(tab) <= 0
    assert {urlparse(url).hostname for url in asked if url.startswith(("http", "ws"))} == {"127.0.0.1"}
