"""What the server says itself, without Streamlit: a refusal in one sentence, and the page of a full server."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[Any], Awaitable[None]]

#: Seconds after which the page of a full server asks again.
AGAIN = 20
_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="{again}">
<meta name="viewport" content="width=device-width"><title>AAdash is full</title>
<style>body{{font:17px/1.6 sans-serif;max-width:34em;margin:15vh auto;padding:0 1em;color:#1c2733;background:#fff}}
@media (prefers-color-scheme:dark){{body{{color:#e6ebf0;background:#11161c}}}}</style></head><body><h1>AAdash is full</h1>
<p>{sessions} tabs, as many as it is set up for, are open, or its memory is used up. This page tries again every {again} seconds;
leave it open. Nothing is lost: those who are in go on working.</p>
<p lang="ko">지금은 사용자가 가득 찼습니다. 이 화면을 열어 두면 {again}초마다 다시 시도합니다.</p>
<p lang="ja">現在、利用者数が上限に達しています。この画面を開いたままにすると、{again}秒ごとに再接続を試みます。</p></body></html>"""


async def text(send: Send, status: int, sentence: str, kind: str = "text/plain", *more: tuple[bytes, bytes]) -> None:
    """Answer with one piece of text."""
    body = sentence.encode()
    headers = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"content-length", str(len(body)).encode()), *more]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def page(send: Send, sessions: int) -> None:
    """The page of a full server."""
    again = str(AGAIN).encode()
    await text(send, 503, _PAGE.format(again=AGAIN, sessions=sessions), "text/html", (b"retry-after", again))
