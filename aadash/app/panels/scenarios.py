"""Scenarios: save the present plan, change the list, take it away in a file, share a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from aadash.app.parts.draw import panel
from aadash.app.parts.markdown import plain
from aadash.app.session import address, choices, notebook, record, registries, state
from aadash.app.shell.page import PageContext, offered
from aadash.app.spoken import st
from aadash.app.upload import kept
from aadash.cohort import Cohort
from aadash.endpoints import endpoint
from aadash.formatting import listing
from aadash.ledger import when
from aadash.plan import AnalysisPlan
from aadash.scenarios import Scenario, ScenarioFile, moved, named
from aadash.strata import stratifiers
from aadash.views import Context
from aadash.views.scenarios import BESIDE, mark
from aadash.views.words import filter_words, plan_words


@panel("scenarios.save")
def _present(page: PageContext, context: Context) -> None:
    """Save the present plan under a name."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("Name", key="scenario.name", placeholder=_suggest(page.plan, page.everyone), max_chars=80)
        st.text_input("Note", key="scenario.note", placeholder="Why this one?", max_chars=300)
        st.button("Save", type="primary", icon=":material/add:", on_click=_save, args=(page.plan, page.everyone), key="scenario.save")


def _suggest(plan: AnalysisPlan, cohort: Cohort) -> str:
    title = stratifiers(cohort).get(plan.stratifier, plan.stratifier)
    return (
        filter_words(plan, cohort)
        or f"{endpoint(plan.endpoint).symbol}, {'not split' if plan.stratifier == 'none' else f'split by {title}'}"
    )


def _save(plan: AnalysisPlan, cohort: Cohort) -> None:
    name = st.session_state["scenario.name"].strip() or _suggest(plan, cohort)
    one = Scenario(name, plan, record.now(), note=st.session_state["scenario.note"].strip())
    notebook.set_scenarios(named([*notebook.scenarios(), one]))
    st.session_state["scenario.name"] = st.session_state["scenario.note"] = ""


@panel("scenarios.saved")
def _saved(page: PageContext, context: Context) -> None:
    """The list, with what can be done to each."""
    kept = notebook.scenarios()
    if notebook.can_undo_scenarios():
        st.button("Undo", icon=":material/undo:", type="tertiary", key="scenario.undo", on_click=notebook.undo_scenarios)
    for i, one in enumerate(kept):
        _row(page, i, one, len(kept))


def _row(page: PageContext, i: int, one: Scenario, n: int) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            if mark(one) not in st.session_state:  # kept work may have set it: a default beside that is warned of
                st.session_state[mark(one)] = i < BESIDE
            st.checkbox(plain(one.name), key=mark(one))
            with st.container(horizontal=True, width="content", gap="xsmall"):
                _act("Use", "play_arrow", i, _use, "Put this plan into the sidebar, to look at it or to change it")
                if not one.prespecified_at:
                    _act("Update", "sync", i, _update, "Give it the present plan")
                _act("Copy", "content_copy", i, _copy, "Duplicate")
                _act("Up", "arrow_upward", i, _up, "Move up", i == 0)
                _act("Down", "arrow_downward", i, _down, "Move down", i == n - 1)
                with st.popover("Edit", type="tertiary", icon=":material/edit:", key=f"scenario.edit.{i}"):
                    _field("Name", i, "name", one.name)
                    _field("Note", i, "note", one.note)
                _act("Delete", "delete", i, _delete, "Delete; Undo brings it back")
        st.caption(plain(plan_words(one.plan, page.everyone)) + (f"  \n{plain(one.note)}" if one.note else ""))
        if one.prespecified_at:
            st.markdown(f":green-badge[prespecified, {plain(when(one.prespecified_at))}] :small[cannot be changed; a copy can]")


def _act(label: str, icon: str, i: int, what: Callable[..., None], tip: str, disabled: bool = False) -> None:
    st.button(
        "",
        icon=f":material/{icon}:",
        type="tertiary",
        key=f"scenario.{label}.{i}",
        on_click=what,
        args=(i,),
        help=tip,
        disabled=disabled,
    )


def _field(label: str, i: int, name: str, value: str) -> None:
    key = f"scenario.field.{name}.{i}"
    st.session_state[key] = value
    st.text_input(label, key=key, max_chars=300, on_change=_rename, args=(i, name, key))


def _rename(i: int, name: str, key: str) -> None:
    value = st.session_state[key].strip()
    kept = list(notebook.scenarios())
    if value or name == "note":
        kept[i] = replace(kept[i], **{name: value})
        notebook.set_scenarios(named(kept))


def _use(i: int) -> None:
    loaded = state.loaded()
    plan = notebook.scenarios()[i].plan
    notes: list[str] = []
    if loaded is not None:
        plan, notes = plan.resolved_for(loaded.cohort)
    state.set_plan(plan)
    state.add_message(notes)


def _update(i: int) -> None:
    kept = list(notebook.scenarios())
    kept[i] = replace(kept[i], plan=state.plan())
    notebook.set_scenarios(tuple(kept))


def _copy(i: int) -> None:
    kept = list(notebook.scenarios())
    name = kept[i].name
    if kept[i].prespecified_at:  # the copy is not
        name = name.removeprefix("Prespecified").removeprefix(": ")
    kept.insert(i + 1, replace(kept[i], name=name, created=record.now(), prespecified_at=""))
    notebook.set_scenarios(named(kept))


def _up(i: int) -> None:
    notebook.set_scenarios(moved(notebook.scenarios(), i, -1))


def _down(i: int) -> None:
    notebook.set_scenarios(moved(notebook.scenarios(), i, 1))


def _delete(i: int) -> None:
    kept = notebook.scenarios()
    notebook.set_scenarios(kept[:i] + kept[i + 1 :])


@panel("scenarios.keep")
def _keep(page: PageContext, context: Context) -> None:
    """The file that a refresh or a restart cannot lose."""
    with_patients = st.toggle(
        "Put the patients into the file too",
        key="scenario.patients",
        help="Then the file holds every value of every visit and baseline fact. Keep it where you keep the clinic's own file.",
    )
    everyone = page.everyone
    file = ScenarioFile(
        notebook.scenarios(),
        everyone.fingerprint,
        everyone.name,
        notebook.ledger().of(everyone.fingerprint),
        everyone if with_patients else None,
    )
    named_patients = any(f.names_patients for s in notebook.scenarios() for f in s.plan.filters)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.download_button(
            "Save to a file",
            lambda: file.to_json(),
            f"aadash_scenarios_{everyone.fingerprint[:8]}.json",
            "application/json",
            on_click="ignore",
            icon=":material/download:",
            key="scenario.download",
        )
        kept.button("scenario.keep")
        if named_patients and not with_patients:
            st.caption("The file names patients by code, where a scenario leaves single patients out. It holds no value of theirs.")
    _restore(page, context)


@panel("scenarios.restore")
def _restore(page: PageContext, context: Context) -> None:
    """Load a file; also where no cohort is in use, since the file may bring one."""
    st.file_uploader(
        "Load scenarios from a file",
        type=["json"],
        key=f"scenario.file.{state.uploads()}",
        on_change=_restored,
        help="The JSON file that “Save to a file” gave.",
    )


def _restored() -> None:
    upload = st.session_state[f"scenario.file.{state.uploads()}"]
    if upload is None:
        return
    content = upload.getvalue()
    if kept.is_saved(upload.name, content):
        kept.opened_with([(upload.name, content)])
    else:
        kept.scenarios_opened(content)  # which says why it cannot be opened
    state.count_upload()


@panel("scenarios.link")
def _link(page: PageContext, context: Context) -> None:
    """The address of the present plan, and what is not in it."""
    shared = page.plan.shareable(page.everyone)
    names = {p.path: p.label for p in offered() if p.path}
    last = choices.last_looked_at()
    opens = st.selectbox(
        "The page that it opens",
        list(names),
        index=list(names).index(last if last in names else "responders"),
        format_func=names.__getitem__,
        help="With what is chosen there: view, question, options.",
    )
    parts = urlsplit(st.context.url or "")
    address_of = f"{parts.scheme}://{parts.netloc}/{opens}" if parts.netloc else opens
    st.code(f"{address_of}?{urlencode(address.params_for(opens))}", language=None, wrap_lines=True)
    left = [f.label(page.everyone.severity_measure.name) for f in page.plan.filters if f not in shared.filters]
    told = "Whoever opens it uploads the same file; if it is another one, AAdash says so."
    if page.loaded.sample:
        told = "It opens the same plan on the same sample."
    elif registries.name_of(page.everyone):
        told = "It opens the same plan on the same registry of this server."
    missing = f" Not in it, since it could name a patient: {plain(listing(left))}." if left else ""
    st.caption(f"{told} It holds nobody's data.{missing}")
