"""What every page opens with: configuration, navigation, the cohort, the plan in the sidebar."""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx

from aadash.app.parts.markdown import plain
from aadash.app.server import sessions
from aadash.app.session import address, attending, audit, choices, learning, registries, sign_in, state, tongue
from aadash.app.session.active import ActiveCohort
from aadash.app.shell import arm_question, filter_panel, sidebar
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.formatting import counted, whole
from aadash.glossary import met
from aadash.measure import Measure
from aadash.plan import AnalysisPlan
from aadash.report import html
from aadash.strata import Strata
from aadash.views import VIEWS

#: A file of our own: Streamlit would fetch an icon of its icon font from another host.
ICON = "data:image/png;base64," + base64.b64encode(Path(__file__).with_name("icon.png").read_bytes()).decode()
#: The name and its mark, drawn as outlines: one blue that can be seen on light and on dark.
MARK = Path(__file__).with_name("mark.svg").read_text(encoding="utf-8")


@dataclass(frozen=True)
class PageInfo:
    """A page in the navigation."""

    file: str
    label: str
    icon: str
    group: str
    order: int

    @property
    def path(self) -> str:
        """Its place in the address; "" for the first page."""
        return "" if self.order == 0 else Path(self.file).stem


#: Pages that hold more than the parts of a view.
_OTHER = (
    PageInfo("pages/paper_check.py", "Paper check", ":material/rule:", "Publish", 92),
    PageInfo("pages/hospitals.py", "Many hospitals", ":material/hub:", "Compare", 58),
    PageInfo("pages/registry.py", "Registry", ":material/database:", "Compare", 59),
    PageInfo("pages/lessons.py", "Lessons", ":material/school:", "Learn", 200),
    PageInfo("pages/simulator.py", "Simulator", ":material/casino:", "Learn", 210),
    PageInfo("pages/classroom.py", "Class", ":material/groups:", "Learn", 230),
    PageInfo("pages/glossary.py", "Glossary", ":material/menu_book:", "Learn", 220),
)
#: Pages on which a link to the present plan stands, or that show none of its results.
_NOT_RESULTS = ("", "scenarios", "ledger")
#: The pages of the navigation, in its order.
PAGES = tuple(
    sorted(
        [
            *_OTHER,
            *(PageInfo(f"pages/{v.name}.py", v.label, f":material/{v.icon}:", v.group, v.order) for v in VIEWS.values()),
        ],
        key=lambda page: page.order,
    )
)


@dataclass(frozen=True, eq=False)
class PageContext:
    """What a page works with: the included patients, split, and the plan. ``everyone`` is before the filters."""

    loaded: ActiveCohort
    everyone: Cohort
    cohort: Cohort
    plan: AnalysisPlan
    strata: Strata


#: For a projector: everything in rem grows with the root, and what steers is gone.
_WALL = """<style>
html{font-size:24px!important}
.stSidebar,.stAppHeader,[data-testid="stSidebarCollapsedControl"],[data-testid="stExpandSidebarButton"],.st-key-languages{display:none!important}
.stMainBlockContainer{padding-top:1rem!important;max-width:100%!important}
</style>"""

#: Whether ``app.py`` has drawn the navigation in this run.
_ROUTED: ContextVar[bool] = ContextVar("routed", default=False)


def offered() -> list[PageInfo]:
    """The pages of this server: that of a registry is for those who run one with it."""
    return [p for p in PAGES if p.path != "registry" or registries.offered()]


def _navigation() -> st.Page:
    """Announce the pages. The tab's icon is set first, or Streamlit would fetch the page's own."""
    tongue.begin()
    st.set_page_config(page_icon=ICON, layout="wide")
    st.logo(MARK, size="large")
    groups: dict[str, list] = {}
    listed = offered()
    for p in PAGES:
        shown: Literal["visible", "hidden"] = (
            "visible" if p in listed else "hidden"
        )  # its address is answered: there is none, and what would make one
        page = st.Page(p.file, title=p.label, icon=p.icon, default=p is PAGES[0], visibility=shown)
        groups.setdefault(p.group, []).append(page)
    return st.navigation(groups, position="top")


def route() -> None:
    """Draw the navigation and run the page that was asked for."""
    token = _ROUTED.set(True)
    try:
        page = _navigation()
        choices.turn_to(page.url_path)
        try:
            page.run()
        except StopException:  # a page that says what is missing has languages too; after st.stop nothing more could be drawn
            tongue.switch()
            raise
        tongue.switch()  # last, so that the keys come to the page first
        choices.leave()
    finally:
        _ROUTED.reset(token)


def begin(title: str) -> None:
    """Page configuration, navigation, and what there is to tell. For the home page; others call :func:`open_page`.

    A cold server that is first asked for a page below ``pages/`` runs it without ``app.py``. It is then begun again by way of
    ``app.py``: else the first click, made on a page that Streamlit knows by another way, would be lost.
    """
    tongue.begin()
    st.set_page_config(page_title=f"{title} · AAdash")
    if not _ROUTED.get():
        _navigation()
        if not address.started():
            st.rerun()
    sign_in.require()
    _admit(title)
    with st.sidebar:
        sign_in.sign_out()
    address.read()
    _attend()
    tongue.begin()  # once more: the address may have brought a cohort, whose words stay as they are
    if learning.projector():
        _on_a_wall()
    for note in state.pop_messages():
        st.warning(plain(note), icon=":material/info:")


def _attend() -> None:
    """Come into the class that the link named; for who attends one, the way back to its beginning."""
    page = attending.arrive()
    if learning.attended():
        with st.sidebar, st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(":material/groups: **In a class**", help="Your guesses are counted for the class without a name.")
            if st.button("Begin again", icon=":material/restart_alt:", type="tertiary", key="class.again", help="As the class began."):
                page = attending.again()
    if page:
        st.switch_page(page)


def _on_a_wall() -> None:
    """Large type, no navigation, and one button or key to leave."""
    st.html(_WALL)
    st.button(
        "Leave projector mode",
        icon=":material/fullscreen_exit:",
        type="tertiary",
        key="projector.leave",
        shortcut="Escape",
        on_click=learning.project,
        args=(False,),
    )


def _admit(title: str) -> None:
    """Tell the gate that this session runs pages, and the audit log which one was opened."""
    running = get_script_run_ctx()
    if running is None:
        return
    sessions.admit(running.session_id)
    if state.opened(title):
        browser = str(st.user.get("browser") or "")
        audit.note("page", session=running.session_id, browser=browser, page=title, who=sign_in.who())


def open_page(title: str, controls: Sequence[str] = sidebar.CONTROLS, otherwise: Callable[[], None] | None = None) -> PageContext:
    """Open a page that needs a cohort; it stops here, with what to do, when there is none. ``otherwise`` draws what the
    page can do even then."""
    begin(title)
    loaded = state.loaded()
    if loaded is None:
        st.title(title, anchor=False)
        _without_cohort()
        if otherwise is not None:
            otherwise()
        raise StopException
    everyone = loaded.cohort
    with st.sidebar:  # before the title: what comes after it would be pushed aside by the plan
        st.markdown(
            f"**{plain(everyone.name)}**  \n{counted(len(everyone), 'patient')}"
            + (" · :orange-badge[synthetic]" if everyone.synthetic else "")
        )
        filter_panel.draw(everyone, state.plan())
        plan = sidebar.draw(everyone, controls)
    st.title(_measure(everyone).words(title), anchor=False)
    address.write()
    if choices.here() not in _NOT_RESULTS:
        choices.looked_at(choices.here())
    try:
        cohort = plan.included(everyone)
        strata = plan.strata(cohort)
    except AadashError as error:
        filter_panel.chips(plan, everyone.severity_measure.name)
        filter_panel.nobody(error.paragraph())
        raise StopException from None
    opened = PageContext(loaded, everyone, cohort, plan, strata)
    _headline(opened, title, controls)
    for aside in state.pop_asides(state.plan()):
        st.caption(plain(aside))
    arm_question.ask(everyone, plan)
    filter_panel.emptied(everyone, cohort, plan)
    return opened


def _without_cohort() -> None:
    """What to do on a page that needs a cohort. Where the address, a link or a restart asks for a file, its place is right here."""
    from aadash.app.upload import here  # it draws with the parts of a page, which are put together on this module

    address.write()
    if state.expected_fingerprint():
        here.place()
        return
    st.info("No cohort is loaded yet. Choose a sample or upload a file first.", icon=":material/table_view:")
    st.page_link(PAGES[0].file, label="Choose a cohort", icon=":material/arrow_back:")


def _measure(cohort: Cohort) -> Measure:
    """What the plan in use analyses in ``cohort``."""
    try:
        return state.plan().measured(cohort).measure
    except AadashError:  # a link names a measure that this cohort does not have; the sidebar will say so
        return cohort.measure


def _headline(o: PageContext, title: str, controls: Sequence[str]) -> None:
    """One line: which cohort and plan this is, with the terms of the page in a fold; under it a chip a filter. A page without a split,
    an endpoint or an error speaks of no strata, responders or intervals."""
    made = "Synthetic data · " if o.everyone.synthetic else ""
    who = counted(len(o.cohort), "patient") + (f" of {whole(len(o.everyone))}" if len(o.cohort) < len(o.everyone) else "")
    split = f"split by {o.strata.title}" if o.strata.levels else f"one group: {o.strata.whole}" if o.strata.whole else "not split"
    spoken_of = {"split": "strata", "endpoint": "responders", "error": "CI"}
    words = ["SALT"] if "SALT" in o.everyone.analysable else []
    words += ["baseline", *(word for control, word in spoken_of.items() if control in controls)]
    terms = [(t.name, t.help) for t in met(title, ", ".join(words))]
    st.html(html.plan_line(f"{made}{o.everyone.name} · {who} · {split}", terms))
    filter_panel.chips(o.plan, o.everyone.severity_measure.name)
