"""Has SALT changed since baseline? Paired tests at each week."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses import assumptions, model_based
from aadash.analyses import caveats as doubt
from aadash.analyses.adjustment import adjusted_over
from aadash.analyses.analysis_set import AnalysisSet, row, table
from aadash.analyses.arms import by_arm
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Quantiles
from aadash.errors import NotComputable
from aadash.formatting import counted, degrees, level_name, listing, p_value
from aadash.levels import ALL, Level
from aadash.plan import AnalysisPlan
from aadash.result import Alternative, Caveat, Result, TestColumn
from aadash.stats.adjust import adjust
from aadash.stats.descriptive import Tally
from aadash.stats.normality import shapiro
from aadash.stats.paired import paired_t, wilcoxon_signed_rank

METHOD = (
    "Paired t-test of SALT at each week against baseline, in the patients who have both; dz is the mean change "
    "divided by its standard deviation. Normality of the changes by Shapiro–Wilk; the Wilcoxon signed-rank test "
    "stands beside (normal approximation with continuity correction, zeros dropped, ties averaged; exact too where n "
    "is below 50 without ties)."
)


BESIDE = "The Shapiro–Wilk and Wilcoxon signed-rank tests beside it are of the patients with a score at that week and at baseline."

CHOICE = (
    "The same patients are seen before and after, so the test is a paired one; the question is about the mean change, "
    "so it is the paired t-test. If the changes are far from normal and patients are few, go by the Wilcoxon test."
)


CHOICE_MODEL = (
    "Every score recorded is to count, so the change at a week comes from a mixed model of all weeks instead of the pairs seen then."
)


@analysis(
    "Has SALT fallen since baseline?",
    section="core",
    order=2,
    tests=(TestColumn("p", estimate="mean"), TestColumn("wilcoxon_p_reported", "Wilcoxon signed-rank test", "mean", "n")),
    every_rule=True,
    whole_cohort=True,
)
def change_from_baseline(cohort: Cohort, plan: AnalysisPlan, brief: bool = False) -> Result:
    """Test the change in SALT from baseline at each week, for all patients and in each stratum.

    Table
    -----
    One row per level × week (``variable`` "salt") with ``n, mean, sd, t, df, p, p_holm, p_adjusted`` (by the plan's
    method), ``test`` (its name), ``ci_low, ci_high`` (of the mean change, SALT points, negative is better), ``dz,
    shapiro_w, shapiro_p, wilcoxon_v, wilcoxon_p, wilcoxon_p_exact, wilcoxon_p_reported, rank_biserial`` and
    the three counts. ``wilcoxon_p`` is the normal approximation, as SPSS has it; ``wilcoxon_p_reported`` is what is shown: the
    exact one where there is one (below 50 pairs, no ties).
    Tests are NaN below two pairs or when every patient changed by the same amount.

    Raises NotComputable when there is no follow-up visit, or nobody has a baseline and a follow-up.

    Misleads as a proof of the drug: without an untreated arm the change holds regression to the mean and the natural
    course too.
    """
    s = AnalysisSet.of(cohort, plan)
    s.require_followup()
    rows = []
    levels = s.levels[:1] if brief else s.levels
    by_model, doubts = _models(s, len(levels) > 1) if plan.missing == "mixed" else ({}, [])
    visited, came = (
        (s.level_patterns.visit(), np.asarray(s.level_patterns.made.any(axis=1))) if by_model else (s.visit(0), np.array(()))
    )
    for level in levels:
        block = [_row(s, level, j) for j in range(1, len(s.cohort.weeks))]
        if level in by_model:
            _from_model(s, block, by_model[level], visited.n(came & s.who(visited, level)))
        p = np.array([r["p"] for r in block], dtype=float)
        for r, holm, adjusted in zip(block, adjust(p, "holm"), adjust(p, plan.multiplicity), strict=True):
            r["p_holm"], r["p_adjusted"] = float(holm), float(adjusted)
        rows.extend(block)
    if not any(r["n"] for r in rows):
        s.require_complete()
        raise NotComputable(f"Nobody has {s.cohort.score} recorded at baseline and at a later visit, so no change can be tested")
    week, modelled = plan.at_week(s.cohort), ALL in by_model
    visit = s.at_week
    at_week = ~np.isnan(visit.change)
    d = s.sample(s.cohort.column_index(week), "change", ALL)
    now = next(r for r in rows if r["group1_level"] == ALL and r["week"] == week)
    accounting = (
        s.accounting(came, "with no visit at all", baseline=False, at=visited)
        if modelled
        else s.accounting(at_week, f"with no visit at week {week}", at=visit)
    )
    return Result(
        table(rows),
        accounting,
        " ".join([*([model_based.method_of(s), BESIDE] if modelled else [METHOD]), adjusted_over("weeks", plan)]),
        _sentence(s, rows, week),
        doubt.collect(
            *doubts,
            doubt.single_arm(s),
            doubt.bounded_change(s),
            doubt.graded(s),
            doubt.not_normal(s, rows, modelled),
            doubt.imputed(s),
            doubt.nri_not_for_means(s),
            doubt.attrition(s, doubt.MEANS),
            doubt.differential(s),
            doubt.no_stratum(s),
            doubt.after_baseline(s),
            doubt.small(s, came, visited) if modelled else doubt.small(s, at_week, visit),
        ),
        labels=s.labels,
        details=Quantiles(assumptions.qq({"All patients": d})),
        choice=CHOICE_MODEL if modelled else CHOICE,
        checks=tuple(assumptions.normality({"all patients": d}, "Changes", modelled)) if len(d) > 1 else (),
        alternatives=_others(now, plan),
    )


def _models(s: AnalysisSet, strata: bool) -> tuple[dict[Level, pd.DataFrame], list[Caveat | None]]:
    """Level → changes from baseline by week from the mixed model, and what there is to say about the fits."""
    out: dict[Level, pd.DataFrame] = {}
    doubts: list[Caveat | None] = []
    for pooled in (True, False) if strata else (True,):
        try:
            model = model_based.fit(s, "values", 0, pooled)
        except NotComputable as error:
            doubts.append(model_based.not_fitted(error, strata=ALL in out))
            continue
        doubts += [model_based.structure_caveat(model), model_based.known_caveat(model)]
        out |= model.contrasts("change")
    return out, list({d.text: d for d in doubts if d}.values())


def _from_model(s: AnalysisSet, block: list[dict], changes: pd.DataFrame, patients: int) -> None:
    """Put the model's change, interval and test in place of the paired ones; sd and dz have no meaning there."""
    for r in block:
        c = changes.loc[r["week"]]
        r.update(
            test=model_based.TEST,
            mean=c["estimate"],
            t=c["t"],
            df=c["df"],
            p=c["p"],
            ci_low=c["ci_low"],
            ci_high=c["ci_high"],
            sd=float("nan"),
            dz=float("nan"),
            n_analysed=patients,
            n_excluded=r["n_enrolled"] - patients,
        )


def _others(now: dict, plan: AnalysisPlan) -> tuple[Alternative, ...]:
    """Other choices beside the adjusted p-value, which is what the page concludes by."""
    side = now["p_adjusted"] <= plan.alpha
    tests = {
        "Wilcoxon signed-rank test (normal approximation), not adjusted": now["wilcoxon_p"],
        "Wilcoxon signed-rank test (exact), not adjusted": now["wilcoxon_p_exact"],
        "Holm-adjusted over the weeks": now["p_holm"],
        "Not adjusted over the weeks": now["p"],
    }
    taken = {"holm": "Holm-adjusted over the weeks", "none": "Not adjusted over the weeks"}.get(plan.multiplicity)
    return tuple(
        Alternative(name, p, bool((p <= plan.alpha) == side)) for name, p in tests.items() if not np.isnan(p) and name != taken
    )


def _row(s: AnalysisSet, level: Level, j: int) -> dict:
    visit, d = s.visit(j), s.sample(j, "change", level)
    stats: dict[str, object] = dict.fromkeys(
        (
            "mean",
            "sd",
            "t",
            "df",
            "p",
            "p_holm",
            "p_adjusted",
            "ci_low",
            "ci_high",
            "dz",
            "shapiro_w",
            "shapiro_p",
            "wilcoxon_v",
            "wilcoxon_p",
            "wilcoxon_p_exact",
            "wilcoxon_p_reported",
            "rank_biserial",
        ),
        float("nan"),
    )
    if len(d):
        stats["mean"] = float(d.mean())
    if len(d) > 1:
        stats["sd"] = 0.0
    if len(d) > 1 and float(d.max() - d.min()) > 1e-9:
        if isinstance(d, Tally):
            t = paired_t(d.values, np.zeros(len(d.values)), s.plan.level, d.counts)
        else:
            t = paired_t(visit.values[s.who(visit, level)], visit.baseline[s.who(visit, level)], s.plan.level)
        w, v = shapiro(d), wilcoxon_signed_rank(d, method="asymptotic")
        stats.update(
            mean=t.mean,
            sd=t.sd,
            t=t.t,
            df=t.df,
            p=t.p,
            ci_low=t.ci_low,
            ci_high=t.ci_high,
            dz=t.dz,
            shapiro_w=w.w,
            shapiro_p=w.p,
            wilcoxon_v=v.v_plus,
            wilcoxon_p=v.p,
            wilcoxon_p_reported=v.p,
            rank_biserial=v.rank_biserial,
        )
        exact = wilcoxon_signed_rank(d)
        if exact.method == "exact":
            stats["wilcoxon_p_exact"] = stats["wilcoxon_p_reported"] = exact.p
    stats["test"] = "paired t-test"
    return row(s.strata.name, level, "salt", None, s.cohort.weeks[j], s.size(level), len(d), n=len(d), **stats)


def _counted(now: dict, modelled: bool) -> str:
    """How many a mean change is of: those with both visits, or whom the model learns from beside those seen at the week."""
    if modelled:
        return f"{now['n']} with a score then, {now['n_analysed']} in the model"
    return f"n = {now['n_analysed']}"


def _untested(now: dict) -> str:
    """Why a mean change has no test."""
    return "there is one pair only" if now["n"] < 2 else f"all {counted(now['n'], 'pair')} changed by the same"


def _adjusted(now: dict, plan: AnalysisPlan) -> str:
    """The p-value of the week, and how it was adjusted over the weeks."""
    p = p_value(now["p_adjusted"], True, plan.alpha)
    if plan.multiplicity == "holm":
        return f"Holm-adjusted {p}"
    if plan.multiplicity == "hochberg":
        return f"Hochberg-adjusted {p}"
    if plan.multiplicity == "bonferroni":
        return f"Bonferroni-adjusted {p}"
    return f"{p}, adjusted for the false discovery rate" if plan.multiplicity == "bh" else p


def _verdict(s: AnalysisSet, now: dict) -> str:
    """The answer to the question, before its numbers."""
    score, rise = s.cohort.score, s.cohort.measure.higher_is_better
    if not now["p_adjusted"] <= s.plan.alpha:
        return f"Whether mean {score} has risen is not clear." if rise else f"Whether mean {score} has fallen is not clear."
    if rise:
        return f"Mean {score} has risen." if now["mean"] > 0 else f"Mean {score} has not risen: it has fallen."
    return f"Mean {score} has fallen." if now["mean"] < 0 else f"Mean {score} has not fallen: it has risen."


def _sentence(s: AnalysisSet, rows: list[dict], week: int) -> str:
    everyone = [r for r in rows if r["group1_level"] == ALL]
    now = next(r for r in everyone if r["week"] == week)
    if not now["n"]:
        return f"Nobody has {s.cohort.score} recorded both at baseline and at week {week}."
    if np.isnan(now["p"]):
        return (
            f"At week {week} the change can be described but not tested ({_untested(now)}): mean change "
            f"{s.cohort.measure.amount(now['mean'])}."
        )
    modelled = bool(np.isnan(now["dz"]))
    test = f"mixed model, {degrees(now['df'])} degrees of freedom" if modelled else "paired t-test"
    told = (
        f"By week {week} the mean change in {s.cohort.score} was {s.cohort.measure.amount(now['mean'])} "
        f"({level_name(s.plan.level)} CI {s.cohort.measure.interval(now['ci_low'], now['ci_high'])}, {_counted(now, modelled)}; "
        f"{test}, {_adjusted(now, s.plan)})."
    )
    tested = [r for r in everyone if not np.isnan(r["p_adjusted"])]
    clear = [r for r in tested if r["p_adjusted"] <= s.plan.alpha]
    if len(tested) > 1:
        if len(clear) == len(tested):
            told += f" The change from baseline is significant at every one of the {len(tested)} weeks."
        elif clear:
            told += " It is significant at week" + ("s " if len(clear) > 1 else " ") + listing([str(r["week"]) for r in clear]) + "."
        else:
            told += " It is significant at no week; that is not proof of no change."
    return " ".join([_verdict(s, now), "".join([told, _by_arm(s, rows, week)])])


def _by_arm(s: AnalysisSet, rows: list[dict], week: int) -> str:
    """Where the strata are the arms of a trial: the change in each, since that of everybody mixes what they were given."""
    if not by_arm(s):
        return ""
    told = []
    for r in rows:
        if r["group1_level"] == ALL or r["week"] != week or np.isnan(r["mean"]):
            continue
        limits = "" if np.isnan(r["ci_low"]) else f" ({s.cohort.measure.interval(r['ci_low'], r['ci_high'])})"
        told.append(f"{s.strata.label(r['group1_level'])} {s.cohort.measure.number(r['mean'])}{limits}")
    return f" That is all arms together; in {s.cohort.measure.unit} by arm: {listing(told)}." if len(told) > 1 else ""
