"""A report as one HTML file that works without the network: nothing in it can run or be fetched."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from html import escape

import pandas as pd

from aadash.formatting import glued
from aadash.language import say
from aadash.report.figure import FAMILY, PrintedFigure
from aadash.report.lines import Line, lines, with_the_row_before
from aadash.report.writer import Writer, right_aligned

_FONTS = "Arial, 'Noto Sans KR', 'Malgun Gothic', 'Noto Sans JP', 'Yu Gothic', 'Hiragino Sans', sans-serif"
_STYLE = f"""
:root{{color-scheme:light}}
body{{font:16px/1.55 {_FONTS};color:#1C2733;background:#fff;max-width:60rem;margin:2rem auto;padding:0 1.2rem}}
h1{{font-size:1.9rem;line-height:1.25;margin:0 0 .3rem}} h2{{font-size:1.35rem;margin:2.4rem 0 .5rem}}
h3{{font-size:1.1rem;margin:1.6rem 0 .4rem}}
.under,.note{{color:#4A5562;font-size:.85rem}} .note{{margin:.25rem 0}}
.answer{{border-left:.3rem solid #0072B2;padding:.5rem 0 .5rem 1rem;font-weight:600}}
.comment{{font-style:italic}}
.scroll{{overflow-x:auto}}
table{{border-collapse:collapse;font-size:.875rem;line-height:1.35;font-variant-numeric:tabular-nums;min-width:60%}}
caption,figcaption{{text-align:left;font-weight:600;font-size:.95rem;margin:1.2rem 0 .4rem}}
th,td{{text-align:left;vertical-align:top;padding:.25rem 1.1rem .25rem 0}} th{{vertical-align:bottom}}
thead th{{border-top:2px solid;border-bottom:1px solid}} tbody tr:last-child>*{{border-bottom:2px solid}}
tbody th{{font-weight:400;vertical-align:top}} .section th{{font-weight:600;padding-top:.6rem}} .n{{text-align:right}}
figure{{margin:1.4rem 0}} figure img{{max-width:100%;height:auto}}
pre{{font-size:.8rem;line-height:1.4;background:#F5F7F9;padding:.8rem;overflow-x:auto;white-space:pre-wrap}}
@media print{{body{{margin:0;max-width:none;font-size:11pt}} h2{{break-after:avoid}} figure,tr{{break-inside:avoid}}
thead{{display:table-header-group}} tr.section{{break-after:avoid}} tr.with{{break-before:avoid}}}}
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; base-uri 'none'"


class PageWriter(Writer):
    """Writes one .html file. Every text is escaped; figures are images inside the file, which cannot run a script."""

    def __init__(self, language: str = "en") -> None:
        super().__init__()
        self._parts: list[str] = []
        self._title = "Report"
        self._language = language

    def title(self, text: str, under: str = "") -> None:
        self._title = text
        self._parts.append(f"<h1>{escape(text)}</h1>" + (f'<p class="under">{escape(under)}</p>' if under else ""))

    def heading(self, text: str, level: int = 1) -> None:
        self._parts.append(f"<h{level + 1}>{escape(text)}</h{level + 1}>")

    def paragraph(self, text: str, kind: str = "text") -> None:
        mark = "" if kind == "text" else f' class="{kind}"'
        self._parts.append(f"<p{mark}>{_lines(text)}</p>")

    def bullets(self, items: Sequence[str]) -> None:
        self._parts.append("<ul>" + "".join(f"<li>{_lines(item)}</li>" for item in items) + "</ul>")

    def table(self, frame: pd.DataFrame, caption: str, notes: Sequence[str] = ()) -> None:
        self.tables += 1
        above = f"{say('Table')} {self.tables}. {caption}"
        self._parts.append(f'<div class="scroll">{table(frame, above)}</div>')
        self._notes(notes)

    def figure(self, figure: PrintedFigure, caption: str, notes: Sequence[str] = ()) -> None:
        self.figures += 1
        svg = figure.svg.replace(FAMILY, _FONTS.replace("'", ""))
        data = base64.b64encode(svg.encode()).decode()
        across = round(figure.width / 25.4 * 96)
        self._parts.append(
            f'<figure><img alt="{escape(figure.alt)}" width="{across}" src="data:image/svg+xml;base64,{data}">'
            f"<figcaption>{say('Figure')} {self.figures}. {escape(caption)}</figcaption></figure>"
        )
        self._notes(notes)

    def code(self, text: str) -> None:
        self._parts.append(f"<pre><code>{escape(text)}</code></pre>")

    def finish(self) -> bytes:
        head = (
            f'<!doctype html><html lang="{escape(self._language)}"><head><meta charset="utf-8">'
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><meta name="viewport" content="width=device-width">'
            f"<title>{escape(self._title)}</title><style>{_STYLE}</style></head><body><main>"
        )
        return (head + "\n".join(self._parts) + "</main></body></html>\n").encode("utf-8", "replace")

    def _notes(self, notes: Sequence[str]) -> None:
        self._parts += [f'<p class="note">{escape(glued(note))}</p>' for note in notes]


def table(frame: pd.DataFrame, caption: str = "") -> str:
    """A table as plain HTML that pastes into Word as a table: a header row, row headers, indents, sections."""
    right = right_aligned(frame)
    head = "".join(f'<th scope="col"{_n(r)}>{escape(str(c))}</th>' for c, r in zip(frame.columns, right, strict=True))
    rows = lines(frame)
    body = "".join(_row(line, right, after) for line, after in zip(rows, with_the_row_before(rows), strict=True))
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _row(line: Line, right: list[bool], after: bool) -> str:
    first = escape(line.cells[0])
    if line.section:
        return f'<tr class="section"><th scope="colgroup" colspan="{len(right)}">{first}</th></tr>'
    shift = f' style="padding-left:{line.indent}em"' if line.indent else ""
    cells = "".join(f"<td{_n(r)}>{escape(glued(c))}</td>" for c, r in zip(line.cells[1:], right[1:], strict=True))
    return f'<tr{" class=with" if after else ""}><th scope="row"{shift}>{first}</th>{cells}</tr>'


def _n(right: bool) -> str:
    return ' class="n"' if right else ""


def _lines(text: str) -> str:
    return escape(glued(text)).replace("\n", "<br>")
