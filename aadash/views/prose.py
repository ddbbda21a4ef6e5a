"""The statistical methods and the results in sentences, written from what was run: every number comes from a result."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version

from aadash.cohort import Cohort
from aadash.endpoints import MISSING_RULES
from aadash.formatting import counted, level_name, listing, number
from aadash.plan import MULTIPLICITY, AnalysisPlan
from aadash.result import Result
from aadash.strata import Strata
from aadash.version import VERSION

#: Packages whose version a number may depend on.
PACKAGES = ("numpy", "pandas", "scipy", "statsmodels")
_ADJUSTED = {"holm": "Holm {holm}", "hochberg": "Hochberg {hochberg}", "bonferroni": "Bonferroni", "bh": "Benjamini and Hochberg {bh}"}
#: What each analysis did, as a Methods section says it; the braces are references.
DONE = {
    "baseline": "Baseline characteristics are given as mean (SD) with range or median with quartiles, and as number (percent of the "
    "patients in whom the characteristic is recorded); strata are compared by standardised mean differences {smd}.",
    "change_from_baseline": "{score} at each visit was compared with baseline by paired t-tests in the patients seen at both.",
    "between_strata": "Percent change from baseline was compared between strata by {between}.",
    "responders": "Response rates are given with Wilson intervals {wilson}.",
    "responders_between": "Response rates were compared by the chi-squared test, or by Fisher's exact test where an expected count "
    "was below 5; differences carry Newcombe's interval {newcombe}.",
    "mixed_anova": "The course of the strata was compared by a two-way mixed analysis of variance (stratum × week, type III sums of "
    "squares) with the Greenhouse–Geisser correction {greenhouse}, in the patients with every visit.",
    "time_to_response": "Time to the first response was described by the Kaplan–Meier method {kaplan}, visits being those of the "
    "schedule, and compared by the log-rank test.",
    "predictors": "Predictors were entered into one model together; logistic models are fitted by Firth's penalised likelihood "
    "{firth} where events are few.",
    "adverse_events": "Adverse events are counted by patient and by event, with rates per 100 patient-years and exact Poisson "
    "intervals {garwood}; for events that were not seen the one-sided upper limit of the risk is given {three}.",
    "laboratory": "Laboratory values are given as change from baseline and as shift between below, within and above the limits of "
    "normal.",
    "published_rates": "Published response rates stand beside those of the patients with a like baseline, at the nearest visit within "
    "four weeks; differences carry Newcombe's interval {newcombe}, standardised rates one by recovery of variances {zou}. They are "
    "descriptions: nobody was randomised between cohort and publication.",
    "pooled_evidence": "Published rates were pooled on the log-odds scale by a random-effects model (REML, Hartung–Knapp interval "
    "{hartung}, prediction interval {inthout}), one rate of each set of patients.",
}


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
    return [
        _data(everyone, cohort, plan, strata),
        _outcome(cohort, plan),
        _tests(cohort, plan, strata, results),
        _significance(plan, tests),
    ]


def _data(everyone: Cohort, cohort: Cohort, plan: AnalysisPlan, strata: Strata) -> str:
    weeks = listing([str(w) for w in cohort.weeks])
    made = " (synthetic data)" if cohort.synthetic else ""
    severity = " (Severity of Alopecia Tool, 0 to 100) {salt}" if cohort.score == "SALT" else ""
    text = f"Data of {counted(len(everyone), 'patient')}{made} with {cohort.score}{severity} recorded at weeks {weeks} were analysed."
    if plan.filters:
        criteria = listing([f.label(everyone.severity_measure.name) for f in plan.filters])
        text += f" Included were {counted(len(cohort), 'patient')} by the following criteria: {criteria}."
    if strata.levels:
        shown = [label for label, n in zip(strata.labels, strata.counts, strict=True) if n]
        text += f" Patients were grouped by {strata.title}: {listing(shown)}."
    return text


def _outcome(cohort: Cohort, plan: AnalysisPlan) -> str:
    rule, week = plan.rule(cohort), plan.at_week(cohort)
    meaning = rule.meaning + (" {salt20}" if rule.name == "SALT<=20" else "")
    missing = MISSING_RULES[plan.missing]
    return (
        f"The endpoint was {rule.symbol}, {meaning}, at week {week}. Percent change is (score − baseline) / baseline × 100 and is "
        f"undefined at a baseline of 0. Missing visits: {missing[0].lower() + missing[1:]}."
        + (" Means and differences come from a mixed model for repeated measures with Kenward–Roger degrees of freedom {kenward}."
           if plan.missing == "mixed" else "")
    )  # fmt: skip


def _tests(cohort: Cohort, plan: AnalysisPlan, strata: Strata, results: Mapping[str, Result]) -> str:
    several = sum(n > 0 for n in strata.counts) > 2
    between = "Welch's analysis of variance {welch} with Games–Howell comparisons {games}" if several else "Welch's t-test {welch}"
    out = []
    for name, text in DONE.items():
        if name in results:
            out.append(text.replace("{score}", cohort.score).replace("{between}", between))
    return " ".join(out)


def _significance(plan: AnalysisPlan, tested: int) -> str:
    text = f"Tests are two-sided at a significance level of {plan.alpha:g}; intervals have level {level_name(plan.level)}."
    if plan.multiplicity != "none":
        text += f" p-values over the visits of one question were adjusted by the method of {_ADJUSTED[plan.multiplicity]}."
    else:
        text += " p-values were not adjusted for the number of visits."
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


def limitations(results: Mapping[str, Result]) -> list[str]:
    """What a Limitations paragraph must own up to: the doubts of the results, each once, the weightiest first."""
    found: dict[str, tuple[bool, str]] = {}
    for result in results.values():
        for c in result.caveats:
            found.setdefault(c.code, (c.level != "warning", c.text))
    return [text for _, text in sorted(found.values(), key=lambda f: f[0])]


def plan_note(result: Result) -> str:
    """The line under a table or a figure: who, missing rule, level, adjustment, filters."""
    plan = result.plan
    parts = [
        result.accounting.sentence(),
        f"missing visits: {MISSING_RULES[plan.missing].lower()}",
        f"intervals: {level_name(plan.level)}",
    ]
    if result.tested:
        adjusted = MULTIPLICITY[plan.multiplicity]
        parts.append(f"adjustment: {adjusted if adjusted == 'None' else adjusted + ' where marked'}".replace("None", "none"))
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
