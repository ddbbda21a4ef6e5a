"""A tab without a browser: the page's cookies over HTTP, then Streamlit's own websocket protocol."""

from __future__ import annotations

import contextlib
import http.client
import ssl
from collections.abc import Callable
from typing import Any

from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

SECONDS = 60


class Answer:
    """An answer over HTTP: status, headers (lower case), body; ``given``: the cookies as they were set, with what holds of each."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.body = response.status, response.read()
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.given = [value for name, value in response.getheaders() if name.lower() == "set-cookie"]
        self.cookies = dict(value.split(";")[0].split("=", 1) for value in self.given)


def connection(address: str, tls: ssl.SSLContext | None) -> http.client.HTTPConnection:
    """A connection, by TLS where there is a context for it."""
    if tls is None:
        return http.client.HTTPConnection(address, timeout=SECONDS)
    return http.client.HTTPSConnection(address, timeout=SECONDS, context=tls)


def ask(
    address: str, path: str, method: str = "GET", body: bytes | None = None, tls: ssl.SSLContext | None = None, **headers: str
) -> Answer:
    """One request; ``_`` in a header's name stands for ``-``."""
    link = connection(address, tls)
    try:
        link.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(link.getresponse())
    finally:
        link.close()


class Tab:
    """An open tab of a browser: ``cookies`` are the browser's, empty for a new one."""

    def __init__(
        self,
        address: str,
        page: str = "",
        query: str = "",
        cookies: dict[str, str] | None = None,
        session: str = "",
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.address, self.page, self.query, self.tls = address, page, query, tls
        self.cookies = dict(cookies or {})
        for path in (f"/{page}", "/_stcore/health"):
            self.cookies |= ask(address, path, tls=tls, Cookie=self.cookie, Accept="text/html").cookies
        self.elements: list[Any] = []
        self.session, self.page_hash = "", ""
        xsrf = self.cookies.get("_streamlit_xsrf", "")
        self._open = contextlib.ExitStack()
        link = connect(
            f"ws{'s' if tls else ''}://{address}/_stcore/stream",
            origin=f"http{'s' if tls else ''}://{address}",  # type: ignore[arg-type]
            ssl=tls,
            subprotocols=[t for t in ("streamlit", xsrf or "none", session) if t],  # type: ignore[misc]
            additional_headers={"Cookie": self.cookie},
            max_size=None,
            compression=None,
            open_timeout=SECONDS,
        )
        self.socket = self._open.enter_context(link)
        self.run()

    @property
    def cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def _until(self, kind: str) -> Any:
        while True:
            answer = ForwardMsg()
            answer.ParseFromString(self.socket.recv(SECONDS))
            found = answer.WhichOneof("type")
            if found == "new_session":
                self.session, self.page_hash = answer.new_session.initialize.session_id, answer.new_session.page_script_hash
            elif found == "navigation":
                self.page_hash = answer.navigation.page_script_hash
            elif found == "delta" and answer.delta.HasField("new_element"):
                self.elements.append(answer.delta.new_element)
            if found == kind and getattr(answer, kind) != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return getattr(answer, kind)

    def run(self, fill: Callable[[Any], object] | None = None, *more: tuple[str, str, Any]) -> None:
        """Run the page; ``fill`` sets one widget, ``more`` others as (id, field, value)."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_script_hash = self.query, self.page_hash
        message.rerun_script.page_name = "" if self.page_hash else self.page
        if fill is not None:
            fill(message.rerun_script.widget_states.widgets.add())
        for identity, field, value in more:
            _set(message.rerun_script.widget_states.widgets.add(), id=identity, **{field: value})
        self.elements.clear()
        self.socket.send(message.SerializeToString())
        self._until("script_finished")

    def text(self) -> str:
        """All that the page says."""
        return "\n".join(MessageToString(e, as_utf8=True) for e in self.elements)

    def find(self, kind: str, label: str) -> Any:
        """The element of this kind with this label."""
        for element in self.elements:
            if element.WhichOneof("type") == kind and label in getattr(element, kind).label:
                return getattr(element, kind)
        raise AssertionError(f"no {kind} {label!r} among {[e.WhichOneof('type') for e in self.elements]}")

    def press(self, label: str) -> None:
        """Press a button."""
        found = self.find("button", label)
        self.run(lambda w: _set(w, id=found.id, trigger_value=True))

    def press_and_leave(self, identity: str) -> str:
        """Press a button that leads to another address, and say to which."""
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page_hash
        _set(message.rerun_script.widget_states.widgets.add(), id=identity, trigger_value=True)
        self.socket.send(message.SerializeToString())
        return self._until("auth_redirect").url

    def choose(self, label: str, choice: str) -> None:
        """Choose in a segmented control."""
        found = self.find("button_group", label)
        self.run(lambda w: (setattr(w, "id", found.id), w.string_array_value.data.append(choice)))

    def put(self, name: str, content: bytes, **headers: str) -> tuple[int, Any]:
        """Send a file to the place for files: the status, and what to tell the page."""
        request = BackMsg()
        request.file_urls_request.request_id, request.file_urls_request.session_id = "1", self.session
        request.file_urls_request.file_names.append(name)
        self.socket.send(request.SerializeToString())
        urls = self._until("file_urls_response").file_urls[0]
        body = (
            f'--xx\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'.encode()
            + content
            + b"\r\n--xx--\r\n"
        )
        given = {
            "Cookie": self.cookie,
            "X-Xsrftoken": self.cookies.get("_streamlit_xsrf", ""),
            "Content-Type": "multipart/form-data; boundary=xx",
        } | headers
        return ask(self.address, urls.upload_url, "PUT", body, self.tls, **given).status, urls

    def upload(self, name: str, content: bytes) -> None:
        """Upload a file, as a user does."""
        place = self.find("file_uploader", "file")
        status, urls = self.put(name, content)
        assert status == 204

        def fill(widget: Any) -> None:
            widget.id = place.id
            info = widget.file_uploader_state_value.uploaded_file_info.add()
            info.name, info.size, info.file_id = name, len(content), urls.file_id
            info.file_urls.CopyFrom(urls)

        self.run(fill)

    def download(self, label: str) -> str:
        """The address of a download."""
        found = self.find("download_button", label)
        if not found.deferred_file_id:
            return found.url
        request = BackMsg()
        request.backend_operation_request.request_id, request.backend_operation_request.session_id = "1", self.session
        request.backend_operation_request.deferred_file.file_id = found.deferred_file_id
        self.socket.send(request.SerializeToString())
        answer = self._until("backend_operation_response")
        assert not answer.error_msg, answer.error_msg
        return answer.deferred_file.url

    def fetch(self, url: str, **headers: str) -> Answer:
        """Fetch what the page points at, as this browser."""
        return ask(self.address, url, tls=self.tls, **({"Cookie": self.cookie} | headers))

    def close(self) -> None:
        """Close the tab."""
        self._open.close()


def _set(widget: Any, **values: Any) -> None:
    for name, value in values.items():
        setattr(widget, name, value)
