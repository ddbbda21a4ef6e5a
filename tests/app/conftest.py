"""The app under AppTest, with a cohort put in its session."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.uploads import Loaded
from aadash.cohort import Cohort

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(f"pages/{p.name}" for p in (ROOT / "pages").glob("*.py"))


def make(salt: dict[int, list[float]], **facts: list) -> Cohort:
    """A small cohort from columns."""
    frame = pd.DataFrame(salt)
    frame.index = pd.Index([f"P{i}" for i in range(len(frame))])
    return Cohort(pd.DataFrame(facts, index=frame.index), frame, "test cohort",
                  {r: r for r in ("sex", "subtype") if r in facts})


NAN = float("nan")
DEGENERATE: dict[str, Cohort] = {
    "one patient": make({0: [80.0], 12: [40.0], 24: [20.0]}, sex=["female"]),
    "one visit": make({0: [80.0, 60.0, 30.0]}, sex=["female", "male", "male"]),
    "one level": make({0: [80.0, 60.0, 90.0], 12: [40.0, 50.0, 10.0]}, sex=["female"] * 3),
    "all baseline zero": make({0: [0.0, 0.0, 0.0], 12: [0.0, 10.0, 5.0], 24: [0.0, 0.0, 5.0]}, sex=["f", "m", "m"]),
    "all missing at the last visit": make({0: [80.0, 60.0, 30.0, 20.0], 12: [40.0, 50.0, 10.0, 20.0], 24: [NAN] * 4},
                                          sex=["f", "f", "m", "m"]),
    "nobody with a baseline": make({0: [NAN, NAN], 12: [40.0, 50.0]}, sex=["f", "m"]),
    "nothing recorded": make({0: [NAN, NAN], 12: [NAN, NAN]}, sex=[None, None]),
    "nobody changes": make({0: [50.0, 60.0, 70.0, 20.0], 12: [50.0, 60.0, 70.0, 20.0]}, sex=["f", "f", "m", "m"]),
    "awkward names": make({0: [80.0, 60.0, 30.0, 20.0], 12: [40.0, 50.0, 10.0, 20.0]},
                          **{"a.b[c]'d": ["<b>x</b>", "$y$ :red[z]", "<b>x</b>", "$y$ :red[z]"]}),
    "many patients": make({0: list(np.linspace(10, 100, 2000)), 12: list(np.linspace(0, 90, 2000))},
                          sex=["f", "m"] * 1000),
}


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run the app's home once, with a cohort or a sample in its session if one is given."""
    monkeypatch.delenv("AADASH_COHORT", raising=False)

    def start(data: Cohort | None = None, **params: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in params.items():
            app.query_params[key] = value
        app.run()
        if data is not None:
            app.session_state["aadash.loaded"] = Loaded(data, "test.csv")
            app.run()
        return app

    return start


def spoken(app: AppTest) -> str:
    """Everything the page says, in one string."""
    parts = [*app.title, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    return "\n".join(str(p.value) for p in parts)
