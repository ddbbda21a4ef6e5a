"""The folds that answer what a reviewer asks next, each on the page where the question arises."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from aadash.arms import arm_asked, arm_of
from aadash.document import Choice, Doubts, Figure, Fold, Long, Part, Table, Text, Unavailable
from aadash.measure import SALT
from aadash.result import Result
from aadash.strata import stratifiers
from aadash.views.view import Context

HELD = Choice(
    "view.held",
    "Sustained means",
    "0",
    {"0": "two visits in a row", "12": "12 weeks", "24": "24 weeks", "36": "36 weeks", "52": "52 weeks"},
    "select",
)
MEASURE = Choice("view.tipping", "Of what", "response", {"response": "Responders", "change": "Mean change"})
#: Title of the chart of an analysis, where it has one.
TITLES = {
    "tipping_point": "The difference, were the missing scores worse or better",
    "competing_discontinuation": "Responded, or left first",
    "severity_flow": "Patients in each band, visit by visit",
    "course_types": "Types of course",
    "sustained_response": "Every patient, and while the endpoint is met",
    "treatment_comparison": "Balance before and after weighting",
    "rater_agreement": "Difference of the two readings against their mean",
}


def answered(result: Result | Unavailable) -> list[Part]:
    """A result in short: its sentence, chart, doubts, table and method."""
    if isinstance(result, Unavailable):
        return [result]
    figure: list[Part] = [_figure(result)] if result.analysis in TITLES else []
    if result.analysis == "severity_flow":
        figure = [Figure(result, "flow", title="From band to band, visit by visit"), *figure]
    return [Text(result.sentence, "strong"), *figure, Doubts.of(result), *_tables(result), Text(result.method, "small")]


def _figure(result: Result) -> Figure:
    """Its chart; the lines of patients have the colours of the strata and name none."""
    return Figure(result, title=TITLES[result.analysis], legend=result.analysis == "sustained_response")


def _tables(result: Result) -> list[Part]:
    """The table, or its first part where it has several and the rest is week by week."""
    t = result.table
    kinds = {"competing_discontinuation": "summary", "interval_time": "summary", "tipping_point": "tipping point"}
    if result.analysis in kinds:
        return [Table(result, t[t["variable_level"] == kinds[result.analysis]])]
    if result.analysis == "severity_flow":
        return [Table(result, t[t["variable_level"].isna()])]
    if result.analysis == "treatment_comparison":
        special = t["variable"].isin(["balance", "overlap", "e_value"])
        rest = [Table(result, t[t["variable"] == kind]) for kind in ("balance", "overlap", "e_value") if (t["variable"] == kind).any()]
        return [Table(result, t[~special]), *rest]
    return [Table(result)]


def fold(label: str, key: str, icon: str, content: Callable[[], Sequence[Part]], report: bool = True) -> Fold:
    """A question that is answered when somebody opens it; the report opens it too, unless it takes long."""
    return Fold(label, f"fold.{key}", content, icon, in_report=report)


def estimand(c: Context, page: str) -> Fold:
    """What exactly is estimated."""
    return fold(
        "What exactly is estimated?", f"estimand.{page}", "my_location", lambda: answered(c.ask("estimand")), page == "missing"
    )


def _reference(c: Context, arm: str) -> list[Part]:
    """What is drawn on a press; where the cohort is not split into two arms the reason, since a press could only answer with it."""
    if c.cohort.role(c.plan.stratifier) != arm or len(c.used) != 2:
        return [Unavailable(f"The cohort must be split into two arms by “{arm}”. Choose that split, and filter to two arms.")]
    return [Long("reference_imputation", "Draw those who left from the control arm", answered)]


def missing(c: Context) -> list[Fold]:
    """Imputation and the tipping point."""
    measure = c.value(MEASURE)
    arm = arm_of(c.cohort, c.plan) or arm_asked(c.cohort, c.plan)
    reference = [
        fold(
            f"What if those who left had gone on like “{arm.control}”? Reference-based imputation",
            "reference",
            "compare_arrows",
            lambda: _reference(c, arm.column),
            False,
        )
    ] if arm is not None and arm.control else []  # fmt: skip
    return [
        *reference,
        fold(
            "What if the missing visits had been seen? Imputation, and weights for those who stayed",
            "imputed",
            "auto_fix_high",
            lambda: [Long("imputed_outcomes", "Draw the missing visits 200 times", answered)],
            False,
        ),
        fold(
            "How bad would the missing scores have to be for the conclusion to change? Tipping point",
            "tipping",
            "balance",
            lambda: [MEASURE, Long("tipping_point", "Make the missing scores worse, step by step", answered, {"measure": measure})],
            False,
        ),
    ]


def between(c: Context, question: str) -> list[Fold]:
    """After a comparison of strata: adjusted, without means, over all bands, and of treatments."""
    out = [
        fold(
            "Do they differ beyond what else differs between them? Adjusted",
            f"adjusted.{question}",
            "tune",
            lambda: answered(c.ask("adjusted_comparison")),
        )
    ]
    if question == "between_strata":
        out.append(fold("Medians and ranks instead of means", "ranks", "swap_vert", lambda: answered(c.ask("rank_differences"))))
    if question == "responders_between" and c.cohort.score == SALT.name:
        out.append(
            fold("Over all bands of severity at once", "bands", "stacked_bar_chart", lambda: answered(c.ask("band_differences")))
        )
    columns = {k: v for k, v in stratifiers(c.cohort).items() if k in (c.cohort.roles.get("drug"), c.cohort.roles.get("dose"))}
    if columns:
        out.append(
            fold(
                "Two drugs or doses: can they be compared?",
                f"treatments.{question}",
                "medication",
                lambda: answered(c.ask("treatment_comparison")),
            )
        )
    return out


def lasting(c: Context) -> list[Fold]:
    """After the time to response: leaving, the time between visits, and whether it lasts."""
    symbol = c.rule.symbol
    return [
        fold(
            "How many respond before they leave? A competing event",
            "competing",
            "logout",
            lambda: answered(c.ask("competing_discontinuation")),
        ),
        fold(
            "When did the response come, between the visits?",
            "between_visits",
            "date_range",
            lambda: [Long("interval_time", "Resample the patients for limits", answered)],
            False,
        ),
        fold(
            f"Does {symbol} last? Loss, relapse, durability",
            "lasting",
            "timelapse",
            lambda: [HELD, *answered(c.ask("sustained_response", held_weeks=int(c.value(HELD))))],
        ),
    ]


def courses(c: Context) -> list[Fold]:
    """After the course: types of course, and bands of severity."""
    out = [
        fold(
            "Which courses are there? Early, late, lost, partial, none", "courses", "category", lambda: answered(c.ask("course_types"))
        )
    ]
    if c.cohort.score == SALT.name:
        out.append(fold("From band to band of severity", "flow", "stacked_bar_chart", lambda: answered(c.ask("severity_flow"))))
    return out


def planned(c: Context) -> Fold:
    """How many patients the next study needs."""
    return fold("How many patients would the next study need?", "planning", "groups", lambda: answered(c.ask("planning")))


def readers(c: Context) -> list[Fold]:
    """Whether two readers agree, where the file holds two readings."""
    result = c.ask("rater_agreement")
    if isinstance(result, Unavailable):
        return []
    return [fold(f"Do two readers of {c.cohort.score} agree?", "readers", "visibility", lambda: answered(result))]
