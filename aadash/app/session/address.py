"""The address bar: a link holds the plan, the page and what was chosen on it, never a file name, a patient or a value.

Each run writes it (:func:`write`). The first run of a session reads it, and so does a run that the browser's Back or Forward asked
for (:func:`read`): they step through changes of the plan and of a page's choices as they do through pages. See
``docs/adr/0021-links-and-back.md``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import Any

from aadash.app.server import inside
from aadash.app.server.sessions import lost_one
from aadash.app.session import choices, learning, registries, state, tongue
from aadash.app.spoken import st
from aadash.errors import AadashError
from aadash.model_plan import ModelPlan
from aadash.opening import severe
from aadash.plan import AnalysisPlan
from aadash.serial import decode

_STARTED, _WRITTEN = "aadash.started", "aadash.written"
#: Entries of an address that are not of the plan. What has a full stop in its name is a choice of the page.
_OTHER = ("cohort", "registry", "data", "model", "lesson", "guess", "projector", "class", "lang")
#: So many addresses are remembered with the plan that they stood for: Back restores filters by patient too, which no address holds.
_REMEMBERED = 100
RESTARTED = "The server was restarted, or this tab was away for more than two minutes, so the page began anew."


def started() -> bool:
    """Whether this session has had a run before."""
    return _STARTED in st.session_state


def read() -> None:
    """Once a session, and when the browser went back or forward: take plan, model, choices and sample from the address."""
    if not started():
        st.session_state[_STARTED] = True
        _first(dict(st.query_params))
    elif inside.went_back():
        _again(dict(st.query_params))


def _first(params: dict[str, str]) -> None:
    lost = lost_one(str(st.user.get("browser") or ""))
    attends = params.get("class", "")
    returns = bool(attends and set(params) - {"class", "lang"})  # the link of a class has no more; what a reload opens has
    expected = "" if attends else params.get("data", "")  # the class hands its cohort out again
    registry = params.get("registry", "")
    sample = params.get("cohort", "") or ("" if registry or expected or lost or returns else os.environ.get("AADASH_COHORT", ""))
    _take(params)
    learning.invite(attends, returns)
    state.choose_endpoint("endpoint" in params)
    if lost and expected:
        state.add_message(
            [
                f"{RESTARTED} Your file was not kept on the server. Upload the same file below: the plan is back, from the address, "
                "and is applied to it. If you kept your work in a file, upload that too: decisions, scenarios and ledger come back."
            ]
        )
    elif lost:
        back = "The plan and the cohort are back, from the address." if sample or registry else "No cohort is in use any more."
        state.add_message(
            [f"{RESTARTED} {back} Scenarios and the ledger are back when you upload the file in which you kept your work."]
        )
    elif expected:
        state.add_message(
            [
                "This address was made on an uploaded file. Files never travel in links and do not outlast a reload of the page. "
                "Upload the same file below: the plan of the address is applied to it. If you kept your work, upload that file too."
            ]
        )
    if sample:
        _load_sample(sample)
    elif registry:
        registries.use(registry)
    elif expected:
        state.expect_file(expected)


def _again(params: dict[str, str]) -> None:
    """Back or Forward. The cohort in use is never exchanged for another one but between samples, where nothing can be lost."""
    if not params or params == st.session_state.get(_WRITTEN):
        return
    remembered = st.session_state.get(_SEEN, {}).get(_key(params))
    if remembered is not None:
        state.set_plan(remembered[0])
        state.set_model(remembered[1])
        choices.take(_chosen(params))
    else:
        _take(params)
    loaded, sample = state.loaded(), params.get("cohort", "")
    if sample and (loaded is None or (loaded.sample and loaded.sample != sample)):
        _load_sample(sample)
    elif loaded is not None and _cohort(params) != _cohort(_about()):
        state.add_message(["That address was about another cohort. Its plan is used; the cohort in use stays as it is."])


def _take(params: Mapping[str, str]) -> None:
    """Plan, model and choices of an address; what is broken in it is told."""
    tongue.take(params.get("lang", ""))
    learning.open_lesson(params.get("lesson", ""))
    learning.cover(params.get("guess", "") == "1")
    learning.project(params.get("projector", "") == "1")
    given, notes = AnalysisPlan.from_params({k: v for k, v in params.items() if k not in _OTHER and "." not in k})
    state.set_plan(given)
    state.add_message(notes)
    if params.get("model"):
        _model_of(params["model"])
    choices.take(_chosen(params))


def _chosen(params: Mapping[str, str]) -> dict[str, Any]:
    return {key: _value(text) for key, text in params.items() if "." in key}


def _value(text: str) -> Any:
    try:
        return decode(text)
    except ValueError:
        return text


def _text(value: Any) -> str:
    """A choice as it stands in an address: text as it is unless it would read as something else."""
    if isinstance(value, str) and _value(value) == value:
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _load_sample(key: str) -> None:
    from aadash.app.session.samples import load_sample

    try:
        state.load(load_sample(key), by_address=True)
    except AadashError as error:
        state.add_message([error.paragraph()])


def _model_of(text: str) -> None:
    """Take the model from a link; a broken one is told and left out."""
    try:
        given, notes = ModelPlan.from_json(text)
    except AadashError as error:
        state.add_message([error.paragraph()])
        return
    state.set_model(given)
    state.add_message(notes)


def _about() -> dict[str, str]:
    """Which cohort is in use, as an address says it."""
    this = state.loaded()
    if this is None:
        return {}
    registry = registries.name_of(this.cohort)
    if this.sample or registry:
        return {"cohort": this.sample} if this.sample else {"registry": registry}
    return {"data": this.cohort.fingerprint[:12]}


def _cohort(params: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(params.get(key, "") for key in ("cohort", "registry", "data"))


def params_for(page: str) -> dict[str, str]:
    """The plan in use, the model and which cohort it is about as parameters of a link, with what was chosen on ``page``.

    A filter that could name a patient stays out of the link: see :meth:`AnalysisPlan.shareable`.
    """
    this, model = state.loaded(), state.model()
    want = state.plan().shareable(this.cohort if this else None).to_params()
    if this is not None and severe(this.cohort):
        want.setdefault("endpoint", state.plan().endpoint)  # such a cohort opens on another endpoint than the default
    want |= _about()
    if this is None and state.expected_fingerprint():
        want["data"] = state.expected_fingerprint()  # so that a reload asks for the same file again
    if model is not None:
        want["model"] = model.to_json()
    want |= {key: "1" for key, on in (("guess", learning.covers()), ("projector", learning.projector())) if on}
    if learning.attended():
        want["class"] = learning.attended()
    want |= tongue.to_params()
    return want | {key: _text(value) for key, value in choices.made(page).items()}


def write(**more: str) -> None:
    """Write the address of what is on screen, with ``more`` that the page asks for."""
    want = params_for(choices.here()) | more
    kept = st.session_state.get(_SEEN, {}) | {_key(want): (state.plan(), state.model())}
    st.session_state[_SEEN] = dict(list(kept.items())[-_REMEMBERED:])
    st.session_state[_WRITTEN] = want
    if dict(st.query_params) != want:
        st.query_params.from_dict(want)


_SEEN = "aadash.seen"


def _key(params: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """An address without the choices of its page: what the plan in it stands for."""
    return tuple(sorted((k, v) for k, v in params.items() if "." not in k))
