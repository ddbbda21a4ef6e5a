"""TRIPOD+AI and STROBE items, filled in with what the analysis knows; what it cannot know is left to the authors.

TRIPOD+AI: Collins et al. 2024, doi:10.1136/bmj-2023-078378, which replaces TRIPOD 2015.
STROBE: von Elm et al. 2007, doi:10.1016/S0140-6736(07)61602-X.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version

import pandas as pd

from aadash.arms import arm_asked, arm_of
from aadash.candidates import many_numbers, per_so_many, title, unit
from aadash.cohort import Cohort
from aadash.endpoints import endpoint
from aadash.filters import own_baseline
from aadash.formatting import counted, level_name, listing, number
from aadash.model_plan import MISSING_PREDICTORS, ModelPlan, Predictor
from aadash.plan import AnalysisPlan
from aadash.result import Result
from aadash.views.prose import missing_of

YOURS = "For the authors: "
FILLED, AUTHORS, PARTLY = "filled in", "for the authors", "in part"
NOT_ASSESSED = "Not computed yet: “How well would it predict in new patients?” under Choosing and validating."


def checklist(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan, results: Mapping[str, Result]) -> pd.DataFrame:
    """The items as a table: Guideline, Item, Asks for, What the analysis says, State.

    ``cohort`` is before the filters. ``results`` holds what has been computed, by name ("predictors" at least); an item
    that needs more says which view gives it. State is "filled in", "in part" or "for the authors".
    """
    rows = [*_methods(cohort, plan, model, results), *_results(plan, model, results), *_discussion(cohort, results)]
    return pd.DataFrame(rows, columns=["Guideline", "Item", "Asks for", "What the analysis says", "State"])


Row = tuple[str, str, str, str, str]


def _methods(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan, results: Mapping[str, Result]) -> list[Row]:
    made, entered = results["predictors"], _entered(cohort, plan, model, results["predictors"])
    weeks = ", ".join(map(str, plan.measured(cohort).weeks))
    scheduled = f"Cohort with scheduled visits at weeks {weeks}."
    together = (
        "All predictors were entered together; none was selected by its p-value."
        if made.details.joint
        else "All predictors at once could not be fitted; each was entered alone."
    )
    assessed = "predictor_performance" in results
    filters = (
        listing([f.label(cohort.severity_measure.name) for f in plan.filters]) if plan.filters else "nobody was excluded by a filter"
    )
    visits = missing_of(made)
    lacking = "imputed" if made.details.n_imputed else MISSING_PREDICTORS["complete"].lower()
    return [
        (
            "TRIPOD+AI 1, STROBE 1",
            "Title and abstract",
            "Say that it develops a multivariable model, for whom and for what",
            f"Development of a model of {made.details.outcome} in {counted(made.accounting.analysed, 'patient')} with alopecia "
            "areata, without external validation.",
            PARTLY,
        ),
        (
            "TRIPOD+AI 3–4, STROBE 2–3",
            "Background and objectives",
            "Why, and what for",
            YOURS + "clinical background and use.",
            AUTHORS,
        ),
        (
            "TRIPOD+AI 5, STROBE 4–5",
            "Source of data",
            "Design, setting, dates",
            " ".join(filter(None, (scheduled, _arms(cohort, plan), YOURS + "centres, dates of enrolment, prospective or not."))),
            PARTLY,
        ),
        (
            "TRIPOD+AI 6, STROBE 6",
            "Participants",
            "Eligibility, treatment",
            f"{counted(len(cohort), 'patient')} in the file; inclusion: {filters}. " + YOURS + "criteria, drug and dose.",
            PARTLY,
        ),
        ("TRIPOD+AI 8, STROBE 7", "Outcome", "Definition and time", _outcome(plan, model, made), FILLED),
        ("TRIPOD+AI 9, STROBE 7", "Predictors", "Definition and coding", _coding(cohort, entered), PARTLY),
        (
            "TRIPOD+AI 10, STROBE 10",
            "Sample size",
            "How it was arrived at",
            f"{_size(made)} " + YOURS + "whether it was planned.",
            PARTLY,
        ),
        (
            "TRIPOD+AI 11, STROBE 12c",
            "Missing data",
            "How handled",
            f"{visits[0].upper()}{visits[1:]}. Predictors: {lacking}. {made.accounting.sentence()}.",
            FILLED,
        ),
        ("TRIPOD+AI 12b, STROBE 11", "Handling of numbers", "Cut-points and why", _cuts(cohort, entered), PARTLY),
        (
            "TRIPOD+AI 12c, STROBE 12a",
            "Type of model",
            "Building and selection",
            f"{made.method} {together}",
            FILLED,
        ),
        (
            "TRIPOD+AI 12e",
            "Performance measures",
            "How assessed",
            _measures(model) if assessed else f"{_measures(model)} {NOT_ASSESSED}",
            FILLED if assessed else PARTLY,
        ),
        ("STROBE 9", "Bias", "Potential sources", _doubts(made, 3), PARTLY),
    ]


def _arms(cohort: Cohort, plan: AnalysisPlan) -> str:
    """Which arms there are, as far as it is known; nothing while nobody has said whether a column is the arm."""
    arm = arm_of(cohort, plan)
    if arm is not None:
        return f"Arms by “{arm.column}”: {listing(list(arm.levels))}."
    return "" if arm_asked(cohort, plan) is not None else "Single arm."


def _results(plan: AnalysisPlan, model: ModelPlan, results: Mapping[str, Result]) -> list[Row]:
    made = results["predictors"]
    joint = "The table of multivariable estimates" if made.details.joint else "All predictors at once could not be fitted"
    stability, performance, checks = (results.get(k) for k in ("predictor_stability", "predictor_performance", "predictor_checks"))
    return [
        ("TRIPOD+AI 20a, STROBE 13", "Participants", "Numbers at each stage", made.accounting.sentence() + ".", FILLED),
        ("TRIPOD+AI 20b, STROBE 14", "Characteristics", "Distribution, missing values", _levels(made), FILLED),
        ("TRIPOD+AI 21, STROBE 15", "Participants and events", "Numbers in each analysis", _size(made), FILLED),
        ("STROBE 16a", "Unadjusted associations", "Beside the adjusted", "The univariable columns of the table.", FILLED),
        (
            "TRIPOD+AI 22, STROBE 16a",
            "Model specification",
            "All coefficients and the intercept",
            f"{joint} with {level_name(plan.level)} intervals; every coefficient is in the download.{_intercept(made)}",
            FILLED if made.details.joint else PARTLY,
        ),
        (
            "TRIPOD+AI 22",
            "Using the model",
            "How to use it",
            "The panel of single profiles. It is not a prediction rule until validated elsewhere.",
            FILLED,
        ),
        (
            "TRIPOD+AI 23a",
            "Model performance",
            "With intervals",
            performance.sentence if performance else NOT_ASSESSED,
            FILLED if performance else PARTLY,
        ),
        ("STROBE 16b", "Category boundaries", "Where numbers were cut", "See “Handling of numbers”.", FILLED),
        (
            "STROBE 16c",
            "Absolute risk",
            "Beside relative risk",
            results["predictor_effects"].sentence if "predictor_effects" in results else "Not computed yet: “In plain numbers”.",
            FILLED if "predictor_effects" in results else PARTLY,
        ),
        (
            "STROBE 17",
            "Other analyses",
            "Interactions, sensitivity",
            " ".join(r.sentence for k in ("response_patterns", "predictor_checks", "predictor_stability") if (r := results.get(k)))
            or "Not computed yet: “AA subtype and sex”, “Checks”.",
            FILLED if checks or stability else PARTLY,
        ),
    ]


def _discussion(cohort: Cohort, results: Mapping[str, Result]) -> list[Row]:
    made = results["predictors"]
    source = "Synthetic data: made for demonstration, not about patients. " if cohort.synthetic else ""
    return [
        ("TRIPOD+AI 26, STROBE 19", "Limitations", "Sample, events per predictor, missing data", source + _doubts(made, 6), PARTLY),
        (
            "TRIPOD+AI 25, STROBE 20–21",
            "Interpretation and generalisability",
            "Overall, elsewhere",
            made.sentence + " Not validated elsewhere. " + YOURS + "interpretation.",
            PARTLY,
        ),
        (
            "TRIPOD+AI 18c–f, 27",
            "Implications, supplementary information",
            "Clinical use, code, data",
            f"Code: “Show the code”; fingerprint of the data {cohort.fingerprint[:12]}; {_software()}.",
            PARTLY,
        ),
        ("TRIPOD+AI 18a, STROBE 22", "Funding", "Source and role", YOURS + "funding and conflicts of interest.", AUTHORS),
    ]


def _outcome(plan: AnalysisPlan, model: ModelPlan, made: Result) -> str:
    if model.outcome == "response":
        return f"{made.details.outcome}: {endpoint(plan.endpoint, made.measure).label}, yes or no."
    adjusted = f", adjusted for baseline {made.measure.name}" if model.outcome == "salt" else ""
    return f"{made.details.outcome}, as a number{adjusted}."


def _measures(model: ModelPlan) -> str:
    drawn = f"corrected for optimism in {model.resamples} bootstrap resamples (seed {model.seed})."
    if model.outcome == "response":
        return f"Area under the ROC curve, Brier score, calibration intercept, slope and curve, {drawn}"
    return f"R², root mean squared error, calibration intercept and slope, {drawn}"


def _entered(cohort: Cohort, plan: AnalysisPlan, model: ModelPlan, made: Result) -> list[Predictor]:
    """The predictors that are in the model, as they are: without those that could not be used, the baseline that an outcome is
    adjusted for as a number."""
    measured = plan.measured(cohort)
    own = own_baseline(measured)
    number = Predictor(own, per=measured.measure.stride)
    asked = {p.column: p for p in model.predictors} | ({own: number} if model.outcome == "salt" else {})
    return [asked.get(column, Predictor(column)) for column in made.details.titles]


def _coding(cohort: Cohort, entered: Sequence[Predictor]) -> str:
    parts = []
    for p in entered:
        name, measure = title(cohort, p.column), unit(cohort, p.column)
        if p.cut is not None:
            parts.append(f"{name} cut at {p.cut:g} {measure}".strip())
        elif many_numbers(cohort, p.column):
            parts.append(f"{name} ({per_so_many(p.per, measure)})")
        else:
            parts.append(f"{name} (levels)")
    return f"{counted(len(parts), 'predictor')}: {'; '.join(parts)}. " + YOURS + "how and when each was recorded."


def _size(made: Result) -> str:
    n, k, p = made.accounting.analysed, made.details.events, made.details.parameters
    if k is None:
        return f"{counted(n, 'patient')} for {counted(p, 'parameter')}: {number(n / max(p, 1))} a parameter."
    return (
        f"{counted(n, 'patient')}, {counted(k, 'event')}, {counted(p, 'parameter')}: "
        f"{number(min(k, n - k) / max(p, 1))} {'events' if k <= n - k else 'non-events'} a parameter."
    )


def _cuts(cohort: Cohort, entered: Sequence[Predictor]) -> str:
    cut = [f"{title(cohort, p.column)} cut at {p.cut:g} {unit(cohort, p.column)}".strip() for p in entered if p.cut is not None]
    if not any(many_numbers(cohort, p.column) for p in entered):
        return "No predictor is a number."
    if not cut:
        return "Numbers were kept as numbers; linearity is tested under “Checks”."
    return f"{listing(cut)}. " + YOURS + "where these cuts come from. What they cost stands under “Cut-points”."


def _intercept(made: Result) -> str:
    if made.details.intercept is None:
        return ""
    own, predicting = made.details.intercept
    scale = " on the log-odds scale" if made.details.logistic else ""
    flic = f", {number(predicting, 3)} to predict with (FLIC)" if made.details.estimator == "firth" else ""
    return f" The intercept is {number(own, 3)}{scale}{flic}."


def _levels(made: Result) -> str:
    t = made.table[made.table["role"].isin(["reference", "level"])]
    titles = made.details.titles
    parts = [
        f"{titles[v]}: " + ", ".join(f"{lv} ({int(n)})" for lv, n in zip(own["variable_level"], own["n"], strict=True))
        for v, own in t.groupby("variable", sort=False)
    ]
    return ("; ".join(parts) or "All predictors are numbers") + "."


def _doubts(made: Result, most: int) -> str:
    warnings = [c.text for c in made.caveats if c.level == "warning"] + [c.text for c in made.caveats if c.level != "warning"]
    return " ".join(warnings[:most])


def _software() -> str:
    found = []
    for package in ("aadash", "numpy", "scipy", "statsmodels"):
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            continue
    return "software " + ", ".join(found) if found else "software AAdash"
