"""A bundle opened in the app puts the session back as it was, or asks for the file that it was made from."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from aadash.app.session.bundles import waiting
from aadash.plan import AnalysisPlan
from aadash.report.bundle import MANIFEST
from tests.app.conftest import plain

from ..conftest import spoken
from ..upload.test_home import CLEAN
from ..upload.test_home import DIRTY as NUMBERED
from ..uploading import draft, press, upload, use

OpenApp = Callable[..., AppTest]
DIRTY = NUMBERED.replace(b"\n000", b"\nclinic-Q-")


def made(app: AppTest, with_data: bool = False) -> bytes:
    """A bundle of two sections, made on the report page."""
    app.switch_page("pages/report.py").run()
    app.multiselect(key="report.sections").set_value(["participants", "responders"]).run()
    app.text_area(key="report.comment.responders").set_value("Mine.").run()
    app.segmented_control(key="report.kind").set_value("zip").run()
    app.toggle(key="report.with_data").set_value(with_data).run()
    press(app, "Make the file")
    return app.session_state["report.made"][1]


def put_in(app: AppTest, archive: bytes) -> AppTest:
    app.switch_page("pages/report.py").run()
    uploader = next(u for u in app.file_uploader if u.key == "report.file")
    uploader.set_value([("old.zip", archive, "application/zip")]).run()
    assert not app.exception
    return app


def test_a_sample_comes_back_by_itself_with_everything_that_was_set(open_app: OpenApp) -> None:
    archive = made(open_app(cohort="korea_2025_missing", stratifier="sex", missing="nri"))
    app = open_app()
    upload(app, "report.zip", archive)
    assert not app.exception
    plan = app.session_state["aadash.plan"]
    assert (plan.stratifier, plan.missing) == ("sex", "nri") and app.session_state["aadash.loaded"].sample == "korea_2025_missing"
    app.switch_page("pages/report.py").run()
    assert app.multiselect(key="report.sections").value == ["participants", "responders"]
    assert app.text_area(key="report.comment.responders").value == "Mine."


def test_the_patients_come_back_where_the_bundle_holds_them(open_app: OpenApp) -> None:
    first = use(upload(open_app(), "clinic.csv", CLEAN))
    before = first.session_state["aadash.loaded"].cohort
    app = upload(open_app(), "report.zip", made(first, with_data=True))
    assert app.session_state["aadash.loaded"].cohort.fingerprint == before.fingerprint
    assert "4 patients" in spoken(app.switch_page("pages/responders.py").run())


def test_without_the_patients_the_file_is_asked_for_and_read_as_it_was(open_app: OpenApp) -> None:
    first = press(upload(open_app(), "clinic.csv", DIRTY), "Set all such values missing")
    use(first)
    before = first.session_state["aadash.loaded"].cohort.fingerprint
    archive = made(first)
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert json.loads(files.read(MANIFEST))["cohort"] == before
        assert not any(b"clinic-Q-" in files.read(n) for n in files.namelist())
    app = upload(open_app(), "report.zip", archive)
    assert plain(waiting(before)) in spoken(app) and "aadash.loaded" not in app.session_state
    upload(app, "another name.csv", DIRTY)
    assert draft(app).decisions.on_bad_value == "missing", "decided as it was, without a question"
    use(app)
    assert app.session_state["aadash.loaded"].cohort.fingerprint == before
    assert "the file that the bundle was made on, value for value" in spoken(app) and "waits for its file" not in spoken(app)


def test_another_file_is_told_and_the_waiting_can_be_ended(open_app: OpenApp) -> None:
    first = use(upload(open_app(), "clinic.csv", CLEAN))
    archive = made(first)
    app = upload(open_app(), "report.zip", archive)
    use(upload(app, "later.csv", CLEAN + b"0011,M,70,20,5\n"))
    assert "The bundle was made on another file" in spoken(app)
    app = upload(open_app(), "report.zip", archive)
    app.switch_page("pages/cohort.py").run()
    press(app, "Forget the bundle")
    assert "waits for its file" not in spoken(app)


def test_a_bundle_that_was_changed_is_told_and_nothing_is_opened(open_app: OpenApp) -> None:
    archive = made(open_app(cohort="tohoku_2025"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"{}" if name == "plan.json" else old.read(name))
    app = upload(open_app(), "report.zip", out.getvalue())
    assert not app.exception and "manifest" in spoken(app) and "aadash.loaded" not in app.session_state


def test_the_same_report_for_a_later_cohort_in_one_press(open_app: OpenApp) -> None:
    first = use(upload(open_app(), "clinic.csv", CLEAN))
    first.session_state["aadash.plan"] = AnalysisPlan(stratifier="sex")
    archive = made(first)
    later = use(upload(open_app(), "later.csv", CLEAN + b"0011,M,70,20,5\n0012,F,70,60,5\n"))
    put_in(later, archive)
    assert "made from another cohort" in spoken(later) and "No number is in both" in spoken(later)
    assert "Against the plan and the sections in use now" in spoken(later), "not the plan of the bundle"
    press(later, "Make it again: its plan, this cohort")
    assert later.session_state["aadash.plan"].stratifier == "sex"
    with zipfile.ZipFile(io.BytesIO(later.session_state["report.made"][1])) as files:
        rows = list(csv.DictReader(io.StringIO(files.read("changes.csv").decode("utf-8-sig"))))
        assert json.loads(files.read(MANIFEST))["patients"] == 6
    counts = [(float(r["old"]), float(r["new"])) for r in rows if r["analysis"] == "participants" and r["stat_name"] == "n_enrolled"]
    assert (4.0, 6.0) in counts
