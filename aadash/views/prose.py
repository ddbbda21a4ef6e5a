"""The statistical methods and the results in sentences, written from what was run: every number comes from a result."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.formatting import counted, level_name, listing, number, whole
from aadash.plan import MULTIPLICITY, AnalysisPlan
from aadash.result import MIXED_MODEL, Result
from aadash.strata import Strata
from aadash.version import VERSION
from aadash.views.tests_done import further, modelled, sentences

#: Packages whose version a number may depend on.
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels")
_ADJUSTED = {"holm": "Holm {holm}", "hochberg": "Hochberg {hochberg}", "bonferroni": "Bonferroni", "bh": "Benjamini and Hochberg {bh}"}


def software() -> str:
    """ "AAdash 0.1.0 (Python 3.13.2; NumPy 2.3.1, …)"."""
    found = []
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return f"AAdash {VERSION} (Python {platform.python_version()}; {', '.join(found)})"


def methods(
    everyone: Cohort, cohort: Cohort, plan: AnalysisPlan, strata: Strata, results: Mapping[str, Result], tests: int
) -> list[str]:
    """Paragraphs of a Methods section: data, outcome, missing visits, tests, significance, software. ``tests`` is how many the
    report's tables print. References are marks such as "{holm}", for :class:`aadash.views.citations.Bibliography`."""
    told = [
        _data(everyone, cohort, plan, strata),
        _outcome(cohort, plan, results),
        " ".join(sentences(results, cohort.score)),
        further(results),
        _significance(plan, results, tests),
    ]
    return [text for text in told if text]


def _data(everyone: Cohort, cohort: Cohort, plan: AnalysisPlan, strata: Strata) -> str:
    weeks = ("week " if len(cohort.weeks) == 1 else "weeks ") + listing([str(w) for w in cohort.weeks])
    made = " (synthetic data)" if cohort.synthetic else ""
    severity = " (Severity of Alopecia Tool, 0 to 100) {salt}" if cohort.score == "SALT" else ""
    text = f"Data of {counted(len(everyone), 'patient')}{made} with {cohort.score}{severity} recorded at {weeks} were analysed."
    if plan.filters:
        criteria = listing([f.label(everyone.severity_measure.name) for f in plan.filters])
        text += f" Included were {counted(len(cohort), 'patient')} by the following criteria: {criteria}."
    if strata.levels:
        shown = [strata.within(level) for level, n in zip(strata.levels, strata.counts, strict=True) if n]
        text += f" Patients were grouped by {strata.title}: {listing(shown)}."
    elif strata.whole:
        text += f" There was one group of patients: {strata.whole}."
    return text


def _outcome(cohort: Cohort, plan: AnalysisPlan, results: Mapping[str, Result]) -> str:
    if not cohort.followup_weeks:
        return f"{cohort.score} was recorded at baseline alone: there is no change and no response."
    rule, week = plan.rule(cohort), plan.at_week(cohort)
    symbol = "".join([rule.symbol, " {salt20}" if rule.name == "SALT<=20" else ""])
    missing = missing_words(plan, results)
    least = "0 or less" if cohort.measure.low < 0 else "0"
    return (
        f"The endpoint was {symbol}, {rule.meaning}, at week {week}. Percent change is (score − baseline) / baseline × 100 and is "
        f"undefined at a baseline of {least}. Missing visits: {missing[0].lower() + missing[1:]}."
        + (" Means and changes come from a mixed model for repeated measures with Kenward–Roger degrees of freedom {kenward}."
           if modelled(results) else "")
        + (" Means are of the scores recorded: there is no response to impute in a mean." if plan.missing == "nri" else "")
    )  # fmt: skip


def missing_words(plan: AnalysisPlan, results: Mapping[str, Result]) -> str:
    """What a missing visit counts as in these results: not in a mixed model where none of them holds one."""
    if plan.missing == "mixed" and not modelled(results):
        return "Left out of that visit, as no mixed model stands in this report"
    return MISSING_RULES[plan.missing]


#: Questions whose p-values of single visits stand as they are, whatever the plan's adjustment.
_SINGLE = ("between_strata", "responders_between")


def _significance(plan: AnalysisPlan, results: Mapping[str, Result], tested: int) -> str:
    text = f"Tests are two-sided at a significance level of {plan.alpha:g}; intervals have level {level_name(plan.level)}."
    changed = "change_from_baseline" in results and bool(results["change_from_baseline"].tests())
    between = any(name in results and results[name].tests() for name in _SINGLE)
    if changed and plan.multiplicity == "none":
        text += " p-values were not adjusted for the number of visits."
    elif changed:
        by = _ADJUSTED[plan.multiplicity]
        text += f" p-values of the change since baseline were adjusted over the visits by the method of {by}."
    if between and not (changed and plan.multiplicity == "none"):
        text += " p-values of differences between strata were not adjusted for the number of visits."
    if tested > 1:
        text += f" The tables of this report rest on {tested} tests; beyond the named endpoint they are description."
    return text + f" Analyses were made with {software()}."


#: Order and headings of the Results section.
RESULTS = {
    "Patients": ("participants", "baseline"),
    "Course": ("salt_over_time", "change_from_baseline"),
    "Response": ("responders", "responders_between", "time_to_response"),
    "Differences between strata": ("between_strata", "mixed_anova"),
    "Predictors": ("predictors",),
    "Safety": ("adverse_events", "laboratory"),
    "Missing visits": ("missingness",),
}


def results_text(results: Mapping[str, Result]) -> list[tuple[str, str]]:
    """Heading and paragraph of each part of a Results section, from the sentences of the results."""
    out = []
    for heading, names in RESULTS.items():
        said = [results[name].sentence for name in names if name in results]
        if said:
            out.append((heading, " ".join(said)))
    return out


def limitations(results: Mapping[str, Result], tests: int) -> list[str]:
    """What a Limitations section must own up to: the doubts of the results, each once, a paragraph of the weightier ones and one of
    the others. Of the number of tests that of the whole report is told, ``tests``, not that of one table."""
    found: dict[str, tuple[bool, str]] = {}
    for result in results.values():
        for c in result.caveats:
            text = c.text
            if c.code == "many-tests" and tests > 1:
                by_chance = number(tests * result.plan.alpha)
                text = (
                    f"The tables of this report rest on {tests} tests, of which about {by_chance} would be significant by chance "
                    "alone."
                )
            found.setdefault(c.code, (c.level != "warning", text))
    paragraphs = (" ".join(text for light, text in found.values() if light is which) for which in (False, True))
    return [paragraph for paragraph in paragraphs if paragraph]


def missing_of(result: Result) -> str:
    """What a missing visit counts as in this result: by the plan's rule where the analysis follows it and its model was fitted."""
    rule = result.plan.missing
    if isinstance(result.follows, str):
        return result.follows
    fallen = rule == "mixed" and any(c.code == "mmrm" for c in result.caveats) and not _modelled(result)
    if rule not in result.follows or fallen:
        return "missing visits: not filled in"
    if rule == "nri" and "percent_change" in set(result.table.get("variable", ())):  # means beside rates: a mean knows no failure
        return f"missing visits: {MISSING_RULES[rule].lower()}, for the rates alone"
    return f"missing visits: {MISSING_RULES[rule].lower()}"


def _modelled(result: Result) -> bool:
    """Whether a number of the mixed model stands in the table."""
    t = result.table
    return "adjusted_mean" in t or ("test" in t and MIXED_MODEL in set(t["test"]))


#: Analyses whose rows are of different patients: those of one rule for missing visits, or of imputation, or seen and weighted.
BY_ROW = ("missing_rule_comparison", "beyond_rules", "imputed_outcomes")


def plan_note(result: Result, drawn: int = 0) -> str:
    """The line under a table or a figure: who, missing rule, level, adjustment, filters. ``drawn``: of how many patients a
    figure is at the visit with the most, where that is not who was analysed."""
    plan = result.plan
    parts = [
        f"{whole(result.accounting.enrolled)} enrolled, at most {whole(drawn)} with a score at a visit"
        if drawn
        else f"{whole(result.accounting.enrolled)} enrolled, analysed: as each row says"
        if result.analysis in BY_ROW
        else result.accounting.sentence(),
        missing_of(result),
        f"intervals: {level_name(plan.level)}",
    ]
    if any(str(c).startswith("p") and str(c).endswith("_adjusted") for c in result.table):
        none = plan.multiplicity == "none"
        parts.append("adjustment: none" if none else f"adjustment: {MULTIPLICITY[plan.multiplicity]} where marked")
    if plan.filters:
        parts.append("included: " + "; ".join(f.label(result.severity) for f in plan.filters))
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def counted_for(limit: int | None, tables: int, figures: int) -> str:
    """How many of the tables and figures that a journal allows are used."""
    text = f"{counted(tables, 'table')} and {counted(figures, 'figure')}"
    if limit is None:
        return text + "."
    over = tables + figures - limit
    allowed = f" of {number(limit, 0)} that the journal allows"
    return f"{text}, {tables + figures}{allowed}" + (f": {over} too many." if over > 0 else ".")
