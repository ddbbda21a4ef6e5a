"""The page of the teacher: prepare a class, hand out one link, watch the poll, end it."""

from __future__ import annotations

import base64
import io
import time
from urllib.parse import urlencode, urlsplit

import segno

from aadash.app.classroom import handing, store
from aadash.app.classroom.store import Classroom, Handout
from aadash.app.learn import asking
from aadash.app.parts.markdown import plain
from aadash.app.session import address, attending, choices, learning, state, tongue
from aadash.app.session.active import ActiveCohort
from aadash.app.shell.page import PAGES, begin
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.formatting import counted, listing
from aadash.lessons.lesson import in_order
from aadash.views import VIEWS

#: Seconds between two looks at the poll.
EVERY = 2
LOCAL = ("localhost", "127.0.0.1", "[::1]")
PROMISE = (
    "A class needs no account. What is handed out and what is answered stay in this server's memory, without a name or an address, "
    "and go when you end the class or its hours are over. Whoever has the link can see, and download, what is handed out."
)


def page() -> None:
    """Prepare a class, or lead the one that is on."""
    begin("Class")
    address.write()
    st.title("A class", anchor=False)
    if learning.attended():
        st.info("You attend a class. Open the app in another browser to lead one.", icon=":material/groups:")
        return
    mine = attending.taught()
    if mine is not None:
        _lead(mine)
        return
    loaded = state.loaded()
    st.markdown(PROMISE)
    if loaded is None:
        st.info("Choose the cohort of the class first: a sample, or your own.", icon=":material/table_view:")
        st.page_link(PAGES[0].file, label="Choose a cohort", icon=":material/arrow_back:")
        return
    _prepare(loaded)


def _prepare(loaded: ActiveCohort) -> None:
    st.markdown(f"## What everybody begins with: {plain(loaded.cohort.name)}, {counted(len(loaded.cohort), 'patient')}")
    st.caption("The plan is the one in use now: set it on any page first. Filters that could name a patient are left out.")
    lessons = {one.name: one.title for one in in_order()}
    views = sorted(VIEWS.values(), key=lambda v: v.order)
    pages = {view.name: view.label for view in views if view.guessed and view.shows(loaded.cohort)}
    names = {"pages/lessons.py": "The list of lessons"} | {f"lesson:{k}": f"Lesson: {v}" for k, v in lessons.items()}
    names |= {f"pages/{k}.py": f"Page: {v}" for k, v in pages.items()}
    begins = st.selectbox(
        "Begin on",
        list(names),
        format_func=lambda v: names[v],
        key="class.page",
    )
    cover = st.toggle(
        "Pages are covered until a guess is made", key="class.cover", help="Guess first, on every page of every resident."
    )
    hours = st.slider("Hours until the class ends by itself", 1, store.MOST_HOURS, 2, key="class.hours")
    agreed = bool(loaded.sample) or _own(loaded)
    pressed = st.button("Begin the class", type="primary", icon=":material/play_arrow:", key="class.begin", disabled=not agreed)
    if pressed and agreed:  # a browser can be made to press what is greyed out
        plan = state.plan().shareable(loaded.cohort)
        lesson = begins.removeprefix("lesson:") if begins.startswith("lesson:") else ""
        file = "pages/lessons.py" if lesson else begins
        try:
            given = handing.of(loaded)
            attending.teach(Handout(given, plan.resolved_for(given.cohort)[0], file, choices.made_anywhere(), lesson, cover), hours)
        except AadashError as error:
            st.error(plain(error.paragraph()), icon=":material/block:")
            return
        st.rerun()


def _own(loaded: ActiveCohort) -> bool:
    """The sentence about an own cohort, and whether the teacher stands by it."""
    out = handing.left_out(loaded.cohort)
    st.warning(
        "These are your own patients. They are handed out under new codes and in a new order, without the name of the file"
        + (f", and without {plain(listing(out))} (dates or free text)" if out else "")
        + ". That is not anonymous: rare facts together can still name a person. The rules of your institution apply.",
        icon=":material/privacy_tip:",
    )
    return st.checkbox("I may show this cohort to everybody who has the link", key="class.agreed")


def _lead(mine: Classroom) -> None:
    link = _address(mine)
    left, right = st.columns([1, 2])
    with left:
        st.html(_qr(link))
    with right:
        st.markdown("## Hand out this link")
        st.code(link, language=None, wrap_lines=True)
        if urlsplit(link).hostname in LOCAL or not urlsplit(link).hostname:
            st.warning(
                "This address is for this computer alone. Start the app with `python3 scripts/start.py --share`, or as docs/DEPLOY.md "
                "says, and open it by the computer's own address.",
                icon=":material/lan:",
            )
        minutes = max(0, round((mine.ends - time.monotonic()) / 60))
        what = f"{plain(mine.handout.cohort.cohort.name)}, {counted(len(mine.handout.cohort.cohort), 'patient')}"
        st.caption(f"Handed out: {what}. The class ends by itself in {counted(minutes, 'minute')}.")
        with st.container(horizontal=True):
            st.button("End the class", icon=":material/stop:", key="class.end", on_click=attending.end)
            st.button(
                "Projector",
                icon=":material/fullscreen:",
                key="class.projector",
                on_click=learning.project,
                args=(True,),
                help="Large type, no navigation. Esc or the button on top leaves it.",
            )
    _poll(mine)


@st.fragment(run_every=EVERY)
def _poll(mine: Classroom) -> None:
    """Who is there, and the answers as they come."""
    tongue.begin()
    now = time.monotonic()
    asked = store.questions(mine.code, now)
    st.markdown(f"## {counted(len(mine.residents), 'resident has', 'residents have')} come in")
    if not asked:
        st.caption("Answers of the class will stand here, without names, as soon as the first is given.")
        return
    key = st.selectbox("Question", list(asked)[::-1], format_func=lambda k: asked[k], key="class.question")
    tell = st.toggle("Show which is right", key="class.tell")
    found = store.counted(mine.code, key, now)
    if found is not None:
        asking.bars(found, f"class.poll.{key}", tell=tell)


def _address(mine: Classroom) -> str:
    parts = urlsplit(st.context.url or "")
    path = parts.path.rpartition("/")[0] if parts.path.rstrip("/").endswith("classroom") else parts.path.rstrip("/")
    base = f"{parts.scheme}://{parts.netloc}{path.rstrip('/')}" if parts.netloc else ""
    return f"{base}/?{urlencode({'class': mine.code})}"


def _qr(address: str) -> str:
    """The link as a QR code: a picture within the page, dark on white in both themes."""
    out = io.BytesIO()
    segno.make(address, error="m").save(out, kind="png", scale=8, border=3, dark="#000", light="#fff")
    picture = base64.b64encode(out.getvalue()).decode()
    return f'<img src="data:image/png;base64,{picture}" alt="QR code of the link of the class" style="width:100%;max-width:18rem">'
