"""The page of the paper check: the example, a pasted table, a form, and text that nobody should paste; with and without a cohort."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ..conftest import DEGENERATE, spoken

OpenApp = Callable[..., AppTest]
PAGE = "pages/paper_check.py"


def opened(app: AppTest) -> AppTest:
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def own(app: AppTest, text: str) -> AppTest:
    opened(app).segmented_control(key="papercheck.which").set_value("A table of yours").run()
    app.text_area(key="papercheck.text").set_value(text).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("cohort", [None, "korea_2025", *DEGENERATE])
def test_the_example_is_there_whatever_cohort_is_loaded(open_app: OpenApp, cohort: str | None) -> None:
    app = open_app(DEGENERATE[cohort]) if cohort in DEGENERATE else open_app(cohort=cohort) if cohort else open_app()
    said = spoken(opened(app))
    for word in ("119", "104", "697", "of 75", "would explain it"):
        assert word in said


def test_a_pasted_table_is_read_and_checked(open_app: OpenApp) -> None:
    app = own(open_app(), "Table 1\nSex\tAll (n = 117)\nMale\t54 (46.2)\nFemale\t63 (53.8)")
    assert "No doubt" in spoken(app)
    app.text_area(key="papercheck.text").set_value("Table 1\nSex\tAll (n = 117)\nMale\t54 (47.0)\nFemale\t63 (53.8)").run()
    assert "54 of 117 is 46.2" in spoken(app).replace("\\", "")


def test_nothing_pasted_says_what_to_do(open_app: OpenApp) -> None:
    assert "No number was read yet" in spoken(own(open_app(), ""))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>\t54 (47.0)\n[x](javascript:alert(1))\t5 (5.0)",
        "=1+1\t$5$ (5)",
        "a\t" + "9" * 3000,
        "\u202e\t5 (50)",
        "x\n" * 2500,
    ],
)
def test_hostile_text(open_app: OpenApp, text: str) -> None:
    app = own(open_app(), text)
    for shown in [m.value for m in app.markdown]:
        assert "<script>" not in shown


def test_the_example_can_be_changed(open_app: OpenApp) -> None:
    app = opened(open_app())
    app.button(key="papercheck.copy").click().run()
    assert not app.exception and "119" in spoken(app) and "697" in spoken(app)
    app.text_area(key="papercheck.results").set_value("").run()
    assert "697" not in spoken(app)


def test_what_is_pasted_is_in_no_link(open_app: OpenApp) -> None:
    app = own(open_app(), "Secret draft (n = 10)\tn (%)\nMale\t5 (50.0)")
    assert "Secret" not in str(dict(app.query_params)) and "5 (50.0)" not in str(dict(app.query_params))


def test_values_of_a_mean_are_shown_as_an_example(open_app: OpenApp) -> None:
    app = own(open_app(), "Table 1\nMeasure\tAll (n = 20)\nDLQI, mean ± SD\t3.45 ± 1.19")
    app.selectbox(key="papercheck.step").set_value("Whole numbers").run()
    assert not app.exception and "No doubt" in spoken(app)
    app.text_area(key="papercheck.text").set_value("Table 1\nMeasure\tAll (n = 20)\nDLQI, mean ± SD\t3.47 ± 1.19").run()
    assert "cannot have a mean of 3" in spoken(app).replace("\\", "")
