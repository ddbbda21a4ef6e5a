"""Printable tables and figures as HTML: they paste into Word as tables, print, and are read out by a screen reader.

Every text is escaped, whoever wrote it. Colours follow the text around, so that light and dark need no telling apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import pandas as pd

from aadash.glossary import Term
from aadash.language import say
from aadash.language.terms import said_pieces
from aadash.report.lines import Line, lines

#: A cell that is a number, a range of numbers, a p-value or an empty sign stands to the right.
_NUMBER = re.compile(r"^[<>=≈−–+-]?\s?[\d.,  ]*\s?%?$")
#: A cell of several numbers stays on one line.
_VALUES = re.compile(r"^[\W\d]*(to[\W\d]*)?$")

#: A table of more rows scrolls.
TALL = 60

_TAKE_STYLE = """<style>
.aadash-take button{font:inherit;color:inherit;background:none;border:1px solid color-mix(in srgb,currentColor 25%,transparent);
border-radius:.25rem;padding:.4rem .75rem;min-height:2.5rem;cursor:pointer}
.aadash-take button:hover{border-color:#1F78B4}
</style>"""
_TABLE_STYLE = """<style>
.aadash-table{overflow-x:auto;margin:.2rem 0}
.aadash-table.tall{overflow-y:auto;max-height:40rem}
.aadash-table table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums;line-height:1.35}
.aadash-table th,.aadash-table td{padding:.36rem 1.1rem .36rem 0;text-align:left;vertical-align:top;border:0}
.aadash-table th:last-child,.aadash-table td:last-child{padding-right:.2rem}
.aadash-table caption{text-align:left;font-weight:600;padding-bottom:.3rem}
.aadash-table .n{text-align:right}
.aadash-table .n,.aadash-table .i{white-space:nowrap}
.aadash-table thead th{font-weight:600;vertical-align:bottom;border-bottom:1px solid;border-top:2px solid}
.aadash-table.tall thead th{position:sticky;top:0;backdrop-filter:blur(1rem)}
.aadash-table abbr{text-decoration:underline dotted;text-underline-offset:.2em;cursor:help}
.aadash-table tbody th{font-weight:400}
.aadash-table tbody :is(td,th){border-top:1px solid color-mix(in srgb,currentColor 12%,transparent)}
.aadash-table tbody tr:first-child :is(td,th){border-top:0}
.aadash-table tbody tr:last-child :is(td,th){border-bottom:2px solid}
.aadash-table .section th{font-weight:600;padding-top:.7rem}
@media (max-width:60rem){.aadash-table th:first-child{position:sticky;left:0;background:light-dark(#FFFFFF,#11161C)}}
.aadash-table .aadash-copy{float:right;font:inherit;font-size:.8rem;color:inherit;background:none;cursor:pointer;padding:0 .5rem;
border:1px solid color-mix(in srgb,currentColor 30%,transparent);border-radius:.3rem;opacity:.75}
.aadash-table .aadash-copy:is(:hover,:focus-visible){opacity:1}
.aadash-table tbody tr:hover :is(td,th){background:color-mix(in srgb,currentColor 5%,transparent)}
</style>"""

_FIGURES_STYLE = """<style>
.stHtml .aadash-figures{margin:0;padding:0}
.aadash-figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(10.5rem,1fr));gap:.75rem}
.aadash-figures div{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.4rem;padding:.7rem .9rem}
.aadash-figures dt,.aadash-figures dd{margin:0}
.aadash-figures dt,.aadash-figures .under{font-size:.85rem;color:color-mix(in srgb,currentColor 72%,transparent)}
.aadash-figures .value{font-size:1.3rem;font-weight:600;font-variant-numeric:tabular-nums;margin:.15rem 0}
</style>"""

_ANSWER_STYLE = """<style>
.aadash-answer{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-left:.3rem solid #0072B2;border-radius:.4rem;
padding:.9rem 1.1rem}
.aadash-answer .said{font-weight:600;line-height:1.5}
.aadash-answer .who{font-size:.85rem;color:color-mix(in srgb,currentColor 72%,transparent);margin-top:.4rem}
.aadash-answer abbr{text-decoration:underline dotted;text-underline-offset:.2em;cursor:help}
</style>"""

_DEFINITIONS_STYLE = """<style>
.stHtml .aadash-terms{margin:0;padding:0}
.aadash-terms{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.15rem 1.2rem;line-height:1.45}
.aadash-terms dt{font-weight:600;margin:.35rem 0 0}
.aadash-terms dd{margin:.35rem 0 0}
.aadash-terms .under{font-size:.875rem;color:color-mix(in srgb,currentColor 72%,transparent)}
@media (max-width:40rem){.aadash-terms{grid-template-columns:1fr}.aadash-terms dd{margin:0 0 .5rem}}
</style>"""

_CARD_STYLE = """<style>
.aadash-card{border:1px solid color-mix(in srgb,currentColor 20%,transparent);border-radius:.4rem;padding:.7rem 1rem;max-width:60rem}
.aadash-card .head{font-weight:600;font-size:.9rem;overflow-wrap:anywhere}
.aadash-card .said{line-height:1.5;margin-top:.25rem}
.aadash-card .under{font-size:.9rem;line-height:1.45;color:color-mix(in srgb,currentColor 75%,transparent);margin-top:.35rem}
</style>"""

_HEADLINE_STYLE = """<style>
.aadash-headline{font-weight:600;margin:.2rem 0}
</style>"""

_UNDER_STYLE = """<style>
.aadash-under{font-size:.875rem;color:color-mix(in srgb,currentColor 80%,transparent)}
.aadash-unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
</style>"""

_LEGEND_STYLE = """<style>
.aadash-legend{display:flex;flex-wrap:wrap;gap:.2rem 1.4rem;font-size:.875rem}
.aadash-legend i{display:inline-block;width:.7rem;height:.7rem;border-radius:50%;margin-right:.45rem}
</style>"""


def hover(text: str) -> str:
    """Text as HTML, each term of the glossary where it first stands with its meaning to hover over."""
    return "".join(
        f'<abbr title="{escape(meaning)}">{escape(piece)}</abbr>' if meaning else escape(piece) for piece, meaning in said_pieces(text)
    )


def table(frame: pd.DataFrame, title: str = "", caption: str = "") -> str:
    """A table of text as HTML: a header row, one row per row of ``frame``, columns of numbers to the right.

    ``frame`` is what :func:`aadash.report.tables.printable` gives; its index is left out. A first cell that is a
    :class:`aadash.report.lines.RowHead` is moved in, or heads a section. ``title`` is read out by a
    screen reader and not shown; ``caption`` is shown above.
    """
    right = [all(_NUMBER.match(str(v)) for v in frame.iloc[:, i]) for i in range(frame.shape[1])]
    inline = [all(_VALUES.match(str(v)) for v in frame.iloc[:, i]) for i in range(frame.shape[1])]
    kind = [' class="n"' if r else ' class="i"' if i else "" for r, i in zip(right, inline, strict=True)]
    head = "".join(f'<th scope="col"{k}>{hover(str(c))}</th>' for c, k in zip(frame.columns, kind, strict=True))
    body = "".join(_row(line, kind) for line in lines(frame))
    label = f' aria-label="{_said(title)}"' if title else ""
    copy = _copying("Copy", "Copied", "The browser does not allow copying here")
    above = f"<caption>{_said(caption)}</caption>" if caption else ""
    tall = " tall" if len(frame) > TALL else ""
    return (
        f'{_TABLE_STYLE}<div class="aadash-table{tall}" tabindex="0">{copy}'
        f"<table{label}>{above}<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def copied(tables: str) -> str:
    """A button that puts ``tables`` (our HTML, not shown) on the clipboard, so that they are pasted into Word as tables."""
    button = _copying("Copy for Word", "Copied. Paste it into Word.", "The browser does not allow copying here. Use the Word file.")
    return f'{_TAKE_STYLE}<div class="aadash-take">{button}<div hidden>{tables}</div></div>'


def _copying(label: str, done: str, refused: str) -> str:
    """A button that the page's script gives its work."""
    told = f'data-copied="{_said(done)}" data-refused="{_said(refused)}"'
    return f'<button type="button" class="aadash-copy" {told}>{_said(label)}</button>'


def _row(line: Line, kind: Sequence[str]) -> str:
    """A row: a section's heading across the table, or cells, the first one moved in by its indent."""
    first = _said(line.cells[0])
    if line.section:
        return f'<tr class="section"><th scope="rowgroup" colspan="{len(kind)}">{first}</th></tr>'
    shift = f' style="padding-left:{1.2 * line.indent:g}em"' if line.indent else ""
    cells = "".join(f"<td{k}>{_said(v)}</td>" for v, k in zip(line.cells[1:], kind[1:], strict=True))
    return f'<tr><th scope="row"{kind[0]}{shift}>{first}</th>{cells}</tr>'


def definitions(terms: Sequence[Term]) -> str:
    """Terms of the glossary as HTML: each with its meaning, and where it misleads in small type."""
    rows = "".join(
        f'<dt>{_said(t.name)}</dt><dd>{_said(t.meaning)} <span class="under">{_said("Misleads")}: {_said(t.misleads)}</span></dd>'
        for t in terms
    )
    return f'{_DEFINITIONS_STYLE}<dl class="aadash-terms">{rows}</dl>'


def key_numbers(items: Sequence[tuple[str, str, str]]) -> str:
    """A strip of figures as HTML: of each its label, its value, and what stands under it."""
    cards = "".join(
        f'<div><dt>{_said(label)}</dt><dd class="value">{_said(value)}</dd>'
        + (f'<dd class="under">{_said(under)}</dd>' if under else "")
        + "</div>"
        for label, value, under in items
    )
    return f'{_FIGURES_STYLE}<dl class="aadash-figures">{cards}</dl>'


def answer(sentence: str, who: str = "") -> str:
    """An answer as HTML: the sentence, and under it who it is about."""
    under = f'<div class="who">{_said(who)}</div>' if who else ""
    return f'{_ANSWER_STYLE}<div class="aadash-answer"><div class="said">{hover(sentence)}</div>{under}</div>'


def plan_line(text: str, terms: Sequence[tuple[str, str]] = ()) -> str:
    """Which cohort and plan a page is about, a press on which leads to the plan; beside it what the words of the page mean."""
    more = f'<span class="more" aria-hidden="true">{_said("Change")}</span>'
    line = f'<button type="button" class="aadash-plan">{more}{_said(text)}</button>'
    if not terms:
        return line
    means = "".join(f"<dt>{_said(name)}</dt><dd>{_said(meaning)}</dd>" for name, meaning in terms)
    return f'<div class="aadash-line">{line}<details><summary>{_said("What the words mean")}</summary><dl>{means}</dl></details></div>'


def card(head: str, text: str, under: str = "") -> str:
    """A point of a list as HTML, set apart."""
    text, under = (say(t).replace(" %", "\u00a0%") for t in (text, under))  # no line begins with %
    below = f'<div class="under">{_said(under)}</div>' if under else ""
    above = f'<div class="head">{_said(head)}</div><div class="said">{_said(text)}</div>'
    return f'{_CARD_STYLE}<div class="aadash-card">{above}{below}</div>'


def headline(title: str, items: Sequence[tuple[str, str]] = ()) -> str:
    """The headline of a chart, and which colour is which where its marks carry no labels."""
    return f'{_HEADLINE_STYLE}<div class="aadash-headline">{_said(title)}</div>' + (legend(items) if items else "")


def under(caption: str, source: str = "", told: str = "", room: int = 0) -> str:
    """What stands under a chart: how to read it, where the numbers are from and, for a screen reader alone, ``told``.

    ``room`` is the height in pixels that is kept for the chart until it is drawn, so that nothing moves.
    """
    below = " ".join(_said(text) for text in (caption, source) if text)
    unseen = f'<div class="aadash-unseen">{_said(told)}</div>' if told else ""
    place = ".stElementContainer:has(+.stElementContainer .aadash-room-"
    kept = f"<style>{place}{room}){{min-height:{room}px}}</style>" if room else ""
    return f'{_UNDER_STYLE}{kept}<div class="aadash-under aadash-room-{room}">{below}</div>{unseen}'


def legend(items: Sequence[tuple[str, str]]) -> str:
    """Which colour is which, as HTML: label and colour of each, in a line that wraps."""
    keys = "".join(f'<span><i style="background:{escape(colour)}"></i>{_said(label)}</span>' for label, colour in items)
    return f'{_LEGEND_STYLE}<div class="aadash-legend">{keys}</div>'


def _said(text: str) -> str:
    """A text in the language of what is shown, made safe."""
    return escape(say(text))
