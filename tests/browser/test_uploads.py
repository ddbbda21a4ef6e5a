"""Uploads through the real server: nothing of them is written to disk, and of two that come close together neither is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import serving, settled

#: Loaded by the server's Python before anything else: it notes every file that is opened to write, and proves that it does.
RECORDER = """
import os, sys, tempfile
log = open({log!r}, "a", buffering=1)
def note(event, given):
    if event == "open" and not isinstance(given[0], int):
        path, mode, flags = given
        if (isinstance(mode, str) and set(mode) & set("wax+")) or (isinstance(flags, int) and flags & 3):
            log.write(f"{{path}}\\n")
sys.addaudithook(note)
if "streamlit" in " ".join(sys.orig_argv):
    tempfile.TemporaryFile().close()
"""


@pytest.fixture
def recorded(tmp_path: Path) -> Iterator[tuple[str, Path, Path]]:
    """A server, what it opened to write, and its temporary folder."""
    log, temporary = tmp_path / "opened.txt", tmp_path / "temporary"
    temporary.mkdir()
    (tmp_path / "sitecustomize.py").write_text(RECORDER.format(log=str(log)))
    with serving(PYTHONPATH=str(tmp_path), TMPDIR=str(temporary), PYTHONDONTWRITEBYTECODE="1") as server:
        yield server, log, temporary


def _rows(n: int) -> bytes:
    return b"code,sex,SALT_W0,SALT_W12,SALT_W24\n" + b"".join(
        b"P%06d,%s,80,40,%d\n" % (i, b"FM"[i % 2 : i % 2 + 1], i % 90) for i in range(n)
    )


def _place(page: Page, server: str) -> None:
    page.goto(server)
    settled(page)
    page.get_by_role("radio", name="Upload a file").or_(page.get_by_role("button", name="Upload a file")).first.click()
    settled(page)


def _choose(page: Page, name: str, content: bytes, which: int = 0) -> None:
    place = page.get_by_test_id("stFileUploaderDropzone").locator("input[type=file]").nth(which)
    place.set_input_files({"name": name, "mimeType": "text/csv", "buffer": content})


def test_a_large_upload_is_not_written_to_disk(page: Page, recorded: tuple[str, Path, Path]) -> None:
    server, log, temporary = recorded
    _place(page, server)
    before = log.read_text().splitlines()
    assert sum(str(temporary) in line for line in before) >= 1, "the record shows the server's own first temporary file"
    content = _rows(150_000)
    assert len(content) > 3_000_000, "above the megabyte at which a web server would spool"
    _choose(page, "clinic.csv", content)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_enabled(timeout=120_000)
    assert log.read_text().splitlines()[len(before) :] == []
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("which", [0, -1], ids=["new place", "old place"])
def test_a_second_file_while_the_first_is_read_loses_neither(page: Page, server: str, which: int) -> None:
    """While the first is read the emptied place is drawn above the old one, which can still be used."""
    _place(page, server)
    _choose(page, "first.csv", _rows(100_000))
    page.wait_for_timeout(700)
    _choose(page, "second.csv", b"code,age\n" + b"".join(b"P%06d,%d\n" % (i, 20 + i % 50) for i in range(100_000)), which)
    expect(page.get_by_text("What was read from")).to_be_visible(timeout=120_000)
    expect(page.get_by_text("second.csv").first).to_be_visible(timeout=120_000)
    settled(page)
    expect(page.get_by_role("button", name="Use this cohort")).to_be_visible()
