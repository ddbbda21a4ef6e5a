"""A real server and a real Chromium."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
expect.set_options(timeout=30_000)  # as for everything else that is waited for


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "/browser/" in item.path.as_posix():
            item.add_marker("browser")


@contextlib.contextmanager
def serving(port: int = 0, **settings: str) -> Iterator[str]:
    """The app on this port (0: a free one), without a cohort, with these environment variables; its address."""
    port = port or free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "app.py",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--server.address",
        "127.0.0.1",
    ]
    environment = {k: v for k, v in os.environ.items() if k != "AADASH_COHORT"} | settings
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        _wait_until_healthy(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """One server for all tests; its address."""
    with serving() as url:
        yield url


def _wait_until_healthy(url: str, process: subprocess.Popen) -> None:
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise RuntimeError(f"The server ended with status {process.returncode}")
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=1) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"The server did not answer within {START_SECONDS} seconds")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "Chromium is not installed: scripts/test.py installs it"
    with sync_playwright() as p:
        started = p.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
        )
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A fresh tab that remembers which addresses it asked for, in ``page.asked``."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, accept_downloads=True)
    tab = context.new_page()
    tab.set_default_timeout(30_000)
    tab.asked = []  # type: ignore[attr-defined]
    tab.on("request", lambda r: tab.asked.append(r.url))  # type: ignore[attr-defined]
    yield tab
    context.close()


@pytest.fixture(scope="module")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for tests that only look, so that Streamlit's own scripts are fetched and compiled once."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def look(window: BrowserContext) -> Iterator[Page]:
    """A tab of that window."""
    tab = window.new_page()
    tab.set_default_timeout(30_000)
    yield tab
    tab.close()


def settled(tab: Page) -> None:
    """Wait until the script has run and nothing on the page has changed for a moment, however long a busy machine takes for it."""
    tab.wait_for_selector('[data-testid="stApp"][data-test-script-state="notRunning"]')
    tab.wait_for_function("""() => new Promise(done => {
        let last = performance.now();
        const seen = new MutationObserver(() => { last = performance.now(); });
        seen.observe(document.body, {subtree: true, childList: true, attributes: true, characterData: true});
        const state = () => document.querySelector('[data-testid="stApp"]')?.dataset.testScriptState;
        const still = () => state() === 'notRunning' && performance.now() - last > 350;
        let calm = 0;  // looks in turn: where the browser had no processor for a while, what waited comes between them
        const look = () => {
            calm = still() ? calm + 1 : 0;
            return calm > 2 ? (seen.disconnect(), done(true)) : setTimeout(look, 30);
        };
        look();
    })""")
    assert tab.locator('[data-testid="stException"]').count() == 0
