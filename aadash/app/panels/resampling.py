"""Long computations of the predictors page: on a press only, with a progress bar, to be stopped, seeded, kept."""

from __future__ import annotations

import streamlit as st

from aadash.analyses import REGISTRY
from aadash.app.parts import render
from aadash.app.parts.markdown import plain
from aadash.app.session import cache
from aadash.app.shell.page import PageContext
from aadash.app.work import call
from aadash.charts.validation import calibration_plot, selection_frequency
from aadash.errors import AadashError
from aadash.model_plan import ModelPlan
from aadash.result import Result

PROCEDURES = {"prespecified": "All predictors", "stepwise": "Stepwise selection", "lasso": "Lasso", "ridge": "Ridge"}


def _run(page: PageContext, name: str, model: ModelPlan, label: str, **options: str) -> Result | None:
    """What has been kept, or a button to compute it. Any other click, Stop too, ends the computation."""
    analysis = REGISTRY[name].function
    asked = {"model": model.to_json(), **options}
    found = cache.long_result(name, page.everyone, page.plan, None, **asked)
    if found is not None:
        return found
    place = st.empty()
    if not place.button(label, icon=":material/play_arrow:", key=f"run.{name}"):
        return None
    with place.container():
        bar = st.progress(0.0, text="Starting …")
        st.button("Stop", icon=":material/stop:", key=f"stop.{name}")

    def compute() -> Result:
        def progress(done: float, total: int = 0) -> None:
            if total:
                bar.progress(done / total, text=f"{done} of {total} resamples")
            else:
                bar.progress(0.0, text="Waiting for its turn …")  # a call that is run again ends here, and the process with it

        return call(analysis, page.everyone, page.plan, model, progress=progress, **options)

    try:
        result = cache.long_result(name, page.everyone, page.plan, compute, **asked)
    except AadashError as error:
        place.info(plain(error.paragraph()), icon=":material/block:")
        return None
    place.empty()
    return result


def stability(page: PageContext, model: ModelPlan) -> Result | None:
    """How often each predictor is chosen when the patients are drawn again."""
    st.markdown("##### Would other patients have chosen the same?")
    result = _run(page, "predictor_stability", model, f"Draw the patients again {model.resamples} times")
    if result is not None:
        render.picture(lambda: selection_frequency(result), "stability")
        render.answer(result, accounting=False)
    return result


def performance(page: PageContext, model: ModelPlan) -> Result | None:
    """Optimism-corrected performance and calibration."""
    st.markdown("##### How well would it predict in new patients?")
    procedure = (
        st.segmented_control(
            "How the model is made",
            list(PROCEDURES),
            default="prespecified",
            required=True,
            key="predictors.procedure",
            format_func=PROCEDURES.__getitem__,
        )
        or "prespecified"
    )
    result = _run(page, "predictor_performance", model, f"Validate in {model.resamples} resamples", procedure=procedure)
    if result is not None:
        render.answer(result, accounting=False)
        render.table(result)
        if result.details.logistic:
            render.picture(lambda: calibration_plot(result), "calibration")
    return result


def kept(page: PageContext, model: ModelPlan) -> dict[str, Result]:
    """What has been computed for this plan and model, by name."""
    out = {}
    for name, options in (("predictor_stability", {}), ("predictor_performance", {"procedure": "prespecified"})):
        found = cache.long_result(name, page.everyone, page.plan, None, model=model.to_json(), **options)
        if found is not None:
            out[name] = found
    return out
