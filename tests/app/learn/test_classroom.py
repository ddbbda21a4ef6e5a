"""A class: its store with times that are given, what is handed out, and teacher and residents under AppTest."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan, analyses
from aadash.app.classroom import handing, store
from aadash.app.classroom.store import ClassError, Handout, Poll
from aadash.app.session.active import ActiveCohort
from aadash.app.session.samples import load_sample
from aadash.cohort import Cohort
from aadash.measure import Measure
from aadash.measures import DLQI
from aadash.views import VIEWS
from tests.making import cohort_of

from ..conftest import ROOT, make, spoken

OpenApp = Callable[..., AppTest]
CHOICE = Poll("Which?", ("a", "b"), truth="b")
NUMBER = Poll("How many?", (), 0, 100, " %", 48.7)


@pytest.fixture(autouse=True)
def no_classes() -> Iterator[None]:
    store._CLASSES.clear()
    yield
    store._CLASSES.clear()


def sample() -> Handout:
    return Handout(load_sample("korea_2025_missing"), AnalysisPlan(), "pages/responders.py")


def test_what_teaches_is_loaded_only_when_it_is_asked_for() -> None:
    """The first page, and a page with results, wait for no lesson, simulator or QR code."""
    code = (
        "import sys, aadash.app.parts.draw, aadash.app.upload.home, aadash.app.server.keeper; "
        "print([m for m in sys.modules if m.startswith(('aadash.lessons', 'aadash.app.learn', 'segno', 'aadash.charts.poll'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip().splitlines()[-1] in ("[]", "['aadash.charts.poll']"), "charts are found by themselves, all of them"


# --- the store ------------------------------------------------------------------------------------------------------
def test_a_class_ends_after_its_hours_and_for_its_key_alone() -> None:
    one, two = store.begin(sample(), 2, now=0), store.begin(sample(), 1, now=0)
    assert store.find(one.code, 7199) is one and store.find(one.code, 7200) is None
    assert not store.end(one.code, two.key) and store.end(one.code, one.key)
    assert store.find(one.code, 1) is None
    assert store.sweep(3600) == 1 and store.sweep(3600) == 0


def test_codes_cannot_be_guessed() -> None:
    codes = {store.begin(sample(), 1, now=0).code for _ in range(store.MOST_CLASSES)}
    assert len(codes) == store.MOST_CLASSES
    assert min(map(len, codes)) >= 22  # 128 bits, six a character


def test_limits_of_classes_residents_questions_and_hours() -> None:
    one = store.begin(sample(), 1, now=0)
    for hours in (0, -1, store.MOST_HOURS + 1):
        with pytest.raises(ClassError):
            store.begin(sample(), hours, now=0)
    for i in range(store.MOST_RESIDENTS):
        store.enter(one.code, f"t{i}", 1)
    with pytest.raises(ClassError, match="full"):
        store.enter(one.code, "one more", 1)
    assert store.enter(one.code, "t0", 1) is one, "who is in comes in again"
    for i in range(store.MOST_QUESTIONS):
        assert store.answer(one.code, "t0", f"q{i}", CHOICE, "a", 1)
    assert not store.answer(one.code, "t0", "one more", CHOICE, "a", 1)
    for _ in range(store.MOST_CLASSES - 1):
        store.begin(sample(), 1, now=0)
    with pytest.raises(ClassError, match="on already"):
        store.begin(sample(), 1, now=0)
    assert store.begin(sample(), 1, now=3600), "those that are over make room"


def test_an_answer_counts_once_a_session_and_only_if_it_fits() -> None:
    one = store.begin(sample(), 1, now=0)
    store.enter(one.code, "t1", 1)
    store.enter(one.code, "t2", 1)
    assert not store.answer(one.code, "stranger", "q", CHOICE, "a", 1)
    assert not store.answer(one.code, "t1", "q", CHOICE, "c", 1)
    assert not store.answer(one.code, "t1", "n", NUMBER, 101, 1)
    assert not store.answer(one.code, "t1", "n", NUMBER, "many", 1)
    assert store.answer(one.code, "t1", "q", CHOICE, "a", 1) and store.answer(one.code, "t1", "q", CHOICE, "b", 1)
    assert store.answer(one.code, "t2", "q", CHOICE, "b", 1)
    found = store.counted(one.code, "q", 1)
    assert found is not None and sorted(found.answers.values()) == ["b", "b"]
    assert not store.answer(one.code, "t1", "q", CHOICE, "a", 3600), "the class is over"
    assert store.questions(one.code, 1) == {"q": "Which?"}


def test_a_browser_is_one_resident_in_a_class_and_another_in_the_next() -> None:
    one, two = store.begin(sample(), 1, now=0), store.begin(sample(), 1, now=0)
    mine = store.token_for(one.code, "0123456789abcdef")
    assert mine == store.token_for(one.code, "0123456789abcdef") and "0123" not in mine
    assert mine != store.token_for(two.code, "0123456789abcdef") and mine != store.token_for(one.code, "fedcba9876543210")
    assert store.token_for(one.code, "") != store.token_for(one.code, ""), "no cookie, so a random number"


def test_what_is_kept_of_an_answer_names_nobody() -> None:
    one = store.begin(sample(), 1, now=0)
    store.enter(one.code, "t1", 1)
    store.answer(one.code, "t1", "n", NUMBER, 50, 1)
    assert vars(one.polls["n"]) == vars(Poll("How many?", (), 0, 100, " %", 48.7, {"t1": 50.0}))
    assert one.residents == {"t1"}


# --- what is handed out ---------------------------------------------------------------------------------------------
def own() -> Cohort:
    n = 40
    rng = np.random.default_rng(1)
    facts = {
        "sex": ["f", "m"] * 20,
        "age": list(range(20, 60)),
        "remark": [f"Kim {i}, called his mother" for i in range(n)],
        "born": list(pd.date_range("1980-01-01", periods=n)),
    }
    rows = np.column_stack([rng.uniform(40, 100, n), rng.uniform(0, 60, n)])
    return cohort_of(list(rows), [0, 24], name="clinic_kim.xlsx", roles={"sex": "sex", "age": "age"}, **facts)


def test_an_own_cohort_is_handed_out_under_new_codes_without_text_and_dates() -> None:
    mine = own()
    given = handing.of(ActiveCohort(mine, "clinic_kim.xlsx"))
    assert given.file == handing.FILE and given.source is None and given.reading is None
    out = given.cohort
    assert not set(out.salt.index) & set(mine.salt.index)
    assert list(out.patients.columns) == ["sex", "age"] and handing.left_out(mine) == ["remark", "born"]
    assert "kim" not in out.name.lower() and out.parent_fingerprint == ""
    assert list(out.salt[0]) != list(mine.salt[0]), "another order"
    assert sorted(out.salt[0]) == sorted(mine.salt[0])


def test_the_numbers_of_what_is_handed_out_are_the_same() -> None:
    mine, plan = own(), AnalysisPlan(stratifier="sex", endpoint="SALT50")
    a, b = analyses.responders(mine, plan), analyses.responders(handing.handed_out(mine), plan)
    assert a.sentence == b.sentence
    assert list(a.table["k"]) == list(b.table["k"])


def test_events_go_with_their_patients() -> None:
    mine = load_sample("korea_2025_events").cohort
    out = handing.handed_out(mine)
    assert len(out.events) == len(mine.events) > 0
    salt = {p: tuple(mine.salt.loc[p]) for p in mine.salt.index}
    before = sorted((e.term, salt[e.patient]) for e in mine.events.itertuples())
    after = sorted((e.term, tuple(out.salt.loc[e.patient])) for e in out.events.itertuples())
    assert before == after


def test_a_sample_is_handed_out_as_it_is() -> None:
    loaded = load_sample("korea_2025")
    assert handing.of(loaded) is loaded


# --- teacher and residents ------------------------------------------------------------------------------------------
def teach(open_app: OpenApp, cohort: Cohort | None = None, begins: str = "lesson:missing", **params: str) -> AppTest:
    app = open_app(cohort) if cohort is not None else open_app(cohort="korea_2025_missing", **params)
    app.switch_page("pages/classroom.py").run()
    app.selectbox(key="class.page").set_value(begins)
    if cohort is not None:
        assert app.button(key="class.begin").disabled
        app.checkbox(key="class.agreed").check()
    app.run()
    app.button(key="class.begin").click().run()
    app.switch_page("pages/classroom.py").run()
    assert not app.exception
    return app


def test_a_class_begins_on_no_page_that_its_cohort_cannot_show(open_app: OpenApp) -> None:
    """ "Two measures" was offered with one."""
    rows = [[80.0, 40.0], [70.0, 30.0], [60.0, 50.0]]
    one = cohort_of(rows, [0, 12])
    two = Cohort(one.patients, one.salt, measures={"DLQI": (DLQI, (one.salt / 5).round())})
    for cohort, offered in ((one, False), (two, True)):
        app = open_app(cohort)
        app.switch_page("pages/classroom.py").run()
        assert ("Page: Two measures" in app.selectbox(key="class.page").options) == offered
        assert not {"Page: Adverse events"} & set(app.selectbox(key="class.page").options), "nothing tells of any"


def test_a_class_begins_on_adverse_events_or_the_papers_where_there_is_something_to_show() -> None:
    rows = [[80.0, 40.0], [70.0, 30.0], [60.0, 50.0]]
    plain = cohort_of(rows, [0, 12])
    told = cohort_of(rows, [0, 12], AE=["acne", None, None], roles={"adverse_event": "AE"})
    dlqi = Cohort(plain.patients, (plain.salt / 5).round(), score="DLQI")
    tests = Cohort(plain.patients, plain.salt, measures={"AST": (Measure("AST", 0, 1000), plain.salt)})
    shown = {name: [VIEWS[name].shows(c) for c in (plain, told, tests, dlqi)] for name in ("adverse_events", "papers")}
    assert shown == {"adverse_events": [False, True, True, False], "papers": [True, True, True, False]}


def code_of() -> str:
    return next(iter(store._CLASSES))


def test_a_resident_begins_where_the_teacher_said_and_is_counted(open_app: OpenApp) -> None:
    teacher = teach(open_app)
    assert code_of() in teacher.code[0].value
    resident = open_app(**{"class": code_of()})
    assert resident.session_state["aadash.loaded"].sample == "korea_2025_missing"
    resident.switch_page("pages/lessons.py").run()
    assert resident.title[0].value == "The scores that are missing"
    resident.button(key="ask.lesson.missing.guess.give").click().run()
    assert "The class: 1 answer" in spoken(resident).replace("\\", "")
    teacher.run()
    assert "1 resident has come in" in spoken(teacher)
    assert "The class: 1 answer" in spoken(teacher).replace("\\", "")
    teacher.button(key="class.end").click().run()
    assert not store._CLASSES


def test_an_own_cohort_goes_from_the_residents_tab_with_the_class(open_app: OpenApp) -> None:
    teacher = teach(open_app, own(), "pages/responders.py")
    resident = open_app(**{"class": code_of()})
    held = resident.session_state["aadash.loaded"].cohort
    assert held.name == handing.NAME and not held.salt.index.str.startswith("p").any()
    resident.switch_page("pages/responders.py").run()
    assert "No cohort" not in spoken(resident)
    teacher.button(key="class.end").click().run()
    resident.switch_page("pages/responders.py").run()
    assert "aadash.loaded" not in resident.session_state
    assert "The class is over" in spoken(resident).replace("\\", "")
    assert "No cohort is loaded yet" in spoken(resident)


def test_a_resident_is_told_of_no_plan_but_the_one_handed_out(open_app: OpenApp) -> None:
    """A cohort as severe as in the trials opens on SALT≤20; the teacher's plan is another one."""
    severe = make({0: [80.0, 60.0, 95.0, 100.0], 12: [40.0, 50.0, 10.0, 30.0]}, sex=["f", "m", "f", "m"])
    teacher = open_app(severe)
    teacher.session_state["aadash.plan"] = AnalysisPlan(stratifier="sex", endpoint="SALT50")
    teacher.run()
    teacher.switch_page("pages/classroom.py").run()
    teacher.checkbox(key="class.agreed").check().run()
    teacher.button(key="class.begin").click().run()
    resident = open_app(**{"class": code_of()})
    plan = resident.session_state["aadash.plan"]
    assert (plan.stratifier, plan.endpoint) == ("sex", "SALT50") and "As in the trials" not in spoken(resident)


def test_begin_again_takes_the_plan_and_the_guesses_back(open_app: OpenApp) -> None:
    teach(open_app, begins="pages/responders.py")
    resident = open_app(**{"class": code_of()})
    resident.switch_page("pages/responders.py").run()
    resident.selectbox(key="plan.endpoint").set_value("SALT90").run()
    assert resident.session_state["aadash.plan"].endpoint == "SALT90"
    resident.button(key="class.again").click().run()
    assert not resident.exception
    assert resident.session_state["aadash.plan"].endpoint == "SALT75"


@pytest.mark.parametrize("mine", [False, True])
def test_who_reloads_the_page_comes_back_to_it_with_cohort_and_plan(open_app: OpenApp, mine: bool) -> None:
    """The address of a tab that is in a class has more than the link of the class."""
    teach(open_app, own() if mine else None)
    about = {"data": "0123456789ab"} if mine else {"cohort": "korea_2025_missing"}
    resident = open_app(**{"class": code_of(), "endpoint": "SALT90", **about})
    assert resident.session_state["aadash.plan"].endpoint == "SALT90"
    assert resident.session_state["aadash.loaded"] is next(iter(store._CLASSES.values())).handout.cohort
    assert "Upload the same file" not in spoken(resident)
    resident.switch_page("pages/responders.py").run()
    assert "SALT90" in spoken(resident) and "In a class" in spoken(resident)
    resident.button(key="class.again").click().run()
    assert resident.session_state["aadash.plan"].endpoint == "SALT75"
    resident.switch_page("pages/lessons.py").run()
    assert resident.title[0].value == "The scores that are missing"


def test_a_link_of_a_class_that_is_over_says_so(open_app: OpenApp) -> None:
    resident = open_app(**{"class": "nothing"})
    assert "This class is over" in spoken(resident).replace("\\", "")
    assert not resident.exception


def test_the_hours_end_a_class_for_its_teacher_too(open_app: OpenApp) -> None:
    teacher = teach(open_app)
    store._CLASSES[code_of()].ends = time.monotonic() - 1
    teacher.run()
    assert not teacher.exception
    assert any(b.key == "class.begin" for b in teacher.button), "a new one can begin"


def test_projector_mode_is_left_by_one_button(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025", projector="1").switch_page("pages/responders.py").run()
    assert any("font-size:24px" in e.proto.body for e in app.get("html"))
    app.button(key="projector.leave").click().run()
    assert not any("font-size:24px" in e.proto.body for e in app.get("html"))
