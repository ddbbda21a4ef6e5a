"""How far to believe a subgroup claim: a short checklist in the spirit of ICEMAN."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.arms import arm_known, by_arm, whom
from aadash.analyses.response import responders
from aadash.analyses.subgroups.estimates import subgroups_response
from aadash.analyses.subgroups.splits import SMALL, TEST
from aadash.cohort import Cohort
from aadash.endpoints import endpoint
from aadash.errors import NotComputable
from aadash.formatting import counted, p_value, percent
from aadash.plan import AnalysisPlan
from aadash.strata import BUILT_IN

#: Answers, from the least to the most credible, as in ICEMAN.
ANSWERS = ("definitely no", "probably no or unclear", "probably yes", "definitely yes")
#: Thresholds of p for "chance is an unlikely explanation" (Schandelmaier et al. 2020, doi:10.1503/cmaj.200077).
P_STEPS = ((0.005, 3), (0.01, 2), (0.05, 1))
BORROWED = "ICEMAN was made for randomised comparisons; the questions are borrowed."


def reminder_for(s: AnalysisSet) -> str:
    """What a difference between subgroups means here: prognosis on treatment, the arms themselves, or both mixed."""
    arm = arm_known(s)
    if arm is not None and by_arm(s):
        return (
            f"The subgroups are the arms of “{arm.column}”: their difference is the effect of treatment if patients were randomised."
        )
    return " ".join([whom(s, "a difference between subgroups", "each subgroup"), BORROWED])


@dataclass(frozen=True)
class Item:
    """One question of the checklist: ``score`` 0–3 is the place in :data:`ANSWERS`; ``why`` gives the figures."""

    question: str
    score: int
    why: str

    @property
    def answer(self) -> str:
        """The answer in words."""
        return ANSWERS[self.score]


@dataclass(frozen=True)
class Claim:
    """A subgroup claim with its checklist.

    ``level`` "high", "moderate", "low" or "very low": very low when no answer is a yes; low with two or more "definitely
    no"; moderate with one, or with two "probably no or unclear"; high otherwise.
    """

    title: str
    items: tuple[Item, ...]
    level: str
    sentence: str
    reminder: str


def credibility(cohort: Cohort, plan: AnalysisPlan, questions: int, prespecified_at: str = "") -> Claim:
    """Judge the claim that the plan's stratifier marks subgroups that differ in the plan's endpoint at its week.

    Parameters
    ----------
    questions
        How many subgroup questions were asked so far (from the ledger), this one included.
    prespecified_at
        When this plan was prespecified, as text; "" when it was not.

    Raises NotComputable when the plan splits the cohort into fewer than two levels in which the endpoint is defined.

    Source: Schandelmaier et al. 2020, doi:10.1503/cmaj.200077 (ICEMAN), with two questions of our own (size, consistency)
    and one on scale. Misleads as a score: it lists reasons for doubt, it does not weigh them.
    """
    plan = plan.named_for(cohort)
    result = subgroups_response(cohort, plan)
    included = plan.included(cohort)
    strata = plan.strata(included)
    test = result.rows(group1=strata.name, variable_level=TEST)
    if test.empty:
        raise NotComputable(
            "There is nothing to judge: the split has fewer than two levels in which the endpoint is defined",
            fix="Choose another split",
        )
    t, table = test.iloc[0], result.table
    levels = table[(table["group1"] == strata.name) & table["variable_level"].isna()].sort_values("rate", kind="stable")
    rule, worst, best = endpoint(plan.endpoint), levels.iloc[0], levels.iloc[-1]
    items = (
        _prespecified(prespecified_at),
        _chance(float(t["p"])),
        _number_of_questions(questions),
        _cut(included, plan),
        _size(int(levels["n"].min())),
        *_consistency(cohort, plan, str(best["group1_level"]), str(worst["group1_level"])),
        _scale(float(t["p"]), float(t["p_relative"]), plan.alpha),
    )
    level = overall(items)
    sentence = (
        f"That {rule.symbol} at week {plan.at_week(included)} differs by {strata.title} "
        f"({strata.label(best['group1_level'])}: {percent(best['rate'])}, {strata.label(worst['group1_level'])}: "
        f"{percent(worst['rate'])}; {p_value(t['p'], True, plan.alpha)}) is of {level} credibility."
    )
    return Claim(f"{strata.title} and {rule.symbol}", items, level, sentence, reminder_for(AnalysisSet.of(cohort, plan)))


def overall(items: tuple[Item, ...]) -> str:
    """The level of credibility that the answers allow."""
    scores = [i.score for i in items]
    no, unclear = scores.count(0), scores.count(1)
    if all(score < 2 for score in scores):
        return "very low"
    if no >= 2:
        return "low"
    return "moderate" if no == 1 or unclear >= 2 else "high"


def _prespecified(at: str) -> Item:
    return Item(
        "Was the subgroup named beforehand?",
        3 if at else 0,
        f"Prespecified on {at}." if at else "Not prespecified in this session before its numbers were shown.",
    )


def _chance(p: float) -> Item:
    if np.isnan(p):
        return Item("Is chance an unlikely explanation?", 0, "The levels cannot be tested against each other.")
    score = next((s for limit, s in P_STEPS if p <= limit), 0)
    return Item(
        "Is chance an unlikely explanation?",
        score,
        f"Test of any difference between the levels: {p_value(p, True, 0.005)} (0.005, 0.01 and 0.05 are the steps).",
    )


def _number_of_questions(n: int) -> Item:
    score = 3 if n <= 1 else 2 if n <= 3 else 1 if n <= 10 else 0
    return Item("Were only a few subgroups looked at?", score, f"{counted(n, 'subgroup question')} asked so far.")


def _cut(cohort: Cohort, plan: AnalysisPlan) -> Item:
    question, severity = "Is there no arbitrary cut?", cohort.severity_measure
    if plan.stratifier in ("severity", "trial_severity"):
        if severity.cut is None and plan.severity_cut != cohort.usual_cut:
            return Item(question, 1, f"Baseline {severity.name} is cut at {plan.severity_cut:g}; no publication cuts it.")
        if plan.stratifier == "severity" and plan.severity_cut != cohort.usual_cut:
            return Item(
                question, 1, f"Baseline {severity.name} is cut at {plan.severity_cut:g}, not at the usual {cohort.usual_cut:g}."
            )
        where = "where publications cut it" if severity.cut is not None else "at the median of these patients"
        return Item(question, 2, f"Baseline {severity.name} is cut {where}, but a cut it is.")
    if plan.stratifier not in BUILT_IN and plan.strata(cohort).cut is not None:
        where = "the median" if plan.column_cut is None else f"{plan.column_cut:g}"
        return Item(
            question,
            0 if plan.column_cut is not None else 1,
            f"A number is cut at {where}; patients just below and just above are alike.",
        )
    return Item(question, 3, "The levels are those of the file.")


def _size(smallest: int) -> Item:
    score = 3 if smallest >= 50 else 2 if smallest >= 20 else 1 if smallest >= SMALL else 0
    return Item("Is the smallest level large enough?", score, f"It has {counted(smallest, 'patient')}.")


def _consistency(cohort: Cohort, plan: AnalysisPlan, best: str, worst: str) -> tuple[Item, Item]:
    """Does the same level lead at the other weeks, and for the other endpoints?"""
    table = responders(cohort, plan).table
    rates = table.pivot_table(index=["variable", "week"], columns="group1_level", values="rate")
    lead = (rates[best] - rates[worst]).dropna() if {best, worst} <= set(rates.columns) else rates.iloc[:0, 0]
    week = plan.at_week(plan.included(cohort))
    if lead.get((plan.endpoint, week)) == 0:
        equal = "All levels have the same rate here, so there is nothing to hold."
        return Item("Does it hold at the other weeks?", 0, equal), Item("Does it hold for the other endpoints?", 0, equal)
    weeks = lead[(lead.index.get_level_values(0) == plan.endpoint) & (lead.index.get_level_values(1) != week)]
    endpoints = lead[(lead.index.get_level_values(0) != plan.endpoint) & (lead.index.get_level_values(1) == week)]
    return (
        _agreement("Does it hold at the other weeks?", weeks.to_numpy(), of_weeks=True),
        _agreement("Does it hold for the other endpoints?", endpoints.to_numpy(), of_weeks=False),
    )


def _agreement(question: str, leads: np.ndarray, of_weeks: bool) -> Item:
    if not len(leads):
        return Item(question, 1, f"There is no other {'week' if of_weeks else 'endpoint'} to compare with.")
    same, against = int((leads > 0).sum()), int((leads < 0).sum())
    score = 3 if same == len(leads) else 0 if against > same else 2 if same >= 0.75 * len(leads) else 1
    others = counted(len(leads), "other week") if of_weeks else counted(len(leads), "other endpoint")
    return Item(question, score, f"The same level is ahead at {same} of {others}.")


def _scale(absolute: float, relative: float, alpha: float) -> Item:
    question = "Does it hold on both scales?"
    if np.isnan(absolute) or np.isnan(relative):
        return Item(question, 1, "It cannot be tested on both.")
    a, r = absolute <= alpha, relative <= alpha
    told = f"Absolute {p_value(absolute, True, alpha)}, relative (odds) {p_value(relative, True, alpha)}."
    return Item(question, 3 if a and r else 0 if not a and not r else 1, told)
