"""Text of a file that would load a picture, become a link or be set as a formula is shown as it stands, on every page."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.parts.markdown import plain

from .conftest import HOME, PAGES, make

PICTURE, FORMULA, LINK = "![i](http://192.0.2.1/x.png)", "cost $x^2$ and $y$", "[see](http://192.0.2.1)"
#: What Markdown acts on, unless a backslash stands before it.
ACTING = re.compile(r"(?<!\\)(!\[i|\[see|\]\(http|\$x\^2\$|\$y\$)|https?://192|http\\:\\?/")
COHORT = make(
    {
        0: [80.0, 60.0, 90.0, 55.0, 72.0, 66.0, 81.0, 93.0] * 5,
        12: [40.0, 50.0, 10.0, 5.0, 70.0, 20.0, 9.0, 30.0] * 5,
        24: [35.0, 45.0, 12.0, 0.0, 75.0, 10.0, 2.0, 31.0] * 5,
    },
    **{
        PICTURE: ["a", "b"] * 20,
        FORMULA: [PICTURE, FORMULA, LINK, "www.example.com"] * 10,
        f"{LINK} (mg $y$)": [float(i % 13) for i in range(40)],
    },
)


def acted_on(app: AppTest) -> Iterator[str]:
    """Every text of a page that Streamlit reads as Markdown."""
    for element in (*app.markdown, *app.caption, *app.title, *app.header, *app.subheader, *app.info, *app.warning, *app.error):
        yield element.value
    for kind in ("button", "selectbox", "multiselect", "number_input", "text_input", "checkbox", "toggle", "expander", "button_group"):
        for element in app.get(kind):
            yield getattr(element.proto, "label", "") or getattr(element, "label", "") or ""
            yield getattr(element.proto, "help", "") or ""
            if kind == "button_group":
                yield from (option.content for option in element.proto.options)


@pytest.mark.parametrize("page", [HOME, *PAGES])
@pytest.mark.parametrize("stratifier", [PICTURE, FORMULA])
def test_on_every_page(open_app: Callable[..., AppTest], page: str, stratifier: str) -> None:
    app = open_app(COHORT)
    app.session_state["aadash.plan"] = app.session_state["aadash.plan"].replace(stratifier=stratifier)
    app.switch_page(page).run()
    for control in [c for c in app.segmented_control if c.key and c.key.startswith("view.")]:
        for option in [o for o in control.options if o != control.value]:
            if control.key in [c.key for c in app.segmented_control]:
                app.segmented_control(key=control.key).set_value(option).run()
            assert not app.exception
            assert [text for text in acted_on(app) if ACTING.search(text)] == []
    assert [text for text in acted_on(app) if ACTING.search(text)] == []


@pytest.mark.parametrize(
    "text", ["http://a.example", "see https://a.example/x", "www.a.example", "who@a.example", "mailto:a@b.example"]
)
def test_an_address_does_not_become_a_link(text: str) -> None:
    # remark-gfm looks for these in text that is already unescaped
    shown = re.sub(r"\\(.)", r"\1", plain(text))
    assert not re.search(r"(?i)(https?://|www\.)[-.\w]|[-.\w+]+@[-\w]|mailto:\w", shown)
    assert shown.replace("\u2060", "") == text


def test_the_check_would_see_it() -> None:
    assert ACTING.search(PICTURE)
    assert ACTING.search(FORMULA)
    assert ACTING.search(LINK)
    assert not ACTING.search(plain(PICTURE))
    assert not ACTING.search(plain(FORMULA))
