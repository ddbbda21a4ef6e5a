"""A question with a guess, and a check: asked once, kept for the session, taken back on request."""

from __future__ import annotations

from aadash.app.classroom.store import Poll
from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import attending, learning
from aadash.app.spoken import st
from aadash.formatting import counted
from aadash.lessons.lesson import Check, Number, Pick
from aadash.report import html


def ask(key: str, question: str, guess: Number | Pick) -> float | str | None:
    """The guess given so far, beside the answer; else the question with a place for it, and None."""
    given = learning.answer(key)
    st.markdown(f"## {plain(question)}")
    if given is not None:
        said = guess.said(given)  # type: ignore[arg-type]
        st.info(plain(said), icon=":material/lightbulb:")
        _class_bars(key)
        return given
    field = f"ask.{key}"
    if isinstance(guess, Number):
        st.slider(
            "Your guess",
            float(guess.low),
            float(guess.high),
            float(guess.start),
            float(guess.step),
            format=f"%.{max(0, -_exponent(guess.step))}f{guess.unit.replace('%', '%%')}",
            key=field,
        )
        chosen = True
    else:
        chosen = st.radio("Your guess", guess.options, index=None, key=field, format_func=plain) is not None
    asked = _poll(question, guess)
    st.button("This is my guess", type="primary", key=f"{field}.give", on_click=_give, args=(key, field, asked), disabled=not chosen)
    return None


def check(key: str, one: Check) -> str | None:
    """The answer given so far, with what is right; else the question and its options, and None."""
    given = learning.answer(key)
    st.markdown(f"## Check: {plain(one.question)}")
    if given is not None:
        right = given == one.options[one.right]
        (st.success if right else st.error)(plain(one.said(str(given))), icon=":material/check:" if right else ":material/close:")
        _class_bars(key)
        return str(given)
    field = f"ask.{key}"
    chosen = st.radio("Your answer", one.options, index=None, key=field, format_func=plain, label_visibility="collapsed")
    asked = Poll(one.question, one.options, truth=one.options[one.right])
    st.button("Answer", type="primary", key=f"{field}.give", on_click=_give, args=(key, field, asked), disabled=chosen is None)
    return None


def _give(key: str, field: str, asked: Poll) -> None:
    value = st.session_state.get(field)
    if value is not None:
        learning.give(key, value)
        attending.answer(key, asked, value)


def _poll(question: str, guess: Number | Pick) -> Poll:
    if isinstance(guess, Pick):
        return Poll(question, guess.options, truth=guess.options[guess.truth])
    return Poll(question, (), guess.low, guess.high, guess.unit, guess.truth)


def _class_bars(key: str) -> None:
    """The answers of the class so far, beside one's own."""
    found = attending.poll(key)
    if found is not None:
        bars(found, f"class.bars.{key}", tell=True)


def bars(found: Poll, key: str, tell: bool) -> None:
    """The answers of a class as bars; the right one in colour if it may be told."""
    from aadash.charts.poll import poll

    answers, truth = list(found.answers.values()), found.truth if tell else None
    st.html(html.headline(f"The class: {counted(len(answers), 'answer')}"))
    render.picture(lambda: poll(answers, found.options, found.low, found.high, found.unit, truth), key)


def _exponent(step: float) -> int:
    """−2 for 0.05, 0 for 1."""
    text = f"{step:g}"
    return -len(text.partition(".")[2])
