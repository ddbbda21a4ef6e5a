"""The few things that are asked of Streamlit's runtime beyond its public interface, in one place.

``tests/server`` tries each through a running server: a Streamlit that keeps them elsewhere fails there, and the gate answers "not
found" rather than to everybody.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from streamlit import runtime
from streamlit.runtime.scriptrunner import get_script_run_ctx


def alive(session: str) -> bool:
    """Whether a tab is connected to this session."""
    return runtime.exists() and runtime.get_instance().is_active_session(session)


def known(session: str) -> bool:
    """Whether a session of this number exists, with a tab or waiting for one."""
    manager: Any = getattr(runtime.get_instance(), "_session_mgr", None) if runtime.exists() else None
    return manager is not None and manager.get_session_info(session) is not None


def cookies_of(session: str) -> Mapping[str, str]:
    """The cookies with which the tab of a session connected; none for a session without a tab."""
    client = runtime.get_instance().get_client(session) if runtime.exists() else None
    context = client.client_context if client is not None else None
    return context.cookies if context is not None else {}


def uploaded(session: str | None = None) -> int:
    """Bytes uploaded and not yet deleted, of a session or of all."""
    kept: Any = getattr(runtime.get_instance().uploaded_file_mgr, "file_storage", {}) if runtime.exists() else {}
    return sum(len(f.data) for s, files in list(kept.items()) if session in (None, s) for f in list(files.values()))


def close(session: str) -> None:
    """End a session and empty what it holds. On the event loop's thread only.

    Emptied by hand, since the runtime's loop keeps the last session that it served in a variable until somebody else comes.
    """
    if not runtime.exists():
        return
    manager: Any = getattr(runtime.get_instance(), "_session_mgr", None)
    known = manager.get_session_info(session) if manager is not None else None
    runtime.get_instance().close_session(session)
    if known is not None:
        known.session.session_state.clear()


def drop_orphaned_files() -> None:
    """Free downloads that no page offers any more (Streamlit marks them at the first call and frees them at the second)."""
    if runtime.exists():
        runtime.get_instance().media_file_mgr.remove_orphaned_files()


def went_back() -> bool:
    """Whether this run was asked for by the browser's Back or Forward, and not by a control or a page."""
    return bool(getattr(get_script_run_ctx(), "is_history_navigation", False))
