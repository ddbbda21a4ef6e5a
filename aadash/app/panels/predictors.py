"""The page “Who responds?”: its views, and what each shows."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from aadash.app.panels import model_panel, profile_panel, resampling
from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.shell.page import PageContext
from aadash.charts.adjusted import adjusted_curves
from aadash.charts.forest import forest
from aadash.charts.relation import cut_effects, relation
from aadash.charts.roc import roc_curve
from aadash.charts.rows import effect_rows
from aadash.charts.validation import calibration_plot
from aadash.formatting import count, number, percent
from aadash.model_plan import ModelPlan, many_numbers, title
from aadash.report import html
from aadash.report.checklist import checklist
from aadash.report.files import csv
from aadash.report.tables.further import checks as checks_table
from aadash.result import Result


def model_of(page: PageContext) -> ModelPlan:
    """The controls of the model, and the model."""
    return model_panel.draw(page)


def _end(page: PageContext, *results: Result | None) -> None:
    made = [r for r in results if r is not None]
    render.caveats(*made)
    for r in made[:1]:
        render.method(r)
        render.take_away(r, page)


def estimates(page: PageContext, model: ModelPlan) -> None:
    """Forest plot and table: one predictor at a time and all at once."""
    result = render.ask("predictors", page, model=model)
    if result is None:
        return
    render.figures(_figures(result))
    render.picture(lambda: forest(result), "forest", of=result)
    render.answer(result)
    render.table(result)
    _end(page, result)


def _figures(result: Result) -> list[tuple[str, str, str]]:
    d = result.details
    n, k, parameters = result.accounting.analysed, d.events, d.parameters
    imputed = f", {d.n_imputed} with gaps filled" if d.n_imputed else ""
    out = [("Patients in the model", str(n), f"of {result.accounting.enrolled}{imputed}")]
    if k is None:
        return [*out, ("Patients a parameter", number(n / max(parameters, 1)), f"{parameters} parameters")]
    kind = "events" if k <= n - k else "non-events"
    return [
        *out,
        (d.outcome, percent(k / n), count(k, n).split(" (")[0]),
        ("Events a parameter", number(min(k, n - k) / max(parameters, 1)), f"{min(k, n - k)} {kind}, {parameters} parameters"),
    ]


def effects(page: PageContext, model: ModelPlan) -> None:
    """Adjusted probabilities and differences, and one patient."""
    result = render.ask("predictor_effects", page, model=model)
    if result is None:
        return
    profile_panel.draw(page, model)
    st.markdown("##### Every patient as though …")
    render.picture(lambda: effect_rows(result), "effects", of=result)
    render.answer(result)
    render.table(result)
    _end(page, result)


def cuts(page: PageContext, model: ModelPlan) -> None:
    """One column of numbers: curve, cuts, and what they cost."""
    numbers = [p.column for p in model.predictors if many_numbers(page.everyone, p.column)]
    if not numbers:
        st.info("None of the predictors is a number, so there is nothing to cut. Add one to the model.", icon=":material/block:")
        return
    first = next((p.column for p in model.predictors if p.cut is not None and p.column in numbers), numbers[0])
    if st.session_state.get("predictors.cut", first) not in numbers:
        st.session_state.pop("predictors.cut")
    column = st.segmented_control(
        "Which number",
        numbers,
        default=first,
        key="predictors.cut",
        required=True,
        format_func=lambda c: plain(title(page.everyone, c)),
        label_visibility="collapsed",
    )
    result = render.ask("predictor_cuts", page, model=model, column=column or first)
    if result is None:
        return
    render.picture(lambda: relation(result), "relation", of=result)
    render.answer(result)
    st.markdown("##### What the cut costs")
    render.table(result, result.table[result.table["role"] == "way"])
    st.markdown("##### The effect at every cut")
    render.picture(lambda: cut_effects(result), "cut-effects", of=result)
    if result.details.roc is not None:
        st.markdown("##### How well it ranks alone")
        render.picture(lambda: roc_curve(result), "roc", of=result)
    _end(page, result)


def checks(page: PageContext, model: ModelPlan) -> None:
    """The assumptions, and the patients that conclusions hang on."""
    result = render.ask("predictor_checks", page, model=model)
    if result is None:
        return
    render.answer(result)
    st.html(html.table(checks_table(result), "assumptions"))
    t = result.table
    for role, heading in (
        ("flip", "Patients without whom a conclusion changes"),
        ("influence", "Patients who move the estimates most"),
        ("vif", "Entangled predictors"),
        ("linearity", "Straight lines"),
    ):
        own = t[t["role"] == role]
        if len(own):
            st.markdown(f"##### {heading}")
            render.table(result, own, part=role)
    _calibrated(page, model)
    _end(page, result)


def _calibrated(page: PageContext, model: ModelPlan) -> None:
    """The calibration curve where it has been computed, else where to get it."""
    made = resampling.kept(page, model).get("predictor_performance")
    if made is not None and made.details.logistic:
        st.markdown("##### Calibration")
        render.picture(lambda: calibration_plot(made), "calibration", of=made)
    elif made is None:
        st.caption("Calibration needs the patients drawn again: it stands under “Choosing and validating”.")


def choosing(page: PageContext, model: ModelPlan) -> None:
    """Stepwise, ridge and lasso beside the prespecified set; stability and performance on demand."""
    result = render.ask("predictor_choice", page, model=model)
    if result is None:
        return
    model_panel.criterion(page.everyone)
    render.answer(result)
    render.table(result)
    st.caption(("Odds ratios" if result.details.logistic else "Differences in points") + "; an empty cell: left out.")
    stability = resampling.stability(page, model)
    performance = resampling.performance(page, model)
    _end(page, result, stability, performance)


def patterns(page: PageContext, model: ModelPlan) -> None:
    """Interaction tests, then adjusted curves by AA type and sex."""
    first = render.ask("response_patterns", page, model=model)
    if first is None:
        return
    names = {"subtype": "By AA type", "sex": "By sex", "both": "Both together"}
    by = render.choose("Curves", [names[k] for k in first.details.available], "view.patterns")
    wanted = next(k for k, v in names.items() if v == by)
    result = first if wanted == first.details.by else render.ask("response_patterns", page, model=model, by=wanted)
    result = first if result is None else result
    st.markdown("##### First: do the courses differ in shape?")
    render.table(result, result.table[result.table["role"] == "test"], part="tests")
    st.markdown("##### Then: the adjusted mean curves")
    render.picture(lambda: adjusted_curves(result), "patterns", of=result)
    render.answer(result)
    with st.expander("The curves in numbers", icon=":material/table_rows:"):
        render.table(result, result.table[result.table["role"] == "mean"], part="means")
        st.caption(
            "Patients: "
            + plain(", ".join(f"{' '.join(map(str, r[:-1]))} {r[-1]}" for r in result.details.cells.itertuples(index=False)))
        )
    _end(page, result)


def reporting(page: PageContext, model: ModelPlan) -> None:
    """TRIPOD and STROBE items, filled in with what has been computed."""
    made = render.ask("predictors", page, model=model)
    if made is None:
        return
    results = {"predictors": made}
    for name in ("predictor_effects", "predictor_checks", "response_patterns"):
        found = render.ask(name, page, quiet=True, model=model)
        if found is not None:
            results[name] = found
    results |= resampling.kept(page, model)
    items = checklist(page.everyone, page.plan, model, results)
    filled = int((items["State"] == "filled in").sum())
    st.markdown(f"**{filled} of {len(items)} items are filled in from the analysis; the others need the authors.**")
    asked = items["Asks for"].str[0].str.lower() + items["Asks for"].str[1:]
    shown = items.assign(Item=items["Item"] + ": " + asked + " (" + items["Guideline"] + ")")
    st.html(html.table(shown[["Item", "What the analysis says", "State"]], "reporting items"))
    st.download_button(
        "Checklist (CSV)",
        csv(items),
        f"aadash_reporting_{page.cohort.fingerprint[:8]}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
        key="csv-checklist",
    )


VIEWS: dict[str, Callable[[PageContext, ModelPlan], None]] = {
    "Predictors": estimates,
    "In plain numbers": effects,
    "Cut-points": cuts,
    "Checks": checks,
    "Choosing and validating": choosing,
    "AA type and sex": patterns,
    "Reporting": reporting,
}
