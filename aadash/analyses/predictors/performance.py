"""How well the model would predict in new patients: never the apparent value alone."""

from __future__ import annotations

import numpy as np

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.choice import Progress, Terms, _failed
from aadash.analyses.predictors.fitting import chances
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.joint import Joint
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Performance
from aadash.errors import NotComputable, PlanError
from aadash.formatting import count, counted, interval, level_name, listing, number
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Caveat, Result
from aadash.stats.marginal_effects import flic_intercept
from aadash.stats.penalised import penalised_regression
from aadash.stats.stepwise import backward
from aadash.stats.validation import Measure, bootstrap_rows, optimism_bootstrap

#: Responders and others, or patients, below which nothing is validated.
LEAST = 3
#: How the model comes about: what is repeated in every resample.
PROCEDURES = {"prespecified": "All predictors", "stepwise": "Stepwise selection", "lasso": "Lasso", "ridge": "Ridge"}
METHOD = (
    "Harrell's optimism bootstrap: the model is made again in {b} resamples (seed {seed}), {what}; what it loses from the "
    "resample to the original patients is taken off the apparent value (Harrell, Lee and Mark 1996; Steyerberg et al. "
    "2001, doi:10.1016/S0895-4356(01)00341-9). Limits: the resamples' apparent values less the optimism (Noma et al. 2021, "
    "doi:10.1002/sim.9148). Decision curve: Vickers & Elkin 2006 (doi:10.1177/0272989X06295361), corrected likewise. {estimator}"
)


@analysis("How well would it predict in new patients?", section="long")
def predictor_performance(
    cohort: Cohort,
    plan: AnalysisPlan,
    model: ModelPlan | None = None,
    procedure: str = "prespecified",
    progress: Progress | None = None,
) -> Result:
    """Discrimination, calibration and Brier score, corrected for optimism.

    Table: one row per measure (``variable`` "auc", "brier", "scaled_brier", "calibration_intercept", "calibration_slope";
    for numeric outcomes "r2", "rmse" and the last two) with ``apparent, optimism, corrected, n`` resamples and
    ``ci_low, ci_high`` of the corrected value.
    ``details.grid`` and ``details.calibration``: predicted probability and corrected observed proportion. ``procedure``: one
    of :data:`PROCEDURES`; a yes/no outcome is estimated by Firth (FLIC for the predictions) unless maximum likelihood is in
    use and nothing is separated, or a penalty. ``progress`` as in ``predictor_stability``. Raises NotComputable with fewer
    than :data:`LEAST` responders or others.
    """
    if procedure not in PROCEDURES:
        raise PlanError(f"The procedure is {procedure!r}", expected="one of " + ", ".join(PROCEDURES))
    joint = Joint.of(ModelFrame.of(cohort, plan, model))
    model_frame, terms = joint.model_frame, Terms(joint)
    binary, n, b, seed = model_frame.kind == "logistic", len(terms.y), model_frame.model.resamples, model_frame.model.seed
    fewer = min(model_frame.events, model_frame.n - model_frame.events) if binary else model_frame.n
    if fewer < LEAST:
        raise NotComputable(
            f"{model_frame.outcome} was reached by {count(model_frame.events, model_frame.n)}: with fewer than {LEAST} on either "
            "side most resamples would have none"
            if binary
            else f"{counted(model_frame.n, 'patient')} {'is' if model_frame.n == 1 else 'are'} too few to draw again",
            fix="Choose another endpoint or week",
        )
    everything = frozenset(range(len(terms.columns)))

    def make(rows: np.ndarray) -> np.ndarray:
        if procedure in ("lasso", "ridge"):
            return penalised_regression(
                terms.x[rows][:, 1:],
                terms.y[rows],
                procedure,  # type: ignore[arg-type]
                binary,
                seed=seed,
                n_lambda=25,
                tolerance=1e-5,
            ).coefficients
        chosen = (
            everything if procedure == "prespecified" else backward(terms.lost, terms.df, rows, model_frame.model.criterion).chosen
        )
        beta = terms.beta(chosen, rows)
        return flic_intercept(terms.x[rows], terms.y[rows], beta) if joint.finite == "firth" else beta

    found = optimism_bootstrap(make, terms.x, terms.y, bootstrap_rows(n, b, seed), b, binary, progress, plan.level)
    rows = [
        row(
            "none",
            ALL,
            m.name,
            None,
            plan.at_week(model_frame.setting.cohort),
            len(model_frame.y),
            model_frame.n,
            role="measure",
            apparent=m.apparent,
            optimism=m.optimism,
            corrected=m.corrected,
            n=m.n,
            ci_low=m.low,
            ci_high=m.high,
        )
        for m in found.measures
    ]
    what = {"prespecified": "with all predictors"}.get(procedure, "the choice of predictors or penalty included")
    firth = joint.finite == "firth" and procedure in ("prespecified", "stepwise")
    method = METHOD.format(b=b, seed=seed, what=what, estimator="Estimated by Firth with the intercept corrected." if firth else "")
    return Result(
        table(rows),
        model_frame.accounting,
        method.strip(),
        _sentence(model_frame, {m.name: m for m in found.measures}),
        doubt.collect(
            _failed(found.failed, b),
            _apart(found.measures),
            _elsewhere(),
            doubts.events_per_parameter(model_frame, len(joint.design.names) - 1, joint.estimator),
            doubts.gaps(model_frame),
        ),
        details=Performance(
            outcome=model_frame.outcome,
            kind=model_frame.kind,
            model=model_frame.model,
            rate=float(terms.y.mean()),
            procedure=procedure,
            grid=found.grid,
            calibration=found.calibration,
            calibration_low=found.calibration_low,
            calibration_high=found.calibration_high,
            benefit=found.benefit,
            predicted=_own(make, terms, n) if binary else None,
        ),
    )


def _own(make, terms: Terms, n: int) -> np.ndarray:  # type: ignore[no-untyped-def]
    """Predicted probabilities of the patients themselves, for the rug under the calibration curve."""
    return chances(terms.x @ make(np.arange(n)))


#: Measure → how it is called in a doubt.
NAMES = {
    "auc": "the area under the ROC curve",
    "brier": "the Brier score",
    "scaled_brier": "the scaled Brier score",
    "calibration_intercept": "the calibration intercept",
    "calibration_slope": "the calibration slope",
    "r2": "R²",
    "rmse": "the root mean squared error",
}


def _apart(measures: tuple[Measure, ...]) -> Caveat | None:
    """Measures whose interval does not hold the corrected value: in few patients, or with many predictors, a resample's model fits its
    resample more closely than the model fits the patients that made it."""
    beside = [NAMES[m.name] for m in measures if m.corrected < m.low or m.corrected > m.high]
    if not beside:
        return None
    return Caveat(
        "limits-apart",
        f"The corrected value lies outside its own interval for {listing(beside)}: models of resamples fit their resample more "
        "closely than this model fits its patients.",
        "Read the corrected value, and the width of the interval, not its place.",
        "warning",
    )


def _elsewhere() -> Caveat:
    return Caveat(
        "internal-validation",
        "This answers for new patients of the same clinic. Elsewhere patients, doses and visits differ.",
        "Validate in another cohort before anybody is advised by it.",
    )


def _sentence(model_frame: ModelFrame, m: dict[str, Measure]) -> str:
    level = model_frame.setting.plan.level
    if model_frame.kind == "linear":
        apparent = f"{number(100 * m['r2'].apparent, 0)} % in those who made it"
        if m["r2"].corrected <= 0:
            return (
                f"In new patients of the same kind the model would explain nothing of the variance ({apparent}): their mean would "
                "foretell as well."
            )
        explained = (
            f"In new patients of the same kind the model would explain about {number(100 * m['r2'].corrected, 0)} % of the variance "
            f"({apparent})."
        )
        return " ".join([explained, _means(m["calibration_slope"], level)])
    auc, brier = m["auc"], m["brier"]
    pairs, own = number(100 * auc.corrected, 0), number(100 * auc.apparent, 0)
    ranked = (
        f"In new patients of the same kind the model would rank responders no better than chance: above a non-responder in {pairs} % "
        f"of pairs ({own} % in those who made it)."
        if auc.corrected <= 0.5
        else f"In new patients of the same kind the model would rank a responder above a non-responder in {pairs} % of pairs ({own} % "
        "in those who made it)."
    )
    scored = f"Brier score {number(brier.corrected, 3)} ({number(brier.apparent, 3)} in those who made it)."
    return " ".join([ranked, _chances(m["calibration_slope"], level), scored])


def _side(slope: Measure) -> int:
    """Where the slope's interval lies: all of it below 1, all of it above, or 0 where it holds 1 or there is none."""
    return -1 if slope.high < 1 else 1 if slope.low > 1 else 0


def _limits(slope: Measure, level: float) -> str:
    known = f"{level_name(level)} CI {interval(slope.low, slope.high, 2)}"
    return "too few resamples for an interval" if np.isnan([slope.low, slope.high]).any() else known


def _chances(slope: Measure, level: float) -> str:
    """What the calibration slope says of probabilities: a direction only where its interval does."""
    if np.isnan(slope.corrected):
        return "No calibration slope could be found."
    at, limits, side = number(slope.corrected, 2), _limits(slope, level), _side(slope)
    if not side:
        return f"Whether its probabilities are too extreme or too timid is not clear: calibration slope {at} ({limits})."
    if side < 0:
        return f"Its probabilities are too extreme: calibration slope {at} ({limits})."
    return f"Its probabilities are too timid: calibration slope {at} ({limits})."


def _means(slope: Measure, level: float) -> str:
    """What the calibration slope says of predicted values, likewise."""
    if np.isnan(slope.corrected):
        return "No calibration slope could be found."
    at, limits, side = number(slope.corrected, 2), _limits(slope, level), _side(slope)
    if not side:
        return f"Whether its predictions should be drawn towards the mean is not clear: calibration slope {at} ({limits})."
    if side < 0:
        return f"Its predictions should be drawn towards the mean by a factor of {at} ({limits})."
    return f"Its predictions need not be drawn towards the mean: calibration slope {at} ({limits})."
