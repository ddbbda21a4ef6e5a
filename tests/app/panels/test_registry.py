"""The page of a registry: only what the server's folder holds, the numbers of the file, a sentence where counts do not suffice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.app.session import registries
from aadash.errors import SummaryError
from aadash.plan import AnalysisPlan
from aadash.report.code import code
from aadash.result import Result
from tests.app.conftest import plain, spoken
from tests.postgres import LACKING, PASSWORD, server

OpenApp = Callable[..., AppTest]
PAGE = "pages/registry.py"
MISSED = "sample_data/korea_2025_missing.csv"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one registry, a file that is none, and one beside the folder."""
    source = pd.read_csv(MISSED)
    for place in (tmp_path / "offered" / "national", tmp_path / "secret"):
        place.mkdir(parents=True)
        source.iloc[:50].to_parquet(place / "a.parquet")
        source.iloc[50:].to_parquet(place / "b.parquet")
    (tmp_path / "offered" / "notes.txt").write_text("nothing")
    monkeypatch.setenv(registries.FOLDER, str(tmp_path / "offered"))
    return tmp_path


def opened(app: AppTest) -> AppTest:
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def test_no_browser_names_a_path(folder: Path, open_app: OpenApp) -> None:
    assert list(registries.offered()) == ["national"]
    for name in ("../secret", str(folder / "secret"), "notes.txt", ""):
        with pytest.raises(SummaryError, match="no such registry"):
            registries.opened(name)
    app = opened(open_app())
    assert [*app.selectbox(key="registry.name").options] == ["national"]
    assert not [one for one in app.text_input if one.key and one.key.startswith("registry")]


@pytest.mark.skipif(bool(LACKING), reason=f"not installed: {' and '.join(LACKING)}")
def test_a_table_of_a_database_is_a_registry(folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same numbers; on the page stand neither the server, nor the user, nor the password, also when it cannot be had."""
    secrets = ("127.0.0.1", "reader@", PASSWORD, "postgresql:")
    monkeypatch.setenv("PGPASSWORD", PASSWORD)
    with server() as base:
        table = pd.read_csv(MISSED)
        kinds = {c: "float8" if c in table.select_dtypes("number") else "text" for c in table}
        columns = ", ".join(f'"{c}" {kind}' for c, kind in kinds.items())
        base.run(f"CREATE TABLE patients ({columns})")
        base.copy("COPY patients FROM STDIN (FORMAT csv, HEADER)", Path(MISSED).read_bytes())
        base.run("GRANT SELECT ON patients TO reader")
        (folder / "offered" / "clinic.postgresql").write_text(base.address("patients"))
        app = opened(open_app())
        app.selectbox(key="registry.name").set_value("clinic.postgresql").run()
        assert "Read from the database on 20" in spoken(app)
        assert "117 patients" in spoken(app)
        app.selectbox(key="registry.question").set_value("responders").run()
        cohort = read_cohort(MISSED, accept_missing=True)
        expected = REGISTRY["responders"].function(cohort, AnalysisPlan(week=36))
        assert plain(expected.sentence) in spoken(app)
        app.button(key="registry.use").click().run()
        assert "".join(app.query_params["registry"]) == "clinic.postgresql"
        assert not [text for text in secrets if text in repr((app.query_params, spoken(app)))]
    st.cache_resource.clear()
    app = opened(open_app())
    app.selectbox(key="registry.name").set_value("clinic.postgresql").run()
    assert plain("clinic.postgresql: The database server cannot be reached") in spoken(app)
    assert not [text for text in secrets if text in spoken(app)]


def test_the_numbers_are_those_of_the_file(folder: Path, open_app: OpenApp) -> None:
    cohort = read_cohort(MISSED, accept_missing=True)
    app = opened(open_app())
    assert "117 patients" in spoken(app)
    for name in ("salt_over_time", "responders", "between_strata", "time_to_response", "baseline"):
        app.selectbox(key="registry.question").set_value(name).run()
        assert not app.exception, name
        assert plain(REGISTRY[name].function(cohort, AnalysisPlan()).sentence) in spoken(app), name
    app.selectbox(key="registry.question").set_value("responders").run()
    app.selectbox(key="registry.split").set_value("sex").run()
    app.multiselect(key="registry.who.sex").set_value(["female"]).run()
    assert not app.exception
    women = cohort.subset((cohort.fact("sex") == "female").to_numpy())
    assert plain(REGISTRY["responders"].function(women, AnalysisPlan(stratifier="sex")).sentence) in spoken(app)


def test_what_cannot_be_answered_is_said(folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aadash.summaries.registry_answers.MOST_STAND_INS", 50)
    monkeypatch.setattr("aadash.app.session.registries.MOST_STAND_INS", 50)
    app = opened(open_app())
    assert "follow single patients from visit" in spoken(app)
    assert not [button for button in app.button if button.key == "registry.use"], "more rows than are read"
    app.selectbox(key="registry.question").set_value("regression_to_the_mean").run()
    assert not app.exception
    assert "needs every patient's row, of 117 patients" in spoken(app)
    app.selectbox(key="registry.question").set_value("responders").run()
    assert "needs every patient's row, of 117 patients" not in spoken(app)


def test_every_question_of_the_list_is_answered(folder: Path, open_app: OpenApp) -> None:
    app = opened(open_app())
    for name in ("predictors", "predictor_effects", "subgroups_response", "subgroup_differences_change", "subgroup_pairs"):
        app.selectbox(key="registry.question").set_value(name).run()
        assert not app.exception, name


def test_every_page_has_the_registry_in_use(folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    """The numbers of the file, the plan of the sidebar in force; what counts suffice for is counted, and no row is read for it."""
    cohort = read_cohort(MISSED, accept_missing=True)
    app = opened(open_app())
    app.button(key="registry.use").click().run()
    assert not app.exception
    asked: list[str] = []
    function = registries.of_rows
    monkeypatch.setattr("aadash.app.session.registries.of_rows", lambda *a, **k: (asked.append(a[1]), function(*a, **k))[1])
    for page, name in [
        ("trajectories", "salt_over_time"),
        ("responders", "responders"),
        ("comparisons", "change_from_baseline"),
        ("baseline", "baseline"),
        ("time_to_response", "time_to_response"),
        ("missing_visits", ""),
        ("subgroups", ""),
        ("predictors", "predictors"),
        ("data_quality", ""),
        ("cohort", ""),
    ]:
        app.switch_page(f"pages/{page}.py").run(timeout=30)
        assert not app.exception, page
        if name:
            expected = REGISTRY[name].function(cohort, AnalysisPlan())
            assert plain(expected.sentence) in spoken(app), page
            assert name in asked
    app.switch_page("pages/responders.py").run()
    app.selectbox(key="plan.stratifier").set_value("sex").run()
    app.selectbox(key="plan.missing").set_value("locf").run()
    assert not app.exception
    plan = AnalysisPlan(stratifier="sex", missing="locf")
    assert plain(REGISTRY["responders"].function(cohort, plan).sentence) in spoken(app)


def test_a_reload_comes_back_to_the_registry_and_an_address_opens_no_more_than_the_button(
    folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = opened(open_app())
    app.button(key="registry.use").click().run()
    app.switch_page("pages/responders.py").run()
    app.selectbox(key="plan.stratifier").set_value("sex").run()
    address = {key: value if isinstance(value, str) else value[0] for key, value in app.query_params.items()}
    assert address["registry"] == "national" and "data" not in address
    again = open_app(**address)
    assert "Upload the same file" not in spoken(again)
    again.switch_page("pages/responders.py").run()
    assert plain(
        REGISTRY["responders"].function(read_cohort(MISSED, accept_missing=True), AnalysisPlan(stratifier="sex")).sentence
    ) in spoken(again)
    monkeypatch.setenv(registries.ROWS, "no")
    for name, why in (("national", "stay off the other pages"), ("../secret", "no such registry")):
        refused = open_app(registry=name)
        assert "aadash.loaded" not in refused.session_state, name
        assert why in spoken(refused), name


def test_the_code_shown_gives_the_numbers_of_the_registry(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    used = registries.in_use("national")
    expected = REGISTRY["responders"].function(used.cohort, AnalysisPlan(stratifier="sex"))
    assert expected.call is not None
    monkeypatch.chdir(folder / "offered")
    names: dict[str, object] = {}
    exec(code(expected.call, used.read_from), names)
    result = names["result"]
    assert isinstance(result, Result)
    pd.testing.assert_frame_equal(result.table, expected.table, check_exact=True)


@pytest.mark.parametrize("language", ["ko", "ja"])
def test_in_every_language(language: str, folder: Path, open_app: OpenApp) -> None:
    app = opened(open_app(lang=language))
    assert app.selectbox(key="registry.endpoint").value == "SALT75"


def test_rows_stay_off_the_other_pages_where_the_server_says_so(
    folder: Path, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(registries.ROWS, "no")
    app = opened(open_app())
    assert not [button for button in app.button if button.key == "registry.use"]
    assert "keeps the patients' rows off the other pages" in spoken(app)


def test_without_a_folder_nothing_is_offered(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(registries.FOLDER, raising=False)
    assert registries.offered() == {}
    monkeypatch.setenv(registries.FOLDER, "/no/such/folder")
    assert registries.offered() == {}


def test_a_table_that_is_none_is_refused(folder: Path, open_app: OpenApp) -> None:
    pd.DataFrame({"x": [1, 2, 3]}).to_parquet(folder / "offered" / "other.parquet")
    app = opened(open_app())
    app.selectbox(key="registry.name").set_value("other.parquet").run()
    assert not app.exception
    assert "cannot be read as a cohort" in app.error[0].value
