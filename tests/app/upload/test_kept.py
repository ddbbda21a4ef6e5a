"""Work kept in a file: with the same data file everything is as it was left, whichever comes first; other patients are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan
from aadash.app.session import state
from aadash.app.session.active import ActiveCohort
from aadash.app.upload import kept
from aadash.cohort import Cohort
from aadash.filters import WITHOUT, Filter
from aadash.ledger import Ledger, LedgerEntry
from aadash.scenarios import Scenario, ScenarioFile

from ..conftest import ROOT, make
from ..conftest import spoken as marked
from ..uploading import press, upload, upload_files, use

OpenApp = Callable[..., AppTest]
#: What the button gave, run by run.
OFFERED: list[str] = []
DIRTY = b"code,sex,salt_w0,salt_w12,salt_w24\n" + b"".join(
    f"{i:04d},{'FM'[i % 2]},{60 + i},{40 - i},{'sixty' if i == 3 else 140 if i == 7 else 20 + i}\n".encode() for i in range(1, 13)
)
OTHER = DIRTY.replace(b"0002,F,62", b"0002,F,63")


def worked(open_app: OpenApp) -> AppTest:
    """An upload with decisions, a plan with a filter by patient, a scenario, looks in the ledger, a choice on a page."""
    app = use(press(upload(open_app(), "clinic.csv", DIRTY), "Set all such values missing"))
    plan = app.session_state["aadash.plan"].replace(stratifier="sex", filters=(Filter(WITHOUT, ("0005",)),), week=12)
    app.session_state["aadash.plan"] = plan
    app.switch_page("pages/comparisons.py").run()
    app.segmented_control(key="view.comparisons").set_value("Between strata").run()
    app.switch_page("pages/scenarios.py").run()
    app.text_input(key="scenario.name").set_value("without number five").run()
    app.button(key="scenario.save").click().run()
    assert not app.exception and len(app.session_state["aadash.ledger"])
    return app


@pytest.fixture(autouse=True)
def _offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the button “Keep my work” would give stands in OFFERED."""
    OFFERED.clear()
    monkeypatch.setattr(kept, "button", lambda key: OFFERED.append(kept.work().to_json()) if state.loaded() else None)


def kept_by(app: AppTest) -> bytes:
    """What “Keep my work” gives on the first page."""
    app.switch_page("pages/cohort.py").run()
    return OFFERED[-1].encode()


def spoken(app: AppTest) -> str:
    """What the page says, without the strokes that keep Markdown from acting."""
    return marked(app).replace("\\", "")


def what_there_is(app: AppTest) -> dict[str, Any]:
    state = app.session_state
    return {
        "cohort": state["aadash.loaded"].cohort.fingerprint,
        "plan": state["aadash.plan"],
        "decisions": state["aadash.loaded"].read_from.decisions,
        "scenarios": state["aadash.scenarios"],
        "ledger": state["aadash.ledger"],
    }


@pytest.mark.parametrize("order", ["together", "work first", "data first", "in use already"])
def test_the_same_file_brings_everything_back(open_app: OpenApp, order: str) -> None:
    first = worked(open_app)
    work, expected = kept_by(first), what_there_is(first)
    app = open_app()
    if order == "together":
        upload_files(app, ("clinic.csv", DIRTY), ("aadash_work.json", work))
    elif order == "work first":
        upload(app, "aadash_work.json", work)
        assert "is ready" in spoken(app) and "clinic.csv" in spoken(app)
        upload(app, "clinic.csv", DIRTY)
    else:
        upload(app, "clinic.csv", DIRTY)
        if order == "in use already":
            use(press(app, "Set all such values missing"))
        upload(app, "aadash_work.json", work)
    app.run()
    assert not app.exception
    assert what_there_is(app) == expected
    app.switch_page("pages/comparisons.py").run()
    assert app.segmented_control(key="view.comparisons").value == "Between strata" and not app.exception


def test_it_says_what_is_back(open_app: OpenApp) -> None:
    work = kept_by(worked(open_app))
    app = upload_files(open_app(), ("clinic.csv", DIRTY), ("aadash_work.json", work))
    said = spoken(app)
    assert "Your work is back: the plan with 1 filter by patient, how the file was read, 1 scenario and" in said
    assert "As in the trials" not in said, "that is of the plan on which such a file opens, and another one was put back"


@pytest.mark.parametrize(
    ("name", "told"), [("other.csv", "done on another cohort"), ("clinic.csv", "done on other values under the same name")]
)
def test_another_file_is_told_and_its_rows_are_decided_anew(open_app: OpenApp, name: str, told: str) -> None:
    """“The work was done on another cohort (“clinic”)” stood over the cohort “clinic”."""
    work = kept_by(worked(open_app))
    app = upload_files(open_app(), (name, OTHER), ("aadash_work.json", work))
    assert "not the file on which the kept work was done" in spoken(app)
    assert next(b for b in app.button if b.label == "Use this cohort").disabled, "decisions about rows are of the other file"
    use(press(app, "Set all such values missing"))
    said = spoken(app)
    assert told in said and len(app.session_state["aadash.scenarios"]) == 1
    assert "how the file was read" not in said, "its decisions about rows are not used"
    own = app.session_state["aadash.loaded"].cohort.fingerprint
    assert not len(app.session_state["aadash.ledger"].of(own))


def test_no_value_of_a_patient_is_in_it(open_app: OpenApp) -> None:
    content = DIRTY.replace(b",61,39,21\n", b",61.625,39.375,21.125\n")
    app = use(press(upload(open_app(), "clinic.csv", content), "Set all such values missing"))
    text = kept_by(app).decode()
    assert "61.625" not in text and "39.375" not in text and "0001" not in text


def test_broken_kept_work_costs_a_sentence(open_app: OpenApp) -> None:
    data = json.loads(kept_by(worked(open_app)))
    data |= {"mapping": {"aadash_mapping": 1, "columns": 3}, "scenarios": [3]}
    app = upload_files(open_app(), ("clinic.csv", DIRTY), ("aadash_work.json", json.dumps(data).encode()))
    said = spoken(app)
    assert "not a saved column mapping" in said and "is not a scenario" in said and not app.exception
    assert app.session_state["aadash.plan"].stratifier == "sex"
    upload(app, "aadash_work.json", b'{"format": "aadash-work", "version": 9}')
    assert "of version 9" in spoken(app) and not app.exception


def test_a_sample_comes_back_with_its_work(open_app: OpenApp) -> None:
    first = open_app(cohort="tohoku_2025").switch_page("pages/comparisons.py").run()
    first.selectbox(key="plan.stratifier").set_value("sex").run()
    app = upload(open_app(), "aadash_work.json", kept_by(first))
    assert app.session_state["aadash.loaded"].sample == "tohoku_2025" and app.session_state["aadash.plan"].stratifier == "sex"


OWN: Cohort = make({0: [80.0, 60.0, 90.0, 70.0], 12: [40.0, 50.0, 10.0, 30.0]}, sex=["f", "m", "f", "m"])


@pytest.mark.parametrize("where", ["scenarios", "home"])
def test_scenarios_with_patients_open_whatever_cohort_is_in_use(open_app: OpenApp, where: str) -> None:
    file = (
        ScenarioFile((Scenario("late", AnalysisPlan(stratifier="sex", week=12)),), OWN.fingerprint, OWN.name, cohort=OWN)
        .to_json()
        .encode()
    )
    app = open_app(cohort="korea_2025")
    if where == "home":
        app.switch_page("pages/cohort.py").run()
        upload(app, "aadash_scenarios.json", file)
    else:
        app.switch_page("pages/scenarios.py").run()
        next(u for u in app.file_uploader if u.label.startswith("Load scenarios")).set_value([("s.json", file, "")]).run()
    assert not app.exception
    assert app.session_state["aadash.loaded"].cohort.fingerprint == OWN.fingerprint
    assert "in use now in place of" in spoken(app) and app.session_state["aadash.scenarios"][-1].name == "late"
    app.switch_page("pages/cohort.py").run()
    app.button(key="home.before").click().run()
    assert app.session_state["aadash.loaded"].sample == "korea_2025"
    app.button(key="home.before").click().run()
    assert app.session_state["aadash.loaded"].cohort.fingerprint == OWN.fingerprint


def test_what_was_here_already_is_not_said_to_be_loaded_again(open_app: OpenApp) -> None:
    entry = LedgerEntry(
        OWN.fingerprint[:12], "", "SALT75", "sex", "Fisher's exact", 12, "", "observed", 4, 0.5, 0.04, "2026-01-01T00:00:00Z"
    )
    file = ScenarioFile((Scenario("late", AnalysisPlan(stratifier="sex", week=12)),), OWN.fingerprint, OWN.name, Ledger((entry,)))
    app = open_app(OWN)
    app.switch_page("pages/scenarios.py").run()
    for said in ("1 scenario and 1 entry of the ledger were loaded", "0 scenarios and 0 entries of the ledger were loaded"):
        place = next(u for u in app.file_uploader if u.label.startswith("Load scenarios"))
        place.set_value([(f"{said[0]}.json", file.to_json().encode(), "")]).run()
        assert said in marked(app)


def test_the_place_for_the_file_is_on_the_page_that_asks_for_it(open_app: OpenApp) -> None:
    first = use(press(upload(open_app(), "clinic.csv", DIRTY), "Set all such values missing"))
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, values in first.query_params.items():
        app.query_params[key] = values
    app.run()
    assert "Upload the same file below" in spoken(app)
    app.switch_page("pages/responders.py").run()
    app.file_uploader[0].set_value([("clinic.csv", DIRTY, "")]).run()
    use(press(app, "Set all such values missing"))
    assert isinstance(app.session_state["aadash.loaded"], ActiveCohort)
    assert "patients" in spoken(app) and app.title[0].value.startswith("How many respond")
