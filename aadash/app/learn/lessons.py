"""The page of lessons: the list, and one lesson at a time on the cohort in use."""

from __future__ import annotations

from aadash import document as d
from aadash.app.learn import asking
from aadash.app.parts import draw
from aadash.app.parts.markdown import plain
from aadash.app.session import address, cache, choices, learning, state
from aadash.app.session.active import ActiveCohort
from aadash.app.session.samples import SAMPLES, load_sample
from aadash.app.shell.page import PAGES, PageContext, begin
from aadash.app.spoken import st
from aadash.cohort import Cohort
from aadash.errors import AadashError
from aadash.formatting import counted
from aadash.lessons.lesson import Lesson, Told, in_order, plan_of, tell
from aadash.plan import AnalysisPlan
from aadash.report import html
from aadash.result import Result
from aadash.views import VIEWS


def page() -> None:
    """The list, or the lesson that is open."""
    begin("Lessons")
    given = {one.name: one for one in in_order()}
    name = learning.lesson()
    if name not in given:
        address.write()
        _list(list(given.values()))
        return
    address.write(lesson=name)
    _lesson(given[name], list(given))


def _list(lessons: list[Lesson]) -> None:
    st.title("Lessons on the cohort in use", anchor=False)
    loaded = state.loaded()
    st.markdown(
        "Each lesson asks a question, takes your guess, and answers with numbers of the cohort in use. "
        + (
            f"In use: **{plain(loaded.cohort.name)}**. Where a lesson needs something that it does not have, a sample is offered."
            if loaded is not None
            else "No cohort is loaded yet, so each lesson is told on the sample that it was made for."
        )
    )
    done = sum(learning.answer(f"lesson.{one.name}.check") is not None for one in lessons)
    if done:
        st.progress(done / len(lessons), f"{done} of {counted(len(lessons), 'lesson')} finished")
    for i, one in enumerate(lessons):
        finished = learning.answer(f"lesson.{one.name}.check") is not None
        st.button(
            f"{i + 1}\\. {plain(one.title)} · about {one.minutes} minutes" + (" · finished" if finished else ""),
            icon=":material/check_circle:" if finished else ":material/school:",
            key=f"lesson.open.{one.name}",
            on_click=learning.open_lesson,
            args=(one.name,),
            width="stretch",
        )


def _cohort(one: Lesson) -> ActiveCohort:
    loaded = state.loaded()
    return load_sample(one.sample) if loaded is None or learning.on_sample() else loaded


def _ask(name: str, cohort: Cohort, plan: AnalysisPlan, **options: object) -> Result:
    return cache.result(name, cohort=cohort, plan=plan, **options)


def _lesson(one: Lesson, names: list[str]) -> None:
    place = names.index(one.name)
    st.button(
        "All lessons", icon=":material/arrow_back:", type="tertiary", key="lesson.back", on_click=learning.open_lesson, args=("",)
    )
    st.title(one.title, anchor=False)
    taught = _cohort(one)
    key = f"lesson.{one.name}"
    steps = [learning.answer(f"{key}.{step}") is not None for step in ("guess", "check")]
    st.progress(
        (1 + sum(steps)) / 3,
        f"Lesson {place + 1} of {len(names)} · {one.minutes} min · step {1 + sum(steps)} of 3: {_STEPS[sum(steps)]}",
    )
    st.caption(("Synthetic data · " if taught.cohort.synthetic else "") + plain(taught.cohort.name))
    try:
        told = tell(one, taught.cohort, _ask)
    except AadashError as error:
        st.info(plain(f"This cohort does not allow the lesson. {error.paragraph()}"), icon=":material/block:")
        if taught.sample != one.sample:
            _offer(one)
        return
    opened = _opened(taught, told)
    _draw(told.setting, opened)
    guess = asking.ask(key + ".guess", told.question, told.guess)
    if guess is None:
        return
    _draw(told.reveal, opened)
    if one.source:
        st.caption(plain("Source of what is printed elsewhere: " + one.source))
    _live(one, taught)
    answer = asking.check(key + ".check", one.check)
    if answer is None:
        return
    st.html(html.answer(one.remember, "One line to remember"))
    with st.container(horizontal=True):
        if place + 1 < len(names):
            st.button(
                "Next lesson",
                icon=":material/arrow_forward:",
                type="primary",
                key="lesson.next",
                on_click=learning.open_lesson,
                args=(names[place + 1],),
            )
        st.button("Begin this lesson again", type="tertiary", key="lesson.again", on_click=learning.forget, args=(key + ".",))


_STEPS = ("make a guess", "see and check", "all done")


def _opened(taught: ActiveCohort, told: Told) -> PageContext:
    cohort = told.plan.included(taught.cohort)
    return PageContext(taught, taught.cohort, cohort, told.plan, told.plan.strata(cohort))


def _draw(parts: tuple[d.Part, ...], opened: PageContext) -> None:
    draw.parts(parts, opened, draw.context_of(opened))


def _offer(one: Lesson) -> None:
    st.button(
        f"Tell it on the sample: {SAMPLES[one.sample].title}",
        icon=":material/table_view:",
        key="lesson.sample",
        on_click=learning.take_sample,
        args=(True,),
        help="Your cohort stays in use on the other pages.",
    )


def _live(one: Lesson, taught: ActiveCohort) -> None:
    """The same on the live page, with the lesson's plan set."""
    view = VIEWS[one.page]
    asked = "Try it."  # a sentence by itself, whatever follows
    st.markdown(f"**{asked}** {plain(one.look)}")
    loaded = state.loaded()
    other = loaded is not None and loaded is not taught and loaded.sample != taught.sample
    if st.button(
        f"Open this on the page “{view.label}”",
        icon=f":material/{view.icon}:",
        key="lesson.live",
        help=(f"The sample takes the place of {plain(loaded.cohort.name)}. " if other and loaded is not None else "")
        + "The plan of the lesson is set; Undo in the sidebar takes it back.",
    ):
        if loaded is None or other:
            state.load(taught, AnalysisPlan())  # which Undo takes it back to
        state.set_plan(plan_of(one, taught.cohort))
        choices.take(one.choices, link=False)
        st.switch_page(next(p.file for p in PAGES if p.label == view.label))
