"""The server is killed while people work: each is told, and comes back to the plan."""

from __future__ import annotations

from pathlib import Path

from .client import Tab
from .conftest import running
from .test_promises import used

PLAN = "cohort=korea_2025&stratifier=sex&week=24"


def test_ten_come_back_to_their_plan(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        tabs = [Tab(before.address, "responders", PLAN) for _ in range(9)]
        uploader = used(before)
        assert all("split by Sex" in tab.text() or "split by sex" in tab.text() for tab in tabs)
        port = before.port
    with running(tmp_path, port=port) as after:
        for tab in tabs:
            back = Tab(after.address, "responders", PLAN, tab.cookies, tab.session)
            assert back.session != tab.session
            assert "The server was restarted" in back.text()
            assert "split by sex" in back.text().lower()
            back.run()
            assert "The server was restarted" not in back.text(), "it is said once"
            back.close()
        back = Tab(after.address, query="stratifier=sex&data=0123456789ab", cookies=uploader.cookies, session=uploader.session)
        assert "Upload the same file below" in back.text()
        fresh = Tab(after.address, "responders", PLAN)
        assert "The server was restarted" not in fresh.text()
        fresh.close()
        back.close()


def test_a_reload_goes_on_where_it_was(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        tab = used(server)
        tab.close()
        again = Tab(server.address, cookies=tab.cookies, session=tab.session)
        assert again.session == tab.session
        assert "In use" in again.text()
        assert "restarted" not in again.text()
        again.close()
