"""What if the patients who left had gone on like the control arm? Reference-based imputation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import arm_known, by_arm
from aadash.analyses.imputation import COPIES, SEED, Imputed, impute, pooled_change_difference, pooled_response_difference
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.errors import NotComputable
from aadash.formatting import counted, p_value
from aadash.levels import Pair
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.imputation import Pooled
from aadash.stats.reference_imputation import STRATEGIES, reference_based

METHOD = (
    "The missing visits are drawn {m} times (seed {seed}, each arm by itself). “Missing at random”: patients who left go on like "
    "those "
    "of their own arm who stayed. “Jump to reference”: from the visit after the last one they have the mean of the arm "
    "“{control}”. “Copy "
    "increments”: they keep what they had gained and change from then on as that arm does. The arm “{control}” itself, and visits "
    "missed in "
    "between, are drawn at random within the arm (Carpenter, Roger & Kenward 2013, doi:10.1080/10543406.2013.834911). Pooled by "
    "Rubin's "
    "rules."
)
AT_RANDOM = "missing at random"


@analysis(
    "What if those who left had gone on like the control arm?", section="long", tests=(TestColumn("p", estimate="estimate"),), order=44
)
def reference_imputation(
    cohort: Cohort, plan: AnalysisPlan, copies: int = COPIES, seed: int = SEED, progress: Callable[[float], object] | None = None
) -> Result:
    """The difference of two arms, one of them a control, with those who left drawn as if they had gone on like the control arm.

    Table
    -----
    ``variable`` "change" (points) or the endpoint (share, 0–1); ``variable_level`` "missing at random", "jump to reference", "copy
    increments in reference"; ``group1_level`` the pair (first minus second). ``estimate, ci_low, ci_high, p, df, fmi``, ``n_redrawn``
    patients outside the control arm whose week was drawn from it. ``progress`` is told the share done; raising in it stops.

    Raises NotComputable unless the cohort is split into two arms, one called "placebo", "control" or the like, or as
    :func:`aadash.analyses.imputation.impute` does. The assumption is meant to be hard on the drug; whether it is plausible is
    clinical.
    """
    s = AnalysisSet.of(cohort, plan)
    arm = arm_known(s)
    if arm is None or not arm.control:
        raise NotComputable("There is no control arm in this file", expected="a column with a level such as “placebo” or “control”")
    if not by_arm(s) or len(s.levels) != 3:
        raise NotComputable(
            f"The cohort must be split into two arms by “{arm.column}”", fix="Choose that split, and filter to two arms"
        )
    done = impute(s, copies, seed, None if progress is None else lambda share: progress(0.7 * share))
    control = done.levels.index(next(lv for lv in done.levels if lv.strip() == arm.control.strip()))
    values = s.cohort.values[done.who][
        :, [k for k in range(len(s.cohort.weeks)) if not np.isnan(s.cohort.values[done.who][:, k]).all()]
    ]
    gone = (done.codes != control) & np.isnan(values[:, done.column :]).all(axis=1)
    rows = []
    for i, strategy in enumerate((AT_RANDOM, *STRATEGIES)):
        now = done if strategy == AT_RANDOM else replace(done, copies=reference_based(done.copies, values, control, strategy))
        rows += _rows(now, strategy, gone)
        if progress is not None:
            progress(0.7 + 0.1 * (i + 1))
    name = s.labels.label(done.levels[control])
    return Result(
        table(rows, ("estimate", "ci_low", "ci_high", "p", "df", "fmi", "n_redrawn")),
        done.accounting(),
        METHOD.format(m=copies, seed=seed, control=name),
        _sentence(s, rows, int(gone.sum()), name),
        (
            Caveat(
                "reference-based",
                "Jump to reference takes away, from the first missed visit on, all that the drug had done; few patients who stop "
                "lose it so fast.",
                "Name the strategy before the data are seen.",
            ),
            *filter(None, [done.mostly_drawn()]),
        ),
        labels=s.labels,
    )


def _rows(done: Imputed, strategy: str, gone: np.ndarray) -> list[dict]:
    s = done.s
    pair, week, n = Pair(*done.levels), s.plan.at_week(s.cohort), len(s.cohort)
    response = done.response()
    defined = ~np.isnan(response[0])
    out = [("change", pooled_change_difference(done, done.change()), np.ones(len(done.codes), dtype=bool))]
    if all((defined & (done.codes == i)).any() for i in (0, 1)):
        out.append((s.rule.name, pooled_response_difference(done, response), defined))
    return [
        row(
            s.strata.name,
            pair,
            variable,
            strategy,
            week,
            n,
            int(who.sum()),
            **_numbers(q),
            n_redrawn=0 if strategy == AT_RANDOM else int((gone & who).sum()),
        )
        for variable, q, who in out
    ]


def _numbers(q: Pooled) -> dict[str, float]:
    return {"estimate": q.estimate, "ci_low": q.ci_low, "ci_high": q.ci_high, "p": q.p, "df": q.df, "fmi": q.fmi}


def _sentence(s: AnalysisSet, rows: list[dict], gone: int, control: str) -> str:
    mine, m = [r for r in rows if r["variable"] == "change"], s.cohort.measure
    alpha = s.plan.alpha
    told = "; ".join(
        f"{r['variable_level']} {m.number(r['estimate'])} ({m.interval(r['ci_low'], r['ci_high'])}, {p_value(r['p'], True, alpha)})"
        for r in mine
    )
    yes = [r["p"] <= alpha for r in mine]
    end = "The conclusion is the same under each." if len(set(yes)) == 1 else "The conclusion depends on the assumption."
    pair = s.labels.label(mine[0]["group1_level"])
    return (
        f"{counted(gone, 'patient')} outside “{control}” left before week {mine[0]['week']}. Difference in mean change, "
        f"{pair}, with the "
        f"missing scores {told}. {end}"
    )
