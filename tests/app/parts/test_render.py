"""What stands behind a fold: computed when it is opened, and again from the cache."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ..conftest import spoken

OpenApp = Callable[..., AppTest]
FOLDS = {
    "Since baseline": {
        "fold.bootstrap.change_from_baseline": "bootstrap gives",
        "fold.rules.change_from_baseline": "estimate runs from",
        "fold.checks.change_from_baseline": "",
        "fold.code.change_from_baseline": "",
    },
    "Between strata": {
        "fold.bootstrap.between_strata": "bootstrap gives",
        "fold.equal.between_strata": "equivalent within",
        "fold.rules.between_strata": "estimate runs from",
        "fold.others.between_strata": "",
    },
    "Responders": {
        "fold.repeated": "Over all visits the odds",
        "fold.equal.responders_between": "equivalent within",
        "fold.rules.responders_between": "estimate runs from",
    },
    "Stratum × week": {
        "fold.simple": "strata differ",
        "fold.pooled": "with each patient counted once",
        "fold.rules.mixed_anova": "reported as such",
    },
}


@pytest.mark.parametrize("question", FOLDS)
def test_folds_of_the_comparisons_page(open_app: OpenApp, question: str) -> None:
    app = open_app(cohort="korea_2025_missing").switch_page("pages/comparisons.py").run()
    app.segmented_control(key="view.comparisons").set_value(question).run()
    closed = spoken(app)
    for key, words in FOLDS[question].items():
        assert not words or words not in closed, f"{key} is computed while it is closed"
        app.session_state[key] = True
    app.run()
    for _ in range(2):  # the second time from the cache
        assert not app.exception
        said = spoken(app).replace("\\", "")
        for key, words in FOLDS[question].items():
            assert words in said, key
        app.run()


def test_points_of_several_strata_say_whose_they_are(open_app: OpenApp) -> None:
    """The quantile plot of five strata had five colours and no key."""
    app = open_app(cohort="korea_2025", stratifier="subtype").switch_page("pages/comparisons.py").run()
    app.segmented_control(key="view.comparisons").set_value("Between strata").run()
    app.session_state["fold.checks.between_strata"] = True
    keys = [e.proto.body for e in app.run().get("html") if "aadash-legend" in e.proto.body]
    assert not app.exception and any("patchy (n" in key and "universalis (n" in key for key in keys)
