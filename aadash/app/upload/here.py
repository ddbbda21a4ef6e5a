"""The place for a file on a page that asks for one: the same as on the first page, and the reader stays where he was."""

from __future__ import annotations

from aadash.app.session import state
from aadash.app.spoken import st
from aadash.app.upload import incoming
from aadash.app.upload.review import review


def place() -> None:
    """Take the file, look at what was read, use it; then the page that was asked for is drawn."""
    incoming.place_for_files()
    incoming.promise()
    incoming.wait()
    if state.loaded() is not None:
        st.rerun()
    draft = state.draft()
    if draft is not None:
        review(draft)
