"""Does the conclusion change with what a missing visit counts as?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from aadash.analyses.analysis_set import row, table
from aadash.analyses.between import between_strata
from aadash.analyses.change import change_from_baseline
from aadash.analyses.registry import analysis
from aadash.analyses.response import responders, responders_between
from aadash.analyses.stratum_by_week import mixed_anova
from aadash.cohort import Cohort
from aadash.endpoints import responses
from aadash.errors import AadashError, NotComputable
from aadash.formatting import listing, number, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Result, TestColumn

NAMES = {
    "observed": "Observed cases",
    "complete": "Complete cases",
    "nri": "Non-responder imputation",
    "locf": "Last observation carried forward",
    "mixed": "Mixed model",
}


@dataclass(frozen=True)
class Question:
    """A question that can be asked under several rules: which row of which analysis answers it."""

    analysis: Callable[[Cohort, AnalysisPlan], Result]
    rules: tuple[str, ...]
    estimate: str
    p: tuple[str, ...]
    what: str
    scale: float = 1.0
    at_week: bool = True
    keys: tuple[tuple[str, str], ...] = ()
    by_endpoint: bool = False


MEANS, RATES = ("observed", "complete", "locf", "mixed"), ("observed", "complete", "nri", "locf")
QUESTIONS = {
    "change_from_baseline": Question(change_from_baseline, MEANS, "mean", ("p",), "Mean change in SALT (points)"),
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
    tests=(TestColumn("p", estimate="estimate"),),
    variants=tuple({"question": q} for q in QUESTIONS),
)
def missing_rule_comparison(cohort: Cohort, plan: AnalysisPlan, question: str = "responders") -> Result:
    """Ask ``question`` (a key of :data:`QUESTIONS`) under every missing rule that applies to it.

    Table
    -----
    One row a rule (``variable`` the rule, ``variable_level`` the question) with ``estimate, ci_low, ci_high`` (in the
    units of the question; NaN for a joint test), ``p`` (NaN for a description), ``significant`` (1, 0 or NaN),
    ``n_imputed`` and the three counts. A rule under which it cannot be computed has NaN and is named in a caveat.

    Raises NotComputable when it can be computed under no rule.
    """
    if question not in QUESTIONS:
        raise NotComputable(f"There is no question called {question!r}", fix="Choose one of " + ", ".join(QUESTIONS))
    included = plan.included(cohort)
    asked = QUESTIONS[question]
    q, rows, failed = replace(asked, what=included.measure.words(asked.what)), [], []
    for rule in q.rules:
        now = plan.replace(missing=rule)
        try:
            rows.append(_row(q, question, rule, q.analysis(cohort, now), included, now))
        except AadashError as error:
            failed.append(f"{NAMES[rule]}: {error.paragraph()}")
    if not rows:
        raise NotComputable("This question can be answered under no rule. " + failed[0].rstrip("."))
    gaps = int(np.isnan(included.values).sum())
    caveats = tuple(Caveat("rules", f"Not computed: {text}", level="warning") for text in failed)
    return Result(
        table(rows),
        Accounting(len(included), len(included)),
        "The same question under each rule for missing visits, beside each other; nothing else changes.",
        _sentence(q, rows, gaps, plan),
        caveats,
    )


def _row(q: Question, question: str, rule: str, answer: Result, included: Cohort, plan: AnalysisPlan) -> dict:
    keys: dict[str, object] = {"group1_level": ALL, **dict(q.keys)}
    if q.at_week:
        keys["week"] = plan.at_week(included)
    if q.by_endpoint:
        keys["variable"] = plan.rule(included).name
    found = answer.rows(**keys)
    if not len(found):
        raise NotComputable("It needs more visits after baseline than were made")
    r = found.iloc[0]
    nan = float("nan")
    p = next((float(r[c]) for c in q.p if c in r and not np.isnan(r[c])), nan)
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
        significant=nan if np.isnan(p) else float(p <= plan.alpha),
        n_imputed=_imputed(q, rule, included, plan),
    )


def _imputed(q: Question, rule: str, included: Cohort, plan: AnalysisPlan) -> int:
    """Values filled in at the week in question (all weeks for a joint test)."""
    if rule not in ("nri", "locf"):
        return 0
    _, imputed = responses(included, plan.rule(included), rule)
    return int((imputed[:, included.column_index(plan.at_week(included))] if q.at_week else imputed).sum())


def _sentence(q: Question, rows: list[dict], gaps: int, plan: AnalysisPlan) -> str:
    if not gaps:
        return "No visit is missing, so every rule gives the same answer from the same numbers."
    tested = [r for r in rows if not np.isnan(r["p"])]
    known = [r for r in rows if not np.isnan(r["estimate"])]
    spread = ""
    if known:
        low, high = min(known, key=lambda r: r["estimate"]), max(known, key=lambda r: r["estimate"])
        spread = (
            f" The estimate runs from {number(low['estimate'])} ({NAMES[low['variable']].lower()}) to "
            f"{number(high['estimate'])} ({NAMES[high['variable']].lower()})."
        )
    if not tested:
        return f"{q.what} under {len(rows)} rules.{spread}"
    yes = [NAMES[r["variable"]].lower() for r in tested if r["significant"]]
    no = [NAMES[r["variable"]].lower() for r in tested if not r["significant"]]
    signs = {np.sign(r["estimate"]) for r in known}
    if yes and no:
        return (
            f"Yes, it changes: significant at {plan.alpha:g} under {listing(yes)}, but not under {listing(no)}.{spread} "
            "A conclusion that hangs on the rule should be reported as such."
        )
    if len(signs - {0.0}) > 1:
        return f"The direction changes with the rule.{spread}"
    ps = f"p from {p_value(min(r['p'] for r in tested))} to {p_value(max(r['p'] for r in tested))}"
    which = f"all {len(tested)}" if yes else f"none of the {len(tested)}"
    return f"No: it is significant under {which} rules ({ps}).{spread}"
