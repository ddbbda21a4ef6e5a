"""What each analysis did, as a Methods section says it: read from the tests that its result holds, not from the plan alone.

A plan asks for a rule; what was done can be another thing (a model that could not be fitted, a test that there was nobody for). So
the names of tests come from the rows of the results. The braces are references, for
:class:`aadash.views.citations.Bibliography`.
"""

from __future__ import annotations

from collections.abc import Mapping

from aadash.result import MIXED_MODEL, Result

#: Sentences that need no look at the result.
ALWAYS = {
    "laboratory": "Laboratory values are given as change from baseline and as shift between below, within and above the limits of "
    "normal.",
    "published_rates": "Published response rates stand beside those of the patients with a like baseline, at the nearest visit within "
    "four weeks; differences carry Newcombe's interval {newcombe}, standardised rates one by recovery of variances {zou}. They are "
    "descriptions: nobody was randomised between cohort and publication.",
    "pooled_evidence": "Published rates were pooled on the log-odds scale by a random-effects model (REML, Hartung–Knapp interval "
    "{hartung}, prediction interval {inthout}), one rate of each set of patients.",
}
#: Order of the sentences.
ORDER = (
    "baseline",
    "change_from_baseline",
    "between_strata",
    "responders",
    "responders_between",
    "mixed_anova",
    "time_to_response",
    "predictors",
    "adverse_events",
    *ALWAYS,
)


#: What the data paragraph and the counts themselves tell.
PLAIN = ("participants", "salt_over_time", "missingness")


def has(result: Result, column: str) -> bool:
    """Whether a column of the table holds a number."""
    return column in result.table and bool(result.table[column].notna().any())


def tests_of(result: Result) -> set[str]:
    """Names of the tests that the table holds a p of."""
    return {test.name for test in result.tests()}


def modelled(results: Mapping[str, Result]) -> bool:
    """Whether any mean or difference is that of the mixed model."""
    return any(has(r, "adjusted_mean") or MIXED_MODEL in tests_of(r) for r in results.values())


def sentences(results: Mapping[str, Result], score: str) -> list[str]:
    """A sentence for each analysis, in order."""
    out = []
    for name in ORDER:
        if name in results:
            out.append(ALWAYS.get(name) or _TOLD[name](results[name]).replace("{score}", score))
        if name == "responders_between" and name in results:
            out.append(_pairs(results[name]))
    return [text for text in out if text]


def further(results: Mapping[str, Result]) -> str:
    """The methods of what :data:`ORDER` has no sentence for, as each analysis says them: adjusted comparisons, ranks and the like."""
    return " ".join(dict.fromkeys(r.method for name, r in results.items() if name not in ORDER and name not in PLAIN))


def _baseline(r: Result) -> str:
    if has(r, "smd"):
        return (
            "Baseline characteristics are given as mean (SD) with range or median with quartiles, and as number (percent of the "
            "patients in whom the characteristic is recorded); strata are compared by standardised mean differences {smd}."
        )
    return (
        "Baseline characteristics are given as mean (SD) with range or median with quartiles, and as number (percent of the "
        "patients in whom the characteristic is recorded)."
    )


def _change(r: Result) -> str:
    tests, missing = tests_of(r), r.plan.missing
    if MIXED_MODEL in tests:
        text = (
            "{score} at each visit was compared with baseline in a mixed model for repeated measures, which uses every score recorded."
        )
        if "paired t-test" in tests:
            text += " Where that model could not be fitted, paired t-tests in the patients with a score at both visits stand instead."
        return text
    if "paired t-test" not in tests:
        return "The change in {score} from baseline is described; there was nothing to test."
    if missing == "complete":
        return "{score} at each visit was compared with baseline by paired t-tests in the patients with a score at every visit."
    if missing == "locf":
        return (
            "{score} at each visit was compared with baseline by paired t-tests; for a missing score the last one after baseline "
            "was carried forward."
        )
    return "{score} at each visit was compared with baseline by paired t-tests in the patients with both scores."


def _between(r: Result) -> str:
    if MIXED_MODEL in tests_of(r):
        return (
            "Percent change from baseline was compared between strata in a mixed model for repeated measures, which uses every score "
            "recorded."
        )
    text = (
        "Percent change from baseline was compared between strata by Welch's analysis of variance {welch_anova} with Games–Howell "
        "comparisons {games}."
        if has(r, "f")
        else "Percent change from baseline was compared between strata by Welch's t-test {welch}."
    )
    if r.plan.missing == "mixed":
        text += " This comparison is of the scores recorded, not of the mixed model."
    return text


def _responders(r: Result) -> str:
    if r.plan.missing == "mixed":
        return (
            "Response rates are of the patients with a score at the visit, not of the mixed model, and have Wilson intervals {wilson}."
        )
    return "Response rates are given with Wilson intervals {wilson}."


def _responders_between(r: Result) -> str:
    chi, fisher = "chi-squared test" in tests_of(r), "Fisher's exact test" in tests_of(r)
    if chi and fisher:
        text = (
            "Response rates were compared by the chi-squared test, or by Fisher's exact test where an expected count was below 5; "
            "differences carry Newcombe's interval {newcombe}."
        )
    elif fisher:
        text = "Response rates were compared by Fisher's exact test; differences carry Newcombe's interval {newcombe}."
    elif chi:
        text = "Response rates were compared by the chi-squared test; differences carry Newcombe's interval {newcombe}."
    else:
        text = "Differences of response rates carry Newcombe's interval {newcombe}."
    return text if has(r, "risk_difference") else ""


def _pairs(r: Result) -> str:
    return "p-values of pairs of strata were adjusted over the pairs by the method of Holm {holm}." if has(r, "p_holm") else ""


def _course(r: Result) -> str:
    if MIXED_MODEL in tests_of(r):
        return (
            "The course of the strata was compared by joint tests (stratum, week, stratum × week) of a mixed model for repeated "
            "measures, which uses every score recorded."
        )
    if r.plan.missing == "locf":
        text = (
            "The course of the strata was compared by two-way mixed analysis of variance (stratum × week, type III sums of squares); "
            "for missing scores the last one after baseline was carried forward."
        )
    else:
        text = (
            "The course of the strata was compared by a two-way mixed analysis of variance (stratum × week, type III sums of squares) "
            "in the patients with a score at every visit."
        )
    return text + (" Week and interaction carry the Greenhouse–Geisser correction {greenhouse}." if has(r, "p_gg") else "")


def _time(r: Result) -> str:
    if len(r.rows(variable_level="log-rank")):
        return (
            "Time to the first response was described by the Kaplan–Meier method {kaplan}, visits being those of the schedule, and "
            "compared by the log-rank test."
        )
    return "Time to the first response was described by the Kaplan–Meier method {kaplan}, visits being those of the schedule."


def _predictors(r: Result) -> str:
    if not has(r, "adj_p"):
        return "Predictors were looked at one at a time."
    if not r.details.logistic:
        return "Predictors were entered into one linear model together."
    if r.details.estimator == "firth":
        return "Predictors were entered into one logistic model together, fitted by Firth's penalised likelihood {firth}."
    return "Predictors were entered into one logistic model together, fitted by maximum likelihood."


def _events(r: Result) -> str:
    rates = has(r, "rate")
    text = (
        "Adverse events are counted by patient and by event, with rates per 100 patient-years and exact Poisson intervals {garwood}"
        if rates
        else "Adverse events are counted by patient and by event"
    )
    if has(r, "upper_if_none"):
        return text + "; for events that were not seen the one-sided upper limit of the risk is given {three}."
    return text + "."


_TOLD = {
    "baseline": _baseline,
    "change_from_baseline": _change,
    "between_strata": _between,
    "responders": _responders,
    "responders_between": _responders_between,
    "mixed_anova": _course,
    "time_to_response": _time,
    "predictors": _predictors,
    "adverse_events": _events,
}
