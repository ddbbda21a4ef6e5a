"""What leaves with every answer: headers that keep the browser from asking, framing, guessing or keeping anything."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from pathlib import Path

import streamlit

from aadash.app.shell.reach import SCRIPT

#: A host with its port, as it may stand in a policy.
_HOST = re.compile(r"[A-Za-z0-9.\-]+(:\d{1,5})?|\[[0-9A-Fa-f:]+\](:\d{1,5})?")
_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


@cache
def inline_scripts() -> str:
    """The hashes of the scripts that stand in Streamlit's own page, and of our own one, as a policy names them."""
    page = (Path(streamlit.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
    texts = [*_INLINE.findall(page), SCRIPT]
    digests = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in texts)
    return " ".join(f"'sha256-{d}'" for d in digests)


def content_security_policy(host: str) -> str:
    """Everything comes from this server. Styles may stand in the page, as Streamlit writes them there; scripts may not, but the ones
    of Streamlit's own page. A websocket to the same host is named for browsers to which 'self' means HTTP alone."""
    sockets = f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' {inline_scripts()}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            f"connect-src 'self'{sockets}",
            "worker-src 'self' blob:",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
        )
    )


#: What never leaves this computer's browser again, and what the browser may not do.
ALWAYS = (
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)


def protected(raw: list[tuple[bytes, bytes]], host: str, *, static: bool, secure: bool) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with ours in the place of what Streamlit says of the same. Only the files of the program itself
    (``static``) may be kept by the browser; with TLS (``secure``) the browser is told to stay with it for a year."""
    ours = [*ALWAYS, ("content-security-policy", content_security_policy(host))]
    if not static:
        ours.append(("cache-control", "no-store"))
    if secure:
        ours.append(("strict-transport-security", "max-age=31536000"))
    names = {name.encode() for name, _ in ours} | {b"server"}
    kept = [(n, _over_tls(n, v) if secure else v) for n, v in raw if n.lower() not in names]
    return kept + [(n.encode(), v.encode("latin-1")) for n, v in ours]


def _over_tls(name: bytes, value: bytes) -> bytes:
    """A cookie of an answer over TLS is sent back over TLS alone, the one of the sign-in too."""
    return value + b"; Secure" if name.lower() == b"set-cookie" and b"; secure" not in value.lower() else value
