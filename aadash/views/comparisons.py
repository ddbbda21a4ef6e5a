"""Is the difference real? Four questions, each with its test, its assumptions, and what comes next."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aadash.document import (
    Answer,
    Choice,
    Doubts,
    Downloads,
    Examined,
    Figure,
    Fold,
    Heading,
    Long,
    Method,
    Part,
    Table,
    Unavailable,
)
from aadash.legend import of_visits
from aadash.result import Result
from aadash.strata import split, stratifiers
from aadash.views import headlines, next_questions
from aadash.views.rules import rules
from aadash.views.view import Context, all_weeks, in_short, pairs_first, view

#: Question as the page asks it → analysis.
QUESTIONS = {
    "Since baseline": "change_from_baseline",
    "Between strata": "between_strata",
    "Responders": "responders_between",
    "Stratum × week": "mixed_anova",
}
QUESTION = Choice(
    "view.comparisons",
    "Question",
    "Since baseline",
    {v: v for v in QUESTIONS},
)
MARGIN = Choice(
    "view.margin",
    "Margin, percentage points either way",
    10.0,
    kind="number",
    bounds=(1.0, 50.0, 1.0),
    help="How large a difference would not matter to a patient? Decide before you look.",
)


@view("comparisons", "Differences", "Is the difference real?", group="Compare", icon="balance", order=50)
def comparisons(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask(QUESTIONS[c.value(QUESTION)])
    if isinstance(result, Unavailable):
        return [QUESTION, result]
    return [
        QUESTION,
        Heading(result.question, 2, result.choice),
        Answer(result),
        *_figure(c, result),
        Doubts.of(result),
        *_tables(c, result),
        Examined(result),
        *_next(c, result),
        rules(result.analysis, c),
        Method(result),
        Downloads(result),
    ]


def _figure(c: Context, result: Result) -> list[Part]:
    if result.analysis == "mixed_anova":
        described = c.ask("salt_over_time")
        if isinstance(described, Unavailable) or len(c.cohort.weeks) < 3:
            return []
        return [Figure(described, "means", {"variable": "percent_change"}, title=headlines.percent_change(described, c.week))]
    plain = {
        "change_from_baseline": "Mean change since baseline",
        "between_strata": "Difference in percent change",
        "responders_between": f"Difference in {c.rule.symbol}",
    }[result.analysis]
    return [
        Figure(
            result,
            "intervals",
            title=headlines.changes(result, plain) if result.analysis == "change_from_baseline" else headlines.between(result, plain),
            legend=of_visits(result),
            quiet=True,
        )
    ]


def _tables(c: Context, result: Result) -> list[Part]:
    rows = result.rows(variable=c.plan.endpoint) if result.analysis == "responders_between" else result.table
    if result.analysis == "mixed_anova":
        return [Table(result, rows)]
    return [
        *pairs_first(result, rows[rows["week"] == c.week], f"Week {c.week}"),
        all_weeks(c, result, rows, f"fold.weeks.{result.analysis}"),
    ]


def _next(c: Context, result: Result) -> list[Part]:
    """The question that comes next: are they equal, where do they differ, what do all visits say."""
    two, name = len(c.strata.levels) == 2, result.analysis

    def fold(label: str, key: str, icon: str, content: Callable[[], Sequence[Part]], report: bool = False) -> Fold:
        return Fold(label, f"fold.{key}", content, icon, in_report=report)

    out: list[Part] = []
    if name == "mixed_anova":
        out.append(fold("Where do the strata differ? Simple effects", "simple", "zoom_in", lambda: in_short(c.ask("simple_effects"))))
        out.append(
            fold(
                "What if visits were taken for patients? A teaching contrast",
                "pooled",
                "school",
                lambda: in_short(c.ask("visits_as_patients")),
            )
        )
    if name == "responders_between":
        out.append(
            fold(
                "All visits together, visit against visit, and a second column",
                "repeated",
                "zoom_in",
                lambda: _repeated(c, two),
            )
        )
    if name in ("change_from_baseline", "between_strata"):
        out.append(
            fold(
                "Do the intervals hold without assuming a normal distribution? Bootstrap",
                f"bootstrap.{name}",
                "casino",
                lambda: [Long("bootstrap", "Draw the patients again", in_short, at_once=True)],
            )
        )
    if name in ("between_strata", "responders_between"):
        out.extend(next_questions.between(c, name))
    if name in ("between_strata", "responders_between") and two:
        out.append(
            fold(
                "Could they be called equal? Equivalence",
                f"equal.{name}",
                "equal",
                lambda: [MARGIN, *in_short(c.ask("equivalence", margin=float(c.value(MARGIN))))],
            )
        )
    out.append(
        fold(
            "Does another program agree? pingouin beside AAdash",
            f"second.{name}",
            "compare_arrows",
            lambda: in_short(c.ask("second_opinion", question=name)),
        )
    )
    return out


def _splits(c: Context, name: str) -> bool:
    """Whether a column has two levels or more among the patients included."""
    return sum(n > 0 for n in split(c.cohort, name, c.plan.severity_cut).counts) > 1


def _repeated(c: Context, two: bool) -> list[Part]:
    if not two:
        return in_short(c.ask("repeated_response", within=""))
    menu = {k: v for k, v in stratifiers(c.cohort).items() if k not in (c.plan.stratifier, "none") and _splits(c, k)}
    second = Choice("view.within", "Compare the two strata within the levels of", "", {"": "No second column", **menu}, "select")
    return [second, *in_short(c.ask("repeated_response", within=c.value(second)))]
