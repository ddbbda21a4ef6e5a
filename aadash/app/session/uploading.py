"""The upload that is being read or looked at, and the mapping kept for the next one."""

from __future__ import annotations

from typing import Any

from aadash.app.session.active import PendingUpload, UploadDraft
from aadash.app.session.messages import add_message as add_message
from aadash.app.session.messages import pop_messages as pop_messages
from aadash.app.session.messages import tell_again as tell_again
from aadash.app.session.messages import untold as untold
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.intake import ColumnMapping

_DRAFT = "aadash.draft"


_UPLOADS, _MAPPING, _PENDING = "aadash.uploads", "aadash.mapping", "aadash.pending"


def draft() -> UploadDraft | None:
    """The upload being looked at, or None."""
    return st.session_state.get(_DRAFT)


def set_draft(new: UploadDraft | None) -> None:
    """Look at an upload (None puts it away)."""
    if new is None:
        st.session_state.pop(_DRAFT, None)  # set to None, the old value would stay until the next run
    else:
        st.session_state[_DRAFT] = new


def pending() -> PendingUpload | None:
    """The upload that is being read, or None."""
    return st.session_state.get(_PENDING)


def set_pending(new: PendingUpload | None) -> None:
    """Wait for an upload that is being read; None when it is read, and to stop reading."""
    before = st.session_state.pop(_PENDING, None)
    if before is not None and before is not new:
        before.job.stop()
    if new is not None:
        st.session_state[_PENDING] = new


def reread(**changes: Any) -> None:
    """Read the upload being looked at again with another mapping, other decisions or another sheet; a refusal is told."""
    this = draft()
    if this is None:
        return
    try:
        set_draft(this.again(**changes))
    except AadashError as error:
        add_message([error.paragraph()])


def uploads() -> int:
    """A number that goes into the key of the place for files, so that it is empty after each upload."""
    return st.session_state.get(_UPLOADS, 0)


def count_upload() -> None:
    """Empty the place for files."""
    st.session_state[_UPLOADS] = uploads() + 1


def saved_mapping() -> tuple[str, ColumnMapping] | None:
    """The mapping last used or uploaded in this session, with the name of its file; None when there is none."""
    return st.session_state.get(_MAPPING)


def save_mapping(name: str, mapping: ColumnMapping) -> None:
    """Keep a mapping for the next upload."""
    st.session_state[_MAPPING] = (name, mapping)
