"""A port for a server that a test starts."""

from __future__ import annotations

import random
import socket

#: Below the ports that systems give to outgoing connections (Linux from 32768, others from 49152): until the server listens, seconds
#: pass, and a connection of another test must not have the port by then.
FIRST, LAST = 20_000, 32_000


def free_port() -> int:
    """A port on this machine that nobody listens on now, by chance, so that two who ask at once hardly get the same."""
    while True:
        port = random.SystemRandom().randint(FIRST, LAST)
        with socket.socket() as s:
            try:
                s.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
