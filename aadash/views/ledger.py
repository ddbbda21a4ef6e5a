"""How many questions have been asked, what chance would have given, what was prespecified."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import Answer, Choice, Figure, Heading, KeyNumber, KeyNumbers, Method, Panel, Part, Table, Text, Unavailable
from aadash.formatting import counted, number
from aadash.ledger import covers, when
from aadash.result import Result
from aadash.views.view import Context, view
from aadash.views.words import plan_words

NOTHING = Text(
    "No question with a p-value has been asked of this cohort yet. Each table with p-values that you see is entered here.",
    "notice",
    icon="receipt_long",
)
REMINDER = Text(
    "Tests on one set of patients depend on each other, and what you saw before this session is not in here. The ledger informs; it "
    "blocks nothing.",
    "small",
)


@view(
    "ledger",
    "Ledger",
    "How many questions have been asked?",
    group="Publish",
    icon="receipt_long",
    order=96,
    guessed=False,
)
def ledger(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    return [*_account(c), *_prespecify(c)]


def _account(c: Context) -> list[Part]:
    """The key numbers, the sentence, the picture, the table, the file."""
    if not len(c.held.ledger):
        return [NOTHING]
    result = c.ask("questions_asked", ledger=c.held.ledger)
    if isinstance(result, Unavailable):
        return [result]
    figure, table = Figure(result, quiet=True), Table(result, title="Every question, the latest first", scrolls=True)
    return [key_numbers(result), Answer(result, accounting=False), REMINDER, figure, table, Panel("ledger.files"), Method(result)]


def key_numbers(result: Result) -> KeyNumbers:
    """How many were asked, how many are significant, and how many of them are left or were prespecified."""
    r, alpha = result.rows(variable="all").iloc[0], result.plan.alpha
    stated = f"{r['significant_prespecified']:.0f} of them with p ≤ {alpha:g}" if r["prespecified"] else "all were found by looking"
    return KeyNumbers(
        (
            KeyNumber("Questions asked", f"{r['k']:.0f}", "each counted once, when first shown"),
            KeyNumber(f"p ≤ {alpha:g}", f"{r['significant']:.0f}", f"{number(r['expected'])} by chance alone"),
            KeyNumber("Left after Holm", f"{r['holm']:.0f}", f"{r['bh']:.0f} after Benjamini–Hochberg"),
            KeyNumber("Prespecified", f"{r['prespecified']:.0f}", stated),
        )
    )


def about(c: Context) -> Choice:
    """What a plan that is prespecified is about."""
    return Choice("view.prespecify", "About", "Response", {v: v for v in ("Response", f"Change in {c.cohort.score}")})


def outcome(c: Context) -> str:
    """The same as a scenario keeps it: "response" or "change"."""
    return "response" if c.value(about(c)) == "Response" else "change"


def _prespecify(c: Context) -> list[Part]:
    """The present plan, to be prespecified with the time, and the plans that were."""
    plan = c.plan.replace(week=c.week)
    seen = sum(covers(plan, outcome(c), entry) for entry in c.held.ledger.entries)
    found: list[Part] = [Heading("Prespecify a plan before you see its numbers"), Text(plan_words(plan, c.everyone)), about(c)]
    if seen:
        found.append(
            Text(
                f"Answers to this have already been shown ({counted(seen, 'question')}). If you prespecify it now, the time is kept, "
                "and those answers still count as found by looking.",
                "small",
            )
        )
    found.append(Panel("ledger.prespecify"))
    pins = [s for s in c.held.scenarios if s.prespecified_at]
    for one in pins:
        of = "" if one.outcome == "response" else f" (change in {one.plan.measured(c.everyone).score})"
        found.append(Text(f"{when(one.prespecified_at)} · {plan_words(one.plan, c.everyone)}{of}", icon="push_pin"))
    if pins:
        found.append(Text("Prespecified plans are kept among the scenarios, and travel in their file with their times.", "small"))
    return found
