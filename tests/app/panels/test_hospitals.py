"""The page of many hospitals: a cohort saved as sums, several opened, what is refused, and what a key opens."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from aadash import read_cohort
from aadash.analyses import REGISTRY
from aadash.plan import AnalysisPlan
from aadash.summaries import SUFFICES, from_json, summarise, to_json
from aadash.summaries.sealed import new_key, seal, unseal
from aadash.views.hospitals import PICTURE
from tests.app.conftest import DEGENERATE, spoken

OpenApp = Callable[..., AppTest]
PAGE = "pages/hospitals.py"
WHOLE = read_cohort("sample_data/korea_2025_missing.csv", accept_missing=True)
#: The median of these is another one in each hospital: pooled, they make no subgroups, and the page says so.
CUT = ("age", "age_at_onset", "disease_duration_months")
ALIKE = dataclasses.replace(
    WHOLE, patients=WHOLE.patients.drop(columns=list(CUT)), roles={k: v for k, v in WHOLE.roles.items() if v not in CUT}
)
#: Questions of each kind that are answered by a table alone; what all of them answer is in tests/summaries/test_same_result.py.
WITHOUT_PICTURE = ("baseline", "mixed_anova", "subgroups_response", "subgroup_chance", "predictors")
DEAL = np.random.default_rng(4).integers(0, 3, len(WHOLE))


@cache
def file(i: int) -> tuple[str, bytes, str]:
    """The sums of one of three hospitals."""
    made = summarise(WHOLE.subset(i == DEAL), AnalysisPlan(), centre=f"Hospital {i + 1}", minimum=1)
    return f"h{i}.json", to_json(made).encode(), ""


def opened(app: AppTest) -> AppTest:
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def given(app: AppTest, *files: tuple[str, bytes, str]) -> AppTest:
    opened(app).file_uploader[0].set_value(list(files)).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("cohort", [None, *DEGENERATE])
def test_any_cohort_or_none(open_app: OpenApp, cohort: str | None) -> None:
    app = opened(open_app(DEGENERATE[cohort]) if cohort else open_app())
    assert ("No cohort is in use" in spoken(app)) == (cohort is None)


def test_the_cohort_in_use_is_saved(open_app: OpenApp) -> None:
    app = opened(open_app(cohort="korea_2025"))
    assert "No patient's row is in the file" in spoken(app) and "single patients" not in spoken(app)
    assert app.get("download_button")[0].proto.url.endswith(".json")
    app.number_input(key="hospitals.minimum").set_value(1).run()
    assert "values of single patients can be read in the file" in spoken(app)
    private, public = new_key()
    app.text_input(key="hospitals.public").set_value("no key").run()
    assert "This is no key" in app.error[0].value
    app.text_input(key="hospitals.public").set_value(public).run()
    assert not app.exception
    assert not app.error
    assert private != public


def test_three_hospitals_give_what_the_rows_give(open_app: OpenApp) -> None:
    app = given(open_app(), *map(file, range(3)))
    said = spoken(app)
    assert said.index("Do the hospitals differ?") < said.index("All hospitals together"), "differences come first"
    for one in (r"At week \d+ the hospitals (do not )?differ", r"between the 3 hospitals"):
        assert re.search(one, said), one
    assert not re.findall(r".{0,60}the (?:3 )?strata.{0,60}", said), "hospitals are no strata to those who compare them"
    for i in range(3):
        assert f"Hospital {i + 1}" in said
    assert "SALT≤20" in app.selectbox(key="hospitals.endpoint").options
    app.selectbox(key="hospitals.split").set_value("severity").run()
    assert {*PICTURE, *WITHOUT_PICTURE} <= set(SUFFICES)
    for name in (*PICTURE, *WITHOUT_PICTURE):
        app.selectbox(key="hospitals.question").set_value(name).run()
        assert not app.exception, name
        if name != "baseline":
            cut = "Not among these subgroups: age, age_at_onset and disease_duration_months" in spoken(app).replace("\\", "")
            assert cut == name.startswith("subgroup"), name
            result = REGISTRY[name].function(
                ALIKE if cut else WHOLE, AnalysisPlan(endpoint=app.selectbox(key="hospitals.endpoint").value)
            )
            assert result.sentence in spoken(app).replace("\\", ""), name


def test_what_is_refused_is_said_and_the_others_are_opened(open_app: OpenApp) -> None:
    altered = file(1)[1].replace(b'"n":', b'"n":9', 1)
    app = given(open_app(), file(0), ("altered.json", altered, ""), ("other.json", b"{}", ""))
    assert [e.value.replace("\\", "").partition(":")[0] for e in app.error] == ["altered.json", "other.json"]
    assert "Hospital 1" in spoken(app)
    app = given(open_app(), file(0), file(0))
    assert "name of its own" in app.error[0].value


def test_an_encrypted_summary_needs_its_key(open_app: OpenApp) -> None:
    private, public = new_key()
    app = given(open_app(), ("h0.summary", seal(file(0)[1], public), ""))
    assert "encrypted" in app.error[0].value
    app.text_input(key="hospitals.private").set_value(new_key()[0]).run()
    assert "cannot be opened with this key" in app.error[0].value
    app.text_input(key="hospitals.private").set_value(private).run()
    assert not app.error
    assert "Hospital 1" in spoken(app)
    assert from_json(unseal(seal(file(0)[1], public), private)).centre == "Hospital 1"


def test_what_was_suppressed_is_said(open_app: OpenApp) -> None:
    small = [
        (f"h{i}.json", to_json(summarise(WHOLE.subset(i == DEAL), AnalysisPlan(), centre=f"Hospital {i + 1}")).encode(), "")
        for i in range(2)
    ]
    app = given(open_app(), *small)
    words = spoken(app)
    assert words.count("later value were suppressed") == 1, "once, though three questions are asked, and of no “this summary” of two"
    assert "this summary" not in words and "for the reason above" in words
    assert "All columns that were counted" not in words
