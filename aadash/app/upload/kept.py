"""Work that its user kept in a file: written, and put back when the same patients are in use again."""

from __future__ import annotations

import platform
from dataclasses import replace
from importlib.metadata import version

from aadash.app.parts.markdown import plain
from aadash.app.session import choices, notebook, state
from aadash.app.session.active import ActiveCohort, PendingUpload, UploadDraft, settled
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.formatting import counted
from aadash.intake import ColumnMapping, Decisions
from aadash.kept_work import FORMAT as WORK
from aadash.kept_work import KeptWork
from aadash.ledger import Ledger
from aadash.report.code import Source
from aadash.scenarios import FORMAT as SCENARIOS
from aadash.scenarios import Scenario, ScenarioFile, named
from aadash.serial import decode
from aadash.version import VERSION

#: Packages whose version is kept with the work: those that numbers come from.
USED = ("numpy", "pandas", "scipy", "statsmodels", "pingouin")


def work() -> KeptWork:
    """What this session holds of the cohort in use."""
    this = state.loaded()
    assert this is not None, "nothing is kept without a cohort"
    source = this.read_from
    return KeptWork(
        this.cohort.fingerprint,
        this.cohort.name,
        this.sample,
        state.plan(),
        state.model(),
        source.files,
        source.sheet,
        source.mapping,
        source.decisions,
        notebook.scenarios(),
        notebook.ledger().of(this.cohort.fingerprint),
        choices.made_anywhere(),
    )


def _written(kept: KeptWork) -> str:
    """The file, with the programs that were used. It is made when it is asked for, outside the session."""
    versions = {"aadash": VERSION, "python": platform.python_version()} | {name: version(name) for name in USED}
    return replace(kept, versions=versions).to_json()


def button(key: str) -> None:
    """The button that gives the file, with what is in it."""
    this = state.loaded()
    if this is None:
        return
    kept = work()
    st.download_button(
        "Keep my work",
        lambda: _written(kept),
        f"aadash_work_{this.cohort.fingerprint[:8]}.json",
        "application/json",
        on_click="ignore",
        icon=":material/save:",
        key=key,
        help="A small file for your own folder: plan, column mapping, decisions, scenarios, ledger and the choices on the pages, but "
        "not the patients. Upload it together with the same data file, before it or after it, and everything is back as you left "
        "it. It can hold patients' codes, where single patients were left out or rows decided about.",
    )


def opened(name: str, content: bytes, alone: bool = True) -> None:
    """A file of kept work was handed over: put it back at once where its patients are in use, else let it wait for them.

    ``alone``: no data file came with it.
    """
    try:
        kept, notes = KeptWork.from_json(content)
    except AadashError as error:
        state.add_message([error.paragraph()])
        return
    state.add_message([f"{name}: {note}" for note in notes])
    state.set_kept_work(kept)
    draft = state.draft()
    if put_back() or not alone or state.pending() is not None:
        return
    if draft is not None:
        mapping, decisions = _read_by(kept)
        mapping, saved = settled(mapping)
        decisions = replace(decisions, actions={**saved.actions, **decisions.actions})
        sheet = kept.sheet if kept.sheet in draft.sheets else draft.sheet
        state.reread(mapping=mapping, decisions=decisions, sheet=sheet)
        settle()
    elif kept.sample in SAMPLES:
        state.load(load_sample(kept.sample))
        if not put_back():
            _told_of_others(kept)
    else:
        which = f"“{', '.join(kept.files)}”" if kept.files else "the file that it was done on"
        state.add_message([f"The work in {name} is ready. Upload {which}, and it is put back."])


def begun(*sources: tuple[str, bytes], mapping: ColumnMapping | None) -> PendingUpload:
    """Begin to read an upload, as kept work or a bundle says where one waits for its file; a ``mapping`` that came along counts more.
    Raises IntakeError."""
    kept = state.kept_work()
    recipe = state.awaited() if kept is None else Source(kept.files, kept.sheet, kept.mapping, kept.decisions)
    if recipe is None:
        return PendingUpload.of(*sources, mapping=mapping)
    own, decisions = _read_by(recipe)
    return PendingUpload.of(*sources, mapping=own if mapping is None else mapping, decisions=decisions, sheet=recipe.sheet)


def settle() -> None:
    """An upload was read while kept work waited: the same patients are put in use with it; for others its decisions do not hold."""
    kept, draft = state.kept_work(), state.draft()
    if kept is None or draft is None:
        return
    cohort = draft.reading.cohort
    if cohort is not None and cohort.fingerprint == kept.fingerprint:
        if draft.reading.ready:
            use(draft)
        return
    if draft.decisions != Decisions():
        state.reread(decisions=Decisions())
        state.add_message(
            [
                f"This is not the file on which the kept work was done (“{kept.cohort_name}”, patients or values differ). Its column "
                "mapping is used; its decisions about rows are not."
            ]
        )


def use(draft: UploadDraft) -> None:
    """Put the cohort of an upload in use."""
    cohort = draft.reading.cohort
    if cohort is None:
        return
    state.load(ActiveCohort(cohort, draft.name, "", draft.reading, None if draft.personal else draft, draft.recipe))
    state.save_mapping(draft.name, draft.reading.mapping)
    state.set_draft(None)
    kept = state.kept_work()
    if kept is not None and not put_back():
        _told_of_others(kept)


def put_back() -> bool:
    """Put waiting work back if the cohort in use is the one that it was done on; say whether it was."""
    kept, loaded = state.kept_work(), state.loaded()
    if kept is None or loaded is None or loaded.cohort.fingerprint != kept.fingerprint:
        return False
    plan, notes = kept.plan.resolved_for(loaded.cohort)
    state.set_plan(plan)
    state.choose_endpoint(True)
    state.set_model(kept.model)
    choices.take(kept.choices, link=False)
    _and_lists(kept, notes, ["how the file was read"] if kept.mapping or kept.decisions else [])
    return True


def _told_of_others(kept: KeptWork) -> None:
    """The patients in use are not those of the kept work: its plan is used as far as it goes, and this is said."""
    loaded = state.loaded()
    plan, notes = kept.plan.resolved_for(loaded.cohort) if loaded is not None else (kept.plan, [])
    state.set_plan(plan)
    if loaded is not None and kept.cohort_name == loaded.cohort.name:
        notes.append(
            f"The work was done on other values under the same name (“{kept.cohort_name}”): an earlier state of the file, or the same "
            "file read in another way. Plan and scenarios are of those, and the ledger goes on counting for them alone."
        )
    else:
        notes.append(
            f"The work was done on another cohort (“{kept.cohort_name}”): plan and scenarios are of that one, the patients are not, "
            "and the ledger goes on counting for it alone."
        )
    _and_lists(kept, notes, [])


def _and_lists(kept: KeptWork, notes: list[str], more: list[str]) -> None:
    """Scenarios and ledger, what was said on the way, and that it is done; ``more`` is what else came back."""
    new = add_scenarios(kept.scenarios, kept.ledger)
    by_patient = sum(f.names_patients for f in kept.plan.filters)
    parts = [
        "the plan" + (f" with {counted(by_patient, 'filter')} by patient" if by_patient else ""),
        *more,
        counted(new, "scenario"),
        f"{counted(len(kept.ledger), 'question')} of the ledger",
    ]
    made = kept.versions.get("aadash", VERSION)
    notes += [f"Your work is back: {', '.join(parts[:-1])} and {parts[-1]}."]
    if made != VERSION:
        notes.append(f"It was kept by AAdash {shown_version(made)}; this is {VERSION}, so numbers can differ where CHANGELOG says so.")
    state.add_message(notes)
    state.set_kept_work(None)


def shown_version(text: str) -> str:
    """A version out of a file, at most as long as one is."""
    return text[:20]


def add_scenarios(scenarios: tuple[Scenario, ...], ledger: Ledger) -> int:
    """Add scenarios that are not there yet, and looks to the ledger; how many scenarios were new."""
    present = {(s.name, s.plan, s.created) for s in notebook.scenarios()}
    new = [s for s in scenarios if (s.name, s.plan, s.created) not in present]
    notebook.set_scenarios(named([*notebook.scenarios(), *new]))
    notebook.set_ledger(notebook.ledger().adding(ledger.entries))
    return len(new)


def _read_by(recipe: Source | KeptWork) -> tuple[ColumnMapping, Decisions]:
    """Mapping and decisions that were kept; what is broken in them is told, and the file is read as it is found."""
    mapping, decisions = ColumnMapping(), Decisions()
    try:
        mapping = ColumnMapping.from_json(recipe.mapping) if recipe.mapping else mapping
    except AadashError as error:
        state.add_message([error.paragraph()])
    try:
        decisions = Decisions.from_json(recipe.decisions) if recipe.decisions else decisions
    except AadashError as error:
        state.add_message([error.paragraph()])
    return mapping, decisions


def scenarios_opened(content: bytes) -> None:
    """A file of scenarios was handed over. Patients in it are put in use, whatever cohort is: they were asked for."""
    try:
        file, notes = ScenarioFile.from_json(content)
    except AadashError as error:
        state.add_message([error.paragraph()])
        return
    loaded = state.loaded()
    same = loaded is not None and loaded.cohort.fingerprint == file.fingerprint
    if file.cohort is not None and not same:
        state.load_in_place(ActiveCohort(file.cohort, f"{file.cohort_name} (from a scenario file)"))
        if loaded is not None:
            notes.append(
                f"The file holds its own patients (“{file.cohort_name}”), and they are in use now in place of “{loaded.cohort.name}”. "
                "The first page has a button that goes back to those."
            )
    elif loaded is None:
        notes.append("The file holds no patients: choose or upload the cohort, and the scenarios are applied to it.")
    elif not same:
        notes.append(
            f"The scenarios were made on another file (“{file.cohort_name}”): the plans are those of the file, the patients "
            "are not. What the present cohort lacks is left out where a plan is used."
        )
    before = len(notebook.ledger())
    new = add_scenarios(file.scenarios, file.ledger)
    asked = len(notebook.ledger()) - before
    state.add_message([*notes, f"{counted(new, 'scenario')} and {counted(asked, 'entry', 'entries')} of the ledger were loaded."])


def is_saved(name: str, content: bytes) -> bool:
    """Whether a file says of itself that AAdash saved it, as kept work or as scenarios."""
    return name.lower().endswith(".json") and bool(_format(content))


def opened_with(files: list[tuple[str, bytes]], alone: bool = True) -> None:
    """Open files that AAdash saved; ``alone``: no data file came with them."""
    for name, content in files:
        if _format(content) == WORK:
            opened(name, content, alone)
        else:
            scenarios_opened(content)


def _format(content: bytes) -> str:
    try:
        data = decode(content)
    except ValueError:
        return ""
    kind = data.get("format") if isinstance(data, dict) else None
    return kind if kind in (WORK, SCENARIOS) else ""


def way_back() -> None:
    """The way back to a cohort that another took the place of."""
    before = state.cohort_before()
    if before is not None:
        st.button(
            f"Back to {plain(before.cohort.name)}", icon=":material/undo:", key="home.before", on_click=state.back_to_cohort_before
        )
