"""The terms of the pages, each in one sentence that is read once, with where it misleads. The one source of the glossary and of hover
help."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Term:
    """A term: ``name`` as a heading, what it means, where it misleads, and further ``spellings`` under which it is met."""

    name: str
    meaning: str
    misleads: str
    spellings: tuple[str, ...] = ()

    @property
    def help(self) -> str:
        """Both sentences, as a tooltip shows them."""
        return f"{self.meaning} {self.misleads}"


#: Two lines a term: name, further spellings in brackets, meaning; below it, where it misleads.
_TEXT = """
SALT: Severity of Alopecia Tool: the percentage of the scalp without hair, 0 to 100.
    It does not count brows or lashes.
Baseline: The visit before the first dose (week 0).
    It is often a bad moment: patients come when they are worst.
Percent change (percent improvement): The change from baseline, divided by baseline: SALT 80 to 20 is −75 %.
    From a small baseline, a few points are a large percentage.
Endpoint: What counts as a success, at a named week, for example SALT≤20 at week 36.
    Two endpoints of one study can rank drugs differently.
Responder (responders, responder rate): A patient who reaches the endpoint at that week.
    Ask out of whom: all who began, or only those who were seen.
SALT50, SALT75, SALT90, SALT100 (SALT30, SALT50, SALT75, SALT90, SALT100): Improvement of at least 50, 75, 90 or 100 % from baseline.
    It depends on baseline: from SALT 100 it is reached at 25, from SALT 20 at 5.
SALT≤20 (SALT≤10, SALT<=20): At most 20 % of the scalp without hair: the usual endpoint of trials in severe disease.
    Who begins at 20 or less reaches it without any drug.
Cohort: The patients of one file.
    They came to one clinic; others may differ.
Stratum (strata, stratification, stratifier): A part of the cohort, made by one fact: women, or SALT above 50 (plural: strata).
    Strata differ in more than the fact that made them.
Severity group (severity groups): Group A has a baseline SALT above the cut, Group B at or below it.
    Papers cut at different values (50, or 95), so groups of one name differ.
Subgroup (subgroups): Patients of one kind within the cohort.
    Among many subgroups one stands out by chance.
Interaction (stratum × week): A difference that is not the same in all strata or at all weeks.
    “Significant here, not there” is no interaction; it needs a test of its own.
Observed cases (observed): Each visit is of the patients who came.
    If those who fail stay away, the result is too good.
Complete cases: Only patients with a score at every visit.
    These are often the ones who do well.
NRI (non-responder imputation): Non-responder imputation: a missing visit counts as no response.
    It is careful for a drug, but it makes strata differ if one of them misses more visits.
LOCF (last observation carried forward): Last observation carried forward: the last value stands in for a missing one.
    It assumes that nothing changed after the patient left.
Mixed model (MMRM, mixed model for repeated measures): A model of all scores recorded (MMRM); visits of one patient are alike.
    It assumes that leavers would have gone on like similar patients who stayed.
Multiple imputation: Missing values are filled many times from what is known, and the answers are pooled.
    It cannot know why a patient left.
Tipping point: How much worse the missing scores must have been to change the conclusion.
    Whether that is likely is for a doctor to say, not for the method.
Estimand: What exactly is estimated: in whom, of what, at which week, and what counts when a patient stops.
    Two studies with one endpoint can have two estimands.
Mean (mean SALT): The sum divided by the number of patients.
    With a U-shaped SALT few patients are near it.
Median: Half of the patients have a lower value, half a higher one.
    It hides how far the others are away.
Standard deviation (SD): How far patients typically lie from their mean (SD).
    For a skewed score, mean ± SD can leave the scale.
Standard error (SE): How far the mean would typically move in another sample of this size (SE).
    It shrinks with n; it says nothing of the spread of patients.
Quartile (quartiles, interquartile range, IQR): A quarter of the patients lie below the first, three quarters below the third.
    With few patients, programs print different quartiles.
Confidence interval (CI, confidence intervals, 95 % CI): The range of true values that go with the data; 95 of 100 such hold the truth.
    It does not allow for bias: wrong patients give a narrow interval at the wrong place.
Wilson interval (Wilson): A CI for a percentage that stays within 0 and 100 %.
    It assumes independent patients.
n/N (denominator, denominators): How many of how many: 46/83.
    A percentage without it hides who was left out.
Standardised mean difference (SMD): A difference of means in units of the standard deviation (SMD).
    With 40 patients a group, chance alone often gives 0.3.
Effect size: How large a difference is, in a unit of its own such as SD.
    A large effect size in 10 patients is often luck.
Risk difference: The difference of two rates, in percentage points.
    5 points are much from 2 % and little from 60 %.
Odds ratio (odds ratios): The odds k/(n − k) in one group divided by those in the other; 1 is no difference.
    For a common outcome it looks larger than the ratio of the rates.
Pearson's correlation: How far two numbers lie on one line, −1 to 1.
    One patient far out can make it.
p-value (p-values): How often chance alone gives a difference at least as large, if there is none.
    It is not the chance that there is no difference, and says nothing of size.
Alpha: The error rate one accepts for “different” when nothing is: usually 5 %.
    With 20 tests one error is expected.
Holm (Holm-adjusted, multiplicity): Makes several p-values larger, so that all of them together keep the error rate.
    It knows only the tests it was given.
Paired t-test: Tests whether the mean change within patients is 0.
    It tests “no change”, not “no drug effect”.
Wilcoxon signed-rank test (Wilcoxon): Tests changes within patients by their ranks.
    It is not a test of medians unless the changes are symmetric.
Welch's t-test (Welch's test, Welch): Compares the means of two groups that may differ in spread.
    With few patients and outliers, a mean is a poor summary.
Mann–Whitney test (Mann–Whitney): Compares two groups by ranks: how often a patient of one lies above a patient of the other.
    It is no test of medians unless the distributions have one shape.
Kruskal–Wallis test (Kruskal–Wallis): Mann–Whitney for three or more groups.
    It says that groups differ, not which.
Chi-squared test (chi-squared): Compares percentages by counts expected if groups were alike.
    It needs some five expected in each cell.
Fisher's exact test: Compares two percentages exactly, also with few patients.
    It is careful: p is often a bit too large.
ANOVA: Analysis of variance: compares means of several groups, or visits, in one test.
    It says that they differ, not where.
Mixed ANOVA: Compares groups (between patients) and visits (within patients) in one test.
    A patient who misses one visit is left out.
Greenhouse–Geisser (sphericity): Corrects an ANOVA for visits that are more alike the nearer they are.
    It cannot bring back patients with a missing visit.
Degrees of freedom: How many independent pieces of information a test has, roughly patients less groups.
    In a test between groups of patients, more of them than patients means that visits were counted as patients.
Bootstrap (resamples, resample): Intervals from drawing patients again and again from the cohort itself.
    It cannot draw patients of a kind that never came.
Equivalence: Two groups differ by less than a margin that was set beforehand.
    “Not significant” does not show it.
Power: How often a study of this size finds a true effect of the assumed size.
    Computed from the result it found, it tells nothing new.
Regression to the mean: Who is extreme at one visit is on average less extreme at the next.
    It looks like an effect of whatever was done in between.
Winner's curse: Among small studies, those that find a significant effect find it too large.
    Planning the next study on such a result makes it too small.
Kaplan–Meier: The share who have responded by each week, when follow-up differs in length.
    It takes leavers as still able to respond.
Censored: The event had not been seen when follow-up ended.
    Who stopped because the drug failed is not the same as who is not yet due.
Log-rank test (log-rank): Compares the Kaplan–Meier curves of two or more strata over all weeks.
    It is weak where curves cross.
Competing event: An event after which the one of interest cannot come: stopping before a response.
    Counted as censored, it makes the response look more frequent.
Cumulative incidence (Gray's test): The share who responded before anything else ended their chance.
    It is lower than Kaplan–Meier by what leavers might have done.
Predictor (predictors): A fact at baseline that goes with the outcome.
    To change it need not change the outcome.
Logistic regression: A model of yes or no: each predictor multiplies the odds.
    It learns from the rarer outcome; count events, not patients.
Adjusted: Compared at equal values of the other predictors.
    Only what was recorded can be adjusted for.
Events per variable (events per parameter): The rarer outcome divided by the parameters of a model; ten is a common rule.
    It is a habit, not a law.
Separation: A predictor tells the outcome without error in part of the patients.
    Software prints a huge odds ratio, or p = 0.99 for the strongest predictor.
Firth's method (Firth's, Firth): Logistic regression that stays finite with few events.
    It cannot replace missing events.
ROC curve (ROC, AUC): How well a number sorts responders from others at every cut.
    AUC 0.8 can be poor for one patient.
Calibration: Whether 30 of 100 patients with a predicted 30 % respond.
    A well-sorting model can be badly calibrated.
Propensity score (propensity): The chance of getting one drug, given what is recorded.
    What is not recorded stays unequal.
Single-arm (control group): Everybody gets the drug; there is no control group.
    A fall of SALT then mixes the drug, chance and the natural course.
Adverse event (adverse events): Anything untoward after the first dose, caused by the drug or not.
    Patients on placebo have them too.
"""
_LINES = re.compile(r"^(?P<name>[^:(\n]+?)(?: \((?P<spellings>[^)]*)\))?: (?P<meaning>.+)\n +(?P<misleads>.+)$", re.MULTILINE)

#: Every term, in the order of the fields: scores, strata, missing visits, numbers, tests, time, models.
TERMS: tuple[Term, ...] = tuple(
    Term(m["name"], m["meaning"], m["misleads"], tuple((m["spellings"] or "").split(", ")) if m["spellings"] else ())
    for m in _LINES.finditer(_TEXT)
)


@cache
def by_name() -> dict[str, Term]:
    """Every spelling in lower case → its term."""
    return {text.lower(): term for term in TERMS for text in (term.name, *term.spellings)}


@cache
def _pattern() -> re.Pattern[str]:
    longest = sorted(by_name(), key=len, reverse=True)
    return re.compile(rf"(?<![\w≤<])(?:{'|'.join(map(re.escape, longest))})(?![\w≤<])", re.IGNORECASE)


def pieces(text: str) -> Iterator[tuple[str, Term | None]]:
    """``text`` in pieces, which joined are ``text``: each term where it first stands with its record, the rest with None."""
    seen: set[str] = set()
    at = 0
    for found in _pattern().finditer(text):
        term = by_name()[found[0].lower()]
        if term.name in seen or (found[0].lower() in _SHORT and not found[0].isupper()):
            continue
        seen.add(term.name)
        if found.start() > at:
            yield text[at : found.start()], None
        yield found[0], term
        at = found.end()
    if at < len(text):
        yield text[at:], None


#: Spellings that are words of their own in lower case.
_SHORT = ("se", "sd", "ci")


def met(*texts: str) -> list[Term]:
    """The terms that stand in ``texts``, in order of first appearance."""
    found = {term.name: term for text in texts for _, term in pieces(text) if term is not None}
    return list(found.values())


def help_of(*names: str) -> str:
    """The tooltip of terms by their names or spellings, as Markdown. Raises KeyError for an unknown one."""
    terms = dict.fromkeys(by_name()[name.lower()] for name in names)
    return "\n\n".join(f"**{t.name}**: {t.help}" for t in terms)
