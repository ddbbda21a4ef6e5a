"""What is added to Streamlit's page before its first answer."""

from __future__ import annotations

import re

from aadash.app.server import first

PAGE = (first.STATIC / "index.html").read_bytes()


def test_every_file_named_is_there_and_named_once() -> None:
    text = first.added(PAGE).decode()
    named = re.findall(r'(?:href|src)="\./(static/[^"]+)"', text)
    assert len(named) == len(set(named))
    assert all((first.STATIC / name).is_file() for name in named)


def test_what_draws_a_chart_is_fetched_with_the_page() -> None:
    head = first.head().decode()
    for start in first.DRAWN:
        assert f"/{start}" in head or f"/{start}".encode() in PAGE, f"Streamlit's files are called otherwise now: {start}"
    assert "MaterialSymbols" in head


def test_nothing_else_is_added_to() -> None:
    assert first.added(b"Not found") == b"Not found"
