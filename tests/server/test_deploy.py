"""docs/DEPLOY.md, as far as it goes without containers: the proxy ends TLS, the app asks for a sign-in, and both know of it."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .client import Tab, ask
from .conftest import ROOT, running, until
from .test_sign_in import CSV, free_port, providing, sign_in

needs_nginx = pytest.mark.skipif(
    not (shutil.which("nginx") and shutil.which("openssl")), reason="nginx or openssl is not installed: .ci/run installs them"
)


def prepared(site: Path, *words: str) -> Path:
    command = [sys.executable, str(ROOT / "deploy" / "prepare.py"), "--site", str(site), "--client-id", "aadash", *words]
    before = (ROOT / "deploy" / ".env").read_bytes() if (ROOT / "deploy" / ".env").exists() else None
    subprocess.run(command, check=True, capture_output=True)
    if before is None:
        (ROOT / "deploy" / ".env").unlink()
    return site


def sourced(file: Path) -> dict[str, str]:
    """What a shell has in its environment after it has read the file, as docs/DEPLOY.md has it read."""
    done = subprocess.run(["sh", "-c", f'set -ea; . "{file}"; exec env -0'], check=True, capture_output=True, text=True, env={})
    return dict(line.split("=", 1) for line in done.stdout.split("\0") if line and not line.startswith(("PWD=", "_=", "SHLVL=")))


def certificate(tls: Path) -> ssl.SSLContext:
    """A certificate for localhost, and a context that trusts it."""
    key, chain = tls / "privkey.pem", tls / "fullchain.pem"
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    words += ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(chain)]
    subprocess.run(["openssl", *words], check=True, capture_output=True)
    return ssl.create_default_context(cafile=str(chain))


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, ssl.SSLContext]]:
    """Provider, app and proxy on the loopback interface; the proxy's address."""
    folder, port, inner = tmp_path_factory.mktemp("department"), free_port(), free_port()
    with providing() as provider:
        words = ("--host", "localhost", "--port", str(port), "--listen", "127.0.0.1", "--provider", provider, "--plain")
        site = prepared(folder / "site", *words)
        tls = certificate(site / "tls")
        secrets = site / "secrets.toml"
        secrets.write_text(secrets.read_text().replace("PUT THE CLIENT SECRET HERE", "secret"))
        configuration = site / "nginx.conf"
        configuration.write_text(configuration.read_text().replace("127.0.0.1:8501", f"127.0.0.1:{inner}"))
        environment = sourced(site / "aadash.env")
        with running(folder, f"--secrets.files={secrets}", port=inner, **environment):
            proxy = subprocess.Popen(["nginx", "-c", str(configuration), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
            try:
                yield f"localhost:{port}", tls
            finally:
                proxy.terminate()
                proxy.wait()


@needs_nginx
def test_the_whole_way(department: tuple[str, ssl.SSLContext]) -> None:
    address, tls = department

    def up() -> bool:
        try:
            return ask(address, "/_stcore/health", tls=tls).status == 200
        except OSError:
            return False

    until(up)
    tab = sign_in(address, "kim", tls)
    assert "Signed in as kim" in tab.text()
    tab.choose("Where from", "Upload a file")
    tab.upload("clinic.csv", CSV)
    tab.press("Use this cohort")
    assert "Cohort in use" in tab.text()
    page = ask(address, "/", tls=tls, Accept="text/html")
    assert page.headers["strict-transport-security"]
    assert "set-cookie" in page.headers
    assert "Secure" in page.headers["set-cookie"]
    assert f"wss://{address}" in page.headers["content-security-policy"]
    assert "server" not in page.headers or "/" not in page.headers["server"], "no version is told"
    port = int(address.rpartition(":")[2])
    plain = ask(f"127.0.0.1:{port + 1}", "/", Host="localhost")
    assert plain.status == 301
    assert plain.headers["location"] == f"https://{address}/"
    assert ask(address, "/", tls=tls, Host="elsewhere.example").status == 421
    tab.close()


@needs_nginx
def test_while_the_app_is_started_the_proxy_says_so_in_words(tmp_path: Path) -> None:
    port = free_port()
    words = ("--host", "localhost", "--port", str(port), "--listen", "127.0.0.1", "--provider", "http://localhost", "--plain")
    site = prepared(tmp_path / "site", *words)
    tls = certificate(site / "tls")
    configuration = site / "nginx.conf"
    configuration.write_text(configuration.read_text().replace("127.0.0.1:8501", f"127.0.0.1:{free_port()}"))
    proxy = subprocess.Popen(["nginx", "-c", str(configuration), "-g", "daemon off;"], stderr=subprocess.DEVNULL)
    try:

        def told() -> str:
            try:
                answer = ask(f"localhost:{port}", "/responders", tls=tls)
            except OSError:
                return ""
            assert (answer.status, answer.headers["retry-after"]) == (503, "5")
            return answer.body.decode()

        page = until(told)
    finally:
        proxy.terminate()
        proxy.wait()
    for sentence in ("AAdash is being started", "AAdash를 시작하고 있습니다", "AAdashを起動しています"):
        assert sentence in page


@needs_nginx
def test_the_configuration_for_containers_is_understood(tmp_path: Path) -> None:
    site = prepared(
        tmp_path / "site", "--host", "aadash.example", "--provider", "https://login.example/realms/staff", "--processes", "2"
    )
    certificate(site / "tls")
    text = (site / "nginx.conf").read_text()
    assert "proxy_pass login.example:443;" in text
    assert "server aadash-app-2:8501;" in text
    for there, here in (
        ("/etc/nginx/tls", str(site / "tls")),
        ("/run/nginx.pid", str(site / "nginx.pid")),
        ("/var/cache/nginx", str(site / "run")),
        ("login.example:443", "127.0.0.1:443"),
        ("aadash-app-", "localhost#"),
    ):
        text = text.replace(there, here)
    text = re.sub(r"server localhost#\d:8501", "server 127.0.0.1:8501", text)
    module = next(Path("/usr/lib/nginx/modules").glob("ngx_stream_module.so"), None)
    if module is not None:  # Debian has it apart, the container's image within
        text = f"load_module {module};\n{text}"
    (site / "nginx.conf").write_text(text)
    done = subprocess.run(["nginx", "-t", "-c", str(site / "nginx.conf")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_secrets_are_not_written_over_and_are_not_for_everybody(tmp_path: Path) -> None:
    words = ("--host", "a.example", "--provider", "https://login.example")
    secrets = prepared(tmp_path / "site", *words) / "secrets.toml"
    before = secrets.read_text()
    assert secrets.stat().st_mode & 0o007 == 0 or os.name == "nt"
    prepared(tmp_path / "site", *words)
    assert secrets.read_text() == before


def copied() -> list[tuple[str, str]]:
    """What the container's file copies from the repository into the folder of the app: from, to."""
    text = (ROOT / "deploy" / "Containerfile").read_text()
    lines = re.findall(r"^COPY (?!--from)(.+)$", text.partition("WORKDIR /app")[2], re.MULTILINE)
    return [(name, line.split()[-1]) for line in lines for name in line.split()[:-1]]


def test_the_container_is_shut_in() -> None:
    assert "USER 10001" in (ROOT / "deploy" / "Containerfile").read_text()
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    for guard in ("read_only: true", "cap_drop: [ALL]", "no-new-privileges:true", "internal: true"):
        assert guard in compose
    assert "aliases" not in compose, "a proxy with the provider's name as its alias finds itself under it"
    project = re.findall(r"^name: (\S+)$", compose, re.MULTILINE)[0]
    assert f'"{project}-app-{{i + 1}}:8501"' in (ROOT / "deploy" / "prepare.py").read_text(), "containers are named by project"


def test_every_page_runs_on_what_the_container_holds(tmp_path: Path) -> None:
    """A folder with what is copied into the image, and nothing else of the repository."""
    passed = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    app = tmp_path / "app"
    app.mkdir()
    for name, to in copied():
        source, there = ROOT / name, app / to
        assert name in passed, f"{name}: .dockerignore keeps it from the build"
        there.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, there)  # with what is compiled of it, which the image makes anew
        else:
            shutil.copy(source, app if to == "./" else there)
    pages = sorted(p.stem for p in (app / "pages").glob("*.py"))
    assert len(pages) > 15
    with running(tmp_path, at=app) as server:
        for page in ("", *pages):
            tab = Tab(server.address, page, "cohort=korea_2025_missing&stratifier=severity")
            kinds = {e.WhichOneof("type") for e in tab.elements}
            assert len(kinds) > 1 and "exception" not in kinds, page
            tab.close()
        assert "Traceback" not in server.printed.read_text()


def test_a_hospitals_own_authority_is_trusted(tmp_path: Path) -> None:
    authority = tmp_path / "hospital.pem"
    authority.write_text("-----BEGIN CERTIFICATE-----\n")
    words = ("--host", "a.example", "--provider", "https://login.example", "--ca", str(authority))
    for plain, where in ((["--plain"], tmp_path / "site" / "ca" / "provider.pem"), ([], Path("/etc/aadash/ca/provider.pem"))):
        site = prepared(tmp_path / "site", *words, *plain)
        assert sourced(site / "aadash.env")["SSL_CERT_FILE"] == str(where)
        assert (site / "ca" / "provider.pem").read_text() == authority.read_text()
    assert "./site/ca:/etc/aadash/ca:ro" in (ROOT / "deploy" / "compose.yaml").read_text()
