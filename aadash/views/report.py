"""What goes into the paper? The report is put together by a panel; a view of its own for the navigation."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import Panel, Part
from aadash.views.view import Context, view


@view(
    "report",
    "Report",
    "What goes into the paper?",
    group="Publish",
    icon="description",
    order=90,
    controls=("split", "endpoint", "week", "missing", "error"),
)
def report(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    return [Panel("report")]
