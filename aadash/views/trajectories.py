"""How does SALT change over time? Every patient, means, percent change, one panel for each stratum."""

from __future__ import annotations

from collections.abc import Sequence

from aadash.document import (
    Answer,
    Choice,
    Doubts,
    Downloads,
    Figure,
    KeyNumber,
    KeyNumbers,
    Method,
    Part,
    Row,
    Table,
    Text,
    Unavailable,
)
from aadash.formatting import interval, number, whole
from aadash.levels import ALL, Level
from aadash.result import Result, best_mean
from aadash.views import headlines, next_questions
from aadash.views.view import Context, all_weeks, view

EVERY, MEANS, CHANGE, PANELS = "Every patient", "Means", "Percent change", "One panel per stratum"
VIEW = Choice("view.trajectories", "View", EVERY, {v: v for v in (EVERY, MEANS, CHANGE, PANELS)})
#: More panels than this are not drawn at once.
MOST_PANELS = 8


@view(
    "trajectories",
    "Course",
    "How does SALT change over time?",
    group="Describe",
    icon="show_chart",
    order=20,
    controls=("split", "week", "missing", "error"),
)
def course(c: Context) -> Sequence[Part]:
    """The parts of the page."""
    result = c.ask("salt_over_time")
    if isinstance(result, Unavailable):
        return [result]
    chosen = c.value(VIEW)
    t = result.rows(variable="percent_change" if chosen == CHANGE else "salt")
    return [
        Answer(result),
        VIEW,
        *_figures(result, chosen, c.week),
        Doubts.of(result),
        key_numbers(c, result),
        Table(result, t[t["week"] == c.week], f"Week {c.week}"),
        all_weeks(c, result, t, "fold.trajectories.weeks"),
        *next_questions.courses(c),
        Method(result),
        Downloads(result),
    ]


def _figures(result: Result, chosen: str, week: int) -> list[Part]:
    if chosen == MEANS:
        title = headlines.mean_titles(result)[0]
        return [Figure(result, "means", title=title if len(result.labels.used) > 2 else headlines.course(result, week, title))]
    if chosen == CHANGE:
        return [Figure(result, "means", {"variable": "percent_change"}, title=headlines.percent_change(result, week))]
    if chosen == EVERY:
        return [Figure(result, "spaghetti", title=headlines.course(result, week), picks="lines")]
    levels: Sequence[Level] = result.labels.used or (ALL,)
    shown = levels[:MOST_PANELS]
    panels = [Figure(result, "spaghetti", {} if lv is ALL else {"only": lv}, title=headlines.panel(result, lv)) for lv in shown]
    rows: list[Part] = [Row(tuple(panels[i : i + 2])) for i in range(0, len(panels), 2)]
    left = len(levels) - len(shown)
    more = "One more stratum is not drawn." if left == 1 else f"{left} more strata are not drawn."
    return [*rows, *([Text(more, "small")] if left else [])]


def key_numbers(c: Context, result: Result) -> KeyNumbers:
    """Baseline, the week in question, and the percent change there."""

    def at(week: int, variable: str) -> dict:
        return result.rows(group1_level=ALL, week=week, variable=variable).iloc[0].to_dict()

    weeks, first = c.cohort.weeks, at(0, "salt")
    measure = c.cohort.measure
    visits = f"{len(weeks)} visits, weeks {weeks[0]} to {weeks[-1]}" if len(weeks) > 1 else f"1 visit, week {weeks[0]}"
    out = [
        KeyNumber("Patients", whole(len(c.cohort)), visits),
        KeyNumber(
            f"Mean {c.cohort.score} at baseline", measure.number(first["mean"]), f"SD {measure.number(first['sd'])}, n = {first['n']}"
        ),
    ]
    if c.week:
        kind = "Adjusted mean" if "adjusted_mean" in result.table else "Mean"
        for variable, what, unit in (("salt", c.cohort.score, ""), ("percent_change", "percent change", " %")):
            r = at(c.week, variable)
            mean, low, high = best_mean(r)
            digits = measure.digits_of(variable)
            seen = f"{r['n']} with a score then" if kind != "Mean" else f"n = {r['n']}"
            value = f"{number(mean, digits)}{unit}" if mean == mean else "–"
            limits = f"CI {interval(low, high, digits)}{unit}, {seen}" if low == low else seen
            out.append(KeyNumber(f"{kind} {what} at week {c.week}", value, limits))
    return KeyNumbers(tuple(out))
