"""The app under AppTest, with a cohort put in its session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from aadash.app.parts import markdown
from aadash.app.session.active import ActiveCohort
from aadash.cohort import Cohort

ROOT = Path(__file__).resolve().parents[2]
HOME = "pages/cohort.py"
#: Pages that are the same with any cohort or none.
WITHOUT = ("glossary", "simulator", "classroom", "paper_check", "hospitals", "registry")
#: The pages that need a cohort.
PAGES = sorted(f"pages/{p.name}" for p in (ROOT / "pages").glob("*.py") if p.stem not in ("cohort", *WITHOUT))


def make(salt: dict[int, list[float]], **facts: list) -> Cohort:
    """A small cohort from columns."""
    frame = pd.DataFrame(salt)
    frame.index = pd.Index([f"P{i}" for i in range(len(frame))])
    return Cohort(pd.DataFrame(facts, index=frame.index), frame, "test cohort", {r: r for r in ("sex", "subtype") if r in facts})


NAN = float("nan")
DEGENERATE: dict[str, Cohort] = {
    "one patient": make({0: [80.0], 12: [40.0], 24: [20.0]}, sex=["female"]),
    "one visit": make({0: [80.0, 60.0, 30.0]}, sex=["female", "male", "male"]),
    "one level": make({0: [80.0, 60.0, 90.0], 12: [40.0, 50.0, 10.0]}, sex=["female"] * 3),
    "all baseline zero": make({0: [0.0, 0.0, 0.0], 12: [0.0, 10.0, 5.0], 24: [0.0, 0.0, 5.0]}, sex=["f", "m", "m"]),
    "all missing at the last visit": make(
        {0: [80.0, 60.0, 30.0, 20.0], 12: [40.0, 50.0, 10.0, 20.0], 24: [NAN] * 4}, sex=["f", "f", "m", "m"]
    ),
    "nobody with a baseline": make({0: [NAN, NAN], 12: [40.0, 50.0]}, sex=["f", "m"]),
    "nothing recorded": make({0: [NAN, NAN], 12: [NAN, NAN]}, sex=[None, None]),
    "nobody changes": make({0: [50.0, 60.0, 70.0, 20.0], 12: [50.0, 60.0, 70.0, 20.0]}, sex=["f", "f", "m", "m"]),
    "awkward names": make(
        {0: [80.0, 60.0, 30.0, 20.0], 12: [40.0, 50.0, 10.0, 20.0]},
        **{"a.b[c]'d": ["<b>x</b>", "$y$ :red[z]", "<b>x</b>", "$y$ :red[z]"]},
    ),
    "many patients": make({0: list(np.linspace(10, 100, 2000)), 12: list(np.linspace(0, 90, 2000))}, sex=["f", "m"] * 1000),
}


@pytest.fixture(scope="session", autouse=True)
def installed_once() -> Iterator[None]:
    """Each AppTest asks all of what is installed for components of Streamlit: a third of a second, which took longer than the page."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture
def open_app(monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Run the app's home once, with a cohort or a sample in its session if one is given."""
    monkeypatch.delenv("AADASH_COHORT", raising=False)

    def start(data: Cohort | None = None, /, **params: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
        for key, value in params.items():
            app.query_params[key] = value
        app.run()
        if data is not None:
            app.session_state["aadash.loaded"] = ActiveCohort(data, "test.csv")
        if data is not None or not params:
            app.run()  # the first run is known by the script's name, later ones by the page's: a change between would be lost
        return app

    return start


class _Text(HTMLParser):
    """The text of a piece of HTML, and the cells of its tables, row by row."""

    def __init__(self) -> None:
        super().__init__()
        self.text: list[str] = []
        self.rows: list[list[str]] = []
        self._style = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._style = tag in ("style", "script")
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._style = False
        if tag in ("div", "dd", "dt", "tr", "span", "td", "th"):
            self.text.append(" ")

    def handle_data(self, data: str) -> None:
        if self._style:
            return
        self.text.append(data)
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def _parsed(app: AppTest) -> list[_Text]:
    out = []
    for element in app.get("html"):
        out.append(_Text())
        out[-1].feed(element.proto.body)
    return out


def tables(app: AppTest) -> list[pd.DataFrame]:
    """Every table on the page; those that are HTML hold text only, and nothing beside the head of a group."""
    written = [
        pd.DataFrame([[*r, *[""] * (len(t.rows[0]) - len(r))] for r in t.rows[1:]], columns=t.rows[0]) for t in _parsed(app) if t.rows
    ]
    return [*(t.value for t in (*app.dataframe, *app.table)), *written]


def says_something(app: AppTest) -> bool:
    """Whether the page says more than its title and whom it is about, and no number that is none."""
    rest = spoken(app).replace(str(app.title[0].value), "").strip()
    return len(rest) > 80 and "nan" not in rest.lower().replace(",", " ").split()


def plain(text: object) -> str:
    """A text as Markdown, with the spaces at which no line breaks as any others."""
    return markdown.plain(text).replace("\u00a0", " ")


def spoken(app: AppTest) -> str:
    """Everything the page says, in one string, as Markdown; tables apart."""
    parts = [*app.title, *app.header, *app.subheader, *app.markdown, *app.caption, *app.info, *app.warning, *app.error]
    said = "\n".join([*(str(p.value) for p in parts), *(plain("".join(t.text)) for t in _parsed(app) if not t.rows)])
    return said.replace("\u00a0", " ")
