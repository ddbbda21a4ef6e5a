"""The Python call behind a screen."""

from __future__ import annotations

from dataclasses import fields

from aadash.model_plan import ModelPlan
from aadash.plan import AnalysisPlan

TEMPLATE = """import aadash

cohort = aadash.read_cohort({file!r})
plan = aadash.AnalysisPlan({arguments})
{model}result = aadash.analyses.{analysis}(cohort, plan{extra})

print(result.sentence)
print(result.accounting.sentence())
result.table.to_csv("{analysis}.csv", index=False)
"""


def code(analysis: str, plan: AnalysisPlan, file: str, model: ModelPlan | None = None) -> str:
    """A script that gives the numbers on screen: read the file, state the plan, ask the question.

    Only choices that differ from the default are spelled out.
    """
    plain = AnalysisPlan()
    values = {f.name: getattr(plan, f.name) for f in fields(plan)}
    changed = [f"{name}={value!r}" for name, value in values.items() if value != getattr(plain, name)]
    text = ", ".join(changed).replace("Filter(", "aadash.Filter(")
    if model is None:
        return TEMPLATE.format(file=file, arguments=text, analysis=analysis, model="", extra="")
    stated = repr(model).replace("ModelPlan(", "aadash.ModelPlan(", 1).replace("Predictor(", "\n    aadash.Predictor(")
    return TEMPLATE.format(file=file, arguments=text, analysis=analysis, model=f"model = {stated}\n", extra=", model")
