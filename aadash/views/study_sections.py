"""The sections of a report, each with what it asks for and the parts that it makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from aadash.document import Answer, Doubts, Figure, Heading, Method, Part, Table, Text, TextTable, Unavailable
from aadash.errors import ReportError
from aadash.legend import keyed
from aadash.measure import SALT
from aadash.views import headlines, two_measures
from aadash.views.evidence_tables import evidence_section
from aadash.views.prose import RESULTS, limitations, methods, results_text
from aadash.views.reporting_lists import reporting_lists
from aadash.views.study import SECTIONS, Make, Section, Study
from aadash.views.view import Context

#: Weeks side by side.
WIDE = {"layout": "wide"}


def sections_of(study: Study) -> Iterator[tuple[Section, list[Part]]]:
    """The chosen sections one by one, each with its parts: whoever writes them can show how far it is, and stop."""
    for name in study.choices.sections or tuple(SECTIONS):
        section = SECTIONS[name]
        said = study.choices.comments.get(name, "").strip()
        parts: list[Part] = [*([Text(said)] if said else []), *study.parts(name)]
        yield section, parts or [Text("There is nothing to report here.", "small")]


def _result(name: str, *figures: tuple[str, dict, str], rows: bool = True, table: str = "", legend: bool = False) -> Make:
    """Answer, figures and table of one analysis, or why it cannot be had. ``legend`` only where the colours of the figures are strata
    and the figures do not name them."""

    def make(study: Study) -> list[Part]:
        result = study.ask(name)
        if result is None:
            return [Unavailable(study.reasons[name])]
        drawn: list[Part] = [Figure(result, kind, options, title, legend=legend, quiet=True) for kind, options, title in figures]
        return [Answer(result), *drawn, *([Table(result, None, table or result.question)] if rows else []), Doubts.of(result)]

    return make


def _together(*makes: Make) -> Make:
    def made(study: Study) -> list[Part]:
        out: list[Part] = []
        for make in makes:
            parts = make(study)
            out += [] if parts and isinstance(parts[0], Unavailable) and parts[0] in out else parts  # a reason is told once
        return out

    return made


def _of_salt(make: Make) -> Make:
    """What is defined for SALT only is left out of a report about another measure."""
    return lambda study: make(study) if study.context.cohort.score == SALT.name else []


def _participants(study: Study) -> list[Part]:
    people = study.ask("participants")
    if people is None:
        return [Unavailable(study.reasons["participants"])]
    return [Answer(people, accounting=False), Figure(people, "flow", {}, "Participants", quiet=True)]


def _course(study: Study) -> list[Part]:
    over, change = study.ask("salt_over_time"), study.ask("change_from_baseline")
    out: list[Part] = []
    if over is None:
        return [Unavailable(study.reasons["salt_over_time"])]
    score = study.context.cohort.score
    titles = (
        (f"Adjusted mean {score} by visit and stratum", f"Adjusted mean percent change in {score} by visit and stratum")
        if headlines.adjusted(over)
        else (f"Mean {score} by visit and stratum", f"Mean percent change in {score} by visit and stratum")
    )
    out += [
        Answer(over),
        Figure(over, "means", {}, titles[0], quiet=True),
        Figure(over, "spaghetti", {}, f"{score} of every patient, means in bold", quiet=True),
        Figure(over, "means", {"variable": "percent_change"}, titles[1], quiet=True),
        Table(over, over.rows(variable="salt"), f"{score} by visit", WIDE),
        Table(over, over.rows(variable="percent_change"), f"Percent change in {score} by visit", WIDE),
    ]
    if change is not None:
        out += [Heading("Change from baseline", 3), Answer(change), Table(change, None, f"Change in {score} from baseline")]
    return [*out, Doubts.of(over, change)]


def _response(study: Study) -> list[Part]:
    result, between = study.ask("responders"), study.ask("responders_between")
    if result is None:
        return [Unavailable(study.reasons["responders"])]
    c = study.context
    out: list[Part] = [
        Answer(result),
        Figure(result, "weeks", {}, "Responders by visit", legend=keyed(result, "weeks"), quiet=True),
        Figure(result, "endpoints", {}, headlines.endpoints(result, c.week), legend=keyed(result, "endpoints"), quiet=True),
        Table(result, result.rows(week=c.week), f"Response at week {c.week}"),
        Table(result, result.rows(variable=c.plan.endpoint), "Response by visit", WIDE),
    ]
    if between is not None:
        rows = between.rows(week=c.week) if study.two else between.rows(week=c.week, variable=c.plan.endpoint)
        out += [Answer(between, accounting=False), Table(between, rows, f"Response between strata at week {c.week}")]
    return [*out, Doubts.of(result, between)]


def _two_measures(study: Study) -> list[Part]:
    result = study.ask("two_measures")
    if result is None:
        return [Unavailable(study.reasons["two_measures"])]
    return [Answer(result), *two_measures.figures(result), Table(result, None, "Two measures at once"), Doubts.of(result)]


def _between(study: Study) -> list[Part]:
    result = study.ask("between_strata")
    if result is None:
        return [Unavailable(study.reasons["between_strata"])]
    week = study.context.week
    if study.two:
        figure = Figure(result, "intervals", {}, "Difference in percent change between the strata, by visit", quiet=True)
        return [Answer(result), figure, Table(result, None, "Percent change between strata"), Doubts.of(result)]
    return [Answer(result), Table(result, result.rows(week=week), f"Percent change between strata at week {week}"), Doubts.of(result)]


def _laboratory(study: Study) -> list[Part]:
    """Laboratory values, where the file has any."""
    if study.ask("laboratory") is None:
        return []
    made = _result("laboratory", ("new", {}, "Newly outside the limits of normal"), table="Laboratory values", legend=True)
    return [Heading("Laboratory values", 3), *made(study)]


def _reference(study: Study) -> list[Part]:
    """Reference-based imputation, where there is a control arm."""
    if study.ask("reference_imputation") is None:
        return []
    return list(_result("reference_imputation", table="Those who left, drawn from the control arm")(study))


def _methods(study: Study) -> list[Part]:
    c = study.context
    texts = methods(c.everyone, c.cohort, c.plan, c.strata, study.told, study.tests_shown)
    return [Text(study.bibliography.numbered(text)) for text in texts]


def _results_in_words(study: Study) -> list[Part]:
    for name in (name for names in RESULTS.values() for name in names):
        study.ask(name)
    out: list[Part] = []
    for heading, text in results_text(study.results):
        out += [Heading(heading, 3), Text(text)]
    return out


def _limitations(study: Study) -> list[Part]:
    return [Text(paragraph) for paragraph in limitations(study.told, study.tests_shown)]


def _lists(study: Study) -> list[Part]:
    out: list[Part] = []
    sections = study.choices.sections or tuple(SECTIONS)
    for title, frame in reporting_lists(study.context, study.told, study.bibliography, study.tests_printed, sections):
        out.append(TextTable(frame, title))
    return out


def _references(study: Study) -> list[Part]:
    for name in study.choices.sections:  # a section that stands after this one cites too
        if name != "references":
            study.parts(name)
    return [Text(line, "small") for line in study.bibliography.listed()]


def _methods_in_full(study: Study) -> list[Part]:
    out: list[Part] = []
    for result in study.told.values():
        out += [Heading(result.question, 3), Method(result)]
    return out


def _evidence(study: Study) -> list[Part]:
    beside, pooled = study.ask("published_rates"), study.ask("pooled_evidence")
    if beside is None:
        return [Unavailable(study.reasons["published_rates"])]
    return evidence_section(beside, pooled, study.bibliography.cited)


def _further_sections() -> list[Section]:
    """What a reviewer asks next; picked by an author who was asked."""
    unseen = _result("imputed_outcomes", table="Outcomes with missing visits imputed, and weighted for")
    rules = _result("missing_rule_comparison", table="The same question under every rule for missing visits")
    beyond = _result("beyond_rules", table="The same question imputed, weighted and shifted")
    tipping = _result(
        "tipping_point", ("", {}, "The difference, were the missing scores worse or better"), table="Where the conclusion changes"
    )
    adjusted = _result("adjusted_comparison", table="Comparison adjusted for covariates")
    ranks = _result("rank_differences", table="Medians and ranks")
    bands = _of_salt(_result("band_differences", table="Strata over all bands of severity"))
    lasting = _result(
        "sustained_response",
        ("", {}, "Every patient, and while the endpoint is met"),
        table="First, sustained and lost response",
        legend=True,
    )
    types = _result("course_types", ("", {}, "Types of course"), table="Types of course")
    flow = _of_salt(_result("severity_flow", ("flow", {}, "From band to band of severity, visit by visit"), rows=False))
    leaving = _result("competing_discontinuation", ("", {}, "Responded, or left first"), table="Response before leaving")
    treatments = _result("treatment_comparison", ("", {}, "Balance before and after weighting"), table="Two treatments, made alike")
    return [
        Section(
            "unseen",
            "Missing outcomes",
            ("missing_rule_comparison", "beyond_rules", "imputed_outcomes", "tipping_point", "reference_imputation"),
            _together(rules, beyond, unseen, tipping, _reference),
        ),
        Section("adjusted", "Adjusted comparison", ("adjusted_comparison",), adjusted),
        Section("ranks", "Medians, ranks and bands", ("rank_differences", "band_differences"), _together(ranks, bands)),
        Section(
            "lasting",
            "Duration and course of response",
            ("sustained_response", "course_types", "severity_flow"),
            _together(lasting, types, flow),
        ),
        Section("leaving", "Response before leaving", ("competing_discontinuation",), leaving),
        Section("evidence", "Published evidence", ("published_rates", "pooled_evidence"), _evidence),
        Section("treatments", "Comparison of treatments", ("treatment_comparison",), treatments),
        Section(
            "readers", "Agreement of readers", ("rater_agreement",), _result("rater_agreement", table="Agreement of two readings")
        ),
        Section("two_measures", "Two measures at once", ("two_measures",), _two_measures),
        Section("planning", "The next study", ("planning",), _result("planning", table="Patients that the next study needs")),
    ]


def _sections() -> list[Section]:
    forest = _result("predictors", ("forest", {}, "Predictors"), table="Predictors")
    subgroups = _result("subgroups_response", ("", {}, "Response in each subgroup"), table="Response in each subgroup")
    time = _result("time_to_response", ("", {}, "Patients who have responded"), table="Time to response")
    events = _result("adverse_events", ("terms", {}, "Adverse events"), table="Adverse events", legend=True)
    safety = _together(events, _laboratory)
    missing = _result("missingness", ("map", {}, "Scores missing"), table="Scores missing")

    def anova(study: Study) -> Sequence[Part]:
        parts = _result("mixed_anova", table="Stratum by week")(study)
        return parts if isinstance(parts[0], Unavailable) else [Heading("Stratum by week", 3), *parts]

    return [
        Section("participants", "Participants", ("participants",), _participants),
        Section("estimand", "What was estimated", ("estimand",), _result("estimand", table="Intercurrent events")),
        Section("baseline", "Baseline characteristics", ("baseline",), _result("baseline", table="Baseline characteristics")),
        Section("course", "Course", ("salt_over_time", "change_from_baseline"), _course),
        Section("responders", "Response", ("responders", "responders_between"), _response),
        Section("comparisons", "Differences between strata", ("between_strata", "mixed_anova"), _together(_between, anova), True),
        Section("predictors", "Predictors of response", ("predictors",), forest),
        Section("subgroups", "Subgroups", ("subgroups_response",), subgroups),
        Section("time_to_response", "Time to response", ("time_to_response",), time),
        Section("adverse_events", "Safety", ("adverse_events", "laboratory"), safety),
        Section("missing", "Missing visits", ("missingness",), missing),
        *_further_sections(),
        Section("methods", "Statistical methods, in words", (), _methods),
        Section("results", "Results, in words", (), _results_in_words),
        Section("limitations", "Limitations", (), _limitations),
        Section("methods_in_full", "How each number was computed", (), _methods_in_full),
        Section("lists", "Reporting lists", (), _lists),
        Section("references", "References", (), _references),
    ]


SECTIONS.update({s.name: s for s in _sections()})


#: What a report holds unless its author says otherwise.
USUAL = tuple(
    name for name in SECTIONS if name not in ("subgroups", "methods_in_full", "missing", *(s.name for s in _further_sections()))
)


def usual(context: Context) -> tuple[str, ...]:
    """The usual sections of a cohort that is split as the plan says: without two strata none that compares them."""
    return tuple(name for name in USUAL if len(context.used) > 1 or not SECTIONS[name].compares)


def carried_over(sections: Sequence[str], context: Context) -> tuple[tuple[str, ...], list[str]]:
    """The sections of an earlier report for this cohort, and what is said of one that is left out: the usual ones of the one are the
    usual ones of the other, and without two strata none compares them."""
    alone = tuple(name for name in USUAL if not SECTIONS[name].compares)
    if tuple(sections) in (USUAL, alone, ()):
        return usual(context), []
    if len(context.used) > 1:
        return tuple(sections), []
    gone = [SECTIONS[name].title for name in sections if SECTIONS[name].compares]
    kept = tuple(name for name in sections if not SECTIONS[name].compares)
    return kept or usual(context), [f"“{title}” is left out: this cohort has no two strata to compare." for title in gone]


def named(text: str | None) -> tuple[str, ...]:
    """Sections named in a text, separated by commas; none for None. Raises ReportError for one that is not known."""
    if text is None:
        return ()
    names = tuple(part.strip() for part in text.split(",") if part.strip())
    unknown = [name for name in names if name not in SECTIONS]
    if unknown or not names:
        raise ReportError(f"There is no section {unknown[0]!r}" if unknown else "No section is named", expected=", ".join(SECTIONS))
    return names
