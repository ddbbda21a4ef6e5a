"""Files and pasted tables on their way in: handed over, read in another process, stopped if the user says so."""

from __future__ import annotations

from streamlit.runtime.scriptrunner import get_script_run_ctx

from aadash.app.parts.markdown import plain
from aadash.app.session import state
from aadash.app.spoken import st
from aadash.app.upload import kept, mapping_screen
from aadash.errors import AadashError
from aadash.intake import ColumnMapping

#: Seconds in which most files are read; only what takes longer is shown to be at work, and looked at so often.
_SOON, _OFTEN = 0.4, 0.25


def place_for_files() -> None:
    """Where files are dropped."""
    key = f"home.file.{state.uploads()}"
    st.file_uploader(
        "The clinic's file: one row per patient or one row per visit",
        key=key,
        on_change=_uploaded,
        args=(key,),
        accept_multiple_files=True,
        help="CSV, Excel, OpenDocument, SPSS, Stata, SAS transport or Parquet, also compressed (.gz). Several "
        "files of the same patients are joined on the patient code. A saved column mapping, kept work or scenarios (.json) may "
        "come along. A bundle of the Report page (.zip) puts everything back as it was.",
    )


def place_for_text() -> None:
    """Where cells are pasted."""
    st.text_area("Copy the cells in the spreadsheet, header included, and paste them here", key="home.paste", height=160)
    st.button("Read it", on_click=_pasted, icon=":material/content_paste:")


def promise() -> None:
    """Where the file goes, and for how long."""
    st.caption(
        "Your file stays in the memory of this process, for this tab alone. It is not written to disk, not sent elsewhere, "
        "and never part of a link. Names, birth dates, telephone and record numbers are left out when it is read."
    )
    with st.expander("Where exactly, and for how long?", icon=":material/lock:"):
        st.markdown(
            "- The file goes from your browser to the computer on which this app runs, into the memory of the running program and "
            "of the second process in which it reads files. "
            "If that is your own computer, it does not leave it.\n"
            "- While you look at what was read, the file is kept so that it can be read again as you correct it. When you press "
            "*Use this cohort*, a file in which something identifies a person is deleted, and only the columns that were kept "
            "remain. *Discard this file* and *Remove this cohort* delete everything at once.\n"
            "- After the tab is closed nobody can reach the data any more, and two minutes later the program frees the memory. "
            "Within these two minutes the same tab, and no other, can come back to its work, as after a lost connection. A page that "
            "is loaded anew begins anew: *Keep my work* gives a small file that brings everything back beside your own.\n"
            "- Nothing is written to disk, no other server is asked, other visitors cannot see it, and links carry choices only."
        )


def wait() -> None:
    """Wait for an upload that is being read. What takes longer than a moment shows its time and a way to stop it.

    The reading goes on in its own process when the page is drawn again meanwhile; the next run waits for the same one.
    """
    upload = state.pending()
    if upload is None:
        return
    job = upload.job
    if not job.wait(_SOON):
        place = st.empty()
        with place.container(border=True):
            bar = st.progress(0.0)
            st.button("Stop reading", on_click=_stop, icon=":material/stop_circle:", key="home.stop")
            while not job.wait(_OFTEN):
                text = f"Reading {plain(upload.name)}: {job.seconds:.0f} seconds. It is stopped after {job.limits.seconds:.0f}."
                bar.progress(min(0.99, job.seconds / job.limits.longest), text=text)
        place.empty()
    try:
        state.set_draft(upload.draft())
    except AadashError as error:
        state.set_pending(None)
        if upload.sheet is not None:  # kept work names a sheet that this file does not have
            state.add_message([f"{error.paragraph()} So it is read without what was kept."])
            _begin(*upload.sources, mapping=ColumnMapping())
            state.tell_again()
            st.rerun()
        together = [f"None of the {len(upload.sources)} files was taken: upload those that can be read without it."]
        state.add_message([error.paragraph(), *(together if len(upload.sources) > 1 else [])])
    state.set_pending(None)
    kept.settle()
    if state.draft() is None or state.has_messages():
        state.tell_again()
        st.rerun()  # what there is to tell stands at the top of the page


def _stop() -> None:
    upload = state.pending()
    if upload is not None:
        state.set_pending(None)
        state.add_message([f"Reading {upload.name} was stopped, and nothing of it was kept."])


def _begin(*sources: tuple[str, bytes], mapping: ColumnMapping | None = None) -> None:
    """Read an upload; together with one that is still being read, so that neither is lost."""
    before = state.pending()
    if before is not None:
        sources, mapping = (*before.sources, *sources), mapping or before.mapping
        state.add_message([f"{sources[-1][0]} came while {before.name} was being read: they are read together."])
    state.set_draft(None)
    state.set_pending(None)
    try:
        state.set_pending(kept.begun(*sources, mapping=mapping))
    except AadashError as error:
        state.add_message([error.paragraph()])


def _uploaded(key: str) -> None:
    """Take the files out of their place. Those that were taken before are still listed there, without their bytes."""
    listed = st.session_state.get(key) or ()
    files = [(f.name, f.getvalue(), f.file_id) for f in listed if hasattr(f, "getvalue")]
    if not files:
        return
    state.count_upload()
    _let_go([key for _, _, key in files])
    mapping, tables, saved = None, [], []
    for name, content, _ in files:
        if name.lower().endswith(".zip") and _bundle(content):
            continue
        found = _mapping_of(name, content)
        if found is not None:
            mapping = found
            state.save_mapping(name, found)
        elif kept.is_saved(name, content):
            saved.append((name, content))
        else:
            tables.append((name, content))
    if saved:
        kept.opened_with(saved, alone=not tables)
    if tables:
        _begin(*tables, mapping=mapping)
    elif mapping is not None:
        mapping_screen.apply_saved()


def _let_go(keys: list[str]) -> None:
    """The bytes are taken: Streamlit's own copy of an upload need not stay until the session ends."""
    running = get_script_run_ctx()
    keeper = getattr(running, "uploaded_file_mgr", None)
    for key in keys if hasattr(keeper, "remove_file") else ():
        keeper.remove_file(session_id=running.session_id, file_id=key)  # type: ignore[union-attr]


def _bundle(content: bytes) -> bool:
    """Whether an upload is a bundle, which is then opened; one that was changed is told and not read as data either."""
    from aadash.report.opened import is_bundle, open_bundle  # what it needs is loaded when a bundle comes

    if not is_bundle(content):
        return False
    from aadash.app.session.bundles import restore

    try:
        restore(open_bundle(content))
    except AadashError as error:
        state.add_message([error.paragraph()])
    return True


def _mapping_of(name: str, content: bytes) -> ColumnMapping | None:
    """The saved mapping that a file holds; None for any other file."""
    if not name.lower().endswith(".json"):
        return None
    try:
        return ColumnMapping.from_json(content)
    except AadashError:
        return None


def _pasted() -> None:
    text = st.session_state["home.paste"]
    if text.strip():
        _begin(("pasted table", text.encode("utf-8", "surrogatepass")))
