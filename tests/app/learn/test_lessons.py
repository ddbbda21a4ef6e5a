"""The page of lessons under AppTest: guess, answer, check, and the live page with the lesson's plan."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.making import cohort_of

from ..conftest import spoken

OpenApp = Callable[..., AppTest]
LESSONS = "pages/lessons.py"


def opened(app: AppTest, name: str) -> AppTest:
    app.switch_page(LESSONS).run()
    app.button(key=f"lesson.open.{name}").click().run()
    return app


def test_the_answer_is_covered_until_a_guess_is_made(open_app: OpenApp) -> None:
    app = opened(open_app(cohort="korea_2025"), "denominators")
    assert "46/83" not in spoken(app)
    assert app.slider(key="ask.lesson.denominators.guess").value == 50
    app.slider(key="ask.lesson.denominators.guess").set_value(60.0)
    app.button(key="ask.lesson.denominators.guess.give").click().run()
    assert "46/83" in spoken(app)
    assert "Your guess\\: 60" in spoken(app)


def test_a_whole_lesson_then_the_next(open_app: OpenApp) -> None:
    app = opened(open_app(cohort="korea_2025"), "pooled")
    app.button(key="ask.lesson.pooled.guess.give").click().run()
    assert app.button(key="ask.lesson.pooled.check.give").disabled, "no answer is chosen: a press did nothing, and nothing said so"
    assert "One line to remember" not in spoken(app)
    app.radio(key="ask.lesson.pooled.check").set_value("38").run()
    app.button(key="ask.lesson.pooled.check.give").click().run()
    assert "One line to remember" in spoken(app)
    app.button(key="lesson.next").click().run()
    assert app.title[0].value == "Subgroups, and what chance alone makes"
    app.button(key="lesson.back").click().run()
    assert "1 of 10 lessons finished" in app.get("progress")[0].proto.text


def test_a_cohort_that_does_not_allow_it_is_offered_the_sample(open_app: OpenApp) -> None:
    mine = cohort_of([[80.0, 20.0], [60.0, 60.0]] * 3, name="mine")
    app = opened(open_app(mine), "missing")
    assert "does not allow the lesson" in spoken(app)
    app.button(key="lesson.sample").click().run()
    assert "Without a score: 34." in spoken(app).replace("\\", "")
    assert app.session_state["aadash.loaded"].cohort is mine, "the cohort in use stays"


def test_without_a_cohort_a_lesson_is_told_on_its_sample(open_app: OpenApp) -> None:
    app = opened(open_app(), "events")
    assert "29 of 70" in spoken(app)


def test_the_live_page_has_the_plan_of_the_lesson(open_app: OpenApp) -> None:
    app = opened(open_app(cohort="korea_2025"), "pooled")
    app.button(key="ask.lesson.pooled.guess.give").click().run()
    app.button(key="lesson.live").click().run()
    assert not app.exception
    assert app.title[0].value == "Do the strata differ?" or "differ" in app.title[0].value
    assert app.session_state["view.comparisons"] == "Stratum × week"
