"""Hands for tests of the upload: put files in, press what is labelled so, look at the upload."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from streamlit.testing.v1 import AppTest

from aadash.app.session.active import UploadDraft

CORPUS = Path(__file__).parent.parent / "intake_corpus" / "files"
CASES = sorted(p.name.removesuffix(".expected.json") for p in CORPUS.glob("*.expected.json"))


def upload_files(app: AppTest, *files: tuple[str, bytes]) -> AppTest:
    app.segmented_control(key="home.way").set_value("Upload a file").run()
    app.file_uploader[0].set_value([(name, content, "") for name, content in files]).run()
    return app


def upload(app: AppTest, name: str, content: bytes) -> AppTest:
    return upload_files(app, (name, content))


def press(app: AppTest, label: str) -> AppTest:
    next(b for b in app.button if b.label == label).click().run()
    assert not app.exception
    return app


def use(app: AppTest) -> AppTest:
    return press(app, "Use this cohort")


def unfold(app: AppTest, key: str) -> AppTest:
    app.session_state[f"fold.{key}"] = True
    return app.run()


def draft(app: AppTest) -> UploadDraft:
    found = app.session_state["aadash.draft"]
    assert found is not None
    return found


def case(name: str) -> tuple[list[tuple[str, bytes]], dict[str, Any]]:
    """The files of a case of the corpus, and what is expected of them."""
    expected = json.loads((CORPUS / f"{name}.expected.json").read_text(encoding="utf-8"))
    path = CORPUS / name
    return ([(f, (path / f).read_bytes()) for f in expected["files"]] if path.is_dir() else [(name, path.read_bytes())]), expected
