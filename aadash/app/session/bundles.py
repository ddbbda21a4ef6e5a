"""A bundle and the session: what of the session goes into one, and the session put back as it was from one."""

from __future__ import annotations

import json

from aadash.app.session import notebook, state
from aadash.app.session.active import ActiveCohort
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.intake import ColumnMapping, Decisions
from aadash.report.code import Source
from aadash.report.opened import Opened
from aadash.scenarios import ScenarioFile, named
from aadash.serial import Saved, convert, decode
from aadash.views.study import Choices
from aadash.views.study_sections import SECTIONS

#: Keys of the report page's controls that a bundle sets.
KEY_SECTIONS, KEY_TITLE, KEY_LIMIT, KEY_COMMENT, KEY_KIND = (
    "report.sections", "report.title", "report.limit", "report.comment.", "report.kind"
)  # fmt: skip


class _Recipe(Saved):
    sample: str = ""
    sheet: str | None = None


def files_of(this: ActiveCohort, with_patients: bool) -> dict[str, str]:
    """What the session knows beside the cohort and the plan, as files by name: how the file was read, the log, the ledger, the
    scenarios. Scenarios that name a patient are left out unless ``with_patients``."""
    fingerprint, recipe = this.cohort.fingerprint, this.read_from
    scenarios = [s for s in notebook.scenarios() if with_patients or not any(f.names_patients for f in s.plan.filters)]
    ledger = notebook.ledger().of(fingerprint)
    files = {
        "ledger.json": json.dumps(ledger.to_list(), indent=1),
        "scenarios.json": ScenarioFile(tuple(scenarios), fingerprint, this.cohort.name, ledger).to_json(),
        "recipe.json": json.dumps({"sample": this.sample, "sheet": recipe.sheet}),
        "mapping.json": recipe.mapping or ColumnMapping().to_json(),
        "decisions.json": recipe.decisions or Decisions().to_json(),
    }
    if this.reading is not None:
        files["log.json"] = json.dumps([p.to_dict() for p in this.reading.problems], ensure_ascii=False, indent=1)
    return files


def put_choices(choices: Choices) -> None:
    """Set the report page as it was: sections, title, limit, comments. For a callback."""
    st.session_state[KEY_SECTIONS] = [s for s in choices.sections if s in SECTIONS]
    st.session_state[KEY_TITLE] = choices.title
    st.session_state[KEY_LIMIT] = min(max(choices.limit or 0, 0), 60)
    for name in SECTIONS:
        st.session_state[KEY_COMMENT + name] = choices.comments.get(name, "")


def restore(found: Opened) -> None:
    """Put the session back as it was when the bundle was made: cohort, plan, model, report, ledger, scenarios. For a callback.

    The cohort is the one in use if it is the same, else the sample or the patients that the bundle names or holds. Where it has
    neither, the session waits for the file, which is then read with the bundle's mapping and decisions.
    """
    state.set_plan(found.plan)
    state.choose_endpoint()
    state.set_model(found.model)
    state.add_message(found.notes)
    put_choices(found.choices)
    _remembered(found)
    this = state.loaded()
    if this is not None and this.cohort.fingerprint == found.fingerprint:
        state.load(this)
        return
    given = _cohort(found)
    state.load(given)
    if given is None:
        state.await_file(found.fingerprint, _recipe(found))
        state.add_message([waiting(found.fingerprint)])


def waiting(fingerprint: str) -> str:
    """What is said where a bundle does not hold its patients."""
    return (
        "The bundle is open, but it does not hold the patients. Upload the file that it was made from: the columns, decisions, plan, "
        "sections and comments of the bundle are applied to it, and its content is checked against the fingerprint "
        f"{fingerprint[:12]}."
    )


def _cohort(found: Opened) -> ActiveCohort | None:
    """The cohort of the bundle, where it can be had without asking."""
    key = _said(found).sample
    if key in SAMPLES:
        sample = load_sample(key)
        if sample.cohort.fingerprint == found.fingerprint:
            return sample
    if found.cohort is None:
        return None
    return ActiveCohort(found.cohort, "a bundle", recipe=_recipe(found))


def _remembered(found: Opened) -> None:
    text = found.files.get("scenarios.json")
    if text is None:
        return
    try:
        kept, notes = ScenarioFile.from_json(text)
    except AadashError as error:
        state.add_message([error.paragraph()])
        return
    state.add_message(notes)
    notebook.set_ledger(notebook.ledger().adding(kept.ledger.entries))
    new = [s for s in kept.scenarios if s not in notebook.scenarios()]
    notebook.set_scenarios(named((*notebook.scenarios(), *new)))


def _said(found: Opened) -> _Recipe:
    try:
        return convert(decode(found.files.get("recipe.json", "{}")), _Recipe)
    except ValueError:
        return _Recipe()


def _recipe(found: Opened) -> Source:
    """How the file was read. What in it cannot be read any more is told and left out."""
    texts = {}
    for name, kind in (("mapping", ColumnMapping), ("decisions", Decisions)):
        text = found.files.get(f"{name}.json", "")
        try:
            texts[name] = text if text and kind.from_json(text) != kind() else ""
        except AadashError as error:
            state.add_message([error.paragraph()])
            texts[name] = ""
    return Source(("data.csv",), _said(found).sheet, texts["mapping"], texts["decisions"])
