"""Doubts about who was not seen: visits filled in or left out, patients lost, and lost more from one stratum than another."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet
from aadash.analyses.arms import arm_known
from aadash.analyses.visits import Visit
from aadash.arms import control_alone
from aadash.formatting import SPELLED, counted, first_of, listing, percent
from aadash.plan import AnalysisPlan
from aadash.result import Caveat

#: From this share of patients without a visit on, it is said; strata that differ by twice this much lose patients unequally.
SHARE, UNEQUAL = 0.05, 0.10
#: The rules for missing visits that rates follow, that means follow, and that whatever else fills in follows; beside them an analysis
#: is of the scores recorded.
RATES, MEANS, FILLED = ("nri", "locf", "complete"), ("locf", "mixed", "complete"), ("locf", "complete")


def imputed(s: AnalysisSet, responder: bool = False, baseline: bool = True, at_week: bool = False) -> Caveat | None:
    """Cells were filled in by the missing rule, of patients whom the analysis can use: with ``responder``, for whom the endpoint is
    defined; else with a ``baseline``, if it needs one. ``at_week``: the analysis is of the week in question alone, and so is the
    number."""
    week = s.plan.at_week(s.cohort) if at_week else None
    j = slice(None) if week is None else slice(s.cohort.column_index(week), s.cohort.column_index(week) + 1)
    if s.plan.missing == "locf":
        every = s.patterns.under("locf") & ~s.patterns.made
        filled, whom = every, ""
        if responder:
            filled, whom = (
                every & s.rule.defined(s.patterns.baseline)[:, None],
                f" Counted: patients for whom {s.rule.symbol} is defined.",
            )
        elif baseline:
            filled, whom = every & s.patterns.made[:, :1], f" Counted: patients with a baseline {s.cohort.score}."
        cells, patients = s.patterns.cells(filled[:, j])
        if cells == s.patterns.cells(every[:, j])[0]:
            whom = ""
        verb = "stands" if cells == 1 else "stand"
        most = _mostly(s, responder, baseline)
        how = f"{verb} at the patient's last observation (never the baseline)."
        return _filled("locf", cells, patients, week, how, s.apart, whom, most)
    if s.plan.missing == "nri" and responder:
        cells, patients = s.patterns.cells(s.patterns.unseen(s.rule)[:, j])
        how = "counts as no response." if cells == 1 else "count as no response."
        return _filled("nri", cells, patients, week, how, s.apart, most=_mostly(s, True, True))
    return None


def _filled(
    code: str, cells: int, patients: int, week: int | None, how: str, apart: bool, whom: str = "", most: str = ""
) -> Caveat | None:
    """``whom`` says of which patients it is, where others have such visits too: "23 of 16" and "21 of 14" stand on one page; ``most``
    that numbers are mostly of what was filled in; ``apart`` that a value is missing, not a visit."""
    if not cells:
        return None
    of = f"of {counted(patients, 'patient')}" if week is None else f"at week {week}"
    text = f"{counted(cells, 'missing value')} {of} {how}" if apart else f"{counted(cells, 'missing visit')} {of} {how}"
    return Caveat(
        code, "".join([text, whom, most]), "See whether the answer holds under the other rules.", "warning" if most else "note"
    )


def _mostly(s: AnalysisSet, responder: bool, baseline: bool) -> str:
    """The strata (all patients, without a split) whose values at the week in question are mostly filled in by the rule."""
    visit = s.at_week
    asked = s.rule.defined(visit.baseline) if responder else ~np.isnan(visit.baseline) if baseline else visit.everyone
    filled = np.isnan(visit.seen) & asked if s.plan.missing == "nri" else visit.imputed & asked
    held = asked if s.plan.missing == "nri" else ~np.isnan(visit.values) & asked
    levels = s.levels[1:] if len(s.levels) > 2 else s.levels[:1]
    return mostly_filled(
        [(s.labels.label(lv), visit.n(filled & s.who(visit, lv)), visit.n(held & s.who(visit, lv))) for lv in levels],
        s.plan.at_week(s.cohort),
        s.apart,
    )


def mostly_filled(cells: Sequence[tuple[str, int, int]], week: int, apart: bool = False) -> str:
    """Of (label, values filled in, values), what is to be said of those of which more are filled in than were seen; "" for none.
    ``apart``: who has no value may have come."""
    most = [f"{k} of {n} in {label}" for label, k, n in cells if 2 * k > n]
    if not most:
        return ""
    if apart:
        return (
            f" Of the values at week {week}, {first_of(most)} are not recorded: what is said of them is mostly the rule's assumption."
        )
    return f" Of the values at week {week}, {first_of(most)} were not seen: what is said of them is mostly the rule's assumption."


def nri_not_for_means(s: AnalysisSet) -> Caveat | None:
    """NRI was chosen, but this is not a responder endpoint."""
    if s.plan.missing != "nri" or s.patterns.made.all():
        return None
    return Caveat("nri", "Non-responder imputation is for responder rates only; means are of the scores recorded.")


def rates_as_seen(s: AnalysisSet) -> Caveat | None:
    """The mixed model was chosen, which has no rates."""
    if s.plan.missing != "mixed" or s.patterns.made.all():
        return None
    return Caveat(
        "rates-as-seen",
        "The mixed model is for means at a week and their changes; other results are of the patients with a score, nothing "
        "is filled in.",
    )


def no_rule(s: AnalysisSet) -> Caveat | None:
    """A rule for missing visits was chosen, and what is followed from visit to visit knows none."""
    if s.plan.missing == "observed" or s.patterns.made.all():
        return None
    return Caveat(
        "no-rule",
        "These results are of every score recorded; the rule chosen for missing visits does not act on them.",
        "Expect other numbers of patients than where it acts.",
    )


def complete_only(s: AnalysisSet) -> Caveat | None:
    """Complete cases leave patients out."""
    if s.plan.missing != "complete":
        return None
    lost = s.patterns.cells(~s.patterns.made)[1]
    if not lost:
        return None
    score = s.cohort.score
    return Caveat(
        "complete-cases",
        f"{counted(lost, 'patient')} without {score} at one of the visits {'is' if lost == 1 else 'are'} left out."
        if s.apart
        else f"{counted(lost, 'patient')} with a missing visit {'is' if lost == 1 else 'are'} left out.",
        f"Those of whom {score} is recorded at every visit may be those who do well."
        if s.apart
        else "Those who come to every visit may be those who do well.",
        "warning",
    )


def attrition(s: AnalysisSet, follows: Collection[str] = ()) -> Caveat | None:
    """Fewer patients are seen at the week in question than began, and what the rule does about it, if it is one of those that the
    analysis ``follows``."""
    rule = s.plan.missing if s.plan.missing in follows else "observed"
    if rule == "complete":
        return complete_only(s)
    j = s.cohort.column_index(s.plan.at_week(s.cohort))
    visit = s.visit(j)
    gone, n = visit.n(np.isnan(visit.seen)), len(s.cohort)
    if gone < SHARE * n:
        return None
    return Caveat(
        "attrition",
        f"{gone} of {counted(n, 'patient')} ({percent(gone / n)}) {'has' if gone == 1 else 'have'} no {s.cohort.score} at week "
        f"{s.cohort.weeks[j]}.",
        _advice(s, rule, visit, gone),
        "note" if rule == "nri" else "warning",
    )


def _has_control(s: AnalysisSet) -> bool:
    """Whether some of these patients are a control arm: a rule that makes failures then need not be hard on the drug."""
    arm = arm_known(s)
    return arm is not None and bool(arm.untreated)


def _advice(s: AnalysisSet, rule: str, visit: Visit, gone: int) -> str:
    """What the rule makes of the ``gone`` patients without a value: of some it can make nothing."""
    unseen, known = np.isnan(visit.seen), ~np.isnan(visit.baseline)
    if rule == "nri":
        k = visit.n(unseen & s.rule.defined(visit.baseline))
        if k == gone:
            if control_alone(s.cohort, s.plan) is not None:
                return "They count as no response, so a drug that is compared with this arm looks the better for it."
            if _has_control(s):
                return "Who is missing counts as no response: where more of the control arm are missing, that favours the drug."
            return f"{'This patient counts' if k == 1 else 'They count'} as no response, which cannot flatter the drug."
        why = f"without a baseline, or with this one, {s.rule.symbol} is undefined."
        if not k:
            return f"Left out: {why}"
        if _has_control(s):
            return (
                f"Of these, {k} {'counts' if k == 1 else 'count'} as no response: where more of the control arm are missing, that "
                f"favours the drug. {'The other is' if k == gone - 1 else 'The others are'} left out: {why}"
            )
        return (
            f"Of these, {k} {'counts' if k == 1 else 'count'} as no response, which cannot flatter the drug. "
            f"{'The other is' if k == gone - 1 else 'The others are'} left out: {why}"
        )
    if rule == "locf":
        k = visit.n(unseen & known & ~np.isnan(visit.values))
        if s.apart:
            return _last_score(s.cohort.score, k, gone)
        if k == gone:
            return "The last visit made stands in for the missing one; see whether the answer holds under the other rules."
        if not k:
            return "Left out: without a baseline or a visit after it, nothing can be carried forward."
        return (
            f"The last visit made stands in for the missing one of {k}; {'the other is' if k == gone - 1 else 'the others are'} left "
            "out, having no baseline or no visit after it. See whether the answer holds under the other rules."
        )
    if rule == "mixed":
        return "The mixed model allows for this only as far as their earlier visits tell."
    if s.apart:
        return f"If {s.cohort.score} is missing more often where it is worse, what is left looks better than it was."
    return "If they left because it did not work, what is left looks better than it was."


def _last_score(score: str, k: int, gone: int) -> str:
    """What is carried forward for ``k`` of the ``gone`` who lack the score at the week, and may have come then."""
    if k == gone:
        return f"The last {score} stands in for the missing one; see whether the answer holds under the other rules."
    if not k:
        return f"Left out: without a baseline or a later {score}, nothing can be carried forward."
    return (
        f"The last {score} stands in for the missing one of {k}; {'the other is' if k == gone - 1 else 'the others are'} left out, "
        f"having no baseline or no later {score}. See whether the answer holds under the other rules."
    )


def differential(s: AnalysisSet) -> Caveat | None:
    """One stratum loses more patients than another by the week in question."""
    j = s.cohort.column_index(s.plan.at_week(s.cohort))
    visit = s.visit(j)
    gone = visit.by_level(np.isnan(visit.seen), len(s.strata.levels))
    shares = [(s.strata.label(lv), int(gone[s.strata.levels.index(lv)]), s.size(lv)) for lv in s.levels[1:]]
    if len(shares) < 2:
        return None
    rates = [k / n for _, k, n in shares]
    if max(rates) - min(rates) < UNEQUAL or sum(k for _, k, _ in shares) < 5:
        return None
    spread = len(shares) > SPELLED
    if spread:
        shares.sort(key=lambda one: one[1] / one[2])
    parts = [f"{k} of {n} ({percent(k / n)}) in {label}" for label, k, n in shares]
    many = s.strata.many
    told = f"{parts[0]} to {parts[-1]}, the ends of {len(parts)}" if spread else listing(parts)
    return Caveat(
        "differential-attrition",
        f"{s.cohort.score} is missing unequally in the {many}: at week {s.cohort.weeks[j]} none from {told}."
        if s.apart
        else f"The {many} lose patients unequally: at week {s.cohort.weeks[j]} no {s.cohort.score} from {told}.",
        f"A difference between the {many} may be a difference in who has a {s.cohort.score}; compare the rules for missing visits."
        if s.apart
        else f"A difference between the {many} may be a difference in who stayed; compare the rules for missing visits.",
        "warning",
    )


def carried(plan: AnalysisPlan) -> str:
    """What a method of the patients with every visit adds where a carried value stands for a visit."""
    return " A visit with a value carried forward counts as made." if plan.missing == "locf" else ""


def listwise(s: AnalysisSet, complete: int) -> Caveat | None:
    """The ANOVA drops whoever misses a visit."""
    lost = len(s.cohort) - complete
    if not lost:
        return None
    return Caveat(
        "listwise",
        f"The ANOVA uses {complete} of {len(s.cohort)} patients; {lost} {'is' if lost == 1 else 'are'} left out whole because "
        "a visit, the baseline or the stratum is missing.",
        "A mixed model for repeated measures uses every score recorded.",
        "warning",
    )
