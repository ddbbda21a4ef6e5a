"""Long computations: on a press only, with a progress bar, to be stopped, seeded, kept for the session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aadash.analyses import REGISTRY
from aadash.app.parts.markdown import plain
from aadash.app.session import cache
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.app.work import call
from aadash.errors import AadashError
from aadash.result import Result


def kept(page: PageContext, name: str, options: Mapping[str, Any]) -> Result | None:
    """What has been computed in this session, or None."""
    return cache.long_result(name, page.everyone, page.plan, None, **_text(options))


def _text(options: Mapping[str, Any]) -> dict[str, str]:
    return {k: v.to_json() if hasattr(v, "to_json") else str(v) for k, v in options.items()}


def run(page: PageContext, name: str, label: str, options: Mapping[str, Any], at_once: bool = False) -> Result | None:
    """What has been kept, or a button to compute it (``at_once``: without). Any other click, Stop too, ends the computation."""
    found = kept(page, name, options)
    if found is not None:
        return found
    place = st.empty()
    if not at_once and not place.button(label, icon=":material/play_arrow:", key=f"run.{name}"):
        return None
    with place.container(horizontal=True, vertical_alignment="center"):  # one line, as the button was
        st.button("Stop", icon=":material/stop:", key=f"stop.{name}")
        bar = st.progress(0.0, text="Starting …")

    def progress(done: float, total: int = 0) -> None:
        bar.progress(min(done / total, 1.0) if total else done, text=f"{done} of {total} resamples" if total else "Computing …")

    def compute() -> Result:
        return call(REGISTRY[name].function, page.everyone, page.plan, progress=progress, **options)

    try:
        result = cache.long_result(name, page.everyone, page.plan, compute, **_text(options))
    except AadashError as error:
        place.info(plain(error.paragraph()), icon=":material/block:")
        return None
    place.empty()
    return result
