"""Signing in, against a provider that speaks OpenID Connect, through the real server."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.ports import free_port

from .client import Answer, Tab, ask, connection
from .conftest import Server, running, until

CSV = b"code,sex,salt_w0,salt_w12\n0007,F,80,40\n0008,M,60,30\n0009,F,90,20\n0010,M,50,10\n"


def users(*names: str) -> list[str]:
    return [f'--user-claims={{"sub": "{name}", "email": "{name}@hospital.example"}}' for name in names]


#: Somebody who wrote another's address into an account of their own.
MALLORY = '--user-claims={"sub": "mallory", "email": "kim@hospital.example", "email_verified": false}'


@contextlib.contextmanager
def providing() -> Iterator[str]:
    """A provider with two people and an impostor; its address."""
    port = free_port()
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *users("kim", "sato"), MALLORY]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def up() -> bool:
        try:
            return ask(f"127.0.0.1:{port}", "/.well-known/openid-configuration").status == 200
        except OSError:
            return False

    until(up)
    try:
        yield f"http://localhost:{port}"
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider for all tests here."""
    with providing() as address:
        yield address


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory, provider: str) -> Iterator[Server]:
    """A server that asks for a sign-in, with an audit log; Kim and Sato may use it."""
    folder, port = tmp_path_factory.mktemp("department"), free_port()
    secrets = folder / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\ncookie_secret = "{"s" * 40}"\nclient_id = "aadash"\n'
        f'client_secret = "secret"\nserver_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    words = (f"--secrets.files={secrets}",)
    with running(folder, *words, port=port, AADASH_SIGN_IN="1", AADASH_USERS="kim@hospital.example", AADASH_AUDIT="-") as found:
        found.address = f"localhost:{port}"
        yield found


def follow(url: str, cookies: dict[str, str], method: str = "GET", body: str = "", tls: ssl.SSLContext | None = None) -> Answer:
    """One step of the way through server and provider, as a browser takes it."""
    parts = urlsplit(url)
    link = connection(parts.netloc, tls if parts.scheme == "https" else None)
    headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    link.request(method, f"{parts.path}?{parts.query}", body or None, headers)
    answer = Answer(link.getresponse())
    link.close()
    cookies |= answer.cookies
    return answer


def sign_in(address: str, name: str, tls: ssl.SSLContext | None = None) -> Tab:
    """Press the button, say who one is at the provider, come back."""
    tab = Tab(address, tls=tls)
    button = tab.find("button", "Sign in")
    url = tab.press_and_leave(button.id)
    tab.close()
    cookies = dict(tab.cookies)
    own = f"http{'s' if tls else ''}://{address}"
    started = follow(f"{own}{url}" if url.startswith("/") else url, cookies, tls=tls)
    assert started.status in (302, 307), started.body
    at_provider: dict[str, str] = {}
    form = follow(started.headers["location"], at_provider)
    assert form.status == 200
    back = follow(started.headers["location"], at_provider, "POST", urlencode({"sub": name}))
    assert back.status == 302, back.body
    home = follow(back.headers["location"], cookies, tls=tls)
    assert home.status in (302, 307), home.body
    assert any(c.startswith("_streamlit_user=") for c in home.given)
    assert not tls or all("; Secure" in c for c in home.given), "over TLS alone"
    return Tab(address, cookies=cookies, tls=tls)


def test_nobody_gets_in_without(department: Server) -> None:
    tab = Tab(department.address, query="cohort=korea_2025")
    assert "Sign in with your hospital" in tab.text()
    assert "Korean cohort" not in tab.text()
    status, _ = tab.put("clinic.csv", CSV)
    assert status == 403, "not even into the memory"
    tab.close()
    trajectories = Tab(department.address, "trajectories", "cohort=korea_2025")
    assert "Sign in with your hospital" in trajectories.text()
    trajectories.close()


def test_who_signs_in_gets_in_and_is_written_down(department: Server) -> None:
    tab = sign_in(department.address, "kim")
    assert "Where from" in tab.text()
    assert "Signed in as kim" in tab.text()
    tab.choose("Where from", "Upload a file")
    tab.upload("clinic.csv", CSV)
    tab.press("Use this cohort")
    assert "Cohort in use" in tab.text()
    written = department.printed.read_text()
    assert '"event": "page"' in written
    assert "kim@hospital.example" in written
    assert "clinic.csv" not in written
    assert "0007" not in written
    other = Tab(department.address, session=tab.session)
    assert other.session != tab.session
    assert "Sign in with your hospital" in other.text()
    other.close()
    tab.close()


def test_who_is_not_on_the_list_is_told(department: Server) -> None:
    tab = sign_in(department.address, "sato")
    assert "not on the list" in tab.text()
    status, _ = tab.put("clinic.csv", CSV)
    assert status == 403
    tab.close()


def test_an_address_that_is_not_verified_lets_nobody_in(department: Server) -> None:
    tab = sign_in(department.address, "mallory")
    assert "You are signed in as mallory, who is not on the list" in tab.text()
    tab.close()


def test_a_forged_sign_in_is_none(department: Server) -> None:
    tab = Tab(department.address, cookies={"_streamlit_user": "2|1:0|10:1795000000|15:_streamlit_user|4:e30=|0"})
    assert "Sign in with your hospital" in tab.text()
    tab.close()


def test_a_server_that_could_not_ask_does_not_start(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match=r"no section \[auth\]"), running(tmp_path, AADASH_SIGN_IN="1"):
        pass
