"""STROBE, SAMPL and TRIPOD+AI, filled in with what the analysis knows; what only the authors know is left to them.

STROBE (cohort studies): von Elm et al. 2007, doi:10.1016/S0140-6736(07)61602-X. SAMPL: Lang & Altman 2015,
doi:10.1016/j.ijnurstu.2014.09.006. TRIPOD+AI: Collins et al. 2024, doi:10.1136/bmj-2023-078378, which replaces TRIPOD 2015.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import pandas as pd

from aadash.arms import arm_of, control_alone, looks_like_arm
from aadash.formatting import counted, level_name, listing
from aadash.plan import MULTIPLICITY
from aadash.result import Result, TestRecord
from aadash.views.citations import Bibliography
from aadash.views.prose import missing_words, software
from aadash.views.view import Context

YOURS = "For the authors"
NOT_HERE = f"Not part of this report. {YOURS}."
Item = tuple[str, str, str]


def reporting_lists(
    c: Context, results: Mapping[str, Result], bibliography: Bibliography, tests: Sequence[TestRecord], sections: Collection[str]
) -> list[tuple[str, pd.DataFrame]]:
    """Title and table (Item, Asks for, What this analysis says, State) of each list that applies; TRIPOD+AI with a model only.
    ``tests`` are those that the report's tables print, ``sections`` are those that it has."""
    out = [
        (bibliography.numbered("STROBE statement for cohort studies {strobe}"), _frame(_strobe(c, results, sections))),
        (bibliography.numbered("SAMPL guidelines {sampl}"), _frame(_sampl(c, results, tests))),
    ]
    if "predictors" in results:
        out.append((bibliography.numbered("TRIPOD+AI {tripod}"), _frame(_tripod(c, results, sections))))
    return out


def _frame(items: list[Item]) -> pd.DataFrame:
    rows = []
    for item, asks, says in items:
        state = "for the authors" if says == NOT_HERE or says.startswith(YOURS) else "in part" if YOURS in says else "filled in"
        rows.append({"Item": item, "Asks for": asks, "What this analysis says": says, "State": state})
    return pd.DataFrame(rows)


def _included(c: Context) -> str:
    filters = listing([f.label(c.everyone.severity_measure.name) for f in c.plan.filters]) if c.plan.filters else "no filter"
    return f"{len(c.cohort)} of {counted(len(c.everyone), 'patient')} in the file; {filters}."


def _outcome(c: Context) -> str:
    rule = c.rule
    if not c.cohort.followup_weeks:
        return f"{c.cohort.score} at baseline, the only visit."
    return f"{rule.symbol} ({rule.label}) at week {c.week}."


def _groups(c: Context) -> str:
    if c.strata.whole:
        return f"There is one group of patients: {c.strata.whole}."
    if not c.strata.levels:
        return "The cohort is not split."
    shown = [f"{c.strata.within(level)} (n = {n})" for level, n in zip(c.strata.levels, c.strata.counts, strict=True) if n]
    return f"By {c.strata.title}: {listing(shown)}."


def _missing(c: Context, results: Mapping[str, Result]) -> str:
    return missing_words(c.plan, results) + "."


def _said(results: Mapping[str, Result], *names: str) -> str:
    return " ".join(results[n].sentence for n in names if n in results) or NOT_HERE


def _visits(c: Context) -> str:
    return listing([str(w) for w in c.cohort.weeks])


def _design(c: Context) -> str:
    """Whether somebody was untreated is said where a column says so; several drugs side by side are no control."""
    if control_alone(c.cohort, c.plan) is not None:
        return "Cohort of a control group alone"
    arm = arm_of(c.cohort, c.plan) or looks_like_arm(c.cohort)
    return "Cohort with a control group" if arm is not None and arm.untreated else "Cohort without a control group"


def _size_of_study(c: Context) -> str:
    if c.plan.filters:
        return f"All patients of the file who pass the filters were used; no size was planned here. {YOURS}."
    return f"All patients of the file were used; no size was planned here. {YOURS}."


def _groupings(c: Context) -> str:
    """A cut has a reason to give; a column of categories has none."""
    cut = c.plan.stratifier in ("severity", "trial_severity") or c.strata.cut is not None
    return f"{_groups(c)} {YOURS}: why this cut." if cut else f"{_groups(c)} {YOURS}: how numbers were grouped."


def _main(results: Mapping[str, Result]) -> str:
    """Between the strata, where there are several; else what was reached and how much changed, with their intervals."""
    between = [n for n in ("between_strata", "responders_between") if n in results]
    return _said(results, *(between or ("responders", "change_from_baseline")))


#: What asks a question of the report again, in another way; and what it asks beside its main questions.
_AGAIN = (
    *("subgroups_response", "equivalence", "bootstrap", "missing_rule_comparison", "beyond_rules", "imputed_outcomes"),
    *("tipping_point", "reference_imputation"),
)
_BESIDE = (
    *("time_to_response", "predictors", "adjusted_comparison", "rank_differences", "band_differences", "sustained_response"),
    *("course_types", "competing_discontinuation", "treatment_comparison", "two_measures"),
)


def _limits(sections: Collection[str]) -> str:
    return f"See “Limitations”. {YOURS}." if "limitations" in sections else YOURS


def _strobe(c: Context, results: Mapping[str, Result], sections: Collection[str]) -> list[Item]:
    looked = [name for name in _AGAIN if name in results]
    sensitivity = " ".join(results[n].question for n in looked) if looked else NOT_HERE
    lacking = NOT_HERE
    if "baseline" in results:
        doubts = (x.text for x in results["baseline"].caveats if x.code == "not-recorded")
        lacking = next(doubts, "Every baseline characteristic is recorded for everyone.")
    return [
        ("1", "Title and abstract: design, what was done and found", f"{_design(c)}. {YOURS}."),
        ("2", "Background", YOURS),
        ("3", "Objectives", YOURS),
        ("4", "Study design", f"Cohort followed at weeks {_visits(c)}. {YOURS}: prospective or not."),
        ("5", "Setting: places, dates of recruitment and follow-up", YOURS),
        ("6", "Participants: eligibility, sources", f"{_included(c)} {YOURS}: criteria in words."),
        ("7", "Variables: outcomes, exposures, predictors", f"{_outcome(c)} {_groups(c)}"),
        ("8", "Data sources, measurement", f"{c.cohort.score}, {c.cohort.measure.span}. {YOURS}: who scored, from what."),
        ("9", "Bias", _bias(results)),
        ("10", "Study size", _size_of_study(c)),
        ("11", "Quantitative variables: groupings and why", _groupings(c)),
        ("12a", "Statistical methods", "See “Statistical methods, in words”." if "methods" in sections else NOT_HERE),
        ("12b", "Subgroups and interactions", _said(results, "subgroups_response", "mixed_anova")),
        ("12c", "Missing data", _missing(c, results)),
        ("12d", "Loss to follow-up", _said(results, "missingness")),
        ("12e", "Sensitivity analyses", sensitivity),
        ("13", "Numbers at each stage, flow diagram", _said(results, "participants")),
        ("14a", "Characteristics of participants", _said(results, "baseline")),
        ("14b", "Missing data for each variable", lacking),
        ("14c", "Follow-up time", f"Scheduled: weeks {_visits(c)}. {_said(results, 'participants')}"),
        ("15", "Outcome events or summary measures over time", _said(results, "responders")),
        ("16", "Main results with precision", _main(results)),
        ("17", "Other analyses", _said(results, *_BESIDE)),
        ("18", "Key results", YOURS),
        ("19", "Limitations", _limits(sections)),
        ("20", "Interpretation", YOURS),
        ("21", "Generalisability", YOURS),
        ("22", "Funding", YOURS),
    ]


def _bias(results: Mapping[str, Result]) -> str:
    found = {x.code: x.text for r in results.values() for x in r.caveats if x.level == "warning"}
    warned = list(found.values())[:3] or ["No warning was raised."]
    return " ".join([*warned, f"{YOURS}: selection, measurement."])


def _sampl(c: Context, results: Mapping[str, Result], tests: Sequence[TestRecord]) -> list[Item]:
    plan = c.plan
    out = [
        ("Software", "Name the package and its version", f"{software()}."),
        ("Numbers", "Sensible precision, with denominators",
         "Percentages to one decimal, ratios and effect sizes to two; percentages of patients with numerator and denominator."),
        ("Description", "Mean (SD) for about normal data, median with quartiles otherwise", _described(results)),
        ("Variability", "SD for spread, interval for precision", f"SD, and {level_name(plan.level)} intervals; no SE in tables."),
        ("Hypothesis tests", "Name each test, one or two sided, the level", _tests(results, tests, plan.alpha)),
        ("Assumptions", "Say whether they were checked", _checked(results)),
        (
            "p-values",
            "Exact, to three decimals at most",
            "Exact to three decimals, to more where three hide on which side of the level it lies; below 0.001 “< 0.001”.",
        ),
        ("Multiplicity", "Say whether and how adjusted", _adjusted(c, results, len(tests))),
        ("Effects", "Difference or ratio with its interval, not p alone",
         "Differences and ratios have their intervals; standardised sizes (SMD, g, η²) stand without."),
        ("Missing data", "How many, and how handled", _missing(c, results)),
        ("Groups", "n of each group in each analysis", _groups(c)),
        ("Outliers", "Say how treated", "None was left out or changed by the analysis."),
    ]  # fmt: skip
    if "predictors" in results:
        r = results["predictors"]
        out.append(
            ("Regression", "Variables, coding, fit, events per variable", f"{r.sentence} {r.accounting.sentence()}. {_size(r)}")
        )
    if "time_to_response" in results:
        out.append(("Survival", "Event, censoring, method, numbers at risk", results["time_to_response"].sentence))
    return out


def _described(results: Mapping[str, Result]) -> str:
    if "baseline" not in results:
        return NOT_HERE
    return "Mean (SD) with range unless the author chose median with quartiles. " + f"{YOURS}: choose for skewed numbers."


def _tests(results: Mapping[str, Result], printed: Sequence[TestRecord], alpha: float) -> str:
    """The tests that the tables print; of a report without such a table those of what it tells in words."""
    names = dict.fromkeys(t.name for t in printed or [t for r in results.values() for t in r.tests()])
    text = "; ".join(names)
    return f"{text[0].upper()}{text[1:]}. Two-sided, level {alpha:g}." if names else "No test was made."


def _adjusted(c: Context, results: Mapping[str, Result], tests: int) -> str:
    in_all = f"{counted(tests, 'test')} in the tables of this report."
    change = results.get("change_from_baseline")
    if change is None or not change.tests():
        return f"{in_all[0].upper()}{in_all[1:]}"
    return f"Change since baseline over the visits: {MULTIPLICITY[c.plan.multiplicity]}; {in_all}"


def _stopped(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _checked(results: Mapping[str, Result]) -> str:
    checks = [c for r in results.values() for c in r.checks]
    broken = [f"The assumption “{c.name}” is not met: {_stopped(c.detail)}" for c in checks if c.verdict == "broken"]
    doubtful = [f"The assumption “{c.name}” is in doubt: {_stopped(c.detail)}" for c in checks if c.verdict == "doubtful"]
    if not checks:
        return "No assumption was checked in this report."
    text = f"{counted(len(checks), 'check')}, {len(broken)} not met, {len(doubtful)} in doubt."
    return " ".join([text, *[*broken, *doubtful][:3]])


def _size(made: Result) -> str:
    """Events, or patients where the outcome is a number, and what is estimated from them."""
    d = made.details
    if d.events is None:
        return f"{counted(made.accounting.analysed, 'patient')} for {counted(d.parameters, 'parameter')}."
    return f"{counted(d.events, 'event')} for {counted(d.parameters, 'parameter')}."


def _tripod(c: Context, results: Mapping[str, Result], sections: Collection[str]) -> list[Item]:
    made = results["predictors"]
    checks = results.get("predictor_checks")
    return [
        ("1", "Title: development or evaluation, population, outcome", f"Development of a model of {made.details.outcome}. {YOURS}."),
        ("2", "Abstract (TRIPOD+AI for abstracts)", YOURS),
        ("3a–c", "Background: context, rationale, known health inequalities", YOURS),
        ("4", "Objectives", YOURS),
        ("5a–b", "Data: sources and dates", f"One file, visits at weeks {_visits(c)}. {YOURS}: dates, representativeness."),
        ("6a–c", "Participants: setting, eligibility, treatments", f"{_included(c)} {YOURS}."),
        ("7", "Data preparation", f"The log of every change to the file belongs to the bundle. {YOURS}: what was done before."),
        ("8a–c", "Outcome: definition, assessor, blinding", f"{made.details.outcome}. {YOURS}: who assessed."),
        (
            "9a–c",
            "Predictors: choice, definition, assessor",
            f"{listing(list(map(str, made.details.titles.values())))}. {YOURS}: why these.",
        ),
        ("10", "Sample size", f"{_size(made)} {YOURS}: whether a size was planned."),
        ("11", "Missing data", made.accounting.sentence() + "."),
        ("12a–g", "Analytical methods: use of data, handling, model, measures, updating", made.method),
        ("13", "Class imbalance", "No resampling or reweighting of outcomes."),
        ("14", "Fairness", f"{YOURS}: performance by sex, ethnicity, centre."),
        ("15", "Model output", "A probability from a logistic model." if made.details.logistic else "A predicted value."),
        ("16", "Training against evaluation", "The same patients: apparent performance unless corrected for optimism."),
        ("17", "Ethical approval", YOURS),
        (
            "18a–f",
            "Open science: funding, interests, protocol, registration, data, code",
            f"Code of every number in the bundle. {YOURS}.",
        ),
        ("19", "Patient and public involvement", YOURS),
        ("20a–c", "Participants: flow, characteristics, differences", _said(results, "participants", "baseline")),
        ("21", "Model development: participants and events", made.accounting.sentence() + "."),
        ("22", "Model specification", "Estimates with intervals in the table of predictors; the intercept in results.json."),
        ("23a–b", "Model performance, heterogeneity", checks.sentence if checks else f"See the page on predictors. {YOURS}."),
        ("24", "Model updating", "None."),
        ("25", "Interpretation", YOURS),
        ("26", "Limitations", _limits(sections)),
        ("27a–c", "Usability: poor input, users, next steps", YOURS),
    ]
