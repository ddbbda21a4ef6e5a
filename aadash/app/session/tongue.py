"""The language of a session: the address's, else the browser's; and the words of the file, which stay as they are."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import TYPE_CHECKING

from aadash.app.session import state
from aadash.app.session.samples import load_sample
from aadash.app.spoken import st
from aadash.language import LANGUAGES, current, say, speak
from aadash.language.own import own_words

if TYPE_CHECKING:
    from aadash.language.speaker import Speaker

_CHOSEN, _SPEAKER = "aadash.language", "aadash.speaker"


def begin() -> None:
    """What this run shows from here on is in the session's language."""
    language = chosen()
    speak(language, who=None if language == "en" else _speaker(language))


def chosen() -> str:
    """The language of the session."""
    if _CHOSEN not in st.session_state:
        asked = st.query_params.get("lang", "")
        st.session_state[_CHOSEN] = asked if asked in LANGUAGES else browsers()
    return str(st.session_state[_CHOSEN])


def browsers() -> str:
    """The language that the browser asks for, where there is one of ours."""
    asked = (st.context.locale or "en").lower().split("-")[0]
    return asked if asked in LANGUAGES else "en"


def take(language: str) -> None:
    """Change the language. What was chosen in menus stays chosen, though its words change."""
    if language not in LANGUAGES or language == chosen():
        return
    for key, value in list(st.session_state.items()):
        texts = isinstance(value, (list, tuple)) and value and all(isinstance(v, (str, int)) for v in value)
        if isinstance(key, str) and not key.startswith("aadash.") and (texts or isinstance(value, str)):
            st.session_state[key] = value
    st.session_state[_CHOSEN] = language
    speak(language)


def to_params() -> dict[str, str]:
    """What the address says of it: nothing where it is English and the browser's."""
    return {} if chosen() == browsers() == "en" else {"lang": chosen()}


def switch() -> None:
    """The languages by their own names, the one in use without a press."""
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="languages"):
        for code, name in LANGUAGES.items():
            if code == chosen():
                st.markdown(f":small[**{name}**]", width="content")
            else:
                st.button(f":small[{name}]", key=f"language.{code}", type="tertiary", on_click=take, args=(code,))
        st.html(f'<span class="aadash-lang" data-lang="{current()}" hidden>{_streamlits()}</span>')


def _streamlits() -> str:
    """What the page's script writes: that something is computed, and into words of Streamlit's own, which it has in English alone."""
    always = {
        "busy": say("Computing …"),
        "lost": say("There is no such page"),
        "first": say("The address names none that AAdash has. This is the first page."),
    }
    most = st.get_option("server.maxUploadSize")
    words = always | {
        "upload": say("Upload"),
        "size": say(f"{most} MB per file"),
        "more": say("All pages"),
        "less": say("Fewer pages"),
        "enter": say("Press Enter to apply"),
        "with": say("Press Ctrl+Enter to apply"),
        "none": say("No results"),
    }
    said = always if current() == "en" else words
    return "".join(f'<i data-{key}="{escape(text)}"></i>' for key, text in said.items())


def _speaker(language: str) -> Speaker:
    """Who says the texts of this session: one for everybody on a sample, one of its own for a session with a file, as what is said
    holds words of the file."""
    from aadash.language.speaker import Speaker

    loaded = state.loaded()
    if loaded is None or loaded.sample:
        st.session_state.pop(_SPEAKER, None)
        return _everybodys(language, "" if loaded is None else loaded.sample)
    key = (language, loaded.cohort.fingerprint)
    kept = st.session_state.get(_SPEAKER)
    if kept is None or kept[0] != key:
        kept = st.session_state[_SPEAKER] = (key, Speaker(language, own_words(loaded.cohort)))
    return kept[1]


@cache
def _everybodys(language: str, sample: str) -> Speaker:
    from aadash.language.speaker import Speaker

    return Speaker(language, own_words(load_sample(sample).cohort)) if sample else Speaker(language)
