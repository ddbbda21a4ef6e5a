"""The guide for clinicians stays true: every page, control, file format and picture that it names exists."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.session.registries import FOLDER
from aadash.app.shell.page import PAGES
from aadash.intake.read import packedtable
from aadash.report import html

from .conftest import ROOT

OpenApp = Callable[..., AppTest]
GUIDE = (ROOT / "docs" / "GUIDE.md").read_text(encoding="utf-8")
LANGUAGES = ("English", "한국어", "日本語")
#: Words in bold that begin a step and name no page.
STEPS = re.compile(r"[.。]$|^Make|^Choose|^Read|^Open|^bold$")


def chapter(language: str) -> str:
    """The part of the guide in a language."""
    return re.split(r"^## |^---", GUIDE.split(f"## {language}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def pages_named(text: str) -> set[str]:
    return {name for name in re.findall(r"\*\*(.+?)\*\*", text) if re.fullmatch(r"[A-Za-z0-9' ]+", name) and not STEPS.search(name)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_that_is_named_exists(language: str) -> None:
    labels = {page.label for page in PAGES}
    named = pages_named(chapter(language))
    assert len(named) >= 9 and named <= labels, named - labels


def labels_of(app: AppTest) -> Iterator[str]:
    for kind in (app.selectbox, app.button, app.segmented_control, app.text_input, app.file_uploader):
        for element in kind:
            yield str(element.label)
            yield from map(str, getattr(element, "options", ()))


def test_every_control_that_is_named_exists(open_app: OpenApp, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pd.read_csv(ROOT / "sample_data" / "korea_2025.csv").to_parquet(tmp_path / "national.parquet")
    app = open_app()
    seen = set(labels_of(app))
    app.file_uploader[0].set_value([("a.csv", b"code,sex,salt_w0,salt_w12\n1,F,80,40\n2,M,60,60\n", "")]).run()
    seen |= set(labels_of(app))
    app = open_app(cohort="korea_2025").switch_page("pages/responders.py").run()
    seen |= set(labels_of(app))
    monkeypatch.setenv(FOLDER, str(tmp_path))
    seen |= set(labels_of(open_app().switch_page("pages/registry.py").run()))
    assert ">Copy</button>" in html.table(app.session_state["aadash.loaded"].cohort.patients.head(1).astype(str))
    named = set(re.findall(r"`([^`]+)`", GUIDE)) - {"letters like these", "Copy"}
    assert len(named) >= 7 and named <= seen, named - seen


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_format_that_is_named_is_read(language: str) -> None:
    named = re.findall(r"(?<!\w)(\.[a-z]{3,7})\b", chapter(language).split("\n2. ")[0])
    source = (ROOT / "aadash" / "intake" / "read" / "packedtable.py").read_text(encoding="utf-8")
    assert packedtable.__name__ and len(set(named)) == 8
    assert all(f'"{end}"' in source for end in named), named


def test_the_languages_say_the_same_and_the_pictures_are_there() -> None:
    assert pages_named(chapter("English")) == pages_named(chapter("한국어")) == pages_named(chapter("日本語"))
    for text in (GUIDE, (ROOT / "README.md").read_text(encoding="utf-8").replace("docs/", "")):
        pictures = re.findall(r"(?:\(|\")(pictures/\w+\.png)", text)
        assert pictures, "pictures show what it is"
        for picture in pictures:
            path = ROOT / "docs" / picture
            assert path.read_bytes()[:4] == b"\x89PNG" and path.stat().st_size < 250_000, picture
