"""The parts that pages are put together from: figures, picture, answer, table, caveats, downloads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from streamlit.dataframe_util import convert_arrow_table_to_arrow_bytes

from aadash.app.parts.markdown import plain
from aadash.app.session import cache, learning, record, state
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.charts import Chart
from aadash.charts.spoken import in_language
from aadash.charts.theme import TEXT, WALL, dressed
from aadash.errors import AadashError
from aadash.language import current, say, voice
from aadash.report import html
from aadash.report.code import code
from aadash.report.files import ard_json, csv
from aadash.report.grouped import grouped
from aadash.report.r_code import DATA, r_data, r_lines
from aadash.report.spoken import said_frame
from aadash.report.tables import printable
from aadash.result import Result

#: A table of more rows is drawn as a grid that only holds the rows in sight.
LONG = 200


def ask(name: str, opened: PageContext, quiet: bool = False, **options: Any) -> Result | None:
    """The analysis called ``name`` for this page's cohort and plan; where it cannot be computed, the reason stands
    in its place and None comes back. ``quiet`` leaves the reason out; ``options`` go to the analysis."""
    try:
        return cache.result(name, cohort=opened.everyone, plan=opened.plan, **options)
    except AadashError as error:
        if not quiet:
            unavailable(error.paragraph(), f"undo.{name}")
        return None


def unavailable(reason: str, key: str) -> None:
    """Why something cannot be shown, and the way back to where it could."""
    st.info(plain(reason), icon=":material/block:")
    if state.can_undo():
        st.button("Undo the last change", icon=":material/undo:", key=key, on_click=state.undo)


def key_numbers(items: Sequence[tuple[str, str, str]]) -> None:
    """A strip of figures: label, value, and what stands under it."""
    st.html(html.key_numbers(items))


def picture(
    make: Callable[[], Chart],
    key: str,
    on_select: Literal["rerun", "ignore"] = "ignore",
    of: Result | None = None,
    name: str = "",
    quiet: bool = False,
    source: str = "",
) -> Any:
    """Draw the picture that ``make`` gives across the width, with its text alternative, caption and ``source``; where there is
    nothing to draw, the reason stands in its place and None comes back. With ``on_select`` "rerun" what is selected in
    it comes back. What ``make`` draws from the result ``of`` alone is kept with it, as ``name`` (the key if none is given)."""
    try:
        p, data = of.once(("picture", name or key, voice()), lambda: _drawn(make())) if of is not None else _drawn(make())
    except AadashError as error:
        if not quiet:
            st.info(plain(error.paragraph()), icon=":material/block:")
        return None
    spec = {**dressed(p.spec, st.context.theme.type, WALL if learning.projector() else TEXT), "datasets": data}
    out = st.vega_lite_chart(spec, width="stretch", key=key, alt=p.alt, on_select=on_select)
    if p.caption or p.unseen or source:
        st.html(html.under(p.caption, source, p.unseen, room(spec), p.key))
    return out


def room(spec: Mapping[str, Any]) -> int:
    """The least height in pixels that a chart takes, its axes included; 0 where its specification does not say."""
    for how, together in (("vconcat", sum), ("hconcat", max)):
        if how in spec:
            return int(together(room(one) for one in spec[how]))
    height = spec.get("height")
    return int(height) if isinstance(height, int | float) and "facet" not in spec else 0


def _drawn(p: Chart) -> tuple[Chart, dict[str, bytes]]:
    """A picture and its data as Arrow, each column converted in turn: threads for columns cost more than they save."""
    p = in_language(p)
    return p, {
        name: convert_arrow_table_to_arrow_bytes(pa.Table.from_pandas(frame, nthreads=1, preserve_index=False))
        for name, frame in p.data.items()
    }


def answer(result: Result, accounting: bool = True) -> None:
    """The answer in plain sentences, and who it is about. A p that it tells goes into the ledger."""
    record.told(result)
    st.html(html.answer(result.sentence, result.accounting.sentence() + "." if accounting else ""))


def table(
    result: Result,
    rows: pd.DataFrame | None = None,
    part: str = "",
    caption: str = "",
    options: Mapping[str, Any] | None = None,
    scrolls: bool = False,
) -> None:
    """The printable table of a result, or of some of its rows; ``part`` tells two tables of one result apart, ``options`` go to
    its printer. Its p-values go into the ledger."""
    record.record(result, rows)
    options = dict(options or {})
    picked = None if rows is None else (tuple(rows.columns), tuple(rows.index))
    key = ("table", picked, tuple(sorted((name, repr(value)) for name, value in options.items())))
    frame = result.once((*key, voice(), "printed"), lambda: printable(result, rows, **options))
    if len(frame) <= LONG and not scrolls:
        st.html(result.once((*key, caption, voice()), lambda: _set(frame, result.question, caption)))
    else:
        st.dataframe(
            result.once((*key, voice()), lambda: said_frame(frame)),
            hide_index=True,
            width="stretch",
            height="auto" if scrolls else 500,
            key=f"table-{result.analysis}{part}",
        )


def _set(frame: pd.DataFrame, question: str, caption: str) -> str:
    """A printed table as HTML, with group rows; what holds of every row stands in its caption."""
    frame, said = grouped(frame)
    said = [t for t in said if t.lower() not in caption.lower()]
    above = ("。" if current() == "ja" else ". ").join(dict.fromkeys(say(t) for t in (caption, *said) if t))
    return html.table(frame, above or question, above)


def fold(label: str, icon: str, key: str) -> Any:
    """A fold whose content is computed only while it is open: ``with fold(...) as f: if f.open: ...``."""
    return st.expander(label, icon=f":material/{icon}:", key=key, on_change="rerun")


def method(result: Result) -> None:
    """How it was computed, one click deep."""
    with st.expander("How this was computed", icon=":material/function:"):
        st.markdown(plain(result.method))


def downloads(result: Result, opened: PageContext, shown: pd.DataFrame | None = None) -> None:
    """Downloads at full precision and the code of the call, at the end of a page."""
    stem = f"aadash_{result.analysis}_{opened.cohort.fingerprint[:8]}"
    with st.container(horizontal=True):
        st.download_button(
            "Table (CSV)",
            lambda: csv(result.table),
            f"{stem}.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"csv-{result.analysis}",
            help="Every number of this analysis at full precision.",
        )
        st.download_button(
            "Every number (JSON)",
            lambda: ard_json([result]),
            f"{stem}.json",
            "application/json",
            on_click="ignore",
            icon=":material/download:",
            key=f"json-{result.analysis}",
            help="One row per number, in the shape of CDISC Analysis Results Data.",
        )
    with fold("Show the code", "code", f"fold.code.{result.analysis}") as f:
        if f.open:
            st.code(code(result.call, opened.loaded.read_from), language="python", wrap_lines=True)
            st.caption("The main numbers of this plan in R:")
            st.code(r_lines(opened.everyone, opened.plan), language="r", wrap_lines=True)
            st.download_button(
                "The file that these lines read",
                lambda: r_data(opened.everyone, opened.plan),
                DATA,
                "text/csv",
                on_click="ignore",
                icon=":material/download:",
                key=f"r-{result.analysis}",
                help="One row per patient, with the file's own patient codes.",
            )
