"""The parts of a page (:mod:`aadash.document`), drawn one after another."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from textwrap import indent
from typing import Any

import numpy as np
import pandas as pd

from aadash import document as d
from aadash.app.parts import chart_selection, computing, render
from aadash.app.parts.explanations import lesson
from aadash.app.parts.files import page_files
from aadash.app.parts.markdown import plain
from aadash.app.session import cache, choices, learning, notebook, state
from aadash.app.shell.page import PageContext, open_page
from aadash.app.spoken import st
from aadash.charts import chart
from aadash.formatting import whole
from aadash.intake import Decisions
from aadash.language import current, say, together
from aadash.legend import legend
from aadash.report import html
from aadash.report.tables.further import alternatives, checks
from aadash.result import Caveat
from aadash.serial import shown
from aadash.views import VIEWS, Context, Held

#: So many doubts stand in open words; the others are one line.
OPEN_DOUBTS = 3
#: Name of a panel → the function that draws it.
PANELS: dict[str, Callable[[PageContext, Context], None]] = {}


def panel(name: str) -> Callable[[Callable[[PageContext, Context], None]], Callable[[PageContext, Context], None]]:
    """Register a function as the panel of this name: "module.name", or the module's name where it has one."""

    def register(function: Callable[[PageContext, Context], None]) -> Callable[[PageContext, Context], None]:
        PANELS[name] = function
        return function

    return register


class Chosen(Mapping[str, Any]):
    """What the reader has chosen so far in this session, by the key of the choice."""

    def __getitem__(self, key: str) -> Any:
        asked = choices.given()
        return asked[key] if key in asked else st.session_state[key]

    def __contains__(self, key: object) -> bool:
        return isinstance(key, str) and (key in choices.given() or key in st.session_state)

    def __iter__(self) -> Iterator[str]:
        return iter(map(str, st.session_state))

    def __len__(self) -> int:
        return len(st.session_state)


def page(name: str) -> None:
    """The page of a view: open it, ask it for its parts, draw them."""
    view = VIEWS[name]
    opened = open_page(view.question, view.controls, otherwise=partial(standing, view.without))
    context = context_of(opened)
    found = view.content(context)
    if view.guessed and learning.guess_first():
        from aadash.app.learn.covering import uncovered

        if not uncovered(name, opened.everyone.measure.words(view.question), found, opened):
            return
    parts(found, opened, context)
    page_files(found, name)


def context_of(opened: PageContext) -> Context:
    """What a view works with, results being those of the session."""
    ask = partial(cache.result, cohort=opened.everyone, plan=opened.plan)
    loaded, ledger = opened.loaded, notebook.ledger().of(opened.everyone.fingerprint)
    decisions = loaded.source.decisions if loaded.source else Decisions()
    held = Held(loaded.reading, decisions, ledger, notebook.scenarios())
    return Context(opened.everyone, opened.cohort, opened.plan, opened.strata, ask, Chosen(), state.model(), held)


def parts(found: Sequence[d.Part], opened: PageContext, context: Context) -> None:
    """Draw parts in order."""
    under = 3 if any(isinstance(part, d.Heading) and part.level == 2 for part in found) else 2
    for i, part in enumerate(found):
        if isinstance(part, d.Heading):
            _heading(part, opened, context, i, under)
        else:
            _DRAW[type(part)](part, opened, context, i)


def standing(found: Sequence[d.Part]) -> None:
    """Draw parts that need neither a cohort nor its plan: text, numbers, tables of text, and panels for when there is none."""
    nobody: Any = None
    parts(found, nobody, nobody)


def _heading(part: d.Heading, opened: PageContext, context: Context, i: int, under: int = 2) -> None:
    """A heading; ``under`` is the level of one of level 3, so that no level is left out on a page without one of level 2."""
    st.markdown(f"{'#' * (2 if part.level == 2 else under)} {plain(part.text)}")
    if part.under:
        st.caption(plain(part.under))


def _text(part: d.Text, *_: Any) -> None:
    if part.tone == "small":
        st.caption(plain(part.text))
    elif part.tone == "notice":
        st.info(plain(part.text), icon=f":material/{part.icon or 'info'}:")
    else:
        sign, then = f":material/{part.icon}: " if part.icon else "", f" **{plain(part.then)}**" if part.then else ""
        st.markdown(f"**{plain(part.text)}**" if part.tone == "strong" else f"{sign}{plain(part.text)}{then}")


def _figure(part: d.Figure, opened: PageContext, context: Context, i: int) -> None:
    result, kind = part.result, part.kind or "chart"
    key = part.name or ".".join([result.analysis, kind, *(str(v) for k, v in part.options.items() if k == "only")])
    if part.title:
        st.html(html.headline(part.title, part.keys))

    def make(**more: Any) -> Any:
        made = chart(result, part.kind, **part.options, **more)
        return replace(made, spec={**made.spec, "height": part.height}) if part.height else made

    name = f"{key}{sorted((k, repr(v)) for k, v in part.options.items())}"
    made = " (synthetic)" if opened.everyone.synthetic else ""
    whose = f"{opened.everyone.name}{made}"
    # a panel's n is in its headline: captions of one length keep charts side by side at one height
    from_where = f"Source: {whose}." if part.options.get("only") is not None else f"Source: {whose}, n = {whole(part.analysed)}."
    source = together([say(from_where), "AAdash."])
    if part.picks == "lines":
        chart_selection.lines(opened, lambda brush: make(brush=brush), key, result, source)
    elif part.picks == "levels":
        chart_selection.bars(opened, make, key, result, source)
    elif part.picks == "subgroups":
        chart_selection.levels(opened, make, key, result, name, source)
    else:
        render.picture(make, key, of=result, name=name, quiet=part.quiet, source=source)


def _row(part: d.Row, opened: PageContext, context: Context, i: int) -> None:
    for column, one in zip(st.columns(max(part.columns, len(part.parts)), vertical_alignment="bottom"), part.parts, strict=False):
        with column:
            parts([one], opened, context)


def doubts(part: d.Doubts, *_: Any) -> None:
    """The weightiest doubts one line each, with what to do about it a click deeper; the rest in one fold."""
    first, rest = part.caveats[:OPEN_DOUBTS], part.caveats[OPEN_DOUBTS:]
    with st.container():  # so that what comes after stays where it was when there is one more or one less
        for c in first:
            icon = ":material/warning:" if c.level == "warning" else ":material/info:"
            with st.expander(plain(c.text), icon=icon):
                st.markdown(_explained(c))
        if rest:
            with st.expander(f"{len(rest)} more to know before you believe it", icon=":material/more_horiz:"):
                st.markdown("\n\n".join(indent(f"- **{plain(c.text)}**\n\n{_explained(c)}", "  ")[2:] for c in rest))


def _explained(c: Caveat) -> str:
    advice = f"**{plain(c.advice)}**\n\n" if c.advice else ""
    return advice + (lesson(c.code) or "Nothing to change: it is said so that it is known.")


def _card(part: d.Card, *_: Any) -> None:
    st.html(html.card(part.head, part.text, part.under))


def _text_table(part: d.TextTable, *_: Any) -> None:
    st.html(html.table(part.frame, part.title, part.title))


def _grid(part: d.Grid, opened: PageContext, context: Context, i: int) -> None:
    more: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-row"} if part.then is not None else {}
    columns: dict[Any, Any] = {c: st.column_config.NumberColumn(format=f"%.{k}f") for c, k in _decimals(part.frame).items()}
    if part.index:
        columns["_index"] = st.column_config.Column(part.index)
    picked: Any = st.dataframe(
        part.frame,
        width="stretch",
        height=part.height or "auto",
        hide_index=not part.index,
        column_config=columns or None,
        key=part.key,
        **more,
    )
    if part.caption:
        st.caption(plain(part.caption))
    if part.then is not None and picked.selection.rows:
        parts(part.then(picked.selection.rows[0]), opened, context)


def _decimals(frame: pd.DataFrame) -> dict[Any, int]:
    """Columns of numbers with decimals, and how many: 12 and 17.9 stand below each other as 12.0 and 17.9."""
    out = {}
    for name in frame.select_dtypes("float"):
        values = frame[name].dropna().to_numpy()
        known = [k for k in range(4) if np.abs(values - values.round(k)).max(initial=0) < 1e-9]
        if known and known[0]:
            out[name] = known[0]
    return out


def _examined(part: d.Examined, *_: Any) -> None:
    result = part.result
    if result.checks:
        broken = any(c.verdict == "broken" for c in result.checks)
        label = "Not every assumption holds on these data" if broken else "The assumptions, as checked on these data"
        with render.fold(label, "rule" if broken else "fact_check", f"fold.checks.{result.analysis}") as f:
            if f.open:
                st.html(html.table(checks(result), "assumptions"))
                if groups := getattr(result.details, "qq", None):
                    if len(groups) > 1:  # whose points are whose
                        st.html(html.legend(legend(result)))
                    render.picture(lambda: chart(result, "qq"), f"qq-{result.analysis}")
    if result.alternatives:
        otherwise = not all(a.agrees for a in result.alternatives)
        label = "Another reasonable choice would have said otherwise" if otherwise else "Other reasonable choices agree"
        with render.fold(label, "call_split" if otherwise else "done_all", f"fold.others.{result.analysis}") as f:
            if f.open:
                st.html(html.table(alternatives(result), "other choices"))


def _choice(part: d.Choice, *_: Any) -> None:
    key, options = part.key, list(part.options)
    choices.note(key, part.default)
    default: Any = part.default
    if key in choices.given():
        _take(part, choices.given().pop(key))
        default = None  # of a value that is set here Streamlit wants no default
    if key in st.session_state and part.valid(st.session_state[key]) != _fixed(st.session_state[key]):
        st.session_state[key], default = part.valid(st.session_state[key]), None
    common: dict[str, Any] = {"key": key, "persist_state": "session", "help": part.help or None}
    shown: Any = lambda v: str(part.options.get(v, v))  # noqa: E731 # a menu shows text as it is, buttons read it as Markdown
    words: Any = lambda v: plain(shown(v))  # noqa: E731
    if part.kind == "segments":
        st.segmented_control(
            plain(part.label), options, default=default, format_func=words, label_visibility="collapsed", required=True, **common
        )
    elif part.kind == "select":
        st.selectbox(plain(part.label), options, index=0 if default is None else options.index(default), format_func=shown, **common)
    elif part.kind == "several":
        st.multiselect(plain(part.label), options, format_func=shown, **common)
    elif part.kind == "toggle":
        st.toggle(plain(part.label), bool(default), **common)
    elif part.bounds is not None:
        low, high, step = part.bounds
        st.number_input(plain(part.label), low, high, "min" if default is None else default, step, format="%g", **common)


def _take(part: d.Choice, asked: Any) -> None:
    """Choose what a link or kept work asks for; where that is not on offer, say so in its place."""
    st.session_state[part.key] = part.valid(asked)
    if part.valid(asked) != _fixed(asked):
        st.caption(f"{plain(part.label)}: {plain(shown(asked))} cannot be chosen here, so the usual choice stands.")


def _fixed(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _choices(part: d.Choices, *_: Any) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for one in part.items:
            if one.kind == "several":
                with st.popover(one.label.split(" ")[0] if current() == "en" else one.label, type="tertiary"):
                    _choice(one)
            else:
                _choice(one)


def _fold(part: d.Fold, opened: PageContext, context: Context, i: int) -> None:
    with render.fold(part.label, part.icon, part.key) as f:
        if f.open:
            parts(part.content(), opened, context)


def _long(part: d.Long, opened: PageContext, context: Context, i: int) -> None:
    result = computing.run(opened, part.analysis, part.label, dict(part.options), part.at_once)
    if result is not None:
        parts(part.then(result), opened, context)


def _unavailable(part: d.Unavailable, opened: PageContext, context: Context, i: int) -> None:
    render.unavailable(part.reason, f"undo.{i}")


def _panel(part: d.Panel, opened: PageContext, context: Context, i: int) -> None:
    """A panel by its name; the module of :mod:`aadash.app.panels` that it begins with registers it when it is first asked for."""
    if part.name not in PANELS:
        importlib.import_module(f"aadash.app.panels.{part.name.split('.')[0]}")
    PANELS[part.name](opened, context)


_DRAW: dict[type, Callable[..., None]] = {
    d.Text: _text,
    d.KeyNumbers: lambda p, *_: render.key_numbers([(n.label, n.value, n.under) for n in p.items]),
    d.Answer: lambda p, *_: render.answer(p.result, p.accounting),
    d.Figure: _figure,
    d.Row: _row,
    d.Table: lambda p, o, c, i: render.table(p.result, p.rows, str(i), p.title, p.options, p.scrolls),
    d.Card: _card,
    d.TextTable: _text_table,
    d.Grid: _grid,
    d.Examined: _examined,
    d.Doubts: doubts,
    d.Method: lambda p, *_: render.method(p.result),
    d.Downloads: lambda p, o, *_: render.downloads(p.result, o),
    d.Unavailable: _unavailable,
    d.Choice: _choice,
    d.Choices: _choices,
    d.Fold: _fold,
    d.Long: _long,
    d.Panel: _panel,
}
