"""The panels of the page “Who responds?”: the model, one patient, calibration, the reporting list."""

from __future__ import annotations

from aadash.app.panels import model_panel, profile_panel
from aadash.app.parts import computing, render
from aadash.app.parts.draw import panel
from aadash.app.shell.page import PageContext
from aadash.app.spoken import st
from aadash.charts.validation import calibration_plot
from aadash.model_plan import ModelPlan
from aadash.report import html
from aadash.report.checklist import checklist
from aadash.report.files import csv
from aadash.result import Result
from aadash.views import Context
from aadash.views.predictors import model_of


@panel("predictors.model")
def _model(page: PageContext, context: Context) -> None:
    model_panel.draw(page)


@panel("predictors.profile")
def _profile(page: PageContext, context: Context) -> None:
    profile_panel.draw(page, model_of(context))


@panel("predictors.criterion")
def _criterion(page: PageContext, context: Context) -> None:
    model_panel.criterion(page.everyone)


@panel("predictors.calibration")
def _calibration(page: PageContext, context: Context) -> None:
    """The calibration curve where it has been computed, else where to get it."""
    made = kept(page, model_of(context)).get("predictor_performance")
    if made is not None and made.details.logistic:
        st.markdown("## Calibration")
        render.picture(lambda: calibration_plot(made), "calibration", of=made)
    elif made is None and model_of(context).outcome == "response":
        st.caption("Run the validation under “Choosing and validating” to see calibration.")


def kept(page: PageContext, model: ModelPlan) -> dict[str, Result]:
    """What has been computed for this plan and model, by name."""
    asked: dict[str, dict] = {
        "predictor_stability": {"model": model},
        "predictor_performance": {"model": model, "procedure": "prespecified"},
    }
    found = {name: computing.kept(page, name, options) for name, options in asked.items()}
    return {name: result for name, result in found.items() if result is not None}


@panel("predictors.reporting")
def reporting(page: PageContext, context: Context) -> None:
    """TRIPOD and STROBE items, filled in with what has been computed."""
    model = model_of(context)
    made = render.ask("predictors", page, model=model)
    if made is None:
        return
    results = {"predictors": made}
    for name in ("predictor_effects", "predictor_checks", "response_patterns"):
        found = render.ask(name, page, quiet=True, model=model)
        if found is not None:
            results[name] = found
    results |= kept(page, model)
    items = checklist(page.everyone, page.plan, model, results)
    filled = int((items["State"] == "filled in").sum())
    st.markdown(f"**{filled} of {len(items)} items are filled in from the analysis; the others need the authors.**")
    shown = items.assign(Item=items["Item"] + " (" + items["Guideline"] + ")")
    shown = shown.rename(columns={"What the analysis says": "What this analysis says"})
    st.html(html.table(shown[["Item", "Asks for", "What this analysis says", "State"]], "reporting items"))
    st.download_button(
        "Checklist (CSV)",
        csv(items),
        f"aadash_reporting_{page.cohort.fingerprint[:8]}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="csv-checklist",
    )
