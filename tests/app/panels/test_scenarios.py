"""Scenarios: saved, ordered, compared, carried through a refresh by their file; links that name nobody."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aadash import AnalysisPlan
from aadash.app.session import registries
from aadash.app.session.samples import load_sample
from aadash.filters import WITHOUT, Filter
from aadash.scenarios import Scenario, ScenarioFile
from tests.app.conftest import plain

from ..conftest import make, spoken, tables

OpenApp = Callable[..., AppTest]
PAGE = "pages/scenarios.py"
KOREA = load_sample("korea_2025").cohort
WOMEN = Filter("sex", ("female",))


def kept(app: AppTest) -> tuple[Scenario, ...]:
    return app.session_state["aadash.scenarios"]


def names(app: AppTest) -> list[str]:
    return [s.name for s in kept(app)]


def saved(open_app: OpenApp, *plans: AnalysisPlan) -> AppTest:
    """The page with these plans saved, each under its own number."""
    app = open_app(cohort="korea_2025").switch_page(PAGE).run()
    for i, plan in enumerate(plans):
        app.session_state["aadash.plan"] = plan
        app.run()
        app.text_input(key="scenario.name").set_value(f"plan {i}").run()
        app.button(key="scenario.save").click().run()
        assert not app.exception
    return app


def click(app: AppTest, what: str, i: int) -> AppTest:
    return app.button(key=f"scenario.{what}.{i}").click().run()


def test_save_order_copy_edit_delete_and_undo_each(open_app: OpenApp) -> None:
    app = saved(open_app, AnalysisPlan(), AnalysisPlan(filters=(WOMEN,)))
    assert names(app) == ["plan 0", "plan 1"] and kept(app)[1].plan.filters == (WOMEN,) and kept(app)[0].created.endswith("Z")
    click(app, "Down", 0)
    assert names(app) == ["plan 1", "plan 0"]
    click(app, "Copy", 0)
    assert names(app) == ["plan 1", "plan 1 (2)", "plan 0"] and kept(app)[1].plan == kept(app)[0].plan
    app.text_input(key="scenario.field.name.1").set_value("women").run()
    app.text_input(key="scenario.field.note.1").set_value("asked by the reviewer").run()
    assert kept(app)[1].name == "women" and kept(app)[1].note == "asked by the reviewer" and "asked by the reviewer" in spoken(app)
    click(app, "Delete", 0)
    assert names(app) == ["women", "plan 0"]
    for expected in (
        ["plan 1", "women", "plan 0"],
        ["plan 1", "women", "plan 0"],
        ["plan 1", "plan 1 (2)", "plan 0"],
        ["plan 1", "plan 0"],
        ["plan 0", "plan 1"],
        ["plan 0"],
        [],
    ):
        app.button(key="scenario.undo").click().run()
        assert names(app) == expected
    assert "scenario.undo" not in [b.key for b in app.button]


def test_use_puts_a_plan_into_the_sidebar_and_update_takes_it_from_there(open_app: OpenApp) -> None:
    app = saved(open_app, AnalysisPlan(stratifier="sex", endpoint="SALT90"), AnalysisPlan())
    click(app, "Use", 0)
    assert app.session_state["aadash.plan"] == AnalysisPlan(stratifier="sex", endpoint="SALT90")
    assert app.selectbox(key="plan.endpoint").value == "SALT90"
    app.selectbox(key="plan.endpoint").set_value("SALT50").run()
    click(app, "Update", 0)
    assert kept(app)[0].plan.endpoint == "SALT50"


def test_two_are_compared_in_pictures_and_in_one_table(open_app: OpenApp) -> None:
    app = saved(open_app, AnalysisPlan(), AnalysisPlan(filters=(WOMEN,)))
    for view in ("Mean SALT", "Percent change", "Responders"):
        app.segmented_control(key="view.scenarios").set_value(view).run()
        charts = app.get("vega_lite_chart")
        assert len(charts) == 2 and not app.exception
        specs = [json.loads(c.proto.spec)["layer"] for c in charts]
        scales = [[layer["encoding"].get("y", {}).get("scale") for layer in layers] for layers in specs]
        assert scales[0] == scales[1] and any(scales[0]), "the same scales"
    table = next(t for t in tables(app) if "Scenario" in t)
    table = table[table["n"] != ""]  # a measure heads the scenarios compared in it
    assert table["Scenario"].tolist() == ["plan 0", "plan 1"] * 4
    assert table["n"].astype(int).tolist() == [117, 63] * 4
    assert plain("“plan 1”: SALT75 at week 36 in 58.7 %") in spoken(app)
    app.checkbox(key=next(c.key for c in app.checkbox if c.label == "plan 1")).set_value(False).run()
    assert "Mark two scenarios" in spoken(app)


def test_the_file_brings_everything_back_after_a_refresh(open_app: OpenApp) -> None:
    app = saved(open_app, AnalysisPlan(), AnalysisPlan(filters=(WOMEN, Filter(WITHOUT, ("K001",)))))
    app.switch_page("pages/comparisons.py").run()
    before, ledger = kept(app), app.session_state["aadash.ledger"]
    text = ScenarioFile(before, KOREA.fingerprint, KOREA.name, ledger).to_json()
    fresh = open_app(cohort="korea_2025").switch_page(PAGE).run()
    fresh.file_uploader(key="scenario.file.0").set_value(("s.json", text.encode(), "application/json")).run()
    assert kept(fresh) == before and "2 scenarios" in spoken(fresh)
    assert fresh.session_state["aadash.ledger"].keys == ledger.keys
    fresh.file_uploader(key="scenario.file.1").set_value(("s.json", text.encode(), "application/json")).run()
    assert kept(fresh) == before, "loaded twice, kept once"


def test_a_file_with_its_patients_opens_where_no_cohort_is(open_app: OpenApp) -> None:
    cohort = make({0: [80.0, 60.0, 30.0], 12: [40.0, 50.0, 1.0]}, sex=["f", "m", "f"])
    text = ScenarioFile((Scenario("late", AnalysisPlan(week=12)),), cohort.fingerprint, "clinic", cohort=cohort).to_json()
    app = open_app().switch_page(PAGE).run()
    app.file_uploader(key="scenario.file.0").set_value(("s.json", text.encode(), "application/json")).run()
    assert not app.exception
    assert app.session_state["aadash.loaded"].cohort.fingerprint == cohort.fingerprint and names(app) == ["late"]


def test_a_file_made_on_another_cohort_says_so(open_app: OpenApp) -> None:
    text = ScenarioFile((Scenario("late", AnalysisPlan(week=39, stratifier="hat")),), "f" * 64, "elsewhere").to_json()
    app = open_app(cohort="korea_2025").switch_page(PAGE).run()
    app.file_uploader(key="scenario.file.0").set_value(("s.json", text.encode(), "application/json")).run()
    assert "made on another file" in spoken(app) and names(app) == ["late"]
    click(app, "Use", 0)
    said = spoken(app)
    assert not app.exception and "hat" in said and "week 39" in said


def test_what_is_no_scenario_file_is_refused(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page(PAGE).run()
    app.file_uploader(key="scenario.file.0").set_value(("s.json", b"[1, 2]", "application/json")).run()
    assert not app.exception and "not a scenario file" in spoken(app)


def test_the_link_says_what_is_not_in_it(open_app: OpenApp) -> None:
    app = open_app(cohort="korea_2025").switch_page(PAGE).run()
    app.session_state["aadash.plan"] = AnalysisPlan(filters=(WOMEN, Filter(WITHOUT, ("K001", "K002"))))
    app.run()
    link = next(c.value for c in app.code if "cohort" in c.value)
    assert "female" in link and "K001" not in link and "without 2 patients" in spoken(app)


def test_a_link_opens_pages_that_this_server_has(open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a registry there is no page of it: its address opened the first page. Nobody uploads a file to see one."""

    def pages(app: AppTest) -> list[str]:
        return next(box for box in app.selectbox if box.label == "The page that it opens").options

    app = open_app(cohort="korea_2025").switch_page(PAGE).run()
    assert "Response" in pages(app) and "Registry" not in pages(app)
    (tmp_path / "national").mkdir()
    pd.read_csv("sample_data/korea_2025_missing.csv").to_parquet(tmp_path / "national" / "a.parquet")
    monkeypatch.setenv(registries.FOLDER, str(tmp_path))
    app = open_app(registry="national").switch_page(PAGE).run()
    assert "Registry" in pages(app)
    assert "the same registry of this server" in spoken(app) and "uploads the same file" not in spoken(app)
