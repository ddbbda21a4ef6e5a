"""What if? Plans side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from aadash.axes import change_domain
from aadash.document import Answer, Choice, Doubts, Figure, Heading, Method, Panel, Part, Row, Table, Text, Unavailable
from aadash.formatting import counted
from aadash.legend import keyed
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.scenarios import Scenario
from aadash.views.view import Context, view
from aadash.views.words import plan_words

VIEW = Choice("view.scenarios", "View", "Mean", {v: v for v in ("Mean", "Percent change", "Responders")})
#: So many scenarios are put side by side at once.
BESIDE = 4
LOSS = Text(
    "Scenarios and the ledger live in this browser tab: a restart of the server or a longer absence empties them, and the patients "
    "too.",
    "strong",
)
KEEP = Text(
    "Save them to a file and load it again; with the patients in it, one file brings scenarios, ledger and patients back. “Keep my "
    "work” gives a file without the patients: with it and your own data file the present plan, the model and the choices on the pages "
    "are as you left them, too."
)


@view(
    "scenarios",
    "Scenarios",
    "What if? Plans side by side",
    group="Compare",
    icon="compare",
    order=54,
    without=(Panel("scenarios.restore"),),
    guessed=False,
)
def scenarios(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    saved = c.held.scenarios
    return [
        Text("The present plan", "strong"),
        Text(plan_words(c.plan, c.everyone)),
        Panel("scenarios.save"),
        Heading(counted(len(saved), "saved scenario") if saved else "Nothing saved yet"),
        Panel("scenarios.saved"),
        *(_beside(c, marked(c)) if marked(c) else []),
        Heading("Keep and share"),
        LOSS,
        KEEP,
        Panel("scenarios.keep"),
        Heading("A link to the present plan"),
        Panel("scenarios.link"),
    ]


def mark(one: Scenario) -> str:
    """The key of the choice whether a scenario is put side by side."""
    return f"scenario.mark.{one.created}.{one.name}"


def marked(c: Context) -> list[Scenario]:
    """The scenarios that are put side by side; the first :data:`BESIDE` unless a reader says otherwise."""
    return [one for i, one in enumerate(c.held.scenarios) if c.value(Choice(mark(one), one.name, i < BESIDE, kind="toggle"))]


def _beside(c: Context, chosen: list[Scenario]) -> list[Part]:
    """The answer, pictures on the same scales, then the numbers in one table."""
    if len(chosen) < 2:
        return [Text("Mark two scenarios or more to put them side by side.", "notice", icon="compare")]
    more: list[Part] = (
        [Text(f"Pictures of the first {BESIDE}; the table has all {len(chosen)}.", "small")] if len(chosen) > BESIDE else []
    )
    plans = tuple((one.name, one.plan) for one in chosen)
    result = c.ask("side_by_side", plan=chosen[0].plan, plans=plans)
    pictures: list[Part] = [*more, VIEW, *_pictures(c, chosen[:BESIDE])]
    if isinstance(result, Unavailable):
        return [*pictures, result]
    return [Answer(result, accounting=False), *pictures, Table(result), Doubts.of(result), Method(result)]


def _pictures(c: Context, chosen: list[Scenario]) -> list[Row]:
    shown = c.value(VIEW)
    analysis = "responders" if shown == "Responders" else "salt_over_time"
    plans: dict[str, AnalysisPlan] = {one.name: one.plan.resolved_for(c.everyone)[0] for one in chosen}
    found = {name: c.ask(analysis, plan=plan) for name, plan in plans.items()}
    drawn = [result for result in found.values() if isinstance(result, Result)]
    kind, options = "weeks", dict[str, Any]()
    if shown != "Responders":
        kind, options = "means", {"variable": "salt" if shown == "Mean" else "percent_change"}
    if shown == "Percent change" and drawn:
        options["whole"] = change_domain(*drawn)
    parts: list[Part] = [
        Text(f"{name}: {result.reason}", "notice", icon="block")
        if isinstance(result, Unavailable)
        else Figure(result, kind, options, title=name, legend=kind == "weeks" and keyed(result, kind), name=f"beside.{i}")
        for i, (name, result) in enumerate(found.items())
    ]
    return [Row(tuple(parts[i : i + 2]), columns=2) for i in range(0, len(parts), 2)]
