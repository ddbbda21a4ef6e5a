"""The home page: an upload is read, shown, decided about and used; it stays until it is removed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ..conftest import PAGES, ROOT, spoken
from ..uploading import CASES, case, upload, upload_files, use

OpenApp = Callable[..., AppTest]
CLEAN = b"code,sex,salt_w0,salt_w12,salt_w24\n0007,F,80,40,10\n0008,M,60,60,50\n0009,F,90,20,0\n0010,M,30,10,0\n"
DIRTY = CLEAN.replace(b"0008,M,60,60,50", b"0008,M,60,sixty,140")


def test_a_clean_file_is_used_on_every_page(open_app: OpenApp) -> None:
    app = use(upload(open_app(), "clinic.csv", CLEAN))
    assert not app.exception
    for page in PAGES:
        app.switch_page(page).run()
        assert not app.exception
        assert "4 patients" in spoken(app) or "In use: **clinic**" in spoken(app)  # a page of learning names the cohort
    assert len(app.query_params["data"]) == 12
    assert "clinic" not in repr(dict(app.query_params))


def test_what_was_read_stands_next_and_not_the_answer_of_a_sample(open_app: OpenApp) -> None:
    app = open_app()
    assert "For example" in spoken(app)
    assert "For example" not in spoken(upload(app, "clinic.csv", CLEAN))


def test_a_dirty_file_asks_before_anything_is_analysed(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", DIRTY)
    assert not app.exception
    said = spoken(app)
    assert "sixty" in said
    assert "140" in said
    button = next(b for b in app.button if b.label == "Use this cohort")
    assert button.disabled
    settle = next(b for b in app.button if b.label == "Set all such values missing")
    settle.click().run()
    use(app)
    assert not app.exception
    assert "Cohort in use" in spoken(app)
    assert app.session_state["aadash.loaded"].cohort.salt.loc["0008"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("empty.csv", b"", "empty"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + b"\0" * 400, ""),
        ("letter.csv", b"Dear colleague,\nplease find attached\n", ""),
        ("nobaseline.csv", b"id,salt_w12\n1,20\n2,30\n", "baseline"),
    ],
)
def test_what_is_no_cohort_is_refused_in_words(open_app: OpenApp, name: str, content: bytes, word: str) -> None:
    app = upload(open_app(), name, content)
    assert not app.exception
    said = " ".join(str(e.value) for e in [*app.error, *app.warning])
    assert len(said) > 20
    assert word in said
    buttons = [b for b in app.button if b.label == "Use this cohort"]
    assert all(b.disabled for b in buttons)


def test_the_ugly_sample_file_can_be_uploaded(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic_ugly.csv", (ROOT / "sample_data" / "clinic_ugly.csv").read_bytes())
    assert not app.exception
    assert "What was read" in spoken(app)


def test_a_pasted_table_is_read(open_app: OpenApp) -> None:
    app = open_app()
    app.segmented_control(key="home.way").set_value("Paste a table").run()
    app.text_area(key="home.paste").set_value(CLEAN.decode().replace(",", "\t")).run()
    next(b for b in app.button if b.label == "Read it").click().run()
    use(app)
    assert len(app.session_state["aadash.loaded"].cohort) == 4


@pytest.mark.parametrize("part", range(4))
def test_every_file_of_the_corpus_is_shown_or_refused_in_words(open_app: OpenApp, part: int) -> None:
    app = open_app()
    for name in CASES[part::4]:
        files, expected = case(name)
        upload_files(app, *files)
        assert not app.exception, name
        said = " ".join(str(e.value) for e in [*app.error, *app.warning]).replace("\\", "")
        if expected.get("refused"):
            assert all(word in said for word in expected["says"]), (name, said)
            assert all(b.disabled for b in app.button if b.label == "Use this cohort"), name
        else:
            assert any("What was read" in str(s.value) for s in app.header), (name, said)
            assert any(b.label == "Use this cohort" for b in app.button), name


@pytest.mark.parametrize(
    "content",
    [
        b"id,salt_w12\n1,20\n2,30\n",
        b"a,b,c\n1,2,3\n4,5,6\n7,8,9\n",
        b"code,salt_w0,salt_w12\n" + b"".join(b"%d,%d,%d\n" % (i % 3, 50 + i, 20 + i) for i in range(9)),
        b"id,visit date,salt\n1,Spring,80\n1,Autumn,40\n2,Spring,70\n2,Autumn,30\n",
        b"id,salt_w0,salt_w12\n1,800,400\n2,700,300\n",
        b"id,salt_w0,salt_w12\n1,S4,S2\n2,S3,S1\n",
        b"id,week,salt\n" + b"".join(b"%d,%d,%d\n" % (i // 2, 5000 + i, 50) for i in range(12)),
    ],
)
def test_a_refusal_stands_once(open_app: OpenApp, content: bytes) -> None:
    app = upload(open_app(), "clinic.csv", content)
    refusal = app.session_state["aadash.draft"].reading.refusal
    assert refusal
    assert spoken(app).replace("\\", "").count(refusal[:40]) == 1


@pytest.mark.parametrize(("language", "words"), [("ko", "환자 117명, 0–36주"), ("ja", "117例、0–36週")])
def test_what_a_sample_holds_is_told_in_the_language(open_app: OpenApp, language: str, words: str) -> None:
    """Within marks of Markdown the sentence was not found in the catalogue, and stood there in English."""
    app = open_app(lang=language).run()
    app.segmented_control(key="home.way").set_value("Sample cohort").run()
    assert any(words in m.value for m in app.markdown), [m.value for m in app.markdown][:12]
