"""Uploads that take a while: their time, a second file that comes meanwhile, and the way to stop."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from aadash.app.session.active import PendingUpload
from aadash.intake.isolated import ReadingJob

from ..conftest import spoken
from ..uploading import draft, press, upload, upload_files

OpenApp = Callable[..., AppTest]
FIRST = b"code,sex,salt_w0,salt_w12\n0007,F,80,40\n0008,M,60,50\n0009,F,90,20\n"
SECOND = b"code,age\n0007,30\n0008,40\n0009,50\n"


def held(monkeypatch: pytest.MonkeyPatch) -> list[ReadingJob]:
    """Jobs that seem not to be done until they are let go on."""
    jobs: list[ReadingJob] = []
    wait = ReadingJob.wait

    def slow(self: ReadingJob, seconds: float | None = None) -> bool:
        if self not in jobs:
            jobs.append(self)
            return False
        return wait(self, seconds)

    monkeypatch.setattr(ReadingJob, "wait", slow)
    return jobs


def test_what_takes_long_shows_its_time_and_is_read(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = held(monkeypatch)
    app = upload(open_app(), "clinic.csv", FIRST)
    assert len(jobs) == 1
    assert not app.exception
    assert len(draft(app).reading.accepted()) == 3
    assert "aadash.pending" not in app.session_state


def test_a_second_file_that_comes_meanwhile_is_read_with_the_first(open_app: OpenApp) -> None:
    app = open_app()
    app.segmented_control(key="home.way").set_value("Upload a file").run()
    app.session_state["aadash.pending"] = PendingUpload.of(("first.csv", FIRST))
    app.file_uploader[0].set_value([("second.csv", SECOND, "")]).run()
    assert not app.exception
    assert [name for name, _ in draft(app).sources] == ["first.csv", "second.csv"]
    assert "age" in draft(app).reading.accepted().patients
    assert "read together" in spoken(app)


def test_reading_can_be_stopped(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_app()
    app.segmented_control(key="home.way").set_value("Upload a file").run()
    pending = PendingUpload.of(("first.csv", FIRST))
    app.session_state["aadash.pending"] = pending
    looks = iter([False])

    def endless(self: ReadingJob, seconds: float | None = None) -> bool:
        return next(looks)  # the run ends in the middle of the second look, as it does when a button is pressed

    monkeypatch.setattr(ReadingJob, "wait", endless)
    app.run()
    monkeypatch.undo()
    press(app, "Stop reading")
    assert "aadash.pending" not in app.session_state
    assert pending.job.wait(60)
    assert "aadash.draft" not in app.session_state
    assert "was stopped" in spoken(app)


def test_of_files_of_which_one_cannot_be_read_it_is_said_that_none_was_taken(open_app: OpenApp) -> None:
    app = upload_files(open_app(), ("clinic.csv", FIRST), ("photo.jpg", bytes(range(256)) * 9))
    said = spoken(app).replace("\\", "")
    assert "photo.jpg: This is not text" in said and "None of the 2 files was taken" in said
