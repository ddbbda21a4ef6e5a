"""Parts of the scenarios page: save the present plan, keep the list, compare, take it away in a file, share a link."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from urllib.parse import urlencode, urlsplit

from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import address, cache, choices, record, state
from aadash.app.shell.page import PAGES, PageContext
from aadash.app.spoken import st
from aadash.app.upload import kept
from aadash.charts.bars import week_bars
from aadash.charts.trajectories import change_domain, curves
from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES, endpoint
from aadash.errors import AadashError
from aadash.formatting import counted, listing
from aadash.plan import AnalysisPlan
from aadash.report.ledger import when
from aadash.result import Result
from aadash.scenarios import Scenario, ScenarioFile, moved, named

VIEWS = ("Mean", "Percent change", "Responders")
#: So many scenarios are put side by side at once.
BESIDE = 4


def words(plan: AnalysisPlan, cohort: Cohort) -> str:
    """A plan in one line."""
    try:
        week, split = f"week {plan.at_week(cohort)}", plan.strata(plan.included(cohort)).title
    except AadashError:
        week, split = "the last visit" if plan.week is None else f"week {plan.week}", plan.stratifier
    filters = listing([f.label(cohort.severity_measure.name) for f in plan.filters]) or "everyone"
    shown = "not split" if plan.stratifier == "none" else f"split by {split}"
    return f"{endpoint(plan.endpoint).symbol} at {week}, {shown}, {MISSING_RULES[plan.missing].split(':')[0].lower()}; {filters}"


def save(page: PageContext) -> None:
    """Save the present plan under a name."""
    with st.container(border=True):
        st.markdown(f"**The present plan**  \n{plain(words(page.plan, page.everyone))}")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input("Name", key="scenario.name", placeholder=_suggest(page.plan, page.everyone), max_chars=80)
            st.text_input("Note", key="scenario.note", placeholder="Why this one?", max_chars=300)
            st.button(
                "Save", type="primary", icon=":material/add:", on_click=_save, args=(page.plan, page.everyone), key="scenario.save"
            )


def _suggest(plan: AnalysisPlan, cohort: Cohort) -> str:
    return (
        listing([f.label(cohort.severity_measure.name) for f in plan.filters])
        or f"{endpoint(plan.endpoint).symbol}, {'not split' if plan.stratifier == 'none' else 'split by ' + plan.stratifier}"
    )


def _save(plan: AnalysisPlan, cohort: Cohort) -> None:
    name = st.session_state["scenario.name"].strip() or _suggest(plan, cohort)
    one = Scenario(name, plan, record.now(), note=st.session_state["scenario.note"].strip())
    state.set_scenarios(named([*state.scenarios(), one]))
    st.session_state["scenario.name"] = st.session_state["scenario.note"] = ""


def saved(page: PageContext) -> list[Scenario]:
    """The list, with what can be done to each; those marked for comparison come back."""
    kept = state.scenarios()
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"## {counted(len(kept), 'saved scenario')}" if kept else "## Nothing saved yet")
        if state.can_undo_scenarios():
            st.button("Undo", icon=":material/undo:", type="tertiary", key="scenario.undo", on_click=state.undo_scenarios)
    return [one for i, one in enumerate(kept) if _row(page, i, one, len(kept))]


def _row(page: PageContext, i: int, one: Scenario, n: int) -> bool:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            chosen = st.checkbox(plain(one.name), value=i < BESIDE, key=f"scenario.mark.{one.created}.{one.name}")
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
        st.caption(plain(words(one.plan, page.everyone)) + (f"  \n{plain(one.note)}" if one.note else ""))
        if one.prespecified_at:
            st.markdown(f":green-badge[prespecified, {plain(when(one.prespecified_at))}] :small[cannot be changed; a copy can]")
    return chosen


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
    kept = list(state.scenarios())
    if value or name == "note":
        kept[i] = replace(kept[i], **{name: value})
        state.set_scenarios(named(kept))


def _use(i: int) -> None:
    loaded = state.loaded()
    plan = state.scenarios()[i].plan
    notes: list[str] = []
    if loaded is not None:
        plan, notes = plan.resolved_for(loaded.cohort)
    state.set_plan(plan)
    state.add_message(notes)


def _update(i: int) -> None:
    kept = list(state.scenarios())
    kept[i] = replace(kept[i], plan=state.plan())
    state.set_scenarios(tuple(kept))


def _copy(i: int) -> None:
    kept = list(state.scenarios())
    kept.insert(i + 1, replace(kept[i], created=record.now(), prespecified_at=""))
    state.set_scenarios(named(kept))


def _up(i: int) -> None:
    state.set_scenarios(moved(state.scenarios(), i, -1))


def _down(i: int) -> None:
    state.set_scenarios(moved(state.scenarios(), i, 1))


def _delete(i: int) -> None:
    kept = state.scenarios()
    state.set_scenarios(kept[:i] + kept[i + 1 :])


def compare(page: PageContext, chosen: list[Scenario]) -> Result | None:
    """Pictures on the same scales, then the numbers in one table."""
    if len(chosen) < 2:
        st.info("Mark two scenarios or more to put them side by side.", icon=":material/compare:")
        return None
    if len(chosen) > BESIDE:
        st.caption(f"Pictures of the first {BESIDE}; the table has all {len(chosen)}.")
    view = render.choose("View", VIEWS, "view.scenarios")
    _pictures(page, chosen[:BESIDE], view)
    try:
        result = cache.side_by_side(page.everyone, {s.name: s.plan for s in chosen})
    except AadashError as error:
        st.info(plain(error.paragraph()), icon=":material/block:")
        return None
    render.answer(result, accounting=False)
    render.table(result)
    return result


def _pictures(page: PageContext, chosen: list[Scenario], view: str) -> None:
    found: dict[str, tuple[AnalysisPlan, Result] | str] = {}
    for one in chosen:
        plan = one.plan.resolved_for(page.everyone)[0]
        try:
            found[one.name] = plan, cache.result("responders" if view == "Responders" else "salt_over_time", page.everyone, plan)
        except AadashError as error:
            found[one.name] = error.paragraph()
    drawn = [f[1] for f in found.values() if isinstance(f, tuple)]
    whole = change_domain(*drawn) if view == "Percent change" and drawn else None
    for i, (column, (name, what)) in enumerate(zip(st.columns(min(len(found), 2)) * 2, found.items(), strict=False)):
        with column:
            st.markdown(f"**{plain(name)}**")
            if isinstance(what, str):
                st.info(plain(what), icon=":material/block:")
                continue
            _, result = what
            if view == "Responders":
                render.picture(partial(week_bars, result), f"beside.{i}")
            else:
                variable = "salt" if view == "Mean" else "percent_change"
                render.picture(partial(curves, result, variable, whole), f"beside.{i}")


def keep(page: PageContext) -> None:
    """The file that a refresh or a restart cannot lose."""
    st.markdown("## Keep and share")
    st.markdown(
        "Scenarios and the ledger live in this browser tab: **a restart of the server or a longer absence empties them, and the "
        "patients too.** Save them to a file and load it again; with the patients in it, one file brings everything back. "
        "*Keep my work* gives a file without the patients: with it and your own data file everything is as you left it."
    )
    with_patients = st.toggle(
        "Put the patients into the file too",
        key="scenario.patients",
        help="Then the file holds every value of every visit and baseline fact. Keep it where you keep the clinic's own file.",
    )
    everyone = page.everyone
    file = ScenarioFile(
        state.scenarios(),
        everyone.fingerprint,
        everyone.name,
        state.ledger().of(everyone.fingerprint),
        everyone if with_patients else None,
    )
    named_patients = any(f.names_patients for s in state.scenarios() for f in s.plan.filters)
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
    restore()
    _link(page)


def restore() -> None:
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


def _link(page: PageContext) -> None:
    shared = page.plan.shareable(page.everyone)
    names = {p.path: p.label for p in PAGES if p.path}
    st.markdown("## A link to the present plan")
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
    told = (
        "It opens the same plan on the same sample."
        if page.loaded.sample
        else "Whoever opens it uploads the same file; if it is another one, AAdash says so."
    )
    missing = f" Not in it, since it could name a patient: {plain(listing(left))}." if left else ""
    st.caption(f"{told} It holds nobody's data.{missing}")
