"""What each column of an upload is taken for: to be seen, corrected, saved and used again."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.session.active import UploadDraft, settled
from aadash.app.spoken import st
from aadash.cohort import ROLES
from aadash.formatting import counted, number
from aadash.intake import ALL_ROLES, STRUCTURAL_ROLES, ColumnGuess, ColumnMapping
from aadash.language import saying

#: Roles whose names are no words to read.
_OWN_WORDS = {
    "subtype": "AA subtype",
    "age_at_onset": "Age at onset",
    "duration": "Duration of disease",
    "ivmp": "IVMP",
    "eyebrow": "Loss of eyebrows",
    "eyelash": "Loss of eyelashes",
    "centre": "Centre of the patient",
}
ROLE_WORDS = {role: _OWN_WORDS.get(role) or STRUCTURAL_ROLES.get(role) or role.replace("_", " ").capitalize() for role in ALL_ROLES}
WORD_ROLES = {word: role for role, word in ROLE_WORDS.items()}
#: How sure a guess is, as it is shown.
SURE = {"sure": "Sure", "likely": "Likely", "unsure": "Unsure", "set": "Set by you", "saved": "Saved"}
#: Roles of a column whose values are names of categories.
NAMED = ("fact", *(r for r in ROLES if r not in ("age", "age_at_onset", "duration")))
#: Most categories that can be renamed one by one.
MOST_LEVELS = 30


def columns(d: UploadDraft) -> None:
    """The mapping screen: every column with its guess, then one column closer, then saving and applying."""
    st.markdown("### What each column is taken for")
    guesses, said = d.reading.columns, saying()
    roles = {said(word): role for word, role in WORD_ROLES.items()}  # an editor gives back what its cells say
    has_spread = any(g.histogram for g in guesses)
    frame = pd.DataFrame(
        {
            "Column": [g.column for g in guesses],
            "Taken for": [said(ROLE_WORDS[g.role]) for g in guesses],
            "Week": pd.array([g.week for g in guesses], dtype="Int64"),
            "How sure": [said(SURE[g.confidence]) for g in guesses],
            "Why": [said(g.why) for g in guesses],
            "First values": [", ".join(g.preview) or (said("not shown") if g.role == "identifying" else "") for g in guesses],
            **({"Spread": [list(g.histogram) for g in guesses]} if has_spread else {}),
            "Empty": [g.n_missing for g in guesses],
        }
    )
    st.data_editor(
        frame,
        hide_index=True,
        key=f"home.columns.{d.revision}",
        on_change=_edited,
        width="stretch",
        args=(f"home.columns.{d.revision}", [g.column for g in guesses], roles),
        disabled=[c for c in frame.columns if c not in ("Taken for", "Week")],
        column_config={
            "Taken for": st.column_config.SelectboxColumn(options=list(roles), required=True, width="medium"),
            "Week": st.column_config.NumberColumn(
                min_value=0,
                step=1,
                width="small",
                help="Weeks since the first dose; 0 is baseline. A month is 52/12 weeks: month 9 is week 39.",
            ),
            "Spread": st.column_config.BarChartColumn(
                width="small", help="How the numbers spread, from the least to the greatest, in ten bins."
            ),
            "First values": st.column_config.TextColumn(width="medium"),
            "Column": st.column_config.TextColumn(pinned=True),
        },
    )
    st.caption("Click on what is wrong and pick what is right: the file is read again at once.")
    _closer(d)
    _keeping(d)


def _edited(key: str, names: list[str], roles: dict[str, str]) -> None:
    d = state.draft()
    if d is None:
        return
    mapping, guesses = _base(d), {g.column: g for g in d.reading.columns}
    for row, change in st.session_state[key]["edited_rows"].items():
        guess = guesses[names[int(row)]]
        role = roles[change["Taken for"]] if "Taken for" in change else guess.role
        week = change.get("Week", guess.week)
        mapping = mapping.with_column(guess.column, role, _week(role, week))
    state.reread(mapping=mapping)


def _base(d: UploadDraft) -> ColumnMapping:
    """The mapping that a change starts from. Where dates and values are paired by visit every column is part of it: the
    pairs are guessed only for a file of which nothing is said."""
    paired = any(g.visit is not None for g in d.reading.columns)
    return replace(d.reading.mapping, complete=False) if paired else d.mapping


def _week(role: str, week: object) -> int | None:
    """Only a visit's column has a week."""
    return int(week) if role.startswith("salt") and week is not None and week == week else None  # type: ignore[call-overload]


def _closer(d: UploadDraft) -> None:
    """One column: what it holds, what it is, and other names for its values."""
    with render.fold("One column more closely: what it holds, what it is, other names for its values", "search", "fold.column") as f:
        if not f.open:
            return
        guesses = {g.column: g for g in d.reading.columns}
        first = next((i for i, g in enumerate(guesses.values()) if g.values), 0)
        name = st.selectbox("Column", list(guesses), index=first, key="home.column", persist_state="session")
        if name not in guesses:
            return
        guess = guesses[name]
        facts = [
            f"{counted(guess.n_distinct, 'different value')}",
            f"{guess.n_missing} empty",
            f"why: {guess.why}",
            f"how sure: {SURE[guess.confidence].lower()}",
        ]
        if guess.low is not None and guess.high is not None:
            facts.insert(0, f"numbers from {number(guess.low)} to {number(guess.high)}")
        st.markdown((f"*{plain(guess.label)}* · " if guess.label else "") + "; ".join(map(plain, facts)))
        _pick_role(d, guess)
        _name_on_screen(d, guess)
        _names(d, guess)


def _pick_role(d: UploadDraft, guess: ColumnGuess) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = list(WORD_ROLES)
        role, week = f"home.role.{d.revision}.{guess.column}", f"home.week.{d.revision}.{guess.column}"
        st.selectbox(
            "Taken for", words, index=words.index(ROLE_WORDS[guess.role]), key=role, on_change=_picked, args=(guess.column, role, week)
        )
        if guess.role.startswith("salt"):
            st.number_input(
                "Week", min_value=0, step=1, value=guess.week, key=week, on_change=_picked, args=(guess.column, role, week)
            )


def _picked(column: str, role_key: str, week_key: str) -> None:
    d = state.draft()
    if d is not None:
        role = WORD_ROLES[st.session_state[role_key]]
        state.reread(mapping=_base(d).with_column(column, role, _week(role, st.session_state.get(week_key))))


def _name_on_screen(d: UploadDraft, guess: ColumnGuess) -> None:
    """Another name for a baseline fact: on every page, in every table and download."""
    if guess.role not in ("fact", *ROLES):
        return
    key = f"home.shown.{d.revision}.{guess.column}"
    st.text_input("Name on screen", value=guess.shown or guess.column, key=key, on_change=_renamed, args=(guess, key), width=320)


def _renamed(guess: ColumnGuess, key: str) -> None:
    d = state.draft()
    if d is not None:
        state.reread(mapping=_base(d).with_name(guess.column, guess.role, guess.week, st.session_state[key]))


def levels(d: UploadDraft, column: str) -> pd.Series:
    """How often each value of a column stands in the file, commonest first; blank cells are not counted."""
    if column not in d.reading.table:
        return pd.Series(dtype=int)
    stripped = d.reading.table[column].astype(str).str.strip()
    return stripped[stripped != ""].value_counts()


def _names(d: UploadDraft, guess: ColumnGuess) -> None:
    """Other names for the values of a column of categories."""
    counts = levels(d, guess.column)
    if guess.role not in NAMED or counts.empty or len(counts) > MOST_LEVELS:
        return
    said = _said(d, guess.column)
    with st.form(f"home.names.{d.revision}.{guess.column}"):
        st.caption("What each value means. Two values with one name become one level.")
        with st.container(horizontal=True):
            for i, (value, n) in enumerate(counts.items()):
                st.text_input(
                    f"{plain(value)} ({n})",
                    value=said.get(str(value), str(value)),
                    key=f"home.name.{d.revision}.{guess.column}.{i}",
                    width=180,
                )
        st.form_submit_button("Use these names for the values", on_click=_rename, args=(guess.column, list(map(str, counts.index))))
    if guess.values:
        st.button(
            "Use the names proposed: " + plain(", ".join(f"{a} → {b}" for a, b in guess.values[:6])),
            key="home.proposed",
            on_click=take_names,
            args=(guess.column,),
        )


def _said(d: UploadDraft, column: str) -> dict[str, str]:
    said = d.mapping.columns.get(column)
    return dict(said.values) if said is not None else {}


def _rename(column: str, values: list[str]) -> None:
    d = state.draft()
    if d is not None:
        given = [st.session_state[f"home.name.{d.revision}.{column}.{i}"].strip() for i in range(len(values))]
        _set_names(d, column, {old: new for old, new in zip(values, given, strict=True) if new and new != old})


def take_names(column: str) -> None:
    """Use the names that the reading proposes for a column's values, on top of those already given."""
    d = state.draft()
    guess = next((g for g in d.reading.columns if g.column == column), None) if d is not None else None
    if d is not None and guess is not None:
        given, proposed = _said(d, column), dict(guess.values)
        renamed = {old: proposed.get(new, new) for old, new in given.items()}
        _set_names(d, column, {**{o: n for o, n in proposed.items() if o not in given}, **renamed})


def _set_names(d: UploadDraft, column: str, names: dict[str, str]) -> None:
    guess = next(g for g in d.reading.columns if g.column == column)
    state.reread(mapping=_base(d).with_column(column, guess.role, guess.week, names))


def _keeping(d: UploadDraft) -> None:
    """Save the mapping; apply the one used before."""
    with st.container(horizontal=True):
        st.download_button(
            "Save this mapping",
            lambda: d.reading.mapping.to_json(),
            "aadash_mapping.json",
            "application/json",
            on_click="ignore",
            icon=":material/save:",
            help="Next month, upload it together with the new export, or before or after it: it is applied at once, "
            "and you are told which columns are new or gone. It holds names of columns and values, which columns you set and "
            "which were guessed, and what you decided about the file; no patient.",
        )
        saved = state.saved_mapping()
        if saved is not None and d.mapping != saved[1]:
            st.button(f"Apply the mapping of {plain(saved[0])}", icon=":material/conversion_path:", on_click=apply_saved)


def apply_saved() -> None:
    """Read the upload being looked at as the saved mapping says."""
    saved, d = state.saved_mapping(), state.draft()
    if saved is None:
        return
    if d is None:
        state.add_message([f"The mapping {saved[0]} is ready: upload the file it is for."])
        return
    mapping, decisions = settled(saved[1])
    state.reread(mapping=mapping, decisions=replace(d.decisions, actions={**decisions.actions, **d.decisions.actions}))
