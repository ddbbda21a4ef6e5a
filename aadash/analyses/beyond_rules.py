"""Does the conclusion change under multiple imputation, under weights for those who stayed, or were the unseen worse? Beside the
rules."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.imputation import COPIES, SEED, Imputed, impute, pooled_change, pooled_response_difference
from aadash.analyses.registry import analysis
from aadash.analyses.rules import missing_rule_comparison
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import number, p_value
from aadash.levels import ALL
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.dropout_weights import dropout_weights, weighted_difference, weighted_mean, weighted_rate
from aadash.stats.imputation import Pooled, pool
from aadash.stats.pooled_rates import pool_rate
from aadash.stats.tipping import tipping_point

METHOD = (
    "Beside the rule of the plan: the missing visits drawn {m} times (seed {seed}, each stratum by itself) and pooled by Rubin's "
    "rules; the patients with a score, weighted by one over their chance to have been followed (Robins, Rotnitzky & Zhao 1995, "
    "doi:10.1080/01621459.1995.10476493); and the smallest shift of all drawn values at which the conclusion changes "
    "(delta adjustment; of two strata, only the one with more missing scores is shifted). p-values are of this week alone, not "
    "adjusted over the weeks."
)
QUESTIONS = ("change_from_baseline", "between_strata", "responders", "responders_between")


@analysis(
    "Does the conclusion change when missing scores are imputed or weighted for?",
    section="long",
    tests=(TestColumn("p", estimate="tested_estimate"),),
    variants=tuple({"question": q} for q in QUESTIONS),
    order=46,
)
def beyond_rules(
    cohort: Cohort,
    plan: AnalysisPlan,
    question: str = "responders",
    copies: int = COPIES,
    seed: int = SEED,
    progress: Callable[[float], object] | None = None,
) -> Result:
    """``question`` (one of :data:`QUESTIONS`) at the week in question by multiple imputation and by weights, and its tipping point.

    Table
    -----
    ``variable`` "plan" (the plan's own rule, as :func:`missing_rule_comparison` gives it), "imputed", "weighted" or "tipping";
    ``variable_level`` the question. ``estimate, ci_low, ci_high`` (points, percentage points of change, or percent), ``p`` (NaN for a
    description), ``significant`` (1, 0 or NaN), ``delta`` (of "tipping": points added to the drawn values; NaN where no shift changes
    the conclusion), ``n_imputed``; ``test`` and ``tested_estimate`` as in that analysis.

    Raises NotComputable for another question, without a missing visit at the week, and where strata are not two.
    """
    if question not in QUESTIONS:
        raise NotComputable(f"There is no question called {question!r}", fix="Choose one of " + ", ".join(QUESTIONS))
    s = AnalysisSet.of(cohort, plan)
    pairs = question.endswith("between") or question == "between_strata"
    if pairs:
        s.require_strata()
        if len(s.levels) != 3:
            raise NotComputable(f"The comparison is of two strata, and there are {len(s.levels) - 1}", fix="Choose a split into two")
    done = impute(s, copies, seed, None if progress is None else lambda share: progress(0.6 * share))
    week, n = plan.at_week(s.cohort), len(s.cohort)
    digits = s.cohort.measure.digits if question == "change_from_baseline" else 1
    asked = _asked(done, question)
    drawn_of = int((done.unseen & asked).sum())

    scale = 100.0 if question.startswith("responders") else 1.0

    def put(variable: str, q: tuple[float, float, float, float], analysed: int, **more: object) -> dict:
        estimate, low, high, p = q
        known = {"estimate": estimate, "ci_low": low, "ci_high": high, "p": p, "tested_estimate": estimate / scale}
        sure = {"significant": float("nan") if np.isnan(p) else float(p <= plan.alpha)}
        return row(s.strata.name, ALL, variable, question, week, n, analysed, **known, **sure, **more)

    rows: list[dict] = []
    failed: list[Caveat] = []
    # the p-value of the week alone, as those of the rows below it
    # and of the same patients: who has no level is not drawn
    same = cohort
    if done.levels and (s.strata.codes < 0).any():
        same = cohort.subset(cohort.patients.index.isin(s.cohort.patients.index[s.strata.codes >= 0]))
    own = missing_rule_comparison(same, plan.replace(multiplicity="none"), question=question).table
    mine = own[own["variable"] == plan.missing]
    for r in mine.to_dict("records"):
        known = (r["estimate"], r["ci_low"], r["ci_high"], r["p"])
        rows.append(put("plan", known, int(r["n_analysed"]), n_imputed=r["n_imputed"], test=r["test"]))
    drawn = _imputed(done, question)
    rows.append(put("imputed", drawn, int(asked.sum()), n_imputed=drawn_of, test="multiple imputation"))
    try:
        own_weights = _weighted(done, question, failed)
        rows.append(put("weighted", own_weights, int((asked & ~done.unseen).sum()), n_imputed=0, test="weights for missing scores"))
    except NotComputable as error:
        failed.append(Caveat("not-computed", f"Weights for missing scores: {error.paragraph()}"))
    if not np.isnan(drawn[3]):
        delta = _tipping(done, question, progress)
        rows.append(put("tipping", (np.nan,) * 4, int(asked.sum()), delta=delta, n_imputed=drawn_of))
    return Result(
        table(rows, ("estimate", "ci_low", "ci_high", "p", "significant", "delta", "n_imputed")),
        done.accounting(asked, question == "between_strata", s.rule if question.startswith("responders") else None),
        METHOD.format(m=copies, seed=seed),
        _sentence(s, rows, s.labels.label(done.levels[_moved(done, question)]) if pairs else "", digits),
        (
            Caveat(
                "missing-at-random",
                "Imputation and weights take patients without a score to be like those with the same course who have one.",
                "The tipping point says how wrong that would have to be.",
            ),
            *filter(None, [done.without_level(), done.mostly_drawn()]),
            *failed,
        ),
        labels=s.labels,
    )


def _asked(done: Imputed, question: str) -> np.ndarray:
    """(patients who can be imputed,) booleans: those whom the question can be asked of."""
    if question.startswith("responders"):
        return done.s.rule.defined(done.baseline)
    return done.baseline > 0 if question == "between_strata" else np.ones(len(done.codes), dtype=bool)


def _percent(done: Imputed, change: np.ndarray) -> np.ndarray:
    base = np.where(done.baseline > 0, done.baseline, np.nan)
    return 100 * change / base


def _pooled(done: Imputed, question: str, delta: np.ndarray) -> tuple[Pooled, float]:
    """The pooled answer with the drawn values moved by ``delta`` (a number for each patient), and what its numbers are multiplied
    by."""
    if question == "responders_between":
        return pooled_response_difference(done, done.response(delta)), 100.0
    if question == "change_from_baseline":
        return pooled_change(done, done.change(delta), np.ones(len(done.codes), dtype=bool)), 1.0
    x = _percent(done, done.change(delta))
    a, b = (x[:, (done.codes == i) & ~np.isnan(x[0])] for i in (0, 1))
    if min(a.shape[1], b.shape[1]) < 2:
        raise NotComputable("Each stratum needs two patients with a baseline above 0")
    va, vb = a.var(axis=1, ddof=1) / a.shape[1], b.var(axis=1, ddof=1) / b.shape[1]
    df = (va + vb) ** 2 / (va**2 / (a.shape[1] - 1) + vb**2 / (b.shape[1] - 1))
    return pool(a.mean(axis=1) - b.mean(axis=1), va + vb, float(df.mean()), done.s.plan.level), 1.0


def _imputed(done: Imputed, question: str) -> tuple[float, float, float, float]:
    """Estimate, limits and p (NaN for a description)."""
    if question == "responders":
        response = done.response()
        here = ~np.isnan(response[0])
        if not here.any():
            raise NotComputable(f"{done.s.rule.symbol} is defined for nobody")
        r = pool_rate(response[:, here].sum(axis=1), int(here.sum()), done.s.plan.level)
        return 100 * r.estimate, 100 * r.low, 100 * r.high, float("nan")
    q, scale = _pooled(done, question, np.zeros(len(done.codes)))
    return scale * q.estimate, scale * q.ci_low, scale * q.ci_high, q.p


def _weighted(done: Imputed, question: str, failed: list[Caveat]) -> tuple[float, float, float, float]:
    """Estimate, limits and p; what of them cannot be had is put to ``failed``."""
    s = done.s
    j = s.cohort.column_index(s.plan.at_week(s.cohort))
    seen = s.cohort.values[done.who][:, j]
    y = seen - done.baseline
    if question.startswith("responders"):
        y = 100 * s.rule.response(done.baseline, seen)
    elif question == "between_strata":
        y = _percent(done, y)
    strata = (done.codes[:, None] == np.arange(1, max(len(done.levels), 1))).astype(float)
    w = dropout_weights(s.cohort.values[done.who][:, : j + 1], strata)
    here = ~np.isnan(y)
    if question in ("between_strata", "responders_between"):
        what = s.rule.symbol if question == "responders_between" else "percent change"
        failed += filter(None, [done.told_apart(y, w, what)])
        d = weighted_difference(y, w, done.codes == 0, done.codes == 1, s.plan.level)
        return d.estimate, d.ci_low, d.ci_high, d.p
    if question == "responders":
        r = weighted_rate(y / 100, w, here, s.plan.level)
        return 100 * r.estimate, 100 * r.ci_low, 100 * r.ci_high, float("nan")
    m = weighted_mean(y, w, here, s.plan.level)
    return m.estimate, m.ci_low, m.ci_high, float("nan")


def _moved(done: Imputed, question: str) -> int:
    """The stratum with more unseen patients at the week, whose drawn values are shifted."""
    return int(np.argmax(done.unseen_of(_asked(done, question))))


def _tipping(done: Imputed, question: str, progress: Callable[[float], object] | None) -> float:
    pairs = question in ("between_strata", "responders_between")
    moved = done.codes == _moved(done, question) if pairs else np.ones(len(done.codes), dtype=bool)
    span = float(done.s.cohort.measure.high - done.s.cohort.measure.low)
    steps = np.round(np.linspace(-span, span, 21), 6)
    told = [0]

    def evaluate(delta: float) -> Pooled:
        told[0] += 1
        if progress is not None:
            progress(min(0.6 + 0.4 * told[0] / 45, 1.0))
        return _pooled(done, question, np.where(moved, delta, 0.0))[0]

    return tipping_point(evaluate, list(steps), done.s.plan.alpha).tipping_point


def _sentence(s: AnalysisSet, rows: list[dict], moved: str, digits: int) -> str:
    r = {x["variable"]: x for x in rows}
    names = {"plan": "under the plan's rule", "imputed": "imputed", "weighted": "weighted for missing scores"}
    told = "; ".join(f"{text} {number(r[k]['estimate'], digits)}" for k, text in names.items() if k in r)
    text = f"Estimate: {told}."
    tested = [x for x in rows if not np.isnan(x["significant"])]
    if len(tested) > 1:
        same = len({x["significant"] for x in tested}) == 1
        ps = ", ".join(p_value(x["p"], True, s.plan.alpha) for x in tested)
        text += f" {'The conclusion is the same' if same else 'The conclusion changes'} ({ps})."
    if "tipping" in r:
        delta = r["tipping"]["delta"]
        score = s.cohort.score
        who = f"the missing scores of {moved}" if moved else "the missing scores"
        direction = "higher" if delta > 0 else "lower"
        text += (
            f" No shift of {who}, however large the {score} scale allows, changes the imputed conclusion."
            if np.isnan(delta)
            else f" The imputed conclusion would change were {who} {s.cohort.measure.amount(abs(delta))} of {score} "
            f"{direction} than drawn."
        )
    return text
