"""Streamlit as the app uses it: what is drawn is said in the language of the session (:mod:`aadash.language`).

``from aadash.app.spoken import st`` takes the place of ``import streamlit as st``; nothing else differs. Labels, text, help and the
words of options are translated on their way; keys, values and data are not. A place on the page (a column, a container) says its
texts likewise.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import streamlit as _streamlit

from aadash.language import current, later, say, saying


def words(text: str) -> frozenset[str]:
    """The words of a list in one text."""
    return frozenset(text.split())


#: Functions whose first argument is text.
_TEXT = words("""
badge button caption checkbox download_button error expander feedback file_uploader form_submit_button header info link_button
markdown metric multiselect number_input pills popover radio segmented_control select_slider selectbox slider spinner status
subheader success text text_area text_input title toast toggle warning write
""")
#: Functions that offer options, shown as words.
_OFFERED = words("""
multiselect pills radio segmented_control select_slider selectbox
""")
#: Functions with texts in keyword arguments alone.
_OTHER = words("""
page_link Page set_page_config
""")
#: Functions that show a frame with its column names.
_FRAMES = frozenset(("data_editor", "dataframe"))
_WORDS = ("label", "body", "help", "placeholder", "text", "title", "page_title")
#: Functions that return places to draw in.
_PLACES = frozenset(("columns", "container", "empty"))


class _Spoken:
    """Streamlit, or a place on its page, with the functions that show text replaced."""

    def __init__(self, of: Any) -> None:
        self._of = of

    def __enter__(self) -> Any:
        self._of.__enter__()
        return self

    def __exit__(self, *raised: Any) -> Any:
        return self._of.__exit__(*raised)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._of, name)
        if name in _TEXT or name in _OTHER:
            found = _saying(found, name)
        elif name in _FRAMES:
            found = _framed(found, "–" if name == "dataframe" else "")
        elif name in _PLACES:
            found = _placed(found)
        elif name == "progress":
            found = functools.partial(_Bar, found)
        elif name == "navigation":
            found = _grouped(found)
        else:
            return found  # values such as the session's state are asked for anew each time
        setattr(self, name, found)
        return found


def _saying(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    first, offers = name in _TEXT, name in _OFFERED

    @functools.wraps(function)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        if current() == "en":
            return function(*args, **kwargs)
        if first and args and isinstance(args[0], str):
            args = (say(args[0]), *args[1:])
        for word in _WORDS:
            if isinstance(kwargs.get(word), str):
                kwargs[word] = say(kwargs[word])
        if offers:
            words, said = kwargs.get("format_func", str), saying()
            kwargs["format_func"] = lambda option: said(str(words(option)))
        if name == "download_button" and len(args) > 1 and callable(args[1]):  # the file is made when it is asked for
            args = (args[0], later(args[1]), *args[2:])
        return function(*args, **kwargs)

    return spoken


def _placed(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that returns a place to draw in, or several."""

    @functools.wraps(function)
    def spoken(*args: Any, **kwargs: Any) -> Any:
        made = function(*args, **kwargs)
        return [_Spoken(one) for one in made] if isinstance(made, list) else _Spoken(made)

    return spoken


class _Bar:
    """A bar that goes on: ``st.progress``, whose text is said each time that it moves."""

    def __init__(self, made: Callable[..., Any], value: float, text: str | None = None) -> None:
        self._bar = made(value, self._said(text))

    def progress(self, value: float, text: str | None = None) -> None:
        self._bar.progress(value, self._said(text))

    def empty(self) -> None:
        self._bar.empty()

    @staticmethod
    def _said(text: str | None) -> str | None:
        return None if text is None else say(text)


def _framed(function: Callable[..., Any], empty: str) -> Callable[..., Any]:
    """A function that shows a frame; ``empty`` stands where there is no value, for which Streamlit would write "None"."""

    @functools.wraps(function)
    def spoken(data: Any = None, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("placeholder", empty)
        columns = getattr(data, "columns", None)
        if current() == "en" or columns is None:
            return function(data, *args, **kwargs)
        given: Mapping[Any, Any] = kwargs.get("column_config") or {}
        named: dict[Any, Any] = {c: said for c in columns if isinstance(c, str) and (said := say(c)) != c}
        for column, config in given.items():
            if isinstance(config, dict):
                label = config.get("label") or (column if column in columns else None)
                more = {"help": say(config["help"])} if config.get("help") else {}
                named[column] = {**config, **({"label": say(label)} if isinstance(label, str) else {}), **more}
            else:
                named[column] = config
        return function(data, *args, **{**kwargs, "column_config": named})

    return spoken


def _grouped(function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def spoken(pages: Any, **kwargs: Any) -> Any:
        return function({say(group): found for group, found in pages.items()} if isinstance(pages, dict) else pages, **kwargs)

    return spoken


if TYPE_CHECKING:
    import streamlit as st
else:
    st = _Spoken(_streamlit)
