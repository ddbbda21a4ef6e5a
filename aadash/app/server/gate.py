"""The gate: an ASGI middleware before Streamlit, which answers itself or passes on.

Turned away are other hosts and origins, addresses of Streamlit's that the app does not need, uploads and downloads of another browser,
and, in words, whoever comes when the server is full. With each answer go the headers of :mod:`aadash.app.server.headers`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware

from aadash.app.server import browser, first, full, inside, sessions
from aadash.app.server.headers import protected
from aadash.app.server.limits import MIB, Limits, memory_used
from aadash.app.session import audit
from aadash.app.spoken import st

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

#: Served to nobody: what others measure, and interfaces that the app does not use.
HIDDEN = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/app/static", "/component/")
UPLOAD, MEDIA, STREAM = "/_stcore/upload_file/", "/media/", "/_stcore/stream"
_IF = (b"if-none-match", b"if-modified-since", b"if-range")
#: Asked from this computer without a name: whether the server lives.
HEALTH = "/_stcore/health"


def middleware() -> list[Middleware]:
    """The gate, with the limits of the environment. Raises ValueError for limits that are no numbers."""
    # An upload above 1 MiB would otherwise be written to an unnamed file in the temporary folder.
    MultiPartParser.spool_max_size = (st.get_option("server.maxUploadSize") + 2) * MIB
    return [Middleware(Gate, limits=Limits.from_environment())]


class Refused(Exception):
    """A request that is turned away: status and sentence."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Gate:
    """See the module. One in a process."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], limits: Limits) -> None:
        self.app, self.limits = app, limits
        self.on_the_way = 0  # bytes of uploads that are being sent

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        headers = scope["headers"] = [h for h in scope["headers"] if h[0].lower() != browser.HEADER]
        host, who = _header(headers, b"host"), browser.value_of(browser.cookies_of(headers))
        path = scope["path"].removeprefix(_base())
        secure = scope["scheme"] in ("https", "wss")
        page = _is_page(scope, path)
        given = "" if who or not page else browser.fresh()
        if page:  # it is added to, so it comes whole, as it is and always
            scope["headers"] = headers = [h for h in headers if h[0].lower() not in (b"accept-encoding", b"range", *_IF)]
        answer = _Answer(send, host, static=path.startswith("/static/"), secure=secure, cookie=given, page=page)
        try:
            if path != HEALTH:
                _known_host(host)
            _own_origin(headers, host)
            if path.startswith(HIDDEN):
                raise Refused(404, "Not found")
            if scope["type"] == "websocket":
                await self._tab(scope, receive, send, who)
            elif path.startswith(UPLOAD) and scope["method"] != "OPTIONS":
                await self._upload(scope, receive, answer, path, who)
            else:
                if path.startswith(MEDIA) and not sessions.offered(who, path):
                    raise Refused(404, "Not found: a download ends with the tab that offered it.")
                if page and self._crowded(who):
                    audit.note("turned away", why="full", browser=browser.digest(who))
                    await full.page(answer, self.limits.sessions)
                else:
                    if path.startswith(MEDIA):
                        audit.note("download", browser=browser.digest(who))
                    await self.app(scope, receive, answer)
        except Refused as refusal:
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": refusal.text})
            else:
                await full.text(answer, refusal.status, refusal.text)

    def _crowded(self, who: str) -> bool:
        """Whether a further tab is one too many. A browser that has one may load its page again."""
        if who and sessions.TABS[who]:
            return False
        return sessions.TABS.total() >= self.limits.sessions or memory_used() > self.limits.memory_mb * MIB

    async def _tab(self, scope: Scope, receive: Receive, send: Send, who: str) -> None:
        if self._crowded(who):
            raise Refused(503, "The server is full")
        scope["headers"].append((browser.HEADER, browser.digest(who).encode()))

        async def noting(message: Any) -> None:
            sessions.offer(who, message.get("bytes") or b"")
            await send(message)

        before = _header(scope["headers"], b"sec-websocket-protocol").split(",")[2:3]
        if before and not inside.known(before[0].strip()):
            sessions.lost(who)
        sessions.opened(who)
        try:
            await self.app(scope, receive, noting)
        finally:
            sessions.closed(who)

    async def _upload(self, scope: Scope, receive: Receive, send: Send, path: str, who: str) -> None:
        session = path.removeprefix(UPLOAD).partition("/")[0]
        if not (sessions.admitted(session) and browser.same(who, browser.value_of(inside.cookies_of(session)))):
            raise Refused(403, "This upload does not belong to an open tab of this browser.")
        size = 0 if scope["method"] == "DELETE" else self._size(scope)
        if inside.uploaded(session) + size > self.limits.upload_mb * MIB:
            raise Refused(413, f"Files of more than {self.limits.upload_mb} MB at once are not taken. Upload fewer or smaller ones.")
        if inside.uploaded() + self.on_the_way + size > self.limits.uploads_mb * MIB:
            raise Refused(503, "Others are uploading at this moment and the server has no room. Try again in a minute.")
        if size and memory_used() + 3 * size > self.limits.memory_mb * MIB:
            raise Refused(503, "The server's memory is nearly full. Try again when others have left.")
        if size:
            audit.note("upload", session=session, browser=browser.digest(who), bytes=size)
        self.on_the_way += size
        try:
            await self.app(scope, receive, send)
        finally:
            self.on_the_way -= size

    def _size(self, scope: Scope) -> int:
        """What an upload says of its size; the most that Streamlit takes when it says nothing (it is cut there)."""
        told = _header(scope["headers"], b"content-length")
        return int(told) if told.isdecimal() else st.get_option("server.maxUploadSize") * MIB


class _Answer:
    """``send``, with our headers on the first message of an answer, and what is added to a page."""

    def __init__(self, send: Send, host: str, *, static: bool, secure: bool, cookie: str, page: bool) -> None:
        self.send, self.host, self.static, self.secure, self.cookie = send, host, static, secure, cookie
        self.page, self.begun, self.body = page, dict[str, Any](), b""

    async def __call__(self, message: Any) -> None:
        if not self.page:
            await self._on(message)
        elif message["type"] == "http.response.start":
            self.begun = message
        elif message["type"] == "http.response.body":
            self.body += message.get("body", b"")
            if not message.get("more_body"):
                whole = first.added(self.body)
                length = [(b"content-length", str(len(whole)).encode())] if self.body else []
                kept = [h for h in self.begun["headers"] if h[0].lower() not in (b"etag", *(k for k, _ in length))]
                await self._on({**self.begun, "headers": kept + length})
                await self._on({"type": "http.response.body", "body": whole})

    async def _on(self, message: Any) -> None:
        if message["type"] == "http.response.start":
            static = self.static and message["status"] in (200, 206, 304)
            headers = protected(list(message.get("headers", [])), self.host, static=static, secure=self.secure)
            if self.cookie:
                headers.append((b"set-cookie", browser.cookie_header(self.cookie, secure=self.secure)))
            message = {**message, "headers": headers}
        await self.send(message)


def _header(headers: list[tuple[bytes, bytes]], name: bytes) -> str:
    return next((text.decode("latin-1") for key, text in headers if key.lower() == name), "")


def _base() -> str:
    """The path under which the app lives, as ``server.baseUrlPath`` has it."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""


def _is_page(scope: Scope, path: str) -> bool:
    """Whether a person asks for a page, rather than a program for one of its parts."""
    return (
        scope["type"] == "http"
        and scope["method"] in ("GET", "HEAD")
        and not path.startswith(("/_stcore/", "/static/", MEDIA, "/auth/", "/oauth2callback"))
        and "." not in path.rpartition("/")[2]
    )


def _known_host(host: str) -> None:
    """Another name for this server may be a trick of a page elsewhere (DNS rebinding)."""
    from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

    if not is_host_allowed(host or None):
        raise Refused(421, "This server does not answer to that name. See server.allowedHosts in docs/DEPLOY.md.")


def _own_origin(headers: list[tuple[bytes, bytes]], host: str) -> None:
    """A page of another origin may neither connect nor send. (Asked by Streamlit, the question would look up the computer's outside
    address on the internet.)"""
    origin = _header(headers, b"origin")
    if origin and origin != "null" and urlsplit(origin).netloc.lower() != host.lower():
        raise Refused(403, "Pages of another address may not use this server.")
