"""Does response take a different course by AA subtype and by sex? Interaction tests first, adjusted mean curves after."""

from __future__ import annotations

import numpy as np
import pandas as pd

from aadash.analyses import caveats as doubt
from aadash.analyses.analysis_set import row, table
from aadash.analyses.over_time import ENDS
from aadash.analyses.predictors import doubts
from aadash.analyses.predictors.fitting import LARGE, objective_of, scaled
from aadash.analyses.predictors.frame import ModelFrame
from aadash.analyses.predictors.pattern_data import PatternData, data_of, mixed_model
from aadash.analyses.registry import analysis
from aadash.cohort import Cohort
from aadash.details import Patterns
from aadash.errors import NotComputable, PlanError
from aadash.formatting import SPELLED, counted, interval, listing, number, p_value
from aadash.levels import ALL
from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan
from aadash.result import Accounting, Caveat, Result, TestColumn
from aadash.stats.design import build_design
from aadash.stats.distributions import f_p
from aadash.stats.likelihood import likelihood_ratio, maximise
from aadash.stats.linear import linear
from aadash.stats.mmrm import MMRM

#: What the curves can be drawn by.
BY = {"subtype": "AA subtype", "sex": "sex", "both": "AA subtype and sex together"}
#: What is asked of a file that has one of the two.
ALONE_ASKED = {"subtype": "Does response differ in course by AA subtype?", "sex": "Does response differ in course by sex?"}
#: A group with fewer patients has no curve of its own.
LEAST = 3
MODEL = (
    "Improvement (%) at every visit after baseline in a mixed model for repeated measures (free covariance of the visits, "
    "Kenward–Roger)."
)
#: What is adjusted for: with further predictors, and without any.
ADJUSTED = (
    "Covariates at each visit are the other predictors and baseline SALT; adjusted means are those of a patient with average "
    "covariates."
)
ALONE = "The covariate at each visit is baseline SALT; adjusted means are those of a patient with an average baseline."
SHAPE = "“× week”: whether the groups' courses differ in shape."
PAIR = (
    "AA subtype × sex: whether what sex does differs between AA subtypes at the week in question: F test in the linear model of "
    "improvement, and penalised likelihood ratio (Firth) for the endpoint, both with all other predictors. The endpoint follows the "
    "rule for missing visits. So does improvement where the last observation is carried forward or complete cases are kept, else it "
    "is of the scores recorded."
)


@analysis("Does response differ in course by AA subtype and sex?", section="model", tests=(TestColumn("p"),))
def response_patterns(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan | None = None, by: str = "") -> Result:
    """Interaction tests and adjusted mean curves of improvement by AA subtype and sex.

    Table
    -----
    ``role`` "test": ``variable`` "subtype:week", "sex:week", "subtype:sex" (improvement) or "subtype:sex:endpoint", with
    ``statistic, df1, df2, p``. "mean": one row per group (``group1_level``) and week with ``estimate, low, high, n``;
    ``by`` one of :data:`BY` ("" takes the first that the file has). ``details.cells``: patients in each AA subtype × sex.

    Raises NotComputable where the file has neither AA subtype nor sex, or no model can be fitted.
    """
    data = data_of(cohort, plan, model)
    available = [k for k in ("subtype", "sex") if k in data.factors] + (["both"] if len(data.factors) == 2 else [])
    by = by or available[0]
    if by not in available:
        raise PlanError(f"There are no curves by {by!r}", expected="one of " + ", ".join(available))
    tests, fitted, notes = [], {}, []
    for name in data.factors:
        try:
            fitted[name], less = mixed_model(data, data.factors[name], name)
            notes += [less] if less else []
            tests.append(_over_weeks(data, name, fitted[name]))
        except NotComputable as error:
            notes.append(Caveat("not-computed", f"The course by {BY[name]} could not be tested: {error.found}.", error.fix))
    if len(data.factors) == 2:
        tests += _both_at_week(data, notes)
    if by == "both":
        groups, gone = _cells(data)
        notes += gone
        fitted[by], less = mixed_model(data, groups, "subtype", "sex")
    else:
        groups = data.factors[by]
    if by not in fitted:
        raise NotComputable(f"Curves by {BY[by]} cannot be fitted to these patients", fix="Choose fewer predictors")
    means = _means(data, fitted[by], groups)
    return Result(
        table([*tests, *means]),
        _accounting(data),
        " ".join(
            [
                MODEL,
                ADJUSTED if len(data.factors) + len(data.covariates) > 2 else ALONE,
                SHAPE,
                *([PAIR] if len(data.factors) == 2 else []),
                ENDS,
            ]
        ),
        _sentence(tests, means, by, plan),
        doubt.collect(
            *notes,
            _small(groups),
            doubts.beyond_all(means, data.model_frame.setting.cohort.measure),
            *(c for c in doubts.meaning(data.model_frame) if c.code in ("prognostic", "baseline-in-outcome")),
            doubts.gaps(data.model_frame, *_followed(data)),
            doubt.many_tests(len(tests), plan.alpha),
        ),
        details=Patterns(
            data.model_frame.model,
            by,
            available,
            _counts(data),
            [str(v) for v in groups.cat.categories],
            {c.predictor.column: c.title for c in data.model_frame.columns},
        ),
        question="" if len(data.factors) == 2 else ALONE_ASKED[by],
    )


def _followed(data: PatternData) -> tuple[np.ndarray, int]:
    """Who has a course, with or without every predictor; and how many the model has of them."""
    change = data.model_frame.setting.percent_change[:, 1:]
    return ~np.isnan(change).all(axis=1), data.model_frame.setting.n(data.rows)


def _accounting(data: PatternData) -> Accounting:
    """Of whom the course over the weeks is."""
    frame = data.model_frame
    unknown = [(f"with nothing recorded for {c.name}", c.raw.isna().to_numpy()) for c in frame.columns]
    return frame.setting.accounting(data.rows, "with no visit after baseline", percent=True, others=unknown)


def _test_row(data: PatternData, variable: str, n: int, **stats: float) -> dict:
    nothing = dict.fromkeys(("statistic", "df1", "df2", "p", "estimate", "low", "high", "n"), float("nan"))
    plan = data.model_frame.setting.plan
    return row(
        "none",
        ALL,
        variable,
        None,
        plan.at_week(data.model_frame.setting.cohort),
        len(data.rows),
        n,
        role="test",
        **(nothing | stats),
    )


def _over_weeks(data: PatternData, name: str, fitted: MMRM) -> dict:
    t = fitted.tests[fitted.tests["term"] == "group:time"]
    if t.empty:
        raise NotComputable("there is one visit after baseline only")
    r = t.iloc[0]
    n = data.model_frame.setting.n(data.rows)
    return _test_row(
        data, f"{name}:week", n, statistic=float(r["f_kr"]), df1=float(r["df1"]), df2=float(r["df2_kr"]), p=float(r["p_kr"])
    )


def _both_at_week(data: PatternData, notes: list[Caveat]) -> list[dict]:
    """AA subtype × sex at the week in question, for improvement and for the endpoint."""
    out = []
    names = {c.predictor.column: c.safe for c in data.model_frame.columns}
    pair = f"{names['subtype']}:{names['sex']}"
    text = data.model_frame.formula + " + " + pair
    try:
        model = linear(text, data.model_frame.frame, drop_dependent=True)
        index = model.design.term_labels.index(pair)
        k = sum(t == index for t in model.design.term_of)
        if k == 0 or model.residual_df < 1:
            raise NotComputable("no AA subtype has both sexes")
        without = linear(data.model_frame.formula, data.model_frame.frame, drop_dependent=True)
        f = (without.residual_ss - model.residual_ss) / k / (model.residual_ss / model.residual_df)
        out.append(
            _test_row(
                data,
                "subtype:sex",
                data.model_frame.n,
                statistic=f,
                df1=float(k),
                df2=float(model.residual_df),
                p=f_p(f, k, model.residual_df),
            )
        )
    except NotComputable as error:
        notes.append(Caveat("not-computed", f"AA subtype × sex could not be tested: {error.found}.", error.fix))
        return out
    try:
        endpoint = ModelFrame.of(
            data.model_frame.setting.cohort,
            data.model_frame.setting.plan.replace(filters=()),
            data.model_frame.model.replace(outcome="response"),
        )
        design = build_design(text, endpoint.frame, binary_response=True, drop_dependent=True)
        own = np.flatnonzero(np.array(design.term_of) == design.term_labels.index(pair))
        x, _ = scaled(design.x)
        if not len(own) or len(x) <= x.shape[1]:
            raise NotComputable("too few patients")
        objective = objective_of("firth" if len(x) <= LARGE else "ml", x, design.y)
        best = maximise(objective, np.zeros(x.shape[1]), np.arange(x.shape[1]))
        chi2 = likelihood_ratio(objective, best, own)
        out.append(
            _test_row(
                data, "subtype:sex:endpoint", endpoint.n, statistic=chi2, df1=float(len(own)), p=f_p(chi2 / len(own), len(own), 1e10)
            )
        )
    except (NotComputable, ValueError) as error:
        why = error.found if isinstance(error, NotComputable) else str(error)
        notes.append(Caveat("not-computed", f"AA subtype × sex could not be tested for the endpoint: {why}."))
    return out


def _cells(data: PatternData) -> tuple[pd.Series, list[Caveat]]:
    """AA subtype and sex together as one factor; cells with too few patients are left out and named."""
    kind, sex = data.factors["subtype"], data.factors["sex"]
    order = [f"{a}, {b}" for a in kind.cat.categories for b in sex.cat.categories]
    text = kind.astype(str) + ", " + sex.astype(str)
    counts = text.value_counts()
    few = [lv for lv in order if 0 < counts.get(lv, 0) < LEAST]
    kept = [lv for lv in order if counts.get(lv, 0) >= LEAST]
    groups = pd.Series(pd.Categorical(text.where(text.isin(kept)), kept), index=text.index)
    note = (
        Caveat(
            "small-cells",
            f"{listing([f'{lv} ({counts[lv]})' for lv in few])}: too few patients for a curve of their own.",
            "They are in the tests and in the curves by AA subtype and by sex.",
        )
        if few
        else None
    )
    return groups, [note] if note else []


def _counts(data: PatternData) -> pd.DataFrame:
    """Patients in each AA subtype × sex (or level of the one factor)."""
    return pd.DataFrame({k: v.astype(str) for k, v in data.factors.items()}).value_counts().rename("n").reset_index()


def _means(data: PatternData, fitted: MMRM, groups: pd.Series) -> list[dict]:
    out = []
    codes = groups.cat.codes.to_numpy()
    cohort = data.model_frame.setting.cohort
    weeks = {str(w): i for i, w in enumerate(cohort.followup_weeks)}
    level = [str(v) for v in groups.cat.categories]
    for r in fitted.lsmean.to_dict("records"):
        k, i = level.index(str(r["group"])), weeks[str(r["time"])]
        n = int((~np.isnan(data.improvement[codes == k, i])).sum())
        out.append(
            row(
                "pattern",
                level[k],
                "improvement",
                None,
                cohort.followup_weeks[i],
                int((codes == k).sum()),
                n,
                role="mean",
                statistic=float("nan"),
                df1=float("nan"),
                df2=float("nan"),
                p=float("nan"),
                estimate=float(r["estimate"]),
                low=float(r["ci_low_kr"]),
                high=float(r["ci_high_kr"]),
                n=float(n),
            )
        )
    return out


def _small(groups: pd.Series) -> Caveat | None:
    counts = groups.value_counts()
    few = [(str(lv), int(counts[lv])) for lv in groups.cat.categories if counts[lv] < doubt.SMALL]
    if not few:
        return None
    told = listing([lv + " has " + counted(n, "patient") for lv, n in few])
    if len(few) > SPELLED // 2:
        level, n = min(few, key=lambda one: one[1])
        told = f"{len(few)} of {len(counts)} curves are of few patients, fewest {level} (n = {n})"
    return Caveat(
        "small-stratum",
        f"{told}: one patient moves its curve by several points.",
        "Read the intervals.",
        "warning",
    )


def _sentence(tests: list[dict], means: list[dict], by: str, plan: AnalysisPlan) -> str:
    alpha = plan.alpha
    words = {
        "subtype:week": (
            "AA subtypes take different courses over the weeks",
            "No clear evidence that AA subtypes take different courses over the weeks",
        ),
        "sex:week": (
            "The sexes take different courses over the weeks",
            "No clear evidence that the sexes take different courses over the weeks",
        ),
        "subtype:sex": ("The effect of sex differs by AA subtype", "No clear evidence that the effect of sex differs by AA subtype"),
    }
    parts = []
    for t in tests:
        if t["variable"] in words and not np.isnan(t["p"]):
            claim, denial = words[t["variable"]]
            parts.append(f"{claim if t['p'] <= alpha else denial} ({p_value(t['p'], True, alpha)}).")
    week = next((t["week"] for t in tests), None)
    at = week if any(m["week"] == week for m in means) else max(m["week"] for m in means)
    last = [m for m in means if m["week"] == at and not np.isnan(m["estimate"])]
    if len(last) > 1:
        least, most = (pick(last, key=lambda m: m["estimate"]) for pick in (min, max))
        (low, ci, who), (high, ci_high, who_high) = _mean(least), _mean(most)
        n, n_high = int(least["n"]), int(most["n"])
        parts.append(
            f"By {BY[by]}, adjusted improvement at week {last[0]['week']} runs from {low} % ({ci}) in {who} (n = {n}) to "
            f"{high} % ({ci_high}) in {who_high} (n = {n_high})."
        )
    return " ".join(parts) or "No interaction could be tested in these patients."


def _mean(m: dict) -> tuple[str, str, str]:
    """A mean, its interval and whose it is."""
    return number(m["estimate"], 0), interval(m["low"], m["high"], 0), str(m["group1_level"])
