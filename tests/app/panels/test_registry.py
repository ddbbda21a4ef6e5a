"""The page of a registry: only what the server's folder holds, the numbers of the file, a sentence where counts do not suffice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.app.session import registries
from aadash.errors import SummaryError
from aadash.plan import AnalysisPlan
from tests.app.conftest import plain, spoken

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
    app = opened(open_app())
    assert "follow single patients" in spoken(app)
    app.selectbox(key="registry.question").set_value("time_to_response").run()
    assert not app.exception
    assert "makes up a patient for each that was counted" in spoken(app)
    app.selectbox(key="registry.question").set_value("responders").run()
    assert "makes up a patient" not in spoken(app)


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
