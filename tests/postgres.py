"""A PostgreSQL server of the tests' own: a cluster in a temporary folder, with a password, stopped and removed at the end."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import free_port

PASSWORD = "kein/Wort:mit@Sinn 42"


def program(name: str) -> str | None:
    """Where a program of the server lies: Debian keeps them out of the path."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


#: What the tests lack here.
LACKING = [
    *(["adbc-driver-postgresql (the extra “postgresql”)"] if importlib.util.find_spec("adbc_driver_postgresql") is None else []),
    *(["the server (Debian's postgresql)"] if program("initdb") is None else []),
]


class Server:
    """A running server. ``address`` is that of its database, for a table to be named after it."""

    def __init__(self, port: int) -> None:
        self.port = port

    def address(self, table: str = "", user: str = "reader") -> str:
        return f"postgresql://{user}@127.0.0.1:{self.port}/postgres" + (f"?table={table}" if table else "")

    def run(self, *commands: str, user: str = "owner") -> None:
        """Commands, each for itself."""
        for command in commands:
            self.copy(command, b"", user)

    def copy(self, command: str, data: bytes, user: str = "owner") -> None:
        """A command with what it reads."""
        psql = program("psql") or "psql"
        where = ["-h", "127.0.0.1", "-p", str(self.port), "-U", user, "-d", "postgres"]
        environment = {**os.environ, "PGPASSWORD": PASSWORD}
        words = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", *where, "-c", command]
        done = subprocess.run(words, input=data, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, done.stderr.decode()


@contextmanager
def server() -> Iterator[Server]:
    """A server with the users owner and reader, who share a password."""
    place = Path(tempfile.mkdtemp(prefix="aadash_pg_"))
    who: dict[str, str] = {}
    if os.geteuid() == 0:  # it does not run as root
        names = {one.pw_name for one in pwd.getpwall()}
        who = {"user": "postgres" if "postgres" in names else "nobody"}
        shutil.chown(place, who["user"])
    (place / "password").write_text(PASSWORD)
    (place / "password").chmod(0o644)
    port = free_port()
    data, control = str(place / "data"), program("pg_ctl") or "pg_ctl"

    def ask(*command: str) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=place, **who)  # type: ignore[call-overload]

    try:
        make = [program("initdb") or "initdb", "-D", data, "-U", "owner", "-A", "scram-sha-256", "-E", "UTF8", "--no-sync"]
        ask(*make, "--locale=C", "--pwfile", str(place / "password"))
        options = f"-p {port} -k {place} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=10"
        ask(control, "-D", data, "-o", options, "-l", str(place / "log"), "-w", "start")
        try:
            found = Server(port)
            found.run(f"CREATE ROLE reader LOGIN PASSWORD '{PASSWORD}'")
            yield found
        finally:
            ask(control, "-D", data, "-m", "immediate", "-w", "stop")
    finally:
        shutil.rmtree(place, ignore_errors=True)
