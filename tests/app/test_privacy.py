"""The statement of where data live, as far as it can be tested: memory of this session, nowhere else, gone when removed."""

from __future__ import annotations

import ast
import gc
import sys
import tempfile
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.testing.v1 import AppTest

from aadash.app.session import cache
from aadash.app.session.samples import load_sample, sample_of
from aadash.cohort import Cohort
from aadash.intake import export_csv
from aadash.intake.isolated import pool

from .conftest import HOME, PAGES, ROOT, spoken, tables
from .panels.test_data_quality import printed
from .uploading import case, draft, press, unfold, upload, upload_files, use

OpenApp = Callable[..., AppTest]
SECRETS = ("Minji", "Jiwoo", "Sora", "Yuna", "1990-01-02", "010-1234-5678", "900102-2345678", "minji@example.org")
PERSONAL = (
    b"code,Name,Birth date,Phone,RRN,E-mail,sex,salt_w0,salt_w12\n"
    b"0007,Kim Minji,1990-01-02,010-1234-5678,900102-2345678,minji@example.org,F,80,40\n"
    b"0008,Lee Jiwoo,1988-03-04,010-1234-5679,880304-2345679,jiwoo@example.org,F,60,140\n"
    b"0009,Park Sora,1979-05-06,010-1234-5680,790506-2345670,sora@example.org,M,90,20\n"
    b"0010,Choi Yuna,1966-07-08,010-1234-5681,660708-2345671,yuna@example.org,F,50,10\n"
)


def everything(value: Any, seen: set[int] | None = None) -> Iterator[str]:
    """All text that can be reached from a value."""
    seen = set() if seen is None else seen
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, (bytes, bytearray)):
        yield value.decode("utf-8", "replace")
    elif isinstance(value, (pd.DataFrame, pd.Series)):
        yield value.to_csv()
    elif isinstance(value, Mapping):
        for k, v in value.items():
            yield str(k)
            yield from everything(v, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for v in value:
            yield from everything(v, seen)
    elif is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            yield from everything(getattr(value, f.name), seen)
    else:
        yield str(value)


def session(app: AppTest) -> str:
    return "\n".join(everything(app.session_state.to_dict()))


def in_view(app: AppTest) -> str:
    """What the page says and shows, tables and controls included."""
    shown = "\n".join(t.to_csv() for t in tables(app))
    controls = repr(
        [
            [getattr(w, "options", ""), w.label, w.value]
            for w in (*app.selectbox, *app.multiselect, *app.text_input, *app.segmented_control, *app.number_input)
        ]
    )
    return "\n".join((spoken(app), shown, controls, repr(dict(app.query_params))))


def hidden(text: str) -> bool:
    return not any(secret in text for secret in SECRETS)


def test_what_identifies_is_told_and_reaches_nothing_on_screen(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", PERSONAL)
    assert "Left out, as they identify a person: Name, Birth date, Phone, RRN, E\\-mail" in spoken(app)
    for key in ("column", "log", "first", "notes", f"{draft(app).reading.open_problems[0].key}|1"):
        unfold(app, key)
    for column in ("Name", "Phone"):
        next(s for s in app.selectbox if s.label == "Column").select(column).run()
        assert hidden(in_view(app)), column
    assert "minji@example.org" in session(app), "while it is looked at, the file itself is kept, as is said"


def test_what_identifies_is_gone_from_memory_once_the_cohort_is_used(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", PERSONAL)
    app.segmented_control[1].set_value("set missing").run()
    use(app)
    assert hidden(session(app))
    for page in (HOME, *PAGES):
        app.switch_page(page).run()
        assert not app.exception
        assert hidden(in_view(app)), page
    assert hidden(session(app))
    app.switch_page("pages/data_quality.py").run()
    app.segmented_control(key="view.quality").set_value("What is odd").run()
    assert hidden(in_view(app))
    assert "upload it again" in spoken(app)
    loaded = app.session_state["aadash.loaded"]
    assert hidden(printed(loaded))
    assert hidden(export_csv(loaded.cohort).decode())


def test_streamlits_own_copy_of_an_upload_is_let_go(open_app: OpenApp, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    monkeypatch.setattr(MemoryUploadedFileManager, "remove_file", lambda self, session_id, file_id: gone.append(file_id))
    upload_files(open_app(), ("a.csv", PERSONAL), ("b.csv", b"code,age\n0007,30\n0008,40\n0009,50\n"))
    assert len(set(gone)) == 2


def test_only_the_user_can_keep_what_identifies(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", PERSONAL)
    app.pills(key="home.personal").set_value(["Name"]).run()
    assert "Kept although it identifies a person: Name" in spoken(app)
    assert "Kim Minji" in draft(app).reading.draft.patients["Name"].tolist()
    assert "RRN" not in draft(app).reading.table
    app.pills(key="home.personal").set_value([]).run()
    assert "Name" not in draft(app).reading.table


def test_a_code_that_identifies_is_replaced_unless_the_user_keeps_it(open_app: OpenApp) -> None:
    app = upload(open_app(), "clinic.csv", b"MRN,salt_w0,salt_w12\n8812345,80,40\n8812346,60,30\n8812347,90,20\n")
    assert list(draft(app).reading.draft.salt.index) == ["P01", "P02", "P03"]
    keep = app.segmented_control(key="home.decide.code_replaced|MRN|1").set_value("keep").run().segmented_control
    assert list(draft(app).reading.draft.salt.index) == ["8812345", "8812346", "8812347"]
    keep(key="home.decide.code_replaced|MRN|1").set_value(None).run()
    assert list(draft(app).reading.draft.salt.index) == ["P01", "P02", "P03"]


RECORDED: list[str] = []
RECORDING = [False]


def _hook(event: str, arguments: tuple) -> None:
    """Writes and connections, while recording. An audit hook cannot be taken out again; it can be idle."""
    if not RECORDING[0]:
        return
    if event == "open":
        path, mode, flags = arguments
        writes = (isinstance(mode, str) and any(c in mode for c in "wax+")) or bool(isinstance(flags, int) and flags & 3)
        if writes and "__pycache__" not in str(path) and not isinstance(path, int):
            RECORDED.append(f"{path} opened to write")
    elif event in (
        "os.mkdir",
        "os.rename",
        "os.link",
        "os.symlink",
        "socket.connect",
        "socket.sendto",
        "subprocess.Popen",
        "tempfile.mkstemp",
        "sqlite3.connect",
    ):
        RECORDED.append(f"{event} {arguments}")


@pytest.fixture
def recorded() -> Iterator[list[str]]:
    """What is written or sent while the test runs."""
    if _hook not in _HOOKED:
        sys.addaudithook(_hook)
        _HOOKED.append(_hook)
    RECORDED.clear()
    RECORDING[0] = True
    yield RECORDED
    RECORDING[0] = False


_HOOKED: list[object] = []


def test_the_record_would_show_a_write(recorded: list[str], tmp_path: Path) -> None:
    (tmp_path / "written.csv").write_bytes(PERSONAL)
    assert any("written.csv" in line for line in recorded)


@pytest.mark.parametrize("name", ["", "clinic_sheet.xlsx", "spss.sav", "sas.xpt", "table.parquet"])
def test_nothing_is_written_to_disk_or_sent(
    open_app: OpenApp, name: str, recorded: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    pool.prepare()  # as in a running server: the process that reads waits already
    for _ in range(300):
        if pool.POOL.waiting():
            break
        time.sleep(0.1)
    app = open_app()
    before = sorted(p for p in ROOT.iterdir())
    recorded.clear()
    app = upload_files(app, *(case(name)[0] if name else [("clinic.csv", PERSONAL)]))
    if any(b.label == "Set all such values missing" for b in app.button):
        press(app, "Set all such values missing")
    for box in app.segmented_control[1:2] if not draft(app).reading.ready else ():
        box.set_value("set missing").run()
    if draft(app).reading.ready:
        use(app)
        app.switch_page("pages/data_quality.py").run()
    assert not app.exception
    assert recorded == []
    assert list(tmp_path.iterdir()) == []
    assert sorted(p for p in ROOT.iterdir()) == before


def test_another_session_sees_nothing_and_nothing_is_printed(open_app: OpenApp, capfd: pytest.CaptureFixture[str]) -> None:
    first = upload(open_app(), "clinic.csv", PERSONAL)
    first.segmented_control[1].set_value("set missing").run()
    use(first).switch_page("pages/trajectories.py").run()
    other = open_app()
    assert "aadash.loaded" not in other.session_state or other.session_state["aadash.loaded"] is None
    assert "0007" not in session(other)
    other.switch_page("pages/trajectories.py").run()
    assert "No cohort is loaded yet" in spoken(other)
    link = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, values in first.query_params.items():
        link.query_params[key] = values
    link.run()
    assert "Upload the same file below" in spoken(link)
    assert "0007" not in session(link) + in_view(link)
    printed = "".join(capfd.readouterr())
    assert hidden(printed)
    assert "0007" not in printed


def test_a_removed_cohort_is_gone(open_app: OpenApp) -> None:
    app = use(upload(open_app(), "clinic.csv", PERSONAL.replace(b"140", b"30")))
    app.switch_page("pages/data_quality.py").run()
    app.switch_page("pages/cohort.py").run()
    kept: weakref.ref[Cohort] = weakref.ref(app.session_state["aadash.loaded"].cohort)
    press(app, "Remove this cohort")
    app.run()
    gc.collect()
    assert kept() is None
    assert "0007" not in session(app)


def test_an_upload_put_away_is_gone(open_app: OpenApp) -> None:
    app = press(upload(open_app(), "clinic.csv", PERSONAL), "Discard this file")
    assert hidden(session(app))


def test_no_cache_is_shared_between_sessions_but_that_of_samples() -> None:
    """One function is cached for everybody, and it is called by `_kept` alone, which asks whose the answer is. A registry is opened
    once for everybody: who runs the server offers it to all."""
    for path in sorted((ROOT / "aadash" / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.FunctionDef):
                continue
            marks = [ast.unparse(d) for d in node.decorator_list]
            if any("cache_data" in m or "cache_resource" in m for m in marks) and not any("scope='session'" in m for m in marks):
                if not node.args.args:
                    continue  # the same for everybody, whatever the cohort
                if (path.name, node.name) == ("registries.py", "_opened"):
                    continue
                assert [a.arg for a in node.args.args] in (["key"], ["key", "_compute"]), f"{path.name}: {node.name}"


@pytest.mark.parametrize(("own", "private", "shared"), [(False, False, True), (False, True, False), (True, False, False)])
def test_what_is_of_a_session_is_not_kept_for_everybody(
    own: bool, private: bool, shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An upload, and what a user added to a sample (``private``), stay with the session."""
    cohort = load_sample("korea_2025").cohort
    cohort = cohort.subset(np.arange(117) < 100) if own else cohort
    went: list[str] = []
    monkeypatch.setattr(cache, "_of_sample", lambda key, compute: went.append("everybody"))
    monkeypatch.setattr(cache, "_of_session", lambda key, compute: went.append("session"))
    cache._kept(cohort, lambda: 1, "question", private=private)
    assert went == ["everybody" if shared else "session"]


def test_what_is_computed_from_a_sample_is_everybodys_and_from_an_upload_the_sessions_own() -> None:
    sample, own = load_sample("korea_2025").cohort, load_sample("korea_2025").cohort.subset(np.arange(117) < 100)
    assert sample_of(sample) == "korea_2025"
    assert sample_of(own) == ""
    assert sample_of(replace(sample, patients=sample.patients.assign(more=1))) == ""


def test_all_that_is_cached_for_a_session_goes_with_its_cohort() -> None:
    source = ast.parse((ROOT / "aadash" / "app" / "session" / "cache.py").read_text(encoding="utf-8"))
    functions = [node for node in source.body if isinstance(node, ast.FunctionDef)]
    cached = {f.name for f in functions if any("scope='session'" in ast.unparse(d) for d in f.decorator_list)}
    forget = next(f for f in functions if f.name == "forget")
    assert cached
    assert cached <= {node.id for node in ast.walk(forget) if isinstance(node, ast.Name)}
    assert ".clear()" in ast.unparse(forget)
