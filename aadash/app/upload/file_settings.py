"""What a header cannot say about a file: which sheet, which week a visit is, which order a date has, which scale."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.session.active import UploadDraft
from aadash.app.spoken import st
from aadash.app.upload import measures
from aadash.formatting import counted
from aadash.intake import Decisions, Reading
from aadash.intake.check.doubts import Doubts
from aadash.intake.recognise.visitweeks import visit_weeks
from aadash.intake.tabulate.table import Column, Table

ALL_SHEETS = "All sheets, joined on the patient code"
ORDERS = {"": "As the dates themselves say", "ymd": "Year, month, day", "dmy": "Day, month, year", "mdy": "Month, day, year"}
SCALES = {1.0: "As they stand", 100.0: "Fractions: 0.85 is 85"}
#: Most different visits that are listed one by one.
MOST_VISITS = 60
LONGEST = 1040


def settings(d: UploadDraft) -> None:
    """The controls that this file needs; none for a plain file."""
    measures.measures(d)
    codes = {p.code for p in d.reading.problems}
    if d.reading.windows:
        _windows(d)
    elif d.reading.layout == "long":
        _visits(d)
    with st.container(horizontal=True):
        if d.reading.layout == "dated" or d.mapping.date_order:
            _choice("Order of day, month and year", "date_order", ORDERS, d.mapping.date_order, d)
        if "fractions" in codes or d.mapping.scale != 1:
            _choice("SALT values", "scale", SCALES, d.mapping.scale, d)
        key = f"home.start.{d.revision}"
        st.number_input(
            "Names of columns stand in row",
            min_value=1,
            step=1,
            value=d.mapping.start_row or None,
            key=key,
            on_change=_set_start,
            args=(key,),
            placeholder="as found",
            width=240,
            help="Where the table starts, when rows above it were taken for its header. What stands above is left out.",
        )
        if "score_assumed" in codes or (d.reading.draft is None and (d.mapping.score or "score" in codes)):
            key = f"home.score.{d.revision}"
            st.text_input(
                "What the visits measure",
                value=d.mapping.score or "SALT",
                key=key,
                on_change=_set_score,
                args=(key,),
                max_chars=20,
                width=240,
            )


def sheet(d: UploadDraft) -> None:
    """Which sheet of a workbook with several."""
    if len(d.sheets) < 2:
        return
    key = f"home.sheet.{d.revision}"
    options = [ALL_SHEETS, *d.sheets]
    st.selectbox("Sheet", options, index=options.index(d.sheet) if d.sheet else 0, key=key, on_change=_set_sheet, args=(key,))


def _set_sheet(key: str) -> None:
    chosen = st.session_state[key]
    state.reread(sheet=None if chosen == ALL_SHEETS else chosen)


def _choice(label: str, name: str, options: dict, now: object, d: UploadDraft) -> None:
    key = f"home.{name}.{d.revision}"
    shown = list(options) if now in options else [*options, now]
    st.selectbox(
        label,
        shown,
        index=shown.index(now),
        key=key,
        format_func=lambda o: options.get(o, str(o)),
        on_change=_set,
        args=(name, key),
        width=280,
    )


def _set(name: str, key: str) -> None:
    d = state.draft()
    if d is not None:
        state.reread(mapping=replace(d.mapping, **{name: st.session_state[key]}))


def _set_start(key: str) -> None:
    d = state.draft()
    if d is not None:
        state.reread(mapping=replace(d.mapping, start_row=int(st.session_state[key] or 0)))


def _set_score(key: str) -> None:
    d, said = state.draft(), st.session_state[key].strip()
    if d is not None:
        state.reread(mapping=replace(d.mapping, score=said))


def _windows(d: UploadDraft) -> None:
    """Which days count as which week, and the schedule that says so."""
    st.markdown("### Which days count as which week")
    windows = d.reading.windows
    frame = pd.DataFrame(
        {
            "Week": [w.week for w in windows],
            "From day": [w.first_day for w in windows],
            "To day": [w.last_day for w in windows],
            "Visits": [w.n for w in windows],
        }
    )
    st.dataframe(frame, hide_index=True, key="home.windows", width=420)
    key = f"home.schedule.{d.revision}"
    st.text_input(
        "Scheduled weeks",
        value=", ".join(str(w.week) for w in windows),
        key=key,
        on_change=_set_schedule,
        args=(key,),
        help="Each visit counts at the nearest of these weeks; half way between two it counts at the earlier. Of two visits "
        "of a patient in one window the nearer to the week counts. Day 0 is the first dose.",
    )
    st.caption(
        "Change the weeks and the windows follow. "
        "Ties, collisions and visits outside every window are told below, under “Worth a look”."
    )


def _set_schedule(key: str) -> None:
    d, text = state.draft(), st.session_state[key]
    if d is None:
        return
    parts = [p for p in re.split(r"[\s,;]+", text.strip()) if p]
    if not all(p.isascii() and p.isdigit() and int(p) <= LONGEST for p in parts):
        state.add_message([f"Scheduled weeks are whole numbers from 0 to {LONGEST}, such as 0, 4, 8, 12: {text!r} was not used."])
        state.reread()
        return
    state.reread(mapping=replace(d.mapping, schedule=tuple(sorted({0, *map(int, parts)})) if parts else ()))


def visits_in_force(reading: Reading, d: UploadDraft) -> list[tuple[str, int, int | None]]:
    """Each visit of a long file as it is written, how many rows it has, and the week that it is taken for."""
    name = next((g.column for g in reading.columns if g.role == "week"), "")
    if name not in reading.table:
        return []
    cells = reading.table[name].to_numpy(dtype=object)
    code = next((g.column for g in reading.columns if g.role == "id" and g.column in reading.table), name)
    label = next(g.label for g in reading.columns if g.column == name)
    table = Table("", {name: Column(cells)}, np.asarray(reading.table.index), labels={name: label})
    weeks, _ = visit_weeks(
        table, name, reading.table[code].to_numpy(dtype=object), np.ones(len(cells), dtype=bool), d.mapping, Doubts(Decisions())
    )
    frame = pd.DataFrame({"text": pd.Series(cells, dtype=object).astype(str).str.strip(), "week": weeks})
    frame = frame[frame["text"] != ""]
    sizes, weeks_of = frame["text"].value_counts(), frame.drop_duplicates("text")
    return [
        (text, int(sizes[text]), None if np.isnan(week) else int(week))
        for text, week in zip(weeks_of["text"], weeks_of["week"].to_numpy(dtype=float), strict=True)
    ]


def _visits(d: UploadDraft) -> None:
    """The week of each visit of a long file."""
    visits = visits_in_force(d.reading, d)
    if not visits or len(visits) > MOST_VISITS:
        return
    st.markdown("### Which week each visit is")
    with st.form(f"home.visits.{d.revision}"):
        with st.container(horizontal=True):
            for i, (text, n, week) in enumerate(visits):
                st.number_input(
                    f"{plain(text)} ({counted(n, 'row')})",
                    min_value=0,
                    max_value=LONGEST,
                    step=1,
                    value=week,
                    key=f"home.visit.{d.revision}.{i}",
                    placeholder="not used",
                    width=180,
                )
        st.form_submit_button("Use these weeks", on_click=_set_visits, args=([(t, w) for t, _, w in visits],))
    st.caption("Weeks since the first dose; 0 is baseline. An empty box leaves the visit out.")


def _set_visits(before: list[tuple[str, int | None]]) -> None:
    d = state.draft()
    if d is None:
        return
    given = {text: st.session_state[f"home.visit.{d.revision}.{i}"] for i, (text, _) in enumerate(before)}
    state.reread(mapping=replace(d.mapping, visits={t: None if w is None else int(w) for t, w in given.items()}))
