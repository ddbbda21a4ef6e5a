"""How bad would the unseen have to be for the conclusion to change?"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.imputation import COPIES, SEED, Imputed, impute, pooled_change_difference, pooled_response_difference
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import counted, p_value
from aadash.levels import Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.imputation import Pooled
from aadash.stats.tipping import tipping_point as find

METHOD = (
    "The missing scores are imputed {m} times (seed {seed}, each stratum by itself). The imputed SALT of {moved} is then made "
    "worse, or better, by a row of shifts, the same in every copy, and the difference of the strata pooled again (delta "
    "adjustment: Carpenter, Roger & Kenward 2013, doi:10.1080/10543406.2013.834911; Cro et al. "
    "2020, doi:10.1002/sim.8569). Values stay on the scale."
)


@analysis("How bad would the missing scores have to be?", section="long", tests=(TestColumn("p", estimate="estimate"),), order=43)
def tipping_point(
    cohort: Cohort,
    plan: AnalysisPlan,
    measure: str = "response",
    copies: int = COPIES,
    seed: int = SEED,
    progress: Callable[[float], object] | None = None,
) -> Result:
    """The difference of two strata with the unseen visits of one, the one with more of them, made worse or better, step by step.

    ``measure`` "response" (share with the endpoint) or "change" (mean change in points).

    Table
    -----
    ``variable`` the endpoint or "change", ``variable_level`` "delta" (a row per shift) or "tipping point"; ``group1_level`` the pair
    (first minus second). ``delta`` points added to the imputed values, ``estimate, ci_low, ci_high, p`` (p only where the shift is
    0: the others are the same test under other assumptions), ``p_delta`` that p at every shift, ``significant``.

    Raises NotComputable without two strata, or as :func:`aadash.analyses.imputed_outcomes.impute` does.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_strata()
    if len(s.levels) != 3:
        raise NotComputable(f"The tipping point is of two strata, and there are {len(s.levels) - 1}", fix="Choose a split into two")
    done = impute(s, copies, seed, None if progress is None else lambda share: progress(0.6 * share))
    ask = pooled_change_difference if measure == "change" else pooled_response_difference
    make = done.change if measure == "change" else done.response
    if measure != "change" and not _both(done):
        raise NotComputable("The endpoint is defined in one stratum only", fix="Choose another endpoint")
    if measure == "change" and min((done.codes == i).sum() for i in (0, 1)) < 2:
        raise NotComputable("A difference in mean change is tested where each stratum has two patients", fix="Choose another split")
    here = ask(done, make())
    # The stratum with more unseen patients: what they would have shown decides.
    asked = np.ones(len(done.codes), dtype=bool) if measure == "change" else s.rule.defined(done.baseline)
    unseen_in = done.unseen_of(asked)
    moved = int(np.argmax(unseen_in))
    span = float(s.cohort.measure.high - s.cohort.measure.low)
    steps = np.round(np.linspace(-span, span, 41), 6)
    told = [0]

    def evaluate(delta: float) -> Pooled:
        told[0] += 1
        if progress is not None:
            progress(min(0.6 + 0.4 * told[0] / (len(steps) + 24), 1.0))
        return ask(done, make(np.where(done.codes == moved, delta, 0.0)))

    found = find(evaluate, list(steps), plan.alpha)
    pair, week, variable = Pair(*done.levels), plan.at_week(s.cohort), "change" if measure == "change" else s.rule.name
    unseen = unseen_in[moved]
    rows = [
        row(
            s.strata.name, pair, variable, "delta", week, len(s.cohort), int(asked.sum()),
            delta=r["delta"], estimate=r["estimate"], ci_low=r["ci_low"], ci_high=r["ci_high"],
            p=r["p"] if r["delta"] == 0 else float("nan"), p_delta=r["p"], significant=float(r["significant"]), n_moved=unseen,
        )
        for r in found.curve.to_dict("records")
    ]  # fmt: skip
    rows.append(
        row(
            s.strata.name,
            pair,
            variable,
            "tipping point",
            week,
            len(s.cohort),
            int(asked.sum()),
            delta=found.tipping_point,
            n_moved=unseen,
        )
    )
    name = s.labels.label(done.levels[moved])
    return Result(
        table(rows, ("delta", "estimate", "ci_low", "ci_high", "p", "p_delta", "significant")),
        done.accounting(asked, rule=None if measure == "change" else s.rule),
        METHOD.format(m=copies, seed=seed, moved=name),
        _sentence(s, here, found.tipping_point, name, unseen, variable),
        (
            Caveat(
                "tipping-point",
                "Whether a shift of that size is plausible is a clinical judgement; the calculation cannot make it.",
                "Ask what is known of the patients without a score: why they have none, and how they did before.",
            ),
            *filter(None, [done.mostly_drawn()]),
        ),
        labels=s.labels,
    )


def _both(done: Imputed) -> bool:
    defined = ~np.isnan(done.response()[0])
    return all((defined & (done.codes == i)).any() for i in (0, 1))


def _sentence(s: AnalysisSet, here: Pooled, point: float, name: str, unseen: int, variable: str) -> str:
    what = "difference in mean change" if variable == "change" else f"difference in {s.rule.symbol}"
    state = "is significant" if here.p <= s.plan.alpha else "is not significant"
    text = f"With the missing scores imputed the {what} {state} ({p_value(here.p, True, s.plan.alpha)}). "
    who = f"the {counted(unseen, 'patient')} of {name} without a score"
    if not unseen:
        return text + f"Nobody of {name} lacks a score, so nothing can be moved."
    if np.isnan(point):
        return text + f"No shift of {who}, however large the scale allows, changes that."
    if s.cohort.measure.higher_is_better:
        direction = "higher (better)" if point > 0 else "lower (worse)"
    else:
        direction = "higher (worse)" if point > 0 else "lower (better)"
    return text + (
        f"That changes when {who} had {s.cohort.score} {s.cohort.measure.amount(abs(point))} {direction} "
        "than patients with the same course."
    )
