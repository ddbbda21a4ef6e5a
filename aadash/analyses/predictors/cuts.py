"""Cut-points: where a search would cut, the honest p-value of that cut, and what any cut costs against a number."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.column import Column
from aadash.analyses.predictors.forms import forms
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.registry import analysis
from aadash.candidates import many_numbers, title
from aadash.cohort import Cohort
from aadash.details import Cuts
from aadash.errors import NotComputable, PlanError
from aadash.formatting import counted, interval, level_name, number, p_value, percent
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result, TestColumn
from aadash.stats.distributions import z_crit
from aadash.stats.maxselected import MaximallySelected, maximally_selected
from aadash.stats.roc import RocCurve, roc
from aadash.stats.splines import restricted_cubic
from aadash.stats.two_sample import welch_t

#: Points at which the curve is drawn.
GRID = 41
METHOD = (
    "Every observed value that leaves a tenth of the patients on either side is tried as a cut. The p-value of the best "
    "one counts the search (maximally selected statistic: exact for yes/no outcomes, by 9 999 seeded permutations for "
    "numeric ones, Lausen and Schumacher 1992, doi:10.2307/2532740). Effect at each cut: odds ratio with ½ added to each "
    "cell (Firth's estimate of a 2 × 2 table) and Woolf's interval, or Welch's difference in means. ROC: DeLong's "
    "interval, Youden's cut (R pROC). Cost: what the column adds to the other predictors as a number, as a restricted "
    "cubic spline with three knots, and cut: likelihood-ratio χ² (penalised under Firth), n log of the ratio of residual "
    "sums of squares for numeric outcomes. The curve is the adjusted probability or mean at each value, all else as it "
    "is."
)


@analysis("Where to cut, if at all?", section="model", tests=(TestColumn("p"),))
def predictor_cuts(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None, column: str = "") -> Result:
    """The relation of one column of numbers to the outcome: curve, cuts and what they cost.

    Table
    -----
    ``role`` "cut": one row per candidate cut with ``cut, n_low, n_high, estimate, low, high`` (odds ratio or difference, at
    or below against above, unadjusted) and ``statistic``. "way": ``variable_level`` "number", "spline", "cut" with
    ``chi2, df, p`` of the column given the other predictors and ``aic`` = 2 df − χ² (smaller is better). "searched": the
    best cut with ``p`` (honest), ``p_naive``, ``statistic``. "youden": ``cut`` with ``sensitivity, specificity`` and the
    curve's ``auc, low, high`` (yes/no outcomes).

    ``column`` "" takes the first column of numbers of the model. ``extra`` holds ``curve`` and ``steps`` to draw, ``cost``,
    what the cut keeps in a sentence, and ``roc`` with ``roc_cut``, the curve and where the cut lies on it (yes/no
    outcomes). Raises NotComputable for a column that is no number, or where too few patients have it.
    """
    model_frame = ModelFrame.of(cohort, plan, model)
    c = _column(model_frame, column)
    x, y = c.raw[model_frame.rows].to_numpy(dtype=float), model_frame.y[model_frame.rows]
    known = ~np.isnan(x)
    x, y = x[known], y[known]
    searched = maximally_selected(x, y, seed=model_frame.model.seed)
    curve = roc(y, x, level=plan.level) if model_frame.kind == "logistic" else None
    cut = _cut_of(c, searched)
    ways, smooth, steps, trouble = _ways(model_frame, c, cut)
    rows = [_at_cut(model_frame, c, x, y, k, z) for k, z in zip(searched.cuts, searched.statistics, strict=True)] + ways
    rows.append(
        _row(model_frame, c, "searched", cut=searched.cut, statistic=searched.statistic, p=searched.p, p_naive=searched.p_naive)
    )
    if curve is not None:
        rows += [
            _row(
                model_frame,
                c,
                "youden",
                cut=r["threshold"],
                sensitivity=r["sensitivity"],
                specificity=r["specificity"],
                auc=curve.auc,
                low=curve.ci_low,
                high=curve.ci_high,
            )
            for r in curve.youden.to_dict("records")
        ]
    notes = (
        [Caveat("no-joint-model", f"With all other predictors the column cannot be fitted: {trouble.found}.", trouble.fix, "warning")]
        if trouble
        else []
    )
    return Result(
        table(rows),
        model_frame.accounting,
        METHOD,
        _sentence(model_frame, c, searched, curve, ways),
        doubt.collect(_searched(c, searched, plan.alpha), *notes, doubts.gaps(model_frame)),
        details=Cuts(
            outcome=model_frame.outcome,
            kind=model_frame.kind,
            model=model_frame.model,
            titles={c.predictor.column: c.name},
            column=c.predictor.column,
            unit=c.unit,
            name=c.name,
            cut=cut,
            given=c.predictor.cut is not None,
            curve=smooth,
            steps=steps,
            values=x,
            events=y,
            cost=_cost(ways, cut_in_words(cut, c.unit), len(model_frame.columns) == 1, plan.alpha, _tried(c, searched)),
            roc=curve.curve if curve is not None else None,
            roc_cut=_on_curve(curve, x, y, cut),
        ),
    )


def _column(model_frame: ModelFrame, wanted: str) -> Column:
    """The column in question: one of the model, or added to it."""
    numbers = [c for c in model_frame.columns if c.numeric or c.predictor.cut is not None]
    if not wanted:
        if not numbers:
            raise NotComputable(
                "None of the predictors is a number, so there is nothing to cut", fix="Add a predictor that is a number"
            )
        return numbers[0]
    found = next((c for c in numbers if c.predictor.column == wanted), None)
    if found is None:
        if not many_numbers(model_frame.setting.cohort, wanted):
            raise PlanError(f"The column {wanted!r} is not a number with more than two values", fix="Choose another column")
        name = title(model_frame.setting.cohort, wanted)
        told = next((sentence for _, of, sentence in model_frame.left_out if of == name), None)
        if told is not None:
            raise NotComputable(told.rstrip("."), fix="Take it as a number or with another cut, or choose other patients")
        raise NotComputable(f"{name} is not among the predictors that could be used", fix="Add it to the model")
    return found


def _row(model_frame: ModelFrame, c: Column, role: str, level: str | None = None, **stats: float) -> dict:
    keys = (
        "cut",
        "n_low",
        "n_high",
        "estimate",
        "low",
        "high",
        "statistic",
        "chi2",
        "df",
        "p",
        "p_naive",
        "aic",
        "sensitivity",
        "specificity",
        "auc",
    )
    plan = model_frame.setting.plan
    return row(
        "none",
        ALL,
        c.predictor.column,
        level,
        plan.at_week(model_frame.setting.cohort),
        len(model_frame.y),
        model_frame.n,
        role=role,
        **({k: float("nan") for k in keys} | stats),
    )


def _at_cut(model_frame: ModelFrame, c: Column, x: np.ndarray, y: np.ndarray, cut: float, z: float) -> dict:
    """The unadjusted effect of being at or below a cut."""
    low, high = y[x <= cut], y[x > cut]
    level = model_frame.setting.plan.level
    if model_frame.kind == "logistic":
        cells = np.array([low.sum(), len(low) - low.sum(), high.sum(), len(high) - high.sum()]) + 0.5
        centre = float(np.log(cells[0] * cells[3] / (cells[1] * cells[2])))
        reach = z_crit(level) * float(np.sqrt((1 / cells).sum()))
        e = np.exp([centre, centre - reach, centre + reach])
    elif min(len(low), len(high)) > 1 and max(np.ptp(low), np.ptp(high)) > 0:
        t = welch_t(low, high, level)
        e = np.array([t.difference, t.ci_low, t.ci_high])
    else:
        e = np.array([low.mean() - high.mean(), np.nan, np.nan])
    return _row(
        model_frame,
        c,
        "cut",
        cut=float(cut),
        n_low=float(len(low)),
        n_high=float(len(high)),
        estimate=float(e[0]),
        low=float(e[1]),
        high=float(e[2]),
        statistic=float(z),
    )


def _ways(model_frame: ModelFrame, c: Column, cut: float) -> tuple[list[dict], list[dict], list[dict], NotComputable | None]:
    """χ² of the column in each form given the others; the adjusted curve; the adjusted steps."""
    level = model_frame.setting.plan.level
    try:
        f = forms(model_frame, c, cut)
        rows = []
        for form in (f.number, f.curve, f.cut):
            if form is not None:
                chi2, p = form.test()
                df = float(len(form.own))
                rows.append(_row(model_frame, c, "way", form.name, chi2=chi2, df=df, p=p, aic=2 * df - chi2))
        grid = np.linspace(f.values.min(), f.values.max(), GRID)
        if f.curve is None or f.knots is None:
            shape, at = f.number, grid[:, None]
        else:
            shape, at = f.curve, restricted_cubic(grid, f.knots)
        curve = [
            {"at": float(g), "estimate": e.estimate, "low": e.ci_low, "high": e.ci_high}
            for g, e in zip(grid, shape.predictions(at, level), strict=True)
        ]
        above, below = f.cut.predictions(np.array([[0.0], [1.0]]), level)
        steps = [
            {"start": float(a), "end": float(b), "estimate": e.estimate, "low": e.ci_low, "high": e.ci_high}
            for a, b, e in ((grid[0], cut, below), (cut, grid[-1], above))
        ]
    except NotComputable as error:
        return [], [], [], error
    return rows, curve, steps, None


def _searched(c: Column, found: MaximallySelected, alpha: float) -> Caveat | None:
    """The naive p of the searched cut would mislead."""
    if found.p_naive > alpha or found.p <= alpha or len(found.cuts) == 1:
        return None
    return Caveat(
        "searched-cut",
        f"Cut at {cut_in_words(found.cut, c.unit)}, {c.name} looks significant "
        f"({p_value(found.p_naive, True, alpha)}); counting that {len(found.cuts)} cuts were tried, it is not "
        f"({p_value(found.p, True, alpha)}).",
        "Keep the number whole.",
        "warning",
    )


def _sentence(model_frame: ModelFrame, c: Column, found: MaximallySelected, curve: RocCurve | None, ways: list[dict]) -> str:
    at, alpha = cut_in_words(found.cut, c.unit), model_frame.setting.plan.alpha
    if len(found.cuts) == 1:
        text = f"The only cut of {c.name} with a tenth of the patients on either side is {at}: {p_value(found.p, True, alpha)}."
    else:
        text = (
            f"Of {counted(len(found.cuts), 'cut')} of {c.name}, {at} separates responders best"
            if model_frame.kind == "logistic"
            else f"Of {counted(len(found.cuts), 'cut')} of {c.name}, {at} separates low from high outcomes best"
        ) + f": allowing for all the cuts tried, {p_value(found.p, True, alpha)}; without that, {p_value(found.p_naive, True, alpha)}."
    if curve is not None:
        level = level_name(model_frame.setting.plan.level)
        known = np.isfinite(curve.variance)
        ci = f"{level} CI {interval(curve.ci_low, curve.ci_high, 2)}" if known else "too few for an interval"
        best = curve.youden.iloc[0]
        text += (
            f" Alone it ranks responders with an area under the ROC curve of {number(curve.auc, 2)} ({ci}; 0.5 is chance); "
            f"Youden's cut, {'at or below' if curve.direction == '>' else 'at or above'} "
            f"{cut_in_words(float(best['threshold']), c.unit)}, has sensitivity {percent(best['sensitivity'], 0)} and specificity "
            f"{percent(best['specificity'], 0)}."
        )
    alone, cut = len(model_frame.columns) == 1, cut_in_words(_cut_of(c, found), c.unit)
    return f"{text} {_cost(ways, cut, alone, alpha, _tried(c, found))}".strip()


def _tried(c: Column, found: MaximallySelected) -> int:
    """Of how many cuts the one in use is the best: one where it was given."""
    return 1 if c.predictor.cut is not None else len(found.cuts)


def _cost(ways: list[dict], cut: str, alone: bool, alpha: float, tried: int) -> str:
    """What the cut keeps of what a curve explains, beside the other predictors if there are any. Being the best of ``tried`` flatters
    it, and neither χ² nor its p knows of that."""
    by = {w["variable_level"]: w["chi2"] for w in ways}
    if len(by) < 3 or np.isnan(list(by.values())).any():
        return ""
    p = next(w["p"] for w in ways if w["variable_level"] == "cut")
    if by["spline"] < 2 <= by["cut"] and p > alpha:
        more = f"explains next to nothing as a smooth curve; cut at {cut} it seems to explain more, which chance alone may do"
        text = (
            f"By itself it {more} ({p_value(p, True, alpha)})."
            if alone
            else (f"Beside the other predictors it {more} ({p_value(p, True, alpha)}).")
        )
        return text if tried < 2 else f"{text} That p does not count that it is the best of {tried} cuts tried."
    if by["spline"] < 2 and by["cut"] < 2:
        if alone:
            return f"By itself it explains next to nothing, whole or cut at {cut}."
        return f"Beside the other predictors it explains next to nothing, whole or cut at {cut}."
    if by["cut"] > by["spline"]:
        text = (
            f"By itself the cut at {cut} explains more than a smooth curve."
            if alone
            else (f"Beside the other predictors the cut at {cut} explains more than a smooth curve.")
        )
        if tried < 2:
            return f"{text} The relation may be a step; chance may do the same, the more so if the cut was chosen in these data."
        return f"{text} It is the best of {tried} cuts tried, which chance alone can make so; the relation need not be a step."
    kept = percent(by["cut"] / by["spline"], 0)
    text = (
        f"By itself the cut at {cut} keeps {kept} of what a smooth curve explains."
        if alone
        else (f"Beside the other predictors the cut at {cut} keeps {kept} of what a smooth curve explains.")
    )
    return text if tried < 2 else f"{text} As the best of {tried} cuts tried it is flattered: expect less in other patients."


def cut_in_words(cut: float, unit: str) -> str:
    """A cut as printed: "4 years", "1 year", "50.94"."""
    if unit == "years":
        return f"{cut:.4g} year" if cut == 1 else f"{cut:.4g} years"
    if unit == "months":
        return f"{cut:.4g} month" if cut == 1 else f"{cut:.4g} months"
    return f"{cut:.4g} {unit}".strip()


def _on_curve(curve: RocCurve | None, x: np.ndarray, y: np.ndarray, cut: float) -> tuple[float, float] | None:
    """Sensitivity and specificity of the cut."""
    if curve is None:
        return None
    called = x <= cut if curve.direction == ">" else x > cut
    return float(called[y == 1].mean()), float((~called)[y == 0].mean())


def _cut_of(c: Column, found: MaximallySelected) -> float:
    return c.predictor.cut if c.predictor.cut is not None else found.cut
