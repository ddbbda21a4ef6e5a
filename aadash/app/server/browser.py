"""Which browser is asking: a random value in a cookie that scripts cannot read. It names no person.

Streamlit lets whoever knows a session's number go on with that session, upload into it and fetch its downloads, and the number stands
in addresses. The gate hands each browser such a cookie, passes a digest of it on when a tab connects (``server.trustedUserHeaders``
makes it part of the session's owner), and compares it at each upload and download.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

COOKIE = "aadash_browser"
#: The header that carries the digest to Streamlit. One that comes from outside is taken away.
HEADER = b"x-aadash-browser"
_VALUE = re.compile(r"[A-Za-z0-9_\-]{43}")


def fresh() -> str:
    """A value that nobody can guess: 256 bits."""
    return secrets.token_urlsafe(32)


def value_of(cookies: Mapping[str, str]) -> str:
    """The browser's value among its cookies, or ""."""
    found = cookies.get(COOKIE, "")
    return found if _VALUE.fullmatch(found) else ""


def cookies_of(headers: list[tuple[bytes, bytes]]) -> dict[str, str]:
    """The cookies of a request; an unreadable header gives none."""
    jar: SimpleCookie = SimpleCookie()
    for name, text in headers:
        if name.lower() == b"cookie":
            try:
                jar.load(text.decode("latin-1"))
            except CookieError:
                return {}
    return {name: morsel.value for name, morsel in jar.items()}


def same(one: str, other: str) -> bool:
    """Whether two values are of the same browser; nobody's value is nobody's."""
    return bool(one) and hmac.compare_digest(one.encode(), other.encode())


def digest(value: str) -> str:
    """What may be passed on and written down: 16 hexadecimal digits from which the value cannot be found."""
    return hashlib.sha256(value.encode()).hexdigest()[:16] if value else ""


def cookie_header(value: str, *, secure: bool) -> bytes:
    """The header that gives a browser its value, until it is closed."""
    return f"{COOKIE}={value}; Path=/; HttpOnly; SameSite=Lax{'; Secure' if secure else ''}".encode()
