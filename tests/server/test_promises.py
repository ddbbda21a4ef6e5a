"""What a page promises about data, and docs/SECURITY.md about the server, tried through the real server."""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path

import pytest

from .client import Tab, ask
from .conftest import Server, running, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")

CSV = b"code,sex,salt_w0,salt_w12\n" + b"".join(
    b"P%06d,%s,%d,%d\n" % (i, b"FM"[i % 2 : i % 2 + 1], 40 + i % 60, i % 40) for i in range(60)
)
#: The same with 5 MB of remarks.
LARGE = b"code,sex,remark,salt_w0,salt_w12\n" + b"".join(
    b"P%06d,%s,%s,%d,%d\n" % (i, b"FM"[i % 2 : i % 2 + 1], b"r" * 2500, 40 + i % 60, i % 40) for i in range(2000)
)


def used(server: Server, content: bytes = CSV) -> Tab:
    """A tab that has uploaded a file and uses it."""
    tab = Tab(server.address)
    tab.choose("Where from", "Upload a file")
    tab.upload("clinic.csv", content)
    tab.press("Use this cohort")
    assert "Cohort in use" in tab.text()
    return tab


def addresses(port: int) -> set[str]:
    """The addresses on which somebody listens at ``port``, as the kernel writes them."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path("/proc/net", name).read_text().splitlines()[1:]]
    return {f[1].split(":")[0] for f in lines if f[3] == "0A" and int(f[1].split(":")[1], 16) == port}


def test_it_listens_to_this_computer_alone(server: Server) -> None:
    assert addresses(server.port) == {"0100007F"}
    assert "for this computer alone" in server.printed.read_text()


def test_nothing_is_written_and_nobody_asked_while_a_large_file_is_used(server: Server) -> None:
    before = len(server.seen())
    tab = used(server, LARGE)
    tab.fetch(tab.download("Mapping") if "Mapping" in tab.text() else "/")
    tab.close()
    told = [line for line in server.seen()[before:] if not line.startswith(("subprocess.Popen", "open /dev/null"))]
    assert told == []
    printed = server.printed.read_text()
    assert "P000001" not in printed
    assert "clinic.csv" not in printed


def test_the_start_asks_nobody(server: Server) -> None:
    assert not [line for line in server.seen() if line.startswith(("socket.connect", "socket.sendto", "socket.gethostbyname"))]


def test_every_session_is_freed_the_first_included(tmp_path: Path) -> None:
    with running(tmp_path, AADASH_GONE_AFTER="1") as fresh:
        first = used(fresh)  # while what is heavy is still being loaded
        others = [used(fresh) for _ in range(3)]
        assert fresh.cohorts() >= 4
        for tab in (first, *others):
            tab.close()
        until(lambda: fresh.cohorts() <= 1)  # the sample, which is every session's


def test_remove_lets_go_at_once(server: Server) -> None:
    tab = used(server)
    held = server.cohorts()
    tab.press("Remove this cohort")
    until(lambda: server.cohorts() < held, 30)
    tab.close()


def test_a_download_is_for_its_own_browser_and_ends_with_the_tab(server: Server) -> None:
    tab = used(server)
    quality = Tab(server.address, "data_quality", cookies=tab.cookies, session=tab.session)
    assert quality.session == tab.session, "a reload comes back to its session"
    url = quality.download("Cohort (CSV)")
    own = quality.fetch(url)
    assert own.status == 200
    assert b"P000001" in own.body
    assert own.headers["cache-control"] == "no-store"
    assert own.headers["content-disposition"].startswith("attachment")
    assert ask(server.address, url).status == 404
    other = Tab(server.address)
    assert other.fetch(url).status == 404
    other.close()
    quality.close()
    tab.close()
    until(lambda: quality.fetch(url).status == 404, 10)


def test_the_number_of_a_session_is_no_key(server: Server) -> None:
    tab = used(server)
    thief = Tab(server.address, session=tab.session)
    assert thief.session != tab.session
    assert "Cohort in use" not in thief.text()
    status, _ = tab.put("more.csv", CSV, Cookie=thief.cookie)
    assert status == 403
    forged = {"X-Aadash-Browser": "0" * 16}
    assert ask(server.address, "/", **{"Accept": "text/html"} | forged).status == 200
    status, _ = tab.put("more.csv", CSV)
    assert status == 204
    status, _ = tab.put("more.csv", CSV, **{"X-Xsrftoken": "none"})
    assert status == 403
    tab.run()
    assert "Cohort in use" in tab.text(), "its owner was not disturbed"
    thief.close()
    tab.close()


@pytest.mark.parametrize("path", ["/", "/trajectories", "/_stcore/health", "/_stcore/host-config", "/media/none.csv"])
def test_every_answer_carries_the_headers(server: Server, path: str) -> None:
    headers = ask(server.address, path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "http:" not in policy.replace("http://", "")


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/agent/openapi.json", "/_stcore/script-health-check"])
def test_what_the_app_does_not_use_is_not_served(server: Server, path: str) -> None:
    assert ask(server.address, path).status == 404


def test_another_name_or_origin_is_turned_away(server: Server) -> None:
    assert ask(server.address, "/", Host="clinic.example").status == 421
    assert ask(server.address, "/", Origin="https://elsewhere.example").status == 403
    assert ask(server.address, "/_stcore/host-config").body.count(b"http") == 0, "no page elsewhere may steer this one"


def test_a_full_server_says_so_in_words(tmp_path: Path) -> None:
    with running(tmp_path, AADASH_MAX_SESSIONS="1", AADASH_UPLOAD_MB="1", AADASH_AUDIT="-") as small:
        first = Tab(small.address)
        refused = ask(small.address, "/", Accept="text/html")
        assert refused.status == 503
        assert b"AAdash is full" in refused.body
        assert refused.headers["retry-after"]
        assert first.fetch("/", Accept="text/html").status == 200, "who is in may load the page again"
        first.choose("Where from", "Upload a file")
        status, _ = first.put("large.csv", b"x" * 2_000_000)
        assert status == 413
        first.upload("clinic.csv", CSV)
        first.press("Use this cohort")
        first.close()
        until(lambda: ask(small.address, "/", Accept="text/html").status == 200)
        printed = small.printed.read_text()
        assert '"event": "page"' in printed
        assert '"event": "turned away"' in printed
        assert "clinic.csv" not in printed
        assert "P000001" not in printed


def test_the_port_is_closed_to_the_computers_other_addresses(server: Server) -> None:
    with socket.socket() as s:
        s.settimeout(5)
        assert s.connect_ex(("127.0.0.2", server.port)) != 0, "127.0.0.2 is this computer too, and not the address it listens on"


def test_an_own_cohort_of_a_class_is_seen_by_its_link_alone_and_gone_with_the_class(server: Server) -> None:
    seen = len(server.seen())
    teacher = used(server)
    teacher.page, teacher.page_hash = "classroom", ""
    teacher.run()
    begin = teacher.find("button", "Begin the class").id
    teacher.press("Begin the class")
    assert not re.search(r"class=[\w-]{22}", teacher.text()), "the teacher has not said that it may be shown"
    agreed = teacher.find("checkbox", "I may show this cohort").id
    teacher.run(lambda w: (setattr(w, "id", agreed), setattr(w, "bool_value", True)), (begin, "trigger_value", True))
    teacher.run()
    code = re.findall(r"class=([\w-]{22})", teacher.text())[0]
    before = server.cohorts()

    stranger = Tab(server.address, query="class=" + "A" * 22)
    assert "This class is over" in stranger.text() and "Cohort of the class" not in stranger.text()
    resident = Tab(server.address, query=f"class={code}")
    resident.run()
    assert "Cohort of the class" in resident.text()
    assert "P000001" not in resident.text() and "clinic" not in resident.text()
    teacher.press("End the class")
    resident.run()
    assert "The class is over" in resident.text()
    until(lambda: server.cohorts() < before)
    for tab in (teacher, stranger, resident):
        tab.close()
    ours = ("subprocess.Popen", "open /dev/null", "cohorts")  # the last is the spy's own answer
    # a library makes the folder of its settings the first time it is ever loaded on a computer; nothing of a patient is in it
    told = [line for line in server.seen()[seen:] if not line.startswith(ours) and "/matplotlib" not in line]
    assert told == [], "nothing is written, nobody asked"
