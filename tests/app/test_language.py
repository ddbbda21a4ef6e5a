"""The app in Korean and Japanese: chosen by the address, kept in it, switched without losing a choice."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
import streamlit
from streamlit.testing.v1 import AppTest

from aadash.app import spoken
from aadash.app.parts import files
from aadash.language import current, say, speaking
from tests.app.conftest import make

OpenApp = Callable[..., AppTest]
ROOT = Path(__file__).resolve().parents[2]


def _select(app: AppTest, key: str) -> object:
    return next(box for box in app.selectbox if box.key == key).value


def test_the_address_chooses_and_a_switch_keeps_every_choice(open_app: OpenApp) -> None:
    titles = {"ko": "몇 명이, 언제 반응합니까?", "ja": "何例が、いつ反応しますか?", "en": "How many respond, and when?"}
    for first, then in (("ko", "ja"), ("ja", "en"), ("en", "ko")):
        app = open_app(lang=first, cohort="korea_2025", endpoint="SALT50")
        app.button(key=f"language.{then}").click().run()
        assert not app.exception
        assert app.query_params.get("lang", "en") in (then, [then])
        app.switch_page("pages/responders.py").run()
        assert not app.exception
        assert app.title[0].value == titles[then]
        assert _select(app, "plan.endpoint") == "SALT50"


def test_the_files_own_words_stay(open_app: OpenApp) -> None:
    data = make({0: [80.0, 60.0, 90.0, 70.0], 12: [40.0, 50.0, 10.0, 20.0]}, Week=["Cohort", "Cohort", "Data", "Data"])
    app = open_app(data, lang="ko", stratifier="Week")
    app.switch_page("pages/responders.py").run()
    assert not app.exception
    drawn = " ".join(str(piece.proto.body) for piece in app.get("html"))
    drawn = re.sub(r"<dl>.*?</dl>", "", drawn, flags=re.DOTALL)  # the glossary's meanings speak of cohorts
    assert "Cohort" in drawn and "Data" in drawn and "코호트" not in drawn


def test_what_is_said_of_a_file_is_kept_by_its_session_alone(open_app: OpenApp) -> None:
    """What was translated holds words of the file, so it goes with the session and with the cohort."""
    data = make({0: [80.0, 60.0, 90.0, 70.0], 12: [40.0, 50.0, 10.0, 20.0]}, Ward=["East", "East", "West", "West"])
    app, other = open_app(data, lang="ko"), open_app(data, lang="ko")
    mine, theirs = app.session_state["aadash.speaker"][1], other.session_state["aadash.speaker"][1]
    assert mine is not theirs and {"Ward", "East", "West"} <= mine.own
    samples = open_app(lang="ko", cohort="korea_2025"), open_app(lang="ko", cohort="korea_2025")
    assert all("aadash.speaker" not in one.session_state for one in samples)


def test_a_bar_speaks_too(open_app: OpenApp) -> None:
    app = open_app(lang="ja", cohort="korea_2025", lesson="missing")
    app.switch_page("pages/lessons.py").run()
    assert not app.exception
    assert [bar.proto.text for bar in app.get("progress")] == ["レッスン4/10 · 6分 · ステップ1/3: 予想"]


def test_streamlit_is_used_by_way_of_what_translates() -> None:
    direct = [
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "aadash/app").rglob("*.py")
        if "import streamlit as st\n" in path.read_text(encoding="utf-8")
    ]
    assert direct == ["aadash/app/spoken.py"]


def test_a_file_that_is_made_when_asked_for_is_in_the_language_of_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Streamlit makes it in another thread, in which nobody has chosen a language."""
    given: list[Callable[[], tuple[str, str]]] = []
    monkeypatch.setattr(streamlit, "download_button", lambda label, data, *rest, **more: given.append(data))
    st = spoken._Spoken(streamlit)
    with speaking("ko"):
        st.download_button("Word", lambda: (current(), say("All patients")), "a.docx")
    st.download_button("Word", lambda: (current(), say("All patients")), "a.docx")
    with ThreadPoolExecutor(1) as pool:
        made = [pool.submit(function).result() for function in given]
        after = pool.submit(current).result()
    assert made[0][0] == "ko" and made[0][1] != "All patients" and made[1] == ("en", "All patients") and after == "en"


def test_a_table_of_a_page_as_word_and_excel_is_in_its_language() -> None:
    frame = pd.DataFrame({"Stratum": ["All patients"], "n": ["117"]})
    with speaking("ko"):
        word, excel = files._word("Response by visit", [("Response by visit", frame)], []), files._excel("T", [("T", frame)], [])
    with zipfile.ZipFile(io.BytesIO(word)) as archive:
        assert "전체 환자" in archive.read("word/document.xml").decode()
    cells = [cell.value for sheet in openpyxl.load_workbook(io.BytesIO(excel)) for row in sheet.iter_rows() for cell in row]
    assert "전체 환자" in cells


def _with_places() -> None:
    """A page that draws in places by their own functions."""
    from aadash.app.spoken import st
    from aadash.language import speak

    speak("ko")
    left, right = st.columns(2)
    left.button("Discard this file")
    with right:
        st.markdown("### Worth a look")
    place = st.empty()
    place.container().selectbox("Decide", ["Keep", "Set missing"])
    place.caption("Decided row by row.")


def test_what_a_column_or_container_draws_is_in_the_language_of_the_page() -> None:
    with speaking("ko"):
        expected = [say(text) for text in ("Discard this file", "### Worth a look", "Decided row by row.")]
    assert not {"Discard this file", "### Worth a look", "Decided row by row."} & set(expected)
    app = AppTest.from_function(_with_places).run()
    assert not app.exception
    assert [app.button[0].label, app.markdown[0].value, app.caption[0].value] == expected
