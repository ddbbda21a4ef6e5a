"""Printable tables and figures as HTML: they paste into Word as tables, print, and are read out by a screen reader.

Every text is escaped, whoever wrote it. How it looks is said once, in the style of the page (``aadash/app/shell/page.css``): a style
with every piece made the browser reckon the whole page anew at each of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import pandas as pd

from aadash.formatting import glued, whole_ranges
from aadash.glossary import Term
from aadash.language import say, together
from aadash.language.terms import said_pieces
from aadash.levels import width_of
from aadash.report.lines import Line, lines, with_the_row_before

#: A cell that is a number, a range of numbers, a p-value or an empty sign stands to the right.
_NUMBER = re.compile(r"^[<>=≈−–+-]?\s?[\d.,  ]*\s?%?$")
#: A cell of several numbers stays on one line: "12.3 to 45.6", "58.5 (n = 455)", "14.5 of 16 weeks (14.0 to 15.0)"; so does one of few
#: letters: "Chi-squared".
_VALUES = re.compile(r"^(?:[\W\d]|\bto\b|\bn\b|\bof\b|\bweeks\b)*$")
FEW = 22
#: Where a value of more letters is broken in a table that is too wide: "32.3 (10.0), | 18 to 57", "6.2 | (2.0 to 14.5)".
PARTED, _PART = 15, re.compile(r"(?<=,) | (?=\([^()]*\sto\s)")

#: A table of more rows scrolls.
TALL = 60
#: A table of more columns keeps its first in sight, and says by a shadow that it goes on.
WIDE = 8
#: A table of more columns is printed on a page that is turned.
TURNED = 12
#: So many letters of a printed table stand side by side on paper; a wider one breaks its values.
PAPER = 112
#: A table of so many rows, none of them under another, is sorted by a press on the head of a column.
SORTED = 6
#: A name of more letters at the head of a row asks for a wider column: else it stands in six lines beside columns of air.
LONG = 24
#: Where no name has more letters ("12a-g") the column is as narrow as they are.
SHORT = 8
#: A head of more letters asks for room of its own on a phone.
LONG_HEAD = 12
#: A table with cells of more letters than this, and few columns, is a list on a phone: each cell below the other, under its head.
PROSE, FEW_COLUMNS = 60, 5
#: Names of so many letters in all make a legend of columns: in lines that wrap each would begin somewhere else.
MOST_IN_LINES = 300


def hover(text: str) -> str:
    """Text as HTML, each term of the glossary where it first stands with its meaning to hover over."""
    return "".join(
        f'<abbr title="{escape(meaning)}">{escape(piece)}</abbr>' if meaning else escape(piece) for piece, meaning in said_pieces(text)
    )


def table(frame: pd.DataFrame, title: str = "", caption: str = "") -> str:
    """A table of text as HTML: a header row, one row per row of ``frame``, columns of numbers to the right.

    ``frame`` is what :func:`aadash.report.tables.printable` gives; its index is left out. A first cell that is a
    :class:`aadash.report.lines.RowHead` is moved in, or heads a section. ``title`` is read out by a
    screen reader and not shown; ``caption`` is shown above. The page's script sorts a table of :data:`SORTED` rows or more. Of more
    than :data:`WIDE` columns the first stays in sight; of names longer than :data:`LONG` it is wide.
    """
    right = [all(_NUMBER.match(str(v)) for v in frame.iloc[:, i]) for i in range(frame.shape[1])]
    inline = [
        all(_VALUES.match(str(v)) or (i and width_of(say(str(v))) <= FEW) for v in frame.iloc[:, i]) for i in range(frame.shape[1])
    ]
    kind = [' class="n"' if r else ' class="i"' if i else "" for r, i in zip(right, inline, strict=True)]
    rows = lines(frame)
    sorts = len(rows) >= SORTED and not any(line.section or line.indent or line.cells[0][:1].isspace() for line in rows)
    by = ' tabindex="0" aria-sort="none"' if sorts else ""
    head = "".join(
        f'<th scope="col"{k}{by}{_long(str(c))}>{whole_ranges(hover(str(c)))}</th>' for c, k in zip(frame.columns, kind, strict=True)
    )
    fits = _across(frame, [r or i for r, i in zip(right, inline, strict=True)]) <= PAPER
    prose = 2 < frame.shape[1] <= FEW_COLUMNS and any(width_of(say(v)) > PROSE for line in rows for v in line.cells[1:])
    heads = [*map(str, frame.columns)] if prose else ()
    body = "".join(_row(line, kind, not fits, heads, after) for line, after in zip(rows, with_the_row_before(rows), strict=True))
    label = f' aria-label="{_said(title)}"' if title else ""
    copy = _copying("Copy", "Copied", "The browser does not allow copying here")
    above = f"<caption>{whole_ranges(_said(caption))}</caption>" if caption else ""
    names = [
        "aadash-table",
        *(["tall"] if len(frame) > TALL else []),
        *(["sorts"] if sorts else []),
        *(["wide"] if frame.shape[1] > WIDE else []),
        *(["turned"] if frame.shape[1] > TURNED else []),
        *(["named"] if any(width_of(line.cells[0]) > LONG for line in rows if not line.section) else []),
        *(["brief"] if frame.shape[1] <= WIDE and all(width_of(line.cells[0]) <= SHORT for line in rows) else []),
        *(["fits"] if fits else []),
        *(["prose"] if prose else []),
    ]
    return (
        f'<div class="{" ".join(names)}" tabindex="0">{copy}'
        f"<table{label}>{above}<thead><tr>{head}</tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def _long(head: str) -> str:
    """The letters of a head of several words, which ask for room where columns are as narrow as their numbers."""
    letters = width_of(say(head))
    return f' style="--letters:{letters:g}"' if letters > LONG_HEAD else ""


def _across(frame: pd.DataFrame, unbroken: Sequence[bool]) -> float:
    """Letters side by side, a gap after each column: whole cells of columns that are ``unbroken``, the longest word of the others."""
    width = 0.0
    for i, whole in enumerate(unbroken):
        texts = [say(str(v)) for v in frame.iloc[:, i]]
        words = say(str(frame.columns[i])).split() + [w for t in texts for w in ([t] if whole else t.split())]
        width += max(map(width_of, words), default=0) + 1
    return width


def copied(tables: str) -> str:
    """A button that puts ``tables`` (our HTML, not shown) on the clipboard, so that they are pasted into Word as tables."""
    button = _copying("Copy for Word", "Copied. Paste it into Word.", "The browser does not allow copying here. Use the Word file.")
    return f'<div class="aadash-take">{button}<div hidden>{tables}</div></div>'


def _copying(label: str, done: str, refused: str) -> str:
    """A button that the page's script gives its work."""
    told = f'data-copied="{_said(done)}" data-refused="{_said(refused)}"'
    return f'<button type="button" class="aadash-copy" {told}>{_said(label)}</button>'


def _row(line: Line, kind: Sequence[str], parted: bool = False, heads: Sequence[str] = (), after: bool = False) -> str:
    """A row: a section's heading across the table, or cells, the first one moved in by its indent. With ``parted`` long values may
    be broken before what stands in brackets or after a comma, so that a crowded table needs no scrolling; ``heads`` are those of
    the columns, where each cell is to know its own; ``after`` says that the row stays with the one before it.
    """
    # a number by itself stays one for a spreadsheet that it is copied into
    texts = [_said(v) if k else whole_ranges(_said(v)) for v, k in zip(line.cells, kind, strict=True)]
    if parted:
        values = [
            whole_ranges(t) if k and "(" in t else t for t, k in zip(texts, kind, strict=True)
        ]  # "9 (45.0 %)": not "9 (45.0" | "%)"
        texts = [_PART.sub(" <wbr>", t) if k and len(v) > PARTED else t for t, k, v in zip(values, kind, line.cells, strict=True)]
    first = texts[0]
    if line.section:
        return f'<tr class="section"><th scope="rowgroup" colspan="{len(kind)}"><span>{first}</span></th></tr>'
    shift = f' style="padding-left:{1.2 * line.indent:g}em"' if line.indent else ""
    under = [f' data-head="{_said(head)}"' for head in heads[1:]] or [""] * (len(kind) - 1)
    cells = "".join(f"<td{k}{head}>{text}</td>" for text, k, head in zip(texts[1:], kind[1:], under, strict=True))
    return f'<tr{" class=with" if after else ""}><th scope="row"{kind[0]}{shift}>{first}</th>{cells}</tr>'


def definitions(terms: Sequence[Term]) -> str:
    """Terms of the glossary as HTML: each with its meaning, and where it misleads in small type."""
    rows = "".join(
        f'<dt>{_said(t.name)}</dt><dd>{_said(t.meaning)} <span class="under">{_said("Misleads")}: {_said(t.misleads)}</span></dd>'
        for t in terms
    )
    return f'<dl class="aadash-terms">{rows}</dl>'


def key_numbers(items: Sequence[tuple[str, str, str]]) -> str:
    """A strip of figures as HTML: of each its label, its value, and what stands under it."""
    cards = "".join(
        f'<div><dt>{whole_ranges(_said(label))}</dt><dd class="value">{glued(_said(value))}</dd>'
        + (f'<dd class="under">{whole_ranges(_said(under))}</dd>' if under else "")
        + "</div>"
        for label, value, under in items
    )
    return f'<dl class="aadash-figures">{cards}</dl>'


def answer(sentence: str, who: str = "") -> str:
    """An answer as HTML: the sentence, and under it who it is about."""
    under = f'<div class="who">{_said(who)}</div>' if who else ""
    return f'<div class="aadash-answer"><div class="said">{whole_ranges(hover(sentence))}</div>{whole_ranges(under)}</div>'


def plan_line(text: str, terms: Sequence[tuple[str, str]] = ()) -> str:
    """Which cohort and plan a page is about, a press on which leads to the plan; beside it what the words of the page mean."""
    more = f'<span class="more" aria-hidden="true">{_said("Change")}</span>'
    line = f'<button type="button" class="aadash-plan">{more}{whole_ranges(_said(text))}</button>'
    if not terms:
        return line
    means = "".join(f"<dt>{_said(name)}</dt><dd>{_said(meaning)}</dd>" for name, meaning in terms)
    return f'<div class="aadash-line">{line}<details><summary>{_said("What the words mean")}</summary><dl>{means}</dl></details></div>'


def card(head: str, text: str, under: str = "") -> str:
    """A point of a list as HTML, set apart."""
    text, under = (whole_ranges(say(t)) for t in (text, under))
    below = f'<div class="under">{_said(under)}</div>' if under else ""
    above = f'<div class="head">{_said(head)}</div><div class="said">{_said(text)}</div>'
    return f'<div class="aadash-card">{above}{below}</div>'


def headline(title: str, items: Sequence[tuple[str, str]] = ()) -> str:
    """The headline of a chart, and which colour is which where its marks carry no labels."""
    return f'<div class="aadash-headline">{whole_ranges(_said(title))}</div>' + (legend(items) if items else "")


def under(caption: str, source: str = "", told: str = "", room: int = 0, key: Sequence[tuple[str, str]] = ()) -> str:
    """What stands under a chart: how to read it, where the numbers are from and, for a screen reader alone, ``told``.

    ``key`` says, where the chart is too narrow for names, whose the numbers are that stand in their place: name and colour.

    ``room`` is the height in pixels that is kept for the chart until it is drawn, so that nothing moves.
    """
    below = whole_ranges(together([_said(text) for text in (caption, source) if text]))
    unseen = f'<div class="aadash-unseen">{_said(told)}</div>' if told else ""
    kept = f' data-room="{room}"' if room else ""
    named = "".join(f'<li><i style="background:{escape(colour)}"></i>{_said(name)}</li>' for name, colour in key)
    listed = f'<ol class="aadash-key">{named}</ol>' if named else ""
    return f'{listed}<div class="aadash-under"{kept}>{below}</div>{unseen}'


def legend(items: Sequence[tuple[str, str]]) -> str:
    """Which colour is which, as HTML: label and colour of each, in a line that wraps."""
    keys = "".join(f'<span><i style="background:{escape(colour)}"></i>{whole_ranges(_said(label))}</span>' for label, colour in items)
    many = " many" if sum(width_of(label) for label, _ in items) > MOST_IN_LINES else ""
    return f'<div class="aadash-legend{many}">{keys}</div>'


def _said(text: str) -> str:
    """A text in the language of what is shown, made safe."""
    return escape(say(text))
