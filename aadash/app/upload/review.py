"""An upload that is being looked at: what was read, what there is to decide, and the way to use it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from aadash.app.parts import draw, render
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.session.active import UploadDraft
from aadash.app.spoken import st
from aadash.app.upload import file_settings, identifying, kept, mapping_screen
from aadash.document import Fold, Text
from aadash.formatting import counted
from aadash.intake import VALUE, ColumnMapping, Decisions, Issue
from aadash.views.file_account import ACTIONS, ICONS, button, fold_of_rows, keyed, listed, log_of, refusal, rows_of, told

#: Rows of the file shown as they stand, and doubts shown before the rest is folded.
PREVIEW, MOST = 12, 15


def review(d: UploadDraft) -> None:
    """What was read from an upload; correct, decide, use."""
    reading = d.reading
    st.header(f"What was read from {plain(d.name)}")
    file_settings.sheet(d)
    if reading.refusal:
        st.error(plain(refusal(reading)), icon=":material/error:")
    else:
        draw.standing([Text(reading.summary())])
    if reading.whole is not None and reading.draft is not None:
        draw.standing([Text(reading.whole.sentence(), "small")])
    identifying.ask(d)
    with st.container(horizontal=True):
        st.button(
            "Use this cohort",
            type="primary",
            disabled=not reading.ready,
            on_click=_use,
            help=None if reading.ready else "First settle what is marked as an error.",
        )
        st.button("Discard this file", on_click=state.set_draft, args=(None,))
        if d.mapping != ColumnMapping() or d.decisions != Decisions():
            st.button(
                "Forget my changes",
                icon=":material/restart_alt:",
                type="tertiary",
                on_click=state.reread,
                kwargs={"mapping": ColumnMapping(), "decisions": Decisions()},
            )
    _problems(d)
    mapping_screen.columns(d)
    file_settings.settings(d)
    _doubts(d)
    draw.standing(_as_in_the_file(d))


def _problems(d: UploadDraft) -> None:
    """What must be decided before the cohort can be used."""
    errors = [(key, p) for key, p in keyed(d.reading.problems) if p.level == "error"]
    errors = [(key, p) for key, p in errors if p.actions or p.rows or p.message not in d.reading.refusal]
    # what keeps the file from being read comes first, and stays there once it is answered
    errors.sort(key=lambda e: not (e[1].stops or e[1].message in d.reading.refusal))
    if errors:
        st.markdown("### To decide" if d.reading.open_problems else "### Decided")
        _decide_all(d)
        _cards(d, errors, "fold.errors")


def _doubts(d: UploadDraft) -> None:
    """What was read but is worth a look, and how the rest was understood."""
    shown = [(key, p) for key, p in keyed(d.reading.problems) if p.level == "warning" and p.code != "identifying"]
    if shown:
        st.markdown("### Worth a look")
        _cards(d, shown, "fold.doubts")
    notes = [p for p in d.reading.problems if p.level == "note"]
    if notes:
        label = f"How the file was understood: {counted(len(notes), 'note')}"
        draw.standing([Fold(label, "fold.notes", lambda: listed(d.reading, d.decisions, notes, "note"), "info")])


def _cards(d: UploadDraft, told: list[tuple[str, Issue]], key: str) -> None:
    """A card a problem; those after the first :data:`MOST` behind a fold."""
    for name, problem in told[:MOST]:
        _problem(d, problem, name)
    if len(told) > MOST:
        with render.fold(f"{len(told) - MOST} more", "more_horiz", key) as f:
            for name, problem in told[MOST:] if f.open else ():
                _problem(d, problem, name)


def _as_in_the_file(d: UploadDraft) -> list[Fold]:
    """The log and the first rows, behind folds."""
    reading = d.reading
    label = f"Every value changed, dropped or interpreted: {counted(len(reading.log), 'line')}"
    return [
        Fold(label, "fold.log", lambda: [log_of(reading, f"log.{d.revision}")], "history"),
        Fold("First rows of the file, as they stand", "fold.first", lambda: [rows_of(reading.table.head(PREVIEW), "rows.first")]),
    ]


def _use() -> None:
    d = state.draft()
    if d is None or d.reading.cohort is None:
        return
    asked, what = state.expected_fingerprint(), "address" if state.awaited() is None else "bundle"
    kept.use(d)
    if asked and d.reading.cohort.fingerprint.startswith(asked):
        state.add_message([f"This is the file that the {what} was made on, value for value."])
    elif asked:
        state.add_message([f"The {what} was made on another file: the plan is the {what}'s, the patients are not."])
    state.await_nothing()


def _problem(d: UploadDraft, problem: Issue, key: str) -> None:
    with st.container(border=True, gap="small"):
        text, choice = st.columns([1, 1]) if problem.actions else (st.container(), None)
        said = problem.message in d.reading.refusal
        why = "This is why the file cannot be read: see above." if said else told(problem)
        text.markdown(f":material/{ICONS[problem.level]}: {plain(why)}")
        if choice is not None:
            _actions(choice, problem, key)
        if problem.code == "spellings":
            st.button(
                "Use these names",
                key=f"names.{key}",
                icon=":material/drive_file_rename_outline:",
                on_click=mapping_screen.take_names,
                args=(problem.column,),
            )
        fold = fold_of_rows(d.reading, d.decisions, problem, key)
        if fold is None:
            return
        with render.fold(fold.label, fold.icon, fold.key) as f:
            draw.standing(fold.content() if f.open else ())
        if f.open and problem.actions:
            _by_row(d, problem, key)


def _actions(place: Any, problem: Issue, key: str) -> None:
    """What can be decided about all rows of a problem; pressed again, the decision is taken back."""
    widget = f"home.decide.{key}"
    st.session_state[widget] = problem.decided if problem.decided in ACTIONS else None
    place.segmented_control(
        "Decide",
        [a for a in problem.actions if a in ACTIONS],
        key=widget,
        format_func=lambda a: button(problem, a),
        on_change=_decide,
        args=(widget, problem),
        label_visibility="collapsed",
    )
    if problem.decided == "by row":
        place.caption("Decided row by row.")


def _by_row(d: UploadDraft, problem: Issue, key: str) -> None:
    """The same actions for some of the rows."""
    rows = sorted(set(problem.rows))
    if len(rows) > 1:
        st.multiselect(
            "Decide about some of these rows only",
            rows,
            key=f"home.rows.{key}",
            format_func=lambda r: f"Row {r}",
            placeholder="Choose rows",
        )
        chosen = list(st.session_state.get(f"home.rows.{key}") or ())
        with st.container(horizontal=True):
            for action in (*(a for a in problem.actions if a in ACTIONS), ""):
                st.button(
                    button(problem, action),
                    key=f"home.row.{key}.{action}",
                    on_click=_decide_rows,
                    args=(problem, chosen, action),
                    disabled=not chosen,
                )
    else:
        chosen = rows
    if VALUE in problem.actions:
        _right_value(problem, key, chosen)


def _right_value(problem: Issue, key: str, rows: list[int]) -> None:
    """The right value, typed, for the rows that were chosen."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        right = st.number_input("The right value", value=None, key=f"home.value.{key}", width=160, placeholder="as in the records")
        st.button(
            "Use this value",
            key=f"home.value.{key}.use",
            on_click=_decide_rows,
            args=(problem, rows, f"{VALUE} {right:.10g}" if right is not None else ""),
            disabled=right is None or not rows,
        )


def _decide(widget: str, problem: Issue) -> None:
    d, action = state.draft(), st.session_state[widget]
    if d is not None:
        state.reread(decisions=d.decisions.decide(problem, action) if action else without(d.decisions, problem))


def without(decisions: Decisions, problem: Issue) -> Decisions:
    """The decisions without any about this problem, its rows included."""
    rows = tuple(f"{problem.key}@{r}" for r in problem.rows)
    return replace(decisions, actions={k: v for k, v in decisions.actions.items() if k != problem.key and k not in rows})


def _decide_rows(problem: Issue, rows: list[int], action: str) -> None:
    d = state.draft()
    if d is None:
        return
    decisions = d.decisions
    for row in rows:
        decisions = decisions.decide(problem, action, row) if action else decisions.undo(problem, row)
    state.reread(decisions=decisions)


def _decide_all(d: UploadDraft) -> None:
    """One press for every value that cannot stand, and the way back."""
    buttons: list[tuple[str, Callable[..., None], str]] = []
    if d.decisions.on_bad_value != "ask":
        buttons.append(("Ask me about each value again", _settle, "ask"))
    elif len(d.reading.open_problems) > 1:
        buttons += [("Set all such values missing", _settle, "missing"), ("Leave all such patients out", _settle, "exclude")]
    if buttons:
        with st.container(horizontal=True):
            for label, act, how in buttons:
                st.button(label, on_click=act, args=(how,))


def _settle(how: str) -> None:
    d = state.draft()
    if d is not None:
        state.reread(decisions=replace(d.decisions, on_bad_value=how))


def change_again() -> None:
    """Look again at the upload that is in use, with the decisions as they were."""
    loaded = state.loaded()
    if loaded is not None and loaded.source is not None:
        state.set_draft(loaded.source)
