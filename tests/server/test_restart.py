"""The server is killed while people work: each is told, and comes back to the plan."""

from __future__ import annotations

from pathlib import Path

from aadash.app.server import browser, sessions

from .client import Tab
from .conftest import running
from .test_promises import used

PLAN = "cohort=korea_2025&stratifier=sex&week=24"
#: Language → what is said after a restart, a word of the split and one of the week that are on the page again.
TOLD = {
    "en": ("The server was restarted", "split by sex", "week 24"),
    "ko": ("서버가 다시 시작되었거나", "성별", "24주"),
    "ja": ("サーバーが再起動したか", "性別", "24週"),
}


def test_ten_come_back_to_their_plan(tmp_path: Path) -> None:
    with running(tmp_path) as before:
        tabs = [(Tab(before.address, "responders", f"{PLAN}&lang={language}"), language) for language in TOLD for _ in range(3)]
        uploader = used(before)
        for tab, language in tabs:
            said, *plan = TOLD[language]
            assert said not in tab.text() and all(word in tab.text().lower() for word in plan), language
        port = before.port
    with running(tmp_path, port=port) as after:
        for tab, language in tabs:
            said, *plan = TOLD[language]
            back = Tab(after.address, "responders", tab.query, tab.cookies, tab.session)
            assert back.session != tab.session
            assert said in back.text(), language
            assert all(word in back.text().lower() for word in plan), language
            back.run()
            assert said not in back.text(), "it is said once"
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
        assert "Cohort in use" in again.text()
        assert "restarted" not in again.text()
        again.close()


def test_each_tab_of_a_browser_is_told() -> None:
    """Both come back before a page has run in either; a tab that is gone again leaves nothing for a later one."""
    who = browser.fresh()
    for _ in range(3):
        sessions.lost(who)
        sessions.opened(who)
    told = [sessions.lost_one(browser.digest(who)) for _ in range(2)]
    sessions.closed(who)
    sessions.closed(who)
    sessions.closed(who)
    sessions.opened(who)
    assert [*told, sessions.lost_one(browser.digest(who))] == [True, True, False]
    sessions.closed(who)
