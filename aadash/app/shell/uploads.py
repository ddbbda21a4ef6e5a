"""What the web server does with a file before the app has it: it stays in memory, and not without end."""

from __future__ import annotations

from streamlit import config, runtime
from streamlit.runtime.uploaded_file_manager import UploadedFileManager, UploadedFileRec

#: So many of the largest uploads may wait to be taken over by the app, of all sessions together.
WAITING = 3


def keep_in_memory() -> None:
    """No upload goes to the temporary folder: the web server would put what is above a megabyte there."""
    from starlette.formparsers import MultiPartParser

    MultiPartParser.spool_max_size = _largest() + 1_000_000


def limit_waiting() -> None:
    """Uploads that no session takes over are let go, the oldest first, when there are too many."""
    if runtime.exists():
        bound(runtime.get_instance().uploaded_file_mgr, WAITING * _largest())


def bound(keeper: UploadedFileManager, most: int) -> None:
    """Have ``keeper`` let go of the oldest files that still wait when all together take more than ``most`` bytes."""
    add, waiting = keeper.add_file, dict[tuple[str, str], int]()

    def add_bounded(session_id: str, file: UploadedFileRec) -> None:
        add(session_id, file)
        waiting[session_id, file.file_id] = len(file.data)
        for key in [k for k in list(waiting) if not keeper.get_files(k[0], [k[1]])]:
            waiting.pop(key, None)
        while sum(waiting.values()) > most and len(waiting) > 1:
            oldest = next(iter(waiting))
            keeper.remove_file(*oldest)
            waiting.pop(oldest, None)

    keeper.add_file = add_bounded  # type: ignore[method-assign]


def _largest() -> int:
    """Bytes of the largest upload that the server accepts."""
    return int(config.get_option("server.maxUploadSize")) * 1024 * 1024
