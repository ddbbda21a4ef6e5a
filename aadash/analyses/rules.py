"""Does the conclusion change with what a missing visit counts as?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.between import between_strata
from aadash.analyses.change import change_from_baseline
from aadash.analyses.registry import analysis
from aadash.analyses.response import responders
from aadash.analyses.response_between import responders_between
from aadash.analyses.stratum_by_week import mixed_anova
from aadash.cohort import Cohort
from aadash.endpoints import filled, responses
from aadash.errors import AadashError, NotComputable
from aadash.formatting import counted, listing, number, p_value
from aadash.levels import ALL
from aadash.plan import MULTIPLICITY, AnalysisPlan
from aadash.result import Caveat, Result, TestColumn

NAMES = {
    "observed": "Observed cases",
    "complete": "Complete cases",
    "nri": "Non-responder imputation",
    "locf": "Last observation carried forward",
    "mixed": "Mixed model",
}


UNFOLLOWED = "this analysis cannot follow the rule here, so its row is of the scores recorded and counts for no agreement."


@dataclass(frozen=True)
class Question:
    """A question that can be asked under several rules: which row of which analysis answers it."""

    analysis: Callable[..., Result]
    rules: tuple[str, ...]
    estimate: str
    p: tuple[str, ...]
    what: str
    scale: float = 1.0
    at_week: bool = True
    keys: tuple[tuple[str, str], ...] = ()
    by_endpoint: bool = False
    digits: int = 1


MEANS, RATES = ("observed", "complete", "locf", "mixed"), ("observed", "complete", "nri", "locf")
QUESTIONS = {
    "change_from_baseline": Question(change_from_baseline, MEANS, "mean", ("p_adjusted", "p"), "Mean change in SALT ({unit})"),
    "between_strata": Question(between_strata, MEANS, "difference", ("p",), "Difference in percent change (points)"),
    "responders": Question(responders, RATES, "rate", (), "Responders (%)", 100.0, by_endpoint=True),
    "responders_between": Question(
        responders_between, RATES, "risk_difference", ("p",), "Difference in responders (points)", 100.0, by_endpoint=True
    ),
    "mixed_anova": Question(
        mixed_anova,
        MEANS,
        "",
        ("p_gg", "p"),
        "Stratum × week on percent change",
        at_week=False,
        keys=(("variable", "percent_change"), ("variable_level", "stratum:week")),
    ),
}


@analysis(
    "Does the conclusion change with what a missing visit counts as?",
    tests=(TestColumn("tested_p", estimate="tested_estimate"),),
    variants=tuple({"question": q} for q in QUESTIONS),
)
def missing_rule_comparison(cohort: Cohort, plan: AnalysisPlan, question: str = "responders") -> Result:
    """Ask ``question`` (a key of :data:`QUESTIONS`) under every missing rule that applies to it.

    Table
    -----
    One row a rule (``variable`` the rule, ``variable_level`` the question) with ``estimate, ci_low, ci_high`` (in the
    units of the question; NaN for a joint test), ``p`` (NaN for a description), ``significant`` (1, 0 or NaN), ``followed`` (0
    where the analysis cannot follow the rule and uses the visits made, so that its row is no agreement), ``n_imputed`` and the
    three counts; ``test, tested_p, tested_estimate`` as that analysis has them, p before any adjustment over the weeks. A rule under
    which it cannot be computed is left out and named in a caveat.

    Raises NotComputable when it can be computed under no rule.
    """
    if question not in QUESTIONS:
        raise NotComputable(f"There is no question called {question!r}", fix="Choose one of " + ", ".join(QUESTIONS))
    included = plan.included(cohort)
    asked = QUESTIONS[question]
    what = included.measure.words(asked.what).replace("{unit}", included.measure.unit)
    digits = included.measure.digits if question == "change_from_baseline" else 1
    q, rows, failed, counted_ = replace(asked, what=what, digits=digits), [], [], {}
    for rule in q.rules:
        now = plan.replace(missing=rule)
        try:
            answer = q.analysis(cohort, now, brief=True)
            rows.append(_row(q, question, rule, answer, included, now))
        except AadashError as error:
            failed.append(f"{NAMES[rule]}: {error.paragraph()}")
            continue
        counted_[rule] = answer.accounting
    if not rows:
        raise NotComputable(f"{what} has an answer under no rule. {failed[0].rstrip('.')}")
    gaps = int(np.isnan(included.values).sum())
    own = plan.missing if plan.missing in counted_ else next(iter(counted_))
    s = AnalysisSet.of(cohort, plan)
    caveats = doubt.collect(
        *(Caveat("rules", f"Not computed: {text}", level="warning") for text in failed),
        *(Caveat("rules", f"{NAMES[r['variable']]}: {UNFOLLOWED}", level="warning") for r in rows if not r["followed"]),
        doubt.attrition(s),
        doubt.differential(s),
        doubt.already_there(s) if q.by_endpoint else None,
        doubt.after_baseline(s),
    )
    return Result(
        table(rows),
        counted_[own],
        f"The same question under each rule for missing visits, beside each other; nothing else changes{_adjusted(q, plan)}. The "
        "table has the number analysed under each rule.",
        _sentence(q, rows, gaps, plan),
        caveats,
        labels=s.labels,
    )


def _row(q: Question, question: str, rule: str, answer: Result, included: Cohort, plan: AnalysisPlan) -> dict:
    keys: dict[str, object] = {"group1_level": ALL, **dict(q.keys)}
    if q.at_week:
        keys["week"] = plan.at_week(included)
    if q.by_endpoint:
        keys["variable"] = plan.rule(included).name
    found = answer.rows(**keys)
    if found.empty:
        raise NotComputable(f"{q.what} could not be analysed")
    r = found.iloc[0]
    nan = float("nan")
    p = next((float(r[c]) for c in q.p if c in r and not np.isnan(r[c])), nan)
    tested = next((t for t in answer.tests(found.iloc[:1]) if t.column in q.p), None)  # as the page itself shows it
    known = bool(q.estimate) and q.estimate in r
    return row(
        answer.table["group1"].iloc[0],
        ALL,
        rule,
        question,
        plan.at_week(included),
        int(r["n_enrolled"]),
        int(r["n_analysed"]),
        estimate=q.scale * float(r[q.estimate]) if known else nan,
        ci_low=q.scale * float(r["ci_low"]) if known else nan,
        ci_high=q.scale * float(r["ci_high"]) if known else nan,
        p=p,
        test=tested.name if tested else None,
        tested_p=tested.p if tested else nan,
        tested_estimate=tested.estimate if tested else nan,
        significant=nan if np.isnan(p) else float(p <= plan.alpha),
        n_imputed=_imputed(q, rule, included, plan),
        followed=float(not any(c.code == "mmrm" for c in answer.caveats)),
    )


def _imputed(q: Question, rule: str, included: Cohort, plan: AnalysisPlan) -> int:
    """Values filled in at the week in question (all weeks for a joint test)."""
    if rule not in ("nri", "locf"):
        return 0
    if q.by_endpoint:
        _, imputed = responses(included, plan.rule(included), rule)
    else:
        imputed = filled(included, rule)[1] & ~np.isnan(included.baseline)[:, None]
    return int((imputed[:, included.column_index(plan.at_week(included))] if q.at_week else imputed).sum())


def _adjusted(q: Question, plan: AnalysisPlan) -> str:
    """That p-values are adjusted over the weeks, where the page's own are."""
    if "p_adjusted" not in q.p or plan.multiplicity == "none":
        return ""
    return f", and p-values are adjusted over the weeks as there ({MULTIPLICITY[plan.multiplicity]})"


def _in_words(rule: str) -> str:
    """A rule's name inside a sentence."""
    return NAMES[rule][0].lower() + NAMES[rule][1:]


def _sentence(q: Question, rows: list[dict], gaps: int, plan: AnalysisPlan) -> str:
    counted_ = [r for r in rows if r["followed"]]
    tested = [r for r in counted_ if not np.isnan(r["p"])]
    known = [r for r in counted_ if not np.isnan(r["estimate"])]
    same = len({(number(r["estimate"], 9), number(r["p"], 9)) for r in counted_}) == 1
    out = []
    if not gaps and len(counted_) > 1:
        out.append(
            "No visit is missing, so every rule gives the same answer." if same else "No visit is missing, so only the method differs."
        )
    yes = [_in_words(r["variable"]) for r in tested if r["significant"]]
    no = [_in_words(r["variable"]) for r in tested if not r["significant"]]
    if not tested:
        said = f"{q.what} under {counted(len(counted_), 'rule')}." if gaps else ""
        out += [said, _spread(known, len(counted_), q.digits), _of_nobody(counted_)]
    elif yes and no:
        out += [
            f"Yes, it changes: significant at {plan.alpha:g} under {listing(yes)}, but not under {listing(no)}.",
            _spread(known, len(counted_), q.digits),
            "The estimate is the same; p is adjusted over the weeks, and at another week a visit is missing."
            if not gaps and len({number(r["estimate"], 9) for r in tested}) == 1 and _adjusted(q, plan)
            else "A conclusion that depends on the rule should be reported as such.",
        ]
    elif len(tested) == 1:
        rule = _in_words(tested[0]["variable"])
        out.append(f"Only {rule} could be tested ({p_value(tested[0]['p'], True, plan.alpha)}), so the rules cannot be compared.")
    elif yes and len({np.sign(r["estimate"]) for r in known} - {0.0}) > 1:
        out += ["Yes, it changes: the rules do not agree on the direction.", _spread(known, len(counted_), q.digits)]
    else:
        low, high = p_value(min(r["p"] for r in tested), True, plan.alpha), p_value(max(r["p"] for r in tested), True, plan.alpha)
        ps = low if low == high else f"{low} to {high.removeprefix('p ').removeprefix('= ')}"
        n = len(tested)
        verdict = (
            f"No: it is significant under all {n} rules ({ps})."
            if yes
            else f"No: it is significant under none of the {n} rules ({ps})."
        )
        out += [verdict, _spread(known, len(counted_), q.digits)]
    return " ".join(filter(None, out))


def _of_nobody(rows: list[dict]) -> str:
    """The rules under which nobody is left to describe."""
    none = [_in_words(r["variable"]) for r in rows if not r["n_analysed"]]
    return f"Nobody can be counted under {listing(none)}." if none else ""


def _spread(known: list[dict], rules: int, digits: int) -> str:
    """The sentence on the estimates: from the smallest to the largest, or that they are one."""
    if not known:
        return ""
    low, high = min(known, key=lambda r: r["estimate"]), max(known, key=lambda r: r["estimate"])
    if number(low["estimate"], digits) == number(high["estimate"], digits):
        if len(known) == rules:
            return f"The estimate is {number(low['estimate'], digits)} under each of them." if rules > 1 else ""
        return f"The estimate is {number(low['estimate'], digits)} under {listing([_in_words(r['variable']) for r in known])}."
    return (
        f"The estimate runs from {number(low['estimate'], digits)} ({_in_words(low['variable'])}) to "
        f"{number(high['estimate'], digits)} ({_in_words(high['variable'])})."
    )
