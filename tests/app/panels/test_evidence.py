"""Published rates in the app: the switch is remembered, studies of one's own come from a file and stay in the session."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.session import cache
from aadash.app.session.samples import load_sample
from aadash.evidence import OWN_RATES, PublishedRate, template
from aadash.plan import AnalysisPlan
from tests.making import cohort_of
from tests.test_measure import a_clinic

from ..conftest import spoken
from ..uploading import press, unfold

OpenApp = Callable[..., AppTest]
KOREA = load_sample("korea_2025").cohort
GOOD = (
    "study,drug,dose,endpoint,week,percent,events,n,baseline_salt,source\n"
    "Our audit,baricitinib,4 mg,SALT<=20,36,45.0,18,40,>=50,Report\n"
)


def on(app: AppTest, page: str, plan: AnalysisPlan = AnalysisPlan(endpoint="SALT<=20")) -> AppTest:  # noqa: B008
    app.session_state["aadash.plan"] = plan
    return app.switch_page(f"pages/{page}.py").run()


def said(app: AppTest) -> str:
    return spoken(app).replace("\\", "")


def give(app: AppTest, name: str, content: bytes) -> AppTest:
    unfold(app, "evidence.own")
    app.file_uploader[0].set_value((name, content, "text/csv")).run()
    assert not app.exception
    return app


def test_the_switch_is_off_at_first_and_remembered(open_app: OpenApp) -> None:
    app = on(open_app(KOREA), "responders")
    assert app.toggle(key="view.published").value is False and "BRAVE-AA1" not in said(app)
    app.toggle(key="view.published").set_value(True).run()
    assert "BRAVE-AA1 baricitinib 4 mg 35.2 %" in said(app) and not app.exception
    app.switch_page("pages/time_to_response.py").run()
    assert app.toggle(key="view.published").value is True and "had reached SALT≤20 by week 36" in said(app)


def test_a_study_of_ones_own_is_pooled_with_the_others_and_can_be_removed(open_app: OpenApp) -> None:
    app = on(open_app(KOREA), "evidence")
    app.segmented_control(key="evidence.view").set_value("Pooled").run()
    assert "5 published rates" in said(app)
    give(app, "mine.csv", GOOD.encode())
    assert "6 published rates" in said(app) and "Our audit" in said(app)
    unfold(app, "evidence.own")
    press(app, "Remove what I added")
    assert "5 published rates" in said(app)


def test_rows_that_cannot_be_used_are_told_and_the_others_are_used(open_app: OpenApp) -> None:
    app = give(on(open_app(KOREA), "evidence"), "mine.csv", (GOOD + "Bad,x,4 mg,SALT<=20,36,145,18,40,>=50,R\n").encode())
    assert len(app.session_state[OWN_RATES]) == 1
    (error,) = app.error
    assert "1 row could not be used" in error.value and "'145' in row 3" in error.value


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"a;b\n1;2\n", "no column"),
        (template().encode(), "no row with a rate"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "text"),
        (b"study," * 300_000, "at most 1 MB"),
    ],
)
def test_a_file_that_is_no_table_of_rates_is_refused(open_app: OpenApp, content: bytes, told: str) -> None:
    app = give(on(open_app(KOREA), "evidence"), "x.csv", content)
    assert told in app.error[0].value and "row could not be used" not in app.error[0].value
    assert OWN_RATES not in app.session_state or not app.session_state[OWN_RATES]


def test_a_file_in_korean_encoding_is_read(open_app: OpenApp) -> None:
    app = give(on(open_app(KOREA), "evidence"), "k.csv", GOOD.replace("Our audit", "우리 병원 환자").encode("cp949"))
    assert app.session_state[OWN_RATES][0].study == "우리 병원 환자"


def test_what_rests_on_rates_of_ones_own_is_not_kept_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    monkeypatch.setattr(cache, "_of_sample", lambda key, compute: kept.append("everybody") or compute())
    monkeypatch.setattr(cache, "_of_session", lambda key, compute: kept.append("session") or compute())
    plan, mine = AnalysisPlan(endpoint="SALT<=20"), PublishedRate("Mine", "x", "SALT<=20", 30.0, week=36, n=20, source="S", own=True)
    cache.result("published_rates", cohort=KOREA, plan=plan, own=(mine,))
    cache.result("published_rates", cohort=KOREA, plan=plan, own=())
    assert kept == ["session", "everybody"]


def test_another_measure_says_that_nothing_is_published_here(open_app: OpenApp) -> None:
    app = on(open_app(a_clinic()), "evidence", AnalysisPlan(measure="DLQI", endpoint="DLQI <=5"))
    assert "No published rate of DLQI≤5 is known here" in said(app) and not app.exception


def test_a_cohort_with_nobody_to_count_answers(open_app: OpenApp) -> None:
    app = on(open_app(cohort_of([[30.0, 10.0]] * 3, weeks=(0, 36))), "evidence")
    assert not app.exception and "nobody can be counted" in said(app)
